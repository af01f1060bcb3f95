"""Who asks, from where and from which page, what the log says of it, and results that keep coming."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import logging
import sqlite3
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from websockets.sync.client import ClientConnection

import access
from errors import Refusal
from models.database import Database
from schema.engine import Engine
from server import logs, sse
from server.address import Proxies
from server.auth import LIFE_SECONDS
from server.logs import Entry, JsonFormatter, OperationLog, TextFormatter, json_line, scrub, tell, text_line
from server.seats import MOST_SEATS, credential_of
from server.settings import Settings
from tests.front_door import SECRET, FakeEngine, Porter, Running, app, running, until
from tests.test_websocket import INIT, closed, opened, receive, send, subscribe
from tests.viewers import ADMIN

HELLO = {"query": "{ hello }"}
GREETING = {"data": {"hello": "Grüße 你好"}}
EVENTS = {"accept": "text/event-stream"}


@pytest.fixture
def porter() -> Porter:
    return Porter()


@pytest.fixture
def server(porter: Porter) -> Iterator[Running]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.sse.CHECK_SECONDS", 0.1)
        patch.setattr("server.websocket.CHECK_SECONDS", 0.1)
        with running(Settings(origins=("https://shop.example",)), porter) as server:
            yield server


def ask(server: Running, query: str = "{ who }", **headers: str) -> httpx2.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.post(server.http, json={"query": query}, headers=given)


def code_of(answer: httpx2.Response) -> str:
    (error,) = answer.json()["errors"]
    assert error["message"].endswith(".")
    return str(error["extensions"]["code"])


# --- who asks ---------------------------------------------------------------------------------------------


def test_a_token_says_who_asks(server: Running) -> None:
    assert ask(server, authorization="Bearer anna").json() == {"data": {"who": "anna"}}
    assert ask(server).json() == {"data": {"who": "Nobody"}}


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json", "text/event-stream"])
@pytest.mark.parametrize(
    ("token", "status", "code", "header"),
    [
        ("stolen", 401, "UNAUTHENTICATED", ("www-authenticate", "Bearer")),
        ("banned", 403, "FORBIDDEN", None),
        ("limited", 429, "RATE_LIMITED", ("retry-after", "7")),
    ],
)
def test_who_is_not_let_in_is_told_why(
    server: Running, token: str, status: int, code: str, header: tuple[str, str] | None, accept: str
) -> None:
    answer = ask(server, authorization=f"Bearer {token}", accept=accept)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert "json" in answer.headers["content-type"]
    assert token not in answer.text
    if header:
        assert answer.headers[header[0]] == header[1]
    assert server.engine.calls == []


def test_two_credentials_are_none(server: Running) -> None:
    two = [("authorization", "Bearer anna"), ("authorization", "Bearer bo"), ("content-type", "application/json")]
    answer = httpx2.post(server.http, content=json.dumps(HELLO), headers=two)
    assert answer.status_code == 401


def test_who_cannot_be_looked_up_is_an_internal_error(server: Running, porter: Porter) -> None:
    porter.down = True
    answer = ask(server, authorization="Bearer anna")
    assert answer.status_code == 500
    assert SECRET not in answer.text


def test_who_is_looked_up_for_too_long_is_told_so(porter: Porter) -> None:
    with running(Settings(request_timeout=0.2), porter) as server:
        answer = ask(server, authorization="Bearer lost")
        assert (answer.status_code, code_of(answer)) == (503, "TIMEOUT")
        with opened(server) as socket:
            send(socket, {**INIT, "payload": {"token": "lost"}})
            assert closed(socket)[0] == 4504


def test_nothing_is_changed_by_get_however_the_answer_is_sent(server: Running) -> None:
    answer = httpx2.get(server.http, params={"query": "mutation { x }"}, headers=EVENTS)
    assert "errors" in events_of(answer.text)[0][1]
    assert all(only_query for *_, only_query in server.engine.calls)


def test_what_is_no_operation_is_refused_before_anybody_asks_who_sent_it(server: Running, porter: Porter) -> None:
    assert httpx2.post(server.http, content="x", headers={"content-type": "text/plain"}).status_code == 415
    assert httpx2.put(server.http).status_code == 405
    assert porter.asked == []


# --- from where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"),  # a claim of somebody who is no proxy
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["198.51.100.7, 203.0.113.9"], "203.0.113.9"),  # the left one is the client's own invention
        ("10.1.2.3", ["203.0.113.9, 10.9.9.9"], "203.0.113.9"),
        ("10.1.2.3", ["198.51.100.7", "203.0.113.9"], "203.0.113.9"),
        ("10.1.2.3", ["10.8.8.8, 10.9.9.9"], "10.8.8.8"),
        ("10.1.2.3", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.1.2.3", ["[2001:db8:1::9]:4711"], "2001:db8:1::9"),
        ("10.1.2.3", ["2001:db8:1::9"], "2001:db8:1::9"),
        ("10.1.2.3", ["203.0.113.9, unknown"], "10.1.2.3"),
        ("10.1.2.3", ["203.0.113.9, , 10.9.9.9"], "10.9.9.9"),
        ("10.1.2.3", ["'; DROP TABLE"], "10.1.2.3"),
        ("2001:db8::1", ["203.0.113.9"], "203.0.113.9"),
        ("::ffff:10.1.2.3", ["203.0.113.9"], "203.0.113.9"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_only_a_trusted_proxy_says_who_is_behind_it(peer: str, forwarded: list[str], client: str) -> None:
    proxies = Proxies(["10.0.0.0/8", "2001:db8::1/128"])
    headers = {b"x-forwarded-for": ", ".join(forwarded).encode()} if forwarded else {}
    assert proxies.client({"client": (peer, 1) if peer else None}, headers) == client
    assert Proxies().client({"client": (peer, 1) if peer else None}, headers) == peer


def test_the_address_reaches_whoever_decides(porter: Porter) -> None:
    with running(Settings(trusted_proxies=("127.0.0.0/8",)), porter) as server:
        ask(server, x_forwarded_for="203.0.113.9", authorization="Bearer anna")
        with opened(server, additional_headers={"X-Forwarded-For": "203.0.113.7"}) as socket:
            send(socket, INIT)
            receive(socket)
    assert porter.asked == [("Bearer anna", "203.0.113.9"), ("", "203.0.113.7")]


# --- from which page --------------------------------------------------------------------------------------


def preflight(server: Running, origin: str) -> httpx2.Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    return httpx2.options(server.http, headers=headers)


def test_a_page_of_an_origin_that_is_let_in(server: Running) -> None:
    asked = preflight(server, "https://shop.example")
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == "https://shop.example"
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    answer = ask(server, origin="https://shop.example")
    assert answer.headers["access-control-allow-origin"] == "https://shop.example"
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"


def test_a_page_that_is_let_in_may_keep_its_session_in_a_cookie(server: Running) -> None:
    place, headers = server.http.replace("/graphql", "/session"), {"origin": "https://shop.example"}
    asking = {"access-control-request-method": "DELETE", "access-control-request-headers": "x-rapport-csrf"}
    asked = httpx2.options(place, headers=headers | asking)
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["access-control-allow-methods"] == "POST, DELETE"
    assert "x-rapport-csrf" in asked.headers["access-control-allow-headers"]
    gone = httpx2.delete(place, headers={**headers, "x-rapport-csrf": "1"})
    for answer in (asked, gone):
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["vary"] == "Origin"
    assert "Max-Age=0" in gone.headers["set-cookie"]
    for answer in (
        httpx2.options(place, headers={"origin": "https://evil.example"}),
        httpx2.delete(place, headers={"origin": "https://evil.example", "x-rapport-csrf": "1"}),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example", "*"]
)
def test_a_page_of_another_origin_learns_nothing(server: Running, origin: str) -> None:
    refused = preflight(server, origin)
    assert (refused.status_code, code_of(refused)) == (403, "FORBIDDEN")
    for answer in (refused, ask(server, origin=origin), ask(server, origin=origin, authorization="Bearer no")):
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert answer.headers["vary"] == "Origin"


def test_browsers_are_told_to_stay_with_https_where_there_is_any() -> None:
    with running(Settings(tls=True)) as server:
        for path in ("graphql", "livez", "", "nowhere"):
            answer = httpx2.get(server.http.replace("graphql", path))
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with running(Settings()) as server:
        for path in ("graphql", "livez", ""):
            answer = httpx2.get(server.http.replace("graphql", path))
            assert "strict-transport-security" not in answer.headers
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-content-type-options"] == "nosniff"


# --- what the log says ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a-1._B", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ('a"b', False), ("ä", False), ("", False)],
)
def test_a_request_keeps_a_sane_name(server: Running, given: str, kept: bool) -> None:
    headers = [("x-request-id", given.encode("latin-1")), ("content-type", b"application/json")]
    answer = httpx2.post(server.http, content=json.dumps(HELLO), headers=headers)
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers["x-request-id"]
    assert server.engine.requests[-1] == answer.headers["x-request-id"], "as the audit calls it too"


def lines_of(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


def test_each_operation_is_a_line_without_what_it_was_about(capsys: pytest.CaptureFixture[str]) -> None:
    client = TestClient(app(Settings(), FakeEngine(), auth=Porter()))
    with client:
        body = {"query": "{ who }", "variables": {"email": "eva@example.com"}}
        client.post("/graphql", json=body, headers={"authorization": "Bearer anna", "x-request-id": "one"})
        client.post("/graphql", json={"query": "{ secret(a: 1) }"}, headers={"authorization": "Bearer stolen"})
        client.get("/graphql", params={"query": "mutation { x }"})
        client.post("/graphql", content=b"{", headers={"content-type": "application/json"})
    written = capsys.readouterr().err
    first, *others = lines_of(written)
    assert dt.datetime.fromisoformat(first.pop("time")).tzinfo
    assert 0 < first.pop("ms") < 5000
    assert first == {
        "level": "info",
        "event": "operation",
        "request": "one",
        "door": "http",
        "kind": "query",
        "name": "",
        "viewer": "usr_4",
        "role": "REP",
        "status": 200,
        "code": "",
        "cost": None,
    }
    assert [(line["status"], line["code"], line["viewer"]) for line in others] == [
        (401, "UNAUTHENTICATED", ""),
        (405, "GRAPHQL_VALIDATION_FAILED", ""),
        (400, "BAD_REQUEST", ""),
    ]
    for hidden in ("anna", "stolen", "Bearer", "eva@example.com", "secret", "mutation {"):
        assert hidden not in written


def test_operations_of_sockets_and_streams_are_lines_too(server: Running, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(server) as socket:
        send(socket, {**INIT, "payload": {"Authorization": "Bearer anna"}})
        receive(socket)
        send(socket, subscribe("1", "{ who }"))
        receive(socket)
        send(socket, subscribe("2", "subscription { three }"))
        while receive(socket) != {"id": "2", "type": "complete"}:
            pass
    httpx2.post(server.http, json={"query": "subscription { three }"}, headers=EVENTS)
    written: list[str] = []

    def all_written() -> bool:
        written.append(capsys.readouterr().err)
        return "".join(written).count("\n") >= 3

    until(all_written)
    lines = lines_of("".join(written))
    assert [(line["door"], line["kind"], line["viewer"]) for line in lines] == [
        ("ws", "query", "usr_4"),
        ("ws", "subscription", "usr_4"),
        ("sse", "subscription", ""),
    ]


async def test_the_engine_tells_the_log_what_was_asked(engine: Engine) -> None:
    answer = await engine.execute("query Who { viewer { name } }", None, None, ADMIN)
    assert (answer.kind, answer.name, answer.code) == ("query", "Who", "")
    answer = await engine.execute("query Who { node(id: 1) { id } }", None, None, ADMIN)
    assert (answer.kind, answer.name, answer.code) == ("query", "Who", "BAD_USER_INPUT")
    answer = await engine.execute("{ nothing }", None, None, ADMIN)
    assert answer.code == "GRAPHQL_VALIDATION_FAILED"


def test_a_line_for_people() -> None:
    entry = Entry("r-1", "http", access.Viewer("Anna", "REP", user_id=7, key_id=3), "query", "Customers", 200)
    assert text_line(entry, 0, 1.25) == "00:00:00.000 http 200 1.2 ms query Customers key_3 REP (r-1)\n"
    assert json.loads(json_line(entry, 0, 1.25))["time"] == "1970-01-01T00:00:00.000Z"


def test_a_name_of_any_length_is_a_short_line() -> None:
    entry = Entry("r-1", "http", None, "query", "a" * 100_000)
    assert len(json_line(entry, 0, 1)) < 500


async def test_a_log_that_cannot_be_written_keeps_nobody_waiting() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left")

    log = OperationLog(stream=Full())
    log.write(Entry("r-1", "http"))
    log.flush()
    assert log.waiting == []


def failing(value: str) -> BaseException:
    """An exception that repeats a value, raised by another that does."""
    try:
        try:
            int(value)
        except ValueError as error:
            raise KeyError(value) from error
    except KeyError as error:
        return error


@pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter()])
def test_a_traceback_says_where_and_not_about_whom(formatter: logging.Formatter) -> None:
    error = failing("eva@example.com +49 170 1234567 'Eva'")
    record = logging.LogRecord("rapport", logging.ERROR, "", 0, "Internal error %s", ("a1b2",), None)
    record.exc_info = (type(error), error, error.__traceback__)
    line = formatter.format(record)
    for hidden in ("eva", "Eva", "1234567"):
        assert hidden not in line
    for shown in ("a1b2", "builtins.KeyError", "builtins.ValueError", "test_front_door.py:", "in failing", "led to"):
        assert shown in line


def test_a_database_s_errors_are_told_without_rows() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE customer (email TEXT UNIQUE, age INT CHECK (age > 0))")
    connection.execute("INSERT INTO customer VALUES ('eva@example.com', 1)")
    for statement in (
        "INSERT INTO customer VALUES ('eva@example.com', 2)",
        "INSERT INTO customer VALUES ('bo@example.com', -77)",
        "SELECT eva FROM customer",
    ):
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute(statement)
        told = scrub(caught.value)
        assert "SQLITE" in told
        assert not any(hidden in told for hidden in ("eva", "bo@", "77"))
    connection.close()


async def test_an_error_of_the_database_is_told_without_rows(own_world: Database) -> None:
    """PostgreSQL's has a detail that repeats them."""
    columns = "(id, name, name_fold, version, created_at, updated_at, deleted_key)"
    now = "2026-01-01T00:00:00.000Z"
    values = f"(999777, 'Hush', 'hush', 1, '{now}', '{now}', 0)"
    await own_world.execute(f"INSERT INTO product_category {columns} VALUES {values}")
    with pytest.raises(Exception, match=r"(?i)unique") as caught:
        await own_world.execute(f"INSERT INTO product_category {columns} VALUES {values}")
    told = "".join(tell(caught.value))
    assert "Hush" not in told
    assert "hush" not in told
    assert "999777" not in told
    assert "product_category" in told or "SQLITE_CONSTRAINT" in told


def test_debug_does_not_open_the_log_to_documents_and_frames() -> None:
    config = logs.logging_config("debug")
    for name in ("uvicorn", "tortoise", "aiosqlite", "websockets", "asyncpg"):
        assert config["loggers"][name]["level"] in ("WARNING", "ERROR")


def test_the_style_of_the_log_follows_who_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [logs.chosen(style) for style in ("json", "text")] == ["json", "text"]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert logs.chosen("auto") == "text"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert logs.chosen("auto") == "json"


# --- results that keep coming: server-sent events ---------------------------------------------------------


def events_of(text: str) -> list[tuple[str, Any]]:
    """The events of a stream, as the specification reads them."""
    assert "\r" not in text
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            data = fields["data"].strip()
            found.append((fields["event"].strip(), json.loads(data) if data else None))
    return found


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_subscription_is_a_stream_of_events(server: Running, method: str) -> None:
    query = {"query": "subscription { three }"}
    given: dict[str, Any] = {"json": query} if method == "POST" else {"params": query}
    answer = httpx2.request(method, server.http, headers=EVENTS, **given)
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    events = events_of(answer.text)
    assert [event for event, _ in events] == ["next"] * 3 + ["complete"]
    assert [data["data"]["tick"] for _, data in events[:3]] == [1, 2, 3]


def test_a_query_is_a_stream_only_where_json_will_not_do(server: Running) -> None:
    assert events_of(ask(server, "{ hello }", **EVENTS).text) == [("next", GREETING), ("complete", None)]
    assert ask(server, "{ hello }", accept="text/event-stream, application/json").json() == GREETING
    assert ask(server, "{ hello }", accept="application/json, text/event-stream;q=0.1").json() == GREETING
    both = ask(server, "subscription { three }", accept="application/json, text/event-stream")
    assert len(events_of(both.text)) == 4


def test_a_mistake_is_an_event(server: Running) -> None:
    for query, code in (
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ broken }", "INTERNAL_SERVER_ERROR"),
        ("subscription { wrong }", "BAD_USER_INPUT"),
        ("subscription { broken }", "INTERNAL_SERVER_ERROR"),
    ):
        answer = ask(server, query, **EVENTS)
        assert answer.status_code == 200
        (event, data), last = events_of(answer.text)
        assert (event, data["errors"][0]["extensions"]["code"]) == ("next", code)
        assert last == ("complete", None)
        assert SECRET not in answer.text
    assert server.engine.listening == 0


def test_a_subscription_needs_a_live_connection(server: Running) -> None:
    answer = ask(server, "subscription { three }")
    assert answer.json()["errors"]
    assert server.engine.listening == 0


@contextlib.contextmanager
def listening(server: Running, **headers: str) -> Iterator[Iterator[str]]:
    given = {**EVENTS, **headers}
    with httpx2.stream("POST", server.http, json={"query": "subscription { ticks }"}, headers=given) as answer:
        assert answer.status_code == 200
        yield answer.iter_lines()


def test_a_stream_ends_when_its_client_leaves(server: Running) -> None:
    with listening(server) as lines:
        assert next(lines) == "event: next"
        assert server.engine.listening == 1
    until(lambda: server.engine.listening == 0)
    until(lambda: server.connections() == 0)


def test_a_stream_ends_when_its_token_does(server: Running, porter: Porter) -> None:
    with listening(server, authorization="Bearer anna") as lines:
        next(lines)
        porter.down = True  # which is no reason
        time.sleep(0.3)
        next(lines)
        porter.down = False
        porter.known.discard("anna")
        assert "event: complete" not in list(lines)
    until(lambda: server.engine.listening == 0)


def test_a_silent_stream_shows_that_it_lives(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0.005)
    with listening(server) as lines:
        assert ":" in [next(lines) for _ in range(10)]


@pytest.mark.parametrize(
    ("viewer", "given", "counted"),
    [
        (access.Viewer("A", "REP", key_id=3), b"Bearer x", b"key 3"),
        (access.Viewer("A", "REP", user_id=7), b"", b"user 7"),
        (access.Viewer("A", "NOBODY"), b"", b"203.0.113.9"),
    ],
)
def test_a_live_connection_is_counted_by_who_opened_it(viewer: access.Viewer, given: bytes, counted: bytes) -> None:
    assert credential_of(viewer, given, "203.0.113.9") == counted


def test_a_token_counts_as_one_however_it_is_spelled() -> None:
    anna = access.Viewer("A", "REP", user_id=7)
    spelled = {credential_of(anna, given, "") for given in (b"Bearer t", b"bearer  t", b"t", b" Bearer\tt ")}
    assert len(spelled) == 1
    assert b"t" not in spelled
    assert spelled != {credential_of(anna, b"Bearer other", "")}


def test_streams_and_sockets_of_a_token_are_counted(server: Running, porter: Porter) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(MOST_SEATS - 1):
            socket = stack.enter_context(opened(server))
            send(socket, {**INIT, "payload": {"authorization": "bearer anna"}})
            receive(socket)
        stack.enter_context(listening(server, authorization="Bearer anna"))
        with opened(server) as socket:
            send(socket, {**INIT, "payload": {"token": "anna"}})
            code, reason = closed(socket)
            assert (code, reason[:20]) == (4429, "Too many connections")
        answer = ask(server, "subscription { ticks }", authorization="Bearer anna", **EVENTS)
        assert (answer.status_code, code_of(answer)) == (429, "RATE_LIMITED")
        with opened(server) as socket:
            send(socket, {**INIT, "payload": {"token": "bo"}})
            assert receive(socket) == {"type": "connection_ack"}
    with listening(server, authorization="Bearer anna"):
        pass


def test_who_is_not_let_in_any_more_is_shown_out_within_five_seconds() -> None:
    assert LIFE_SECONDS + sse.CHECK_SECONDS <= 4, "and the rest for whatever is slow"


# --- results that keep coming: WebSocket ------------------------------------------------------------------


@contextlib.contextmanager
def greeted(server: Running, payload: dict[str, Any] | None = None, **more: Any) -> Iterator[ClientConnection]:
    with opened(server, **more) as socket:
        send(socket, INIT if payload is None else {**INIT, "payload": payload})
        assert receive(socket) == {"type": "connection_ack"}
        yield socket


def test_a_subscription_goes_on_until_it_is_called_off(server: Running) -> None:
    with greeted(server) as socket:
        send(socket, subscribe("1", "subscription { ticks }"))
        assert [receive(socket)["payload"]["data"]["tick"] for _ in range(3)] == [1, 2, 3]
        send(socket, subscribe("2", "{ hello }"))
        while receive(socket)["id"] != "2":
            pass
        send(socket, {"id": "1", "type": "complete"})
        until(lambda: server.engine.listening == 0)
        send(socket, {"type": "ping"})
        while receive(socket)["type"] != "pong":
            pass
        send(socket, subscribe("1", "subscription { three }"))
        assert [receive(socket)["type"] for _ in range(4)] == ["next"] * 3 + ["complete"]


def test_a_subscription_that_fails_ends_alone(server: Running) -> None:
    with greeted(server) as socket:
        for query, code in (("{ wrong }", "BAD_USER_INPUT"), ("{ broken }", "INTERNAL_SERVER_ERROR")):
            send(socket, subscribe("1", f"subscription {query}"))
            answer = receive(socket)
            assert (answer["type"], answer["payload"][0]["extensions"]["code"]) == ("error", code)
            assert SECRET not in str(answer)
        send(socket, subscribe("1", "{ hello }"))
        assert receive(socket)["payload"] == GREETING


@pytest.mark.parametrize(
    ("payload", "headers", "who"),
    [
        ({"authorization": "Bearer anna"}, {}, "anna"),
        ({"Authorization": "bearer  anna "}, {}, "anna"),
        ({"token": "anna"}, {}, "anna"),
        ({}, {"Authorization": "Bearer anna"}, "anna"),
        ({"authorization": None}, {"Authorization": "Bearer anna"}, "anna"),
        ({"authorization": "Bearer bo"}, {"Authorization": "Bearer anna"}, "bo"),
        ({}, {}, "Nobody"),
    ],
)
def test_a_socket_is_greeted_with_a_token(
    server: Running, payload: dict[str, Any], headers: dict[str, str], who: str
) -> None:
    with greeted(server, payload, additional_headers=headers) as socket:
        send(socket, subscribe("1", "{ who }"))
        assert receive(socket)["payload"] == {"data": {"who": who}}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"authorization": "Bearer stolen"}, 4403),
        ({"authorization": "Bearer banned"}, 4403),
        ({"authorization": "Bearer limited"}, 4429),
        ({"authorization": "Basic YW5uYQ=="}, 4403),
        ({"authorization": "Bearer"}, 4403),
        ({"authorization": "anna"}, 4403),
        ({"authorization": ""}, 4403),
        ({"authorization": 1}, 4400),
        ({"authorization": ["Bearer anna"]}, 4400),
        ({"authorization": "Bearer anna", "Authorization": "Bearer bo"}, 4400),
        ({"token": {}}, 4400),
    ],
)
def test_a_socket_with_a_bad_token_is_closed(server: Running, payload: dict[str, Any], code: int) -> None:
    with opened(server) as socket:
        send(socket, {**INIT, "payload": payload})
        got, reason = closed(socket)
    assert got == code
    assert reason
    assert "anna" not in reason


def test_a_socket_ends_when_its_token_does(server: Running, porter: Porter) -> None:
    with greeted(server, {"authorization": "Bearer anna"}) as socket:
        send(socket, subscribe("1", "subscription { ticks }"))
        receive(socket)
        porter.down = True  # which is no reason
        time.sleep(0.3)
        receive(socket)
        porter.down = False
        porter.known.discard("anna")
        assert closed(socket) == (4403, "Forbidden: the token has expired or was revoked")
    until(lambda: server.engine.listening == 0)


def test_the_51st_operation_of_a_socket_waits_outside(server: Running) -> None:
    with greeted(server) as socket:
        for number in range(50):
            send(socket, subscribe(str(number), "{ slow }"))
        send(socket, subscribe("one more", "{ hello }"))
        answer = receive(socket)
        assert (answer["id"], answer["type"]) == ("one more", "error")
        assert answer["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        send(socket, {"id": "7", "type": "complete"})
        send(socket, subscribe("one more", "{ hello }"))
        assert receive(socket)["payload"] == GREETING


# --- the one subscription there is ------------------------------------------------------------------------


async def beats(engine: Engine, query: str, count: int, variables: dict[str, Any] | None = None) -> list[str]:
    found: list[str] = []
    async for body in engine.subscribe(query, variables, None, ADMIN):
        (beat,) = json.loads(body)["data"].values()
        found.append(beat)
        if len(found) == count:
            break
    return found


async def test_the_heart_beats_once_a_second(engine: Engine) -> None:
    first, second = await beats(engine, "subscription Beat { pulse: heartbeat }", 2)
    passed = dt.datetime.fromisoformat(second) - dt.datetime.fromisoformat(first)
    assert 0.9 < passed.total_seconds() < 2.5
    assert first.endswith("Z")
    assert len(first) == len("2026-01-31T09:30:00.000Z")


@pytest.mark.parametrize("every", [0, -1, 61, 2147483647])
async def test_a_heart_beats_neither_too_fast_nor_too_slow(engine: Engine, every: int) -> None:
    for query, variables in (
        (f"subscription {{ heartbeat(every: {every}) }}", None),
        ("subscription ($every: Int!) { heartbeat(every: $every) }", {"every": every}),
    ):
        with pytest.raises(Refusal, match="must be from 1 to 60 seconds"):
            await beats(engine, query, 1, variables)


async def test_a_subscription_is_not_answered_at_once(engine: Engine) -> None:
    answer = await engine.execute("subscription { heartbeat }", None, None, ADMIN)
    assert not answer.executed
    assert (answer.kind, answer.code) == ("subscription", "BAD_REQUEST")
    assert "text/event-stream" in answer.body.decode()


@pytest.mark.parametrize("query", ["subscription { heartbeat a: heartbeat }", "subscription { __typename }", "{"])
async def test_what_is_no_subscription_has_no_kind(engine: Engine, query: str) -> None:
    answer = await engine.execute(query, None, None, ADMIN)
    assert answer.kind == ""
    assert b"errors" in answer.body
