"""Documents of every shape at its limit: one more is refused, before any SQL, with the limit and by how much."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from schema.engine import Engine
from schema.limits import Limits
from tests.weighing import READER, chain, nested, refused

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
        "An argument nests 65 levels deep, 1 more than the 64 allowed",
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


async def test_fields_of_one_name_are_compared_so_often_and_no_more(engine: Engine) -> None:
    """127 in one place are compared 8,001 times, each with each."""
    customers = "{ customers { nodes { %s } } }"
    assert b"QUERY_TOO_COMPLEX" not in (await engine.execute(customers % ("name " * 126), None, None, READER)).body
    told = await refused(engine, customers % ("name " * 127))
    assert "8,000 comparisons are allowed, and `name` stands there 127 times" in told
    spread = customers % "...E" + f" fragment E on Customer {{ id {'email ' * 200} }}"
    assert "`email` stands there 200 times" in await refused(engine, spread)


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


def test_limits_are_numbers_that_somebody_can_set() -> None:
    fields = dataclasses.fields(Limits)
    assert all(isinstance(getattr(Limits(), field.name), int) for field in fields)
    assert dataclasses.replace(Limits(), depth=3).depth == 3
