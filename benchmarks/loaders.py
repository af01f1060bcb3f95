"""What people write today: Strawberry resolvers over the same Tortoise models, a DataLoader for every link.

It answers the timed queries only, and as well as the usual way allows: each link of a whole level is one query,
the pages of many parents are cut by a window function in one query, and documents are parsed and validated
once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.types import Info as StrawberryInfo
from tortoise import Tortoise
from tortoise.functions import Count, Sum
from tortoise.models import Model
from tortoise.transactions import in_transaction

import models
import models.backends.sqlite_writer  # has instants written as the tables want them on SQLite
from compiler.money import exponent

POOL = 10
"""Connections to PostgreSQL: as many as the server has."""

MOST_GROUPS = 100

Page = tuple[int, int]
"""A parent's id, and how many of its rows are wanted."""

# --- loaders ------------------------------------------------------------------------------------------------


def by_id(model: type[Any]) -> DataLoader[int, Any]:
    """Rows by id; None in place of one that has been removed."""

    async def load(ids: list[int]) -> list[Any]:
        found: list[Any] = await model.filter(id__in=ids, deleted_at=None)
        rows = {row.id: row for row in found}
        return [rows.get(id_) for id_ in ids]

    return DataLoader(load)


def pages(model: type[Model], parent: str, numbered: str) -> DataLoader[Page, list[Any]]:
    """The first rows of many parents; `numbered` counts the rows of each in a column `place`."""

    async def load(keys: list[Page]) -> list[list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        ids = ", ".join(str(id_) for id_ in {id_ for id_, _ in keys})
        most = max(first for _, first in keys)
        rows: list[Any] = await model.raw(
            f"SELECT * FROM ({numbered.format(ids=ids)}) page WHERE place <= {most} ORDER BY {parent}, place"
        )
        for row in rows:
            found[getattr(row, parent)].append(row)
        return [found[id_][:first] for id_, first in keys]

    return DataLoader(load)


TICKETS_OF_CUSTOMERS = (
    "SELECT t.*, row_number() OVER (PARTITION BY customer_id ORDER BY created_at DESC, id DESC) AS place"
    " FROM ticket t WHERE customer_id IN ({ids}) AND deleted_at IS NULL"
)


class Loaders:
    """The loaders of one request."""

    def __init__(self) -> None:
        self.customer = by_id(models.Customer)
        self.order = by_id(models.Order)
        self.product = by_id(models.Product)
        self.rep = by_id(models.SalesRep)
        self.orders_of_customer = pages(
            models.Order,
            "customer_id",
            "SELECT o.*, row_number() OVER"
            " (PARTITION BY customer_id ORDER BY order_date DESC, id DESC) AS place"
            " FROM sales_order o WHERE customer_id IN ({ids}) AND deleted_at IS NULL",
        )
        self.lines_of_order = pages(
            models.OrderLine,
            "order_id",
            "SELECT l.*, row_number() OVER (PARTITION BY order_id ORDER BY position) AS place"
            " FROM order_line l WHERE order_id IN ({ids})",
        )
        self.tickets_of_customer = pages(models.Ticket, "customer_id", TICKETS_OF_CUSTOMERS)
        self.tickets_by_status: dict[models.TicketStatus, DataLoader[Page, list[Any]]] = {}
        self.credits_of_rep = pages(
            models.OrderCredit,
            "rep_id",
            "SELECT k.*, row_number() OVER"
            " (PARTITION BY k.rep_id ORDER BY k.order_date DESC, k.order_id DESC) AS place"
            " FROM order_credit k JOIN sales_order o ON o.id = k.order_id"
            " WHERE k.rep_id IN ({ids}) AND o.deleted_at IS NULL",
        )

    def tickets_with(self, status: models.TicketStatus) -> DataLoader[Page, list[Any]]:
        """The loader of customers' tickets that stand so."""
        if status not in self.tickets_by_status:
            numbered = f"{TICKETS_OF_CUSTOMERS} AND status = '{status.value}'"
            self.tickets_by_status[status] = pages(models.Ticket, "customer_id", numbered)
        return self.tickets_by_status[status]


Info: TypeAlias = StrawberryInfo[Loaders, None]

# --- types --------------------------------------------------------------------------------------------------

# A resolver's `self` is a row of the models; a field without a resolver is the row's attribute of that name.

strawberry.enum(models.Lifecycle, name="Lifecycle")
strawberry.enum(models.OrderStatus, name="OrderStatus")
strawberry.enum(models.TicketStatus, name="TicketStatus")
strawberry.enum(models.TicketPriority, name="TicketPriority")


@strawberry.type
class Money:
    amount: Decimal
    currency: str


def money(minor: int, currency: str) -> Money:
    return Money(amount=Decimal(minor).scaleb(-exponent(currency)), currency=currency)


@strawberry.type
class Product:
    sku: str
    name: str

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"prd_{self.id}")


@strawberry.type
class OrderLine:
    quantity: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"lin_{self.id}")

    @strawberry.field
    def price(self: Any) -> Money:
        return money(self.price_minor, self.currency)

    @strawberry.field
    async def product(self: Any, info: Info) -> Product | None:
        return await info.context.product.load(self.product_id)  # type: ignore[no-any-return]


@strawberry.type
class OrderLineConnection:
    nodes: list[OrderLine]


@strawberry.type
class Order:
    number: str
    status: models.OrderStatus
    order_date: dt.date

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"ord_{self.id}")

    @strawberry.field
    def total(self: Any) -> Money:
        return money(self.total_minor, self.currency)

    @strawberry.field
    async def customer(self: Any, info: Info) -> Customer | None:
        return await info.context.customer.load(self.customer_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def lines(self: Any, info: Info, first: int = 20) -> OrderLineConnection:
        return OrderLineConnection(nodes=await info.context.lines_of_order.load((self.id, first)))


@strawberry.type
class Ticket:
    number: str
    issue: str
    status: models.TicketStatus
    priority: models.TicketPriority
    created_at: dt.datetime

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"tkt_{self.id}")

    @strawberry.field
    async def customer(self: Any, info: Info) -> Customer | None:
        return await info.context.customer.load(self.customer_id)  # type: ignore[no-any-return]


@strawberry.type
class CustomersTickets:
    nodes: list[Ticket]


@strawberry.type
class OrderConnection:
    nodes: list[Order]


@strawberry.type
class SalesRep:
    name: str

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"rep_{self.id}")

    @strawberry.field
    async def sales(self: Any, info: Info, first: int = 20, order_by: list[OrderSort] | None = None) -> OrderConnection:
        credits = await info.context.credits_of_rep.load((self.id, first))
        return OrderConnection(nodes=await info.context.order.load_many([credit.order_id for credit in credits]))


@strawberry.type
class Customer:
    name: str
    email: str
    phone: str
    city: str | None
    country: str | None
    lifecycle: models.Lifecycle
    created_at: dt.datetime

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(f"cus_{self.id}")

    @strawberry.field
    async def owner(self: Any, info: Info) -> SalesRep | None:
        if self.owner_id is None:
            return None
        return await info.context.rep.load(self.owner_id)  # type: ignore[no-any-return]

    @strawberry.field
    async def orders(self: Any, info: Info, first: int = 20) -> OrderConnection:
        return OrderConnection(nodes=await info.context.orders_of_customer.load((self.id, first)))

    @strawberry.field
    async def tickets(
        self: Any, info: Info, first: int = 20, where: CustomersTicketWhere | None = None
    ) -> CustomersTickets:
        loader = info.context.tickets_with(where.status.eq) if where else info.context.tickets_of_customer
        return CustomersTickets(nodes=await loader.load((self.id, first)))


@strawberry.type
class CustomerConnection:
    nodes: list[Customer]


@strawberry.type
class SalesRepConnection:
    nodes: list[SalesRep]


@strawberry.type
class TicketConnection:
    rows: strawberry.Private[Any]
    first: strawberry.Private[int]

    @strawberry.field
    async def total_count(self) -> int:
        return await self.rows.count()  # type: ignore[no-any-return]

    @strawberry.field
    async def nodes(self) -> list[Ticket]:
        return await self.rows.limit(self.first)  # type: ignore[no-any-return]


@strawberry.type
class OrderSum:
    total: list[Money]


@strawberry.type
class OrderAggregate:
    count: int
    sum: OrderSum


@strawberry.type
class OrderGroup:
    owner_id: strawberry.Private[int | None]
    aggregate: OrderAggregate

    @strawberry.field
    async def owner(self, info: Info) -> SalesRep | None:
        return None if self.owner_id is None else await info.context.rep.load(self.owner_id)


@strawberry.type
class Orders:
    @strawberry.field
    async def groups(self, by: list[OrderGroupBy]) -> list[OrderGroup]:
        found = (
            await models.Order.filter(deleted_at=None)
            .annotate(number=Count("id"), amount=Sum("total_minor"))
            .group_by("owner_id", "currency")
            .values("owner_id", "currency", "number", "amount")
        )
        owners: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
        for row in found:
            owners[row["owner_id"]].append(row)
        groups = [
            OrderGroup(
                owner_id=owner,
                aggregate=OrderAggregate(
                    count=sum(row["number"] for row in rows),
                    sum=OrderSum(
                        total=[
                            money(int(row["amount"]), row["currency"])
                            for row in sorted(rows, key=lambda row: row["currency"])
                        ]
                    ),
                ),
            )
            for owner, rows in owners.items()
        ]
        groups.sort(key=lambda group: (-group.aggregate.count, group.owner_id is None, group.owner_id or 0))
        return groups[:MOST_GROUPS]


# --- arguments ----------------------------------------------------------------------------------------------


@strawberry.enum
class SortDirection(Enum):
    ASC = ""
    DESC = "-"


@strawberry.enum
class OrderSortField(Enum):
    ORDER_DATE = "order_date"


@strawberry.enum
class TicketSortField(Enum):
    CREATED_AT = "created_at"


@strawberry.enum
class OrderGroupField(Enum):
    OWNER = "owner_id"


@strawberry.input
class OrderSort:
    field: OrderSortField
    direction: SortDirection = SortDirection.ASC


@strawberry.input
class TicketSort:
    field: TicketSortField
    direction: SortDirection = SortDirection.ASC


@strawberry.input
class OrderGroupBy:
    field: OrderGroupField


@strawberry.input
class TicketStatusFilter:
    eq: models.TicketStatus


@strawberry.input
class TicketPriorityFilter:
    eq: models.TicketPriority


@strawberry.input
class CustomersTicketWhere:
    status: TicketStatusFilter


@strawberry.input
class TicketWhere:
    status: TicketStatusFilter | None = None
    priority: TicketPriorityFilter | None = None


@strawberry.type
class Query:
    @strawberry.field
    async def customer(self, info: Info, id: strawberry.ID) -> Customer | None:
        return await info.context.customer.load(int(id.removeprefix("cus_")))  # type: ignore[no-any-return]

    @strawberry.field
    async def customers(self, first: int = 20) -> CustomerConnection:
        rows: Any = await models.Customer.filter(deleted_at=None).order_by("name_fold", "id").limit(first)
        return CustomerConnection(nodes=rows)

    @strawberry.field
    async def sales_reps(self, first: int = 20) -> SalesRepConnection:
        rows: Any = await models.SalesRep.filter(deleted_at=None).order_by("name_fold", "id").limit(first)
        return SalesRepConnection(nodes=rows)

    @strawberry.field
    async def tickets(self, where: TicketWhere, order_by: list[TicketSort], first: int = 20) -> TicketConnection:
        rows = models.Ticket.filter(deleted_at=None)
        if where.status:
            rows = rows.filter(status=where.status.eq)
        if where.priority:
            rows = rows.filter(priority=where.priority.eq)
        keys = [sort.direction.value + sort.field.value for sort in order_by]
        return TicketConnection(rows=rows.order_by(*keys, order_by[-1].direction.value + "id"), first=first)

    @strawberry.field
    async def orders(self) -> Orders:
        return Orders()


@strawberry.input
class CreateTicketInput:
    customer_id: strawberry.ID
    issue: str
    priority: models.TicketPriority


@strawberry.type
class Refusal:
    code: str
    message: str


@strawberry.type
class CreateTicketPayload:
    ticket: Ticket | None
    errors: list[Refusal]


NEXT_TICKET = {
    "sqlite": "SELECT seq + 1 AS id FROM sqlite_sequence WHERE name = 'ticket'",
    "postgres": "SELECT nextval('ticket_id_seq') AS id",
}


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def create_ticket(self, input: CreateTicketInput) -> CreateTicketPayload:
        async with in_transaction() as connection:
            _, (row,) = await connection.execute_query(NEXT_TICKET[connection.capabilities.dialect])
            ticket: Any = await models.Ticket.create(
                using_db=connection,
                id=row["id"],
                number=f"T-{row['id']}",
                customer_id=int(input.customer_id.removeprefix("cus_")),
                issue=input.issue,
                priority=input.priority,
            )
        return CreateTicketPayload(ticket=ticket, errors=[])


# --- the application ----------------------------------------------------------------------------------------


class Endpoint(GraphQL[Loaders, None]):
    """Strawberry's own view; every request has loaders of its own."""

    async def get_context(self, request: Any, response: Any) -> Loaders:
        return Loaders()


def from_environment() -> Starlette:
    """The application on DATABASE_URL."""
    url = os.environ["DATABASE_URL"].replace("postgresql://", "postgres://", 1)
    if url.startswith("postgres"):
        url = url.replace("postgres://", "asyncpg://", 1) + f"?minsize={POOL}&maxsize={POOL}"

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await Tortoise.init(db_url=url, modules={"models": ["models"]}, _enable_global_fallback=True)
        yield
        await Tortoise.close_connections()

    schema = strawberry.Schema(Query, Mutation, extensions=[ParserCache, ValidationCache])
    view: Any = Endpoint(schema, graphql_ide=None)
    return Starlette(routes=[Route("/graphql", view)], lifespan=lifespan)
