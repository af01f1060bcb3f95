"""Removing a record while others refer to it anew: nothing is left hanging on what is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from errors import Refused
from models.database import Database, Transaction
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from resolvers.write import Outcome, perform
from tests.viewers import ADMIN


async def test_no_ticket_is_made_for_a_customer_who_is_being_removed(own_world: Database) -> None:
    written = asyncio.Event()

    async def slowly(transaction: Transaction, outcome: Outcome) -> Outcome:
        written.set()
        await asyncio.sleep(0.05)  # the removal is written, and not yet committed
        return outcome

    async def at_once(transaction: Transaction, outcome: Outcome) -> Outcome:
        return outcome

    async def make(after: float) -> Any:
        if after:  # others come before it, or at the same time
            await written.wait()
            await asyncio.sleep(after)
        new = NewTicket(customer_id=1, issue="Too late")
        return await perform(own_world, ADMIN, VERBS["createTicket"], {"new": new}, at_once)

    removing = perform(own_world, ADMIN, VERBS["deleteCustomer"], {"id": 1}, slowly)
    steps = (0, 0, *range(1, 9))
    async with asyncio.timeout(30):
        made = await asyncio.gather(removing, *(make(step * 0.01) for step in steps), return_exceptions=True)
    assert all(isinstance(each, Refused) for each in made[3:])
    assert all(isinstance(each, Refused | dict) for each in made), made
    left = "SELECT t.id FROM ticket t JOIN customer c ON c.id = t.customer_id WHERE c.id = 1 AND t.deleted_at IS NULL"
    assert await own_world.execute(left) == []


async def test_what_is_made_while_a_removal_waits_goes_along(own_world: Database) -> None:
    """The removal began first, so what it hides is younger than itself."""
    if own_world.dialect == "sqlite":
        pytest.skip("SQLite has one writer: a removal waits before it begins.")
    written, made = asyncio.Event(), asyncio.Event()

    async def at_once(transaction: Transaction, outcome: Outcome) -> Outcome:
        return outcome

    async def slowly(transaction: Transaction, outcome: Outcome) -> Outcome:
        written.set()
        await made.wait()
        return outcome

    async def make(issue: str, end: Callable[[Transaction, Outcome], Awaitable[Outcome]]) -> Any:
        return await perform(
            own_world, ADMIN, VERBS["createTicket"], {"new": NewTicket(customer_id=1, issue=issue)}, end
        )

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(make("First", slowly))
        await written.wait()
        removal = group.create_task(perform(own_world, ADMIN, VERBS["deleteCustomer"], {"id": 1}, at_once))
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        while not await own_world.execute(waits):  # noqa: ASYNC110 -- only the database knows
            await asyncio.sleep(0.01)
        await make("Second", at_once)
        made.set()
    assert removal.result()["tickets"] == 4  # two were there before
