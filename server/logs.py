"""What is logged and how: one line for each operation, errors with their frames, and never a value of a request."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import msgspec

from access import Viewer

ROOT = f"{Path(__file__).resolve().parent.parent}/"

FLUSH_SECONDS = 0.1
"""How long a line about an operation may wait for others, to be written with them."""
FLUSH_LINES = 100
"""How many others it waits for."""

MOST_FRAMES = 50
"""Frames of a traceback that are logged: the innermost."""

LONGEST_NAME = 100
"""Characters of an operation's name that are logged."""

REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
"""What a client may call its request; anything else is replaced."""

_PROCESS = secrets.token_hex(5)
_NUMBERS = itertools.count(1)


def request_id(given: bytes | None = None) -> str:
    """The name of a request in the log and in its answer: the client's own if it is a sane one, else a new one."""
    if given is not None and REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{_PROCESS}-{next(_NUMBERS):x}"


@dataclass(slots=True)
class Entry:
    """What becomes known of one operation while it is answered."""

    request: str
    door: str
    """How it came in: `http`, `ws` or `sse`."""
    viewer: Viewer | None = None
    kind: str = ""
    name: str = ""
    status: int = 0
    """Of the HTTP answer; 0 where there is none."""
    code: str = ""
    """Of the first error; empty where there is none."""
    cost: int | None = None
    """The points that were taken for it; None where none were."""
    started: float = field(default_factory=time.perf_counter)


def viewer_id(user: int | None, key: int | None) -> str:
    """What the log calls a viewer: the key or the user, by number; never a name or an address."""
    if key is not None:
        return f"key_{key}"
    return "" if user is None else f"usr_{user}"


class OperationLog:
    """Writes one line per operation to standard error, several at once: a line by itself would cost 10 µs of 60.

    Lines are spelled when they are written: one after the other, that takes a third of the time.
    """

    def __init__(self, style: str = "json", stream: TextIO | None = None) -> None:
        self.line = json_line if style == "json" else text_line
        self.stream = stream
        self.waiting: list[tuple[Entry, float, float]] = []

    def write(self, entry: Entry) -> None:
        """Note an operation that has been answered."""
        self.waiting.append((entry, time.time(), (time.perf_counter() - entry.started) * 1000))
        if len(self.waiting) == 1:
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)
        elif len(self.waiting) == FLUSH_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what waits. A log that cannot be written must not keep requests from being answered."""
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        lines = [self.line(entry, now, milliseconds) for entry, now, milliseconds in waiting]
        stream = self.stream or sys.stderr
        try:
            stream.write("".join(lines))
            stream.flush()
        except (OSError, ValueError) as error:  # a pipe nobody reads from any more, a closed stream
            logging.getLogger("rapport.logs").debug("%d lines could not be written: %s", len(lines), error)


def json_line(entry: Entry, now: float, milliseconds: float) -> str:
    """One line of JSON. Every part is of an alphabet that needs no escapes."""
    viewer = entry.viewer
    user, key, role = (viewer.user_id, viewer.key_id, viewer.role) if viewer else (None, None, "")
    name = entry.name[:LONGEST_NAME]
    rest = alike(entry.door, entry.kind, name, user, key, role, entry.status, entry.code, entry.cost)
    return (
        f'{{"time":"{stamp(now)}","level":"info","event":"operation","request":"{entry.request}",'
        f'"ms":{milliseconds:.2f},{rest}'
    )


@lru_cache(maxsize=1000)
def alike(
    door: str,
    kind: str,
    name: str,
    user: int | None,
    key: int | None,
    role: str,
    status: int,
    code: str,
    cost: int | None,
) -> str:
    """The end of a line, which is the same for all that somebody asks alike."""
    spelled = "null" if cost is None else str(cost)
    return (
        f'"door":"{door}","kind":"{kind}","name":"{name}","viewer":"{viewer_id(user, key)}",'
        f'"role":"{role}","status":{status},"code":"{code}","cost":{spelled}}}\n'
    )


def text_line(entry: Entry, now: float, milliseconds: float) -> str:
    """The same for a person at a terminal."""
    viewer = entry.viewer
    parts = (
        stamp(now)[11:23],
        entry.door,
        str(entry.status or ""),
        f"{milliseconds:.1f} ms",
        entry.kind,
        entry.name[:LONGEST_NAME],
        entry.code,
        f"{viewer_id(viewer.user_id, viewer.key_id)} {viewer.role}".strip() if viewer else "",
        f"({entry.request})",
    )
    return " ".join(part for part in parts if part) + "\n"


_second = (0, "")
_MILLISECONDS = tuple(f".{number:03d}Z" for number in range(1000))


def stamp(now: float) -> str:
    """An instant as the API prints them: `2026-01-31T09:30:00.000Z`. The second is spelled once a second."""
    global _second
    second = int(now)
    if second != _second[0]:
        _second = (second, dt.datetime.fromtimestamp(second, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    return _second[1] + _MILLISECONDS[int((now - second) * 1000)]


class Scrubbed(logging.Formatter):
    """A formatter whose tracebacks tell where an exception came from, and nothing of what was being worked on."""

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        told = "".join(tell(record.exc_info[1])) if record.exc_info and record.exc_info[1] else ""
        return self.put(record, message, told)

    def put(self, record: logging.LogRecord, message: str, told: str) -> str:
        """The line of a record."""
        raise NotImplementedError


class JsonFormatter(Scrubbed):
    """A record as one line of JSON."""

    def put(self, record: logging.LogRecord, message: str, told: str) -> str:
        line: dict[str, Any] = {
            "time": stamp(record.created),
            "level": record.levelname.lower(),
            "event": "message",
            "logger": record.name,
            "message": message,
        }
        if told:
            line["traceback"] = told
        return msgspec.json.encode(line).decode()


class TextFormatter(Scrubbed):
    """A record as lines that a person reads."""

    def put(self, record: logging.LogRecord, message: str, told: str) -> str:
        return f"{stamp(record.created)} {record.levelname} {record.name}: {message}" + (f"\n{told}" if told else "")


def tell(error: BaseException) -> Iterator[str]:
    """An exception with those that led to it: types, frames, and messages without what was quoted in them."""
    chain: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in chain:
        chain.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    for number, each in enumerate(reversed(chain)):
        yield "" if number == 0 else "which led to:\n"
        yield "Traceback, the latest call last:\n"
        for frame in traceback.extract_tb(each.__traceback__, limit=-MOST_FRAMES):
            yield f"  {frame.filename.removeprefix(ROOT)}:{frame.lineno} in {frame.name}\n"
        yield f"{type(each).__module__}.{type(each).__qualname__}: {scrub(each)}\n"


DATABASES = ("sqlite3", "asyncpg", "aiosqlite", "tortoise", "models.database")
"""Modules whose exceptions may repeat rows, parameters or statements."""

FACTS = ("sqlstate", "sqlite_errorname", "constraint_name", "table_name", "column_name")
"""What of a database's exception is about the tables and not about what is in them."""

QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\([^)]*\)|\S*@\S*|\d{4,}|[^\x00-\x7f]+""")
LONGEST_TOLD = 200
"""Characters of an exception's message that are logged."""


def scrub(error: BaseException) -> str:
    """The message of an exception without values: of a database only codes and names, of others what is not quoted."""
    if type(error).__module__.startswith(DATABASES):
        facts = ((name, getattr(error, name, None)) for name in FACTS)
        return ", ".join(f"{name} {value}" for name, value in facts if isinstance(value, str) and value) or "…"
    return QUOTED.sub("…", str(error))[:LONGEST_TOLD]


def logging_config(level: str, style: str = "json") -> dict[str, Any]:
    """Logs go to standard error. Nothing logs documents or variables: they hold personal data."""
    formatter = JsonFormatter if style == "json" else TextFormatter
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": level.upper(), "handlers": ["stderr"]},
        "loggers": {
            # What it says below a warning is of its own start and stop, and of URLs and frames with all they hold.
            "uvicorn": {"level": "ERROR" if level == "error" else "WARNING"},
            # Statements with their parameters.
            **{name: {"level": "WARNING"} for name in ("tortoise", "aiosqlite", "asyncpg", "websockets", "asyncio")},
            "strawberry.execution": {"level": "CRITICAL", "propagate": False},
        },
    }


def chosen(style: str) -> str:
    """The style that `auto` means here: text at a terminal, JSON where another program reads."""
    if style != "auto":
        return style
    return "text" if sys.stderr is not None and sys.stderr.isatty() else "json"
