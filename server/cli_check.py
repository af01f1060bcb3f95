"""Whether the settings are fit for production, on the command line: `python -m server check`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from server.settings import Settings, WrongSetting

if TYPE_CHECKING:
    from server.check import Holdings


@click.command()
def check() -> None:
    """Say what would be unsafe in production, a line each, and fail if there is anything.

    Nothing is changed. Without a database that answers, the settings are looked at all the same.
    """
    from server.check import Facts, findings, look  # a start does without

    try:
        production = Settings.read(os.environ).production
        settings = Settings.read({**os.environ, "CRM_ENV": "production"})
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    holdings: Holdings | None = None
    why = ""
    try:
        holdings = look(settings.database_url)
    except LookupError as error:
        why = str(error)
    found = findings(Facts(production, settings, holdings, why))
    for finding in found:
        click.echo(finding)
    unsafe = sum(finding.unsafe for finding in found)
    if unsafe:
        click.echo(f"Unsafe in production: {unsafe} to mend before others reach this server.", err=True)
        raise SystemExit(1)
    where = "the settings" if holdings is None else "the settings and the database"
    click.echo(f"Nothing unsafe was found in {where}.", err=True)
