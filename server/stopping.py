"""The end of a process: what is running is finished, what is open is told, and nobody new is sent here."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn

DRAIN_SECONDS = 6.5
"""How long what is running may take once the process is told to stop; the server itself then waits a little more."""

NOTICE_SECONDS = 0.5
"""How long `/readyz` says no at least, after SIGTERM, before the port is closed."""

REASON = "The server is restarting: connect again"

logger = logging.getLogger("rapport.stopping")

Handler = Callable[[int, FrameType | None], Any]


class Stopping:
    """Whether the process has been told to stop, and what is still to be waited for."""

    def __init__(self) -> None:
        self.begun = False
        self.running = 0
        """Requests that are being answered."""
        self.told = asyncio.Event()
        """For connections that stay open, which end when it is set."""
        self._signals: list[int] = []
        self._drain: asyncio.Task[None] | None = None

    def listen(self) -> None:
        """Stand before the server's own handlers of signals, where the server runs in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                signal.signal(number, partial(self._signalled, loop, before))

    def _signalled(
        self, loop: asyncio.AbstractEventLoop, before: Handler, number: int, frame: FrameType | None
    ) -> None:
        # Ctrl-C reaches a worker twice, as SIGINT from the terminal and as SIGTERM from its parent: that is one wish.
        again = number in self._signals
        self._signals.append(number)
        self.begun = True
        if again:
            server: Any = getattr(before, "__self__", None)
            if isinstance(server, uvicorn.Server):
                server.force_exit = True
            before(number, frame)
        elif len(self._signals) == 1:
            loop.call_soon_threadsafe(self._begin, number, before)

    def _begin(self, number: int, before: Handler) -> None:
        self.told.set()
        self._drain = asyncio.create_task(self._wait(number, before))

    async def _wait(self, number: int, before: Handler) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        least = NOTICE_SECONDS if number == signal.SIGTERM else 0.0
        # An event would cost every request more than this costs once.
        while (passed := loop.time() - started) < DRAIN_SECONDS and (self.running or passed < least):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        logger.info("stopping after %.1f s with %d requests running", loop.time() - started, self.running)
        before(number, None)
