"""`python -m server check`: what it calls unsafe, what it lets pass, and that it tells no secret."""

from __future__ import annotations

import asyncio
import base64
import os
import random
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner, Result

from models import Organisation, Role, User
from models.database import Database, migrate
from resolvers import accounts, passwords
from server import check, cli
from server.check import CHECKS, FAR, Facts, bits, findings, loopback, weakness
from server.demo import DEMO_PASSWORD, fill
from server.settings import Settings, rows
from tests.people import PASSWORD, add_key, add_user

T = TypeVar("T")

RANDOM = "9f8Kq2LwZx7RtYb4Nc6VmHs3Jd5PgTe1Ua0QoWiE"
SAFE = {"CRM_ENV": "production"}
JWT = {"CRM_JWT_ISSUER": "https://id.example", "CRM_JWT_AUDIENCE": "crm", "CRM_JWT_ALGORITHM": "HS256"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("CRM_") or variable in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(variable)


def run(**environment: str) -> Result:
    result = CliRunner().invoke(cli.main, ["check"], env=environment)
    assert result.exit_code in (0, 1), result.output
    assert not isinstance(result.exception, Exception), result.exception
    assert "Traceback" not in result.output
    return result


def unsafe(result: Result) -> list[str]:
    """What must be mended, which the exit code agrees with."""
    lines = [line.removeprefix("unsafe: ") for line in result.stdout.splitlines() if line.startswith("unsafe: ")]
    assert result.exit_code == bool(lines)
    assert all(line.endswith(".") for line in lines)
    return lines


def notes(result: Result) -> list[str]:
    return [line.removeprefix("note: ") for line in result.stdout.splitlines() if line.startswith("note: ")]


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """The URL of a database that is not there yet."""
    return f"sqlite://{tmp_path / 'nowhere.db'}"


def found(nowhere: str, **environment: str) -> list[str]:
    """What is unsafe in a production that is safe but for these settings."""
    return unsafe(run(**{**SAFE, "DATABASE_URL": nowhere, **environment}))


# --- the settings ---------------------------------------------------------------------------------------------------


def test_what_is_safe_passes_without_a_database_and_says_so(nowhere: str, tmp_path: Path) -> None:
    result = run(**SAFE, DATABASE_URL=nowhere)
    assert result.exit_code == 0 and unsafe(result) == []
    (note,) = notes(result)
    assert note == "The database was not looked at: there is none yet. Run this again where it is."
    assert result.stderr == "Nothing unsafe was found in the settings.\n"
    assert list(tmp_path.iterdir()) == [], "looking does not make one"


def test_a_careful_production_passes(nowhere: str) -> None:
    result = run(
        **SAFE,
        **JWT,
        DATABASE_URL=nowhere,
        CRM_JWT_SECRET=RANDOM,
        CRM_HOST="0.0.0.0",
        CRM_TLS="true",
        CRM_TRUSTED_PROXIES="10.0.0.7",
        CRM_ORIGINS="https://crm.example.com",
        REDIS_URL=f"rediss://:{RANDOM}@cache:6379/0",
        CRM_MAX_DEPTH="20",
    )
    assert unsafe(result) == [] and len(notes(result)) == 1


def test_development_is_not_for_production(nowhere: str) -> None:
    for environment in ({}, {"CRM_ENV": "development"}):
        (line,) = unsafe(run(DATABASE_URL=nowhere, **environment))
        assert line.startswith("CRM_ENV is development") and line.endswith("Set CRM_ENV=production.")


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"CRM_IDE": "true"}, "CRM_IDE is on"),
        ({"CRM_HOST": "0.0.0.0"}, "CRM_TLS is not set while the server listens on 0.0.0.0"),
        ({"CRM_HOST": "::"}, "CRM_TLS is not set while the server listens on ::"),
        ({"CRM_TRUSTED_PROXIES": "127.0.0.1"}, "CRM_TLS is not set while a proxy passes on"),
        ({"CRM_HOST": "crm.example.com", "CRM_TLS": "off"}, "CRM_TLS is not set"),
        ({"CRM_ORIGINS": "http://crm.example.com"}, "CRM_ORIGINS lets in http://crm.example.com"),
        ({"CRM_ORIGINS": "https://a.example,http://localhost:3000"}, "CRM_ORIGINS lets in http://localhost:3000"),
        ({"CRM_TRUSTED_PROXIES": "10.0.0.0/8,0.0.0.0/0", "CRM_TLS": "true"}, "CRM_TRUSTED_PROXIES trusts 0.0.0.0/0"),
        ({"CRM_TRUSTED_PROXIES": "::/0", "CRM_TLS": "true"}, "CRM_TRUSTED_PROXIES trusts ::/0"),
        ({"REDIS_URL": "redis://cache:6379/0"}, "REDIS_URL has no password for cache"),
        ({"REDIS_URL": "rediss://10.0.0.9"}, "REDIS_URL has no password for 10.0.0.9"),
        ({"REDIS_URL": "rediss://:rapport@cache"}, "REDIS_URL has a password of less than 12 characters"),
        ({"REDIS_URL": "redis://:password1234@127.0.0.1"}, "REDIS_URL has a password that holds a word"),
        ({"CRM_MAX_DEPTH": "100"}, "The limit CRM_MAX_DEPTH is 100, where 15 is the default"),
        ({"CRM_MAX_NODES": "1000000000"}, "The limit CRM_MAX_NODES is 1000000000"),
        ({"CRM_MAX_BODY": "1073741824"}, "The limit CRM_MAX_BODY is 1073741824, where 1048576 is the default"),
        ({"CRM_REQUEST_TIMEOUT": "3600"}, "The limit CRM_REQUEST_TIMEOUT is 3600"),
        ({"CRM_SESSION_HOURS": "8760"}, "The limit CRM_SESSION_HOURS is 8760"),
    ],
)
def test_what_is_unsafe_is_one_line(environment: dict[str, str], says: str, nowhere: str) -> None:
    (line,) = found(nowhere, **environment)
    assert line.startswith(says), line


@pytest.mark.parametrize(
    "environment",
    [
        {"CRM_HOST": "127.0.0.1"},
        {"CRM_HOST": "127.8.0.1"},
        {"CRM_HOST": "localhost"},
        {"CRM_HOST": "::1"},
        {"REDIS_URL": "redis://127.0.0.1:6379/0"},
        {"REDIS_URL": "redis://localhost"},
        {"REDIS_URL": "unix:///run/redis.sock"},
        {"REDIS_URL": f"redis://cache?password={RANDOM}"},
        {"CRM_MAX_DEPTH": "30"},
        {"CRM_MAX_BODY": "1024"},
        {"CRM_IDE": "false"},
    ],
)
def test_what_is_safe_is_no_line(environment: dict[str, str], nowhere: str) -> None:
    assert found(nowhere, **environment) == []


def test_several_faults_are_all_told_and_the_worst_first(nowhere: str) -> None:
    result = run(
        DATABASE_URL=nowhere,
        CRM_ORIGINS="http://a.example,http://b.example",
        CRM_HOST="0.0.0.0",
        REDIS_URL="redis://cache",
        CRM_IDE="yes",
    )
    assert len(unsafe(result)) == 6
    kinds = [line.partition(":")[0] for line in result.stdout.splitlines()]
    assert kinds == ["unsafe"] * 6 + ["note"] * 2
    assert result.stderr == "Unsafe in production: 6 to mend before others reach this server.\n"


def test_a_proxy_that_is_not_named_is_worth_a_note(nowhere: str) -> None:
    result = run(**SAFE, DATABASE_URL=nowhere, CRM_TLS="true", CRM_HOST="0.0.0.0")
    assert unsafe(result) == [] and notes(result)[0].startswith("CRM_TRUSTED_PROXIES names nobody")


@pytest.mark.parametrize(
    ("name", "value"),
    [("CRM_ORIGINS", "*"), ("CRM_ENV", "prod"), ("CRM_JWT_SECRET", "short"), ("CRM_PROT", "1"), ("CRM_PORT", "x")],
)
def test_a_setting_that_is_wrong_is_no_production_either(name: str, value: str) -> None:
    result = run(**{**SAFE, name: value})
    assert result.exit_code == 1 and result.stderr.startswith(f"Error: {name} is ")


def test_a_star_that_came_past_the_settings_is_seen() -> None:
    facts = Facts(True, Settings(ide=False, origins=("*", "https://*.example.com")))
    assert [str(each).partition(".")[0] for each in findings(facts) if each.unsafe] == [
        "unsafe: CRM_ORIGINS lets every page in",
        "unsafe: CRM_ORIGINS lets every page in",
    ]


def test_every_limit_has_its_row() -> None:
    names = {field.name for field in fields(Settings)}
    assert FAR.keys() <= names
    limits = {name for name in names if name.startswith(("max_", "budget")) or name.endswith("timeout")}
    assert limits <= FAR.keys()
    table = {row.field: row for row in rows()}
    for name, times in FAR.items():
        default = table[name].default
        most = type(default)(default * times)
        for value, wrong in ((default, 0), (most, 0), (most + 1, 1)):
            told = [each for each in findings(Facts(True, Settings(**{name: value}))) if each.subject == "The limit"]
            assert len(told) == wrong, (name, value)


def test_the_table_says_what_to_do() -> None:
    for row in CHECKS:
        assert row.instead[0].isupper() and row.instead.endswith(".") and len(row.instead) < 100


# --- secrets --------------------------------------------------------------------------------------------------------

WEAK = {
    "s" * 32: "is made of words",
    "7" * 40: "repeats itself",
    "9f8Kq2Lw" * 5: "repeats itself",
    "mnopqrst-MNOPQRST-23456789-ijklmnop": "runs along the alphabet",
    "MNOPQRSTUVWXYZBCDEFGHIJKL9876543": "runs along the alphabet",
    "correct horse battery staple 2026": "is made of words",
    "correcthorsebatterystapleandmore": "is made of words",
    "MySecretMySecretKeyForTheCompany1": "holds a word",
    "changeMe-9f8Kq2LwZx7RtYb4Nc6VmHs": "holds a word",
    "your-256-bit-Secret-goes-in-here": "holds a word",
    "demo-admin-9f8Kq2LwZx7RtYb4Nc6Vm": "holds a word",
    "P4SSW0RD9f8Kq2LwZPASSWORD7RtYb4N": "holds a word",
    "17171711717177171711717171717117": "is too uniform",
}


@pytest.mark.parametrize("secret", WEAK)
def test_a_secret_that_can_be_guessed(secret: str, nowhere: str) -> None:
    result = run(**SAFE, **JWT, DATABASE_URL=nowhere, CRM_JWT_SECRET=secret)
    (line,) = unsafe(result)
    assert line.startswith(f"CRM_JWT_SECRET {WEAK[secret]}")
    assert secret not in result.output and secret[:8] not in result.output.replace("changeme", "")


def test_random_secrets_are_let_through() -> None:
    """Drawn from a fixed seed: one in some ten thousand holds a known word by chance, and would be flagged."""
    chance = random.Random(4)
    for size, spell in (
        (16, bytes.hex),
        (32, bytes.hex),
        (24, lambda raw: base64.b64encode(raw).decode()),
        (32, lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")),
    ):
        flagged = 0
        for _ in range(2000):
            secret = spell(chance.randbytes(size))
            flagged += bool(weakness(secret)) or bits(secret) < check.LEAST_BITS
        assert flagged <= 4, (size, flagged)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("crm:rapport@db.invalid/crm", "has a password of less than 12 characters"),
        ("crm:@db.invalid/crm", "has no password for db.invalid"),
        ("crm@127.0.0.1.invalid/crm", "has no password for 127.0.0.1.invalid"),
        ("rapport-Crm-2026:rapport-Crm-2026@db.invalid/crm", "has the user's name for a password"),
        ("crm:postgres-password@127.0.0.1:1/crm", "has a password that holds a word"),
        ("crm:%70ostgres%2Dpassword1@127.0.0.1:1/crm", "has a password that holds a word"),
    ],
)
def test_the_databases_password(place: str, says: str) -> None:
    result = run(**SAFE, DATABASE_URL=f"postgres://{place}")
    (line,) = unsafe(result)
    assert line.startswith(f"DATABASE_URL {says}")
    assert notes(result)[0].startswith("The database was not looked at: it cannot be reached")
    for password in ("postgres-password", "%70ostgres", ":rapport"):
        assert password not in result.output


def test_a_database_that_does_not_answer_is_no_fault_of_the_settings() -> None:
    result = run(**SAFE, DATABASE_URL=f"postgres://crm:{RANDOM}@127.0.0.1:1/crm")
    assert unsafe(result) == []
    assert result.stderr == "Nothing unsafe was found in the settings.\n"
    assert RANDOM not in result.output


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_files_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to_all = {folder: 0o755 for folder in (tmp_path, *tmp_path.parents) if folder.stat().st_uid == os.getuid()}
    before = {folder: folder.stat().st_mode for folder in open_to_all}
    path = tmp_path / "crm.db"
    path.touch()
    facts = Facts(True, Settings(database_url=f"sqlite://{path}"))

    def told() -> list[str]:
        return [each.wrong for each in findings(facts) if each.subject == "The file"]

    try:
        for folder in open_to_all:
            folder.chmod(before[folder] | 0o011)
        for mode, can in ((0o600, ""), (0o640, ""), (0o644, "read"), (0o666, "change"), (0o602, "change")):
            path.chmod(mode)
            assert told() == ([f"{path} has mode {mode:04o}: every user of this machine can {can} it"] if can else [])
        path.chmod(0o600)
        wal = tmp_path / "crm.db-wal"
        wal.touch()
        wal.chmod(0o644)
        assert told() == [f"{wal} has mode 0644: every user of this machine can read it"]
        tmp_path.chmod(0o750)
        assert told() == [], "nobody gets there"
        tmp_path.chmod(0o755)
        wal.chmod(0o600)
        keys = tmp_path / "keys.json"
        keys.touch()
        keys.chmod(0o644)
        facts = Facts(True, Settings(database_url=f"sqlite://{path}", jwt_jwks=str(keys)))
        assert told() == [], "public keys may be read"
        keys.chmod(0o646)
        assert told() == [f"{keys} has mode 0646: every user of this machine can change it"]
        facts = Facts(True, Settings(database_url=f"sqlite://{path}", trusted_documents=str(tmp_path)))
        tmp_path.chmod(0o777)
        assert told() == [f"{tmp_path} has mode 0777: every user of this machine can change it"]
    finally:
        for folder, mode in before.items():
            folder.chmod(mode)


# --- what the database holds ----------------------------------------------------------------------------------------


class Company:
    """A database that its operator looks at."""

    def __init__(self, url: str) -> None:
        self.url = url
        if url.startswith("sqlite"):
            Path(url.removeprefix("sqlite://")).chmod(0o600)

    def has(self, job: Callable[[Database], Awaitable[T]]) -> T:
        async def work() -> T:
            database = await Database.open(self.url)
            try:
                return await job(database)
            finally:
                await database.close()

        return asyncio.run(work())

    def check(self) -> Result:
        return run(**SAFE, DATABASE_URL=self.url)

    def unsafe(self) -> list[str]:
        """What is unsafe about what it holds."""
        return [line for line in unsafe(self.check()) if not line.startswith("DATABASE_URL")]


@pytest.fixture
def company(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Company:
    # The test's own PostgreSQL lets everybody in: what is looked at here is what it holds.
    monkeypatch.setattr(check, "_service_password", lambda place: iter(()))
    return Company(migrated_url)


def test_a_company_with_an_administrator_is_safe(company: Company) -> None:
    (line,) = company.unsafe()
    assert line == "Users are missing: nobody can sign in. Make the first with `python -m server user create`."
    company.has(lambda database: add_user(database, "ada@lindholm.example", "ADMIN", password=PASSWORD))
    result = company.check()
    assert company.unsafe() == [] and notes(result) == []
    assert result.stderr == "Nothing unsafe was found in the settings and the database.\n"


def test_users_whom_nothing_lets_in_are_nobody(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    user = company.has(lambda database: add_user(database, "ada@lindholm.example", "ADMIN"))
    told = (
        "Users have neither passwords nor keys, and no identity provider vouches for them: nobody can sign in."
        " Give one a password with `python -m server user password`."
    )
    assert company.unsafe() == [told]
    with monkeypatch.context() as patch:
        for name, value in {**JWT, "CRM_JWT_SECRET": RANDOM}.items():
            patch.setenv(name, value)
        assert company.unsafe() == []
    company.has(lambda database: add_key(database, user))
    assert company.unsafe() == []


def test_a_disabled_user_counts_for_nothing(company: Company) -> None:
    async def disabled(database: Database) -> None:
        kept = await passwords.hashed(DEMO_PASSWORD)
        user = await add_user(database, "old@lindholm.example", "ADMIN")
        async with database.transaction():
            await User.filter(id=user.id).update(password_hash=kept)
            await accounts.disable_user(user.email)

    company.has(disabled)
    (line,) = company.unsafe()
    assert line.startswith("Users are missing")


def test_the_demos_password_is_found_wherever_it_is(company: Company) -> None:
    async def people(database: Database) -> None:
        kept = await passwords.hashed(DEMO_PASSWORD)
        await add_user(database, "ada@lindholm.example", "ADMIN", password=PASSWORD)
        for name, role in (("rita", "REP"), ("boss", "ADMIN")):
            user = await add_user(database, f"{name}@lindholm.example", role)
            async with database.transaction():
                await User.filter(id=user.id).update(password_hash=kept)

    company.has(people)
    (line,) = company.unsafe()
    assert line.startswith("Users have the demo's password: boss@lindholm.example, rita@lindholm.example.")
    assert DEMO_PASSWORD not in line


def test_the_demos_keys_are_found_until_they_are_revoked(company: Company) -> None:
    async def smuggle(database: Database) -> int:
        user = await add_user(database, "ada@lindholm.example", "ADMIN", password=PASSWORD)
        return (await add_key(database, user, days=30, token="demo-rep-2"))[0]

    key = company.has(smuggle)
    (line,) = company.unsafe()
    assert line.startswith("The database has 1 of the demo's keys")
    revoked = CliRunner().invoke(cli.main, ["key", "revoke", str(key)], env={"DATABASE_URL": company.url})
    assert revoked.exit_code == 0
    assert company.unsafe() == []


def test_the_demo_itself(company: Company) -> None:
    asyncio.run(fill(company.url, "tiny"))
    (line,) = company.unsafe()
    assert line.startswith("The database is the demo's: its tokens and its password are known to everybody.")

    async def rename(database: Database) -> None:
        async with database.transaction():
            await Organisation.filter(id=1).update(demo=False)

    company.has(rename)
    assert [line.partition(" ")[2].partition(":")[0] for line in company.unsafe()] == [
        "database has 7 of the demo's keys, whose tokens everybody knows. Serve another one, or revoke the keys with "
        "`python -m server key revoke`.",
        "have the demo's password",
    ]


def test_what_is_worth_a_note(company: Company) -> None:
    async def people(database: Database) -> None:
        await add_user(database, "rita@lindholm.example", "REP", password=PASSWORD)

    company.has(people)
    assert notes(company.check()) == [
        "Users have no administrator among them. Make one with `python -m server user create --role admin`."
    ]

    async def admins(database: Database) -> None:
        for at in range(7):
            await add_user(database, f"a{at}@lindholm.example", "ADMIN")
        keyed = await add_user(database, "robot@lindholm.example", "ADMIN")
        await add_key(database, keyed, name="export", days=None)

    company.has(admins)
    result = company.check()
    assert company.unsafe() == []
    named = ", ".join(f"a{at}@lindholm.example" for at in range(5))
    assert notes(result) == [
        f"Users with the role ADMIN have neither a password nor a key: {named} and 2 more."
        " Disable them, unless they come by an identity provider.",
        "Keys of administrators never expire: export of robot@lindholm.example."
        " Prefer keys that expire, of users with fewer rights.",
    ]


def test_who_may_act_as_administrator_is_one(company: Company) -> None:
    async def people(database: Database) -> None:
        await add_user(database, "idle@lindholm.example", "AGENT", further=("ADMIN",))
        both = await add_user(database, "both@lindholm.example", "AGENT", password=PASSWORD, further=("ADMIN",))
        for role in ("AGENT", "ADMIN"):
            await add_key(database, both, name=f"as {role}", days=None, role=role)

    company.has(people)
    assert notes(company.check()) == [
        "Users with the role ADMIN have neither a password nor a key: idle@lindholm.example."
        " Disable them, unless they come by an identity provider.",
        "Keys of administrators never expire: as ADMIN of both@lindholm.example."
        " Prefer keys that expire, of users with fewer rights.",
    ]


def test_a_crowd_is_not_tried_whole_and_administrators_come_first(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "MOST_HASHES", 2)

    async def people(database: Database) -> None:
        kept = await passwords.hashed(DEMO_PASSWORD)
        for name, role in (("a", "REP"), ("b", "REP"), ("c", "REP"), ("z", "ADMIN")):
            user = await add_user(database, f"{name}@lindholm.example", role)
            async with database.transaction():
                await User.filter(id=user.id).update(password_hash=kept)

    company.has(people)
    (line,) = company.unsafe()
    assert "z@lindholm.example, a@lindholm.example." in line
    assert "2 were left out" in notes(company.check())[0]


def test_looking_changes_nothing(company: Company) -> None:
    async def everything(database: Database) -> list[object]:
        return [await database.execute(f"SELECT * FROM {table} ORDER BY 1") for table in ("app_user", "api_key")]

    async def person(database: Database) -> None:
        user = await add_user(database, "ada@lindholm.example", "ADMIN", password=PASSWORD)
        await add_key(database, user)
        assert user.role is Role.ADMIN

    company.has(person)
    before = company.has(everything)
    company.check()
    assert company.has(everything) == before


def test_a_database_without_tables_or_that_is_none(tmp_path: Path) -> None:
    empty, letter, old = tmp_path / "empty.db", tmp_path / "letter.db", tmp_path / "old.db"
    empty.touch()
    letter.write_text("Dear database, " * 100)
    with sqlite3.connect(old) as connection:
        connection.execute("CREATE TABLE app_user (id INTEGER PRIMARY KEY)")
    connection.close()
    for path in (empty, letter, old):
        path.chmod(0o600)
        result = run(**SAFE, DATABASE_URL=f"sqlite://{path}")
        assert unsafe(result) == []
        assert notes(result)[0].startswith("The database was not looked at: it cannot be re"), result.output
    asyncio.run(migrate(f"sqlite://{empty}"))
    assert unsafe(run(**SAFE, DATABASE_URL=f"sqlite://{empty}"))[0].startswith("Users are missing")


@pytest.mark.parametrize(
    ("host", "is_it"),
    [
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("::1", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),
        ("::", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_this_machine_alone(host: str, is_it: bool) -> None:
    assert loopback(host) is is_it
