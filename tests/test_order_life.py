"""The life of an order: every step from every status, held against a table that is written down here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from errors import Refused
from models import Order, OrderLine, OrderStatus
from models.database import Database
from resolvers.order import CreditData, NewOrder, OrderLineData
from resolvers.order_life import Quantities
from resolvers.verbs import VERBS, Money
from resolvers.write import Outcome
from schema.engine import Engine
from tests.four_ways import refused, told
from tests.writing import ask, mutate, perform_verb, snapshot

S = OrderStatus
LONG_AGO = dt.date(2026, 1, 31)

WRITING = ("updateOrder", "addOrderLine", "updateOrderLine", "removeOrderLine")

STEPS: Mapping[OrderStatus, Mapping[str, OrderStatus]] = {
    S.DRAFT: {
        **dict.fromkeys(WRITING, S.DRAFT),
        "deleteOrder": S.DRAFT,
        "sendOrder": S.SENT,
        "confirmOrder": S.CONFIRMED,
        "expireOrder": S.EXPIRED,
        "cancelOrder": S.CANCELLED,
    },
    S.SENT: {
        **dict.fromkeys(WRITING, S.SENT),
        "confirmOrder": S.CONFIRMED,
        "expireOrder": S.EXPIRED,
        "cancelOrder": S.CANCELLED,
    },
    S.CONFIRMED: {"fulfilOrder": S.FULFILLED, "cancelOrder": S.CANCELLED},
    S.PARTIALLY_FULFILLED: {"fulfilOrder": S.FULFILLED, "returnOrder": S.PARTIALLY_RETURNED},
    S.FULFILLED: {"returnOrder": S.RETURNED},
    S.PARTIALLY_RETURNED: {"fulfilOrder": S.PARTIALLY_RETURNED, "returnOrder": S.PARTIALLY_RETURNED},
    S.RETURNED: {},
    S.EXPIRED: {},
    S.CANCELLED: {},
}
"""What may be done to an order in each status, and where it leads; all else is refused. It is the business's word, so
it is not taken from the code."""

VERBS_OF_ONE = {
    *WRITING, "deleteOrder", "sendOrder", "confirmOrder", "expireOrder", "cancelOrder", "fulfilOrder", "returnOrder"
}  # fmt: skip

WAYS: Mapping[OrderStatus, tuple[str, ...]] = {
    S.DRAFT: (),
    S.SENT: ("sendOrder",),
    S.CONFIRMED: ("confirmOrder",),
    S.PARTIALLY_FULFILLED: ("confirmOrder", "fulfil some"),
    S.FULFILLED: ("confirmOrder", "fulfilOrder"),
    S.PARTIALLY_RETURNED: ("confirmOrder", "fulfil most", "return some"),
    S.RETURNED: ("confirmOrder", "fulfilOrder", "returnOrder"),
    S.EXPIRED: ("run out", "expireOrder"),
    S.CANCELLED: ("cancelOrder",),
}
"""By which verbs a new order gets to each status."""


async def made(database: Database, status: OrderStatus = S.DRAFT) -> int:
    """A new order of two lines, five units of the first, that was led to a status."""
    lines = [OrderLineData(1, 5), OrderLineData(4, 1)]
    new = NewOrder(customer_id=1, order_date=LONG_AGO, lines=lines)
    id_: int = (await perform_verb(database, "createOrder", new=new))["order"].id
    for verb in WAYS[status]:
        await do(database, verb, id_)
    assert (await Order.get(id=id_)).status is status
    return id_


async def line_ids(order_id: int) -> list[int]:
    return [line.id for line in await OrderLine.filter(order_id=order_id).order_by("position")]


async def do(database: Database, verb: str, id_: int) -> Outcome:
    """Use a verb in the plainest way."""
    first = (await line_ids(id_))[0]
    arguments: dict[str, Any] = {"id": id_}
    match verb:
        case "run out":
            verb, arguments = "updateOrder", {"id": id_, "change": {"valid_until": LONG_AGO}}
        case "fulfil some":
            verb, arguments = "fulfilOrder", {"id": id_, "lines": [Quantities(first, 2)]}
        case "fulfil most":
            verb, arguments = "fulfilOrder", {"id": id_, "lines": [Quantities(first, 4)]}
        case "return some":
            verb, arguments = "returnOrder", {"id": id_, "reason": "Dents", "lines": [Quantities(first, 2)]}
        case "updateOrder":
            arguments["change"] = {"campaign_id": 1}
        case "addOrderLine":
            arguments["line"] = OrderLineData(1, 1)
        case "updateOrderLine":
            arguments = {"id": first, "change": {"quantity": 9}}
        case "removeOrderLine":
            arguments = {"id": first}
        case "cancelOrder" | "returnOrder":
            arguments["reason"] = "Changed their minds"
    return await perform_verb(database, verb, **arguments)


def test_the_table_knows_every_status_and_every_verb() -> None:
    assert STEPS.keys() == WAYS.keys() == set(S)
    assert {name for name in VERBS if "Order" in name} - {"createOrder", "createOrders"} == VERBS_OF_ONE
    assert {verb for steps in STEPS.values() for verb in steps} == VERBS_OF_ONE


@pytest.mark.parametrize("status", list(S), ids=str)
async def test_every_step_that_the_table_has_is_taken(own_world: Database, status: OrderStatus) -> None:
    for verb, leads in STEPS[status].items():
        id_ = await made(own_world, status)
        if verb == "expireOrder":
            await do(own_world, "run out", id_)
        before = await Order.get(id=id_)
        await do(own_world, verb, id_)
        after = await Order.get(id=id_)
        assert after.status is leads, verb
        assert after.version == before.version + 1, verb
        assert (after.deleted_at is not None) == (verb == "deleteOrder")
        assert (after.confirmed_at is not None) == (verb == "confirmOrder" or before.confirmed_at is not None)
        assert (after.cancelled_at is not None) == (verb == "cancelOrder")


@pytest.mark.parametrize("status", list(S), ids=str)
async def test_every_step_that_the_table_has_not_is_refused(own_world: Database, status: OrderStatus) -> None:
    id_ = await made(own_world, status)
    before = await snapshot(own_world)
    for verb in sorted(VERBS_OF_ONE - STEPS[status].keys()):
        with pytest.raises(Refused) as no:
            await do(own_world, verb, id_)
        (error,) = no.value.errors
        assert (error.code, error.path) == ("NOT_ALLOWED", ("id",)), verb
        assert error.allowed is not None
        assert set(error.allowed) == STEPS[status].keys(), verb
        assert status.value in error.message
    assert await snapshot(own_world) == before


async def test_the_api_names_what_can_be_done_instead(own_world: Database) -> None:
    """Both in the refusal and, before one tries, in `allowedTransitions`."""
    engine = Engine(own_world)
    for status in S:
        id_ = await made(own_world, status)
        body = await ask(engine, "query Q($id: ID!) { order(id: $id) { allowedTransitions } }", id=f"ord_{id_}")
        assert set(body["data"]["order"]["allowedTransitions"]) == STEPS[status].keys()
    payload = await mutate(engine, "cancelOrder", {"id": "ord_1", "reason": "Too late"})
    assert payload["errors"] == [
        {
            "__typename": "TransitionError",
            "code": "NOT_ALLOWED",
            "message": "cancelOrder cannot be done to an order that is FULFILLED. What can be done now: returnOrder.",
            "path": ["input", "id"],
            "allowed": ["returnOrder"],
        }
    ]


async def test_nothing_can_be_done_to_a_removed_draft(own_world: Database) -> None:
    id_ = await made(own_world)
    await do(own_world, "deleteOrder", id_)
    before = await snapshot(own_world)
    for verb in sorted(VERBS_OF_ONE):
        with pytest.raises(Refused) as no:
            await do(own_world, verb, id_)
        assert [(error.code, error.path) for error in no.value.errors] == [("NOT_FOUND", ("id",))], verb
    assert await snapshot(own_world) == before


# --- what a step needs --------------------------------------------------------------------------------------------


async def test_a_quotation_that_has_run_out_is_not_confirmed(own_world: Database) -> None:
    id_ = await made(own_world, S.SENT)
    await do(own_world, "run out", id_)
    (error,) = await refused(own_world, "confirmOrder", {"id": f"ord_{id_}"})
    assert (error["code"], error["path"]) == ("NOT_ALLOWED", ["input", "id"])
    assert "2026-01-31" in error["message"]
    assert set(error["allowed"]) == STEPS[S.SENT].keys() - {"confirmOrder"}, "not what was refused just now"
    payload = await mutate(Engine(own_world), "updateOrder", {"id": f"ord_{id_}", "validUntil": None})
    assert payload["errors"] == []
    await do(own_world, "confirmOrder", id_)


async def test_a_quotation_that_has_run_out_is_not_sent(own_world: Database) -> None:
    id_ = await made(own_world)
    for given in ({"validUntil": "2026-02-01"}, {}):
        if not given:
            await do(own_world, "run out", id_)
        (error,) = await refused(own_world, "sendOrder", {"id": f"ord_{id_}", **given})
        assert (error["code"], error["path"]) == ("INVALID", ["input", "validUntil"])
    for given in ({"validUntil": None}, {"validUntil": "2099-01-31"}):
        sent = {"id": f"ord_{id_}", **given, "dryRun": True}
        assert (await mutate(Engine(own_world), "sendOrder", sent))["errors"] == []


async def test_what_is_still_owed_is_delivered_after_a_return_and_all_of_it_can_come_back(own_world: Database) -> None:
    """Of an order of which some was delivered, and some of that came back, nothing stays sold for ever."""
    engine = Engine(own_world)
    sold = '{ salesRep(id: "rep_2") { actualSales(from: "2000-01-01", to: "2999-01-01") { amount } } }'
    before = (await ask(engine, sold))["data"]
    id_ = await made(own_world, S.PARTIALLY_FULFILLED)
    order, (first, _) = f"ord_{id_}", await line_ids(id_)
    back = {"id": order, "reason": "Dents", "lines": [{"lineId": f"lin_{first}", "quantity": 2}]}
    shown = "order { status allowedTransitions }"
    payload = await mutate(engine, "returnOrder", back, shown)
    assert payload["order"] == {"status": "PARTIALLY_RETURNED", "allowedTransitions": ["fulfilOrder", "returnOrder"]}
    nothing = {key: value for key, value in back.items() if key != "lines"}
    (error,) = await refused(own_world, "returnOrder", nothing)
    assert (error["code"], error["allowed"]) == ("NOT_ALLOWED", ["fulfilOrder"])
    payload = await mutate(engine, "fulfilOrder", {"id": order}, shown)
    assert payload["order"]["status"] == "PARTIALLY_RETURNED"
    payload = await mutate(engine, "returnOrder", nothing, shown)
    assert payload["order"] == {"status": "RETURNED", "allowedTransitions": []}
    assert (await ask(engine, sold))["data"] == before


async def test_an_order_needs_lines_and_somebody_who_is_credited(own_world: Database) -> None:
    for verb in ("sendOrder", "confirmOrder"):
        (error,) = await refused(own_world, verb, {"id": "ord_6"})
        assert "addOrderLine" in error["message"], verb
    (error,) = await refused(own_world, "confirmOrder", {"id": "ord_12"})
    assert "owner" in error["message"]


async def test_an_order_in_another_currency_needs_a_rate(own_world: Database) -> None:
    """3 × 25,000 yen at 0.006123457 are 459.259275 euros net, 505.1852025 with tax; the cents go to three reps."""
    shares = [CreditData(2, 3333), CreditData(3, 3333), CreditData(4, 3334)]
    new = NewOrder(customer_id=3, lines=[OrderLineData(3, 3)], credits=shares)
    id_ = (await perform_verb(own_world, "createOrder", new=new))["order"].id
    for rate, code in (
        (None, "BLANK"),
        ("0", "INVALID"),
        ("-1", "INVALID"),
        ("1000000000", "INVALID"),
        ("0.0000000001", "INVALID"),
        ("1." + "0" * 40 + "1", "INVALID"),
        ("9" * 400, "INVALID"),
    ):
        errors = await refused(own_world, "confirmOrder", {"id": f"ord_{id_}", "exchangeRate": rate})
        assert told(errors) == [(code, "exchangeRate")], rate
    shown = (
        "order { baseNet { amount currency } baseTotal { amount }"
        " credits { nodes { amount { amount } baseAmount { amount } rep { name } } } }"
    )
    given = {"id": f"ord_{id_}", "exchangeRate": "0.006123457"}
    payload = await mutate(Engine(own_world), "confirmOrder", given, shown)
    assert payload["order"] == {
        "baseNet": {"amount": "459.26", "currency": "EUR"},
        "baseTotal": {"amount": "505.19"},
        "credits": {
            "nodes": [
                {"amount": {"amount": "25005"}, "baseAmount": {"amount": "153.12"}, "rep": {"name": "İpek Yıldız"}},
                {"amount": {"amount": "24997"}, "baseAmount": {"amount": "153.07"}, "rep": {"name": "陈伟"}},
                {"amount": {"amount": "24998"}, "baseAmount": {"amount": "153.07"}, "rep": {"name": "Björn Ek"}},
            ]
        },
    }
    id_ = await made(own_world)
    errors = await refused(own_world, "confirmOrder", {"id": f"ord_{id_}", "exchangeRate": "1.01"})
    assert told(errors) == [("INVALID", "exchangeRate")]


async def test_the_remainder_of_a_refund_goes_with_the_last_unit(own_world: Database) -> None:
    """3 × 33.35 less 5 % are 95.0475, so 95.05: 31.68 and 31.68 and 31.69; the tax of 18.06 is three times 6.02."""
    data = OrderLineData(4, 3, Money(Decimal("33.35"), "EUR"), 500, 1900)
    new = NewOrder(customer_id=1, lines=[data])
    id_ = (await perform_verb(own_world, "createOrder", new=new))["order"].id
    await do(own_world, "confirmOrder", id_)
    await do(own_world, "fulfilOrder", id_)
    (line,) = await line_ids(id_)
    given = {"id": f"ord_{id_}", "reason": "One by one", "lines": [{"lineId": f"lin_{line}", "quantity": 1}]}
    shown = "order { status } orderReturn { net { amount } tax { amount } total { amount } baseTotal { amount } }"
    engine = Engine(own_world)
    refunds = [await mutate(engine, "returnOrder", given, shown) for _ in range(3)]
    assert [payload["order"]["status"] for payload in refunds] == ["PARTIALLY_RETURNED"] * 2 + ["RETURNED"]
    amounts = [[part["amount"] for part in payload["orderReturn"].values()] for payload in refunds]
    assert amounts == [
        ["31.68", "6.02", "37.70", "37.70"],
        ["31.68", "6.02", "37.70", "37.70"],
        ["31.69", "6.02", "37.71", "37.71"],
    ]
    assert told(await refused(own_world, "returnOrder", given)) == [("NOT_ALLOWED", "id")]


REFUNDS: dict[str, tuple[OrderLineData, list[list[str]]]] = {
    "3 units for 20.00": (
        OrderLineData(4, 3, Money(Decimal("10.00"), "EUR"), 3333, 0),
        [["6.66", "0.00", "6.66"], ["6.66", "0.00", "6.66"], ["6.68", "0.00", "6.68"]],
    ),
    "2 units for 1.01 and 0.19 of tax, whose halves would be 0.59 together": (
        OrderLineData(4, 2, Money(Decimal("0.51"), "EUR"), 98, 1900),
        [["0.51", "0.09", "0.60"], ["0.50", "0.10", "0.60"]],
    ),
}


async def test_a_refund_is_a_part_of_what_was_paid_and_the_last_unit_brings_what_is_left(own_world: Database) -> None:
    engine = Engine(own_world)
    shown = "orderReturn { net { amount } tax { amount } total { amount } }"
    for what, (data, amounts) in REFUNDS.items():
        id_ = (await perform_verb(own_world, "createOrder", new=NewOrder(customer_id=1, lines=[data])))["order"].id
        await do(own_world, "confirmOrder", id_)
        await do(own_world, "fulfilOrder", id_)
        (line,) = await line_ids(id_)
        given = {"id": f"ord_{id_}", "reason": "One by one", "lines": [{"lineId": f"lin_{line}", "quantity": 1}]}
        refunds = [await mutate(engine, "returnOrder", given, shown) for _ in amounts]
        assert [[part["amount"] for part in each["orderReturn"].values()] for each in refunds] == amounts, what


NO_QUANTITIES: dict[str, tuple[str, list[dict[str, Any]], list[tuple[str, str]]]] = {
    "no line at all": ("fulfilOrder", [], [("BLANK", "lines")]),
    "another order's line": ("fulfilOrder", [{"lineId": "lin_1", "quantity": 1}], [("NOT_FOUND", "lines.0.lineId")]),
    "a line that is not there": (
        "fulfilOrder",
        [{"lineId": "lin_4", "quantity": 1}, {"lineId": "lin_999", "quantity": 1}],
        [("NOT_FOUND", "lines.1.lineId")],
    ),
    "a line twice, and too little of it": (
        "fulfilOrder",
        [{"lineId": "lin_4", "quantity": 1}, {"lineId": "lin_4", "quantity": 0}],
        [("INVALID", "lines.1.quantity"), ("INVALID", "lines.1.lineId")],
    ),
    "more than was ordered": (
        "fulfilOrder",
        [{"lineId": "lin_4", "quantity": 4}, {"lineId": "lin_5", "quantity": 3}],
        [("INVALID", "lines.0.quantity"), ("INVALID", "lines.1.quantity")],
    ),
    "another kind of id": ("fulfilOrder", [{"lineId": "ord_3", "quantity": 1}], [("INVALID", "lines.0.lineId")]),
    "more than was delivered": (
        "returnOrder",
        [{"lineId": "lin_1", "quantity": 11}],
        [("INVALID", "lines.0.quantity")],
    ),
    "nothing": ("returnOrder", [{"lineId": "lin_1", "quantity": 0}], [("INVALID", "lines.0.quantity")]),
    "less than nothing": ("returnOrder", [{"lineId": "lin_1", "quantity": -1}], [("INVALID", "lines.0.quantity")]),
}


async def test_quantities_that_make_no_sense_are_refused(own_world: Database) -> None:
    for what, (verb, lines, errors) in NO_QUANTITIES.items():
        given = {"id": "ord_3", "lines": lines} if verb == "fulfilOrder" else {"id": "ord_1", "lines": lines}
        more = {"reason": "Dents"} if verb == "returnOrder" else {}
        assert told(await refused(own_world, verb, given | more)) == errors, what
