"""What tests of the limits stand on: documents that ask for much, and how what they weigh is looked at."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, get_introspection_query, parse

from access import Viewer
from schema.engine import Engine
from schema.limits import Limits, Measure, fragments_of
from schema.weight import Weigher, Weight
from tests.cases import NO_LIMITS
from tests.viewers import ADMIN

SECONDS = 0.25
"""How long a refusal may take, and how long others may wait meanwhile: of this thread's own time, so that it is the
server that is measured and not what else the machine does."""

EXAMPLES = Path(__file__).parents[1] / "examples"
INTROSPECTION = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
READER = dataclasses.replace(ADMIN, key_id=7)
"""An API key: it may ask for less at once."""
WHERE = "query ($where: CustomerWhere) { customers(where: $where) { nodes { id } } }"


def nested(levels: int, inner: str, outer: str) -> str:
    """`inner` inside `outer`, as many times."""
    return outer * levels + inner + "}" * levels * outer.count("{")


def chain(
    fragments: int, spreads: int, end: str, on: str = "Customer", start: str = "{ customers { nodes { %s } } }"
) -> str:
    """Fragments that each spread the next several times: `spreads` to the power of `fragments` in all."""
    steps = "".join(f" fragment F{at} on {on} {{ {f'...F{at + 1} ' * spreads}}}" for at in range(fragments))
    return start % "...F0" + steps + f" fragment F{fragments} on {on} {{ {end} }}"


def circle(fragments: int) -> str:
    """Fragments that each spread all others."""
    all_of_them = " ".join(f"...F{at}" for at in range(fragments))
    return "{ customers { nodes { ...F0 } } }" + "".join(
        f" fragment F{at} on Customer {{ {all_of_them} }}" for at in range(fragments)
    )


async def refused(
    engine: Engine, query: str, variables: Mapping[str, Any] | None = None, viewer: Viewer = READER
) -> str:
    """The one sentence of a request that is refused as too complex, before any SQL."""
    before = engine.database.statements
    answer = await engine.execute(query, variables, None, viewer)
    assert engine.database.statements == before, "nothing was read"
    assert not answer.executed
    assert len(answer.body) < 1000
    (error,) = json.loads(answer.body)["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX", error
    message: str = error["message"]
    return message


def shape_of(query: str, limits: Limits = NO_LIMITS) -> Measure:
    measure = Measure(parse(query), limits)
    measure.check()
    return measure


def weight_of(query: str, **values: Any) -> Weight:
    return weigher(query, values)[1]


def weigher(query: str, values: Mapping[str, Any]) -> tuple[Weigher, Weight]:
    document = parse(query)
    (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    made = Weigher(fragments_of(document), values)
    return made, made.weigh(operation)


@asynccontextmanager
async def watched() -> AsyncIterator[Callable[[], float]]:
    """Takes the time that the event loop lets others wait."""
    longest, going = 0.0, True

    async def tick() -> None:
        nonlocal longest
        before = time.thread_time()
        while going:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, before = max(longest, now - before), now

    task = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        yield lambda: longest
    finally:
        going = False
        await task
