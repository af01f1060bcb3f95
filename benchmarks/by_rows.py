"""The limit on PostgreSQL in its other form: a statement for each level, whose rows are joined to JSON in Python.

It moves work from the database's core to the server's. Milliseconds on each, of the quickest tenth of 300 answers:

    |                    | one statement: server, database | rows joined: server, database |
    |--------------------|---------------------------------|-------------------------------|
    | Q2, 50 rows        |            0.12, 0.17           |           0.18, 0.11          |
    | Q3, 1,250 rows     |            0.34, 4.59           |           3.64, 3.64          |
    | Q4, 420 rows       |            0.19, 1.83           |           1.12, 1.59          |

So it may be the faster one on Q3 and Q4 where each has a core to itself, by a quarter and a seventh, and is not where
something else wants the server's core. Both forms are timed in every run; the limit is the faster one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from json.encoder import encode_basestring as quoted
from typing import Any

from compiler.money import EXPONENTS, amount_text

Build = Callable[[Any], Awaitable[bytes]]
"""Makes the answer with a connection."""

INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'"""

CUSTOMERS = f"""
SELECT id, name, email, phone, city, country, lifecycle, to_char(created_at, {INSTANT})
FROM customer WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50
"""
NAMES = "SELECT id, name FROM customer WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 50"
ORDERS = """
SELECT parent.id, o.* FROM unnest($1::bigint[]) parent (id), LATERAL (
  SELECT id, number, status, order_date::text, total_minor, currency FROM sales_order
  WHERE customer_id = parent.id AND deleted_at IS NULL ORDER BY order_date DESC, id DESC LIMIT 10) o
"""
LINES = """
SELECT parent.id, l.id, l.quantity, l.price_minor, l.currency, p.id, p.sku, p.name
FROM unnest($1::bigint[]) parent (id), LATERAL (
  SELECT id, quantity, price_minor, currency, product_id FROM order_line
  WHERE order_id = parent.id ORDER BY position LIMIT 5) l
LEFT JOIN product p ON p.id = l.product_id AND p.deleted_at IS NULL
"""
TICKETS = f"""
SELECT parent.id, t.* FROM unnest($1::bigint[]) parent (id), LATERAL (
  SELECT id, number, issue, status, priority, to_char(created_at, {INSTANT}) FROM ticket
  WHERE customer_id = parent.id AND deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5) t
"""
REPS = "SELECT id, name FROM sales_rep WHERE deleted_at IS NULL ORDER BY name_fold, id LIMIT 20"
SALES = """
SELECT parent.id, o.id, o.number, o.order_date, o.total_minor, o.currency, c.id, c.name
FROM unnest($1::bigint[]) parent (id), LATERAL (
  SELECT o.id, o.number, o.order_date::text, o.total_minor, o.currency, o.customer_id
  FROM order_credit k JOIN sales_order o ON o.id = k.order_id
  WHERE k.rep_id = parent.id AND o.deleted_at IS NULL ORDER BY k.order_date DESC, k.order_id DESC LIMIT 20) o
LEFT JOIN customer c ON c.id = o.customer_id AND c.deleted_at IS NULL
"""


async def customers(connection: Any) -> bytes:
    return answer(
        "customers",
        (
            f'{{"id":"cus_{id_}","name":{quoted(name)},"email":{quoted(email)},"phone":{quoted(phone)},'
            f'"city":{text(city)},"country":{text(country)},"lifecycle":"{lifecycle}","createdAt":"{at}"}}'
            for id_, name, email, phone, city, country, lifecycle, at in await connection.fetch(CUSTOMERS)
        ),
    )


async def customers_with_orders(connection: Any) -> bytes:
    found = await connection.fetch(NAMES)
    ids = [id_ for id_, _ in found]
    orders_found = await connection.fetch(ORDERS, ids)
    lines: dict[int, list[str]] = {row[1]: [] for row in orders_found}
    products = {None: "null"}
    for order, id_, quantity, price, currency, product, sku, name in await connection.fetch(LINES, list(lines)):
        if product not in products:
            products[product] = f'{{"id":"prd_{product}","sku":{quoted(sku)},"name":{quoted(name)}}}'
        lines[order].append(
            f'{{"id":"lin_{id_}","quantity":{quantity},"price":{money(price, currency)},"product":{products[product]}}}'
        )
    orders: dict[int, list[str]] = {id_: [] for id_ in ids}
    for customer, id_, number, status, date, total, currency in orders_found:
        orders[customer].append(
            f'{{"id":"ord_{id_}","number":{quoted(number)},"status":"{status}","orderDate":"{date}",'
            f'"total":{money(total, currency)},"lines":{nodes(lines[id_])}}}'
        )
    tickets: dict[int, list[str]] = {id_: [] for id_ in ids}
    for customer, id_, number, issue, status, priority, at in await connection.fetch(TICKETS, ids):
        tickets[customer].append(
            f'{{"id":"tkt_{id_}","number":{quoted(number)},"issue":{quoted(issue)},"status":"{status}",'
            f'"priority":"{priority}","createdAt":"{at}"}}'
        )
    return answer(
        "customers",
        (
            f'{{"id":"cus_{id_}","name":{quoted(name)},"orders":{nodes(orders[id_])},"tickets":{nodes(tickets[id_])}}}'
            for id_, name in found
        ),
    )


async def reps_with_sales(connection: Any) -> bytes:
    found = await connection.fetch(REPS)
    sales: dict[int, list[str]] = {id_: [] for id_, _ in found}
    for rep, id_, number, date, total, currency, customer, name in await connection.fetch(SALES, list(sales)):
        buyer = "null" if customer is None else f'{{"id":"cus_{customer}","name":{quoted(name)}}}'
        sales[rep].append(
            f'{{"id":"ord_{id_}","number":{quoted(number)},"orderDate":"{date}","total":{money(total, currency)},'
            f'"customer":{buyer}}}'
        )
    return answer(
        "salesReps",
        (f'{{"id":"rep_{id_}","name":{quoted(name)},"sales":{nodes(sales[id_])}}}' for id_, name in found),
    )


FORMS: dict[str, Build] = {"Q2": customers, "Q3": customers_with_orders, "Q4": reps_with_sales}
"""What answers a query in this form."""


def answer(field: str, found: Iterable[str]) -> bytes:
    return f'{{"data":{{"{field}":{nodes(found)}}}}}'.encode()


def nodes(found: Iterable[str]) -> str:
    return f'{{"nodes":[{",".join(found)}]}}'


def text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def money(minor: int, currency: str) -> str:
    digits = str(minor)
    # Nearly all amounts have two decimals, and a digit or more before them.
    if currency in EXPONENTS or len(digits) < 3:
        return f'{{"amount":"{amount_text(minor, currency)}","currency":"{currency}"}}'
    return f'{{"amount":"{digits[:-2]}.{digits[-2:]}","currency":"{currency}"}}'
