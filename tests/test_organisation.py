"""A server's first start writes down whose server it is; later ones are held to it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from models.database import Database
from schema.engine import Engine
from server.organisation import settle
from server.settings import Settings, WrongSetting
from tests.viewers import ADMIN

QUERY = "{ customers { nodes { name lifetimeValue { amount currency } } } }"


async def test_a_new_database_can_count_money_at_once(migrated_url: str) -> None:
    settings = replace(Settings(), database_url=migrated_url, currency="JPY", organisation="Lindholm")
    await settle(settings)
    await settle(settings)
    await settle(replace(settings, currency=""))
    database = await Database.open(migrated_url)
    try:
        engine = Engine(database)
        made = 'mutation { createCustomer(input: {name: "Ann"}) { customer { lifetimeValue { amount currency } } } }'
        answer = json.loads((await engine.execute(made, None, None, ADMIN)).body)["data"]["createCustomer"]
        assert answer["customer"]["lifetimeValue"] == {"amount": "0", "currency": "JPY"}
        assert (await database.execute("SELECT name, time_zone FROM organisation"))[0] == ("Lindholm", "UTC")
        assert "Ann" in (await engine.execute(QUERY, None, None, ADMIN)).body.decode()
    finally:
        await database.close()


@pytest.mark.parametrize(("name", "value"), [("currency", "USD"), ("time_zone", "Asia/Tokyo")])
async def test_another_currency_or_time_zone_stops_the_start(migrated_url: str, name: str, value: str) -> None:
    settings = replace(Settings(), database_url=migrated_url)
    await settle(settings)
    with pytest.raises(WrongSetting, match=f"CRM_{name.upper()} is '{value}', but this database has counted in"):
        await settle(replace(settings, **{name: value}))
