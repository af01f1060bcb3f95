"""The case files under tests/queries: how they are read and run, and how `python -m tests.cases` rewrites them.

A case is an operation, `<name>.graphql`, with what it must come to beside it: the answer in `<name>.json`, the SQL of
either database in `<name>.sqlite.sql` and `<name>.postgres.sql`. Its variables, if any, are in `<name>.variables.json`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from compiler.layout import laid_out
from compiler.rows import Statement
from compiler.values import coerce_variables
from models.database import Database, migrate
from schema import STRUCTURAL
from schema.engine import Engine
from schema.limits import ENDLESS, Limits
from tests import world
from tests.services import create_database, postgres_server
from tests.viewers import ADMIN

FOLDER = Path(__file__).parent / "queries"
SHOWS_AN_ERROR = "# Shows an error."
"""The line of a case whose answer has errors on purpose."""

NO_LIMITS = Limits(**dict.fromkeys((field.name for field in dataclasses.fields(Limits)), ENDLESS))
"""For tests of what the compiler can do, which is more than one request may ask."""


@dataclass(frozen=True)
class Case:
    """One case file."""

    name: str

    @property
    def query(self) -> str:
        """The operation."""
        return (FOLDER / f"{self.name}.graphql").read_text(encoding="utf-8")

    @property
    def variables(self) -> dict[str, Any]:
        """Its variables."""
        path = FOLDER / f"{self.name}.variables.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @property
    def shows_an_error(self) -> bool:
        """Whether its answer has errors on purpose."""
        return SHOWS_AN_ERROR in self.query

    @property
    def answer(self) -> Path:
        """Where its answer stands."""
        return FOLDER / f"{self.name}.json"

    def sql(self, dialect: str) -> Path:
        """Where its statements stand."""
        return FOLDER / f"{self.name}.{dialect}.sql"


@dataclass(frozen=True)
class Outcome:
    """What a case came to on one database."""

    body: bytes
    sql: str
    compiled: int
    """How many root fields became a statement."""
    ran: int
    """How many statements were run."""


def cases() -> list[Case]:
    """All of them, in the order of the alphabet."""
    return [Case(path.stem) for path in sorted(FOLDER.glob("*.graphql"))]


async def run(case: Case, engine: Engine) -> Outcome:
    """Run a case on a filled database."""
    before = engine.database.statements
    answer = await engine.execute(case.query, case.variables, None, ADMIN)
    ran = engine.database.statements - before
    if not answer.executed:
        return Outcome(answer.body, "", 0, ran)
    operation = engine.operation(case.query, None, ADMIN.role)
    values, shape = coerce_variables(operation.variables, case.variables, STRUCTURAL)
    planned = engine.plan(operation, values, shape, ADMIN)
    statements = [(plan.key, plan.how.sql) for plan in planned if isinstance(plan.how, Statement)]
    text = "".join(f"-- {key}\n{laid_out(sql)}\n" for key, sql in statements)
    return Outcome(answer.body, text, len(statements), ran)


def readable(body: bytes) -> str:
    """An answer as it is stored: one value a line, so that changes are read as a diff."""
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2) + "\n"


def compact(text: str) -> bytes:
    """A stored answer as the API sends it."""
    return msgspec.json.encode(json.loads(text))


# --- rewriting ------------------------------------------------------------------------------------------------------


async def outcomes(chosen: Sequence[Case], url: str) -> dict[str, Outcome]:
    """What cases come to on a fresh database."""
    await migrate(url)
    database = await Database.open(url)
    try:
        await world.make(database)
        engine = Engine(database, limits=NO_LIMITS)
        return {case.name: await run(case, engine) for case in chosen}
    finally:
        await database.close()


async def rewrite(names: Sequence[str]) -> int:
    """Write answers and SQL of the cases named, or of all. Nothing is written while the databases disagree."""
    chosen = [case for case in cases() if not names or case.name in names]
    unknown = set(names) - {case.name for case in chosen}
    if unknown:
        sys.exit(f"There is no case called {', '.join(sorted(unknown))}.")
    found: dict[str, dict[str, Outcome]] = {}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        found["sqlite"] = await outcomes(chosen, f"sqlite://{folder}/cases.db")
        found["postgres"] = await outcomes(chosen, await create_database(server))
    faults = [fault for case in chosen for fault in _faults(case, found)]
    if faults:
        sys.exit("\n".join([*faults, "Nothing was written."]))
    kept = {path for case in cases() for path in _paths(case)}
    changed = 0
    for case in chosen:
        contents = {case.answer: readable(found["sqlite"][case.name].body)}
        contents |= {case.sql(dialect): found[dialect][case.name].sql for dialect in found}
        for path, text in contents.items():
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
                changed += 1
    for path in FOLDER.iterdir():
        if path not in kept:
            path.unlink()
            changed += 1
    print(f"{len(chosen)} cases, {changed} files changed.")
    return 0


def _faults(case: Case, found: dict[str, dict[str, Outcome]]) -> Iterator[str]:
    sqlite, postgres = found["sqlite"][case.name], found["postgres"][case.name]
    if sqlite.body != postgres.body:
        yield f"{case.name}: SQLite and PostgreSQL answer differently.\n  {sqlite.body!r}\n  {postgres.body!r}"
    if b'"errors":' in sqlite.body[:10] and not case.shows_an_error:
        yield f"{case.name}: the answer has errors: {sqlite.body[:500]!r}"


def _paths(case: Case) -> Iterator[Path]:
    yield case.answer
    for ending in ("graphql", "variables.json", "sqlite.sql", "postgres.sql"):
        yield FOLDER / f"{case.name}.{ending}"


if __name__ == "__main__":
    sys.exit(asyncio.run(rewrite(sys.argv[1:])))
