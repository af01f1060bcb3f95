"""Numbers as JSON writes them: a double alone would not tell what was rounded to it."""

from __future__ import annotations

import math
from typing import Self


class Number(float):
    """A number of JSON that is no whole one, with the text it was written as: `Decoder(…, float_hook=Number)`.

    Raises ValueError for one past what a double holds.
    """

    __slots__ = ("text",)

    text: str

    def __new__(cls, text: str) -> Self:
        number = float.__new__(cls, text)
        if math.isinf(number):
            raise ValueError("Number out of range")
        number.text = text
        return number
