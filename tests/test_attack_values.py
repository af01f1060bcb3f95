"""Attacks by values: SQL, patterns, odd dates and numbers, cursors that were tampered with."""

from __future__ import annotations

import base64
import json
import re
import string
from typing import Any

import pytest

from tests.attacks import ON_BOTH, QUICK, Attacker

pytestmark = ON_BOTH

INJECTIONS = (
    *(
        "' OR '1'='1",
        "'; DROP TABLE customer; --",
        '" OR ""="',
        "1) OR (1=1",
        "x' UNION SELECT token_hash FROM api_key --",
    ),
    *(
        "') OR sleep(5) --",
        "'||pg_sleep(5)||'",
        "\\'; --",
        "$$; --",
        "%' --",
        "/**/",
        "{{7*7}}",
        "${7*7}",
        "%s%s%n",
        "$1",
        ":p1",
    ),
    *("?1", "<script>alert(1)</script>", "../../etc/passwd", "|id", "`id`", "\r\nX: y", "\x1b[31m", "\u202e", "\u0000"),
)
IN_A_NAME = ("$1", "?1", ":p1")
"""The demo has a customer who is called like this."""
ARGUMENTS: dict[str, str] = {
    "a filter": "query($x: String!) { found: customers(where: {name: {eq: $x}}) { totalCount } }",
    "a pattern": "query($x: String!) { found: customers(where: {name: {contains: $x}}) { totalCount } }",
    "a start": "query($x: String!) { found: customers(where: {city: {startsWith: $x}}) { totalCount } }",
    "a list": "query($x: String!) { found: customers(where: {email: {in: [$x]}}) { totalCount } }",
    "a relation": "query($x: String!) { found: customers(where: {orders: {some: {number: {eq: $x}}}}) { totalCount } }",
    "a search": "query($x: String!) { found: tickets(search: $x) { totalCount } }",
    "an id": "query($x: ID!) { found: customers(where: {id: {eq: $x}}) { totalCount } }",
    "a node": "query($x: ID!) { found: node(id: $x) { id } }",
    "a cursor": "query($x: String!) { found: customers(after: $x) { totalCount } }",
    "an identifier": "query($x: String!) { found: productByIdentifier(identifier: {sku: $x}) { id } }",
    "a time zone": (
        "query($x: TimeZone!) { found: orders {"
        " groups(by: [{period: {field: ORDER_DATE, unit: MONTH, timeZone: $x}}]) { orderDate } } }"
    ),
}


@pytest.mark.parametrize("query", ARGUMENTS.values(), ids=ARGUMENTS.keys())
def test_no_text_becomes_sql(attacker: Attacker, query: str) -> None:
    """It finds nothing, or is refused; the data is what it was, and no answer waits for a `sleep`."""
    before = attacker.data("{ customers { totalCount } }")
    for text in INJECTIONS:
        reply = attacker.ask(query, x=text)
        assert reply.seconds < 3
        if "errors" in reply.json:
            assert set(reply.codes) <= {"BAD_USER_INPUT"}, reply.json
        else:
            found = reply.json["data"]["found"]
            assert not found or found["totalCount"] in (0, None) or text in IN_A_NAME, (text, found)
    assert attacker.data("{ customers { totalCount } }") == before


NUMBERS = ("1e1", "1E2", "-1e5", "1e+5", "1.0e2", "1e-5", "1e400", "1" * 400, "1" * 1500, "1" * 5000, f"1.{'1' * 3000}")


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:6])
def test_a_number_in_a_document_makes_sense_or_is_refused(attacker: Attacker, number: str) -> None:
    """Wherever one may stand: what validation takes for a number and what reads it must not disagree."""
    for document in (
        f"{{ products(where: {{price: {{gt: {number}}}}}) {{ totalCount }} }}",
        f"query ($x: Decimal = {number}) {{ products(where: {{price: {{gt: $x}}}}) {{ totalCount }} }}",
        f"{{ node(id: {number}) {{ id }} }}",
        f"{{ products(first: {number}) {{ totalCount }} }}",
        f"{{ customers(where: {{name: {{eq: {number}}}}}) {{ totalCount }} }}",
        'mutation { createProduct(input: {sku: "E", name: "E", dryRun: true,'
        f' price: {{amount: {number}, currency: "EUR"}}}}) {{ errors {{ code }} }} }}',
    ):
        reply = attacker.ask(document)
        assert reply.status < 500
        assert set(reply.codes) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"}, (document[:80], reply.json)
        assert len(reply.body) < 64_000
        assert b"Decimal instance" not in reply.body


NOTHING_SAID = (
    ("{ node(id: null) { id } }", {}),
    ("{ customers(orderBy: [null]) { totalCount } }", {}),
    ("{ customers @include(if: null) { totalCount } }", {}),
    *(
        (f"query ($x: {type_}) {{ customers({argument}: $x) {{ totalCount }} }}", {"x": value})
        for type_, argument in (("Int", "first"), ("String", "search"))
        for value in ({"a": None}, [True], [None], True, False)
    ),
)


@pytest.mark.parametrize(("document", "variables"), NOTHING_SAID, ids=str)
def test_no_error_spells_a_value_as_python_does(attacker: Attacker, document: str, variables: dict[str, Any]) -> None:
    reply = attacker.ask(document, **variables)
    assert set(reply.codes) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"} and reply.codes
    assert not re.search(rb"None|True|False|\{'", reply.body), reply.body


@pytest.mark.parametrize("text", INJECTIONS)
def test_text_is_kept_as_it_was_written(attacker: Attacker, text: str) -> None:
    payload = attacker.payload(
        "createTicket", "ticket { issue } errors { code }", customerId="cus_1", issue=f"a{text}b", dryRun=True
    )
    if payload["errors"]:
        assert "\0" in text or any(letter < " " for letter in text)
    else:
        assert payload["ticket"]["issue"] == f"a{text}b".replace("\r\n", "\n") or "\r" in text or "\x1b" in text


@pytest.mark.parametrize("text", ["%", "_", "%%%%%", "____", "\\", "\\%", "[a-z]", "*", ".*"])
def test_signs_of_patterns_are_signs(attacker: Attacker, text: str) -> None:
    found = attacker.data(ARGUMENTS["a pattern"], x=text)["found"]["totalCount"]
    names = [node["name"] for node in all_customers(attacker)]
    assert found == sum(text in name for name in names)


def all_customers(attacker: Attacker) -> list[dict[str, Any]]:
    found, after = [], None
    while True:
        page = attacker.data(
            "query($after: String) { customers(first: 100, after: $after) {"
            " nodes { id name } pageInfo { hasNextPage endCursor } } }",
            after=after,
        )["customers"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(
    "text",
    [
        "%a" * 4000,
        "a" * 9000,
        "_" * 9000,
        ("a" * 30 + "%") * 200,
        "(a+)+$" * 500,
        "a@" * 4000,
        "\u0130" * 4000,
        " " * 9000,
    ],
)
@pytest.mark.parametrize("argument", ["a pattern", "a search", "a filter", "an identifier", "a cursor"])
def test_long_patterns_take_no_time(attacker: Attacker, argument: str, text: str) -> None:
    replies = [attacker.ask(ARGUMENTS[argument], x=text) for _ in range(3)]
    assert min(reply.seconds for reply in replies) < 2 * QUICK


@pytest.mark.parametrize("field", ["email", "phone", "website", "taxId", "timeZone", "language"])
@pytest.mark.parametrize(
    "text", ["a" * 5000 + "@", "@" * 5000, "+" * 5000, "a." * 2500, "0" * 5000, "http://" + "a." * 2000]
)
def test_long_contact_data_takes_no_time(attacker: Attacker, field: str, text: str) -> None:
    query = "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { errors { code } } }"
    replies = [attacker.ask(query, input={"name": "ReDoS", "dryRun": True, field: text}) for _ in range(3)]
    assert min(reply.seconds for reply in replies) < QUICK


DATES = (
    *("2026-02-30", "2026-13-01", "2026-00-10", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "-0001-01-01"),
    *(
        "2026-1-1",
        "26-01-01",
        "2026-01-01T00:00:00Z",
        "2026W01",
        "2026-W01-1",
        "2026-001",
        "today",
        "٢٠٢٦-٠١-٠١",
        "",
        " 2026-01-01",
    ),
)
TIMES = (
    *("2026-01-01", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00+24:00"),
    *(
        "9999-12-31T23:59:59.999Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        "2026-01-01T00:00:00.1234567891Z",
    ),
    *("2026-01-01T00:00:00z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00−01:00", "1e9", "0", "now", ""),
)
ZONES = (
    "",
    "UTC",
    "utc",
    "Mars/Phobos",
    "../../etc/passwd",
    "/etc/localtime",
    "Europe/Berlin\0",
    "GMT+25",
    "EST5EDT",
    "Europe/../UTC",
    "localtime",
    "posix/UTC",
)


@pytest.mark.parametrize("text", DATES)
def test_odd_dates(attacker: Attacker, text: str) -> None:
    clean(attacker.ask("query($x: Date!) { orders(where: {orderDate: {gte: $x}}) { totalCount } }", x=text))
    period = "query($x: Date!) { salesReps(first: 1) { nodes { commission(from: $x, to: $x) { amount } } } }"
    clean(attacker.ask(period, x=text))


@pytest.mark.parametrize("text", TIMES)
def test_odd_times(attacker: Attacker, text: str) -> None:
    clean(attacker.ask("query($x: DateTime!) { customers(where: {createdAt: {gte: $x}}) { totalCount } }", x=text))


@pytest.mark.parametrize("text", ZONES)
def test_odd_time_zones(attacker: Attacker, text: str) -> None:
    clean(attacker.ask(ARGUMENTS["a time zone"], x=text))
    given = {"input": {"name": "Zone", "timeZone": text, "dryRun": True}}
    clean(
        attacker.ask(
            "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { errors { code } } }", **given
        )
    )


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, -(2**63), 10**30, 0.5, 1e300, True, "1", None, [1], {"a": 1}])
def test_odd_numbers(attacker: Attacker, number: object) -> None:
    clean(attacker.ask("query($n: Int) { customers(first: $n) { totalCount } }", n=number))
    given = 'id: "cus_1", expectedVersion: $v, name: "N", dryRun: true'
    query = f"mutation($v: Int) {{ updateCustomer(input: {{{given}}}) {{ errors {{ code }} }} }}"
    clean(attacker.ask(query, v=number))


@pytest.mark.parametrize(
    "amount",
    ["NaN", "-0", "1e3", "Infinity", "0x10", "1,5", "١", "9" * 5000, "0." + "0" * 5000 + "1", "", " 1", "+1", "1_000"],
)
def test_odd_amounts(attacker: Attacker, amount: str) -> None:
    query = "query($x: Decimal!) { orders(where: {total: {gt: $x}}) { totalCount } }"
    assert attacker.ask(query, x=amount).errors or amount in ("-0",)


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "_",
        "cus",
        "cus_",
        "cus_0",
        "cus_-1",
        "cus_1.0",
        "cus_1e1",
        "cus_ 1",
        "cus_1 ",
        "CUS_1",
        "cus_٣",
        "cus_0001",
        "cus_" + "9" * 5000,
        "cus_9223372036854775808",
        "x_1",
        "app_user_1",
        "usr_1",
        "ses_1",
        "key_1",
        "\ud800",
        "cus_1\0",
    ],
)
def test_odd_ids(attacker: Attacker, id_: str) -> None:
    """No id but its own spelling finds a record."""
    for query in ("query($x: ID!) { found: node(id: $x) { id } }", "query($x: ID!) { found: customer(id: $x) { id } }"):
        reply = attacker.ask(query, x=id_)
        assert not (reply.json.get("data") or {}).get("found"), reply.json
        clean(reply)


def clean(reply: Any) -> None:
    """An answer, or a refusal of the input: nothing else."""
    assert set(reply.codes) <= {"BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST", "QUERY_TOO_COMPLEX"}, (
        reply.json
    )
    assert reply.seconds < 3


# --- cursors --------------------------------------------------------------------------------------------------------

PAGE = "query($after: String) { customers(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }"


def test_a_cursor_that_was_tampered_with_is_refused_or_only_another_place(attacker: Attacker) -> None:
    """Each letter of it exchanged, bytes of its own made up: nothing breaks, and nothing hidden is read."""
    rep = attacker.of("rep")
    cursor = rep.data(PAGE)["customers"]["pageInfo"]["endCursor"]
    own = {node["id"] for node in all_customers(rep)}
    for at in range(len(cursor)):
        for letter in (*string.ascii_letters[at % 26 :: 17], "=", "\0", "%"):
            reply = rep.ask(PAGE, after=cursor[:at] + letter + cursor[at + 1 :])
            clean(reply)
            for node in ((reply.json.get("data") or {}).get("customers") or {}).get("nodes", ()):
                assert node["id"] in own


@pytest.mark.parametrize(
    "inside",
    [
        b"", b"[]", b"{}", b"null", b"1", b'["x"]', b'[["CREATED_AT","DESC"],[1],1]', b"\xff\xfe", b"9" * 5000,
        b"[" * 5000, b'["\' OR 1=1 --"]', b'{"o":"1=1"}', b"\x80\x04\x95", b"NaN", b'["2026-01-01","cus_1"]',
    ],
)  # fmt: skip
def test_a_cursor_that_was_made_up(attacker: Attacker, inside: bytes) -> None:
    for cursor in (
        base64.urlsafe_b64encode(inside).decode(),
        base64.b64encode(inside).decode().rstrip("="),
        inside.decode("latin-1"),
    ):
        for argument in ("after", "before"):
            query = PAGE.replace("first: 2, after", "first: 2, after" if argument == "after" else "last: 2, before")
            reply = attacker.ask(query, after=cursor)
            clean(reply)
            assert reply.errors or cursor == "", (cursor, reply.json)


def test_another_lists_cursor_is_refused(attacker: Attacker) -> None:
    cursor = attacker.data("{ orders(first: 1) { pageInfo { endCursor } } }")["orders"]["pageInfo"]["endCursor"]
    assert attacker.ask(PAGE, after=cursor).codes == ["BAD_USER_INPUT"]


def test_another_roles_cursor_shows_no_rows(attacker: Attacker) -> None:
    """A place in the admin's list is only a place: what follows it is what the rep may see."""
    rep = attacker.of("rep-2")
    own = {node["id"] for node in all_customers(rep)}
    assert own
    edges = attacker.data("{ customers(first: 60) { edges { cursor } } }")["customers"]["edges"]
    for edge in edges[::7]:
        nodes = rep.data(PAGE, after=edge["cursor"])["customers"]["nodes"]
        assert {node["id"] for node in nodes} <= own


def test_a_cursor_tells_nothing_hidden(attacker: Attacker) -> None:
    """What it carries is the key that the list is sorted by, no more."""
    cursor = attacker.of("agent").data("{ products(first: 1) { pageInfo { endCursor } } }")
    told = cursor["products"]["pageInfo"]["endCursor"]
    text = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
    for word in (b"cost", b"SELECT", b"product.", b"_fold"):
        assert word not in text
    assert len(json.dumps(told)) < 500
