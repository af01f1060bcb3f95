"""What an operator does with users and their keys; each is one transaction's work, which the caller opens."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence

import msgspec
from tortoise.expressions import Q

from compiler.text import fold
from errors import UserErrorCode, refuse
from models import ApiKey, AuditEntry, ChangeKind, Role, RouteStatus, SalesRep, Session, User, UserRole
from models.identity import MOST_EMAIL, MOST_KEY_NAME
from resolvers import passwords, routes, tokens
from resolvers.verbs import VERBS

OPERATOR = "operator"
"""Who acts, for the audit, where somebody has the machine itself in hand."""

SCOPES = ("read", "write")
"""What a key may be allowed besides single verbs."""


def now() -> dt.datetime:
    """The instant, to the millisecond."""
    instant = dt.datetime.now(dt.UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


async def create_user(
    email: str, name: str, roles: Sequence[Role], rep_id: int | None, password_hash: str | None
) -> User:
    """Somebody who may sign in, the first of `roles` being their main one; without a password only by a key or an
    identity provider's word.

    Raises `Refused` for what is no address, an address that is taken, no role, and a rep who is not there.
    """
    route = routes.email(email.strip())
    address = str(route["email_norm"] or "")
    if route["email_status"] is not RouteStatus.VALID or len(address) > MOST_EMAIL:
        raise refuse(
            UserErrorCode.INVALID,
            f"{email.strip()[:80]!r} must be an e-mail address of at most {MOST_EMAIL} characters, such as"
            " ann@example.com.",
            "email",
        )
    name = name.strip()
    if not 1 <= len(name) <= 200 or not name.isprintable():
        raise refuse(UserErrorCode.INVALID, "A name has 1 to 200 characters, all of which can be printed.", "name")
    other = await User.filter(email_fold=fold(address)).first()
    if other is not None:
        raise refuse(UserErrorCode.TAKEN, f"There is a user {other.email} already.", "email")
    main, *further = _distinct(roles)
    await _check_rep(rep_id)
    user = await User.create(email=address, name=name, role=main, rep_id=rep_id, password_hash=password_hash)
    await _add_roles(user, further)
    await _audit("createUser", "User", user.id, ChangeKind.CREATED)
    return user


async def set_roles(email: str, roles: Sequence[Role], rep_id: int | None = None) -> tuple[User, int, int]:
    """Give a user these roles and no others, the first being the main one; another sales rep, if one is named.

    The user, and how many sessions and keys that ended: those that acted in a role which is theirs no more. Raises
    `Refused` for an unknown user, no role, and a rep who is not there.
    """
    main, *further = _distinct(roles)
    await _check_rep(rep_id)
    # Locked, as it is while a session or a key is made: none is left behind in a role that was just taken away.
    user = await find_user(email, lock=True)
    changed = {}
    if set(await roles_of(user)) != set(roles) or user.role is not main:
        changed["role"] = "roles"
        user.role = main
        await UserRole.filter(user_id=user.id).delete()
        await _add_roles(user, further)
    if rep_id is not None and rep_id != user.rep_id:
        changed["rep_id"] = "rep"
        user.rep_id = rep_id
    if changed:
        await _save(user, *changed)
        await _audit("setRoles", "User", user.id, ChangeKind.UPDATED, *changed.values())
    lost = [role for role in Role if role not in roles]
    at = now()
    sessions = Session.filter(user_id=user.id, role__in=lost, revoked_at=None, expires_at__gt=at)
    keys = ApiKey.filter(Q(expires_at=None) | Q(expires_at__gt=at), user_id=user.id, role__in=lost, revoked_at=None)
    return user, await sessions.update(revoked_at=at), await keys.update(revoked_at=at)


async def roles_of(user: User) -> tuple[Role, ...]:
    """The roles a user has: the main one, then the others in the order of `Role`."""
    further = {each.role for each in await UserRole.filter(user_id=user.id)} - {user.role}
    return (user.role, *(role for role in Role if role in further))


async def check_role(user: User, role: Role) -> None:
    """See that a user has a role. Raises `Refused` that says which they have."""
    if role is user.role:
        return
    held = await roles_of(user)
    if role not in held:
        listed = ", ".join(each.value for each in held)
        message = f"{user.email} does not have the role {role.value}: choose from {listed}."
        raise refuse(UserErrorCode.INVALID, message, "role")


async def _add_roles(user: User, roles: Sequence[Role]) -> None:
    for role in roles:
        await UserRole.create(user_id=user.id, role=role)


def _distinct(roles: Sequence[Role]) -> tuple[Role, ...]:
    if not roles:
        raise refuse(UserErrorCode.INVALID, "A user has a role at least.", "roles")
    return tuple(dict.fromkeys(roles))


async def _check_rep(rep_id: int | None) -> None:
    if rep_id is not None and not await SalesRep.filter(id=rep_id, deleted_at=None).exists():
        raise refuse(UserErrorCode.NOT_FOUND, f"There is no sales rep rep_{rep_id}.", "rep")


async def disable_user(email: str) -> int:
    """Let a user in no more, whatever they come with. How many sessions that ended. Raises `Refused`."""
    user = await find_user(email)
    if user.disabled_at is None:
        user.disabled_at = now()
        await _save(user, "disabled_at")
        await _audit("disableUser", "User", user.id, ChangeKind.UPDATED, "disabledAt")
    return await end_sessions(user.id)


async def enable_user(email: str) -> None:
    """Let a user in again, with their password and their keys; sessions stay ended. Raises `Refused`."""
    user = await find_user(email)
    if user.disabled_at is not None:
        user.disabled_at = None
        await _save(user, "disabled_at")
        await _audit("enableUser", "User", user.id, ChangeKind.UPDATED, "disabledAt")


async def set_password(email: str, password_hash: str) -> int:
    """Give a user another password. How many sessions that ended. Raises `Refused`."""
    user = await find_user(email)
    user.password_hash = password_hash
    await _save(user, "password_hash")
    await _audit("setPassword", "User", user.id, ChangeKind.UPDATED, "password")
    return await end_sessions(user.id)


async def end_sessions(user_id: int, session_id: int | None = None) -> int:
    """Revoke a user's sessions, or one of them; how many there were."""
    sessions = Session.filter(user_id=user_id, revoked_at=None, expires_at__gt=now())
    if session_id is not None:
        sessions = sessions.filter(id=session_id)
    return await sessions.update(revoked_at=now())


async def find_user(email: str, *, lock: bool = False) -> User:
    """A user by address, whatever its case; locked until the transaction ends, if wanted. Raises `Refused`."""
    found = User.filter(email_fold=fold(email.strip()))
    user = await (found.select_for_update() if lock else found).first()
    if user is None:
        raise refuse(UserErrorCode.NOT_FOUND, f"There is no user {email.strip()[:80]}.", "email")
    return user


async def create_key(
    email: str,
    name: str,
    scopes: Sequence[str],
    life: dt.timedelta | None,
    token: str | None = None,
    role: Role | None = None,
) -> tuple[ApiKey, str]:
    """A key that acts as a user, and its token, which nobody sees again. Without a life it never expires.

    It acts in the user's main role unless another is named, and stays in that one whatever becomes the main one later.
    Raises `Refused` for a role the user does not have, scopes that are none, and a name that another key of theirs has.
    """
    user = await find_user(email, lock=True)
    role = role or user.role
    await check_role(user, role)
    name = name.strip()
    if not 1 <= len(name) <= MOST_KEY_NAME or not name.isprintable():
        raise refuse(
            UserErrorCode.INVALID, f"A key's name has 1 to {MOST_KEY_NAME} characters, all of which can be printed."
        )
    wrong = [scope for scope in scopes if scope not in SCOPES and scope not in VERBS]
    if wrong or not scopes:
        told = f"{wrong[0][:80]!r} is no scope" if wrong else "A key needs a scope"
        raise refuse(
            UserErrorCode.INVALID, f"{told}: give `read`, `write`, or the name of a mutation, such as createTicket."
        )
    if await ApiKey.filter(user_id=user.id, name=name).exists():
        raise refuse(UserErrorCode.TAKEN, f"{user.email} has or had a key {name!r}: choose another name.")
    token = token or tokens.make(tokens.API_KEY)
    made = now()
    key = await ApiKey.create(
        user_id=user.id,
        role=role,
        name=name,
        token_hash=tokens.hashed(token),
        scopes=msgspec.json.encode(sorted(set(scopes))).decode(),
        created_at=made,
        expires_at=None if life is None else made + life,
    )
    await _audit("createKey", "ApiKey", key.id, ChangeKind.CREATED)
    return key, token


async def revoke_key(id_: int) -> ApiKey:
    """End a key. Raises `Refused` where there is none."""
    key = await ApiKey.filter(id=id_).prefetch_related("user").first()
    if key is None:
        raise refuse(UserErrorCode.NOT_FOUND, f"There is no key {id_}: `key list` shows them.")
    if key.revoked_at is None:
        key.revoked_at = now()
        await key.save(update_fields=["revoked_at"])
        await _audit("revokeKey", "ApiKey", key.id, ChangeKind.UPDATED, "revokedAt")
    return key


def check_password(password: str) -> None:
    """See that a password will do. Raises `Refused`."""
    password = passwords.spelled(password)
    if not passwords.LEAST <= len(password) <= passwords.MOST:
        message = f"A password has {passwords.LEAST} to {passwords.MOST} characters; this one has {len(password)}."
        raise refuse(UserErrorCode.INVALID, message, "password")
    if "\0" in password or re.search("[\ud800-\udfff]", password):
        raise refuse(UserErrorCode.INVALID, "A password has no NUL and no half surrogate pairs.", "password")
    if password == passwords.EVERYBODYS or len(set(password)) < 5:
        raise refuse(UserErrorCode.INVALID, "This password is too easy to guess: choose another.", "password")


async def _save(user: User, *columns: str) -> None:
    user.version += 1
    user.updated_at = max(now(), user.created_at)
    await user.save(update_fields=[*columns, "version", "updated_at"])


async def _audit(verb: str, entity: str, id_: int, kind: ChangeKind, *changes: str) -> None:
    await AuditEntry.create(
        at=now(),
        actor=OPERATOR,
        verb=verb,
        entity=entity,
        entity_id=id_,
        kind=kind,
        changes=msgspec.json.encode(changes).decode(),
        request_id=secrets.token_hex(8),
    )
