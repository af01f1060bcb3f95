"""Drives orders through random lives and checks after every step what must always hold about them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from errors import Refused, UserErrorCode
from models import Customer, Order, OrderCredit, OrderLine, OrderStatus, Organisation, Product, Rounding, SalesRep
from models.database import Database
from resolvers.machines import ORDER
from resolvers.order import CreditData, NewOrder, OrderLineData
from resolvers.order_life import Quantities
from resolvers.verbs import Money
from tests.writing import perform_verb

CONFIRMED = {
    OrderStatus.CONFIRMED,
    OrderStatus.PARTIALLY_FULFILLED,
    OrderStatus.FULFILLED,
    OrderStatus.PARTIALLY_RETURNED,
    OrderStatus.RETURNED,
}
OPEN = {OrderStatus.DRAFT, OrderStatus.SENT, OrderStatus.EXPIRED}
REPS = (1, 2, 3)

prices = {
    "EUR": st.integers(0, 10**8).map(lambda minor: Money(Decimal(minor).scaleb(-2), "EUR")),
    "JPY": st.integers(0, 10**6).map(lambda minor: Money(Decimal(minor), "JPY")),
}
shares = st.sampled_from(([], [(1, 10_000)], [(1, 3_333), (2, 6_667)], [(3, 1), (1, 3_333), (2, 6_666)]))


def lines_in(currency: str) -> st.SearchStrategy[OrderLineData]:
    return st.builds(
        OrderLineData,
        product_id=st.sampled_from((1, 2)),
        quantity=st.integers(1, 9),
        price=prices[currency],
        discount_bps=st.sampled_from((0, 500, 3_333, 10_000)),
        tax_bps=st.sampled_from((None, 0, 700, 1_900)),
    )


currencies = st.sampled_from(sorted(prices))
parts = st.none() | st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=3)
Account = dict[str, list[Any]]


async def account(database: Database, order_id: int) -> Account:
    """All rows of an order, and what was written down of changes so far."""
    lines = await OrderLine.filter(order_id=order_id).order_by("id")
    credits = await OrderCredit.filter(order_id=order_id).order_by("id")
    return {"order": await Order.filter(id=order_id), "lines": lines, "credits": credits}


async def journal(database: Database, table: str, after: int) -> list[tuple[Any, ...]]:
    """What was audited or told since."""
    rows = await database.execute(f"SELECT entity, entity_id, kind, id FROM {table} ORDER BY id")
    return [row for row in rows if row[3] > after]


async def last_id(database: Database, table: str) -> int:
    return int((await database.execute(f"SELECT coalesce(max(id), 0) FROM {table}"))[0][0])


async def found(database: Database) -> None:
    """A company with three reps, a customer and products in two currencies."""
    async with database.transaction():
        await Organisation.create(id=1, name="Lindholm", currency="EUR", time_zone="UTC", rounding=Rounding.HALF_EVEN)
        for id_ in REPS:
            await SalesRep.create(id=id_, name=f"Rep {id_}", position="Rep", email="", hired_on="2020-01-01")
        await Customer.create(id=1, name="Örebro Kemi AB", owner_id=1, address="", phone="", email="")
        for id_, (currency, minor) in enumerate((("EUR", 4990), ("JPY", 25_000)), 1):
            await Product.create(
                id=id_, sku=f"P{id_}", name=f"P{id_}", currency=currency, price_minor=minor, tax_bps=1900
            )


def lives_of_orders(runner: asyncio.Runner, database: Database, used: Counter[str]) -> type[RuleBasedStateMachine]:
    """The machine, on a database that all its runs share; `used` counts the verbs that were done."""

    class Orders(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.ids: list[int] = []
            self.fixed: dict[int, tuple[Any, ...]] = {}
            """What confirmation fixed, by order."""
            self.status: dict[int, OrderStatus] = {}
            """Where each order stands that was not removed."""
            self.touched: int | None = None

        def pick(self, which: int, verb: str) -> int:
            """One of the orders: mostly one that allows the verb, else lives would seldom come far."""
            starts = ORDER.moves[verb].starts
            able = [id_ for id_ in self.ids if self.status.get(id_) in starts] if which else []
            chosen = able or self.ids
            return chosen[-1 - which % len(chosen)]

        def do(self, verb: str, order_id: int | None, may_refuse: bool = False, **arguments: Any) -> Mapping[str, Any]:
            """Use a verb; hold what it did against the order's machine, and the journal against what it did."""
            return runner.run(self.done(verb, order_id, may_refuse, arguments))

        async def done(
            self, verb: str, order_id: int | None, may_refuse: bool, arguments: dict[str, Any]
        ) -> Mapping[str, Any]:
            self.touched = order_id
            before = {} if order_id is None else await account(database, order_id)
            audited, told = await last_id(database, "audit_entry"), await last_id(database, "outbox_event")
            allowed = order_id is None or (
                before["order"][0].status in ORDER.moves[verb].starts and before["order"][0].deleted_at is None
            )
            try:
                outcome = await perform_verb(database, verb, **arguments)
            except Refused as refused:
                assert not allowed or may_refuse, refused
                if not allowed:
                    code = refused.errors[0].code
                    assert code in (UserErrorCode.NOT_ALLOWED, UserErrorCode.NOT_FOUND), refused
                assert await journal(database, "audit_entry", audited) == []
                assert await journal(database, "outbox_event", told) == []
                if order_id is not None:
                    assert await account(database, order_id) == before
                return {}
            used[verb] += 1
            assert allowed, f"{verb} was done to an order that is {before['order'][0].status}"
            entries = await journal(database, "audit_entry", audited)
            events = await journal(database, "outbox_event", told)
            assert entries
            assert {row[:2] for row in entries} == {row[:2] for row in events}
            assert len(events) == len({row[:2] for row in events})
            if order_id is not None:
                was, now = before["order"][0], await Order.get(id=order_id)
                if (was.status, was.net_minor, was.total_minor) != (now.status, now.net_minor, now.total_minor):
                    assert ("Order", order_id) in {row[:2] for row in entries}
                    assert now.version > was.version
            return outcome

        # --- verbs

        @rule(data=st.data(), currency=currencies, credits=shares)
        def create(self, data: st.DataObject, currency: str, credits: list[tuple[int, int]]) -> None:
            lines = data.draw(st.lists(lines_in(currency), max_size=3))
            given = [CreditData(rep, share) for rep, share in credits] or None
            new = NewOrder(customer_id=1, currency=currency, lines=lines, credits=given)
            order = self.do("createOrder", None, new=new)["order"]
            self.ids.append(order.id)
            self.touched = order.id

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), data=st.data())
        def add_line(self, which: int, data: st.DataObject) -> None:
            order_id = self.pick(which, "addOrderLine")
            currency = runner.run(self.currency(order_id))
            self.do("addOrderLine", order_id, id=order_id, line=data.draw(lines_in(currency)))

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), at=st.integers(0, 5), quantity=st.integers(1, 20), bps=st.integers(0, 10_000))
        def update_line(self, which: int, at: int, quantity: int, bps: int) -> None:
            order_id = self.pick(which, "updateOrderLine")
            line_id = runner.run(self.line(order_id, at))
            if line_id is not None:
                runner.run(self.line_changed(order_id, line_id, {"quantity": quantity, "discount_bps": bps}))

        async def line_changed(self, order_id: int, line_id: int, change: dict[str, Any]) -> None:
            before = await account(database, order_id)
            self.touched = order_id
            status = before["order"][0].status
            try:
                await perform_verb(database, "updateOrderLine", id=line_id, change=change)
            except Refused:
                assert status not in ORDER.moves["updateOrderLine"].starts or before["order"][0].deleted_at
                assert await account(database, order_id) == before
            else:
                used["updateOrderLine"] += 1
                assert status in ORDER.moves["updateOrderLine"].starts

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), at=st.integers(0, 5))
        def remove_line(self, which: int, at: int) -> None:
            order_id = self.pick(which, "removeOrderLine")
            line_id = runner.run(self.line(order_id, at))
            if line_id is not None:
                runner.run(self.line_removed(order_id, line_id))

        async def line_removed(self, order_id: int, line_id: int) -> None:
            before = await account(database, order_id)
            self.touched = order_id
            try:
                await perform_verb(database, "removeOrderLine", id=line_id)
            except Refused:
                assert before["order"][0].status not in ORDER.moves["removeOrderLine"].starts or (
                    before["order"][0].deleted_at
                )
                assert await account(database, order_id) == before
            else:
                used["removeOrderLine"] += 1
                assert before["order"][0].status in ORDER.moves["removeOrderLine"].starts

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3))
        def send(self, which: int) -> None:
            order_id = self.pick(which, "sendOrder")
            self.do("sendOrder", order_id, may_refuse=True, id=order_id)

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), rate=st.decimals("0.000001", 200, places=9))
        def confirm(self, which: int, rate: Decimal) -> None:
            order_id = self.pick(which, "confirmOrder")
            given = {} if runner.run(self.currency(order_id)) == "EUR" else {"exchange_rate": rate}
            self.do("confirmOrder", order_id, may_refuse=True, id=order_id, **given)

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), some=parts)
        def fulfil(self, which: int, some: list[tuple[int, int]] | None) -> None:
            order_id = self.pick(which, "fulfilOrder")
            lines = runner.run(self.quantities(order_id, some))
            self.do("fulfilOrder", order_id, may_refuse=True, id=order_id, lines=lines)

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3), some=parts)
        def take_back(self, which: int, some: list[tuple[int, int]] | None) -> None:
            order_id = self.pick(which, "returnOrder")
            lines = runner.run(self.quantities(order_id, some))
            self.do("returnOrder", order_id, may_refuse=True, id=order_id, reason="Broken", lines=lines)

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3))
        def cancel(self, which: int) -> None:
            order_id = self.pick(which, "cancelOrder")
            self.do("cancelOrder", order_id, id=order_id, reason="Changed their minds")

        @precondition(lambda self: self.ids)
        @rule(which=st.integers(0, 3))
        def delete(self, which: int) -> None:
            order_id = self.pick(which, "deleteOrder")
            self.do("deleteOrder", order_id, id=order_id)

        @precondition(lambda self: len(self.ids) % 3 == 0)
        @rule(data=st.data(), currency=currencies, credits=shares)
        def deliver(self, data: st.DataObject, currency: str, credits: list[tuple[int, int]]) -> None:
            """The straight way, without which returns would be rare."""
            lines = data.draw(st.lists(lines_in(currency), min_size=1, max_size=3))
            given = [CreditData(rep, share) for rep, share in credits] or None
            order = self.do("createOrder", None, new=NewOrder(1, currency=currency, lines=lines, credits=given))[
                "order"
            ]
            self.ids.append(order.id)
            rate = {} if currency == "EUR" else {"exchange_rate": Decimal("0.006173284")}
            self.do("confirmOrder", order.id, id=order.id, **rate)
            self.do("fulfilOrder", order.id, id=order.id)

        # --- what is looked up

        async def currency(self, order_id: int) -> str:
            return (await Order.get(id=order_id)).currency

        async def one_line(self, line_id: int) -> OrderLine:
            return await OrderLine.get(id=line_id)

        async def line(self, order_id: int, at: int) -> int | None:
            ids = [line.id for line in await OrderLine.filter(order_id=order_id).order_by("id")]
            return ids[at % len(ids)] if ids else None

        async def quantities(self, order_id: int, some: list[tuple[int, int]] | None) -> list[Quantities] | None:
            if some is None:
                return None
            ids = [line.id for line in await OrderLine.filter(order_id=order_id).order_by("id")]
            # Each line once: naming one twice is a mistake of form, which is told whatever the order's status.
            wanted = {ids[at % len(ids)] if ids else 1: quantity for at, quantity in some}
            return [Quantities(line, quantity) for line, quantity in wanted.items()]

        # --- what always holds

        @invariant()
        def sound(self) -> None:
            if self.touched is not None:
                runner.run(self.check(self.touched))

        async def check(self, order_id: int) -> None:
            rows = await account(database, order_id)
            [order], lines, credits = rows["order"], rows["lines"], rows["credits"]
            self.status.pop(order_id, None)
            if order.deleted_at is None:
                self.status[order_id] = order.status
            check_sums(order, lines)
            check_base(order)
            check_credits(order, credits)
            if order.confirmed_at is not None:
                now = (order.base_net_minor, order.base_total_minor, order.fx_rate_ppb, *map(terms, lines))
                assert self.fixed.setdefault(order_id, now) == now, "what confirmation fixed has changed"
            await check_company(database)

    return Orders


def terms(line: OrderLine) -> tuple[Any, ...]:
    return (line.id, line.product_id, line.quantity, line.price_minor, line.discount_bps, line.tax_bps, line.net_minor)


def check_sums(order: Order, lines: list[OrderLine]) -> None:
    """I1: every line is worked out by the policy, and the order is the sum of its lines."""

    def rounded(exact: Fraction) -> int:
        return round(exact) if order.rounding is Rounding.HALF_EVEN else int(exact + Fraction(1, 2))

    for line in lines:
        net = rounded(Fraction(line.quantity * line.price_minor * (10_000 - line.discount_bps), 10_000))
        tax = rounded(Fraction(net * line.tax_bps, 10_000))
        assert (line.net_minor, line.tax_minor, line.total_minor) == (net, tax, net + tax)
        assert line.discount_minor == line.quantity * line.price_minor - net
        assert line.currency == order.currency
    for column in ("net_minor", "discount_minor", "tax_minor", "total_minor"):
        assert getattr(order, column) == sum(getattr(line, column) for line in lines), column


def check_base(order: Order) -> None:
    """I2: what an order comes to in the organisation's currency is known exactly from its confirmation on."""
    if order.status in CONFIRMED:
        assert order.confirmed_at is not None
    if order.status in OPEN:
        assert order.confirmed_at is None
    for value in (order.base_net_minor, order.base_total_minor, order.fx_rate_ppb, order.confirmed_on):
        assert (value is None) == (order.confirmed_at is None)


def check_credits(order: Order, credits: list[OrderCredit]) -> None:
    """I4: shares come to the whole, and so do amounts, to the last unit."""
    if credits:
        assert sum(credit.share_bps for credit in credits) == 10_000
        assert sum(credit.amount_minor for credit in credits) == order.net_minor
    if order.confirmed_at is not None:
        assert credits
        assert sum(credit.base_amount_minor or 0 for credit in credits) == order.base_net_minor
    else:
        assert all(credit.base_amount_minor is None for credit in credits)


async def check_company(database: Database) -> None:
    """I5: what the reps sold, less what came back, is what the company sold; nobody is left with less than nothing."""
    sold, credited, back, taken = [
        int((await database.execute(f"SELECT coalesce(sum({what}), 0) FROM {table}"))[0][0])
        for what, table in (
            ("base_net_minor", "sales_order"),
            ("base_amount_minor", "order_credit"),
            ("base_net_minor", "order_return"),
            ("base_amount_minor", "order_return_credit"),
        )
    ]
    assert (sold, back) == (credited, taken)
    left = (
        "SELECT count(*) FROM order_credit c JOIN sales_order o ON o.id = c.order_id"
        " WHERE o.confirmed_at IS NOT NULL AND c.base_amount_minor <"
        " (SELECT coalesce(sum(r.base_amount_minor), 0) FROM order_return_credit r"
        " JOIN order_return t ON t.id = r.order_return_id WHERE t.order_id = c.order_id AND r.rep_id = c.rep_id)"
    )
    assert await database.execute(left) == [(0,)]
    whole = (
        "SELECT count(*) FROM sales_order o WHERE o.status = 'RETURNED' AND o.base_net_minor <>"
        " (SELECT sum(t.base_net_minor) FROM order_return t WHERE t.order_id = o.id)"
        " AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.quantity_returned < l.quantity)"
    )
    assert await database.execute(whole) == [(0,)]


@pytest.mark.slow
def test_orders_hold_together_whatever_is_done_to_them(migrated_url: str) -> None:
    used: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        database = runner.run(opened(migrated_url))
        try:
            run_state_machine_as_test(
                lives_of_orders(runner, database, used),
                settings=settings(
                    max_examples=20,
                    stateful_step_count=40,
                    deadline=None,
                    database=None,
                    phases=(Phase.generate,),  # a database remembers: a smaller example would not be the same one
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(database.close())
    # Chance may leave out one verb or another, but without these nothing was tried.
    assert {"confirmOrder", "fulfilOrder", "returnOrder"} <= set(used), used
    assert len(used) >= 7, used


async def opened(url: str) -> Database:
    database = await Database.open(url, readers=1, pool=3)
    await found(database)
    return database
