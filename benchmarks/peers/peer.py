"""A peer: how it is started, what it is asked in its own dialect, and which there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from graphql import OperationDefinitionNode, parse

from benchmarks.answers import bare
from benchmarks.queries import Query

HERE = Path(__file__).parent
NODE = HERE / "node_modules" / ".bin" / "node"
PYTHON = HERE / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Peer:
    """A server that is not ours."""

    name: str
    command: tuple[str, ...]
    """What starts it on the port `{port}`, from the repository's root."""
    documents_file: str
    """Where its documents stand, one operation for each query, by name."""
    environment: Mapping[str, str] = field(default_factory=dict)
    compiles: bool = False
    """Whether it compiles what it does often, and is slow until it has."""
    persists: bool = False
    """Whether a document may be named by its hash."""

    @property
    def installed(self) -> bool:
        return Path(self.command[0]).exists()

    @cached_property
    def documents(self) -> dict[str, str]:
        source = (HERE / self.documents_file).read_text("utf-8")
        return {
            definition.name.value: source[definition.loc.start : definition.loc.end]
            for definition in parse(source).definitions
            if isinstance(definition, OperationDefinitionNode) and definition.name and definition.loc
        }

    def says(self, query: Query) -> Query:
        """The query in the peer's dialect, whose ids are plain numbers."""
        variables = tuple(plain(each) for each in query.variables)
        return replace(query, document=self.documents[query.name], variables=variables)


_ID = re.compile(r"[a-z]{3}_\d+")


def plain(value: Any) -> Any:
    """Variables with plain numbers for ids."""
    match value:
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case str() if _ID.fullmatch(value):
            return bare(value)
        case _:
            return value


# More threads only take turns at the interpreter's lock; the asynchronous view takes 1.2 times as much CPU on Q1 and
# 1.9 times as much on Q4.
_GUNICORN = ("gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--bind", "127.0.0.1:{port}")

PEERS = (
    Peer(
        "Mercurius",
        (str(NODE), str(HERE / "mercurius.js")),
        "mercurius.graphql",
        {"NODE_ENV": "production"},
        compiles=True,
        persists=True,
    ),
    Peer(
        "PostGraphile",
        (str(NODE), str(HERE / "postgraphile.js")),
        "postgraphile.graphql",
        {"NODE_ENV": "production", "GRAPHILE_ENV": "production"},
        compiles=True,
        persists=True,
    ),
    Peer(
        "strawberry-django",
        (str(PYTHON), "-m", *_GUNICORN, "--log-level", "warning", "benchmarks.peers.django_crm.web:application"),
        "strawberry-django.graphql",
    ),
)
