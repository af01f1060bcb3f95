"""The lives of campaigns and their members: every verb done, refused, forbidden and rolled back, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

import access
from compiler.dialect import DIALECTS
from errors import Refused
from models import Campaign, CampaignChannel, CampaignMember, CampaignStatus, Customer, MemberStatus
from models.database import Database
from resolvers.campaign import MemberAdvance, MemberStep, NewCampaign, member_verbs
from resolvers.machines import CAMPAIGN, MEMBER_LEAVES, MEMBER_STEPS
from resolvers.verbs import VERBS, Matched, Money
from schema import GRAPHQL
from schema.engine import Engine
from schema.payload import Writer
from tests.writing import Statements, Told, ask, document, journal, mutate, perform_verb, snapshot

C, M = CampaignStatus, MemberStatus
TODAY = dt.datetime.now(dt.UTC).date()


def days(count: int) -> str:
    """A day from today."""
    return (TODAY + dt.timedelta(days=count)).isoformat()


PLAN = {
    "name": "  Autumn offer ",
    "startDate": days(5),
    "endDate": days(40),
    "budget": {"amount": "1250.50", "currency": "EUR"},
    "channel": "EMAIL",
    "ownerId": "rep_2",
    "parentId": "cmp_1",
    "expectedLeads": 12,
    "expectedRevenue": {"amount": "9000", "currency": "EUR"},
    "utmCampaign": "autumn",
}


@dataclass(frozen=True)
class Case:
    """One verb: an input it accepts and what comes of it, and an input it refuses and how."""

    verb: str
    given: Mapping[str, Any]
    shown: str
    answer: Mapping[str, Any]
    told: Told
    wrong: Mapping[str, Any]
    code: str
    path: list[str] = field(default_factory=lambda: ["id"])

    def __str__(self) -> str:
        return self.verb


# Campaign 1 of the world runs, 2 is planned, 3 was cancelled; `prepare` gives the first two a last day to come.
CASES = [
    Case(
        "createCampaign",
        PLAN,
        "campaign { name status version budget { amount currency } expectedRevenue { minorUnits }"
        " owner { name } parent { name } memberCount utmCampaign }",
        {
            "campaign": {
                "name": "Autumn offer",
                "status": "PLANNED",
                "version": 1,
                "budget": {"amount": "1250.50", "currency": "EUR"},
                "expectedRevenue": {"minorUnits": "900000"},
                "owner": {"name": "Björn Ek"},
                "parent": {"name": "Spring calibration"},
                "memberCount": 0,
                "utmCampaign": "autumn",
            }
        },
        {("Campaign", "CREATED")},
        PLAN | {"endDate": days(-360)},
        "INVALID",
        ["endDate"],
    ),
    Case(
        "updateCampaign",
        {"id": "cmp_1", "budget": {"amount": "1", "currency": "JPY"}, "expectedRevenue": None, "ownerId": None},
        "campaign { name budget { minorUnits currency } expectedRevenue { amount } owner { name } status }",
        {
            "campaign": {
                "name": "Spring calibration",
                "budget": {"minorUnits": "1", "currency": "JPY"},
                "expectedRevenue": None,
                "owner": None,
                "status": "ACTIVE",
            }
        },
        {("Campaign", "UPDATED")},
        {"id": "cmp_3", "name": "Revived"},
        "NOT_ALLOWED",
    ),
    Case(
        "scheduleCampaign",
        {"id": "cmp_2"},
        "campaign { status version }",
        {"campaign": {"status": "SCHEDULED", "version": 2}},
        {("Campaign", "UPDATED")},
        {"id": "cmp_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "startCampaign",
        {"id": "cmp_4"},
        "campaign { status }",
        {"campaign": {"status": "ACTIVE"}},
        {("Campaign", "UPDATED")},
        {"id": "cmp_2"},
        "NOT_ALLOWED",
    ),
    Case(
        "pauseCampaign",
        {"id": "cmp_1"},
        "campaign { status }",
        {"campaign": {"status": "PAUSED"}},
        {("Campaign", "UPDATED")},
        {"id": "cmp_3"},
        "NOT_ALLOWED",
    ),
    Case(
        "completeCampaign",
        {"id": "cmp_1"},
        "campaign { status }",
        {"campaign": {"status": "COMPLETED"}},
        {("Campaign", "UPDATED")},
        {"id": "cmp_2"},
        "NOT_ALLOWED",
    ),
    Case(
        "cancelCampaign",
        {"id": "cmp_2", "reason": "The fair was called off"},
        "campaign { status cancelReason }",
        {"campaign": {"status": "CANCELLED", "cancelReason": "The fair was called off"}},
        {("Campaign", "UPDATED")},
        {"id": "cmp_2", "reason": "\n"},
        "BLANK",
        ["reason"],
    ),
    Case(
        "deleteCampaign",
        {"id": "cmp_2"},
        'deletedId query { campaign(id: "cmp_2") { id } }',
        {"deletedId": "cmp_2", "query": {"campaign": None}},
        {("Campaign", "DELETED")},
        {"id": "cmp_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "addCampaignMembers",
        {"id": "cmp_2", "where": {"country": {"in": ["DE", "CN"]}}},
        "added already campaign { memberCount version members { nodes { status customer { name } } } }",
        {
            "added": 3,
            "already": 1,
            "campaign": {
                "memberCount": 4,
                "version": 2,
                "members": {
                    "nodes": [
                        {"status": "TARGETED", "customer": {"name": "北京测量有限公司"}},
                        {"status": "TARGETED", "customer": {"name": "Bäckerei Groß & Söhne"}},
                        {"status": "TARGETED", "customer": {"name": "Dana O'Neill"}},
                        {"status": "TARGETED", "customer": {"name": "Groß Holding"}},
                    ]
                },
            },
        },
        {("Campaign", "UPDATED"), ("CampaignMember", "CREATED")},
        {"id": "cmp_3", "where": {}},
        "NOT_ALLOWED",
    ),
    Case(
        "advanceCampaignMember",
        {"id": "mem_2", "status": "CLICKED"},
        "campaignMember { status version customer { name } }",
        {"campaignMember": {"status": "CLICKED", "version": 2, "customer": {"name": "Bäckerei Groß & Söhne"}}},
        {("CampaignMember", "UPDATED")},
        {"id": "mem_1", "status": "SENT"},
        "NOT_ALLOWED",
        ["status"],
    ),
    Case(
        "advanceCampaignMembers",
        {
            "items": [
                {"id": "mem_5", "status": "EXCLUDED", "excludedReason": "No consent"},
                {"id": "mem_2", "status": "BOUNCED"},
                {"id": "mem_1", "status": "CONVERTED", "expectedVersion": 1},
            ]
        },
        "writtenCount rows { node { status version excludedReason } errors { code } }",
        {
            "writtenCount": 3,
            "rows": [
                {"node": {"status": "EXCLUDED", "version": 2, "excludedReason": "No consent"}, "errors": []},
                {"node": {"status": "BOUNCED", "version": 2, "excludedReason": None}, "errors": []},
                {"node": {"status": "CONVERTED", "version": 2, "excludedReason": None}, "errors": []},
            ],
        },
        {("CampaignMember", "UPDATED")},
        {"items": [{"id": "mem_2", "status": "OPENED"}, {"id": "mem_1", "status": "CONVERTED", "expectedVersion": 7}]},
        "STALE",
        ["items", "1", "expectedVersion"],
    ),
    Case(
        "removeCampaignMember",
        {"id": "mem_5"},
        "deletedId campaign { name memberCount }",
        {"deletedId": "mem_5", "campaign": {"name": "Trade fair Shenzhen", "memberCount": 0}},
        {("CampaignMember", "DELETED")},
        {"id": "mem_2"},
        "NOT_ALLOWED",
    ),
]

EDGES = {
    (C.PLANNED, C.SCHEDULED),
    (C.SCHEDULED, C.ACTIVE),
    (C.ACTIVE, C.PAUSED),
    (C.PAUSED, C.ACTIVE),
    (C.ACTIVE, C.COMPLETED),
    (C.PAUSED, C.COMPLETED),
    (C.PLANNED, C.CANCELLED),
    (C.SCHEDULED, C.CANCELLED),
    (C.ACTIVE, C.CANCELLED),
    (C.PAUSED, C.CANCELLED),
}
"""All the steps a campaign may ever take."""

WAYS: Mapping[CampaignStatus, tuple[str, ...]] = {
    C.PLANNED: (),
    C.SCHEDULED: ("scheduleCampaign",),
    C.ACTIVE: ("scheduleCampaign", "startCampaign"),
    C.PAUSED: ("scheduleCampaign", "startCampaign", "pauseCampaign"),
    C.COMPLETED: ("scheduleCampaign", "startCampaign", "completeCampaign"),
    C.CANCELLED: ("cancelCampaign",),
}
"""By which verbs a new campaign gets to each status."""

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "updateCampaign": {"change": {"name": "Another name"}},
    "cancelCampaign": {"reason": "No money"},
    "addCampaignMembers": {"where": Matched("SELECT id FROM customer WHERE id < 4")},
}


@pytest.fixture
async def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change; its campaigns are not over, and the fourth is scheduled."""
    last, first = TODAY + dt.timedelta(days=100), TODAY - dt.timedelta(days=100)
    await Campaign.filter(id__in=(1, 2)).update(start_date=first, end_date=last)
    await Campaign.create(
        id=4, name="Winter", start_date=first, end_date=last, currency="EUR", budget_minor=0,
        channel=CampaignChannel.SMS, status=C.SCHEDULED,
    )  # fmt: skip
    return Engine(own_world)


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if "Campaign" in name} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, engine: Engine, case: Case) -> None:
    before = await snapshot(own_world)
    payload = await mutate(engine, case.verb, case.given, case.shown)
    assert payload == {**case.answer, "errors": []}
    audited, told = await journal(own_world, before)
    assert audited == told == case.told


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_that_is_not_done_leaves_no_trace(
    own_world: Database, engine: Engine, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await snapshot(own_world)
    # Refused.
    payload = await mutate(engine, case.verb, case.wrong, case.shown.partition(" query")[0])
    error = payload.pop("errors")[0]
    assert (error["code"], error["path"]) == (case.code, ["input", *case.path])
    assert error["message"].endswith(".")
    assert set(payload.values()) == {None}
    assert await snapshot(own_world) == before
    # Tried only: the same answer, and nothing kept.
    payload = await mutate(engine, case.verb, case.given, case.shown, dryRun=True)
    assert payload == {**case.answer, "errors": []}
    assert await snapshot(own_world) == before
    # Rolled back: the answer cannot be read.
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "write", fail)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await snapshot(own_world) == before
    # Forbidden.
    with monkeypatch.context() as strict:
        strict.setattr(access, "may", lambda viewer, verb: False)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert await snapshot(own_world) == before


async def fail(*_: Any) -> bytes:
    raise RuntimeError("the answer is lost")


# --- the machine --------------------------------------------------------------------------------------------------


async def test_every_step_is_taken_or_refused_as_the_table_says(own_world: Database) -> None:
    for verb, move in CAMPAIGN.moves.items():
        for status in C:
            id_ = await campaign_in(own_world, status)
            before = await snapshot(own_world)
            if status in move.starts:
                await perform_verb(own_world, verb, id=id_, **ARGUMENTS.get(verb, {}))
                after = (await Campaign.get(id=id_)).status
                assert after is (move.leads or status)
                assert after is status or (status, after) in EDGES
                continue
            with pytest.raises(Refused) as refused:
                await perform_verb(own_world, verb, id=id_, **ARGUMENTS.get(verb, {}))
            (error,) = refused.value.errors
            assert (error.code, error.path) == ("NOT_ALLOWED", ("id",)), (verb, status)
            assert error.allowed == CAMPAIGN.allowed(status)
            assert status.value in error.message
            assert await snapshot(own_world) == before


async def campaign_in(database: Database, status: CampaignStatus) -> int:
    """A new campaign that was led to a status."""
    new = NewCampaign(
        name=status.value,
        start_date=TODAY - dt.timedelta(days=2),
        end_date=TODAY + dt.timedelta(days=2),
        budget=Money(Decimal("100"), "EUR"),
        channel=CampaignChannel.EMAIL,
    )
    id_: int = (await perform_verb(database, "createCampaign", new=new))["campaign"].id
    for verb in WAYS[status]:
        await perform_verb(database, verb, id=id_, **ARGUMENTS.get(verb, {}))
    return id_


async def test_a_campaign_whose_last_day_is_over_cannot_begin(own_world: Database, engine: Engine) -> None:
    planned, scheduled = await campaign_in(own_world, C.PLANNED), await campaign_in(own_world, C.SCHEDULED)
    paused = await campaign_in(own_world, C.PAUSED)
    for id_ in (planned, scheduled, paused):
        given = {"id": f"cmp_{id_}", "startDate": days(-9), "endDate": days(-3)}
        assert (await mutate(engine, "updateCampaign", given))["errors"] == []
    before = await snapshot(own_world)
    for verb, id_ in (("scheduleCampaign", planned), ("startCampaign", scheduled), ("startCampaign", paused)):
        (error,) = (await mutate(engine, verb, {"id": f"cmp_{id_}"}))["errors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "id"])
        assert "updateCampaign" in error["message"]
    assert await snapshot(own_world) == before
    assert (await mutate(engine, "completeCampaign", {"id": f"cmp_{paused}"}))["errors"] == []


# --- what a campaign may be ---------------------------------------------------------------------------------------

NO_CAMPAIGNS: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"startDate": days(0), "endDate": days(-365)}, "INVALID", ["endDate"]),
    ({"startDate": days(0), "endDate": days(-1)}, "INVALID", ["endDate"]),
    ({"budget": {"amount": "-1", "currency": "EUR"}}, "INVALID", ["budget", "amount"]),
    ({"budget": {"amount": "0.001", "currency": "EUR"}}, "INVALID", ["budget", "amount"]),
    ({"budget": {"amount": "0.5", "currency": "JPY"}, "expectedRevenue": None}, "INVALID", ["budget", "amount"]),
    ({"budget": {"amount": "99999999999999", "currency": "EUR"}}, "INVALID", ["budget", "amount"]),
    (
        {"budget": {"amount": "1", "currency": "EUR"}, "expectedRevenue": {"amount": "1", "currency": "USD"}},
        "INVALID",
        ["expectedRevenue", "currency"],
    ),
    ({"expectedRevenue": {"amount": "-1", "currency": "EUR"}}, "INVALID", ["expectedRevenue", "amount"]),
    ({"expectedLeads": -1}, "INVALID", ["expectedLeads"]),
    ({"name": " "}, "BLANK", ["name"]),
    ({"name": "x" * 201}, "TOO_LONG", ["name"]),
    ({"name": "a\0b"}, "INVALID", ["name"]),
    ({"ownerId": "rep_6"}, "NOT_FOUND", ["ownerId"]),
    ({"parentId": "cmp_99"}, "NOT_FOUND", ["parentId"]),
    ({"utmCampaign": ""}, "BLANK", ["utmCampaign"]),
    ({"utmCampaign": "spring-26"}, "TAKEN", ["utmCampaign"]),
]


async def test_a_campaign_that_makes_no_sense_is_refused(own_world: Database, engine: Engine) -> None:
    """It ends a year before it starts, or its budget is -1, among others."""
    before = await snapshot(own_world)
    for given, code, path in NO_CAMPAIGNS:
        for verb, input_ in (("createCampaign", {**PLAN, **given}), ("updateCampaign", {"id": "cmp_2", **given})):
            errors = (await mutate(engine, verb, input_))["errors"]
            assert [(error["code"], error["path"]) for error in errors] == [(code, ["input", *path])], given
    assert await snapshot(own_world) == before


async def test_half_a_change_is_checked_against_what_stays(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for given, path in (
        ({"startDate": days(200)}, ["startDate"]),
        ({"endDate": days(-200)}, ["endDate"]),
        ({"budget": {"amount": "5", "currency": "USD"}}, ["budget", "currency"]),
        ({"expectedRevenue": {"amount": "5", "currency": "USD"}}, ["expectedRevenue", "currency"]),
        ({"startDate": None}, ["startDate"]),
        ({"budget": None}, ["budget"]),
        ({"parentId": "cmp_1"}, ["parentId"]),
        ({"parentId": "cmp_2"}, ["parentId"]),
    ):
        errors = (await mutate(engine, "updateCampaign", {"id": "cmp_1", **given}))["errors"]
        assert [error["path"] for error in errors] == [["input", *path]], given
    assert await snapshot(own_world) == before
    given = {"budget": {"amount": "5", "currency": "USD"}, "expectedRevenue": {"amount": "7", "currency": "USD"}}
    shown = "campaign { budget { amount currency } expectedRevenue { amount currency } }"
    payload = await mutate(engine, "updateCampaign", {"id": "cmp_1", **given}, shown)
    assert payload["campaign"] == {
        "budget": {"amount": "5.00", "currency": "USD"},
        "expectedRevenue": {"amount": "7.00", "currency": "USD"},
    }


async def test_a_name_in_links_is_taken_until_its_campaign_is_removed(own_world: Database, engine: Engine) -> None:
    selection = "errors { ... on TakenError { existing { ... on Campaign { name } } } }"
    (error,) = (await mutate(engine, "createCampaign", {**PLAN, "utmCampaign": "spring-26"}, selection))["errors"]
    assert error["existing"] == {"name": "Spring calibration"}
    payload = await mutate(
        engine, "updateCampaign", {"id": "cmp_1", "utmCampaign": "spring-26"}, "campaign { version }"
    )
    assert payload == {"campaign": {"version": 1}, "errors": []}, "it is its own name"
    for verb in ("pauseCampaign", "deleteCampaign"):
        assert (await mutate(engine, verb, {"id": "cmp_1"}))["errors"] == []
    payload = await mutate(engine, "createCampaign", {**PLAN, "parentId": None, "utmCampaign": "spring-26"})
    assert payload["errors"] == []


async def test_of_two_campaigns_with_one_name_in_links_one_is_made(own_world: Database, engine: Engine) -> None:
    payloads = await asyncio.gather(*(mutate(engine, "createCampaign", PLAN) for _ in range(8)))
    codes = sorted(error["code"] for payload in payloads for error in payload["errors"])
    assert codes == ["TAKEN"] * 7
    ((count,),) = await own_world.execute("SELECT COUNT(*) FROM campaign WHERE utm_campaign = 'autumn'")
    assert count == 1


def test_an_update_never_changes_where_something_stands() -> None:
    type_ = GRAPHQL.type_map["UpdateCampaignInput"]
    assert isinstance(type_, GraphQLInputObjectType)
    assert not type_.fields.keys() & {"status", "cancelReason", "createdAt", "updatedAt"}


async def test_an_old_version_is_refused(own_world: Database, engine: Engine) -> None:
    await mutate(engine, "updateCampaign", {"id": "cmp_1", "name": "First"})
    for verb, given in {
        "updateCampaign": {"name": "Second"},
        "pauseCampaign": {},
        "addCampaignMembers": {"where": {}},
    }.items():
        (error,) = (await mutate(engine, verb, {"id": "cmp_1", **given}, expectedVersion=1))["errors"]
        assert error["code"] == "STALE"


# --- members ------------------------------------------------------------------------------------------------------


async def test_members_are_added_by_any_condition_and_once(own_world: Database, engine: Engine) -> None:
    where = {
        "orders": {"some": {"total": {"gt": "10"}}},
        "not": {"name": {"startsWith": "groß"}},
        "owner": {"active": {"eq": True}},
    }
    found = await ask(engine, "query ($where: CustomerWhere) { customers(where: $where) { totalCount } }", where=where)
    count = found["data"]["customers"]["totalCount"]
    assert count > 1
    document_ = """mutation ($where: CustomerWhere!, $id: ID!) {
        addCampaignMembers(input: {id: $id, where: $where}) { added already errors { message } } }"""
    body = await ask(engine, document_, where=where, id="cmp_4")
    assert body["data"]["addCampaignMembers"] == {"added": count, "already": 0, "errors": []}
    before = await snapshot(own_world)
    body = await ask(engine, document_, where=where, id="cmp_4")
    assert body["data"]["addCampaignMembers"] == {"added": 0, "already": count, "errors": []}
    assert await snapshot(own_world) == before, "nothing to do, nothing written"
    body = await ask(engine, document_, where={}, id="cmp_4")
    assert body["data"]["addCampaignMembers"] == {"added": 11 - count, "already": count, "errors": []}
    removed = await own_world.execute("SELECT id FROM campaign_member WHERE campaign_id = 4 AND customer_id = 10")
    assert removed == [], "a removed customer is not there to be found"
    members = await CampaignMember.filter(campaign_id=4)
    assert {member.status for member in members} == {M.TARGETED}
    assert {member.version for member in members} == {1}
    assert all(member.created_at == member.updated_at for member in members)


async def test_a_condition_that_makes_no_sense_adds_nobody(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for where in ({"name": {"eq": None}}, {"id": {"eq": "ord_1"}}, {"id": {"in": ["cus_1"] * 101}}):
        body = await ask(engine, document("addCampaignMembers", "added"), input={"id": "cmp_2", "where": where})
        errors = body.get("errors") or body["data"]["addCampaignMembers"]["errors"]
        assert errors
    assert await snapshot(own_world) == before


async def test_many_are_added_in_as_many_statements_as_few(
    own_world: Database, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Customer.bulk_create(
        [Customer(name=f"Lead {number}", kind="COMPANY", address="", phone="", email="") for number in range(700)]
    )
    statements = Statements(monkeypatch)
    needed = []
    for name, added in (("Dana", 1), ("Lead ", 700)):
        statements.count = 0
        given = {"id": "cmp_4", "where": {"name": {"startsWith": name}}}
        payload = await mutate(engine, "addCampaignMembers", given, "added")
        assert payload == {"added": added, "errors": []}
        needed.append(statements.count)
    assert needed[0] == needed[1] <= 10
    for table in ("audit_entry", "outbox_event"):
        rows = await own_world.execute(f"SELECT DISTINCT entity_id FROM {table} WHERE entity = 'CampaignMember'")
        assert len(rows) == 701


async def test_members_added_at_once_are_added_once(own_world: Database, engine: Engine) -> None:
    payloads = await asyncio.gather(
        *(mutate(engine, "addCampaignMembers", {"id": "cmp_4", "where": {}}, "added already") for _ in range(6))
    )
    assert sorted(payload["added"] for payload in payloads) == [0] * 5 + [11]
    ((count,),) = await own_world.execute("SELECT COUNT(*) FROM campaign_member WHERE campaign_id = 4")
    assert count == 11


async def test_python_adds_members_too(own_world: Database, engine: Engine) -> None:
    word = DIALECTS[own_world.dialect]().parameter(1, "text")
    where = Matched(f"SELECT id FROM customer WHERE country = {word}", ("DE",))
    outcome = await perform_verb(own_world, "addCampaignMembers", id=2, where=where)
    assert (outcome["added"], outcome["already"]) == (3, 0)


async def test_the_status_of_a_member_only_moves_forward(own_world: Database, engine: Engine) -> None:
    assert MEMBER_STEPS.keys() == set(M)
    for start in M:
        for status in M:
            reason = "No consent" if status is M.EXCLUDED else None
            await CampaignMember.filter(id=2).update(status=start, excluded_reason=None)
            before = await snapshot(own_world)
            step = MemberStep(status=status, excluded_reason=reason)
            if status in MEMBER_STEPS[start]:
                await perform_verb(own_world, "advanceCampaignMember", id=2, step=step)
                assert (await CampaignMember.get(id=2)).status is status
                continue
            with pytest.raises(Refused) as refused:
                await perform_verb(own_world, "advanceCampaignMember", id=2, step=step)
            (error,) = refused.value.errors
            assert (error.code, error.path, error.allowed) == ("NOT_ALLOWED", ("status",), member_verbs(start))
            assert await snapshot(own_world) == before


def test_no_member_ever_comes_back() -> None:
    """Whichever way a member goes, it meets no status twice."""

    def walk(status: MemberStatus, seen: frozenset[MemberStatus]) -> None:
        assert status not in seen
        for further in MEMBER_STEPS[status]:
            walk(further, seen | {status})

    for status in M:
        walk(status, frozenset())


async def test_only_members_that_were_not_reached_leave(own_world: Database, engine: Engine) -> None:
    for status in M:
        await CampaignMember.filter(id=2).update(status=status)
        outcome = await perform_or_refuse(own_world, "removeCampaignMember", id=2)
        assert isinstance(outcome, Refused) == (status not in MEMBER_LEAVES)
        if not isinstance(outcome, Refused):
            await CampaignMember.create(id=2, campaign_id=1, customer_id=2)


async def perform_or_refuse(database: Database, verb: str, **arguments: Any) -> Any:
    try:
        return await perform_verb(database, verb, **arguments)
    except Refused as refused:
        return refused


async def test_a_reason_belongs_to_those_left_out(own_world: Database, engine: Engine) -> None:
    before = await snapshot(own_world)
    for given, code in (
        ({"id": "mem_5", "status": "EXCLUDED"}, "BLANK"),
        ({"id": "mem_5", "status": "SENT", "excludedReason": "No consent"}, "INVALID"),
        ({"id": "mem_5", "status": "EXCLUDED", "excludedReason": ""}, "BLANK"),
    ):
        (error,) = (await mutate(engine, "advanceCampaignMember", given))["errors"]
        assert (error["code"], error["path"]) == (code, ["input", "excludedReason"])
    assert await snapshot(own_world) == before


async def test_a_batch_of_members_skips_what_cannot_be(own_world: Database, engine: Engine) -> None:
    items = [
        {"id": "mem_5", "status": "SENT"},
        {"id": "mem_1", "status": "SENT"},
        {"id": "mem_99", "status": "SENT"},
        {"id": "mem_5", "status": "DELIVERED"},
        {"id": "mem_2", "status": "OPENED"},
    ]
    shown = "writtenCount rows { node { id status } errors { code path } }"
    payload = await mutate(engine, "advanceCampaignMembers", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert payload["writtenCount"] == 2
    assert [row["node"] and row["node"]["status"] for row in payload["rows"]] == ["SENT", None, None, None, "OPENED"]
    codes = [[error["code"] for error in row["errors"]] for row in payload["rows"]]
    assert codes == [[], ["NOT_ALLOWED"], ["NOT_FOUND"], ["INVALID"], []]
    outcome = await perform_verb(own_world, "advanceCampaignMembers", items=[MemberAdvance(id=2, status=M.CLICKED)])
    assert outcome["written_count"] == 1


async def test_members_of_a_removed_campaign_are_gone_with_it(own_world: Database, engine: Engine) -> None:
    assert (await mutate(engine, "deleteCampaign", {"id": "cmp_2"}))["errors"] == []
    for verb, given in (
        ("advanceCampaignMember", {"id": "mem_5", "status": "SENT"}),
        ("removeCampaignMember", {"id": "mem_5"}),
        ("addCampaignMembers", {"id": "cmp_2", "where": {}}),
        ("updateCampaign", {"id": "cmp_2", "name": "Back"}),
    ):
        (error,) = (await mutate(engine, verb, given))["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "id"])
