"""Reading: a statement is run for a viewer with the values of a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from access import Viewer
from compiler.dialect import Dialect
from compiler.sql import Statement
from models.database import Database


def bind(statement: Statement, dialect: Dialect, variables: Mapping[str, Any], viewer: Viewer) -> list[Any]:
    """The parameters of a statement as its driver takes them. Raises `BadInput` for a value that makes no sense."""
    return [dialect.bind(param.type, param.bind(variables, viewer)) for param in statement.params]


async def answer(
    database: Database, dialect: Dialect, statement: Statement, variables: Mapping[str, Any], viewer: Viewer
) -> bytes:
    """The JSON a statement answers with; `null` where there is no row.

    Raises `BadInput`, `StatementTimeout` and `DatabaseUnavailable`.
    """
    args = bind(statement, dialect, variables, viewer)
    return await database.read(statement.sql, args) or b"null"
