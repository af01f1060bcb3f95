"""Who asks: a token becomes the viewer it belongs to, or a refusal that says nothing of why."""

from __future__ import annotations

import asyncio
import contextvars
import datetime as dt
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter

import msgspec

from access import MANY, NOBODY, ROLES, Viewer
from compiler.catalog import Kind
from compiler.dialect import DIALECTS, Dialect, Piece, braced, concat
from compiler.text import fold
from errors import Code, Refusal
from models.database import Database, DatabaseUnavailable, StatementTimeout
from resolvers import identity, tokens
from server.provider import AGAIN_SECONDS, NoKeys, Provider
from server.settings import Settings

logger = logging.getLogger("rapport.auth")

LIFE_SECONDS = 1.0
"""How long what a token stands for is taken as known: a change of role or a revocation elsewhere is seen after that."""
AHEAD_SECONDS = 0.3
"""How long before that somebody who still asks is looked up anew, so that their requests need not wait for it."""
SOON_SECONDS = 60.0
"""How long before a token expires the time is looked at with every request. Until then, that a clock was put forward or
the machine stood still is noticed within `LIFE_SECONDS`."""
SAME_SECONDS = 3.0
"""How long whoever is found to be as they were stays the same object. What is kept for it is then looked for anew, so
that it counts as used where it came from: sooner than others who are read meanwhile could push it out there."""
MOST_KNOWN = 10_000
MOST_HEADERS = 1_000
"""Headers whose viewers are known; each may have 16 kB, whatever the token in it has."""
USE_SECONDS = 60.0
"""How often at most the use of a token is written down."""
LONGEST_TOKEN = 4096

COOKIE = "rapport_session"
COOKIE_HEADER = b"x-rapport-csrf"
"""A browser sends cookies along with what other sites' pages ask for, too; but those cannot set this header."""

HOW = "Send `Authorization: Bearer TOKEN`, once, with a token that signIn gave you or with an API key."
DEAD = "This token lets nobody in: it is unknown, expired or revoked. Sign in again with signIn, or ask for a new key."

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def unauthenticated(message: str) -> Refusal:
    return Refusal(message, Code.UNAUTHENTICATED)


class Row(msgspec.Struct):
    """What one statement tells of a token."""

    user_id: int
    email: str
    role: str
    """The one acted in."""
    main: str
    further: list[str]
    """Roles that the user has besides the main one."""
    rep_id: int | None
    rep_name: str | None
    rep_ids: list[int]
    below_ids: list[int]
    sees_many: bool
    id: int | None = None
    """Of the session or the key."""
    name: str | None = None
    """Of the key."""
    scopes: str | None = None
    until: dt.datetime | None = None
    used: dt.datetime | None = None


_ALIVE = "c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > {now})"
_PASS = {"id": (Kind.INT, "id"), "until": (Kind.INSTANT, "expires_at"), "used": (Kind.INSTANT, "last_used_at")}
_KEY = _PASS | {"name": (Kind.TEXT, "name"), "scopes": (Kind.TEXT, "scopes")}


@dataclass(frozen=True)
class Source:
    """Where a viewer is looked up: by which value in which table, and what the row tells besides."""

    table: str
    where: str
    type: str = "text"
    tells: Mapping[str, tuple[Kind, str]] = field(default_factory=dict)

    def statement(self, dialect: Dialect) -> str:
        """The statement that gives the row as JSON, or nothing: also where the user does not have the role acted in.

        Parameters are the value and, of what expires, the instant it is; of a user the role, or NULL for the main one.
        A manager's reps are found from the manager down; UNION drops who was found before, so a circle ends.
        """
        where = self.where.format(value=dialect.parameter(1, self.type), now=dialect.parameter(2, "instant"))
        owner = "u.id = c.user_id" if self.tells else "u.id = c.id"
        role = "c.role" if self.tells else f"COALESCE({dialect.parameter(2, 'text')}, u.role)"
        told = "".join(f", c.{column} AS c_{column}" for _, column in self.tells.values())
        return (
            "WITH RECURSIVE who AS ("
            f"SELECT u.id AS user_id, u.email, {role} AS role, u.role AS main, r.id AS rep_id, r.team_id,"
            f" r.name AS rep_name{told}"
            f" FROM {self.table} c JOIN app_user u ON {owner}"
            " LEFT JOIN sales_rep r ON r.id = u.rep_id AND r.deleted_at IS NULL"
            f" WHERE {where} AND u.disabled_at IS NULL"
            f" AND (u.role = {role} OR EXISTS (SELECT 1 FROM user_role h WHERE h.user_id = u.id AND h.role = {role}))"
            "), below (id) AS ("
            "SELECT rep_id FROM who WHERE role = 'MANAGER' AND rep_id IS NOT NULL"
            " UNION SELECT s.id FROM below b JOIN sales_rep s ON s.manager_id = b.id WHERE s.deleted_at IS NULL"
            "), theirs (id) AS ("
            "SELECT rep_id FROM who WHERE rep_id IS NOT NULL UNION SELECT id FROM below"
            " UNION SELECT s.id FROM who JOIN sales_rep s ON s.team_id = who.team_id"
            " WHERE who.role = 'MANAGER' AND s.deleted_at IS NULL"
            f") SELECT {concat(list(braced(self._items(dialect))))} FROM who w"
        )

    def _items(self, dialect: Dialect) -> Iterator[tuple[str, list[Piece]]]:
        columns = {
            "user_id": (Kind.INT, "user_id"),
            "email": (Kind.TEXT, "email"),
            "role": (Kind.TEXT, "role"),
            "main": (Kind.TEXT, "main"),
            "rep_id": (Kind.INT, "rep_id"),
            "rep_name": (Kind.TEXT, "rep_name"),
        }
        columns |= {name: (kind, f"c_{column}") for name, (kind, column) in self.tells.items()}
        for name, (kind, column) in columns.items():
            yield name, [(True, dialect.json(kind, f"w.{column}", True))]
        quoted = dialect.json(Kind.TEXT, "h.role", True)
        further = f"(SELECT COALESCE({dialect.joined(quoted)}, '') FROM user_role h WHERE h.user_id = w.user_id)"
        yield "further", [(False, "["), (True, further), (False, "]")]
        for name, reps in (("rep_ids", "theirs"), ("below_ids", "below WHERE id <> w.rep_id")):
            ids = f"(SELECT COALESCE({dialect.joined('CAST(id AS TEXT)')}, '') FROM {reps})"
            yield name, [(False, "["), (True, ids), (False, "]")]
        # In this order: SQLite would rather go through all credits there are.
        credits = "SELECT 1 FROM theirs CROSS JOIN order_credit c WHERE c.rep_id = theirs.id"
        many = f"EXISTS ({credits} LIMIT 1 OFFSET {MANY - 1})"
        yield "sees_many", [(True, f"CASE WHEN {many} THEN 'true' ELSE 'false' END")]


SOURCES = {
    "session": Source("session", "c.token_hash = {value} AND " + _ALIVE, tells=_PASS),
    "key": Source("api_key", "c.token_hash = {value} AND " + _ALIVE, tells=_KEY),
    # A demo's tokens are known to everybody: they open what the demo made up, and nothing else.
    "demo": Source(
        "api_key",
        "c.token_hash = {value} AND " + _ALIVE + " AND EXISTS (SELECT 1 FROM organisation WHERE demo)",
        tells=_KEY,
    ),
    "email": Source("app_user", "c.email_fold = {value}"),
    "session_id": Source("session", "c.id = {value} AND " + _ALIVE, "bigint", _PASS),
    "key_id": Source("api_key", "c.id = {value} AND " + _ALIVE, "bigint", _KEY),
    "user_id": Source("app_user", "c.id = {value}", "bigint"),
}
"""By what a viewer can be found."""

PREFIXES = {tokens.SESSION: "session", tokens.API_KEY: "key", "demo-": "demo"}
"""Where a token is looked up, by what it starts with."""

TABLES = {"session": "session", "session_id": "session", "key": "api_key", "demo": "api_key", "key_id": "api_key"}
"""Where the use of what was found is written down."""


Key = tuple[str, str | int]
"""By what a viewer is found: the source, and the value."""

whole = attrgetter(*[each.name for each in fields(Viewer)])
"""All of a viewer, what viewers are not compared by as well."""


class Known:
    """A viewer who was let in, and until when that holds. Whoever keeps it sees at once if it does not any more."""

    __slots__ = ("ageing", "began", "expires", "fresh", "since", "viewer")

    def __init__(self, viewer: Viewer, began: float) -> None:
        self.viewer = viewer
        """Another object as soon as anything of them has changed, and every `SAME_SECONDS` if nothing has."""
        self.since = began
        self.keep(viewer, began)

    def keep(self, viewer: Viewer, began: float) -> None:
        """Take a viewer as the one who asks, whom a look-up has found that began then."""
        if began >= self.since + SAME_SECONDS or whole(viewer) != whole(self.viewer):
            self.viewer = viewer
            self.since = began
        self.began = began
        self.expires = began + LIFE_SECONDS
        """Until when they are taken for the one who asks, by the monotonic clock; 0 once something was revoked, or
        others took the place."""
        soon = viewer.until is not None and viewer.until < time.time() + SOON_SECONDS
        self.fresh = 0.0 if soon else self.expires - AHEAD_SECONDS
        """Before when they are, whatever else there is to look at."""
        self.ageing = False
        """Whether they are being looked up anew."""

    def end(self) -> None:
        """Take nobody for the one who asks any more."""
        self.expires = self.fresh = 0.0

    def holds(self) -> bool:
        """Whether the viewer may be taken for the one who asks."""
        until = self.viewer.until
        return time.monotonic() < self.expires and (until is None or time.time() < until)


class Auth:
    """Tells who asks; one in each process."""

    def __init__(self, database: Database, provider: Provider | None = None) -> None:
        self._database = database
        self._provider = provider
        """Who else says who somebody is."""
        self._dialect = DIALECTS[database.dialect]()
        self._statements = {name: source.statement(self._dialect) for name, source in SOURCES.items()}
        self._known: OrderedDict[Key, Known] = OrderedDict()
        """Viewers by what they were found by."""
        self._by_header: dict[bytes, Known] = {}
        """The same by the whole Authorization headers that they come with."""
        self._generation = 0
        self._noted: OrderedDict[tuple[str, int], float] = OrderedDict()
        """When the use of a token was last written down from here."""
        self._used: dict[tuple[str, int], dt.datetime] = {}
        """Uses that are still to be written down."""
        self._writing: asyncio.Task[None] | None = None
        self._renewing: set[asyncio.Task[None]] = set()
        """Those who are looked up anew while they are still known."""

    @classmethod
    def of(cls, settings: Settings, database: Database) -> Auth:
        """The process's own, as the settings have it; told at once of what is revoked here. Raises `WrongSetting`."""
        auth = cls(database, Provider.of(settings))
        identity.GUARD.life = dt.timedelta(hours=settings.session_hours)
        identity.GUARD.revoked.append(auth.forget)
        return auth

    async def viewer(self, headers: Mapping[bytes, bytes] | Iterable[tuple[bytes, bytes]], address: str) -> Viewer:
        """Who sends a request; `NOBODY` where it says nothing of that.

        `headers` are best given as ASGI has them, as pairs with names in lower case: a mapping hides that one was sent
        twice. `address` is the client's. Raises `Refusal`: UNAUTHENTICATED for credentials that let nobody in, TIMEOUT
        or INTERNAL_SERVER_ERROR where the database or the identity provider does not say.
        """
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        given: bytes | None = None
        cookies = b""
        wanted = False
        for name, value in pairs:
            if name == b"authorization":
                if given is not None:
                    raise unauthenticated(f"There are two Authorization headers. {HOW}")
                given = value
            elif name == b"cookie":
                cookies += b";" + value
            elif name == COOKIE_HEADER:
                wanted = value == b"1"
        if given is not None:
            key, token = read_header(given)
            return self._remembered(key) or await self._let_in(key, token)
        if wanted and cookies:
            sessions = cookie_values(cookies)
            if len(sessions) > 1:
                raise unauthenticated(f"There are two cookies named {COOKIE}: remove them, and sign in again.")
            if sessions:
                return await self._by_cookie(sessions[0])
        return NOBODY

    def at_hand(self, header: bytes | None) -> Viewer | None:
        """The viewer of an Authorization header that let somebody in a moment ago; nearly every request's."""
        known = None if header is None else self.known(header)
        return None if known is None else known.viewer

    def known(self, header: bytes) -> Known | None:
        """The same with how long it holds."""
        known = self._by_header.get(header)
        if known is None or not known.holds():
            try:
                key = read_header(header)[0]
            except Refusal:
                return None  # `viewer` says what is wrong with it
            known = self._known.get(key)
            if known is None or not known.holds():
                return None
            if len(self._by_header) >= MOST_HEADERS:
                self._by_header.clear()
            self._by_header[header] = known
        if not known.ageing and time.monotonic() >= known.expires - AHEAD_SECONDS:
            known.ageing = True
            renewing = asyncio.create_task(self._renew(known, header))
            self._renewing.add(renewing)
            renewing.add_done_callback(self._renewing.discard)
        return known

    async def viewer_of(self, token: str) -> Viewer:
        """Whom a token belongs to; `Bearer ` may stand before it. Raises `Refusal` as `viewer` does."""
        token = token.strip(" ")
        if token[:7].lower() == "bearer ":
            token = token[7:]
        return await self._let_in(*read_token(token))

    async def still_valid(self, viewer: Viewer) -> bool:
        """Whether a viewer may go on: what they came with still lets them in, as the same as before.

        False as well once their role, rep, team or scopes have changed: whoever stays connected comes in anew.
        Raises `Refusal` where the database does not say.
        """
        if viewer.user_id is None:
            return True
        if viewer.until is not None and time.time() >= viewer.until:
            return False
        if viewer.session_id is not None:
            return await self._find(("session_id", viewer.session_id)) == viewer
        if viewer.key_id is not None:
            return await self._find(("key_id", viewer.key_id)) == viewer
        return await self._find(("user_id", viewer.user_id)) == viewer

    async def of_user(self, email: str, role: str | None = None) -> Viewer | None:
        """The viewer that a user is, whatever they would come with, in their main role or in another.

        None for one who is not here, is disabled, or does not have the role.
        """
        row = await self._read("email", fold(email), role)
        return None if row is None else _viewer(row, "email")

    def forget(self) -> None:
        """Look everybody up anew: something was revoked, here and now."""
        self._generation += 1
        for known in self._known.values():
            known.end()
        self._known.clear()
        self._by_header.clear()

    async def close(self) -> None:
        """Finish what is still to be written; the database closes after."""
        if self.forget in identity.GUARD.revoked:
            identity.GUARD.revoked.remove(self.forget)
        if self._renewing:
            await asyncio.wait(self._renewing)
        if self._writing is not None:
            await self._writing

    # --- looking up -----------------------------------------------------------------------------------------

    async def _let_in(self, key: Key, token: str) -> Viewer:
        found = await self._find(key, token)
        if found is None:
            raise unauthenticated(DEAD)
        return found

    async def _find(self, key: Key, token: str = "") -> Viewer | None:
        """The viewer found by a key, known or looked up; None where there is none (any more)."""
        return self._remembered(key) or await self._look_up(key, token)

    async def _renew(self, known: Known, header: bytes) -> None:
        """Look up anew who is still known."""
        try:
            await self._look_up(*read_header(header))
        except Refusal:
            return  # it is told to whoever asks once they are not known any more
        except Exception:
            logger.warning("%s could not be looked up anew", known.viewer.identity, exc_info=True)

    async def _look_up(self, key: Key, token: str) -> Viewer | None:
        """The viewer found by a key, known from now on; None where there is none (any more). Raises `Refusal`."""
        generation, began = self._generation, time.monotonic()
        by, value = key
        if by == "jwt":
            viewer = await self._vouched_for(token)
        else:
            viewer = await self._look_up_here(by, value) if by in SOURCES else None
        known = self._known.get(key)
        # What was revoked while it was read may have been read before; and of two look-ups the later one counts.
        if generation == self._generation and (known is None or began >= known.began):
            if viewer is not None:
                return self._keep(key, viewer, began)
            if known is not None:
                known.began = began
                known.end()
        return viewer

    async def _by_cookie(self, token: str) -> Viewer:
        """The viewer with a token in a cookie: a session's, for programs have no cookies."""
        if not token.startswith(tokens.SESSION):
            raise unauthenticated(DEAD)
        key, token = read_token(token)
        cookie = ("cookie", key[1])
        known = self._remembered(cookie)
        if known is not None:
            return known
        found = await self._let_in(key, token)
        viewer = replace(found, by_cookie=True)
        if key in self._known and self._known[key].viewer is found:  # for no longer than without a cookie
            return self._keep(cookie, viewer, self._known[key].began)
        return viewer

    async def _look_up_here(self, by: str, value: str | int) -> Viewer | None:
        row = await self._read(by, value)
        if row is None:
            return None
        if by in TABLES and row.id is not None:
            self._note_use(TABLES[by], row.id, row.used)
        return _viewer(row, by)

    async def _vouched_for(self, token: str) -> Viewer | None:
        """The user whom the identity provider's word is about."""
        try:
            claims = None if self._provider is None else await self._provider.claims(token)
        except NoKeys:
            message = "Whether this token is good cannot be told at the moment. Try again shortly."
            raise Refusal(message, Code.TIMEOUT, retry_after=AGAIN_SECONDS) from None
        if claims is None:
            return None
        row = await self._read("email", fold(claims.email))
        # Users are told apart by folded addresses, for which ı is i and the Kelvin sign k; a provider may have given
        # such an address to somebody else.
        if row is None or _plain(row.email) != _plain(claims.email):
            return None
        row.until = dt.datetime.fromtimestamp(claims.until, dt.UTC)
        return _viewer(row, "email")

    def _remembered(self, key: Key) -> Viewer | None:
        known = self._known.get(key)
        return known.viewer if known is not None and known.holds() else None

    def _keep(self, key: Key, viewer: Viewer, began: float) -> Viewer:
        """Take a viewer as known from a look-up that began then; the one who is known by it, if nothing has changed."""
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Known(viewer, began)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)[1].end()
        else:
            self._known.move_to_end(key)
            known.keep(viewer, began)
        return known.viewer

    async def _read(self, by: str, value: str | int, role: str | None = None) -> Row | None:
        expires = SOURCES[by].tells
        args: list[object] = [value, self._dialect.bind("instant", dt.datetime.now(dt.UTC)) if expires else role]
        try:
            text = await self._database.read(self._statements[by], args)
        except StatementTimeout as error:
            raise Refusal("Who you are could not be looked up in time. Try again shortly.", Code.TIMEOUT) from error
        except DatabaseUnavailable as error:
            logger.warning("the database cannot be reached: %s", error)
            message = "The database cannot be reached at the moment. Try again shortly."
            raise Refusal(message, Code.INTERNAL_SERVER_ERROR, retry_after=1.0) from error
        return None if text is None else msgspec.json.decode(text, type=Row)

    # --- noting the use -------------------------------------------------------------------------------------

    def _note_use(self, table: str, id_: int, before: dt.datetime | None) -> None:
        """Have a use written down, unless it was within the last minute."""
        now, key = dt.datetime.now(dt.UTC), (table, id_)
        if before is not None and (now - before).total_seconds() < USE_SECONDS:
            return
        if time.monotonic() - self._noted.get(key, float("-inf")) < USE_SECONDS:
            return  # on its way, or it could not be written
        self._noted[key] = time.monotonic()
        self._noted.move_to_end(key)
        if len(self._noted) > MOST_KNOWN:
            self._noted.popitem(last=False)
        self._used[key] = now
        if self._writing is None or self._writing.done():
            # In a context of its own, or it would write into a transaction that is open here.
            self._writing = asyncio.create_task(self._write_uses(), context=contextvars.Context())

    async def _write_uses(self) -> None:
        while self._used:
            (table, id_), at = self._used.popitem()
            words = self._dialect.parameter
            try:
                await self._database.execute(
                    f"UPDATE {table} SET last_used_at = {words(1, 'instant')} WHERE id = {words(2, 'bigint')}",
                    [self._dialect.bind("instant", at), id_],
                )
            except Exception:
                logger.warning("the use of %s %d could not be written down", table, id_, exc_info=True)


def _viewer(row: Row, by: str) -> Viewer:
    key, session = TABLES.get(by) == "api_key", TABLES.get(by) == "session"
    return Viewer(
        name=f"key {row.name} of {row.email}" if key else row.email,
        role=row.role,
        # Whatever is no session acts in one role for good, and the holder of a key need not know of others.
        roles=(row.main, *sorted({*row.further} - {row.main}, key=[*ROLES].index)) if session else (row.role,),
        called=row.rep_name or row.role.capitalize(),
        rep_id=row.rep_id,
        rep_ids=tuple(sorted(row.rep_ids)),
        below_ids=tuple(sorted(row.below_ids)),
        sees_many=row.sees_many,
        user_id=row.user_id,
        key_id=row.id if key else None,
        session_id=row.id if not key else None,
        scopes=frozenset(msgspec.json.decode(row.scopes, type=list[str])) if row.scopes else NOBODY.scopes,
        until=row.until.timestamp() if row.until else None,
    )


_LOWER = {letter: letter + 32 for letter in range(ord("A"), ord("Z") + 1)}


def _plain(email: str) -> str:
    """An address as it is compared where nothing may be taken for something else: only A to Z lose their case."""
    return email.translate(_LOWER)


# --- what was sent ------------------------------------------------------------------------------------------------


def read_header(value: bytes) -> tuple[Key, str]:
    """By what the viewer of an Authorization header is found, and its token. Raises `Refusal` for none."""
    scheme, _, token = value.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer":
        raise unauthenticated(f"The Authorization header is of another kind than Bearer. {HOW}")
    return read_token(token)


def read_token(token: str) -> tuple[Key, str]:
    """The same for a token. Raises `Refusal` for what is none."""
    token = token.strip(" ")
    if not token:
        raise unauthenticated(f"The token is empty. {HOW}")
    if len(token) > LONGEST_TOKEN:
        raise unauthenticated(f"The token is longer than {LONGEST_TOKEN} characters, as none is. {HOW}")
    if not _TOKEN.fullmatch(token):
        raise unauthenticated(f"The token has characters that are in none. {HOW}")
    by = next((name for start, name in PREFIXES.items() if token.startswith(start)), "")
    if not by and token.count(".") == 2:
        by = "jwt"
    return (by, tokens.hashed(token)), token


def cookie_values(header: bytes) -> list[str]:
    """The values of the session cookie in a Cookie header."""
    parts = (part.strip().partition("=") for part in header.decode("latin-1").split(";"))
    return [value for name, _, value in parts if name == COOKIE]
