"""What a database's plan reads from one end to the other: big tables that no condition leads into."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from models.database import Database

Place = Literal["page", "figures", "condition"]
"""What rows are read for: a page of them, figures over all of them, or to see whether there are any."""

NUMBERS = count()
"""SQLite's driver keeps what it prepared, and a plan knows nothing of indexes that went since: each is asked anew."""


@dataclass(frozen=True, order=True)
class Scan:
    """A table that is read whole."""

    table: str
    place: Place


async def scans(database: Database, sql: str, args: Sequence[object]) -> list[Scan]:
    """The tables that a statement reads whole, each as often as it does.

    A page that follows the index of its order, and ends where the page does, is not among them.
    """
    sources = Sources(sql)
    if database.dialect == "sqlite":
        asked = f"EXPLAIN QUERY PLAN /* {next(NUMBERS)} */ {sql}"
        steps = [Step(*row) for row in await database.execute(asked, args)]
        aliases = _of_sqlite(steps, sources)
    else:
        ((text,),) = await database.execute(f"EXPLAIN (FORMAT JSON) {sql}", args)
        aliases = _of_postgres(json.loads(text)[0]["Plan"])
    return [sources.scan(alias) for alias in aliases if alias in sources.tables]


class Sources:
    """The tables of a statement by their aliases, of which each has its own."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tables = {alias: table for table, alias in re.findall(r"(?:FROM|JOIN) ([a-z_]+) ([a-z]+\d*)\b", sql)}

    def scan(self, alias: str) -> Scan:
        """The table of an alias as one that is read whole, with what for: its query's clauses tell."""
        table = self.tables[alias]
        at = self.sql.index(f" {table} {alias}")
        head, tail = self._clauses(at, -1), self._clauses(at, 1)
        place: Place = "figures"
        if " ORDER BY " in tail and " LIMIT " in tail:
            place = "page"
        elif head.rstrip().endswith("SELECT 1 FROM"):
            place = "condition"
        return Scan(table, place)

    def _clauses(self, at: int, step: int) -> str:
        """The text of the query around a place up to where it ends on one side, without what stands in brackets."""
        found, depth, quoted = [], 0, False
        while 0 <= at < len(self.sql):
            letter = self.sql[at]
            quoted ^= letter == "'"
            if not quoted and letter in "()":
                depth += step if letter == "(" else -step
                if depth < 0:
                    break
            elif not depth and not quoted:
                found.append(letter)
            at += step
        return "".join(found[::step])


# --- SQLite ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A line of SQLite's plan."""

    id: int
    parent: int
    unused: int
    text: str


def _of_sqlite(steps: Sequence[Step], sources: Sources) -> Iterator[str]:
    for step in steps:
        found = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step.text)
        if not found:
            continue
        kind, alias, how = found.groups()
        beside = [other.text for other in steps if other.parent == step.parent]
        if f"CO-ROUTINE {alias}" in beside or f"MATERIALIZE {alias}" in beside:
            continue  # the rows of a subquery of that name
        if "AUTOMATIC" in how:
            yield alias  # whose index is made anew each time, of all rows
        elif kind == "SCAN" and alias in sources.tables:
            sorts = "USE TEMP B-TREE FOR ORDER BY" in beside
            if sorts or sources.scan(alias).place != "page":
                yield alias


# --- PostgreSQL -----------------------------------------------------------------------------------------------------

ENDLESS = ("Sort", "Aggregate", "Hash", "WindowAgg", "Materialize", "Unique", "SetOp", "BitmapOr", "BitmapAnd")
"""Steps that read all of what they are given, however little is wanted of them."""


def _of_postgres(node: dict[str, Any], *, ends: bool = False) -> Iterator[str]:
    """`ends`: whether whoever reads its rows stops when a page is full."""
    kind = node["Node Type"]
    whole = kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
    if kind == "Seq Scan" or (whole and not ends):
        yield _alias(node)
    ends = kind == "Limit" or (ends and kind not in ENDLESS)
    for inner in node.get("Plans", ()):
        yield from _of_postgres(inner, ends=ends and inner["Parent Relationship"] in ("Outer", "Subquery"))


def _alias(node: dict[str, Any]) -> str:
    """The alias as the statement has it: a second use of a piece set apart has a number behind it."""
    return re.sub(r"_\d+$", "", str(node["Alias"]))
