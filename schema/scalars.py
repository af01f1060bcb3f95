"""The scalars of the contract: strict in what they take, the same everywhere in what they print."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NewType

import strawberry
from graphql import FloatValueNode, GraphQLError, ValueNode
from strawberry.types.scalar import ScalarDefinition

from compiler.numbers import Number
from compiler.values import literal

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:(\.\d{1,6})(\d{0,3}))?([Zz]|[+-]\d\d:[0-5]\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


def parse_instant(value: Any) -> dt.datetime:
    """An RFC 3339 instant with an offset, in UTC. Of nanoseconds it keeps that it is no whole millisecond."""
    if isinstance(value, str) and (match := _INSTANT.fullmatch(value)):
        second, fraction, finer, offset = match.groups("")
        try:
            # Python reads at most six decimals of a second.
            instant = dt.datetime.fromisoformat(f"{second}{fraction}{offset}".upper()).astimezone(dt.UTC)
            return instant.replace(microsecond=instant.microsecond | 1) if finer.strip("0") else instant
        except (ValueError, OverflowError):
            pass
    raise GraphQLError(
        "A DateTime is an instant with an offset and at most nine decimals of a second, such as 2026-01-31T09:30:00Z."
    )


def parse_date(value: Any) -> dt.date:
    """A calendar date: year, month, day."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError("A Date is a day of the calendar, such as 2026-01-31.")


def parse_decimal(value: Any) -> Decimal:
    """An exact number: no exponent, no NaN, no infinity. How many digits make sense is said where it is used."""
    match value:
        case bool():
            text = ""
        case int():
            return Decimal(value)
        case Decimal():
            text = str(value)
        case Number(text=text):
            pass
        case float():
            text = repr(value)
        case _:
            text = value if isinstance(value, str) else ""
    if not _DECIMAL.fullmatch(text):
        raise GraphQLError('A Decimal is an exact number in a string, such as "1299.90", without an exponent.')
    return Decimal(text)


def parse_decimal_literal(node: ValueNode, variables: object = None) -> Decimal:
    """The same as a document writes it: a float would have lost its exponent by then, and some of its digits."""
    written = node.value if isinstance(node, FloatValueNode) else literal(node)
    try:
        return parse_decimal(written)
    except GraphQLError as error:
        raise GraphQLError(error.message, node) from None


@cache
def _zones() -> frozenset[str]:
    # Names without a slash, such as CET, mean a fixed offset to PostgreSQL and rules with summer time elsewhere.
    return frozenset(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")


def parse_zone(value: Any) -> str:
    """A time zone of the IANA database."""
    if isinstance(value, str) and value in _zones():
        return value
    raise GraphQLError("A TimeZone is a name from the IANA database, such as Europe/Berlin or Asia/Shanghai.")


def _text(pattern: str, sentence: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern)

    def parse(value: Any) -> str:
        if isinstance(value, str) and compiled.fullmatch(value):
            return value
        raise GraphQLError(sentence)

    return parse


def _printed(value: Any) -> str:
    return str(value)


DateTime = NewType("DateTime", dt.datetime)
Date = NewType("Date", dt.date)
DecimalText = NewType("DecimalText", Decimal)
TimeZone = NewType("TimeZone", str)
Currency = NewType("Currency", str)
Email = NewType("Email", str)
Phone = NewType("Phone", str)

SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant. Input is RFC 3339 with an offset and at most nine decimals of a second; output is UTC "
        "with milliseconds: `2026-01-31T09:30:00.000Z`.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_printed,
        parse_value=parse_instant,
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A day of the calendar: `2026-01-31`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=_printed,
        parse_value=parse_date,
    ),
    DecimalText: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number in a string: `"1299.90"`. Input may also be a plain number. '
        "No exponent. An amount has no more decimals than its currency, and is at most 10^14 of its smallest coins.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-6",
        serialize=_printed,
        parse_value=parse_decimal,
        parse_literal=parse_decimal_literal,
    ),
    TimeZone: strawberry.scalar(
        name="TimeZone",
        description="The name of a time zone in the IANA database: `Europe/Berlin`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc6557",
        serialize=_printed,
        parse_value=parse_zone,
    ),
    Currency: strawberry.scalar(
        name="Currency",
        description="An ISO 4217 currency code: `EUR`.",
        specified_by_url="https://www.iso.org/iso-4217-currency-codes.html",
        serialize=_printed,
        parse_value=_text("[A-Z]{3}", "A Currency is three capital letters, such as EUR."),
    ),
    Email: strawberry.scalar(
        name="Email",
        description="An e-mail address whose domain is in lower case: `ann@example.com`.",
        specified_by_url="https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address",
        serialize=_printed,
        parse_value=_text(r"[^@\s]+@[^@\s]+", "An Email has a name, an @ and a domain: ann@example.com."),
    ),
    Phone: strawberry.scalar(
        name="Phone",
        description="A telephone number in the international form E.164: `+493012345678`.",
        specified_by_url="https://www.itu.int/rec/T-REC-E.164",
        serialize=_printed,
        parse_value=_text(r"\+[1-9]\d{1,14}", "A Phone starts with + and the country's code: +493012345678."),
    ),
}
