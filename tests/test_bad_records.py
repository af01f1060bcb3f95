"""The records that the company's old system stored without complaint: each is refused, by name, and leaves no trace."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

import models
from models.database import Database
from resolvers.verbs import VERBS
from schema import GRAPHQL
from schema.engine import Engine
from tests.four_ways import refused, told
from tests.writing import ask, document, mutate, perform_verb, snapshot

EUR = {"amount": "12.50", "currency": "EUR"}
GOOD = {"customerId": "cus_1", "productId": "prd_1", "quantity": 2, "price": EUR, "orderDate": "2026-02-03"}
"""An order that is taken; each bad one below differs from it in one thing."""

ORDERS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "an order for a customer who does not exist": ({"customerId": "cus_999"}, [("NOT_FOUND", "customerId")]),
    "an order for a product that does not exist": ({"productId": "prd_999"}, [("NOT_FOUND", "productId")]),
    "neither the customer nor the product exists": (
        {"customerId": "cus_999", "productId": "prd_999"},
        [("NOT_FOUND", "customerId"), ("NOT_FOUND", "productId")],
    ),
    "quantity -5": ({"quantity": -5}, [("INVALID", "quantity")]),
    "price 0.30000000000000004": (
        {"price": {"amount": "0.30000000000000004", "currency": "EUR"}},
        [("INVALID", "price.amount")],
    ),
    "price 0.30000000000000004, as a number": (
        {"price": {"amount": 0.1 + 0.2, "currency": "EUR"}},
        [("INVALID", "price.amount")],
    ),
    "all of it at once": (
        {"customerId": "prd_1", "quantity": -5, "price": {"amount": "0.30000000000000004", "currency": "EUR"}},
        [("INVALID", "customerId"), ("INVALID", "quantity"), ("INVALID", "price.amount")],
    ),
}


@pytest.mark.parametrize("name", ORDERS)
async def test_a_bad_order_is_refused(own_world: Database, name: str) -> None:
    wrong, errors = ORDERS[name]
    assert (await mutate(Engine(own_world), "createOrder", GOOD, dryRun=True))["errors"] == []
    assert sorted(told(await refused(own_world, "createOrder", GOOD | wrong))) == sorted(errors)
    batch = [(code, f"items.1.{path}") for code, path in errors]
    assert sorted(told(await refused(own_world, "createOrders", {"items": [GOOD, GOOD | wrong]}))) == sorted(batch)
    if "customerId" not in wrong:
        line = {name: value for name, value in (GOOD | wrong).items() if name in ("productId", "quantity", "price")}
        assert told(await refused(own_world, "addOrderLine", {"id": "ord_7", **line})) == errors
        assert told(await refused(own_world, "updateOrderLine", {"id": "lin_9", **line})) == errors


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("price", {"amount": "free", "currency": "EUR"}, "A Decimal is an exact number"),
        ("orderDate", "yesterday", "A Date is a day of the calendar, such as 2026-01-31"),
        ("orderDate", "2026-02-30", "A Date is a day of the calendar, such as 2026-01-31"),
        ("quantity", "two", "Int cannot represent"),
    ],
    ids=["price 'free'", "date 'yesterday'", "the 30th of February", "quantity 'two'"],
)
async def test_a_word_where_a_value_belongs_is_refused(own_world: Database, name: str, value: Any, says: str) -> None:
    """It is of no type that the argument has: nothing of the request is executed, not even what stands before it."""
    before = await snapshot(own_world)
    query = "mutation ($good: CreateOrderInput!, $bad: CreateOrderInput!) {"
    query += " first: createOrder(input: $good) { order { id } } second: createOrder(input: $bad) { order { id } } }"
    body = await ask(Engine(own_world), query, good=GOOD, bad=GOOD | {name: value})
    assert "data" not in body
    (error,) = body["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert f"$bad.{name}" in error["message"]
    assert says in error["message"]
    assert await snapshot(own_world) == before


async def test_a_campaign_that_ends_a_year_before_it_starts_with_budget_minus_1(own_world: Database) -> None:
    """Both are told at once, whether it is made or changed."""
    bad = {"startDate": "2027-01-01", "endDate": "2026-01-01", "budget": {"amount": "-1", "currency": "EUR"}}
    errors = await refused(own_world, "createCampaign", {"name": "Old habits", "channel": "EMAIL", **bad})
    assert sorted(told(errors)) == [("INVALID", "budget.amount"), ("INVALID", "endDate")]
    assert {error["message"] for error in errors} == {
        "An amount is from 0 to 1000000000000.00 EUR.",
        "A campaign cannot end (2026-01-01) before it starts (2027-01-01).",
    }
    errors = await refused(own_world, "updateCampaign", {"id": "cmp_2", **bad})
    assert sorted(told(errors)) == [("INVALID", "budget.amount"), ("INVALID", "endDate")]
    for alone in ({"endDate": "2025-09-01"}, {"budget": bad["budget"]}):
        assert len(await refused(own_world, "updateCampaign", {"id": "cmp_2", **alone})) == 1


# --- what nobody can say ------------------------------------------------------------------------------------------


def taken_by(type_: GraphQLInputObjectType) -> Iterator[str]:
    """The names of all fields of an input and of the inputs inside it; not of conditions, which are only read by."""
    for name, item in type_.fields.items():
        yield name
        inner = get_named_type(item.type)
        if isinstance(inner, GraphQLInputObjectType) and not inner.name.endswith("Where"):
            yield from taken_by(inner)


def inputs() -> Mapping[str, set[str]]:
    """By verb: all that its input takes."""
    found = {}
    for verb in VERBS:
        type_ = GRAPHQL.type_map[f"{verb[0].upper()}{verb[1:]}Input"]
        assert isinstance(type_, GraphQLInputObjectType)
        found[verb] = set(taken_by(type_))
    return found


async def test_a_ticket_updated_before_it_was_created(own_world: Database) -> None:
    """No input can say when something was made, changed, answered or closed, nor does the table take it."""
    for verb, names in inputs().items():
        assert not [name for name in names if name.endswith("At")], verb
    before = await snapshot(own_world)
    body = await ask(
        Engine(own_world), document("updateTicket"), input={"id": "tkt_1", "updatedAt": "2001-01-01T00:00:00Z"}
    )
    assert "data" not in body
    assert "updatedAt" in body["errors"][0]["message"]
    with pytest.raises(TypeError, match="there is no argument updated_at"):
        await perform_verb(own_world, "updateTicket", id=1, change={"updated_at": dt.datetime.now(dt.UTC)})
    with pytest.raises(Exception, match="ticket_updated_after_created"):
        await own_world.execute("UPDATE ticket SET created_at = '2030-01-01T00:00:00.000Z' WHERE id = 3")
    assert await snapshot(own_world) == before


WORKED_OUT = re.compile(
    r"(actual|attainment|commission$|lifetime|subtotal|^total|^net$|^tax$|^base[A-Z]|refund|^status$|^number$|Count$)"
)
"""What figures and lives are called: these come of what happened, and of nothing else."""


async def test_actual_sales_of_99_999_999_typed_in_by_hand(own_world: Database) -> None:
    """There is no such input, nowhere, and no column: they are a sum over orders."""
    steps = {"advanceCampaignMember", "advanceCampaignMembers"}  # a member's status is what happened to it elsewhere
    for verb, names in inputs().items():
        found = {name for name in names if WORKED_OUT.search(name)}
        assert found <= ({"status"} if verb in steps else set()), verb
    for type_ in GRAPHQL.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            assert not [name for name in type_.fields if "actualsales" in name.lower()], type_.name
    columns = [
        f"{model.__name__}.{column}"
        for name in models.__all__
        if hasattr(model := getattr(models, name), "_meta")
        for column in model._meta.fields_map
    ]
    assert len(columns) > 100
    assert not [column for column in columns if re.search(r"actual|attain", column)]
    engine = Engine(own_world)
    before = await snapshot(own_world)
    figure = '{ salesRep(id: "rep_2") { actualSales(from: "2026-01-01", to: "2027-01-01") { amount currency } } }'
    sales = await ask(engine, figure)
    for verb in ("updateSalesRep", "createSalesRep"):
        given = {"id": "rep_2", "name": "Björn Ek", "position": "Rep", "actualSales": "99999999"}
        given = given if verb == "updateSalesRep" else {name: given[name] for name in given if name != "id"}
        body = await ask(engine, document(verb), input=given)
        assert "data" not in body
        assert "has no field 'actualSales'" in body["errors"][0]["message"]
    with pytest.raises(TypeError, match="there is no argument actual_sales"):
        await perform_verb(own_world, "updateSalesRep", id=2, change={"actual_sales": 99_999_999})
    assert await ask(engine, figure) == sales
    assert await snapshot(own_world) == before


# --- what is left behind ------------------------------------------------------------------------------------------


async def test_a_deleted_customers_orders_are_not_left_behind(own_world: Database) -> None:
    """They go along, with contacts and tickets, and the answer counts them; nor can the row alone be deleted."""
    engine = Engine(own_world)
    query = (
        'query { order(id: "ord_1") { id } node(id: "ord_2") { id } ticket(id: "tkt_1") { id }'
        ' orders(where: { customer: { id: { eq: "cus_1" } } }) { totalCount }'
        ' customer(id: "cus_1") { orders { totalCount } } }'
    )
    assert (await ask(engine, query))["data"]["orders"]["totalCount"] == 4
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await own_world.execute("DELETE FROM customer WHERE id = 1")
    payload = await mutate(engine, "deleteCustomer", {"id": "cus_1"}, "deletedId contacts orders tickets")
    assert payload == {"deletedId": "cus_1", "contacts": 2, "orders": 4, "tickets": 2, "errors": []}
    assert (await ask(engine, query))["data"] == {
        "order": None,
        "node": None,
        "ticket": None,
        "orders": {"totalCount": 0},
        "customer": None,
    }
    for table in ("contact", "sales_order", "ticket"):
        rows = await own_world.execute(f"SELECT COUNT(*) FROM {table} WHERE customer_id = 1 AND deleted_at IS NULL")
        assert rows == [(0,)], table
    for verb, given, path in (
        ("createContact", {"customerId": "cus_1", "name": "x"}, "customerId"),
        ("createOrder", GOOD, "customerId"),
        ("updateOrder", {"id": "ord_12", "validUntil": None}, "id"),
        ("confirmOrder", {"id": "ord_12"}, "id"),
        ("removeOrderLine", {"id": "lin_14"}, "id"),
        ("updateCustomer", {"id": "cus_2", "parentId": "cus_1"}, "parentId"),
    ):
        assert told(await refused(own_world, verb, given)) == [("NOT_FOUND", path)], verb
