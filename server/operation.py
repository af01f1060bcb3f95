"""One operation as a client asks for it: read from JSON, checked, and run, alike over HTTP and WebSocket."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from dataclasses import dataclass
from typing import Any

import msgspec

from compiler.numbers import Number
from errors import Code, Refusal

logger = logging.getLogger("rapport.errors")

DEEPEST = 64
"""How many levels of lists and objects JSON may have: filters need a handful, recursion bears hundreds."""

BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""Strings, whose brackets do not count, and brackets."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A GraphQL document, which of its operations to run, and the values of its variables."""

    query: str | None
    """None where a hash or an id names the document."""
    variables: dict[str, Any] | None = None
    name: str | None = None
    extensions: dict[str, Any] | None = None
    document: object = None
    """The id of a registered document, as it was sent."""


DECODER = msgspec.json.Decoder(float_hook=Number)
"""Leaves to the types of variables how exactly a number is taken."""


class Malformed(Refusal):
    """What was sent is not a GraphQL request; the sentence says what would be."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Code.BAD_REQUEST)


def parse_json(text: bytes | str, what: str) -> Any:
    """JSON as Python values. Raises Malformed, whose sentence calls the text by the name `what`."""
    try:
        value = DECODER.decode(text)
    except RecursionError:
        raise _too_deep(what, _brackets(text)) from None
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not UTF-8: encode it as UTF-8 and send it again.") from None
    except msgspec.ValidationError:
        raise Malformed(f"{what} has a number that is too large: send numbers that long as strings.") from None
    except msgspec.DecodeError as error:
        where = re.search(r"\(byte (\d+)\)", str(error))
        place = f"it goes wrong at byte {where[1]}" if where else "it ends too early or has half a character"
        raise Malformed(f"{what} is not JSON: {place}.") from None
    # Counting brackets takes no time and shows nearly always that there is no depth to measure.
    opening: tuple[Any, Any] = (b"[", b"{") if isinstance(text, bytes) else ("[", "{")
    if text.count(opening[0]) + text.count(opening[1]) > DEEPEST and (depth := depth_of(value)) > DEEPEST:
        raise _too_deep(what, depth)
    return value


def _too_deep(what: str, depth: int) -> Malformed:
    return Malformed(
        f"{what} is nested too deeply: {depth:,} levels of lists and objects, {depth - DEEPEST:,} more than the "
        f"{DEEPEST} allowed. Flatten it."
    )


def _brackets(text: bytes | str) -> int:
    """How deep the brackets of a text stand one inside the other, as far as it is JSON."""
    plain = text if isinstance(text, str) else text.decode(errors="replace")
    depth = deepest = 0
    for bracket in BRACKETS.findall(plain):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif bracket in "]}":
            depth -= 1
    return deepest


def depth_of(value: object) -> int:
    """How many lists and objects stand one inside the other."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, (list, dict))]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def operation_of(value: object, what: str) -> Operation:
    """The operation in a JSON object of `query` and perhaps `variables`, `operationName` and `extensions`.

    The `query` may be missing where `extensions.persistedQuery` or `documentId` names the document.
    """
    if isinstance(value, list):
        raise Malformed(f"{what} is a list: send one operation at a time, as an object.")
    if not isinstance(value, dict):
        raise Malformed(f'{what} must be a JSON object like {{"query": "{{ viewer {{ name }} }}"}}.')
    query, variables, name = value.get("query"), value.get("variables"), value.get("operationName")
    extensions, document = value.get("extensions"), value.get("documentId")
    if extensions is not None and not isinstance(extensions, dict):
        raise Malformed("`extensions` must be an object, or null.")
    if query is None and document is None and not isinstance((extensions or {}).get("persistedQuery"), dict):
        raise Malformed(f"{what} has no `query`: put the GraphQL document there.")
    if query is not None and not isinstance(query, str):
        raise Malformed("`query` must be a string: the GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise Malformed("`variables` must be an object with a value for each variable, or null.")
    if name is not None and not isinstance(name, str):
        raise Malformed("`operationName` must be a string: the name of an operation in the document, or null.")
    return Operation(query, variables, name, extensions, document)


LATE_SECONDS = 0.05
"""How much later than it should a deadline may come."""


class Deadline:
    """Interrupts the current task once its time is up: `with Deadline(10) as deadline:`.

    What `asyncio.timeout` does, for one request as a whole and at a tenth of the cost: its 5 µs stood twice in
    every answer of 60.
    """

    __slots__ = ("_clock", "_task", "passed", "until")

    def __init__(self, seconds: float) -> None:
        global _clock
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self.passed = False
        """Whether it interrupted the task, which whoever catches the cancellation asks with `over`."""
        loop = asyncio.get_running_loop()
        clock = _clock
        if clock is None or clock.loop is not loop:
            clock = _clock = Clock(loop)
        self._clock = clock  # and no other: a loop of another thread may put its own in the place meanwhile
        self.until = loop.time() + seconds
        clock.running[self] = None
        if not clock.ticks:
            clock.tick()

    def interrupt(self) -> None:
        self.passed = True
        self._task.cancel()

    def cancelled(self) -> bool:
        """Whether anybody wants the task to end."""
        return self._task.cancelling() > 0

    def over(self) -> bool:
        """Whether a cancellation that was caught is this deadline's own; then it is taken back."""
        if self.passed:
            self._task.uncancel()
        return self.passed

    def __enter__(self) -> Deadline:
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.running.pop(self, None)


class Clock:
    """Looks at all deadlines of a loop together: a timer for each costs 4 µs."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.running: dict[Deadline, None] = {}
        self.ticks = False

    def tick(self) -> None:
        now = self.loop.time()
        for deadline in [each for each in self.running if each.until <= now]:
            del self.running[deadline]
            deadline.interrupt()
        self.ticks = bool(self.running)
        if self.ticks:
            self.loop.call_later(LATE_SECONDS, self.tick)


_clock: Clock | None = None


def internal_error(error: BaseException) -> Refusal:
    """What a client may know of an error nobody expected: a reference that finds its traceback in the log."""
    reference = secrets.token_hex(6)
    logger.error("Internal error %s", reference, exc_info=error)
    return Refusal(
        f"Something went wrong on our side. Try again, and if it stays, report reference {reference}.",
        Code.INTERNAL_SERVER_ERROR,
    )
