"""Removing a record, also while others refer to it: nothing hangs on what is gone, and nobody finds a part of it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest

import models
from access import Viewer
from errors import Refused
from models.base import Record
from models.database import Database, Transaction
from resolvers import records
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from resolvers.write import Outcome, perform
from schema import CATALOG
from schema.engine import Engine
from tests.oracle import BELONGS
from tests.viewers import ADMIN, VIEWERS
from tests.writing import ask, ask_as, mutate


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


PARTS = [(part, key, whole) for part in CATALOG.entities for key, whole in BELONGS.get(part, {}).items()]


def test_the_parts_are_those_that_are_declared() -> None:
    declared = {(name, key) for name, entity in CATALOG.entities.items() for key in entity.within}
    assert declared == {(part, key) for part, key, _ in PARTS}


@pytest.mark.parametrize(("part", "key", "whole"), PARTS)
async def test_nobody_finds_a_part_of_what_was_removed(own_world: Database, part: str, key: str, whole: str) -> None:
    """By its id, whoever asks; what is a part of something else is found as before."""
    rows = [row for row in await getattr(models, part).all().order_by("id") if getattr(row, key) is not None]
    tops = {row.id: await topmost(whole, getattr(row, key)) for row in rows}
    before = {name: await found(own_world, viewer, part, tops) for name, viewer in VIEWERS.items()}
    gone = next(tops[id_] for id_, seen in before["admin"].items() if seen)
    await type(gone).filter(id=gone.id).update(deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC), deleted_key=gone.id)
    for name, viewer in VIEWERS.items():
        after = {id_: seen and tops[id_] != gone for id_, seen in before[name].items()}
        assert await found(own_world, viewer, part, tops) == after, name
    for id_, top in tops.items():
        fetched = await records.fetch(ADMIN, getattr(models, part), id_, lock=True)
        assert (fetched is not None) == (before["admin"][id_] and top != gone), "verbs find what queries do"


async def found(database: Database, viewer: Viewer, entity: str, ids: Collection[int]) -> dict[int, bool]:
    """Which records of an entity a viewer finds by their ids."""
    listed = [f"{CATALOG.entities[entity].prefix}_{id_}" for id_ in ids]
    body = await ask_as(Engine(database), viewer, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=listed)
    return dict(zip(ids, [node is not None for node in body["data"]["nodes"]], strict=True))


async def topmost(entity: str, id_: int) -> Any:
    """The record itself, or what it is a part of, if that is what can be removed."""
    record: Record = await getattr(models, entity).get(id=id_)
    for key, whole in BELONGS.get(entity, {}).items():
        if getattr(record, key) is not None:
            return await topmost(whole, getattr(record, key))
    return record


async def test_a_removed_customer_is_no_member_until_they_come_back(own_world: Database) -> None:
    engine, member = Engine(own_world), await models.CampaignMember.filter(campaign_id=1, customer_id=1).get()
    query = """{ campaign(id: "cmp_1") { memberCount members { totalCount nodes { id } }
      none: members(where: {customer: {id: {eq: "cus_1"}}}) { totalCount } } }"""
    before = (await ask(engine, query))["data"]["campaign"]
    await mutate(engine, "deleteCustomer", {"id": "cus_1"})
    after = (await ask(engine, query))["data"]["campaign"]
    assert after["memberCount"] == after["members"]["totalCount"] == before["memberCount"] - 1
    assert {"id": f"mem_{member.id}"} in before["members"]["nodes"]
    assert {"id": f"mem_{member.id}"} not in after["members"]["nodes"]
    for verb, given in (("advanceCampaignMember", {"status": "SENT"}), ("removeCampaignMember", {})):
        payload = await mutate(engine, verb, {"id": f"mem_{member.id}", **given})
        assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"], verb
    await mutate(engine, "restoreCustomer", {"id": "cus_1"})
    assert (await ask(engine, query))["data"]["campaign"] == before


async def test_a_credit_on_a_removed_order_counts_no_more(own_world: Database) -> None:
    query = """{ salesRep(id: "rep_2") { credits { totalCount aggregate { sum { amount { amount currency } } } }
      sales { totalCount } } }"""
    engine = Engine(own_world)
    for _ in range(2):
        rep = (await ask(engine, query))["data"]["salesRep"]
        rows = [
            credit
            for credit in await models.OrderCredit.filter(rep_id=2).prefetch_related("order")
            if credit.order.deleted_at is None
        ]
        assert rep["credits"]["totalCount"] == rep["sales"]["totalCount"] == len(rows)
        await mutate(engine, "deleteCustomer", {"id": f"cus_{rows[0].customer_id}"})
    assert (await ask(engine, query))["data"]["salesRep"]["credits"]["totalCount"] < len(rows)


async def test_a_line_of_a_removed_order_is_in_no_list_figure_or_condition(own_world: Database) -> None:
    """Of what a product's lines are part of the product says nothing: each way to them looks at their orders."""
    query = """{
      sold: products(first: 100, where: {orderLines: {some: {quantity: {gte: 1}}}}) { nodes { id
        orderLines(first: 100) { totalCount nodes { id } aggregate { count sum { quantity } }
          groups(by: [{field: CURRENCY}]) { aggregate { count } } } } }
      unsold: products(where: {orderLines: {none: {quantity: {gte: 1}}}}) { totalCount } }"""
    engine = Engine(own_world)
    products = await models.Product.filter(deleted_at=None).count()
    counts = []
    for customer in ("cus_1", "cus_2", None):
        lines: dict[str, list[models.OrderLine]] = {}
        for line in await models.OrderLine.all().prefetch_related("order", "product"):
            if line.order.deleted_at is None and line.product.deleted_at is None:
                lines.setdefault(f"prd_{line.product_id}", []).append(line)
        data = (await ask(engine, query))["data"]
        assert {node["id"] for node in data["sold"]["nodes"]} == lines.keys()
        assert data["unsold"]["totalCount"] == products - len(lines)
        for node in data["sold"]["nodes"]:
            found, there = node["orderLines"], lines[node["id"]]
            assert {each["id"] for each in found["nodes"]} == {f"lin_{line.id}" for line in there}
            assert found["totalCount"] == found["aggregate"]["count"] == len(there)
            assert found["aggregate"]["sum"]["quantity"] == str(sum(line.quantity for line in there))
            assert sum(group["aggregate"]["count"] for group in found["groups"]) == len(there)
        counts.append(sum(map(len, lines.values())))
        if customer:
            await mutate(engine, "deleteCustomer", {"id": customer})
    assert counts[0] > counts[1] >= counts[2] > 0
