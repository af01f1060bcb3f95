"""What every command needs: the settings, and the database's troubles said in a sentence."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

import click
from tortoise.exceptions import BaseORMException

from models import Role
from models.database import DatabaseUnavailable
from models.migrations import DatabaseNewer
from server.settings import Settings, WrongSetting

T = TypeVar("T")

ROLE = click.Choice([role.value.lower() for role in Role], case_sensitive=False)
"""A role, as options take it."""


class Text(click.ParamType[str]):
    """Text that can be kept and looked for: in UTF-8, which an argument need not be."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, context: click.Context | None) -> str:
        text = str(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            self.fail(f"{text[:40]!r} is not UTF-8: write it in UTF-8.", param)
        return text


TEXT = Text()


def read_settings(host: str | None = None, port: int | None = None, workers: int | None = None) -> Settings:
    """The settings of the environment, with what the command line says instead."""
    try:
        settings = Settings.read(os.environ)
    except WrongSetting as wrong:
        raise click.ClickException(str(wrong)) from None
    given: dict[str, Any] = {"host": host, "port": port, "workers": workers}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run something that needs the database; what is wrong with the database is said in one sentence."""
    try:
        return asyncio.run(work)
    except sqlite3.IntegrityError:
        raise
    except (DatabaseUnavailable, sqlite3.DatabaseError) as error:
        raise click.ClickException(f"The database cannot be used: {reason(error)}. Check DATABASE_URL.") from None
    except DatabaseNewer as error:
        raise click.ClickException(str(error)) from None
    except ModuleNotFoundError as error:
        if error.name != "asyncpg":
            raise
        raise click.ClickException("PostgreSQL needs the package asyncpg: install it, or use SQLite.") from None


def reason(error: Exception) -> str:
    """What an error says, to go on after it: without the full stop."""
    return str(error).rstrip(".")


def nobody(email: str, role: str | None) -> str:
    """What is said where nobody has an address, or not the role asked for."""
    told = f"There is no user {email[:128]}, or they are disabled"
    return f"{told}{'' if role is None else f' or do not have the role {role}'}: see `user list`."


def unreadable() -> tuple[type[Exception], ...]:
    """What a database raises that is there, but is not ours or not up to date."""
    try:
        from asyncpg import PostgresError
    except ModuleNotFoundError:
        return BaseORMException, sqlite3.Error
    return BaseORMException, sqlite3.Error, PostgresError
