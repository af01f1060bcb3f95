"""A server's first start writes down whose server it is; later ones are held to it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from models.database import Database
from schema.engine import Engine
from server import cli
from server.organisation import settle
from server.settings import Settings, WrongSetting
from tests.viewers import ADMIN

QUERY = "{ customers { nodes { name lifetimeValue { amount currency } } } }"


async def test_a_new_database_can_count_money_at_once(migrated_url: str) -> None:
    settings = replace(Settings(), database_url=migrated_url, currency="JPY", organisation="Lindholm")
    database = await Database.open(migrated_url)
    try:
        await settle(database, settings)
        await settle(database, settings)
        await settle(database, replace(settings, currency=""))
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
    database = await Database.open(migrated_url)
    try:
        await settle(database, settings)
        with pytest.raises(WrongSetting, match=f"CRM_{name.upper()} is '{value}', but this database has counted in"):
            await settle(database, replace(settings, **{name: value}))
    finally:
        await database.close()


async def test_a_start_opens_one_database_to_see_whose_it_is(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    before = Database.open

    async def noted(url: str, **more: Any) -> Database:
        opened.append(url)
        return await before(url, **more)

    monkeypatch.setattr(Database, "open", noted)
    await asyncio.to_thread(cli.prepare, Settings(database_url=migrated_url, currency="JPY"))
    assert opened == [migrated_url]
    with pytest.raises(WrongSetting, match="has counted in 'JPY'"):
        await asyncio.to_thread(cli.prepare, Settings(database_url=migrated_url, currency="USD"))
