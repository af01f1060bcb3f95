"""Attacks on rows and fields of others: by every kind of id, by filters, sorts and figures, by what errors tell."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from tests.attacks import ON_BOTH, ROLES, Attacker

pytestmark = ON_BOTH

LIMITED = [role for role in ROLES if role != "admin"]

LISTS = {
    "customer": "customers", "contact": "contacts", "order": "orders", "ticket": "tickets", "campaign": "campaigns",
    "product": "products", "productCategory": "productCategories", "salesRep": "salesReps", "team": "teams",
    "commissionPlan": "commissionPlans",
}  # fmt: skip
"""The roots of one record, and of all."""

INNER = {
    "OrderLine": "{ orders(first: 20) { nodes { lines(first: 3) { nodes { id } } } } }",
    "OrderCredit": "{ orders(first: 20) { nodes { credits(first: 3) { nodes { id } } } } }",
    "TicketMessage": (
        "{ tickets(first: 20, where: {messages: {some: {}}}) { nodes { messages(first: 3) { nodes { id } } } } }"
    ),
    "TicketStatusChange": "{ tickets(first: 20) { nodes { statusChanges(first: 3) { nodes { id } } } } }",
    "SalesTarget": "{ salesReps(first: 20) { nodes { targets(first: 3) { nodes { id } } } } }",
    "PlanAssignment": "{ salesReps(first: 20) { nodes { planAssignments(first: 3) { nodes { id } } } } }",
    "CampaignMember": "{ campaigns(first: 20) { nodes { members(first: 3) { nodes { id } } } } }",
}
"""Where records are found that have no root of their own."""


@cache
def known(demo: Attacker, root: str) -> tuple[str, ...]:
    """Ids of a kind, as the admin sees them: the first and the last hundred."""
    ids: list[str] = []
    for page in ("first", "last"):
        found = demo.data(f"{{ {LISTS[root]}({page}: 100) {{ nodes {{ id }} }} }}")[LISTS[root]]["nodes"]
        ids += [node["id"] for node in found]
    return tuple(dict.fromkeys(ids))


def ids_in(value: Any) -> list[str]:
    """Every id in an answer."""
    if isinstance(value, dict):
        own = [value["id"]] if isinstance(value.get("id"), str) else []
        return own + [id_ for inner in value.values() for id_ in ids_in(inner)]
    return [id_ for inner in value for id_ in ids_in(inner)] if isinstance(value, list) else []


def listed(client: Attacker, root: str, ids: tuple[str, ...]) -> set[str] | None:
    """Which of some ids a role's list holds; None where the role has no such list, or no records in it."""
    found: set[str] = set()
    for at in range(0, len(ids), 100):
        query = f"query($ids: [ID!]!) {{ {LISTS[root]}(first: 100, where: {{id: {{in: $ids}}}}) {{ nodes {{ id }} }} }}"
        reply = client.ask(query, ids=ids[at : at + 100])
        if reply.errors:
            assert set(reply.codes) == {"GRAPHQL_VALIDATION_FAILED"}
            return None
        found |= set(ids_in(reply.json["data"]))
    return found


@pytest.mark.parametrize("root", LISTS)
@pytest.mark.parametrize("role", LIMITED)
def test_an_id_opens_what_the_list_holds_and_nothing_else(attacker: Attacker, role: str, root: str) -> None:
    """By `node`, by `nodes` and by the root of one record."""
    client, ids = attacker.of(role), known(attacker, root)
    own = listed(client, root, ids)
    for at in range(0, len(ids), 100):
        part = ids[at : at + 100]
        answer = client.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=part)
        if own is not None:
            assert not answer.errors
        nodes = (answer.json.get("data") or {}).get("nodes") or []
        assert set(ids_in(nodes)) == (own or set()) & set(part)
    for id_ in ids[:3] + ids[-3:] + tuple(own or ())[:3]:
        for query in (
            "query($id: ID!) { found: node(id: $id) { id } }",
            f"query($id: ID!) {{ found: {root}(id: $id) {{ id }} }}",
        ):
            found = (client.ask(query, id=id_).json.get("data") or {}).get("found")
            assert (found == {"id": id_}) if id_ in (own or ()) else not found


@pytest.mark.parametrize("kind", INNER)
@pytest.mark.parametrize("role", LIMITED)
def test_an_id_of_an_inner_record_opens_no_more_than_its_list(attacker: Attacker, role: str, kind: str) -> None:
    client = attacker.of(role)
    ids = ids_in(attacker.data(INNER[kind]))[:100]
    assert ids
    seen = set(ids_in(client.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids).json.get("data") or {}))
    reached = client.ask(INNER[kind])
    if reached.errors and "GRAPHQL_VALIDATION_FAILED" in reached.codes:
        assert not seen, f"{role} has no way to {kind}, yet its ids open it"


@pytest.mark.parametrize("root", LISTS)
@pytest.mark.parametrize("role", LIMITED)
def test_hidden_and_absent_look_the_same(attacker: Attacker, role: str, root: str) -> None:
    client, ids = attacker.of(role), known(attacker, root)
    own = listed(client, root, ids) or set()
    prefix = ids[0].partition("_")[0]
    for query in (
        "query($id: ID!) { node(id: $id) { __typename } }",
        f"query($id: ID!) {{ {root}(id: $id) {{ id }} }}",
    ):
        absent = client.ask(query, id=f"{prefix}_987654321")
        for hidden in [id_ for id_ in ids if id_ not in own][:3]:
            reply = client.ask(query, id=hidden)
            assert strip(reply.json) == strip(absent.json)
            assert reply.status == absent.status


def strip(body: dict[str, Any]) -> dict[str, Any]:
    """Without what each answer has of its own: what it cost."""
    return {key: value for key, value in body.items() if key != "extensions"}


VERBS = {
    "updateCustomer": ("customer", {"name": "Mine"}),
    "deleteCustomer": ("customer", {}),
    "updateOrder": ("order", {}),
    "cancelOrder": ("order", {"reason": "Mine"}),
    "deleteOrder": ("order", {}),
    "updateTicket": ("ticket", {"issue": "Mine"}),
    "closeTicket": ("ticket", {}),
    "replyToTicket": ("ticket", {"body": "Mine"}),
    "updateContact": ("contact", {"familyName": "Mine"}),
    "updateSalesRep": ("salesRep", {"position": "Mine"}),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", LIMITED)
def test_no_verb_touches_what_its_user_may_not_see(attacker: Attacker, role: str, verb: str) -> None:
    """It is not there, to the letter as if it had never been; or the verb is not the role's at all."""
    root, given = VERBS[verb]
    client, ids = attacker.of(role), known(attacker, root)
    own = listed(client, root, ids) or set()
    selection = f"{verb}(input: $input) {{ errors {{ code message path }} }}"
    query = f"mutation($input: {verb[0].upper()}{verb[1:]}Input!) {{ {selection} }}"
    prefix = ids[0].partition("_")[0]
    absent = client.ask(query, input={"id": f"{prefix}_987654321", **given})
    if "data" in absent.json:
        assert [error["code"] for error in absent.json["data"][verb]["errors"]] == ["NOT_FOUND"]
    else:
        assert set(absent.codes) == {"GRAPHQL_VALIDATION_FAILED"}
    for id_ in [id_ for id_ in ids if id_ not in own][:3]:
        reply = client.ask(query, input={"id": id_, **given})
        assert strip(reply.json) == strip(absent.json)


WITHHELD = {
    "whose a new customer is": ("rep", "createCustomer", '{name: "Mine", %s: "rep_1"}'),
    "whose new customers are": ("rep", "createCustomers", '{items: [{name: "Mine", %s: "rep_1"}]}'),
}


@pytest.mark.parametrize(("role", "verb", "given"), WITHHELD.values(), ids=WITHHELD.keys())
def test_what_may_not_be_said_is_told_like_what_was_never_there(
    attacker: Attacker, role: str, verb: str, given: str
) -> None:
    """In the document and in a variable, to the letter; and nothing is made."""
    client = attacker.of(role)
    before = attacker.data("{ customers { totalCount } }")
    told = []
    for name in ("ownerId", "qwertyId"):
        written = client.ask(f"mutation {{ {verb}(input: {given % name}) {{ errors {{ code }} }} }}")
        kind = f"{verb[0].upper()}{verb[1:]}Input"
        value = json.loads(re.sub(r"(\w+):", r'"\1":', given % name))
        bound = client.ask(f"mutation ($i: {kind}!) {{ {verb}(input: $i) {{ errors {{ code }} }} }}", i=value)
        assert (set(written.codes), set(bound.codes)) == ({"GRAPHQL_VALIDATION_FAILED"}, {"BAD_USER_INPUT"})
        told.append([message.replace(name, "that") for message in (*written.messages, *bound.messages)])
    assert told[0] == told[1]
    assert attacker.data("{ customers { totalCount } }") == before


HIDDEN_PROBES: dict[str, tuple[tuple[str, ...], str]] = {
    "where on cost": (
        ("rep", "agent", "marketing", "readonly"),
        '{ products(where: {cost: {gt: "1"}}) { totalCount } }',
    ),
    "sort by cost": (
        ("rep", "agent", "marketing", "readonly"),
        "{ products(orderBy: [{field: COST, direction: ASC}]) { nodes { id } } }",
    ),
    "sum of cost": (
        ("rep", "agent", "marketing", "readonly"),
        "{ products { aggregate { sum { cost { amount } } } } }",
    ),
    "least cost": (("rep", "agent", "marketing", "readonly"), "{ products { aggregate { min { cost { amount } } } } }"),
    "cost through lines": (
        ("rep", "agent"),
        '{ orders(where: {lines: {some: {product: {cost: {gt: "1"}}}}}) { totalCount } }',
    ),
    "cost through tickets": (("agent",), '{ tickets(where: {product: {cost: {gt: "1"}}}) { totalCount } }'),
    "net of an order": (("agent", "readonly"), '{ orders(where: {net: {gt: "1"}}) { totalCount } }'),
    "sum of net": (("agent",), "{ orders { aggregate { sum { net { amount } } } } }"),
    "lines of an order": (("agent", "marketing", "readonly"), "{ orders(where: {lines: {some: {}}}) { totalCount } }"),
    "credits through customers": (
        ("agent", "marketing", "readonly"),
        "{ customers(where: {orders: {some: {credits: {some: {}}}}}) { totalCount } }",
    ),
    "tax ids": (("agent", "marketing", "readonly"), '{ customers(where: {taxId: {startsWith: "D"}}) { totalCount } }'),
    "e-mails": (("readonly",), '{ customers(where: {email: {contains: "@"}}) { totalCount } }'),
    "names": (("readonly",), '{ customers(where: {name: {startsWith: "A"}}) { totalCount } }'),
    "sort by name": (("readonly",), "{ customers(orderBy: [{field: NAME, direction: ASC}]) { totalCount } }"),
    "search of names": (("readonly",), '{ customers(search: "a") { totalCount } }'),
    "search of tickets": (("marketing", "readonly"), '{ tickets(search: "printer") { totalCount } }'),
    "issues": (("marketing", "readonly"), '{ tickets(where: {issue: {contains: "a"}}) { totalCount } }'),
    "messages": (
        ("marketing", "readonly"),
        '{ tickets(where: {messages: {some: {body: {contains: "a"}}}}) { totalCount } }',
    ),
    "commission": (
        ("agent", "marketing", "readonly"),
        '{ salesReps { nodes { commission(from: "2026-01-01", to: "2027-01-01") { amount } } } }',
    ),
    "sort by commission": (
        ("rep", "agent", "marketing", "readonly"),
        "{ salesReps(orderBy: [{field: COMMISSION, direction: DESC}]) { nodes { id } } }",
    ),
    "targets": (("agent", "marketing", "readonly"), "{ salesReps(where: {targets: {some: {}}}) { totalCount } }"),
    "plans": (("agent", "marketing", "readonly"), "{ commissionPlans { totalCount } }"),
    "group by owner's e-mail": (
        ("agent", "marketing", "readonly"),
        "{ customers { groups(by: [{field: EMAIL}]) { email } } }",
    ),
    "single orders": (("marketing", "readonly"), "{ orders(first: 1) { nodes { id } } }"),
    "edges": (("marketing", "readonly"), "{ orders(first: 1) { edges { cursor } } }"),
}


@pytest.mark.parametrize(("roles", "query"), HIDDEN_PROBES.values(), ids=HIDDEN_PROBES.keys())
def test_a_hidden_field_is_in_no_filter_sort_or_figure(attacker: Attacker, roles: tuple[str, ...], query: str) -> None:
    for role in roles:
        reply = attacker.of(role).ask(query)
        assert set(reply.codes) == {"GRAPHQL_VALIDATION_FAILED"}, (role, reply.json)
        assert reply.json.get("data") is None


@pytest.mark.parametrize("role", ["manager", "rep", "rep-2"])
def test_counts_and_figures_are_of_what_may_be_seen(attacker: Attacker, role: str) -> None:
    client = attacker.of(role)
    for root in ("customers", "orders", "tickets"):
        total = client.data(f"{{ {root} {{ totalCount aggregate {{ count }} }} }}")[root]
        assert 0 < total["totalCount"] == total["aggregate"]["count"]
        everything = attacker.data(f"{{ {root} {{ totalCount }} }}")[root]["totalCount"]
        assert total["totalCount"] < everything


def test_figures_about_few_customers_are_not_told_to_readers(attacker: Attacker) -> None:
    """Nor by narrowing a filter down to one customer, from either side."""
    reader = attacker.of("readonly")
    ids = known(attacker, "customer")[:3]
    for where in (
        f'{{id: {{eq: "{ids[0]}"}}}}',
        f'{{id: {{in: ["{ids[0]}", "{ids[1]}"]}}}}',
        f'{{not: {{id: {{notIn: ["{ids[0]}"]}}}}}}',
    ):
        for query in (
            f"{{ customers(where: {where}) {{ totalCount aggregate {{ count }} }} }}",
            f"{{ orders(where: {{customer: {where}}}) {{ totalCount aggregate {{ sum {{ total {{ amount }} }} }} }} }}",
        ):
            reply = reader.ask(query)
            text = str(reply.json.get("data"))
            assert reply.errors or not [digit for digit in "123456789" if digit in text], (query, text)


NARROWED: dict[str, tuple[str, str, str]] = {
    "an id": ("customers", "id", '{ne: "cus_1"}'),
    "an instant": ("customers", "createdAt", '{lt: "2026-01-01T00:00:00Z"}'),
    "a town": ("customers", "city", '{ne: "Berlin"}'),
    "an owner": ("customers", "owner", '{id: {ne: "rep_1"}}'),
    "an order": ("customers", "orders", "{some: {}}"),
    "a parent": ("customers", "parent", "{}"),
    "a day": ("orders", "orderDate", '{ne: "2026-01-05"}'),
    "an amount": ("orders", "total", '{lt: "1000"}'),
    "a customer": ("orders", "customer", '{country: {ne: "DE"}}'),
    "a campaign": ("orders", "campaign", '{id: {eq: "cmp_1"}}'),
    "what is written": ("tickets", "category", '{startsWith: "a"}'),
    "a time": ("tickets", "resolvedAt", '{gt: "2026-01-01T00:00:00Z"}'),
    "a product": ("tickets", "product", '{id: {eq: "prd_1"}}'),
    "an assignee": ("tickets", "assignee", '{id: {eq: "rep_1"}}'),
}


@pytest.mark.parametrize(("root", "field", "condition"), NARROWED.values(), ids=NARROWED.keys())
def test_two_figures_are_not_told_apart_by_one_customer(
    attacker: Attacker, root: str, field: str, condition: str
) -> None:
    """What would leave out a single one of them is in no condition that a reader has, whichever way it is put."""
    reader, where = attacker.of("readonly"), f"{{{field}: {condition}}}"
    for put in (where, f"{{not: {where}}}", f"{{or: [{where}]}}", f"{{and: [{{}}, {where}]}}"):
        query = f"{{ {root}(where: {put}) {{ totalCount }} }}"
        reply = reader.ask(query)
        assert set(reply.codes) == {"GRAPHQL_VALIDATION_FAILED"}
        assert reply.json.get("data") is None
        assert not attacker.ask(query).errors, "it is a condition that others have"
    kind = f"{root[0].upper()}{root[1:-1]}Where"
    reply = reader.ask(f"query ($where: {kind}) {{ {root}(where: $where) {{ totalCount }} }}", where={field: {}})
    assert set(reply.codes) == {"BAD_USER_INPUT"}


def test_figures_are_narrowed_down_by_kind_status_and_country(attacker: Attacker) -> None:
    found = attacker.of("readonly").data(
        "{ customers(where: {kind: {eq: COMPANY}, country: {isNull: false}}) { totalCount }"
        " orders(where: {status: {ne: DRAFT}}) { aggregate { sum { total { amount } } } }"
        " tickets(where: {priority: {in: [HIGH, URGENT]}}) { totalCount } }"
    )
    assert found["customers"]["totalCount"] >= 10
    assert found["orders"]["aggregate"]["sum"]
    assert found["tickets"]["totalCount"] >= 10


def test_a_duplicate_warning_names_only_what_one_may_see(attacker: Attacker) -> None:
    """Whoever makes a customer just like a hidden one learns nothing of it."""
    rep = attacker.of("rep-2")
    own = listed(rep, "customer", known(attacker, "customer")) or set()
    query = (
        "query($ids: [ID!]!) { customers(first: 30, where: {id: {in: $ids}}) { nodes { id name email phone city } } }"
    )
    hidden = [id_ for id_ in known(attacker, "customer") if id_ not in own][:30]
    document = (
        "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { duplicates { id } errors"
        " { code message ... on DuplicateError { candidates { __typename } }"
        " ... on TakenError { existing { __typename } } } } }"
    )
    for node in attacker.data(query, ids=hidden)["customers"]["nodes"]:
        given = {"name": node["name"], "email": node["email"] or "", "phone": node["phone"] or "", "dryRun": True}
        reply = rep.ask(document, input=given)
        told = str(reply.json.get("data"))
        assert not [id_ for id_ in hidden if f"'{id_}'" in told]


def test_two_reps_see_their_own(attacker: Attacker) -> None:
    ids = known(attacker, "customer")
    one, two = (listed(attacker.of(role), "customer", ids) or set() for role in ("rep", "rep-2"))
    assert one and two and one != two
    for role, others in (("rep", two - one), ("rep-2", one - two)):
        for id_ in sorted(others)[:3]:
            for way in ("orders", "tickets", "contacts"):
                query = f"query($id: ID!) {{ {way}(where: {{customer: {{id: {{eq: $id}}}}}}) {{ totalCount }} }}"
                assert attacker.of(role).data(query, id=id_)[way]["totalCount"] == 0
