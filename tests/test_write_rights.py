"""Role × verb × argument × record: whatever a verb can be pointed at, it takes what the page says and nothing else.

What may not be seen, or not be changed, gets the answer of what was never there, and leaves no trace.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

import access
from access import Viewer
from models import Contact, Customer, Order, OrderCredit, OrderStatus, Ticket, TicketStatus
from models.database import Database
from resolvers import records
from resolvers.machines import MACHINES
from resolvers.verbs import VERBS
from schema.engine import Engine
from schema.kit.declare import DECLARED
from tests import oracle, rights
from tests.test_every_verb import CASES, EITHER, MODULES, REMOVABLE, Leaf, leaves, prefixed, with_key, with_value
from tests.viewers import ADMIN, AGENT, MANAGER, MARKETING, READONLY, REP, REP_2
from tests.writing import ask_as, mutate, mutate_as, snapshot

WRITERS = [MANAGER, REP, REP_2, AGENT, MARKETING]
"""All who may write, but may not do everything."""
ALL_TOLD = """errors { __typename code message path
    ... on TransitionError { allowed } ... on TakenError { existing { id } }
    ... on StaleError { current { id } } ... on DuplicateError { candidates { id } } }"""
NOWHERE = 999_999

ONE_PRODUCT = {"customerId": "cus_1", "productId": "prd_1", "quantity": 1}
ONE_LINE = {"productId": "prd_1", "quantity": 1}
ALL_OF_IT = {"repId": "rep_4", "share": 10_000}
EUROS = {"amount": "1", "currency": "EUR"}
TARGET = {"periodStart": "2030-01-01", "periodEnd": "2030-02-01", "amount": EUROS, "reason": "New"}
INPUTS: list[tuple[str, Mapping[str, Any]]] = [
    *((case.verb, case.given) for case in CASES),
    ("createOrder", ONE_PRODUCT),
    ("createOrders", {"items": [ONE_PRODUCT]}),
    ("createOrders", {"items": [{"customerId": "cus_1", "lines": [ONE_LINE], "credits": [ALL_OF_IT]}]}),
    ("setSalesTarget", TARGET | {"teamId": "tea_1"}),
    ("setSalesTarget", TARGET | {"repId": "rep_4"}),
    ("updateOrder", {"id": "ord_7", "credits": [ALL_OF_IT]}),
]
"""By verb: inputs that an admin can give; together they name every argument."""
SPLIT = {"items", "lines"}
"""Lists of which one entry is enough."""
OF_THE_ORDER = {("fulfilOrder", "lineId"), ("returnOrder", "lineId")}
"""What must be one of the order's own, or it is as good as not there."""


@pytest.fixture
async def world(own_world: Database) -> Database:
    """A world in which everybody has something to do for each verb, and a removed row 90 of every kind."""
    for module in MODULES:
        if prepare := getattr(module, "prepare", None):
            await prepare(own_world)
    past = dt.date(2026, 2, 1)
    for id_, customer in ((14, 4), (15, 3)):
        await Order.create(
            id=id_, number=f"SO-10{id_}", customer_id=customer, status=OrderStatus.SENT, order_date=past,
            valid_until=past, currency="EUR",
        )  # fmt: skip
        for status in (TicketStatus.ON_HOLD, TicketStatus.RESOLVED, TicketStatus.NEW, TicketStatus.OPEN):
            await Ticket.create(number=f"T-{id_}{status}", customer_id=customer, issue="Mine", status=status)
        await Contact.create(customer_id=customer, name="Mine", phone="", email="")
    for content in ({}, {"productId": "prd_1", "quantity": 1}):
        await mutate(Engine(own_world), "createOrder", {"customerId": "cus_7", "orderDate": "2026-02-01", **content})
    for model in REMOVABLE:
        record: Any = await model.get(id=1)
        await model.bulk_create([with_key(removed(record, 90))])
    for id_, owner in ((91, 3), (92, None), (93, 4)):
        record = removed(await Customer.get(id=1), id_)
        record.owner_id = owner
        await Customer.bulk_create([with_key(record)])
    await Order.filter(id=90).update(customer_id=92)
    await OrderCredit.create(
        order_id=90, rep_id=4, customer_id=92, order_date=past, share_bps=10_000, currency="EUR", amount_minor=0
    )
    return own_world


def removed(record: Any, id_: int) -> Any:
    record.id, record.deleted_at, record.deleted_key = id_, dt.datetime.now(dt.UTC), id_
    if hasattr(record, "number"):
        record.number = f"X-{id_}"
    return record


async def seen(database: Database, viewer: Viewer) -> rights.Seen:
    """What the rules that are said a second time make of the company."""
    async with database.transaction():
        company = rights.seen_by(viewer, await oracle.Company.load())
        company.removed_customers = await Customer.filter(deleted_at__not_isnull=True)
    return company


def arguments(verb: str, role: str) -> Iterator[Leaf]:
    """The arguments that name a record."""
    for leaf in leaves(VERBS[verb].parameters):
        path = ".".join(step for step in leaf.path if not step.isdigit())
        if leaf.shape.kind == "id" and path not in rights.WITHHELD.get((role, verb), ()):
            yield leaf


def at(given: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path in an input; None if nothing does."""
    for step in path:
        given = given and (given[int(step)] if step.isdigit() else given.get(step))
    return given


def halved(given: Mapping[str, Any]) -> dict[str, Any]:
    """An input with one entry in each list."""
    return {
        name: value[:1] if name in SPLIT and isinstance(value, list) else value
        for name, value in copy.deepcopy(dict(given)).items()
    }


def unwithheld(given: Mapping[str, Any], withheld: Collection[str], at: str = "") -> dict[str, Any]:
    """An input without the arguments that may not be given."""

    def kept(path: str, value: Any) -> Any:
        if isinstance(value, list):
            return [kept(path, each) for each in value]
        return unwithheld(value, withheld, f"{path}.") if isinstance(value, dict) else value

    return {name: kept(at + name, value) for name, value in given.items() if at + name not in withheld}


async def good_input(
    engine: Engine, company: rights.Seen, verb: str, given: Mapping[str, Any]
) -> dict[str, Any] | None:
    """An input made of records that the viewer may name, which the business takes; none if there is no such."""
    viewer = company.viewer
    given = {key: value for key, value in halved(given).items() if key != "expectedVersion"}
    given = unwithheld(given, rights.WITHHELD.get((viewer.role, verb), ()))
    named = [leaf for leaf in arguments(verb, viewer.role) if at(given, leaf.path) is not None]
    choices = []
    for leaf in named:
        first = at(given, leaf.path)
        mine = [prefixed(leaf.shape, id_) for id_ in sorted(company.named(verb, leaf.path, leaf.shape.entity))]
        choices.append(sorted(mine, key=lambda id_, first=first: id_ != first))  # type: ignore[misc]
    for ids in itertools.islice(itertools.product(*choices), 400):
        tried: dict[str, Any] = given
        for leaf, id_ in zip(named, ids, strict=True):
            tried = with_value(tried, leaf.path, id_) or tried
        payload = await mutate_as(engine, viewer, verb, tried, dryRun=True)
        if payload["errors"] == []:
            return tried
    return None


async def told(engine: Engine, viewer: Viewer, verb: str, given: Mapping[str, Any], **around: Any) -> dict[str, Any]:
    """All that a mutation is answered with."""
    title = verb[0].upper() + verb[1:]
    query = f"mutation ($input: {title}Input!) {{ {verb}(input: $input) {{ {ALL_TOLD} }} }}"
    return await ask_as(engine, viewer, query, input={**given, **around})


async def probe(engine: Engine, company: rights.Seen, verb: str, given: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Point a verb at every record by each of its arguments; the arguments that could be tried."""
    viewer, tried = company.viewer, set[tuple[str, ...]]()
    good = await good_input(engine, company, verb, given)
    if good is None:
        return tried
    before = await snapshot(engine.database)
    for leaf in arguments(verb, viewer.role):
        either = EITHER.get((verb.removesuffix("s"), leaf.path[-1]))
        if (either and at(good, (*leaf.path[:-1], either))) or with_value(good, leaf.path, "") is None:
            continue
        tried.add((verb, *leaf.path))
        may = company.named(verb, leaf.path, leaf.shape.entity)
        there = {*company.whole.rows[leaf.shape.entity], 90, 91, 92, 93}
        versions: list[dict[str, Any]] = [{}, {"expectedVersion": 77}] if leaf.path == ("id",) else [{}]
        for around in versions:
            nothing = with_value(good, leaf.path, prefixed(leaf.shape, NOWHERE))
            assert nothing is not None
            absent = await told(engine, viewer, verb, nothing, **around)
            found = [(error["code"], error["path"]) for error in absent["data"][verb]["errors"]]
            assert ("NOT_FOUND", ["input", *leaf.path]) in found, (verb, leaf.path, absent)
            for id_ in sorted(there):
                pointed = with_value(good, leaf.path, prefixed(leaf.shape, id_))
                assert pointed is not None
                around = around | ({"dryRun": True} if id_ in may else {})
                answer = await told(engine, viewer, verb, pointed, **around)
                about = (viewer.role, verb, leaf.path, id_, answer)
                if id_ not in may:
                    assert answer == absent, about
                else:
                    assert "errors" not in answer, about
                    assert answer != absent or (verb, leaf.path[-1]) in OF_THE_ORDER, about
    assert await snapshot(engine.database) == before, verb
    return tried


def names(viewer: Viewer) -> str:
    return f"{viewer.role}-{viewer.rep_id}"


@pytest.mark.parametrize("viewer", WRITERS, ids=names)
async def test_a_verb_takes_what_its_viewer_may_name_and_nothing_else(world: Database, viewer: Viewer) -> None:
    engine, company = Engine(world), await seen(world, viewer)
    mine, tried = set(rights.VERBS[viewer.role].split()), set()
    for verb, given in INPUTS:
        if verb in mine:
            tried |= await probe(engine, company, verb, given)
    wanted = {(verb, *leaf.path) for verb in mine for leaf in arguments(verb, viewer.role)}
    assert tried == wanted, wanted - tried


# --- what a verb says of a record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [ADMIN, *WRITERS], ids=names)
async def test_viewer_can_update_is_what_an_update_comes_to(world: Database, viewer: Viewer) -> None:
    engine, tried = Engine(world), 0
    before = await snapshot(world)
    for who in (viewer, as_key(viewer, "read"), as_key(viewer, "read", "updateOrder", "updateCampaign")):
        for entity in single(viewer):
            verb = f"update{entity}"
            if verb not in VERBS:
                continue
            absent = await told(engine, who, verb, {"id": f"{DECLARED[entity].prefix}_{NOWHERE}"}, dryRun=True)
            for id_, can in (await can_update(engine, who, entity)).items():
                body = await told(engine, who, verb, {"id": id_}, dryRun=True)
                assert can is (body != absent), (who, entity, id_, can, body)
                tried += 1
    assert tried > 30
    assert await snapshot(world) == before


def as_key(viewer: Viewer, *scopes: str) -> Viewer:
    """A viewer who asks with an API key."""
    return replace(viewer, name=f"key crawler of {viewer.name}", key_id=1, scopes=frozenset(scopes))


def single(viewer: Viewer) -> list[str]:
    """The entities of which a role finds single records, and has a root to find them at."""
    closed = rights.GONE.get(viewer.role, set()) | rights.COUNTED.get(viewer.role, set())
    return [name for name, declared in DECLARED.items() if declared.root and name not in closed]


async def can_update(engine: Engine, viewer: Viewer, entity: str) -> dict[str, bool]:
    """By the id of every record that is seen: whether it says that the viewer can update it."""
    query = f"{{ {DECLARED[entity].plural}(first: 100) {{ nodes {{ id viewerCanUpdate }} }} }}"
    body = await ask_as(engine, viewer, query)
    nodes = next(iter(body["data"].values()))["nodes"]
    return {node["id"]: node["viewerCanUpdate"] for node in nodes}


STEPS: Mapping[str, Mapping[str, Any]] = {
    "cancelOrder": {"reason": "No"},
    "cancelCampaign": {"reason": "No"},
    "returnOrder": {"reason": "No"},
    "replyToTicket": {"body": "Hello"},
    "assignTicket": {"assigneeId": "rep_2"},
    "holdTicket": {"reason": "No"},
    "reopenTicket": {"reason": "No"},
    "resolveTicket": {"resolution": "FIXED"},
    "addOrderLine": {"productId": "prd_1", "quantity": 1},
    "addCampaignMembers": {"where": {}},
}
"""What the steps of a life take besides the id."""
OF_A_LINE = {"updateOrderLine", "removeOrderLine"}


@pytest.mark.parametrize("viewer", [ADMIN, *WRITERS], ids=names)
async def test_allowed_transitions_are_never_forbidden(world: Database, viewer: Viewer) -> None:
    """Every verb that a record lists is done, or refused for the business's own reasons."""
    engine, tried = Engine(world), 0
    for entity in {"Order", "Ticket", "Campaign"} & {*single(viewer)}:
        if "allowedTransitions" in rights.HIDDEN.get(viewer.role, {}).get(entity, set()):
            continue
        query = f"{{ {DECLARED[entity].plural}(first: 100) {{ nodes {{ id allowedTransitions }} }} }}"
        nodes = (await ask_as(engine, viewer, query))["data"][DECLARED[entity].plural]["nodes"]
        reading = (await ask_as(engine, as_key(viewer, "read"), query))["data"][DECLARED[entity].plural]["nodes"]
        assert nodes == [] or {tuple(node["allowedTransitions"]) for node in reading} == {()}
        for node in nodes:
            for verb in node["allowedTransitions"]:
                assert access.may(viewer, verb)
                if verb not in OF_A_LINE:
                    body = await told(engine, viewer, verb, {"id": node["id"], **STEPS.get(verb, {})}, dryRun=True)
                    assert "errors" not in body, (viewer.role, node, verb, body)
                    found = {error["code"] for error in body["data"][verb]["errors"]}
                    assert "NOT_FOUND" not in found, (viewer.role, node, verb, body)
                    tried += 1
            for verb in {name for machine in MACHINES for name in machine.moves} - {*node["allowedTransitions"]}:
                if verb.endswith(entity) and access.may(viewer, verb):
                    body = await told(engine, viewer, verb, {"id": node["id"], **STEPS.get(verb, {})}, dryRun=True)
                    assert body["data"][verb]["errors"], (viewer.role, node, verb)
                    allowed = {each for error in body["data"][verb]["errors"] for each in error.get("allowed", ())}
                    assert all(access.may(viewer, each) for each in allowed)
    assert tried > 10 or viewer.role == "MARKETING"


# --- what is fetched ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewer", [*WRITERS, READONLY], ids=names)
async def test_what_a_rule_hides_is_not_fetched(world: Database, viewer: Viewer) -> None:
    """By no hold whatever; nor is what can be seen, but not changed, fetched to be changed."""
    company = await seen(world, viewer)
    closed = rights.GONE[viewer.role] | rights.COUNTED.get(viewer.role, set())
    hidden = 0
    async with world.transaction():
        for entity, declared in DECLARED.items():
            model = declared.table
            everybody = sorted(company.whole.rows[entity])
            own = [] if entity in closed else sorted(company.rows[entity])
            hidden += len(everybody) - len(own)
            assert list(await records.fetch_many(viewer, model, everybody)) == own, entity
            assert list(await records.fetch_many(viewer, model, everybody, keep=True)) == own, entity
            changed = list(await records.fetch_many(viewer, model, everybody, lock=True))
            verb, argument = CHANGING.get((viewer.role, entity), ("", "id"))
            assert changed == (sorted(company.named(verb, (argument,), entity)) if verb else own), entity
            assert list(await records.fetch_many(ADMIN, model, everybody, lock=True)) == everybody
    assert hidden > 30


CHANGING = {
    **{(role, "Customer"): ("updateCustomer", "id") for role in ("MANAGER", "REP")},
    **{(role, "Contact"): ("updateContact", "id") for role in ("MANAGER", "REP")},
    ("MANAGER", "SalesRep"): ("updateSalesRep", "id"),
    ("MANAGER", "SalesTarget"): ("deleteSalesTarget", "id"),
    ("MANAGER", "PlanAssignment"): ("unassignCommissionPlan", "id"),
    ("MANAGER", "Team"): ("setSalesTarget", "teamId"),
}
"""Where a role sees records that it may not change: a verb and its argument that takes those it may."""


# --- every rule is needed -------------------------------------------------------------------------------------------

HELD = [(entity, role) for entity, rules in access.PAGE.items() for role, rule in rules.items() if rule.writes]
"""The write rules that hold back what is seen: by entity and role."""


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")  # one is enough to see it
@pytest.mark.parametrize(("entity", "role"), HELD)
async def test_a_write_rule_that_is_taken_away_is_noticed(
    world: Database, monkeypatch: pytest.MonkeyPatch, entity: str, role: str
) -> None:
    viewer = next(each for each in WRITERS if each.role == role)
    engine, company = Engine(world), await seen(world, viewer)
    verb, argument = CHANGING[role, entity]
    inputs = [given for name, given in INPUTS if name == verb and argument in given]
    loose = replace(access.PAGE[entity][role], writes=None)
    monkeypatch.setattr(access, "PAGE", {**access.PAGE, entity: {**access.PAGE[entity], role: loose}})
    with pytest.raises(AssertionError):
        for given in inputs:
            await probe(engine, company, verb, given)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("viewer", [MANAGER, REP, AGENT], ids=names)
async def test_a_fetch_without_its_rule_is_noticed(
    world: Database, monkeypatch: pytest.MonkeyPatch, viewer: Viewer
) -> None:
    engine, company = Engine(world), await seen(world, viewer)
    verb = "updateSalesRep" if viewer is MANAGER else "createContact"
    monkeypatch.setattr(access, "named", lambda entity, role, *, change: "")
    with pytest.raises(AssertionError):
        for name, given in INPUTS:
            if name == verb:
                await probe(engine, company, verb, given)


# --- batches --------------------------------------------------------------------------------------------------------

BATCHES: Mapping[str, tuple[Viewer, dict[str, Any], *tuple[dict[str, Any], ...]]] = {
    "updateCustomers": (
        REP,
        {"id": "cus_4", "city": "X"},
        {"id": "cus_2", "city": "X"},
        {"id": "cus_1", "city": "X"},  # seen by a credit
    ),
    "createCustomers": (REP, {"name": "A", "parentId": "cus_1"}, {"name": "B", "parentId": "cus_2"}),
    "createOrders": (REP, {"customerId": "cus_1"}, {"customerId": "cus_2"}),
    "createTickets": (AGENT, {"customerId": "cus_1", "issue": "A"}, {"customerId": "cus_8", "issue": "B"}),
    "advanceCampaignMembers": (MARKETING, {"id": "mem_2", "status": "OPENED"}, {"id": "mem_99", "status": "OPENED"}),
}
"""By verb: who writes many at once, an entry that is theirs to write, and some that are not."""


def test_every_batch_is_tried() -> None:
    assert {verb for verb in VERBS if any(leaf.path[0] == "items" for leaf in arguments(verb, "ADMIN"))} == {*BATCHES}


@pytest.mark.parametrize("verb", BATCHES)
async def test_an_entry_that_is_not_theirs_is_skipped_like_one_that_is_not_there(world: Database, verb: str) -> None:
    """And the others are written; or none of them, as the batch asks for."""
    viewer, mine, *hidden = BATCHES[verb]
    engine, title = Engine(world), verb[0].upper() + verb[1:]
    absent = {name: f"{value[:4]}{NOWHERE}" if value[3:4] == "_" else value for name, value in hidden[0].items()}
    assert absent not in hidden
    shown = f"writtenCount rows {{ node {{ version }} {ALL_TOLD} }} {ALL_TOLD}"
    query = f"mutation ($input: {title}Input!) {{ {verb}(input: $input) {{ {shown} }} }}"
    before = await snapshot(world)
    for policy, written in (("SKIP_ROW", 1), ("REJECT_ALL", None)):
        answers = [
            await ask_as(
                engine, viewer, query, input={"items": [mine, item], "onError": policy, "dryRun": policy == "SKIP_ROW"}
            )
            for item in (*hidden, absent)
        ]
        assert all(answer == answers[-1] for answer in answers)
        assert answers[0]["data"][verb]["writtenCount"] == written
    assert await snapshot(world) == before
