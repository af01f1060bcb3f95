"""Contact routes: telephone numbers and e-mail addresses, normalised where they can be, flagged where they cannot.

The packages that know how are imported by the first who needs them: a twelfth of the time of a start.
"""

from __future__ import annotations

import functools
import re

from models import RouteStatus


def phone(given: str, country: str | None) -> dict[str, object]:
    """The columns of a telephone number as given; without `+` it is read as one of the customer's country."""
    import phonenumbers

    if not given:
        return {"phone": given, "phone_e164": None, "phone_status": RouteStatus.EMPTY}
    normal: str | None = None
    try:
        number = phonenumbers.parse(given, country)
        if phonenumbers.is_possible_number(number):
            spelled = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            normal = spelled if len(spelled) <= LONGEST_E164 else None  # some plans allow more than E.164 does
        valid = phonenumbers.is_valid_number(number)
    except phonenumbers.NumberParseException:
        valid = False
    return {"phone": given, "phone_e164": normal, "phone_status": _status(given, valid)}


def email(given: str) -> dict[str, object]:
    """The columns of an e-mail address as given; what is before the @ keeps its case, the domain does not."""
    name, _, domain = given.rpartition("@")
    if PLAIN.fullmatch(name) and len(given) <= SHORT:
        known = _normal_domain(domain)
        normal = known and f"{name}@{known}"
    else:
        normal = _normal(given)
    return {"email": given, "email_norm": normal, "email_status": _status(given, normal is not None)}


LONGEST_E164 = 16
"""Characters of a number in E.164: a plus and fifteen digits."""
PLAIN = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*")
"""Nearly every name before an @; nothing is done to it."""
SHORT = 48
"""How long an address may be so that no part of it is too long, whatever its domain is normalised to."""


@functools.lru_cache(maxsize=10_000)
def _normal_domain(domain: str) -> str | None:
    """A domain as it is stored, None for what is none: looking at one takes 40 µs, and customers share few of them."""
    normal = _normal(f"a@{domain}")
    return normal and normal[2:]


def ascii_domain(domain: str) -> str:
    """A normalised domain as the name system knows it: `münchen.de` is `xn--mnchen-3ya.de`."""
    import idna

    return idna.encode(domain).decode()


def _normal(given: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(given, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return None


def _status(given: str, valid: bool) -> RouteStatus:
    if not given:
        return RouteStatus.EMPTY
    return RouteStatus.VALID if valid else RouteStatus.DOUBTFUL
