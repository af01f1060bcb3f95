"""The desk: the one way from every door to the engine, past who asks, which document is meant, and what it costs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from access import Viewer
from errors import Code, Refusal
from server.budget import Budget
from server.documents import Persisted
from server.logs import Entry
from server.operation import Deadline, Operation, internal_error

if TYPE_CHECKING:  # building the schema takes a second, which what only speaks the protocol need not wait for
    from schema.engine import Answer, Engine
    from server.auth import Known


class Auth(Protocol):
    """Who tells the doors who is asking; `scope["state"]["auth"]` holds one for the process."""

    def at_hand(self, header: bytes | None) -> Viewer | None:
        """The viewer of an Authorization header, where that is known without asking anybody."""

    def known(self, header: bytes) -> Known | None:
        """The same with how long it holds; asked by the short way of what was asked before."""

    async def viewer(self, headers: Any, address: str) -> Viewer:
        """The viewer of a request, whose headers are pairs. Raises Refusal where its credentials are no good."""

    async def viewer_of(self, token: str) -> Viewer:
        """The viewer with a token. Raises Refusal where it is no good."""

    async def still_valid(self, viewer: Viewer) -> bool:
        """Whether what a viewer came in with would still let them in."""


class Documents(Protocol):
    """What finds the document that a request means."""

    async def resolve(self, query: str | None, extensions: Mapping[str, Any] | None, document_id: object = None) -> str:
        """Its text. Raises Refusal."""

    def at_hand(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """Its text, where nothing must be waited for or refused; None where `resolve` is to be asked."""


@dataclass(frozen=True)
class Desk:
    """One of the process, in `scope["state"]["desk"]`."""

    engine: Engine
    documents: Documents = field(default_factory=Persisted)
    budget: Budget | None = None
    """None where nobody counts."""

    async def run(
        self,
        operation: Operation,
        viewer: Viewer,
        deadline: Deadline,
        entry: Entry,
        address: str = "",
        *,
        only_query: bool = False,
    ) -> Answer:
        """The engine's answer, with its cost. Raises Refusal where there is none by the deadline, or it failed.

        `address` is the client's, `entry` the log's line about what it asks: the points taken are noted there.
        """
        spend = None if self.budget is None else partial(self._spend, self.budget, viewer, address, entry)
        try:
            query = await self.documents.resolve(operation.query, operation.extensions, operation.document)
            answer: Answer = await self.engine.execute(
                query,
                operation.variables,
                operation.name,
                viewer,
                only_query=only_query,
                address=address,
                request=entry.request,
                spend=spend,
            )
            # A write that was stored before the cancellation reached it answers all the same.
            if deadline.cancelled() and not deadline.over():
                raise asyncio.CancelledError  # whoever asked has left
        except Refusal:
            raise
        except asyncio.CancelledError:
            if not deadline.over():
                raise
            raise Refusal(
                "The request took too long and was stopped: ask for less at once, or for fewer levels.",
                Code.TIMEOUT,
            ) from None
        except RecursionError:
            raise Refusal("The operation is nested too deeply: ask for less at once.", Code.QUERY_TOO_COMPLEX) from None
        except Exception as error:
            raise internal_error(error) from error
        if answer.executed and answer.code == Code.RATE_LIMITED.value:
            turn_away(answer.body)
        return answer

    def _spend(self, budget: Budget, viewer: Viewer, address: str, entry: Entry, cost: int) -> bytes | Awaitable[bytes]:
        """Take the points of an operation, note them, and tell so in its `extensions`. Raises `RateLimited`."""
        told = budget.spend(viewer, address, self.engine.limits.for_viewer(viewer)[1], cost)
        if not isinstance(told, bytes):
            return _noted(told, entry, budget.due(cost))
        entry.cost = budget.due(cost)
        return told

    async def listen(self, operation: Operation, viewer: Viewer) -> AsyncGenerator[bytes, None]:
        """The results of an operation that `run` found to be a subscription. Raises Refusal."""
        query = await self.documents.resolve(operation.query, operation.extensions, operation.document)
        async for body in self.engine.subscribe(query, operation.variables, operation.name, viewer):
            yield body


async def _noted(telling: Awaitable[bytes], entry: Entry, cost: int) -> bytes:
    told = await telling
    entry.cost = cost
    return told


class _Error(msgspec.Struct):
    message: str
    extensions: dict[str, Any]
    path: list[str | int] = []


class _Executed(msgspec.Struct):
    errors: list[_Error]
    data: dict[str, msgspec.Raw] | None


def turn_away(body: bytes) -> None:
    """Raise what kept an operation from anything at all as a Refusal: only then can its status say when to come back.

    Guesses at passwords are counted where they are checked, which is when an operation is run already.
    """
    answer = msgspec.json.decode(body, type=_Executed)
    if any(bytes(value) != b"null" for value in (answer.data or {}).values()):
        return
    first = answer.errors[0]
    raise Refusal(first.message, Code.RATE_LIMITED, first.path, retry_after=first.extensions.get("retryAfter"))
