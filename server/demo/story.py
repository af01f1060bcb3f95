"""What the tables of the demo data know of each other: who exists, since when, and what they bought."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from server.demo.dates import Spelling
from server.demo.names import Locale

T = TypeVar("T")
Row = tuple[object, ...]


@dataclass(frozen=True)
class Scale:
    """How many rows there are to see; a few removed ones come on top."""

    customers: int
    reps: int
    products: int
    orders: int
    lines: int
    tickets: int
    campaigns: int
    members: int
    """Customers a campaign is addressed to, on average."""


@dataclass(frozen=True)
class Batch:
    """Rows of one table, ready to be written."""

    table: str
    rows: list[Row]
    steps: int = 0
    """How far these rows bring the whole, in rows of the tables whose size is known beforehand."""


class Stream:
    """A table's own source of chance: drawing more for one table changes nothing in another.

    Only `Random.random` is used: of all of Random, it alone promises the same numbers on every Python.
    """

    def __init__(self, name: str) -> None:
        self.random = random.Random(f"Rapport demo/{name}").random

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return int(self.random() * limit)

    def chance(self, percent: float) -> bool:
        """True in so many of a hundred cases."""
        return self.random() * 100 < percent

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`."""
        return choices[int(self.random() * len(choices))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        return [items[place] for _, place in sorted((self.random(), place) for place in range(len(items)))]

    def digits(self, pattern: str) -> str:
        """`pattern` with every `#` replaced by a digit, and every `Z` by a letter."""
        random = self.random
        return "".join(
            str(int(random() * 10)) if sign == "#" else chr(65 + int(random() * 26)) if sign == "Z" else sign
            for sign in pattern
        )


def weighted(**weights: int) -> tuple[str, ...]:
    """A hundred names, each as often as its weight says, to be picked from with one draw."""
    names = tuple(name for name, weight in weights.items() for _ in range(weight))
    assert len(names) == 100, f"the weights sum to {len(names)}, not 100"
    return names


@dataclass(frozen=True)
class Removals:
    """Removed rows strewn evenly among those that are to be seen."""

    seen: int
    every: int
    """One removed row comes on top of so many."""

    @property
    def ids(self) -> range:
        """The ids of all rows."""
        return range(1, self.seen + self.seen // self.every + 1)

    def removed(self, number: int) -> bool:
        """Whether the row of this id is a removed one."""
        return (number - 1) % (self.every + 1) == self.every // 2


@dataclass
class RepFacts:
    id: int
    name: str
    hired: int
    left: int | None
    team: int | None


@dataclass(slots=True)
class CustomerFacts:
    id: int
    locale: Locale
    company: bool
    created: int
    buys_until: int
    """The last day on which the customer buys; 0 for one who never does."""
    owner: int | None
    domain: str
    removed: bool
    contacts: list[int] = field(default_factory=list)
    orders: array[int] = field(default_factory=lambda: array("i"))
    """The id of each order to be seen, oldest first."""


@dataclass
class ProductFacts:
    id: int
    name: str
    price: dict[str, int]
    """The present price in minor units of each currency."""
    cost: dict[str, int] | None
    tax_bps: int
    bulk: bool
    dear: bool


@dataclass
class CampaignFacts:
    id: int
    start: int
    end: int
    status: str
    removed: bool


@dataclass
class Story:
    """All that was told so far. Tables are told in the order in which they lean on each other."""

    scale: Scale
    spell: Spelling
    reps: list[RepFacts] = field(default_factory=list)
    """Those to be seen."""
    customers: list[CustomerFacts] = field(default_factory=list)
    products: list[ProductFacts] = field(default_factory=list)
    """Those to be seen and sold."""
    ordered: array[int] = field(default_factory=lambda: array("q"))
    """When each order came in, the first one at the first place: they are numbered in that order."""
    campaigns: list[CampaignFacts] = field(default_factory=list)
    sold: dict[int, int] = field(default_factory=dict)
    """By rep: what was credited in the last eighteen months, in minor units of the base."""

    def reps_on(self, day: int) -> list[int]:
        """The ids of the reps who work on a day."""
        return [rep.id for rep in self.reps if rep.hired <= day and (rep.left is None or day < rep.left)]
