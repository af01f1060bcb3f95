"""Users of the company in `tests/world.py`, their sessions and keys, for tests about who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from models import Role, Session, User
from models.database import Database
from resolvers import accounts, passwords, tokens
from server.auth import Auth

PASSWORD = "correct horse battery"


async def add_user(
    database: Database,
    email: str,
    role: str,
    rep_id: int | None = None,
    password: str | None = None,
    *,
    further: Sequence[str] = (),
) -> User:
    """Somebody who may sign in, in a role or in further ones."""
    kept = None if password is None else await passwords.hashed(password)
    roles = [Role(each) for each in (role, *further)]
    async with database.transaction():
        return await accounts.create_user(email, email.partition("@")[0].title(), roles, rep_id, kept)


async def add_session(database: Database, user: User, hours: float = 1, role: str | None = None) -> tuple[Session, str]:
    """A session that began two hours before it ends, or before now, and its token; in the main role unless said."""
    token, ends = tokens.make(tokens.SESSION), accounts.now() + dt.timedelta(hours=hours)
    async with database.transaction():
        session = await Session.create(
            user_id=user.id,
            role=role or user.role,
            token_hash=tokens.hashed(token),
            created_at=ends - dt.timedelta(hours=2),
            expires_at=ends,
        )
    return session, token


async def add_key(
    database: Database,
    user: User,
    *scopes: str,
    name: str = "crawler",
    days: float | None = 90,
    token: str = "",
    role: str | None = None,
) -> tuple[int, str]:
    """A key of a user: its id and its token; in the main role unless said."""
    async with database.transaction():
        life = None if days is None else dt.timedelta(days=days)
        acts = None if role is None else Role(role)
        key, given = await accounts.create_key(user.email, name, scopes or ("read", "write"), life, token or None, acts)
    return key.id, given


def bearer(token: str) -> list[tuple[bytes, bytes]]:
    """The headers of a request with a token."""
    return [(b"host", b"crm.example"), (b"authorization", f"Bearer {token}".encode())]


def end_once_read(monkeypatch: pytest.MonkeyPatch, database: Database, auth: Auth, session: Session) -> None:
    """Have a session be revoked here after it was read, and before whoever reads it goes on."""
    read = database.read

    async def slow(sql: str, args: Any = ()) -> bytes | None:
        answer = await read(sql, args)
        async with database.transaction():
            await accounts.end_sessions(session.user_id, session.id)
        auth.forget()
        return answer

    monkeypatch.setattr(database, "read", slow)
