"""Tickets, verb by verb: each done, refused, forbidden and rolled back, and what they must not take."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

from models import Ticket, TicketStatusChange
from models.database import Database
from resolvers.ticket import LINKS, NewTicket, create_ticket, reply_to_ticket
from resolvers.verbs import VERBS
from resolvers.write import Call
from schema import GRAPHQL
from schema.engine import Engine
from tests.four_ways import Case, done, not_done
from tests.tickets import T, check_lives
from tests.viewers import ADMIN
from tests.writing import Statements, mutate, perform_verb, snapshot

TICKET_SHOWN = "status issue version reopenCount resolution customer { name } assignee { name }"
STEPS_SHOWN = "statusChanges { nodes { fromStatus toStatus actor reason } }"

STEP = {("Ticket", "UPDATED")}
"""What is noted of a step: the log of steps is not logged once more."""

CASES = [
    Case(
        "createTicket",
        {
            "customerId": "cus_1",
            "issue": "  No power  ",
            "contactId": "con_1",
            "orderId": "ord_1",
            "assigneeId": "rep_2",
        },
        f"ticket {{ {TICKET_SHOWN} contact {{ name }} order {{ number }} {STEPS_SHOWN} }}",
        {
            "ticket": {
                "status": "NEW",
                "issue": "No power",
                "version": 1,
                "reopenCount": 0,
                "resolution": None,
                "customer": {"name": "Acme Laboratories"},
                "assignee": {"name": "Björn Ek"},
                "contact": {"name": "Ann Archer"},
                "order": {"number": "SO-1001"},
                "statusChanges": {"nodes": [{"fromStatus": None, "toStatus": "NEW", "actor": "Ada", "reason": None}]},
            }
        },
        {("Ticket", "CREATED")},
        {"customerId": "cus_1", "issue": " \t "},
        "BLANK",
        ["issue"],
    ),
    Case(
        "createTickets",
        {
            "items": [
                {"customerId": "cus_1", "issue": "One"},
                {"customerId": "cus_2", "issue": "Two", "priority": "HIGH"},
            ]
        },
        "writtenCount rows { node { issue status priority } errors { code } }",
        {
            "writtenCount": 2,
            "rows": [
                {"node": {"issue": "One", "status": "NEW", "priority": "NORMAL"}, "errors": []},
                {"node": {"issue": "Two", "status": "NEW", "priority": "HIGH"}, "errors": []},
            ],
        },
        {("Ticket", "CREATED")},
        {"items": [{"customerId": "cus_1", "issue": "One"}, {"customerId": "cus_10", "issue": "Two"}]},
        "NOT_FOUND",
        ["items", "1", "customerId"],
    ),
    Case(
        "updateTicket",
        {"id": "tkt_1", "issue": "Dark again", "category": None, "teamId": "tea_2"},
        "ticket { issue category status version team { name } contact { name } }",
        {
            "ticket": {
                "issue": "Dark again",
                "category": None,
                "status": "OPEN",
                "version": 2,
                "team": {"name": "South"},
                "contact": {"name": "Ann Archer"},
            }
        },
        {("Ticket", "UPDATED")},
        {"id": "tkt_1", "contactId": "con_3"},
        "INVALID",
        ["contactId"],
    ),
    Case(
        "replyToTicket",
        {"id": "tkt_3", "body": "Bitte neu **starten**.", "authorId": "rep_2", "channel": "EMAIL"},
        f"ticket {{ status version {STEPS_SHOWN} messages {{ totalCount }} }}"
        " message { body visibility authorKind channel author { name } ticket { number } }",
        {
            "ticket": {
                "status": "PENDING_CUSTOMER",
                "version": 2,
                "statusChanges": {
                    "nodes": [
                        {"fromStatus": "NEW", "toStatus": "OPEN", "actor": "Ada", "reason": None},
                        {"fromStatus": "OPEN", "toStatus": "PENDING_CUSTOMER", "actor": "Ada", "reason": None},
                    ]
                },
                "messages": {"totalCount": 1},
            },
            "message": {
                "body": "Bitte neu **starten**.",
                "visibility": "PUBLIC",
                "authorKind": "AGENT",
                "channel": "EMAIL",
                "author": {"name": "Björn Ek"},
                "ticket": {"number": "T-3"},
            },
        },
        STEP | {("TicketMessage", "CREATED")},
        {"id": "tkt_5", "body": "One more thing"},
        "NOT_ALLOWED",
    ),
    Case(
        "assignTicket",
        {"id": "tkt_3", "assigneeId": "rep_4"},
        "ticket { status assignee { name } }",
        {"ticket": {"status": "OPEN", "assignee": {"name": "İpek Yıldız"}}},
        STEP,
        {"id": "tkt_3", "assigneeId": "rep_6"},
        "NOT_FOUND",
        ["assigneeId"],
    ),
    Case(
        "holdTicket",
        {"id": "tkt_1", "reason": "Waits for a spare part"},
        f"ticket {{ status {STEPS_SHOWN} }}",
        {
            "ticket": {
                "status": "ON_HOLD",
                "statusChanges": {
                    "nodes": [
                        {
                            "fromStatus": "OPEN",
                            "toStatus": "ON_HOLD",
                            "actor": "Ada",
                            "reason": "Waits for a spare part",
                        }
                    ]
                },
            }
        },
        STEP,
        {"id": "tkt_3", "reason": "It is new"},
        "NOT_ALLOWED",
    ),
    Case(
        "resumeTicket",
        {"id": "tkt_6"},
        "ticket { status }",
        {"ticket": {"status": "OPEN"}},
        STEP,
        {"id": "tkt_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "resolveTicket",
        {"id": "tkt_1", "resolution": "WORKAROUND"},
        "ticket { status resolution }",
        {"ticket": {"status": "RESOLVED", "resolution": "WORKAROUND"}},
        STEP,
        {"id": "tkt_3", "resolution": "FIXED"},
        "NOT_ALLOWED",
    ),
    Case(
        "closeTicket",
        {"id": "tkt_2"},
        "ticket { status resolution }",
        {"ticket": {"status": "CLOSED", "resolution": "ANSWERED"}},
        STEP,
        {"id": "tkt_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "reopenTicket",
        {"id": "tkt_5", "reason": "It happened again"},
        "ticket { status resolution resolvedAt closedAt reopenCount }",
        {"ticket": {"status": "OPEN", "resolution": None, "resolvedAt": None, "closedAt": None, "reopenCount": 1}},
        STEP,
        {"id": "tkt_5", "reason": ""},
        "BLANK",
        ["reason"],
    ),
    Case(
        "deleteTicket",
        {"id": "tkt_5"},
        'deletedId query { ticket(id: "tkt_5") { id } }',
        {"deletedId": "tkt_5", "query": {"ticket": None}},
        {("Ticket", "DELETED")},
        {"id": "tkt_8"},
        "NOT_FOUND",
    ),
]


@pytest.fixture
def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change."""
    return Engine(own_world)


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if "Ticket" in name} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, case: Case) -> None:
    await done(own_world, case)
    await check_lives(own_world)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_that_is_not_done_leaves_no_trace(
    own_world: Database, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    await not_done(own_world, case, monkeypatch)


# --- what a ticket may be -----------------------------------------------------------------------------------------


NO_TICKETS: list[tuple[dict[str, Any], str, str]] = [
    ({"customerId": "cus_10"}, "NOT_FOUND", "customerId"),
    ({"customerId": "cus_99999"}, "NOT_FOUND", "customerId"),
    ({"contactId": "con_3"}, "INVALID", "contactId"),
    ({"contactId": "con_99"}, "NOT_FOUND", "contactId"),
    ({"orderId": "ord_3"}, "INVALID", "orderId"),
    ({"orderId": "ord_99"}, "NOT_FOUND", "orderId"),
    ({"productId": "prd_99"}, "NOT_FOUND", "productId"),
    ({"teamId": "tea_4"}, "NOT_FOUND", "teamId"),
    ({"assigneeId": "rep_5"}, "INVALID", "assigneeId"),
    ({"assigneeId": "rep_6"}, "NOT_FOUND", "assigneeId"),
    ({"issue": ""}, "BLANK", "issue"),
    ({"issue": "x" * 301}, "TOO_LONG", "issue"),
    ({"issue": "x" * 10_000_000}, "TOO_LONG", "issue"),
    ({"issue": "a\0b"}, "INVALID", "issue"),
    ({"category": ""}, "BLANK", "category"),
]


async def test_the_audit_calls_a_request_what_the_log_calls_it(own_world: Database) -> None:
    engine, before = Engine(own_world), await own_world.execute("SELECT max(id) FROM audit_entry")
    made = '{ createTicket(input: { customerId: "cus_1", issue: "No power" }) { ticket { id } } }'
    two = f"mutation {{ a: {made[2:-2]} b: {made[2:-2]} }}"
    for query, request in (("mutation " + made, "web-17"), (two, "web-18"), ("mutation " + made, "")):
        assert (await engine.execute(query, None, None, ADMIN, request=request)).executed
    after = f"SELECT request_id FROM audit_entry WHERE id > {before[0][0] or 0} ORDER BY id"
    names = [name for (name,) in await own_world.execute(after)]
    assert names[:3] == ["web-17", "web-18", "web-18"]
    assert len(names) == 4
    assert names[3] not in ("", "web-17", "web-18")


async def test_a_ticket_that_makes_no_sense_is_refused(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for given, code, path in NO_TICKETS:
        item = {"customerId": "cus_1", "issue": "No power", **given}
        payload = await mutate(engine, "createTicket", item)
        assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", path])]
        payload = await mutate(engine, "createTickets", {"items": [item]})
        assert [(error["code"], error["path"]) for error in payload["errors"]] == [
            (code, ["input", "items", "0", path])
        ]
        if path != "customerId" and path != "assigneeId":
            payload = await mutate(engine, "updateTicket", {"id": "tkt_1", **given})
            assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, ["input", path])]
    assert await snapshot(own_world) == before


async def test_an_update_never_changes_where_a_ticket_stands(engine: Engine) -> None:
    type_ = GRAPHQL.type_map["UpdateTicketInput"]
    assert isinstance(type_, GraphQLInputObjectType)
    assert not type_.fields.keys() & {"status", "resolution", "assigneeId", "customerId"}


async def test_an_old_version_is_refused_with_the_ticket_as_it_is(own_world: Database, engine: Engine) -> None:
    await mutate(engine, "updateTicket", {"id": "tkt_1", "issue": "First"})
    for verb, given in {
        "updateTicket": {"issue": "Second"},
        "holdTicket": {"reason": "Second"},
        "replyToTicket": {"body": "Second"},
        "deleteTicket": {},
    }.items():
        selection = "errors { ... on StaleError { current { ... on Ticket { issue version } } } }"
        payload = await mutate(engine, verb, {"id": "tkt_1", **given}, selection, expectedVersion=1)
        (error,) = payload["errors"]
        assert error["code"] == "STALE"
        assert error["current"] == {"issue": "First", "version": 2}


# --- many at once, and from Python --------------------------------------------------------------------------------


async def test_a_batch_writes_the_good_ones_if_asked_to(own_world: Database, engine: Engine) -> None:
    items = [
        {"customerId": "cus_1", "issue": "Good"},
        {"customerId": "cus_1", "issue": " "},
        {"customerId": "cus_10", "issue": "Nobody's"},
        {"customerId": "cus_2", "issue": "Good too", "contactId": "con_3"},
    ]
    shown = "writtenCount rows { node { issue number } errors { code path } }"
    payload = await mutate(engine, "createTickets", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert payload["writtenCount"] == 2
    assert [row["node"] and row["node"]["issue"] for row in payload["rows"]] == ["Good", None, None, "Good too"]
    assert [[error["code"] for error in row["errors"]] for row in payload["rows"]] == [[], ["BLANK"], ["NOT_FOUND"], []]
    for id_, number in await own_world.execute("SELECT id, number FROM ticket WHERE id > 8"):
        assert number == f"T-{id_}"
    await check_lives(own_world)


async def test_what_is_asked_of_a_row_is_told_of_those_that_are_skipped_too(own_world: Database) -> None:
    items = [{"customerId": "cus_1", "issue": "Good"}, {"customerId": "cus_99", "issue": "Nobody's"}]
    shown = "rows { __typename first: errors { code } node { issue } kind: __typename again: errors { path } }"
    payload = await mutate(Engine(own_world), "createTickets", {"items": items, "onError": "SKIP_ROW"}, shown)
    name = "CreateTicketsRow"
    assert [list(row.items()) for row in payload["rows"]] == [
        [("__typename", name), ("first", []), ("node", {"issue": "Good"}), ("kind", name), ("again", [])],
        [
            ("__typename", name),
            ("first", [{"code": "NOT_FOUND"}]),
            ("node", None),
            ("kind", name),
            ("again", [{"path": ["input", "items", "1", "customerId"]}]),
        ],
    ]


async def test_a_batch_takes_a_handful_of_statements(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = Statements(monkeypatch)
    needed = []
    for size in (2, 500):
        statements.count = 0
        items = [NewTicket(customer_id=1 + at % 2, issue=f"Issue {at}", assignee_id=2) for at in range(size)]
        outcome = await perform_verb(own_world, "createTickets", items=items)
        assert outcome["written_count"] == size
        needed.append(statements.count)
    assert max(needed) <= 12


async def test_python_calls_verbs_within_one_transaction(own_world: Database) -> None:
    now = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    async with own_world.transaction() as transaction:
        call = Call(ADMIN, own_world, transaction, "test", now)
        ticket = await create_ticket(call, new=NewTicket(customer_id=1, issue="Hello"))
        replied = await reply_to_ticket(call, id=ticket.id, body="Hello back")
        await call.write_journal()
    assert replied.ticket.status is T.PENDING_CUSTOMER
    stored = await Ticket.get(id=ticket.id)
    assert stored.status is T.PENDING_CUSTOMER
    assert stored.first_responded_at == stored.created_at == now
    assert await TicketStatusChange.filter(ticket_id=ticket.id).count() == 3
    verbs = await own_world.execute(f"SELECT verb FROM audit_entry WHERE entity_id = {ticket.id} ORDER BY id")
    assert verbs[0] == ("createTicket",)


def test_every_link_of_a_ticket_is_checked() -> None:
    links = {name for name in Ticket._meta.fields_map if name.endswith("_id")}
    assert links == LINKS.keys()


async def test_a_large_batch_is_audited_and_told_record_by_record(own_world: Database) -> None:
    """So many that their entries and events are written from lists; one of them refused."""
    items = [{"customerId": "cus_1" if at != 7 else "cus_999", "issue": f"Issue {at}"} for at in range(45)]
    given = {"items": items, "onError": "SKIP_ROW"}
    payload = await mutate(Engine(own_world), "createTickets", given, "rows { node { id } errors { code } }")
    rows = payload["rows"]
    assert [at for at, row in enumerate(rows) if row["node"] is None] == [7]
    assert [row["errors"] for row in rows if row["errors"]] == [[{"code": "NOT_FOUND"}]]
    tickets = [int(row["node"]["id"][4:]) for row in rows if row["node"]]
    listed = ", ".join(map(str, tickets))
    steps = f"SELECT ticket_id, to_status FROM ticket_status_change WHERE ticket_id IN ({listed}) ORDER BY id"
    assert await own_world.execute(steps) == [(id_, "NEW") for id_ in tickets]
    audited = "SELECT verb, entity, entity_id, kind, changes, actor FROM audit_entry ORDER BY id DESC LIMIT 44"
    expected = [("createTickets", "Ticket", id_, "CREATED", "[]", "Ada") for id_ in tickets]
    assert (await own_world.execute(audited))[::-1] == expected
    told = "SELECT entity, entity_id, kind FROM outbox_event ORDER BY id DESC LIMIT 44"
    assert (await own_world.execute(told))[::-1] == [("Ticket", id_, "CREATED") for id_ in tickets]
