"""Who may sign in, on the command line: `python -m server user …` and `python -m server key …`."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import click
import msgspec

from errors import Refused
from models import ApiKey, Role, User
from models.database import Database, migrate
from resolvers import accounts, passwords
from server.command import ROLE, TEXT, finish, read_settings

T = TypeVar("T")

UNITS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}
"""The letters of a period, in seconds."""
LONGEST = dt.timedelta(days=3660)


def work(job: Callable[[], Awaitable[T]]) -> T:
    """Run a job in a transaction on the database, whose tables are brought up to date; say a refusal in a sentence."""
    url = read_settings().database_url

    async def run() -> T:
        database = await Database.open(url, readers=1, pool=1)
        try:
            async with database.transaction():
                return await job()
        finally:
            await database.close()

    finish(migrate(url))
    try:
        return finish(run())
    except Refused as refused:
        raise click.ClickException(str(refused)) from None


class Period(click.ParamType[dt.timedelta | None]):
    """A number of hours, days or weeks, such as 90d; or never."""

    name = "period"

    def convert(
        self, value: object, param: click.Parameter | None, context: click.Context | None
    ) -> dt.timedelta | None:
        if value is None or value == "never":
            return None
        found = re.fullmatch(r"([1-9][0-9]{0,5})([hdw])", str(value))
        life = dt.timedelta(seconds=int(found[1]) * UNITS[found[2]]) if found else None
        if life is None or life > LONGEST:
            self.fail(f"{str(value)[:40]!r} is no period of at most ten years: write 12h, 90d, 8w or never.", param)
        return life


class Rep(click.ParamType[int]):
    """The id of a sales rep, as the API spells it or as a number."""

    name = "id"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> int:
        found = re.fullmatch(r"(?:rep_)?([1-9][0-9]{0,17})", str(value))
        if found is None:
            self.fail(f"{str(value)[:40]!r} is no sales rep's id: write it as the API does, rep_42.", param)
        return int(found[1])


class Key(click.ParamType[int]):
    """The id of a key, a number."""

    name = "id"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> int:
        if re.fullmatch("[1-9][0-9]{0,17}", str(value)) is None:
            self.fail(f"{str(value)[:40]!r} is no key's id: write its number, which `key list` shows.", param)
        return int(str(value))


def read_password(from_stdin: bool) -> str:
    """A password that will do, from a pipe or typed twice."""
    if from_stdin:
        password = sys.stdin.readline()
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        accounts.check_password(password)
    except Refused as refused:
        raise click.ClickException(str(refused)) from None
    return str(password)


def spell_roles(roles: Sequence[Role]) -> str:
    return ", ".join(role.value.lower() for role in dict.fromkeys(roles))


def warn_without_rep(user: User, roles: Sequence[Role]) -> None:
    if user.rep_id is None and {Role.REP, Role.MANAGER} & {*roles}:
        click.echo("No sales rep was named with --rep, so no customers count as theirs.")


STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


# --- users --------------------------------------------------------------------------------------------------------


@click.group()
def user() -> None:
    """Who may sign in."""


@user.command("create")
@click.argument("email", type=TEXT)
@click.option("--name", type=TEXT, prompt=True, help="What to call them.")
@click.option(
    "--role",
    "roles",
    type=ROLE,
    multiple=True,
    help="What they may see and do; given several times, they act in one at a time, in the first unless they say.",
)
@click.option("--rep", type=Rep(), help="The sales rep they are, if they are one.")
@STDIN
@click.option("--no-password", is_flag=True, help="Let them in by keys or an identity provider only.")
def create_user(
    email: str, name: str, roles: Sequence[str], rep: int | None, password_stdin: bool, no_password: bool
) -> None:
    """Make a user. The password is asked for unless an option says otherwise."""
    if no_password and password_stdin:
        raise click.UsageError("--no-password and --password-stdin exclude each other.")
    given = [Role[role.upper()] for role in roles or (click.prompt("Role", type=ROLE),)]
    password = None if no_password else read_password(password_stdin)

    async def job() -> User:
        kept = None if password is None else await passwords.hashed(password)
        return await accounts.create_user(email, name, given, rep, kept)

    made, told = work(job), spell_roles(given)
    click.echo(f"{made.email} may sign in as {told}." if password else f"Made {made.email}, {told}.")
    warn_without_rep(made, given)


@user.command("list")
def list_users() -> None:
    """Show all users."""

    async def job() -> list[Sequence[str]]:
        return [
            (
                each.email,
                each.name,
                spell_roles(await accounts.roles_of(each)),
                "" if each.rep_id is None else f"rep_{each.rep_id}",
                "yes" if each.password_hash else "no",
                "may sign in" if each.disabled_at is None else f"disabled {spell(each.disabled_at)}",
            )
            for each in await User.all().order_by("email_fold")
        ]

    show(("E-mail", "Name", "Roles", "Sales rep", "Password", "State"), work(job), "There are no users.")


@user.command("roles")
@click.argument("email", type=TEXT)
@click.option(
    "--role", "roles", type=ROLE, multiple=True, required=True, help="One of all their roles; the main one comes first."
)
@click.option("--rep", type=Rep(), help="The sales rep they are; the same as before unless given.")
def set_roles(email: str, roles: Sequence[str], rep: int | None) -> None:
    """Give a user these roles and no others; sessions and keys of roles that they lose end."""
    given = [Role[role.upper()] for role in roles]
    changed, sessions, keys = work(lambda: accounts.set_roles(email, given, rep))
    told = spell_roles(given)
    click.echo(f"{changed.email} may act as {told}. Sessions ended: {sessions}. Keys ended: {keys}.")
    warn_without_rep(changed, given)


@user.command("disable")
@click.argument("email", type=TEXT)
def disable_user(email: str) -> None:
    """Let a user in no more, with whatever they come; their sessions end."""
    ended = work(lambda: accounts.disable_user(email))
    click.echo(f"{email} is let in no more. Sessions ended: {ended}.")


@user.command("enable")
@click.argument("email", type=TEXT)
def enable_user(email: str) -> None:
    """Let a disabled user in again."""
    work(lambda: accounts.enable_user(email))
    click.echo(f"{email} may sign in again.")


@user.command("password")
@click.argument("email", type=TEXT)
@STDIN
def set_password(email: str, password_stdin: bool) -> None:
    """Give a user another password; their sessions end."""
    work(lambda: accounts.find_user(email))  # before anybody types
    password = read_password(password_stdin)

    async def job() -> int:
        return await accounts.set_password(email, await passwords.hashed(password))

    click.echo(f"{email} has another password. Sessions ended: {work(job)}.")


# --- keys ---------------------------------------------------------------------------------------------------------


@click.group()
def key() -> None:
    """What programs come with."""


@key.command("create")
@click.option("--user", "email", type=TEXT, required=True, help="The e-mail address of the user it acts as.")
@click.option("--name", type=TEXT, required=True, help="What it is for; unique among the user's keys.")
@click.option(
    "--scope",
    "scopes",
    type=TEXT,
    multiple=True,
    required=True,
    help="What it may: read, write, or the name of a mutation; can be given several times.",
)
@click.option("--role", type=ROLE, help="Which of the user's roles it acts in; their main one unless given.")
@click.option(
    "--expires", "life", type=Period(), default="90d", show_default=True, help="After which time: 12h, 90d, 8w, never."
)
def create_key(email: str, name: str, scopes: Sequence[str], role: str | None, life: dt.timedelta | None) -> None:
    """Make a key and show it, this once. It may at most what its user may in the role it acts in."""
    import schema  # noqa: F401  (knows every mutation)

    acts = None if role is None else Role[role.upper()]
    made, token = work(lambda: accounts.create_key(email, name, scopes, life, role=acts))
    click.echo(token)
    ends = "never expires" if made.expires_at is None else f"expires {spell(made.expires_at)}"
    click.echo(f"This is key {made.id}, which {ends}. It is not shown again.", err=True)


@key.command("list")
def list_keys() -> None:
    """Show all keys, without what lets in."""

    async def job() -> list[Sequence[str]]:
        now = accounts.now()
        return [
            (
                str(each.id),
                each.user.email,
                each.name,
                each.role.value.lower(),
                " ".join(msgspec.json.decode(each.scopes, type=list[str])),
                "" if each.last_used_at is None else spell(each.last_used_at),
                "never" if each.expires_at is None else spell(each.expires_at),
                state(each, now),
            )
            for each in await ApiKey.all().order_by("id").prefetch_related("user")
        ]

    show(("Id", "User", "Name", "Role", "Scopes", "Last used", "Expires", "State"), work(job), "There are no keys.")


def state(key: ApiKey, now: dt.datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {spell(key.revoked_at)}"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "good" if key.user.disabled_at is None else "its user is disabled"


@key.command("revoke")
@click.argument("id_", metavar="ID", type=Key())
def revoke_key(id_: int) -> None:
    """End a key: within a second it lets nobody in."""
    ended = work(lambda: accounts.revoke_key(id_))
    click.echo(f"Key {ended.id}, {ended.name} of {ended.user.email}, lets nobody in any more.")


# --- printing -----------------------------------------------------------------------------------------------------


def spell(instant: dt.datetime) -> str:
    return instant.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def show(heads: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> None:
    """Print a table, or that there is nothing to print."""
    if not rows:
        click.echo(none)
        return
    widths = [max(len(line[at]) for line in (heads, *rows)) for at in range(len(heads))]
    for line in (heads, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
