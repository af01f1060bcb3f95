"""Sees that a database which the demo made has the demo's users, and casts them as its reps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from models import ApiKey, Organisation, SalesRep, User, UserRole
from models.database import Database
from resolvers import accounts, passwords, tokens
from server.demo_tokens import DEMO_PASSWORD, USERS


async def settle_users(url: str) -> None:
    """See that a database of the demo has the demo's users; one of an earlier release has none.

    Raises `ValueError` for a database that the demo did not make.
    """
    database = await Database.open(url, readers=1, pool=1)
    try:
        async with database.transaction() as transaction:
            organisation = await Organisation.get_or_none(id=1)
            if organisation is None or not organisation.demo:
                raise ValueError("The demo's users are for a database that the demo made.")
            reps = await SalesRep.filter(deleted_at=None).order_by("id")
            owned = await transaction.execute(
                "SELECT owner_id, count(*) FROM customer WHERE deleted_at IS NULL AND owner_id IS NOT NULL"
                " GROUP BY owner_id"
            )
            parts = cast(reps, dict(owned))
            kept = await passwords.hashed(DEMO_PASSWORD)
            for demo in USERS:
                user = await User.get_or_none(email_fold=demo.email)
                if user is None:
                    user = await User.create(
                        email=demo.email,
                        name=demo.name,
                        role=demo.role,
                        rep_id=parts.get(demo.token),
                        password_hash=kept,
                    )
                    for role in demo.further:
                        await UserRole.create(user_id=user.id, role=role)
                if not await ApiKey.filter(token_hash=tokens.hashed(demo.token)).exists():
                    await ApiKey.create(
                        user_id=user.id,
                        role=demo.role,
                        name=demo.token,
                        token_hash=tokens.hashed(demo.token),
                        scopes=msgspec.json.encode(accounts.SCOPES).decode(),
                        created_at=accounts.now(),
                    )
    finally:
        await database.close()


def cast(reps: Sequence[SalesRep], customers: Mapping[int, int]) -> dict[str, int]:
    """Which reps the demo's users are, by token: who leads a team, one of that team, and one the lead has no say over.

    `customers` counts those that each rep looks after: the two are reps who have many.
    """
    below: dict[int | None, set[int]] = {}
    for rep in reps:
        below.setdefault(rep.manager_id, set()).add(rep.id)

    def under(id_: int) -> set[int]:
        found: set[int] = set()
        climb = {id_}
        while climb:
            climb = set().union(*(below.get(each, ()) for each in climb)) - found
            found |= climb
        return found

    def busiest(some: Sequence[SalesRep]) -> SalesRep:
        return max(some, key=lambda rep: (customers.get(rep.id, 0), -rep.id))

    casts = []
    active = [rep for rep in reps if rep.active and rep.team_id is not None]
    for lead in active:
        theirs = under(lead.id)
        mates = [rep for rep in active if rep.team_id == lead.team_id and rep.id != lead.id]
        reports = [rep for rep in mates if rep.manager_id == lead.id]
        others = [rep for rep in active if rep.team_id != lead.team_id and rep.id not in theirs]
        if mates and others:
            mate, other = busiest(reports or mates), busiest(others)
            parts = {"demo-manager": lead.id, "demo-rep": mate.id, "demo-rep-2": other.id}
            casts.append(((bool(reports), bool(theirs), customers.get(mate.id, 0), -lead.id), parts))
    return max(casts, key=lambda each: each[0])[1] if casts else {}
