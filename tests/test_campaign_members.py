"""Whom a campaign is addressed to: members are added, move forward only, and leave before they are reached."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from compiler.dialect import DIALECTS
from errors import Refused
from models import CampaignMember, Customer, MemberStatus
from models.database import Database
from resolvers.campaign import MemberAdvance, MemberStep
from resolvers.verbs import Matched
from schema.engine import Engine
from tests.campaigns import prepare
from tests.writing import Statements, ask, document, mutate, perform_verb, snapshot

M = MemberStatus

FURTHER: Mapping[str, str] = {
    "TARGETED": "EXCLUDED SENT DELIVERED BOUNCED OPENED CLICKED RESPONDED CONVERTED OPTED_OUT",
    "EXCLUDED": "",
    "SENT": "DELIVERED BOUNCED OPENED CLICKED RESPONDED CONVERTED OPTED_OUT",
    "DELIVERED": "OPENED CLICKED RESPONDED CONVERTED OPTED_OUT",
    "BOUNCED": "",
    "OPENED": "CLICKED RESPONDED CONVERTED OPTED_OUT",
    "CLICKED": "RESPONDED CONVERTED OPTED_OUT",
    "RESPONDED": "CONVERTED OPTED_OUT",
    "CONVERTED": "OPTED_OUT",
    "OPTED_OUT": "",
}
"""Where a member may go from each status. It is the business's word, so it is not taken from the code."""


@pytest.fixture
async def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change; its campaigns are not over, and the fourth is scheduled."""
    await prepare(own_world)
    return Engine(own_world)


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


@pytest.mark.parametrize("start", list(M), ids=str)
async def test_the_status_of_a_member_only_moves_forward(own_world: Database, start: MemberStatus) -> None:
    further = FURTHER[start.value].split()
    verbs = {"advanceCampaignMember"} if further else set()
    verbs |= {"removeCampaignMember"} if start.value in ("TARGETED", "EXCLUDED") else set()
    for status in M:
        reason = "No consent" if status is M.EXCLUDED else None
        await CampaignMember.filter(id=2).update(status=start, excluded_reason=None)
        before = await snapshot(own_world)
        step = MemberStep(status=status, excluded_reason=reason)
        if status.value in further:
            await perform_verb(own_world, "advanceCampaignMember", id=2, step=step)
            assert (await CampaignMember.get(id=2)).status is status
            continue
        with pytest.raises(Refused) as refused:
            await perform_verb(own_world, "advanceCampaignMember", id=2, step=step)
        (error,) = refused.value.errors
        assert (error.code, error.path) == ("NOT_ALLOWED", ("status",))
        assert set(error.allowed or ()) == verbs
        assert await snapshot(own_world) == before


def test_the_table_knows_every_status_and_no_member_ever_comes_back() -> None:
    """Whichever way a member goes, it meets no status twice."""
    assert FURTHER.keys() == {status.value for status in M}

    def walk(status: str, seen: frozenset[str]) -> None:
        assert status not in seen
        for further in FURTHER[status].split():
            walk(further, seen | {status})

    for status in FURTHER:
        walk(status, frozenset())


async def test_only_members_that_were_not_reached_leave(own_world: Database, engine: Engine) -> None:
    for status in M:
        await CampaignMember.filter(id=2).update(status=status)
        outcome = await perform_or_refuse(own_world, "removeCampaignMember", id=2)
        assert isinstance(outcome, Refused) == (status.value not in ("TARGETED", "EXCLUDED"))
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
