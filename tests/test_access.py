"""Role × entity × field × path: every way in is tried for every role, and taking any one rule away is noticed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

import access
import models
from access import Rule, Viewer
from models.database import Database
from resolvers.verbs import VERBS
from schema import CONTRACTS, GRAPHQL
from schema.document import MOST_ERRORS
from schema.engine import Engine
from schema.kit import declare
from schema.kit.declare import DECLARED
from tests import oracle, rights
from tests.oracle import camel
from tests.viewers import ADMIN, AGENT, MANAGER, MARKETING, READONLY, REP, SEES_MANY, VIEWERS
from tests.writing import mutate_as

LIMITED = [viewer for viewer in VIEWERS.values() if viewer is not ADMIN]
PERIOD = '(from: "2026-01-01", to: "2027-01-01")'


# --- ways in --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A root list, and the links that lead on from there."""

    root: str
    links: tuple[str, ...] = ()

    def entities(self) -> Iterator[tuple[str, bool]]:
        """The entities passed, each with whether the way leads on through, or to, a single record by a link."""
        entity = self.root
        yield entity, False
        for name in self.links:
            item = link(entity, name)
            entity = item.target
            yield entity, isinstance(item, declare.One)

    @property
    def end(self) -> str:
        """The entity it leads to."""
        return [entity for entity, _ in self.entities()][-1]

    def query(self, selection: str) -> str:
        """The query that goes this way, and selects something of the records at its end."""
        text = selection
        entities = [entity for entity, _ in self.entities()]
        for entity, name in reversed(list(zip(entities, self.links, strict=False))):
            many = isinstance(link(entity, name), declare.Many)
            text = f"{name}(first: 4) {{ nodes {{ id {text} }} }}" if many else f"{name} {{ id {text} }}"
        return f"{{ {DECLARED[self.root].plural}(first: 3) {{ nodes {{ id {text} }} }} }}"


def link(entity: str, name: str) -> declare.One | declare.Many:
    """A link by the name the API gives it."""
    return next(item for key, item in links(entity) if camel(key) == name)


def ways(depth: int) -> Iterator[Way]:
    """All ways of at most so many entities."""
    level = [Way(name) for name, declared in DECLARED.items() if declared.root]
    for _ in range(depth):
        yield from level
        level = [Way(way.root, (*way.links, camel(name))) for way in level for name, _ in links(way.end)]


@cache
def plain_fields(entity: str) -> dict[str, str]:
    """All fields of an entity that are no links, as they are selected."""
    type_ = GRAPHQL.type_map[entity]
    assert isinstance(type_, GraphQLObjectType)
    return {
        name: name
        + (PERIOD if "from" in field.args else "")
        + ("" if is_leaf_type(get_named_type(field.type)) else " { amount currency }")
        for name, field in type_.fields.items()
        if name not in {camel(key) for key, _ in links(entity)}
    }


def links(entity: str) -> list[tuple[str, declare.One | declare.Many]]:
    """The links of an entity."""
    found = DECLARED[entity].fields.items()
    return [(name, item) for name, item in found if isinstance(item, declare.One | declare.Many)]


def open_to(viewer: Viewer, way: Way) -> bool:
    """Whether a role finds single records all along a way."""
    closed = rights.GONE[viewer.role] | rights.COUNTED.get(viewer.role, set())
    steps = zip([entity for entity, _ in way.entities()], way.links, strict=False)
    between = [rights.BY_WAY_OF[step] for step in steps if step in rights.BY_WAY_OF]
    return closed.isdisjoint([*between, *(entity for entity, _ in way.entities())])


def hidden(viewer: Viewer, entity: str) -> set[str]:
    """The fields of an entity that a role does not find."""
    return rights.HIDDEN[viewer.role].get(entity, set())


@pytest.fixture(scope="module")
async def company(database: Database) -> oracle.Company:
    async with database.transaction():
        return await oracle.Company.load()


def batched(names: list[str], size: int) -> list[list[str]]:
    return [names[at : at + size] for at in range(0, len(names), size)]


async def told(engine: Engine, viewer: Viewer, query: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((await engine.execute(query, None, None, viewer)).body)
    return answer


async def probe(engine: Engine, company: oracle.Company, viewer: Viewer, way: Way) -> None:
    """Go a way and look at every field at its end: what may be seen is as the oracle says, the rest is not there."""
    fields = plain_fields(way.end)
    if not open_to(viewer, way):
        answer = await told(engine, viewer, way.query("id"))
        assert "data" not in answer and "errors" in answer, way
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
        assert all(error["message"].startswith("Cannot query field ") for error in answer["errors"]), answer
        return
    unseen = hidden(viewer, way.end)
    for few in batched(sorted(unseen), MOST_ERRORS):
        answer = await told(engine, viewer, way.query(" ".join(fields[name] for name in few)))
        messages = sorted(error["message"].partition(".")[0] for error in answer.get("errors", ()))
        assert messages == sorted(f"Cannot query field '{name}' on type '{way.end}'" for name in few), answer
    query = way.query(" ".join(text for name, text in fields.items() if name not in unseen))
    answered = (await engine.execute(query, None, None, viewer)).body
    expected = oracle.answer(rights.seen_by(viewer, company), query, None, viewer)
    assert answered.decode() == expected.decode(), query


async def probe_by_id(engine: Engine, company: oracle.Company, viewer: Viewer, entity: str) -> None:
    """Ask for every record of an entity by its id."""
    prefix = DECLARED[entity].prefix
    ids = [f"{prefix}_{id_}" for id_ in [*company.rows[entity], 9999]]
    if entity in rights.GONE[viewer.role] | rights.COUNTED.get(viewer.role, set()):
        # As if none of them had ever been there, whatever else is asked for along with them.
        ids = ids[:99]
        assert await told(engine, viewer, f'{{ node(id: "{ids[0]}") {{ id }} }}') == {"data": {"node": None}}
        seen = "{ nodes(ids: " + json.dumps([*ids, "rep_1"]) + ") { id } }"
        assert await told(engine, viewer, seen) == {"data": {"nodes": [None] * len(ids) + [{"id": "rep_1"}]}}
        return
    fields = " ".join(text for name, text in plain_fields(entity).items() if name not in hidden(viewer, entity))
    query = f"{{ nodes(ids: {json.dumps(ids)}) {{ id ... on {entity} {{ {fields} }} }} }}"
    answered = (await engine.execute(query, None, None, viewer)).body
    assert answered == oracle.answer(rights.seen_by(viewer, company), query, None, viewer)


@pytest.mark.parametrize("viewer", LIMITED, ids=lambda viewer: f"{viewer.role}-{viewer.rep_id}")
async def test_every_record_by_its_id(engine: Engine, company: oracle.Company, viewer: Viewer) -> None:
    for entity in DECLARED:
        await probe_by_id(engine, company, viewer, entity)


@pytest.mark.parametrize(
    "viewer", [*LIMITED, SEES_MANY], ids=lambda viewer: f"{viewer.role}-{viewer.rep_id}{'-many' * viewer.sees_many}"
)
async def test_every_field_on_every_way_in(engine: Engine, company: oracle.Company, viewer: Viewer) -> None:
    for way in ways(3):
        await probe(engine, company, viewer, way)


@pytest.mark.slow
def test_no_hidden_field_is_found_on_any_deeper_way() -> None:
    """To four entities deep: a field is found exactly where the whole way is open and the field is not hidden."""
    probes = 0
    for viewer in (MANAGER, REP, AGENT, MARKETING, READONLY):
        schema = CONTRACTS.of(viewer.role).schema
        for way in ways(4):
            found = fields_at(schema, way)
            for name in plain_fields(way.end):
                expected = open_to(viewer, way) and name not in hidden(viewer, way.end)
                assert (name in found) is expected, (viewer.role, way, name)
                probes += 1
    assert probes >= 20_000


def fields_at(schema: GraphQLSchema, way: Way) -> Collection[str]:
    """The fields of the type at the end of a way; none where the schema does not lead there."""
    type_: GraphQLNamedType | None = schema.query_type
    for name in (DECLARED[way.root].plural, *way.links):
        for step in (name, "nodes"):
            if step == "nodes" and not (type_ and type_.name.endswith("Connection")):
                continue
            field = type_.fields.get(step) if isinstance(type_, GraphQLObjectType) else None
            type_ = get_named_type(field.type) if field else None
    return type_.fields if isinstance(type_, GraphQLObjectType) else ()


# --- every rule is needed -------------------------------------------------------------------------------------------

OPEN = {
    "rows": access.EVERY,
    "fields": "*",
    "depth": access.Depth.RECORDS,
    "own": None,
    "writes": None,
    "crowd": "",
    "narrowed": None,
}
"""What each part of a rule is where it holds nothing back."""
MISSING = "the whole rule"


def parts() -> Iterator[tuple[str, str, str]]:
    """Every part of every rule that holds something back, and every role that an entity has no rule for."""
    for entity, rules in access.PAGE.items():
        for role in access.ROLES:
            if role == "ADMIN" or entity == "Viewer":
                continue
            if role not in rules:
                yield entity, role, MISSING
                continue
            plain = {name for name, kind in access.shown(entity, role).items()}
            for part, open_ in OPEN.items():
                every = part == "fields" and plain >= {*plain_fields(entity)}
                # What no `viewerCanUpdate` shows is tried in test_write_rights.py.
                unseen = part == "writes" and f"update{entity}" not in access.VERBS_OF[role]
                if getattr(rules[role], part) != open_ and not every and not unseen:
                    yield entity, role, part


def viewer_of(role: str) -> Viewer:
    return next(viewer for viewer in LIMITED if viewer.role == role)


async def probes(engine: Engine, company: oracle.Company, viewer: Viewer, entity: str) -> None:
    """Everything that shows what a role sees of an entity."""
    closed = rights.GONE[viewer.role] | rights.COUNTED.get(viewer.role, set())
    to = [
        way for way in ways(3) if way.end == entity and not {*list(way.entities())[:-1]} & {(e, False) for e in closed}
    ]
    for way in to[:4]:
        await probe(engine, company, viewer, way)
    await probe_by_id(engine, company, viewer, entity)
    if entity in rights.COUNTED.get(viewer.role, ()):
        list_ = "members" if entity == "CampaignMember" else DECLARED[entity].plural
        key = "COUNTRY" if entity == "Customer" else "STATUS"
        figures = f"{list_} {{ totalCount groups(by: [{{field: {key}}}]) {{ aggregate {{ count }} }} }}"
        query = f"{{ campaigns {{ nodes {{ {figures} }} }} }}" if entity == "CampaignMember" else f"{{ {figures} }}"
        answered = (await engine.execute(query, None, None, viewer)).body
        assert answered == oracle.answer(rights.seen_by(viewer, company), query, None, viewer)
        types = CONTRACTS.of(viewer.role).schema.type_map
        where = types[f"{entity}Where"]
        assert isinstance(where, GraphQLInputObjectType)
        assert {*where.fields} == {"and", "or", "not", *rights.NARROWED[viewer.role, entity].split()}
        counted = set(rights.COUNTED_BY[viewer.role, entity].split())
        assert told_of(entity, viewer) == told_of(entity, ADMIN) & counted != set()


def told_of(entity: str, viewer: Viewer) -> set[str]:
    """The fields of an entity that a viewer may sort or group its figures by, or take the least of."""
    types = CONTRACTS.of(viewer.role).schema.type_map
    keys, minimum = [types[f"{entity}{end}"] for end in ("SortField", "GroupField")], types[f"{entity}Min"]
    assert isinstance(minimum, GraphQLObjectType)
    names = {camel(name.lower()) for type_ in keys if isinstance(type_, GraphQLEnumType) for name in type_.values}
    return (names | {*minimum.fields}) & {*plain_fields(entity)} - {"id"}


@pytest.fixture
def small_crowd(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The world is too small for crowds of ten: nobody would see a figure, and a leak could not show."""
    monkeypatch.setattr(access, "CROWD", rights.CROWD)
    CONTRACTS.of.cache_clear()
    yield
    CONTRACTS.of.cache_clear()


async def test_who_nobody_looks_after_is_changed_by_nobody_who_sees_them_by_a_credit(own_world: Database) -> None:
    engine, rep = Engine(own_world), viewer_of("REP")
    ask = "{ customers { nodes { id viewerCanUpdate contacts { nodes { viewerCanUpdate } } } } }"
    seen = json.loads((await engine.execute(ask, None, None, rep)).body)["data"]["customers"]["nodes"]
    credited = [node["id"] for node in seen if not node["viewerCanUpdate"]]
    assert credited and len(credited) < len(seen)
    await models.Customer.filter(id__in=[int(id_[4:]) for id_ in credited]).update(owner_id=None)
    assert json.loads((await engine.execute(ask, None, None, rep)).body)["data"]["customers"]["nodes"] == seen


async def test_a_key_of_single_verbs_is_told_which_of_them_a_status_allows(engine: Engine) -> None:
    scopes = frozenset({"read", "resolveTicket", "reopenTicket", "createTicket"})
    keyed = replace(viewer_of("AGENT"), key_id=9, scopes=scopes)
    ask = "{ tickets { nodes { id allowedTransitions } } }"
    whole, some, none = [
        json.loads((await engine.execute(ask, None, None, viewer)).body)["data"]["tickets"]["nodes"]
        for viewer in (viewer_of("AGENT"), keyed, replace(keyed, scopes=frozenset({"read"})))
    ]
    for node in whole:
        node["allowedTransitions"] = [verb for verb in node["allowedTransitions"] if verb in scopes]
    assert some == whole
    assert any(node["allowedTransitions"] for node in some)
    assert not any(node["allowedTransitions"] for node in none)


async def test_a_manager_sees_a_whole_team_and_writes_of_those_below_only(own_world: Database) -> None:
    """Neither of a colleague nor of somebody above who is in the same team, nor of a team that one rep below is in."""
    await models.SalesRep.filter(id__in=(1, 3)).update(team_id=1)
    await models.SalesRep.filter(id__in=(4, 5)).update(team_id=2)
    engine = Engine(own_world)
    manager = Viewer("Björn", "MANAGER", rep_id=2, rep_ids=(1, 2, 3, 4), below_ids=(4,), user_id=2)
    ask = "{ salesReps { nodes { id email viewerCanUpdate } } }"
    told = json.loads((await engine.execute(ask, None, None, manager)).body)["data"]["salesReps"]["nodes"]
    assert {node["id"] for node in told if node["viewerCanUpdate"]} == {"rep_4"}
    assert {node["id"] for node in told if node["email"]} == {"rep_1", "rep_2", "rep_3", "rep_4"}
    target = {
        "periodStart": "2030-01-01",
        "periodEnd": "2030-04-01",
        "amount": {"amount": "5", "currency": "EUR"},
        "reason": "x",
    }
    tries: dict[str, tuple[str, dict[str, Any]]] = {
        **{f"the details of rep {id_}": ("updateSalesRep", {"id": f"rep_{id_}", "active": True}) for id_ in (1, 3, 4)},
        **{f"a target of rep {id_}": ("setSalesTarget", {**target, "repId": f"rep_{id_}"}) for id_ in (1, 2, 3, 4)},
        **{f"a target of team {id_}": ("setSalesTarget", {**target, "teamId": f"tea_{id_}"}) for id_ in (1, 2)},
    }
    done = {what for what, (verb, given) in tries.items() if not await refused_to(engine, manager, verb, given)}
    assert done == {"the details of rep 4", "a target of rep 4", "a target of team 1"}
    await models.SalesRep.filter(id=5).update(team_id=None)
    assert not await refused_to(engine, manager, "setSalesTarget", {**target, "teamId": "tea_2"}), "all of it is below"


async def refused_to(engine: Engine, viewer: Viewer, verb: str, given: dict[str, Any]) -> list[str]:
    """The codes that a verb is refused to somebody with, as if what it names were not there."""
    codes = [error["code"] for error in (await mutate_as(engine, viewer, verb, given))["errors"]]
    assert set(codes) <= {"NOT_FOUND"}
    return codes


ONE_AND_ALL = """{ orders {
  totalCount
  alone: aggregate { count }
  beside: aggregate { count sum { total { amount currency } } }
  groups(by: [{ field: STATUS }], orderBy: KEY) { status aggregate { count } }
  moneyed: groups(by: [{ field: STATUS }], orderBy: KEY) {
    status aggregate { count sum { total { amount currency } } }
  }
} }"""


async def test_a_count_is_the_same_beside_amounts_in_currencies_that_too_few_pay_in(
    engine: Engine, company: oracle.Company, small_crowd: None
) -> None:
    """What may not be told of one currency is left out of the amounts alone, not out of the rest."""
    answer = json.loads((await engine.execute(ONE_AND_ALL, None, None, viewer_of("READONLY"))).body)
    orders = answer["data"]["orders"]
    assert orders["totalCount"] == orders["alone"]["count"] == orders["beside"]["count"]
    assert [{**group, "aggregate": {"count": group["aggregate"]["count"]}} for group in orders["moneyed"]] == (
        orders["groups"]
    )
    customers: dict[str, set[int]] = {}
    for order in company.rows["Order"].values():
        customers.setdefault(order.currency, set()).add(order.customer_id)
    enough = sorted(code for code, who in customers.items() if len(who) >= rights.CROWD)
    assert 0 < len(enough) < len(customers)
    assert [amount["currency"] for amount in orders["beside"]["sum"]["total"]] == enough


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")  # one is enough to see it
@pytest.mark.parametrize(("entity", "role", "part"), [*parts()])
async def test_a_rule_that_is_taken_away_is_noticed(
    database: Database,
    company: oracle.Company,
    small_crowd: None,
    monkeypatch: pytest.MonkeyPatch,
    entity: str,
    role: str,
    part: str,
) -> None:
    viewer = viewer_of(role)
    await probes(Engine(database), company, viewer, entity)
    rule = access.PAGE[entity].get(role, access.ABSENT)
    loose = Rule(access.EVERY, "*") if part == MISSING else replace(rule, **{part: OPEN[part]})
    monkeypatch.setattr(access, "PAGE", {**access.PAGE, entity: {**access.PAGE[entity], role: loose}})
    CONTRACTS.of.cache_clear()
    with pytest.raises(AssertionError):
        await probes(Engine(database), company, viewer, entity)


@pytest.mark.parametrize("viewer", LIMITED, ids=lambda viewer: f"{viewer.role}-{viewer.rep_id}")
async def test_a_role_has_its_verbs_and_no_others(viewer: Viewer) -> None:
    mine = set(rights.VERBS[viewer.role].split())
    mutation = CONTRACTS.of(viewer.role).schema.mutation_type
    assert set(mutation.fields if mutation else ()) - {"signIn", "switchRole", "signOut"} == mine
    assert {verb for verb in VERBS if access.may(viewer, verb)} - {"signIn", "switchRole", "signOut"} == mine


@pytest.mark.parametrize("sees_many", [False, True])
@pytest.mark.parametrize("rep_ids", [(), (12,), (22, 42), (1234, 52), (2,), (22, 2), (42, 4, 14)], ids=str)
async def test_no_rep_is_taken_for_another_whose_number_holds_theirs(
    engine: Engine, database: Database, rep_ids: tuple[int, ...], sees_many: bool
) -> None:
    """By id, where the one at hand is looked for among the viewer's reps, and in a list, which is found by them."""
    first = rep_ids[0] if rep_ids else 99
    role = "REP" if len(rep_ids) < 2 else "MANAGER"  # a rep's own are their own, and nobody else's
    someone = Viewer("Someone", role, rep_id=first, rep_ids=rep_ids, user_id=1, sees_many=sees_many)
    owners = dict(await database.execute("SELECT id, owner_id FROM customer WHERE deleted_at IS NULL"))
    credits = await database.execute("SELECT customer_id, rep_id FROM order_credit")
    seen = {id_ for id_, owner in owners.items() if owner in rep_ids or {(id_, rep) for rep in rep_ids} & {*credits}}
    single = " ".join(f'c{id_}: customer(id: "cus_{id_}") {{ id }}' for id_ in owners)
    answer = json.loads((await engine.execute(f"{{ {single} }}", None, None, someone)).body)
    assert {id_ for id_ in owners if answer["data"][f"c{id_}"]} == seen
    answer = json.loads((await engine.execute("{ customers { nodes { id } } }", None, None, someone)).body)
    assert {int(node["id"][4:]) for node in answer["data"]["customers"]["nodes"]} == seen
    assert seen or 2 not in rep_ids
