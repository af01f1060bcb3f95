"""One small company that every test tells stories about: Lindholm Instruments, a maker of measuring instruments.

Ids are given here, so that tests and case files can name them. The rows hold what makes answers go wrong: ties, nulls,
empty relations, text in several scripts, `%` and `_`, four currencies, removed rows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from tortoise.models import Model

import models
from models.database import Database


def day(text: str) -> dt.date:
    """A date from its text."""
    return dt.date.fromisoformat(text)


def at(text: str) -> dt.datetime:
    """An instant from its text, in UTC."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def _half_up(numerator: int, denominator: int) -> int:
    return (numerator * 2 + denominator) // (denominator * 2)


TEAMS = [
    dict(id=1, name="North"),
    dict(id=2, name="South"),
    dict(id=3, name="Éast"),
    dict(id=4, name="Old team", deleted_at=at("2025-06-01T00:00:00"), deleted_key=4),
]

REPS = [
    dict(id=1, name="Ada Nyström", position="Head of sales", email="ada@lindholm.example", hired_on=day("2015-03-01")),
    dict(
        id=2,
        name="Björn Ek",
        position="Account executive",
        email="bjorn@lindholm.example",
        hired_on=day("2019-08-15"),
        manager_id=1,
        team_id=1,
    ),
    dict(
        id=3,
        name="陈伟",
        position="Account executive",
        email="chen.wei@lindholm.example",
        hired_on=day("2020-01-07"),
        manager_id=1,
        team_id=2,
    ),
    dict(
        id=4,
        name="İpek Yıldız",
        position="Junior account executive",
        email="ipek@lindholm.example",
        hired_on=day("2023-05-02"),
        manager_id=2,
        team_id=1,
    ),
    dict(
        id=5,
        name="Zoë Young",
        position="Account executive",
        email="zoe@lindholm.example",
        hired_on=day("2018-02-01"),
        left_on=day("2024-12-31"),
        active=False,
    ),
    dict(
        id=6,
        name="Gone Girl",
        position="Intern",
        email="gone@lindholm.example",
        hired_on=day("2022-02-01"),
        deleted_at=at("2023-01-01T00:00:00"),
        deleted_key=6,
    ),
]

CATEGORIES = [
    dict(id=1, name="Instruments"),
    dict(id=2, name="Thermometers", parent_id=1),
    dict(id=3, name="Scales", parent_id=1),
    dict(id=4, name="Services"),
]

PRODUCTS = [
    dict(
        id=1,
        sku="TH-100",
        name="Thermometer 100",
        category_id=2,
        currency="EUR",
        price_minor=4990,
        cost_minor=2100,
        tax_bps=1900,
        unit="piece",
        description="Measures from −40 to 120 °C.",
    ),
    dict(
        id=2,
        sku="TH-200",
        name="Thermometer 200 \"Pro\"",
        category_id=2,
        currency="EUR",
        price_minor=12900,
        cost_minor=6000,
        tax_bps=1900,
        unit="piece",
    ),
    dict(
        id=3,
        sku="SC-1",
        name="Scale 1 kg",
        category_id=3,
        currency="JPY",
        price_minor=25000,
        tax_bps=1000,
        unit="piece",
    ),
    dict(
        id=4,
        sku="SV-CAL",
        name="Calibration, 100% certified",
        category_id=4,
        currency="EUR",
        price_minor=9950,
        tax_bps=700,
        unit="hour",
    ),
    dict(id=5, sku="OLD_1", name="Old_scale", currency="KWD", price_minor=1005, active=False),
]

CUSTOMERS = [
    dict(
        id=1,
        name="Acme Laboratories",
        kind="COMPANY",
        lifecycle="ACTIVE",
        source="REFERRAL",
        address="1 Example Street\nSpringfield",
        line1="1 Example Street",
        city="Springfield",
        region="OR",
        postal_code="97477",
        country="US",
        phone="+1 541 555 0100",
        phone_e164="+15415550100",
        phone_status="VALID",
        email="Orders@acme.example",
        email_norm="Orders@acme.example",
        email_status="VALID",
        industry="Chemistry",
        size_band="MEDIUM",
        website="https://acme.example",
        tax_id="US-1",
        language="en-US",
        time_zone="America/Los_Angeles",
        owner_id=2,
        preferred_channel="EMAIL",
    ),
    dict(
        id=2,
        name="Bäckerei Groß & Söhne",
        kind="COMPANY",
        lifecycle="ACTIVE",
        address="Marktstraße 5, 12345 Köln",
        city="Köln",
        postal_code="12345",
        country="DE",
        phone="0221 / 555-77",
        phone_status="DOUBTFUL",
        email="info@gross.example",
        email_norm="info@gross.example",
        email_status="VALID",
        industry="Food",
        language="de",
        owner_id=2,
        parent_id=8,
    ),
    dict(
        id=3,
        name="北京测量有限公司",
        kind="COMPANY",
        lifecycle="ACTIVE",
        address="北京市朝阳区样例路 8 号",
        city="北京",
        country="CN",
        phone="+86 10 5550 0103",
        phone_e164="+861055500103",
        phone_status="VALID",
        email="lianxi@beijing.example",
        email_norm="lianxi@beijing.example",
        email_status="VALID",
        industry="Engineering",
        language="zh",
        time_zone="Asia/Shanghai",
        owner_id=3,
        size_band="LARGE",
    ),
    dict(
        id=4,
        name="IŞIK Ölçüm A.Ş.",
        kind="COMPANY",
        lifecycle="PROSPECT",
        address="Örnek Sok. 3, İzmir",
        city="İzmir",
        country="TR",
        phone="",
        email="bilgi@isik.example",
        email_norm="bilgi@isik.example",
        email_status="VALID",
        language="tr",
        owner_id=4,
    ),
    dict(id=5, name="100% Pure_Water", kind="COMPANY", lifecycle="LEAD", address="", phone="", email=""),
    dict(
        id=6,
        name="Dana O'Neill",
        kind="PERSON",
        lifecycle="DORMANT",
        source="EVENT",
        address="",
        city="Köln",
        country="DE",
        phone="555",
        phone_status="DOUBTFUL",
        email="not an address",
        email_status="DOUBTFUL",
        owner_id=5,
    ),
    dict(
        id=7,
        name="مختبرات النور",
        kind="COMPANY",
        lifecycle="ACTIVE",
        address="شارع المثال ٧، عمّان",
        city="عمّان",
        country="JO",
        phone="+962 6 555 0107",
        phone_e164="+96265550107",
        phone_status="VALID",
        email="info@noor.example",
        email_norm="info@noor.example",
        email_status="VALID",
        owner_id=3,
    ),
    dict(
        id=8,
        name="Groß Holding",
        kind="COMPANY",
        lifecycle="PROSPECT",
        address="Köln",
        city="Köln",
        country="DE",
        phone="",
        email="holding@gross.example",
        email_norm="holding@gross.example",
        email_status="VALID",
        owner_id=2,
    ),
    dict(id=9, name="N" * 200, kind="COMPANY", lifecycle="CHURNED", address="", phone="", email="", country="SE"),
    dict(
        id=10,
        name="Deleted & Co",
        kind="COMPANY",
        lifecycle="ACTIVE",
        address="",
        phone="",
        email="",
        owner_id=2,
        deleted_at=at("2026-01-15T08:00:00"),
        deleted_key=10,
    ),
    dict(id=11, name="acme laboratories", kind="COMPANY", lifecycle="LEAD", address="", phone="", email="", owner_id=6),
    dict(
        id=12,
        name="Emoji 🧪 \\ \"quoted\" \t tab",
        kind="PERSON",
        lifecycle="LEAD",
        address="line\nbreak",
        phone="",
        email="",
    ),
]

CONTACTS = [
    dict(
        id=1,
        customer_id=1,
        name="Ann Archer",
        given_name="Ann",
        family_name="Archer",
        role="Purchasing",
        phone="+1 541 555 0111",
        phone_e164="+15415550111",
        phone_status="VALID",
        email="ann@acme.example",
        email_norm="ann@acme.example",
        email_status="VALID",
        is_primary=True,
    ),
    dict(id=2, customer_id=1, name="Bob Barnes", role="Laboratory", phone="", email="", do_not_call=True),
    dict(
        id=3,
        customer_id=2,
        name="Käthe Groß",
        phone="",
        email="kaethe@gross.example",
        email_norm="kaethe@gross.example",
        email_status="VALID",
        is_primary=True,
    ),
    dict(id=4, customer_id=3, name="王芳", given_name="芳", family_name="王", role="采购", phone="", email=""),
    dict(id=5, customer_id=10, name="Lost Soul", phone="", email=""),
    dict(id=6, customer_id=7, name="Quiet Customer", phone="", email=""),
    dict(id=7, customer_id=6, name="Pat O'Neill", phone="", email=""),
]

CAMPAIGNS = [
    dict(
        id=1,
        name="Spring calibration",
        start_date=day("2026-03-01"),
        end_date=day("2026-05-31"),
        currency="EUR",
        budget_minor=500000,
        channel="EMAIL",
        status="ACTIVE",
        owner_id=2,
        expected_leads=40,
        expected_revenue_minor=2500000,
        utm_campaign="spring-26",
    ),
    dict(
        id=2,
        name="Trade fair Shenzhen",
        start_date=day("2026-09-10"),
        end_date=day("2026-09-14"),
        currency="CNY",
        budget_minor=8000000,
        channel="EVENT",
        channel_detail="Hall 3",
        status="PLANNED",
        owner_id=3,
        parent_id=1,
    ),
    dict(
        id=3,
        name="Cancelled idea",
        start_date=day("2025-01-01"),
        end_date=day("2025-01-01"),
        currency="JPY",
        budget_minor=0,
        channel="OTHER",
        status="CANCELLED",
        cancel_reason="No budget",
    ),
]

MEMBERS = [
    dict(id=1, campaign_id=1, customer_id=1, status="RESPONDED"),
    dict(id=2, campaign_id=1, customer_id=2, status="SENT"),
    dict(id=3, campaign_id=1, customer_id=4, status="EXCLUDED", excluded_reason="No consent"),
    dict(id=4, campaign_id=1, customer_id=10, status="SENT"),
    dict(id=5, campaign_id=2, customer_id=3, status="TARGETED"),
]

# (id, number, customer, owner, status, date, currency, fx in billionths, lines, credits, campaign)
# A line is (product, quantity, price in minor units, discount in basis points, tax in basis points).
ORDERS: list[tuple[Any, ...]] = [
    (
        1,
        "SO-1001",
        1,
        2,
        "FULFILLED",
        "2026-01-10",
        "EUR",
        1_000_000_000,
        [(1, 10, 4990, 0, 1900), (2, 1, 12900, 1000, 1900)],
        [(2, 10000)],
        None,
    ),
    (
        2,
        "SO-1002",
        1,
        2,
        "CONFIRMED",
        "2026-03-05",
        "USD",
        920_000_000,
        [(4, 3, 10999, 0, 0)],
        [(2, 6667), (4, 3333)],
        1,
    ),
    (
        3,
        "SO-1003",
        2,
        2,
        "CONFIRMED",
        "2026-03-05",
        "EUR",
        1_000_000_000,
        [(1, 3, 4990, 333, 1900), (4, 2, 9950, 0, 700), (2, 1, 12900, 0, 1900)],
        [(2, 5000), (3, 5000)],
        1,
    ),
    (4, "SO-1004", 3, 3, "FULFILLED", "2026-02-28", "JPY", 6_100_000, [(3, 7, 25000, 0, 1000)], [(3, 10000)], None),
    (5, "SO-1005", 7, 3, "CONFIRMED", "2025-12-31", "KWD", 3_000_000_000, [(5, 4, 1005, 0, 0)], [(3, 10000)], None),
    (6, "SO-1006", 1, 2, "DRAFT", "2026-04-01", "EUR", None, [], [], None),
    (7, "SO-1007", 4, 4, "SENT", "2026-04-02", "EUR", None, [(1, 100, 4500, 0, 1900)], [(4, 10000)], None),
    (8, "SO-1008", 2, 2, "CANCELLED", "2026-02-01", "EUR", 1_000_000_000, [(1, 1, 4990, 0, 1900)], [(2, 10000)], None),
    (
        9,
        "SO-1009",
        6,
        5,
        "FULFILLED",
        "2024-07-01",
        "EUR",
        1_000_000_000,
        [(1, 1, 4990, 0, 1900)],
        [(5, 9000), (2, 1000)],
        None,
    ),
    (10, "SO-1010", 3, 3, "RETURNED", "2026-01-31", "EUR", 1_000_000_000, [(2, 2, 12900, 0, 0)], [(3, 10000)], None),
    (
        11,
        "SO-1011",
        10,
        2,
        "CONFIRMED",
        "2026-01-05",
        "EUR",
        1_000_000_000,
        [(1, 1, 4990, 0, 1900)],
        [(2, 10000)],
        None,
    ),
    (12, "so-1012 draft", 1, None, "DRAFT", "2026-04-01", "EUR", None, [(2, 1, 12900, 0, 1900)], [], None),
]

EXPONENT = {"JPY": 0, "KWD": 3}

TICKETS = [
    dict(
        id=1,
        number="T-1",
        customer_id=1,
        contact_id=1,
        product_id=1,
        order_id=1,
        assignee_id=4,
        team_id=1,
        issue="Display stays dark",
        status="OPEN",
        priority="URGENT",
        category="Hardware",
        channel="PHONE",
        created_at=at("2026-03-01T09:00:00.123"),
        first_responded_at=at("2026-03-01T09:30:00"),
    ),
    dict(
        id=2,
        number="T-2",
        customer_id=1,
        issue="How to calibrate?",
        status="RESOLVED",
        priority="LOW",
        resolution="ANSWERED",
        channel="EMAIL",
        created_at=at("2026-02-01T23:30:00"),
        assignee_id=4,
        first_responded_at=at("2026-02-02T08:00:00"),
        resolved_at=at("2026-02-02T08:00:00"),
    ),
    dict(
        id=3,
        number="T-3",
        customer_id=2,
        issue="Waage zeigt 0,0 % an",
        status="NEW",
        priority="HIGH",
        channel="EMAIL",
        created_at=at("2026-03-29T00:59:59.999"),
    ),
    dict(
        id=4,
        number="T-4",
        customer_id=3,
        issue="发票错误",
        status="OPEN",
        priority="URGENT",
        category="Billing",
        channel="WECHAT",
        created_at=at("2025-12-31T16:00:00"),
        assignee_id=3,
        reopen_count=2,
    ),
    dict(
        id=5,
        number="T-5",
        customer_id=3,
        issue="Second invoice wrong",
        status="CLOSED",
        priority="NORMAL",
        category="Billing",
        channel="WECHAT",
        created_at=at("2025-12-31T15:59:59.999"),
        resolution="FIXED",
        resolved_at=at("2026-01-02T10:00:00"),
        closed_at=at("2026-01-09T10:00:00"),
    ),
    dict(
        id=6,
        number="T-6",
        customer_id=6,
        issue="Returned goods",
        status="ON_HOLD",
        priority="NORMAL",
        channel="IN_PERSON",
        created_at=at("2026-03-01T09:00:00.123"),
        team_id=2,
    ),
    dict(
        id=7,
        number="T-7",
        customer_id=10,
        issue="Ticket of nobody",
        status="OPEN",
        priority="URGENT",
        channel="OTHER",
        created_at=at("2026-01-01T00:00:00"),
    ),
    dict(
        id=8,
        number="T-8",
        customer_id=1,
        issue="Removed ticket",
        status="NEW",
        priority="URGENT",
        channel="CHAT",
        created_at=at("2026-01-01T00:00:00"),
        deleted_at=at("2026-01-03T00:00:00"),
        deleted_key=8,
    ),
]

STEPS = [
    dict(id=1, ticket_id=4, to_status="NEW", actor="陈伟"),
    dict(id=2, ticket_id=4, from_status="NEW", to_status="OPEN", actor="陈伟"),
]

MESSAGES = [
    dict(id=1, ticket_id=1, author_kind="CUSTOMER", channel="PHONE", body="It stays dark."),
    dict(id=2, ticket_id=1, author_kind="AGENT", author_id=4, channel="PHONE", body="Please change the **battery**."),
    dict(
        id=3,
        ticket_id=1,
        author_kind="AGENT",
        author_id=4,
        channel="OTHER",
        visibility="INTERNAL",
        body="Known fault of batch 7.",
    ),
    dict(id=4, ticket_id=4, author_kind="CUSTOMER", channel="WECHAT", body="发票金额不对。"),
]

TARGETS = [
    dict(id=1, rep_id=2, period_start=day("2026-01-01"), period_end=day("2026-04-01"), amount_minor=100_000),
    dict(id=2, rep_id=2, period_start=day("2026-04-01"), period_end=day("2026-07-01"), amount_minor=250_001),
    dict(id=3, rep_id=3, period_start=day("2026-01-01"), period_end=day("2027-01-01"), amount_minor=500_000),
    dict(id=4, team_id=1, period_start=day("2026-01-01"), period_end=day("2027-01-01"), amount_minor=9_000_000),
    dict(id=5, rep_id=5, period_start=day("2026-01-01"), period_end=day("2027-01-01"), amount_minor=0),
]

REVISIONS = [dict(id=1, target_id=3, new_minor=500_000, reason="As agreed", actor="Ada")]

PLANS = [dict(id=1, name="Standard"), dict(id=2, name="Flat on reach", tier_mode="WHOLE")]

TIERS = [
    dict(id=1, plan_id=1, from_bps=0, to_bps=5000, rate_bps=200),
    dict(id=2, plan_id=1, from_bps=5000, to_bps=10000, rate_bps=400),
    dict(id=3, plan_id=1, from_bps=10000, to_bps=None, rate_bps=750),
    dict(id=4, plan_id=2, from_bps=0, to_bps=10000, rate_bps=0),
    dict(id=5, plan_id=2, from_bps=10000, to_bps=None, rate_bps=500),
]

ASSIGNMENTS = [
    dict(id=1, rep_id=2, plan_id=1, starts_on=day("2025-01-01"), ends_on=None),
    dict(id=2, rep_id=3, plan_id=2, starts_on=day("2025-01-01"), ends_on=day("2026-03-01")),
    dict(id=3, rep_id=3, plan_id=1, starts_on=day("2026-03-01"), ends_on=None),
    dict(id=4, rep_id=4, plan_id=1, starts_on=day("2025-01-01"), ends_on=None),
]


def _order_rows() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    orders, lines, credits = [], [], []
    for id_, number, customer, owner, status, date, currency, fx, bought, shares, campaign in ORDERS:
        sums = dict(subtotal_minor=0, discount_minor=0, net_minor=0, tax_minor=0, total_minor=0)
        delivered = status in ("FULFILLED", "RETURNED")
        for position, (product, quantity, price, discount, tax) in enumerate(bought, 1):
            gross = quantity * price
            net = _half_up(gross * (10000 - discount), 10000)
            taxed = _half_up(net * tax, 10000)
            lines.append(
                dict(
                    id=len(lines) + 1,
                    order_id=id_,
                    product_id=product,
                    position=position,
                    quantity=quantity,
                    currency=currency,
                    price_minor=price,
                    discount_bps=discount,
                    tax_bps=tax,
                    discount_minor=gross - net,
                    net_minor=net,
                    tax_minor=taxed,
                    total_minor=net + taxed,
                    quantity_fulfilled=quantity if delivered else 0,
                    quantity_returned=quantity if status == "RETURNED" else 0,
                )
            )
            for name, amount in zip(sums, (gross, gross - net, net, taxed, net + taxed), strict=True):
                sums[name] += amount
        scale = 10 ** (EXPONENT.get(currency, 2) + 7)
        base_net = None if fx is None else _half_up(sums["net_minor"] * fx, scale)
        base_total = None if fx is None else _half_up(sums["total_minor"] * fx, scale)
        orders.append(
            dict(
                id=id_,
                number=number,
                customer_id=customer,
                owner_id=owner,
                campaign_id=campaign,
                status=status,
                order_date=day(date),
                currency=currency,
                **sums,
                fx_rate_ppb=fx,
                fx_date=None if fx is None else day(date),
                base_net_minor=base_net,
                base_total_minor=base_total,
                confirmed_at=None if fx is None else at(date + "T10:30:00"),
                confirmed_on=None if fx is None else day(date),
                cancelled_at=at("2026-02-02T00:00:00") if status == "CANCELLED" else None,
                cancel_reason="Changed their mind" if status == "CANCELLED" else None,
                created_at=at(date + "T08:00:00"),
            )
        )
        left, base_left = sums["net_minor"], base_net
        for place, (rep, share) in enumerate(shares):
            last = place == len(shares) - 1
            amount = left if last else sums["net_minor"] * share // 10000
            base = None if base_net is None else base_left if last else base_net * share // 10000
            credits.append(
                dict(
                    id=len(credits) + 1,
                    order_id=id_,
                    rep_id=rep,
                    customer_id=customer,
                    order_date=day(date),
                    share_bps=share,
                    currency=currency,
                    amount_minor=amount,
                    base_amount_minor=base,
                )
            )
            left -= amount
            base_left = None if base is None or base_left is None else base_left - base
    return orders, lines, credits


def _return_rows(
    orders: list[dict[str, Any]], lines: list[dict[str, Any]], credits: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """All of order 10 came back, in a later month than it was sold in."""
    order = next(each for each in orders if each["id"] == 10)
    amounts = ("currency", "net_minor", "tax_minor", "total_minor")
    returned = dict(
        id=1,
        order_id=10,
        returned_on=day("2026-03-10"),
        reason="Too heavy",
        **{name: order[name] for name in amounts},
        base_net_minor=order["base_net_minor"],
        base_total_minor=order["base_total_minor"],
    )
    back = [
        dict(id=at, order_return_id=1, line_id=line["id"], quantity=line["quantity"], **{n: line[n] for n in amounts})
        for at, line in enumerate((each for each in lines if each["order_id"] == 10), 1)
    ]
    taken = [
        dict(
            id=at,
            order_return_id=1,
            rep_id=credit["rep_id"],
            returned_on=day("2026-03-10"),
            base_amount_minor=credit["base_amount_minor"],
        )
        for at, credit in enumerate((each for each in credits if each["order_id"] == 10), 1)
    ]
    return [returned], back, taken


async def make(database: Database) -> None:
    """Write the company into an empty database."""
    orders, lines, credits = _order_rows()
    returns, back, taken = _return_rows(orders, lines, credits)
    await models.Organisation.create(id=1, name="Lindholm Instruments", currency="EUR", time_zone="Europe/Stockholm")
    tables: list[tuple[type[Model], list[dict[str, Any]]]] = [
        (models.Team, TEAMS),
        (models.SalesRep, REPS),
        (models.ProductCategory, CATEGORIES),
        (models.Product, PRODUCTS),
        (models.Customer, sorted(CUSTOMERS, key=lambda row: row.get("parent_id") or 0)),
        (models.Contact, CONTACTS),
        (models.Campaign, CAMPAIGNS),
        (models.CampaignMember, MEMBERS),
        (models.Order, orders),
        (models.OrderLine, lines),
        (models.OrderCredit, credits),
        (models.OrderReturn, returns),
        (models.OrderReturnLine, back),
        (models.OrderReturnCredit, taken),
        (models.Ticket, TICKETS),
        (models.TicketStatusChange, STEPS),
        (models.TicketMessage, MESSAGES),
        (models.SalesTarget, TARGETS),
        (models.TargetRevision, REVISIONS),
        (models.CommissionPlan, PLANS),
        (models.CommissionTier, TIERS),
        (models.PlanAssignment, ASSIGNMENTS),
    ]
    for model, rows in tables:
        # Rows that refer to others of their own table come after them.
        rows = sorted(rows, key=lambda row: max(row.get("parent_id") or 0, row.get("manager_id") or 0))
        for place, row in enumerate(rows):
            made = at("2025-01-01T00:00:00") + dt.timedelta(hours=row["id"] // 2, milliseconds=place)
            await model.create(**{"created_at": made} | row)
        table = model._meta.db_table
        await database.execute(f"UPDATE {table} SET updated_at = created_at")
        if database.dialect == "postgres":
            await database.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)")
