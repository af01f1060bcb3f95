"""Signing in and out: a password becomes a session, which acts in one role, goes on in another, and ends."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from compiler.catalog import Kind
from compiler.dialect import DIALECTS, braced, concat
from compiler.text import fold
from errors import Code, Refusal, Refused, UserErrorCode, refuse
from models import AuditEntry, ChangeKind, Role, Session, User
from models.database import Database
from resolvers import accounts, passwords, tokens
from resolvers.throttle import MemoryThrottle, Patience, Throttle
from resolvers.verbs import Length, verb
from resolvers.write import Call, Request


@dataclass
class Guard:
    """How signing in is guarded; one in each process, set at its start."""

    accounts: Throttle = field(default_factory=lambda: MemoryThrottle(Patience(5, 12, 300, 900)))
    """Counts failures by account: 5 come free, the next waits 12 s, and so on up to 5 minutes."""
    addresses: Throttle = field(default_factory=lambda: MemoryThrottle(Patience(20, 3, 60, 900)))
    """Counts failures by client address: 20 come free, and those of an office are many people's."""
    life: dt.timedelta = dt.timedelta(hours=12)
    """How long a session lasts."""
    revoked: list[Callable[[], None]] = field(default_factory=list)
    """Who wants to be told, in this process, that a session has ended."""


GUARD = Guard()

OLD = dt.timedelta(days=30)
"""How long sessions that are over are kept."""


@dataclass(frozen=True)
class SignedIn:
    """What somebody gets who signed in."""

    token: Annotated[
        str, "Send it as `Authorization: Bearer TOKEN` with every request. It is not shown again: keep it secret."
    ]
    expires_at: Annotated[dt.datetime, "When it lets you in no more, and you sign in again."]
    viewer_name: Annotated[str, "Who you are signed in as."]
    role: Annotated[str, "The role in which the token lets you act."]


@dataclass(frozen=True)
class SignedOut:
    """What became of somebody's sessions."""

    ended_sessions: Annotated[int, "How many sessions were ended."]


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knows a user's password."""

    user_id: int
    password_hash: str


class _Account(msgspec.Struct):
    id: int
    password_hash: str | None
    disabled: bool
    demo: bool


def _wrong() -> Refused:
    """The one answer to all that does not let somebody in."""
    return refuse(UserErrorCode.INVALID, "E-mail address or password is wrong.", "password")


async def prove(database: Database, request: Request, *, email: str, password: str, role: Role | None) -> Proof:
    """Check a password, before any transaction is open: it takes long, on purpose. Nothing depends on the role here.

    Raises `Refused` alike, and as late, for an unknown address, a wrong password, a user who is disabled and one who
    has no password. Raises `Refusal` with RATE_LIMITED after too many of these.
    """
    tries = [(GUARD.accounts, hashlib.sha256(fold(email).encode()).hexdigest())]
    if request.address:
        tries.insert(0, (GUARD.addresses, network(request.address)))
    for at, (throttle, key) in enumerate(tries):
        wait = await throttle.allow(key)
        if wait is not None:
            # No password was looked at: guessing at one account must not shut the address's other people out.
            for counted, other in tries[:at]:
                await counted.forgive(other)
            raise Refusal(
                f"Too many failed attempts to sign in: try again in {max(1, math.ceil(wait))} s.",
                Code.RATE_LIMITED,
                retry_after=wait,
            )
    account = await _account(database, email)
    usable = account is not None and not account.disabled and (account.demo or password != passwords.EVERYBODYS)
    kept = account.password_hash if account is not None and usable else None
    if not await passwords.matches(password, kept) or account is None or kept is None:
        raise _wrong()
    for throttle, key in tries:
        await throttle.forgive(key)
    return Proof(account.id, kept)


async def _account(database: Database, email: str) -> _Account | None:
    dialect = DIALECTS[database.dialect]()
    columns = {
        "id": (Kind.INT, "u.id"),
        "password_hash": (Kind.TEXT, "u.password_hash"),
        "disabled": (Kind.BOOL, "(u.disabled_at IS NOT NULL)"),
        "demo": (Kind.BOOL, "EXISTS (SELECT 1 FROM organisation WHERE demo)"),
    }
    items = ((name, [(True, dialect.json(kind, sql, True))]) for name, (kind, sql) in columns.items())
    text = await database.read(
        f"SELECT {concat(list(braced(items)))} FROM app_user u WHERE u.email_fold = {dialect.parameter(1, 'text')}",
        [fold(email)],
    )
    return None if text is None else msgspec.json.decode(text, type=_Account)


def network(address: str) -> str:
    """What is counted as one address: of IPv6 the first half, since whoever has one has all that share it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


@verb("Sign in with a password: the token lets you in until it expires, or you sign out.", before=prove)
async def sign_in(
    call: Call,
    *,
    email: Annotated[str, Length(320, least=1), "Your e-mail address, in whatever case."],
    password: Annotated[str, Length(passwords.MOST, least=1), "Your password, at most 1,024 characters."],
    role: Annotated[Role | None, "The role to act in, one of yours; your main one unless given."] = None,
) -> SignedIn:
    """Begin a session for the user whose password was proved to be known: only they are told which roles they have."""
    proof = call.prepared
    assert isinstance(proof, Proof), "a password is checked before a transaction is opened"
    user = await User.filter(id=proof.user_id).select_for_update().first()
    if user is None or user.disabled_at is not None or user.password_hash != proof.password_hash:
        raise _wrong()  # changed a moment ago
    begun = await _begin(call, "signIn", user, role or user.role, call.now + GUARD.life)
    await Session.filter(user_id=user.id, expires_at__lt=call.now - OLD).delete()
    return begun


async def _begin(call: Call, verb: str, user: User, role: Role, expires_at: dt.datetime) -> SignedIn:
    """Begin a session of a user, whose row is locked: nobody takes the role from them meanwhile."""
    await accounts.check_role(user, role)
    token = tokens.make(tokens.SESSION)
    session = await Session.create(
        user_id=user.id, role=role, token_hash=tokens.hashed(token), created_at=call.now, expires_at=expires_at
    )
    await _audit(call, user.email, verb, session.id, ChangeKind.CREATED)
    return SignedIn(token, session.expires_at, user.email, role.value)


@verb(
    "Go on in another of your roles: a new token acts in it and expires when the one of this request does, which stays"
    " as it is. Only with a session; an API key acts in one role for good."
)
async def switch_role(
    call: Call, *, role: Annotated[Role, "The role to act in, one of yours: `viewer { roles }` lists them."]
) -> SignedIn:
    """Begin a session of the caller's user in another role, which lasts no longer than the caller's."""
    viewer = call.viewer
    if viewer.session_id is None or viewer.user_id is None:
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            "You did not come with a session: only with one, as signIn gives it, can you go on in another role.",
        )
    if viewer.by_cookie:
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            "Your session is in a cookie, which keeps its token from scripts, and so it shall be with another:"
            f" `POST /session?role={role.value}` puts that into the cookie.",
        )
    user = await User.filter(id=viewer.user_id, disabled_at=None).select_for_update().first()
    # What the request came in with may have ended since: it is looked at again, and held as it is.
    session = await Session.filter(id=viewer.session_id, revoked_at=None).select_for_update().first()
    held = () if user is None else await accounts.roles_of(user)
    if user is None or session is None or session.expires_at <= call.now or session.role not in held:
        raise Refusal("Your session has ended meanwhile. Sign in again with signIn.", Code.UNAUTHENTICATED)
    return await _begin(call, "switchRole", user, role, session.expires_at)


@verb("Sign out: the session of this request is over at once.")
async def sign_out(
    call: Call,
    *,
    everywhere: Annotated[
        bool, "Whether to end your other sessions as well, on every device and in every role."
    ] = False,
) -> SignedOut:
    """End the caller's session, or all sessions of the caller's user."""
    viewer = call.viewer
    if viewer.user_id is None or (viewer.session_id is None and not everywhere):
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            "You did not come with a session, so there is none to end. A key is revoked by whoever runs this server.",
        )
    ended = await accounts.end_sessions(viewer.user_id, None if everywhere else viewer.session_id)
    call.after.extend(GUARD.revoked)
    await _audit(call, viewer.name, "signOut", viewer.session_id or 0, ChangeKind.UPDATED)
    return SignedOut(ended)


async def _audit(call: Call, actor: str, verb: str, session_id: int, kind: ChangeKind) -> None:
    """Audited, but told to nobody: a session is no entity."""
    await AuditEntry.create(
        at=call.now,
        actor=actor,
        verb=verb,
        entity="Session",
        entity_id=session_id,
        kind=kind,
        changes="[]",
        request_id=call.request_id,
    )
