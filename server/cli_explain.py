"""What an operation costs and how the database goes about it, on the command line: `python -m server explain`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import access
from access import Viewer
from errors import Refusal
from models.backends.sqlite import read_path
from models.database import Database, StatementTimeout, dialect_of
from server.command import ROLE, TEXT, finish, nobody, read_settings, unreadable
from server.operation import Malformed, parse_json

SOMEBODY = Viewer("an administrator", access.ADMIN)
"""Who asks unless it is said."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="FILE.graphql", type=FILE)
@click.option("--as", "user", metavar="EMAIL", type=TEXT, help="Who asks; an administrator unless given.")
@click.option("--role", type=ROLE, help="In which of their roles; the main one unless given.")
@click.option("--variables", metavar="FILE.json", type=FILE, help="The values of its variables, as a JSON object.")
@click.option("--operation", metavar="NAME", type=TEXT, help="Which operation, where the file holds several.")
@click.option("--analyze", is_flag=True, help="Run the statements too, and tell what each step took: PostgreSQL only.")
def explain(
    file: Path, user: str | None, role: str | None, variables: Path | None, operation: str | None, analyze: bool
) -> None:
    """Show what a query costs, its SQL and parameters, and the database's plan for it. Nothing is written."""
    if role is not None and user is None:
        raise click.UsageError("--role is one of somebody's roles: say whose with --as EMAIL.")
    settings = read_settings()
    url = settings.database_url
    if analyze and dialect_of(url) == "sqlite":
        raise click.UsageError("SQLite tells its plan, and nothing of what came of it: leave out --analyze.")
    if dialect_of(url) == "sqlite" and not Path(read_path(url)).exists():
        raise click.ClickException(f"There is no database {read_path(url)} yet: `migrate` makes one.")
    query, values = text_of(file), read_variables(variables)
    # The schema takes half a second to make: commands that ask nothing of it need not wait.
    from schema.document import Invalid
    from schema.engine import Engine
    from schema.explain import explain as explained
    from server.app import limits_of
    from server.auth import Auth

    async def run() -> list[str]:
        database = await Database.open(url, readers=1, pool=1)
        try:
            viewer = SOMEBODY if user is None else await Auth(database).of_user(user, role and role.upper())
            if viewer is None:
                raise click.ClickException(nobody(user or "", role))
            engine = Engine(database, limits=limits_of(settings))
            return await explained(engine, query, values, operation, viewer, analyze=analyze)
        except StatementTimeout as late:
            raise click.ClickException(f"{late} Leave out --analyze, or ask for less.") from None
        except unreadable() as error:
            raise click.ClickException(
                f"The database cannot be read, `migrate` brings its tables up to date: {error}"
            ) from None
        finally:
            await database.close()

    try:
        lines = finish(run())
    except Refusal as refusal:
        raise click.ClickException(told(file, refusal)) from None
    except Invalid as invalid:
        raise click.ClickException("\n".join(told(file, refusal) for refusal in invalid.refusals)) from None
    click.echo("\n".join(lines))


def text_of(file: Path) -> str:
    """What a file holds."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is no text in UTF-8.") from None


def read_variables(file: Path | None) -> dict[str, Any]:
    """The values of the variables, by their names."""
    if file is None:
        return {}
    try:
        values = parse_json(text_of(file), str(file))
    except Malformed as refusal:
        raise click.ClickException(refusal.message) from None
    if not isinstance(values, dict):
        raise click.ClickException(
            f'{file} must hold a JSON object, with a value for each variable: {{"id": "cus_42"}}.'
        )
    return values


def told(file: Path, refusal: Refusal) -> str:
    """What is wrong, and where: `orders.graphql, line 3, column 5: Cannot query field …`."""
    at = "".join(f", line {line}, column {column}" for line, column in refusal.locations[:1])
    message = refusal.message.replace("`operationName`", "`--operation`")  # as it is called here
    return f"{file.name}{at}: {message}"
