"""The demo company's orders, with their lines and the reps they are credited to."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator

from server.demo.dates import (
    DAY,
    HOUR,
    NOW,
    ORDERS_START,
    SECOND,
    TODAY_DAY,
    date_of,
    day_of,
    local_day,
)
from server.demo.money import EXPONENTS, RATES_PPB, factor, half_up, split
from server.demo.returns import NEXT_DAYS, Returns, Sale
from server.demo.story import Batch, CustomerFacts, Removals, Row, Story, Stream, weighted
from server.demo.words import CANCEL_ORDER

_BATCH = 4000

# How orders stand that are up to two weeks, up to two months, and more than two months old.
_FRESH = weighted(DRAFT=22, SENT=28, CONFIRMED=35, PARTIALLY_FULFILLED=8, FULFILLED=4, CANCELLED=3)
_RECENT = weighted(
    DRAFT=4, SENT=6, CONFIRMED=18, PARTIALLY_FULFILLED=16, FULFILLED=46, CANCELLED=5, EXPIRED=3,
    PARTIALLY_RETURNED=1,
    RETURNED=1,
)  # fmt: skip
_OLD = weighted(
    DRAFT=1,
    CONFIRMED=1,
    PARTIALLY_FULFILLED=2,
    FULFILLED=79,
    CANCELLED=6,
    EXPIRED=6,
    PARTIALLY_RETURNED=3,
    RETURNED=2,
)
_NEVER_CONFIRMED = {"DRAFT", "SENT", "EXPIRED"}
_SENT_BACK = {"PARTIALLY_RETURNED", "RETURNED"}

_FEW_LINES = (1,) * 31 + (2,) * 25 + (3,) * 18 + (4,) * 11 + (5,) * 6 + (6,) * 4 + (7,) * 2 + (8,) * 2 + (9,)
_MANY_LINES = (
    (1,) * 24 + (2,) * 21 + (3,) * 19 + (4,) * 13 + (5,) * 8 + (6,) * 5 + (7,) * 4 + (8,) * 3 + (10,) * 2 + (12,)
)
_DISCOUNTS = (
    *(0,) * 62, *(250,) * 4, *(333,) * 1, *(500,) * 12, *(1000,) * 10, *(1250,) * 3, *(1500,) * 3,
    *(1750,) * 1,
    *(2000,) * 3, 10000,
)  # fmt: skip
_PIECES = (1,) * 46 + (2,) * 20 + (3,) * 10 + (4,) * 9 + (5,) * 5 + (6,) * 5 + (8,) * 2 + (10,) * 3
_DOZENS = (
    (1,) * 12
    + (2,) * 10
    + (5,) * 16
    + (10,) * 22
    + (12,) * 8
    + (20,) * 12
    + (25,) * 6
    + (50,) * 8
    + (100,) * 5
    + (750,)
)
_SHARES = (
    *((10000,),) * 84, *((7000, 3000),) * 5, *((5000, 5000),) * 4, *((6667, 3333),) * 2,
    *((3334, 3333, 3333),) * 3,
    *((5000, 3000, 2000),) * 2,
)  # fmt: skip
_DEARER = {2023: 91, 2024: 95, 2025: 98, 2026: 100}
"""Percent of today's prices that were asked in each year."""


def _instants(stream: Stream, count: int) -> array[int]:
    """When the orders came in: more from year to year, in office hours of working days for the most part."""
    random = stream.random
    span = TODAY_DAY - ORDERS_START + 1
    instants = array("q")
    for _ in range(count):
        part = random()
        if random() < 0.5:
            part = max(part, random())
        day = ORDERS_START + int(part * span)
        if (day + 3) % 7 > 4 and random() < 0.8:
            day -= 3  # few order at weekends
        hour = 6 + 11 * random() if random() < 0.96 else 24 * random()
        instants.append(min(day * DAY + int(hour * HOUR), NOW - 60 * SECOND))
    return array("q", sorted(instants))


class _Market:
    """Who buys on a day, and who sells."""

    def __init__(self, story: Story, stream: Stream) -> None:
        self.random = stream.random
        self.buyers = stream.shuffled([customer for customer in story.customers if customer.buys_until])
        self.regulars = [
            customer
            for customer in self.buyers
            if customer.buys_until == TODAY_DAY and local_day(customer.created) < ORDERS_START
        ]
        self.story = story
        self.by_month: dict[int, list[int]] = {}
        self.terms = {rep.id: (rep.hired, rep.left or TODAY_DAY + 1) for rep in story.reps}
        self.running: dict[int, list[int]] = {}
        for campaign in story.campaigns:
            if not campaign.removed and campaign.status in ("ACTIVE", "PAUSED", "COMPLETED"):
                for day in range(campaign.start, campaign.end + 15):
                    self.running.setdefault(day, []).append(campaign.id)

    def buyer(self, instant: int, day: int) -> CustomerFacts:
        """A customer known by then: half of the orders come from anyone, the others mostly from a few."""
        random, buyers = self.random, self.buyers
        for _ in range(5):
            part, kind = random(), random()
            if kind > 0.5:
                part *= random()
                if kind > 0.85:
                    part *= random()
            customer = buyers[int(part * len(buyers))]
            if customer.created <= instant and day <= customer.buys_until:
                return customer
        return self.regulars[int(random() * len(self.regulars))]

    def sellers(self, day: int) -> list[int]:
        """The reps who work in the month of a day, the first of them thrice."""
        month = day // 30
        if month not in self.by_month:
            # Only who works the whole month, so that nobody sells before the first day or after the last.
            until = set(self.story.reps_on(month * 30 + 29))
            working = [rep for rep in self.story.reps_on(month * 30) if rep in until]
            self.by_month[month] = working + working[:1] * 2
        return self.by_month[month]

    def seller(self, customer: CustomerFacts, day: int) -> int:
        """The customer's own rep if that one worked by then, else another."""
        if customer.owner is not None and self.random() < 0.9:
            hired, left = self.terms[customer.owner]
            if hired <= day < left:
                return customer.owner
        sellers = self.sellers(day)
        return sellers[int(self.random() * len(sellers))]


def orders(story: Story) -> Iterator[Batch]:
    """The orders, oldest first; each batch is followed by its lines, its credits and its returns."""
    spell, scale = story.spell, story.scale
    day_text, instant_text = spell.day, spell.instant
    stream, line_stream, credit_stream = Stream("sales_order"), Stream("order_line"), Stream("order_credit")
    random, line_random = stream.random, line_stream.random
    market = _Market(story, stream)
    plan = Removals(scale.orders, 400)
    story.ordered = _instants(stream, len(plan.ids))
    factors = {code: factor(code) for code in EXPONENTS}
    goods = line_stream.shuffled(story.products)
    prices = {
        (year, code): [product.price[code] * percent // 100 for product in goods]
        for year, percent in _DEARER.items()
        for code in EXPONENTS
    }
    years = {day: date_of(day).year for day in range(ORDERS_START - 5, TODAY_DAY + 2)}
    counted_from = day_of(date_of(TODAY_DAY).replace(year=2025, month=1, day=1))
    orders_left, lines_left = scale.orders, scale.lines
    line_number = credit_number = 0
    order_rows: list[Row] = []
    line_rows: list[Row] = []
    credit_rows: list[Row] = []
    returns = Returns(spell)

    for number, created in zip(plan.ids, story.ordered, strict=True):
        day = local_day(created)
        age = TODAY_DAY - day
        customer = market.buyer(created, day)
        removed = plan.removed(number)
        status = "DRAFT" if removed else (_FRESH if age < 14 else _RECENT if age < 60 else _OLD)[int(random() * 100)]
        currency = customer.locale.currency if random() < 0.94 else "EUR"
        confirmed = None
        if status not in _NEVER_CONFIRMED and not (status == "CANCELLED" and random() < 0.4):
            confirmed = min(created + int(random() * random() * random() * 15 * DAY) + 60 * SECOND, NOW)
            if status in _SENT_BACK:
                confirmed = min(confirmed, NOW - NEXT_DAYS - DAY)  # its goods have still to go there and back

        count = 0
        if not removed:
            if orders_left == 1:
                count = lines_left
            elif confirmed is None and random() < (0.12 if status == "DRAFT" else 0.0):
                count = 0
            else:
                wanted = (_FEW_LINES if lines_left < 3 * orders_left else _MANY_LINES)[int(line_random() * 100)]
                count = min(wanted, lines_left - orders_left + 1)
            orders_left -= 1
            lines_left -= count

        # What happened to the order after it was confirmed, and when last.
        changed = confirmed or created
        if status not in ("DRAFT", "SENT", "EXPIRED", "CONFIRMED"):
            changed = min(changed + int(random() * 20 * DAY) + (NEXT_DAYS if status in _SENT_BACK else 0), NOW)
        cancelled = None
        if status == "CANCELLED":
            cancelled = changed
        valid_until = None
        if status == "SENT":
            valid_until = day + 60 + int(random() * 31) if random() < 0.85 else None
        elif status == "EXPIRED":
            valid_until = day + 7 + int(random() * 7)
            changed = (valid_until + 1) * DAY
        elif random() < 0.4:
            valid_until = day + 30
        owner = None
        if confirmed is not None or random() < 0.8:
            owner = market.seller(customer, day)
        campaign = None
        running = market.running.get(day)
        if running and random() < 0.12:
            campaign = running[int(random() * len(running))]
        created_text, changed_text = instant_text(created), instant_text(changed)

        subtotal = net = tax = 0
        year_prices = prices[years[day], currency]
        abroad = None if customer.locale.country == "DE" else customer.locale.tax_bps
        lines: list[tuple[int, ...]] = []
        for _ in range(count):
            place = int(line_random() * line_random() * len(goods))
            product = goods[place]
            quantity = (
                1 + int(line_random() * 3)
                if product.dear
                else (_DOZENS if product.bulk else _PIECES)[int(line_random() * 100)]
            )
            price = year_prices[place]
            discount_bps = _DISCOUNTS[int(line_random() * 100)]
            tax_bps = product.tax_bps if abroad is None else abroad
            gross = quantity * price
            line_net = half_up(gross * (10000 - discount_bps), 10000) if discount_bps else gross
            line_tax = half_up(line_net * tax_bps, 10000)
            subtotal += gross
            net += line_net
            tax += line_tax
            lines.append((place, quantity, price, discount_bps, tax_bps, gross - line_net, line_net, line_tax))

        status, delivered = _delivered(status, [line[1] for line in lines], line_random)
        journeys = returns.journeys([back for _, back in delivered])
        version = 1 if changed == created else 2 if confirmed is None else 3 + len(journeys)
        first_line = line_number + 1
        for position, (
            place,
            quantity,
            price,
            discount_bps,
            tax_bps,
            discount,
            line_net,
            line_tax,
        ) in enumerate(lines):
            line_number += 1
            product = goods[place]
            line_rows.append(
                (
                    line_number, 1, created_text, changed_text, number, product.id, position + 1,
                    product.name if line_random() < 0.15 else None, quantity, currency, price,
                    None if product.cost is None else product.cost[currency], discount_bps, tax_bps,
                    discount, line_net,
                    line_tax, line_net + line_tax, *delivered[position],
                )
            )  # fmt: skip

        base_net = base_total = confirmed_on = None
        if confirmed is not None:
            multiplier, divisor = factors[currency]
            base_net = half_up(net * multiplier, divisor)
            base_total = half_up((net + tax) * multiplier, divisor)
            confirmed_on = day_text(local_day(confirmed))
        text = f"SO-{years[day]}-{number:06d}"
        order_rows.append(
            (
                number, version, created_text, changed_text, changed_text if removed else None,
                number if removed else 0,
                text, text.lower(), customer.id, owner, campaign, status, day_text(day),
                None if valid_until is None else day_text(valid_until), currency, "HALF_UP", subtotal,
                subtotal - net,
                net, tax, net + tax, None if confirmed is None else RATES_PPB[currency], confirmed_on,
                base_net, base_total,
                None if confirmed is None else instant_text(confirmed), confirmed_on,
                None if cancelled is None else instant_text(cancelled),
                None if cancelled is None else CANCEL_ORDER[int(random() * len(CANCEL_ORDER))],
            )
        )  # fmt: skip
        if not removed:
            customer.orders.append(number)

        if owner is not None and (confirmed is not None or (status == "SENT" and number % 2)):
            shares = _SHARES[int(credit_stream.random() * 100)]
            credited = [owner]
            if len(shares) > 1:
                others = [rep for rep in market.sellers(day) if rep != owner]
                while others and len(credited) < len(shares):
                    rep = others[int(credit_stream.random() * len(others))]
                    credited.append(rep)
                    others = [other for other in others if other != rep]
                if len(credited) < len(shares):
                    credited, shares = [owner], (10000,)
            amounts = split(net, shares)
            bases: list[int | None] = list(split(base_net, shares)) if base_net is not None else [None] * len(shares)
            for rep, share, amount, base in zip(credited, shares, amounts, bases, strict=True):
                credit_number += 1
                credit_rows.append(
                    (
                        credit_number,
                        1,
                        created_text,
                        changed_text,
                        number,
                        rep,
                        customer.id,
                        day_text(day),
                        share,
                        currency,
                        amount,
                        base,
                    )
                )
                if base is not None and cancelled is None and day >= counted_from:
                    story.sold[rep] = story.sold.get(rep, 0) + base

            if journeys:
                assert confirmed is not None and base_net is not None and base_total is not None
                returns.book(
                    Sale(
                        order=number,
                        currency=currency,
                        net=net,
                        tax=tax,
                        base_net=base_net,
                        base_total=base_total,
                        confirmed=confirmed,
                        changed=changed,
                        lines=[(first_line + n, line[1], line[6], line[7]) for n, line in enumerate(lines)],
                        credits=[(rep, base or 0) for rep, base in zip(credited, bases, strict=True)],
                    ),
                    journeys,
                )

        if len(order_rows) == _BATCH:
            yield Batch("sales_order", order_rows, len(order_rows))
            yield Batch("order_line", line_rows, len(line_rows))
            yield Batch("order_credit", credit_rows)
            yield from returns.told()
            order_rows, line_rows, credit_rows = [], [], []
    yield Batch("sales_order", order_rows, len(order_rows))
    yield Batch("order_line", line_rows, len(line_rows))
    yield Batch("order_credit", credit_rows)
    yield from returns.told()


def _delivered(status: str, quantities: list[int], random: Callable[[], float]) -> tuple[str, list[tuple[int, int]]]:
    """The status, and the delivered and returned pieces of each line: nobody has a part of a single piece."""
    single = sum(quantities) == 1
    match status:
        case "PARTIALLY_FULFILLED" if not single:
            # All lines but the last came, and of the last, half.
            last = len(quantities) - 1
            return status, [(quantity // 2 if n == last else quantity, 0) for n, quantity in enumerate(quantities)]
        case "PARTIALLY_RETURNED" if not single:
            first = 1 + int(random() * (quantities[0] - 1))
            if len(quantities) > 1 and random() < 0.5:
                first = quantities[0]
            return status, [(quantity, first if n == 0 else 0) for n, quantity in enumerate(quantities)]
        case "RETURNED":
            return status, [(quantity, quantity) for quantity in quantities]
        case "FULFILLED" | "PARTIALLY_FULFILLED" | "PARTIALLY_RETURNED":
            return "FULFILLED", [(quantity, 0) for quantity in quantities]
        case _:
            return status, [(0, 0)] * len(quantities)
