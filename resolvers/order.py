"""Writing an order: a draft or a quotation with its lines, its credits and its sums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from compiler.money import CURRENCIES, exponent
from errors import Refused, UserError, UserErrorCode, refuse
from models import (
    Campaign,
    Customer,
    Order,
    OrderCredit,
    OrderLine,
    OrderStatus,
    Product,
    Rounding,
    SalesRep,
    Ticket,
)
from models.fields import MONEY_LIMIT
from resolvers import records
from resolvers.batch import missing, rep_errors, write_new
from resolvers.ids import CampaignId, CustomerId, OrderId, OrderLineId, ProductId, SalesRepId
from resolvers.machines import ORDER
from resolvers.money import line_amounts, split
from resolvers.verbs import (
    ABSENT,
    Batch,
    BatchPolicy,
    Changes,
    Flat,
    Length,
    Money,
    PartialOf,
    Range,
    Ref,
    Row,
    Rule,
    Rules,
    make_one,
    verb,
)
from resolvers.write import Call

MOST_LINES = 500
Quantity = Annotated[int, Range(1, 1_000_000_000)]
BasisPoints = Annotated[int, Range(0, 10_000)]


@dataclass(frozen=True)
class OrderLineData:
    """A line of an order."""

    product_id: Annotated[ProductId, "What is bought."]
    quantity: Annotated[Quantity, "How many units, at least 1."]
    price: Annotated[Money | None, "Price of one unit, in the order's currency; the product's own unless given."] = None
    discount_bps: Annotated[BasisPoints, "Discount in basis points: 1,000 is 10 %."] = 0
    tax_bps: Annotated[BasisPoints | None, "Tax in basis points; the product's own unless given."] = None
    description: Annotated[str | None, Length(500), "What the order says about it, if not the product's name."] = None


@dataclass(frozen=True)
class CreditData:
    """A rep's share of an order."""

    rep_id: Annotated[SalesRepId, "The rep."]
    share: Annotated[int, Range(1, 10_000), "The share in basis points; all shares of an order come to 10,000."]


def date_errors(order_date: dt.date | None, valid_until: dt.date | None) -> list[UserError]:
    """A quotation holds at least on its own day."""
    if order_date is None or valid_until is None or valid_until >= order_date:
        return []
    message = f"validUntil ({valid_until}) must not be before orderDate ({order_date})."
    return [UserError(UserErrorCode.INVALID, message, ("valid_until",))]


def share_errors(credits: Sequence[CreditData] | None) -> list[UserError]:
    """Every rep is credited once, and all of them with the whole order."""
    errors = []
    if credits and len({credit.rep_id for credit in credits}) < len(credits):
        errors.append(UserError(UserErrorCode.INVALID, "A rep is credited twice. Name each once.", ("credits",)))
    total = sum(credit.share for credit in credits or ())
    if credits and total != 10_000:
        message = f"The shares must come to 10,000 basis points, not {total}."
        errors.append(UserError(UserErrorCode.INVALID, message, ("credits",)))
    return errors


@dataclass(frozen=True)
class OrderData:
    """What stands on an order besides its lines."""

    customer_id: Annotated[CustomerId, "Who buys."]
    order_date: Annotated[dt.date | None, "The date on the order; today unless given."] = None
    valid_until: Annotated[dt.date | None, "The last day the quotation holds."] = None
    owner_id: Annotated[
        SalesRepId | None, "The rep who looks after the order; unless given the customer's, if they still sell."
    ] = None
    campaign_id: Annotated[CampaignId | None, "The campaign that led to the order."] = None
    credits: Annotated[
        list[CreditData] | None, Length(50), "Who is credited; the owner with all of it unless given."
    ] = None

    rules: ClassVar[Rules] = (
        Rule(date_errors, ("order_date", "valid_until")),
        Rule(share_errors, ("credits.rep_id", "credits.share")),
    )


def content_errors(
    lines: Sequence[OrderLineData] | None, product_id: int | None, quantity: int | None, price: Money | None
) -> list[UserError]:
    """What is bought is said in lines, or as one product with its quantity."""
    if product_id is None and quantity is None and price is None:
        return []
    if lines:
        return [UserError(UserErrorCode.INVALID, "Give either lines or one product, not both.", ("lines",))]
    errors = []
    if product_id is None:
        errors.append(UserError(UserErrorCode.BLANK, "productId is missing: say what is bought.", ("product_id",)))
    if quantity is None:
        errors.append(UserError(UserErrorCode.BLANK, "quantity is missing: say how many units.", ("quantity",)))
    return errors


def currency_errors(
    currency: str | None, lines: Sequence[OrderLineData] | None, price: Money | None
) -> list[UserError]:
    """An order has one currency: the one that is named, or else that of its first price."""
    if currency is not None and currency not in CURRENCIES:
        return [UserError(UserErrorCode.INVALID, f"{currency!r} is no ISO 4217 currency code.", ("currency",))]
    prices: list[tuple[tuple[str, ...], Money | None]] = [(("price",), price)]
    prices += [(("lines", str(at), "price"), line.price) for at, line in enumerate(lines or ())]
    given = [(path, each) for path, each in prices if each is not None]
    wanted = currency or next((each.currency for _, each in given), None)
    return [
        other_currency(each.currency, wanted).under(*path)
        for path, each in given
        if wanted is not None and each.currency != wanted
    ]


def other_currency(price: str, order: str) -> UserError:
    """The error of a price in another currency than its order's."""
    message = f"The price is in {price}, but the order is in {order}: one order has one currency."
    return UserError(UserErrorCode.INVALID, message, ("currency",))


@dataclass(frozen=True)
class NewOrder(OrderData):
    """An order to be made. An order of one product can be given by `productId`, `quantity` and `price`."""

    currency: Annotated[str | None, Length(3, least=3), "Currency of the order; that of its prices unless given."] = (
        None
    )
    lines: Annotated[list[OrderLineData] | None, Length(MOST_LINES), "The lines, at most 500."] = None
    product_id: Annotated[ProductId | None, "Of an order of one product: what is bought."] = None
    quantity: Annotated[Quantity | None, "Of an order of one product: how many units."] = None
    price: Annotated[Money | None, "Of an order of one product: the price of one unit."] = None

    rules: ClassVar[Rules] = (
        *OrderData.rules,
        Rule(content_errors, ("lines", "product_id", "quantity", "price")),
        Rule(currency_errors, ("currency", "lines.price.currency", "price.currency")),
    )


@dataclass(frozen=True)
class OrderLineChanged:
    """An order and the line of it that was made or changed."""

    order: Order
    order_line: OrderLine


@dataclass(frozen=True)
class OrderDeleted:
    """A removed draft."""

    deleted_id: Annotated[int, Ref("Order"), "The id of the removed order."]


# --- making -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """The records that new orders refer to."""

    customers: Mapping[int, Customer]
    products: Mapping[int, Product]
    reps: Mapping[int, SalesRep]
    campaigns: Mapping[int, Campaign]


PRICED = ("name", "active", "currency", "price_minor", "cost_minor", "tax_bps")
"""What of a product decides a line of it."""

Columns = dict[str, Any]
"""A row that is to be written, by its columns."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An order with its parts, which do not know yet whose they are."""

    order: Columns
    lines: list[Columns]
    credits: list[Columns]


def _asked_lines(item: NewOrder) -> list[OrderLineData]:
    if item.product_id is None or item.quantity is None:
        return list(item.lines or ())
    return [OrderLineData(item.product_id, item.quantity, item.price)]


async def _make(call: Call, items: Sequence[NewOrder]) -> list[Row]:
    asked = [_asked_lines(item) for item in items]
    counts = {
        Order: len(items),
        OrderLine: sum(map(len, asked)),
        OrderCredit: sum(len(item.credits or ()) for item in items),
    }
    call.want({model: count for model, count in counts.items() if count})
    organisation = await call.organisation()
    customers = await call.fetch_many(Customer, [item.customer_id for item in items], ("owner_id",))
    product_ids = {line.product_id for item in items for line in item.lines or ()}
    product_ids |= {item.product_id for item in items if item.product_id is not None}
    rep_ids = {item.owner_id for item in items} | {c.rep_id for item in items for c in item.credits or ()}
    rep_ids |= {customer.owner_id for customer in customers.values()}
    known = _Known(
        customers,
        await call.fetch_many(Product, list(product_ids), PRICED),
        await call.fetch_many(SalesRep, [id_ for id_ in rep_ids if id_ is not None], ("name", "active")),
        await call.fetch_many(Campaign, [item.campaign_id for item in items if item.campaign_id is not None], ("id",)),
    )
    today = await call.today()
    good: list[_Draft] = []
    wrong: dict[int, Sequence[UserError]] = {}
    for at, (item, bought) in enumerate(zip(items, asked, strict=True)):
        try:
            good.append(_draft(item, bought, known, organisation.currency, organisation.rounding, today))
        except Refused as refused:
            wrong[at] = refused.errors
    orders: list[Columns] = []
    lines: list[Columns] = []
    credits: list[Columns] = []
    for draft, id_ in zip(good, await call.next_ids(Order, len(good)), strict=True):
        orders.append({**draft.order, "id": id_, "number": f"SO-{10_000 + id_}"})
        lines += [{**line, "order_id": id_} for line in draft.lines]
        whose = {"order_id": id_, "customer_id": draft.order["customer_id"]}
        credits += [{**credit, **whose} for credit in draft.credits]
    rows = await write_new(call, Order.many(orders), wrong)
    await _write_parts(call, OrderLine, lines)
    await _write_parts(call, OrderCredit, credits)
    return rows


async def _write_parts(call: Call, model: type[OrderLine | OrderCredit], parts: Sequence[Columns]) -> None:
    if parts:
        ids = await call.next_ids(model, len(parts))
        await call.create_many(model.many([{**part, "id": id_} for part, id_ in zip(parts, ids, strict=True)]))


@verb("Make an order: a draft, with its lines or without.", creates=True, many=_make)
async def create_order(call: Call, *, new: Annotated[NewOrder, Flat()]) -> Order:
    """Make one order. Totals are worked out, never given."""
    return await make_one(call, _make, new)  # type: ignore[no-any-return]


@verb("Make up to 500 orders at once.", creates=True)
async def create_orders(
    call: Call,
    *,
    items: Annotated[list[NewOrder], Length(500, least=1), "The orders, 1 to 500."],
    on_error: Annotated[
        BatchPolicy, "What becomes of the others when some cannot be written."
    ] = BatchPolicy.REJECT_ALL,
) -> Annotated[Batch, Ref("Order")]:
    """Make many orders in a handful of statements."""
    return Batch(tuple(await _make(call, items)))


def _draft(
    item: NewOrder, bought: Sequence[OrderLineData], known: _Known, base: str, rounding: Rounding, today: dt.date
) -> _Draft:
    customer = known.customers.get(item.customer_id)
    errors: list[UserError] = []
    if customer is None:
        errors.append(missing("customer", "customer_id"))
    errors += rep_errors(known.reps, item.owner_id, "owner_id")
    if item.campaign_id is not None and item.campaign_id not in known.campaigns:
        errors.append(missing("campaign", "campaign_id"))
    named = item.product_id is None
    currency = item.currency or next((line.price.currency for line in bought if line.price), None)
    if currency is None:
        first = known.products.get(bought[0].product_id) if bought else None
        currency = first.currency if first else base
    order_date = item.order_date or today
    errors += date_errors(order_date, item.valid_until)
    lines: list[Columns] = []
    for at, data in enumerate(bought):
        path = ("lines", str(at)) if named else ()
        try:
            lines.append(_line(data, known.products.get(data.product_id), currency, rounding, at + 1))
        except Refused as refused:
            errors += [error.under(*path) for error in refused.errors]
    owner_id = item.owner_id
    if owner_id is None and customer is not None and not rep_errors(known.reps, customer.owner_id):
        owner_id = customer.owner_id
    credits: list[Columns] = []
    if item.credits:
        try:
            net = sum(line["net_minor"] for line in lines)
            credits = _credits(item.credits, known.reps, order_date, currency, net)
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(*errors)
    order = {
        "customer_id": item.customer_id,
        "owner_id": owner_id,
        "campaign_id": item.campaign_id,
        "order_date": order_date,
        "valid_until": item.valid_until,
        "currency": currency,
        "rounding": rounding,
        **_totals(lines),
    }
    return _Draft(order, lines, credits)


def _line(
    data: OrderLineData, product: Product | None, currency: str, rounding: Rounding, position: int, *, new: bool = True
) -> Columns:
    """The line of what is bought; `new` unless it had the same product before."""
    if product is None:
        raise Refused(missing("product", "product_id"))
    if new and not product.active:
        message = f"{product.name} is not on sale any more. Name another product, or put it on sale again."
        raise refuse(UserErrorCode.INVALID, message, "product_id")
    if data.price is not None and data.price.currency != currency:
        raise Refused(other_currency(data.price.currency, currency).under("price"))
    if data.price is None and product.currency != currency:
        raise refuse(
            UserErrorCode.BLANK,
            f"{product.name} is priced in {product.currency}, but the order is in {currency}: say the price.",
            "price",
        )
    price = product.price_minor if data.price is None else data.price.minor()
    tax_bps = product.tax_bps if data.tax_bps is None else data.tax_bps
    amounts = line_amounts(data.quantity, price, data.discount_bps, tax_bps, rounding)
    return {
        "product_id": product.id,
        "position": position,
        "description": data.description,
        "quantity": data.quantity,
        "currency": currency,
        "price_minor": price,
        "cost_minor": product.cost_minor if product.currency == currency else None,
        "discount_bps": data.discount_bps,
        "tax_bps": tax_bps,
        "discount_minor": amounts.discount,
        "net_minor": amounts.net,
        "tax_minor": amounts.tax,
        "total_minor": amounts.total,
    }


def _totals(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """An order's sums over its lines. Raises `Refused` where they are past what can be stored."""
    discount = net = tax = 0
    for line in lines:
        discount += line["discount_minor"]
        net += line["net_minor"]
        tax += line["tax_minor"]
    sums = {
        "subtotal_minor": net + discount,
        "discount_minor": discount,
        "net_minor": net,
        "tax_minor": tax,
        "total_minor": net + tax,
    }
    if max(sums.values()) > MONEY_LIMIT:
        raise refuse(UserErrorCode.INVALID, "All lines together are more than an order can come to.", "lines")
    return sums


def _credits(
    given: Sequence[CreditData],
    reps: Mapping[int, SalesRep],
    order_date: dt.date,
    currency: str,
    net: int,
    before: Collection[int] = (),
) -> list[Columns]:
    """The credits; `before` are the reps who had some."""
    errors: list[UserError] = []
    for at, credit in enumerate(given):
        known = credit.rep_id if credit.rep_id in before else None
        errors += rep_errors(reps, credit.rep_id, "credits", str(at), "rep_id", before=known)
    if errors:
        raise Refused(*errors)
    amounts = split(net, [credit.share for credit in given])
    return [
        {
            "rep_id": credit.rep_id,
            "order_date": order_date,
            "share_bps": credit.share,
            "currency": currency,
            "amount_minor": amount,
        }
        for credit, amount in zip(given, amounts, strict=True)
    ]


# --- changing drafts ----------------------------------------------------------------------------------------------


async def open_order(call: Call, id_: int, verb_name: str) -> tuple[Order, OrderStatus | None]:
    """An order locked for a verb, and the status the verb leads to."""
    order = await call.fetch_to_change(Order, id_)
    return order, ORDER.check(verb_name, order.status)


async def lines_of(order: Order) -> list[OrderLine]:
    return await OrderLine.filter(order_id=order.id).order_by("position", "id")


async def _add_up(call: Call, order: Order, **more: Any) -> None:
    """Bring an order's sums and its credits' amounts in line with its lines."""
    totals = _totals(map(vars, await lines_of(order)))
    credits = await OrderCredit.filter(order_id=order.id).order_by("id")
    amounts = split(totals["net_minor"], [credit.share_bps for credit in credits])
    for credit, amount in zip(credits, amounts, strict=True):
        await call.change(credit, amount_minor=amount)
    if not await call.change(order, **totals, **more):
        await call.touch(order)  # its lines have changed, though they come to the same


@verb("Change a draft or a quotation: what is left out stays, null clears. Lines have mutations of their own.")
async def update_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    change: Annotated[Changes, PartialOf(OrderData)],
) -> Order:
    """Change what stands on an order besides its lines; never its status."""
    order, _ = await open_order(call, id, "updateOrder")
    columns = dict(change)
    credits = columns.pop("credits", ABSENT)
    if "order_date" in columns and columns["order_date"] is None:
        raise refuse(UserErrorCode.BLANK, "orderDate must not be null. Leave it out to keep it.", "order_date")
    for column, model in (("customer_id", Customer), ("campaign_id", Campaign)):
        if columns.get(column) is not None:
            await call.fetch(model, columns[column], column)
    if (owner_id := columns.get("owner_id")) is not None:
        reps = await call.fetch_many(SalesRep, [owner_id])
        if errors := rep_errors(reps, owner_id, "owner_id", before=order.owner_id):
            raise Refused(*errors)
    order_date = columns.get("order_date", order.order_date)
    errors = date_errors(order_date, columns.get("valid_until", order.valid_until))
    if errors:
        raise Refused(*errors)
    customer_id = columns.get("customer_id", order.customer_id)
    if customer_id != order.customer_id and await Ticket.exists(order_id=order.id, deleted_at=None):
        message = "Tickets of its customer are about this order. Take it off them first, or make another order."
        raise ORDER.refusal(order.status, message, "customer_id")
    if credits is not ABSENT:
        await _replace_credits(call, order, credits or (), order_date, customer_id)
    elif (order_date, customer_id) != (order.order_date, order.customer_id):
        for credit in await OrderCredit.filter(order_id=order.id):
            await call.change(credit, order_date=order_date, customer_id=customer_id)
    if not await call.change(order, **columns) and credits is not ABSENT:
        await call.touch(order)
    return order


async def _replace_credits(
    call: Call, order: Order, given: Sequence[CreditData], order_date: dt.date, customer_id: int
) -> None:
    reps = await call.fetch_many(SalesRep, [credit.rep_id for credit in given])
    before = {credit.rep_id for credit in await OrderCredit.filter(order_id=order.id)}
    new = _credits(given, reps, order_date, order.currency, order.net_minor, before)
    await _erase_credits(call, order)
    whose = {"order_id": order.id, "customer_id": customer_id}
    await _write_parts(call, OrderCredit, [{**credit, **whose} for credit in new])


async def _erase_credits(call: Call, order: Order) -> None:
    for credit in await OrderCredit.filter(order_id=order.id):
        await call.erase(credit)


@verb("Add a line to a draft or a quotation.", creates=True)
async def add_order_line(
    call: Call, *, id: Annotated[OrderId, "Which order."], line: Annotated[OrderLineData, Flat()]
) -> OrderLineChanged:
    """Add a line behind the others; totals follow."""
    order, _ = await open_order(call, id, "addOrderLine")
    lines = await lines_of(order)
    if len(lines) >= MOST_LINES:
        raise refuse(UserErrorCode.INVALID, f"An order has at most {MOST_LINES} lines.", "id")
    products = await call.fetch_many(Product, [line.product_id])
    position = max((each.position for each in lines), default=0) + 1
    columns = _line(line, products.get(line.product_id), order.currency, order.rounding, position)
    new = await call.create(OrderLine, order_id=order.id, **columns)
    await _add_up(call, order)
    return OrderLineChanged(order, new)


@verb(
    "Change a line of a draft or a quotation: what is left out stays, null clears: a price or tax that is null is the "
    "product's own."
)
async def update_order_line(
    call: Call,
    *,
    id: Annotated[OrderLineId, "Which line."],
    change: Annotated[Changes, PartialOf(OrderLineData)],
) -> OrderLineChanged:
    """Change one line; totals follow. Another product brings its own price and tax unless they are given."""
    line, order = await _line_to_change(call, id, "updateOrderLine")
    product_id = change.get("product_id", line.product_id)
    other = product_id != line.product_id
    data = OrderLineData(
        product_id,
        change.get("quantity", line.quantity),
        change.get("price", None if other else Money(_major(line.price_minor, order), order.currency)),
        change.get("discount_bps", line.discount_bps),
        change.get("tax_bps", None if other else line.tax_bps),
        change.get("description", line.description),
    )
    if other:
        product = (await call.fetch_many(Product, [product_id])).get(product_id)
    else:  # it may have been removed since: the line keeps what it had of it
        product = await Product.get(id=product_id)
    columns = _line(data, product, order.currency, order.rounding, line.position, new=other)
    if not other:
        columns["cost_minor"] = line.cost_minor
    if await call.change(line, **columns):
        await _add_up(call, order)
    return OrderLineChanged(order, line)


def _major(minor: int, order: Order) -> Decimal:
    return Decimal(minor).scaleb(-exponent(order.currency))


async def _line_to_change(call: Call, id_: int, verb_name: str) -> tuple[OrderLine, Order]:
    line = await call.fetch_to_change(OrderLine, id_)
    order = await records.fetch(call.viewer, Order, line.order_id, lock=True)
    if order is None:
        raise Refused(missing("order line", "id", may="change"))
    ORDER.check(verb_name, order.status)
    return line, order


@verb("Take a line off a draft or a quotation.")
async def remove_order_line(call: Call, *, id: Annotated[OrderLineId, "Which line."]) -> Order:
    """Delete one line; totals follow."""
    line, order = await _line_to_change(call, id, "removeOrderLine")
    await call.erase(line)
    await _add_up(call, order)
    return order


@verb("Remove a draft. Any other order can only be cancelled.")
async def delete_order(call: Call, *, id: Annotated[OrderId, "Which order."]) -> OrderDeleted:
    """Hide a draft, and forget its credits, which would go on to show its customer to the reps named there."""
    order, _ = await open_order(call, id, "deleteOrder")
    await _erase_credits(call, order)
    await call.remove(order)
    return OrderDeleted(order.id)
