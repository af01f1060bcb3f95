"""Arguments that contradict one another: told together with what is malformed, so that a form is corrected once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from errors import UserError, UserErrorCode
from models.database import Database
from resolvers.verbs import VERBS, Money, Rule, Shape, clean_object
from schema.engine import Engine
from tests.four_ways import refused, told
from tests.writing import mutate

EUR, YEN = {"amount": "1", "currency": "EUR"}, {"amount": "1", "currency": "JPY"}
CAMPAIGN = {"name": " ", "channel": "EMAIL", "startDate": "2026-02-01", "endDate": "2026-02-01", "budget": EUR}
PRODUCT = {"sku": "", "name": "x", "price": EUR}
ORDER = {"customerId": "rep_1"}
LINE = {"productId": "prd_1", "quantity": 0}

Contradiction = tuple[str, Mapping[str, Any], list[tuple[str, str]]]

RULES: dict[str, list[Contradiction]] = {
    "campaign.date_errors": [
        (
            "createCampaign",
            {**CAMPAIGN, "endDate": "2026-01-31"},
            [("BLANK", "name"), ("INVALID", "endDate")],
        ),
        (
            "updateCampaign",
            {**CAMPAIGN, "id": "cmp_2", "endDate": "2026-01-31"},
            [("BLANK", "name"), ("INVALID", "endDate")],
        ),
    ],
    "campaign.currency_errors": [
        (
            "createCampaign",
            {
                **CAMPAIGN,
                "budget": {"amount": "-1", "currency": "EUR"},
                "expectedRevenue": YEN,
                "endDate": "2025-02-01",
            },
            [
                ("BLANK", "name"),
                ("INVALID", "budget.amount"),
                ("INVALID", "endDate"),
                ("INVALID", "expectedRevenue.currency"),
            ],
        ),
    ],
    "campaign.reason_errors": [
        (
            "advanceCampaignMembers",
            {
                "items": [
                    {"id": "mem_5", "status": "SENT", "excludedReason": "x"},
                    {"id": "cus_1", "status": "EXCLUDED"},
                ]
            },
            [
                ("BLANK", "items.1.excludedReason"),
                ("INVALID", "items.0.excludedReason"),
                ("INVALID", "items.1.id"),
            ],
        ),
    ],
    "customer.country_errors": [
        ("createCustomer", {"name": "", "country": "??"}, [("BLANK", "name"), ("INVALID", "country")])
    ],
    "customer.website_errors": [
        ("createCustomer", {"name": "", "website": "data:,x"}, [("BLANK", "name"), ("INVALID", "website")])
    ],
    "customer.language_errors": [
        ("createCustomer", {"name": "", "language": "x"}, [("BLANK", "name"), ("INVALID", "language")])
    ],
    "customer.zone_errors": [
        (
            "updateCustomers",
            {"items": [{"id": "cus_1", "name": "", "timeZone": "Mars/Base"}]},
            [("BLANK", "items.0.name"), ("INVALID", "items.0.timeZone")],
        )
    ],
    "order.date_errors": [
        (
            "createOrder",
            {**ORDER, "orderDate": "2026-02-01", "validUntil": "2026-01-31"},
            [("INVALID", "customerId"), ("INVALID", "validUntil")],
        ),
    ],
    "order.share_errors": [
        (
            "updateOrder",
            {**ORDER, "id": "ord_7", "credits": [{"repId": "rep_2", "share": 1}, {"repId": "rep_2", "share": 2}]},
            [("INVALID", "credits"), ("INVALID", "credits"), ("INVALID", "customerId")],
        ),
    ],
    "order.content_errors": [
        (
            "createOrder",
            {**ORDER, "price": EUR},
            [("BLANK", "productId"), ("BLANK", "quantity"), ("INVALID", "customerId")],
        ),
        (
            "createOrder",
            {**ORDER, "productId": "prd_1", "quantity": 1, "lines": [{**LINE, "quantity": 1}]},
            [("INVALID", "customerId"), ("INVALID", "lines")],
        ),
    ],
    "order.currency_errors": [
        (
            "createOrder",
            {"customerId": "cus_1", "lines": [{**LINE, "price": EUR}, {**LINE, "price": YEN}, LINE]},
            [
                ("INVALID", "lines.0.quantity"),
                ("INVALID", "lines.1.price.currency"),
                ("INVALID", "lines.1.quantity"),
                ("INVALID", "lines.2.quantity"),
            ],
        ),
        (
            "createOrders",
            {"items": [{"customerId": "cus_1", "currency": "EUR", **LINE, "price": YEN}]},
            [("INVALID", "items.0.price.currency"), ("INVALID", "items.0.quantity")],
        ),
        ("createOrder", {**ORDER, "currency": "XYZ"}, [("INVALID", "currency"), ("INVALID", "customerId")]),
    ],
    "order_life.line_errors": [
        (
            verb,
            {"id": "cus_1", **more, "lines": [{"lineId": "lin_1", "quantity": 0}, {"lineId": "lin_1", "quantity": 1}]},
            [("INVALID", "id"), ("INVALID", "lines.0.quantity"), ("INVALID", "lines.1.lineId")],
        )
        for verb, more in (("fulfilOrder", {}), ("returnOrder", {"reason": "Dents"}))
    ],
    "performance.owner_errors": [
        (
            "setSalesTarget",
            {"periodStart": "2026-01-01", "periodEnd": "2026-02-01", "amount": EUR, "reason": ""},
            [("BLANK", "reason"), ("INVALID", "repId")],
        ),
    ],
    "performance.days_between": [
        (
            "setSalesTarget",
            {"periodStart": "2026-01-01", "periodEnd": "2026-01-01", "amount": EUR, "reason": ""},
            [("BLANK", "reason"), ("INVALID", "periodEnd"), ("INVALID", "repId")],
        ),
        (
            "assignCommissionPlan",
            {"repId": "cus_1", "planId": "pln_1", "startsOn": "2026-01-02", "endsOn": "2026-01-01"},
            [("INVALID", "endsOn"), ("INVALID", "repId")],
        ),
    ],
    "performance.tier_errors": [
        (
            verb,
            {**more, "name": " ", "tiers": [{"fromBps": 5, "toBps": 7, "rateBps": -1}, {"fromBps": 8, "rateBps": 1}]},
            [
                ("BLANK", "name"),
                ("INVALID", "tiers.0.fromBps"),
                ("INVALID", "tiers.0.rateBps"),
                ("INVALID", "tiers.1.fromBps"),
            ],
        )
        for verb, more in (("createCommissionPlan", {}), ("updateCommissionPlan", {"id": "pln_1"}))
    ],
    "product.cost_errors": [
        (
            "createProduct",
            {**PRODUCT, "price": {"amount": "-1", "currency": "EUR"}, "cost": YEN},
            [("BLANK", "sku"), ("INVALID", "cost.currency"), ("INVALID", "price.amount")],
        ),
        ("updateProduct", {**PRODUCT, "id": "prd_1", "cost": YEN}, [("BLANK", "sku"), ("INVALID", "cost.currency")]),
    ],
    "sales_rep.employment_errors": [
        (
            "createSalesRep",
            {"name": "", "position": "x", "hiredOn": "2026-01-02", "leftOn": "2026-01-01"},
            [("BLANK", "name"), ("INVALID", "leftOn")],
        ),
    ],
    "sales_rep.address_errors": [
        ("updateSalesRep", {"id": "rep_2", "name": "", "email": "at home"}, [("BLANK", "name"), ("INVALID", "email")])
    ],
    "ticket.author_errors": [
        (
            "replyToTicket",
            {"id": "tkt_1", "body": "", "authorKind": "CUSTOMER", "visibility": "INTERNAL", "authorId": "rep_2"},
            [("BLANK", "body"), ("INVALID", "authorId"), ("INVALID", "visibility")],
        ),
    ],
}
"""By rule: inputs that break it and are malformed besides, and all that they are told."""


def rules_of(shapes: Mapping[str, Shape]) -> Iterator[Rule]:
    for shape in shapes.values():
        inner = shape.item if shape.kind == "list" else shape
        assert inner
        yield from inner.rules
        yield from rules_of(inner.fields)


def test_there_is_a_contradiction_for_every_rule() -> None:
    found = set()
    for verb in VERBS.values():
        for rule in (*verb.rules, *rules_of(verb.parameters)):
            name = rule.check.__qualname__.partition(".")[0]
            found.add(f"{rule.check.__module__.rpartition('.')[2]}.{name}")
    assert found == RULES.keys()


@pytest.mark.parametrize("name", RULES)
async def test_a_contradiction_is_told_along_with_what_is_malformed(own_world: Database, name: str) -> None:
    for verb, given, errors in RULES[name]:
        assert sorted(told(await refused(own_world, verb, given))) == sorted(errors), verb


async def test_a_batch_writes_the_entries_that_break_no_rule(own_world: Database) -> None:
    items = [
        {"customerId": "cus_1", "orderDate": "2026-02-01", "validUntil": "2026-01-31"},
        {"customerId": "cus_1", "orderDate": "2026-02-01", "validUntil": "2026-02-01"},
    ]
    shown = "writtenCount rows { node { orderDate } errors { code path } }"
    payload = await mutate(Engine(own_world), "createOrders", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert payload["writtenCount"] == 1
    assert [told(row["errors"]) for row in payload["rows"]] == [[("INVALID", "items.0.validUntil")], []]


async def test_nothing_is_its_own_ancestor(own_world: Database) -> None:
    """Neither itself nor what stands below it, at any depth, can be what a record stands in."""
    engine = Engine(own_world)
    assert not (await mutate(engine, "updateProductCategory", {"id": "cat_4", "parentId": "cat_2"}))["errors"]
    assert not (await mutate(engine, "updateCampaign", {"id": "cmp_2", "parentId": "cmp_1"}))["errors"]
    for verb, id_, column, ids in (
        ("updateProductCategory", "cat_1", "parentId", ("cat_1", "cat_2", "cat_4")),
        ("updateCustomer", "cus_8", "parentId", ("cus_8", "cus_2")),
        ("updateSalesRep", "rep_1", "managerId", ("rep_1", "rep_2", "rep_4")),
        ("updateCampaign", "cmp_1", "parentId", ("cmp_1", "cmp_2")),
    ):
        for parent in ids:
            (error,) = await refused(own_world, verb, {"id": id_, column: parent})
            assert (error["code"], error["path"]) == ("INVALID", ["input", column]), (verb, parent)
            assert "its own ancestor" in error["message"]


def test_a_rule_is_not_asked_about_what_is_malformed_or_left_out() -> None:
    asked: list[Any] = []

    def check(*values: Any) -> list[UserError]:
        asked.append(values)
        return [UserError(UserErrorCode.INVALID, "No.", ("price", "currency"))]

    shapes = dict(VERBS["createProduct"].parameters["new"].fields)
    rules = (Rule(check, ("price.currency", "cost")),)
    good = {"sku": "x", "name": "x", "price": money("1", "EUR"), "cost": None}

    def errors(**more: Any) -> list[tuple[str, ...]]:
        found: list[UserError] = []
        clean_object(shapes, good | more, ("new",), found, rules)
        return [error.path for error in found]

    assert errors() == [("new", "price", "currency")]
    assert asked == [(good["price"], None)]
    assert errors(name="", price=money("-1", "EUR"))[-1] == ("new", "price", "currency"), "its amount is not read"
    assert errors(price=money("1", "XYZ")) == [("new", "price", "currency")], "said by the form, and said once"
    assert errors(cost=money("-1", "EUR")) == [("new", "cost", "amount")]
    assert len(asked) == 2


def money(amount: str, currency: str) -> Money:
    return Money(Decimal(amount), currency)
