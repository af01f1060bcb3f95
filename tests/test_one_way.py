"""A write that has its ids from the one before goes to PostgreSQL once; what it supposed is looked at all the same."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Sequence
from typing import Any

import pytest

from access import Viewer
from models import Customer, Ticket
from models.backends import postgres_ids
from models.backends.postgres import PostgresWrites
from models.backends.postgres_ending import Ending
from models.backends.postgres_ids import SpareIds, taking
from models.database import Database, Mistaken
from resolvers import records
from schema.engine import Engine
from tests.viewers import ADMIN, REP
from tests.writing import TICKET, ask_as, document, mutate, snapshot, tickets_at_once


@pytest.fixture
def engine(own_world: Database) -> Engine:
    return Engine(own_world)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch, own_world: Database) -> list[str]:
    """How writers went to PostgreSQL."""
    if own_world.dialect == "sqlite":
        pytest.skip("SQLite is no way off.")
    gone: list[str] = []
    for cls, name in ((PostgresWrites, "_fetch"), (Ending, "_send")):
        method = getattr(cls, name)

        async def noted(self: Any, *args: Any, name: str = name, method: Any = method) -> Any:
            gone.append(name)
            return await method(self, *args)

        monkeypatch.setattr(cls, name, noted)
    monkeypatch.setattr(postgres_ids, "LIFE", 60 * 10**9)  # on a busy machine half a second may be over in between
    return gone


async def connect(database: Database, gate: asyncio.Barrier) -> None:
    """See to it that there are as many connections as pass the gate: who has to wait for one begins later."""
    async with database.transaction():
        await gate.wait()


async def test_of_writes_at_the_same_time_those_that_come_after_go_once_and_together(
    engine: Engine, ways: list[str]
) -> None:
    gate = asyncio.Barrier(4)
    await asyncio.gather(*(connect(engine.database, gate) for _ in "1234"))
    made = await tickets_at_once(engine, 4)
    assert sorted(ways) == ["_fetch"] * 4 + ["_send"] * 4
    ways.clear()
    made += await tickets_at_once(engine, 3)
    assert ways == ["_send"]
    assert all(not each["errors"] and each["ticket"]["customer"] for each in made)
    ids = [int(each["ticket"]["id"][4:]) for each in made]
    assert len(set(ids)) == 7
    assert [each["ticket"]["number"] for each in made] == [f"T-{id_}" for id_ in ids]
    database = engine.database
    steps = "SELECT ticket_id FROM ticket_status_change WHERE from_status IS NULL"
    for found in (
        f"SELECT id FROM ticket WHERE id IN ({steps})",
        "SELECT entity_id FROM audit_entry WHERE entity = 'Ticket' AND kind = 'CREATED'",
        "SELECT entity_id FROM outbox_event WHERE entity = 'Ticket' AND kind = 'CREATED'",
    ):
        assert set(ids) <= {id_ for (id_,) in await database.execute(found)}, found


async def test_who_writes_alone_takes_no_ids_ahead(engine: Engine, ways: list[str]) -> None:
    """Or every second number would be lost."""
    made = [await mutate(engine, "createTicket", {"customerId": "cus_1", "issue": "It drifts"}, TICKET) for _ in "123"]
    first, *others = (int(each["ticket"]["id"][4:]) for each in made)
    assert others == [first + 1, first + 2]
    assert ways == ["_fetch", "_send"] * 3


async def test_the_ids_of_an_order_its_lines_and_its_credits_come_along(engine: Engine, ways: list[str]) -> None:
    """The company's settings, the customer, the product and the reps are asked for, and then all is written."""
    credits = [{"repId": "rep_2", "share": 4000}, {"repId": "rep_3", "share": 6000}]
    lines = [{"productId": "prd_1", "quantity": 1}, {"productId": "prd_1", "quantity": 2}]
    given = {"customerId": "cus_1", "lines": lines, "credits": credits}
    payload = await mutate(engine, "createOrder", given, "order { lines { totalCount } credits { nodes { share } } }")
    assert payload["errors"] == []
    assert payload["order"] == {"lines": {"totalCount": 2}, "credits": {"nodes": [{"share": 6000}, {"share": 4000}]}}
    assert ways == ["_fetch"] * 4 + ["_send"]


async def test_ids_do_not_wait_for_long(engine: Engine, ways: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made later must not look as if it was made before."""
    await tickets_at_once(engine, 4)
    monkeypatch.setattr(postgres_ids, "LIFE", -1)
    ways.clear()
    await tickets_at_once(engine, 1)
    assert ways == ["_fetch", "_send"]


def test_ids_are_taken_all_or_none() -> None:
    spare = SpareIds()
    counts = (("ticket", 2), ("ticket_status_change", 1))
    ticket, step = "nextval('ticket_id_seq')", "nextval('ticket_status_change_id_seq')"
    assert taking(counts) == f"SELECT concat_ws(' ', {ticket}, {ticket}, {step})"
    spare.put(counts, "4 5 9")
    assert spare.take({"ticket": 1, "ticket_status_change": 2}) is None
    assert spare.take({"ticket": 1, "team": 1}) is None
    assert spare.take({"ticket": 1, "ticket_status_change": 1}) == {"ticket": [4], "ticket_status_change": [9]}
    assert spare.take({"ticket": 1, "ticket_status_change": 1}) is None
    assert spare.take({"ticket": 1}) == {"ticket": [5]}


MISSING: Sequence[tuple[Viewer, str]] = [(ADMIN, "cus_999"), (REP, "cus_3")]


@pytest.mark.parametrize(("viewer", "customer"), MISSING, ids=["nobody's", "another rep's"])
@pytest.mark.parametrize("dry", [False, True], ids=["for good", "dry run"])
async def test_a_customer_who_is_not_there_is_missing_either_way(
    engine: Engine, ways: list[str], viewer: Viewer, customer: str, dry: bool
) -> None:
    given = {"customerId": customer, "issue": "It drifts", "dryRun": dry}
    expected = await ask_as(engine, viewer, document("createTicket", TICKET), input=given)
    assert expected["data"]["createTicket"]["errors"][0]["code"] == "NOT_FOUND"
    await tickets_at_once(engine, 4)
    before = await snapshot(engine.database)
    ways.clear()
    # Who shows nothing but errors sends the COMMIT by itself.
    for shown in (TICKET, ""):
        asked = document("createTicket", shown)
        found = await ask_as(engine, viewer, asked, input=given)
        assert found["data"]["createTicket"]["errors"] == expected["data"]["createTicket"]["errors"]
    assert ways
    assert await snapshot(engine.database) == before
    made = await tickets_at_once(engine, 2)
    assert all(each["ticket"] for each in made)


async def test_a_customer_who_goes_meanwhile_is_missing(engine: Engine, ways: list[str]) -> None:
    database = engine.database
    outside = contextvars.copy_context()  # or it would write in the same transaction
    await tickets_at_once(engine, 4)
    async with database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        ways.clear()
        asked = asyncio.create_task(tickets_at_once(engine, 1), context=outside)
        await asyncio.sleep(0.5)
        assert not asked.done()
        assert ways[0] == "_send"
        await transaction.execute("UPDATE customer SET deleted_at = now(), deleted_key = id WHERE id = 1")
    (payload,) = await asked
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    assert payload["ticket"] is None


async def test_a_division_by_zero_of_somebody_elses_is_no_mistake(engine: Engine, ways: list[str]) -> None:
    with pytest.raises(Exception, match="division by zero"):
        async with engine.database.transaction() as transaction:
            await transaction.execute("SELECT 1 / 0")
    with pytest.raises(Mistaken):
        async with engine.database.transaction() as transaction:
            assert records.suppose(transaction, ADMIN, Customer, {999}) is not None
            await transaction.execute("SELECT 1")


async def test_nothing_is_supposed_where_the_database_is_asked_anyway(own_world: Database) -> None:
    async with own_world.transaction() as transaction:
        await Ticket.get(id=1)
        assert records.suppose(transaction, ADMIN, Customer, {999}) is None
        transaction.want({Ticket: 1})
        assert records.suppose(transaction, ADMIN, Customer, {1}) is None
