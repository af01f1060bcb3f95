"""Removing a record while others refer to it anew: nothing is left hanging on what is gone."""

from __future__ import annotations

import asyncio
from typing import Any

from errors import Refused
from models.database import Database, Transaction
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from resolvers.write import Outcome, perform
from tests.viewers import ADMIN


async def test_no_ticket_is_made_for_a_customer_who_is_being_removed(own_world: Database) -> None:
    async def slowly(transaction: Transaction, outcome: Outcome) -> Outcome:
        await asyncio.sleep(0.05)  # the removal is written, and not yet committed
        return outcome

    async def at_once(transaction: Transaction, outcome: Outcome) -> Outcome:
        return outcome

    async def make(after: float) -> Any:
        await asyncio.sleep(after)
        new = NewTicket(customer_id=1, issue="Too late")
        return await perform(own_world, ADMIN, VERBS["createTicket"], {"new": new}, at_once)

    removing = perform(own_world, ADMIN, VERBS["deleteCustomer"], {"id": 1}, slowly)
    made = await asyncio.gather(removing, *(make(step * 0.01) for step in range(10)), return_exceptions=True)
    assert any(isinstance(each, Refused) for each in made)
    assert all(isinstance(each, Refused | dict) for each in made), made
    left = "SELECT t.id FROM ticket t JOIN customer c ON c.id = t.customer_id WHERE c.id = 1 AND t.deleted_at IS NULL"
    assert await own_world.execute(left) == []
