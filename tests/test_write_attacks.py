"""Writes by which somebody would see, earn or learn more than is theirs: each is tried, and none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import access
from access import NOBODY, Viewer
from errors import Code, Refusal, Refused
from models import Customer, Order, Ticket
from models.database import Database
from resolvers import records
from resolvers.customer import NewCustomer
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from resolvers.write import perform
from schema.engine import Engine
from schema.kit.declare import DECLARED
from server.auth import Auth
from tests.four_ways import told
from tests.people import add_key, add_user, bearer
from tests.viewers import ADMIN, AGENT, MANAGER, MARKETING, READONLY, REP, REP_2, VIEWERS
from tests.writing import ask_as, mutate, mutate_as, snapshot

UNKNOWN = {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
"""What is not in a role's schema at all, as an argument or as a verb."""


@dataclass(frozen=True)
class Attack:
    """A write, and how it is refused: at the path of an argument, or `absent` from the schema, or else it is done."""

    verb: str
    given: Mapping[str, Any]
    path: str = ""
    absent: bool = False

    def __str__(self) -> str:
        return f"{self.verb} {self.path} {' '.join(self.given)}"


ME, ALL = "rep_2", {"share": 10_000}
TARGET = {
    "periodStart": "2030-01-01",
    "periodEnd": "2030-02-01",
    "amount": {"amount": "1", "currency": "EUR"},
    "reason": "Less to do",
}

BY_THE_MANAGER = [
    Attack("updateSalesRep", {"id": ME, "teamId": "tea_2"}, absent=True),
    Attack("updateSalesRep", {"id": ME, "managerId": None}, absent=True),
    Attack("updateSalesRep", {"id": "rep_4", "teamId": "tea_2"}, absent=True),
    Attack("updateSalesRep", {"id": "rep_4", "managerId": "rep_3"}, absent=True),
    Attack("updateSalesRep", {"id": "rep_3", "managerId": ME}, absent=True),
    Attack("updateSalesRep", {"id": ME, "hiredOn": "2010-01-01"}, "id"),
    Attack("updateSalesRep", {"id": "rep_3", "active": False}, "id"),
    Attack("updateSalesRep", {"id": "rep_1", "active": False}, "id"),
    Attack("updateSalesRep", {"id": "rep_4", "position": "Account executive"}),
    Attack("createSalesRep", {"name": "Straw", "position": "Man"}, absent=True),
    Attack("updateTeam", {"id": "tea_1", "name": "South too"}, absent=True),
    Attack("setSalesTarget", {"repId": ME, **TARGET}, "repId"),
    Attack("setSalesTarget", {"repId": "rep_3", **TARGET}, "repId"),
    Attack("setSalesTarget", {"teamId": "tea_2", **TARGET}, "teamId"),
    Attack("setSalesTarget", {"repId": "rep_4", **TARGET}),
    Attack("setSalesTarget", {"teamId": "tea_1", **TARGET}),
    Attack("deleteSalesTarget", {"id": "tgt_1"}, "id"),
    Attack("deleteSalesTarget", {"id": "tgt_3"}, "id"),
    Attack("deleteSalesTarget", {"id": "tgt_4"}),
    Attack("assignCommissionPlan", {"repId": ME, "planId": "pln_2", "startsOn": "2026-12-01"}, "repId"),
    Attack("assignCommissionPlan", {"repId": "rep_3", "planId": "pln_2", "startsOn": "2026-12-01"}, "repId"),
    Attack("assignCommissionPlan", {"repId": "rep_4", "planId": "pln_2", "startsOn": "2026-12-01"}),
    Attack("unassignCommissionPlan", {"id": "asg_1"}, "id"),
    Attack("unassignCommissionPlan", {"id": "asg_3"}, "id"),
    Attack("updateCommissionPlan", {"id": "pln_1", "name": "Mine"}, absent=True),
    Attack("updateCustomer", {"id": "cus_3", "ownerId": ME}, "id"),
    Attack("updateCustomers", {"items": [{"id": "cus_3", "ownerId": ME}]}, "items.0.id"),
    Attack("updateCustomer", {"id": "cus_5", "ownerId": ME}, "id"),
    Attack("updateCustomer", {"id": "cus_1", "parentId": "cus_3"}, "parentId"),
    Attack("createCustomer", {"name": "Below", "parentId": "cus_3"}, "parentId"),
    Attack("deleteCustomer", {"id": "cus_3"}, "id"),
    # Seen by a credit, and looked after by another.
    Attack("updateCustomer", {"id": "cus_6", "ownerId": ME}, "id"),
    Attack("updateCustomers", {"items": [{"id": "cus_6", "ownerId": ME}]}, "items.0.id"),
    Attack("deleteCustomer", {"id": "cus_6"}, "id"),
    Attack("createContact", {"customerId": "cus_6", "name": "Mole"}, "customerId"),
    Attack("updateContact", {"id": "con_7", "email": "me@evil.example"}, "id"),
    Attack("deleteContact", {"id": "con_7"}, "id"),
    Attack("createCustomer", {"name": "Below", "parentId": "cus_6"}),
    Attack("createOrder", {"customerId": "cus_3", "credits": [{"repId": ME, **ALL}]}, "customerId"),
    Attack("createOrders", {"items": [{"customerId": "cus_3", "ownerId": ME}]}, "items.0.customerId"),
    Attack("updateOrder", {"id": "ord_5", "credits": [{"repId": ME, **ALL}]}, "id"),
    Attack("updateOrder", {"id": "ord_6", "customerId": "cus_3"}, "customerId"),
    Attack("updateOrder", {"id": "ord_7", "credits": [{"repId": ME, **ALL}]}),
    Attack("createContact", {"customerId": "cus_3", "name": "Mole"}, "customerId"),
    Attack("createTicket", {"customerId": "cus_3", "issue": "Hello"}, "customerId"),
    Attack("createTicket", {"customerId": "cus_1", "issue": "Hello", "orderId": "ord_4"}, "orderId"),
    Attack("updateTicket", {"id": "tkt_1", "contactId": "con_4"}, "contactId"),
    Attack("assignTicket", {"id": "tkt_4", "assigneeId": ME}, "id"),
]
BY_A_REP = [
    Attack("updateCustomer", {"id": "cus_2", "ownerId": "rep_4"}, "id"),
    Attack("updateCustomer", {"id": "cus_1", "ownerId": "rep_4"}, "id"),
    Attack("updateCustomers", {"items": [{"id": "cus_1", "ownerId": "rep_4"}]}, "items.0.id"),
    Attack("createContact", {"customerId": "cus_1", "name": "Mole", "isPrimary": True}, "customerId"),
    Attack("createContact", {"customerId": "cus_4", "name": "Mine"}),
    Attack("updateContact", {"id": "con_1", "email": "me@evil.example"}, "id"),
    Attack("updateContact", {"id": "con_2", "isPrimary": True}, "id"),
    Attack("deleteContact", {"id": "con_1"}, "id"),
    Attack("createTicket", {"customerId": "cus_1", "issue": "Hello", "contactId": "con_1"}),
    Attack("updateCustomer", {"id": "cus_4", "parentId": "cus_8"}, "parentId"),
    Attack("createCustomer", {"name": "Yours", "ownerId": "rep_3"}, absent=True),
    Attack("createCustomer", {"name": "Mine", "ownerId": "rep_4"}, absent=True),
    Attack("createCustomer", {"name": "Nobody's", "ownerId": None}, absent=True),
    Attack("createCustomers", {"items": [{"name": "Mine"}, {"name": "Yours", "ownerId": "rep_3"}]}, absent=True),
    Attack("createCustomer", {"name": "Mine"}),
    Attack("deleteCustomer", {"id": "cus_4"}, absent=True),
    Attack("restoreCustomer", {"id": "cus_10"}, absent=True),
    Attack("createOrder", {"customerId": "cus_2", "credits": [{"repId": "rep_4", **ALL}]}, "customerId"),
    Attack("createOrder", {"customerId": "cus_1", "credits": [{"repId": "rep_4", **ALL}]}),
    Attack("updateOrder", {"id": "ord_6", "credits": [{"repId": "rep_4", **ALL}]}),
    Attack("updateOrder", {"id": "ord_3", "credits": [{"repId": "rep_4", **ALL}]}, "id"),
    Attack("updateOrder", {"id": "ord_7", "customerId": "cus_2"}, "customerId"),
    Attack("updateOrderLine", {"id": "lin_4", "quantity": 1}, "id"),
    Attack("removeOrderLine", {"id": "lin_4"}, "id"),
    Attack("fulfilOrder", {"id": "ord_2", "lines": [{"lineId": "lin_4", "quantity": 1}]}, "lines.0.lineId"),
    Attack("createTicket", {"customerId": "cus_2", "issue": "Hello"}, "customerId"),
    Attack("createTicket", {"customerId": "cus_1", "issue": "Hello", "contactId": "con_3"}, "contactId"),
    Attack("replyToTicket", {"id": "tkt_3", "body": "Hello"}, "id"),
    Attack("deleteTicket", {"id": "tkt_1"}, absent=True),
    Attack("updateContact", {"id": "con_3", "email": "me@evil.example"}, "id"),
    Attack("updateSalesRep", {"id": "rep_4", "active": True}, absent=True),
    Attack("setSalesTarget", {"repId": "rep_4", **TARGET}, absent=True),
    Attack("updateProduct", {"id": "prd_1", "name": "Mine"}, absent=True),
    Attack("addCampaignMembers", {"id": "cmp_1", "where": {}}, absent=True),
]
BY_AN_AGENT = [
    Attack("createTicket", {"customerId": "cus_8", "issue": "Hello"}, "customerId"),
    Attack("createTickets", {"items": [{"customerId": "cus_8", "issue": "Hello"}]}, "items.0.customerId"),
    Attack("createContact", {"customerId": "cus_8", "name": "Mole"}, "customerId"),
    Attack("updateContact", {"id": "con_6", "name": "Mole"}, "id"),
    Attack("updateTicket", {"id": "tkt_1", "orderId": "ord_5"}, "orderId"),
    Attack("updateTicket", {"id": "tkt_1", "contactId": "con_6"}, "contactId"),
    Attack("createTicket", {"customerId": "cus_1", "issue": "Hello"}),
    Attack("createCustomer", {"name": "Mine"}, absent=True),
    Attack("createOrder", {"customerId": "cus_1"}, absent=True),
    Attack("deleteContact", {"id": "con_1"}, absent=True),
]
ATTACKS = [
    *(("MANAGER", 2, attack) for attack in BY_THE_MANAGER),
    *(("REP", 4, attack) for attack in BY_A_REP),
    *(("AGENT", None, attack) for attack in BY_AN_AGENT),
]


async def horizon(database: Database, viewer: Viewer) -> set[tuple[str, int]]:
    """Every record that a viewer sees, and the reps whose records are theirs."""
    seen = {("own", id_) for id_ in viewer.rep_ids}
    async with database.transaction():
        for name, declared in DECLARED.items():
            ids = await declared.table.all().values_list("id", flat=True)
            found = await records.fetch_many(viewer, declared.table, [int(str(id_)) for id_ in ids])
            seen |= {(name, id_) for id_ in found}
    return seen


@pytest.mark.parametrize(("role", "rep_id"), [("MANAGER", 2), ("REP", 4), ("AGENT", None)])
async def test_nobody_sees_more_after_a_write_than_before(own_world: Database, role: str, rep_id: int | None) -> None:
    """Who they are is worked out anew after each; only what they made themselves is new to them."""
    engine = Engine(own_world)
    await add_user(own_world, "mole@lindholm.example", role, rep_id)
    for attacker, _, attack in ATTACKS:
        if attacker != role:
            continue
        viewer = await Auth(own_world).of_user("mole@lindholm.example")
        assert viewer is not None
        before, kept = await horizon(own_world, viewer), await snapshot(own_world)
        title = attack.verb[0].upper() + attack.verb[1:]
        query = f"mutation ($input: {title}Input!) {{ {attack.verb}(input: $input) {{ errors {{ code path }} }} }}"
        body = await ask_as(engine, viewer, query, input=dict(attack.given))
        if attack.absent:
            assert {error["extensions"]["code"] for error in body["errors"]} <= UNKNOWN, (attack, body)
        else:
            expected = [("NOT_FOUND", attack.path)] if attack.path else []
            assert told(body["data"][attack.verb]["errors"]) == expected, (attack, body)
        changed = await snapshot(own_world)
        assert (changed == kept) is bool(attack.absent or attack.path), attack
        made = {
            (name, row[0])
            for name, declared in DECLARED.items()
            for table in [declared.table._meta.db_table]
            for row in changed[table]
            if row[0] not in {old[0] for old in kept[table]}
        }
        after = await Auth(own_world).of_user("mole@lindholm.example")
        assert after is not None
        assert await horizon(own_world, after) <= before | made, attack


async def test_what_a_role_may_not_say_is_forbidden_in_python_too(own_world: Database) -> None:
    before = await snapshot(own_world)
    mine, yours = NewCustomer("Mine"), NewCustomer("Yours", owner_id=3)
    changes: tuple[Mapping[str, Any], ...] = ({"team_id": 2}, {"manager_id": None}, {"name": "İpek", "team_id": 1})
    for viewer, verb, arguments, argument in (
        *((MANAGER, "updateSalesRep", {"id": 4, "change": change}, "Id") for change in changes),
        (REP, "createCustomer", {"new": yours}, "ownerId"),
        (REP, "createCustomers", {"items": [mine, yours]}, "items.ownerId"),
    ):
        with pytest.raises(Refusal) as refusal:
            await perform(own_world, viewer, VERBS[verb], arguments, nothing)
        assert refusal.value.code is Code.FORBIDDEN
        assert verb in refusal.value.message
        assert argument in refusal.value.message
    assert await snapshot(own_world) == before
    await perform(own_world, ADMIN, VERBS["updateSalesRep"], {"id": 4, "change": {"team_id": 2}}, nothing)


async def nothing(*_: object) -> None:
    """Reads no answer."""


async def test_what_a_rule_hides_is_neither_changed_nor_referred_to_from_python(own_world: Database) -> None:
    before = await snapshot(own_world)
    hello = NewTicket(customer_id=2, issue="Not mine")
    for viewer, verb, arguments, path in (
        (REP, "updateCustomer", {"id": 2, "change": {"city": "Elsewhere"}}, ("id",)),
        (MANAGER, "deleteTicket", {"id": 4}, ("id",)),
        (REP, "createTicket", {"new": hello}, ("customer_id",)),
        (AGENT, "createTicket", {"new": NewTicket(customer_id=8, issue="No ticket yet")}, ("customer_id",)),
    ):
        with pytest.raises(Refused) as refused:
            await perform(own_world, viewer, VERBS[verb], arguments, nothing)
        assert [(error.code.value, error.path) for error in refused.value.errors] == [("NOT_FOUND", path)]
    assert await snapshot(own_world) == before
    await perform(own_world, REP_2, VERBS["createTicket"], {"new": hello}, nothing)  # has a credit there
    assert await Ticket.filter(issue="Not mine").values_list("customer_id", flat=True) == [2]


# --- new customers --------------------------------------------------------------------------------------------------


async def test_a_reps_new_customer_is_their_own(own_world: Database) -> None:
    engine = Engine(own_world)
    payload = await mutate_as(engine, REP, "createCustomer", {"name": "Mine"}, "customer { owner { id } }")
    assert payload == {"customer": {"owner": {"id": "rep_4"}}, "errors": []}
    items = [{"name": "A"}, {"name": "B"}]
    shown = "writtenCount rows { node { owner { id } } errors { code } }"
    payload = await mutate_as(engine, REP, "createCustomers", {"items": items}, shown)
    assert payload["rows"] == [{"node": {"owner": {"id": "rep_4"}}, "errors": []}] * 2


async def test_a_managers_new_customer_is_their_own_unless_they_say_whose(own_world: Database) -> None:
    """One that is given to a colleague of another team is made, and gone from the sight of whoever made it."""
    engine = Engine(own_world)
    payload = await mutate_as(engine, MANAGER, "createCustomer", {"name": "Ours"}, "customer { owner { id } }")
    assert payload["customer"] == {"owner": {"id": "rep_2"}}
    given = {"name": "Yours", "ownerId": "rep_3", "idempotencyKey": "once"}
    shown = 'customer { id name } duplicates { id } query { customers(where: {name: {eq: "Yours"}}) { totalCount } }'
    for _ in range(2):  # the second is a replay
        payload = await mutate_as(engine, MANAGER, "createCustomer", given, shown)
        assert payload == {"customer": None, "duplicates": [], "query": {"customers": {"totalCount": 0}}, "errors": []}
    assert await Customer.filter(name="Yours").values_list("owner_id", flat=True) == [3]
    items = [{"name": "A", "ownerId": "rep_4"}, {"name": "B", "ownerId": "rep_3"}]
    payload = await mutate_as(
        engine, MANAGER, "createCustomers", {"items": items}, "writtenCount rows { node { name } errors { code } }"
    )
    assert payload["rows"] == [{"node": {"name": "A"}, "errors": []}, {"node": None, "errors": []}]


@pytest.mark.parametrize("role", ["MANAGER", "REP"])
async def test_who_is_no_rep_makes_no_customer_that_is_nobodys(own_world: Database, role: str) -> None:
    """They would never see it again."""
    engine, viewer = Engine(own_world), Viewer("Nobody's", role, user_id=9)
    before = await snapshot(own_world)
    for verb, given, path in (
        ("createCustomer", {"name": "Lost"}, "ownerId"),
        ("createCustomers", {"items": [{"name": "Lost"}]}, "items.0.ownerId"),
    ):
        payload = await mutate_as(engine, viewer, verb, given)
        assert told(payload["errors"]) == [("BLANK", path)]
        assert "not named as a sales rep" in payload["errors"][0]["message"]
    assert await snapshot(own_world) == before


async def test_who_gives_a_customer_away_does_not_see_it_in_the_answer(own_world: Database) -> None:
    engine = Engine(own_world)
    given = {"id": "cus_4", "ownerId": "rep_3"}
    await own_world.execute("DELETE FROM order_credit WHERE customer_id = 4")
    payload = await mutate_as(
        engine, REP, "updateCustomer", given, 'customer { id } query { node(id: "cus_4") { id } }'
    )
    assert payload == {"customer": None, "query": {"node": None}, "errors": []}
    payload = await mutate_as(engine, REP, "updateCustomer", {"id": "cus_4", "ownerId": "rep_4"})
    assert told(payload["errors"]) == [("NOT_FOUND", "id")]


async def test_who_gives_a_customer_away_and_has_a_credit_sees_it_and_changes_it_no_more(own_world: Database) -> None:
    engine = Engine(own_world)
    made = await mutate_as(engine, REP, "createContact", {"customerId": "cus_4", "name": "Mine"}, "contact { id }")
    contact = made["contact"]["id"]
    shown = "customer { id viewerCanUpdate owner { id } contacts { nodes { id viewerCanUpdate } } }"
    payload = await mutate_as(engine, REP, "updateCustomer", {"id": "cus_4", "ownerId": "rep_3"}, shown)
    contacts = {"nodes": [{"id": contact, "viewerCanUpdate": False}]}
    assert payload["customer"] == {
        "id": "cus_4", "viewerCanUpdate": False, "owner": {"id": "rep_3"}, "contacts": contacts,
    }  # fmt: skip
    before = await snapshot(own_world)
    for verb, given, absent in (
        ("updateCustomer", {"id": "cus_4", "ownerId": "rep_4"}, {"id": "cus_999", "ownerId": "rep_4"}),
        ("createContact", {"customerId": "cus_4", "name": "Mole"}, {"customerId": "cus_999", "name": "Mole"}),
        ("updateContact", {"id": contact, "isPrimary": True}, {"id": "con_999", "isPrimary": True}),
        ("deleteContact", {"id": contact}, {"id": "con_999"}),
    ):
        refused = await mutate_as(engine, REP, verb, given)
        assert [code for code, _ in told(refused["errors"])] == ["NOT_FOUND"]
        assert refused == await mutate_as(engine, REP, verb, absent)
    assert await snapshot(own_world) == before
    payload = await mutate_as(engine, REP_2, "updateContact", {"id": contact, "isPrimary": True})
    assert payload["errors"] == []


async def test_who_takes_themselves_off_an_order_does_not_see_it_in_the_answer(own_world: Database) -> None:
    engine = Engine(own_world)
    await Order.filter(id=2).update(status="DRAFT")
    given = {"id": "ord_2", "credits": [{"repId": "rep_2", "share": 10_000}]}
    payload = await mutate_as(engine, REP, "updateOrder", given, "order { id customer { name } }")
    assert payload == {"order": None, "errors": []}


# --- what errors tell -----------------------------------------------------------------------------------------------

DUPLICATES = "customer { name } duplicates { id name }"
CANDIDATES = "errors { ... on DuplicateError { candidates { id } } }"


async def test_likely_duplicates_are_those_that_the_viewer_sees(own_world: Database) -> None:
    """The answer is the same whether or not somebody else has such a customer; warned or refused."""
    given = {"name": "Bäckerei Groß & Söhne", "city": "Köln", "email": "info@gross.example"}
    for block in (False, True):
        engine = Engine(own_world, block_duplicates=block)
        payload = await mutate_as(engine, REP, "createCustomer", given, DUPLICATES, dryRun=True)
        assert payload == {"customer": {"name": given["name"]}, "duplicates": [], "errors": []}
        rows = f"rows {{ node {{ name }} {CANDIDATES} }}"
        payload = await mutate_as(engine, REP, "createCustomers", {"items": [given]}, rows, dryRun=True)
        assert payload["rows"] == [{"node": {"name": given["name"]}, "errors": []}]
    payload = await mutate_as(Engine(own_world), REP_2, "createCustomer", given, DUPLICATES, dryRun=True)
    assert [each["id"] for each in payload["duplicates"]] == ["cus_2"]


async def test_candidates_beside_hidden_ones_are_told_alone(own_world: Database) -> None:
    given = {"name": "Acme", "email": "orders@acme.example", "dryRun": True}
    warn, block = Engine(own_world), Engine(own_world, block_duplicates=True)
    alone = [
        await mutate_as(warn, REP, "createCustomer", given, DUPLICATES),
        await mutate_as(block, REP, "createCustomer", given, CANDIDATES),
    ]
    assert [each["id"] for each in alone[0]["duplicates"]] == ["cus_1"]
    assert [each["candidates"] for each in alone[1]["errors"]] == [[{"id": "cus_1"}]]
    for id_ in (3, 7, 8):
        await mutate(warn, "updateCustomer", {"id": f"cus_{id_}", "email": "orders@acme.example"})
    assert alone == [
        await mutate_as(warn, REP, "createCustomer", given, DUPLICATES),
        await mutate_as(block, REP, "createCustomer", given, CANDIDATES),
    ]


TAKEN = {
    "Product": ("createProduct", "updateProduct"),
    "Campaign": ("createCampaign", "updateCampaign"),
    "Team": ("createTeam", "updateTeam"),
    "CommissionPlan": ("createCommissionPlan", "updateCommissionPlan"),
}
"""Entities with names that must be unique, and the verbs that would tell whether a name is taken."""


def test_whoever_is_told_that_a_name_is_taken_sees_all_who_have_names() -> None:
    for entity, verbs in TAKEN.items():
        for role in access.ROLES:
            if access.VERBS_OF[role] & {*verbs}:
                assert access.rule(entity, role).rows.sql == "", (entity, role)


async def test_whoever_has_the_name_is_shown_only_if_seen(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"sku": "th-100", "name": "Another", "price": {"amount": "1", "currency": "EUR"}}
    shown = "errors { ... on TakenError { existing { id ... on Product { name } } } }"
    payload = await mutate_as(Engine(own_world), MANAGER, "createProduct", given, shown)
    assert payload["errors"][0]["existing"] == {"id": "prd_1", "name": "Thermometer 100"}
    products = {**access.PAGE["Product"], "MANAGER": replace(access.PAGE["Product"]["MANAGER"], rows=access.NONE)}
    monkeypatch.setattr(access, "PAGE", {**access.PAGE, "Product": products})
    payload = await mutate_as(Engine(own_world), MANAGER, "createProduct", given, shown)
    assert payload["errors"][0]["existing"] is None
    assert "Thermometer" not in str(payload)


async def test_a_targets_amount_is_not_told_to_whoever_may_not_set_it(own_world: Database) -> None:
    """An overlap tells what is in the way: only once it is known that the target is theirs to set."""
    engine = Engine(own_world)
    overlapping = TARGET | {"periodStart": "2026-06-01", "periodEnd": "2026-08-01"}
    for whose in ({"repId": "rep_3"}, {"repId": "rep_2"}, {"teamId": "tea_2"}):
        payload = await mutate_as(engine, MANAGER, "setSalesTarget", {**overlapping, **whose})
        nowhere = {name: f"{id_[:4]}99999" for name, id_ in whose.items()}
        assert payload == await mutate_as(engine, MANAGER, "setSalesTarget", {**overlapping, **nowhere})
    given = {**TARGET, "repId": "rep_3", "expectedVersion": 9, "periodStart": "2026-01-01", "periodEnd": "2027-01-01"}
    assert told((await mutate_as(engine, MANAGER, "setSalesTarget", given))["errors"]) == [("NOT_FOUND", "repId")]


async def test_a_version_is_only_told_of_what_may_be_changed(own_world: Database) -> None:
    engine = Engine(own_world)
    shown = "errors { ... on StaleError { current { id ... on Customer { name } } } }"
    payload = await mutate_as(engine, REP, "updateCustomer", {"id": "cus_4", "expectedVersion": 9}, shown)
    assert payload["errors"][0]["current"] == {"id": "cus_4", "name": "IŞIK Ölçüm A.Ş."}
    for viewer, verb, id_, absent in (
        (REP, "updateCustomer", "cus_2", "cus_999"),
        (REP, "updateCustomer", "cus_1", "cus_999"),  # seen, but by a credit
        (REP, "updateContact", "con_1", "con_999"),
        (REP, "deleteContact", "con_1", "con_999"),
        (MANAGER, "deleteCustomer", "cus_6", "cus_999"),
        (MANAGER, "updateContact", "con_7", "con_999"),
        (MANAGER, "updateSalesRep", "rep_3", "rep_999"),  # seen, but another's
        (MANAGER, "updateSalesRep", "rep_2", "rep_999"),
        (AGENT, "updateContact", "con_6", "con_999"),
    ):
        payload = await mutate_as(engine, viewer, verb, {"id": id_, "expectedVersion": 9})
        assert told(payload["errors"]) == [("NOT_FOUND", "id")]
        assert payload == await mutate_as(engine, viewer, verb, {"id": absent, "expectedVersion": 9})


async def test_a_status_is_only_told_of_what_is_seen(own_world: Database) -> None:
    engine = Engine(own_world)
    for viewer, verb, id_, absent in (
        (REP, "confirmOrder", "ord_4", "ord_999"),
        (REP, "closeTicket", "tkt_5", "tkt_999"),
        (MANAGER, "deleteOrder", "ord_5", "ord_999"),
    ):
        payload = await mutate_as(engine, viewer, verb, {"id": id_})
        assert told(payload["errors"]) == [("NOT_FOUND", "id")]
        assert payload == await mutate_as(engine, viewer, verb, {"id": absent})
    payload = await mutate_as(engine, REP, "confirmOrder", {"id": "ord_1"})
    assert payload["errors"][0]["allowed"] == ["returnOrder"]


# --- campaigns ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Addressed:
    """Conditions on customers, and who they add to campaign 2, in which customer 3 is."""

    where: Mapping[str, Any]
    added: list[int] = field(default_factory=list)
    already: int = 0


BY_CONDITION = [
    Addressed({}, [1, 2, 4, 6, 8]),
    Addressed({"id": {"in": ["cus_3", "cus_5", "cus_7"]}}),
    Addressed({"id": {"eq": "cus_6"}}, [6]),  # seen by a credit: named, not changed
    Addressed({"not": {"id": {"eq": "cus_1"}}}, [2, 4, 6, 8]),
    Addressed({"or": [{"country": {"eq": "CN"}}, {"country": {"eq": "US"}}]}, [1]),
    Addressed({"owner": {"email": {"isNull": False}}}, [1, 2, 4, 8]),
    Addressed({"owner": {"email": {"startsWith": "chen"}}}),
]


async def test_a_manager_addresses_customers_that_they_see(own_world: Database) -> None:
    """Those seen by a credit among them, for the campaign is changed and they are not. Nor are others counted."""
    engine = Engine(own_world)
    one = await ask_as(engine, MANAGER, '{ customer(id: "cus_6") { viewerCanUpdate } }')
    assert one == {"data": {"customer": {"viewerCanUpdate": False}}}
    before = await own_world.execute("SELECT * FROM customer ORDER BY id")
    await own_world.execute("UPDATE campaign SET status = 'PLANNED' WHERE id = 2")
    for case in BY_CONDITION:
        given = {"id": "cmp_2", "where": case.where}
        payload = await mutate_as(engine, MANAGER, "addCampaignMembers", given, "added already", dryRun=True)
        assert (payload["added"], payload["already"]) == (len(case.added), case.already), case
    await mutate_as(engine, MANAGER, "addCampaignMembers", {"id": "cmp_2", "where": {}})
    members = await own_world.execute("SELECT customer_id FROM campaign_member WHERE campaign_id = 2 ORDER BY 1")
    assert [id_ for (id_,) in members] == [1, 2, 3, 4, 6, 8]
    assert await own_world.execute("SELECT * FROM customer ORDER BY id") == before
    payload = await mutate_as(engine, MARKETING, "addCampaignMembers", {"id": "cmp_2", "where": {}}, "added already")
    assert (payload["added"], payload["already"]) == (5, 6)


@pytest.mark.parametrize("where", ["{taxId: {startsWith: \"US\"}}", "{orders: {some: {number: {eq: \"SO-1\"}}}}"])
async def test_nobody_is_addressed_by_what_is_hidden(own_world: Database, where: str) -> None:
    query = f'mutation {{ addCampaignMembers(input: {{id: "cmp_2", where: {where}}}) {{ added errors {{ code }} }} }}'
    before = await snapshot(own_world)
    body = await ask_as(Engine(own_world), MARKETING, query)
    assert {error["extensions"]["code"] for error in body["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}
    assert await snapshot(own_world) == before


# --- keys of repeated requests --------------------------------------------------------------------------------------

TICKET = {"customerId": "cus_1", "issue": "Once", "idempotencyKey": "k"}


async def once_more(engine: Engine, viewer: Viewer, **more: Any) -> dict[str, Any]:
    return await mutate_as(engine, viewer, "createTicket", TICKET | more, "ticket { id }")


async def test_a_repeated_request_is_the_same_one_only_from_the_same_hand(own_world: Database) -> None:
    """Not from another user, nor from another API key of the same user, nor from somebody of the same name."""
    engine = Engine(own_world)
    hands = [
        REP,
        replace(REP, user_id=33),
        replace(REP, key_id=1),
        replace(REP, key_id=2),
        AGENT,
        ADMIN,
    ]
    first = [await once_more(engine, viewer) for viewer in hands]
    assert len({each["ticket"]["id"] for each in first}) == len(hands)
    assert [await once_more(engine, viewer) for viewer in hands] == first
    # Nobody is told that somebody else used the key, whatever they asked for with it.
    payload = await once_more(engine, replace(REP, key_id=3), issue="Something else")
    assert payload["errors"] == []


async def test_a_repeated_request_survives_another_name(own_world: Database) -> None:
    engine = Engine(own_world)
    first = await once_more(engine, REP)
    assert await once_more(engine, replace(REP, name="ipek@new.example", session_id=9)) == first


async def test_what_a_request_came_to_is_read_anew_by_whoever_may(own_world: Database) -> None:
    """A repeated request shows what may be seen now, and is forbidden to whom it is forbidden by now."""
    engine = Engine(own_world)
    first = await once_more(engine, REP)
    assert first["ticket"]
    await own_world.execute("DELETE FROM order_credit WHERE rep_id = 4 AND customer_id = 1")
    assert await once_more(engine, REP) == {"ticket": None, "errors": []}
    assert await Ticket.filter(issue="Once").count() == 1
    body = await ask_as(
        engine,
        replace(REP, role="MARKETING"),
        "mutation ($input: CreateTicketInput!) { createTicket(input: $input) { ticket { id } } }",
        input=TICKET,
    )
    assert "data" not in body
    assert {error["extensions"]["code"] for error in body["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


# --- API keys -------------------------------------------------------------------------------------------------------


def key(viewer: Viewer, *scopes: str) -> Viewer:
    """A viewer who asks with a key."""
    return replace(viewer, name=f"key crawler of {viewer.name}", key_id=7, scopes=frozenset(scopes))


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
def test_a_scope_never_gives_what_the_role_does_not_have(viewer: Viewer) -> None:
    for verb in VERBS:
        for scopes in ({"read"}, {"write"}, {verb}, {"read", "write", verb}, set(VERBS)):
            with_key = key(viewer, *scopes)
            assert access.may(with_key, verb) is (access.may(viewer, verb) and bool(scopes & {"write", verb})), verb


async def code_of(engine: Engine, viewer: Viewer, query: str) -> str | None:
    """The code of an operation's only error; none if it was done."""
    body = await ask_as(engine, viewer, query)
    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    assert len(codes) <= 1, body
    return codes[0] if codes else None


CREATE = 'mutation { createTicket(input: {customerId: "cus_1", issue: "By key"}) { %s } }'
BEYOND = (
    "query { viewer { name } }",
    "ticket { customer { name } }",
    "ticket { id messages { totalCount } }",
    "ticket { ...More }",
    "errors { ... on StaleError { current { id } } }",
    "errors { ... on TakenError { existing { ... on Customer { email } } } }",
    "errors { ... on DuplicateError { candidates { id } } }",
)
"""What a payload can be asked for besides the record itself."""
NOT_BY_KEY = (
    "{ viewer { name } }",
    '{ customer(id: "cus_1") { id } }',
    '{ ticket(id: "tkt_1") { id } }',
    "{ __typename }",
    "{ __schema { types { name } } }",
    'mutation { closeTicket(input: {id: "tkt_2"}) { errors { code } } }',
    'mutation { updateTicket(input: {id: "tkt_2"}) { ticket { issue } } }',
)
"""What a key for `createTicket` alone is not good for."""


async def test_a_key_for_one_verb_does_that_and_reads_nothing_else(own_world: Database) -> None:
    engine = Engine(own_world)
    user = await add_user(own_world, "ipek@lindholm.example", "REP", 4)
    _, token = await add_key(own_world, user, "createTicket")
    viewer = await Auth(own_world).viewer(bearer(token), "127.0.0.1")
    assert viewer.scopes == {"createTicket"}
    before = await snapshot_of_business(own_world)
    for query in NOT_BY_KEY:
        assert await code_of(engine, viewer, query) == "FORBIDDEN", query
    for selection in BEYOND:
        query = CREATE % selection + " fragment More on Ticket { product { name } }" * ("More" in selection)
        assert await code_of(engine, viewer, query) == "FORBIDDEN", selection
    assert await snapshot_of_business(own_world) == before
    shown = "__typename ticket { id number status viewerCanUpdate } errors { code path }"
    assert await code_of(engine, viewer, CREATE % shown) is None
    assert await Ticket.filter(issue="By key").count() == 1


async def snapshot_of_business(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that hold no credentials: the use of a key is written down."""
    return {table: rows for table, rows in (await snapshot(database)).items() if table != "api_key"}


async def test_what_a_key_that_may_not_read_cannot_be_shown_in_lists(own_world: Database) -> None:
    engine, before = Engine(own_world), await snapshot(own_world)
    viewer = key(REP, "write")
    new = 'mutation { createCustomer(input: {name: "Acme Laboratories"}) { %s } }'
    many = 'mutation { createCustomers(input: {items: [{name: "Acme"}]}) { rows { %s } } }'
    for query in (new % "duplicates { id }", many % "node { owner { name } }"):
        assert await code_of(engine, viewer, query) == "FORBIDDEN"
    assert await snapshot(own_world) == before
    assert await code_of(engine, viewer, many % "node { id name } errors { code }") is None


async def test_a_key_that_may_read_writes_nothing(own_world: Database) -> None:
    engine, before = Engine(own_world), await snapshot(own_world)
    viewer = key(ADMIN, "read")
    for name in sorted(set(VERBS) - {"signIn", "signOut"}):
        with pytest.raises(Refusal) as refusal:
            await perform(own_world, viewer, VERBS[name], {}, nothing)
        assert refusal.value.code is Code.FORBIDDEN
    assert await code_of(engine, viewer, CREATE % "ticket { id }") == "FORBIDDEN"
    assert await code_of(engine, viewer, '{ customer(id: "cus_1") { id } }') is None
    assert await snapshot(own_world) == before


# --- nobody ---------------------------------------------------------------------------------------------------------

ASKED_BY_NOBODY = (
    '{ customer(id: "cus_1") { id } }',
    '{ customer(id: "cus_999") { id } }',
    '{ node(id: "cus_1") { id } }',
    "{ customers { totalCount } }",
    "{ nonsense }",
    "{ viewer { nonsense } }",
    'mutation { closeTicket(input: {id: "tkt_2"}) { errors { code } } }',
    'mutation { closeTicket(input: {id: "tkt_999"}) { errors { code } } }',
    "mutation { nonsense }",
    "mutation { signOut(input: {}) { endedSessions } }",
    'mutation { createCustomer(input: {name: "Mine"}) { errors { code } } }',
    'mutation { signIn(input: {email: "a@b.example", password: "x"}) { query { customers { totalCount } } } }',
    'mutation { signIn(input: {email: "a@b.example", password: "x"}) { nonsense } }',
    "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { errors { code } } }",
    "mutation ($input: NonsenseInput!) { nonsense(input: $input) { errors { code } } }",
    "subscription { nonsense }",
    '{ __type(name: "Customer") { fields { name } } nonsense }',
)


async def test_nobody_is_told_one_thing_only(own_world: Database) -> None:
    """The same to the letter, for what is there, for what is not, and for what makes no sense."""
    engine, before = Engine(own_world), await snapshot(own_world)
    answers = [await engine.execute(query, None, None, NOBODY) for query in ASKED_BY_NOBODY]
    assert len({answer.body for answer in answers}) == 1
    assert {answer.code for answer in answers} == {"UNAUTHENTICATED"}
    for name in sorted(set(VERBS) - {"signIn"}):
        with pytest.raises(Refusal):
            await perform(own_world, NOBODY, VERBS[name], {}, nothing)
    async with own_world.transaction():
        for declared in DECLARED.values():
            ids = [int(str(id_)) for id_ in await declared.table.all().values_list("id", flat=True)]
            assert await records.fetch_many(NOBODY, declared.table, ids) == {}
    assert await snapshot(own_world) == before


async def test_nobody_finds_nothing_by_introspection(own_world: Database) -> None:
    query = "{ __schema { types { name } mutationType { fields { name } } queryType { fields { name } } } }"
    schema = (await ask_as(Engine(own_world), NOBODY, query))["data"]["__schema"]
    assert [each["name"] for each in schema["mutationType"]["fields"]] == ["signIn"]
    assert [each["name"] for each in schema["queryType"]["fields"]] == ["viewer"]
    assert not {each["name"] for each in schema["types"]} & {*DECLARED} - {"Viewer"}


async def test_whoever_only_looks_writes_nothing(own_world: Database) -> None:
    before = await snapshot(own_world)
    for name in sorted(set(VERBS) - {"signIn", "switchRole", "signOut"}):
        with pytest.raises(Refusal) as refusal:
            await perform(own_world, READONLY, VERBS[name], {}, nothing)
        assert refusal.value.code is Code.FORBIDDEN
    assert await snapshot(own_world) == before
