"""Who asks: a token is the viewer it belongs to, at once no more when it should not be, and never says why."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
import re
import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from access import NOBODY, Viewer
from errors import Code, Refusal
from models import ApiKey, Customer, Organisation, Role, SalesRep, Session, User
from models.database import Database, StatementTimeout
from resolvers import accounts, tokens
from schema.engine import Engine
from server import auth as auth_module
from server.auth import DEAD, LIFE_SECONDS, Auth
from server.desk import Desk
from server.http import GraphQLHttp
from server.provider import Provider
from server.session import SessionDoor, session
from tests.people import add_key, add_session, add_user, bearer, end_once_read
from tests.writing import ask_as, mutate_as

NEW_TOKEN = tokens.make(tokens.SESSION)


@pytest.fixture
async def auth(own_world: Database) -> AsyncIterator[Auth]:
    auth = Auth(own_world)
    yield auth
    await auth.close()


async def refused(auth: Auth, headers: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await auth.viewer(headers, "192.0.2.1")
    return refusal.value


async def test_who_says_nothing_is_nobody(auth: Auth) -> None:
    assert await auth.viewer([(b"host", b"crm.example"), (b"cookie", b"theme=dark")], "192.0.2.1") is NOBODY
    assert await auth.viewer({}, "") is NOBODY
    assert await auth.still_valid(NOBODY)


async def test_a_session_is_its_user(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "Bjorn@Lindholm.example", "REP", rep_id=2)
    session, token = await add_session(own_world, user)
    viewer = await auth.viewer(bearer(token), "192.0.2.1")
    assert viewer == Viewer(
        "Bjorn@lindholm.example", "REP", rep_id=2, rep_ids=(2,), user_id=user.id, session_id=session.id
    )
    assert viewer.until == session.expires_at.timestamp()
    assert await auth.viewer_of(token) == await auth.viewer_of(f"Bearer {token}") == viewer
    assert await auth.viewer({b"authorization": f"bEARER   {token} ".encode()}, "") == viewer


async def test_a_key_is_its_user_within_its_scopes(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "ops@lindholm.example", "ADMIN")
    id_, token = await add_key(own_world, user, "read", "createTicket", name="web form")
    viewer = await auth.viewer(bearer(token), "192.0.2.1")
    assert (viewer.name, viewer.role, viewer.rep_ids) == ("key web form of ops@lindholm.example", "ADMIN", ())
    assert (viewer.key_id, viewer.session_id, viewer.user_id) == (id_, None, user.id)
    assert viewer.scopes == {"read", "createTicket"}
    assert token.startswith("rpk_") and len(token) >= 4 + 43
    _, forever = await add_key(own_world, user, name="forever", days=None)
    assert (await auth.viewer_of(forever)).until is None


@pytest.mark.parametrize(
    ("role", "rep_id", "rep_ids"),
    [
        ("MANAGER", 1, (1, 2, 3, 4)),  # all below, at any depth
        ("MANAGER", 2, (2, 4)),
        ("MANAGER", 4, (2, 4)),  # of the same team, though not below
        ("MANAGER", 3, (3,)),
        ("MANAGER", None, ()),
        ("REP", 1, (1,)),
        ("ADMIN", 1, (1,)),
        ("AGENT", None, ()),
    ],
)
async def test_whose_records_count_as_theirs(
    auth: Auth, own_world: Database, role: str, rep_id: int | None, rep_ids: tuple[int, ...]
) -> None:
    _, token = await add_session(own_world, await add_user(own_world, "x@lindholm.example", role, rep_id))
    viewer = await auth.viewer_of(token)
    assert (viewer.role, viewer.rep_id, viewer.rep_ids) == (role, rep_id, rep_ids)


async def test_whether_many_records_are_theirs_is_told_by_the_credits(
    own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    credits = dict(await own_world.execute("SELECT rep_id, count(*) FROM order_credit GROUP BY rep_id"))
    user = await add_user(own_world, "x@lindholm.example", "MANAGER", 2)
    theirs = credits[2] + credits[4]
    for many, expected in ((theirs, True), (theirs + 1, False)):
        monkeypatch.setattr("server.auth.MANY", many)
        viewer = await Auth(own_world).of_user(user.email)
        assert viewer is not None and (viewer.rep_ids, viewer.below_ids) == ((2, 4), (4,))
        assert viewer.sees_many is expected


async def test_a_circle_of_managers_ends(auth: Auth, own_world: Database) -> None:
    async with own_world.transaction():
        await SalesRep.filter(id=1).update(manager_id=4)
    _, token = await add_session(own_world, await add_user(own_world, "x@lindholm.example", "MANAGER", 4))
    assert (await auth.viewer_of(token)).rep_ids == (1, 2, 3, 4)


async def test_a_removed_rep_is_nobodys(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "x@lindholm.example", "MANAGER", 2)
    async with own_world.transaction():
        await SalesRep.filter(id=4).update(deleted_at=accounts.now(), deleted_key=4)
    _, token = await add_session(own_world, user)
    assert (await auth.viewer_of(token)).rep_ids == (2,)
    async with own_world.transaction():
        await SalesRep.filter(id=2).update(deleted_at=accounts.now(), deleted_key=2)
    auth.forget()
    viewer = await auth.viewer_of(token)
    assert (viewer.rep_id, viewer.rep_ids) == (None, ())


# --- what lets nobody in


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([(b"authorization", b"Bearer a"), (b"authorization", b"Bearer a")], "two Authorization headers"),
        ([(b"authorization", b"")], "another kind than Bearer"),
        ([(b"authorization", b"Bearer")], "The token is empty"),
        ([(b"authorization", b"Bearer    ")], "The token is empty"),
        ([(b"authorization", b"Basic YTpi")], "another kind than Bearer"),
        ([(b"authorization", NEW_TOKEN.encode())], "another kind than Bearer"),
        ([(b"authorization", b"Bearer rps_" + b"a" * 5000)], "longer than 4096"),
        ([(b"authorization", "Bearer rps_é".encode())], "characters that are in none"),
        ([(b"authorization", b"Bearer rps_\xff\x00")], "characters that are in none"),
        ([(b"authorization", b"Bearer a, Bearer b")], "characters that are in none"),
        ([(b"authorization", b"Bearer rps_' OR 1=1 --")], "characters that are in none"),
        ([(b"authorization", b"Bearer " + NEW_TOKEN.encode())], "lets nobody in"),
        ([(b"authorization", b"Bearer x")], "lets nobody in"),
        ([(b"authorization", b"Bearer eyJhbGciOiJub25lIn0.e30.")], "lets nobody in"),
    ],
)
async def test_credentials_that_are_none(
    auth: Auth, headers: list[tuple[bytes, bytes]], told: str, own_world: Database
) -> None:
    refusal = await refused(auth, headers)
    assert refusal.code is Code.UNAUTHENTICATED
    assert told in refusal.message and refusal.message.endswith(".")
    assert "rps_" not in refusal.message and "OR 1=1" not in refusal.message


async def test_the_dead_are_told_alike(auth: Auth, own_world: Database) -> None:
    user, gone = (
        await add_user(own_world, "a@lindholm.example", "REP", 2),
        await add_user(own_world, "b@lindholm.example", "REP", 2),
    )
    dead = [tokens.make(tokens.SESSION), tokens.make(tokens.API_KEY), "demo-admin", "a.b.c", "rps_", "rpk_"]
    dead.append((await add_session(own_world, user, hours=-0.001))[1])
    revoked, token = await add_session(own_world, user)
    dead.append(token)
    key, token = await add_key(own_world, user)
    dead.append(token)
    old, token = await add_key(own_world, user, name="old")
    dead.append(token)
    dead += [(await add_session(own_world, gone))[1], (await add_key(own_world, gone))[1]]
    # The token of a session lets nobody in as a key, nor the hash of one as itself.
    alive, token = await add_session(own_world, user)
    dead += [token.replace("rps_", "rpk_"), f"rps_{alive.token_hash}", alive.token_hash]
    async with own_world.transaction():
        await Session.filter(id=revoked.id).update(revoked_at=accounts.now())
        await accounts.revoke_key(key)
        long_ago = accounts.now() - dt.timedelta(days=3)
        await ApiKey.filter(id=old).update(created_at=long_ago, expires_at=long_ago + dt.timedelta(days=1))
        await accounts.disable_user("B@Lindholm.EXAMPLE")
    for token in dead:
        refusal = await refused(auth, bearer(token))
        assert (refusal.code, refusal.message) == (Code.UNAUTHENTICATED, DEAD), token
    assert (await auth.viewer_of((await add_session(own_world, user))[1])).user_id == user.id


async def test_demo_tokens_open_nothing_but_a_demo(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "demo-admin@example.com", "ADMIN")
    await add_key(own_world, user, days=None, token="demo-admin")
    assert (await refused(auth, bearer("demo-admin"))).message == DEAD
    async with own_world.transaction():
        await Organisation.filter(id=1).update(demo=True)
    assert (await auth.viewer_of("demo-admin")).role == "ADMIN"


async def test_hostile_credentials_are_refused_and_nothing_else(own_world: Database) -> None:
    user = await add_user(own_world, "a@lindholm.example", "ADMIN")
    good = [(await add_session(own_world, user))[1], (await add_key(own_world, user))[1]]
    auth = Auth(own_world, Provider("https://id.example", "crm", "HS256", secret="s" * 32))
    draw = random.Random(20261126)
    pieces = [
        b"Bearer ",
        b"bearer\t",
        b"rps_",
        b"rpk_",
        b"demo-",
        b".",
        b"=",
        b",",
        b"\0",
        b"\r\n",
        b"eyJhbGciOiJIUzI1NiJ9",
    ]
    pieces += [b"'", b"\xff", b"\xc3\xa9", b" ", b"a" * 300, *(token.encode() for token in good)]
    for _ in range(3000):
        value = b"".join(draw.choice(pieces) for _ in range(draw.randint(0, 6)))
        if draw.random() < 0.5:  # a good one, but for one character
            token = bytearray(draw.choice(good).encode())
            at = draw.randrange(len(token))
            token[at] = draw.choice([each for each in b"abcXYZ019_-. \xff" if each != token[at]])
            value = b"Bearer " + bytes(token)
        cookie = b"rapport_session=" + value.removeprefix(b"Bearer ")
        for headers in ([(b"authorization", value)], [(b"cookie", cookie), (b"x-rapport-csrf", b"1")]):
            try:
                viewer = await auth.viewer(headers, "")
            except Refusal as refusal:
                assert refusal.code is Code.UNAUTHENTICATED
                assert len(refusal.message) < 300 and "rps_" not in refusal.message
            else:
                # Only a whole token between blanks lets in, however much of it is right.
                assert value.removeprefix(b"Bearer ").decode().strip(" ") in good, value
                assert viewer.user_id == user.id
    await auth.close()


async def test_only_hashes_are_kept(own_world: Database) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    kept = [(await add_session(own_world, user))[1], (await add_key(own_world, user))[1]]
    for table in ("session", "api_key", "audit_entry", "outbox_event"):
        rows = str(await own_world.execute(f"SELECT * FROM {table}"))
        assert not any(token in rows or token[4:] in rows for token in kept), table


# --- cookies


async def test_a_cookie_counts_only_with_the_header_no_other_site_can_set(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_session(own_world, user)
    cookie = (b"cookie", f"theme=dark; rapport_session={token}; x=y".encode())
    assert await auth.viewer([cookie], "") is NOBODY
    assert await auth.viewer([cookie, (b"x-rapport-csrf", b"0")], "") is NOBODY
    asked = [cookie, (b"x-rapport-csrf", b"1")]
    assert (await auth.viewer(asked, "")).user_id == user.id
    # Two of a name: one may be another site's, set for a domain above ours.
    assert "two cookies" in (await refused(auth, [*asked, (b"cookie", b"rapport_session=rps_x")])).message
    _, key = await add_key(own_world, user)
    for other in (key, "", "demo-admin", "a.b.c"):  # a key is for programs, which have no cookies
        refusal = await refused(auth, [(b"cookie", f"rapport_session={other}".encode()), (b"x-rapport-csrf", b"1")])
        assert refusal.message == DEAD, other
    # A token that is sent on purpose goes first.
    _, another = await add_session(own_world, await add_user(own_world, "b@lindholm.example", "AGENT"))
    assert (await auth.viewer([*asked, *bearer(another)], "")).role == "AGENT"


@pytest.fixture
async def browser(auth: Auth, own_world: Database) -> AsyncIterator[httpx2.AsyncClient]:
    """A front end in a browser, at an address that is not this machine's."""

    async def asked(request: Request) -> Response:
        viewer = await auth.viewer(request.scope["headers"], "")
        return Response(f"{viewer.name} {viewer.role}" if viewer.roles[1:] else viewer.name)

    door = SessionDoor(GraphQLHttp(max_body=1000, seconds=10))
    app = Starlette(routes=[Route("/session", door.answer, methods=door.methods), Route("/who", asked)])

    async def with_state(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "state": {"auth": auth, "desk": Desk(Engine(own_world))}}, receive, send)

    transport = httpx2.ASGITransport(app=with_state)
    async with httpx2.AsyncClient(transport=transport, base_url="https://crm.example") as client:
        yield client


async def test_a_session_is_kept_in_a_cookie_out_of_scripts_reach(
    browser: httpx2.AsyncClient, own_world: Database
) -> None:
    _, token = await add_session(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2))
    csrf, bearing = {"X-Rapport-Csrf": "1"}, {"Authorization": f"Bearer {token}"}
    assert (await browser.get("/who", headers=csrf)).text == "Nobody"
    kept = await browser.post("/session", headers=csrf | bearing)
    assert kept.status_code == 204
    assert re.fullmatch(
        rf"rapport_session={token}; Path=/; Max-Age=3[56]\d\d; HttpOnly; SameSite=Lax; Secure",
        kept.headers["set-cookie"],
    )
    assert kept.headers["cache-control"] == "no-store"
    assert (await browser.get("/who", headers=csrf)).text == "a@lindholm.example"
    assert (await browser.get("/who")).text == "Nobody", "another site's page cannot set the header"
    assert (await browser.delete("/session")).status_code == 400
    gone = await browser.delete("/session", headers=csrf)
    assert "Max-Age=0" in gone.headers["set-cookie"] and gone.status_code == 204
    assert (await browser.get("/who", headers=csrf)).text == "Nobody"
    here = await browser.post("http://127.0.0.1:8000/session", headers=csrf | bearing)
    assert "Secure" not in here.headers["set-cookie"]
    scope_of_proxy = {"type": "http", "method": "POST", "path": "/session", "query_string": b"", "scheme": "http"}
    for host in (b"127.0.0.1:8000", b"localhost"):
        named = [(b"host", host), (b"x-rapport-csrf", b"1"), (b"authorization", f"Bearer {token}".encode())]
        scope = {**scope_of_proxy, "headers": named, "state": {"auth": Auth(own_world)}, "client": ("10.0.0.1", 1)}
        response = await session(Request(scope), https_only=True)
        assert response.headers["set-cookie"].endswith("; Secure"), "a proxy speaks HTTPS with the browser"


async def test_only_a_session_is_kept_in_a_cookie(browser: httpx2.AsyncClient, own_world: Database) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_session(own_world, user)
    _, key = await add_key(own_world, user)
    csrf = {"X-Rapport-Csrf": "1"}
    for headers, status in (
        ({"Authorization": f"Bearer {token}"}, 400),
        (csrf, 401),
        (csrf | {"Authorization": f"Bearer {key}"}, 401),
        (csrf | {"Authorization": f"Bearer {NEW_TOKEN}"}, 401),
        (csrf | {"Authorization": "Basic x"}, 401),
        (csrf | {"Cookie": f"rapport_session={token}"}, 401),
    ):
        refused = await browser.post("/session", headers=headers)
        assert (refused.status_code, "set-cookie" in refused.headers) == (status, False), headers
        (error,) = refused.json()["errors"]
        assert error["extensions"]["code"] == ("BAD_REQUEST" if status == 400 else "UNAUTHENTICATED")
        assert token not in refused.text and key not in refused.text


async def test_a_cookies_session_goes_on_in_another_role_and_its_token_stays_hidden(
    browser: httpx2.AsyncClient, auth: Auth, own_world: Database
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2, further=("AGENT",))
    _, token = await add_session(own_world, user)
    csrf = {"X-Rapport-Csrf": "1"}
    await browser.post("/session", headers=csrf | {"Authorization": f"Bearer {token}"})
    assert (await browser.get("/who", headers=csrf)).text == "a@lindholm.example REP"
    switched = await browser.post("/session?role=AGENT", headers=csrf)
    assert (switched.status_code, switched.text) == (204, "")
    found = re.fullmatch(
        r"rapport_session=(rps_[\w-]{43}); Path=/; Max-Age=3[56]\d\d; HttpOnly; SameSite=Lax; Secure",
        switched.headers["set-cookie"],
    )
    assert found and found[1] != token
    assert (await browser.get("/who", headers=csrf)).text == "a@lindholm.example AGENT"
    assert (await auth.viewer_of(token)).role == "REP", "the session before stays as it is"
    by_header = {"Authorization": f"Bearer {token}"}
    assert (await browser.post("/session?role=AGENT", headers=csrf | by_header)).status_code == 204
    # A script of the page is told no token: it would outlive the page.
    engine = Engine(own_world)
    for _ in range(2):
        cookie = [(b"cookie", f"rapport_session={found[1]}".encode()), (b"x-rapport-csrf", b"1")]
        viewer = await auth.viewer(cookie, "")
        query = "mutation { switchRole(input: {role: REP}) { token errors { code message } } }"
        told = (await ask_as(engine, viewer, query))["data"]["switchRole"]
        assert told["token"] is None and "`POST /session?role=REP`" in told["errors"][0]["message"]
    auth.forget()
    async with own_world.transaction():
        await accounts.set_roles(user.email, [Role.REP])
    assert (await refused(auth, cookie)).message == DEAD, "what is remembered of a cookie is forgotten with the rest"


async def test_what_goes_on_in_no_other_role_changes_no_cookie(
    browser: httpx2.AsyncClient, own_world: Database
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2, further=("AGENT",))
    _, token = await add_session(own_world, user)
    _, key = await add_key(own_world, user)
    csrf, cookie = {"X-Rapport-Csrf": "1"}, {"Cookie": f"rapport_session={token}"}
    before = await Session.all().count()
    for headers, role, status in (
        (cookie, "AGENT", 400),
        (csrf, "AGENT", 401),
        (csrf | {"Authorization": f"Bearer {key}"}, "AGENT", 401),
        (csrf | {"Authorization": f"Bearer {NEW_TOKEN}"}, "AGENT", 401),
        (csrf | cookie, "ADMIN", 403),
        (csrf | cookie, "agent", 400),
        (csrf | cookie, "", 400),
        (csrf | cookie, "NOBODY", 400),
    ):
        answer = await browser.post(f"/session?role={role}", headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (status, False), (headers, role)
        assert answer.json()["errors"][0]["message"] and token not in answer.text
    assert await Session.all().count() == before


# --- what is remembered


async def test_one_statement_tells_all_and_is_not_repeated_at_once(auth: Auth, own_world: Database) -> None:
    _, token = await add_session(own_world, await add_user(own_world, "a@lindholm.example", "MANAGER", 1))
    before = own_world.statements
    for _ in range(20):
        await auth.viewer(bearer(token), "192.0.2.1")
    assert own_world.statements == before + 1


async def test_a_header_that_let_somebody_in_does_so_until_they_are_looked_up_anew(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    _, token = await add_session(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2))
    header = bearer(token)[1][1]
    assert auth.at_hand(header) is None
    viewer = await auth.viewer([bearer(token)[1]], "192.0.2.1")
    before = own_world.statements
    assert [auth.at_hand(header), auth.at_hand(header)] == [viewer, viewer]
    auth.forget()
    assert auth.at_hand(header) is None, "something was revoked"
    await auth.viewer([bearer(token)[1]], "192.0.2.1")
    assert auth.at_hand(header) == viewer
    now += LIFE_SECONDS
    assert auth.at_hand(header) is None, "it may have been revoked elsewhere"
    assert own_world.statements == before + 1, "looking at what is at hand asks nobody"


async def test_who_keeps_what_is_known_sees_what_becomes_of_it(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_session(own_world, user)
    first = await auth.viewer([bearer(token)[1]], "192.0.2.1")
    known = auth.known(bearer(token)[1][1])
    assert known is not None and known.holds() and known.viewer is first
    now += LIFE_SECONDS
    assert not known.holds()
    second = await auth.viewer([bearer(token)[1]], "192.0.2.1")
    assert known.holds() and known.viewer is second is first
    await User.filter(id=user.id).update(rep_id=5)
    now += LIFE_SECONDS
    third = await auth.viewer([bearer(token)[1]], "192.0.2.1")
    assert known.holds() and known.viewer is third is not first, "what is remembered by the viewer is read anew"


async def test_what_a_cookie_stands_for_is_not_older_than_its_session(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is looked up while something is revoked is answered once, and not remembered beside who comes after."""
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_session(own_world, user)
    cookie = [(b"cookie", f"{auth_module.COOKIE}={token}".encode()), (auth_module.COOKIE_HEADER, b"1")]
    read = own_world.read

    async def slow(sql: str, args: Any = ()) -> bytes | None:
        answer = await read(sql, args)
        monkeypatch.undo()
        async with own_world.transaction():
            await User.filter(id=user.id).update(rep_id=5)
        auth.forget()
        assert (await auth.viewer_of(token)).rep_id == 5
        return answer

    monkeypatch.setattr(own_world, "read", slow)
    assert (await auth.viewer(cookie, "192.0.2.1")).rep_id == 2  # as it was when it was looked up
    assert (await auth.viewer(cookie, "192.0.2.1")).rep_id == 5


async def test_what_was_kept_of_a_viewer_ends_with_what_is_known(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_module, "MOST_KNOWN", 2)
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    held = []
    for _ in range(4):
        _, token = await add_session(own_world, user)
        await auth.viewer_of(token)
        known = auth.known(bearer(token)[1][1])
        assert known is not None and known.holds()
        held.append(known)
    assert [known.holds() for known in held] == [False, False, True, True], "nobody could end them any more"
    auth.forget()
    assert not any(known.holds() or time.monotonic() < known.fresh for known in held)


async def test_few_headers_are_remembered_however_many_say_the_same(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_module, "MOST_HEADERS", 3)
    _, token = await add_session(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2))
    viewer = await auth.viewer([bearer(token)[1]], "192.0.2.1")
    for at in range(20):
        assert auth.at_hand(bearer(token)[1][1] + b" " * at) == viewer
        assert len(auth._by_header) <= 3


async def test_colleagues_read_who_did_something_by_name_and_never_by_address(auth: Auth, own_world: Database) -> None:
    """An agent sees the names of reps, and of nobody the address they sign in with, nor what a key is called."""
    rep = await SalesRep.get(id=2)
    actors = {rep.name: ("REP", 2), "Agent": ("AGENT", None), "Admin": ("ADMIN", None)}
    engine, agent = Engine(own_world), await add_user(own_world, "reads@lindholm.example", "AGENT")
    reader = await auth.viewer_of((await add_session(own_world, agent))[1])
    for actor, (role, rep_id) in actors.items():
        user = await add_user(own_world, f"{role}@lindholm.example", role, rep_id)
        for _, token in (await add_session(own_world, user), await add_key(own_world, user)):
            viewer = await auth.viewer_of(token)
            if role == "REP":
                await Customer.filter(id=1).update(owner_id=rep_id)
            made = await mutate_as(
                engine, viewer, "createTicket", {"customerId": "cus_1", "issue": "It"}, "ticket { id }"
            )
            query = f'{{ ticket(id: "{made["ticket"]["id"]}") {{ statusChanges {{ nodes {{ actor }} }} }} }}'
            body = await ask_as(engine, reader, query)
            assert body["data"]["ticket"]["statusChanges"]["nodes"] == [{"actor": actor}]


CHANGES: dict[str, Callable[[User, Session, int], Any]] = {
    "revoked": lambda user, session, key: accounts.end_sessions(user.id, session.id),
    "disabled": lambda user, session, key: accounts.disable_user(user.email),
    "another role": lambda user, session, key: User.filter(id=user.id).update(role="READONLY"),
    "another team": lambda user, session, key: SalesRep.filter(id=4).update(team_id=None, manager_id=None),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_seen_everywhere_within_a_second(
    auth: Auth, own_world: Database, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    user = await add_user(own_world, "a@lindholm.example", "MANAGER", 2)
    session, token = await add_session(own_world, user)
    key, key_token = await add_key(own_world, user)
    elsewhere = Auth(own_world)
    before = {each: [await each.viewer_of(token), await each.viewer_of(key_token)] for each in (auth, elsewhere)}
    assert [await auth.still_valid(viewer) for viewer in before[auth]] == [True, True]
    async with own_world.transaction():
        await CHANGES[change](user, session, key)
    auth.forget()

    async def seen(each: Auth) -> list[Viewer | None]:
        found: list[Viewer | None] = []
        for given in (token, key_token):
            try:
                found.append(await each.viewer_of(given))
            except Refusal as refusal:
                assert refusal.message == DEAD
                found.append(None)
        return found

    def as_changed(found: list[Viewer | None]) -> bool:
        match change:
            case "revoked":
                return found == [None, before[auth][1]]
            case "disabled" | "another role":
                return found == [None, None]
            case _:
                return all(viewer is not None and viewer.rep_ids == (2,) for viewer in found)

    assert as_changed(await seen(auth)), "here, at once"
    assert [await auth.still_valid(viewer) for viewer in before[auth]] == [False, change == "revoked"]
    now += 1
    assert as_changed(await seen(elsewhere))
    await elsewhere.close()


async def test_what_is_revoked_while_it_is_looked_up_is_not_remembered(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    session, token = await add_session(own_world, user)
    end_once_read(monkeypatch, own_world, auth, session)
    assert (await auth.viewer_of(token)).user_id == user.id  # it was good when it was looked up
    monkeypatch.undo()
    assert (await refused(auth, bearer(token))).message == DEAD


async def test_what_expires_while_it_is_remembered_is_over(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: 0.0, time=lambda: now))
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    session, token = await add_session(own_world, user)
    viewer = await auth.viewer_of(token)
    now = session.expires_at.timestamp()
    async with own_world.transaction():  # for the database's part, whose clock it is not
        await Session.filter(id=session.id).update(expires_at=accounts.now())
    assert not await auth.still_valid(viewer)
    assert (await refused(auth, bearer(token))).message == DEAD


async def test_not_everything_is_remembered(auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth_module, "MOST_KNOWN", 3)
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    for _ in range(5):
        await auth.viewer_of((await add_session(own_world, user))[1])
    assert len(auth._known) == len(auth._noted) == 3


# --- the last use


async def test_the_last_use_is_written_down_once_a_minute_and_off_the_path(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    session, token = await add_session(own_world, user)
    key, key_token = await add_key(own_world, user)
    async with own_world.transaction():  # the writer is taken: nobody waits for it
        async with asyncio.timeout(2):
            await auth.viewer_of(token)
            await auth.viewer_of(key_token)
    await auth.close()
    used = [(await Session.get(id=session.id)).last_used_at, (await ApiKey.get(id=key)).last_used_at]
    now = accounts.now()
    assert all(each is not None and abs((now - each).total_seconds()) < 10 for each in used)
    for each in (auth, Auth(own_world)):  # another process sees that it was written down
        each.forget()
        await each.viewer_of(token)
        await each.close()
    assert (await Session.get(id=session.id)).last_used_at == used[0]
    async with own_world.transaction():
        await Session.filter(id=session.id).update(last_used_at=now - dt.timedelta(seconds=61))
    fresh = Auth(own_world)
    await fresh.viewer_of(token)
    await fresh.close()
    later = (await Session.get(id=session.id)).last_used_at
    assert later is not None and later >= now


async def test_a_use_that_cannot_be_written_down_is_logged_and_stops_nobody(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    user = await add_user(own_world, "a@lindholm.example", "REP", 2)
    _, token = await add_session(own_world, user)

    async def fail(sql: str, args: Any = ()) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(own_world, "execute", fail)
    with caplog.at_level(logging.WARNING, "rapport.auth"):
        assert (await auth.viewer_of(token)).user_id == user.id
        await auth.close()
    assert "could not be written down" in caplog.text and "disk full" in caplog.text
    assert token not in caplog.text
    auth.forget()
    assert (await auth.viewer_of(token)).user_id == user.id


# --- when the database does not say


async def test_a_database_that_does_not_answer_lets_nobody_in(
    auth: Auth, own_world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(sql: str, args: Any = ()) -> bytes:
        raise StatementTimeout("SELECT … took longer than 5 s")

    viewer = await auth.viewer_of(
        (await add_session(own_world, await add_user(own_world, "a@lindholm.example", "REP", 2)))[1]
    )
    await auth.close()
    monkeypatch.setattr(own_world, "read", late)
    refusal = await refused(auth, bearer(NEW_TOKEN))
    assert (refusal.code, "SELECT" in refusal.message) == (Code.TIMEOUT, False)
    monkeypatch.undo()
    await own_world.close()
    refusal = await refused(auth, bearer(NEW_TOKEN))
    assert refusal.code is Code.INTERNAL_SERVER_ERROR
    with pytest.raises(Refusal):
        await auth.still_valid(viewer)
