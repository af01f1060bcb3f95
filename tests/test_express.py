"""The short way of what was asked before: the very bytes of the ordinary way, and everything unusual goes that one."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import uvicorn
from websockets.sync.client import connect
from websockets.typing import Subprotocol

import server.express
from models.database import Database, DatabaseUnavailable, StatementTimeout
from server.app import create_app
from server.auth import Auth
from server.budget import Budget
from server.cli import server_config
from server.desk import Desk
from server.express import LONGEST, MOST_KNOWN, Express
from server.logs import Entry, OperationLog
from server.protocol import AT_ONCE, PIPELINED
from server.settings import Settings
from tests.front_door import until
from tests.people import add_key, add_session, add_user

ONE = "query One($id: ID!) { customer(id: $id) { id name owner { name } orders(first: 2) { nodes { number } } } }"
QUERIES: dict[str, tuple[str, dict[str, Any] | None]] = {
    "one": (ONE, {"id": "cus_1"}),
    "none": (ONE, {"id": "cus_999"}),
    "list": ("{ customers(first: 3) { totalCount nodes { name } } }", None),
    "size": ("query ($n: Int!) { customers(first: $n) { pageInfo { endCursor } nodes { name } } }", {"n": 2}),
    "alias": ("{ a: viewer { role } }", None),
    "unicode": ('{ customers(first: 2, where: { name: { contains: "ß" } }) { nodes { name } } }', {}),
}
UNMETERED = 10**12  # points, for whoever asks for seconds on end: how often that is hangs on the machine
OTHERS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "two roots": ("{ a: customer(id: \"cus_1\") { id } b: customer(id: \"cus_2\") { id } }", None),
    "the schema": ("{ __schema { queryType { name } } }", None),
    "no such field": ("{ nothing }", None),
    "a value of another kind": (ONE, {"id": "ord_1"}),
    "no value": (ONE, {}),
    "no such size": ("query ($n: Int!) { customers(first: $n) { nodes { name } } }", {"n": 101}),
    "a change": ('mutation { updateCustomer(input: { id: "cus_1", dryRun: true }) { errors { code } } }', None),
    "too much": (
        "{ customers(first: 100) { nodes { orders(first: 100) { nodes { lines { nodes { id } } } } } } }",
        None,
    ),
}


@pytest.fixture(autouse=True)
def every_body_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that what comes twice goes the whole short way."""
    monkeypatch.setattr(server.express, "ONE_OF", 1)


@pytest.fixture
async def company(own_world_url: str) -> AsyncIterator[tuple[str, str]]:
    """The URL of the world, and the token of somebody who sees all of it."""
    database = await Database.open(own_world_url)
    _, token = await add_key(database, await add_user(database, "ada@example.com", "ADMIN"))
    yield own_world_url, token
    await database.close()


class Line:
    """One connection to a server, over which a token asks, each time in one piece."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.server: uvicorn.Server
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)

    def request(self, body: bytes, more: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a request."""
        lines = ["POST /graphql HTTP/1.1", "Host: here", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in {**self.headers, **(more or {})}.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def ask(self, query: str, variables: Any = None, more: dict[str, str] | None = None) -> tuple[int, Any, bytes]:
        return self.send({"query": query, "variables": variables}, more)

    def send(self, content: Mapping[str, Any], more: Mapping[str, str] | None = None) -> tuple[int, Any, bytes]:
        return self.say(json.dumps(content, ensure_ascii=False), more)

    def say(self, text: str, more: Mapping[str, str] | None = None) -> tuple[int, Any, bytes]:
        body = text.encode()
        self.connection.sendall(self.request(body, more))
        response = http.client.HTTPResponse(self.connection)
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, headers, response.read()

    def slowly(self, query: str, variables: Any = None) -> tuple[int, Any, bytes]:
        """The same on the ordinary way, which a request with a name goes."""
        return self.ask(query, variables, {"X-Request-Id": "a-name"})


@contextmanager
def serving(url: str, token: str, **more: Any) -> Iterator[Line]:
    """A server in earnest."""
    settings = Settings(database_url=url, log_level="info", **more)
    server = uvicorn.Server(server_config(settings, create_app(settings), log_config=None))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    line = Line(listener.getsockname()[1], token)
    line.server = server
    try:
        yield line
    finally:
        line.connection.close()
        server.should_exit = True
        thread.join()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each request that was looked at: whether it went the short way."""
    found: list[bool] = []
    answer = Express._answer

    def watched(self: Express, known: Any, body: bytes) -> Any:
        given = answer(self, known, body)
        found.append(given is not None)
        return given

    monkeypatch.setattr(Express, "_answer", watched)
    return found


def made(monkeypatch: pytest.MonkeyPatch) -> list[Express]:
    """Those that servers make from now on."""
    found: list[Express] = []
    make = Express.__init__
    monkeypatch.setattr(Express, "__init__", lambda self, *given: (found.append(self), make(self, *given))[1])
    return found


def take_time_from(monkeypatch: pytest.MonkeyPatch, clock: Callable[[], float]) -> None:
    """Have points come back by a clock, whichever way they are asked for."""
    make = Budget.__init__
    stands = {"clock": clock}
    monkeypatch.setattr(Budget, "__init__", lambda self, *args, **more: make(self, *args, **{**more, **stands}))
    monkeypatch.setattr("server.express.time", SimpleNamespace(monotonic=clock))


def told(answer: tuple[int, Any, bytes]) -> tuple[int, Any, bytes]:
    """An answer without what is another each time."""
    status, headers, body = answer
    kept = {name: value for name, value in headers.items() if name not in ("x-request-id", "date", "content-length")}
    return status, kept, re.sub(rb'"remaining":\d+', b"", body)


def test_both_ways_come_to_the_same_bytes(company: tuple[str, str], at_once: list[bool]) -> None:
    with serving(*company) as line:
        for name, (query, variables) in QUERIES.items():
            first = told(line.ask(query, variables))
            assert first[0] == 200
            del at_once[:]
            assert told(line.ask(query, variables)) == first, name
            assert at_once == [True], name
            assert told(line.slowly(query, variables)) == first, name


def persisted(document: str, **more: Any) -> dict[str, Any]:
    """A request that names its document by its hash."""
    digest = sha256(document.encode()).hexdigest()
    return {"variables": {"id": "cus_1"}, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}} | more


def test_a_document_that_is_named_by_its_hash(company: tuple[str, str], at_once: list[bool], tmp_path: Path) -> None:
    (tmp_path / "one.graphql").write_text(ONE)
    for more in ({}, {"trusted_documents": str(tmp_path)}):
        with serving(*company, **more) as line:
            line.send(persisted(ONE, query=ONE))
            ordinary = told(line.send(persisted(ONE)))
            del at_once[:]
            assert told(line.send(persisted(ONE))) == ordinary
            assert at_once == [True]
            for unusual in (
                persisted("{ unknown }"),
                persisted(ONE, query=ONE + " "),
                {"extensions": {"persistedQuery": {"version": 2}}},
                {"documentId": "x"},
                {},
            ):
                answers = [told(line.send(unusual)) for _ in range(2)]
                assert answers == [told(line.send(unusual, {"X-Request-Id": "a-name"}))] * 2
                assert b'"errors"' in answers[0][2]
                assert not any(at_once[1:])
            other = "{ viewer { role } }"
            assert [b'"errors"' in line.send({"query": other})[2] for _ in range(2)] == [bool(more)] * 2


def test_what_is_passed_over_is_not_passed_over_unread(company: tuple[str, str], at_once: list[bool]) -> None:
    """Members of a request that nobody knows are JSON all the same, on both ways."""
    plain = json.dumps({"query": QUERIES["list"][0]}).encode()
    with serving(*company) as line:
        for more in (b',"x":"\xff"', b',"\xff":1', b',"x":1e999', b',"x":1'):
            body = plain[:-1] + more + b"}"
            for _ in range(3):  # what is as long has headers that are known
                assert raw(line, line.request(plain + b" " * (len(body) - len(plain)))).startswith(b"HTTP/1.1 200 ")
            del at_once[:]
            status = raw(line, line.request(body)).split(b" ", 2)[1]
            assert status == raw(line, line.request(body, {"X-Request-Id": "a-name"})).split(b" ", 2)[1]
            assert (status == b"200") is (more == b',"x":1'), more
            assert not any(at_once)


async def test_each_gets_what_is_theirs(own_world_url: str) -> None:
    database = await Database.open(own_world_url)
    people = [("ada@example.com", "ADMIN", None), ("rex@example.com", "REP", 4), ("ray@example.com", "REP", 3)]
    given = [await add_key(database, await add_user(database, *who)) for who in people]
    await database.close()

    def ask() -> None:
        with serving(own_world_url, given[0][1]) as line:
            lines = [line, *(Line(line.port, token) for _, token in given[1:])]
            for query, variables in QUERIES.values():
                for _ in range(2):
                    answers = [told(each.ask(query, variables)) for each in lines]
                assert answers == [told(each.slowly(query, variables)) for each in lines]
            query, variables = QUERIES["list"]
            assert len({told(each.ask(query, variables))[2] for each in lines}) == 3
            for each in lines:
                each.connection.close()

    await asyncio.to_thread(ask)


PRICED = "query ($d: Decimal!) { products(where: { price: { lt: $d } }) { totalCount } }"
PRICE = "mutation ($d: Decimal!) { updateProduct(input: { id: \"prd_1\", price: { amount: $d, currency: \"EUR\" }, "
PRICE += "dryRun: true }) { errors { code path } } }"
NUMBERS = {
    "100.5": "",
    "100.50": "",
    "100": "",
    "1e2": "without an exponent",
    "1.5E+2": "without an exponent",
    "100.000000000000000000001": "at most four decimals",
    "116770.460000000000000000000001": "at most four decimals",
}
"""Numbers of JSON, and what is said of those that are no Decimal, whatever double is the nearest."""


def test_numbers_count_as_they_are_written_however_they_come(company: tuple[str, str], at_once: list[bool]) -> None:
    with serving(*company) as line:
        for _ in range(3):
            line.ask(PRICED, {"d": 7.5})
        assert at_once[-1]
        for number, says in NUMBERS.items():
            variables = f'{{"d": {number}}}'
            body = f'{{"query": {json.dumps(PRICED)}, "variables": {variables}}}'
            ways = [line.say(body)[2], line.say(body, {"X-Request-Id": "a-name"})[2]]
            address = f"http://127.0.0.1:{line.port}/graphql?{urlencode({'query': PRICED, 'variables': variables})}"
            try:
                with urlopen(Request(address, headers=line.headers), timeout=5) as answer:
                    ways.append(answer.read())
            except HTTPError as refused:
                ways.append(refused.read())
            protocol = Subprotocol("graphql-transport-ws")
            address, token = f"ws://127.0.0.1:{line.port}/graphql", {"Authorization": line.headers["Authorization"]}
            with connect(address, subprotocols=[protocol], additional_headers=token) as socket:
                socket.send('{"type": "connection_init"}')
                socket.recv()
                socket.send(f'{{"type": "subscribe", "id": "1", "payload": {body}}}')
                ways.append(str(socket.recv()).encode())
            assert len(ways) == 4
            for way in ways:
                assert says.encode() in way and (b"totalCount" in way) is not bool(says), (number, way)


def test_amounts_are_written_with_the_digits_they_came_with(company: tuple[str, str]) -> None:
    with serving(*company) as line:
        for number, code in {"0.3": None, "0.30": None, "0.300000000000000000000001": "INVALID"}.items():
            body = line.say(f'{{"query": {json.dumps(PRICE)}, "variables": {{"d": {number}}}}}')[2]
            errors = json.loads(body)["data"]["updateProduct"]["errors"]
            assert [each["code"] for each in errors] == ([code] if code else []), number


WHOLE = "query ($n: Int, $id: ID!) { customers(first: $n) { nodes { id } } customer(id: $id) { id } }"


WHOLE_NUMBERS = ("2", "2.0", "2.000000000000000000000000", "2e0")
BROKEN_NUMBERS = ("2.0000000000000000000001", "1.9999999999999999999999", "2.5")


@pytest.mark.parametrize("number", WHOLE_NUMBERS + BROKEN_NUMBERS)
def test_a_number_is_a_whole_one_if_it_is_written_as_one(company: tuple[str, str], number: str) -> None:
    whole = number in WHOLE_NUMBERS
    with serving(*company) as line:
        body = line.say(f'{{"query": {json.dumps(WHOLE)}, "variables": {{"n": {number}, "id": "cus_1"}}}}')[2]
        if whole:
            assert len(json.loads(body)["data"]["customers"]["nodes"]) == 2
        else:
            message = json.loads(body)["errors"][0]["message"]
            assert f"$n does not fit: Int cannot represent non-integer value: {number}" in message
        body = line.say(f'{{"query": {json.dumps(WHOLE)}, "variables": {{"n": 1, "id": {number}}}}}')[2]
        assert (b"$id does not fit: ID cannot represent" in body) is not whole


def test_what_is_not_usual_is_answered_as_ever(company: tuple[str, str], at_once: list[bool]) -> None:
    with serving(*company) as line:
        for name, (query, variables) in OTHERS.items():
            line.ask(*QUERIES["one"])
            answers = [told(line.ask(query, variables)) for _ in range(3)]
            del at_once[:]
            assert answers == [told(line.slowly(query, variables))] * 3, name
            line.ask(query, variables)
            assert not any(at_once), name


def test_the_log_says_the_same(company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    entries: list[Entry] = []
    monkeypatch.setattr(OperationLog, "write", lambda self, entry: entries.append(entry))
    with serving(*company) as line:
        for _ in range(2):
            line.ask(*QUERIES["one"])
        line.slowly(*QUERIES["one"])
    assert any(at_once)
    for name in ("door", "viewer", "kind", "name", "status", "code", "cost"):
        assert len({getattr(entry, name) for entry in entries}) == 1, name
    assert len({entry.request for entry in entries}) == 3


def test_the_log_says_the_points_that_were_taken(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the answer says them, whichever way it went; none of what was refused before."""
    entries: list[Entry] = []
    monkeypatch.setattr(OperationLog, "write", lambda self, entry: entries.append(entry))
    dear = "{ customers(first: 100) { nodes { orders(first: 20) { nodes { id } } } } }"
    refused = ("{ nonsense }", "query ($first: Int!) { customers(first: $first) { totalCount } }", "{")
    asked = ("{ __typename }", "{ viewer { name } }", "subscription { heartbeat }", QUERIES["one"][0], dear, *refused)
    now = [0.0]
    take_time_from(monkeypatch, lambda: now[0])
    with serving(*company, budget=1000, budget_rate=1) as line:
        for query in asked:
            for _ in range(3):
                now[0] += 1000
                status, _, body = line.ask(query, QUERIES["one"][1] if query == QUERIES["one"][0] else None)
                answer = json.loads(body)
                told = answer.get("extensions", {}).get("cost", {}).get("requested")
                assert (told is None) is (query in refused), (query, status, answer)
                while not entries:
                    time.sleep(0.001)
                assert entries.pop().cost == told, query
        assert any(at_once), "some went the short way"
        assert [line.ask(dear)[0] for _ in range(2)] == [200, 429]
    assert [entry.cost for entry in entries] == [1000, None], "of what was refused nothing was taken"


def test_points_are_taken_once_and_before_anything_is_read(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    here = Database.read_here
    monkeypatch.setattr(Database, "read_here", lambda self, sql, args: (read.append(sql), here(self, sql, args))[1])
    take_time_from(monkeypatch, lambda: 0.0)  # or points come back meanwhile
    with serving(*company, budget=1000, budget_rate=1) as line:
        left = []
        while True:
            status, headers, body = line.ask(*QUERIES["one"])
            if status != 200:
                break
            left.append(json.loads(body)["extensions"]["cost"]["remaining"])
        assert status == 429
        del read[:]
        assert line.ask(*QUERIES["one"])[0] == 429
        assert not read
        assert int(headers["retry-after"]) >= 1
        cost = left[0] - left[1]
        assert cost > 0 and all(one - other == cost for one, other in pairwise(left))
        assert 0 <= left[-1] < cost


@pytest.mark.parametrize("wrong", [None, RuntimeError("gone")], ids=["not at hand", "fails"])
def test_points_are_taken_once_where_what_is_asked_is_not_at_hand(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch, wrong: Exception | None
) -> None:
    tried: list[str] = []

    def read_here(self: Database, sql: str, args: Any) -> None:
        tried.append(sql)
        if wrong is not None:
            raise wrong

    monkeypatch.setattr(Database, "read_here", read_here)
    take_time_from(monkeypatch, lambda: 0.0)
    with serving(*company) as line:
        said = [json.loads(line.ask(*QUERIES["one"])[2]) for _ in range(4)]
    assert len(tried) >= 2
    assert ["errors" in answer for answer in said[-2:]] == [wrong is not None] * 2
    answers = [answer["extensions"]["cost"] for answer in said]
    left = [answer["remaining"] for answer in answers]
    assert {one - other for one, other in pairwise(left)} == {answers[0]["requested"]}


async def changed(url: str, *statements: str) -> None:
    """Change what is stored, as another process would."""
    database = await Database.open(url)
    for statement in statements:
        await database.execute(statement)
    await database.close()


def elsewhere(url: str, *statements: str) -> None:
    with ThreadPoolExecutor() as another:
        another.submit(asyncio.run, changed(url, *statements)).result()


def test_what_is_asked_again_to_the_letter_is_read_once_and_run_each_time(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.auth.LIFE_SECONDS", 60.0)
    read: list[bytes] = []
    whole = Express._read
    monkeypatch.setattr(
        Express, "_read", lambda self, who, body, *more: (read.append(body), whole(self, who, body, *more))[1]
    )
    url, _ = company
    ask = (ONE, {"id": "cus_1"})
    with serving(*company, budget_rate=1) as line:
        for _ in range(2):
            before = told(line.ask(*ask))
        del read[:], at_once[:]
        assert [told(line.ask(*ask)) for _ in range(5)] == [before] * 5
        assert (read, at_once) == ([], [True] * 5)
        left = [json.loads(line.ask(*ask)[2])["extensions"]["cost"]["remaining"] for _ in range(2)]
        assert left[0] > left[1], "it is paid for each time"
        line.ask(ONE, {"id": "cus_2"})
        assert len(read) == 1, "another body is another question"
        elsewhere(url, "UPDATE customer SET name = 'Renamed' WHERE id = 1")
        assert b"Renamed" in line.ask(*ask)[2]
        assert at_once == [True] * 9


async def test_what_was_asked_before_is_read_anew_once_rights_are_others(
    own_world_url: str, at_once: list[bool]
) -> None:
    database = await Database.open(own_world_url)
    user = await add_user(database, "rex@example.com", "REP", 2)
    _, token = await add_key(database, user)
    (theirs,) = await database.execute("SELECT min(id) FROM customer WHERE owner_id = 2 AND deleted_at IS NULL")
    await database.close()
    ask = (ONE, {"id": f"cus_{theirs[0]}"})

    def asking() -> None:
        with serving(own_world_url, token) as line:
            seen = [b'"customer":null' not in line.ask(*ask)[2] for _ in range(3)]
            assert seen == [True] * 3 and at_once[-1]
            elsewhere(own_world_url, f"UPDATE app_user SET rep_id = 5 WHERE id = {user.id}")
            time.sleep(1.1)
            assert [b'"customer":null' in line.ask(*ask)[2] for _ in range(3)] == [True] * 3
            assert at_once[-1]

    await asyncio.to_thread(asking)


def test_only_so_much_is_known_to_the_letter(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.express.MOST_AGAIN", 3)
    found = made(monkeypatch)
    with serving(*company) as line:
        for number in range(1, 9):
            for _ in range(2):
                line.ask(ONE, {"id": f"cus_{number}"})
            assert 1 <= len(found[0]._again) <= 3
        assert at_once[-1]
        kept = len(found[0]._again)
        for _ in range(3):
            line.ask(ONE + " " * LONGEST, {"id": "cus_1"})
        assert at_once[-1] and len(found[0]._again) == kept, "what is long is read each time"


def test_what_comes_often_is_kept_and_most_of_what_comes_once_is_not(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In whichever order they come: here each time one of the first and seven of the others."""
    monkeypatch.setattr(server.express, "ONE_OF", 8)
    monkeypatch.setattr(server.express, "random", Random(1).random)
    monkeypatch.setattr("server.auth.LIFE_SECONDS", 60.0)
    found = made(monkeypatch)
    often, *once = [json.dumps({"query": ONE, "variables": {"id": f"cus_{number}"}}) for number in range(1000, 1281)]
    with serving(*company) as line:
        line.say(often)  # on the ordinary way, which makes it known
        (express,) = found
        for at in range(40):
            for body in (often, *once[7 * at : 7 * at + 7]):
                line.say(body)
        who = line.headers["Authorization"].encode()
        kept, known = express._again[who, often.encode()], express.auth.known(who)
        assert 20 <= len(express._again) <= 55, "of 280, an eighth"
        assert known is not None and kept.viewer is known.viewer
        known.viewer = replace(known.viewer)  # as after a while
        monkeypatch.setattr(server.express, "random", lambda: 1.0)
        line.say(often)
        assert express._again[who, often.encode()].viewer is known.viewer is not kept.viewer, "its place stays its own"


def test_only_so_many_ways_to_pay_are_known_and_each_is_paid(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.express, "MOST_WAYS", 2)
    found = made(monkeypatch)
    query = "query ($n: Int!) { customers(first: $n) { nodes { orders(first: 1) { nodes { id } } } } }"
    with serving(*company, budget_rate=1) as line:
        for turn in range(3):
            for size in (3, 1, 2, 4):
                for _ in range(2):
                    cost = json.loads(line.ask(query, {"n": size})[2])["extensions"]["cost"]
                    assert cost["requested"] == 2 * size
                assert turn == 0 or at_once[-1]
                assert len(found[0]._ways) <= 2
    assert found[0]._ways


def test_what_the_engine_forgets_is_not_held_here(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made(monkeypatch)
    with serving(*company, plan_cache=3) as line:
        for number in range(1, 9):
            for _ in range(3):
                line.ask(ONE + " " * number, {"id": "cus_1"})
            assert at_once[-1]
            assert all(asks.ready.operation.kept for asks in found[0]._again.values())


def revoke_keys(url: str) -> None:
    """Revoke all keys, as another process would."""

    async def revoke() -> None:
        database = await Database.open(url)
        await database.execute("UPDATE api_key SET revoked_at = created_at")
        await database.close()

    asyncio.run(revoke())


def test_a_key_that_is_revoked_opens_nothing(company: tuple[str, str]) -> None:
    with serving(*company) as line:
        for _ in range(3):
            assert line.ask(*QUERIES["one"])[0] == 200
        with ThreadPoolExecutor() as another:
            another.submit(revoke_keys, company[0]).result()
        time.sleep(1.1)
        assert line.ask(*QUERIES["one"])[0] == 401


def test_who_asks_on_the_short_way_is_looked_up_anew_beside_it(
    company: tuple[str, str], at_once: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that all that they ask goes on that way."""
    monkeypatch.setattr("server.auth.LIFE_SECONDS", 10.0)
    monkeypatch.setattr("server.auth.AHEAD_SECONDS", 9.7)  # on a busy machine it may take long
    looked_up: list[float] = []
    look_up = Auth._look_up

    async def watched(self: Auth, key: Any, token: str) -> Any:
        looked_up.append(time.monotonic())
        return await look_up(self, key, token)

    monkeypatch.setattr(Auth, "_look_up", watched)
    with serving(*company, budget=UNMETERED) as line:
        end = time.monotonic() + 2.5
        while not looked_up or time.monotonic() < end:
            assert line.ask(*QUERIES["one"])[0] == 200
            if len(looked_up) == 1:
                del at_once[:]  # the first requests teach it
    assert len(looked_up) >= 3
    assert all(at_once)


async def a_key(url: str, seconds: float) -> str:
    """The token of a key that expires so soon."""
    database = await Database.open(url)
    user = await add_user(database, "bo@example.com", "ADMIN")
    _, token = await add_key(database, user, days=seconds / 86_400)
    await database.close()
    return token


def test_a_token_that_expires_opens_nothing_on_the_short_way(company: tuple[str, str], at_once: list[bool]) -> None:
    with ThreadPoolExecutor() as another:
        token = another.submit(asyncio.run, a_key(company[0], 5)).result()
    expires = time.time() + 5
    with serving(company[0], token, budget=UNMETERED) as line:
        answers = []
        while not answers or answers[-1][1] == 200:
            answers.append((time.time(), line.ask(*QUERIES["one"])[0]))
            assert answers[-1][0] < expires + 0.5, "known for up to a second, it would be for longer"
    assert answers[-1][1] == 401 and any(at_once)
    assert not [at for at, status in answers if status == 200 and at > expires]


@pytest.fixture
async def signed_in(company: tuple[str, str]) -> AsyncIterator[str]:
    """The token of a session."""
    database = await Database.open(company[0])
    yield (await add_session(database, await add_user(database, "bo@example.com", "ADMIN")))[1]
    await database.close()


def test_who_signs_out_is_out_at_once(company: tuple[str, str], signed_in: str, at_once: list[bool]) -> None:
    """And does not go on the short way until they would have been looked up anew."""
    with serving(company[0], signed_in) as line:
        for _ in range(3):
            assert line.ask(*QUERIES["one"])[0] == 200
        assert at_once[-1]
        assert b'"errors":[]' in line.ask("mutation { signOut(input: {}) { errors { code } } }")[2]
        assert line.ask(*QUERIES["one"])[0] == 401
        assert not at_once[-1]


ANSWER = re.compile(rb"HTTP/1\.1 \d+ .*?\r\n\r\n", re.DOTALL)


def raw(line: Line, *parts: bytes, answers: int = 1) -> bytes:
    """What comes back for bytes that are sent with a pause between them: so many answers at least."""
    with socket.create_connection(("127.0.0.1", line.port), timeout=30) as connection:
        for at, part in enumerate(parts):
            if at:
                time.sleep(0.1)
            connection.sendall(part)
        said = b""
        with suppress(TimeoutError):  # the connection stays open
            while more := connection.recv(65536):
                said += more
                if len(ANSWER.findall(said)) >= answers and said.endswith(b"}"):
                    connection.settimeout(0.3)
    return said


def test_a_request_in_pieces_in_chunks_or_behind_another(company: tuple[str, str]) -> None:
    with serving(*company, max_body=2000) as line:
        body = json.dumps({"query": ONE, "variables": {"id": "cus_1"}}).encode()
        whole = line.request(body)
        start = re.sub(rb"Content-Length: \d+\r\n", b"", whole.partition(b"\r\n\r\n")[0]) + b"\r\n"
        for _ in range(4):  # at the end even the bytes of its headers are known
            assert raw(line, whole).count(b'"data":{"customer":{"id":"cus_1"') == 1
        for cut in (10, len(start) + 5, len(whole) - 20):
            assert raw(line, whole[:cut], whole[cut:]).count(b'"data":{"customer":{"id":"cus_1"') == 1
        other = whole.replace(b"cus_1", b"cus_2")
        said = raw(line, whole + other + whole, answers=3)
        assert re.findall(rb'"data":\{"customer":\{"id":"(cus_\d)"', said) == [b"cus_1", b"cus_2", b"cus_1"]
        chunked = start + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        assert raw(line, chunked).count(b'"data":{"customer":{"id":"cus_1"') == 1
        assert b" 400 " in raw(line, start + b"Transfer-Encoding: chunked\r\n\r\nno\r\n").split(b"\r\n")[0]
        large = json.dumps({"query": ONE, "variables": {"id": "cus_1"}, "more": "x" * 3000}).encode()
        said = raw(line, line.request(large))
        assert b" 413 " in said.split(b"\r\n")[0]
        said = raw(line, whole + b"nonsense\r\n\r\n", answers=2)
        assert re.findall(rb"HTTP/1.1 (\d+) \w", said) == [b"200", b"400"]


class Gate:
    """Holds back what statements give, until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[bytes | None]]] = []
        monkeypatch.setattr(Database, "read_here", lambda self, sql, args: None)
        monkeypatch.setattr(Database, "read_soon", lambda database, sql, args, **small: self.hold())

    def hold(self) -> asyncio.Future[bytes | None]:
        loop = asyncio.get_running_loop()
        self.held.append((loop, loop.create_future()))
        return self.held[-1][1]

    def open(self, result: bytes | Exception, at: int = 0) -> None:
        loop, future = self.held[at]
        tell = future.set_exception if isinstance(result, Exception) else future.set_result
        loop.call_soon_threadsafe(tell, result)


def test_what_comes_behind_a_statement_that_is_under_way_waits(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(*company) as line:
        for _ in range(2):
            line.ask(*QUERIES["one"])
        gate = Gate(monkeypatch)
        one = line.request(json.dumps({"query": ONE, "variables": {"id": "cus_1"}}).encode())
        two = line.request(json.dumps({"query": ONE, "variables": {"id": "cus_2"}}).encode())
        line.connection.sendall(one + two)
        until(lambda: len(gate.held) == 1)
        line.connection.sendall(one)
        line.connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            line.connection.recv(1)
        gate.open(b"4711")
        line.connection.settimeout(10)
        said = b""
        customers = re.compile(rb'"customer":(?:{"id":")?(\w+)')
        while len(customers.findall(said)) < 3:
            more = line.connection.recv(65536)
            assert more, said
            said += more
        assert customers.findall(said) == [b"4711", b"cus_2", b"cus_1"]
        assert len(gate.held) == 1, "what waits goes the ordinary way"


@pytest.mark.parametrize("failure", [StatementTimeout("late"), DatabaseUnavailable("gone"), ValueError("a fault")])
def test_a_statement_that_fails_is_told_as_ever(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch, at_once: list[bool], failure: Exception
) -> None:
    read = Database.read

    async def fails(self: Database, sql: str, args: Sequence[object] = ()) -> bytes | None:
        if "FROM customer" in sql:
            raise failure
        return await read(self, sql, args)

    with serving(*company) as line:
        for _ in range(2):
            line.ask(*QUERIES["one"])
        monkeypatch.setattr(Database, "read", fails)
        monkeypatch.setattr(Database, "read_here", lambda self, sql, args: None)
        monkeypatch.setattr(
            Database, "read_soon", lambda self, *what, **small: asyncio.ensure_future(fails(self, *what))
        )
        short = told(line.ask(*QUERIES["one"]))
        assert at_once[-1]
        ordinary = told(line.slowly(*QUERIES["one"]))
    assert short[:2] == ordinary[:2]
    assert without_reference(short[2]) == without_reference(ordinary[2])
    assert b'"data":{"customer":null}' in short[2]


def without_reference(body: bytes) -> bytes:
    """An answer without the number of its error."""
    return re.sub(rb"reference [0-9a-f]+", b"reference", body)


def test_who_hangs_up_disturbs_nobody_and_the_end_waits_for_what_is_under_way(
    company: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(*company) as line:
        for _ in range(2):
            line.ask(*QUERIES["one"])
        gate = Gate(monkeypatch)
        whole = line.request(json.dumps({"query": ONE, "variables": {"id": "cus_1"}}).encode())
        with socket.create_connection(("127.0.0.1", line.port)) as another:
            another.sendall(whole)
            until(lambda: len(gate.held) == 1)
        time.sleep(0.2)
        gate.open(b"4711")
        line.connection.sendall(whole)
        until(lambda: len(gate.held) == 2)
        line.server.should_exit = True
        time.sleep(0.5)
        gate.open(b"4712", 1)
        said = b""
        while more := line.connection.recv(65536):
            said += more
        assert b'{"customer":4712}' in said and b"connection: close" in said


def test_the_bytes_of_headers_are_known_where_they_are_all_there_is_before_the_body() -> None:
    express = Express(Desk(None), None, None)  # type: ignore[arg-type]
    seen: list[bytes] = []
    express._answer = lambda known, body: seen.append(body)  # type: ignore[method-assign,assignment,func-returns-value]
    headers = [(b"authorization", b"Bearer x"), (b"content-length", b"3")]
    head = b"POST /graphql HTTP/1.1\r\nAuthorization: Bearer x\r\nContent-Length: 3\r\n\r\n"
    express.learn_head(headers, head + b"abc", 3)
    express.answer_to(head + b"abc")
    assert not seen, "these headers were never let in"
    express.learn(headers, b"")
    express.learn_head(headers, head + b"abc" + head + b"abc", 3)
    express.learn_head(headers, b"abc", 3)
    express.learn_head(headers, b"", 0)
    express.answer_to(head + b"abc")
    assert not express._heads and not seen, "that was more than a head and a body, or less"
    express.learn_head(headers, head + b"abc", 3)
    for other in (b"", b"ab", b"abcd", b"abc" + head + b"abc"):
        express.answer_to(head + other)
    express.answer_to(head.replace(b"Bearer x", b"Bearer y") + b"abc")
    express.answer_to(head[1:] + b"abc")
    express.answer_to(b"\r\n" + head + b"abc")
    assert not seen
    express.answer_to(head + b"xyz")
    assert seen == [b"xyz"]
    for at in range(MOST_KNOWN + 5):
        express.learn_head(headers, b"%d" % at + head + b"abc", 3)
    assert len(express._heads) <= MOST_KNOWN
    express._heads.clear()
    express.learn_head(headers, b"x" * LONGEST + head + b"abc", 3)
    assert not express._heads


def test_a_request_behind_half_of_another_is_no_new_one(company: tuple[str, str], at_once: list[bool]) -> None:
    with serving(*company) as line:
        for _ in range(4):
            line.ask(*QUERIES["one"])
        whole = line.request(json.dumps({"query": ONE, "variables": {"id": "cus_1"}}).encode())
        body = json.dumps({"query": "{ viewer { role } }", "more": "x" * 600}).encode()
        start = line.request(body)[: -len(whole)]
        assert start.endswith(b"xx")
        del at_once[:]
        # The end of this body looks like a whole request.
        said = raw(line, start, whole)
        assert b" 400 " in said.split(b"\r\n")[0] or b'"errors"' in said
        assert b"cus_1" not in said and not at_once
        said = raw(line, whole + start, whole, answers=2)
        assert said.count(b"cus_1") == 1


def test_many_in_one_piece_keep_nobody_waiting(company: tuple[str, str], dialect: str, at_once: list[bool]) -> None:
    with serving(*company) as line:
        line.ask(*QUERIES["alias"])
        whole = line.request(json.dumps({"query": QUERIES["alias"][0], "variables": None}).encode())
        said = raw(line, whole * (AT_ONCE + 10), answers=AT_ONCE + 10)
        assert said.count(b'{"data":{"a":{"role":"ADMIN"}}') == AT_ONCE + 10
        assert at_once.count(True) <= AT_ONCE + 1
        assert b" 429 " in raw(line, whole * (AT_ONCE + PIPELINED + 10), answers=AT_ONCE + PIPELINED + 10)


def test_headers_that_are_known_do_not_fill_the_memory() -> None:
    express = Express(Desk(None), None, None)  # type: ignore[arg-type]
    for at in range(MOST_KNOWN + 5):
        express.learn([(b"authorization", b"Bearer x"), (b"user-agent", b"%d" % at)], b"")
    assert len(express._known) == 5
    for headers in (
        [(b"host", b"x")],
        [(b"authorization", b"Bearer x"), (b"authorization", b"Bearer x")],
        [(b"authorization", b"Bearer x"), (b"cookie", b"a=b")],
        [(b"authorization", b"Bearer x"), (b"x-long", b"x" * LONGEST)],
    ):
        express.learn(headers, b"")
    assert len(express._known) == 5
