"""Asks for too much in every way there is: refused at once, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from access import Viewer
from schema.engine import Engine
from tests.viewers import ADMIN
from tests.weighing import READER, SECONDS, WHERE, chain, circle, nested, watched

pytestmark = pytest.mark.usefixtures("at_rest")

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
