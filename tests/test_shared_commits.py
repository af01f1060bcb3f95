"""Writes of several senders that PostgreSQL stores by one commit: each gets its own answer, none another's fault."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest

from access import Viewer
from models import Ticket
from models.backends import postgres_commits, postgres_ids
from models.backends.postgres import PostgresWriter
from models.backends.postgres_commits import MOST, Commits
from models.backends.postgres_ending import Ending
from models.backends.postgres_steps import New, Step, Supposed, may_share, together, written
from models.backends.queue import Pending
from models.database import Database
from models.stored import Target
from schema.engine import Engine
from tests.viewers import ADMIN, REP
from tests.writing import TICKET, another, ask_as, document, mutate_as, tickets_at_once

MORE = MOST + 2
"""Tickets that one commit does not store."""

Send = Callable[[Ending, Sequence[Pending]], Awaitable[list[Any]]]


@pytest.fixture
async def engine(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Of a database that holds ids for more tickets than one commit stores."""
    if own_world.dialect == "sqlite":
        pytest.skip("On SQLite all writes share commits.")
    monkeypatch.setattr(postgres_ids, "LIFE", 60 * 10**9)
    engine, spare = Engine(own_world), Ticket._meta.db.spare  # type: ignore[attr-defined]
    # Who is the last to be done leaves none, and on a busy machine many are.
    while len(spare._spare.get("ticket", ())) < MORE:
        await tickets_at_once(engine, 2 * MOST)
    return engine


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> list[list[str]]:
    """The statements of each message that ended with a COMMIT."""
    messages: list[list[str]] = []

    def noting(send: Send) -> Send:
        async def noted(ending: Ending, statements: Sequence[Pending]) -> list[Any]:
            messages.append([sql for sql, _ in statements])
            return await send(ending, statements)

        return noted

    replaced(monkeypatch, noting)
    return messages


def replaced(monkeypatch: pytest.MonkeyPatch, instead: Callable[[Send], Send]) -> None:
    """Have something else done where a message with a COMMIT is sent."""
    monkeypatch.setattr(Ending, "_send", instead(Ending._send))


def ticket(engine: Engine, viewer: Viewer = ADMIN, customer: str = "cus_1", **given: Any) -> asyncio.Task[Any]:
    """A ticket that is being made."""
    asked = {"customerId": customer, "issue": "It drifts", **given}
    return asyncio.create_task(ask_as(engine, another(viewer), document("createTicket", TICKET), input=asked))


def payload(body: dict[str, Any]) -> dict[str, Any]:
    assert "errors" not in body, body
    found: dict[str, Any] = body["data"]["createTicket"]
    return found


async def count(engine: Engine) -> int:
    return int((await engine.database.execute("SELECT count(*) FROM ticket"))[0][0])


async def test_new_rows_of_one_table_go_as_one_list(
    engine: Engine, sent: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_commits, "PATIENCE", 60)  # however long a busy machine takes for the first ones
    asked = [{"customerId": f"cus_{1 + at % 2}", "issue": f"Issue {at}"} for at in range(MORE)]
    tickets = "ticket { issue number customer { id } statusChanges { nodes { toStatus } } }"
    made = await asyncio.gather(*(mutate_as(engine, another(), "createTicket", given, tickets) for given in asked))
    for given, each in zip(asked, made, strict=True):
        assert each["errors"] == []
        assert each["ticket"]["issue"] == given["issue"]
        assert each["ticket"]["customer"] == {"id": given["customerId"]}
        assert each["ticket"]["statusChanges"] == {"nodes": [{"toStatus": "NEW"}]}
    assert len({each["ticket"]["number"] for each in made}) == MORE
    assert len(sent) == 2, [[sql[:40] for sql in message] for message in sent]
    first, second = sent
    assert [sql.split(" (")[0] for sql in first if sql.startswith("INSERT")] == [
        "INSERT INTO ticket",
        "INSERT INTO ticket_status_change",
        "INSERT INTO audit_entry",
        "INSERT INTO outbox_event",
    ]
    assert sum(sql.startswith("SELECT 1 / ") for sql in first) == 1
    assert [first.count("BEGIN"), first.count("COMMIT"), len(first)] == [1, 1, 3 + 1 + 4 + 1 + MOST]
    assert len(second) == 3 + 1 + 4 + 1 + 2
    database = engine.database
    ids = [int(each["ticket"]["number"][2:]) for each in made]
    assert all(
        [*found] == [3]
        for found in await database.execute(
            "SELECT (SELECT count(*) FROM audit_entry WHERE entity = 'Ticket' AND entity_id = ticket.id)"
            " + (SELECT count(*) FROM outbox_event WHERE entity = 'Ticket' AND entity_id = ticket.id)"
            " + (SELECT count(*) FROM ticket_status_change WHERE ticket_id = ticket.id) FROM ticket WHERE id = ANY($1)",
            [ids],
        )
    )


async def test_who_is_refused_takes_nobody_along(engine: Engine, sent: list[list[str]]) -> None:
    before = await count(engine)
    bodies = await asyncio.gather(ticket(engine), ticket(engine, customer="cus_999"), ticket(engine, REP))
    assert [body["data"]["createTicket"]["ticket"] is not None for body in bodies] == [True, False, True]
    assert [error["code"] for error in payload(bodies[1])["errors"]] == ["NOT_FOUND"]
    assert await count(engine) == before + 2
    assert len(sent) == 3, "all together, and each of those that could be stored by itself"


async def test_each_sees_what_its_viewer_may(engine: Engine, sent: list[list[str]]) -> None:
    bodies = await asyncio.gather(ticket(engine, REP), ticket(engine, ADMIN, "cus_3"), ticket(engine, REP))
    assert [payload(body)["errors"] for body in bodies] == [[]] * 3
    (message,) = sent
    supposing = [sql for sql in message if sql.startswith("SELECT 1 / ")]
    assert len(supposing) == len(set(supposing)) == 2, "one for each rule"
    hidden = await asyncio.gather(ticket(engine, REP, "cus_3"), ticket(engine, ADMIN, "cus_3"))
    assert [error["code"] for error in payload(hidden[0])["errors"]] == ["NOT_FOUND"]
    assert payload(hidden[1])["ticket"]


async def test_what_collides_is_tried_again_one_by_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, sent: list[list[str]]
) -> None:
    failed: list[int] = []

    def colliding(send: Send) -> Send:
        async def collides(ending: Ending, statements: Sequence[Pending]) -> list[Any]:
            if not failed:
                failed.append(len(statements))
                statements = [*statements[:-1], ("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", [()]), statements[-1]]
            return await send(ending, statements)

        return collides

    replaced(monkeypatch, colliding)
    before = await count(engine)
    made = await tickets_at_once(engine, 3)
    assert all(each["ticket"] for each in made)
    assert failed
    assert len(sent) == 4
    assert await count(engine) == before + 3


async def test_a_lost_answer_is_unknown_to_all(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(send: Send) -> Send:
        async def lost(ending: Ending, statements: Sequence[Pending]) -> list[Any]:
            await send(ending, statements)
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

        return lost

    before = await count(engine)
    with monkeypatch.context() as patch:
        replaced(patch, losing)
        bodies = await asyncio.gather(ticket(engine), ticket(engine))
    assert [body["errors"][0]["extensions"]["code"] for body in bodies] == ["OUTCOME_UNKNOWN"] * 2
    assert await count(engine) == before + 2, "here it was stored"
    assert payload(await ticket(engine))["ticket"]


def commits(engine: Engine) -> Commits:
    writer: PostgresWriter = engine.database._client()
    return writer.commits


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 -- it is another turn of the loop that brings it
            await asyncio.sleep(0)


async def test_who_gives_up_before_it_leaves_is_not_stored(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await count(engine)
    shared = commits(engine)
    with monkeypatch.context() as patch:
        patch.setattr(shared, "_leave_if_free", lambda: None)
        staying, leaving = ticket(engine), ticket(engine)
        await until(lambda: len(shared._waiting) == 2)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
    assert len(shared._waiting) == 1
    shared._leave_if_free()
    assert payload(await staying)["ticket"]
    assert await count(engine) == before + 1


@pytest.mark.parametrize("times", [1, 3])
async def test_who_gives_up_on_the_way_is_told_that_it_is_stored(engine: Engine, times: int) -> None:
    before = await count(engine)
    staying, leaving = ticket(engine), ticket(engine)
    await until(lambda: commits(engine)._away)
    for _ in range(times):
        leaving.cancel()
        await asyncio.sleep(0)
    assert payload(await staying)["ticket"]
    assert payload(await leaving)["ticket"], "given up too late: what is stored must not be denied"
    assert await count(engine) == before + 2


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who share a commit wait for locks as long as anybody."""
    monkeypatch.setattr(postgres_commits, "NO_LONG_WAIT", ("SELECT NULL::text WHERE false", [()]))


async def test_when_all_have_given_up_nothing_is_stored_and_the_connection_is_whole(
    engine: Engine, patient: None
) -> None:
    database = engine.database
    outside = contextvars.copy_context()  # or they would write in the same transaction
    before, shared = await count(engine), commits(engine)
    async with database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        waiting = [outside.copy().run(ticket, engine) for _ in range(2)]
        await until(lambda: shared._away)
        await asyncio.sleep(0.1)
        for each in waiting:
            each.cancel()
        found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(each) for each in found] == [asyncio.CancelledError] * 2, "the server says that it did not store them"
    assert await count(engine) == before
    assert all(each["ticket"] for each in await tickets_at_once(engine, MOST + 2))


async def test_when_all_give_up_a_commit_that_is_not_answered_nobody_says_that_it_is_not_stored(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hanging(send: Send) -> Send:
        async def hang(ending: Ending, statements: Sequence[Pending]) -> list[Any]:
            await send(ending, statements)
            await asyncio.sleep(60)
            raise AssertionError("nobody waits for so long")

        return hang

    before = await count(engine)
    with monkeypatch.context() as patch:
        replaced(patch, hanging)
        waiting = [ticket(engine) for _ in range(2)]
        await until(lambda: commits(engine)._away)
        await asyncio.sleep(0.1)
        for each in waiting:
            each.cancel()
        bodies = await asyncio.gather(*waiting)
    assert [body["errors"][0]["extensions"]["code"] for body in bodies] == ["OUTCOME_UNKNOWN"] * 2
    assert await count(engine) == before + 2, "here it was stored"


async def test_who_gives_up_while_others_wait_on_does_not_wait_for_them(
    engine: Engine, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_commits, "LEAVE_SECONDS", 0.1)
    database = engine.database
    outside = contextvars.copy_context()
    before, shared = await count(engine), commits(engine)
    async with database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        staying, leaving = [outside.copy().run(ticket, engine) for _ in range(2)]
        await until(lambda: shared._away)
        await asyncio.sleep(0.1)
        leaving.cancel()
        async with asyncio.timeout(1):
            body = await leaving
        assert not staying.done()
    assert body["errors"][0]["extensions"]["code"] == "OUTCOME_UNKNOWN"
    assert payload(await staying)["ticket"]
    assert await count(engine) == before + 2


async def test_who_comes_while_others_are_away_waits_for_the_next(engine: Engine, sent: list[list[str]]) -> None:
    shared = commits(engine)
    first = ticket(engine)
    await until(lambda: shared._away)
    others = [ticket(engine) for _ in range(3)]
    bodies = await asyncio.gather(first, *others)
    assert all(payload(body)["ticket"] for body in bodies)
    assert [len([sql for sql in message if sql.startswith("SELECT (")]) for message in sent] == [1, 3]
    assert shared._impatient is None


async def test_who_waits_for_a_lock_does_not_keep_the_others(engine: Engine) -> None:
    database = engine.database
    outside = contextvars.copy_context()
    shared = commits(engine)
    async with database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        stuck = outside.copy().run(ticket, engine)
        await until(lambda: shared._away)
        async with asyncio.timeout(2):
            body = await outside.copy().run(ticket, engine, customer="cus_2")
        assert payload(body)["ticket"]
        assert not stuck.done()
    assert payload(await stuck)["ticket"]


async def test_who_waits_for_a_lock_does_not_keep_those_who_share_its_commit(
    engine: Engine, sent: list[list[str]]
) -> None:
    outside = contextvars.copy_context()
    async with engine.database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        customers = ["cus_2", "cus_1", "cus_3"]
        first, stuck, last = [outside.copy().run(ticket, engine, customer=customer) for customer in customers]
        async with asyncio.timeout(2):
            bodies = await asyncio.gather(first, last)
        assert all(payload(body)["ticket"] for body in bodies)
        assert not stuck.done()
        assert len([sql for sql in sent[0] if sql.startswith("SELECT (")]) == 3, "they had begun together"
    assert payload(await stuck)["ticket"]


async def test_a_write_that_asks_goes_by_itself(engine: Engine, sent: list[list[str]]) -> None:
    """Here for its idempotency key."""
    made = await asyncio.gather(*(ticket(engine, idempotencyKey=f"key {at}") for at in range(3)))
    assert all(payload(body)["ticket"] for body in made)
    assert len(sent) == 3


async def test_the_end_of_the_database_stores_what_it_answers_and_nothing_else(
    engine: Engine, own_world_url: str
) -> None:
    """What is on its way comes to its end; those who wait for it may leave before all is closed, or may not."""
    before = await count(engine)
    first = ticket(engine)
    await until(lambda: commits(engine)._away)
    waiting = [ticket(engine) for _ in range(2)]
    await until(lambda: len(commits(engine)._waiting) == 2)
    await engine.database.close()
    assert payload(await first)["ticket"]
    refused = [body["errors"][0] for body in await asyncio.gather(*waiting) if "errors" in body]
    for error in refused:
        assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
        assert error["message"] == "The database cannot be reached at the moment. Try again shortly."
    database = await Database.open(own_world_url)
    assert await database.execute("SELECT count(*) FROM ticket") == [(before + 3 - len(refused),)]
    await database.close()


# --- putting together ---------------------------------------------------------------------------------------------

TEAM = Target("team", ("id", "name"), ("bigint", "text"))
REP_OF = Target("sales_rep", ("id", "team_id"), ("bigint", "bigint"))
LOOK = "SELECT id FROM team WHERE id = ANY($1) AND parent_id = $2"


def test_what_takes_the_same_steps_is_put_together_in_their_order() -> None:
    one = [Supposed(LOOK, [4], [1]), New(TEAM, [[8], ["A"]]), New(REP_OF, [[1], [8]])]
    two = [Supposed(LOOK, [4], [1]), New(TEAM, [[9], ["B"]]), New(REP_OF, [[2], [9]])]
    three = [Supposed(LOOK, [3], [1]), New(TEAM, [[7], ["C"]]), New(REP_OF, [[3], [7]])]
    other = [Supposed(LOOK, [3], [2]), New(TEAM, [[6], ["D"]]), New(REP_OF, [[4], [6]])]
    assert together([one, two, three, other]) == [
        Supposed(LOOK, [3, 4], [1]),
        Supposed(LOOK, [3], [2]),
        New(TEAM, [[8, 9, 7, 6], ["A", "B", "C", "D"]]),
        New(REP_OF, [[1, 2, 3, 4], [8, 9, 7, 6]]),
    ]
    assert together([one, two[:2]]) == [*one, *two[:2]], "what takes other steps keeps its own"
    assert together([one]) == one


def test_what_changes_rows_is_not_put_together_with_others() -> None:
    new: list[Step] = [Supposed(LOOK, [4], [1]), New(TEAM, [[8], ["A"]])]
    assert may_share(new)
    assert not may_share([*new, ("UPDATE team SET name = $1 WHERE id = $2", [["B", 4]])])


def test_what_is_supposed_tells_how_many_it_wants() -> None:
    ((sql, rows),) = written([Supposed(LOOK, [3, 4], [1])])
    assert rows == [[[3, 4], 1, 2]]
    assert sql.endswith("WHERE n <> $3::bigint")
