"""Asks for too much in every way there is: refused at once, before any SQL, with the limit and by how much."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import json
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Token,
    get_introspection_query,
    get_named_type,
    parse,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from access import Viewer
from compiler.values import coerce_variables
from errors import Code, Refusal, TooComplex
from models.database import Database
from schema import CATALOG, GRAPHQL, STRUCTURAL
from schema.engine import PLANS_OF_ONE, Engine
from schema.limits import ENDLESS, Limits, Measure, fragments_of
from schema.weight import SHORT_LIST, VERBS, WEIGHTS, Weigher, Weight, rule
from tests.cases import NO_LIMITS
from tests.drawing import Operation, Request, operations
from tests.viewers import ADMIN

SECONDS = 0.25
"""How long a refusal may take, and how long others may wait meanwhile: of this thread's own time, so that it is the
server that is measured and not what else the machine does."""

EXAMPLES = Path(__file__).parents[1] / "examples"
INTROSPECTION = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
READER = dataclasses.replace(ADMIN, key_id=7)
"""An API key: it may ask for less at once."""


def nested(levels: int, inner: str, outer: str) -> str:
    """`inner` inside `outer`, as many times."""
    return outer * levels + inner + "}" * levels * outer.count("{")


def chain(
    fragments: int, spreads: int, end: str, on: str = "Customer", start: str = "{ customers { nodes { %s } } }"
) -> str:
    """Fragments that each spread the next several times: `spreads` to the power of `fragments` in all."""
    steps = "".join(f" fragment F{at} on {on} {{ {f'...F{at + 1} ' * spreads}}}" for at in range(fragments))
    return start % "...F0" + steps + f" fragment F{fragments} on {on} {{ {end} }}"


def circle(fragments: int) -> str:
    """Fragments that each spread all others."""
    all_of_them = " ".join(f"...F{at}" for at in range(fragments))
    return "{ customers { nodes { ...F0 } } }" + "".join(
        f" fragment F{at} on Customer {{ {all_of_them} }}" for at in range(fragments)
    )


async def refused(
    engine: Engine, query: str, variables: Mapping[str, Any] | None = None, viewer: Viewer = READER
) -> str:
    """The one sentence of a request that is refused as too complex, before any SQL."""
    before = engine.database.statements
    answer = await engine.execute(query, variables, None, viewer)
    assert engine.database.statements == before, "nothing was read"
    assert not answer.executed
    assert len(answer.body) < 1000
    (error,) = json.loads(answer.body)["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX", error
    message: str = error["message"]
    return message


def shape_of(query: str, limits: Limits = NO_LIMITS) -> Measure:
    measure = Measure(parse(query), limits)
    measure.check()
    return measure


def weight_of(query: str, **values: Any) -> Weight:
    return weigher(query, values)[1]


def weigher(query: str, values: Mapping[str, Any]) -> tuple[Weigher, Weight]:
    document = parse(query)
    (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    made = Weigher(fragments_of(document), values)
    return made, made.weigh(operation)


# --- the shape ------------------------------------------------------------------------------------------------------

# By limit: a document that asks for so many, and how the sentence begins that refuses one more.
SHAPES: dict[str, tuple[int, Callable[[int], str], str]] = {
    "source": (32 * 1024, lambda n: "{ viewer { name } }" + " " * (n - 19), "The document has 32,769 bytes, 1 more"),
    "source in bytes": (
        32 * 1024,
        lambda n: "{ viewer { name } } #" + "ü" * ((n - 21) // 2) + "x" * ((n - 21) % 2),
        "The document has 32,769 bytes, 1 more",
    ),
    "tokens": (
        2000,
        lambda n: (
            "{ "
            + "".join(f"a{at}: nodes(ids: [{' 1' * (486 if at else n - 1508)}]) {{ id }} " for at in range(4))
            + "}"
        ),
        "The document has 2,001 tokens, 1 more",
    ),
    "depth": (
        15,
        lambda n: "{ salesRep(id: \"rep_4\") { " + nested(n - 2, "id", "manager { ") + "} }",
        "The selection is 16 levels deep, 1 more",
    ),
    "depth by fragments": (
        15,
        lambda n: (
            "{ salesRep(id: \"rep_4\") { ...F0 } }"
            + "".join(f" fragment F{at} on SalesRep {{ manager {{ ...F{at + 1} }} }}" for at in range(n - 2))
            + f" fragment F{n - 2} on SalesRep {{ id }}"
        ),
        "The selection is 16 levels deep, 1 more",
    ),
    "aliases": (
        30,
        lambda n: "{ viewer { " + " ".join(f"a{at}: name" for at in range(n)) + " } }",
        "The document has 31 aliases",
    ),
    "aliases by a fragment": (
        30,
        lambda n: "{ viewer { " + "...A " * (n - 1) + " b: name } } fragment A on Viewer { a: name }",
        "The document has 31 aliases",
    ),
    "roots": (
        20,
        lambda n: "{ " + " ".join(f"a{at}: viewer {{ name }}" for at in range(n)) + " }",
        "The operation has 21 root fields",
    ),
    "roots by fragments": (
        20,
        lambda n: (
            "{ ...A ... { b: viewer { name } } } fragment A on Query { "
            + " ".join(f"a{at}: viewer {{ name }}" for at in range(n - 1))
            + " }"
        ),
        "The operation has 21 root fields",
    ),
    "directives": (
        5,
        lambda n: "{ viewer { name " + "@include(if: true) " * n + "} }",
        "One place in the document has 6 directives, 1 more",
    ),
    "entries of a list": (
        500,
        lambda n: "{ nodes(ids: [" + '"cus_1" ' * n + "]) { id } }",
        "A list in the arguments has 501 entries, 1 more",
    ),
    "depth of an argument": (
        64,
        lambda n: "{ customers(where: " + "{ not: " * n + "7" + " }" * n + ") { nodes { id } } }",
        "An argument nests more than 64 levels deep",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_a_shape_at_its_limit_is_let_through_and_one_more_is_not(name: str, engine: Engine) -> None:
    most, document, says = SHAPES[name]
    answer = await engine.execute(document(most), None, None, READER)
    assert b"QUERY_TOO_COMPLEX" not in answer.body, answer.body
    assert (await refused(engine, document(most + 1))).startswith(says)


async def test_fields_are_counted_with_their_fragments_written_out(engine: Engine) -> None:
    assert "has 4,096 fields, fragments written out, 1,096 more than the 3,000" in await refused(
        engine, chain(12, 2, "id")
    )


async def test_a_fragment_that_nothing_spreads_is_measured_too(engine: Engine) -> None:
    unused = "{ viewer { name } } fragment F on Viewer { " + " ".join(f"a{at}: name" for at in range(31)) + " }"
    assert "31 aliases" in await refused(engine, unused)


async def test_every_operation_of_a_document_is_measured(engine: Engine) -> None:
    two = "query A { viewer { name } } query B { viewer { " + " ".join(f"a{at}: name" for at in range(31)) + " } }"
    answer = await engine.execute(two, None, "A", READER)
    assert b"31 aliases" in answer.body


@pytest.mark.parametrize(
    "query",
    [
        "query IntrospectionQuery { salesRep(id: \"rep_4\") { " + nested(15, "id", "manager { ") + "} }",
        "{ ...__schema } fragment __schema on Query { salesRep(id: \"rep_4\") { "
        + nested(15, "id", "manager { ")
        + "} }",
        "{ __schema: salesRep(id: \"rep_4\") { " + nested(15, "id", "manager { ") + "} }",
        "{ __type: salesRep(id: \"rep_4\") { ...__schema } } fragment __schema on SalesRep { "
        + nested(15, "id", "manager { ")
        + "}",
        "query __schema { salesRep(id: \"rep_4\") { " + nested(15, "id", "__schema: manager { ") + "} }",
    ],
)
async def test_no_name_switches_a_limit_off(query: str, engine: Engine) -> None:
    assert "levels deep" in await refused(engine, query)
    heavy = "customers(first: 100) { nodes { orders(first: 100) { nodes { lines(first: 100) { nodes { id } } } } } }"
    named = f"query IntrospectionQuery {{ ...__schema }} fragment __schema on Query {{ __type: {heavy} }}"
    assert "rows" in await refused(engine, named)


async def test_an_introspection_field_is_deeper_only_where_it_can_stand(engine: Engine) -> None:
    answer = await engine.execute("{ viewer { __schema { types { name } } } }", None, None, READER)
    assert b"GRAPHQL_VALIDATION_FAILED" in answer.body


# --- hostile requests -----------------------------------------------------------------------------------------------

WHERE = "query ($where: CustomerWhere) { customers(where: $where) { nodes { id } } }"

HOSTILE: dict[str, tuple[str, Mapping[str, Any] | None]] = {
    "a megabyte of spaces": ("{ viewer { name } }" + " " * 1_048_000, None),
    "a megabyte of comments": ("#\n" * 500_000 + "{ viewer { name } }", None),
    "a hundred thousand tokens": ("{ viewer {" + " name" * 100_000 + "} }", None),
    "tokens up to the source's limit": ("{" + "a " * 16_000 + "}", None),
    "thousands of fragments": (chain(3000, 2, "id"), None),
    "2^180 fields": (chain(180, 2, "id"), None),
    "2^120 types": (chain(120, 2, "name", "__Type", "{ __schema { types { %s } } }"), None),
    "10^60 lists of fields": (
        "{ __schema { types { ...F0 } } }"
        + "".join(
            f" fragment F{at} on __Type {{ fields {{ type {{ ...F{at + 1} ...F{at + 1} }} }} }}" for at in range(60)
        )
        + " fragment F60 on __Type { name }",
        None,
    ),
    "fragments in all circles": (circle(40), None),
    "a circle of introspection": (
        circle(40).replace("customers { nodes {", "__schema { types {").replace("Customer", "__Type"),
        None,
    ),
    "ten thousand aliases": ("{ " + " ".join(f"a{at}: viewer {{ name }}" for at in range(10_000)) + " }", None),
    "aliases up to the tokens' limit": ("{ viewer {" + " a: name" * 650 + "} }", None),
    "five thousand directives": ("{ viewer { name " + "@a " * 5_000 + "} }", None),
    "directives up to the tokens' limit": ("{ viewer { name " + "@a " * 990 + "} }", None),
    "one directive on every field": ("{ viewer {" + " name@skp" * 600 + "} }", None),
    "the deepest document there is": ("{" + nested(190, "a", "a{"), None),
    "a deep where": ("{ customers(where: " + "{not: " * 400 + "{}" + "}" * 400 + ") { nodes { id } } }", None),
    "a deep list": ("{ customers(where: " + "[" * 190 + "]" * 190 + ") { nodes { id } } }", None),
    "the same fields over and over": ("{" + " customers{id}" * 490 + "}", None),
    "the same names over and over": ("{ customers { nodes {" + " id" * 1900 + "} } }", None),
    "conflicting arguments": (
        "{" + "".join(f" customers(first:{at % 9 + 1}){{nodes{{id}}}}" for at in range(170)) + "}",
        None,
    ),
    "conflicting fragments": (
        "{ customers { nodes {"
        + "".join(f" ...F{at}" for at in range(90))
        + "} } }"
        + "".join(
            f" fragment F{at} on Customer {{ id name orders(first: {at}) {{ nodes {{ id }} }} }}" for at in range(90)
        ),
        None,
    ),
    "unknown types": ("{" + "".join(f" ...on Custmer{at}{{id}}" for at in range(300)) + "}", None),
    "unknown fields": ("{ customers { nodes {" + "".join(f" custommer{at}" for at in range(1900)) + "} } }", None),
    "unknown input fields": (
        "{ customers(where: {" + "".join(f"namme{at}:1 " for at in range(600)) + "}) { nodes { id } } }",
        None,
    ),
    "unknown arguments": (
        "{" + "".join(f" customers(whre{at}: 1) {{ nodes {{ id }} }}" for at in range(140)) + "}",
        None,
    ),
    "unknown fragments": ("{ viewer {" + "".join(f" ...F{at}" for at in range(900)) + "} }", None),
    "unknown variables": ("{" + "".join(f" customers(first:$v{at}){{nodes{{id}}}}" for at in range(140)) + "}", None),
    "a hundred operations": (
        "".join(f" query q{at} {{ ...F }}" for at in range(140))
        + " fragment F on Query {"
        + " viewer{name}" * 200
        + "}",
        None,
    ),
    "long names": ("{ " + "a" * 16_000 + ": " + "b" * 16_000 + " }", None),
    "a list of a million zeros": (WHERE, {"where": {"id": {"in": [0] * 500_000}}}),
    "a list of empty filters": (WHERE, {"where": {"or": [{}] * 349_000}}),
    "filters in filters": (WHERE, {"where": {"or": [{"or": [{"or": [{}] * 90}] * 90}] * 4}}),
    "an object of 90,000 names": (WHERE, {"where": {f"a{at}": 1 for at in range(90_000)}}),
    "a where 900 levels deep": (WHERE, {"where": json.loads('{"not":' * 900 + "{}" + "}" * 900)}),
    "a megabyte nobody asked for": ("{ viewer { nam } }", {f"v{at}": [[at]] for at in range(60_000)}),
    "one filter in a hundred places": (
        "query ($w: CustomerWhere!) { customers(where: { and: [" + "$w " * 100 + "] }) { nodes { id } } }",
        {"w": {"or": [{"or": [{"name": {"eq": "a"}}] * 60}] * 80}},
    ),
    "one list of filters in a hundred places": (
        "query ($l: [CustomerWhere!]) { customers(where: { and: [" + "{or: $l} " * 98 + "] }) { nodes { id } } }",
        {"l": [{"or": [{"name": {"eq": "a"}}] * 60}] * 80},
    ),
    "one filter on a link in a hundred places": (
        "query ($l: OrderListWhere) { customers(where: { and: [" + "{orders: $l} " * 98 + "] }) { nodes { id } } }",
        {"l": {"some": {"or": [{"or": [{"number": {"eq": "a"}}] * 60}] * 80}}},
    ),
    "empty filters in empty filters": (WHERE, {"where": {"or": [{"or": [{}] * 99}] * 99}}),
    "one batch in twenty mutations": (
        "mutation ($i: CreateOrdersInput!) {"
        + "".join(f" a{at}: createOrders(input: $i) {{ rows {{ node {{ id }} }} }}" for at in range(19))
        + " }",
        {"i": {"items": [{"customerId": "cus_1", "lines": [{"productId": "prd_1", "quantity": 1}] * 9}] * 480}},
    ),
    "a variable in a variable's place": (
        "query (" + "".join(f"$v{at}: Int " for at in range(190)) + ") { viewer { nam } }",
        None,
    ),
}


@pytest.fixture(autouse=True)
def at_rest() -> Iterator[None]:
    """What the tests before hold is not looked through by the garbage collector, as the server has it from its start.

    Behind a thousand tests one turn of it takes half a second, on whosever time it falls; what a test here makes itself
    is looked through all the same.
    """
    gc.freeze()
    yield
    gc.unfreeze()


@asynccontextmanager
async def watched() -> AsyncIterator[Callable[[], float]]:
    """Takes the time that the event loop lets others wait."""
    longest, going = 0.0, True

    async def tick() -> None:
        nonlocal longest
        before = time.thread_time()
        while going:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, before = max(longest, now - before), now

    task = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        yield lambda: longest
    finally:
        going = False
        await task


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_request_is_refused_at_once(name: str, engine: Engine) -> None:
    query, variables = HOSTILE[name]
    before = engine.database.statements
    times = []
    for _ in range(3):
        start = time.thread_time()
        answer = await engine.execute(query, variables, None, READER)
        times.append(time.thread_time() - start)
    assert not answer.executed
    assert engine.database.statements == before
    errors = json.loads(answer.body)["errors"]
    code = errors[0]["extensions"]["code"]
    assert code in ("QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT")
    assert len(answer.body) < (1000 if code == "QUERY_TOO_COMPLEX" else 64_000)
    assert min(times) < SECONDS, f"{min(times):.3f} s"


async def test_others_are_served_while_hostile_requests_are_refused(engine: Engine) -> None:
    async with watched() as waited:
        for query, variables in HOSTILE.values():
            await engine.execute(query, variables, None, READER)
            await asyncio.sleep(0)
    assert waited() < SECONDS


async def test_what_takes_longest_to_plan_among_what_is_let_through(engine: Engine, viewer: Viewer) -> None:
    """The most a document may ask, in the form that makes most of it: each link leads to the next fragment twice."""
    steps = [" fragment F0 on Customer { id }"] + [
        f" fragment F{at} on Customer {{ id parent {{ ...F{at - 1} }} subsidiaries(first: 1) {{ nodes {{ ...F"
        f"{max(0, at - 2)} }} }} orders(first: 1) {{ nodes {{ customer {{ ...F{max(0, at - 3)} }} }} }} }}"
        for at in range(1, 10)
    ]
    worst = {
        "links": "{ customers(first: 1) { nodes { ...F9 } } }" + "".join(steps),
        "lists": "{ customers(first: 1) { nodes {"
        + " ".join(f"a{at}: orders(first: 1) {{ nodes {{ id number }} totalCount }}" for at in range(29))
        + "} } }",
        "conditions": "{ customers(first: 1, where: { or: ["
        + '{ name: { eq: "a" } owner: { name: { eq: "b" } } } ' * 90
        + "] }) { nodes { id } } }",
    }
    for name, query in worst.items():
        start = time.thread_time()
        operation = engine.operation(query, None, ADMIN.role)
        engine.weigh(operation, {}, ()).check(engine.limits, viewer)
        engine.plan(operation, {}, (), viewer)
        assert time.thread_time() - start < SECONDS, name


# --- introspection --------------------------------------------------------------------------------------------------


async def test_tools_may_ask_for_the_schema(engine: Engine) -> None:
    for query in (INTROSPECTION, INTROSPECTION.replace("IntrospectionQuery", "Any")):
        answer = await engine.execute(query, None, None, READER)
        assert answer.executed
        assert {"Customer", "Query"} <= {
            type_["name"] for type_ in json.loads(answer.body)["data"]["__schema"]["types"]
        }
    assert 2_000 < answer.cost < 10_000


async def test_introspection_lets_others_be_served(database: Database) -> None:
    engine = Engine(database)
    async with watched() as waited:
        first = await engine.execute(INTROSPECTION, None, None, READER)
    assert waited() < SECONDS
    start = time.thread_time()
    assert (await engine.execute(INTROSPECTION, None, None, READER)).body == first.body
    assert time.thread_time() - start < 0.05, "the second answer was kept"


async def test_introspection_is_kept_by_what_is_asked_and_not_with_variables(engine: Engine) -> None:
    ask = "query ($name: String!) { __type(name: $name) { name } }"
    for name in ("Customer", "Order"):
        answer = await engine.execute(ask, {"name": name}, None, READER)
        assert json.loads(answer.body) == {"data": {"__type": {"name": name}}}
    for query, name in (
        ('{ t: __type(name: "Order") { name } }', "t"),
        ('{ __type(name: "Order") { name } }', "__type"),
    ):
        answer = await engine.execute(query, None, None, READER)
        assert json.loads(answer.body) == {"data": {name: {"name": "Order"}}}


async def test_introspection_cannot_be_nested_into_itself(engine: Engine) -> None:
    twice = "{ __schema { types { fields { type { fields { type { name } } } } } } }"
    thrice = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    often = "{ " + " ".join(f"a{at}: {twice[1:-1].replace('fields', 'inputFields')}" for at in range(9)) + " }"
    assert (await engine.execute(twice, None, None, READER)).executed
    answer = await engine.execute(thrice, None, None, READER)
    assert b"introspection depth" in answer.body
    assert "points" in await refused(engine, often)


# --- the weight -----------------------------------------------------------------------------------------------------

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


# --- what is kept ---------------------------------------------------------------------------------------------------


async def test_a_hundred_thousand_documents_do_not_fill_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plans=1_000_000, plan_bytes=2_000_000)
    for at in range(200):
        query = "{ viewer { name } } #" + str(at) + "x" * 1000
        assert (await engine.execute(query, None, None, viewer)).executed
        assert engine.held_bytes <= engine.most_bytes
    assert 10 <= len(engine._operations) < 20
    assert engine.held_bytes == sum(operation.size for operation in engine._operations.values())


async def test_what_is_forgotten_is_freed_without_a_search(database: Database, viewer: Viewer) -> None:
    """Others would wait for the garbage collector while it looks through all that is kept."""
    engine = Engine(database, plans=1)
    gc.collect()
    gc.disable()
    try:
        await engine.execute("{ customers(first: 3) { nodes { id owner { name } } } }", None, None, viewer)
        gc.collect(0)  # what validating left behind is young, and found without looking through what is old
        assert not [item for item in gc.get_objects() if isinstance(item, Token)]
        (operation,) = engine._operations.values()
        definition = weakref.ref(operation.definition)
        del operation
        await engine.execute("{ viewer { name } }", None, None, viewer)
        assert definition() is None
    finally:
        gc.enable()


async def test_plans_and_weights_count_into_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database)
    ask = "query ($yes: Boolean!, $n: Int) { customers(first: $n) { nodes { id name @include(if: $yes) } } }"
    sizes = []
    for values in ({"yes": True}, {"yes": False}, {"yes": True}, {"yes": True, "n": 5}, {"yes": True, "n": 6}):
        await engine.execute(ask, values, None, viewer)
        sizes.append(engine.held_bytes)
    assert sizes[0] < sizes[1] == sizes[2] < sizes[3] < sizes[4]
    assert sizes[4] - sizes[3] < sizes[3] - sizes[2], "another size of page needs no plan of its own"


async def test_many_shapes_of_one_operation_do_not_fill_the_memory(database: Database, viewer: Viewer) -> None:
    engine = Engine(database)
    sizes = []
    for at in range(60 + 97):
        where = {"or": [{"name": {"eq": "a"}}] * (at % 97 + 2)}
        await engine.execute(WHERE, {"where": where}, None, viewer)
        sizes.append(engine.held_bytes)
    (operation,) = engine._operations.values()
    assert len(operation.plans) == len(operation.weights) == PLANS_OF_ONE
    assert operation.size == engine.held_bytes
    assert sizes[60 + 96] == sizes[59], "as many of the same sizes, all made anew"


async def test_an_operation_that_is_forgotten_while_it_waits_does_not_count(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plans=1)

    async def others(cost: int) -> bytes:
        if cost == 3:
            await engine.execute("{ viewer { name } }", None, None, viewer)
        return b""

    for _ in range(5):
        await engine.execute("{ customers(first: 3) { nodes { id } } }", None, None, viewer, spend=others)
    (operation,) = engine._operations.values()
    assert engine.held_bytes == operation.size


async def test_one_document_larger_than_the_memory_still_works(database: Database, viewer: Viewer) -> None:
    engine = Engine(database, plan_bytes=1)
    for _ in range(2):
        for query in ("{ viewer { name } }", "{ viewer { role } }"):
            assert (await engine.execute(query, None, None, viewer)).executed
            assert len(engine._operations) == 1


# --- one pass, against the obvious ----------------------------------------------------------------------------------


def written_out(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[int, int, int]:
    """Depth, aliases and fields, walking every fragment at every spread."""
    depth = aliases = fields = 0
    for node in selections.selections:
        inner = (0, 0, 0)
        match node:
            case FieldNode():
                if node.selection_set:
                    inner = written_out(node.selection_set, fragments)
                inner = (inner[0] + 1, inner[1] + (node.alias is not None), inner[2] + 1)
            case InlineFragmentNode():
                inner = written_out(node.selection_set, fragments)
            case FragmentSpreadNode():
                inner = written_out(fragments[node.name.value].selection_set, fragments)
        depth, aliases, fields = max(depth, inner[0]), aliases + inner[1], fields + inner[2]
    return depth, aliases, fields


class Obvious:
    """Weighs a document from the outside in: each field is visited as often as it is written out."""

    def __init__(self, query: str, values: Mapping[str, Any]) -> None:
        document = parse(query)
        self.fragments = fragments_of(document)
        self.arguments = Weigher(self.fragments, values)
        self.nodes = self.cost = 0
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                root = GRAPHQL.get_root_type(node.operation)
                assert root
                self.visit(node.selection_set, root, 1, 1)

    def visit(self, selections: SelectionSetNode, type_: GraphQLNamedType, times: int, rows: int) -> None:
        for node in selections.selections:
            if not self.arguments._included(node.directives or ()):
                continue
            match node:
                case FieldNode():
                    self.field(node, type_, times, rows)
                case InlineFragmentNode(type_condition=condition):
                    inner = GRAPHQL.type_map[condition.name.value] if condition else type_
                    self.visit(node.selection_set, inner, times, rows)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    inner = GRAPHQL.type_map[fragment.type_condition.name.value]
                    self.visit(fragment.selection_set, inner, times, rows)

    def field(self, node: FieldNode, type_: GraphQLNamedType, times: int, rows: int) -> None:
        found = rule(type_.name, node.name.value)
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        below = SHORT_LIST
        if found.times == "rows":
            times *= rows
        elif found.times == "ids":
            times *= self.arguments._length(arguments["ids"])
        elif found.times == "listed":
            times *= found.length
        self.nodes += times * found.nodes
        self.cost += times * found.cost
        if found.times == "page":
            assert found.entity
            below = self.arguments._page(arguments)
            self.cost += times * self.arguments._asked(found.entity, arguments)
        elif found.times == "groups":
            times *= self.arguments._size(arguments.get("first"), 100)
            self.nodes += times
            self.cost += times
        elif found.times == "batch":
            below, entries = self.arguments._input(type_, node, arguments)
            self.cost += times * entries
        if node.selection_set:
            name = node.name.value
            returned = {"__schema": "__Schema", "__type": "__Type"}.get(name)
            inner = GRAPHQL.type_map[returned] if returned else get_named_type(type_.fields[name].type)  # type: ignore[attr-defined]
            self.visit(node.selection_set, inner, times, below)


LINES: Mapping[str, Sequence[str]] = {
    "Customer": (
        "id",
        "n: name",
        "lifetimeValue { amount }",
        "owner { id name }",
        "parent { %(Customer)s }",
        "subsidiaries(first: %(size)s) { %(CustomerConnection)s }",
        "contacts { totalCount }",
        "... on Customer { %(Customer)s }",
        "... @include(if: false) { %(Customer)s }",
        "lastOrderAt @skip(if: true)",
        "%(Customer)s",
    ),
    "CustomerConnection": (
        "totalCount",
        "nodes { %(Customer)s }",
        "edges { cursor node { %(Customer)s } }",
        "aggregate { count }",
        "groups(by: [{ field: OWNER }], first: %(size)s) { owner { name } }",
        "%(CustomerConnection)s",
    ),
}


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document of up to seven fragments that spread those after them, at any place and any number of times."""
    kinds = draw(st.lists(st.sampled_from(sorted(LINES)), min_size=1, max_size=7))
    kinds[0] = "Customer"

    def lines(kind: str, after: int, most: int) -> str:
        chosen = draw(st.lists(st.sampled_from(LINES[kind]), min_size=1, max_size=most))
        return " ".join(
            line
            % {
                "size": draw(st.integers(1, 100)),
                **{of: spread(of, after) for of in LINES},
            }
            for line in chosen
        )

    def spread(kind: str, after: int) -> str:
        later = [at for at in range(after + 1, len(kinds)) if kinds[at] == kind]
        return f"...F{draw(st.sampled_from(later))}" if later else "__typename"

    fragments = [f"fragment F{at} on {kind} {{ {lines(kind, at, 4)} }}" for at, kind in enumerate(kinds)]
    size = draw(st.sampled_from(["$n", "3", "100"]))
    return (
        f"query ($n: Int) {{ customers(first: {size}) {{ nodes {{ ...F0 {lines('Customer', -1, 3)} }} }} }} "
        + " ".join(fragments)
    )


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(documents(), st.one_of(st.none(), st.integers(1, 100)))
def test_one_pass_comes_to_what_writing_all_out_comes_to(query: str, size: int | None) -> None:
    document = parse(query)
    measure = shape_of(query)
    (operation,) = measure.operations
    shape = measure.selection(operation.selection_set)
    assert (shape.depth, shape.aliases, shape.fields) == written_out(operation.selection_set, fragments_of(document))
    weight, obvious = weight_of(query, n=size), Obvious(query, {"n": size})
    assert (weight.nodes, weight.cost) == (min(obvious.nodes, ENDLESS), min(obvious.cost, ENDLESS))


@pytest.mark.slow
@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=set(Phase) - {Phase.shrink, Phase.explain},
)
@given(operations)
def test_a_drawn_operation_weighs_the_same_however_it_is_written(drawn: tuple[Operation, Request, Request]) -> None:
    """With variables and without, in one pass and written out, weighed anew and from what was kept."""
    operation, first, second = drawn
    engine = Engine(cast(Database, SimpleNamespace(dialect="sqlite")), limits=NO_LIMITS)
    weights = []
    for request in (first, second, first, operation.literal()):
        prepared = engine.operation(request.query, None, ADMIN.role)
        values, shape = coerce_variables(prepared.variables, request.variables, STRUCTURAL)
        kept = engine.weigh(prepared, values, shape)
        obvious = Obvious(request.query, values)
        assert (kept.nodes, kept.cost) == (min(obvious.nodes, ENDLESS), min(obvious.cost, ENDLESS)), request.query
        weights.append(kept)
    assert weights[0] == weights[2] == weights[3], first.query
    assert engine.held_bytes == sum(each.size for each in engine._operations.values())


def test_the_work_grows_with_the_document_and_not_with_what_it_asks() -> None:
    """Twice as many fragments, each spread twice: twice the time, not its square."""

    def seconds(fragments: int) -> float:
        query = chain(fragments, 2, "id")
        document = parse(query)
        best = 9.0
        for _ in range(5):
            start = time.thread_time()
            Measure(document, NO_LIMITS).check()
            weight_of_parsed(document)
            best = min(best, time.thread_time() - start)
        return best

    def weight_of_parsed(document: Any) -> None:
        (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        assert Weigher(fragments_of(document), {}).weigh(operation).nodes == 20

    assert seconds(2000) < seconds(500) * 12


def test_counting_stops_somewhere() -> None:
    weight = weight_of(
        "{ customers(first: 100) { nodes { " + nested(40, "id", "subsidiaries(first: 100) { nodes { ") + "} } }"
    )
    assert weight.nodes == weight.cost == ENDLESS
    with pytest.raises(TooComplex, match="more than 1,000,000,000,000 rows"):
        weight.check(Limits(), READER)


def test_limits_are_numbers_that_somebody_can_set() -> None:
    fields = dataclasses.fields(Limits)
    assert all(isinstance(getattr(Limits(), field.name), int) for field in fields)
    assert dataclasses.replace(Limits(), depth=3).depth == 3
