"""Attacks on who somebody is: forged tokens, guessed passwords, ended sessions, others' idempotency keys."""

from __future__ import annotations

import base64
import hashlib
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from benchmarks.hostile.drive import ROOT, demo
from tests.attacks import ON_BOTH, ROLES, Attacker
from tests.services import create_database, drop_database

WHO = {"query": "{ viewer { name role } }"}
SIGN_IN = (
    "mutation($email: String!, $password: String!) {"
    " signIn(input: {email: $email, password: $password}) { token errors { code message } } }"
)
PASSWORD = "demo-password"


QUIET_ON_BOTH = pytest.mark.parametrize("quiet", ["sqlite", "postgres"], indirect=True)
"""The mark of tests that need a demo of their own, and whose outcome a database decides: starting one takes seconds."""


@pytest.fixture
async def quiet(request: pytest.FixtureRequest) -> AsyncIterator[Attacker]:
    """A demo of the test's own, at which nobody has guessed yet: on SQLite unless the test says which."""
    if getattr(request, "param", "sqlite") == "sqlite":
        with demo() as running:
            yield Attacker(running)
        return
    server = request.getfixturevalue("postgres")
    url = await create_database(server)
    with demo(url) as running:
        yield Attacker(running)
    await drop_database(server, url)


def coded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CLAIMS = coded({"sub": "1", "email": "demo-admin@example.com", "role": "ADMIN", "exp": 9_999_999_999})
FORGED = {
    "alg none": f"{coded({'alg': 'none', 'typ': 'JWT'})}.{CLAIMS}.",
    "alg None": f"{coded({'alg': 'None'})}.{CLAIMS}.",
    "alg HS256, signed with nothing": f"{coded({'alg': 'HS256'})}.{CLAIMS}.AAAA",
    "a key of its own": f"{coded({'alg': 'HS256', 'jwk': {'kty': 'oct', 'k': 'AA'}})}.{CLAIMS}.AAAA",
    "a key elsewhere": f"{coded({'alg': 'RS256', 'jku': 'http://127.0.0.1:1/'})}.{CLAIMS}.AAAA",
    "a key that is a file": f"{coded({'alg': 'HS256', 'kid': '../../../dev/null'})}.{CLAIMS}.AAAA",
    "a key that is SQL": f"{coded({'alg': 'HS256', 'kid': 'x UNION SELECT 1'})}.{CLAIMS}.AAAA",
    "two dots": "..",
    "a truncated token": "demo-admi",
    "a longer token": "demo-admin1",
    "in capitals": "DEMO-ADMIN",
    "with a space in it": "demo- admin",
    "with a tab": "demo-admin\t",
    "with a NUL": "demo-admin\0",
    "twice": "demo-admin demo-admin",
    "with a comma": "demo-admin, demo-admin",
    "in quotes": '"demo-admin"',
    "SQL": "' OR '1'='1",
    "SQL with a union": "x' UNION SELECT 1,'ADMIN' --",
    "a pattern": "demo-%",
    "another pattern": "demo_admin",
    "nothing": "",
    "a space": " ",
    "null": "null",
    "undefined": "undefined",
    "a session's start": "ses_",
    "a key's start": "key_",
    "an id": "1",
    "10 kB": "x" * 10_000,
    "letters that look alike": "demo-аdmin".encode().decode("latin-1"),
    "percent signs": "demo%2dadmin",
}


@ON_BOTH
@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_lets_nobody_in(attacker: Attacker, token: str) -> None:
    data = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
    body = json.dumps(WHO).encode()
    data += f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode("latin-1") + body
    received = attacker.bytes(data)
    assert int(received[9:12]) in (400, 401)
    assert b"ADMIN" not in received
    if received[9:12] == b"401":
        assert b"www-authenticate: bearer" in received.lower()
        assert b"UNAUTHENTICATED" in received


@ON_BOTH
@pytest.mark.parametrize(
    "value",
    [
        "demo-admin",
        "Basic ZGVtby1hZG1pbjo=",
        "Token demo-admin",
        "Bearer",
        "Digest x",
        "Bearer: demo-admin",
        "",
        "Bearerdemo-admin",
    ],
)
def test_another_scheme_lets_nobody_in(attacker: Attacker, value: str) -> None:
    reply = attacker.post(WHO, Authorization=value)
    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


@ON_BOTH
def test_the_sentence_does_not_tell_why(attacker: Attacker) -> None:
    """Unknown, expired, revoked, of another kind: all the same."""
    told = {
        attacker.post(WHO, Authorization=f"Bearer {token}").messages[0] for token in ("x", "demo-x", "ses_x", "a.b.c")
    }
    assert len(told) == 1


@ON_BOTH
def test_two_tokens_are_none(attacker: Attacker) -> None:
    body = json.dumps(WHO).encode()
    for second in (b"Bearer demo-rep", b"Bearer demo-admin", b""):
        data = (
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Authorization: Bearer demo-admin\r\nAuthorization: %b\r\nContent-Length: %d\r\n\r\n%b"
            % (second, len(body), body)
        )
        assert attacker.bytes(data).startswith(b"HTTP/1.1 401 ")


@ON_BOTH
@pytest.mark.parametrize(
    "header",
    [
        "X-Api-Key",
        "X-Auth-Token",
        "X-User",
        "X-Role",
        "X-Forwarded-User",
        "Proxy-Authorization",
        "X-Original-Authorization",
    ],
)
def test_other_headers_let_nobody_in(attacker: Attacker, header: str) -> None:
    reply = attacker.of("").post(WHO, **{header: "Bearer demo-admin"})
    assert reply.json["data"]["viewer"]["role"] == "NOBODY" or reply.errors


@ON_BOTH
def test_a_cookie_alone_lets_nobody_in(attacker: Attacker) -> None:
    token = (
        attacker.of("").ask(SIGN_IN, email="demo-rep@example.com", password=PASSWORD).json["data"]["signIn"]["token"]
    )
    nobody = attacker.of("")
    cookie = f"rapport_session={token}"
    assert b"REP" not in nobody.post(WHO, Cookie=cookie).body
    assert nobody.post(WHO, Cookie=cookie, **{"X-Rapport-Csrf": "1"}).json["data"]["viewer"]["role"] == "REP"
    for value in ("0", "", "true", "1, 1"):
        assert b"REP" not in nobody.post(WHO, Cookie=cookie, **{"X-Rapport-Csrf": value}).body
    twice = nobody.post(WHO, Cookie=f"{cookie}; rapport_session=x", **{"X-Rapport-Csrf": "1"})
    assert twice.status == 401
    assert nobody.post(WHO, Cookie="rapport_session=demo-admin", **{"X-Rapport-Csrf": "1"}).status == 401


@ON_BOTH
@pytest.mark.parametrize(
    "query", ["{ customers { totalCount } }", "{ node(id: \"cus_1\") { id } }", "{ orders { totalCount } }"]
)
def test_nobody_is_told_to_sign_in(attacker: Attacker, query: str) -> None:
    reply = attacker.of("").ask(query)
    assert reply.codes == ["UNAUTHENTICATED"]
    assert reply.json.get("data") is None


def test_guesses_at_one_account_shut_nobody_else_out(quiet: Attacker) -> None:
    """After five the account waits, with a code and a time, whoever knows the password; the others do not."""
    nobody = quiet.of("")
    replies = [nobody.ask(SIGN_IN, email="demo-admin@example.com", password=f"guess {at}") for at in range(60)]
    assert [reply.codes for reply in replies[:5]] == [[]] * 5
    for reply in replies[5:]:
        assert (reply.status, reply.codes) == (429, ["RATE_LIMITED"])
        wait = reply.errors[0]["extensions"]["retryAfter"]
        assert 1 <= wait <= 900
        assert int(reply.headers["retry-after"]) == wait
    right = nobody.ask(SIGN_IN, email="Demo-Admin@EXAMPLE.com", password=PASSWORD)
    assert right.codes == ["RATE_LIMITED"]
    other = nobody.ask(SIGN_IN, email="demo-manager@example.com", password=PASSWORD)
    assert other.json["data"]["signIn"]["token"]
    assert quiet.post(WHO).json["data"]["viewer"]["role"] == "ADMIN"


def test_guesses_at_many_accounts_make_the_address_wait(quiet: Attacker) -> None:
    nobody = quiet.of("")
    replies = [nobody.ask(SIGN_IN, email=f"user{at}@example.com", password=PASSWORD) for at in range(40)]
    assert [reply.codes for reply in replies[:20]] == [[]] * 20
    assert replies[-1].status == 429


def test_guesses_at_once_are_counted(quiet: Attacker) -> None:
    """50 concurrent tries get no more guesses than five in a row, and a forwarded address is no new one."""
    replies: list[Any] = []

    def guess(at: int) -> None:
        body = {"query": SIGN_IN, "variables": {"email": "demo-rep@example.com", "password": f"guess {at}"}}
        replies.append(quiet.of("").post(body, **{"X-Forwarded-For": f"10.0.0.{at}"}))

    threads = [threading.Thread(target=guess, args=(at,)) for at in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.status for reply in replies) == [200] * 5 + [429] * 45
    # Nor do 20 in one document.
    guess_again = (
        'a{0}: signIn(input: {{email: "demo-agent@example.com", password: "guess {0}"}}) {{ errors {{ code }} }}'
    )
    one = quiet.of("").ask(f"mutation {{ {' '.join(guess_again.format(at) for at in range(20))} }}")
    assert one.codes == ["RATE_LIMITED"] * 15
    assert sum(answer is not None for answer in one.json["data"].values()) == 5


def test_an_account_that_is_not_there_looks_like_one_that_is(quiet: Attacker) -> None:
    """In words, in shape, and in time."""
    nobody = quiet.of("")
    times: dict[bool, list[float]] = {True: [], False: []}
    bodies = set()
    for at in range(4):
        for real, email in ((True, "demo-agent@example.com"), (False, f"nobody{at}@example.com")):
            reply = nobody.ask(SIGN_IN, email=email, password="wrong password")
            times[real].append(reply.seconds)
            bodies.add(json.dumps(reply.json["data"]))
    assert len(bodies) == 1
    there, absent = (statistics.median(values) for values in times.values())
    assert absent > there / 3
    assert there > absent / 3


@QUIET_ON_BOTH
def test_fifty_sign_ins_at_once(quiet: Attacker) -> None:
    """Each gets a token of their own, or is told to wait; meanwhile others are served."""
    replies: list[Any] = []

    def work(at: int) -> None:
        email = f"demo-{ROLES[at % len(ROLES)]}@example.com"
        replies.append(quiet.of("").ask(SIGN_IN, email=email, password=PASSWORD))

    threads = [threading.Thread(target=work, args=(at,)) for at in range(50)]
    for thread in threads:
        thread.start()
    assert quiet.works() < 1
    for thread in threads:
        thread.join()
    got = [reply.json["data"]["signIn"]["token"] for reply in replies if reply.status == 200]
    assert len(got) == len(set(got)) >= 7
    assert {reply.status for reply in replies} <= {200, 429}


@QUIET_ON_BOTH
def test_a_session_that_ended_opens_nothing_and_its_sockets_close(quiet: Attacker) -> None:
    token = quiet.of("").ask(SIGN_IN, email="demo-agent@example.com", password=PASSWORD).json["data"]["signIn"]["token"]
    session = Attacker(quiet.demo, token)
    assert session.post(WHO).json["data"]["viewer"]["role"] == "AGENT"
    with session.greeted() as socket:
        socket.send({"id": "1", "type": "subscribe", "payload": {"query": "subscription { heartbeat(every: 60) }"}})
        socket.receive()
        out = session.data("mutation { signOut(input: {}) { endedSessions errors { code } } }")
        assert out["signOut"] == {"endedSessions": 1, "errors": []}
        replay = session.post(WHO)
        assert (replay.status, replay.codes) == (401, ["UNAUTHENTICATED"])
        assert socket.closed(6) == 4403
    for again in range(3):
        assert session.post(WHO, **{"X-Request-Id": str(again)}).status == 401


@QUIET_ON_BOTH
def test_a_disabled_users_token_opens_nothing(quiet: Attacker) -> None:
    token = quiet.of("").ask(SIGN_IN, email="demo-agent@example.com", password=PASSWORD).json["data"]["signIn"]["token"]
    session = Attacker(quiet.demo, token)
    with session.greeted() as socket:
        command = [sys.executable, "-m", "server", "user", "disable", "demo-agent@example.com"]
        environment = {"DATABASE_URL": quiet.demo.database, "PATH": ""}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        time.sleep(1.2)
        assert session.post(WHO).status == 401
        assert quiet.of("agent").post(WHO).status == 401
        assert socket.closed(6) == 4403
    again = quiet.of("").ask(SIGN_IN, email="demo-agent@example.com", password=PASSWORD)
    assert again.json["data"]["signIn"]["token"] is None


def signed_in(demo: Attacker, role: str | None, name: str = "manager") -> Attacker:
    """One of the demo's users in one of their roles."""
    query = SIGN_IN.replace("$password: String!", "$password: String!, $role: Role").replace(
        "password: $password", "password: $password, role: $role"
    )
    payload = demo.of("").data(query, email=f"demo-{name}@example.com", password=PASSWORD, role=role)["signIn"]
    assert payload["errors"] == []
    return Attacker(demo.demo, payload["token"])


@ON_BOTH
def test_each_role_of_a_user_is_as_blind_as_its_own_users_are(attacker: Attacker) -> None:
    """Asked in turns, so that whatever is kept of one answer is there for the next: it shows nothing of the other."""
    manager, agent = signed_in(attacker, None), signed_in(attacker, "AGENT")
    assert manager.post(WHO).json["data"]["viewer"]["role"] == "MANAGER"
    queries = (
        "{ viewer { role } }",
        "{ customers(first: 5) { totalCount nodes { id name } } }",
        "{ tickets(first: 5) { totalCount nodes { id issue } } }",
        "{ orders { nodes { baseTotal { amount } } } }",
        "{ customers { nodes { taxId } } }",
        "{ __type(name: \"Customer\") { fields { name } } }",
        "mutation { deleteCustomer(input: {id: \"cus_1\", dryRun: true}) { deletedId errors { code } } }",
    )
    for _ in range(3):  # the third time it is answered from what is at hand
        for query in queries:
            body: dict[str, object] = {"query": query}
            for one_of_two, alone in ((manager, attacker.of("manager")), (agent, attacker.of("agent"))):
                found, expected = one_of_two.post(body), alone.post(body)
                assert (found.status, found.json.get("data")) == (expected.status, expected.json.get("data")), query
                assert found.codes == expected.codes, query
        for name in ("customers", "orders"):  # and by the name of a document that the other role has sent
            text = f"{{ {name} {{ totalCount }} }}"
            sent = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
            manager.post({"query": text, "extensions": sent})
            told = [who.post({"extensions": sent}).json["data"][name] for who in (agent, attacker.of("agent"))]
            assert told[0] == told[1] != manager.post({"extensions": sent}).json["data"][name]


@ON_BOTH
def test_going_on_in_another_role_gives_no_more_than_the_user_has(attacker: Attacker) -> None:
    switch = "mutation($role: Role!) { switchRole(input: {role: $role}) { token expiresAt role errors { code path } } }"
    manager = signed_in(attacker, None)
    for role in ("ADMIN", "REP", "MARKETING", "READONLY"):
        payload = manager.data(switch, role=role)["switchRole"]
        assert (payload["token"], payload["errors"]) == (None, [{"code": "INVALID", "path": ["input", "role"]}])
    for wrong in ("admin", "NOBODY", "", ["AGENT"], 1, None):
        assert manager.ask(switch, role=wrong).codes == ["BAD_USER_INPUT"], wrong
    agent = Attacker(attacker.demo, manager.data(switch, role="AGENT")["switchRole"]["token"])
    assert agent.post(WHO).json["data"]["viewer"]["role"] == "AGENT"
    assert manager.post(WHO).json["data"]["viewer"]["role"] == "MANAGER"
    # A key does not: neither one for everything nor the demo's others, and nobody does.
    for role in ("manager", "admin"):
        payload = attacker.of(role).data(switch, role="AGENT")["switchRole"]
        assert (payload["token"], payload["errors"]) == (None, [{"code": "NOT_ALLOWED", "path": ["input"]}])
    assert attacker.of("").ask(switch, role="AGENT").codes == ["UNAUTHENTICATED"]
    # Many at once each give a token of their own, of which a switch with one that has ended gives none.
    many = " ".join(f"a{at}: switchRole(input: {{role: MANAGER}}) {{ token }}" for at in range(20))
    given = {answer["token"] for answer in agent.data(f"mutation {{ {many} }}").values()}
    assert len(given) == 20 and None not in given
    agent.data("mutation { signOut(input: {everywhere: true}) { endedSessions } }")
    for token in (agent.token, manager.token, *list(given)[:3]):
        assert Attacker(attacker.demo, token).ask(switch, role="AGENT").status == 401


@ON_BOTH
def test_a_cookie_acts_in_the_role_of_its_session_alone(attacker: Attacker) -> None:
    agent = signed_in(attacker, "AGENT")
    csrf = {"X-Rapport-Csrf": "1"}
    kept = agent.send("POST", "/session", b"", csrf | {"Authorization": f"Bearer {agent.token}"})
    assert kept.status == 204 and agent.token in kept.headers["set-cookie"]
    nobody = attacker.of("")
    for cookie in (f"rapport_session={agent.token}", f"role=MANAGER; rapport_session={agent.token}"):
        reply = nobody.post(WHO, Cookie=cookie, **csrf, **{"X-Role": "MANAGER", "X-Rapport-Role": "MANAGER"})
        assert reply.json["data"]["viewer"]["role"] == "AGENT"
    # Going on in another is for who can set the header, and tells the page's scripts no token.
    inside = {"Cookie": f"rapport_session={agent.token}"}
    query = {"query": "mutation { switchRole(input: {role: MANAGER}) { token errors { code } } }"}
    told = nobody.post(query, Cookie=inside["Cookie"], **csrf).json["data"]["switchRole"]
    assert told == {"token": None, "errors": [{"code": "NOT_ALLOWED"}]}
    for headers, role, status in (
        (inside, "MANAGER", 400),
        (inside | csrf, "ADMIN", 403),
        (inside | csrf, "x'--", 400),
    ):
        assert nobody.send("POST", f"/session?role={role}", b"", headers).status == status
    other = nobody.send("POST", "/session?role=MANAGER", b"", inside | csrf)
    assert other.status == 204 and other.body == b"" and agent.token not in other.headers["set-cookie"]
    cookie = other.headers["set-cookie"].partition(";")[0]
    assert nobody.post(WHO, Cookie=cookie, **csrf).json["data"]["viewer"]["role"] == "MANAGER"
    assert nobody.post(WHO, Cookie=inside["Cookie"], **csrf).json["data"]["viewer"]["role"] == "AGENT"


@QUIET_ON_BOTH
def test_a_role_that_is_taken_away_takes_its_sessions_keys_and_sockets_along(quiet: Attacker) -> None:
    manager, agent = signed_in(quiet, None), signed_in(quiet, "AGENT")
    environment = {"DATABASE_URL": quiet.demo.database, "PATH": ""}

    def operator(*arguments: str) -> str:
        command = [sys.executable, "-m", "server", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    made = ("key", "create", "--user", "demo-manager@example.com", "--scope", "read", "--name")
    key = Attacker(quiet.demo, operator(*made, "helps", "--role", "agent").strip())
    assert key.post(WHO).json["data"]["viewer"]["role"] == "AGENT"
    with agent.greeted() as socket, key.greeted() as of_key, manager.greeted() as stays:
        beat = {"query": "subscription { heartbeat(every: 1) }"}
        for each in (socket, of_key, stays):
            each.send({"id": "1", "type": "subscribe", "payload": beat})
            each.receive()
        told = operator("user", "roles", "demo-manager@example.com", "--role", "manager")
        assert told == "demo-manager@example.com may act as manager. Sessions ended: 1. Keys ended: 1.\n"
        time.sleep(1.2)
        for who in (agent, key):
            for query in (
                "{ viewer { role } }",
                "{ tickets { totalCount } }",
                "mutation { signOut(input: {}) { __typename } }",
            ):
                assert (who.ask(query).status, who.ask(query).codes) == (401, ["UNAUTHENTICATED"])
        assert socket.closed(6) == 4403
        assert of_key.closed(6) == 4403
        assert stays.receive()["type"] == "next"
    assert manager.post(WHO).json["data"]["viewer"]["role"] == "MANAGER"
    operator("user", "roles", "demo-manager@example.com", "--role", "manager", "--role", "agent")
    time.sleep(1.2)
    assert agent.post(WHO).status == key.post(WHO).status == 401, "given again, what ended stays ended"
    assert signed_in(quiet, "AGENT").post(WHO).json["data"]["viewer"]["role"] == "AGENT"


def test_a_guess_with_a_role_is_a_guess(quiet: Attacker) -> None:
    """It counts as any other, tells as little, and the right password takes it back, whichever role it asks for."""
    query = (
        'mutation($p: String!, $r: Role) { signIn(input: {email: "demo-manager@example.com", password: $p, role: $r})'
        " { token errors { code message path } } }"
    )
    nobody = quiet.of("")
    for _ in range(3):
        refused = nobody.data(query, p=PASSWORD, r="ADMIN")["signIn"]
        assert refused["token"] is None and refused["errors"][0]["path"] == ["input", "role"]
    told = {json.dumps(nobody.data(query, p=f"guess {role}", r=role)) for role in (None, "MANAGER", "AGENT", "ADMIN")}
    assert len(told) == 1 and "E-mail address or password is wrong." in told.pop()
    nobody.data(query, p="guess again", r="REP")
    assert nobody.ask(query, p=PASSWORD, r="AGENT").codes == ["RATE_LIMITED"]


@ON_BOTH
def test_anothers_idempotency_key_replays_nothing(attacker: Attacker) -> None:
    """The same key of another user is another key; of a role that may not see the record, all the more."""
    given = {"input": {"name": "Only the admin's", "idempotencyKey": "shared key"}}
    query = (
        "mutation($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id } errors { code } } }"
    )
    first = attacker.data(query, **given)["createCustomer"]["customer"]["id"]
    assert attacker.data(query, **given)["createCustomer"]["customer"]["id"] == first
    for role in ("manager", "rep", "rep-2"):
        made = attacker.of(role).data(query, **given)["createCustomer"]
        assert made["customer"] is None or made["customer"]["id"] != first


@ON_BOTH
def test_a_forged_password_is_no_key_to_its_hash(attacker: Attacker) -> None:
    """Nothing about users, sessions or keys is in the API."""
    names = attacker.data("{ __schema { types { name fields { name } } } }")["__schema"]["types"]
    fields = {field["name"].lower() for item in names for field in item["fields"] or ()}
    assert not {"password", "passwordhash", "tokenhash", "sessions", "apikeys", "secret"} & fields
