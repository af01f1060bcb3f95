"""PostgreSQL's messages: statements that are sent ahead of one that the driver sends, so that all travel together."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from models.backends.queue import Pending

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
        for sql, rows in together(statements):
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
                values = b"".join([NULL if value is None else spell(value) for value in row])
                message += PARSE.pack(b"B", len(name) + len(values) + 12) + b"\0" + name + b"\0\0\0"
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


TOGETHER = (25, 5, 2)
"""Rows that one INSERT writes where there are so many: running it costs the server as much as a row of few columns."""


def together(statements: Iterable[Pending]) -> Iterator[Pending]:
    """The same statements, with rows to insert taken together."""
    for sql, rows in statements:
        at = 0
        for size in TOGETHER if sql.startswith("INSERT") else ():
            groups = range(at, len(rows) - size + 1, size)
            if groups:
                taken = [tuple(itertools.chain.from_iterable(rows[first : first + size])) for first in groups]
                yield inserting_many(sql, len(rows[0]), size), taken
                at += len(groups) * size
        if at < len(rows):
            yield sql, rows[at:]


@functools.cache
def inserting_many(sql: str, columns: int, size: int) -> str:
    """`INSERT INTO team (id, name) VALUES ($1, $2), ($3, $4), …`."""
    marks = (", ".join(f"${at * columns + number}" for number in range(1, columns + 1)) for at in range(size))
    return f"{sql.partition(' VALUES ')[0]} VALUES " + ", ".join(f"({each})" for each in marks)


PARSE, CLOSE, COUNT = struct.Struct("!ci"), struct.Struct("!cic"), struct.Struct("!h")
EXECUTE = b"E" + struct.pack("!i", 9) + b"\0" + struct.pack("!i", 0)
NAMES = itertools.count(1)


def spell(value: object) -> bytes:
    """A value as the text PostgreSQL reads, after its length."""
    text = SPELLINGS[type(value)](value)
    return len(text).to_bytes(4, "big") + text


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
