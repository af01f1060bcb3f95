"""Signing in and out: a password becomes a session, and nothing tells a stranger how close they came."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import statistics
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest

import access
from access import Viewer
from errors import Code, Refusal, Refused
from models import AuditEntry, IdempotencyRecord, Organisation, OutboxEvent, Session
from models.database import Database, Transaction
from resolvers import accounts, identity, passwords, tokens
from resolvers.throttle import MemoryThrottle, Patience
from resolvers.verbs import VERBS
from resolvers.write import Outcome, Request, perform
from schema.engine import Engine
from server.auth import DEAD, Auth
from server.settings import Settings
from tests.people import PASSWORD, add_key, add_session, add_user
from tests.viewers import ADMIN
from tests.writing import ask, snapshot

SIGN_IN = (
    "mutation ($email: String!, $password: String!, $dryRun: Boolean! = false) {"
    " signIn(input: {email: $email, password: $password, dryRun: $dryRun})"
    " { token expiresAt viewerName errors { code message path } } }"
)
WRONG = [{"code": "INVALID", "message": "E-mail address or password is wrong.", "path": ["input", "password"]}]
EMAIL = "bjorn@lindholm.example"


@pytest.fixture(autouse=True)
def guard(monkeypatch: pytest.MonkeyPatch) -> identity.Guard:
    """Fresh counters for each test."""
    fresh = identity.Guard()
    monkeypatch.setattr(identity, "GUARD", fresh)
    return fresh


@pytest.fixture
async def auth(own_world: Database, guard: identity.Guard) -> AsyncIterator[Auth]:
    auth = Auth.of(Settings(), own_world)
    yield auth
    await auth.close()
    assert guard.revoked == []


async def sign_in(database: Database, email: str, password: str, **more: Any) -> dict[str, Any]:
    """The payload."""
    body = await ask(Engine(database), SIGN_IN, email=email, password=password, **more)
    assert "errors" not in body, body
    payload: dict[str, Any] = body["data"]["signIn"]
    return payload


async def verb(database: Database, name: str, viewer: Viewer, request: Request, **arguments: Any) -> Outcome:
    """What a verb comes to when a viewer calls it from Python."""

    async def read(transaction: Transaction, outcome: Outcome) -> Outcome:
        return outcome

    return await perform(database, viewer, VERBS[name], arguments, read, request)


async def test_a_password_becomes_a_session(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    before = dt.datetime.now(dt.UTC)
    payload = await sign_in(own_world, " BJORN@Lindholm.example ", PASSWORD)
    assert (payload["viewerName"], payload["errors"]) == (EMAIL, [])
    expires = dt.datetime.fromisoformat(payload["expiresAt"])
    assert payload["expiresAt"].endswith("Z") and len(payload["expiresAt"]) == 24
    assert abs((expires - before).total_seconds() - 12 * 3600) < 10
    viewer = await auth.viewer_of(payload["token"])
    assert (viewer.user_id, viewer.name, viewer.rep_ids) == (user.id, EMAIL, (2,))
    assert payload["token"].startswith("rps_") and len(payload["token"]) == 4 + 43
    another = await sign_in(own_world, EMAIL, PASSWORD)
    assert another["token"] != payload["token"]
    assert (await auth.viewer_of(payload["token"])).user_id == user.id, "both devices stay signed in"


async def test_the_settings_say_how_long_a_session_lasts(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    auth = Auth.of(Settings(session_hours=2), own_world)
    viewer = await auth.viewer_of((await sign_in(own_world, EMAIL, PASSWORD))["token"])
    assert viewer.until is not None and abs(viewer.until - time.time() - 2 * 3600) < 10
    await auth.close()


async def test_it_is_audited_and_told_to_nobody(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    token = (await sign_in(own_world, EMAIL, PASSWORD))["token"]
    entry = await AuditEntry.filter(verb="signIn").get()
    assert (entry.actor, entry.entity, entry.kind) == (EMAIL, "Session", "CREATED")
    assert await OutboxEvent.filter(entity="Session").count() == 0
    everything = str(await snapshot(own_world))
    assert PASSWORD not in everything and token not in everything and token[4:] not in everything


async def test_whatever_is_wrong_is_told_alike(own_world: Database) -> None:
    for name, password in (
        ("known", PASSWORD),
        ("none", None),
        ("disabled", PASSWORD),
        ("everybodys", "demo-password"),
    ):
        await add_user(own_world, f"{name}@lindholm.example", "REP", 2, password)
    async with own_world.transaction():
        await accounts.disable_user("disabled@lindholm.example")
    before = await snapshot(own_world)
    for email, password in (
        ("known@lindholm.example", "wrong"),
        ("known@lindholm.example", PASSWORD.upper()),
        ("unknown@lindholm.example", PASSWORD),
        ("not an address", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("none@lindholm.example", PASSWORD),
        ("none@lindholm.example", "None"),
        ("disabled@lindholm.example", PASSWORD),
        ("everybodys@lindholm.example", "demo-password"),  # on a database that is no demo's
    ):
        payload = await sign_in(own_world, email, password)
        assert payload == {"token": None, "expiresAt": None, "viewerName": None, "errors": WRONG}, (email, password)
    assert await snapshot(own_world) == before
    async with own_world.transaction():
        await Organisation.filter(id=1).update(demo=True)
    assert (await sign_in(own_world, "everybodys@lindholm.example", "demo-password"))["errors"] == []


@pytest.mark.parametrize(
    ("email", "password", "code", "path"),
    [
        ("", PASSWORD, "BLANK", "email"),
        (EMAIL, "", "BLANK", "password"),
        (EMAIL, "x" * 1025, "TOO_LONG", "password"),
        (EMAIL, "x" * 100_000, "TOO_LONG", "password"),
        ("x" * 321, PASSWORD, "TOO_LONG", "email"),
        (EMAIL, "a\0b", "INVALID", "password"),
        (EMAIL, "a\ud800b", "INVALID", "password"),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_hashed(
    own_world: Database, monkeypatch: pytest.MonkeyPatch, email: str, password: str, code: str, path: str
) -> None:
    monkeypatch.setattr(passwords, "matches", None)
    (error,) = (await sign_in(own_world, email, password))["errors"]
    assert (error["code"], error["path"]) == (code, ["input", path])
    assert password not in error["message"] or not password


async def test_a_password_is_the_same_from_any_keyboard(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, "Ünïcödé ist schön")
    assert (await sign_in(own_world, EMAIL, "Ünïcödé ist schön\n"))["errors"] == []
    assert (await sign_in(own_world, EMAIL, "ünïcödé ist schön"))["errors"] == WRONG
    await add_user(own_world, "long@lindholm.example", "REP", 2, "x" * 1023 + "y")
    assert (await sign_in(own_world, "long@lindholm.example", "x" * 1024))["errors"] == WRONG, "nothing is cut off"


async def test_a_try_keeps_no_session(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    before = await snapshot(own_world)
    assert (await sign_in(own_world, EMAIL, PASSWORD, dryRun=True))["errors"] == []
    assert await snapshot(own_world) == before


async def test_a_user_who_changes_meanwhile_is_not_signed_in(
    own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    matches = passwords.matches

    async def slowly(password: str, kept: str | None) -> bool:
        found = await matches(password, kept)
        async with own_world.transaction():
            await accounts.disable_user(EMAIL)
        return found

    monkeypatch.setattr(passwords, "matches", slowly)
    assert (await sign_in(own_world, EMAIL, PASSWORD))["errors"] == WRONG
    assert await Session.all().count() == 0


async def test_sessions_long_over_are_cleared_away(own_world: Database) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    old, _ = await add_session(own_world, user, hours=-31 * 24)
    recent, _ = await add_session(own_world, user, hours=-24)
    await sign_in(own_world, EMAIL, PASSWORD)
    left = {session.id for session in await Session.all()}
    assert old.id not in left and recent.id in left and len(left) == 2


async def test_a_session_is_never_kept_for_a_repeated_request(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    request = Request(idempotency_key="k1")
    outcomes = [await verb(own_world, "signIn", ADMIN, request, email=EMAIL, password=PASSWORD) for _ in range(2)]
    assert outcomes[0]["token"] != outcomes[1]["token"]
    assert await IdempotencyRecord.all().count() == 0
    body = await ask(
        Engine(own_world), 'mutation { signIn(input: {email: "a", password: "b", idempotencyKey: "k"}) { token } }'
    )
    assert body["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


# --- time


async def test_an_unknown_address_takes_as_long_as_a_wrong_password(own_world: Database, guard: identity.Guard) -> None:
    guard.accounts = MemoryThrottle(Patience(1000, 1, 1, 1))
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    await add_user(own_world, "none@lindholm.example", "REP", 2, None)
    engine = Engine(own_world)
    took: dict[str, list[float]] = {EMAIL: [], "nobody@lindholm.example": [], "none@lindholm.example": []}
    for _ in range(15):
        for email, times in took.items():
            start = time.perf_counter()
            await ask(engine, SIGN_IN, email=email, password="wrong wrong wrong")
            times.append(time.perf_counter() - start)
    known, unknown, none = (min(times) for times in took.values())
    assert statistics.median(took[EMAIL]) > 0.005, "a hash worth the name"
    assert unknown > known * 0.6 and none > known * 0.6, took


def test_nobodys_hash_costs_what_every_hash_costs() -> None:
    assert not passwords._HASHER.check_needs_rehash(passwords.NOBODYS)
    assert passwords._matches("", passwords.NOBODYS) is False
    assert passwords._matches(PASSWORD, None) is False
    assert passwords._matches(PASSWORD, "no hash") is False
    kept = passwords._HASHER.hash(PASSWORD)
    assert kept.startswith("$argon2id$") and len(kept) <= 200
    assert passwords._matches(PASSWORD, kept) is True


async def test_hashing_holds_up_neither_the_loop_nor_a_transaction(
    own_world: Database, monkeypatch: pytest.MonkeyPatch, guard: identity.Guard
) -> None:
    guard.accounts = MemoryThrottle(Patience(1000, 1, 1, 1))
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    at_once: list[int] = []
    running, lock, go_on = 0, threading.Lock(), threading.Event()
    real = passwords._matches

    def counted(password: str, kept: str | None) -> bool:
        nonlocal running
        with lock:
            running += 1
            at_once.append(running)
        try:
            let_go = go_on.wait(20)
            go_on.set()  # or each of them would wait
            assert let_go
            return real(password, kept)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(passwords, "_matches", counted)
    engine = Engine(own_world)
    tries = [asyncio.create_task(ask(engine, SIGN_IN, email=EMAIL, password="wrong")) for _ in range(10)]
    async with asyncio.timeout(15):  # less than a hash waits: it goes on once others have written
        while len(at_once) < 2:  # noqa: ASYNC110 -- threads do it
            await asyncio.sleep(0.01)
        for _ in range(20):
            async with own_world.transaction() as transaction:
                await transaction.execute("SELECT 1")
    go_on.set()
    assert [(await task)["data"]["signIn"]["errors"] for task in tries] == [WRONG] * 10
    assert max(at_once) == 2


# --- throttles


async def test_failures_of_an_account_must_wait_ever_longer(own_world: Database, guard: identity.Guard) -> None:
    now = 1000.0
    guard.accounts = MemoryThrottle(identity.Guard().accounts.patience, lambda: now)  # type: ignore[attr-defined]
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    for _ in range(5):
        assert (await sign_in(own_world, EMAIL, "wrong"))["errors"] == WRONG
    for wait in (12, 24, 48, 96, 192, 300, 300):
        for email in (EMAIL, EMAIL.upper()):  # even with the right password, or it would tell which is right
            body = await ask(Engine(own_world), SIGN_IN, email=email, password=PASSWORD)
            (error,) = body["errors"]
            assert body["data"] == {"signIn": None}
            assert error["extensions"] == {"code": "RATE_LIMITED", "retryAfter": wait}
            assert error["message"] == f"Too many failed attempts to sign in: try again in {wait} s."
            assert error["path"] == ["signIn"]
        now += wait
        assert (await sign_in(own_world, EMAIL, "wrong"))["errors"] == WRONG
    now += 300
    assert (await sign_in(own_world, EMAIL, PASSWORD))["errors"] == []


async def test_unknown_accounts_are_throttled_like_known_ones(own_world: Database) -> None:
    for _ in range(5):
        await sign_in(own_world, "nobody@lindholm.example", "wrong")
    body = await ask(Engine(own_world), SIGN_IN, email="nobody@lindholm.example", password="wrong")
    assert body["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    assert (await sign_in(own_world, EMAIL, PASSWORD))["errors"] == [], "others go on"


async def test_who_is_disabled_uses_up_tries_even_with_the_right_password(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    async with own_world.transaction():
        await accounts.disable_user(EMAIL)
    for _ in range(5):
        assert (await sign_in(own_world, EMAIL, PASSWORD))["errors"] == WRONG
    body = await ask(Engine(own_world), SIGN_IN, email=EMAIL, password=PASSWORD)
    assert body["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_many_at_once_are_not_more_than_one_after_the_other(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    engine = Engine(own_world)
    bodies = await asyncio.gather(*(ask(engine, SIGN_IN, email=EMAIL, password=f"wrong {n}") for n in range(30)))
    assert sum("errors" not in body for body in bodies) == 5


async def test_who_signs_in_rightly_is_never_throttled(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    for _ in range(4):
        assert (await sign_in(own_world, EMAIL, "wrong"))["errors"] == WRONG
    for _ in range(10):
        assert (await sign_in(own_world, EMAIL, PASSWORD))["errors"] == []


async def test_an_address_is_throttled_whichever_account_it_tries(own_world: Database, guard: identity.Guard) -> None:
    await add_user(own_world, EMAIL, "REP", 2, PASSWORD)

    async def attempt(address: str, number: int) -> str:
        try:
            await verb(
                own_world,
                "signIn",
                ADMIN,
                Request(address=address),
                email=f"user{number}@lindholm.example",
                password="wrong",
            )
        except Refused as refused:
            return str(refused.errors[0].code.value)
        except Refusal as refusal:
            assert refusal.retry_after is not None and 0 < refusal.retry_after <= 3
            return refusal.code.value
        raise AssertionError("signed in")

    assert [await attempt("192.0.2.1", number) for number in range(21)] == ["INVALID"] * 20 + ["RATE_LIMITED"]
    assert await attempt("192.0.2.2", 50) == "INVALID"
    with pytest.raises(Refusal) as refusal:
        here = Request(address="192.0.2.1")
        await verb(own_world, "signIn", ADMIN, here, email=EMAIL, password=PASSWORD)
    assert refusal.value.code is Code.RATE_LIMITED


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::", "2001:db8::/64"),
        ("unix:", "unix:"),
    ],
)
def test_what_counts_as_one_address(address: str, counted: str) -> None:
    assert identity.network(address) == counted


async def test_a_throttle_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    throttle = MemoryThrottle(Patience(2, 10, 40, 100), lambda: now)
    assert [await throttle.allow("a") for _ in range(3)] == [None, None, 10]
    assert await throttle.allow("b") is None
    now = 4
    assert await throttle.allow("a") == 6, "asking counts for nothing"
    now = 10
    assert await throttle.allow("a") is None
    await throttle.forgive("a")
    assert await throttle.allow("a") is None, "as if it had not been"
    assert await throttle.allow("a") == 20
    now = 111
    assert [await throttle.allow("a") for _ in range(2)] == [None, None], "all is forgiven"
    await throttle.forgive("never seen")
    monkeypatch.setattr("resolvers.throttle.MOST_KEYS", 10)
    for number in range(50):
        await throttle.allow(f"k{number}")
    assert len(throttle._tries) <= 11


def test_waits_are_bounded_however_often_it_is_tried() -> None:
    assert Patience(5, 12, 300, 900).wait(10**9) == 300


# --- signing out


@pytest.fixture
def everybody_may(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """These tests are about sessions, not about roles."""
    monkeypatch.setattr(access, "may", lambda viewer, verb: True)
    yield


async def test_signing_out_ends_the_session_at_once(auth: Auth, own_world: Database, everybody_may: None) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    session, token = await add_session(own_world, user)
    _, other = await add_session(own_world, user)
    viewer = await auth.viewer_of(token)
    assert await verb(own_world, "signOut", viewer, Request(dry_run=True)) == {"ended_sessions": 1}
    assert (await auth.viewer_of(token)) == viewer, "it was only a try"
    assert await verb(own_world, "signOut", viewer, Request()) == {"ended_sessions": 1}
    with pytest.raises(Refusal, match="lets nobody in") as refusal:
        await auth.viewer_of(token)
    assert refusal.value.message == DEAD
    assert not await auth.still_valid(viewer)
    assert (await auth.viewer_of(other)).user_id == user.id
    assert await verb(own_world, "signOut", viewer, Request()) == {"ended_sessions": 0}
    entry = await AuditEntry.filter(verb="signOut").first()
    assert entry is not None and (entry.actor, entry.entity_id) == (EMAIL, session.id)


async def test_what_was_not_stored_is_told_to_nobody(
    auth: Auth, own_world: Database, guard: identity.Guard, everybody_may: None
) -> None:
    _, token = await add_session(own_world, await add_user(own_world, EMAIL, "REP", 2, PASSWORD))
    viewer = await auth.viewer_of(token)
    told: list[str] = []
    guard.revoked.append(lambda: told.append("revoked"))

    async def lost(transaction: Transaction, outcome: Outcome) -> Outcome:
        raise RuntimeError("the answer is lost")

    await verb(own_world, "signOut", viewer, Request(dry_run=True))
    with pytest.raises(RuntimeError):
        await perform(own_world, viewer, VERBS["signOut"], {}, lost)
    assert told == [] and await auth.still_valid(viewer)
    await verb(own_world, "signOut", viewer, Request())
    assert told == ["revoked"]
    guard.revoked.pop()


async def test_signing_out_everywhere(auth: Auth, own_world: Database, everybody_may: None) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    given = [(await add_session(own_world, user))[1] for _ in range(3)]
    _, colleague = await add_session(own_world, await add_user(own_world, "b@lindholm.example", "REP", 3))
    await add_session(own_world, user, hours=-1)
    viewer = await auth.viewer_of(given[0])
    assert await verb(own_world, "signOut", viewer, Request(), everywhere=True) == {"ended_sessions": 3}
    for token in given:
        with pytest.raises(Refusal, match="lets nobody in"):
            await auth.viewer_of(token)
    assert (await auth.viewer_of(colleague)).rep_id == 3


async def test_who_came_without_a_session_has_none_to_end(auth: Auth, own_world: Database, everybody_may: None) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2, PASSWORD)
    key = await auth.viewer_of((await add_key(own_world, user))[1])
    _, token = await add_session(own_world, user)
    for viewer in (access.NOBODY, key, replace(key, key_id=None)):
        with pytest.raises(Refused, match="did not come with a session"):
            await verb(own_world, "signOut", viewer, Request())
    assert (await auth.viewer_of(token)).user_id == user.id


async def test_signing_out_through_the_api(own_world: Database) -> None:
    body = await ask(Engine(own_world), "mutation { signOut(input: {}) { endedSessions errors { code path } } }")
    assert body == {
        "data": {"signOut": {"endedSessions": None, "errors": [{"code": "NOT_ALLOWED", "path": ["input"]}]}}
    }
    assert "token" not in json.dumps(body)


def test_tokens_are_long_and_never_the_same() -> None:
    made = {tokens.make(tokens.SESSION) for _ in range(1000)}
    assert len(made) == 1000 and {len(token) for token in made} == {4 + 43}
    assert tokens.hashed("rps_a") != tokens.hashed("rps_b") and len(tokens.hashed("rps_a")) == 64
