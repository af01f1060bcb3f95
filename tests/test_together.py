"""Calls that one sender makes at once and that are done as one: each is told of its own, as if it had come alone."""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import pytest

from access import Viewer
from models.backends.postgres_ending import Ending
from models.backends.queue import Pending
from models.database import Database
from resolvers import together
from resolvers.together import MOST, Crowd, Member
from resolvers.write import Call
from schema.engine import Engine
from schema.payload import Writer
from tests.viewers import ADMIN, REP
from tests.writing import TICKET, another, ask_as, document, mutate, mutate_as, snapshot

ORDER = (
    "order { id number total { amount } lines(first: 5) { nodes { id quantity } }"
    " credits(first: 5) { nodes { share } } }"
)


@pytest.fixture
def engine(own_world: Database) -> Engine:
    return Engine(own_world)


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls were done as one, each time that there were several."""
    found: list[int] = []
    made = Crowd._made

    async def noted(crowd: Crowd, members: Sequence[Member]) -> Any:
        found.append(len(members))
        return await made(crowd, members)

    monkeypatch.setattr(Crowd, "_made", noted)
    return found


def issue(text: str, customer: str = "cus_1", **more: Any) -> dict[str, Any]:
    return {"customerId": customer, "issue": text, **more}


async def at_once(
    engine: Engine,
    given: Sequence[Mapping[str, Any]],
    selection: str = TICKET,
    verb: str = "createTicket",
    viewer: Viewer = ADMIN,
) -> list[dict[str, Any]]:
    return list(await asyncio.gather(*(mutate_as(engine, viewer, verb, each, selection) for each in given)))


def asking(engine: Engine, given: Mapping[str, Any], viewer: Viewer = ADMIN) -> asyncio.Task[dict[str, Any]]:
    """A ticket that is being made by nobody's transaction."""
    work = ask_as(engine, viewer, document("createTicket", TICKET), input=given)
    return asyncio.create_task(work, context=contextvars.Context())


async def count(engine: Engine) -> int:
    return int((await engine.database.execute("SELECT count(*) FROM ticket"))[0][0])


def crowds(engine: Engine) -> list[Crowd]:
    return list(engine._together._crowds.values())


async def until_away(engine: Engine) -> None:
    async with asyncio.timeout(5):
        while not any(crowd.away for crowd in crowds(engine)):  # noqa: ASYNC110 -- another turn of the loop brings it
            await asyncio.sleep(0)


async def test_each_is_told_what_it_made(engine: Engine, sizes: list[int]) -> None:
    given = [
        issue(f"Issue % {at}", f"cus_{1 + at % 2}", priority="HIGH" if at % 3 else "LOW") for at in range(MOST + 4)
    ]
    shown = "__typename t: ticket { id issue priority version customer { id } statusChanges { nodes { toStatus } } }"
    made = await at_once(engine, given, shown)
    assert sizes == [MOST, 4]
    assert len({each["t"]["id"] for each in made}) == MOST + 4
    for asked, each in zip(given, made, strict=True):
        ticket = each["t"]
        assert list(each) == ["__typename", "t", "errors"]
        assert (each["__typename"], each["errors"]) == ("CreateTicketPayload", [])
        assert (ticket["issue"], ticket["customer"]) == (asked["issue"], {"id": asked["customerId"]})
        assert (ticket["priority"], ticket["version"]) == (asked["priority"], 1)
        assert ticket["statusChanges"] == {"nodes": [{"toStatus": "NEW"}]}
    assert crowds(engine) == [], "nothing is kept of them"


@pytest.mark.parametrize("verb", ["createTicket", "createOrder"])
async def test_what_is_done_as_one_is_what_is_done_alone(
    engine: Engine, own_world: Database, sizes: list[int], verb: str
) -> None:
    """All tables say the same, apart from ids and instants, and so do the answers, refusals among them."""
    credits = [{"repId": "rep_2", "share": 6_000}, {"repId": "rep_3", "share": 4_000}]

    def order(customer: str, *quantities: int, product: str = "prd_1") -> dict[str, Any]:
        lines = [{"productId": product, "quantity": quantity} for quantity in quantities]
        return {"customerId": customer, "lines": lines, "credits": credits}

    asked: Sequence[Mapping[str, Any]] = (
        [issue("One"), issue(" "), issue("Two", "cus_999"), issue("Three", contactId="con_1")]
        if verb == "createTicket"
        else [order("cus_1", 1, 2), order("cus_2", 3), order("cus_1", 1, product="prd_999"), order("cus_2", 4, 5, 6)]
    )
    shown = TICKET if verb == "createTicket" else ORDER
    before = await snapshot(own_world)
    alone = [await mutate(engine, verb, each, shown) for each in asked]
    assert sizes == []
    between = await snapshot(own_world)
    together = await at_once(engine, asked, shown, verb)
    assert len(sizes) == 1
    after = await snapshot(own_world)
    assert [names(each) for each in together] == [names(each) for each in alone]
    for table in after:
        one, other = between[table][len(before[table]) :], after[table][len(between[table]) :]
        assert len(one) == len(other), table
    entries = (
        "SELECT actor, verb, entity, kind, changes FROM audit_entry WHERE id > {} AND id <= {} ORDER BY entity, id"
    )
    last = [max([0, *(row[0] for row in each["audit_entry"])]) for each in (before, between, after)]
    one, other = [await own_world.execute(entries.format(*pair)) for pair in itertools.pairwise(last)]
    assert one == other
    assert one


def names(payload: Mapping[str, Any]) -> Any:
    """A payload without what is different each time."""
    text = json.dumps(payload)
    record = payload.get("ticket") or payload.get("order")
    ids = [] if record is None else [record["number"], record["id"]]
    ids += [line["id"] for line in (record or {}).get("lines", {}).get("nodes", ())]
    for at, each in enumerate(ids):
        text = text.replace(f'"{each}"', f'"{at}"')
    return json.loads(text)


@pytest.mark.parametrize("verb", ["createTicket", "createOrder"])
async def test_the_audit_names_the_request_of_each(
    engine: Engine, own_world: Database, sizes: list[int], verb: str
) -> None:
    query = document(verb, f"{verb[6:].lower()} {{ id }}")
    given = {"customerId": "cus_1"} | (
        {"issue": "Hm"}
        if verb == "createTicket"
        else {
            "lines": [{"productId": "prd_1", "quantity": quantity} for quantity in (1, 2)],
            "credits": [{"repId": "rep_2", "share": 10_000}],
        }
    )
    answers = await asyncio.gather(
        *(engine.execute(query, {"input": given}, None, ADMIN, request=f"web-{at}") for at in range(3))
    )
    assert sizes == [3]
    for at, answer in enumerate(answers):
        id_ = int(next(iter(json.loads(answer.body)["data"][verb].values()))["id"][4:])
        entity = verb[6:]
        whole = f"SELECT request_id FROM audit_entry WHERE entity = '{entity}' AND entity_id = {id_}"
        assert await own_world.execute(whole) == [(f"web-{at}",)]
        if entity == "Order":
            parts = (
                "SELECT entity, count(*) FROM audit_entry a WHERE request_id = 'web-{at}' AND entity_id IN"
                " (SELECT id FROM order_line WHERE order_id = {id} AND a.entity = 'OrderLine' UNION ALL"
                " SELECT id FROM order_credit WHERE order_id = {id} AND a.entity = 'OrderCredit')"
                " GROUP BY entity ORDER BY entity"
            )
            assert await own_world.execute(parts.format(at=at, id=id_)) == [("OrderCredit", 1), ("OrderLine", 2)]


async def test_who_is_refused_takes_nobody_along(engine: Engine, sizes: list[int]) -> None:
    before = await count(engine)
    given = [issue("One"), issue("Two", "cus_999"), issue(" "), issue("Three", customer="con_1"), issue("Four")]
    made = await at_once(engine, given)
    assert sizes == [3], "what makes no sense by itself is refused before, and an id of another kind is"
    assert [each["ticket"] is not None for each in made] == [True, False, False, False, True]
    told = [[(error["code"], error["path"]) for error in each["errors"]] for each in made]
    assert told == [
        [],
        [("NOT_FOUND", ["input", "customerId"])],
        [("BLANK", ["input", "issue"])],
        [("INVALID", ["input", "customerId"])],
        [],
    ]
    assert await count(engine) == before + 2
    refused = await at_once(engine, [issue("One", "cus_998"), issue("Two", "cus_999")])
    assert [each["ticket"] for each in refused] == [None, None]
    assert await count(engine) == before + 2


async def test_who_may_not_is_told_before(engine: Engine, sizes: list[int]) -> None:
    bodies = await asyncio.gather(*(asking(engine, issue("Hm", "cus_3"), REP) for _ in range(2)))
    assert [body["data"]["createTicket"]["errors"][0]["code"] for body in bodies] == ["NOT_FOUND"] * 2
    assert sizes == [2]


@pytest.mark.parametrize(
    "how",
    [
        {"idempotencyKey": "once"},
        {"dryRun": True},
    ],
    ids=str,
)
async def test_what_is_not_done_once_for_good_goes_by_itself(
    engine: Engine, sizes: list[int], how: dict[str, Any]
) -> None:
    before = await count(engine)
    made = await at_once(engine, [issue("Hm", **how)] * 3)
    assert [each["errors"] for each in made] == [[]] * 3
    assert sizes == []
    assert await count(engine) == before + ("idempotencyKey" in how)


async def test_what_differs_goes_by_itself(engine: Engine, sizes: list[int]) -> None:
    """Another sender, another question, and what a variable of each request is needed for."""
    made = await asyncio.gather(
        mutate_as(engine, ADMIN, "createTicket", issue("One"), TICKET),
        mutate_as(engine, another(), "createTicket", issue("Two"), TICKET),
        mutate_as(engine, ADMIN, "createTicket", issue("Three"), "ticket { id issue }"),
    )
    assert all(each["ticket"] for each in made)
    query = (
        "mutation ($input: CreateTicketInput!, $text: String) { createTicket(input: $input) { ticket {"
        " customer { tickets(first: 9, where: {issue: {eq: $text}}) { nodes { issue } } } } } }"
    )
    asked = [ask_as(engine, ADMIN, query, input=issue(f"Own {at}"), text=f"Own {at}") for at in range(3)]
    for at, body in enumerate(await asyncio.gather(*asked)):
        shown = body["data"]["createTicket"]["ticket"]["customer"]["tickets"]["nodes"]
        assert shown == [{"issue": f"Own {at}"}]
    assert sizes == []


async def test_what_is_asked_besides_the_record_goes_by_itself(engine: Engine, sizes: list[int]) -> None:
    for shown in (f"{TICKET} query {{ viewer {{ name }} }}", "a: ticket { id } b: ticket { issue }", "errors { code }"):
        made = await at_once(engine, [issue("Hm")] * 2, shown)
        assert [each["errors"] for each in made] == [[], []]
    assert sizes == []


async def test_if_they_fail_together_each_is_tried_by_itself(
    engine: Engine, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Call.write_journal

    async def failing(call: Call, requests: Mapping[int, str] | None = None) -> None:
        await written(call, requests)
        if requests is not None:
            await call.transaction.execute("SELECT * FROM no_such_table")

    monkeypatch.setattr(Call, "write_journal", failing)
    before = await count(engine)
    made = await at_once(engine, [issue("One"), issue("Two", "cus_999"), issue("Three")])
    assert [each["ticket"] is not None for each in made] == [True, False, True]
    assert sizes == [3]
    assert await count(engine) == before + 2
    assert crowds(engine) == []


async def test_who_gives_up_before_it_begins_is_not_stored(
    engine: Engine, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await count(engine)
    with monkeypatch.context() as patch:
        patch.setattr(Crowd, "_leave_if_free", lambda crowd: None)
        tasks = [asking(engine, issue(f"{at}")) for at in range(5)]
        async with asyncio.timeout(5):
            while not crowds(engine):  # noqa: ASYNC110 -- another turn of the loop brings it
                await asyncio.sleep(0)
        (crowd,) = crowds(engine)
        for leaving in tasks[1:3]:
            leaving.cancel()
        found = await asyncio.gather(*tasks[1:3], return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in found)
        assert len(crowd.waiting) == 3
    crowd._leave_if_free()
    bodies = await asyncio.gather(tasks[0], *tasks[3:])
    assert all(body["data"]["createTicket"]["ticket"] for body in bodies)
    assert sizes == [3]
    assert await count(engine) == before + 3
    tasks = [asking(engine, issue(f"{at}")) for at in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert crowds(engine) == []


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Keeps those who are done as one from being stored until it is set."""
    free = asyncio.Event()
    written = Call.write_journal

    async def waiting(call: Call, requests: Mapping[int, str] | None = None) -> None:
        await written(call, requests)
        if requests is not None:
            await free.wait()

    monkeypatch.setattr(Call, "write_journal", waiting)
    return free


async def test_who_gives_up_on_the_way_is_told_that_it_is_stored(engine: Engine, slow: asyncio.Event) -> None:
    before = await count(engine)
    tasks = [asking(engine, issue(f"{at}")) for at in range(3)]
    await until_away(engine)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    slow.set()
    bodies = await asyncio.gather(*tasks)
    assert all(body["data"]["createTicket"]["ticket"] for body in bodies), "what is stored must not be denied"
    assert await count(engine) == before + 3


async def test_who_is_given_up_twice_is_told_too(engine: Engine, slow: asyncio.Event) -> None:
    before = await count(engine)
    tasks = [asking(engine, issue(f"{at}")) for at in range(3)]
    await until_away(engine)
    for _ in range(3):
        tasks[0].cancel()
        await asyncio.sleep(0.01)
    slow.set()
    bodies = await asyncio.gather(*tasks)
    assert all(body["data"]["createTicket"]["ticket"] for body in bodies), "what is stored must not be denied"
    assert await count(engine) == before + 3


@pytest.mark.parametrize("more", [1, 2])
async def test_those_who_are_left_over_leave_nothing_behind(
    engine: Engine, sizes: list[int], caplog: pytest.LogCaptureFixture, more: int
) -> None:
    made = await at_once(engine, [issue(f"{at}") for at in range(MOST + more)])
    assert all(each["ticket"] for each in made)
    assert sizes == [MOST, more][:more]
    await asyncio.sleep(0.05)
    assert crowds(engine) == []
    assert caplog.records == []


async def test_what_is_stored_runs_no_second_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Should what is told of it go wrong after the commit, as nothing does that is known of."""
    if engine.database.dialect == "sqlite":
        pytest.skip("SQLite commits after all has been told.")

    async def broken(*args: Any) -> Sequence[bytes]:
        await written(*args)
        raise ZeroDivisionError

    before, written = await count(engine), Writer.write_all
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write_all", broken)
        bodies = await asyncio.gather(*(asking(engine, issue("Hm")) for _ in range(3)))
    assert [body["errors"][0]["extensions"]["code"] for body in bodies] == ["OUTCOME_UNKNOWN"] * 3
    assert await count(engine) == before + 3
    assert "ZeroDivisionError" in caplog.text


async def test_who_gives_up_while_others_wait_on_does_not_wait_for_them(
    engine: Engine, slow: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "LEAVE_SECONDS", 0.1)
    tasks = [asking(engine, issue(f"{at}")) for at in range(2)]
    await until_away(engine)
    tasks[0].cancel()
    async with asyncio.timeout(2):
        body = await tasks[0]
    assert body["errors"][0]["extensions"]["code"] == "OUTCOME_UNKNOWN"
    slow.set()
    assert (await tasks[1])["data"]["createTicket"]["ticket"]


async def test_when_all_have_given_up_nothing_is_stored(engine: Engine, slow: asyncio.Event) -> None:
    before = await count(engine)
    tasks = [asking(engine, issue(f"{at}")) for at in range(3)]
    await until_away(engine)
    for task in tasks:
        task.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in found)
    assert await count(engine) == before
    assert crowds(engine) == []
    slow.set()
    assert all(each["ticket"] for each in await at_once(engine, [issue("Hm")] * 3))


async def test_who_comes_while_others_are_away_does_not_wait_for_long(engine: Engine, slow: asyncio.Event) -> None:
    if engine.database.dialect == "sqlite":
        pytest.skip("SQLite has one writer: who comes later waits for its lock.")
    first = [asking(engine, issue(f"{at}")) for at in range(2)]
    await until_away(engine)
    second = [asking(engine, issue(f"{at}")) for at in range(2)]
    third = [asking(engine, issue(f"{at}")) for at in range(2)]
    async with asyncio.timeout(2):
        while len(crowds(engine)[0].away) < 2:  # noqa: ASYNC110 -- time brings it
            await asyncio.sleep(0.01)
        alone = asking(engine, issue("alone"))
        assert (await alone)["data"]["createTicket"]["ticket"], "by itself, once it has waited"
    slow.set()
    bodies = await asyncio.gather(*first, *second, *third)
    assert all(body["data"]["createTicket"]["ticket"] for body in bodies)


async def test_who_waits_for_a_lock_does_not_keep_the_others(engine: Engine, sizes: list[int]) -> None:
    if engine.database.dialect == "sqlite":
        pytest.skip("SQLite locks the file, and no rows.")
    async with engine.database.transaction() as transaction:
        await transaction.execute("SELECT id FROM customer WHERE id = 1 FOR UPDATE")
        tasks = [asking(engine, issue("Hm", customer)) for customer in ("cus_2", "cus_1", "cus_3")]
        async with asyncio.timeout(2):
            bodies = await asyncio.gather(tasks[0], tasks[2])
        assert all(body["data"]["createTicket"]["ticket"] for body in bodies)
        assert not tasks[1].done()
        assert sizes == [3], "they had begun together"
    assert (await tasks[1])["data"]["createTicket"]["ticket"]


async def test_a_lost_answer_is_unknown_to_all(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine.database.dialect == "sqlite":
        pytest.skip("SQLite commits in the process itself: there is no answer to be lost.")
    send = Ending._send

    async def lost(ending: Ending, statements: Sequence[Pending]) -> list[Any]:
        await send(ending, statements)
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    before = await count(engine)
    with monkeypatch.context() as patch:
        patch.setattr(Ending, "_send", lost)
        bodies = await asyncio.gather(*(asking(engine, issue("Hm")) for _ in range(3)))
    assert [body["errors"][0]["extensions"]["code"] for body in bodies] == ["OUTCOME_UNKNOWN"] * 3
    assert await count(engine) == before + 3, "here it was stored, and once each"


async def test_who_runs_out_of_time_is_told_so_and_nothing_is_stored(
    engine: Engine, slow: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.database, "seconds", 0.2)
    before = await count(engine)
    bodies = await asyncio.gather(*(asking(engine, issue("Hm")) for _ in range(2)))
    assert [body["errors"][0]["extensions"]["code"] for body in bodies] == ["TIMEOUT"] * 2
    assert await count(engine) == before
