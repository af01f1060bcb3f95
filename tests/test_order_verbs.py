"""Orders, verb by verb: each done, refused, forbidden and rolled back, with amounts worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from errors import Refused, UserErrorCode
from models import TicketStatus
from models.database import Database
from resolvers.order import NewOrder, OrderLineData
from resolvers.ticket import NewTicket
from resolvers.verbs import VERBS
from schema.engine import Engine
from tests.four_ways import Case, done, not_done
from tests.orders import CREDITS, LINE, SUMS, credit, line, prepare, sums
from tests.writing import ask, mutate, perform_verb, snapshot

# Of the world's orders 3 is confirmed, 6 a draft without lines, 7 a quotation, 12 a draft without an owner, 1 was
# delivered; `shop` adds 13, a quotation that has run out.
CASES = [
    Case(
        "createOrder",
        {
            "customerId": "cus_1",
            "orderDate": "2026-02-03",
            "validUntil": "2026-03-01",
            "campaignId": "cmp_1",
            "lines": [
                {"productId": "prd_1", "quantity": 3, "discountBps": 333},
                {
                    "productId": "prd_4",
                    "quantity": 2,
                    "price": {"amount": "10.05", "currency": "EUR"},
                    "discountBps": 1250,
                    "description": " On site ",
                },
            ],
            "credits": [{"repId": "rep_4", "share": 3333}, {"repId": "rep_2", "share": 6667}],
        },
        f"order {{ status version orderDate validUntil rounding customer {{ name }} owner {{ name }} {SUMS} {CREDITS}"
        f" campaign {{ name }} baseNet {{ amount }} lines {{ nodes {{ {LINE} description product {{ sku }} }} }} }}",
        {
            "order": {
                "status": "DRAFT",
                "version": 1,
                "orderDate": "2026-02-03",
                "validUntil": "2026-03-01",
                "rounding": "HALF_UP",
                "customer": {"name": "Acme Laboratories"},
                "owner": {"name": "Björn Ek"},
                "campaign": {"name": "Spring calibration"},
                "baseNet": None,
                # 3 × 49.90 less 3.33 % is 144.71499; 2 × 10.05 less 12.5 % is 17.5875; the tax is 27.4949 and 1.2313.
                **sums("169.80", "7.50", "162.30", "28.72", "191.02"),
                "lines": {
                    "nodes": [
                        line(1, 3, "49.90", "4.99", "144.71", "27.49", "172.20")
                        | {"description": None, "product": {"sku": "TH-100"}},
                        line(2, 2, "10.05", "2.51", "17.59", "1.23", "18.82")
                        | {"description": "On site", "product": {"sku": "SV-CAL"}},
                    ]
                },
                # 162.30 × 33.33 % is 54.09459: the cent that is left goes to the larger remainder.
                "credits": {"nodes": [credit(6667, "Björn Ek", "108.21"), credit(3333, "İpek Yıldız", "54.09")]},
            }
        },
        {("Order", "CREATED"), ("OrderLine", "CREATED"), ("OrderCredit", "CREATED")},
        {"customerId": "cus_1", "productId": "prd_1", "quantity": 0},
        "INVALID",
        ["quantity"],
    ),
    Case(
        "createOrders",
        {
            "items": [
                {"customerId": "cus_3", "productId": "prd_3", "quantity": 7},
                {"customerId": "cus_1", "currency": "USD"},
            ]
        },
        f"writtenCount rows {{ node {{ status owner {{ name }} {SUMS} }} errors {{ code }} }}",
        {
            "writtenCount": 2,
            "rows": [
                {
                    "node": {
                        "status": "DRAFT",
                        "owner": {"name": "陈伟"},
                        **sums("175000", "0", "175000", "17500", "192500", "JPY"),
                    },
                    "errors": [],
                },
                {
                    "node": {
                        "status": "DRAFT",
                        "owner": {"name": "Björn Ek"},
                        **sums("0.00", "0.00", "0.00", "0.00", "0.00", "USD"),
                    },
                    "errors": [],
                },
            ],
        },
        {("Order", "CREATED"), ("OrderLine", "CREATED")},
        {"items": [{"customerId": "cus_1"}, {"customerId": "cus_10"}]},
        "NOT_FOUND",
        ["items", "1", "customerId"],
    ),
    Case(
        "updateOrder",
        {
            "id": "ord_7",
            "ownerId": "rep_2",
            "validUntil": "2026-12-24",
            "credits": [{"repId": "rep_4", "share": 2500}, {"repId": "rep_2", "share": 7500}],
        },
        f"order {{ status version validUntil orderDate owner {{ name }} {SUMS} {CREDITS} }}",
        {
            "order": {
                "status": "SENT",
                "version": 2,
                "validUntil": "2026-12-24",
                "orderDate": "2026-04-02",
                "owner": {"name": "Björn Ek"},
                **sums("4500.00", "0.00", "4500.00", "855.00", "5355.00"),
                "credits": {"nodes": [credit(7500, "Björn Ek", "3375.00"), credit(2500, "İpek Yıldız", "1125.00")]},
            }
        },
        {("Order", "UPDATED"), ("OrderCredit", "CREATED"), ("OrderCredit", "DELETED")},
        {"id": "ord_7", "validUntil": "2026-04-01"},
        "INVALID",
        ["validUntil"],
    ),
    Case(
        "addOrderLine",
        {"id": "ord_7", "productId": "prd_2", "quantity": 2, "discountBps": 1000},
        f"order {{ version {SUMS} {CREDITS} }} orderLine {{ {LINE} product {{ sku }} }}",
        {
            "order": {
                "version": 2,
                **sums("4758.00", "25.80", "4732.20", "899.12", "5631.32"),
                "credits": {"nodes": [credit(10_000, "İpek Yıldız", "4732.20")]},
            },
            "orderLine": line(2, 2, "129.00", "25.80", "232.20", "44.12", "276.32") | {"product": {"sku": "TH-200"}},
        },
        {("Order", "UPDATED"), ("OrderLine", "CREATED"), ("OrderCredit", "UPDATED")},
        {"id": "ord_3", "productId": "prd_2", "quantity": 2},
        "NOT_ALLOWED",
    ),
    Case(
        "updateOrderLine",
        {"id": "lin_9", "quantity": 7, "discountBps": 3333},
        f"order {{ version {SUMS} {CREDITS} }} orderLine {{ version {LINE} }}",
        {
            "order": {
                "version": 2,
                **sums("315.00", "104.99", "210.01", "39.90", "249.91"),
                "credits": {"nodes": [credit(10_000, "İpek Yıldız", "210.01")]},
            },
            "orderLine": {"version": 2} | line(1, 7, "45.00", "104.99", "210.01", "39.90", "249.91"),
        },
        {("Order", "UPDATED"), ("OrderLine", "UPDATED"), ("OrderCredit", "UPDATED")},
        {"id": "lin_4", "quantity": 7},
        "NOT_ALLOWED",
    ),
    Case(
        "removeOrderLine",
        {"id": "lin_14"},
        f"order {{ version {SUMS} lines {{ totalCount }} }}",
        {
            "order": {
                "version": 2,
                **sums("0.00", "0.00", "0.00", "0.00", "0.00"),
                "lines": {"totalCount": 0},
            }
        },
        {("Order", "UPDATED"), ("OrderLine", "DELETED")},
        {"id": "lin_1"},
        "NOT_ALLOWED",
    ),
    Case(
        "deleteOrder",
        {"id": "ord_6"},
        'deletedId query { order(id: "ord_6") { id } }',
        {"deletedId": "ord_6", "query": {"order": None}},
        {("Order", "DELETED")},
        {"id": "ord_7"},
        "NOT_ALLOWED",
    ),
    Case(
        "sendOrder",
        {"id": "ord_12", "validUntil": "2099-05-01"},
        "order { status version validUntil }",
        {"order": {"status": "SENT", "version": 2, "validUntil": "2099-05-01"}},
        {("Order", "UPDATED")},
        {"id": "ord_6"},
        "BLANK",
    ),
    Case(
        "confirmOrder",
        {"id": "ord_7"},
        f"order {{ status version baseNet {{ amount currency }} baseTotal {{ amount }} {CREDITS} }}",
        {
            "order": {
                "status": "CONFIRMED",
                "version": 2,
                "baseNet": {"amount": "4500.00", "currency": "EUR"},
                "baseTotal": {"amount": "5355.00"},
                "credits": {"nodes": [credit(10_000, "İpek Yıldız", "4500.00", "4500.00")]},
            }
        },
        {("Order", "UPDATED"), ("OrderCredit", "UPDATED")},
        {"id": "ord_12"},
        "BLANK",
    ),
    Case(
        "expireOrder",
        {"id": "ord_13"},
        "order { status version }",
        {"order": {"status": "EXPIRED", "version": 2}},
        {("Order", "UPDATED")},
        {"id": "ord_7"},
        "NOT_ALLOWED",
    ),
    Case(
        "cancelOrder",
        {"id": "ord_3", "reason": " Changed their minds "},
        f"order {{ status version cancelReason baseNet {{ amount }} {SUMS} }}",
        {
            "order": {
                "status": "CANCELLED",
                "version": 2,
                "cancelReason": "Changed their minds",
                "baseNet": {"amount": "472.71"},
                **sums("477.70", "4.99", "472.71", "65.93", "538.64"),
            }
        },
        {("Order", "UPDATED")},
        {"id": "ord_1", "reason": "Too late"},
        "NOT_ALLOWED",
    ),
    Case(
        "fulfilOrder",
        {"id": "ord_3", "lines": [{"lineId": "lin_4", "quantity": 2}, {"lineId": "lin_6", "quantity": 1}]},
        "order { status version lines { nodes { quantity quantityFulfilled } } }",
        {
            "order": {
                "status": "PARTIALLY_FULFILLED",
                "version": 2,
                "lines": {
                    "nodes": [
                        {"quantity": 3, "quantityFulfilled": 2},
                        {"quantity": 2, "quantityFulfilled": 0},
                        {"quantity": 1, "quantityFulfilled": 1},
                    ]
                },
            }
        },
        {("Order", "UPDATED"), ("OrderLine", "UPDATED")},
        {"id": "ord_3", "lines": [{"lineId": "lin_4", "quantity": 4}]},
        "INVALID",
        ["lines", "0", "quantity"],
    ),
    Case(
        "returnOrder",
        {"id": "ord_1", "reason": "Broken", "lines": [{"lineId": "lin_1", "quantity": 3}]},
        "order { status version net { amount } lines { nodes { quantityFulfilled quantityReturned } } }"
        " orderReturn { reason net { amount } tax { amount } total { amount } baseNet { amount } baseTotal { amount }"
        " lines { nodes { quantity total { amount currency } } } }",
        {
            "order": {
                "status": "PARTIALLY_RETURNED",
                "version": 2,
                "net": {"amount": "615.10"},
                "lines": {
                    "nodes": [
                        {"quantityFulfilled": 10, "quantityReturned": 3},
                        {"quantityFulfilled": 1, "quantityReturned": 0},
                    ]
                },
            },
            "orderReturn": {
                "reason": "Broken",
                # Three tenths of 499.00 and, cut off, of 94.81.
                "net": {"amount": "149.70"},
                "tax": {"amount": "28.44"},
                "total": {"amount": "178.14"},
                "baseNet": {"amount": "149.70"},
                "baseTotal": {"amount": "178.14"},
                "lines": {"nodes": [{"quantity": 3, "total": {"amount": "178.14", "currency": "EUR"}}]},
            },
        },
        {
            ("Order", "UPDATED"),
            ("OrderLine", "UPDATED"),
            ("OrderReturn", "CREATED"),
            ("OrderReturnLine", "CREATED"),
            ("OrderReturnCredit", "CREATED"),
        },
        {"id": "ord_3", "reason": "Not even delivered"},
        "NOT_ALLOWED",
    ),
]


@pytest.fixture
async def shop(own_world: Database) -> Database:
    """A world of its own, made ready."""
    await prepare(own_world)
    return own_world


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if "Order" in name} == {case.verb for case in CASES}
    assert len(CASES) == 13


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(shop: Database, case: Case) -> None:
    await done(shop, case)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_that_is_not_done_leaves_no_trace(
    shop: Database, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    await not_done(shop, case, monkeypatch)


async def test_a_price_or_tax_that_is_null_is_the_products_own(own_world: Database) -> None:
    engine = Engine(own_world)
    shown = "orderLine { price { amount } taxBps discountBps description } order { version }"
    price = {"amount": "7.50", "currency": "EUR"}
    given = {"id": "lin_9", "price": price, "taxBps": 700, "description": "Special"}
    changed = (await mutate(engine, "updateOrderLine", given, shown))["orderLine"]
    assert (changed["price"], changed["taxBps"], changed["description"]) == ({"amount": "7.50"}, 700, "Special")
    kept = (await mutate(engine, "updateOrderLine", {"id": "lin_9", "discountBps": 100}, shown))["orderLine"]
    assert kept == changed | {"discountBps": 100}
    product = "{ orderLine: node(id: \"lin_9\") { ... on OrderLine { product { price { amount } taxBps } } } }"
    (answer,) = (await ask(engine, product))["data"].values()
    cleared = {"id": "lin_9", "price": None, "taxBps": None, "description": None, "discountBps": 0}
    back = (await mutate(engine, "updateOrderLine", cleared, shown))["orderLine"]
    assert back == {**answer["product"], "description": None, "discountBps": 0}


async def test_a_line_that_stays_as_it_is_changes_nothing(own_world: Database) -> None:
    engine, before = Engine(own_world), await snapshot(own_world)
    stored = (await ask(engine, "{ node(id: \"lin_9\") { ... on OrderLine { quantity taxBps } } }"))["data"]["node"]
    for given in ({}, {"quantity": stored["quantity"]}, stored):
        payload = await mutate(
            engine, "updateOrderLine", {"id": "lin_9", **given}, "order { version } orderLine { id }"
        )
        assert payload == {"order": {"version": 1}, "orderLine": {"id": "lin_9"}, "errors": []}
    assert await snapshot(own_world) == before


def an_order(**line: Any) -> NewOrder:
    return NewOrder(customer_id=1, lines=[OrderLineData(**{"product_id": 1, "quantity": 1, **line})])


MISTYPED: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "a share of a share": ("createOrder", {"new": an_order(discount_bps=Decimal("33.5"))}, "discountBps"),
    "a number as a text": ("createOrder", {"new": an_order(quantity="3")}, "quantity"),
    "a truth as an id": ("createOrder", {"new": NewOrder(customer_id=True)}, "customerId"),
    "a text as an id": ("createOrder", {"new": NewOrder(customer_id="1")}, "customerId"),
    "a text as an amount": ("createOrder", {"new": an_order(price="free")}, "price"),
    "a text as a date": ("createOrder", {"new": NewOrder(customer_id=1, order_date="yesterday")}, "orderDate"),
    "a text as a list": ("createOrder", {"new": NewOrder(customer_id=1, lines="none")}, "lines"),
    "a text as a line": ("createOrder", {"new": NewOrder(customer_id=1, lines=["one"])}, "0"),
    "a number as a text of ours": ("updateOrderLine", {"id": 9, "change": {"description": 5}}, "description"),
    "another choice": (
        "createTicket",
        {"new": NewTicket(customer_id=1, issue="Hm", priority=TicketStatus.NEW)},
        "priority",
    ),
    "a text as an object": ("createTicket", {"new": "Hm"}, "The whole"),
}


@pytest.mark.parametrize("what", MISTYPED)
async def test_python_is_told_of_values_of_other_types(own_world: Database, what: str) -> None:
    verb, arguments, name = MISTYPED[what]
    before = await snapshot(own_world)
    with pytest.raises(Refused) as no:
        await perform_verb(own_world, verb, **arguments)
    (error,) = no.value.errors
    assert error.code is UserErrorCode.INVALID
    assert error.message.startswith(f"{name} must be ")
    assert await snapshot(own_world) == before
