"""What is written to while things break: a small company, made through the verbs a client would use."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from models import Organisation, Role
from models.database import Database
from resolvers import accounts, tokens
from schema.engine import Engine
from tests.viewers import ADMIN

TOKEN = tokens.API_KEY + "of-a-company-that-is-thrown-away"
"""What the clients ask with."""


@dataclass(frozen=True)
class Company:
    """The records that writes refer to, by their global ids."""

    customer: str
    rep: str
    product: str


async def found(url: str) -> Company:
    """Fill a migrated, empty database with the least that orders and tickets need."""
    database = await Database.open(url, readers=1, pool=2)
    try:
        async with database.transaction():
            await Organisation.create(id=1, name="Lindholm Instruments", currency="EUR", time_zone="Europe/Stockholm")
            await accounts.create_user("ada@lindholm.example", "Ada Nyström", [Role.ADMIN], None, None)
            await accounts.create_key("ada@lindholm.example", "faults", ["read", "write"], None, TOKEN)
        engine = Engine(database)
        rep = await make(
            engine,
            "salesRep",
            name="Ada Nyström",
            position="Head of sales",
            email="ada@lindholm.example",
            hiredOn="2015-03-01",
        )
        price = {"amount": "49.90", "currency": "EUR"}
        product = await make(
            engine, "product", sku="TH-100", name="Thermometer 100", price=price, taxBps=1900, unit="piece"
        )
        customer = await make(engine, "customer", name="Örebro Kemi AB", city="Örebro", ownerId=rep)
        return Company(customer, rep, product)
    finally:
        await database.close()


async def make(engine: Engine, field: str, **given: Any) -> str:
    """The global id of a new record. Raises RuntimeError with the answer if it was refused."""
    title = field[0].upper() + field[1:]
    query = f"mutation M($input: Create{title}Input!) {{ create{title}(input: $input) {{ {field} {{ id }} }} }}"
    answer = await engine.execute(query, {"input": given}, None, ADMIN)
    body = json.loads(answer.body)
    if "errors" in body or not body["data"][f"create{title}"][field]:
        raise RuntimeError(answer.body.decode())
    return str(body["data"][f"create{title}"][field]["id"])


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A database, open for looking at it."""
    database = await Database.open(url, readers=1, pool=2)
    try:
        yield database
    finally:
        await database.close()
