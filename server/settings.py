"""The settings of a process: read from the environment once, checked, and never changed."""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from compiler.money import CURRENCIES
from server.documents import Trusted

T = TypeVar("T")

PREFIX = "CRM_"


class WrongSetting(Exception):
    """A variable that keeps the process from starting: its name, its value and what is expected."""


# What a value may be: each function takes the text and gives the value, or raises ValueError with what it
# should have been.


def text(value: str) -> str:
    return value


MOST_WORKERS = 64
PORTS = {"http": 80, "https": 443}
"""The ports that browsers leave out of an origin."""
ORIGIN = re.compile(r"(https?)://([a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 16 and least <= int(value) <= most):
            raise ValueError(f"a whole number from {least} to {most}")
        return int(value)

    return read


def seconds(value: str) -> float:
    expected = "a number of seconds from 0.1 to 3600"
    try:
        number = float(value)
    except ValueError:
        raise ValueError(expected) from None
    if not 0.1 <= number <= 3600:  # which NaN is not either
        raise ValueError(expected)
    return number


def yes_or_no(value: str) -> bool:
    known = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in known:
        raise ValueError("true or false")
    return known[value.lower()]


def one_of(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.lower() not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return value.lower()

    return read


def currency(value: str) -> str:
    if value and value not in CURRENCIES:
        raise ValueError("an ISO 4217 code in capitals, such as EUR")
    return value


def time_zone(value: str) -> str:
    if value not in ("", "UTC") and ("/" not in value or value not in zoneinfo.available_timezones()):
        raise ValueError("a name from the IANA database, such as Europe/Berlin")
    return value


def database_url(value: str) -> str:
    expected = "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"
    scheme, found, rest = value.partition("://")
    if not found or not rest:
        raise ValueError(expected)
    if scheme == "sqlite":
        if ":memory:" in rest:
            raise ValueError("sqlite://FILE: a database in memory is seen by one connection only")
        if "?" in rest:
            raise ValueError("sqlite://FILE with no `?` in it: it takes no options, and no file of such a name")
        return value
    try:
        place = urlsplit(value)
        place.port  # noqa: B018 -- raises when it is none
    except ValueError:
        raise ValueError(expected) from None
    if scheme not in ("postgres", "postgresql") or not place.path.strip("/"):
        raise ValueError(expected)
    return value


def redis_url(value: str) -> str:
    expected = "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"
    if not value:
        return value
    try:
        place = urlsplit(value)
        port = place.port  # raises when it is none
    except ValueError:
        raise ValueError(expected) from None
    path = {"redis": "(/[0-9]{0,9})?", "rediss": "(/[0-9]{0,9})?", "unix": "/.+"}.get(place.scheme, "(?!)")
    # The driver would pass over a port of 0, the host of a file, and all that follows `#`.
    passed_over = port == 0 or place.fragment or bool(place.hostname) == (place.scheme == "unix")
    if passed_over or not re.fullmatch(path, place.path):
        raise ValueError(expected)
    known = {name: read for name, read in REDIS_OPTIONS.items() if place.scheme == "rediss" or "ssl_" not in name}
    for name, given in parse_qsl(place.query, keep_blank_values=True):
        if name not in known:
            raise ValueError(f"{expected}, with no options but {', '.join(known)}")
        try:
            known[name](given)
        except ValueError as error:
            raise ValueError(f"{expected}, with {name} {error}") from None
    return value


def folder(value: str) -> str:
    if value:
        Trusted.read(Path(value))
    return value


def origins(value: str) -> tuple[str, ...]:
    """The origins as browsers spell them: in lower case, without the port that goes without saying."""
    found = []
    for name in filter(None, (each.strip().lower() for each in value.split(","))):
        parts = ORIGIN.fullmatch(name)
        if parts is None or not 0 < int(parts[3] or PORTS[parts[1]]) <= 65535:
            raise ValueError("origins like https://crm.example.com, separated by commas")
        scheme, host, port = parts[1], parts[2], int(parts[3] or PORTS[parts[1]])
        found.append(f"{scheme}://{host}" + (f":{port}" if port != PORTS[scheme] else ""))
    return tuple(found)


def exactly(*names: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value and value not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return value

    return read


def secret(value: str) -> str:
    if value and (len(value.encode()) < 32 or value.startswith("-----BEGIN")):
        raise ValueError("a random text of 32 bytes or more that only the two sides know, and no PEM key")
    return value


def file_or_https(value: str) -> str:
    expected = "a file, or a URL that starts with https://"
    if "://" not in value:
        return value
    try:
        place = urlsplit(value)
        place.port  # noqa: B018 -- raises when it is none
    except ValueError:
        raise ValueError(expected) from None
    if not value.startswith("https://") or not place.hostname:
        raise ValueError(expected)
    return value


def proxies(value: str) -> tuple[str, ...]:
    try:
        return tuple(str(ipaddress.ip_network(name.strip())) for name in value.split(",") if name.strip())
    except ValueError:
        raise ValueError("addresses or networks like 10.0.0.0/8, separated by commas") from None


REDIS_OPTIONS: Mapping[str, Callable[[str], object]] = {
    "db": whole(0, 10**9),
    "username": text,
    "password": text,
    "client_name": text,
    "max_connections": whole(1, 100_000),
    "health_check_interval": whole(0, 3600),
    "socket_timeout": seconds,
    "socket_connect_timeout": seconds,
    "ssl_ca_certs": text,
    "ssl_certfile": text,
    "ssl_keyfile": text,
    "ssl_cert_reqs": one_of("none", "optional", "required"),
    "ssl_check_hostname": one_of("true", "false"),
}
"""What may follow `?` in REDIS_URL: the rest of what its driver would take makes no sense in a URL."""


def setting(variable: str, default: T, read: Callable[[str], T], purpose: str) -> T:
    """A field of Settings; the one place that knows its variable, its check and its description."""
    metadata = {"variable": variable, "read": read, "purpose": purpose, "hidden": read is secret}
    field: T = dataclasses.field(default=default, repr=read is not secret, metadata=metadata)
    return field


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. A variable that is empty counts as not set."""

    environment: str = setting(
        "CRM_ENV",
        "development",
        one_of("production", "development"),
        "What the server is for: production or development; production tells less of the schema.",
    )
    host: str = setting("CRM_HOST", "127.0.0.1", text, "Address to listen on; 0.0.0.0 is every IPv4 interface.")
    port: int = setting("CRM_PORT", 8000, whole(0, 65535), "Port to listen on; 0 takes any free one.")
    workers: int = setting(
        "CRM_WORKERS", 1, whole(1, MOST_WORKERS), "Processes that answer requests; as many as cores is sensible."
    )
    database_url: str = setting(
        "DATABASE_URL",
        "sqlite://rapport.db",
        database_url,
        "Where the data is: sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME.",
    )
    organisation: str = setting(
        "CRM_ORGANISATION", "", text, "What the company is called; written down at the first start."
    )
    currency: str = setting(
        "CRM_CURRENCY",
        "",
        currency,
        "The currency that sales are counted in; EUR unless given at the first start.",
    )
    time_zone: str = setting(
        "CRM_TIME_ZONE", "", time_zone, "Where the company's days begin; UTC unless given at the first start."
    )
    readers: int = setting("CRM_READERS", 3, whole(1, 64), "Connections that read on SQLite, in each process.")
    pool: int = setting("CRM_POOL", 16, whole(1, 1000), "Connections to PostgreSQL at most, from each process.")
    statement_timeout: float = setting(
        "CRM_STATEMENT_TIMEOUT", 5.0, seconds, "Seconds after which the database stops one statement."
    )
    request_timeout: float = setting(
        "CRM_REQUEST_TIMEOUT", 10.0, seconds, "Seconds after which a request is given up as a whole."
    )
    plan_cache: int = setting(
        "CRM_PLAN_CACHE", 1000, whole(1, 1_000_000), "Operations whose compiled form each process keeps."
    )
    plan_cache_bytes: int = setting(
        "CRM_PLAN_CACHE_BYTES",
        64 * 1024 * 1024,
        whole(1024, 1024**4),
        "Bytes of memory, about, that they may take up in each process.",
    )
    redis_url: str = setting(
        "REDIS_URL", "", redis_url, "Where processes share budgets and persisted queries: redis://HOST:PORT/NUMBER."
    )
    budget: int = setting(
        "CRM_BUDGET", 100_000, whole(1000, 10**12), "Points a viewer may spend before waiting for more."
    )
    budget_rate: int = setting(
        "CRM_BUDGET_RATE", 2000, whole(1, 10**9), "Points that come back to a viewer each second."
    )
    max_tokens: int = setting(
        "CRM_MAX_TOKENS", 2000, whole(100, 1_000_000), "Words and signs of a GraphQL document at most."
    )
    max_depth: int = setting("CRM_MAX_DEPTH", 15, whole(3, 100), "Levels of fields that a request may nest.")
    max_aliases: int = setting("CRM_MAX_ALIASES", 30, whole(0, 10_000), "Aliases that a request may have.")
    max_nodes: int = setting(
        "CRM_MAX_NODES", 25_000, whole(100, 10**9), "Rows a request may ask for; API keys at most 10,000."
    )
    max_cost: int = setting(
        "CRM_MAX_COST", 25_000, whole(100, 10**9), "Points a request may cost; with an API key at most 10,000."
    )
    trusted_documents: str = setting(
        "CRM_TRUSTED_DOCUMENTS", "", folder, "Folder of .graphql files; if set, no other documents are answered."
    )
    max_body: int = setting(
        "CRM_MAX_BODY",
        1024 * 1024,
        whole(1024, 1024**3),
        "Bytes of a request or a WebSocket message at most.",
    )
    origins: tuple[str, ...] = setting(
        "CRM_ORIGINS",
        (),
        origins,
        "Other origins whose pages may use the API, separated by commas: https://crm.example.com.",
    )
    trusted_proxies: tuple[str, ...] = setting(
        "CRM_TRUSTED_PROXIES",
        (),
        proxies,
        "Proxies whose X-Forwarded-For counts, separated by commas: 10.0.0.0/8.",
    )
    tls: bool = setting(
        "CRM_TLS", False, yes_or_no, "Whether browsers are to use HTTPS only from now on; a proxy must speak it."
    )
    connections: int = setting(
        "CRM_CONNECTIONS", 1000, whole(10, 1_000_000), "Connections that each process holds at most."
    )
    read_timeout: float = setting(
        "CRM_READ_TIMEOUT", 10.0, seconds, "Seconds a client may take to send its headers, and again its body."
    )
    duplicates: str = setting(
        "CRM_DUPLICATES",
        "warn",
        one_of("warn", "block"),
        "Whether a likely duplicate of a customer is made with a warning, or refused: warn or block.",
    )
    ide: bool = setting(
        "CRM_IDE", True, yes_or_no, "Whether / serves GraphiQL to explore the API with; in production only if set."
    )
    session_hours: int = setting(
        "CRM_SESSION_HOURS", 12, whole(1, 8760), "Hours after which who signed in must sign in again."
    )
    jwt_issuer: str = setting(
        "CRM_JWT_ISSUER", "", text, "The `iss` of an identity provider whose tokens (JWTs) let its users in."
    )
    jwt_audience: str = setting("CRM_JWT_AUDIENCE", "", text, "The `aud` that its tokens for this server have.")
    jwt_algorithm: str = setting(
        "CRM_JWT_ALGORITHM",
        "",
        exactly("HS256", "RS256", "ES256"),
        "How its tokens are signed, and no other way: HS256, RS256 or ES256.",
    )
    jwt_secret: str = setting("CRM_JWT_SECRET", "", secret, "For HS256: the secret it signs with.")
    jwt_jwks: str = setting(
        "CRM_JWT_JWKS",
        "",
        file_or_https,
        "For RS256 and ES256: its public keys, a JWKS in a file or at a URL that starts with https://.",
    )
    log_level: str = setting(
        "CRM_LOG_LEVEL",
        "info",
        one_of("debug", "info", "warning", "error"),
        "The least important messages that are logged: debug, info, warning or error.",
    )
    log_format: str = setting(
        "CRM_LOG_FORMAT",
        "auto",
        one_of("auto", "json", "text"),
        "How: json is one object a line, text is for people, auto is text at a terminal.",
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings of an environment. Raises WrongSetting."""
        known = {row.variable: row for row in rows()}
        for variable in sorted(environment):
            if variable.startswith(PREFIX) and variable not in known:
                close = difflib.get_close_matches(variable, known, n=1)
                hint = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(known)}."
                raise WrongSetting(f"{variable} is not a setting: {hint}")
        values = {}
        for variable, row in known.items():
            given = environment.get(variable, "").strip()
            if given:
                try:
                    values[row.field] = row.read(given)
                except ValueError as error:
                    told = "***" if row.hidden else without_password(given)[:200]
                    raise WrongSetting(f"{variable} is {told!r}, but must be {error}.") from None
        if values.get("environment") == "production":
            values.setdefault("ide", False)
        settings = cls(**values)
        settings.check_provider()
        return settings

    @property
    def production(self) -> bool:
        """Whether strangers are to be expected."""
        return self.environment == "production"

    def check_provider(self) -> None:
        """See that the settings of an identity provider are there together. Raises `WrongSetting`."""
        if not (self.jwt_issuer or self.jwt_audience or self.jwt_algorithm or self.jwt_secret or self.jwt_jwks):
            return
        shared = self.jwt_algorithm == "HS256"
        for variable, there, wanted in (
            ("CRM_JWT_ISSUER", self.jwt_issuer, True),
            ("CRM_JWT_AUDIENCE", self.jwt_audience, True),
            ("CRM_JWT_ALGORITHM", self.jwt_algorithm, True),
            ("CRM_JWT_SECRET", self.jwt_secret, shared),
            ("CRM_JWT_JWKS", self.jwt_jwks, not shared),
        ):
            if bool(there) is not wanted:
                how = f"with {self.jwt_algorithm}" if self.jwt_algorithm else "with the other CRM_JWT settings"
                raise WrongSetting(f"{variable} must {'' if wanted else 'not '}be set {how}.")


@dataclass(frozen=True)
class Row:
    """One setting as a line of a table."""

    field: str
    variable: str
    default: Any
    read: Callable[[str], Any]
    purpose: str
    hidden: bool
    """Whether its value is never shown."""


def rows() -> Iterator[Row]:
    """Every setting in order: what `python -m server settings` prints and the documentation shows."""
    for field in dataclasses.fields(Settings):
        yield Row(field.name, default=field.default, **field.metadata)


def shown(value: object) -> str:
    """A value as it may be printed, spelled so that it can be set again."""
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return ",".join(value)
        case float():
            return f"{value:g}"
        case _:
            return without_password(str(value))


def without_password(url: str) -> str:
    """A URL that may be printed: a password in it, be it among its options, becomes three stars."""
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    if at and colon:
        rest = f"{user}:***@{place}"
    place, mark, options = rest.partition("?")
    told = []
    for option in options.split("&"):
        name, equals, _ = option.partition("=")
        told.append(f"{name}{equals}***" if equals and "password" in unquote_plus(name).lower() else option)
    return f"{scheme}{separator}{place}{mark}{'&'.join(told)}"
