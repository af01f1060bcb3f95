"""Reading: a statement is run for a viewer with the values of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from access import Viewer
from compiler.dialect import Dialect
from compiler.rows import Statement
from compiler.values import Setting


class Source(Protocol):
    """What a statement can be run on: the database, or an open transaction, which sees what it wrote."""

    async def read(self, sql: str, args: Sequence[object] = ()) -> bytes | None:
        """The first value that a statement gives."""


def bind(statement: Statement, dialect: Dialect, variables: Mapping[str, Any], viewer: Viewer) -> list[Any]:
    """The parameters of a statement as its driver takes them. Raises `BadInput` for a value that makes no sense."""
    for param in statement.checked:
        param.bind(variables, viewer)
    args = []
    # In as few calls as can be: between what else a request takes, each costs several times what it takes by itself.
    for param in statement.params:
        source = param.source
        value = getattr(viewer, source.name) if type(source) is Setting else param.bind(variables, viewer)
        args.append(value if param.type == "bigint" else dialect.bind(param.type, value))  # a driver takes any int
    return args


async def answer(
    source: Source, dialect: Dialect, statement: Statement, variables: Mapping[str, Any], viewer: Viewer
) -> bytes:
    """The JSON a statement answers with; `null` where there is no row.

    Raises `BadInput`, `StatementTimeout` and `DatabaseUnavailable`.
    """
    statement = statement.best_for(viewer)
    args = bind(statement, dialect, variables, viewer)
    return dialect.finished(await source.read(statement.sql, args) or b"null")
