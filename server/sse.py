"""GraphQL over server-sent events: one request, one operation, and its results as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Send

from access import Viewer
from errors import Refusal, errors_body
from server.desk import Auth
from server.logs import Entry
from server.operation import internal_error
from server.seats import Seat
from server.stopping import Stopping

EVENTS = b"text/event-stream"

KEEP_ALIVE_SECONDS = 12.0
"""How long a stream may be silent: proxies close what is silent for a minute, some for half of one."""

CHECK_SECONDS = 2.0
"""How often it is looked up whether the viewer may still listen."""

KEEP_ALIVE = b":\n\n"
COMPLETE = b"event: complete\ndata:\n\n"  # without the empty data browsers would not tell the page


class Stream:
    """A stream of events, in the protocol's mode of distinct connections. It ends when its client hangs up."""

    status = 200

    def __init__(
        self, events: AsyncIterator[bytes], state: Mapping[str, Any], entry: Entry, seat: Seat | None = None
    ) -> None:
        self.events = events
        self.auth: Auth = state["auth"]
        self.stopping: Stopping = state["stopping"]
        self.entry = entry
        self.seat = seat
        self.begun = False
        entry.door = "sse"

    async def send(self, send: Send, receive: Receive, more: Sequence[tuple[bytes, bytes]]) -> None:
        """Send the events, and see that nothing of it goes on once nobody listens."""
        headers = [*more, (b"content-type", EVENTS + b"; charset=utf-8"), (b"x-accel-buffering", b"no")]
        forward = asyncio.create_task(self.forward(send, headers))
        ends = [asyncio.create_task(hung_up(receive)), asyncio.create_task(self.stopping.told.wait())]
        ends.append(asyncio.create_task(self.not_allowed_any_more()))
        try:
            await asyncio.wait([forward, *ends], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (forward, *ends):
                task.cancel()
            await asyncio.gather(forward, *ends, return_exceptions=True)
            if self.seat is not None:
                self.seat.give_back()
        if not self.begun:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def forward(self, send: Send, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Every event as it comes, then the end; a sign of life where there is none for long."""
        self.begun = True
        await send({"type": "http.response.start", "status": self.status, "headers": headers})

        async def write(data: bytes) -> None:
            await send({"type": "http.response.body", "body": data, "more_body": True})

        events = aiter(self.events)
        coming: asyncio.Task[bytes | None] = asyncio.create_task(following(events))
        try:
            while True:
                done, _ = await asyncio.wait([coming], timeout=KEEP_ALIVE_SECONDS)
                if not done:
                    await write(KEEP_ALIVE)
                    continue
                body = coming.result()
                if body is None:
                    break
                await write(event(body))
                coming = asyncio.create_task(following(events))
        except Refusal as refusal:
            self.entry.code = refusal.code.value
            await write(event(errors_body([refusal])))
        except Exception as error:
            internal = internal_error(error)
            self.entry.code = internal.code.value
            await write(event(errors_body([internal])))
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await close(events)
        await write(COMPLETE)

    async def not_allowed_any_more(self) -> None:
        """Returns when the token that opened the stream has expired or was revoked."""
        assert self.entry.viewer is not None
        while await allowed(self.auth, self.entry.viewer):  # noqa: ASYNC110 -- nobody tells when a token ends
            await asyncio.sleep(CHECK_SECONDS)


async def allowed(auth: Auth, viewer: Viewer) -> bool:
    """Whether a viewer may still listen. While that cannot be looked up nothing changes, and it is asked again."""
    try:
        return await auth.still_valid(viewer)
    except Refusal:
        return False
    except Exception as error:
        internal_error(error)  # for the log
        return True


def event(body: bytes) -> bytes:
    """A result as an event. JSON has line breaks between values only, where any space will do."""
    if b"\n" in body or b"\r" in body:
        body = body.replace(b"\r", b" ").replace(b"\n", b" ")
    return b"event: next\ndata: " + body + b"\n\n"


async def following(events: AsyncIterator[bytes]) -> bytes | None:
    return await anext(events, None)


async def close(events: AsyncIterator[bytes]) -> None:
    """Let what makes the events put its things away."""
    end = getattr(events, "aclose", None)
    if end is not None:
        with suppress(RuntimeError):  # it has not let go yet: its own cancellation does the same
            await end()


async def hung_up(receive: Receive) -> None:
    """Returns when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
