"""The way of a query that was asked before: begun where its bytes come in, and answered as soon as its rows are there.

The ordinary way through the application makes a task, a scope and a dozen coroutines: a customer by id takes 81 µs in
all there, and 38 here, 30 where even the bytes of the headers are those that came before. Nothing is waited for before
its statement is begun: whatever is not known, not allowed or not usual goes the ordinary way, as if it had not been
looked at. Both ways come to the same bytes. What somebody asks often and to the letter, while nothing has changed of
them, is not read, checked and weighed again, which takes a quarter of the rest: it is allowed and paid for as before,
and run anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from random import random
from typing import TYPE_CHECKING, Any

import msgspec

from compiler.numbers import Number
from server.logs import Entry, OperationLog, request_id
from server.operation import DEEPEST

if TYPE_CHECKING:  # building the schema takes a second
    from access import Viewer
    from schema.engine import Ready
    from server.auth import Auth, Known
    from server.desk import Desk

Headers = Sequence[tuple[bytes, bytes]]

MOST_KNOWN = 1000
"""Sets of headers that are known; a client sends the same ones each time, but for the length of the body."""
LONGEST = 2000
"""Bytes of headers, and of bodies, that are worth knowing."""
MOST_AGAIN = 1000
"""Requests that are known to the letter."""
ONE_OF = 8
"""How many are read for one that is kept: where each body is another one, keeping all took 4 % of a customer by id."""
MOST_WAYS = 1000
"""How many ways to pay are known, of all who ask together."""
UNUSUAL = frozenset((b"content-encoding", b"cookie", b"expect", b"transfer-encoding", b"upgrade", b"x-request-id"))
"""Headers whose bearers go the ordinary way."""

END = b"\r\n\r\n"
"""What ends the headers of a request."""


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a usual request. What else there is would be passed over here, whatever is wrong with it."""

    query: str | None = None
    variables: dict[str, Any] | None = None
    operationName: str | None = None
    extensions: dict[str, Any] | None = None
    documentId: None = None


class Let:
    """Headers that were let through."""

    __slots__ = ("authorization", "known", "lines")

    def __init__(self, authorization: bytes, lines: bytes) -> None:
        self.authorization = authorization
        self.lines = lines
        """Those of the answers to them."""
        self.known: Known | None = None
        """Who comes with them, as long as that holds."""


class Way(msgspec.Struct, frozen=True, gc=False):
    """How a viewer pays."""

    viewer: Viewer
    spend: Callable[[float], Any]
    """Takes points from their budget at a moment, and gives the answer's `extensions`. Raises `RateLimited`."""
    cost: int
    """How many."""


class Asks(msgspec.Struct, frozen=True, gc=False):
    """Who asks what, and what it costs them."""

    viewer: Viewer
    ready: Ready
    spend: Callable[[float], Any]
    cost: int
    """Both as of the way in which they pay: here they are nearer."""


class Coming:
    """An answer whose statement is under way."""

    __slots__ = ("_entry", "_express", "_extensions", "_lines", "_ready", "reading")

    def __init__(
        self,
        express: Express,
        ready: Ready,
        entry: Entry,
        lines: bytes,
        extensions: bytes,
        reading: asyncio.Future[bytes | None],
    ) -> None:
        self._express = express
        self._ready = ready
        self._entry = entry
        self._lines = lines
        self._extensions = extensions
        self.reading = reading

    def answer(self) -> tuple[bytes, bytes]:
        """Its header lines and its body, now that `reading` is done; with an error in it if that failed."""
        result: bytes | Exception | None
        try:
            result = self.reading.result()
        except asyncio.CancelledError:  # only the end of the process does that
            result = TimeoutError("the statement was given up")
        except Exception as error:
            result = error
        return self._express.told(self._ready, result, self._entry, self._lines, self._extensions)


class Express:
    """Answers what was asked before; one of the process."""

    def __init__(self, desk: Desk, auth: Auth, log: OperationLog | None) -> None:
        self.desk = desk
        self.auth = auth
        self.log = log
        self._known: dict[tuple[tuple[bytes, bytes], ...], Let] = {}
        """Headers that were let through, the body's length among them."""
        self._heads: dict[bytes, tuple[Let, int]] = {}
        """The bytes of requests up to their bodies, with how long those are."""
        self._again: dict[tuple[bytes, bytes], Asks] = {}
        """By Authorization and body, who asked what: as long as that is the one who is known by it. Whatever changes
        of them, in their rights or in what their token is good for, they are then another one: see `Known.viewer`."""
        self._ways: dict[tuple[Known, int], Way] = {}
        """How somebody pays for what weighs so much."""
        self._forgotten = 0
        """How many operations the engine had forgotten when the last of these was noted."""
        self._decoder = msgspec.json.Decoder(Asked, float_hook=Number)

    def learn(self, headers: Headers, lines: bytes) -> None:
        """Note that a POST with these headers was let through and answered, with these lines."""
        names = [name for name, _ in headers]
        size = sum([len(name) + len(value) for name, value in headers])
        if size > LONGEST or names.count(b"authorization") != 1 or not UNUSUAL.isdisjoint(names):
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[tuple(headers)] = Let(dict(headers)[b"authorization"], lines)

    def learn_head(self, headers: Headers, request: bytes, body: int) -> None:
        """Note that the bytes of a request before its body, which is so long, are known headers and nothing else."""
        head = request[: len(request) - body]
        known = self._known.get(tuple(headers))
        if known is None or len(head) > LONGEST or head.find(END) != len(head) - len(END):
            return
        if len(self._heads) >= MOST_KNOWN:
            self._heads.clear()
        self._heads[head] = known, body

    def answer_to(self, request: bytes) -> tuple[bytes, bytes] | Coming | None:
        """The same as `answer` for the bytes of a request, where its head came before to the letter."""
        end = request.find(END) + len(END)
        known = self._heads.get(request[:end])
        return self._answer(known[0], request[end:]) if known is not None and known[1] == len(request) - end else None

    def answer(self, headers: Headers, body: bytes) -> tuple[bytes, bytes] | Coming | None:
        """The header lines and the body of an answer, at once or when its statement is done; None where it is not
        known how to come to one."""
        known = self._known.get(tuple(headers))
        return None if known is None else self._answer(known, body)

    def _answer(self, let: Let, body: bytes) -> tuple[bytes, bytes] | Coming | None:
        known, authorization, lines, now = let.known, let.authorization, let.lines, time.monotonic()
        if known is None or now >= known.fresh:
            known = let.known = self.auth.known(authorization)
            if known is None:
                return None
        viewer = known.viewer
        engine, entry = self.desk.engine, Entry(request_id(), "http", viewer)
        try:
            asks = self._again.get((authorization, body))
            if asks is None or asks.viewer is not viewer:
                asks = self._read(authorization, body, known, asks is not None)
                if asks is None:
                    return None
            ready, extensions = asks.ready, asks.spend(now)
            entry.cost = asks.cost
        except Exception:  # whatever is wrong, it is met again on the ordinary way, and told there
            return None
        # Here it is paid for, and so it is answered, whatever happens.
        try:
            result = engine.read_here(ready)
            if result is None:
                return Coming(self, ready, entry, lines, extensions, engine.read_soon(ready))
        except Exception as error:
            return self.told(ready, error, entry, lines, extensions)
        return self.told(ready, result, entry, lines, extensions)

    def _read(self, authorization: bytes, body: bytes, known: Known, kept: bool) -> Asks | None:
        """What a body asks for; None where it is not known how to come to that. Raises whatever is wrong with it.

        It is kept for when it comes again if it was `kept` before, or one time of `ONE_OF`, drawn by chance: whatever
        comes often soon is, in whichever order; of what comes once, most is not, and what keeping it costs is saved.
        """
        viewer = known.viewer
        if body.count(b"{") + body.count(b"[") > DEEPEST:
            return None
        asked = self._decoder.decode(body)
        query = self.desk.documents.at_hand(asked.query, asked.extensions)
        ready = query and self.desk.engine.ready(query, asked.variables, asked.operationName, viewer)
        if not ready:
            return None
        way = self._ways.get((known, ready.cost))
        if way is None or way.viewer is not viewer:
            way = self._way(known, ready.cost)
        asks = Asks(viewer, ready, way.spend, way.cost)
        # What the engine has forgotten must not be held here; which that is nobody knows.
        forgotten = self.desk.engine.forgotten
        if forgotten != self._forgotten:
            self._again.clear()
            self._forgotten = forgotten
        if len(body) <= LONGEST and (kept or random() * ONE_OF < 1):
            if len(self._again) >= MOST_AGAIN:
                self._again.clear()
            self.desk.engine.keep(ready)
            self._again[authorization, body] = asks
        return asks

    def _way(self, known: Known, weight: int) -> Way:
        """How somebody pays for what weighs so much, found out, and kept for what else of theirs does."""
        if len(self._ways) >= MOST_WAYS:
            self._ways.clear()
        budget, viewer = self.desk.budget, known.viewer
        if budget is None:
            way = Way(viewer, lambda _: b"", 0)
        else:
            most = self.desk.engine.limits.for_viewer(viewer)[1]
            way = Way(viewer, budget.spending(viewer, "", most, weight), budget.due(weight))
        self._ways[known, weight] = way
        return way

    def told(
        self, ready: Ready, result: bytes | Exception | None, entry: Entry, lines: bytes, extensions: bytes
    ) -> tuple[bytes, bytes]:
        """The header lines and the body of what a statement gave or failed with, which is logged."""
        text, code = self.desk.engine.whole(ready, result, extensions)
        if self.log is not None:
            entry.kind, entry.name = "query", ready.operation.name
            entry.status, entry.code = 200, code
            self.log.write(entry)
        return b"%bx-request-id: %b\r\ncontent-length: %d\r\n" % (lines, entry.request.encode(), len(text)), text


def usual(scope: Mapping[str, Any]) -> bool:
    """Whether a request has the form of those that may be answered so."""
    return bool(scope["method"] == "POST" and scope["path"] == "/graphql" and not scope["query_string"])
