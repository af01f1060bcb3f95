"""What differs between SQLite and PostgreSQL, and nothing else: the base spells what they share."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar

import msgspec

from compiler.catalog import Kind
from compiler.marks import REOPENED, unmarked
from compiler.money import EXPONENTS

_COMPARISONS = {
    "eq": "{x} = {v}",
    "ne": "({x} = {v}) IS NOT TRUE",
    "gt": "{x} > {v}",
    "gte": "{x} >= {v}",
    "lt": "{x} < {v}",
    "lte": "{x} <= {v}",
    "startsWith": "({x} >= {v} AND {x} < {w})",
    "null": "{x} IS NULL",
    "given": "{x} IS NOT NULL",
}


def quote(text: str) -> str:
    """A string literal for text that is ours: a field's name, a type's name, punctuation."""
    return "'" + text.replace("'", "''") + "'"


class Dialect(ABC):
    """The SQL both databases understand."""

    name: ClassVar[str]
    operators: ClassVar[Mapping[str, str]]
    mark: ClassVar[str] = '"'
    """What stands for a quotation mark in what a statement answers with, until that is `finished`."""
    quoted: ClassVar[frozenset[Kind]] = frozenset((Kind.ENUM, Kind.DATE, Kind.INSTANT))
    """Kinds whose values stand between quotation marks as `bare` gives them."""
    fence: ClassVar[str] = ""
    """How a query ends that is to be asked where it stands, and neither joined to what is around it nor turned about:
    one for ids not anew for each row that is looked at, one for the row at hand not for all rows beforehand."""
    nesting: ClassVar[int] = 0
    """How much may nest in one piece of a statement, in symbols of its parser's stack; 0 for any amount."""
    holds: ClassVar[Mapping[str, str]] = {"": "", "keep": "", "change": ""}
    """How a query ends that keeps others from removing or changing the rows it finds until the transaction ends;
    nothing is needed where one transaction that writes runs at a time."""

    @abstractmethod
    def parameter(self, number: int, type_: str) -> str:
        """The placeholder of a parameter: `?1`, `$1::bigint`."""

    def bind(self, type_: str, value: Any) -> Any:
        """A value as the driver takes it."""
        return value

    def bare(self, kind: Kind, sql: str) -> str:
        """A value of the `quoted` kinds as the text that stands between quotation marks."""
        return sql

    @abstractmethod
    def json(self, kind: Kind, sql: str, nullable: bool) -> str:
        """A value as JSON text: `json_quote(t1.name)`."""

    def shown(self, kind: Kind, sql: str, nullable: bool) -> list[Piece]:
        """The pieces of a value in an answer."""
        if kind not in self.quoted:
            return [(True, self.json(kind, sql, nullable))]
        pieces = [(False, '"'), (True, self.bare(kind, sql)), (False, '"')]
        return [(True, f"COALESCE({self.concat(pieces)}, 'null')")] if nullable else pieces

    def concat(self, pieces: Sequence[Piece]) -> str:
        """Text of an answer put together from its pieces."""
        return concat([(is_sql, text if is_sql else text.replace('"', self.mark)) for is_sql, text in pieces])

    def finished(self, answer: bytes) -> bytes:
        """The JSON of what a statement answered with."""
        return answer

    def list_json(self, sql: str) -> str:
        """JSON texts of many rows as one array: `'[' || COALESCE(group_concat(x, ','), '') || ']'`."""
        return self.concat(self.listed(sql))

    def listed(self, sql: str, of: str = "") -> list[tuple[bool, str]]:
        """The same in pieces; `of` says which of the rows."""
        some = f" FILTER (WHERE {of})" if of else ""
        return [(False, "["), (True, f"COALESCE({self.joined(sql)}{some}, '')"), (False, "]")]

    @abstractmethod
    def joined(self, sql: str) -> str:
        """Texts of many rows with commas between, in the order of the rows."""

    def whole(self, sql: str) -> str:
        """A sum as a 64-bit whole number."""
        return sql

    @abstractmethod
    def least(self, a: str, b: str) -> str:
        """The smaller of two numbers."""

    @abstractmethod
    def days(self, start: str, end: str) -> str:
        """The number of days from one date to another."""

    @abstractmethod
    def hex(self, sql: str) -> str:
        """Text as the hexadecimal of its UTF-8."""

    @abstractmethod
    def scaled(self, sql: str, places: int) -> str:
        """A column with whole numbers of 10^-places, not null, as decimal text: 12345, 2 → `'123.45'`."""

    @abstractmethod
    def period(self, kind: Kind, sql: str, unit: str, zone: str) -> str:
        """The start of the calendar period an instant or a date falls into; for an instant in a time zone."""

    @abstractmethod
    def elements(self, list_: str) -> str:
        """A FROM item with one row for each text of a list parameter, in a column `value`."""

    @abstractmethod
    def among(self, key: str, name: str, *, led: bool) -> str:
        """That a key is in a set of ids; `led` has rows found by them, where an index on the key serves."""

    @abstractmethod
    def pairs(self, list_: str) -> str:
        """A FROM item with the rows of a JSON array of [prefix, number], in its order."""

    def decimal(self, minor: str, currency: str) -> str:
        """Minor units of a currency as decimal text."""
        by_places: dict[int, list[str]] = {}
        for code, places in sorted(EXPONENTS.items()):
            by_places.setdefault(places, []).append(quote(code))
        whens = " ".join(
            f"WHEN {currency} IN ({', '.join(codes)}) THEN {self.scaled(minor, places)}"
            for places, codes in sorted(by_places.items())
        )
        # The commonest case first: a row in euros passes one test instead of three.
        two = self.scaled(minor, 2)
        return f"CASE WHEN {currency} IN ('EUR', 'USD') THEN {two} {whens} ELSE {two} END"


@lru_cache(maxsize=10_000)  # the same viewers come again and again
def ids_text(ids: tuple[int, ...]) -> str:
    """Ids as SQLite takes many: `[4,7]`."""
    return msgspec.json.encode(ids).decode()


@lru_cache(maxsize=10_000)
def listed_text(ids: tuple[int, ...]) -> str:
    """Ids as SQLite looks for one of them: `,4,7,`."""
    return f",{','.join(map(str, ids))},"


AS_THEY_ARE = frozenset({NoneType, bool, int, str})
"""What SQLite's driver takes as it is."""


class SQLite(Dialect):
    """SQLite 3.40 and later."""

    name = "sqlite"
    # Its parser's stack holds 100 symbols; what is left is for the clauses of the innermost query.
    nesting = 50
    operators: ClassVar[Mapping[str, str]] = _COMPARISONS | {
        "in": "{x} IN (SELECT value FROM json_each({v}))",
        "notIn": "({x} IN (SELECT value FROM json_each({v}))) IS NOT TRUE",
        # For a row at hand: opening a list costs 2 µs and more, though with it each of many rows costs less.
        "listed": "instr({v}, ',' || {x} || ',') > 0",
        "contains": "instr({x}, {v}) > 0",
        "endsWith": "substr({x}, length({x}) - length({v}) + 1) = {v}",
    }
    _periods: ClassVar[Mapping[str, str]] = {
        "DAY": "{x}",
        "WEEK": "date({x}, 'weekday 0', '-6 days')",
        "MONTH": "date({x}, 'start of month')",
        "QUARTER": "date({x}, 'start of month', '-' || ((CAST(strftime('%m', {x}) AS INTEGER) - 1) % 3) || ' months')",
        "YEAR": "date({x}, 'start of year')",
    }

    def parameter(self, number: int, type_: str) -> str:
        return f"?{number}"

    def bind(self, type_: str, value: Any) -> Any:
        if type(value) in AS_THEY_ARE:
            return value  # nearly always, and sooner than by the patterns
        match value:
            case dt.datetime():
                return instant_text(value)
            case dt.date():
                return value.isoformat()
            case list() if type_ == "json":
                return msgspec.json.encode(value).decode()
            case list():
                return msgspec.json.encode([self.bind("", item) for item in value]).decode()
            case tuple():
                return listed_text(value) if type_ == "listed" else ids_text(value)
            case _:
                return value

    def json(self, kind: Kind, sql: str, nullable: bool) -> str:
        match kind:
            case Kind.NAMES:
                return sql
            case Kind.TEXT | Kind.CODE:
                return f"json_quote({sql})"
            case Kind.INT:
                return f"COALESCE({sql}, 'null')" if nullable else sql
            case Kind.BOOL:
                return f"CASE {sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END"
            case _:  # never holds a character that JSON would escape
                return f"COALESCE('\"' || {sql} || '\"', 'null')" if nullable else f"'\"' || {sql} || '\"'"

    def joined(self, sql: str) -> str:
        return f"group_concat({sql}, ',')"

    def least(self, a: str, b: str) -> str:
        return f"min({a}, {b})"

    def days(self, start: str, end: str) -> str:
        return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"

    def hex(self, sql: str) -> str:
        return f"lower(hex({sql}))"

    def scaled(self, sql: str, places: int) -> str:
        if not places:
            return f"CAST({sql} AS TEXT)"
        unit = 10**places
        # Of the spellings tried this is the fastest, 0.33 µs a value: one printf for both signs, with abs and a text
        # for the sign, takes 0.58, and the whole of 50 customers, 500 orders and 2,500 lines a fifteenth more.
        above = f"printf('%d.%0{places}d', {sql} / {unit}, {sql} % {unit})"
        below = f"printf('-%d.%0{places}d', -{sql} / {unit}, -{sql} % {unit})"
        return f"CASE WHEN {sql} >= 0 THEN {above} ELSE {below} END"

    def period(self, kind: Kind, sql: str, unit: str, zone: str) -> str:
        if kind is Kind.INSTANT:
            return f"crm_period({sql}, {quote(unit)}, {zone})"
        return self._periods[unit].format(x=sql)

    def elements(self, list_: str) -> str:
        return f"json_each({list_})"

    def pairs(self, list_: str) -> str:
        return (
            "(SELECT json_extract(value, '$[0]') AS prefix, json_extract(value, '$[1]') AS number"
            f" FROM json_each({list_}) ORDER BY key)"
        )

    def among(self, key: str, name: str, *, led: bool) -> str:
        # The name nests less than a query; `+` keeps an index on the key out.
        return f"{'' if led else '+'}{key} IN {name}"


class PostgreSQL(Dialect):
    """PostgreSQL 13 and later."""

    name = "postgres"
    # `to_json(x)::text` took 0.25 µs a value, a third of what a page of customers took in all, and more of a few rows.
    # Text goes out as it is stored, between marks that it cannot hold, and is escaped in one go where it arrives.
    mark = "`"
    # Without it, all that may be found is read into memory to look up a few rows there, or a single one, where that is
    # taken for little. It costs nothing; a LIMIT beside it would be one step more.
    fence = " OFFSET 0"
    quoted = Dialect.quoted | {Kind.TEXT, Kind.CODE}
    operators: ClassVar[Mapping[str, str]] = _COMPARISONS | {
        "in": "{x} = ANY({v})",
        "notIn": "({x} = ANY({v})) IS NOT TRUE",
        "contains": "strpos({x}, {v}) > 0",
        "endsWith": "right({x}, length({v})) = {v}",
    }
    # The lock a foreign key takes anyway: those who add rows to one record do not wait for one another.
    holds: ClassVar[Mapping[str, str]] = {
        "": "",
        "keep": " FOR KEY SHARE OF {row}",
        "change": " FOR UPDATE OF {row}",
    }
    _types: ClassVar[Mapping[str, str]] = {
        "instant": "timestamptz",
        "texts": "text[]",
        "bigints": "bigint[]",
        "dates": "date[]",
        "instants": "timestamptz[]",
        "json": "text",
    }

    def parameter(self, number: int, type_: str) -> str:
        return f"${number}::{self._types.get(type_, type_)}"

    def bind(self, type_: str, value: Any) -> Any:
        return msgspec.json.encode(value).decode() if type_ == "json" else value

    def bare(self, kind: Kind, sql: str) -> str:
        match kind:
            case Kind.TEXT | Kind.CODE:
                return f"replace({sql}, {quote(self.mark)}, {quote(REOPENED.decode())})"
            case Kind.INSTANT:
                return f"""to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
            case _:
                return sql

    def shown(self, kind: Kind, sql: str, nullable: bool) -> list[Piece]:
        if kind is Kind.NAMES:
            sql = f"replace({sql}, {quote(chr(34))}, {quote(self.mark)})"
        return super().shown(kind, sql, nullable)

    def finished(self, answer: bytes) -> bytes:
        return unmarked(answer)

    def json(self, kind: Kind, sql: str, nullable: bool) -> str:
        match kind:
            case Kind.NAMES:
                text = sql
            case Kind.TEXT | Kind.CODE:
                text = f"to_json({sql})::text"
            case Kind.INT:
                text = f"({sql})::text"
            case Kind.BOOL:
                text = f"CASE WHEN {sql} THEN 'true' WHEN NOT {sql} THEN 'false' END"
            case Kind.INSTANT:
                text = f"'\"' || {self.bare(kind, sql)} || '\"'"
            case _:
                text = f"'\"' || {sql} || '\"'"
        return f"COALESCE({text}, 'null')" if nullable else text

    def joined(self, sql: str) -> str:
        return f"string_agg({sql}, ',')"

    def whole(self, sql: str) -> str:
        return f"({sql})::bigint"

    def least(self, a: str, b: str) -> str:
        return f"LEAST({a}, {b})"

    def days(self, start: str, end: str) -> str:
        return f"({end} - {start})"

    def hex(self, sql: str) -> str:
        return f"encode(convert_to({sql}, 'UTF8'), 'hex')"

    def scaled(self, sql: str, places: int) -> str:
        if not places:
            return f"({sql})::text"
        return f"(({sql})::numeric * {'0.' + '1'.zfill(places)})::text"

    def period(self, kind: Kind, sql: str, unit: str, zone: str) -> str:
        if kind is Kind.INSTANT:
            return f"date_trunc({quote(unit.lower())}, {sql} AT TIME ZONE {zone}) AT TIME ZONE {zone}"
        return f"date_trunc({quote(unit.lower())}, {sql}::timestamp)::date"

    def elements(self, list_: str) -> str:
        return f"(SELECT unnest({list_}) AS value)"

    def among(self, key: str, name: str, *, led: bool) -> str:
        # It cannot know how few the ids are, and would go through the whole table: 250 customers' orders take 40 ms
        # instead of 5. Of an array it expects no more than ten.
        return f"{key} = ANY (ARRAY(SELECT id FROM {name}))" if led else f"+{key} IN (SELECT id FROM {name})"

    def pairs(self, list_: str) -> str:
        return (
            "(SELECT pair ->> 0 AS prefix, (pair ->> 1)::bigint AS number"
            f" FROM json_array_elements(({list_})::json) WITH ORDINALITY AS pairs (pair, place) ORDER BY place)"
        )


def instant_text(instant: dt.datetime) -> str:
    """An instant as the API prints it and SQLite stores it: UTC, with milliseconds."""
    return instant.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


DIALECTS: Mapping[str, Callable[[], Dialect]] = {"sqlite": SQLite, "postgres": PostgreSQL}


Piece = tuple[bool, str]
"""Text of a JSON answer: whether it is SQL, and what it is."""


def concat(pieces: Sequence[Piece]) -> str:
    """Text put together from (is it SQL, text) pieces, literals merged: `'{"id":"' || t1.id || '"}'`.

    Long chains are bracketed in halves, since SQLite allows expressions to be 1,000 deep.
    """
    merged: list[Piece] = []
    for is_sql, text in pieces:
        if not is_sql and merged and not merged[-1][0]:
            merged[-1] = (False, merged[-1][1] + text)
        elif text:
            merged.append((is_sql, text))
    parts = [text if is_sql else quote(text) for is_sql, text in merged]
    return _chain(parts)


def _chain(parts: Sequence[str]) -> str:
    if len(parts) <= 64:
        return " || ".join(parts)
    half = len(parts) // 2
    return f"({_chain(parts[:half])}) || ({_chain(parts[half:])})"


def braced(items: Iterator[tuple[str, Sequence[Piece]]]) -> Iterator[Piece]:
    """Keys and the pieces of their values as the pieces of a JSON object."""
    yield (False, "{")
    for at, (key, pieces) in enumerate(items):
        yield (False, f'{"," if at else ""}"{key}":')
        yield from pieces
    yield (False, "}")
