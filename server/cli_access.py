"""Why somebody sees a record, or does not, on the command line: `python -m server access explain`."""

from __future__ import annotations

import difflib

import click

from models.database import Database, migrate
from server.command import ROLE, TEXT, finish, nobody, read_settings


@click.group()
def access() -> None:
    """Look into who may see what."""


@access.command()
@click.argument("user", metavar="EMAIL", type=TEXT)
@click.argument("entity", metavar="ENTITY", type=TEXT)
@click.argument("id_", metavar="ID", type=TEXT)
@click.option("--role", type=ROLE, help="In which of their roles; the main one unless given.")
def explain(user: str, entity: str, id_: str, role: str | None) -> None:
    """Say which rule shows a record to a user, or hides it: `access explain ann@example.com Customer cus_42`."""
    # The schema takes half a second to make: commands that ask nothing of it need not wait.
    from resolvers.explain import explain as explained
    from schema import CATALOG
    from server.auth import Auth

    names = [name for name, known in CATALOG.entities.items() if known.prefix]
    found = next((CATALOG.entities[name] for name in names if name.lower() == entity.lower()), None)
    if found is None:
        close = difflib.get_close_matches(entity, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}."
        raise click.UsageError(f"There is no entity {entity[:40]!r}: {hint}")
    digits = id_.removeprefix(f"{found.prefix}_")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise click.UsageError(f"{id_[:40]!r} is no id of a {found.name}: write it as the API does, {found.prefix}_42.")
    url = read_settings().database_url

    async def run() -> list[str]:
        database = await Database.open(url, readers=1, pool=1)
        try:
            viewer = await Auth(database).of_user(user, role and role.upper())
            if viewer is None:
                raise click.ClickException(nobody(user, role))
            return await explained(database, CATALOG, viewer, found, int(digits))
        finally:
            await database.close()

    finish(migrate(url))
    click.echo("\n".join(finish(run())))
