"""Orders: what a customer buys, line by line, and which reps are credited with it."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import Record, Removable
from models.campaign import Campaign
from models.customer import Customer
from models.fields import Choice, FoldedField, InstantField, money_within, share_within
from models.organisation import Rounding
from models.product import Product
from models.sales_rep import SalesRep


class OrderStatus(Choice):
    """Where an order stands. It is changed by commands such as `confirmOrder`, never typed in."""

    DRAFT = "DRAFT", "Being written; nothing is promised yet."
    SENT = "SENT", "Sent to the customer as a quotation."
    CONFIRMED = "CONFIRMED", "Accepted: totals, credits and the exchange rate are fixed."
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED", "Some of the goods were delivered."
    FULFILLED = "FULFILLED", "All goods were delivered."
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED", "Some of the delivered goods came back."
    RETURNED = "RETURNED", "All that was ordered was delivered, and came back."
    EXPIRED = "EXPIRED", "The quotation ran out before the customer accepted it."
    CANCELLED = "CANCELLED", "Called off, with a reason."


class Order(Removable):
    """A quotation that may become a sale. Totals are sums over its lines; `base_…` is the organisation's currency."""

    number = fields.CharField(32)
    number_fold = FoldedField("number")
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="orders", on_delete=fields.RESTRICT
    )
    customer_id: int
    owner: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="orders", null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "models.Campaign", related_name="orders", null=True, on_delete=fields.SET_NULL
    )
    campaign_id: int | None
    status = fields.CharEnumField(OrderStatus, max_length=24, default=OrderStatus.DRAFT)
    order_date = fields.DateField()
    valid_until = fields.DateField(null=True)
    currency = fields.CharField(3)
    rounding = fields.CharEnumField(Rounding, max_length=16, default=Rounding.HALF_UP)
    subtotal_minor = fields.BigIntField(default=0)
    """Quantity times price over all lines, before discounts and tax."""
    discount_minor = fields.BigIntField(default=0)
    net_minor = fields.BigIntField(default=0)
    tax_minor = fields.BigIntField(default=0)
    total_minor = fields.BigIntField(default=0)
    fx_rate_ppb = fields.BigIntField(null=True)
    """Organisation currency for one unit of the order's, in billionths, as fixed at confirmation."""
    fx_date = fields.DateField(null=True)
    base_net_minor = fields.BigIntField(null=True)
    base_total_minor = fields.BigIntField(null=True)
    confirmed_at = InstantField(null=True)
    confirmed_on = fields.DateField(null=True)
    """The day of `confirmed_at` in the organisation's time zone: the day a sale counts for."""
    cancelled_at = InstantField(null=True)
    cancel_reason = fields.CharField(500, null=True)

    class Meta:
        table = "sales_order"
        unique_together = (("number_fold",),)
        indexes = (
            Index(fields=("order_date", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("confirmed_on", "id")),
            Index(fields=("confirmed_at", "id")),
            Index(fields=("base_total_minor", "id")),
            Index(fields=("status", "order_date", "id")),
            Index(fields=("customer_id", "order_date", "id")),
            Index(fields=("owner_id", "order_date", "id")),
            Index(fields=("campaign_id", "order_date", "id")),
        )
        constraints = (
            money_within("subtotal_minor"),
            money_within("discount_minor"),
            money_within("tax_minor"),
            money_within("total_minor"),
            CheckConstraint(check="net_minor = subtotal_minor - discount_minor", name="order_net_adds_up"),
            CheckConstraint(check="total_minor = net_minor + tax_minor", name="order_total_adds_up"),
            CheckConstraint(
                check="(confirmed_at IS NULL) = (base_total_minor IS NULL)"
                " AND (confirmed_at IS NULL) = (base_net_minor IS NULL)"
                " AND (confirmed_at IS NULL) = (confirmed_on IS NULL)"
                " AND (confirmed_at IS NULL) = (fx_rate_ppb IS NULL)",
                name="order_base_is_fixed_at_confirmation",
            ),
            CheckConstraint(
                check="(status = 'CANCELLED') = (cancelled_at IS NOT NULL)",
                name="order_cancelled_has_instant",
            ),
        )


class OrderLine(Record):
    """One product on an order, at the price of that day."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="lines", on_delete=fields.CASCADE
    )
    order_id: int
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "models.Product", related_name="order_lines", on_delete=fields.RESTRICT
    )
    product_id: int
    position = fields.IntField()
    description = fields.CharField(500, null=True)
    quantity = fields.IntField()
    currency = fields.CharField(3)
    price_minor = fields.BigIntField()
    cost_minor = fields.BigIntField(null=True)
    discount_bps = fields.IntField(default=0)
    tax_bps = fields.IntField(default=0)
    discount_minor = fields.BigIntField(default=0)
    net_minor = fields.BigIntField()
    tax_minor = fields.BigIntField(default=0)
    total_minor = fields.BigIntField()
    quantity_fulfilled = fields.IntField(default=0)
    quantity_returned = fields.IntField(default=0)

    within = ("order",)

    class Meta:
        table = "order_line"
        unique_together = (("order_id", "position"),)
        indexes = (Index(fields=("order_id", "position", "id")), Index(fields=("product_id", "id")))
        constraints = (
            CheckConstraint(check="quantity BETWEEN 1 AND 1000000000", name="quantity_range"),
            CheckConstraint(
                check="quantity_returned >= 0 AND quantity_returned <= quantity_fulfilled"
                " AND quantity_fulfilled <= quantity",
                name="order_line_quantities_agree",
            ),
            money_within("price_minor"),
            money_within("cost_minor"),
            money_within("discount_minor"),
            money_within("tax_minor"),
            money_within("total_minor"),
            share_within("discount_bps"),
            share_within("tax_bps"),
            CheckConstraint(check="net_minor = quantity * price_minor - discount_minor", name="order_line_net_adds_up"),
            CheckConstraint(check="total_minor = net_minor + tax_minor", name="order_line_total_adds_up"),
        )


class OrderCredit(Record):
    """A rep's share of an order. The shares of an order sum to 10,000 basis points, its amounts to the order's net."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="credits", on_delete=fields.CASCADE
    )
    order_id: int
    rep: fields.ForeignKeyRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="credits", on_delete=fields.RESTRICT
    )
    rep_id: int
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField(
        "models.Customer", related_name="credits", on_delete=fields.RESTRICT
    )
    customer_id: int
    """The order's own customer, kept here too: who has a credit with a customer may see them, which one index tells."""
    order_date = fields.DateField()
    """The order's own date, kept here too so that one index finds a rep's newest sales."""
    share_bps = fields.IntField()
    currency = fields.CharField(3)
    amount_minor = fields.BigIntField()
    base_amount_minor = fields.BigIntField(null=True)

    within = ("order",)

    class Meta:
        table = "order_credit"
        unique_together = (("order_id", "rep_id"),)
        indexes = (
            Index(fields=("rep_id", "order_date", "order_id")),
            Index(fields=("rep_id", "customer_id")),
            Index(fields=("customer_id", "rep_id")),
        )
        constraints = (
            CheckConstraint(check="share_bps BETWEEN 1 AND 10000", name="share_bps_range"),
            money_within("amount_minor"),
            money_within("base_amount_minor"),
        )


class OrderReturn(Record):
    """Goods of an order that came back on one day, and what is refunded for them."""

    order: fields.ForeignKeyRelation[Order] = fields.ForeignKeyField(
        "models.Order", related_name="returns", on_delete=fields.RESTRICT
    )
    order_id: int
    returned_on = fields.DateField()
    """The day in the organisation's time zone: the day it is taken off sales."""
    reason = fields.CharField(500)
    currency = fields.CharField(3)
    net_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()
    base_net_minor = fields.BigIntField()
    base_total_minor = fields.BigIntField()

    within = ("order",)

    class Meta:
        table = "order_return"
        indexes = (Index(fields=("order_id", "returned_on", "id")), Index(fields=("returned_on", "id")))
        constraints = (
            money_within("net_minor"),
            money_within("tax_minor"),
            money_within("base_net_minor"),
            money_within("base_total_minor"),
            CheckConstraint(check="total_minor = net_minor + tax_minor", name="order_return_total_adds_up"),
        )


class OrderReturnLine(Record):
    """How many units of one order line came back."""

    order_return: fields.ForeignKeyRelation[OrderReturn] = fields.ForeignKeyField(
        "models.OrderReturn", related_name="lines", on_delete=fields.CASCADE
    )
    order_return_id: int
    line: fields.ForeignKeyRelation[OrderLine] = fields.ForeignKeyField(
        "models.OrderLine", related_name="returns", on_delete=fields.RESTRICT
    )
    line_id: int
    quantity = fields.IntField()
    currency = fields.CharField(3)
    net_minor = fields.BigIntField()
    tax_minor = fields.BigIntField()
    total_minor = fields.BigIntField()

    within = ("order_return",)

    class Meta:
        table = "order_return_line"
        unique_together = (("order_return_id", "line_id"),)
        indexes = (Index(fields=("line_id", "id")),)
        constraints = (
            CheckConstraint(check="quantity >= 1", name="order_return_line_quantity_range"),
            CheckConstraint(check="total_minor = net_minor + tax_minor", name="order_return_line_total_adds_up"),
        )


class OrderReturnCredit(Record):
    """What a return takes off a rep's sales, in the organisation's currency."""

    order_return: fields.ForeignKeyRelation[OrderReturn] = fields.ForeignKeyField(
        "models.OrderReturn", related_name="credits", on_delete=fields.CASCADE
    )
    order_return_id: int
    rep: fields.ForeignKeyRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="return_credits", on_delete=fields.RESTRICT
    )
    rep_id: int
    returned_on = fields.DateField()
    base_amount_minor = fields.BigIntField()

    class Meta:
        table = "order_return_credit"
        unique_together = (("order_return_id", "rep_id"),)
        indexes = (Index(fields=("rep_id", "returned_on", "id")),)
        constraints = (money_within("base_amount_minor"),)
