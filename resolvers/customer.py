"""What can be done with customers and the people one talks to there."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Container, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, ClassVar

from tortoise.expressions import F
from tortoise.queryset import QuerySet

import access
from errors import Refused, UserError, UserErrorCode
from models import (
    ChangeKind,
    Contact,
    ContactChannel,
    Customer,
    CustomerKind,
    CustomerSource,
    Lifecycle,
    Order,
    SalesRep,
    SizeBand,
    Ticket,
)
from models.base import Removable
from resolvers import records, routes
from resolvers.batch import missing, rep_errors, write_new
from resolvers.checks import circle, circling, refuse_circle
from resolvers.duplicates import MOST_SHOWN, Earlier, likely_duplicates
from resolvers.ids import CustomerId, SalesRepId
from resolvers.verbs import Also, Batch, BatchPolicy, Changes, Flat, Length, PartialOf, Ref, Row, Rule, Rules, verb
from resolvers.write import Call

NOBODYS = (
    "You are not named as a sales rep, so the customer would be nobody's, and you would not see it. Ask an"
    " administrator to make your user that of a rep."
)

BELONGING: tuple[type[Contact] | type[Order] | type[Ticket], ...] = (Contact, Order, Ticket)
"""What is removed along with a customer, and comes back with it."""

Name = Annotated[str, Length(200, least=1)]


def country_errors(country: str | None) -> list[UserError]:
    """A country is two letters."""
    if country is None or (country.isascii() and country.isalpha()):
        return []
    return [UserError(UserErrorCode.INVALID, "country must be two letters of ISO 3166, such as DE.", ("country",))]


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # which looks for them on the disk: 10 ms


def zone_errors(time_zone: str | None) -> list[UserError]:
    """A time zone is one of those that computers know."""
    if time_zone is None or time_zone in _zones():
        return []
    return [UserError(UserErrorCode.INVALID, "timeZone must be an IANA name, such as Europe/Berlin.", ("time_zone",))]


WEB = re.compile(r"(https?://(\[[0-9a-f:.]+\]|[^\s/:?#@]+)(:\d+)?|[^\s/:?#@]+)([/?#]\S*)?", re.IGNORECASE)
"""A web address, or one without a scheme and a port. Front ends make links of it: `javascript:1/x` is a script."""
TAG = re.compile(r"([a-z]{2,8}|[ix]-[a-z0-9]{1,8})(-[a-z0-9]{1,8})*", re.IGNORECASE)
"""The form of a language tag, by RFC 5646."""


def website_errors(website: str | None) -> list[UserError]:
    """A web site is a web address."""
    if not website or WEB.fullmatch(website):
        return []
    return [UserError(UserErrorCode.INVALID, "website must be an address such as https://example.com.", ("website",))]


def language_errors(language: str | None) -> list[UserError]:
    """A language has the form of a tag."""
    if not language or TAG.fullmatch(language):
        return []
    return [UserError(UserErrorCode.INVALID, "language must be a BCP 47 tag, such as de or pt-BR.", ("language",))]


@dataclass(frozen=True)
class NewCustomer:
    """A customer to be made."""

    name: Annotated[Name, "Display name, 1 to 200 characters."]
    kind: Annotated[CustomerKind, "A person or a company."] = CustomerKind.COMPANY
    lifecycle: Annotated[Lifecycle, "Where the customer stands with us."] = Lifecycle.LEAD
    source: Annotated[CustomerSource, "How the customer first came to us."] = CustomerSource.OTHER
    address: Annotated[str, Length(2000), "Postal address as it was given."] = ""
    line1: Annotated[str | None, Length(200), "First line of the address."] = None
    line2: Annotated[str | None, Length(200), "Second line of the address."] = None
    city: Annotated[str | None, Length(200), "Town or city."] = None
    region: Annotated[str | None, Length(200), "State, province or canton."] = None
    postal_code: Annotated[str | None, Length(32), "Postal code."] = None
    country: Annotated[str | None, Length(2, least=2), "Country, as two letters of ISO 3166: `DE`."] = None
    phone: Annotated[str, Length(64), "Telephone number; kept and flagged when it does not look right."] = ""
    email: Annotated[str, Length(320), "E-mail address; kept and flagged when it does not look right."] = ""
    preferred_channel: Annotated[ContactChannel | None, "How the customer likes to be reached."] = None
    industry: Annotated[str | None, Length(100), "What a company does."] = None
    size_band: Annotated[SizeBand | None, "How many people work at a company."] = None
    website: Annotated[str | None, Length(2000), "Web site: an `http` or `https` address, or one without a scheme."] = (
        None
    )
    tax_id: Annotated[str | None, Length(64), "Tax number."] = None
    language: Annotated[str | None, Length(35), "Language to write in, as a BCP 47 tag."] = None
    time_zone: Annotated[str | None, Length(64), "Time zone, by its IANA name."] = None
    owner_id: Annotated[
        SalesRepId | None,
        "The rep who looks after the customer; if you see your own only, you, unless given.",
    ] = None
    parent_id: Annotated[CustomerId | None, "The company this one belongs to."] = None

    rules: ClassVar[Rules] = (
        Rule(country_errors, ("country",)),
        Rule(zone_errors, ("time_zone",)),
        Rule(website_errors, ("website",)),
        Rule(language_errors, ("language",)),
    )


DUPLICATES = "Customers that are likely the same: look whether this one was needed."


@dataclass(frozen=True)
class CustomerMade:
    """A new customer, and those it may be a duplicate of."""

    customer: Customer
    duplicates: Annotated[list[Customer], DUPLICATES]


@dataclass(frozen=True)
class CustomerDeleted:
    """A removed customer, and what was removed along with it."""

    deleted_id: Annotated[int, Ref("Customer"), "The id of the removed customer; `restoreCustomer` brings it back."]
    contacts: Annotated[int, "How many contacts went along."]
    orders: Annotated[int, "How many orders went along."]
    tickets: Annotated[int, "How many tickets went along."]


@verb("Make a customer. A likely duplicate is told, or refused where the settings say so.", creates=True)
async def create_customer(call: Call, *, new: Annotated[NewCustomer, Flat()]) -> CustomerMade:
    """Make one customer. Refuses what `NewCustomer` forbids and links to records that are not there."""
    row = (await _make(call, [new]))[0]
    if row.record is None:
        raise Refused(*(error for error in row.errors))
    customer = row.record
    assert isinstance(customer, Customer)
    candidates = await likely_duplicates(call, [customer])
    return CustomerMade(customer, candidates[customer.id])


@verb("Make up to 500 customers at once. Likely duplicates are told, or refused as by `createCustomer`.", creates=True)
async def create_customers(
    call: Call,
    *,
    items: Annotated[list[NewCustomer], Length(500, least=1), "The customers, 1 to 500."],
    on_error: Annotated[
        BatchPolicy, "What becomes of the others when some cannot be written."
    ] = BatchPolicy.REJECT_ALL,
) -> Annotated[Batch, Ref("Customer"), Also("duplicates", "Customer", DUPLICATES)]:
    """Make many customers in a handful of statements."""
    rows = await _make(call, items, skipping=on_error is BatchPolicy.SKIP_ROW)
    if call.shows("duplicates"):
        made = [row.record for row in rows if isinstance(row.record, Customer)]
        likely = await likely_duplicates(call, made)
        earlier = Earlier()
        for at, row in enumerate(rows):
            if isinstance(row.record, Customer):
                duplicates = [*likely[row.record.id], *earlier.alike(row.record)][:MOST_SHOWN]
                rows[at] = replace(row, also={"duplicates": duplicates})
                earlier.add(row.record)
    return Batch(tuple(rows))


async def _make(call: Call, items: Sequence[NewCustomer], *, skipping: bool = False) -> list[Row]:
    """Check all, write the good ones together; what became of each. `skipping` is whether the good ones are kept where
    others are refused, which can then name them.
    """
    call.want({Customer: len(items)})
    own = bool(access.visible("Customer", call.viewer))
    if own:
        # Who sees their own customers only would not see a new one that is nobody's.
        items = [replace(item, owner_id=item.owner_id or call.viewer.rep_id) for item in items]
    links = await _Links.of(call, [{"owner_id": item.owner_id, "parent_id": item.parent_id} for item in items])
    wrong: dict[int, list[UserError]] = {}
    places: list[int] = []
    for at, item in enumerate(items):
        errors = links.errors({"owner_id": item.owner_id, "parent_id": item.parent_id})
        if own and item.owner_id is None:
            errors.append(UserError(UserErrorCode.BLANK, NOBODYS, ("owner_id",)))
        if errors:
            wrong[at] = errors
        else:
            places.append(at)
    ids = await call.next_ids(Customer, len(places))
    made = Customer.many([{**_columns(items[at]), "id": id_} for at, id_ in zip(places, ids, strict=True)])
    if call.block_duplicates:
        likely = await likely_duplicates(call, made)
        earlier = Earlier()
        for at, record in zip(places, made, strict=True):
            alike = earlier.alike(record)
            if not likely[record.id] and not alike:
                earlier.add(record)
                continue
            # What is in the same batch is there to be used only if it is written.
            named = [*likely[record.id], *(alike if skipping else [])][:MOST_SHOWN]
            message = f"{record.name} is likely here already. Use the existing customer, or change what is alike."
            if not named:
                message = f"{record.name} is likely the same as {alike[0].name} in this batch. Name one of them."
            candidates = tuple(("Customer", candidate.id) for candidate in named)
            wrong[at] = [UserError(UserErrorCode.DUPLICATE, message, ("name",), candidates=candidates)]
        made = [record for at, record in zip(places, made, strict=True) if at not in wrong]
    return await write_new(call, made, wrong)


def _columns(item: NewCustomer) -> dict[str, Any]:
    columns = dict(vars(item))
    if item.country is not None:
        columns["country"] = item.country.upper()
    return columns | routes.phone(item.phone, columns["country"]) | routes.email(item.email)


@verb("Change a customer: what is left out stays, null clears.")
async def update_customer(
    call: Call,
    *,
    id: Annotated[CustomerId, "Which customer."],
    change: Annotated[Changes, PartialOf(NewCustomer)],
) -> Customer:
    """Change one customer."""
    customer = await call.fetch_to_change(Customer, id)
    columns = _changed(customer, change, await _Links.of(call, [change]))
    await refuse_circle(Customer, customer.id, columns.get("parent_id"), "parent_id")
    await call.change(customer, **columns)
    return customer


@verb("Change up to 500 customers at once: what is left out stays, null clears.")
async def update_customers(
    call: Call,
    *,
    items: Annotated[
        list[Annotated[Changes, PartialOf(NewCustomer, "Customer")]],
        Length(500, least=1),
        "The changes, 1 to 500, each with the id of its customer.",
    ],
    on_error: Annotated[
        BatchPolicy, "What becomes of the others when some cannot be written."
    ] = BatchPolicy.REJECT_ALL,
) -> Annotated[Batch, Ref("Customer")]:
    """Change many customers."""
    customers = await records.fetch_many(call.viewer, Customer, {item["id"] for item in items}, lock=True)
    links = await _Links.of(call, items)
    circular: set[int] = set()
    while True:
        rows, changes = _in_turn(call, customers, links, items, circular)
        parents = {changed[0].id: changed[1]["parent_id"] for changed in changes.values() if "parent_id" in changed[1]}
        circles = await circling(Customer, parents, "parent_id")
        # What is refused for that hangs where it hung, and what comes after it in turn is looked at anew.
        found = {at for at, (customer, new) in changes.items() if customer.id in circles and "parent_id" in new}
        if not found:
            break
        circular |= found
    await call.change_many(list(changes.values()))
    return Batch(tuple(rows))


def _in_turn(
    call: Call,
    customers: Mapping[int, Customer],
    links: _Links,
    items: Sequence[Changes],
    circular: Container[int],
) -> tuple[list[Row], dict[int, tuple[Customer, dict[str, Any]]]]:
    """What becomes of each entry of a batch, and the columns that it sets, by its place.

    A customer who is named again is by then what the entries before have made of them. `circular` are the places of
    those that would close a circle.
    """
    rows: list[Row] = []
    changes: dict[int, tuple[Customer, dict[str, Any]]] = {}
    by_then = {id_: copy(customer) for id_, customer in customers.items()}
    for at, item in enumerate(items):
        change = dict(item)
        id_, expected = change.pop("id"), change.pop("expected_version", None)
        customer = by_then.get(id_)
        try:
            if customer is None:
                raise Refused(missing("customer", "id", may="change"))
            call.expect(customer, expected)
            columns = _changed(customer, change, links)
            if at in circular:
                raise circle("parent_id")
        except Refused as refused:
            rows.append(Row(None, refused.errors))
            continue
        changes[at] = customers[id_], columns
        rows.append(Row(customers[id_]))
        if any(getattr(customer, name) != value for name, value in columns.items()):
            vars(customer).update(columns)
            customer.version += 1
    return rows, changes


@dataclass(frozen=True)
class _Links:
    """The records that new or changed customers name."""

    owners: Mapping[int, SalesRep]
    parents: Mapping[int, Customer]

    @classmethod
    async def of(cls, call: Call, items: Sequence[Mapping[str, Any]]) -> _Links:
        """Those of customers to be written, in one statement each."""
        owners = [item["owner_id"] for item in items if item.get("owner_id") is not None]
        parents = [item["parent_id"] for item in items if item.get("parent_id") is not None]
        return cls(
            await call.fetch_many(SalesRep, owners, ("id", "name", "active")),
            await call.fetch_many(Customer, parents, ("id",)),
        )

    def errors(self, columns: Mapping[str, Any], before: int | None = None) -> list[UserError]:
        """What is wrong with the links of a customer; `before` is whose it was."""
        errors = rep_errors(self.owners, columns.get("owner_id"), "owner_id", before=before)
        if columns.get("parent_id") is not None and columns["parent_id"] not in self.parents:
            errors.append(missing("customer", "parent_id"))
        return errors


def _changed(customer: Customer, change: Changes, links: _Links) -> dict[str, Any]:
    """The columns that a change sets. Raises `Refused` with all that is wrong."""
    columns = dict(change)
    if errors := links.errors(columns, customer.owner_id):
        raise Refused(*errors)
    if columns.get("country"):
        columns["country"] = columns["country"].upper()
    if "phone" in columns or "country" in columns:
        columns |= routes.phone(columns.get("phone", customer.phone), columns.get("country", customer.country))
    if "email" in columns:
        columns |= routes.email(columns["email"])
    return columns


@verb("Remove a customer along with its contacts, orders and tickets; `restoreCustomer` brings all of it back.")
async def delete_customer(call: Call, *, id: Annotated[CustomerId, "Which customer."]) -> CustomerDeleted:
    """Hide a customer and all that belongs to it. Try it with `dryRun` to see what would go along."""
    customer = await call.fetch_to_change(Customer, id)
    # The instant tells what came along: nothing that was removed before may have the same.
    at = call.now
    for model in BELONGING:
        last = await model.filter(customer_id=id, deleted_at__gte=at).order_by("-deleted_at").first()
        if last is not None and last.deleted_at is not None:
            at = last.deleted_at + dt.timedelta(milliseconds=1)
    counts = {}
    for model in BELONGING:
        counts[model] = await _hide(call, model, model.filter(customer_id=id, deleted_at=None), at)
    await call.remove(customer, at)
    return CustomerDeleted(customer.id, counts[Contact], counts[Order], counts[Ticket])


@verb("Bring a removed customer back, along with what was removed with it.")
async def restore_customer(call: Call, *, id: Annotated[CustomerId, "Which customer."]) -> Customer:
    """Undo `deleteCustomer`; what had been removed before then stays removed."""
    customer = await records.fetch(call.viewer, Customer, id, lock=True, removed=True)
    if customer is None:
        raise Refused(missing("removed customer", "id", may="change"))
    call.expect(customer, call.expected_version)
    for model in BELONGING:
        await _hide(call, model, model.filter(customer_id=id, deleted_at=customer.deleted_at), None)
    await call.change(customer, deleted_at=None, deleted_key=0)
    return customer


async def _hide(call: Call, model: type[Removable], rows: QuerySet[Any], at: dt.datetime | None) -> int:
    """Hide rows of a table, or with no instant bring them back, in one statement; how many."""
    made = {int(row["id"]): row["created_at"] for row in await rows.values("id", "created_at")}
    if made:
        # Some may have been made after this began, while it waited for the customer.
        changed = max(call.now, *made.values())
        await rows.update(deleted_at=at, deleted_key=F("id") if at else 0, version=F("version") + 1, updated_at=changed)
    for id_ in made:
        call.noted(model, id_, ChangeKind.DELETED if at else ChangeKind.UPDATED)
    return len(made)
