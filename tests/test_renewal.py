"""Who is known is looked up anew beside their requests: once, in time, and never so that they stay in for longer."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any

import pytest

from access import Viewer
from errors import Code, Refusal
from models.database import Database, StatementTimeout
from server import auth as auth_module
from server.auth import AHEAD_SECONDS, DEAD, LIFE_SECONDS, SAME_SECONDS, SOON_SECONDS, Auth, Known
from tests.people import add_key, add_session, add_user, bearer, end_once_read


class Clock:
    """What `server.auth` takes for the time that passes."""

    def __init__(self) -> None:
        self.now = time.monotonic()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: clock.now, time=time.time))
    return clock


@pytest.fixture
async def auth(own_world: Database) -> AsyncIterator[Auth]:
    auth = Auth(own_world)
    yield auth
    await auth.close()


async def refusal(auth: Auth, token: str) -> tuple[Code, str]:
    """How a token is refused."""
    with pytest.raises(Refusal) as refused:
        await auth.viewer(bearer(token), "192.0.2.1")
    return refused.value.code, refused.value.message


async def settled(auth: Auth) -> None:
    """Wait until nobody is looked up anew."""
    await asyncio.gather(*auth._renewing)
    assert not auth._renewing


@pytest.mark.parametrize("kind", ["session", "key"])
async def test_who_asks_all_the_time_is_looked_up_anew_before_they_are_forgotten(
    auth: Auth, own_world: Database, clock: Clock, kind: str
) -> None:
    """Once for all who ask meanwhile, none of whom waits for it."""
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await (add_session if kind == "session" else add_key)(own_world, user)
    header = bearer(token)[1][1]
    await auth.viewer([bearer(token)[1]], "192.0.2.1")
    await auth.close()  # the use is written down
    known, before = auth.known(header), own_world.statements
    assert known is not None
    for lives in range(1, 6):
        clock.now += LIFE_SECONDS - AHEAD_SECONDS - 0.01
        assert auth.known(header) is known and not auth._renewing, "it was looked up a moment ago"
        clock.now += 0.02
        assert clock.now >= known.fresh, "whoever keeps it asks here"
        began = known.began
        assert [auth.known(header) for _ in range(20)] == [known] * 20
        assert known.began == began, "nobody waits"
        await settled(auth)
        assert own_world.statements == before + lives
        assert (known.began, known.fresh) == (clock.now, clock.now + LIFE_SECONDS - AHEAD_SECONDS)


@pytest.mark.parametrize("kind", ["session", "key", "cookie"])
async def test_who_is_as_they_were_is_the_same_object_for_a_while(
    auth: Auth, own_world: Database, clock: Clock, kind: str
) -> None:
    """What is kept for them is looked for anew as soon as they are not, or after that while."""
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await (add_key if kind == "key" else add_session)(own_world, user)
    cookie = [(b"cookie", f"{auth_module.COOKIE}={token}".encode()), (auth_module.COOKIE_HEADER, b"1")]
    headers = cookie if kind == "cookie" else bearer(token)
    first, start = await auth.viewer(headers, "192.0.2.1"), clock.now
    while clock.now + LIFE_SECONDS < start + SAME_SECONDS:
        clock.now += LIFE_SECONDS
        assert await auth.viewer(headers, "192.0.2.1") is first
        assert await auth.viewer(headers, "192.0.2.1") is first
    clock.now = start + SAME_SECONDS
    second = await auth.viewer(headers, "192.0.2.1")
    assert second == first and second is not first
    assert await auth.viewer(headers, "192.0.2.1") is second
    await own_world.execute(f"UPDATE app_user SET rep_id = 5 WHERE id = {user.id}")
    clock.now += LIFE_SECONDS
    third = await auth.viewer(headers, "192.0.2.1")
    assert third.rep_id == 5 and third is not second


@pytest.mark.parametrize("name", [each.name for each in fields(Viewer) if each.init])
def test_whatever_changes_of_somebody_they_are_another_one(name: str) -> None:
    """Also what viewers are not compared by."""
    before = Viewer("Ada", "REP", rep_id=2, rep_ids=(2,), user_id=3, until=time.time() + 3600)
    known = Known(before, 100.0)
    known.keep(replace(before), 101.0)
    assert known.viewer is before
    other: Any = {"name": "Eve", "role": "AGENT", "called": "Eve", "scopes": frozenset(), "roles": ("REP", "AGENT")}
    value = other.get(name, (7,) if name.endswith("_ids") else 7 if name.endswith("_id") else True)
    after = replace(before, **{name: time.time() + 7200 if name == "until" else value})
    known.keep(after, 102.0)
    assert known.viewer is after


async def test_who_is_revoked_elsewhere_is_not_known_once_they_are_looked_up_anew(
    auth: Auth, own_world: Database, clock: Clock
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    key, token = await add_key(own_world, user)
    header = bearer(token)[1][1]
    await auth.viewer_of(token)
    await own_world.execute(f"UPDATE api_key SET revoked_at = created_at WHERE id = {key}")
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    known = auth.known(header)
    assert known is not None and known.holds()
    await settled(auth)
    assert not known.holds() and clock.now >= known.fresh
    assert auth.known(header) is None
    assert await refusal(auth, token) == (Code.UNAUTHENTICATED, DEAD)


async def test_who_cannot_be_looked_up_anew_is_known_for_as_long_as_ever(
    auth: Auth, own_world: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_key(own_world, user)
    header = bearer(token)[1][1]
    await auth.viewer_of(token)
    asked: list[str] = []

    async def late(sql: str, args: Any = ()) -> None:
        asked.append(sql)
        raise StatementTimeout

    with monkeypatch.context() as patched:
        patched.setattr(own_world, "read", late)
        clock.now += LIFE_SECONDS - AHEAD_SECONDS
        for _ in range(3):
            assert auth.known(header) is not None
            await settled(auth)
        assert len(asked) == 1, "a database that is busy is not asked again and again"
        clock.now += AHEAD_SECONDS
        assert auth.known(header) is None
        assert (await refusal(auth, token))[0] is Code.TIMEOUT
    viewer = await auth.viewer(bearer(token), "192.0.2.1")
    assert viewer.user_id == user.id and auth.at_hand(header) is viewer


async def test_what_is_revoked_while_it_is_looked_up_anew_is_over(
    auth: Auth, own_world: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    session, token = await add_session(own_world, user)
    header = bearer(token)[1][1]
    await auth.viewer_of(token)
    end_once_read(monkeypatch, own_world, auth, session)
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    known = auth.known(header)
    assert known is not None
    await settled(auth)
    assert not known.holds() and auth.known(header) is None


@pytest.mark.parametrize("change", ["revoked", "of another role"])
async def test_a_slow_look_up_takes_nothing_back_that_a_later_one_has_found(
    auth: Auth, own_world: Database, clock: Clock, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    key, token = await add_key(own_world, user)
    header = bearer(token)[1][1]
    await auth.viewer_of(token)
    read, has_read, goes_on = own_world.read, asyncio.Event(), asyncio.Event()

    async def slow(sql: str, args: Any = ()) -> bytes | None:
        monkeypatch.setattr(own_world, "read", read)
        answer = await read(sql, args)
        has_read.set()
        await goes_on.wait()
        return answer

    monkeypatch.setattr(own_world, "read", slow)
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    assert auth.known(header) is not None
    await has_read.wait()
    if change == "revoked":
        await own_world.execute(f"UPDATE api_key SET revoked_at = created_at WHERE id = {key}")
    else:
        await own_world.execute(f"UPDATE app_user SET role = 'AGENT', rep_id = NULL WHERE id = {user.id}")
        await own_world.execute(f"UPDATE api_key SET role = 'AGENT' WHERE id = {key}")
    clock.now += AHEAD_SECONDS
    if change == "revoked":
        assert await refusal(auth, token) == (Code.UNAUTHENTICATED, DEAD)
    else:
        assert (await auth.viewer_of(token)).role == "AGENT"
    goes_on.set()
    await settled(auth)
    known = auth.known(header)
    assert known is None if change == "revoked" else known is not None and known.viewer.role == "AGENT"


async def test_what_goes_wrong_when_somebody_is_looked_up_anew_is_logged(
    auth: Auth, own_world: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    key, token = await add_key(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2))
    await auth.viewer_of(token)

    async def broken(sql: str, args: Any = ()) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(own_world, "read", broken)
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    with caplog.at_level(logging.WARNING, "rapport.auth"):
        assert auth.known(bearer(token)[1][1]) is not None
        await settled(auth)
    assert [record.getMessage() for record in caplog.records] == [f"key {key} could not be looked up anew"]
    assert caplog.records[0].exc_info and token not in caplog.text


async def test_who_is_looked_up_anew_is_so_outside_of_any_transaction(
    auth: Auth, own_world: Database, clock: Clock
) -> None:
    """What is not committed says nothing of who somebody is."""
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    key, token = await add_key(own_world, user)
    await auth.viewer_of(token)
    await auth.close()  # its use is written down
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    async with own_world.transaction():
        await own_world.execute(f"UPDATE api_key SET revoked_at = created_at WHERE id = {key}")
        known = auth.known(bearer(token)[1][1])
        assert known is not None
        await settled(auth)
        assert known.holds()


async def test_who_is_being_looked_up_anew_is_so_before_the_database_closes(
    auth: Auth, own_world: Database, clock: Clock
) -> None:
    _, token = await add_key(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2))
    await auth.viewer_of(token)
    clock.now += LIFE_SECONDS - AHEAD_SECONDS
    known = auth.known(bearer(token)[1][1])
    assert known is not None
    await auth.close()
    assert known.began == clock.now


async def test_what_expires_soon_is_looked_at_each_time(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = time.time()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=time.monotonic, time=lambda: moment))
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    for days, fresh in ((None, True), (90, True), (1 / 24, True), (SOON_SECONDS / 86_400 / 2, False)):
        _, token = await add_key(own_world, user, days=days, name=f"for {days} days")
        await auth.viewer_of(token)
        known = auth.known(bearer(token)[1][1])
        assert known is not None and known.holds()
        assert (time.monotonic() < known.fresh) is fresh
    moment += SOON_SECONDS
    assert not known.holds()
