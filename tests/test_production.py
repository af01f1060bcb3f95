"""Production tells strangers nothing: who may ask for the schema, what errors give away, and what is not served."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType, get_named_type
from starlette.testclient import TestClient

import access
from access import NOBODY, Viewer
from compiler.values import ABSENT, Variable, coerce_variables
from errors import LONGEST_MESSAGE, Code, Refusal
from models.database import Database
from schema import CONTRACTS, STRUCTURAL
from schema.engine import Engine
from schema.limits import Limits
from server import cli
from server.app import create_app
from server.demo import fill
from server.settings import Settings
from tests.people import add_key, add_user
from tests.viewers import ADMIN, VIEWERS

FAR = "zzqqxx"
"""A name that is near to nothing."""

INTROSPECTION: dict[str, str] = {
    "plainly": "{ __schema { types { name } } }",
    "for one type": '{ __type(name: "Customer") { fields { name } } }',
    "without saying what of it": "{ __schema }",
    "under another name": "{ viewer: __schema { types { name } } }",
    "beside data": "{ viewer { name } __schema { types { name } } }",
    "in a fragment": "{ ...F } fragment F on Query { __schema { types { name } } }",
    "in a fragment's fragment": "{ ...F } fragment G on Query { __type(name: \"Order\") { name } }"
    " fragment F on Query { ... on Query { ...G } }",
    "in a circle": "{ ...F } fragment F on Query { ...G __schema { types { name } } } fragment G on Query { ...F }",
    "where it may be left out": "query ($yes: Boolean = true) { __schema @include(if: $yes) { types { name } } }",
    "where it is left out": "{ viewer { name } __schema @skip(if: true) { types { name } } }",
    "with the usual name": "query IntrospectionQuery { __schema { queryType { name } } }",
    "in what nothing spreads": "{ viewer { name } } fragment F on Query { __schema { types { name } } }",
    "below a payload": "mutation { signOut(input: {}) { query { __schema { types { name } } } } }",
    "where it cannot stand": "{ viewer { __schema { types { name } } } }",
}


def production(database: Database) -> Engine:
    return Engine(database, suggestions=False, introspection=access.INTROSPECT)


@pytest.fixture(scope="module")
async def strict(database: Database) -> Engine:
    """The engine as it is in production."""
    return production(database)


async def told(engine: Engine, query: str, variables: Any = None, viewer: Viewer = ADMIN) -> list[dict[str, Any]]:
    """The errors of a request that must have some."""
    answer = await engine.execute(query, variables, None, viewer)
    errors: list[dict[str, Any]] = json.loads(answer.body)["errors"]
    return errors


# --- the schema -----------------------------------------------------------------------------------------------------


def test_those_who_may_are_roles_and_never_nobody() -> None:
    assert set(access.INTROSPECT) < set(access.ROLES)
    assert access.NOBODY_ROLE not in access.INTROSPECT


@pytest.mark.parametrize("how", INTROSPECTION)
async def test_the_schema_is_told_to_those_who_may_only(how: str, strict: Engine) -> None:
    before = strict.database.statements
    for viewer in VIEWERS.values():
        if viewer.role not in access.INTROSPECT:
            answer = await strict.execute(INTROSPECTION[how], None, None, viewer)
            assert not answer.executed
            (error,) = json.loads(answer.body)["errors"]
            assert error["extensions"]["code"] == Code.FORBIDDEN
            assert viewer.role in error["message"] and "schema" in error["message"]
    (error,) = await told(strict, INTROSPECTION[how], viewer=NOBODY)
    assert error["extensions"]["code"] == Code.UNAUTHENTICATED
    assert strict.database.statements == before


@pytest.mark.parametrize("role", access.INTROSPECT)
async def test_those_who_may_get_it(role: str, strict: Engine) -> None:
    viewer = next(viewer for viewer in VIEWERS.values() if viewer.role == role)
    for how in ("plainly", "for one type", "in a fragment's fragment", "with the usual name"):
        answer = await strict.execute(INTROSPECTION[how], None, None, viewer)
        assert answer.executed and "errors" not in json.loads(answer.body)


async def test_what_only_looks_like_it_is_answered(strict: Engine) -> None:
    for query in (
        "{ __typename viewer { __typename name } }",
        "query __schema { __schema: viewer { __type: name } }",
        '{ viewer { ...__type } products(search: "{ __schema { types } }") { totalCount } }'
        " fragment __type on Viewer { name }",
    ):
        for viewer in VIEWERS.values():
            answer = await strict.execute(query, None, None, viewer)
            assert "errors" not in json.loads(answer.body), query
    answer = await strict.execute("{ __typename viewer { __typename role } }", None, None, NOBODY)
    assert json.loads(answer.body)["data"] == {
        "__typename": "Query",
        "viewer": {"__typename": "Viewer", "role": "NOBODY"},
    }


async def test_a_write_that_asks_for_it_as_well_writes_nothing(own_world: Database) -> None:
    engine = production(own_world)
    count = "SELECT count(*) FROM customer"
    before = await own_world.execute(count)
    query = 'mutation { createCustomer(input: { name: "Spy" }) { query { s: __schema { types { name } } } } }'
    (error,) = await told(engine, query, viewer=VIEWERS["rep"])
    assert error["extensions"]["code"] == Code.FORBIDDEN
    assert await own_world.execute(count) == before


async def test_one_role_does_not_profit_from_what_another_asked(strict: Engine) -> None:
    query = "query Shared { __schema { queryType { name } } }"
    assert (await strict.execute(query, None, None, ADMIN)).executed
    for viewer in (VIEWERS["rep"], NOBODY):
        assert not (await strict.execute(query, None, None, viewer)).executed
    assert (await strict.execute(query, None, None, ADMIN)).executed


async def test_in_development_everybody_gets_their_own_schema_and_nobody_a_tiny_one(engine: Engine) -> None:
    found = {}
    for viewer in (*VIEWERS.values(), NOBODY):
        body = json.loads((await engine.execute(INTROSPECTION["plainly"], None, None, viewer)).body)
        found[viewer.role] = {type_["name"] for type_ in body["data"]["__schema"]["types"]}
    assert "Customer" in found["ADMIN"]
    entities = {name for name in access.PAGE if name != "Viewer"}
    assert not found["NOBODY"] & entities
    assert not any(word in name for name in found["NOBODY"] for word in ("Customer", "Order", "Ticket", "Product"))


# --- suggestions ----------------------------------------------------------------------------------------------------

NEAR: dict[str, tuple[str, str]] = {
    "a field": ("{ customers { nodes { %s } } }", "nam"),
    "a root field": ("{ %s { totalCount } }", "customer_s"),
    "a field of another type": ('{ node(id: "cus_1") { %s } }', "lifecycle"),
    "an argument": ("{ customers(%s: 1) { totalCount } }", "firs"),
    "a directive's argument": ("{ viewer { name @skip(%s: true) } }", "iff"),
    "a type": ("{ viewer { name } ... on %s { viewer { name } } }", "Quer"),
    "a fragment's type": ("{ ...F } fragment F on %s { viewer { name } }", "Querry"),
    "a variable's type": ("query ($where: %s) { customers(where: $where) { totalCount } }", "CustomerWher"),
    "an input field": ("{ customers(where: { %s: { eq: \"a\" } }) { totalCount } }", "nam"),
    "an inner input field": ("{ customers(where: { name: { %s: \"a\" } }) { totalCount } }", "eqq"),
    "an enum value": ("{ tickets(where: { status: { eq: %s } }) { totalCount } }", "OPENN"),
    "a sort key": ("{ customers(orderBy: [{ field: %s }]) { totalCount } }", "NAM"),
    "a mutation": ("mutation { %s(input: {}) { errors { code } } }", "createCustomerr"),
    "a mutation's input": ("mutation { createCustomer(input: { %s: 1 }) { errors { code } } }", "namee"),
    "an error's type": ("mutation { signOut(input: {}) { errors { ... on %s { code } } } }", "StaleErro"),
    "a directive": ("{ viewer { name @%s } }", "skipp"),
}
"""By what is misspelt: the document, and a misspelling that is near to what there is."""


@pytest.mark.parametrize("what", NEAR)
async def test_a_near_miss_is_told_no_more_than_a_far_one(what: str, strict: Engine) -> None:
    document, near = NEAR[what]
    far = [error["message"] for error in await told(strict, document % FAR)]
    told_near = [error["message"] for error in await told(strict, document % near)]
    assert [message.replace(near, FAR) for message in told_near] == far
    assert not any("did you mean" in message.lower() for message in told_near)


async def test_development_helps(engine: Engine) -> None:
    helped = {
        what
        for what, (document, near) in NEAR.items()
        if "did you mean" in json.dumps(await told(engine, document % near)).lower()
    }
    assert {"a field", "an argument", "a type", "an input field", "an enum value", "a variable's type"} <= helped


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ viewer }", "Field 'viewer' of type 'Viewer' must have a selection of subfields."),
        ("{ customers(first: .5) { totalCount } }", "Syntax Error: Invalid number, expected digit before '.'."),
        ("{ ..F }", "Syntax Error: Unexpected '..'."),
        ("{ customers(search: 'a') { totalCount } }", "Syntax Error: Unexpected single quote character (')"),
    ],
)
async def test_what_the_library_suggests_in_other_words_is_left_out(query: str, message: str, strict: Engine) -> None:
    (error,) = await told(strict, query)
    assert error["message"].startswith(message.removesuffix(".")), error
    assert "did you mean" not in error["message"].lower()
    assert error["message"][-1] in ".)'"


def verbs_inputs() -> Iterator[tuple[str, GraphQLInputObjectType]]:
    mutation = CONTRACTS.of("ADMIN").schema.mutation_type
    assert mutation
    for name, field in mutation.fields.items():
        type_ = get_named_type(field.args["input"].type)
        assert isinstance(type_, GraphQLInputObjectType)
        yield name, type_


@pytest.mark.parametrize("verb", [name for name, _ in verbs_inputs()])
async def test_no_verb_lists_its_input_to_who_sends_nonsense(verb: str, strict: Engine, engine: Engine) -> None:
    type_ = dict(verbs_inputs())[verb]
    query = f"mutation ($input: {type_.name}!) {{ {verb}(input: $input) {{ errors {{ code }} }} }}"
    (error,) = await told(strict, query, {"input": {FAR: 1}})
    assert error["message"] == f"Variable $input has no field '{FAR}': it is a {type_.name}."
    (error,) = await told(engine, query, {"input": {FAR: 1}})
    assert ", ".join(type_.fields) in error["message"]


async def test_no_enumeration_is_listed_to_who_sends_nonsense(strict: Engine, engine: Engine) -> None:
    kinds = [
        type_
        for type_ in CONTRACTS.of("ADMIN").schema.type_map.values()
        if isinstance(type_, GraphQLEnumType) and not type_.name.startswith("__")
    ]
    assert len(kinds) > 20
    for type_ in kinds:
        for values in (FAR, [FAR], None, 1, {FAR: 1}):
            with pytest.raises(Refusal) as caught:
                variable = Variable("x", GraphQLNonNull(type_), ABSENT)
                coerce_variables([variable], {"x": values}, STRUCTURAL, suggests=False)
            words = set(re.findall(r"\w+", caught.value.message))
            assert not words & set(type_.values), caught.value.message
    ask = "query ($status: TicketStatus!) { tickets(where: { status: { eq: $status } }) { totalCount } }"
    (error,) = await told(strict, ask, {"status": "OPENN"})
    assert error["message"] == "Variable $status does not fit: it is no TicketStatus."
    (error,) = await told(strict, ask, {"status": ["OPEN"]})
    assert error["message"] == "Variable $status does not fit: it is no TicketStatus."
    (error,) = await told(engine, ask, {"status": "OPENN"})
    assert "OPEN" in error["message"].replace("OPENN", "")


async def test_every_field_of_every_record_misspelt(strict: Engine) -> None:
    schema = CONTRACTS.of("ADMIN").schema
    for type_ in schema.type_map.values():
        if not (isinstance(type_, GraphQLObjectType) and any(each.name == "Node" for each in type_.interfaces)):
            continue
        near = [f"{name}x" for name in type_.fields if f"{name}x" not in type_.fields][:10]
        errors = await told(strict, f'{{ node(id: "cus_1") {{ ... on {type_.name} {{ {" ".join(near)} }} }} }}')
        assert [error["message"] for error in errors[: len(near)]] == [
            f"Cannot query field '{name}' on type '{type_.name}'." for name in near
        ]


# --- excerpts -------------------------------------------------------------------------------------------------------

LONG = "Q" * 20_000
NUMBER = "7" * 20_000

PLACES: dict[str, str] = {
    "an alias": "{ %s: nothing }",
    "an alias of what is there": '{ %s: customer(id: "ord_1") { id } }',
    "a field": "{ %s }",
    "an argument": "{ customers(%s: 1) { totalCount } }",
    "a fragment": "{ ...%s }",
    "a fragment that is there": "{ ...%s } fragment %s on Query { nothing }",
    "a type": "{ ... on %s { id } }",
    "a variable": "query ($%s: Int) { viewer { name } }",
    "a variable's type": "query ($a: %s) { viewer { name } }",
    "an operation": "query %s { nothing }",
    "two operations": "query %s { viewer { name } } query B { viewer { name } }",
    "a directive": "{ viewer @%s { name } }",
    "an enum value": "{ tickets(where: { status: { eq: %s } }) { totalCount } }",
    "an enum value in a string": '{ tickets(where: { status: { eq: "%s" } }) { totalCount } }',
    "an id": '{ customer(id: "%s") { id } }',
    "a date": '{ orders(where: { orderDate: { eq: "%s" } }) { totalCount } }',
    "an instant": '{ orders(where: { createdAt: { eq: "%s" } }) { totalCount } }',
    "a number in a string": '{ customers(first: "%s") { totalCount } }',
    "a block string": '{ customers(first: """%s""") { totalCount } }',
    "a cursor": '{ customers(first: 1, after: "%s") { totalCount } }',
    "an input field": "{ customers(where: { %s: 1 }) { totalCount } }",
    "an object": '{ customers(first: { a: "%s" }) { totalCount } }',
    "a list": '{ customers(first: ["%s"]) { totalCount } }',
    "a syntax error after it": "{ viewer { name } } %s",
    "a string that does not end": '{ customers(search: "%s',
    "a comment": "# %s\n{ nothing }",
    "a verb's text": 'mutation { createCustomer(input: { name: "%s" }) { errors { code message } } }',
    "a verb's address": 'mutation { createCustomer(input: { name: "a", email: "%s" }) { errors { code message } } }',
    "a verb's id": 'mutation { createTicket(input: { customerId: "%s", issue: "a" }) { errors { message } } }',
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mode", ["production", "development"])
async def test_an_error_repeats_an_excerpt_at_most(place: str, mode: str, strict: Engine, engine: Engine) -> None:
    asked = strict if mode == "production" else engine
    for viewer in (ADMIN, NOBODY):
        body = (await asked.execute(PLACES[place].replace("%s", LONG[:15_000]), None, None, viewer)).body.decode()
        longest = max(map(len, re.findall("Q+", body)), default=0)
        assert longest <= LONGEST_MESSAGE, f"{longest}: {body[:200]}"
        assert len(body) < 5_000
        assert "error" in body


async def test_numbers_variables_and_names_are_cut_short(strict: Engine) -> None:
    ask = "query ($id: ID!, $first: Int) { customer(id: $id) { id } customers(first: $first) { totalCount } }"
    many = " ".join(f"query {'Q' * 190}{at} {{ viewer {{ name }} }}" for at in range(100))
    for query, variables, operation in (
        (f"{{ customers(first: {NUMBER}) {{ totalCount }} }}", None, None),
        (f"{{ customers(first: 1{NUMBER}e5) {{ totalCount }} }}", None, None),
        (ask, {"id": LONG}, None),
        (ask, {"id": "cus_1", "first": LONG}, None),
        (ask, {"id": [LONG]}, None),
        ("query ($where: CustomerWhere) { customers(where: $where) { totalCount } }", {"where": {LONG: 1}}, None),
        ("{ viewer { name } }", None, LONG),
        (many, None, None),
        (many, None, "nothing"),
        (f"query ({', '.join(f'${chr(81) * 190}{at}: ID!' for at in range(60))}) {{ viewer {{ name }} }}", None, None),
    ):
        body = (await strict.execute(query, variables, operation, ADMIN)).body.decode()
        assert "errors" in body
        for error in json.loads(body)["errors"]:
            assert len(error["message"]) <= LONGEST_MESSAGE
        assert len(body) < 10_000


async def test_a_name_may_be_long_but_not_endless(strict: Engine) -> None:
    most = Limits().name
    fits = "a" * most
    ask = f'query {fits} {{ {fits}: customer(id: "ord_1") {{ id }} }}'
    (error,) = await told(strict, ask)
    assert error["path"] == [fits]
    (error,) = await told(strict, ask.replace(fits, f"{fits}a"))
    assert error["extensions"]["code"] == Code.QUERY_TOO_COMPLEX
    assert error["message"] == (
        f"A name in the document has {most + 1} characters, 1 more than the {most} allowed. Ask in several requests."
    )
    # What is in quotes is no name: a cursor may be longer.
    assert "errors" not in json.loads(
        (await strict.execute(f'{{ customers(search: "{fits}b") {{ totalCount }} }}', None, None, ADMIN)).body
    )
    schema = CONTRACTS.of("ADMIN").schema
    assert max(map(len, schema.type_map)) < most / 2


# --- the whole server -----------------------------------------------------------------------------------------------


@pytest.fixture
async def keys(own_world: Database) -> dict[str, str]:
    """By role: the token of somebody who has it."""
    found = {}
    for role in access.ROLES:
        user = await add_user(own_world, f"{role.lower()}@lindholm.example", role)
        found[role] = (await add_key(own_world, user))[1]
    return found


async def test_a_server_in_production(keys: dict[str, str], own_world: Database, own_world_url: str) -> None:
    await own_world.close()
    settings = Settings.read({"DATABASE_URL": own_world_url, "CRM_ENV": "production"})

    def serve() -> None:
        with TestClient(create_app(settings)) as client:
            assert client.get("/").status_code == 404
            for role, token in {**keys, "NOBODY": ""}.items():
                headers = {"authorization": f"Bearer {token}"} if token else {}
                accept = {"accept": "application/graphql-response+json"}
                for ask in ("{ __schema { types { name } } }", "{ __schema { types { nam } } }", "{ vieweR { name } }"):
                    answer = client.post("/graphql", json={"query": ask}, headers=headers | accept)
                    shown = "__schema { types { name" in ask and role in access.INTROSPECT
                    assert ("data" in answer.json()) is shown, (role, ask, answer.text)
                    assert "did you mean" not in answer.text.lower()
                    assert answer.status_code == 200 if shown else 400 <= answer.status_code < 500
                named = client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
                assert named.json()["data"] == {"__typename": "Query"}

    await asyncio.to_thread(serve)


def test_the_page_to_explore_with_is_there_in_production_only_if_it_is_asked_for() -> None:
    assert Settings.read({}).ide
    assert Settings.read({"CRM_ENV": "development"}).ide
    assert not Settings.read({"CRM_ENV": "production"}).ide
    assert not Settings.read({"CRM_ENV": "PRODUCTION", "CRM_IDE": " "}).ide
    assert Settings.read({"CRM_ENV": "production", "CRM_IDE": "true"}).ide
    assert not Settings.read({"CRM_ENV": "production", "CRM_IDE": "off"}).ide


def test_the_demo_is_no_production(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    result = CliRunner().invoke(
        cli.main, ["demo", "--data", str(tmp_path), "--port", "0"], env={"CRM_ENV": "production"}
    )
    assert result.exit_code == 1 and "The demo's tokens are known to everybody" in result.stderr
    assert list(tmp_path.iterdir()) == []


async def test_the_demos_database_is_not_served_in_production(migrated_url: str) -> None:
    await fill(migrated_url, "tiny")
    settings = Settings(database_url=migrated_url, environment="production")
    with pytest.raises(click.ClickException, match="known to everybody"):
        await asyncio.to_thread(cli.prepare, settings)
    await asyncio.to_thread(cli.prepare, Settings(database_url=migrated_url))
