"""Why a record is shown or hidden is said by the rules that decide it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from access import Viewer
from models.database import Database
from resolvers.explain import explain
from schema import CATALOG
from server.cli import main
from tests import rights
from tests.oracle import Company
from tests.viewers import AGENT, MANAGER, MARKETING, REP, VIEWERS

LOOKS_AFTER, CREDIT = "the viewer looks after the customer", "the viewer has a credit on an order of the customer"


async def told(database: Database, viewer: Viewer, entity: str, id_: int) -> list[str]:
    return await explain(database, CATALOG, viewer, CATALOG.entities[entity], id_)


@pytest.mark.parametrize(
    ("id_", "verdict", "reasons"),
    [
        (4, "shown to", {LOOKS_AFTER: True, CREDIT: True}),
        (1, "shown to", {LOOKS_AFTER: False, CREDIT: True}),
        (3, "hidden from", {LOOKS_AFTER: False, CREDIT: False}),
    ],
)
async def test_each_reason_is_held_against_the_customer(
    database: Database, id_: int, verdict: str, reasons: dict[str, bool]
) -> None:
    lines = await told(database, REP, "Customer", id_)
    assert lines[0] == f"cus_{id_} is {verdict} İpek, who is REP."
    assert {line[7:]: line.startswith("  yes") for line in lines if line.startswith("  ")} == reasons


async def test_whether_it_may_be_changed_is_said_besides(database: Database) -> None:
    changed = "It may be changed for any of these reasons:"
    assert (await told(database, REP, "Customer", 4))[-2:] == [changed, f"  yes  {LOOKS_AFTER}"]
    assert (await told(database, REP, "Customer", 1))[-2:] == [changed, f"  no   {LOOKS_AFTER}"]
    assert (await told(database, MANAGER, "Contact", 1))[-2:] == [changed, f"  yes  {LOOKS_AFTER}"]
    assert (await told(database, MANAGER, "Contact", 7))[-2:] == [changed, f"  no   {LOOKS_AFTER}"]


async def test_what_is_not_there_or_was_removed_is_said(database: Database) -> None:
    assert "There is no cus_999." in await told(database, REP, "Customer", 999)
    lines = await told(database, MANAGER, "Customer", 10)
    assert lines[0].startswith("cus_10 is hidden from") and "cus_10 was removed." in lines


async def test_what_a_role_does_not_find_is_said(database: Database) -> None:
    assert (await told(database, AGENT, "Campaign", 1))[1] == "AGENT does not find it at all: Campaign."
    assert "never a single record" in (await told(database, MARKETING, "Order", 1))[1]
    assert (await told(database, AGENT, "Product", 1))[-1].endswith(": currency, price, taxBps, cost.")


async def test_the_verdict_is_what_the_api_does(database: Database) -> None:
    async with database.transaction():
        company = await Company.load()
    for viewer in VIEWERS.values():
        seen = rights.seen_by(viewer, company)
        closed = rights.GONE.get(viewer.role, set()) | rights.COUNTED.get(viewer.role, set())
        for entity in ("Customer", "Order", "OrderCredit", "SalesTarget", "Ticket", "TicketMessage"):
            for id_ in company.rows[entity]:
                verdict = (await told(database, viewer, entity, id_))[0]
                expected = entity not in closed and id_ in seen.rows[entity]
                assert (" is shown to " in verdict) is expected, verdict


def test_mistyped_names_are_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    assert "did you mean Customer?" in run(main, ["access", "explain", "a@b.example", "Custmer", "1"]).output
    assert "write it as the API does, cus_42" in run(main, ["access", "explain", "a@b.example", "Customer", "x"]).output
