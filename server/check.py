"""What would be unsafe in production: a table of checks, over the settings and over what the database holds."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from models import ApiKey, Role, User, UserRole
from models.backends.sqlite import read_path
from models.database import Database, DatabaseUnavailable, dialect_of
from resolvers import accounts, passwords
from server.command import reason, unreadable
from server.demo_tokens import known_tokens
from server.settings import Settings, rows, shown

LEAST_BITS = 80
"""Bits that the signs of a JWT's secret come to at the least; 16 random bytes in hexadecimal come to 87 and more."""
LEAST_PASSWORD = 12
"""Characters of a service's password at the least."""
MOST_HASHES = 200
"""Users whose passwords are tried, administrators first: each takes 20 ms."""
MOST_NAMED = 5
"""Names in one finding."""

KNOWN = (
    *("12345", "abcde", "admin", "change", "default", "demo", "dummy", "example", "hunter2", "insecure", "keyboard"),
    *("letmein", "passw0rd", "password", "passwort", "placeholder", "postgres", "qwerty", "rapport", "secret", "test"),
)
"""What those write who mean to choose a secret later."""

FAR: Mapping[str, float] = {
    "statement_timeout": 6,
    "request_timeout": 6,
    "read_timeout": 6,
    "max_tokens": 5,
    "max_depth": 2,
    "max_aliases": 10,
    "max_nodes": 10,
    "max_cost": 10,
    "max_body": 16,
    "budget": 100,
    "budget_rate": 100,
    "connections": 20,
    "session_hours": 60,
}
"""How many times its default a limit may be before it protects from nothing."""


@dataclass(frozen=True)
class Holdings:
    """What the database says about who gets in."""

    users: int = 0
    able: int = 0
    """Users with a password or a key that is good."""
    admins: int = 0
    locked_out: tuple[str, ...] = ()
    """Administrators without a password or a key that is good."""
    demo: bool = False
    """Whether the demo made it."""
    demo_keys: int = 0
    """Keys of the demo, whose tokens everybody knows, that let somebody in."""
    demo_passwords: tuple[str, ...] = ()
    """Users who have the password of the demo's users."""
    untried: int = 0
    """Users whose passwords were not tried."""
    endless: tuple[str, ...] = ()
    """Keys of administrators that never expire."""


@dataclass(frozen=True)
class Facts:
    """What is looked at."""

    production: bool
    """Whether the server is told that it is in production."""
    settings: Settings
    """The settings as they are in production."""
    holdings: Holdings | None = None
    """None where the database cannot tell."""
    why: str = ""
    """Why it cannot."""


Look = Callable[[Facts], Iterator[str]]


@dataclass(frozen=True)
class Check:
    """One thing to look at, what is wrong with it, and what to do."""

    subject: str
    wrong: Look
    """What is wrong, once for each fault; nothing where all is well."""
    instead: str
    unsafe: bool = True
    """Whether it must be mended; otherwise it is worth a thought."""


@dataclass(frozen=True)
class Finding:
    """One line of the answer."""

    subject: str
    wrong: str
    instead: str
    unsafe: bool

    def __str__(self) -> str:
        return f"{'unsafe' if self.unsafe else 'note'}: {self.subject} {self.wrong}. {self.instead}"


def findings(facts: Facts) -> list[Finding]:
    """All that is wrong, what must be mended first."""
    found = [
        Finding(check.subject, wrong, check.instead, check.unsafe) for check in CHECKS for wrong in check.wrong(facts)
    ]
    return sorted(found, key=lambda each: not each.unsafe)


# --- secrets ------------------------------------------------------------------------------------------------------


def weakness(secret: str) -> str:
    """Why a secret can be guessed; empty if nothing speaks for that. Never quotes it."""
    folded = secret.casefold()
    steps = [abs(ord(one) - ord(other)) for one, other in pairwise(secret)]
    if any(word in folded for word in KNOWN):
        return "holds a word that everybody tries"
    if any(sign.isspace() for sign in secret) or not any(sign.isdigit() or sign.isupper() for sign in secret):
        return "is made of words"
    if (secret + secret).find(secret, 1) < len(secret):
        return "repeats itself"
    if sum(step <= 1 for step in steps) * 2 > len(steps):
        return "runs along the alphabet"
    return ""


def bits(secret: str) -> float:
    """What its signs come to, by how evenly they are used: an upper bound of what there is to guess."""
    return sum(count * math.log2(len(secret) / count) for count in Counter(secret).values())


def _jwt_secret(facts: Facts) -> Iterator[str]:
    secret = facts.settings.jwt_secret
    if secret and (why := weakness(secret) or ("is too uniform" if bits(secret) < LEAST_BITS else "")):
        yield why


def _service_password(place: SplitResult) -> Iterator[str]:
    """What is wrong with the password in a URL, for a service that is not on this machine."""
    host = place.hostname or ""
    password = unquote(place.password or "") or parse_qs(place.query).get("password", [""])[0]
    if not password:
        if host and not loopback(host):
            yield f"has no password for {host}"
    elif len(password) < LEAST_PASSWORD:
        yield f"has a password of less than {LEAST_PASSWORD} characters"
    elif password == unquote(place.username or ""):
        yield "has the user's name for a password"
    elif why := weakness(password):
        yield f"has a password that {why}"


def _database_password(facts: Facts) -> Iterator[str]:
    if dialect_of(facts.settings.database_url) == "postgres":
        yield from _service_password(urlsplit(facts.settings.database_url))


def _redis_password(facts: Facts) -> Iterator[str]:
    place = urlsplit(facts.settings.redis_url)
    if place.scheme in ("redis", "rediss"):
        yield from _service_password(place)


def _redis_tls(facts: Facts) -> Iterator[str]:
    place = urlsplit(facts.settings.redis_url)
    if place.scheme == "redis" and not loopback(place.hostname or ""):
        yield f"goes to {place.hostname} without TLS"


def loopback(host: str) -> bool:
    """Whether a host is this machine and reached from it alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


# --- what the server is told ----------------------------------------------------------------------------------------


def _environment(facts: Facts) -> Iterator[str]:
    if not facts.production:
        yield "is development: strangers may ask for the schema, and errors suggest what there is"


def _origins(facts: Facts) -> Iterator[str]:
    for origin in facts.settings.origins:
        if "*" in origin:
            yield "lets every page in"
        elif not origin.startswith("https://"):
            yield f"lets in {origin}, a page that anybody on its way can change"


def _tls(facts: Facts) -> Iterator[str]:
    if facts.settings.tls:
        return
    if not loopback(facts.settings.host):
        yield f"is not set while the server listens on {facts.settings.host}: tokens may come without TLS"
    elif facts.settings.trusted_proxies:
        yield "is not set while a proxy passes on what comes from elsewhere: tokens may come to it without TLS"


def _proxies(facts: Facts) -> Iterator[str]:
    for name in facts.settings.trusted_proxies:
        if ipaddress.ip_network(name).prefixlen == 0:
            yield f"trusts {name}: everybody can claim to be anybody"


def _no_proxy(facts: Facts) -> Iterator[str]:
    if facts.settings.tls and not facts.settings.trusted_proxies:
        yield "names nobody, though a proxy speaks TLS: all requests seem to be its own, and share their limits"


def _ide(facts: Facts) -> Iterator[str]:
    if facts.settings.ide:
        yield "is on: everybody gets the page to explore the API with"


def _limits(facts: Facts) -> Iterator[str]:
    for row in rows():
        value = getattr(facts.settings, row.field)
        if row.field in FAR and value > row.default * FAR[row.field]:
            yield f"{row.variable} is {shown(value)}, where {shown(row.default)} is the default"


def _files(facts: Facts) -> Iterator[str]:
    settings = facts.settings
    if os.name == "nt":
        return
    if dialect_of(settings.database_url) == "sqlite":
        path = read_path(settings.database_url)
        for file in (path, f"{path}-wal", f"{path}-shm"):
            yield from _open(Path(file), stat.S_IROTH | stat.S_IWOTH)
    for name in (settings.jwt_jwks, settings.trusted_documents):
        if name and "://" not in name:
            yield from _open(Path(name), stat.S_IWOTH)


def _open(path: Path, unwanted: int) -> Iterator[str]:
    """Whether other users of this machine can do to a file what they should not: its mode and its folders let them."""
    try:
        path = path.resolve(strict=True)
        mode = path.stat().st_mode
        reached = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
    except OSError:
        return
    if mode & unwanted and reached:
        can = "change" if mode & unwanted & stat.S_IWOTH else "read"
        yield f"{path} has mode {stat.S_IMODE(mode):04o}: every user of this machine can {can} it"


# --- what the database holds ----------------------------------------------------------------------------------------


def look(url: str) -> Holdings:
    """What the database says. It is only read. Raises `LookupError` that says why it cannot be."""
    if dialect_of(url) == "sqlite" and not Path(read_path(url)).exists():
        raise LookupError("there is none yet")  # and looking for it must not make it
    try:
        return asyncio.run(_opened(url))
    except ModuleNotFoundError as missing:
        raise LookupError(f"the package {missing.name} is missing") from None
    except DatabaseUnavailable as error:
        raise LookupError(f"it cannot be reached: {reason(error)}") from None
    except unreadable() as error:
        raise LookupError(f"it cannot be read, `migrate` brings its tables up to date: {reason(error)}") from None


async def _opened(url: str) -> Holdings:
    database = await Database.open(url, readers=1, pool=1)
    try:
        return await _look(database)
    finally:
        await database.close()


async def _look(database: Database) -> Holdings:
    now = accounts.now()
    users = await User.filter(disabled_at=None).order_by("id")
    good = [key for key in await ApiKey.filter(revoked_at=None) if key.expires_at is None or key.expires_at > now]
    demo_keys, demo = await known_tokens(database)
    further = {each.user_id for each in await UserRole.filter(role=Role.ADMIN)}
    admins = {user.id: user.email for user in users if user.role is Role.ADMIN or user.id in further}
    # What a key can do goes by the role it acts in, whatever else its user is.
    powerful = [key for key in good if key.role is Role.ADMIN and key.user_id in admins]
    with_keys = {key.user_id for key in good}
    hashed = sorted((user for user in users if user.password_hash), key=lambda user: user.id not in admins)
    tried = hashed[:MOST_HASHES]
    matching = await asyncio.gather(*(passwords.matches(passwords.EVERYBODYS, user.password_hash) for user in tried))
    return Holdings(
        users=len(users),
        able=sum(bool(user.password_hash) or user.id in with_keys for user in users),
        admins=len(admins),
        locked_out=tuple(
            user.email for user in users if user.id in admins and not user.password_hash and user.id not in with_keys
        ),
        demo=demo,
        demo_keys=demo_keys,
        demo_passwords=tuple(user.email for user, same in zip(tried, matching, strict=True) if same),
        untried=len(hashed) - len(tried),
        endless=tuple(f"{key.name} of {admins[key.user_id]}" for key in powerful if key.expires_at is None),
    )


def _held(check: Callable[[Holdings], Iterator[str]]) -> Look:
    """A check of what the database holds; it finds nothing where that is not known."""

    def wrong(facts: Facts) -> Iterator[str]:
        if facts.holdings is not None:
            yield from check(facts.holdings)

    return wrong


def _unknown(facts: Facts) -> Iterator[str]:
    if facts.holdings is None:
        yield f"was not looked at: {facts.why}"


def _demo(held: Holdings) -> Iterator[str]:
    if held.demo:
        yield "is the demo's: its tokens and its password are known to everybody"
    elif held.demo_keys:
        yield f"has {held.demo_keys} of the demo's keys, whose tokens everybody knows"


def _demo_passwords(held: Holdings) -> Iterator[str]:
    if held.demo_passwords and not held.demo:
        yield f"have the demo's password: {_some(held.demo_passwords)}"


def _nobody(held: Holdings) -> Iterator[str]:
    if not held.users:
        yield "are missing: nobody can sign in"


def _nobody_able(facts: Facts) -> Iterator[str]:
    held = facts.holdings
    if held is not None and held.users and not held.able and not facts.settings.jwt_issuer:
        yield "have neither passwords nor keys, and no identity provider vouches for them: nobody can sign in"


def _no_admin(held: Holdings) -> Iterator[str]:
    if held.users and not held.admins:
        yield "have no administrator among them"


def _locked_out(held: Holdings) -> Iterator[str]:
    if held.locked_out:
        yield f"with the role ADMIN have neither a password nor a key: {_some(held.locked_out)}"


def _endless(held: Holdings) -> Iterator[str]:
    if held.endless:
        yield f"of administrators never expire: {_some(held.endless)}"


def _untried(held: Holdings) -> Iterator[str]:
    if held.untried:
        yield f"are too many to try the demo's password on all: {held.untried:,} were left out"


def _some(names: Collection[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - MOST_NAMED
    return ", ".join([*names][:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


# --- the table ------------------------------------------------------------------------------------------------------

CHECKS = (
    Check("CRM_ENV", _environment, "Set CRM_ENV=production."),
    Check("CRM_JWT_SECRET", _jwt_secret, "Agree on 32 random bytes with the identity provider: openssl rand -hex 32."),
    Check("DATABASE_URL", _database_password, "Give the database's user a random password: openssl rand -hex 16."),
    Check("REDIS_URL", _redis_password, "Set `requirepass` or a user's password in Redis: openssl rand -hex 16."),
    Check("REDIS_URL", _redis_tls, "Use rediss://, or a network that nobody else is on.", unsafe=False),
    Check("CRM_ORIGINS", _origins, "Name the https:// origins of your own front ends only."),
    Check("CRM_TLS", _tls, "Have a proxy speak HTTPS in front, and set CRM_TLS=true."),
    Check("CRM_TRUSTED_PROXIES", _proxies, "Name the addresses of your own proxies only."),
    Check("CRM_TRUSTED_PROXIES", _no_proxy, "Name the proxy's address.", unsafe=False),
    Check("CRM_IDE", _ide, "Leave CRM_IDE out, or set it to false."),
    Check("The limit", _limits, "Keep to the default or near it: see README, How much one request may ask."),
    Check("The file", _files, "Take the right from others: chmod o-rw, or keep it in a folder with mode 0750."),
    Check("The database", _held(_demo), "Serve another one, or revoke the keys with `python -m server key revoke`."),
    Check("Users", _held(_demo_passwords), "Give them others with `python -m server user password`."),
    Check("Users", _held(_nobody), "Make the first with `python -m server user create`."),
    Check("Users", _nobody_able, "Give one a password with `python -m server user password`."),
    Check("Users", _held(_no_admin), "Make one with `python -m server user create --role admin`.", unsafe=False),
    Check("Users", _held(_locked_out), "Disable them, unless they come by an identity provider.", unsafe=False),
    Check("Keys", _held(_endless), "Prefer keys that expire, of users with fewer rights.", unsafe=False),
    Check("Users", _held(_untried), "Run this again after disabling those who left.", unsafe=False),
    Check("The database", _unknown, "Run this again where it is.", unsafe=False),
)
"""Everything that is looked at."""
