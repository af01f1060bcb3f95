"""Users and keys on the command line, the first start without any, and the demo's, which everybody knows."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import pytest
from click.testing import CliRunner, Result

import server.demo
from access import Viewer
from errors import Refusal
from models import AuditEntry, Organisation, SalesRep, Session, User
from models.database import Database
from resolvers import passwords
from server import cli
from server.auth import DEAD, Auth
from server.cli_identity import Period, Rep
from server.demo import DEMO_PASSWORD, DEMO_TOKEN, USERS, fill, settle_users
from server.settings import Settings
from tests.people import PASSWORD, add_key, add_session, add_user

T = TypeVar("T")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("CRM_") or variable == "DATABASE_URL":
            monkeypatch.delenv(variable)


class Operator:
    """Somebody at the command line of one database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def run(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(cli.main, arguments, env={"DATABASE_URL": self.url}, input=typed)

    def does(self, *arguments: str, typed: str = "") -> str:
        result = self.run(*arguments, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def refused(self, *arguments: str, typed: str = "") -> str:
        result = self.run(*arguments, typed=typed)
        assert result.exit_code in (1, 2), result.output
        assert "Traceback" not in result.output and not isinstance(result.exception, Exception), result.output
        return result.stderr

    def look(self, job: Callable[[Database], Awaitable[T]]) -> T:
        async def run() -> T:
            database = await Database.open(self.url)
            try:
                return await job(database)
            finally:
                await database.close()

        return asyncio.run(run())

    def viewer(self, token: str) -> Viewer | None:
        async def job(database: Database) -> Viewer | None:
            auth = Auth(database)
            try:
                return await auth.viewer_of(token)
            except Refusal as refusal:
                assert refusal.message == DEAD
                return None
            finally:
                await auth.close()

        return self.look(job)


@pytest.fixture
def operator(own_world_url: str) -> Operator:
    """At the company's own database, which has no users yet."""
    return Operator(own_world_url)


ADA = ("user", "create", "Ada@Lindholm.example", "--name", "Ada Nyström", "--role", "admin", "--password-stdin")


# --- users


def test_a_user_is_made_shown_disabled_and_enabled(operator: Operator) -> None:
    assert operator.does("user", "list") == "There are no users.\n"
    assert operator.does(*ADA, typed=f"{PASSWORD}\n") == "Ada@lindholm.example may sign in as admin.\n"
    told = operator.does(
        "user", "create", "b@lindholm.example", "--name", "Björn", "--role", "REP", "--rep", "rep_2", "--no-password"
    )
    assert told == "Made b@lindholm.example, rep.\n"
    listed = operator.does("user", "list").splitlines()
    assert listed[0].split() == ["E-mail", "Name", "Roles", "Sales", "rep", "Password", "State"]
    assert re.split("  +", listed[1]) == ["Ada@lindholm.example", "Ada Nyström", "admin", "yes", "may sign in"]
    assert re.split("  +", listed[2]) == ["b@lindholm.example", "Björn", "rep", "rep_2", "no", "may sign in"]

    async def password_is_right(database: Database) -> bool:
        user = await User.get(email_fold="ada@lindholm.example")
        assert user.password_hash and PASSWORD not in user.password_hash
        return await passwords.matches(PASSWORD, user.password_hash)

    assert operator.look(password_is_right)

    async def sessions(database: Database) -> list[str]:
        user = await User.get(email_fold="ada@lindholm.example")
        return [(await add_session(database, user))[1] for _ in range(2)] + [(await add_key(database, user))[1]]

    given = operator.look(sessions)
    assert operator.does("user", "disable", "ADA@lindholm.example") == (
        "ADA@lindholm.example is let in no more. Sessions ended: 2.\n"
    )
    assert [operator.viewer(token) for token in given] == [None, None, None]
    assert "disabled 20" in operator.does("user", "list")
    assert operator.does("user", "disable", "ada@lindholm.example").endswith("Sessions ended: 0.\n")
    assert "may sign in again" in operator.does("user", "enable", "ada@lindholm.example")
    found = [operator.viewer(token) for token in given]
    assert found[:2] == [None, None] and found[2] is not None, "sessions stay ended, keys work again"

    async def audited(database: Database) -> list[Any]:
        return [
            (entry.actor, entry.verb, entry.kind.value)
            for entry in await AuditEntry.filter(entity="User").order_by("id")
        ]

    assert operator.look(audited) == [
        ("operator", "createUser", "CREATED"),
        ("operator", "createUser", "CREATED"),
        ("operator", "disableUser", "UPDATED"),
        ("operator", "enableUser", "UPDATED"),
    ]


def test_a_user_has_several_roles_which_can_be_changed(operator: Operator) -> None:
    several = ("--role", "rep", "--role", "AGENT", "--role", "rep")
    told = operator.does("user", "create", "b@lindholm.example", "--name", "Björn", *several, "--no-password")
    assert told.splitlines() == [
        "Made b@lindholm.example, rep, agent.",
        "No sales rep was named with --rep, so no customers count as theirs.",
    ]
    assert " rep, agent " in operator.does("user", "list").splitlines()[1]

    async def given(database: Database) -> list[str]:
        user = await User.get(email_fold="b@lindholm.example")
        sessions = [(await add_session(database, user, role=role))[1] for role in ("REP", "AGENT")]
        return [*sessions, (await add_key(database, user, role="AGENT"))[1]]

    tokens = operator.look(given)
    told = operator.does("user", "roles", "B@lindholm.example", "--role", "manager", "--role", "rep", "--rep", "rep_2")
    assert told == "b@lindholm.example may act as manager, rep. Sessions ended: 1. Keys ended: 1.\n"
    viewers = [operator.viewer(token) for token in tokens]
    assert viewers[0] is not None and (viewers[0].role, viewers[0].rep_ids) == ("REP", (2,))
    assert viewers[1:] == [None, None]
    assert re.split("  +", operator.does("user", "list").splitlines()[1])[2:4] == ["manager, rep", "rep_2"]
    assert "revoked 20" in operator.does("key", "list")
    told = operator.does("user", "roles", "b@lindholm.example", "--role", "agent")
    assert told == "b@lindholm.example may act as agent. Sessions ended: 1. Keys ended: 0.\n"

    async def audited(database: Database) -> list[tuple[str, str]]:
        return [(entry.verb, entry.changes) for entry in await AuditEntry.filter(entity="User").order_by("id")]

    assert operator.look(audited) == [
        ("createUser", "[]"),
        ("setRoles", '["roles","rep"]'),
        ("setRoles", '["roles"]'),
    ]


def test_why_a_record_is_seen_is_asked_of_one_role(operator: Operator) -> None:
    operator.does(*ADA[:6], "rep", "--role", "agent", "--rep", "rep_4", "--password-stdin", typed=PASSWORD)
    asked = ("access", "explain", "ada@lindholm.example", "Customer", "cus_1")
    assert "who is REP." in operator.does(*asked).splitlines()[0]
    assert "who is AGENT." in operator.does(*asked, "--role", "Agent").splitlines()[0]
    told = operator.refused(*asked, "--role", "admin")
    assert "There is no user ada@lindholm.example, or they are disabled or do not have the role admin" in told
    assert "'boss' is not one of" in operator.refused(*asked, "--role", "boss")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody@lindholm.example", "--role", "rep"), "There is no user nobody@lindholm.example."),
        (("ada@lindholm.example",), "Missing option '--role'"),
        (("ada@lindholm.example", "--role", "boss"), "'boss' is not one of 'admin', 'manager'"),
        (("ada@lindholm.example", "--role", "rep", "--role", ""), "'' is not one of"),
        (("ada@lindholm.example", "--role", "rep", "--rep", "rep_77"), "There is no sales rep rep_77."),
    ],
)
def test_what_changes_no_roles(operator: Operator, arguments: tuple[str, ...], told: str) -> None:
    operator.does(*ADA, typed=PASSWORD)
    before = operator.does("user", "list")
    assert told in operator.refused("user", "roles", *arguments)
    assert operator.does("user", "list") == before


def test_a_password_can_be_typed_and_is_not_shown(operator: Operator) -> None:
    result = operator.run(*ADA[:-1], typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0 and PASSWORD not in result.output
    asked = operator.run("user", "create", "x@lindholm.example", "--no-password", typed="Xi\nagent\n")
    assert asked.exit_code == 0, asked.output
    assert "x@lindholm.example" in operator.does("user", "list")
    other = operator.run("user", "create", "y@lindholm.example", *ADA[3:-1], typed=f"{PASSWORD}\nx\n")
    assert other.exit_code == 1 and "do not match" in other.output
    assert "y@lindholm.example" not in operator.does("user", "list")


def test_another_password_ends_the_sessions(operator: Operator) -> None:
    async def make(database: Database) -> str:
        return (await add_session(database, await add_user(database, "a@lindholm.example", "REP", 2, PASSWORD)))[1]

    token = operator.look(make)
    told = operator.does("user", "password", "A@lindholm.example", "--password-stdin", typed="another good one\n")
    assert told == "A@lindholm.example has another password. Sessions ended: 1.\n"
    assert operator.viewer(token) is None

    async def matches(database: Database) -> list[bool]:
        kept = (await User.get(email_fold="a@lindholm.example")).password_hash
        return [await passwords.matches(each, kept) for each in (PASSWORD, "another good one")]

    assert operator.look(matches) == [False, True]
    assert "There is no user" in operator.refused("user", "password", "nobody@lindholm.example", "--password-stdin")


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (ADA, "short\n", "Error: A password has 12 to 1024 characters; this one has 5."),
        (ADA, "", "A password has 12 to 1024 characters; this one has 0."),
        (ADA, "x" * 1025, "this one has 1025."),
        (ADA, "aaaaaaaaaaaaaaaa", "This password is too easy to guess: choose another."),
        (ADA, "demo-password", "This password is too easy to guess: choose another."),
        ((*ADA, "--rep", "rep_77"), PASSWORD, "There is no sales rep rep_77."),
        ((*ADA, "--rep", "rep_6"), PASSWORD, "There is no sales rep rep_6."),  # a removed one
        ((*ADA, "--rep", "cus_1"), PASSWORD, "'cus_1' is no sales rep's id: write it as the API does, rep_42."),
        ((*ADA, "--no-password"), PASSWORD, "exclude each other"),
        ((*ADA[:6], "boss", "--no-password"), "", "'boss' is not one of 'admin', 'manager'"),
        (("user", "create", "ada", *ADA[3:]), PASSWORD, "'ada' must be an e-mail address of at most 128 characters"),
        (("user", "create", "", *ADA[3:]), PASSWORD, "must be an e-mail address"),
        (("user", "create", "x" * 60 + "@" + "y" * 63 + ".example.com", *ADA[3:]), PASSWORD, "at most 128 characters"),
        ((*ADA[:4], " ", *ADA[5:]), PASSWORD, "A name has 1 to 200 characters"),
        ((*ADA[:4], "a\tb", *ADA[5:]), PASSWORD, "all of which can be printed"),
        (("user", "disable", "nobody@x.example"), "", "Error: There is no user nobody@x.example."),
        (("user", "enable", "nobody@x.example"), "", "Error: There is no user nobody@x.example."),
    ],
)
def test_what_makes_no_user(operator: Operator, arguments: tuple[str, ...], typed: str, told: str) -> None:
    assert told in operator.refused(*arguments, typed=typed)
    assert operator.does("user", "list") == "There are no users.\n"


def test_an_address_is_one_users_in_whatever_case(operator: Operator) -> None:
    operator.does(*ADA, typed=PASSWORD)
    told = operator.refused("user", "create", "ADA@LINDHOLM.EXAMPLE", *ADA[3:], typed=PASSWORD)
    assert told == "Error: There is a user Ada@lindholm.example already.\n"


def test_a_database_that_is_not_there_is_said_to_be_so() -> None:
    nowhere = Operator("postgres://crm:geheim@127.0.0.1:1/crm")
    for arguments in (("user", "list"), ("key", "list"), (*ADA[:-1], "--no-password")):
        told = nowhere.refused(*arguments)
        assert told.startswith("Error: The database cannot be used: ") and "geheim" not in told


POSTGRES_MISTAKES = {
    "?foo=bar": 'unrecognized configuration parameter "foo"',
    "?max_size=zz": 'unrecognized configuration parameter "max_size"',
    "?sslmode=rubbish": "`sslmode` parameter must be one of",
    "?foo": "bad query field",
}


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True, scope="session")
@pytest.mark.parametrize("options", POSTGRES_MISTAKES)
def test_a_url_that_postgres_does_not_take_is_said_to_be_so(
    own_world_url: str, dialect: str, options: str, tmp_path: Path
) -> None:
    operator = Operator(own_world_url + options)
    (tmp_path / "asked.graphql").write_text("{ customers { totalCount } }")
    for arguments in (
        ("migrate",),
        ("serve", "--port", "0"),
        ("user", "list"),
        ("key", "list"),
        ("explain", str(tmp_path / "asked.graphql")),
    ):
        told = operator.refused(*arguments)
        assert told.startswith("Error: The database cannot be used: ") and POSTGRES_MISTAKES[options] in told
        assert told.endswith(". Check DATABASE_URL.\n") and told.count("\n") == 1
    assert POSTGRES_MISTAKES[options] in operator.run("check").output


@pytest.mark.parametrize("dialect", ["postgres"], indirect=True, scope="session")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("CREATE", "permission denied for schema public"), ("ALL", "no schema has been selected to create in")],
)
def test_a_user_of_postgres_without_rights_is_said_to_have_none(
    own_world_url: str, dialect: str, right: str, wrong: str
) -> None:
    operator = Operator(own_world_url)

    async def make(database: Database) -> None:
        await database.execute("CREATE ROLE powerless LOGIN")
        await database.execute(f"REVOKE {right} ON SCHEMA public FROM public")

    operator.look(make)
    try:
        powerless = Operator(own_world_url.replace("//rapport@", "//powerless@"))
        for arguments in (("migrate",), ("serve", "--port", "0"), ("user", "list"), ("key", "list")):
            assert powerless.refused(*arguments) == (
                f"Error: The database cannot be used: {wrong} (its user must be allowed to make tables there)."
                " Check DATABASE_URL.\n"
            )
        assert "was not looked at" in powerless.run("check").output
    finally:
        operator.look(lambda database: database.execute("DROP ROLE powerless"))


NO_UTF8 = "q\udcff@example.com"


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "create", NO_UTF8, "--name", "x", "--role", "admin", "--no-password"),
        ("user", "create", "x@example.com", "--name", NO_UTF8, "--role", "admin", "--no-password"),
        ("user", "disable", NO_UTF8),
        ("user", "enable", NO_UTF8),
        ("user", "roles", NO_UTF8, "--role", "rep"),
        ("user", "password", NO_UTF8, "--password-stdin"),
        ("key", "create", "--user", NO_UTF8, "--name", "x", "--scope", "read"),
        ("key", "create", "--user", "x@example.com", "--name", NO_UTF8, "--scope", "read"),
        ("key", "create", "--user", "x@example.com", "--name", "x", "--scope", NO_UTF8),
        ("access", "explain", NO_UTF8, "Customer", "cus_1"),
        ("access", "explain", "x@example.com", NO_UTF8, "cus_1"),
        ("access", "explain", "x@example.com", "Customer", NO_UTF8),
    ],
)
def test_an_argument_that_is_not_utf8_is_said_to_be_none(operator: Operator, arguments: tuple[str, ...]) -> None:
    assert "'q\\udcff@example.com' is not UTF-8: write it in UTF-8." in operator.refused(*arguments)


# --- keys


def test_a_key_is_shown_once_listed_and_revoked(operator: Operator) -> None:
    operator.does(*ADA, typed=PASSWORD)
    assert operator.does("key", "list") == "There are no keys.\n"
    arguments = ("key", "create", "--user", "ada@lindholm.example", "--name", "web form")
    result = operator.run(*arguments, "--scope", "read", "--scope", "createTicket", "--expires", "12h")
    assert result.exit_code == 0, result.output
    token = result.stdout.strip()
    assert re.fullmatch(r"rpk_[\w-]{43}", token), "the token alone, for a script to take"
    assert re.fullmatch(r"This is key \d+, which expires 20.* UTC\. It is not shown again\.\n", result.stderr)
    viewer = operator.viewer(token)
    assert viewer is not None and viewer.until is not None
    assert viewer.name == "key web form of Ada@lindholm.example"
    assert (viewer.role, viewer.scopes) == ("ADMIN", {"read", "createTicket"})
    assert abs(viewer.until - time.time() - 12 * 3600) < 60
    listed = operator.does("key", "list")
    assert token not in listed and "createTicket read" in listed and "good" in listed
    id_ = str(viewer.key_id)
    assert operator.does("key", "revoke", id_) == (
        f"Key {id_}, web form of Ada@lindholm.example, lets nobody in any more.\n"
    )
    assert operator.viewer(token) is None
    assert "revoked 20" in operator.does("key", "list")
    assert "choose another name" in operator.refused(*arguments, "--scope", "read")
    forever = operator.run(*arguments[:-1], "ever", "--scope", "write", "--expires", "never")
    assert "which never expires" in forever.stderr
    operator.does("user", "disable", "ada@lindholm.example")
    assert "its user is disabled" in operator.does("key", "list")


def test_a_key_acts_in_one_of_its_users_roles(operator: Operator) -> None:
    operator.does(*ADA, "--role", "agent", typed=PASSWORD)
    arguments = ("key", "create", "--user", "ada@lindholm.example", "--scope", "read", "--name")
    for role, options in (("ADMIN", ()), ("AGENT", ("--role", "agent")), ("ADMIN", ("--role", "Admin"))):
        viewer = operator.viewer(operator.does(*arguments, f"{role} {options}", *options).strip())
        assert viewer is not None and (viewer.role, viewer.roles) == (role, (role,))
    listed = operator.does("key", "list").splitlines()
    assert listed[0].split()[:4] == ["Id", "User", "Name", "Role"]
    assert [re.split("  +", line)[3] for line in listed[1:]] == ["admin", "agent", "admin"]
    told = operator.refused(*arguments, "more", "--role", "rep")
    assert told == "Error: Ada@lindholm.example does not have the role REP: choose from ADMIN, AGENT.\n"
    assert len(operator.does("key", "list").splitlines()) == 4


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--scope", "admin"), "'admin' is no scope: give `read`, `write`, or the name of a mutation"),
        (("--scope", "read", "--scope", "dropTables"), "'dropTables' is no scope"),
        (("--scope", "READ"), "'READ' is no scope"),
        ((), "Missing option '--scope'"),
        (("--scope", "read", "--name", "x" * 61), "A key's name has 1 to 60 characters"),
        (("--scope", "read", "--name", " "), "A key's name has 1 to 60 characters"),
        (("--scope", "read", "--name", "a\nb"), "all of which can be printed"),
        (("--scope", "read", "--user", "nobody@x.example"), "There is no user nobody@x.example."),
        (("--scope", "read", "--expires", "soon"), "'soon' is no period of at most ten years"),
        (("--scope", "read", "--expires", "0d"), "'0d' is no period"),
        (("--scope", "read", "--expires", "-1d"), "'-1d' is no period"),
        (("--scope", "read", "--expires", "999999w"), "'999999w' is no period"),
    ],
)
def test_what_makes_no_key(operator: Operator, options: tuple[str, ...], told: str) -> None:
    operator.does(*ADA, typed=PASSWORD)
    assert told in operator.refused("key", "create", "--user", "ada@lindholm.example", "--name", "k", *options)
    assert operator.does("key", "list") == "There are no keys.\n"


def test_a_key_that_is_not_there(operator: Operator) -> None:
    assert operator.refused("key", "revoke", "99") == "Error: There is no key 99: `key list` shows them.\n"
    told = operator.refused("key", "revoke", "x")
    assert told.endswith("Invalid value for 'ID': 'x' is no key's id: write its number, which `key list` shows.\n")
    assert "Invalid value" in operator.refused("key", "revoke", str(2**63))


@pytest.mark.parametrize(("text", "hours"), [("12h", 12), ("90d", 2160), ("2w", 336), ("never", None)])
def test_periods(text: str, hours: int | None) -> None:
    life = Period().convert(text, None, None)
    assert (None if life is None else life.total_seconds() / 3600) == hours


def test_ids_of_reps() -> None:
    assert Rep().convert("rep_42", None, None) == Rep().convert("42", None, None) == 42
    for wrong in ("", "0", "rep_0", "rep_x", "٤٢", "9" * 19):
        with pytest.raises(click.BadParameter):
            Rep().convert(wrong, None, None)


# --- the first start


def test_a_first_start_says_how_to_make_a_user(operator: Operator, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(database_url=operator.url)
    cli.prepare(settings)
    told = capsys.readouterr().out
    assert told.startswith("Nobody can sign in yet, and nothing is open to others.")
    command = told.splitlines()[1].split("server ")[1].replace("'YOUR NAME'", "You")
    operator.does(*command.split(), "--password-stdin", typed=PASSWORD)
    cli.prepare(settings)
    assert capsys.readouterr().out == ""


def test_the_demos_tokens_keep_any_other_database_from_being_served(
    operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    async def smuggle(database: Database) -> int:
        user = await add_user(database, "a@lindholm.example", "ADMIN")
        return (await add_key(database, user, days=None, token="demo-rep-2"))[0]

    key = operator.look(smuggle)
    settings = Settings(database_url=operator.url)
    with pytest.raises(click.ClickException, match="keys whose tokens everybody knows"):
        cli.prepare(settings)
    assert operator.viewer("demo-rep-2") is None
    operator.does("key", "revoke", str(key))
    cli.prepare(settings)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("problem", ["nowhere.json", "keys.json"])
def test_an_identity_provider_that_cannot_be_used_keeps_from_starting(
    operator: Operator, problem: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys.json").write_text('{"keys": []}')
    monkeypatch.setenv("CRM_JWT_ISSUER", "https://id.example")
    monkeypatch.setenv("CRM_JWT_AUDIENCE", "crm")
    monkeypatch.setenv("CRM_JWT_ALGORITHM", "RS256")
    monkeypatch.setenv("CRM_JWT_JWKS", str(tmp_path / problem))
    assert "CRM_JWT_JWKS cannot be used" in operator.refused("serve", "--port", "0")


def test_a_secret_is_not_listed(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_JWT_ISSUER", "https://id.example")
    monkeypatch.setenv("CRM_JWT_AUDIENCE", "crm")
    monkeypatch.setenv("CRM_JWT_ALGORITHM", "HS256")
    monkeypatch.setenv("CRM_JWT_SECRET", "geheim" * 6)
    told = operator.does("settings")
    assert "CRM_JWT_SECRET=*** (default empty)" in told and "geheim" not in told


# --- the demo


async def viewers(url: str) -> dict[str, Viewer]:
    database = await Database.open(url)
    try:
        auth = Auth(database)
        found = {demo.token: await auth.viewer_of(demo.token) for demo in USERS}
        await auth.close()
        return found
    finally:
        await database.close()


@pytest.mark.parametrize("scale", ["tiny", "small"])
async def test_the_demo_has_one_user_of_each_role(migrated_url: str, scale: Any) -> None:
    await fill(migrated_url, scale)
    found = await viewers(migrated_url)
    assert {token: viewer.role for token, viewer in found.items()} == {
        "demo-admin": "ADMIN",
        "demo-manager": "MANAGER",
        "demo-rep": "REP",
        "demo-rep-2": "REP",
        "demo-agent": "AGENT",
        "demo-marketing": "MARKETING",
        "demo-readonly": "READONLY",
    }
    assert all(viewer.roles == (viewer.role,) for viewer in found.values()), "a token acts in one role for good"
    assert DEMO_TOKEN == "demo-admin" and server.demo.DEMO_TOKEN is DEMO_TOKEN
    manager, rep, other = found["demo-manager"], found["demo-rep"], found["demo-rep-2"]
    assert rep.rep_id in manager.rep_ids and other.rep_id not in manager.rep_ids
    assert len({manager.rep_id, rep.rep_id, other.rep_id}) == 3 and None not in (rep.rep_id, other.rep_id)
    database = await Database.open(migrated_url)
    try:
        reps = {each.id: each for each in await SalesRep.filter(id__in=[manager.rep_id, rep.rep_id, other.rep_id])}
        teams = {viewer.name: reps[viewer.rep_id or 0].team_id for viewer in (manager, rep, other)}
        assert teams[manager.name] == teams[rep.name] != teams[other.name]
        assert None not in teams.values()
        for viewer in (rep, other):  # there is something to see
            for table, column in (("customer", "owner_id"), ("order_credit", "rep_id")):
                query = f"SELECT count(*) FROM {table} WHERE {column} = {viewer.rep_id}"
                assert int((await database.execute(query))[0][0]) > 5, query
        for user in await User.all():
            assert await passwords.matches(DEMO_PASSWORD, user.password_hash)
        assert await Session.all().count() == await AuditEntry.all().count() == 0
    finally:
        await database.close()


async def test_a_demo_of_an_earlier_release_gets_its_users_once(migrated_url: str) -> None:
    await fill(migrated_url, "tiny")
    database = await Database.open(migrated_url)
    try:
        async with database.transaction():
            await User.filter(email="demo-agent@example.com").delete()
            await User.filter(email="demo-admin@example.com").update(name="Renamed")
    finally:
        await database.close()
    before = await viewers_or_none(migrated_url)
    assert before["demo-agent"] is None
    for _ in range(2):
        await settle_users(migrated_url)
        after = await viewers(migrated_url)
        assert after["demo-agent"].role == "AGENT"
        assert {token: viewer for token, viewer in after.items() if token != "demo-agent"} == {
            token: viewer for token, viewer in before.items() if token != "demo-agent"
        }


async def viewers_or_none(url: str) -> dict[str, Viewer | None]:
    database = await Database.open(url)
    auth = Auth(database)
    found: dict[str, Viewer | None] = {}
    try:
        for demo in USERS:
            try:
                found[demo.token] = await auth.viewer_of(demo.token)
            except Refusal:
                found[demo.token] = None
    finally:
        await auth.close()
        await database.close()
    return found


async def test_the_demos_users_go_into_no_other_database(own_world: Database, own_world_url: str) -> None:
    with pytest.raises(ValueError, match="that the demo made"):
        await settle_users(own_world_url)
    assert await User.all().count() == 0


async def test_a_demo_that_became_another_database_lets_nobody_in(migrated_url: str) -> None:
    await fill(migrated_url, "tiny")
    database = await Database.open(migrated_url)
    try:
        async with database.transaction():
            await Organisation.filter(id=1).update(demo=False)
    finally:
        await database.close()
    assert set((await viewers_or_none(migrated_url)).values()) == {None}


def test_the_banner_says_what_lets_in() -> None:
    told = cli.banner(Settings(), "http://127.0.0.1:8000", {"customers": 1})
    for demo in USERS:
        assert demo.token in told
    assert DEMO_PASSWORD in told and "demo-admin@example.com" in told
    assert "-H 'Authorization: Bearer demo-admin'" in told
