"""Attacks by the shape of a document: bombs, circles, names that might switch limits off; and by introspection."""

from __future__ import annotations

import json
import threading
from hashlib import sha256

import pytest

from tests.attacks import QUICK, ROLES, Attacker


def nested(levels: int) -> str:
    """Orders in customers in orders."""
    return "{ customers { nodes " + "{ orders { nodes { customer " * levels + "{ id }" + " } } }" * levels + " } }"


def doubling(levels: int) -> str:
    """Fragments of which each spreads the next twice: 2ⁿ fields from n lines."""
    lines = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}\n" for i in range(levels))
    return f"{{ ...F0 }}\n{lines}fragment F{levels} on Query {{ __typename }}"


def widening(levels: int, inner: str) -> str:
    """The same with fields on the way, that it is a tree and no repetition."""
    lines = "".join(
        f"fragment F{i} on Customer {{ a{i}: parent {{ ...F{i + 1} }} b{i}: parent {{ ...F{i + 1} }} }}\n"
        for i in range(levels)
    )
    return f'{{ customer(id: "cus_1") {{ ...F0 }} }}\n{lines}fragment F{levels} on Customer {{ {inner} }}'


COMPLEX, INVALID, SYNTAX = "QUERY_TOO_COMPLEX", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"

BOMBS: dict[str, tuple[str, str]] = {
    "1,000 aliases of a field": ("{" + " ".join(f"a{i}: __typename" for i in range(600)) + "}", COMPLEX),
    "31 aliases of a list": ("{" + " ".join(f"a{i}: customers {{ totalCount }}" for i in range(31)) + "}", COMPLEX),
    "aliases hidden in a fragment": (
        "{ ...A } fragment A on Query {" + " ".join(f"a{i}: viewer {{ name }}" for i in range(31)) + "}",
        COMPLEX,
    ),
    "aliases in inline fragments": (
        "{" + " ".join(f"... {{ a{i}: viewer {{ name }} }}" for i in range(31)) + "}",
        COMPLEX,
    ),
    "aliases multiplied by spreads": (
        "{ viewer { name } " + " ".join(f"v{i}: viewer {{ ...A }}" for i in range(8)) + "}"
        " fragment A on Viewer { a: name b: name c: name d: name e: name }",
        COMPLEX,
    ),
    "nested 40 deep": (nested(20), COMPLEX),
    "nested 600 deep": (nested(300), COMPLEX),
    "deep in inline fragments": ("{" + "... {" * 500 + "__typename" + "}" * 500 + "}", COMPLEX),
    "fragments that double": (doubling(30), COMPLEX),
    "fragments that double 90 times": (doubling(90), COMPLEX),
    "fragments that widen": (widening(20, "id"), COMPLEX),
    "a fragment called __schema": (
        "{ ...__schema } fragment __schema on Query {" + " ".join(f"a{i}: viewer {{ name }}" for i in range(40)) + "}",
        COMPLEX,
    ),
    "a fragment called __schema, deep": (
        nested(12).replace("{ customers", "{ ...__schema } fragment __schema on Query { customers", 1),
        COMPLEX,
    ),
    "an operation called IntrospectionQuery": ("query IntrospectionQuery " + nested(20), COMPLEX),
    "an alias called __schema": (
        "{ __schema: customers { nodes { " + "orders { nodes { customer { " * 6 + "id" + " } } }" * 6 + "} } }",
        COMPLEX,
    ),
    "500 directives at a field": ("{ __typename " + "@include(if: true) " * 390 + "}", COMPLEX),
    "500 unknown directives": ("{ __typename " + "@a " * 600 + "}", COMPLEX),
    "directives at an operation": ("query " + "@a " * 600 + "{ __typename }", COMPLEX),
    "a field 1,500 times": ("{" + " __typename" * 1500 + "}", COMPLEX),
    "a field with fields 400 times": ("{" + " viewer { name }" * 400 + "}", COMPLEX),
    "21 root fields": ("{" + " ".join(f"a{i}: __typename" for i in range(21)) + "}", COMPLEX),
    "2,001 tokens": ("{" + " __typename" * 2000 + "}", COMPLEX),
    "33 kB of spaces": ("{ __typename }" + " " * 33_000, COMPLEX),
    "33 kB of comments": ("{ __typename }" + "#x\n" * 11_000, COMPLEX),
    "a name of 30,000 letters": ("{ " + "a" * 30_000 + " }", COMPLEX),
    "a string of 30,000 letters": ('{ node(id: "' + "a" * 30_000 + '") { id } }', "BAD_USER_INPUT"),
    "a list of 600 ids": ("{ nodes(ids: [" + '"cus_1",' * 600 + "]) { id } }", COMPLEX),
    "a list of 101 ids": ("{ nodes(ids: [" + '"cus_1",' * 101 + "]) { id } }", "BAD_USER_INPUT"),
    "lists 500 deep": ("{ nodes(ids: " + "[" * 500 + "]" * 500 + ") { id } }", COMPLEX),
    "a filter 100 deep": ("{ customers(where: " + "{not: " * 100 + "{}" + "}" * 100 + ") { totalCount } }", COMPLEX),
    "an or of 400": ("{ customers(where: {or: [" + "{id: {}}" * 300 + "]}) { totalCount } }", "BAD_USER_INPUT"),
    "relations 20 deep": (
        "{ customers(where: " + "{orders: {some: {customer: " * 15 + "{}" + "}}}" * 15 + ") { totalCount } }",
        "?",
    ),
    "100 × 100 × 100 rows": (
        "{ customers(first: 100) { nodes { orders(first: 100) { nodes { lines(first: 100) { nodes { id } } } } } } }",
        COMPLEX,
    ),
    "pages above 100": ("{ customers(first: 101) { nodes { id } } }", "BAD_USER_INPUT"),
    "a page of 2,147,483,647": ("{ customers(first: 2147483647) { nodes { id } } }", "?"),
    "a circle of two fragments": ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", INVALID),
    "a fragment that is its own": ("{ ...A } fragment A on Query { __typename ...A }", INVALID),
    "a circle through fields": ("{ viewer { ...A } } fragment A on Viewer { name ...A }", INVALID),
    "a circle nobody spreads": ("{ __typename } fragment A on Query { ...B } fragment B on Query { ...A }", INVALID),
    "300 variables": ("query(" + " ".join(f"$v{i}: Int" for i in range(300)) + ") { __typename }", INVALID),
    "two operations without a name": ("query A { __typename } query B { __typename }", "OPERATION_RESOLUTION_FAILURE"),
    "150 operations": (" ".join(f"query Q{i} {{ __typename }}" for i in range(150)), "OPERATION_RESOLUTION_FAILURE"),
    "fields that differ": (
        "{" + " ".join(f'x: node(id: "cus_{i}") {{ id }}' for i in range(29)) + "}",
        INVALID,
    ),
    "introspection 30 deep": (
        "{ __schema { types " + "{ fields { type " * 15 + "{ name }" + " } }" * 15 + " } }",
        "?",
    ),
    "introspection in a circle": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "?",
    ),
    "30 introspections": ("{" + " ".join(f"a{i}: __schema {{ types {{ name }} }}" for i in range(19)) + "}", "?"),
    "no document": ("", SYNTAX),
    "a comment only": ("#", SYNTAX),
    "a type definition": ("type Query { a: Int }", "?"),
    "an extension of the schema": ("extend type Query { a: Int } { __typename }", INVALID),
    "half a string": ('{ node(id: "', SYNTAX),
    "half an escape": ('{ node(id: "\\u00', SYNTAX),
    "a block string that never ends": ('{ node(id: """', SYNTAX),
    "2,000 braces": ("{" * 1_900, "?"),
    "30,000 braces": ("{" * 30_000, "?"),
    "a byte order mark": ("\ufeff{ __typename }", ""),
    "NUL": ("{ __type\0name }", SYNTAX),
    "a lone surrogate": ("{ __typename }\ud800", "?"),
    "a lone surrogate in a string": ('{ node(id: "\ud800") { id } }', "?"),
    "an escaped lone surrogate": ('{ node(id: "\\ud800") { id } }', "?"),
    "5,000 digits": ("{ customers(first: " + "9" * 5000 + ") { totalCount } }", "?"),
    "a float for an integer": ("{ customers(first: 1e999) { totalCount } }", "?"),
}
"""Documents, and the code of their refusal; "" for those that are answered, "?" where more than one is right."""


@pytest.mark.parametrize(("document", "code"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_at_once(attacker: Attacker, document: str, code: str) -> None:
    replies = [attacker.post({"query": document}) for _ in range(3)]
    for reply in replies:
        assert len(reply.body) < 64 * 1024
        if code == "?":
            assert reply.errors
        elif code:
            assert code in reply.codes, reply.json
        else:
            assert "errors" not in reply.json
    assert min(reply.seconds for reply in replies) < QUICK


@pytest.mark.parametrize("name", ["fragments that double 90 times", "fields that differ", "nested 600 deep"])
def test_others_are_served_while_bombs_fall(attacker: Attacker, name: str) -> None:
    stop = threading.Event()

    def bomb() -> None:
        while not stop.is_set():
            attacker.post({"query": f"{BOMBS[name][0]} #{threading.get_ident()}"})

    threads = [threading.Thread(target=bomb) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        assert attacker.works() < QUICK
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_variables_cannot_hide_the_size_of_pages(attacker: Attacker) -> None:
    lines = "lines(first: $n) { nodes { id } }"
    query = f"query($n: Int!) {{ customers(first: $n) {{ nodes {{ orders(first: $n) {{ nodes {{ {lines} }} }} }} }} }}"
    assert attacker.ask(query, n=100).codes == ["QUERY_TOO_COMPLEX"]
    assert "errors" not in attacker.ask(query, n=2).json


def test_a_skipped_field_weighs_nothing_and_a_variable_cannot_switch_limits_off(attacker: Attacker) -> None:
    rows = "customers(first: 100) { nodes { orders(first: 100) { nodes { lines(first: 100) { nodes { id } } } } } }"
    query = f"query($no: Boolean!) {{ __typename ... @include(if: $no) {{ {rows} }} }}"
    assert attacker.ask(query, no=True).codes == ["QUERY_TOO_COMPLEX"]


# --- what introspection tells ---------------------------------------------------------------------------------------

NAMES = "{ __schema { queryType { name } types { name fields { name } inputFields { name } enumValues { name } } } }"
SECRETS: dict[str, dict[str, str]] = {
    "rep": {"Product": "cost"},
    "agent": {"Product": "cost", "Order": "net", "SalesRep": "commission"},
    "marketing": {"Product": "cost", "SalesRep": "commission", "Customer": "taxId"},
    "readonly": {"Product": "cost", "SalesRep": "commission"},
}
GONE = {
    "agent": {"OrderLine", "OrderCredit", "SalesTarget", "CommissionPlan"},
    "marketing": {"OrderCredit", "TicketMessage", "SalesTarget", "CommissionPlan"},
    "readonly": {"Contact", "OrderLine", "OrderCredit", "TicketMessage", "SalesTarget", "CommissionPlan"},
}


@pytest.mark.parametrize("role", SECRETS)
def test_introspection_tells_a_role_of_nothing_it_may_not_use(attacker: Attacker, role: str) -> None:
    types = {item["name"]: item for item in attacker.of(role).data(NAMES)["__schema"]["types"]}
    for entity, field in SECRETS[role].items():
        assert field not in [item["name"] for item in types[entity]["fields"]]
        inputs = [item for name, item in types.items() if name.startswith(entity) and item["inputFields"]]
        assert field not in [each["name"] for item in inputs for each in item["inputFields"]]
        sorts = [item for name, item in types.items() if name.startswith(entity) and item["enumValues"]]
        assert field.upper() not in [each["name"] for item in sorts for each in item["enumValues"]]
    assert not GONE.get(role, set()) & types.keys()
    for name in [name for name in types if name.startswith("Create") or name.startswith("Delete")]:
        assert role == "rep" or "Product" not in name


@pytest.mark.parametrize(
    "way", ['{ __type(name: "Product") { fields { name } } }', '{ a: __type(name: "OrderLine") { name } }']
)
@pytest.mark.parametrize("role", ["agent", "marketing", "readonly"])
def test_a_type_by_name_tells_no_more(attacker: Attacker, role: str, way: str) -> None:
    body = json.dumps(attacker.of(role).data(way)).encode()
    assert b'"cost"' not in body
    assert role == "marketing" or b"OrderLine" not in body


@pytest.mark.parametrize(
    "query", ["{ __schema { types { name } } }", '{ __type(name: "Customer") { name fields { name } } }']
)
def test_who_is_not_signed_in_is_told_of_no_data(attacker: Attacker, query: str) -> None:
    body = attacker.of("").ask(query).body
    for word in (b"Customer", b"Order", b"Ticket", b"Commission"):
        assert word + b'"' not in body


GUESSES = {
    "a field": "{ products { nodes { cos } } }",
    "a field, nearly": "{ products { nodes { costs } } }",
    "a sort": "{ products(orderBy: [{field: COSTS, direction: ASC}]) { totalCount } }",
    "a filter": "{ products(where: {costs: {gt: 1}}) { totalCount } }",
    "an aggregate": "{ products { aggregate { sum { costs { amount } } } } }",
    "a root": "{ commissionPlan { id } }",
    "a root, nearly": "{ commissionPlanss { id } }",
    "a verb": "mutation { createCommissionPlanx { id } }",
    "a type": "{ node(id: \"cus_1\") { ... on CommissionPlam { id } } }",
    "a type, exactly": "{ node(id: \"cus_1\") { ... on CommissionPlan { id } } }",
    "an input type": "mutation($i: CreateCommissionPlanInpu!) { signOut(input: $i) { errors { code } } }",
    "an argument": "{ salesReps { nodes { comission(fro: 1) } } }",
}


@pytest.mark.parametrize("guess", GUESSES.values(), ids=GUESSES.keys())
def test_suggestions_name_nothing_hidden(attacker: Attacker, guess: str) -> None:
    for role in ("agent", "marketing", "readonly"):
        reply = attacker.of(role).ask(guess)
        assert reply.errors
        for message in reply.messages:
            for word in message.partition("Did you mean")[2].replace("'", " ").replace("?", " ").split():
                assert word.lower() not in ("cost", "commission", "commissionplan", "commissionplans")
                assert not word.startswith("CreateCommission")


def test_hidden_and_absent_are_told_alike(attacker: Attacker) -> None:
    agent = attacker.of("agent")
    hidden, absent = (agent.ask(f"{{ products {{ nodes {{ {name} }} }} }}") for name in ("cost", "qqqq"))
    assert [message.replace("cost", "qqqq") for message in hidden.messages] == absent.messages
    assert hidden.status == absent.status


def test_a_subscription_and_a_mutation_are_no_way_around(attacker: Attacker) -> None:
    for document in ("subscription { products { nodes { cost } } }", "mutation { products { nodes { cost } } }"):
        assert attacker.of("agent").ask(document).codes == ["GRAPHQL_VALIDATION_FAILED"]


# --- persisted queries ----------------------------------------------------------------------------------------------


def persisted(query: str | None, digest: object, version: object = 1) -> dict[str, object]:
    body: dict[str, object] = {"extensions": {"persistedQuery": {"version": version, "sha256Hash": digest}}}
    return body if query is None else body | {"query": query}


def test_a_hash_cannot_be_poisoned(attacker: Attacker) -> None:
    """Nobody can store one document under the hash of another."""
    good, bad = "{ viewer { name } } # good", "{ __typename } # bad"
    digest = sha256(good.encode()).hexdigest()
    assert attacker.post(persisted(bad, digest)).codes == ["BAD_REQUEST"]
    assert attacker.post(persisted(None, digest)).codes == ["PERSISTED_QUERY_NOT_FOUND"]
    assert "errors" not in attacker.post(persisted(good, digest)).json
    assert attacker.post(persisted(bad, digest)).codes == ["BAD_REQUEST"]
    assert "viewer" in attacker.post(persisted(None, digest)).json["data"]


def test_a_document_that_was_kept_is_run_as_whoever_asks(attacker: Attacker) -> None:
    query = "{ products(first: 1) { nodes { cost { amount } } } } # kept"
    digest = sha256(query.encode()).hexdigest()
    assert "errors" not in attacker.post(persisted(query, digest)).json
    assert attacker.of("agent").post(persisted(None, digest)).codes == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    "digest", ["", "x", "0" * 63, "0" * 65, "g" * 64, None, 1, [], {}, "0" * 100_000, "\ud800", "' OR 1=1"]
)
def test_a_hash_that_is_none(attacker: Attacker, digest: object) -> None:
    assert attacker.post(persisted(None, digest)).codes == ["BAD_REQUEST"]


@pytest.mark.parametrize("version", [None, 0, 2, "1", True, [1], 1.5, 10**30])
def test_a_version_that_is_none(attacker: Attacker, version: object) -> None:
    assert attacker.post(persisted("{ __typename }", "0" * 64, version)).codes == ["BAD_REQUEST"]


def test_a_mutation_that_was_kept_is_not_run_by_get(attacker: Attacker) -> None:
    query = 'mutation { createTeam(input: {name: "By GET"}) { team { id } } }'
    digest = sha256(query.encode()).hexdigest()
    attacker.of("readonly").post(persisted(query, digest))
    extensions = json.dumps(persisted(None, digest)["extensions"]).replace('"', "%22").replace(" ", "")
    reply = attacker.send("GET", f"/graphql?extensions={extensions}", headers={"Authorization": "Bearer demo-admin"})
    assert reply.status == 405
    assert attacker.data('{ teams(where: {name: {eq: "By GET"}}) { totalCount } }')["teams"]["totalCount"] == 0


def test_the_roles_are_those_of_the_demo(attacker: Attacker) -> None:
    told = [attacker.of(role).data("{ viewer { role } }")["viewer"]["role"] for role in ROLES]
    assert told == ["ADMIN", "MANAGER", "REP", "REP", "AGENT", "MARKETING", "READONLY"]
