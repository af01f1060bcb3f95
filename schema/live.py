"""What can be subscribed to: root fields whose results keep coming while somebody listens."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec

from errors import BadInput
from schema.kit.types import Arg, Item, make_type

LONGEST_BEAT = 60
"""Seconds between two heartbeats at most."""


def make_subscription() -> type:
    """The subscription type."""
    return make_type(
        "Subscription",
        "Listen to the CRM.",
        {
            "heartbeat": Item(
                "DateTime",
                "The server's time, now and again and again: proves that a live connection works from end to end.",
                {"every": Arg("int", f"Seconds between two beats, 1 to {LONGEST_BEAT}.", 1)},
            )
        },
    )


async def heartbeat(arguments: Mapping[str, Any]) -> AsyncIterator[bytes]:
    """The time as JSON. Raises `BadInput`."""
    every = arguments["every"]
    if not 1 <= every <= LONGEST_BEAT:
        raise BadInput(f"`every` is {every}, but must be from 1 to {LONGEST_BEAT} seconds.", ["heartbeat"])
    while True:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        yield msgspec.json.encode(now.replace("+00:00", "Z"))
        await asyncio.sleep(every)


SUBSCRIPTIONS: Mapping[str, Callable[[Mapping[str, Any]], AsyncIterator[bytes]]] = {"heartbeat": heartbeat}
"""By root field: from its arguments to its results as JSON."""
