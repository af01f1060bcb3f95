"""Campaigns, verb by verb: each done, refused, forbidden and rolled back, and what they must not take."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

from models.database import Database
from resolvers.verbs import VERBS
from schema import GRAPHQL
from schema.engine import Engine
from tests.campaigns import days, prepare
from tests.four_ways import Case, done, not_done
from tests.writing import mutate, snapshot

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


@pytest.fixture
async def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change; its campaigns are not over, and the fourth is scheduled."""
    await prepare(own_world)
    return Engine(own_world)


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if "Campaign" in name} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, engine: Engine, case: Case) -> None:
    await done(own_world, case)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_that_is_not_done_leaves_no_trace(
    own_world: Database, engine: Engine, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    await not_done(own_world, case, monkeypatch)


# --- what a campaign may be ---------------------------------------------------------------------------------------

NO_CAMPAIGNS: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"startDate": days(0), "endDate": days(-1)}, "INVALID", ["endDate"]),
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
