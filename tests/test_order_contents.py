"""What may stand on an order: prices, dates, reps and lines that belong together, and nothing else."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import pytest

from models import Order, OrderLine, Product, SalesRep
from models.database import Database
from resolvers.order import CreditData, NewOrder, OrderLineData
from schema.engine import Engine
from tests.four_ways import refused, told
from tests.orders import LINE, SUMS, line, prepare, sums
from tests.writing import Statements, journal, mutate, perform_verb, snapshot

BIG = {"amount": "1000000000000", "currency": "EUR"}
NO_ORDERS: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a product priced in another currency": (
        "createOrder",
        {"customerId": "cus_1", "currency": "EUR", "lines": [{"productId": "prd_3", "quantity": 1}]},
        [("BLANK", "lines.0.price")],
    ),
    "two products priced in two currencies": (
        "createOrder",
        {
            "customerId": "cus_1",
            "lines": [{"productId": "prd_3", "quantity": 1}, {"productId": "prd_1", "quantity": 1}],
        },
        [("BLANK", "lines.1.price")],
    ),
    "a price in another currency than the order's": (
        "addOrderLine",
        {"id": "ord_7", "productId": "prd_3", "quantity": 1, "price": {"amount": "1", "currency": "JPY"}},
        [("INVALID", "price.currency")],
    ),
    "a line that comes to be in another currency": (
        "updateOrderLine",
        {"id": "lin_9", "price": {"amount": "1", "currency": "JPY"}},
        [("INVALID", "price.currency")],
    ),
    "a line that comes to be of a product priced in another currency": (
        "updateOrderLine",
        {"id": "lin_9", "productId": "prd_3"},
        [("BLANK", "price")],
    ),
    "a line of more than can be stored": (
        "createOrder",
        {"customerId": "cus_1", "productId": "prd_1", "quantity": 2, "price": BIG},
        [("INVALID", "quantity")],
    ),
    "lines that come to more than can be stored": (
        "createOrder",
        {"customerId": "cus_1", "lines": [{"productId": "prd_1", "quantity": 1, "price": BIG, "taxBps": 0}] * 2},
        [("INVALID", "lines")],
    ),
    "a line too many for what can be stored": (
        "addOrderLine",
        {"id": "ord_7", "productId": "prd_1", "quantity": 1, "price": BIG, "taxBps": 0},
        [("INVALID", "lines")],
    ),
    "reps who are not there": (
        "createOrder",
        {"customerId": "cus_1", "credits": [{"repId": "rep_6", "share": 5000}, {"repId": "rep_99", "share": 5000}]},
        [("NOT_FOUND", "credits.0.repId"), ("NOT_FOUND", "credits.1.repId")],
    ),
    "links that lead nowhere": (
        "createOrder",
        {"customerId": "cus_10", "ownerId": "rep_6", "campaignId": "cmp_99"},
        [("NOT_FOUND", "customerId"), ("NOT_FOUND", "ownerId"), ("NOT_FOUND", "campaignId")],
    ),
    "null for the date": ("updateOrder", {"id": "ord_7", "orderDate": None}, [("BLANK", "orderDate")]),
    "a date after the last day": (
        "updateOrder",
        {"id": "ord_13", "orderDate": "2026-02-02"},
        [("INVALID", "validUntil")],
    ),
    "a last day before the date": (
        "sendOrder",
        {"id": "ord_12", "validUntil": "2026-03-31"},
        [("INVALID", "validUntil")],
    ),
    "a version that is gone": (
        "cancelOrder",
        {"id": "ord_7", "reason": "x", "expectedVersion": 7},
        [("STALE", "expectedVersion")],
    ),
}


@pytest.fixture
async def shop(own_world: Database) -> Database:
    """A world of its own, made ready."""
    await prepare(own_world)
    return own_world


async def test_an_order_that_makes_no_sense_is_refused(shop: Database) -> None:
    for what, (verb, given, errors) in NO_ORDERS.items():
        assert told(await refused(shop, verb, given)) == errors, what


async def test_another_product_brings_its_own_price_and_tax(shop: Database) -> None:
    """2 × 129.00 at 19 % become 2 × 99.50 at 7 %; a price that is given stays given until it is null: 2 × 49.90."""
    engine = Engine(shop)
    await mutate(engine, "updateOrderLine", {"id": "lin_14", "quantity": 2})
    shown = f"orderLine {{ {LINE} taxBps product {{ sku }} }}"
    payload = await mutate(engine, "updateOrderLine", {"id": "lin_14", "productId": "prd_4"}, shown)
    assert payload["orderLine"] == line(1, 2, "99.50", "0.00", "199.00", "13.93", "212.93") | {
        "taxBps": 700,
        "product": {"sku": "SV-CAL"},
    }
    given = {"id": "lin_14", "productId": "prd_1", "price": {"amount": "10", "currency": "EUR"}, "taxBps": 0}
    payload = await mutate(engine, "updateOrderLine", given, shown)
    assert payload["orderLine"]["total"] == {"amount": "20.00"}
    payload = await mutate(engine, "updateOrderLine", {"id": "lin_14", "quantity": 2}, shown)
    assert payload["orderLine"]["total"] == {"amount": "20.00"}
    payload = await mutate(engine, "updateOrderLine", {"id": "lin_14", "price": None, "taxBps": None}, shown)
    assert payload["orderLine"]["total"] == {"amount": "118.76"}


async def test_a_line_outlives_its_product(shop: Database) -> None:
    """What it had of a product that was removed stays; a product that was removed cannot be chosen anew."""
    engine, shown = Engine(shop), "orderLine { quantity description price { amount } product { sku } }"
    before = (await mutate(engine, "updateOrderLine", {"id": "lin_14", "quantity": 2}, shown))["orderLine"]
    product = (await OrderLine.get(id=14)).product_id
    await Product.filter(id=product).update(deleted_at=dt.datetime.now(dt.UTC), deleted_key=product)
    payload = await mutate(engine, "updateOrderLine", {"id": "lin_14", "quantity": 5, "description": "More"}, shown)
    assert payload["errors"] == []
    assert payload["orderLine"] == {**before, "quantity": 5, "description": "More", "product": None}
    same = {"id": "lin_14", "productId": f"prd_{product}"}
    assert (await mutate(engine, "updateOrderLine", same))["errors"] == []
    await mutate(engine, "updateOrderLine", {"id": "lin_14", "productId": "prd_4"})
    assert told(await refused(shop, "updateOrderLine", same)) == [("NOT_FOUND", "productId")]


async def test_who_has_left_and_what_is_not_sold_any_more_is_not_put_on_new_orders(shop: Database) -> None:
    engine = Engine(shop)
    order = {"customerId": "cus_1", "productId": "prd_1", "quantity": 1}
    share = [{"repId": "rep_2", "share": 5000}, {"repId": "rep_5", "share": 5000}]
    tries: list[tuple[str, dict[str, Any], str]] = [
        ("createOrder", {**order, "ownerId": "rep_5"}, "ownerId"),
        ("createOrder", {**order, "credits": share}, "credits.1.repId"),
        ("createOrder", {**order, "productId": "prd_5"}, "productId"),
        ("updateOrder", {"id": "ord_7", "ownerId": "rep_5"}, "ownerId"),
        ("updateOrder", {"id": "ord_7", "credits": share}, "credits.1.repId"),
        ("addOrderLine", {"id": "ord_7", "productId": "prd_5", "quantity": 1}, "productId"),
        ("createCustomer", {"name": "New", "country": "DE", "ownerId": "rep_5"}, "ownerId"),
        ("updateCustomer", {"id": "cus_1", "ownerId": "rep_5"}, "ownerId"),
    ]
    for verb, given, path in tries:
        (error,) = await refused(shop, verb, given)
        assert (error["code"], ".".join(error["path"][1:])) == ("INVALID", path), verb
        assert "any more" in error["message"], verb
    owned = (await mutate(engine, "createOrder", {**order, "ownerId": "rep_2"}, "order { id }"))["order"]
    # Who was there before stays, and so does what stands on a line.
    await SalesRep.filter(id__lte=4).update(active=False)
    await Product.filter(id=1).update(active=False)
    owner = (await Order.get(id=7)).owner_id
    assert owner is not None
    named = {"id": "ord_7", "ownerId": f"rep_{owner}"}
    assert (await mutate(engine, "updateOrder", named))["errors"] == []
    (line, *_) = await OrderLine.filter(order_id=7).order_by("position")
    assert (await mutate(engine, "updateOrderLine", {"id": f"lin_{line.id}", "quantity": 3}))["errors"] == []
    (error,) = await refused(shop, "confirmOrder", {"id": owned["id"]})
    assert "any more" in error["message"], "nor is one credited by confirming"
    # A customer whose rep has left brings nobody along.
    made = await mutate(engine, "createOrder", {**order, "productId": "prd_4"}, "order { owner { id } }")
    assert (made["errors"], made["order"]) == ([], {"owner": None})


async def test_an_order_that_tickets_are_about_stays_its_customers(shop: Database) -> None:
    engine = Engine(shop)
    order = (await Order.get(id=7)).customer_id
    other = "cus_2" if order != 2 else "cus_3"
    ticket = {"customerId": f"cus_{order}", "orderId": "ord_7", "issue": "It came broken"}
    made = (await mutate(engine, "createTicket", ticket, "ticket { id }"))["ticket"]
    moved = {"id": "ord_7", "customerId": other}
    errors = await refused(shop, "updateOrder", moved, "... on TransitionError { allowed }")
    assert told(errors) == [("NOT_ALLOWED", "customerId")]
    assert "updateOrder" in errors[0]["allowed"]
    assert (await mutate(engine, "updateOrder", {**moved, "customerId": f"cus_{order}"}))["errors"] == []
    await mutate(engine, "updateTicket", {"id": made["id"], "orderId": None})
    assert (await mutate(engine, "updateOrder", moved))["errors"] == []


async def test_the_date_of_an_order_is_that_of_its_credits(shop: Database) -> None:
    engine = Engine(shop)
    shown = "order { version credits { nodes { orderDate } } }"
    payload = await mutate(engine, "updateOrder", {"id": "ord_7", "orderDate": "2026-04-05"}, shown)
    assert payload["order"] == {"version": 2, "credits": {"nodes": [{"orderDate": "2026-04-05"}]}}
    before = await snapshot(shop)
    payload = await mutate(engine, "updateOrder", {"id": "ord_7", "orderDate": "2026-04-05"}, shown)
    assert payload["order"]["version"] == 2
    assert await snapshot(shop) == before, "nothing differs, nothing is written"
    payload = await mutate(engine, "updateOrder", {"id": "ord_7", "credits": None}, shown)
    assert payload["order"] == {"version": 3, "credits": {"nodes": []}}


async def test_an_order_without_a_date_is_of_today_and_its_customers_rep_owns_it(shop: Database) -> None:
    def today() -> str:
        return dt.datetime.now(zoneinfo.ZoneInfo("Europe/Stockholm")).date().isoformat()

    before = today()
    payload = await mutate(
        Engine(shop), "createOrder", {"customerId": "cus_4"}, "order { orderDate currency owner { name } }"
    )
    assert payload["order"].pop("orderDate") in (before, today())
    assert payload["order"] == {"currency": "EUR", "owner": {"name": "İpek Yıldız"}}


async def test_a_batch_takes_a_handful_of_statements(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statements, needed = Statements(monkeypatch), []
    for size in (2, 500):
        statements.count = 0
        items = [NewOrder(1, lines=[OrderLineData(1, 1 + at)], credits=[CreditData(2, 10_000)]) for at in range(size)]
        outcome = await perform_verb(shop, "createOrders", items=items)
        assert outcome["written_count"] == size
        needed.append(statements.count)
    assert max(needed) <= 20, needed
    numbers = await shop.execute("SELECT id, number FROM sales_order WHERE id > 13")
    assert len(numbers) == 502
    assert all(number == f"SO-{10_000 + id_}" for id_, number in numbers)


async def test_an_order_has_changed_when_its_lines_have_though_they_come_to_the_same(shop: Database) -> None:
    """Whoever read version 1 is told that it is stale, and whoever listens is told of the order."""
    engine = Engine(shop)
    free = {"productId": "prd_1", "quantity": 1, "price": {"amount": "0", "currency": "EUR"}}
    shown = f"order {{ version {SUMS} }}"
    for version, (verb, given) in enumerate(
        (
            ("updateOrderLine", {"id": "lin_14", "description": "In a box"}),
            ("addOrderLine", {"id": "ord_12", **free}),
            ("removeOrderLine", {}),
        ),
        2,
    ):
        if verb == "removeOrderLine":
            (added,) = await shop.execute("SELECT id FROM order_line WHERE order_id = 12 AND position = 2")
            given = {"id": f"lin_{added[0]}"}
        before = await snapshot(shop)
        payload = await mutate(engine, verb, given, shown)
        assert payload["order"] == {"version": version} | sums("129.00", "0.00", "129.00", "24.51", "153.51"), verb
        _, heard = await journal(shop, before)
        assert ("Order", "UPDATED") in heard
    errors = await refused(shop, "sendOrder", {"id": "ord_12", "expectedVersion": 1})
    assert told(errors) == [("STALE", "expectedVersion")]
