"""PostgreSQL: what a transaction is about to do, as statements, by itself or put together with that of others."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from models.backends.postgres_wire import MANY, spelled, unnested
from models.backends.queue import Pending
from models.stored import Target, insertion


@dataclass(frozen=True, slots=True)
class New:
    """New rows of a table."""

    into: Target
    columns: Sequence[Sequence[object]]

    def pending(self) -> Pending:
        """The statement that writes them; values that all of several rows share are sent once."""
        count = len(self.columns[0])
        if count >= MANY:
            return unnested(self.into, self.columns)
        if count == 1:
            return insertion(self.into, mark), [[value for (value,) in self.columns]]
        same = tuple(column.count(column[0]) == count for column in self.columns)
        values = [column[:1] if alike else column for column, alike in zip(self.columns, same, strict=True)]
        return insertion(self.into, mark, same, count), [list(itertools.chain.from_iterable(values))]


@dataclass(frozen=True, slots=True)
class Supposed:
    """That a query finds as many rows as it is given ids."""

    sql: str
    ids: Sequence[int]
    args: Sequence[object]
    """What it is given behind them."""

    def pending(self) -> Pending:
        """The statement that gives no rows if it is so, and fails if not."""
        return supposing(self.sql, len(self.args) + 1), [[list(self.ids), *self.args, len(self.ids)]]


Step = Pending | New | Supposed


def mark(number: int) -> str:
    """How a statement marks its n-th value."""
    return f"${number}"


def written(steps: Iterable[Step]) -> list[Pending]:
    """The statements that steps come to."""
    return [step if isinstance(step, tuple) else step.pending() for step in steps]


def may_share(steps: Sequence[Step]) -> TypeGuard[Sequence[New | Supposed]]:
    """Whether steps may be put together with those of others: they write new rows, and change none."""
    return not any(isinstance(step, tuple) for step in steps)


def together(writes: Iterable[Sequence[New | Supposed]]) -> list[New | Supposed]:
    """The steps of several transactions as those of one.

    New rows of one table go as one list, and what several suppose is looked at by one query, where the transactions
    take the same steps: each kind keeps its order, as rows refer to rows that were written before.
    """
    alike: dict[tuple[Hashable, ...], list[Sequence[New | Supposed]]] = {}
    for steps in writes:
        alike.setdefault(tuple([step.into if isinstance(step, New) else step.sql for step in steps]), []).append(steps)
    return [step for group in alike.values() for same in zip(*group, strict=True) for step in _one(same)]


def _one(steps: Sequence[New | Supposed]) -> Iterable[New | Supposed]:
    """Steps of one kind as few."""
    new = [step for step in steps if isinstance(step, New)]
    if new:
        columns = zip(*(step.columns for step in new), strict=True)
        return [New(new[0].into, [list(itertools.chain.from_iterable(parts)) for parts in columns])]
    supposed: dict[bytes, tuple[Supposed, set[int]]] = {}
    for step in steps:
        assert isinstance(step, Supposed)
        supposed.setdefault(spelled(step.args), (step, set()))[1].update(step.ids)
    return [Supposed(step.sql, sorted(ids), step.args) for step, ids in supposed.values()]


@functools.lru_cache(maxsize=1000)
def supposing(sql: str, args: int) -> str:
    """A query that gives no rows if another one gives as many as an argument behind its own says, and fails if not."""
    counted = f"SELECT count(*) AS n FROM ({sql}) AS found"
    return f"SELECT 1 / (n - n) FROM ({counted}) AS counted WHERE n <> ${args + 1}::bigint"


@functools.lru_cache(maxsize=1000)
def as_value(sql: str) -> str:
    """A query that gives one value as one that gives one row in any case, NULL where there is none."""
    return f"SELECT ({sql})"
