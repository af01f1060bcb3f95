"""The settings: what the environment may say, and the one sentence it gets when it says something else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from server.settings import REDIS_OPTIONS, Settings, WrongSetting, rows, shown, without_password
from server.shared import Shared

SHARED = {
    "CRM_JWT_ISSUER": "https://id.example",
    "CRM_JWT_AUDIENCE": "crm",
    "CRM_JWT_ALGORITHM": "HS256",
    "CRM_JWT_SECRET": "s" * 32,
}
REDIS = "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"
PLAIN = [name for name in REDIS_OPTIONS if "ssl_" not in name]
SECRET = "a random text of 32 bytes or more that only the two sides know, and no PEM key"


def test_nothing_needs_to_be_set() -> None:
    assert Settings.read({"PATH": "/usr/bin", "HOME": "/nowhere"}) == Settings()


def test_every_variable_is_read() -> None:
    read = Settings.read(
        {
            "CRM_ENV": "Production",
            "CRM_HOST": "0.0.0.0",
            "CRM_PORT": "80",
            "CRM_WORKERS": "4",
            "DATABASE_URL": "postgresql://crm:p%40ss@db:5432/crm",
            "CRM_ORGANISATION": "Lindholm",
            "CRM_CURRENCY": "SEK",
            "CRM_TIME_ZONE": "Europe/Stockholm",
            "CRM_READERS": "5",
            "CRM_POOL": "20",
            "CRM_STATEMENT_TIMEOUT": "0.5",
            "CRM_REQUEST_TIMEOUT": "30",
            "CRM_PLAN_CACHE": "10",
            "CRM_PLAN_CACHE_BYTES": "1048576",
            "REDIS_URL": "rediss://:p%40ss@cache:6379/1",
            "CRM_BUDGET": "5000",
            "CRM_BUDGET_RATE": "50",
            "CRM_MAX_TOKENS": "500",
            "CRM_MAX_DEPTH": "8",
            "CRM_MAX_ALIASES": "0",
            "CRM_MAX_NODES": "700",
            "CRM_MAX_COST": "900",
            "CRM_TRUSTED_DOCUMENTS": "tests",
            "CRM_MAX_BODY": "2048",
            "CRM_ORIGINS": "https://a.example, HTTP://b.example:8080,",
            "CRM_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::1",
            "CRM_TLS": "yes",
            "CRM_CONNECTIONS": "500",
            "CRM_READ_TIMEOUT": "3",
            "CRM_DUPLICATES": "block",
            "CRM_IDE": "False",
            "CRM_SESSION_HOURS": "8",
            **SHARED,
            "CRM_LOG_LEVEL": "DEBUG",
            "CRM_LOG_FORMAT": "JSON",
        }
    )
    assert dataclasses.astuple(read) == (
        "production",
        "0.0.0.0",
        80,
        4,
        "postgresql://crm:p%40ss@db:5432/crm",
        "Lindholm",
        "SEK",
        "Europe/Stockholm",
        5,
        20,
        0.5,
        30.0,
        10,
        1048576,
        "rediss://:p%40ss@cache:6379/1",
        5000,
        50,
        500,
        8,
        0,
        700,
        900,
        "tests",
        2048,
        ("https://a.example", "http://b.example:8080"),
        ("10.0.0.0/8", "2001:db8::1/128"),
        True,
        500,
        3.0,
        "block",
        False,
        8,
        "https://id.example",
        "crm",
        "HS256",
        "s" * 32,
        "",
        "debug",
        "json",
    )
    keys = {**SHARED, "CRM_JWT_ALGORITHM": "ES256", "CRM_JWT_SECRET": "", "CRM_JWT_JWKS": "keys.json"}
    assert Settings.read(keys).jwt_jwks == "keys.json"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"CRM_JWT_ISSUER": ""}, "CRM_JWT_ISSUER must be set with HS256."),
        ({"CRM_JWT_AUDIENCE": ""}, "CRM_JWT_AUDIENCE must be set with HS256."),
        ({"CRM_JWT_ALGORITHM": ""}, "CRM_JWT_ALGORITHM must be set with the other CRM_JWT settings."),
        ({"CRM_JWT_SECRET": ""}, "CRM_JWT_SECRET must be set with HS256."),
        ({"CRM_JWT_JWKS": "keys.json"}, "CRM_JWT_JWKS must not be set with HS256."),
        ({"CRM_JWT_ALGORITHM": "RS256"}, "CRM_JWT_SECRET must not be set with RS256."),
        ({"CRM_JWT_ALGORITHM": "ES256", "CRM_JWT_SECRET": ""}, "CRM_JWT_JWKS must be set with ES256."),
        ({"CRM_JWT_SECRET": "geheim"}, f"CRM_JWT_SECRET is '***', but must be {SECRET}."),
        ({"CRM_JWT_SECRET": "-----BEGIN PUBLIC KEY----- geheim"}, f"CRM_JWT_SECRET is '***', but must be {SECRET}."),
        ({"CRM_JWT_ALGORITHM": "none"}, "CRM_JWT_ALGORITHM is 'none', but must be one of HS256, RS256, ES256."),
        ({"CRM_JWT_ALGORITHM": "RS256,HS256"}, "CRM_JWT_ALGORITHM is 'RS256,HS256', but must be one of"),
        *(
            ({"CRM_JWT_JWKS": url}, "but must be a file, or a URL that starts with https://.")
            for url in (
                "http://id.example/keys",
                "https://",
                "https://:443/keys",
                "https://id.example:99999/keys",
                "https://[::1/keys",
            )
        ),
    ],
)
def test_the_settings_of_an_identity_provider_go_together(change: dict[str, str], told: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        Settings.read({**SHARED, **change})
    assert told in str(caught.value) and "geheim" not in str(caught.value)


def test_a_secret_is_not_shown() -> None:
    assert "s" * 32 not in repr(Settings.read(SHARED))
    assert [row.variable for row in rows() if row.hidden] == ["CRM_JWT_SECRET"]


def test_an_empty_variable_is_not_set() -> None:
    assert Settings.read({row.variable: " " for row in rows()}) == Settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("CRM_PORT", "abc", "a whole number from 0 to 65535"),
        ("CRM_PORT", "65536", "a whole number from 0 to 65535"),
        ("CRM_PORT", "-1", "a whole number from 0 to 65535"),
        ("CRM_PORT", "8000.0", "a whole number from 0 to 65535"),
        ("CRM_PORT", "٨٠", "a whole number from 0 to 65535"),
        ("CRM_PORT", "tcp://10.0.0.1:8000", "a whole number from 0 to 65535"),
        ("CRM_WORKERS", "0", "a whole number from 1 to 64"),
        ("CRM_POOL", "9" * 5000, "a whole number from 1 to 1000"),
        ("CRM_MAX_BODY", "1M", "a whole number from 1024 to 1073741824"),
        ("CRM_STATEMENT_TIMEOUT", "5s", "a number of seconds from 0.1 to 3600"),
        ("CRM_STATEMENT_TIMEOUT", "0", "a number of seconds from 0.1 to 3600"),
        ("CRM_REQUEST_TIMEOUT", "nan", "a number of seconds from 0.1 to 3600"),
        ("CRM_REQUEST_TIMEOUT", "inf", "a number of seconds from 0.1 to 3600"),
        ("CRM_IDE", "maybe", "true or false"),
        ("CRM_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("CRM_TRUSTED_PROXIES", "proxy", "addresses or networks like 10.0.0.0/8, separated by commas"),
        ("CRM_TRUSTED_PROXIES", "10.0.0.1/8", "addresses or networks like 10.0.0.0/8, separated by commas"),
        ("CRM_ORIGINS", "shop.example", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "*", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "https://a.example/", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "https://a.example:0", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "https://a..example", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "https://a.example:99999", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "https://bücher.example", "origins like https://crm.example.com, separated by commas"),
        ("CRM_ORIGINS", "http://[", "origins like https://crm.example.com, separated by commas"),
        ("DATABASE_URL", "rapport.db", "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("DATABASE_URL", "sqlite://", "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("DATABASE_URL", "mysql://h/n", "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("DATABASE_URL", "postgres://h", "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("DATABASE_URL", "postgres://h:x/n", "sqlite://FILE or postgres://USER:PASSWORD@HOST:PORT/NAME"),
        ("REDIS_URL", "localhost:6379", "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"),
        ("REDIS_URL", "http://cache", "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"),
        ("REDIS_URL", "redis://cache:x", "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"),
        ("REDIS_URL", "redis://", "redis://HOST:PORT/NUMBER, rediss:// with TLS, or unix://FILE"),
        ("REDIS_URL", "redis://cache/notanumber", REDIS),
        ("REDIS_URL", "redis://cache/0/1", REDIS),
        ("REDIS_URL", "redis://cache:0", REDIS),
        ("REDIS_URL", "redis://cache#1", REDIS),
        ("REDIS_URL", "unix://tmp/redis", REDIS),
        ("REDIS_URL", "unix://", REDIS),
        ("REDIS_URL", "redis://cache/0?foo=bar", f"{REDIS}, with no options but {', '.join(PLAIN)}"),
        ("REDIS_URL", "redis://cache/0?foo", f"{REDIS}, with no options but {', '.join(PLAIN)}"),
        ("REDIS_URL", "redis://cache?ssl_cert_reqs=none", f"{REDIS}, with no options but {', '.join(PLAIN)}"),
        ("REDIS_URL", "rediss://cache?retry=x", f"{REDIS}, with no options but {', '.join(REDIS_OPTIONS)}"),
        (
            "REDIS_URL",
            "redis://cache?max_connections=abc",
            f"{REDIS}, with max_connections a whole number from 1 to 100000",
        ),
        ("REDIS_URL", "rediss://cache?ssl_cert_reqs=x", f"{REDIS}, with ssl_cert_reqs one of none, optional, required"),
        ("CRM_MAX_DEPTH", "2", "a whole number from 3 to 100"),
        ("CRM_TRUSTED_DOCUMENTS", "nowhere/at/all", "a folder of .graphql files; there is no such folder"),
        (
            "DATABASE_URL",
            "sqlite:///tmp/qq?x=1.db",
            "sqlite://FILE with no `?` in it: it takes no options, and no file of such a name",
        ),
        (
            "DATABASE_URL",
            "sqlite://:memory:",
            "sqlite://FILE: a database in memory is seen by one connection only",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(variable: str, value: str, expected: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        Settings.read({variable: value})
    assert str(caught.value) == f"{variable} is {value[:200]!r}, but must be {expected}."


def test_a_variable_that_is_no_setting_is_named() -> None:
    with pytest.raises(WrongSetting, match=r"^CRM_PROT is not a setting: did you mean CRM_PORT\?$"):
        Settings.read({"CRM_PROT": "8000"})
    with pytest.raises(WrongSetting, match=r"^CRM_ZZZ is not a setting: the settings are CRM_ENV, CRM_HOST, "):
        Settings.read({"CRM_ZZZ": ""})


def test_origins_are_spelled_as_browsers_do() -> None:
    given = "HTTPS://A.Example:443,http://b.example:80, https://c.example:80, https://d.example:0443,http://e_1:3000"
    assert Settings.read({"CRM_ORIGINS": given}).origins == (
        "https://a.example",
        "http://b.example",
        "https://c.example:80",
        "https://d.example",
        "http://e_1:3000",
    )


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "there is none in it"),
        ({"b.graphql": b"{ viewer { n\xe4me } }"}, "b.graphql is not UTF-8"),
        ({"b.graphql": None}, "b.graphql is no such file: Is a directory"),
    ],
)
def test_documents_that_cannot_be_read_are_a_wrong_setting(
    files: dict[str, bytes | None], told: str, tmp_path: Path
) -> None:
    for name, content in files.items():
        if content is None:
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongSetting) as caught:
        Settings.read({"CRM_TRUSTED_DOCUMENTS": str(tmp_path)})
    wrong = f"CRM_TRUSTED_DOCUMENTS is '{tmp_path}', but must be a folder of .graphql files; {told}."
    assert str(caught.value) == wrong


@pytest.mark.parametrize("option", list(REDIS_OPTIONS))
def test_what_redis_is_given_makes_a_connection(option: str) -> None:
    """Its driver refuses an option only when it connects, which would be at every request."""
    values = {"ssl_cert_reqs": "none", "ssl_check_hostname": "false", "username": "crm", "password": "x"}
    url = f"rediss://cache/1?{option}={values.get(option, '1')}"
    assert Settings.read({"REDIS_URL": url}).redis_url == url
    assert Shared(url).redis.connection_pool.make_connection()


def test_a_password_is_not_shown() -> None:
    with pytest.raises(WrongSetting) as caught:
        Settings.read({"DATABASE_URL": "postgres://crm:geheim@db:x/crm"})
    assert "geheim" not in str(caught.value)
    assert without_password("postgres://crm:ge@heim@db/crm") == "postgres://crm:***@db/crm"
    assert without_password("crm:geheim@db/crm") == "crm:***@db/crm"
    assert without_password("postgres://crm@db/crm?sslmode=require&p%61ssword=ge%20heim&sslpassword=x") == (
        "postgres://crm@db/crm?sslmode=require&p%61ssword=***&sslpassword=***"
    )
    for url in ("postgres://crm@db/crm?password=geheim", "redis://db?password=geheim", "mysql://db/x?password=geheim"):
        assert without_password(url) == url.replace("geheim", "***")
    assert without_password("postgres://crm@db/crm") == "postgres://crm@db/crm"
    assert without_password("sqlite:///a/b:c.db") == "sqlite:///a/b:c.db"


def test_the_table_describes_every_setting_and_its_defaults_are_valid() -> None:
    table = list(rows())
    assert [row.field for row in table] == [field.name for field in dataclasses.fields(Settings)]
    for row in table:
        assert row.purpose[0].isupper()
        assert row.purpose.endswith(".")
        assert len(row.purpose) < 100
        if row.default != ():
            assert row.read(shown(row.default)) == row.default
