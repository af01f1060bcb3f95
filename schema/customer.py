"""Customers, and the people one talks to there."""

import models
from compiler.catalog import Kind
from schema.kit import column, entity, formula, money_formula, to_many, to_one
from schema.order import SALE


@entity(
    models.Customer,
    "cus",
    plural="customers",
    order="NAME",
    search=("name", "email", "phone", "city", "address"),
)
class Customer:
    """A person or company we sell to."""

    name = column("Display name, 1 to 200 characters.", sort=True)
    kind = column("A person or a company.")
    lifecycle = column("Where the customer stands with us.", sort=True)
    source = column("How the customer first came to us.")
    address = column("The postal address as it was given, on one or several lines.")
    line1 = column("First line of the address.")
    line2 = column("Second line of the address.")
    city = column("Town or city.", sort=True, group=True)
    region = column("State, province or canton.")
    postal_code = column("Postal code.")
    country = column("Country, as two letters of ISO 3166: `DE`.", sort=True, group=True)
    phone = column("Telephone number as it was given.")
    phone_e164 = column("Telephone number in the international form; null if it could not be read.", scalar="Phone")
    phone_status = column("Whether the telephone number can be used.")
    email = column("E-mail address as it was given.", sort=True)
    email_norm = column("E-mail address as it is compared; null if it could not be read.", scalar="Email")
    email_status = column("Whether the e-mail address can be used.")
    preferred_channel = column("How the customer likes to be reached.")
    industry = column("What a company does.", group=True)
    size_band = column("How many people work at a company.")
    website = column("Web site.")
    tax_id = column("Tax number.")
    language = column("Language to write in, as a BCP 47 tag: `de-CH`.", group=True)
    time_zone = column("Time zone of the customer, by its IANA name.")
    owner = to_one("SalesRep", "The rep who looks after this customer; null while unassigned.", sort=True)
    parent = to_one("Customer", "The company this one belongs to.")
    subsidiaries = to_many("Customer", "Companies that belong to this one.", by="parent")
    contacts = to_many("Contact", "The people one talks to at this customer.", by="customer")
    orders = to_many("Order", "The customer's orders, newest first.", by="customer", order="-ORDER_DATE")
    tickets = to_many("Ticket", "The customer's tickets, newest first.", by="customer", order="-CREATED_AT")
    campaign_members = to_many(
        "CampaignMember", "The campaigns this customer was addressed by.", by="customer", order="-CREATED_AT"
    )
    lifetime_value = money_formula(
        "What the customer's confirmed orders come to, tax included, less returns, in the organisation's currency.",
        "SELECT (SELECT COALESCE({whole:SUM(o.base_total_minor)}, 0) FROM sales_order o"
        f" WHERE o.customer_id = {{row}}.id AND {SALE} AND {{visible:Order:o}})"
        " - (SELECT COALESCE({whole:SUM(k.base_total_minor)}, 0) FROM sales_order o"
        " JOIN order_return k ON k.order_id = o.id"
        " WHERE o.customer_id = {row}.id AND {visible:Order:o} AND {visible:OrderReturn:k:order_id})",
        sort=True,
    )
    last_order_at = formula(
        Kind.INSTANT,
        "When the customer last confirmed an order; null if never.",
        "SELECT MAX(o.confirmed_at) FROM sales_order o"
        f" WHERE o.customer_id = {{row}}.id AND {SALE} AND {{visible:Order:o}}",
        nullable=True,
        sort=True,
    )


@entity(models.Contact, "con", plural="contacts", order="NAME", search=("name", "email", "phone", "role"))
class Contact:
    """Somebody to talk to at a customer."""

    customer = to_one("Customer", "The customer this person belongs to.", sort=True)
    name = column("Display name, 1 to 200 characters.", sort=True)
    given_name = column("Given name.")
    family_name = column("Family name.")
    role = column("What this person does there: `Head of purchasing`.", group=True)
    phone = column("Telephone number as it was given.")
    phone_e164 = column("Telephone number in the international form; null if it could not be read.", scalar="Phone")
    phone_status = column("Whether the telephone number can be used.")
    email = column("E-mail address as it was given.")
    email_norm = column("E-mail address as it is compared; null if it could not be read.", scalar="Email")
    email_status = column("Whether the e-mail address can be used.")
    is_primary = column("Whether this is the person to talk to first; at most one a customer.")
    do_not_call = column("Whether this person does not want to be called.")
    tickets = to_many("Ticket", "Tickets this person raised, newest first.", by="contact", order="-CREATED_AT")
