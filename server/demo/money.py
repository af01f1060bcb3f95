"""The arithmetic of the demo data: whole minor units, a half rounds up, nothing is lost by splitting."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.money import exponent

RATES_PPB = {
    "EUR": 1_000_000_000,
    "USD": 921_500_000,
    "CNY": 128_400_000,
    "JPY": 6_150_000,
    "KWD": 2_998_000_000,
    "GBP": 1_172_300_000,
    "CHF": 1_043_700_000,
}
"""Euros for one unit (not minor unit) of each currency, in billionths: invented, and always the same."""

EXPONENTS = {currency: exponent(currency) for currency in RATES_PPB}
"""Decimals of each currency."""

BASE = "EUR"


def half_up(numerator: int, denominator: int) -> int:
    """The quotient of two numbers of which neither is negative, half rounded up."""
    return (2 * numerator + denominator) // (2 * denominator)


def factor(currency: str) -> tuple[int, int]:
    """What to multiply minor units of a currency by, and divide by, to get those of the base."""
    shift = EXPONENTS[BASE] - EXPONENTS[currency]
    return RATES_PPB[currency] * 10 ** max(shift, 0), 10**9 * 10 ** max(-shift, 0)


def to_base(minor: int, currency: str) -> int:
    """An amount in the base currency."""
    multiplier, divisor = factor(currency)
    return half_up(minor * multiplier, divisor)


def from_base(minor: int, currency: str) -> int:
    """An amount of the base currency in another."""
    multiplier, divisor = factor(currency)
    return half_up(minor * divisor, multiplier)


def split(total: int, shares: Sequence[int]) -> list[int]:
    """`total` in proportion to `shares`, of which one may not be 0; the largest remainders get what is left over."""
    whole = sum(shares)
    parts = [total * share // whole for share in shares]
    left = total - sum(parts)
    if left:
        # Of equal remainders the earlier share wins.
        for place in sorted(range(len(shares)), key=lambda i: -(total * shares[i] % whole))[:left]:
            parts[place] += 1
    return parts


def refund(net: int, tax: int, whole: int, before: tuple[int, int, int], now: int) -> tuple[int, int]:
    """Net and tax of `now` of `whole` pieces that came back, after so many and so much of both before.

    Their part of the total, rounded down, or all that is left with the last piece.
    """
    pieces, net_before, tax_before = before
    if pieces + now == whole:
        return net - net_before, tax - tax_before
    total = (net + tax) * now // whole
    part_net = min(total - tax * now // whole, net - net_before)
    return part_net, total - part_net


def part(amount: int, before: int, now: int, whole: int) -> int:
    """What `now` of `whole` pieces are of an amount after `before` of them: all parts together are the amount."""
    return amount * (before + now) // whole - amount * before // whole if whole else 0
