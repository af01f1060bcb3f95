"""PostgreSQL's messages: statements that are sent ahead of one that the driver sends, so that all travel together."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from models.backends.queue import Pending
from models.stored import Target

MOST_PREPARED = 200
"""Statements that a connection keeps prepared. What writes is a few dozen; the others read answers to writes."""


class Prepared:
    """The statements that one connection has prepared to be sent ahead."""

    def __init__(self) -> None:
        self.names: OrderedDict[str, bytes] = OrderedDict()
        """By text, the one used last at the end."""
        self.new: dict[str, bytes] = {}
        """Those of the message that is on its way."""
        self.doubtful: list[bytes] = []
        """Names that the server may know, or not: they stood in a message that failed."""

    def messages(self, statements: Iterable[Pending]) -> bytes:
        """The messages that run statements, to be sent right before one of the driver's, which brings the Sync.

        Parse, where the connection has not met the text before, then Bind and Execute for each row of values. What
        fails makes the server skip all that follows, and the driver's statement raises it. Rows that they give come
        as if they were that statement's. The driver itself waits for each statement's answer, which costs 60 µs of this
        process and a way to the server and back: a ticket's rows and its transaction's BEGIN would take five.
        """
        names, message = self.names, bytearray()
        new: dict[str, bytes] = {}
        while len(names) > MOST_PREPARED:
            _, name = names.popitem(last=False)
            message += CLOSE.pack(b"C", len(name) + 6, b"S") + name + b"\0"
        for sql, rows in statements:
            if sql in names:
                name = names[sql]
                names.move_to_end(sql)
            elif sql in new:
                name = new[sql]
            else:
                name = new[sql] = b"ahead_%d" % next(NAMES)
                text = sql.encode()
                message += PARSE.pack(b"P", len(name) + len(text) + 8) + name + b"\0" + text + b"\0\0\0"
            for row in rows:
                if isinstance(row, Binary):
                    formats = BINARIES
                    values = b"".join(
                        [NULL if value is None else len(value).to_bytes(4, "big") + value for value in row]
                    )
                else:
                    formats = TEXTS
                    values = row.text if type(row) is Spelled else spelled(row)
                message += (
                    PARSE.pack(b"B", len(name) + len(formats) + len(values) + 10) + b"\0" + name + b"\0" + formats
                )
                message += COUNT.pack(len(row)) + values + b"\0\0" + EXECUTE
        self.new = new
        self.doubtful += new.values()
        return bytes(message)

    def answered(self) -> None:
        """The driver's statement was answered, and with it all that was sent ahead of it.

        Only now: behind something that failed or was stopped, the server has prepared nothing more.
        """
        self.names.update(self.new)
        self.doubtful.clear()


MANY = 3
"""From how many rows on new ones are sent as a list for each column: fewer take less as values."""


class Binary(tuple[bytes | None, ...]):
    """The values of a statement, each spelled as PostgreSQL itself holds it."""


class Spelled(list[object]):
    """The values of a statement that is run again and again, which all `can_spell`, with their text."""

    __slots__ = ("text",)

    def __init__(self, values: Iterable[object]) -> None:
        super().__init__(values)
        self.text = spelled(self)


def unnested(into: Target, columns: Sequence[Sequence[Any]]) -> Pending:
    """New rows from a list for each column, and one value for each column that says the same in all of them.

    `INSERT INTO team (id, version) SELECT c1, $2::integer FROM unnest($1::bigint[]) AS r (c1)`
    """
    same = tuple(column.count(column[0]) == len(column) for column in columns)
    if all(same):  # as entries about one record do that was changed alike again and again: a list tells how many
        same = (False, *same[1:])
    values = [
        spell_binary(type_, column[0]) if alike else spell_list(type_, column)
        for type_, column, alike in zip(into.types, columns, same, strict=True)
    ]
    return unnesting(into, same), [Binary(values)]


@functools.lru_cache(maxsize=1000)
def unnesting(into: Target, same: tuple[bool, ...]) -> str:
    words, lists, names = [], [], []
    for number, (type_, alike) in enumerate(zip(into.types, same, strict=True), 1):
        if alike:
            words.append(f"${number}::{type_}")
        else:
            words.append(f"c{number}")
            names.append(f"c{number}")
            lists.append(f"${number}::{type_}[]")
    return f"{into.head} SELECT {', '.join(words)} FROM unnest({', '.join(lists)}) AS r ({', '.join(names)})"


def spell_list(type_: str, values: Sequence[Any]) -> bytes:
    """Values as PostgreSQL holds a list of them."""
    spell, oid = BINARY[type_]
    items = [
        NULL if value is None else b"%b%b" % (len(text := spell(value)).to_bytes(4, "big"), text) for value in values
    ]
    return LIST.pack(1, int(None in values), oid, len(items), 1) + b"".join(items)


def spell_binary(type_: str, value: Any) -> bytes | None:
    """A value as PostgreSQL holds it."""
    return None if value is None else BINARY[type_][0](value)


EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
LIST = struct.Struct("!iiIii")
BINARY: Mapping[str, tuple[Callable[[Any], bytes], int]] = {
    "bigint": (struct.Struct("!q").pack, 20),
    "integer": (struct.Struct("!i").pack, 23),
    "boolean": (struct.Struct("!?").pack, 16),
    "text": (str.encode, 25),
    "date": (lambda value: struct.pack("!i", (value - EPOCH.date()).days), 1082),
    "timestamptz": (lambda value: struct.pack("!q", (value - EPOCH) // MICROSECOND), 1184),
}
"""By type, how PostgreSQL holds its values, and the number of the type."""


PARSE, CLOSE, COUNT = struct.Struct("!ci"), struct.Struct("!cic"), struct.Struct("!h")
TEXTS, BINARIES = COUNT.pack(0), COUNT.pack(1) + COUNT.pack(1)
"""How a Bind says that all of its values are text, or as PostgreSQL itself holds them."""
EXECUTE = b"E" + struct.pack("!i", 9) + b"\0" + struct.pack("!i", 0)
NAMES = itertools.count(1)


def spelled(row: Iterable[object]) -> bytes:
    """Values as the text PostgreSQL reads, each after its length."""
    pieces = []
    for value in row:
        if value is None:
            pieces.append(NULL)
        else:
            text = SPELLINGS[type(value)](value)
            pieces += (len(text).to_bytes(4, "big"), text)
    return b"".join(pieces)


NULL = b"\xff\xff\xff\xff"
"""The length -1."""


def spell_ids(ids: Iterable[int]) -> bytes:
    """Ids as PostgreSQL reads a list of them: `{4,7}`."""
    return b"{%b}" % b",".join([b"%d" % each for each in ids])


SPELLINGS: Mapping[type, Callable[[Any], bytes]] = {
    str: str.encode,
    int: lambda value: b"%d" % value,
    bool: lambda value: b"t" if value else b"f",
    dt.datetime: functools.lru_cache(maxsize=1000)(lambda value: value.isoformat().encode()),
    dt.date: lambda value: value.isoformat().encode(),
    list: spell_ids,  # as every list that is sent
    tuple: functools.lru_cache(maxsize=1000)(spell_ids),  # of a viewer's reps
}


def can_spell(value: object) -> bool:
    """Whether a value can be sent so."""
    if type(value) is tuple:
        return are_ids(value)
    if type(value) is list:
        return all(type(each) is int for each in value)
    return value is None or type(value) in SPELLINGS


@functools.lru_cache(maxsize=1000)
def are_ids(values: tuple[object, ...]) -> bool:
    return all(type(each) is int for each in values)
