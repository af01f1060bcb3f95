"""Sales reps and teams: every verb done, refused, forbidden and rolled back, and what they must not take."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from errors import Refused
from models.database import Database
from resolvers.sales_rep import NewSalesRep
from resolvers.verbs import VERBS
from schema.engine import Engine
from tests.four_ways import Case, done, not_done, refused, told
from tests.writing import mutate, perform_verb, snapshot

NEW = {"name": "Eva Lind", "position": "Account executive", "hiredOn": "2026-01-02"}
DELETED = "deletedId deactivated customers tickets salesRep { name active }"

CASES = [
    Case(
        "createSalesRep",
        {**NEW, "email": "Eva@Lindholm.Example", "managerId": "rep_1", "teamId": "tea_2"},
        "salesRep { name position email hiredOn leftOn active manager { name } team { members { totalCount } } }",
        {
            "salesRep": {
                "name": "Eva Lind",
                "position": "Account executive",
                "email": "Eva@lindholm.example",
                "hiredOn": "2026-01-02",
                "leftOn": None,
                "active": True,
                "manager": {"name": "Ada Nyström"},
                "team": {"members": {"totalCount": 2}},
            }
        },
        {("SalesRep", "CREATED")},
        {**NEW, "leftOn": "2026-01-01"},
        "INVALID",
        ["leftOn"],
    ),
    Case(
        "updateSalesRep",
        {"id": "rep_4", "managerId": None, "active": False, "leftOn": "2026-03-31", "expectedVersion": 1},
        "salesRep { name version active leftOn manager { name } }",
        {
            "salesRep": {
                "name": "İpek Yıldız",
                "version": 2,
                "active": False,
                "leftOn": "2026-03-31",
                "manager": None,
            }
        },
        {("SalesRep", "UPDATED")},
        {"id": "rep_1", "managerId": "rep_4"},
        "INVALID",
        ["managerId"],
    ),
    Case(
        "deleteSalesRep",
        {"id": "rep_1"},
        DELETED + ' query { salesRep(id: "rep_1") { id } }',
        {
            "deletedId": "rep_1",
            "deactivated": False,
            "customers": 0,
            "tickets": 0,
            "salesRep": None,
            "query": {"salesRep": None},
        },
        {("SalesRep", "DELETED")},
        {"id": "rep_6"},
        "NOT_FOUND",
    ),
    Case(
        "createTeam",
        {"name": "West"},
        "team { name version members { totalCount } }",
        {"team": {"name": "West", "version": 1, "members": {"totalCount": 0}}},
        {("Team", "CREATED")},
        {"name": "NORTH"},
        "TAKEN",
        ["name"],
    ),
    Case(
        "updateTeam",
        {"id": "tea_1", "name": "north"},
        "team { name version }",
        {"team": {"name": "north", "version": 2}},
        {("Team", "UPDATED")},
        {"id": "tea_1", "name": "éAST"},
        "TAKEN",
        ["name"],
    ),
    Case(
        "deleteTeam",
        {"id": "tea_3"},
        'deletedId query { team(id: "tea_3") { id } }',
        {"deletedId": "tea_3", "query": {"team": None}},
        {("Team", "DELETED")},
        {"id": "tea_1"},
        "NOT_ALLOWED",
    ),
]

WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a blank name": ("createSalesRep", {**NEW, "name": " "}, [("BLANK", "name")]),
    "a blank position": ("updateSalesRep", {"id": "rep_2", "position": "\t"}, [("BLANK", "position")]),
    "10 MB of text": ("createSalesRep", {**NEW, "position": "x" * 10_000_000}, [("TOO_LONG", "position")]),
    "a NUL": ("createTeam", {"name": "\0"}, [("INVALID", "name")]),
    "half a surrogate pair": ("updateTeam", {"id": "tea_1", "name": "\udfff"}, [("INVALID", "name")]),
    "an address that is none": ("createSalesRep", {**NEW, "email": "eva at home"}, [("INVALID", "email")]),
    "a customer for a manager": ("createSalesRep", {**NEW, "managerId": "cus_1"}, [("INVALID", "managerId")]),
    "a removed manager": ("createSalesRep", {**NEW, "managerId": "rep_6"}, [("NOT_FOUND", "managerId")]),
    "a removed team": ("createSalesRep", {**NEW, "teamId": "tea_4"}, [("NOT_FOUND", "teamId")]),
    "oneself for a manager": ("updateSalesRep", {"id": "rep_2", "managerId": "rep_2"}, [("INVALID", "managerId")]),
    "left before hired": ("updateSalesRep", {"id": "rep_5", "hiredOn": "2025-01-01"}, [("INVALID", "leftOn")]),
    "null for the first day": ("updateSalesRep", {"id": "rep_5", "hiredOn": None}, [("BLANK", "hiredOn")]),
    "a removed rep": ("updateSalesRep", {"id": "rep_6", "name": "Back"}, [("NOT_FOUND", "id")]),
    "a stale version": ("deleteSalesRep", {"id": "rep_2", "expectedVersion": 5}, [("STALE", "expectedVersion")]),
    "a team with reps": ("deleteTeam", {"id": "tea_2"}, [("NOT_ALLOWED", "id")]),
}


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if name.endswith(("SalesRep", "Team"))} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, case: Case) -> None:
    await done(own_world, case)


async def test_a_verb_that_is_not_done_leaves_no_trace(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        await not_done(own_world, case, monkeypatch)


async def test_what_makes_no_sense_is_refused(own_world: Database) -> None:
    for what, (verb, given, errors) in WRONG.items():
        assert told(await refused(own_world, verb, given)) == errors, what


async def test_a_rep_with_sales_is_deactivated_and_it_says_so(own_world: Database) -> None:
    engine = Engine(own_world)
    sold = 'query { salesRep(id: "rep_2") { id sales { totalCount } customers { totalCount } } }'
    payload = await mutate(engine, "deleteSalesRep", {"id": "rep_2"}, f"{DELETED} {sold}")
    assert payload == {
        "deletedId": None,
        "deactivated": True,
        "customers": 3,
        "tickets": 0,
        "salesRep": {"name": "Björn Ek", "active": False},
        "query": {"salesRep": {"id": "rep_2", "sales": {"totalCount": 6}, "customers": {"totalCount": 3}}},
        "errors": [],
    }
    before = await snapshot(own_world)
    assert (await mutate(engine, "deleteSalesRep", {"id": "rep_2"}, "deactivated"))["deactivated"] is True
    assert await snapshot(own_world) == before
    payload = await mutate(engine, "updateSalesRep", {"id": "rep_2", "active": True}, "salesRep { active version }")
    assert payload["salesRep"] == {"active": True, "version": 3}


async def test_an_order_without_credit_counts_as_a_sale(own_world: Database) -> None:
    await own_world.execute("UPDATE sales_order SET owner_id = 1 WHERE id = 6")
    payload = await mutate(Engine(own_world), "deleteSalesRep", {"id": "rep_1"}, DELETED)
    assert (payload["deletedId"], payload["deactivated"]) == (None, True)


async def test_what_a_removed_rep_looked_after_shows_nobody(own_world: Database) -> None:
    engine = Engine(own_world)
    rep = (await mutate(engine, "createSalesRep", NEW, "salesRep { id }"))["salesRep"]["id"]
    await mutate(engine, "updateCustomer", {"id": "cus_5", "ownerId": rep})
    await own_world.execute(f"UPDATE ticket SET assignee_id = {rep.removeprefix('rep_')} WHERE id IN (1, 2, 8)")
    looked_after = 'customer(id: "cus_5") { owner { name } } ticket(id: "tkt_1") { assignee { name } }'
    shown = f"{DELETED} query {{ {looked_after} }}"
    payload = await mutate(engine, "deleteSalesRep", {"id": rep}, shown)
    assert payload == {
        "deletedId": rep,
        "deactivated": False,
        "customers": 1,
        "tickets": 1,  # one is resolved and one was removed
        "salesRep": None,
        "query": {"customer": {"owner": None}, "ticket": {"assignee": None}},
        "errors": [],
    }


async def test_a_team_with_open_tickets_is_still_needed(own_world: Database) -> None:
    await own_world.execute("UPDATE ticket SET team_id = 3 WHERE id IN (1, 2)")
    errors = await refused(own_world, "deleteTeam", {"id": "tea_3"})
    assert "reps in it: 0, open tickets it has: 1" in errors[0]["message"]


async def test_the_name_of_a_removed_team_is_free(own_world: Database) -> None:
    payload = await mutate(Engine(own_world), "createTeam", {"name": "Old team"}, "team { name }")
    assert payload == {"team": {"name": "Old team"}, "errors": []}


async def test_a_new_rep_begins_today(own_world: Database) -> None:
    given = {key: value for key, value in NEW.items() if key != "hiredOn"}
    days = {str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=more)) for more in (0, 1)}
    payload = await mutate(Engine(own_world), "createSalesRep", given, "salesRep { hiredOn }")
    assert payload["salesRep"]["hiredOn"] in days


async def test_two_at_once_cannot_manage_each_other(own_world: Database) -> None:
    engine = Engine(own_world)
    changes = [("rep_3", "rep_5"), ("rep_5", "rep_3")]
    payloads = await asyncio.gather(
        *(mutate(engine, "updateSalesRep", {"id": id_, "managerId": manager}) for id_, manager in changes)
    )
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1]


async def test_the_verbs_are_there_for_python(own_world: Database) -> None:
    outcome = await perform_verb(own_world, "createSalesRep", new=NewSalesRep(name="Py", position="Snake"))
    assert outcome["salesRep"].entity == "SalesRep"
    with pytest.raises(Refused):
        await perform_verb(own_world, "createSalesRep", new=NewSalesRep(name="", position=""))
