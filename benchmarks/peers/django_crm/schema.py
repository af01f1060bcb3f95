"""The schema: a type for each model, which the optimizer turns into as few queries as it can."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import strawberry
import strawberry_django
from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from strawberry import auto
from strawberry.extensions import ParserCache, ValidationCache
from strawberry_django.optimizer import DjangoOptimizerExtension
from strawberry_django.pagination import OffsetPaginated

from benchmarks.peers.django_crm import models
from compiler.money import amount_text
from compiler.text import fold

MOST_GROUPS = 100

Lifecycle = strawberry.enum(models.Lifecycle)
OrderStatus = strawberry.enum(models.OrderStatus)
TicketStatus = strawberry.enum(models.TicketStatus)
TicketPriority = strawberry.enum(models.TicketPriority)


class Living:
    """Rows that were not removed are all that is seen."""

    @classmethod
    def get_queryset(cls, queryset: QuerySet[Any], info: Any, **kwargs: Any) -> QuerySet[Any]:
        return queryset.filter(deleted_at=None)


@strawberry.type
class Money:
    amount: str
    currency: str


def money(minor: int, currency: str) -> Money:
    return Money(amount=amount_text(minor, currency), currency=currency)


@strawberry_django.type(models.Product)
class Product(Living):
    id: auto
    sku: auto
    name: auto


@strawberry_django.type(models.OrderLine)
class OrderLine:
    id: auto
    quantity: auto
    product: Product | None

    @strawberry_django.field(only=["price_minor", "currency"])
    def price(self, root: models.OrderLine) -> Money:
        return money(root.price_minor, root.currency)


@strawberry_django.type(models.Order)
class Order(Living):
    id: auto
    number: auto
    status: OrderStatus
    order_date: auto
    customer: Customer | None
    lines: OffsetPaginated[OrderLine] = strawberry_django.offset_paginated()

    @strawberry_django.field(only=["total_minor", "currency"])
    def total(self, root: models.Order) -> Money:
        return money(root.total_minor, root.currency)


@strawberry_django.filter_type(models.Ticket)
class TicketFilter:
    status: TicketStatus | None
    priority: TicketPriority | None


@strawberry_django.type(models.Ticket, filters=TicketFilter)
class Ticket(Living):
    id: auto
    number: auto
    issue: auto
    status: TicketStatus
    priority: TicketPriority
    created_at: auto
    customer: Customer | None


@strawberry_django.type(models.SalesRep)
class SalesRep(Living):
    id: auto
    name: auto
    sales: OffsetPaginated[Order] = strawberry_django.offset_paginated()


@strawberry_django.type(models.Customer)
class Customer(Living):
    id: auto
    name: auto
    email: auto
    phone: auto
    city: auto
    country: auto
    lifecycle: Lifecycle
    created_at: auto
    owner: SalesRep | None
    orders: OffsetPaginated[Order] = strawberry_django.offset_paginated()
    tickets: OffsetPaginated[Ticket] = strawberry_django.offset_paginated()


@strawberry.type
class OrderSum:
    total: list[Money]


@strawberry.type
class OrderAggregate:
    count: int
    sum: OrderSum


@strawberry.type
class OrderGroup:
    owner: SalesRep | None
    aggregate: OrderAggregate


@strawberry.type
class OrderGroups:
    groups: list[OrderGroup]


def orders_by_owner() -> OrderGroups:
    """The living orders by owner: how many, and their totals by currency. The larger group first."""
    found = (
        models.Order.objects.filter(deleted_at=None)
        .order_by()
        .values("owner_id", "currency")
        .annotate(number=Count("id"), amount=Sum("total_minor"))
    )
    owners: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for row in found:
        owners[row["owner_id"]].append(row)
    counts = {owner: sum(row["number"] for row in rows) for owner, rows in owners.items()}
    most = sorted(owners, key=lambda owner: (-counts[owner], owner is None, owner or 0))[:MOST_GROUPS]
    reps = models.SalesRep.objects.filter(deleted_at=None).in_bulk([owner for owner in most if owner is not None])
    return OrderGroups(
        groups=[
            OrderGroup(
                owner=reps.get(owner),  # type: ignore[arg-type]
                aggregate=OrderAggregate(
                    count=counts[owner],
                    sum=OrderSum(
                        total=[
                            money(int(row["amount"]), row["currency"])
                            for row in sorted(owners[owner], key=lambda row: row["currency"])
                        ]
                    ),
                ),
            )
            for owner in most
        ]
    )


@strawberry.type
class Query:
    customers: OffsetPaginated[Customer] = strawberry_django.offset_paginated()
    sales_reps: OffsetPaginated[SalesRep] = strawberry_django.offset_paginated()
    tickets: OffsetPaginated[Ticket] = strawberry_django.offset_paginated()

    @strawberry_django.field
    def customer(self, id: strawberry.ID) -> Customer | None:
        return models.Customer.objects.filter(id=id)  # type: ignore[return-value]

    @strawberry_django.field
    def orders_by_owner(self) -> OrderGroups:
        return orders_by_owner()


@strawberry.input
class CreateTicketInput:
    customer_id: strawberry.ID
    issue: str
    priority: TicketPriority


@strawberry.type
class CreateTicketPayload:
    ticket: Ticket


@strawberry.type
class Mutation:
    @strawberry_django.mutation
    def create_ticket(self, input: CreateTicketInput) -> CreateTicketPayload:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('ticket_id_seq')")
                (number,) = cursor.fetchone()
            now = timezone.now()
            ticket = models.Ticket.objects.create(
                id=number,
                created_at=now,
                updated_at=now,
                number=f"T-{number}",
                number_fold=f"t-{number}",
                customer_id=input.customer_id,
                issue=input.issue,
                issue_fold=fold(input.issue),
                priority=input.priority,
            )
        return CreateTicketPayload(ticket=ticket)  # type: ignore[arg-type]


schema = strawberry.Schema(Query, Mutation, extensions=[DjangoOptimizerExtension, ParserCache, ValidationCache])
