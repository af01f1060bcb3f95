"""Money in whole minor units: how lines are worked out, amounts rounded, converted and split. No floats here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from compiler.money import exponent
from errors import UserErrorCode, refuse
from models import Rounding
from models.fields import MONEY_LIMIT

BILLION = 10**9


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """A quotient of whole numbers, rounded to a whole number; both must not be negative."""
    whole, rest = divmod(numerator, denominator)
    if rest * 2 > denominator or (rest * 2 == denominator and (rounding is Rounding.HALF_UP or whole % 2 == 1)):
        return whole + 1
    return whole


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """What a line comes to, in minor units. The net is rounded, not the discount: the two differ at ties."""

    subtotal: int
    discount: int
    net: int
    tax: int
    total: int


def line_amounts(quantity: int, price: int, discount_bps: int, tax_bps: int, rounding: Rounding) -> LineAmounts:
    """net = round(quantity × price × (10,000 − discount) / 10,000); tax = round(net × tax / 10,000).

    Raises `Refused` where a total would be past what can be stored.
    """
    subtotal = quantity * price
    net = divide(subtotal * (10_000 - discount_bps), 10_000, rounding)
    tax = divide(net * tax_bps, 10_000, rounding)
    if subtotal > MONEY_LIMIT or net + tax > MONEY_LIMIT:
        raise refuse(UserErrorCode.INVALID, "Quantity times price is more than an order can come to.", "quantity")
    return LineAmounts(subtotal, subtotal - net, net, tax, net + tax)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in parts proportional to weights, which sum to it exactly: by largest remainder, the first at ties."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    parts = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    for at in sorted(range(len(weights)), key=lambda at: (-remainders[at], at))[: amount - sum(parts)]:
        parts[at] += 1
    return parts


def rate_ppb(rate: Decimal) -> int:
    """An exchange rate in billionths. Raises `Refused` for more than nine decimals, or out of bounds."""
    if not 0 < rate < BILLION or rate.quantize(Decimal(1).scaleb(-9)) != rate:
        raise refuse(
            UserErrorCode.INVALID,
            "exchangeRate must be more than 0, less than 1,000,000,000 and have at most nine decimals.",
            "exchange_rate",
        )
    return int(rate.scaleb(9))


def convert(minor: int, currency: str, rate: int, base: str, rounding: Rounding) -> int:
    """Minor units of one currency in those of another, at a rate in billionths between whole units."""
    numerator = minor * rate * 10 ** exponent(base)
    converted = divide(numerator, BILLION * 10 ** exponent(currency), rounding)
    if converted > MONEY_LIMIT:
        raise refuse(UserErrorCode.INVALID, "At this rate the order is more than can be stored.", "exchange_rate")
    return converted


@dataclass(frozen=True, slots=True)
class Refunded:
    """What came back of a line, and what was refunded for it, in minor units."""

    quantity: int = 0
    net: int = 0
    tax: int = 0


def refund(net: int, tax: int, whole: int, before: Refunded, now: int) -> tuple[int, int]:
    """Net and tax that are refunded for `now` of a line's `whole` units, after what came back before.

    Together they are the units' proportional part of the line's total, rounded down; the last unit brings the
    remainder. The tax is its own proportional part, unless that would refund more net than is left.
    """
    left = net - before.net
    if before.quantity + now == whole:
        return left, tax - before.tax
    total = (net + tax) * now // whole
    part_net = min(total - tax * now // whole, left)
    return part_net, total - part_net


def part(amount: int, before: int, now: int, whole: int) -> int:
    """The part of an amount for `now` of `whole` units after `before` of them; all parts add up to it."""
    return amount * (before + now) // whole - amount * before // whole if whole else 0
