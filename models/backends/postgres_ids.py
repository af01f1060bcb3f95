"""PostgreSQL: ids for new rows that are taken ahead while writes follow one another closely."""

from __future__ import annotations

import functools
import time
from collections import deque
from collections.abc import Iterable, Mapping

MOST_AHEAD = 16
"""Ids that one transaction leaves behind: as many as it took, unless those were more."""
LIFE = 500_000_000
"""Nanoseconds that an id waits: what is made later must not look as if it was made before."""
Counts = tuple[tuple[str, int], ...]
"""How many ids of each table."""


class SpareIds:
    """Ids that came along with the end of one transaction, for the next one of this process.

    A transaction that has its ids from the start need not ask the database for anything before it writes, which saves
    a way there and back: a quarter of what a ticket costs the database. Ids that nobody takes are lost, as those of
    every transaction that is taken back; so they are only taken ahead while several write at once.
    """

    def __init__(self) -> None:
        self._spare: dict[str, deque[tuple[int, int]]] = {}

    def take(self, counts: Mapping[str, int]) -> dict[str, list[int]] | None:
        """So many ids of each table; None, and none is taken, where there are not so many."""
        oldest = time.monotonic_ns() - LIFE
        for table, count in counts.items():
            spare = self._spare.get(table, deque())
            while spare and spare[0][0] < oldest:
                spare.popleft()
            if len(spare) < count:
                return None
        return {table: [self._spare[table].popleft()[1] for _ in range(count)] for table, count in counts.items()}

    def put(self, counts: Counts, told: str) -> None:
        """Keep the ids that `taking` gave."""
        now, ids = time.monotonic_ns(), iter(told.split())
        for table, count in counts:
            self._spare.setdefault(table, deque()).extend((now, int(next(ids))) for _ in range(count))


def added(wanted: Iterable[Counts]) -> Counts:
    """How many ids several want, in all."""
    total: dict[str, int] = {}
    for counts in wanted:
        for table, count in counts:
            total[table] = total.get(table, 0) + count
    return tuple(total.items())


@functools.lru_cache(maxsize=1000)
def taking(counts: Counts) -> str:
    """`SELECT concat_ws(' ', nextval('ticket_id_seq'), nextval('ticket_status_change_id_seq'))`."""
    taken = [f"nextval('{table}_id_seq')" for table, count in counts for _ in range(count)]
    return f"SELECT concat_ws(' ', {', '.join(taken)})"
