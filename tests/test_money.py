"""Money adds up: 100,000 random orders, split, converted and taken back, against fractions that lose nothing."""

from __future__ import annotations

import ast
import datetime as dt
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.money import exponent
from errors import Refused
from models import Customer, Product, Rounding, SalesRep
from models.database import Database
from models.fields import MONEY_LIMIT
from resolvers.money import BILLION, Refunded, convert, divide, line_amounts, part, rate_ppb, refund, split
from resolvers.order import CreditData, NewOrder, OrderLineData, _draft, _Known
from resolvers.verbs import Money

ROOT = Path(__file__).resolve().parent.parent
ORDERS = 100_000
TODAY = dt.date(2026, 1, 31)
CURRENCIES = ("JPY", "EUR", "KWD", "CLF")  # 0, 2, 3 and 4 decimals


def rounded(exact: Fraction, rounding: Rounding) -> int:
    """To the nearest whole number, the tie as the policy says: another way to say what `divide` does."""
    if rounding is Rounding.HALF_EVEN:
        return round(exact)  # of a Fraction: exact, ties to even
    return int(exact + Fraction(1, 2))  # of what is not negative: cuts off


def is_rounded(whole: int, numerator: int, denominator: int, rounding: Rounding) -> bool:
    """Whether a whole number is a quotient's, by what rounding means: no other is nearer, and a tie is as agreed."""
    twice_off = 2 * (numerator - whole * denominator)
    if abs(twice_off) == denominator:
        return whole % 2 == 0 if rounding is Rounding.HALF_EVEN else twice_off < 0
    return abs(twice_off) < denominator


def largest_remainder(amount: int, weights: list[int]) -> list[int]:
    """Hamilton's method in its own words: everybody gets their floor, the largest fractions get one more."""
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    left = [amount * weight - part * total for weight, part in zip(weights, parts, strict=True)]
    order = sorted(range(len(weights)), key=left.__getitem__, reverse=True)  # stable: first at ties
    for at in order[: amount - sum(parts)]:
        parts[at] += 1
    return parts


Row = SimpleNamespace
"""A row to be written, with its columns as attributes."""


def random_order(chance: random.Random, currency: str) -> NewOrder:
    """Any order: prices from nothing to millions, discounts and taxes that make ties."""
    unit = Decimal(1).scaleb(-exponent(currency))
    lines = [
        OrderLineData(
            1,
            chance.choice((1, 2, 3, 7, chance.randint(1, 10_000))),
            Money(chance.choice((chance.randint(0, 99), chance.randint(0, 10**9))) * unit, currency),
            chance.choice((0, 0, 500, 1250, 10_000, chance.randint(0, 10_000))),
            chance.choice((0, 700, 1900, 2500, chance.randint(0, 10_000))),
        )
        for _ in range(chance.choice((1, 1, 2, 3, 6)))
    ]
    reps = chance.sample(range(1, 8), chance.choice((1, 2, 2, 3, 5)))
    cuts = sorted(chance.sample(range(1, 10_000), len(reps) - 1))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    credits = [CreditData(rep, share) for rep, share in zip(reps, shares, strict=True)]
    return NewOrder(customer_id=1, lines=lines, credits=credits)


def check_lines(new: NewOrder, order: Row, lines: list[Row], currency: str, rounding: Rounding) -> None:
    for data, line in zip(new.lines or (), lines, strict=True):
        assert data.price is not None
        assert data.tax_bps is not None
        assert line.currency == currency
        price = data.price.amount * 10 ** exponent(currency)
        subtotal = int(price) * data.quantity
        assert price == line.price_minor
        assert is_rounded(line.net_minor, subtotal * (10_000 - data.discount_bps), 10_000, rounding)
        assert is_rounded(line.tax_minor, line.net_minor * data.tax_bps, 10_000, rounding)
        assert line.total_minor == line.net_minor + line.tax_minor
        assert line.discount_minor == subtotal - line.net_minor
    for column in ("net_minor", "discount_minor", "tax_minor", "total_minor"):
        assert getattr(order, column) == sum(getattr(line, column) for line in lines)
    assert order.subtotal_minor - order.discount_minor == order.net_minor
    assert order.net_minor + order.tax_minor == order.total_minor
    assert (order.currency, order.rounding) == (currency, rounding)


def check_credits(order: Row, credits: list[Row]) -> None:
    assert sum(credit.share_bps for credit in credits) == 10_000
    amounts = [credit.amount_minor for credit in credits]
    assert sum(amounts) == order.net_minor
    assert amounts == largest_remainder(order.net_minor, [credit.share_bps for credit in credits])
    for credit in credits:
        assert abs(credit.amount_minor * 10_000 - order.net_minor * credit.share_bps) < 10_000


def check_returns(chance: random.Random, order: Row, lines: list[Row], credits: list[Row]) -> None:
    """Everything comes back in parts, in any order: the refunds are the order, and each rep is left with nothing."""
    rate = rate_ppb(Decimal(chance.randint(1, 10**4)).scaleb(-6))
    base_net = convert(order.net_minor, order.currency, rate, "EUR", order.rounding)
    base_total = convert(order.total_minor, order.currency, rate, "EUR", order.rounding)
    base_credits = split(base_net, [credit.share_bps for credit in credits])
    left, refunded = [line.quantity for line in lines], [Refunded() for _ in lines]
    net = total = got_net = got_total = 0
    taken = [0] * len(credits)
    while any(left):
        booked_net = booked_total = 0
        for at, line in enumerate(lines):
            quantity = left[at] if chance.random() < 0.5 else chance.randint(0, left[at])
            before = line.quantity - left[at]
            assert before == refunded[at].quantity
            line_net, line_tax = refund(line.net_minor, line.tax_minor, line.quantity, refunded[at], quantity)
            assert line_net >= 0
            assert line_tax >= 0
            left[at] -= quantity
            so_far = refunded[at]
            refunded[at] = Refunded(so_far.quantity + quantity, so_far.net + line_net, so_far.tax + line_tax)
            if left[at]:
                assert line_net + line_tax == line.total_minor * quantity // line.quantity
            else:
                assert (refunded[at].net, refunded[at].tax) == (line.net_minor, line.tax_minor)
            booked_net += line_net
            booked_total += line_net + line_tax
        booked_base = part(base_net, net, booked_net, order.net_minor)
        got_net += booked_base
        got_total += part(base_total, total, booked_total, order.total_minor)
        net, total = net + booked_net, total + booked_total
        parts = split(booked_base, [credit - past for credit, past in zip(base_credits, taken, strict=True)])
        assert sum(parts) == booked_base
        taken = [past + part for past, part in zip(taken, parts, strict=True)]
        assert all(0 <= past <= credit for past, credit in zip(taken, base_credits, strict=True))
    assert (net, total) == (order.net_minor, order.total_minor)
    assert got_net == (base_net if order.net_minor else 0)
    assert got_total == (base_total if order.total_minor else 0)
    assert taken == base_credits


@pytest.fixture
async def known(tmp_path: Path) -> AsyncIterator[_Known]:
    """What orders refer to. Models know their links once a database is open; nothing is read from it or written."""
    database = await Database.open(f"sqlite://{tmp_path / 'rapport.db'}")
    product = Product(id=1, sku="x", name="x", currency="EUR", price_minor=1)
    reps = {id_: SalesRep(id=id_, name=f"Rep {id_}") for id_ in range(1, 8)}
    yield _Known({1: Customer(id=1, name="x")}, {1: product}, reps, {})
    await database.close()


@pytest.mark.slow
async def test_a_hundred_thousand_random_orders_add_up(known: _Known) -> None:
    chance = random.Random(20260131)
    seen: Counter[tuple[str, Rounding]] = Counter()
    for number in range(ORDERS):
        currency = CURRENCIES[number % 4]
        rounding = (Rounding.HALF_UP, Rounding.HALF_EVEN)[number // 4 % 2]
        new = random_order(chance, currency)
        draft = _draft(new, new.lines or (), known, "EUR", rounding, TODAY)
        order = Row(**draft.order)
        lines = [Row(**line) for line in draft.lines]
        credits = [Row(**credit) for credit in draft.credits]
        check_lines(new, order, lines, currency, rounding)
        check_credits(order, credits)
        if number % 5 == 0:
            check_returns(chance, order, lines, credits)
        seen[currency, rounding] += 1
    assert len(seen) == 8


@pytest.mark.parametrize("rounding", list(Rounding))
@given(numerator=st.integers(0, 10**20), denominator=st.integers(1, 10**12))
def test_a_quotient_is_rounded_as_the_policy_says(rounding: Rounding, numerator: int, denominator: int) -> None:
    quotient = rounded(Fraction(numerator, denominator), rounding)
    assert divide(numerator, denominator, rounding) == quotient
    assert [is_rounded(quotient + step, numerator, denominator, rounding) for step in (-1, 0, 1)] == [
        False,
        True,
        False,
    ]
    assert divide(2 * numerator + 1, 2, rounding) == rounded(numerator + Fraction(1, 2), rounding)  # a tie


@given(amount=st.integers(0, 10**17), weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=50))
def test_parts_add_up_to_the_whole(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    if sum(weights):
        assert parts == largest_remainder(amount, weights)
        assert sum(parts) == amount
    else:
        assert parts == [0] * len(weights)


@pytest.mark.parametrize("rounding", list(Rounding))
@given(
    minor=st.integers(0, 10**12),
    rate=st.integers(1, 10**12),
    pair=st.tuples(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES)),
)
def test_an_amount_is_converted_exactly(rounding: Rounding, minor: int, rate: int, pair: tuple[str, str]) -> None:
    currency, base = pair
    exact = Fraction(minor, 10 ** exponent(currency)) * Fraction(rate, BILLION) * 10 ** exponent(base)
    if rounded(exact, rounding) > MONEY_LIMIT:
        with pytest.raises(Refused):
            convert(minor, currency, rate, base, rounding)
    else:
        assert convert(minor, currency, rate, base, rounding) == rounded(exact, rounding)


def test_the_net_is_rounded_and_not_the_discount() -> None:
    """5 of 1 minor unit with 50 % off: 2.5 is owed, and 3 is charged."""
    amounts = line_amounts(5, 1, 5000, 0, Rounding.HALF_UP)
    assert (amounts.net, amounts.discount) == (3, 2)
    amounts = line_amounts(5, 1, 5000, 0, Rounding.HALF_EVEN)
    assert (amounts.net, amounts.discount) == (2, 3)


def test_more_than_can_be_stored_is_refused() -> None:
    with pytest.raises(Refused):
        line_amounts(10**9, MONEY_LIMIT, 0, 0, Rounding.HALF_UP)
    with pytest.raises(Refused):
        line_amounts(1, MONEY_LIMIT, 0, 1, Rounding.HALF_UP)


# --- no float near money ------------------------------------------------------------------------------------------

ROOMS = ("resolvers", "models", "compiler", "schema", "access.py", "errors.py", "server/demo/money.py")
"""Wherever an amount passes through, written or read."""

HONEST = {
    "access.py": "seconds: when a session ends",
    "compiler/numbers.py": "a number of JSON, which keeps the digits that it was written with",
    "errors.py": "seconds: when to try again",
    "models/backends/__init__.py": "seconds",
    "models/backends/postgres.py": "seconds",
    "models/backends/postgres_commits.py": "seconds",
    "models/backends/postgres_connections.py": "seconds",
    "models/backends/sqlite.py": "seconds",
    "models/backends/sqlite_writer.py": "seconds",
    "models/database.py": "seconds",
    "resolvers/throttle.py": "seconds",
    "resolvers/together.py": "seconds",
    "schema/scalars.py": "a number of JSON is read by the digits it was written with",
}
"""Files that name floats, and what for."""


def test_no_float_comes_near_money() -> None:
    """No literal with a point, no `float`, no `/`: Path's would be the only honest one, and none of these needs it."""
    paths = [path for room in ROOMS for path in (sorted((ROOT / room).rglob("*.py")) or [ROOT / room])]
    names = [str(path.relative_to(ROOT)) for path in paths]
    assert len(names) > 50
    found = {name: floats((ROOT / name).read_text(encoding="utf-8")) for name in names}
    assert {name for name in names if found[name]} == HONEST.keys(), found
    # Money passes through these two: each may name a float once, in the annotation of its one time.
    assert {name: [what for _, what in found[name]] for name in ("access.py", "errors.py")} == {
        "access.py": ["float"],
        "errors.py": ["float"],
    }


def test_no_column_and_no_statement_holds_a_float() -> None:
    files = [*(ROOT / "models" / "migrations").glob("*.sql"), *(ROOT / "tests" / "queries").glob("*.sql")]
    assert len(files) > 50
    word = re.compile(r"^(?!--).*\b(REAL|DOUBLE|FLOAT[48]?)\b", re.IGNORECASE | re.MULTILINE)
    assert [path.name for path in files if word.search(path.read_text(encoding="utf-8"))] == []


def test_the_search_for_floats_finds_them() -> None:
    text = "a = 1.5\nb = float(a)\nc = a / b\nc /= 2\nd: float = 2e3\nfields.FloatField()\nround(a, 2)\ne = 7 // 2"
    assert [what for _, what in floats(text)] == ["1.5", "float", "/", "/", "float", "2000.0", "FloatField", "round"]


def floats(text: str) -> list[tuple[int, str]]:
    """Where a text of Python has anything that makes or takes a float."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Constant(value=float() | complex() as value):
                found.append((node.lineno, node.col_offset, str(value)))
            case ast.Name(id="float" | "round" as name) | ast.Attribute(attr="FloatField" as name):
                found.append((node.lineno, node.col_offset, name))
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                found.append((node.lineno, node.col_offset, "/"))
    return [(line, what) for line, _, what in sorted(found)]
