"""What can be done with contacts: the people one talks to at a customer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

from errors import Refused
from models import Contact, Customer
from resolvers import records, routes
from resolvers.batch import missing
from resolvers.ids import ContactId, CustomerId
from resolvers.verbs import Changes, Flat, Length, PartialOf, Ref, verb
from resolvers.write import Call


@dataclass(frozen=True)
class NewContact:
    """A contact to be made."""

    name: Annotated[str, Length(200, least=1), "Display name, 1 to 200 characters."]
    given_name: Annotated[str | None, Length(100), "Given name."] = None
    family_name: Annotated[str | None, Length(100), "Family name."] = None
    role: Annotated[str | None, Length(100), "What this person does there: `Head of purchasing`."] = None
    phone: Annotated[str, Length(64), "Telephone number; kept and flagged when it does not look right."] = ""
    email: Annotated[str, Length(320), "E-mail address; kept and flagged when it does not look right."] = ""
    is_primary: Annotated[bool, "Whether this is the person to talk to first; whoever was it before is so no more."] = (
        False
    )
    do_not_call: Annotated[bool, "Whether this person does not want to be called."] = False


@dataclass(frozen=True)
class ContactDeleted:
    """A removed contact."""

    deleted_id: Annotated[int, Ref("Contact"), "The id of the removed contact."]


@verb("Make a contact of a customer.", creates=True)
async def create_contact(
    call: Call,
    *,
    customer_id: Annotated[CustomerId, "The customer this person belongs to."],
    new: Annotated[NewContact, Flat()],
) -> Contact:
    """Make one contact."""
    # Locked: who is its primary contact is decided by one at a time.
    customer = await call.fetch_to_change(Customer, customer_id, "customer_id")
    if new.is_primary:
        await _only_primary(call, customer)
    columns = asdict(new) | routes.phone(new.phone, customer.country) | routes.email(new.email)
    return await call.create(Contact, customer_id=customer.id, **columns)


@verb("Change a contact: what is left out stays, null clears.")
async def update_contact(
    call: Call,
    *,
    id: Annotated[ContactId, "Which contact."],
    change: Annotated[Changes, PartialOf(NewContact)],
) -> Contact:
    """Change one contact."""
    seen = await records.fetch(call.viewer, Contact, id)
    # The customer first, always: two who make different contacts the primary one wait for each other here.
    customer = None
    if seen is not None:
        customer = await records.fetch(call.viewer, Customer, seen.customer_id, lock=True)
    # A contact that is not to be changed answers for itself, whether or not it is seen, or its customer is.
    contact = await call.fetch_to_change(Contact, id)
    if customer is None:
        raise Refused(missing("customer", "id", may="change"))
    columns = dict(change)
    if "phone" in columns:
        columns |= routes.phone(columns["phone"], customer.country)
    if "email" in columns:
        columns |= routes.email(columns["email"])
    if columns.get("is_primary"):
        await _only_primary(call, customer, contact.id)
    await call.change(contact, **columns)
    return contact


@verb("Remove a contact. Tickets this person raised stay.")
async def delete_contact(call: Call, *, id: Annotated[ContactId, "Which contact."]) -> ContactDeleted:
    """Hide a contact."""
    contact = await call.fetch_to_change(Contact, id)
    await call.remove(contact)
    return ContactDeleted(contact.id)


async def _only_primary(call: Call, customer: Customer, id_: int | None = None) -> None:
    """Make room for a new primary contact."""
    for other in await Contact.filter(customer_id=customer.id, is_primary=True, deleted_at=None):
        if other.id != id_:
            await call.change(other, is_primary=False)
