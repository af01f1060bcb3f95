"""Several roles of one user: they act in one at a time, and what another of their roles shows stays with that one."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jwt
import pytest

import access
from access import NOBODY, ROLES, Viewer
from errors import Code, Refusal, Refused
from models import ApiKey, AuditEntry, OutboxEvent, Role, Session, User, UserRole
from models.database import Database, Transaction
from resolvers import accounts, identity, passwords, tokens
from resolvers.throttle import MemoryThrottle, Patience
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from resolvers.write import Outcome, Request, perform
from schema.engine import Engine
from schema.weight import rule
from server import auth as auth_module
from server.auth import DEAD, Auth
from server.budget import payer
from server.provider import Provider
from server.settings import Settings
from tests.people import PASSWORD, add_key, add_session, add_user, bearer
from tests.writing import ask_as, mutate_as, snapshot

EMAIL = "bjorn@lindholm.example"
SIGN_IN = (
    "mutation ($email: String!, $password: String!, $role: Role) {"
    " signIn(input: {email: $email, password: $password, role: $role})"
    " { token expiresAt viewerName role errors { code message path } } }"
)
SWITCH = "token expiresAt viewerName role"
WRONG = [{"code": "INVALID", "message": "E-mail address or password is wrong.", "path": ["input", "password"]}]
WHO = "{ viewer { name role roles } }"


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


@pytest.fixture
async def bjorn(own_world: Database) -> User:
    """A manager who also supports, and looks after all when it must be."""
    return await add_user(own_world, EMAIL, "MANAGER", 2, PASSWORD, further=("AGENT", "ADMIN"))


async def sign_in(database: Database, password: str = PASSWORD, email: str = EMAIL, **role: Any) -> dict[str, Any]:
    """The payload."""
    body = await ask_as(Engine(database), NOBODY, SIGN_IN, email=email, password=password, **role)
    assert "errors" not in body, body
    payload: dict[str, Any] = body["data"]["signIn"]
    return payload


async def acting(auth: Auth, database: Database, role: str, user: User) -> Viewer:
    """The user with a session in a role."""
    return await auth.viewer_of((await add_session(database, user, role=role))[1])


async def set_roles(database: Database, *roles: str, email: str = EMAIL) -> tuple[User, int, int]:
    async with database.transaction():
        return await accounts.set_roles(email, [Role(role) for role in roles])


async def nothing(transaction: Transaction, outcome: Outcome) -> Outcome:
    return outcome


async def lets_in(auth: Auth, token: str) -> bool:
    try:
        await auth.viewer_of(token)
    except Refusal as refusal:
        assert refusal.message == DEAD, "nothing tells why"
        return False
    return True


# --- acting in one


@pytest.mark.parametrize("role", [None, "MANAGER", "AGENT", "ADMIN"])
async def test_who_signs_in_acts_in_the_role_asked_for_or_else_in_the_main_one(
    auth: Auth, own_world: Database, bjorn: User, role: str | None
) -> None:
    payload = await sign_in(own_world, role=role)
    acts = role or "MANAGER"
    assert (payload["viewerName"], payload["role"], payload["errors"]) == (EMAIL, acts, [])
    viewer = await auth.viewer_of(payload["token"])
    assert (viewer.role, viewer.roles) == (acts, ("MANAGER", "ADMIN", "AGENT"))
    assert viewer.rep_ids == ((2, 4) if acts == "MANAGER" else (2,)), "a team is a manager's"
    body = await ask_as(Engine(own_world), viewer, WHO)
    assert body["data"]["viewer"] == {"name": EMAIL, "role": acts, "roles": ["MANAGER", "ADMIN", "AGENT"]}
    (entry,) = await AuditEntry.filter(verb="signIn")
    assert (entry.actor, entry.entity_id) == (EMAIL, viewer.session_id)


@pytest.mark.parametrize("viewer", [NOBODY, Viewer("Rea", "READONLY", user_id=7)], ids=lambda viewer: viewer.role)
async def test_the_role_one_acts_in_is_always_among_the_roles(own_world: Database, viewer: Viewer) -> None:
    body = await ask_as(Engine(own_world), viewer, "{ viewer { role roles } }")
    assert body["data"]["viewer"] == {"role": viewer.role, "roles": [viewer.role]}


async def test_a_key_acts_in_one_role_and_tells_of_no_other(auth: Auth, own_world: Database, bjorn: User) -> None:
    for role in (None, "AGENT"):
        viewer = await auth.viewer_of((await add_key(own_world, bjorn, name=f"as {role}", role=role))[1])
        acts = role or "MANAGER"
        assert (viewer.role, viewer.roles, viewer.user_id) == (acts, (acts,), bjorn.id)
        body = await ask_as(Engine(own_world), viewer, "{ viewer { role roles } }")
        assert body["data"]["viewer"] == {"role": acts, "roles": [acts]}
    with pytest.raises(Refused, match=f"{EMAIL} does not have the role REP: choose from MANAGER, ADMIN, AGENT"):
        await add_key(own_world, bjorn, name="more", role="REP")
    assert await ApiKey.all().count() == 2


async def test_a_role_sees_what_it_sees_alone_and_never_what_another_adds(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    """One engine with its caches warm: each of the user's roles, in turns, answers as a user of only that one."""
    engine = Engine(own_world)
    asked = (
        "{ customers(first: 50) { totalCount nodes { id name } } }",
        "{ tickets(first: 50) { totalCount nodes { id issue } } }",
        '{ customer(id: "cus_1") { name taxId } }',
        "{ salesReps { nodes { name email } } }",
        "{ commissionPlans { totalCount } }",
    )
    roles = ("MANAGER", "AGENT", "ADMIN")
    pairs = []
    for role in roles:
        alone = await add_user(own_world, f"{role}@lindholm.example", role, 2)
        pairs.append((await acting(auth, own_world, role, bjorn), await acting(auth, own_world, role, alone)))
    for again in range(2):
        for query in asked:
            told = []
            for one_of_several, alone_ in pairs:
                found = await ask_as(engine, one_of_several, query)
                assert found == await ask_as(engine, alone_, query), (one_of_several.role, query, again)
                told.append(json.dumps(found))
            assert len(set(told)) > 1, f"{query} shows nothing that a role hides"


# --- signing in


async def test_a_role_one_does_not_have_is_refused_once_the_password_was_right(
    own_world: Database, bjorn: User
) -> None:
    before = await snapshot(own_world)
    for role in ("REP", "MARKETING", "READONLY"):
        payload = await sign_in(own_world, role=role)
        message = f"{EMAIL} does not have the role {role}: choose from MANAGER, ADMIN, AGENT."
        assert payload == {
            "token": None,
            "expiresAt": None,
            "viewerName": None,
            "role": None,
            "errors": [{"code": "INVALID", "message": message, "path": ["input", "role"]}],
        }
    assert await snapshot(own_world) == before


@pytest.mark.parametrize("role", [None, "MANAGER", "AGENT", "REP"])
async def test_who_cannot_sign_in_learns_nothing_of_roles(own_world: Database, bjorn: User, role: str | None) -> None:
    await add_user(own_world, "none@lindholm.example", "REP", 2, None, further=("AGENT",))
    await add_user(own_world, "off@lindholm.example", "REP", 2, PASSWORD, further=("AGENT",))
    async with own_world.transaction():
        await accounts.disable_user("off@lindholm.example")
    before = await snapshot(own_world)
    nobody = {"token": None, "expiresAt": None, "viewerName": None, "role": None, "errors": WRONG}
    for email, password in (
        (EMAIL, "wrong wrong wrong"),
        ("nobody@lindholm.example", PASSWORD),
        ("none@lindholm.example", PASSWORD),
        ("off@lindholm.example", PASSWORD),
    ):
        assert await sign_in(own_world, password, email, role=role) == nobody, email
    assert await snapshot(own_world) == before


async def test_a_role_makes_a_wrong_password_take_no_longer_and_no_shorter(
    own_world: Database, bjorn: User, guard: identity.Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password is looked at first and once, whichever role is asked for, and no role before it was right."""
    guard.accounts = MemoryThrottle(Patience(1000, 1, 1, 1))
    done: list[str] = []
    matches, check_role = passwords.matches, accounts.check_role

    async def noted(password: str, kept: str | None) -> bool:
        done.append("password")
        return await matches(password, kept)

    async def checked(user: User, role: Role) -> None:
        done.append("role")
        await check_role(user, role)

    monkeypatch.setattr(passwords, "matches", noted)
    monkeypatch.setattr(accounts, "check_role", checked)
    for role in (None, "AGENT", "REP"):
        for password, expected in (("wrong wrong wrong", ["password"]), (PASSWORD, ["password", "role"])):
            done.clear()
            await sign_in(own_world, password, role=role)
            assert done == expected, role


@pytest.mark.parametrize("role", ["agent", "Agent", "NOBODY", "", "ROOT", ["AGENT"], ["AGENT", "ADMIN"], 1, True, {}])
async def test_what_is_no_role_is_refused_before_anything_is_looked_up(
    own_world: Database, bjorn: User, monkeypatch: pytest.MonkeyPatch, role: object
) -> None:
    monkeypatch.setattr(passwords, "matches", None)
    before = await snapshot(own_world)
    body = await ask_as(Engine(own_world), NOBODY, SIGN_IN, email=EMAIL, password=PASSWORD, role=role)
    assert {error["extensions"]["code"] for error in body["errors"]} == {"BAD_USER_INPUT"}, body
    assert EMAIL not in json.dumps(body) and PASSWORD not in json.dumps(body)
    assert await snapshot(own_world) == before


async def test_a_right_password_with_a_wrong_role_is_no_failed_attempt(own_world: Database, bjorn: User) -> None:
    for _ in range(4):
        assert (await sign_in(own_world, "wrong"))["errors"] == WRONG
    for _ in range(10):
        assert (await sign_in(own_world, role="REP"))["errors"][0]["path"] == ["input", "role"]
    assert (await sign_in(own_world, role="AGENT"))["errors"] == []
    assert (await sign_in(own_world, "wrong"))["errors"] == WRONG, "and takes back none of those that failed"
    body = await ask_as(Engine(own_world), NOBODY, SIGN_IN, email=EMAIL, password=PASSWORD, role="AGENT")
    assert body["errors"][0]["extensions"]["code"] == "RATE_LIMITED"


async def test_a_role_taken_away_while_the_password_is_checked_is_not_given(
    own_world: Database, bjorn: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches = passwords.matches

    async def slowly(password: str, kept: str | None) -> bool:
        found = await matches(password, kept)
        await set_roles(own_world, "MANAGER")
        return found

    monkeypatch.setattr(passwords, "matches", slowly)
    (error,) = (await sign_in(own_world, role="ADMIN"))["errors"]
    assert (error["path"], await Session.all().count()) == (["input", "role"], 0)


# --- going on in another


async def test_a_session_goes_on_in_another_role_and_stays_what_it_was(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    session, token = await add_session(own_world, bjorn, hours=0.5)
    viewer = await auth.viewer_of(token)
    payload = await mutate_as(Engine(own_world), viewer, "switchRole", {"role": "AGENT"}, SWITCH)
    assert (payload["viewerName"], payload["role"], payload["errors"]) == (EMAIL, "AGENT", [])
    assert payload["token"].startswith(tokens.SESSION) and payload["token"] != token
    assert dt.datetime.fromisoformat(payload["expiresAt"]) == session.expires_at, "not a moment longer"
    other = await auth.viewer_of(payload["token"])
    assert (other.role, other.rep_ids, other.until) == ("AGENT", (2,), viewer.until)
    assert await auth.viewer_of(token) == viewer and await auth.still_valid(viewer)
    entry = await AuditEntry.get(verb="switchRole")
    assert (entry.actor, entry.entity, entry.entity_id) == (EMAIL, "Session", other.session_id)
    assert await OutboxEvent.filter(entity="Session").count() == 0
    assert payload["token"] not in str(await snapshot(own_world))
    back = await mutate_as(Engine(own_world), other, "switchRole", {"role": "MANAGER"}, SWITCH)
    assert back["role"] == "MANAGER" and back["expiresAt"] == payload["expiresAt"], "however often it goes to and fro"


async def test_switching_may_be_tried(auth: Auth, own_world: Database, bjorn: User) -> None:
    viewer = await acting(auth, own_world, "AGENT", bjorn)
    await auth.close()  # when the session was last used is written down by now
    before = await snapshot(own_world)
    payload = await mutate_as(Engine(own_world), viewer, "switchRole", {"role": "ADMIN", "dryRun": True}, SWITCH)
    assert payload["errors"] == [] and not await lets_in(auth, payload["token"])
    assert await snapshot(own_world) == before


@pytest.mark.parametrize("role", sorted({*ROLES} - {"MANAGER", "AGENT", "ADMIN"}))
async def test_nobody_goes_on_in_a_role_that_is_not_theirs(
    auth: Auth, own_world: Database, bjorn: User, role: str
) -> None:
    viewer = await acting(auth, own_world, "ADMIN", bjorn)
    await auth.close()  # when the session was last used is written down by now
    before = await snapshot(own_world)
    payload = await mutate_as(Engine(own_world), viewer, "switchRole", {"role": role}, SWITCH)
    assert (payload["token"], payload["errors"][0]["path"]) == (None, ["input", "role"]), "not even an admin"
    assert await snapshot(own_world) == before


async def test_only_a_session_goes_on_in_another_role(auth: Auth, own_world: Database, bjorn: User) -> None:
    every = await auth.viewer_of((await add_key(own_world, bjorn, "read", "write", name="a", role="AGENT"))[1])
    named = await auth.viewer_of((await add_key(own_world, bjorn, "switchRole", name="b", role="AGENT"))[1])
    vouched = replace(every, key_id=None)
    await acting(auth, own_world, "ADMIN", bjorn)  # which is another's matter
    await auth.close()  # when they were last used is written down by now
    before = await snapshot(own_world)
    for viewer in (every, named, vouched):
        with pytest.raises(Refused, match="did not come with a session"):
            await perform(own_world, viewer, VERBS["switchRole"], {"role": Role.ADMIN}, nothing)
    with pytest.raises(Refusal) as refusal:
        await perform(own_world, NOBODY, VERBS["switchRole"], {"role": Role.ADMIN}, nothing)
    assert refusal.value.code is Code.FORBIDDEN
    assert await snapshot(own_world) == before


ENDINGS: dict[str, Any] = {
    "revoked": lambda user, session: accounts.end_sessions(user.id, session.id),
    "expired": lambda user, session: Session.filter(id=session.id).update(
        created_at=accounts.now() - dt.timedelta(hours=3), expires_at=accounts.now() - dt.timedelta(seconds=1)
    ),
    "gone": lambda user, session: Session.filter(id=session.id).delete(),
    "disabled": lambda user, session: User.filter(id=user.id).update(disabled_at=accounts.now()),
    "its role taken away": lambda user, session: UserRole.filter(user_id=user.id, role="AGENT").delete(),
    "the user gone": lambda user, session: User.filter(id=user.id).delete(),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_session_that_has_ended_meanwhile_goes_on_in_nothing(
    auth: Auth, own_world: Database, bjorn: User, ending: str
) -> None:
    """Another process has ended it, and this one still takes it as good: for a second."""
    session, token = await add_session(own_world, bjorn, role="AGENT")
    viewer = await auth.viewer_of(token)
    async with own_world.transaction():
        await ENDINGS[ending](bjorn, session)
    assert await auth.viewer_of(token) == viewer, "remembered"
    sessions = await Session.all().count()
    body = await ask_as(
        Engine(own_world), viewer, "mutation { switchRole(input: {role: ADMIN}) { token errors { code } } }"
    )
    assert [error["extensions"]["code"] for error in body["errors"]] == ["UNAUTHENTICATED"]
    assert body["data"] == {"switchRole": None}
    assert await Session.all().count() == sessions


# --- taking a role away


async def test_what_acts_in_a_role_ends_with_it_and_does_not_come_back(
    auth: Auth, own_world: Database, bjorn: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(auth_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    given = {}
    for role in ("MANAGER", "AGENT"):
        key = (await add_key(own_world, bjorn, name=f"as {role}", role=role))[1]
        given[role] = (await add_session(own_world, bjorn, role=role))[1], key
    viewers = {role: [await auth.viewer_of(token) for token in pair] for role, pair in given.items()}
    other = await add_user(own_world, "agnes@lindholm.example", "AGENT")
    colleague = (await add_session(own_world, other))[1]
    assert (await set_roles(own_world, "MANAGER", "ADMIN"))[1:] == (1, 1)
    now += 1
    assert [[await lets_in(auth, token) for token in pair] for pair in given.values()] == [[True] * 2, [False] * 2]
    assert [await auth.still_valid(viewer) for viewer in viewers["MANAGER"]] == [True, True]
    assert [await auth.still_valid(viewer) for viewer in viewers["AGENT"]] == [False, False], "sockets close"
    assert await lets_in(auth, colleague)
    await set_roles(own_world, "MANAGER", "AGENT")
    now += 1
    assert [await lets_in(auth, token) for token in given["AGENT"]] == [False, False], "given again, they stay ended"
    assert (await sign_in(own_world, role="AGENT"))["errors"] == []


@pytest.mark.parametrize("table", ["app_user", "user_role"])
async def test_a_role_taken_away_by_hand_ends_what_acts_in_it(
    auth: Auth, own_world: Database, bjorn: User, table: str
) -> None:
    """Nothing depends on anybody revoking sessions and keys: each look-up asks whether the role is held."""
    role = "MANAGER" if table == "app_user" else "AGENT"
    given = [(await add_session(own_world, bjorn, role=role))[1], (await add_key(own_world, bjorn, role=role))[1]]
    assert [await lets_in(auth, token) for token in given] == [True, True]
    if table == "app_user":
        await own_world.execute("UPDATE app_user SET role = 'ADMIN'")
    else:
        await own_world.execute("DELETE FROM user_role WHERE role = 'AGENT'")
    auth.forget()
    assert [await lets_in(auth, token) for token in given] == [False, False]


async def test_another_main_role_leaves_what_acts_in_those_that_stay(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    key = (await add_key(own_world, bjorn))[1]
    user, sessions, keys = await set_roles(own_world, "AGENT", "MANAGER", "ADMIN", "AGENT")
    assert (user.role, sessions, keys) == (Role.AGENT, 0, 0)
    assert await accounts.roles_of(user) == (Role.AGENT, Role.ADMIN, Role.MANAGER)
    assert (await auth.viewer_of(key)).role == "MANAGER", "a key stays in the role it was made for"
    assert (await sign_in(own_world))["role"] == "AGENT"
    entries = await AuditEntry.filter(verb="setRoles")
    assert [(entry.actor, entry.entity_id, entry.changes) for entry in entries] == [("operator", user.id, '["roles"]')]
    before = await User.get(id=user.id)
    await set_roles(own_world, "AGENT", "ADMIN", "MANAGER")
    assert (await User.get(id=user.id)).version == before.version, "nothing was changed, and nothing is audited"
    assert await AuditEntry.filter(verb="setRoles").count() == 1


async def test_nobody_is_left_without_a_role(own_world: Database, bjorn: User) -> None:
    before = await snapshot(own_world)
    with pytest.raises(Refused, match="a role at least"):
        await set_roles(own_world)
    assert await snapshot(own_world) == before


async def test_a_role_taken_away_while_sessions_are_made_leaves_none_behind(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    """Whichever comes first: no session and no key of the role is good afterwards, and what is good stays so."""
    engine = Engine(own_world)
    viewer = await acting(auth, own_world, "MANAGER", bjorn)
    for attempt in range(5):
        await set_roles(own_world, "MANAGER", "AGENT")
        switches = [mutate_as(engine, viewer, "switchRole", {"role": "AGENT"}, SWITCH) for _ in range(6)]
        keys = [add_key(own_world, bjorn, name=f"{attempt} {at}", role="AGENT") for at in range(3)]
        found = await asyncio.gather(*switches, set_roles(own_world, "MANAGER"), *keys, return_exceptions=True)
        for answer in found:
            assert not isinstance(answer, BaseException) or isinstance(answer, Refused), answer
        good = await Session.filter(role="AGENT", revoked_at=None).count()
        good += await ApiKey.filter(role="AGENT", revoked_at=None).count()
        assert good == 0, "revoked, or never made: not only asleep until the role is given again"
    assert await auth.still_valid(viewer)


async def test_what_is_looked_up_while_its_role_is_taken_away_is_not_remembered(
    auth: Auth, own_world: Database, bjorn: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = (await add_session(own_world, bjorn, role="AGENT"))[1]
    read = own_world.read

    async def slow(sql: str, args: Any = ()) -> bytes | None:
        answer = await read(sql, args)
        await set_roles(own_world, "MANAGER")
        auth.forget()
        return answer

    monkeypatch.setattr(own_world, "read", slow)
    assert (await auth.viewer_of(token)).role == "AGENT"  # it was when it was looked up
    assert not await lets_in(auth, token)


# --- what roles must not share

CREATE = (
    "mutation ($input: CreateTicketInput!) { createTicket(input: $input)"
    " { ticket { id issue customer { name taxId } } errors { code message } } }"
)
CREATE_AS_AGENT = CREATE.replace(" taxId", "")


async def test_an_idempotency_key_of_one_role_replays_nothing_in_another(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    """Nor does the write happen a second time, as it would if each role had keys of its own."""
    engine = Engine(own_world)
    admin, agent = [await acting(auth, own_world, role, bjorn) for role in ("ADMIN", "AGENT")]
    given = {"customerId": "cus_1", "issue": "Nothing prints", "idempotencyKey": "k1"}
    first = (await ask_as(engine, admin, CREATE, input=given))["data"]["createTicket"]
    assert first["errors"] == [] and first["ticket"]["issue"] == "Nothing prints"
    kept = await snapshot(own_world)
    other = (await ask_as(engine, agent, CREATE_AS_AGENT, input=given))["data"]["createTicket"]
    assert other["ticket"] is None and [error["code"] for error in other["errors"]] == ["KEY_REUSED"]
    assert "or in another role" in other["errors"][0]["message"]
    another = await acting(auth, own_world, "ADMIN", bjorn)
    again = (await ask_as(engine, another, CREATE, input=given))["data"]["createTicket"]
    assert again == first, "another session in the same role repeats the request"
    assert {table: rows for table, rows in (await snapshot(own_world)).items() if table != "session"} == {
        table: rows for table, rows in kept.items() if table != "session"
    }


async def test_refusals_kept_for_one_role_are_not_told_to_another(auth: Auth, own_world: Database, bjorn: User) -> None:
    """What became of a batch holds messages about records that the other role may not see."""
    engine = Engine(own_world)
    admin, manager = [await acting(auth, own_world, role, bjorn) for role in ("ADMIN", "MANAGER")]
    query = (
        "mutation ($input: CreateOrdersInput!) { createOrders(input: $input)"
        " { rows { node { id } errors { code message } } errors { code message } } }"
    )
    entry = {"customerId": "cus_1", "productId": "prd_1", "quantity": 1}
    given = {"items": [entry, entry | {"customerId": "cus_999"}], "onError": "SKIP_ROW", "idempotencyKey": "k"}
    told = (await ask_as(engine, admin, query, input=given))["data"]["createOrders"]
    assert len(told["rows"]) == 2
    other = (await ask_as(engine, manager, query, input=given))["data"]["createOrders"]
    assert other["rows"] is None and [error["code"] for error in other["errors"]] == ["KEY_REUSED"]


async def test_who_may_only_look_replays_no_write_of_their_other_role(auth: Auth, own_world: Database) -> None:
    user = await add_user(own_world, "ada@lindholm.example", "ADMIN", further=("READONLY",))
    admin, looks = [await acting(auth, own_world, role, user) for role in ("ADMIN", "READONLY")]
    arguments = {"new": NewTicket(customer_id=1, issue="Nothing prints")}
    request = Request(idempotency_key="k1")
    await perform(own_world, admin, VERBS["createTicket"], arguments, nothing, request)
    with pytest.raises(Refusal) as refusal:
        await perform(own_world, looks, VERBS["createTicket"], arguments, nothing, request)
    assert refusal.value.code is Code.FORBIDDEN


async def test_all_roles_of_a_user_spend_one_budget(auth: Auth, own_world: Database, bjorn: User) -> None:
    """Or each role more would be as much to spend again."""
    viewers = [await acting(auth, own_world, role, bjorn) for role in ("MANAGER", "AGENT", "ADMIN")]
    assert len({payer(viewer, "192.0.2.1") for viewer in viewers}) == 1


def test_sessions_are_as_dear_to_pile_up_without_a_password_as_with_one() -> None:
    assert rule("Mutation", "switchRole").cost == rule("Mutation", "signIn").cost > rule("Mutation", "signOut").cost


async def test_nothing_of_one_role_is_remembered_for_another(auth: Auth, own_world: Database, bjorn: User) -> None:
    """Tokens are looked up one by one, and viewers of different roles are never the same."""
    viewers = [await acting(auth, own_world, role, bjorn) for role in ("MANAGER", "AGENT", "ADMIN")]
    assert len({*viewers}) == 3
    assert [await auth.still_valid(replace(viewer, role="ADMIN")) for viewer in viewers] == [False, False, True]


async def test_the_role_is_known_with_the_token_and_costs_no_statement_more(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    tokens_ = [(await add_session(own_world, bjorn, role=role))[1] for role in ("MANAGER", "AGENT")]
    before = own_world.statements
    for _ in range(10):
        for token in tokens_:
            await auth.viewer(bearer(token), "192.0.2.1")
            assert auth.at_hand(bearer(token)[1][1]) is not None
    assert own_world.statements == before + 2


async def test_a_request_says_nothing_of_roles_outside_of_its_token(
    auth: Auth, own_world: Database, bjorn: User
) -> None:
    token = (await add_session(own_world, bjorn, role="AGENT"))[1]
    for name in (b"x-role", b"x-rapport-role", b"role"):
        assert (await auth.viewer([*bearer(token), (name, b"ADMIN")], "")).role == "AGENT"


# --- an identity provider's users

SECRET = "a secret that is shared by two only"


@pytest.mark.parametrize("claim", ["ADMIN", ["ADMIN", "AGENT"], ["REP"], None])
async def test_an_identity_providers_token_acts_in_the_main_role_whatever_it_claims(
    own_world: Database, bjorn: User, claim: object
) -> None:
    provider = Provider("https://id.example", "crm", "HS256", secret=SECRET)
    auth = Auth(own_world, provider)
    said = {"iss": "https://id.example", "aud": "crm", "email": EMAIL, "exp": int(time.time()) + 300}
    token = jwt.encode(said | {"role": claim, "roles": claim, "groups": claim}, SECRET, "HS256")
    viewer = await auth.viewer_of(token)
    assert (viewer.role, viewer.roles, viewer.rep_ids) == ("MANAGER", ("MANAGER",), (2, 4))
    await set_roles(own_world, "AGENT", "MANAGER")
    auth.forget()
    assert not await auth.still_valid(viewer), "a socket opened before does not go on in the role of before"
    assert (await auth.viewer_of(token)).role == "AGENT"
    await auth.close()


# --- who is asked about


async def test_an_operator_looks_with_any_of_a_users_roles(own_world: Database, bjorn: User) -> None:
    auth = Auth(own_world)
    main, agent = await auth.of_user(EMAIL), await auth.of_user(EMAIL, "AGENT")
    assert main is not None and agent is not None
    assert [(each.role, each.rep_ids) for each in (main, agent)] == [("MANAGER", (2, 4)), ("AGENT", (2,))]
    assert await auth.of_user(EMAIL, "REP") is None
    assert access.may(agent, "createTicket") and not access.may(agent, "createCustomer")
