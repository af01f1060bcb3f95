"""GraphQL over HTTP: what each kind of request is answered with, the malformed ones above all."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from errors import Code
from server.settings import Settings
from tests.front_door import SECRET, FakeEngine, Porter, Running, app, running

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HELLO = {"query": "{ hello }"}
GREETING = {"data": {"hello": "Grüße 你好"}}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(app(Settings(max_body=4000, request_timeout=30), engine)) as client:
        yield client


@pytest.fixture
def hasty(engine: FakeEngine) -> Iterator[TestClient]:
    """A client of a server that gives up soon."""
    with TestClient(app(Settings(request_timeout=0.3), engine)) as client:
        yield client


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(Settings(max_body=4000, request_timeout=30)) as server:
        yield server


def post(client: TestClient, body: Any, **headers: str) -> httpx2.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/graphql", content=content, headers={"content-type": JSON, **headers})


def the_error(answer: httpx2.Response) -> tuple[str, str]:
    """The code and the sentence of an answer that is one error and nothing else."""
    assert answer.headers["content-type"].endswith("json; charset=utf-8")
    body = answer.json()
    assert body.keys() == {"errors"}
    (error,) = body["errors"]
    assert error["extensions"]["code"] in Code.__members__
    assert len(answer.content) < 1000
    return error["extensions"]["code"], error["message"]


# --- requests that are well-formed ------------------------------------------------------------------------


def test_a_query_is_posted_and_answered(client: TestClient, engine: FakeEngine) -> None:
    sent = {
        "query": "query Hello { hello }",
        "variables": {"id": "cus_1"},
        "operationName": "Hello",
        "extensions": {"any": "thing"},
    }
    answer = post(client, sent)
    assert (answer.status_code, answer.json()) == (200, GREETING)
    assert engine.calls == [("query Hello { hello }", {"id": "cus_1"}, "Hello", False)]
    headers = dict(answer.headers)
    assert re.fullmatch(r"[0-9a-f]{10}-[0-9a-f]+", headers.pop("x-request-id"))
    assert headers == {
        "content-type": f"{JSON}; charset=utf-8",
        "content-length": str(len(answer.content)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


def test_a_query_is_asked_by_its_address(client: TestClient, engine: FakeEngine) -> None:
    parameters = {"query": "query Hello { hello }", "operationName": "Hello", "variables": '{"id": "客户"}'}
    answer = client.get(f"/graphql?{urlencode(parameters)}")
    assert (answer.status_code, answer.json()) == (200, GREETING)
    assert engine.calls == [("query Hello { hello }", {"id": "客户"}, "Hello", True)]


def test_an_empty_parameter_is_one_that_was_left_out(client: TestClient, engine: FakeEngine) -> None:
    assert client.get("/graphql?query=%7B%20hello%20%7D&variables=&operationName=&extensions=").json() == GREETING
    assert engine.calls == [("{ hello }", None, None, True)]


@pytest.mark.parametrize("name", ["variables", "operationName", "extensions"])
def test_null_is_nothing(client: TestClient, name: str) -> None:
    assert post(client, {**HELLO, name: None}).json() == GREETING


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON; charset=utf-8", JSON),
        ("application/json, text/plain, */*", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json, application/json", GRAPHQL),
        ("application/json, application/graphql-response+json", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("application/json;q=0.5, application/graphql-response+json;q=0.7", GRAPHQL),
        ("application/graphql-response+json, */*", GRAPHQL),
        ("*/*, application/json;q=0", GRAPHQL),
        ("application/json;q=0, application/graphql-response+json;q=0.001", GRAPHQL),
        ("text/event-stream", "text/event-stream"),
        ("text/event-stream, */*", JSON),
        ("text/event-stream;q=0", None),
        ("text/html", None),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("application/json;q=nan", None),
        (";;;,,,=", None),
        ("x/y," * 60 + "application/json", None),
    ],
)
def test_the_client_says_which_media_type_it_takes(server: Running, accept: str | None, media: str | None) -> None:
    headers = [("content-type", JSON)] + ([] if accept is None else [("accept", accept)])
    with httpx2.Client(headers={}) as client:
        request = httpx2.Request("POST", server.http, headers=headers, content=json.dumps(HELLO))
        answer = client.send(request)
    if media is None:
        assert answer.status_code == 406
        assert the_error(answer)[0] == "BAD_REQUEST"
        return
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert answer.status_code == 200
    body = answer.text.split("\n")[1].removeprefix("data: ") if "event" in media else answer.text
    assert json.loads(body) == GREETING


@pytest.mark.parametrize(
    ("query", "code", "in_json", "in_graphql"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED", 200, 400),
        ("{ endless }", "QUERY_TOO_COMPLEX", 200, 400),
        ("{ slow }", "TIMEOUT", 200, 503),
        ("{ broken }", "INTERNAL_SERVER_ERROR", 500, 500),
        ("{ late }", "INTERNAL_SERVER_ERROR", 500, 500),
    ],
)
def test_the_status_says_what_the_media_type_lets_it_say(
    client: TestClient, hasty: TestClient, query: str, code: str, in_json: int, in_graphql: int
) -> None:
    for media, status in ((JSON, in_json), (GRAPHQL, in_graphql)):
        answer = post(hasty if code == "TIMEOUT" else client, {"query": query}, accept=media)
        assert answer.status_code == status
        assert the_error(answer)[0] == code
        assert answer.headers["content-type"] == f"{media}; charset=utf-8"


# --- requests that are not --------------------------------------------------------------------------------

MALFORMED = {
    "nothing": b"",
    "blanks": b" \r\n",
    "null": b"null",
    "number": b"123",
    "string": b'"x"',
    "true": b"true",
    "not a number": b"NaN",
    "not a number inside": b'{"query": "{ hello }", "variables": {"x": NaN}}',
    "infinity": b'{"query": "{ hello }", "variables": {"x": -Infinity}}',
    "empty list": b"[]",
    "batch": b'[{"query": "{ hello }"}]',
    "empty object": b"{}",
    "invalid UTF-8": b'{"query": "\xff\xfe"}',
    "surrogates in UTF-8": b'{"query": "\xed\xa0\x80"}',
    "half a character": b'{"query": "\\ud83d"}',
    "half a character inside": b'{"query": "{ hello \\ud83d }"}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "cut off": b'{"query": "{ hel',
    "followed by more": b'{"query": "{ hello }"} {}',
    "single quotes": b"{'query': '{ hello }'}",
    "control character": b'{"query": "{ hello\x00 }"}',
    "deep lists": b"[" * 3900,
    "deep objects": b'{"query":' * 300 + b"1" + b"}" * 300,
    "deep variables": b'{"query":"{ hello }","variables":{"x":' + b"[" * 64 + b"]" * 64 + b"}}",
    "huge float": b'{"query": "{ hello }", "variables": {"x": 1e400}}',
    "huge exponent": b'{"query": "{ hello }", "variables": {"x": 1e999999999999}}',
    "query is null": b'{"query": null}',
    "query is a number": b'{"query": 1}',
    "query is a list": b'{"query": ["{ hello }"]}',
    "variables are a list": b'{"query": "{ hello }", "variables": []}',
    "variables are a string": b'{"query": "{ hello }", "variables": "{}"}',
    "variables are false": b'{"query": "{ hello }", "variables": false}',
    "operationName is a number": b'{"query": "{ hello }", "operationName": 0}',
    "operationName is an object": b'{"query": "{ hello }", "operationName": {}}',
    "extensions are a list": b'{"query": "{ hello }", "extensions": []}',
    "extensions are a string": b'{"query": "{ hello }", "extensions": "x"}',
    "persistedQuery is null": b'{"extensions": {"persistedQuery": null}}',
    "persistedQuery is a list": b'{"extensions": {"persistedQuery": []}}',
    "compressed unsaid": gzip.compress(b'{"query": "{ hello }"}'),
    "form": b"query=%7B+hello+%7D",
}


@pytest.mark.parametrize("media", [JSON, GRAPHQL])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_refused_in_a_sentence(
    client: TestClient, engine: FakeEngine, body: bytes, media: str
) -> None:
    answer = post(client, body, accept=media)
    assert answer.status_code == 400
    code, message = the_error(answer)
    assert code == "BAD_REQUEST"
    assert re.fullmatch(r"[A-Z`].+\.|The body must be a JSON object like .+", message)
    assert not re.search(r"msgspec|Traceback|Python|codec|0x", message)
    assert engine.calls == []
    assert post(client, HELLO).json() == GREETING


def test_an_integer_of_5000_digits() -> None:
    with TestClient(app(Settings(), FakeEngine())) as client:
        answer = post(client, b'{"query": "{ hello }", "variables": {"x": ' + b"9" * 5000 + b"}}")
    assert answer.status_code == 400
    assert "number" in the_error(answer)[1]


def test_200_000_brackets() -> None:
    with TestClient(app(Settings(), FakeEngine())) as client:
        for levels, body in (
            (200_000, b"[" * 200_000),
            (200_000, b'{"a":' * 200_000),
            (100_001, b'{"query":"{ hello }","variables":' + b'{"a":' * 100_000),
            (300, b"[" * 200 + b'{"no ]]][[[\\" bracket":' * 100 + b"1" + b"}" * 100 + b"]" * 200),
        ):
            answer = post(client, body)
            assert answer.status_code == 400
            assert f"nested too deeply: {levels:,} levels of lists and objects" in the_error(answer)[1]


def test_many_lists_side_by_side_are_not_deep(client: TestClient) -> None:
    assert post(client, {**HELLO, "variables": {"x": [[]] * 100}}).json() == GREETING


def test_the_last_of_two_equal_keys_counts(client: TestClient) -> None:
    assert post(client, b'{"query": "{ nothing }", "query": "{ hello }"}').json() == GREETING


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
requests = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("query", "variables", "operationName", "extensions"), json_values)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | requests.map(lambda value: json.dumps(value).encode()))
def test_no_body_is_the_servers_fault(client: TestClient, body: bytes) -> None:
    answer = post(client, body, accept=GRAPHQL)
    assert 400 <= answer.status_code < 500
    the_error(answer)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"content-type": ""}, 415),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "text/plain; application/json"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
        ({"content-type": "application/graphql"}, 415),
        ({"content-type": "application/json-patch+json"}, 415),
        ({"content-type": "application/json; charset=utf-16"}, 415),
        ({"content-type": "application/json; charset=latin-1"}, 415),
        ({"content-type": "application/json, text/plain"}, 415),
        ({"content-type": JSON, "content-encoding": "gzip"}, 415),
        ({"content-type": JSON, "content-encoding": "br"}, 415),
        ({"content-type": JSON}, 200),
        ({"content-type": "Application/JSON"}, 200),
        ({"content-type": "application/json;charset=UTF-8"}, 200),
        ({"content-type": 'application/json; charset="utf-8"; profile=x'}, 200),
        ({"content-type": JSON, "content-encoding": "identity"}, 200),
    ],
)
def test_only_json_in_utf_8_is_a_request(client: TestClient, headers: dict[str, str], status: int) -> None:
    """Nothing else, because a browser sends a form or plain text for any page, without asking."""
    answer = client.post("/graphql", content=json.dumps(HELLO), headers=headers)
    assert answer.status_code == status
    if status != 200:
        assert the_error(answer)[0] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "variables=%7B%7D",
        "query=%7Bhello%7D&query=%7Bhello%7D",
        "query=%7Bhello%7D&variables=%7B%7D&variables=%7B%7D",
        "query=%7Bhello%7D&variables=[]",
        "query=%7Bhello%7D&variables=%7B",
        "query=%7Bhello%7D&variables=NaN",
        "query=%7Bhello%7D&extensions=1",
        "query=%ff%fe",
        "query=%ED%A0%80",
    ],
)
def test_a_malformed_address_is_refused(client: TestClient, engine: FakeEngine, query: str) -> None:
    answer = client.get(f"/graphql?{query}")
    assert answer.status_code == 400
    assert the_error(answer)[0] == "BAD_REQUEST"
    assert engine.calls == []


@pytest.mark.parametrize("query", ["mutation { x }", "subscription { x }", "query Q { hello } mutation M { x }"])
def test_what_changes_things_is_not_done_by_get(client: TestClient, engine: FakeEngine, query: str) -> None:
    for media in (JSON, GRAPHQL):
        answer = client.get(
            "/graphql",
            params={"query": query, "operationName": "M" * ("M" in query)},
            headers={"accept": media},
        )
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert answer.json()["errors"]
    assert all(only_query for *_, only_query in engine.calls)


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query Q { hello } mutation M { x }", "{" * 900])
def test_what_is_only_wrong_by_get_stays_a_400(client: TestClient, query: str) -> None:
    assert client.get("/graphql", params={"query": query}, headers={"accept": GRAPHQL}).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_other_methods_are_told_which_to_use(client: TestClient, method: str) -> None:
    answer = client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_body_that_is_too_large(client: TestClient) -> None:
    largest = json.dumps(HELLO).encode()
    largest += b" " * (4000 - len(largest))
    assert post(client, largest).status_code == 200
    answer = post(client, largest + b" ")
    assert answer.status_code == 413
    assert "has 4,001 bytes, more than the 4,000 bytes allowed" in the_error(answer)[1]


def test_a_body_that_never_ends(server: Running) -> None:
    """It is refused at the first byte too many, and not by the time it is all there."""
    endless = (b" " * 1000 for _ in range(10**9))
    answer = httpx2.post(server.http, content=endless, headers={"content-type": JSON})
    assert answer.status_code == 413
    assert re.search(r"The body has more than the [\d,]+ bytes allowed", the_error(answer)[1])
    assert answer.headers["connection"] == "close"


CHUNKED = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("chunk", "sentence"),
    [
        (b"3E8\r\n" + b" " * 1000 + b"\r\n", b"has more than the 4,000 bytes allowed"),
        (b"1;" + b"x" * 30 + b"\r\n \r\n", b"far too much around it"),
    ],
)
def test_a_body_of_which_much_comes_at_once(server: Running, chunk: bytes, sentence: bytes) -> None:
    """What is wrong with it does not hang on how much of it comes before anybody looks."""
    with socket.create_connection((server.host, server.port)) as connection:
        connection.sendall(CHUNKED + chunk * (60_000 // len(chunk)))
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sentence in answer


UNREAD = {
    "a page": b"GET /health/live",
    "a query in the URL": b"GET /graphql?query={hello}",
    "a method that is not known": b"DELETE /graphql",
    "a token that is no good": b"POST /graphql",
}
"""Requests that are answered whatever their bodies are."""


@pytest.mark.parametrize("head", UNREAD.values(), ids=UNREAD.keys())
@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 5", b"ab"),
        (b"Transfer-Encoding: chunked", b"ZZ\r\n"),
        (b"Transfer-Encoding: chunked", b"1\r\na\r\n"),
    ],
    ids=["half", "no chunk", "one chunk"],
)
@pytest.mark.parametrize("pause", [0.0, 0.2], ids=["at once", "later"])
def test_one_request_has_one_answer(
    head: bytes, framing: bytes, body: bytes, pause: float, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where its body does not come to its end: a proxy would take a second answer for the next request's."""
    lines = b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer wrong\r\n"
    with running(Settings(read_timeout=0.6), Porter()) as server:
        with socket.create_connection((server.host, server.port)) as connection:
            connection.sendall(head + lines + framing + b"\r\n\r\n")
            time.sleep(pause)
            with contextlib.suppress(OSError):  # answered and closed
                connection.sendall(body)
            connection.settimeout(5)
            answer = connection.makefile("rb").read()
    assert len(re.findall(rb"HTTP/1\.1 \d{3} ", answer)) == 1, answer
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_what_follows_an_answer_is_not_read_for_ever() -> None:
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    sent = 0
    with running(Settings(max_body=4000, read_timeout=30)) as server:
        with socket.create_connection((server.host, server.port)) as connection:
            connection.settimeout(5)
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            assert b"HTTP/1.1 404" in connection.recv(65536)
            with contextlib.suppress(OSError):
                while sent < 100_000_000:
                    connection.sendall(chunk)
                    sent += len(chunk)
    assert sent < 20_000_000, "what the kernel holds, and little more"


HALF = b"\r\n".join(
    [
        b"POST /graphql HTTP/1.1",
        b"Host: x",
        b"Content-Type: application/json",
        b"Content-Length: 20",
        b"",
        b"{",
    ]
)


def test_a_body_that_does_not_come() -> None:
    with running(Settings(request_timeout=0.5)) as server:
        with socket.create_connection((server.host, server.port)) as connection:
            connection.sendall(HALF)
            answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"BAD_REQUEST"' in answer


def test_a_client_that_hangs_up(server: Running) -> None:
    with socket.create_connection((server.host, server.port)) as connection:
        connection.sendall(HALF)
    assert httpx2.post(server.http, json=HELLO).json() == GREETING


# --- faults -----------------------------------------------------------------------------------------------


def test_an_internal_error_is_told_to_the_log_alone(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = post(client, {"query": "{ broken }"})
    code, message = the_error(answer)
    assert (answer.status_code, code) == (500, "INTERNAL_SERVER_ERROR")
    assert SECRET not in answer.text
    reference = re.search(r"reference ([0-9a-f]{12})", message)
    assert reference
    assert reference[1] in caplog.text
    assert SECRET in caplog.text
    assert "Traceback" in caplog.text


def test_a_request_that_takes_too_long_is_stopped(hasty: TestClient, engine: FakeEngine) -> None:
    _, message = the_error(post(hasty, {"query": "{ slow }"}))
    assert "took too long" in message
    assert engine.cancelled == 1


def test_a_server_that_stops_finishes_what_it_has_begun() -> None:
    with ThreadPoolExecutor() as pool:
        with running(Settings()) as server:
            answer = pool.submit(httpx2.post, server.http, json={"query": "{ unhurried }"}, timeout=30)
            while not server.engine.calls:
                time.sleep(0.01)
        assert answer.result().json() == {"data": {"unhurried": True}}


# --- the paths beside it ----------------------------------------------------------------------------------


def test_the_server_does_not_say_what_it_is(server: Running) -> None:
    assert "server" not in httpx2.post(server.http, json=HELLO).headers


@pytest.mark.parametrize("path", ["/graphql/", "/nothing", "/graphql/../x", "/.env"])
def test_a_path_that_leads_nowhere(client: TestClient, path: str) -> None:
    answer = client.post(path, json=HELLO, follow_redirects=False)
    assert answer.status_code == 404
    assert "/graphql" in answer.json()["errors"][0]["message"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_path_that_is_only_read(client: TestClient) -> None:
    answer = client.post("/livez")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_the_page_can_be_left_out() -> None:
    for ide, status in ((True, 200), (False, 404)):
        with TestClient(app(replace(Settings(), ide=ide), FakeEngine())) as client:
            assert client.get("/").status_code == status


class FakeDatabase:
    def __init__(self, seconds: float, error: Exception | None = None) -> None:
        self.seconds = seconds
        self.error = error

    async def read(self, sql: str, args: tuple[object, ...]) -> bytes:
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        return b"1"


@pytest.mark.parametrize(
    ("database", "status", "told"),
    [
        (FakeDatabase(0), 200, "ok"),
        (FakeDatabase(0, OSError(SECRET)), 503, "The database cannot be used at the moment: try again later."),
        (FakeDatabase(30), 503, "The database does not answer within 1 s: try again later."),
    ],
)
def test_ready_is_who_has_a_database_that_answers(database: Any, status: int, told: str) -> None:
    with TestClient(app(Settings(), FakeEngine(), database=database)) as client:
        answer = client.get("/readyz")
        assert answer.status_code == status
        assert SECRET not in answer.text and told in answer.text
        assert (answer.json() == {"status": "ok"}) is (status == 200)
        assert client.get("/livez").status_code == 200
