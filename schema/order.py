"""Orders: lines, totals, and the reps credited with them."""

import models
from compiler.catalog import Kind
from resolvers.machines import ORDER
from schema.kit import column, entity, formula, money, to_many, to_one

SALE = "o.confirmed_at IS NOT NULL AND o.status <> 'CANCELLED'"
"""That an order `o` counts as a sale: it was confirmed, and not called off since."""


@entity(
    models.Order,
    "ord",
    plural="orders",
    order="-ORDER_DATE",
    search=("number",),
    identifiers={"number": "The order's number, such as `SO-10042`; case does not matter."},
    shown="number",
)
class Order:
    """A quotation that may become a sale. Its figures are sums over its lines; nobody types them in."""

    number = column("The number people use: `SO-10042`.", sort=True)
    status = column("Where the order stands.", sort=True)
    allowed_transitions = formula(
        Kind.NAMES, "The mutations that its status allows: what buttons to show.", ORDER.sql()
    )
    order_date = column("The date on the order.", sort=True)
    valid_until = column("The last day the quotation holds.")
    currency = column("The currency of all amounts on the order.", scalar="Currency", group=True)
    rounding = column("How halves of the smallest coin were rounded.")
    customer = to_one("Customer", "Who buys.", sort=True)
    owner = to_one("SalesRep", "The rep who looks after the order; null while unassigned.", sort=True)
    campaign = to_one("Campaign", "The campaign that led to the order.")
    lines = to_many("OrderLine", "What is bought, in the order's own order.", by="order", order="POSITION")
    credits = to_many("OrderCredit", "The reps credited with the order, largest share first.", by="order")
    returns = to_many("OrderReturn", "What came back of it, newest first.", by="order")
    tickets = to_many("Ticket", "Tickets about this order, newest first.", by="order", order="-CREATED_AT")
    subtotal = money("Quantity times price over all lines, before discounts and tax.")
    discount = money("What was taken off.")
    net = money("Subtotal less discount: what counts as sales.")
    tax = money("Tax on the net amount.")
    total = money("What the customer pays: net plus tax.", sort=True)
    base_net = money("Net in the organisation's currency, fixed when the order was confirmed.", base=True)
    base_total = money(
        "Total in the organisation's currency, fixed when the order was confirmed.", base=True, sort=True
    )
    fx_date = column("The day of the exchange rate.")
    confirmed_at = column("When the customer accepted.", sort=True)
    confirmed_on = column("The day the sale counts for, in the organisation's time zone.", sort=True)
    cancelled_at = column("When the order was called off.")
    cancel_reason = column("Why the order was called off.")


@entity(models.OrderLine, "lin", plural="orderLines", order="POSITION", root=False)
class OrderLine:
    """One product on an order, at the price of that day."""

    order = to_one("Order", "The order this line stands on.")
    product = to_one("Product", "What is bought.")
    position = column("Place on the order, from 1.", sort=True)
    description = column("What the order says about it, if not the product's name.")
    quantity = column("How many units.", sort=True, measure=True)
    currency = column("The currency of the line, always the order's.", scalar="Currency", group=True)
    price = money("Price of one unit, before discount and tax.")
    discount_bps = column("Discount in basis points: 1,000 is 10 %.")
    tax_bps = column("Tax in basis points: 1,900 is 19 %.")
    discount = money("What was taken off the line.")
    net = money("Quantity times price, less discount.")
    tax = money("Tax on the net amount.")
    total = money("What the customer pays for the line: net plus tax.", sort=True)
    quantity_fulfilled = column("How many units were delivered.", measure=True)
    quantity_returned = column("How many units came back.", measure=True)


@entity(models.OrderCredit, "crd", plural="orderCredits", order="-SHARE", root=False)
class OrderCredit:
    """A rep's share of an order. The shares of a confirmed order come to 10,000."""

    order = to_one("Order", "The order.")
    rep = to_one("SalesRep", "The rep.", sort=True)
    order_date = column("The date of the order.", sort=True)
    share = column("The rep's share in basis points: 10,000 is all of it.", sort=True, measure=True, source="share_bps")
    currency = column("The currency of the order.", scalar="Currency", group=True)
    amount = money("The rep's part of the order's net.")
    base_amount = money("The rep's part in the organisation's currency, fixed when the order was confirmed.", base=True)


@entity(models.OrderReturn, "ret", plural="orderReturns", order="-RETURNED_ON", root=False)
class OrderReturn:
    """Goods of an order that came back on one day, and what is refunded for them."""

    order = to_one("Order", "The order.")
    returned_on = column("The day it is taken off sales, in the organisation's time zone.", sort=True)
    reason = column("Why the goods came back.")
    currency = column("The currency of the order.", scalar="Currency", group=True)
    net = money("The net part of the refund.")
    tax = money("The tax in the refund.")
    total = money("What is refunded: net plus tax.")
    base_net = money("Net in the organisation's currency: what is taken off sales.", base=True)
    base_total = money("Total in the organisation's currency.", base=True)
    lines = to_many("OrderReturnLine", "What came back.", by="order_return", order="ID")


@entity(models.OrderReturnLine, "rtl", plural="orderReturnLines", order="ID", root=False)
class OrderReturnLine:
    """How many units of one order line came back."""

    order_return = to_one("OrderReturn", "The return.")
    line = to_one("OrderLine", "The line of the order.")
    quantity = column("How many units came back.", measure=True)
    currency = column("The currency of the order.", scalar="Currency", group=True)
    net = money("The net part of the refund.")
    tax = money("The tax in the refund.")
    total = money("What is refunded: net plus tax.")
