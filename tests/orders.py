"""What tests of orders share: how the API shows an order's amounts, and a quotation that has run out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models import Order, OrderStatus
from models.database import Database

SUMS = "subtotal { amount } discount { amount } net { amount } tax { amount } total { amount currency }"
LINE = "position quantity price { amount } discount { amount } net { amount } tax { amount } total { amount }"
CREDITS = "credits { nodes { share rep { name } amount { amount } baseAmount { amount } } }"


def sums(subtotal: str, discount: str, net: str, tax: str, total: str, currency: str = "EUR") -> dict[str, Any]:
    """An order's sums as the API shows them."""
    shown: dict[str, Any] = {
        name: {"amount": amount}
        for name, amount in (("subtotal", subtotal), ("discount", discount), ("net", net), ("tax", tax))
    }
    return shown | {"total": {"amount": total, "currency": currency}}


def line(position: int, quantity: int, *amounts: str) -> dict[str, Any]:
    """A line as the API shows it: price, discount, net, tax, total."""
    names = ("price", "discount", "net", "tax", "total")
    shown = {name: {"amount": amount} for name, amount in zip(names, amounts, strict=True)}
    return {"position": position, "quantity": quantity, **shown}


def credit(share: int, rep: str, amount: str, base: str | None = None) -> dict[str, Any]:
    """A credit as the API shows it."""
    shown = None if base is None else {"amount": base}
    return {"share": share, "rep": {"name": rep}, "amount": {"amount": amount}, "baseAmount": shown}


async def prepare(database: Database) -> None:
    """Add a quotation 13 that has run out."""
    day = dt.date(2026, 2, 1)
    await Order.create(
        id=13, number="SO-1013", customer_id=2, status=OrderStatus.SENT, order_date=day, valid_until=day, currency="EUR"
    )
