"""Customers that are likely the same: by what reaches them, or by a very similar name in the same city."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from rapidfuzz import fuzz, process
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from compiler.text import fold
from models import Customer
from resolvers import routes
from resolvers.write import Call

MOST_COMPARED = 5000
"""How many customers with something in common are looked at for duplicates of one."""
FEW = 20
"""How many are compared without a break."""
SIMILAR = 90
"""From how alike two names (0 to 100) in one city are taken for the same customer."""
MOST_SHOWN = 5
"""How many likely duplicates of one customer are named."""
MOST_LIKELY = 50
"""Of those that are likely the same, how many are looked at: not all of them may be for the viewer to see."""


class Earlier:
    """The customers that a batch makes, as far as they were accepted."""

    def __init__(self) -> None:
        self._by_mark: dict[tuple[str, str], list[Customer]] = {}
        self._by_city: dict[str, dict[int, str]] = {}
        self._by_id: dict[int, Customer] = {}

    def add(self, record: Customer) -> None:
        self._by_id[record.id] = record
        for mark in _marks(record):
            self._by_mark.setdefault(mark, []).append(record)
        if record.city:
            self._by_city.setdefault(fold(record.city), {})[record.id] = _sorted_words(fold(record.name))

    def alike(self, record: Customer) -> list[Customer]:
        """Those that are likely the same."""
        found = {other.id: other for mark in _marks(record) for other in self._by_mark.get(mark, ())}
        names = self._by_city.get(fold(record.city), {}) if record.city else {}
        words = _sorted_words(fold(record.name))
        near = process.extract(words, names, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=MOST_SHOWN)
        return list({**found, **{id_: self._by_id[id_] for _, _, id_ in near}}.values())


def _marks(record: Customer) -> list[tuple[str, str]]:
    """What makes another customer the same one, whatever it is called."""
    email = [("email", fold(record.email_norm))] if record.email_norm else []
    return email + ([("phone", record.phone_e164)] if record.phone_e164 else [])


async def likely_duplicates(call: Call, records: Sequence[Customer]) -> dict[int, list[Customer]]:
    """For each customer, others that are likely the same: same e-mail, same telephone, or a very similar name in the
    same city (from 90 of 100 by the ratio of their sorted words). At most five each.
    """
    ids = {record.id for record in records}
    same: dict[tuple[str, str], list[int]] = {}
    for id_, email, phone in await _compared(
        [record for record in records if _marks(record)],
        _reached_alike,
        lambda record: tuple(_marks(record)),
        ("id", "email_norm", "phone_e164"),
    ):
        same.setdefault(("email", fold(email or "")), []).append(id_)
        same.setdefault(("phone", phone), []).append(id_)
    near: dict[str, dict[int, str]] = {}
    for id_, city, name in await _compared(
        [record for record in records if record.city],
        _neighbours,
        lambda record: fold(record.city or ""),
        ("id", "city_fold", "name_fold"),
    ):
        near.setdefault(city, {})[id_] = _sorted_words(name)
    likely: dict[int, list[int]] = {}
    for at, record in enumerate(records):
        if at % FEW == FEW - 1:
            await asyncio.sleep(0)  # comparing takes up to a millisecond each: others are served meanwhile
        alike_ids = [id_ for mark in _marks(record) for id_ in same.get(mark, [])]
        if record.city:
            names = near.get(fold(record.city), {})
            words = _sorted_words(fold(record.name))
            matches = process.extract(words, names, scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=MOST_LIKELY)
            alike_ids += [id_ for _, _, id_ in matches]
        likely[record.id] = [id_ for id_ in dict.fromkeys(alike_ids) if id_ not in ids][:MOST_LIKELY]
    # Compared were all; told of, and a reason to refuse, are those that the viewer may see.
    shown = await call.fetch_many(Customer, [id_ for few in likely.values() for id_ in few])
    return {id_: [shown[other] for other in few if other in shown][:MOST_SHOWN] for id_, few in likely.items()}


async def _compared(
    records: Sequence[Customer],
    alike: Callable[[Sequence[Customer]], QuerySet[Customer]],
    same: Callable[[Customer], Hashable],
    columns: tuple[str, ...],
) -> list[tuple[Any, ...]]:
    """Columns of the customers that are to be compared with some, at most `MOST_COMPARED` with each: those that are the
    `same` have the same ones.
    """
    if not records:
        return []

    async def found(customers: QuerySet[Customer]) -> list[tuple[Any, ...]]:
        return await customers.order_by("id").limit(MOST_COMPARED).values_list(*columns)

    rows = await found(alike(records))
    if len(rows) == MOST_COMPARED:  # those of one must not keep those of another away, nor what is the very same
        rows = await found(alike(records).filter(name_fold__in={fold(record.name) for record in records}))
        for record in {same(record): record for record in records}.values():
            rows += await found(alike([record]))
    return rows


def _reached_alike(records: Sequence[Customer]) -> QuerySet[Customer]:
    """Customers with the e-mail address or telephone of some."""
    emails = {spelling for record in records if record.email_norm for spelling in _spellings(record)}
    phones = {record.phone_e164 for record in records if record.phone_e164}
    alike = Q(email_fold__in=emails or [""], email_norm__not_isnull=True) | Q(phone_e164__in=phones or [""])
    return Customer.filter(alike | Q(email_norm__in=emails or [""]), deleted_key=0)


def _neighbours(records: Sequence[Customer]) -> QuerySet[Customer]:
    """Customers in the cities of some."""
    return Customer.filter(city_fold__in={fold(record.city or "") for record in records}, deleted_key=0)


def _spellings(record: Customer) -> set[str]:
    """How the e-mail address of a customer may stand in another's `email_norm` or, folded, in `email_fold`: one domain
    is written in letters, or in the ASCII that stands for them."""
    assert record.email_norm is not None
    name, _, domain = record.email_norm.rpartition("@")
    found = {record.email_norm, fold(record.email_norm), fold(record.email)}
    if not domain.isascii():
        found.add(fold(f"{name}@{routes.ascii_domain(domain)}"))
    return found


def _sorted_words(folded: str) -> str:
    return " ".join(sorted(folded.split()))
