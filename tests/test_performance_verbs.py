"""Targets, commission plans and who is on them: every verb done, refused, forbidden and rolled back."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import models
from models.database import Database
from resolvers.performance import Tier, tier_errors
from resolvers.verbs import VERBS, Money
from schema.engine import Engine
from tests.four_ways import Case, done, not_done, refused, told
from tests.writing import ask, mutate, perform_verb, snapshot

REVISED = {
    "repId": "rep_2",
    "periodStart": "2026-01-01",
    "periodEnd": "2026-04-01",
    "amount": {"amount": "1500", "currency": "EUR"},
    "reason": "Bigger region",
}
FRESH = {
    "teamId": "tea_2",
    "periodStart": "2026-01-01",
    "periodEnd": "2026-02-01",
    "amount": {"amount": "10.50", "currency": "EUR"},
    "reason": "First plan",
}
REVISIONS = "revisions { nodes { old { amount } new { amount currency } reason actor } }"
TARGET = f"salesTarget {{ version amount {{ amount }} {REVISIONS} }}"
TIERS = [{"fromBps": 0, "toBps": 10_000, "rateBps": 100}, {"fromBps": 10_000, "rateBps": 300}]
PLAN = "commissionPlan { name tierMode version tiers { nodes { fromBps toBps rateBps } } }"
SHOWN_TIERS = {
    "nodes": [
        {"fromBps": 0, "toBps": 10_000, "rateBps": 100},
        {"fromBps": 10_000, "toBps": None, "rateBps": 300},
    ]
}

CASES = [
    Case(
        "setSalesTarget",
        REVISED,
        TARGET,
        {
            "salesTarget": {
                "version": 2,
                "amount": {"amount": "1500.00"},
                "revisions": {
                    "nodes": [
                        {
                            "old": {"amount": "1000.00"},
                            "new": {"amount": "1500.00", "currency": "EUR"},
                            "reason": "Bigger region",
                            "actor": "Ada",
                        }
                    ]
                },
            }
        },
        {("SalesTarget", "UPDATED")},
        {**REVISED, "periodEnd": "2026-04-02"},
        "TAKEN",
        ["periodStart"],
    ),
    Case(
        "setSalesTarget",
        FRESH,
        TARGET,
        {
            "salesTarget": {
                "version": 1,
                "amount": {"amount": "10.50"},
                "revisions": {
                    "nodes": [
                        {
                            "old": None,
                            "new": {"amount": "10.50", "currency": "EUR"},
                            "reason": "First plan",
                            "actor": "Ada",
                        }
                    ]
                },
            }
        },
        {("SalesTarget", "CREATED")},
        {**FRESH, "reason": " "},
        "BLANK",
        ["reason"],
    ),
    Case(
        "deleteSalesTarget",
        {"id": "tgt_3"},
        'deletedId query { salesRep(id: "rep_3") { targets { totalCount } } }',
        {"deletedId": "tgt_3", "query": {"salesRep": {"targets": {"totalCount": 0}}}},
        {("SalesTarget", "DELETED")},
        {"id": "tgt_3", "expectedVersion": 4},
        "STALE",
        ["expectedVersion"],
    ),
    Case(
        "createCommissionPlan",
        {"name": "Steep", "tierMode": "WHOLE", "tiers": [TIERS[1], TIERS[0]]},
        PLAN,
        {"commissionPlan": {"name": "Steep", "tierMode": "WHOLE", "version": 1, "tiers": SHOWN_TIERS}},
        {("CommissionPlan", "CREATED"), ("CommissionTier", "CREATED")},
        {"name": "Steep", "tiers": [TIERS[0]]},
        "INVALID",
        ["tiers", "0", "toBps"],
    ),
    Case(
        "updateCommissionPlan",
        {"id": "pln_3", "tiers": TIERS},
        PLAN,
        {"commissionPlan": {"name": "Unused", "tierMode": "MARGINAL", "version": 2, "tiers": SHOWN_TIERS}},
        {("CommissionPlan", "UPDATED"), ("CommissionTier", "CREATED"), ("CommissionTier", "DELETED")},
        {"id": "pln_1", "tiers": TIERS},
        "NOT_ALLOWED",
        ["tiers"],
    ),
    Case(
        "deleteCommissionPlan",
        {"id": "pln_2"},
        'deletedId query { commissionPlan(id: "pln_2") { id } }',
        {"deletedId": "pln_2", "query": {"commissionPlan": None}},
        {("CommissionPlan", "DELETED")},
        {"id": "pln_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "assignCommissionPlan",
        {"repId": "rep_2", "planId": "pln_2", "startsOn": "2026-07-01"},
        "planAssignment { startsOn endsOn plan { name } rep { planAssignments { nodes { startsOn endsOn } } } }",
        {
            "planAssignment": {
                "startsOn": "2026-07-01",
                "endsOn": None,
                "plan": {"name": "Flat on reach"},
                "rep": {
                    "planAssignments": {
                        "nodes": [
                            {"startsOn": "2026-07-01", "endsOn": None},
                            {"startsOn": "2025-01-01", "endsOn": "2026-07-01"},
                        ]
                    }
                },
            }
        },
        {("PlanAssignment", "CREATED"), ("PlanAssignment", "UPDATED")},
        {"repId": "rep_3", "planId": "pln_2", "startsOn": "2026-02-01"},
        "TAKEN",
        ["startsOn"],
    ),
    Case(
        "unassignCommissionPlan",
        {"id": "asg_1", "endsOn": "2026-05-01"},
        "deletedId planAssignment { endsOn version }",
        {"deletedId": None, "planAssignment": {"endsOn": "2026-05-01", "version": 2}},
        {("PlanAssignment", "UPDATED")},
        {"id": "asg_2", "endsOn": "2026-05-01"},
        "INVALID",
        ["endsOn"],
    ),
]


async def prepare(database: Database) -> None:
    """Add a plan 3 that nobody was ever on."""
    await database.execute(
        "INSERT INTO commission_plan (id, version, created_at, updated_at, deleted_key, name, name_fold, tier_mode)"
        " SELECT 3, 1, created_at, updated_at, 0, 'Unused', 'unused', 'MARGINAL' FROM commission_plan WHERE id = 1"
    )
    await database.execute(
        "INSERT INTO commission_tier (id, version, created_at, updated_at, plan_id, from_bps, rate_bps)"
        " SELECT 9, 1, created_at, updated_at, 3, 0, 50 FROM commission_plan WHERE id = 1"
    )


@pytest.fixture
async def office(own_world: Database) -> Database:
    """A world of its own, made ready."""
    await prepare(own_world)
    return own_world


def test_there_is_a_case_for_every_verb() -> None:
    words = ("Target", "Plan")
    assert {name for name in VERBS if any(word in name for word in words)} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(office: Database, case: Case) -> None:
    await done(office, case)


async def test_a_verb_that_is_not_done_leaves_no_trace(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        await not_done(office, case, monkeypatch)


ASSIGN = {"repId": "rep_2", "planId": "pln_1", "startsOn": "2030-01-01"}
WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "nobody's target": ("setSalesTarget", {**REVISED, "repId": None}, [("INVALID", "repId")]),
    "a target of two": ("setSalesTarget", {**REVISED, "teamId": "tea_1"}, [("INVALID", "repId")]),
    "an end before the start": ("setSalesTarget", {**REVISED, "periodEnd": "2025-12-31"}, [("INVALID", "periodEnd")]),
    "an empty period": ("setSalesTarget", {**REVISED, "periodEnd": "2026-01-01"}, [("INVALID", "periodEnd")]),
    "another currency": (
        "setSalesTarget",
        {**REVISED, "amount": {"amount": "1", "currency": "USD"}},
        [("INVALID", "amount.currency")],
    ),
    "too many decimals": (
        "setSalesTarget",
        {**REVISED, "amount": {"amount": "0.001", "currency": "EUR"}},
        [("INVALID", "amount.amount")],
    ),
    "a target below nothing": (
        "setSalesTarget",
        {**REVISED, "amount": {"amount": "-1", "currency": "EUR"}},
        [("INVALID", "amount.amount")],
    ),
    "a target past what can be stored": (
        "setSalesTarget",
        {**REVISED, "amount": {"amount": "999999999999999", "currency": "EUR"}},
        [("INVALID", "amount.amount")],
    ),
    "a removed rep": ("setSalesTarget", {**REVISED, "repId": "rep_6"}, [("NOT_FOUND", "repId")]),
    "a removed team": ("setSalesTarget", {**FRESH, "teamId": "tea_4"}, [("NOT_FOUND", "teamId")]),
    "a team for a rep": ("setSalesTarget", {**REVISED, "repId": "tea_1"}, [("INVALID", "repId")]),
    "a reason of 10 MB": ("setSalesTarget", {**REVISED, "reason": "x" * 10_000_000}, [("TOO_LONG", "reason")]),
    "a target that has moved on": (
        "setSalesTarget",
        {**REVISED, "expectedVersion": 7},
        [("STALE", "expectedVersion")],
    ),
    "a target that is gone": ("setSalesTarget", {**FRESH, "expectedVersion": 1}, [("NOT_FOUND", "expectedVersion")]),
    "a plan without tiers": ("createCommissionPlan", {"name": "N", "tiers": []}, [("INVALID", "tiers")]),
    "a plan without a name": ("createCommissionPlan", {"name": "", "tiers": TIERS}, [("BLANK", "name")]),
    "a name that is taken": ("createCommissionPlan", {"name": "STANDARD", "tiers": TIERS}, [("TAKEN", "name")]),
    "another plan's name": ("updateCommissionPlan", {"id": "pln_2", "name": "standard"}, [("TAKEN", "name")]),
    "another mode once used": (
        "updateCommissionPlan",
        {"id": "pln_1", "tierMode": "WHOLE"},
        [("NOT_ALLOWED", "tierMode")],
    ),
    "tiers not from 0": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 1, "rateBps": 1}]},
        [("INVALID", "tiers.0.fromBps")],
    ),
    "a gap": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 0, "toBps": 5, "rateBps": 1}, {"fromBps": 6, "rateBps": 1}]},
        [("INVALID", "tiers.1.fromBps")],
    ),
    "an overlap": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 0, "toBps": 7, "rateBps": 1}, {"fromBps": 6, "rateBps": 1}]},
        [("INVALID", "tiers.1.fromBps")],
    ),
    "two of one start": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 0, "toBps": 7, "rateBps": 1}, {"fromBps": 0, "rateBps": 1}]},
        [("INVALID", "tiers.1.fromBps")],
    ),
    "a tier that runs backwards": (
        "updateCommissionPlan",
        {"id": "pln_3", "tiers": [{"fromBps": 0, "toBps": 9, "rateBps": 1}, {"fromBps": 9, "toBps": 8, "rateBps": 1}]},
        [("INVALID", "tiers.1.toBps")],
    ),
    "no end but in the last": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 0, "rateBps": 1}, {"fromBps": 6, "rateBps": 1}]},
        [("INVALID", "tiers.0.toBps")],
    ),
    "a rate of more than all": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 0, "rateBps": 10_001}]},
        [("INVALID", "tiers.0.rateBps")],
    ),
    "all that is wrong at once": (
        "createCommissionPlan",
        {"name": "N", "tiers": [{"fromBps": 3, "toBps": 5, "rateBps": 1}, {"fromBps": 6, "toBps": 7, "rateBps": 1}]},
        [("INVALID", "tiers.0.fromBps"), ("INVALID", "tiers.1.fromBps"), ("INVALID", "tiers.1.toBps")],
    ),
    "an assignment that ends before it starts": (
        "assignCommissionPlan",
        {**ASSIGN, "endsOn": "2029-01-01"},
        [("INVALID", "endsOn")],
    ),
    "a rep that is removed": ("assignCommissionPlan", {**ASSIGN, "repId": "rep_6"}, [("NOT_FOUND", "repId")]),
    "a plan that is not there": ("assignCommissionPlan", {**ASSIGN, "planId": "pln_9"}, [("NOT_FOUND", "planId")]),
    "the day another one starts": (
        "assignCommissionPlan",
        {**ASSIGN, "startsOn": "2025-01-01"},
        [("TAKEN", "startsOn")],
    ),
    "days before one that starts later": (
        "assignCommissionPlan",
        {**ASSIGN, "startsOn": "2024-01-01"},
        [("TAKEN", "startsOn")],
    ),
    "an assignment that is not there": ("unassignCommissionPlan", {"id": "asg_99"}, [("NOT_FOUND", "id")]),
}


async def test_what_makes_no_sense_is_refused(office: Database) -> None:
    for what, (verb, given, errors) in WRONG.items():
        assert told(await refused(office, verb, given)) == errors, what


async def test_what_overlaps_is_named(office: Database) -> None:
    more = "... on TakenError { existing { id } }"
    errors = await refused(office, "setSalesTarget", {**REVISED, "periodStart": "2026-03-01"}, more)
    assert errors[0]["existing"] == {"id": "tgt_1"}
    assert "1000.00 EUR from 2026-01-01 to before 2026-04-01" in errors[0]["message"]
    errors = await refused(office, "assignCommissionPlan", {**ASSIGN, "repId": "rep_3", "startsOn": "2024-01-01"}, more)
    assert errors[0]["existing"] == {"id": "asg_2"}
    assert "from 2025-01-01 to before 2026-03-01" in errors[0]["message"]
    errors = await refused(office, "updateCommissionPlan", {"id": "pln_1", "tiers": TIERS})
    assert "createCommissionPlan" in errors[0]["message"]


async def test_periods_that_touch_do_not_overlap(office: Database) -> None:
    engine = Engine(office)
    for start, end in (("2025-10-01", "2026-01-01"), ("2026-07-01", "2026-10-01")):
        payload = await mutate(engine, "setSalesTarget", {**REVISED, "periodStart": start, "periodEnd": end})
        assert payload["errors"] == []


async def test_every_revision_is_kept_and_none_for_nothing(office: Database) -> None:
    engine = Engine(office)
    for amount, reason in (("1500", "More"), ("1500.00", "The same"), ("900", "Less")):
        given = {**REVISED, "amount": {"amount": amount, "currency": "EUR"}, "reason": reason}
        payload = await mutate(engine, "setSalesTarget", given, TARGET)
        assert payload["errors"] == []
    revisions = payload["salesTarget"]["revisions"]["nodes"]
    assert [(each["old"]["amount"], each["new"]["amount"], each["reason"]) for each in revisions] == [
        ("1500.00", "900.00", "Less"),
        ("1000.00", "1500.00", "More"),
    ]
    assert payload["salesTarget"]["version"] == 3


async def test_a_removed_target_makes_room_and_takes_its_revisions(office: Database) -> None:
    engine = Engine(office)
    await mutate(engine, "setSalesTarget", REVISED)
    assert (await mutate(engine, "deleteSalesTarget", {"id": "tgt_1"}, "deletedId"))["deletedId"] == "tgt_1"
    assert await office.execute("SELECT * FROM target_revision WHERE target_id = 1") == []
    payload = await mutate(engine, "setSalesTarget", {**REVISED, "periodEnd": "2026-03-31"}, TARGET)
    assert payload["errors"] == []


async def test_targets_set_at_once_never_overlap(office: Database) -> None:
    engine = Engine(office)
    periods = [(f"2027-0{month}-01", f"2027-0{month + 2}-01") for month in range(1, 8)]
    await asyncio.gather(
        *(mutate(engine, "setSalesTarget", {**REVISED, "periodStart": a, "periodEnd": b}) for a, b in periods * 2)
    )
    overlaps = await office.execute(
        "SELECT COUNT(*) FROM sales_target a JOIN sales_target b ON a.rep_id = b.rep_id AND a.id < b.id"
        " AND a.period_start < b.period_end AND b.period_start < a.period_end"
    )
    assert overlaps == [(0,)]


async def test_assignments_made_at_once_never_overlap(office: Database) -> None:
    engine = Engine(office)
    days = [f"2027-0{month}-01" for month in range(1, 9)]
    await asyncio.gather(*(mutate(engine, "assignCommissionPlan", {**ASSIGN, "startsOn": day}) for day in days))
    overlaps = await office.execute(
        "SELECT COUNT(*) FROM plan_assignment a JOIN plan_assignment b ON a.rep_id = b.rep_id AND a.id < b.id"
        " AND a.starts_on < COALESCE(b.ends_on, '9999-12-31') AND b.starts_on < COALESCE(a.ends_on, '9999-12-31')"
    )
    assert overlaps == [(0,)]


async def test_an_assignment_without_days_left_is_removed(office: Database) -> None:
    engine = Engine(office)
    made = await mutate(engine, "assignCommissionPlan", {**ASSIGN, "startsOn": "2090-01-01"}, "planAssignment { id }")
    id_ = made["planAssignment"]["id"]
    payload = await mutate(engine, "unassignCommissionPlan", {"id": id_}, "deletedId planAssignment { id }")
    assert payload == {"deletedId": id_, "planAssignment": None, "errors": []}


async def test_a_plan_is_removed_once_nobody_is_on_it_and_the_past_stays_paid(office: Database) -> None:
    engine = Engine(office)
    query = '{ salesRep(id: "rep_3") { commission(from: "2026-01-01", to: "2026-03-01") { amount } } }'
    paid = await ask(engine, query)
    assert paid["data"]["salesRep"]["commission"] is not None
    # Its one assignment ended in the past.
    assert (await mutate(engine, "deleteCommissionPlan", {"id": "pln_2"}, "deletedId"))["deletedId"] == "pln_2"
    assert await ask(engine, query) == paid
    assert told(await refused(office, "assignCommissionPlan", {**ASSIGN, "planId": "pln_2"})) == [
        ("NOT_FOUND", "planId")
    ]


async def test_a_used_plan_may_be_named_anew_and_told_its_own_tiers(office: Database) -> None:
    tiers = [
        {"fromBps": 0, "toBps": 5000, "rateBps": 200},
        {"fromBps": 5000, "toBps": 10000, "rateBps": 400},
        {"fromBps": 10000, "toBps": None, "rateBps": 750},
    ]
    given = {"id": "pln_1", "name": "Classic", "tierMode": "MARGINAL", "tiers": tiers}
    payload = await mutate(Engine(office), "updateCommissionPlan", given, "commissionPlan { name version }")
    assert payload == {"commissionPlan": {"name": "Classic", "version": 2}, "errors": []}
    before = await snapshot(office)
    await mutate(Engine(office), "updateCommissionPlan", given)
    assert await snapshot(office) == before


BOUNDS = st.integers(0, 12)
TIER = st.builds(Tier, from_bps=BOUNDS, to_bps=st.none() | BOUNDS, rate_bps=st.just(1))


@drawn(st.lists(TIER, min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_a_ladder_is_taken_exactly_if_every_attainment_lies_in_one_tier(tiers: list[Tier]) -> None:
    covered = [
        sum(tier.from_bps <= at and (tier.to_bps is None or at < tier.to_bps) for tier in tiers) for at in range(30)
    ]
    proper = all(tier.to_bps is None or tier.from_bps < tier.to_bps for tier in tiers)
    errors = tier_errors(tiers)
    assert (not errors) == (proper and set(covered) == {1}), errors


async def test_the_verbs_are_there_for_python(office: Database) -> None:
    euros = Money(Decimal("7"), "EUR")
    days = {"period_start": dt.date(2030, 1, 1), "period_end": dt.date(2031, 1, 1)}
    outcome = await perform_verb(office, "setSalesTarget", rep_id=1, amount=euros, reason="Try", **days)
    ((minor,),) = await office.execute("SELECT amount_minor FROM sales_target WHERE rep_id = 1")
    assert minor == 700
    assert outcome["salesTarget"].entity == "SalesTarget"
    outcome = await perform_verb(office, "createCommissionPlan", name="Py", tiers=[Tier(from_bps=0, rate_bps=1)])
    assert outcome["commissionPlan"].id


async def test_a_plan_whose_reps_are_removed_is_nobodys(own_world: Database) -> None:
    """Nothing that can no longer be ended keeps it as it is."""
    engine, step = Engine(own_world), [{"fromBps": 0, "rateBps": 100}]
    plan = await mutate(engine, "createCommissionPlan", {"name": "P", "tiers": step}, "commissionPlan { id }")
    id_ = plan["commissionPlan"]["id"]
    rep = {"name": "New", "position": "Rep", "email": "new@lindholm.example", "hiredOn": "2026-01-01"}
    rep_id = (await mutate(engine, "createSalesRep", rep, "salesRep { id }"))["salesRep"]["id"]
    assigned = {"repId": rep_id, "planId": id_, "startsOn": "2026-01-01"}
    assert (await mutate(engine, "assignCommissionPlan", assigned))["errors"] == []
    tiers = {"id": id_, "tiers": [{"fromBps": 0, "rateBps": 200}]}
    for verb, given in (("deleteCommissionPlan", {"id": id_}), ("updateCommissionPlan", tiers)):
        assert [error["code"] for error in (await mutate(engine, verb, given))["errors"]] == ["NOT_ALLOWED"], verb
    gone = await mutate(engine, "deleteSalesRep", {"id": rep_id}, "deletedId")
    assert gone["deletedId"] == rep_id
    for verb, given in (("updateCommissionPlan", tiers), ("deleteCommissionPlan", {"id": id_})):
        assert (await mutate(engine, verb, given))["errors"] == [], verb


# --- commissions --------------------------------------------------------------------------------------------------

Tiers = list[tuple[int, int | None, int]]
"""From which share of the target, to which, and what is paid, in basis points."""

EXACT: dict[str, tuple[str, Tiers, int, int, int]] = {
    "just below a threshold": ("WHOLE", [(0, 7000, 0), (7000, None, 5000)], 10_002, 7_001, 0),
    "just past it": ("WHOLE", [(0, 7000, 0), (7000, None, 5000)], 10_002, 7_002, 3_501),
    "at one that is a whole coin": ("WHOLE", [(0, 5000, 100), (5000, None, 200)], 10_000, 5_000, 100),
    "bounds between two coins": (
        "MARGINAL", [(0, 9999, 10_000), (9999, 10_000, 777), (10_000, None, 333)], 16_304, 50_001, 17_425,
    ),
    "a bound in a part of a coin": ("MARGINAL", [(0, 3333, 777), (3333, None, 10_000)], 64, 604, 584),
    "nothing sold": ("MARGINAL", [(0, 5000, 100), (5000, None, 200)], 10_000, 0, 0),
    "a hundred trillion": (
        "MARGINAL", [(0, 5001, 3), (5001, None, 9_999)], 10**14 - 1, 10**14, 50_000_004_000_000,
    ),
}  # fmt: skip
"""By what is special: a plan's mode and tiers, the target, the sales and the commission on them, in cents."""


def exactly(mode: str, tiers: Tiers, target: int, actual: int) -> int:
    """The commission, worked out in fractions and rounded once."""
    earned = Fraction(0)
    for start, end, rate in tiers:
        low, high = Fraction(target * start, 10_000), None if end is None else Fraction(target * end, 10_000)
        if mode == "WHOLE":
            part = Fraction(actual) if actual >= low and (high is None or actual < high) else Fraction(0)
        else:
            part = max(Fraction(0), (actual if high is None else min(Fraction(actual), high)) - low)
        earned += part * rate / 10_000
    return int(earned + Fraction(1, 2))


async def paid(database: Database, mode: str, tiers: Tiers, target: int, actual: int) -> int:
    """What a rep with one sale earns on it, in cents."""
    plan = await models.PlanAssignment.filter(rep_id=4).get()
    await models.CommissionTier.filter(plan_id=plan.plan_id).delete()
    for start, end, rate in tiers:
        await models.CommissionTier.create(plan_id=plan.plan_id, from_bps=start, to_bps=end, rate_bps=rate)
    await models.CommissionPlan.filter(id=plan.plan_id).update(tier_mode=mode)
    await models.SalesTarget.filter(rep_id=4).update(amount_minor=target)
    await models.OrderCredit.filter(rep_id=4).update(base_amount_minor=actual)
    month = 'from: "2026-03-01", to: "2026-04-01"'
    query = f'{{ salesRep(id: "rep_4") {{ actualSales({month}) {{ amount }} commission({month}) {{ amount }} }} }}'
    found = (await ask(Engine(database), query))["data"]["salesRep"]
    assert Decimal(found["actualSales"]["amount"]) * 100 == actual
    return int(Decimal(found["commission"]["amount"]) * 100)


async def test_a_commission_is_exact_and_rounded_once(own_world: Database) -> None:
    """A tier begins where its share of the target is reached, be that between two coins."""
    await models.OrderCredit.filter(rep_id=4).exclude(order_id=2).delete()
    march = {"period_start": dt.date(2026, 3, 1), "period_end": dt.date(2026, 4, 1)}
    await models.SalesTarget.create(rep_id=4, amount_minor=1, **march)
    for what, (mode, tiers, target, actual, commission) in EXACT.items():
        assert exactly(mode, tiers, target, actual) == commission, what
        assert await paid(own_world, mode, tiers, target, actual) == commission, what
    random = Random(7)
    for _ in range(40):
        bounds = sorted(random.sample(range(1, 20_000), random.randrange(4)))
        steps = zip([0, *bounds], [*bounds, None], strict=True)
        tiers = [(start, end, random.choice([0, 1, 333, 777, 9_999, 10_000])) for start, end in steps]
        mode, size = random.choice(["WHOLE", "MARGINAL"]), 10 ** random.randrange(1, 15)
        target, actual = random.randrange(1, size), random.randrange(size)
        drawn_one = (mode, tiers, target, actual)
        assert await paid(own_world, *drawn_one) == exactly(*drawn_one), drawn_one


async def test_a_target_of_nothing_is_not_attained_and_pays_nothing(office: Database) -> None:
    engine = Engine(office)
    period = f'from: "{REVISED["periodStart"]}", to: "{REVISED["periodEnd"]}"'
    query = (
        f'{{ salesRep(id: "rep_2") {{ actualSales({period}) {{ amount }} salesTarget({period}) {{ amount }} %s }} }}'
    )
    figures = f"attainment({period}) commission({period}) {{ amount }}"
    sold = (await ask(engine, query % figures))["data"]["salesRep"]
    assert Decimal(sold["actualSales"]["amount"]) > 0
    assert Decimal(sold["commission"]["amount"]) > 0
    nothing = {"amount": "0", "currency": "EUR"}
    assert (await mutate(engine, "setSalesTarget", {**REVISED, "amount": nothing}, TARGET))["errors"] == []
    assert (await ask(engine, query % figures))["data"]["salesRep"] == {
        "actualSales": sold["actualSales"],
        "salesTarget": {"amount": "0.00"},
        "attainment": None,
        "commission": None,
    }


MIDDLE = dt.date(2026, 1, 1)
"""Where one target ends and the next begins."""
SHARES = {
    "a quarter and a quarter make a half": ((1, 4, 1), (1, 4, 1)),
    "a third and a sixth make a half": ((1, 3, 1), (1, 6, 1)),
    "three fifths and nine tenths": ((3, 5, 1), (9, 10, 1)),
    "barely less than a half, over centuries": ((1, 109_573, 54_786), (0, 1, 1)),
    "a hundred trillion": ((10**14, 1461, 1460), (10**14, 36_525, 36_524)),
}
"""Of the targets before and after that day: the amount in cents, the days, and how many of them lie in the period."""


async def test_what_targets_come_to_is_rounded_once(own_world: Database) -> None:
    random = Random(6)
    drawn = []
    for _ in range(60):
        days = [random.choice([28, 30, 31, 365, 366, random.randrange(1, 40_000)]) for _ in range(2)]
        drawn.append(
            tuple((random.randrange(10 ** random.randrange(1, 15)), each, random.randint(1, each)) for each in days)
        )
    await models.SalesTarget.filter(rep_id=4).delete()
    engine = Engine(own_world)
    for shares in [*SHARES.values(), *drawn]:
        (first, first_days, since), (second, second_days, until) = shares
        start, end = MIDDLE - dt.timedelta(first_days), MIDDLE + dt.timedelta(second_days)
        one = await models.SalesTarget.create(rep_id=4, amount_minor=first, period_start=start, period_end=MIDDLE)
        two = await models.SalesTarget.create(rep_id=4, amount_minor=second, period_start=MIDDLE, period_end=end)
        period = f'from: "{MIDDLE - dt.timedelta(since)}", to: "{MIDDLE + dt.timedelta(until)}"'
        found = await ask(engine, f'{{ salesRep(id: "rep_4") {{ salesTarget({period}) {{ minorUnits }} }} }}')
        exact = Fraction(first * since, first_days) + Fraction(second * until, second_days)
        assert found["data"]["salesRep"]["salesTarget"]["minorUnits"] == str(int(exact + Fraction(1, 2))), shares
        await one.delete()
        await two.delete()
