"""Records written and read without Tortoise's queries: columns hold what they held, and nobody gets what is hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

import models
from models import Customer, Team, Ticket
from models.backends.postgres_wire import Prepared
from models.base import Record
from models.database import Database
from models.stored import columns, loaded, stored
from resolvers import records
from tests.viewers import ADMIN
from tests.writing import snapshot

MODELS: list[type[Record]] = [
    cls for name in models.__all__ if isinstance(cls := getattr(models, name), type) and issubclass(cls, Record)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_a_row_is_the_record_that_tortoise_makes_of_it(own_world: Database, model: type[Record]) -> None:
    expected = {record.id: record for record in await model.all()}
    table = model._meta.db_table
    rows = await own_world.execute(f"SELECT {', '.join(columns(model))} FROM {table}")
    assert len(rows) == len(expected)
    for row in rows:
        record = loaded(model, row)
        for name in columns(model):
            value, other = getattr(record, name), getattr(expected[row[0]], name)
            assert (value, type(value)) == (other, type(other)), name
        record.version += 1
        assert record != model()


async def test_every_column_written_as_it_was_read_holds_what_it_held(own_world: Database) -> None:
    before = await snapshot(own_world)
    async with own_world.transaction() as transaction:
        for model in MODELS:
            for record in await model.all():
                transaction.update(record, columns(model)[1:])
    assert await snapshot(own_world) == before


async def test_new_rows_hold_what_tortoise_writes(own_world: Database) -> None:
    """Folded text, enumerations, instants to the millisecond, nulls and defaults."""
    at = dt.datetime(2026, 1, 31, 10, 30, 0, 123_987, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    issue = "İzmir STRASSE's \\ 'Öfen'"
    given: dict[str, Any] = {"number": "T-ÄÖ", "customer_id": 1, "issue": issue, "priority": "HIGH"}
    async with own_world.transaction() as transaction:
        await Ticket.create(id=5001, created_at=at, **given)
        ticket = Ticket(id=5002, created_at=at, updated_at=at, **given | {"number": "T-ÄÖ2"})
        transaction.insert([ticket])
    names = [name for name in columns(Ticket) if name not in ("id", "updated_at", "number", "number_fold")]
    query = f"SELECT {', '.join(names)} FROM ticket WHERE id IN (5001, 5002) ORDER BY id"
    one, other = await own_world.execute(query)
    assert one == other
    assert await own_world.execute("SELECT number_fold FROM ticket WHERE id = 5002") == [("t-äö2",)]
    assert stored(ticket, ("created_at",)) == [at.astimezone(dt.UTC).replace(microsecond=123_000)]


async def test_what_is_pending_is_written_before_anything_else_happens(own_world: Database) -> None:
    """Tortoise's own statements see it too, and a savepoint takes back its own only."""
    async with own_world.transaction() as transaction:
        transaction.insert([models.Team(id=900, name="First", created_at=NOW, updated_at=NOW)])
        assert await models.Team.filter(id=900).count() == 1
        transaction.insert([models.Team(id=901, name="Second", created_at=NOW, updated_at=NOW)])
        with pytest.raises(RuntimeError):
            async with own_world.transaction() as inner:
                inner.insert([models.Team(id=902, name="Third", created_at=NOW, updated_at=NOW)])
                raise RuntimeError
        transaction.insert([models.Team(id=903, name="Fourth", created_at=NOW, updated_at=NOW)])
    rows = await own_world.execute("SELECT id FROM team WHERE id >= 900 ORDER BY id")
    assert rows == [(900,), (901,), (903,)]


async def test_ids_that_come_along_with_rows_are_nobody_elses(own_world: Database) -> None:
    async with own_world.transaction() as transaction:
        transaction.want({Ticket: 2, models.Team: 1})
        assert await records.fetch_many(ADMIN, Customer, [-1]) == {}
        assert await records.fetch_many(ADMIN, Customer, [1, 2])
        ids = await transaction.ids(Ticket, 3) + await transaction.ids(Ticket, 1)
        assert len(set(ids)) == 4
        assert len(await transaction.ids(models.Team, 1)) == 1
        last = (await transaction.execute("SELECT max(id) FROM ticket"))[0][0]
        assert min(ids) > last


NOW = dt.datetime(2026, 11, 26, 10, 0, tzinfo=dt.UTC)
MADE: dict[str, Any] = {"created_at": NOW, "updated_at": NOW}


@pytest.mark.parametrize("count", [1, 2, 4, 5, 8, 24, 25, 26, 60])
async def test_many_new_rows_are_all_there_however_they_are_sent(own_world: Database, count: int) -> None:
    names = [f"Team {at}, 'quoted' \\ and {{braced}}" for at in range(count)]
    async with own_world.transaction() as transaction:
        ids = await transaction.ids(Team, count)
        now = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
        transaction.insert(
            [Team(id=id_, name=name, created_at=now, updated_at=now) for id_, name in zip(ids, names, strict=True)]
        )
        rows = await transaction.execute("SELECT id, name, deleted_at FROM team ORDER BY id")
        assert rows[-count:] == [(id_, name, None) for id_, name in zip(ids, names, strict=True)]
    with pytest.raises(IntegrityError):
        async with own_world.transaction() as transaction:
            more = await transaction.ids(Team, count)
            more[-1] = ids[0]  # the last one breaks a rule: none is there
            transaction.insert([Team(id=id_, name=f"More {id_}", created_at=now, updated_at=now) for id_ in more])
            await transaction.execute("SELECT 1")
    assert await Team.filter(name__startswith="More ").count() == 0


@pytest.mark.parametrize("count", [1, 2, 3, 4, 25])
async def test_new_rows_may_all_say_the_same(own_world: Database, count: int) -> None:
    at = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    async with own_world.transaction() as transaction:
        transaction.append(
            models.OutboxEvent, ("at", "entity", "entity_id", "kind"), [(at, "Team", 7, "UPDATED")] * count
        )
    assert await models.OutboxEvent.filter(at=at, entity="Team", entity_id=7).count() == count


AGAIN: list[type[Record]] = [models.Contact, models.SalesTarget, models.Ticket, models.TicketStatusChange]
"""Dates, booleans, numbers, nulls and text, in that order to be written."""


async def test_rows_written_anew_together_hold_what_they_held(own_world: Database) -> None:
    """Whichever of their columns say the same in all of them."""
    async with own_world.transaction():
        for count in range(12):
            called = {
                "name": f"Ann {count % 5}",
                "role": f"ÖKO {count}" if count % 3 else None,
                "phone": "",
                "email": "",
            }
            await models.Contact.create(customer_id=1, do_not_call=count % 2 == 0, **called)
            owner = {"rep_id": 1 + count % 4} if count % 2 else {"team_id": 1}
            start = dt.date(1999 + count, 1, 1 + count)
            period = {"period_start": start, "period_end": start + dt.timedelta(days=count + 1)}
            await models.SalesTarget.create(amount_minor=10**count, **owner, **period)
            step = {"from_status": "NEW" if count % 2 else None, "to_status": "OPEN", "actor": "Ada"}
            await models.TicketStatusChange.create(ticket_id=1, **step)
    before = await snapshot(own_world)
    async with own_world.transaction() as transaction:
        kept = {model: await model.all().order_by("id") for model in AGAIN}
        messages = await models.TicketMessage.all()
        revisions = await models.TargetRevision.all()
        for model in (models.TicketMessage, models.TargetRevision, *reversed(AGAIN)):
            await model.all().delete()
        for model in AGAIN:
            assert kept[model]
            transaction.insert(kept[model])
        for rows in (messages, revisions):
            transaction.insert(rows)
    assert await snapshot(own_world) == before


async def test_a_message_too_long_to_be_sent_at_once_arrives(own_world: Database) -> None:
    """Eight megabytes, more than the system takes in one go."""
    text = "Zürich \\ \"{}\" ' " * 1500
    tickets = [
        Ticket(id=7000 + at, number=f"L-{at}", customer_id=1, issue="Long", description=f"{at} {text}", **MADE)
        for at in range(300)
    ]
    async with own_world.transaction() as transaction:
        transaction.insert(tickets)
        found = await transaction.execute("SELECT description FROM ticket WHERE id >= 7000 ORDER BY id")
    assert found == [(f"{at} {text}",) for at in range(300)]


async def test_a_broken_rule_of_a_pending_write_is_told_by_what_comes_next(own_world: Database) -> None:
    twice = [models.Team(id=910, name="Twice", created_at=NOW, updated_at=NOW) for _ in range(2)]
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with own_world.transaction() as transaction:
            transaction.insert(twice)
            await transaction.execute("SELECT 1")
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with own_world.transaction() as transaction:
            transaction.insert(twice)  # and if nothing comes next, by the commit
    assert await own_world.execute("SELECT count(*) FROM team WHERE id = 910") == [(0,)]


def test_values_are_sent_as_postgresql_reads_them() -> None:
    message = Prepared().messages([("INSERT INTO t VALUES ($1, $2, $3)", [(None, True, "ä")])])
    assert b"\xff\xff\xff\xff\x00\x00\x00\x01t\x00\x00\x00\x02\xc3\xa4" in message
