"""What becomes of an order once it is written: it is sent, confirmed, delivered, returned, or called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from errors import Refused, UserError, UserErrorCode, refuse
from models import (
    Order,
    OrderCredit,
    OrderLine,
    OrderReturn,
    OrderReturnCredit,
    OrderReturnLine,
    OrderStatus,
    SalesRep,
)
from resolvers.ids import OrderId, OrderLineId
from resolvers.machines import ORDER
from resolvers.money import Refunded, convert, part, rate_ppb, refund, split
from resolvers.order import MOST_LINES, Quantity, date_errors, lines_of, open_order
from resolvers.verbs import (
    ABSENT,
    Absent,
    Length,
    Rule,
    verb,
)
from resolvers.write import Call


@dataclass(frozen=True)
class Quantities:
    """How many units of a line."""

    line_id: Annotated[OrderLineId, "The line."]
    quantity: Annotated[Quantity, "How many units."]


def line_errors(lines: Sequence[Quantities] | None) -> list[UserError]:
    """Lines are named once each, or not at all, which means all of them."""
    if lines is None:
        return []
    if not lines:
        message = "lines is empty: name at least one line, or leave it out for all."
        return [UserError(UserErrorCode.BLANK, message, ("lines",))]
    ids = [item.line_id for item in lines]
    return [
        UserError(UserErrorCode.INVALID, "This line is named twice.", ("lines", str(at), "line_id"))
        for at, id_ in enumerate(ids)
        if id_ in ids[:at]
    ]


ONCE_EACH = Rule(line_errors, ("lines.line_id",))


@dataclass(frozen=True)
class OrderReturned:
    """An order and the return that was booked on it."""

    order: Order
    order_return: OrderReturn


@verb("Send a draft to the customer as a quotation.")
async def send_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    valid_until: Annotated[dt.date | Absent | None, "The last day the quotation holds."] = ABSENT,
) -> Order:
    """DRAFT → SENT. An order without lines cannot be sent."""
    order, status = await open_order(call, id, "sendOrder")
    await _need_lines(order)
    last = order.valid_until if isinstance(valid_until, Absent) else valid_until
    if isinstance(valid_until, dt.date):
        errors = date_errors(order.order_date, valid_until)
        if errors:
            raise Refused(*errors)
    if last is not None and last < await call.today():
        message = f"A quotation that held until {last} has run out already. Give it a later validUntil."
        raise refuse(UserErrorCode.INVALID, message, "valid_until")
    await call.change(order, status=status, valid_until=valid_until)
    return order


async def _need_lines(order: Order) -> None:
    if not await OrderLine.exists(order_id=order.id):
        raise refuse(UserErrorCode.BLANK, "The order has no lines. Add what is bought with addOrderLine first.", "id")


@verb("Confirm an order: its totals, its credits and the exchange rate are fixed from then on.")
async def confirm_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    exchange_rate: Annotated[
        Decimal | None,
        "The organisation's currency for one unit of the order's, at most nine decimals. Needed where the two differ.",
    ] = None,
) -> Order:
    """DRAFT or SENT → CONFIRMED. What the order comes to in the organisation's currency is worked out here, once."""
    order, status = await open_order(call, id, "confirmOrder")
    await _need_lines(order)
    today = await call.today()
    if order.valid_until is not None and order.valid_until < today:
        message = f"The quotation held until {order.valid_until}. Set a later validUntil, or make a new order."
        raise ORDER.refusal(order.status, message, "id", verb="confirmOrder")
    organisation = await call.organisation()
    if order.currency == organisation.currency:
        if exchange_rate not in (None, Decimal(1)):
            raise refuse(
                UserErrorCode.INVALID,
                f"The order is in {order.currency} already: the rate is 1.",
                "exchange_rate",
            )
        rate = rate_ppb(Decimal(1))
    elif exchange_rate is None:
        raise refuse(
            UserErrorCode.BLANK,
            f"The order is in {order.currency}: say how much {organisation.currency} one {order.currency} is.",
            "exchange_rate",
        )
    else:
        rate = rate_ppb(exchange_rate)

    def base(minor: int) -> int:
        return convert(minor, order.currency, rate, organisation.currency, order.rounding)

    base_net = base(order.net_minor)
    await _fix_credits(call, order, base_net)
    await call.change(
        order,
        status=status,
        fx_rate_ppb=rate,
        fx_date=today,
        base_net_minor=base_net,
        base_total_minor=base(order.total_minor),
        confirmed_at=call.now,
        confirmed_on=today,
    )
    return order


async def _fix_credits(call: Call, order: Order, base_net: int) -> None:
    credits = await OrderCredit.filter(order_id=order.id).order_by("id")
    if not credits:
        if order.owner_id is None:
            raise refuse(
                UserErrorCode.BLANK,
                "Nobody is credited with the order. Give it an owner or credits first.",
                "id",
            )
        owner = await SalesRep.get(id=order.owner_id)
        if not owner.active:
            message = f"{owner.name} does not work here any more. Give the order another owner, or credits, first."
            raise refuse(UserErrorCode.INVALID, message, "id")
        credits = [
            await call.create(
                OrderCredit,
                order_id=order.id,
                rep_id=order.owner_id,
                customer_id=order.customer_id,
                order_date=order.order_date,
                share_bps=10_000,
                currency=order.currency,
                amount_minor=order.net_minor,
            )
        ]
    for credit, amount in zip(credits, split(base_net, [each.share_bps for each in credits]), strict=True):
        await call.change(credit, base_amount_minor=amount)


@verb("Mark a quotation as run out.")
async def expire_order(call: Call, *, id: Annotated[OrderId, "Which order."]) -> Order:
    """DRAFT or SENT → EXPIRED, once its last day has passed."""
    order, status = await open_order(call, id, "expireOrder")
    today = await call.today()
    if order.valid_until is None or order.valid_until >= today:
        message = "The quotation still holds; cancel it with cancelOrder instead."
        raise ORDER.refusal(order.status, message, "id", verb="expireOrder")
    await call.change(order, status=status)
    return order


@verb("Call off an order that was not delivered.")
async def cancel_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    reason: Annotated[str, Length(500, least=1), "Why; it is kept with the order."],
) -> Order:
    """DRAFT, SENT or CONFIRMED → CANCELLED."""
    order, status = await open_order(call, id, "cancelOrder")
    await call.change(order, status=status, cancelled_at=call.now, cancel_reason=reason)
    return order


@verb("Note what was delivered of an order.", rules=(ONCE_EACH,))
async def fulfil_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    lines: Annotated[
        list[Quantities] | None, Length(MOST_LINES), "What was delivered; all that is open unless given."
    ] = None,
) -> Order:
    """CONFIRMED or PARTIALLY_FULFILLED → PARTIALLY_FULFILLED or FULFILLED, as the quantities say.

    Of an order of which something came back, what is still owed can be delivered all the same: it stays as it is.
    """
    order, _ = await open_order(call, id, "fulfilOrder")
    all_lines = await lines_of(order)
    delivered = _quantities(
        "fulfilOrder", order, all_lines, lines, lambda line: line.quantity - line.quantity_fulfilled, "still open"
    )
    for line, quantity in delivered:
        await call.change(line, quantity_fulfilled=line.quantity_fulfilled + quantity)
    whole = all(line.quantity_fulfilled == line.quantity for line in all_lines)
    status = OrderStatus.FULFILLED if whole else OrderStatus.PARTIALLY_FULFILLED
    if order.status is OrderStatus.PARTIALLY_RETURNED:
        status = order.status
    if not await call.change(order, status=status):
        await call.touch(order)
    return order


def _quantities(
    verb_name: str,
    order: Order,
    all_lines: Sequence[OrderLine],
    given: Sequence[Quantities] | None,
    most: Callable[[OrderLine], int],
    what: str,
) -> list[tuple[OrderLine, int]]:
    """The lines meant, each with how many units; no more than `most` allows."""
    if given is None:
        chosen = [(line, most(line)) for line in all_lines if most(line)]
        if not chosen:
            raise ORDER.refusal(order.status, f"Nothing is {what}.", "lines", verb=verb_name)
        return chosen
    by_id = {line.id: line for line in all_lines}
    errors: list[UserError] = []
    chosen = []
    for at, item in enumerate(given):
        path = ("lines", str(at))
        line = by_id.get(item.line_id)
        if line is None:
            errors.append(UserError(UserErrorCode.NOT_FOUND, "The order has no such line.", (*path, "line_id")))
        elif item.quantity > most(line):
            message = f"Only {most(line)} units of this line are {what}, not {item.quantity}."
            errors.append(UserError(UserErrorCode.INVALID, message, (*path, "quantity")))
        else:
            chosen.append((line, item.quantity))
    if errors:
        raise Refused(*errors)
    return chosen


@verb("Take delivered goods back and work out the refund.", creates=True, rules=(ONCE_EACH,))
async def return_order(
    call: Call,
    *,
    id: Annotated[OrderId, "Which order."],
    reason: Annotated[str, Length(500, least=1), "Why; it is kept with the return."],
    lines: Annotated[
        list[Quantities] | None, Length(MOST_LINES), "What came back; all that was delivered unless given."
    ] = None,
) -> OrderReturned:
    """Refund each line's proportional part, the remainder with the last unit; take its net off the reps' sales."""
    order, _ = await open_order(call, id, "returnOrder")
    all_lines = await lines_of(order)
    returned = _quantities(
        "returnOrder",
        order,
        all_lines,
        lines,
        lambda line: line.quantity_fulfilled - line.quantity_returned,
        "delivered and not yet back",
    )
    before = await OrderReturn.filter(order_id=order.id)
    refunded = await _refunded(returned)
    shares = []
    for line, quantity in returned:
        net, tax = refund(line.net_minor, line.tax_minor, line.quantity, refunded[line.id], quantity)
        shares.append((line, quantity, net, tax))
        await call.change(line, quantity_returned=line.quantity_returned + quantity)
    net, tax = sum(share[2] for share in shares), sum(share[3] for share in shares)
    assert order.base_net_minor is not None and order.base_total_minor is not None
    base_net = part(order.base_net_minor, sum(each.net_minor for each in before), net, order.net_minor)
    base_total = part(order.base_total_minor, sum(each.total_minor for each in before), net + tax, order.total_minor)
    booked = await call.create(
        OrderReturn,
        order_id=order.id,
        returned_on=await call.today(),
        reason=reason,
        currency=order.currency,
        net_minor=net,
        tax_minor=tax,
        total_minor=net + tax,
        base_net_minor=base_net,
        base_total_minor=base_total,
    )
    for line, quantity, line_net, line_tax in shares:
        await call.create(
            OrderReturnLine,
            order_return_id=booked.id,
            line_id=line.id,
            quantity=quantity,
            currency=order.currency,
            net_minor=line_net,
            tax_minor=line_tax,
            total_minor=line_net + line_tax,
        )
    await _take_off_sales(call, order, booked)
    # While some of it is still owed, not all of it is back.
    whole = all(line.quantity_returned == line.quantity for line in all_lines)
    status = OrderStatus.RETURNED if whole else OrderStatus.PARTIALLY_RETURNED
    if not await call.change(order, status=status):
        await call.touch(order)
    return OrderReturned(order, booked)


async def _refunded(returned: Sequence[tuple[OrderLine, int]]) -> Mapping[int, Refunded]:
    """What came back of lines before, by their ids."""
    found = {line.id: Refunded() for line, _ in returned}
    for past in await OrderReturnLine.filter(line_id__in=list(found)):
        so_far = found[past.line_id]
        found[past.line_id] = Refunded(
            so_far.quantity + past.quantity, so_far.net + past.net_minor, so_far.tax + past.tax_minor
        )
    return found


async def _take_off_sales(call: Call, order: Order, booked: OrderReturn) -> None:
    """Split a return among the credited reps by what is left of their credits; a full one leaves nothing."""
    credits = await OrderCredit.filter(order_id=order.id).order_by("id")
    earlier: dict[int, int] = {}
    for past in await OrderReturnCredit.filter(order_return__order_id=order.id):
        rep_id = past.rep_id
        earlier[rep_id] = earlier.get(rep_id, 0) + past.base_amount_minor
    left = [(credit.base_amount_minor or 0) - earlier.get(credit.rep_id, 0) for credit in credits]
    for credit, amount in zip(credits, split(booked.base_net_minor, left), strict=True):
        await call.create(
            OrderReturnCredit,
            order_return_id=booked.id,
            rep_id=credit.rep_id,
            returned_on=booked.returned_on,
            base_amount_minor=amount,
        )
