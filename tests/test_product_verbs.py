"""Products and their categories: every verb done, refused, forbidden and rolled back, and what they must not take."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from errors import Refused
from models.database import Database
from resolvers.product import NewProduct
from resolvers.verbs import VERBS, Money
from schema.engine import Engine
from tests.four_ways import Case, done, not_done, refused, told
from tests.writing import ask, mutate, perform_verb, snapshot

SHOWN = "product { sku name version price { amount currency } cost { amount currency } taxBps category { name } }"
EUR = {"amount": "12.50", "currency": "EUR"}
NEW = {"sku": "NEW-1", "name": "Hygrometer", "price": EUR}

CASES = [
    Case(
        "createProduct",
        {**NEW, "sku": " NEW-1\t", "cost": {"amount": 7, "currency": "EUR"}, "taxBps": 1900, "categoryId": "cat_1"},
        SHOWN,
        {
            "product": {
                "sku": "NEW-1",
                "name": "Hygrometer",
                "version": 1,
                "price": {"amount": "12.50", "currency": "EUR"},
                "cost": {"amount": "7.00", "currency": "EUR"},
                "taxBps": 1900,
                "category": {"name": "Instruments"},
            }
        },
        {("Product", "CREATED")},
        {**NEW, "sku": "th-100"},
        "TAKEN",
        ["sku"],
    ),
    Case(
        "updateProduct",
        {"id": "prd_1", "price": {"amount": "50", "currency": "EUR"}, "categoryId": None, "expectedVersion": 1},
        SHOWN,
        {
            "product": {
                "sku": "TH-100",
                "name": "Thermometer 100",
                "version": 2,
                "price": {"amount": "50.00", "currency": "EUR"},
                "cost": {"amount": "21.00", "currency": "EUR"},
                "taxBps": 1900,
                "category": None,
            }
        },
        {("Product", "UPDATED")},
        {"id": "prd_1", "name": "X", "expectedVersion": 9},
        "STALE",
        ["expectedVersion"],
    ),
    Case(
        "deleteProduct",
        {"id": "prd_2"},
        'deletedId query { product(id: "prd_2") { id } order(id: "ord_10") { lines { nodes { quantity } } } }',
        {"deletedId": "prd_2", "query": {"product": None, "order": {"lines": {"nodes": [{"quantity": 2}]}}}},
        {("Product", "DELETED")},
        {"id": "prd_99"},
        "NOT_FOUND",
    ),
    Case(
        "createProductCategory",
        {"name": "Rulers", "parentId": "cat_1"},
        "productCategory { name parent { children { nodes { name } } } }",
        {
            "productCategory": {
                "name": "Rulers",
                "parent": {"children": {"nodes": [{"name": "Rulers"}, {"name": "Scales"}, {"name": "Thermometers"}]}},
            }
        },
        {("ProductCategory", "CREATED")},
        {"name": "   "},
        "BLANK",
        ["name"],
    ),
    Case(
        "updateProductCategory",
        {"id": "cat_2", "parentId": "cat_3", "name": "Heat"},
        "productCategory { name parent { name parent { name } } }",
        {"productCategory": {"name": "Heat", "parent": {"name": "Scales", "parent": {"name": "Instruments"}}}},
        {("ProductCategory", "UPDATED")},
        {"id": "cat_1", "parentId": "cat_2"},
        "INVALID",
        ["parentId"],
    ),
    Case(
        "deleteProductCategory",
        {"id": "cat_5"},
        'deletedId query { productCategory(id: "cat_5") { id } }',
        {"deletedId": "cat_5", "query": {"productCategory": None}},
        {("ProductCategory", "DELETED")},
        {"id": "cat_1"},
        "NOT_ALLOWED",
    ),
]


async def prepare(database: Database) -> None:
    """Add an empty category 5."""
    await database.execute(
        "INSERT INTO product_category (id, version, created_at, updated_at, deleted_key, name, name_fold)"
        " SELECT 5, 1, created_at, updated_at, 0, 'Empty', 'empty' FROM product_category WHERE id = 1"
    )


@pytest.fixture
async def shop(own_world: Database) -> Database:
    """A world of its own, made ready."""
    await prepare(own_world)
    return own_world


def test_there_is_a_case_for_every_verb() -> None:
    assert {name for name in VERBS if "Product" in name} == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(shop: Database, case: Case) -> None:
    await done(shop, case)


async def test_a_verb_that_is_not_done_leaves_no_trace(shop: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        await not_done(shop, case, monkeypatch)


WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a blank name": ("createProduct", {**NEW, "name": " \n"}, [("BLANK", "name")]),
    "a blank article number": ("createProduct", {**NEW, "sku": ""}, [("BLANK", "sku")]),
    "both at once": ("createProduct", {**NEW, "sku": " ", "name": ""}, [("BLANK", "sku"), ("BLANK", "name")]),
    "10 MB of text": ("createProduct", {**NEW, "description": "x" * 10_000_000}, [("TOO_LONG", "description")]),
    "a name a letter too long": ("createProduct", {**NEW, "name": "x" * 201}, [("TOO_LONG", "name")]),
    "a NUL": ("createProduct", {**NEW, "name": "a\0b"}, [("INVALID", "name")]),
    "half a surrogate pair": ("createProduct", {**NEW, "name": "a\ud800"}, [("INVALID", "name")]),
    "too many decimals": (
        "createProduct",
        {**NEW, "price": {"amount": "1.005", "currency": "EUR"}},
        [("INVALID", "price.amount")],
    ),
    "decimals of a currency without": (
        "createProduct",
        {**NEW, "price": {"amount": "1.5", "currency": "JPY"}},
        [("INVALID", "price.amount")],
    ),
    "a price below nothing": (
        "createProduct",
        {**NEW, "price": {"amount": "-0.01", "currency": "EUR"}},
        [("INVALID", "price.amount")],
    ),
    "a price past what can be stored": (
        "createProduct",
        {**NEW, "price": {"amount": "999999999999999", "currency": "EUR"}},
        [("INVALID", "price.amount")],
    ),
    "a currency that is none": (
        "createProduct",
        {**NEW, "price": {"amount": "1", "currency": "XYZ"}},
        [("INVALID", "price.currency")],
    ),
    "a cost in another currency": (
        "createProduct",
        {**NEW, "cost": {"amount": "1", "currency": "USD"}},
        [("INVALID", "cost.currency")],
    ),
    "a cost that comes to be in another currency": (
        "updateProduct",
        {"id": "prd_1", "cost": {"amount": "1", "currency": "USD"}},
        [("INVALID", "cost.currency")],
    ),
    "a price that leaves the cost in another currency": (
        "updateProduct",
        {"id": "prd_1", "price": {"amount": "1", "currency": "USD"}},
        [("INVALID", "cost")],
    ),
    "a tax of more than all": ("createProduct", {**NEW, "taxBps": 10_001}, [("INVALID", "taxBps")]),
    "a tax below nothing": ("updateProduct", {"id": "prd_1", "taxBps": -1}, [("INVALID", "taxBps")]),
    "a category of another kind": ("createProduct", {**NEW, "categoryId": "cus_1"}, [("INVALID", "categoryId")]),
    "an id that is none": ("createProduct", {**NEW, "categoryId": "cat_0"}, [("INVALID", "categoryId")]),
    "a category that is not there": ("createProduct", {**NEW, "categoryId": "cat_77"}, [("NOT_FOUND", "categoryId")]),
    "null for a name": ("updateProduct", {"id": "prd_1", "name": None}, [("BLANK", "name")]),
    "null for a price": ("updateProduct", {"id": "prd_1", "price": None}, [("BLANK", "price")]),
    "a number that is taken, in other letters": ("updateProduct", {"id": "prd_1", "sku": "sc-1"}, [("TAKEN", "sku")]),
    "itself for a parent": ("updateProductCategory", {"id": "cat_1", "parentId": "cat_1"}, [("INVALID", "parentId")]),
    "a product for a category": ("deleteProductCategory", {"id": "prd_1"}, [("INVALID", "id")]),
}


async def test_what_makes_no_sense_is_refused(shop: Database) -> None:
    for what, (verb, given, errors) in WRONG.items():
        assert told(await refused(shop, verb, given)) == errors, what


async def test_an_amount_that_no_decimal_can_be_is_refused(shop: Database) -> None:
    before = await snapshot(shop)
    query = "mutation ($input: CreateProductInput!) { createProduct(input: $input) { product { id } } }"
    for amount in ("1e3", "NaN", "12,5", "", None, True):
        body = await ask(Engine(shop), query, input={**NEW, "price": {"amount": amount, "currency": "EUR"}})
        assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT", amount
    assert await snapshot(shop) == before


async def test_a_number_that_is_taken_names_who_has_it(shop: Database) -> None:
    errors = await refused(
        shop, "createProduct", {**NEW, "sku": "Th-100"}, "... on TakenError { existing { id ... on Product { name } } }"
    )
    assert errors[0]["__typename"] == "TakenError"
    assert errors[0]["existing"] == {"id": "prd_1", "name": "Thermometer 100"}
    assert "TH-100" in errors[0]["message"]


async def test_the_number_of_a_removed_product_is_free(shop: Database) -> None:
    engine = Engine(shop)
    assert not (await mutate(engine, "deleteProduct", {"id": "prd_1"}))["errors"]
    payload = await mutate(engine, "createProduct", {**NEW, "sku": "TH-100"}, "product { sku }")
    assert payload == {"product": {"sku": "TH-100"}, "errors": []}
    assert told(await refused(shop, "updateProduct", {"id": "prd_1", "name": "Gone"})) == [("NOT_FOUND", "id")]
    assert told(await refused(shop, "deleteProduct", {"id": "prd_1"})) == [("NOT_FOUND", "id")]


async def test_a_product_may_keep_its_own_number(shop: Database) -> None:
    payload = await mutate(Engine(shop), "updateProduct", {"id": "prd_1", "sku": "th-100"}, "product { sku version }")
    assert payload == {"product": {"sku": "th-100", "version": 2}, "errors": []}


async def test_price_and_cost_change_their_currency_together(shop: Database) -> None:
    engine = Engine(shop)
    usd = {"amount": "9.99", "currency": "USD"}
    for change, cost in (({"cost": {"amount": "3", "currency": "USD"}}, {"amount": "3.00"}), ({"cost": None}, None)):
        shown = "product { price { amount currency } cost { amount } currency }"
        payload = await mutate(engine, "updateProduct", {"id": "prd_1", "price": usd, **change}, shown)
        assert payload["product"] == {"price": usd, "cost": cost, "currency": "USD"}
    yen = {"amount": "30", "currency": "JPY"}
    payload = await mutate(engine, "updateProduct", {"id": "prd_1", "price": yen}, "product { price { amount } }")
    assert payload["product"] == {"price": {"amount": "30"}}


async def test_nothing_is_written_when_nothing_differs(shop: Database) -> None:
    before = await snapshot(shop)
    given = {"id": "prd_1", "name": "Thermometer 100", "price": {"amount": "49.9", "currency": "EUR"}}
    payload = await mutate(Engine(shop), "updateProduct", given, "product { version }")
    assert payload["product"] == {"version": 1}
    assert await snapshot(shop) == before


async def test_a_category_that_holds_something_says_what(shop: Database) -> None:
    errors = await refused(shop, "deleteProductCategory", {"id": "cat_1"})
    assert "products in it: 0, categories in it: 2" in errors[0]["message"]
    errors = await refused(shop, "deleteProductCategory", {"id": "cat_2"})
    assert "products in it: 2, categories in it: 0" in errors[0]["message"]
    engine = Engine(shop)
    for product in ("prd_1", "prd_2"):
        await mutate(engine, "updateProduct", {"id": product, "categoryId": "cat_5"})
    assert (await mutate(engine, "deleteProductCategory", {"id": "cat_2"}, "deletedId"))["deletedId"] == "cat_2"
    errors = await refused(shop, "updateProductCategory", {"id": "cat_3", "parentId": "cat_2"})
    assert told(errors) == [("NOT_FOUND", "parentId")]


async def test_two_at_once_cannot_close_a_circle(shop: Database) -> None:
    for _ in range(3):
        engine = Engine(shop)
        changes = [("cat_4", "cat_5"), ("cat_5", "cat_4")]
        payloads = await asyncio.gather(
            *(mutate(engine, "updateProductCategory", {"id": id_, "parentId": parent}) for id_, parent in changes)
        )
        assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1]
        for id_ in ("cat_4", "cat_5"):
            assert not (await mutate(engine, "updateProductCategory", {"id": id_, "parentId": None}))["errors"]


async def test_two_at_once_cannot_take_one_number(shop: Database) -> None:
    engine = Engine(shop)
    payloads = await asyncio.gather(*(mutate(engine, "createProduct", NEW) for _ in range(10)))
    assert sorted(told(payload["errors"]) for payload in payloads)[0] == []
    assert {error["code"] for payload in payloads for error in payload["errors"]} == {"TAKEN"}
    ((count,),) = await shop.execute("SELECT COUNT(*) FROM product WHERE sku_fold = 'new-1'")
    assert count == 1


async def test_the_verbs_are_there_for_python(shop: Database) -> None:
    new = NewProduct(sku=" py ", name="Pie", price=Money(Decimal("3.1"), "EUR"))
    outcome = await perform_verb(shop, "createProduct", new=new)
    rows = await shop.execute(f"SELECT sku, price_minor FROM product WHERE id = {outcome['product'].id}")
    assert rows == [("py", 310)]
    with pytest.raises(Refused) as no:
        await perform_verb(shop, "createProduct", new=NewProduct(sku="PY", name="Pie", price=new.price))
    assert no.value.errors[0].existing == ("Product", outcome["product"].id)
