"""What an operation weighs: its rows and its points, variables counted, and what is refused for them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, OperationDefinitionNode, get_named_type, parse

from access import Viewer
from errors import Code, Refusal, TooComplex
from schema import CATALOG, GRAPHQL
from schema.engine import Engine
from schema.limits import Limits
from schema.weight import VERBS, WEIGHTS, Weight, rule
from tests.viewers import ADMIN
from tests.weighing import EXAMPLES, READER, WHERE, refused, shape_of, weight_of

# What a query weighs: rows, points, the heaviest field.
WEIGHED: list[tuple[str, tuple[int, int, str]]] = [
    (
        "{ viewer { name } }",
        (1, 1, "viewer"),
    ),
    (
        '{ customer(id: "cus_1") { id name owner { name } } }',
        (2, 2, "customer"),
    ),
    (
        "{ customers { totalCount } }",
        (0, 5, "customers.totalCount"),
    ),
    (
        "{ customers { nodes { id } } }",
        (20, 20, "customers.nodes"),
    ),
    (
        "{ customers(first: 7) { nodes { id } edges { cursor node { id } } pageInfo { endCursor } } }",
        (14, 14, "customers.nodes"),
    ),
    (
        "{ customers(last: 30) { nodes { id } } }",
        (30, 30, "customers.nodes"),
    ),
    (
        "{ customers(first: null) { nodes { id } } }",
        (20, 20, "customers.nodes"),
    ),
    (
        "{ customers(first: 100) { nodes { lifetimeValue { amount } } } }",
        (100, 600, "customers.nodes.lifetimeValue"),
    ),
    (
        "{ a: customers(first: 2) { b: nodes { c: orders(first: 3) { d: nodes { id } } } } }",
        (8, 8, "a.b.c.d"),
    ),
    (
        "{ customers(first: 10) { nodes { orders(first: 5) { totalCount nodes { lines(first: 4) { "
        "nodes { product { sku } } } } } } } }",
        (460, 510, "customers.nodes.orders.nodes.lines.nodes"),
    ),
    (
        "{ orders { aggregate { count sum { total { amount } } } } }",
        (0, 10, "orders.aggregate"),
    ),
    (
        "{ orders { groups(by: [{ field: OWNER }], first: 5) { owner { name } aggregate { count } } } }",
        (10, 30, "orders.groups"),
    ),
    (
        "{ orders { groups(by: [{ field: STATUS }]) { status } } }",
        (100, 120, "orders.groups"),
    ),
    (
        '{ nodes(ids: ["cus_1", "cus_2", "ord_1"]) { id ... on Customer { owner { id } } } }',
        (6, 6, "nodes"),
    ),
    (
        '{ node(id: "cus_1") { id } }',
        (1, 1, "node"),
    ),
    (
        '{ customers(first: 1, search: "a") { nodes { id } } }',
        (1, 11, "customers"),
    ),
    (
        "{ customers(first: 1, orderBy: [{ field: LIFETIME_VALUE }]) { nodes { id } } }",
        (1, 21, "customers"),
    ),
    (
        "{ customers(first: 1, orderBy: [{ field: NAME }]) { nodes { id } } }",
        (1, 1, "customers.nodes"),
    ),
    (
        '{ customers(first: 1, where: { name: { eq: "a", contains: "b" }, not: { city: { eq: "c" } '
        "} }) { nodes { id } } }",
        (1, 10, "customers"),
    ),
    (
        "{ customers(first: 1, where: { orders: { some: { total: { gt: 5 } }, none: {} }, owner: {}"
        " }) { nodes { id } } }",
        (1, 34, "customers"),
    ),
    (
        "{ customers(first: 1, where: { lifetimeValue: { gt: 5 } }) { nodes { id } } }",
        (1, 21, "customers"),
    ),
    (
        "{ customers(first: 10) { nodes { orders(first: 1, where: { total: { gt: 5 } }) { nodes { id } } } } }",
        (20, 50, "customers.nodes.orders"),
    ),
    (
        "{ customers(first: 100) { nodes { id @skip(if: true) owner @include(if: false) { name } } } }",
        (100, 100, "customers.nodes"),
    ),
    (
        "{ customers(first: 6) { ...C } } fragment C on CustomerConnection { nodes { id } totalCount }",
        (6, 11, "customers.nodes"),
    ),
    (
        "{ a: customers(first: 5) { ...C } b: customers(first: 50) { ...C } } fragment C on "
        "CustomerConnection { nodes { id } }",
        (55, 55, "b.nodes"),
    ),
    (
        '{ salesRep(id: "rep_4") { commission(from: "2026-01-01", to: "2026-02-01") { amount } } }',
        (1, 16, "salesRep.commission"),
    ),
    (
        'mutation { closeTicket(input: { id: "tkt_1" }) { ticket { customer { name } } errors { '
        "code } query { viewer { name } } } }",
        (3, 13, "closeTicket"),
    ),
    (
        'mutation { createCustomers(input: { items: [{ name: "a" }, { name: "b" }] }) { rows { node'
        " { owner { name } } errors { message } } } }",
        (4, 16, "createCustomers"),
    ),
    (
        "{ __typename }",
        (0, 0, ""),
    ),
]


@pytest.mark.parametrize(("query", "expected"), WEIGHED)
def test_a_query_weighs_its_rows_and_its_work(query: str, expected: tuple[int, int, str]) -> None:
    weight = weight_of(query)
    assert (weight.nodes, weight.cost, weight.heaviest) == expected


def test_every_weight_is_a_whole_number() -> None:
    assert all(isinstance(points, int) and points > 0 for points in (*WEIGHTS.values(), *VERBS.values()))


def test_every_field_of_the_schema_has_a_weight() -> None:
    """None leads to an error, and none that shows rows is free."""
    for name, type_ in GRAPHQL.type_map.items():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name in type_.fields:
                found = rule(name, field_name)
                assert found.times in ("once", "rows", "page", "groups", "ids", "batch", "listed")
                assert (found.times == "batch") == (name == "Mutation")
                assert name != "Mutation" or found.cost >= WEIGHTS["mutation"]
                shown = get_named_type(type_.fields[field_name].type).name in CATALOG.entities
                assert found.nodes or not shown or name.endswith("Edge")


SIZES = "query ($n: Int = 7, $m: Int) { customers(first: $n) { nodes { orders(last: $m) { nodes { id } } } } }"


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        ({}, 7 + 7 * 20),
        ({"n": 50}, 50 + 50 * 20),
        ({"n": 50, "m": 2}, 50 + 50 * 2),
        ({"n": None, "m": None}, 20 + 20 * 20),
        ({"n": 100, "m": 100}, 100 + 100 * 100),
    ],
)
async def test_variables_count_with_the_values_they_have(given: dict[str, Any], rows: int, engine: Engine) -> None:
    for _ in range(2):
        assert (await engine.execute(SIZES, given, None, Viewer("Anna", "ADMIN"))).cost == rows


async def test_a_list_of_ids_in_a_variable_counts_by_its_length(engine: Engine, viewer: Viewer) -> None:
    ask = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { orders(first: 100) { nodes { id } } } } }"
    for count in (1, 30, 2):
        assert (await engine.execute(ask, {"ids": ["cus_1"] * count}, None, viewer)).cost == count * 101
    assert "rows" in await refused(engine, ask, {"ids": ["cus_1"] * 100})


@pytest.mark.parametrize("given", [{"yes": True}, {"yes": False}, {}])
async def test_what_is_left_out_costs_nothing(given: dict[str, Any], engine: Engine, viewer: Viewer) -> None:
    ask = "query ($yes: Boolean = true) { customers(first: 50) { nodes { owner @include(if: $yes) { name } } } }"
    assert (await engine.execute(ask, given, None, viewer)).cost == (100 if given.get("yes", True) else 50)


async def test_a_filter_in_a_variable_counts_like_one_in_the_document(engine: Engine, viewer: Viewer) -> None:
    where = {"orders": {"some": {"total": {"gt": "5"}}}, "or": [{"lifetimeValue": {"gt": "5"}}, {"name": {"eq": "a"}}]}
    literal = (
        "{ customers(where: { orders: { some: { total: { gt: 5 } } }, "
        'or: [{ lifetimeValue: { gt: 5 } }, { name: { eq: "a" } }] }) { nodes { id } } }'
    )
    answer = await engine.execute(WHERE, {"where": where}, None, viewer)
    assert answer.executed
    assert answer.cost == weight_of(literal).cost == 20 + (10 + 3) + (3 + 20) + (3 + 3)


async def test_a_sort_key_in_a_variable_counts(engine: Engine, viewer: Viewer) -> None:
    ask = "query ($sort: [CustomerSort!]) { customers(orderBy: $sort) { nodes { id } } }"
    for key, cost in (("LIFETIME_VALUE", 40), ("NAME", 20)):
        assert (await engine.execute(ask, {"sort": [{"field": key}]}, None, viewer)).cost == cost


def test_a_batch_counts_by_its_entries() -> None:
    ask = (
        "mutation ($input: CreateOrdersInput!) { createOrders(input: $input) { rows { node { customer { name } } } } }"
    )
    items = [{"customerId": "cus_1", "lines": [{"productId": "prd_1"}] * 3}] * 50
    weight = weight_of(ask, input={"items": items})
    assert (weight.nodes, weight.cost) == (100, 10 + 50 + 150 + 100)


async def test_a_batch_has_at_most_500_entries(engine: Engine, viewer: Viewer) -> None:
    ask = "mutation ($input: CreateCustomersInput!) { createCustomers(input: $input) { writtenCount } }"
    message = await refused(engine, ask, {"input": {"items": [{"name": "x"}] * 501}}, viewer)
    assert message.startswith("A list in the variables has 501 entries, 1 more than the 500 allowed")
    assert weight_of(ask, input={"items": [{"name": "x"}] * 500}).cost == 10 + 500


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.graphql")), ids=lambda path: path.stem)
def test_the_examples_are_far_from_every_limit(path: Path) -> None:
    query = path.read_text(encoding="utf-8")
    shape_of(query, Limits())
    for operation in parse(query).definitions:
        if isinstance(operation, OperationDefinitionNode):
            assert weight_of(query).cost < Limits().lower_cost / 10


async def test_too_many_rows_are_refused_with_the_figures_and_the_field(engine: Engine, viewer: Viewer) -> None:
    ask = "{ all: customers(first: 100) { nodes { orders(first: 100) { nodes { lines { nodes { id } } } } } } }"
    assert await refused(engine, ask, viewer=viewer) == (
        "This asks for 210,100 rows, 185,100 more than the 25,000 allowed at once, pages multiplied along their path. "
        "The heaviest field is all.nodes.orders.nodes.lines.nodes: 200,000 points by itself. Ask for smaller pages, or "
        "for fewer levels."
    )


async def test_too_many_points_are_refused_with_the_figures_and_the_field(engine: Engine, viewer: Viewer) -> None:
    ask = "{ customers(first: 100) { nodes { subsidiaries(first: 80) { nodes { lifetimeValue { amount } } } } } }"
    message = await refused(engine, ask, viewer=viewer)
    assert message.startswith("This asks for 48,100 points, 23,100 more than the 25,000 allowed at once")
    assert "The heaviest field is customers.nodes.subsidiaries.nodes.lifetimeValue: 40,000 points" in message


async def test_long_names_do_not_make_a_refusal_long(engine: Engine, viewer: Viewer) -> None:
    name = "a" * Limits().name
    ask = "{ %s: customers(first: 100) { %s: nodes { %s: orders(first: 100) { nodes { lines { nodes { id } } } } } } }"
    assert "rows" in await refused(engine, ask % (name, name, name), viewer=viewer)
    assert "characters" in await refused(engine, ask % ("b", "a" * 9000, "c"), viewer=viewer)


@pytest.mark.parametrize(
    ("asker", "allowed"),
    [
        (Viewer("Anna", "ADMIN"), 25_000),
        (Viewer("Reader", "READONLY"), 10_000),
        (Viewer("key Import of anna", "ADMIN", key_id=3), 10_000),
    ],
)
def test_keys_and_readers_may_ask_for_less(asker: Viewer, allowed: int) -> None:
    Weight(allowed, allowed, "", 0).check(Limits(), asker)
    for nodes, cost in ((allowed + 1, 0), (0, allowed + 1)):
        with pytest.raises(TooComplex, match=f"1 more than the {allowed:,} allowed"):
            Weight(nodes, cost, "customers", 5).check(Limits(), asker)


async def test_what_one_may_ask_for_is_not_what_another_may_who_asks_for_the_same(engine: Engine) -> None:
    """Whoever comes first, and however often: what is kept of an operation tells what it weighs, not who may ask it."""
    anna = replace(ADMIN, user_id=9)
    heavy = "{ customers(first: 100) { nodes { orders(first: 100) { nodes { id } } } } }"
    assert 10_000 < weight_of(heavy).nodes < 25_000
    for query in (heavy, "query ($n: Int) " + heavy.replace("first: 100", "first: $n", 1)):
        for _ in range(3):
            assert "the 10,000 allowed" in await refused(engine, query, {"n": 100}, READER)
            assert (await engine.execute(query, {"n": 100}, None, anna)).executed
    few = "query ($n: Int) " + heavy.replace("first: 100", "first: $n")
    for n, executed in ((5, True), (100, False), (5, True), (100, False)):
        assert (await engine.execute(few, {"n": n}, None, READER)).executed is executed


async def test_what_anybody_may_ask_whatever_its_variables_hold_is_weighed_once(
    engine: Engine, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    weighed: list[Any] = []
    weigh = Engine.weigh
    monkeypatch.setattr(Engine, "weigh", lambda self, *asked: (weighed.append(asked), weigh(self, *asked))[1])
    for number in range(1, 4):
        await engine.execute("query ($id: ID!) { customer(id: $id) { name } }", {"id": f"cus_{number}"}, None, viewer)
    assert len(weighed) == 1
    for size in (1, 2, 1):
        await engine.execute("query ($n: Int!) { customers(first: $n) { totalCount } }", {"n": size}, None, viewer)
    assert len(weighed) == 4, "sizes are looked at"


@pytest.mark.parametrize("variables", [{"x": [[]] * 501}, {"id": "cus_1", "x": {"y": [0] * 501}}])
async def test_what_no_operation_declares_counts_too_whatever_comes_before_it(
    variables: dict[str, Any], engine: Engine
) -> None:
    query = "query ($id: ID = \"cus_1\") { customer(id: $id) { id } }"
    assert (await engine.execute(query, {"id": "cus_1", "x": 1}, None, READER)).executed
    assert "501 entries, 1 more than the 500 allowed" in await refused(engine, query, variables, READER)


async def test_a_page_outside_its_bounds_is_still_told_as_what_it_is(engine: Engine, viewer: Viewer) -> None:
    for size in (-5, 0, 101, 2_000_000_000):
        answer = await engine.execute(f"{{ customers(first: {size}) {{ nodes {{ id }} }} }}", None, None, viewer)
        assert b"must be from 1 to 100" in answer.body


async def test_a_filter_has_at_most_a_hundred_branches(engine: Engine, viewer: Viewer) -> None:
    for word in ("and", "or"):
        answer = await engine.execute(WHERE, {"where": {word: [{"name": {"eq": "a"}}] * 101}}, None, viewer)
        assert f"where.{word} must have at most 100 conditions, got 101." in answer.body.decode()
        answer = await engine.execute(WHERE, {"where": {word: [{"name": {"eq": "a"}}] * 100}}, None, viewer)
        assert b"errors" not in answer.body


async def test_points_are_spent_before_anything_is_done(engine: Engine, viewer: Viewer) -> None:
    spent: list[int] = []

    async def spend(cost: int) -> bytes:
        spent.append(cost)
        if len(spent) > 1:
            raise Refusal("Wait.", Code.RATE_LIMITED)
        return b""

    query = "{ customers(first: 3) { nodes { id } } }"
    answer = await engine.execute(query, None, None, viewer, spend=spend)
    assert (answer.executed, answer.cost, spent) == (True, 3, [3])
    before = engine.database.statements
    with pytest.raises(Refusal, match="Wait"):
        await engine.execute(query, None, None, viewer, spend=spend)
    assert spent == [3, 3]
    assert engine.database.statements == before
    await engine.execute("{ nothing }", None, None, viewer, spend=spend)
    assert spent == [3, 3], "what is refused anyway is not weighed"
