"""Sends what a request can get wrong: each is answered with a sentence that says what to do, and the next one works."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from access import Viewer
from errors import Code
from schema.engine import Engine

CUSTOMERS = "{ customers(%s) { nodes { id } } }"
WHERE = "query ($where: CustomerWhere) { customers(where: $where) { nodes { id } } }"
PRODUCTS = "query ($where: ProductWhere) { products(where: $where) { nodes { id } } }"
ORDERS = "query ($where: OrderWhere) { orders(where: $where) { nodes { id } } }"
TICKETS = "query ($where: TicketWhere) { tickets(where: $where) { nodes { id } } }"
AFTER = "query ($after: String) { customers(after: $after) { nodes { id } } }"
FIGURES = "query ($from: Date!, $to: Date!) { salesRep(id: \"rep_2\") { attainment(from: $from, to: $to) } }"
GROUPS = "{ orders { groups(by: %s) { status aggregate { count } } } }"

PYTHON = re.compile(
    r"Traceback|object at 0x|NoneType|\b[A-Z]\w+Error\b|<class|\bdict\b|\bself\b|string conversion"
    r"|asyncpg|sqlite3|Undefined|datetime\.|isoformat|Decimal\("
)
"""Words that only a programmer of this server would know."""


def cursor(*values: object) -> str:
    """A cursor as the API makes them."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode().hex()


def nested(levels: int, inner: str, outer: str) -> str:
    """`inner` inside `outer`, as many times."""
    return outer * levels + inner + "}" * levels * outer.count("{")


@dataclass(frozen=True)
class Wrong:
    """A request that cannot be answered, and the answer it gets."""

    query: str
    code: Code
    says: str
    """A part of the message."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None
    executed: bool | None = None
    """Whether it was executed, with null in place of what failed; where nothing is said, only bad input is."""


def bad(query: str, says: str, executed: bool = True, **variables: Any) -> Wrong:
    """An argument that makes no sense."""
    return Wrong(query, Code.BAD_USER_INPUT, says, variables, executed=executed)


def unfit(query: str, says: str, **variables: Any) -> Wrong:
    """A variable that does not fit its type: the operation is not executed."""
    return bad(query, says, executed=False, **variables)


def invalid(query: str, says: str, **variables: Any) -> Wrong:
    """A document that breaks the rules."""
    return Wrong(query, Code.GRAPHQL_VALIDATION_FAILED, says, variables, executed=False)


def unread(query: str, says: str = "Syntax Error") -> Wrong:
    """A document that cannot be read."""
    return Wrong(query, Code.GRAPHQL_PARSE_FAILED, says, executed=False)


def huge(query: str, says: str, executed: bool, **variables: Any) -> Wrong:
    """A request for more than one request may ask for."""
    return Wrong(query, Code.QUERY_TOO_COMPLEX, says, variables, executed=executed)


ID = "query ($id: ID!) { customer(id: $id) { name } }"

REQUESTS: dict[str, Wrong] = {
    # --- ids
    "an id of another type": bad(
        '{ customer(id: "ord_1") { name } }', "must be a Customer id (cus_…), got an Order id"
    ),
    "an id without a prefix": bad('{ customer(id: "42") { name } }', "Use ids exactly as the API gave them"),
    "an id that is a number": bad("{ customer(id: 42) { name } }", "Use ids exactly as the API gave them"),
    "an empty id": bad(ID, "Use ids exactly as the API gave them", id=""),
    "an id with a minus": bad(ID, "Use ids exactly as the API gave them", id="cus_-1"),
    "an id with a leading zero": bad(ID, "Use ids exactly as the API gave them", id="cus_01"),
    "an id without a number": bad(ID, "Use ids exactly as the API gave them", id="cus_"),
    "an id past 64 bits": bad(ID, "Use ids exactly as the API gave them", id="cus_99999999999999999999999"),
    "an id with Arabic digits": bad(ID, "Use ids exactly as the API gave them", id="cus_٤٢"),
    "an id with a superscript": bad(ID, "Use ids exactly as the API gave them", id="cus_²"),
    "an id with a NUL": bad(ID, "Use ids exactly as the API gave them", id="cus_1\0"),
    "an id of SQL": bad(ID, "Use ids exactly as the API gave them", id="cus_1 OR 1=1"),
    "an id of a megabyte": bad(ID, "Use ids exactly as the API gave them", id="cus_" + "9" * 1_000_000),
    "an id of an unknown type": bad('{ node(id: "xyz_1") { id } }', "Use ids exactly as the API gave them"),
    "an id that is a list": unfit(ID, "$id does not fit", id=["cus_1"]),
    "an id that is an object": unfit(ID, "$id does not fit", id={"id": "cus_1"}),
    "an id that is true": unfit(ID, "$id does not fit", id=True),
    "an id of another type in a filter": bad(
        CUSTOMERS % 'where: { owner: { id: { eq: "cus_1" } } }', "must be a SalesRep id (rep_…), got a Customer id"
    ),
    "ids of another type in a list": bad(
        WHERE, "must be a Customer id (cus_…), got an Order id", where={"id": {"in": ["cus_1", "ord_1"]}}
    ),
    "101 ids": bad("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "at most 100 ids, got 101", ids=["cus_1"] * 101),
    "a null among ids": unfit(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", "$ids[1] must not be null", ids=["cus_1", None]
    ),
    # --- pages
    "a page of 1,000": bad(CUSTOMERS % "first: 1000", "first: must be from 1 to 100, got 1000"),
    "a page of nothing": bad(CUSTOMERS % "first: 0", "first: must be from 1 to 100, got 0"),
    "a page of less than nothing": bad(CUSTOMERS % "first: -1", "first: must be from 1 to 100, got -1"),
    "a page backwards of 101": bad(CUSTOMERS % "last: 101", "last: must be from 1 to 100, got 101"),
    "a page of 1,000 in a variable": bad(
        "query ($n: Int) { customers(first: $n) { nodes { id } } }", "first: must be from 1 to 100, got 1000", n=1000
    ),
    "a page of 1,000 inside": bad(
        "{ customers { nodes { orders(first: 1000) { nodes { id } } } } }", "first: must be from 1 to 100, got 1000"
    ),
    "first with last": bad(CUSTOMERS % "first: 1, last: 1", "exclude each other"),
    "a page size in a text": invalid(CUSTOMERS % 'first: "10"', "Int cannot represent non-integer"),
    "a page size with decimals": unfit(
        "query ($n: Int) { customers(first: $n) { nodes { id } } }", "$n does not fit", n=1.5
    ),
    "a page size that is true": unfit(
        "query ($n: Int) { customers(first: $n) { nodes { id } } }", "$n does not fit", n=True
    ),
    "a hundred and one groups": bad(
        "{ orders { groups(by: [{ field: STATUS }], first: 101) { status } } }", "first: must be from 1 to 100, got 101"
    ),
    # --- cursors
    "a cursor that is none": bad(AFTER, "after: This is no cursor. Use `endCursor`", after="abc"),
    "an empty cursor": bad(AFTER, "after: This is no cursor", after=""),
    "a cursor of another order": bad(
        AFTER, "belongs to another list or order", after=cursor("Customer CITY:ASC", "köln", 1)
    ),
    "a cursor of another list": bad(AFTER, "belongs to another list or order", after=cursor("Order NAME:ASC", "a", 1)),
    "a cursor with too little": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", 1)),
    "a cursor with too much": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", "a", "b", 1)),
    "a cursor of another type": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", 5, 1)),
    "a cursor with an object": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", {}, 1)),
    "a cursor whose id is true": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", "a", True)),
    "a cursor whose id is past 64 bits": bad(
        AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", "a", 2**70)
    ),
    "a cursor whose id is a fraction": bad(
        AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", "a", 1.5)
    ),
    "a cursor with a null that cannot be": bad(
        AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", None, 1)
    ),
    "a cursor with a NUL": bad(AFTER, "This cursor is damaged", after=cursor("Customer NAME:ASC", "a\0", 1)),
    "a cursor with half a surrogate pair": bad(AFTER, "cursor", after=b'["Customer NAME:ASC","\\ud800",1]'.hex()),
    "a cursor of an instant that is none": bad(
        "query ($after: String) { tickets(after: $after) { nodes { id } } }",
        "This cursor is damaged",
        after=cursor("Ticket CREATED_AT:DESC", "yesterday", 1),
    ),
    "a cursor of an instant without an offset": bad(
        "query ($after: String) { tickets(after: $after) { nodes { id } } }",
        "This cursor is damaged",
        after=cursor("Ticket CREATED_AT:DESC", "2026-01-01T00:00:00", 1),
    ),
    "a cursor of a date that is none": bad(
        "query ($after: String) { orders(after: $after) { nodes { id } } }",
        "This cursor is damaged",
        after=cursor("Order ORDER_DATE:DESC", "2026-02-30", 1),
    ),
    "a cursor of an amount past 64 bits": bad(
        "query ($after: String) { products(after: $after, orderBy: [{ field: PRICE }]) { nodes { id } } }",
        "This cursor is damaged",
        after=cursor("Product PRICE:ASC", 2**64, 1),
    ),
    "a cursor of a megabyte": bad(AFTER, "This is no cursor", after="5b" * 500_000),
    "a cursor that nests deep": bad(AFTER, "This is no cursor", after=("[" * 3000).encode().hex()),
    "a cursor that is a number": bad(AFTER, "This is no cursor", after="35"),
    "before that is no cursor": bad(CUSTOMERS % 'last: 1, before: "zz"', "before: This is no cursor"),
    # --- sort keys
    "four sort keys": bad(
        CUSTOMERS % "orderBy: [{ field: NAME }, { field: CITY }, { field: ID }, { field: EMAIL }]",
        "at most 3 keys, got 4",
    ),
    "one sort key twice": bad(
        CUSTOMERS % "orderBy: [{ field: NAME }, { field: NAME, direction: DESC }]", "names one field twice"
    ),
    "an unknown sort key": invalid(CUSTOMERS % "orderBy: [{ field: NAMES }]", "NAMES"),
    "an unknown sort key in a variable": unfit(
        "query ($sort: [CustomerSort!]) { customers(orderBy: $sort) { nodes { id } } }",
        "CustomerSortField is one of",
        sort=[{"field": "NAMES"}],
    ),
    "a null sort direction": unfit(
        "query ($sort: [CustomerSort!]) { customers(orderBy: $sort) { nodes { id } } }",
        "$sort[0].direction must not be null",
        sort=[{"field": "NAME", "direction": None}],
    ),
    # --- filters
    "a null operator": bad(CUSTOMERS % "where: { name: { eq: null } }", "Use `isNull: true`"),
    "a null operator in a variable": bad(
        "query ($name: String) { customers(where: { name: { eq: $name } }) { nodes { id } } }",
        "Use `isNull: true`",
        name=None,
    ),
    "a null isNull": bad(CUSTOMERS % "where: { name: { isNull: null } }", "is null"),
    "a null field": bad(CUSTOMERS % "where: { name: null }", "where.name is null. Leave it out"),
    "a null link": bad(CUSTOMERS % "where: { owner: null }", "where.owner is null. Leave it out"),
    "a null quantifier": bad(CUSTOMERS % "where: { orders: { some: null } }", "some is null. Leave it out"),
    "a null and": bad(CUSTOMERS % "where: { and: null }", "where.and is null"),
    "a null not": bad(CUSTOMERS % "where: { not: null }", "where.not is null"),
    "a null where": bad(CUSTOMERS % "where: null", "where is null. Leave it out to ask for all"),
    "a null where in a variable": bad(WHERE, "where is null. Leave it out to ask for all", where=None),
    "a null in a list": invalid(CUSTOMERS % 'where: { name: { in: ["a", null] } }', "String!"),
    "a null in a list in a variable": unfit(WHERE, "must not be null", where={"name": {"in": ["a", None]}}),
    "a null list": bad(WHERE, "is null", where={"name": {"in": None}}),
    "101 values in a list": bad(
        WHERE, "where.name.in: must have at most 100 values, got 101", where={"name": {"in": ["a"] * 101}}
    ),
    "101 literal values in a list": bad(
        CUSTOMERS % ("where: { name: { in: [" + '"a" ' * 101 + "] } }"), "at most 100 values, got 101"
    ),
    "an unknown operator": invalid(CUSTOMERS % 'where: { name: { like: "a%" } }', "unknown field 'like'"),
    "an unknown operator in a variable": unfit(WHERE, "has no field 'like'", where={"name": {"like": "a%"}}),
    "an unknown field": invalid(CUSTOMERS % 'where: { nam: { eq: "a" } }', "Did you mean 'name'"),
    "an unknown field in a variable": unfit(WHERE, "has no field 'nam'", where={"nam": {"eq": "a"}}),
    "an operator that makes no sense": invalid(CUSTOMERS % "where: { kind: { gt: PERSON } }", "unknown field 'gt'"),
    "an operator without an object": unfit(WHERE, "must be an object", where={"name": "a"}),
    "an unknown choice": invalid(CUSTOMERS % "where: { kind: { eq: ROBOT } }", "ROBOT"),
    "an unknown choice in a variable": unfit(
        WHERE, "CustomerKind is one of PERSON, COMPANY", where={"kind": {"eq": "ROBOT"}}
    ),
    "a choice in lower case": unfit(WHERE, "CustomerKind is one of", where={"kind": {"eq": "person"}}),
    "a choice that is a number": unfit(WHERE, "CustomerKind is one of", where={"kind": {"eq": 1}}),
    "a where 30 levels deep": bad(
        CUSTOMERS % ("where: " + nested(30, "{}", "{ not: ")),
        "where nests 31 levels deep, 19 more than the 12 allowed",
    ),
    "a where 30 links deep": bad(
        WHERE,
        "where nests 31 levels deep, 19 more than the 12 allowed",
        where=json.loads('{"parent":' * 30 + "{}" + "}" * 30),
    ),
    "a where 900 levels deep": huge(
        WHERE,
        "nests 901 levels deep, 837 more than the 64 allowed",
        False,
        where=json.loads('{"not":' * 900 + "{}" + "}" * 900),
    ),
    "a search of 10,000 letters": bad(CUSTOMERS % ('search: "' + "a" * 10_000 + '"'), "at most 1000 characters"),
    "a search of eleven words": bad(CUSTOMERS % 'search: "a b c d e f g h i j k"', "at most 10 words, got 11"),
    "a text of a megabyte": bad(
        WHERE, "at most 1000 characters long, got 1000000", where={"name": {"eq": "ü" * 1_000_000}}
    ),
    # --- text
    "a NUL in a literal": bad(CUSTOMERS % r'where: { name: { eq: "a\u0000b" } }', "NUL character"),
    "a NUL in a variable": bad(WHERE, "NUL character", where={"name": {"contains": "\0"}}),
    "a NUL in a code": bad(ORDERS, "NUL character", where={"currency": {"eq": "EU\0"}}),
    "a NUL in a search": bad(CUSTOMERS % r'search: "\u0000"', "NUL character"),
    "half a surrogate pair in a literal": unread(
        CUSTOMERS % r'where: { name: { eq: "\uD83E" } }', "Invalid Unicode escape"
    ),
    "half a surrogate pair in a variable": bad(WHERE, "half a surrogate pair", where={"name": {"eq": "\ud83e"}}),
    "half a surrogate pair in a list": bad(WHERE, "half a surrogate pair", where={"name": {"in": ["a", "\udc00"]}}),
    "half a surrogate pair in an identifier": bad(
        "query ($sku: String!) { productByIdentifier(identifier: { sku: $sku }) { id } }",
        "half a surrogate pair",
        sku="\ud83e",
    ),
    "a number for a text": unfit(WHERE, "does not fit", where={"name": {"eq": 5}}),
    # --- numbers
    "an integer past 32 bits": invalid(
        "{ products(where: { taxBps: { eq: 2147483648 } }) { nodes { id } } }", "Int cannot represent non 32-bit"
    ),
    "an integer past 32 bits in a variable": unfit(PRODUCTS, "does not fit", where={"taxBps": {"eq": 2**31}}),
    "an integer of 5,000 digits": invalid(
        "{ products(where: { taxBps: { eq: %s } }) { nodes { id } } }" % ("9" * 5000), "too many digits"
    ),
    "an integer past 64 bits in a variable": unfit(PRODUCTS, "does not fit", where={"taxBps": {"eq": 10**1000}}),
    "an infinite number": unfit(PRODUCTS, "does not fit", where={"taxBps": {"eq": float("inf")}}),
    "an amount of 5,000 digits": invalid(
        "{ products(where: { price: { eq: %s } }) { nodes { id } } }" % ("9" * 5000), "Decimal is an exact number"
    ),
    "an amount with an exponent": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": "1e5"}}),
    "an amount with a literal exponent": invalid(
        "{ products(where: { price: { eq: 1e400 } }) { nodes { id } } }", "Decimal is an exact number"
    ),
    "an amount that is no number": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": "NaN"}}),
    "an amount that is NaN": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": float("nan")}}),
    "an infinite amount": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": float("-inf")}}),
    "an amount with too many decimals": bad(PRODUCTS, "at most four decimals", where={"price": {"eq": "0.00001"}}),
    "an amount with 40 decimals": bad(
        PRODUCTS, "at most four decimals", where={"price": {"eq": "1." + "0" * 39 + "1"}}
    ),
    "an amount past 64 bits": bad(
        PRODUCTS, "less than 922,337,203,685,477", where={"price": {"eq": "922337203685477.5808"}}
    ),
    "an amount of a megabyte": bad(PRODUCTS, "less than 922,337,203,685,477", where={"price": {"eq": "9" * 1_000_000}}),
    "an amount that is true": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": True}}),
    "an amount with a comma": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": "1,50"}}),
    "an empty amount": unfit(PRODUCTS, "A Decimal is an exact number", where={"price": {"eq": ""}}),
    # --- dates, times, zones
    "a date that is none": invalid(
        '{ orders(where: { orderDate: { eq: "2026-02-30" } }) { nodes { id } } }', "A Date is a day of the calendar"
    ),
    "a date that is none in a variable": unfit(
        ORDERS, "A Date is a day of the calendar", where={"orderDate": {"eq": "2026-02-30"}}
    ),
    "a date with a time": unfit(
        ORDERS, "A Date is a day of the calendar", where={"orderDate": {"eq": "2026-02-03T00:00:00Z"}}
    ),
    "a date of the year 0": unfit(ORDERS, "A Date is", where={"orderDate": {"eq": "0000-01-01"}}),
    "a date that is a number": unfit(ORDERS, "A Date is", where={"orderDate": {"eq": 20260101}}),
    "an instant without an offset": unfit(
        TICKETS, "an instant with an offset", where={"createdAt": {"gt": "2026-01-31T09:30:00"}}
    ),
    "an instant with an offset of 60 minutes": unfit(
        TICKETS, "an instant with an offset", where={"createdAt": {"gt": "2026-01-31T09:30:00+00:60"}}
    ),
    "an instant finer than a nanosecond": unfit(
        TICKETS, "at most nine decimals of a second", where={"createdAt": {"gt": "2026-01-31T09:30:00.0000000001Z"}}
    ),
    "an instant that is a date": unfit(TICKETS, "an instant with an offset", where={"createdAt": {"gt": "2026-01-31"}}),
    "an instant at 25 o'clock": unfit(
        TICKETS, "an instant with an offset", where={"createdAt": {"gt": "2026-01-31T25:30:00Z"}}
    ),
    "an instant before the calendar": unfit(
        TICKETS, "an instant with an offset", where={"createdAt": {"gt": "0001-01-01T00:00:00+14:00"}}
    ),
    "an instant with an odd offset": unfit(
        TICKETS, "an instant with an offset", where={"createdAt": {"gt": "2026-01-01T00:00:00+99:00"}}
    ),
    "an unknown time zone": invalid(
        GROUPS % '[{ period: { field: CREATED_AT, unit: DAY, timeZone: "Mars/Olympus" } }]', "A TimeZone is a name"
    ),
    "an unknown time zone in a variable": unfit(
        "query ($zone: TimeZone!) { tickets { groups(by: "
        "[{ period: { field: CREATED_AT, unit: DAY, timeZone: $zone } }]) { createdAt } } }",
        "A TimeZone is a name",
        zone="../../etc/passwd",
    ),
    "a period that runs backwards": bad(
        FIGURES, "to: must be after `from`", **{"from": "2026-02-01", "to": "2026-01-01"}
    ),
    "a period of no day": bad(FIGURES, "to: must be after `from`", **{"from": "2026-02-01", "to": "2026-02-01"}),
    # --- groups
    "no group key": bad(GROUPS % "[]", "by must have from 1 to 3 keys, got 0"),
    "four group keys": bad(
        GROUPS % "[{ field: STATUS }, { field: OWNER }, { field: CUSTOMER }, { field: CURRENCY }]",
        "by must have from 1 to 3 keys, got 4",
    ),
    "one group key twice": bad(GROUPS % "[{ field: STATUS }, { field: STATUS }]", "names one field twice"),
    "a group key of two kinds": invalid(
        GROUPS % "[{ field: STATUS, period: { field: ORDER_DATE, unit: DAY } }]", "exactly one"
    ),
    "a group key of no kind": invalid(GROUPS % "[{}]", "exactly one"),
    "a group key that is null": invalid(GROUPS % "[{ field: null }]", "non-null"),
    "no identifier": invalid("{ productByIdentifier(identifier: {}) { id } }", "exactly one"),
    "two kinds of group key in a variable": unfit(
        "query ($by: [OrderGroupBy!]!) { orders { groups(by: $by) { status } } }",
        "must have exactly one field",
        by=[{"field": "STATUS", "period": {"field": "ORDER_DATE", "unit": "DAY"}}],
    ),
    # --- operations
    "an empty document": unread(""),
    "spaces alone": unread("  \n "),
    "a comment alone": unread("# nothing"),
    "half a document": unread("{ customers { nodes { id }"),
    "no GraphQL at all": unread("SELECT * FROM customer"),
    "a NUL in the document": unread("{ customers \0 }"),
    "a lone surrogate in the document": unread("{ customers \ud800 }"),
    "a document of a hundred thousand braces": huge("{" * 100_000, "has 100,000 bytes, 67,232 more than", False),
    "a document of ten thousand braces": unread("{" * 10_000, "Expected Name"),
    "a document of ten thousand fields": huge("{" + " a" * 9_998 + "}", "has 10,000 tokens, 8,000 more than", False),
    "a document of ten thousand brackets": huge(
        "{ a(b: " + "[" * 10_000, "nests 10,001 levels of braces and brackets, too deep to be read", False
    ),
    "a document of a megabyte": huge("{ " + "a " * 500_000 + "}", "has 1,000,003 bytes", False),
    "a fragment alone": Wrong(
        "fragment F on Customer { id }", Code.GRAPHQL_VALIDATION_FAILED, "'F' is never used", executed=False
    ),
    "two operations without a name": Wrong(
        "query A { viewer { name } } query B { viewer { role } }",
        Code.OPERATION_RESOLUTION_FAILURE,
        "Say which one with `operationName`",
        executed=False,
    ),
    "an unknown operation": Wrong(
        "query A { viewer { name } }",
        Code.OPERATION_RESOLUTION_FAILURE,
        "no operation called B; it has A",
        operation="B",
        executed=False,
    ),
    "a name for an operation without one": Wrong(
        "{ viewer { name } }", Code.OPERATION_RESOLUTION_FAILURE, "no operation called B", operation="B", executed=False
    ),
    "an operation with an empty name": Wrong(
        "query A { viewer { name } }",
        Code.OPERATION_RESOLUTION_FAILURE,
        "no operation called",
        operation="",
        executed=False,
    ),
    "a subscription": Wrong(
        "subscription { customerChanged { id } }", Code.GRAPHQL_VALIDATION_FAILED, "ubscription", executed=False
    ),
    "an unknown mutation": Wrong(
        "mutation { dropEverything { id } }", Code.GRAPHQL_VALIDATION_FAILED, "", executed=False
    ),
    "an unknown root field": invalid("{ customer_list { id } }", "Cannot query field"),
    "a misspelt field": invalid("{ customers { nodes { nam } } }", "Did you mean 'name'"),
    "a misspelt argument": invalid(CUSTOMERS % "firs: 1", "Did you mean 'first'"),
    "an unknown type": invalid("{ ... on Custmer { id } }", "Unknown type 'Custmer'"),
    "an object without fields": invalid("{ customers }", "must have a selection of subfields"),
    "fields of a scalar": invalid("{ viewer { name { first } } }", "must not have a selection"),
    "a missing argument": invalid("{ customer { name } }", "id:"),
    "one key for two fields": invalid("{ viewer { name name: role } }", "conflict"),
    "one key with two arguments": invalid(
        '{ customer(id: "cus_1") { name } customer(id: "cus_2") { name } }', "conflict"
    ),
    "fragments in a circle": invalid(
        "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }", "within itself"
    ),
    "a fragment that is not there": invalid("{ viewer { ...A } }", "Unknown fragment 'A'"),
    "a fragment on another type": invalid("{ viewer { ... on Customer { name } } }", "can never be of type"),
    "an unknown directive": invalid("{ viewer @cached { name } }", "Unknown directive '@cached'"),
    "a directive without its argument": invalid("{ viewer @skip { name } }", "if:"),
    "a directive with a text": invalid('{ viewer @skip(if: "yes") { name } }', "Boolean"),
    "a directive with a null": invalid("{ viewer @skip(if: null) { name } }", "Boolean!"),
    "a directive twice": invalid("{ viewer @skip(if: true) @skip(if: true) { name } }", "only be used once"),
    "a directive in the wrong place": invalid("query @skip(if: true) { viewer { name } }", "may not be used on"),
    # --- variables
    "a missing variable": unfit(ID, "Variable $id is required: it is a ID!."),
    "a null for a required variable": unfit(ID, "$id must not be null", id=None),
    "an undeclared variable": invalid("{ customer(id: $id) { name } }", "Variable '$id' is not defined"),
    "an unused variable": invalid("query ($id: ID!) { viewer { name } }", "never used"),
    "a variable of another type": invalid(
        "query ($id: Int!) { customer(id: $id) { name } }", "used in position expecting type"
    ),
    "a variable of an unknown type": invalid("query ($id: Key!) { customer(id: $id) { name } }", "Unknown type 'Key'"),
    "a variable of an output type": invalid(
        "query ($id: Customer) { customer(id: $id) { name } }", "cannot be non-input type"
    ),
    "a variable twice": invalid("query ($id: ID!, $id: ID!) { customer(id: $id) { name } }", "only one variable"),
    "a default that does not fit": invalid(
        'query ($n: Int = "a") { customers(first: $n) { nodes { id } } }', "Int cannot represent"
    ),
    "a null list in an orderBy": unfit(
        "query ($sort: [CustomerSort!]) { customers(orderBy: $sort) { nodes { id } } }",
        "must not be null",
        sort=[None],
    ),
    "an object for a page size": unfit(
        "query ($n: Int) { customers(first: $n) { nodes { id } } }", "does not fit", n={"a": 1}
    ),
    "a text for a boolean": unfit("query ($yes: Boolean!) { viewer @include(if: $yes) { name } }", "fit", yes="true"),
    # --- size
    "a selection 60 levels deep": huge(
        '{ salesRep(id: "rep_1") ' + nested(60, "{ id }", "{ manager ") + " }",
        "62 levels deep, 47 more than the 15",
        False,
    ),
    "lists 60 levels deep": huge(
        '{ salesRep(id: "rep_1") ' + nested(60, "{ id }", "{ reports { nodes ") + " }", "122 levels deep", False
    ),
    "a document that nests 1,000 deep": huge(
        '{ salesRep(id: "rep_1") ' + nested(1000, "{ id }", "{ manager ") + " }",
        "nests 1,002 levels of braces",
        False,
    ),
}


def told(body: bytes) -> list[dict[str, Any]]:
    """The errors of an answer, each of the shape that GraphQL has for them."""
    answer = json.loads(body)
    for error in answer["errors"]:
        assert error.keys() <= {"message", "locations", "path", "extensions"}
        assert error["extensions"]["code"] in Code.__members__
        assert error["extensions"]["code"] != "INTERNAL_SERVER_ERROR", error["message"]
        assert not PYTHON.search(error["message"]), error["message"]
        assert 5 <= len(error["message"]) <= 2000, len(error["message"])
    errors: list[dict[str, Any]] = answer["errors"]
    return errors


async def works(engine: Engine, viewer: Viewer) -> None:
    """The next request is answered as ever."""
    answer = await engine.execute("{ customers(first: 1) { nodes { id } } }", None, None, viewer)
    assert answer.body == b'{"data":{"customers":{"nodes":[{"id":"cus_5"}]}}}'


@pytest.mark.parametrize("name", REQUESTS)
async def test_wrong_input_is_answered_with_a_sentence(name: str, engine: Engine, viewer: Viewer) -> None:
    wrong = REQUESTS[name]
    for _ in range(2):  # once planned anew, once from what was kept
        answer = await engine.execute(wrong.query, dict(wrong.variables), wrong.operation, viewer)
        errors = told(answer.body)
        assert {error["extensions"]["code"] for error in errors} == {wrong.code.value}, errors[0]["message"]
        assert any(wrong.says in error["message"] for error in errors), errors[0]["message"]
        if wrong.executed is not None:
            assert answer.executed is wrong.executed
        assert ("data" in json.loads(answer.body)) is answer.executed
    await works(engine, viewer)


async def test_an_error_inside_names_the_root_field_and_the_argument(engine: Engine, viewer: Viewer) -> None:
    query = "{ mine: customers { nodes { orders(first: 500) { nodes { id } } } } viewer { name } }"
    answer = await engine.execute(query, None, None, viewer)
    assert json.loads(answer.body) == {
        "errors": [
            {
                "message": "first: must be from 1 to 100, got 500. Ask for the next page with a cursor.",
                "path": ["mine"],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ],
        "data": {"mine": None, "viewer": {"name": "Ada"}},
    }


async def test_a_document_with_several_faults_names_them_all(engine: Engine, viewer: Viewer) -> None:
    answer = await engine.execute("{ customers { nodes { nam emial } } }", None, None, viewer)
    errors = told(answer.body)
    assert len(errors) == 2
    assert all(error["locations"] for error in errors)


async def test_get_is_for_queries_only(engine: Engine, viewer: Viewer) -> None:
    answer = await engine.execute("{ viewer { name } }", None, None, viewer, only_query=True)
    assert answer.body == b'{"data":{"viewer":{"name":"Ada"}}}'


# --- anything at all ------------------------------------------------------------------------------------------------

FUZZED: dict[str, tuple[str, dict[str, Any]]] = {
    "id": (ID, {"id": "cus_1"}),
    "ids": ("query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { name } } }", {"ids": ["cus_1", "ord_2"]}),
    "where": (WHERE, {"where": {"name": {"contains": "a"}, "orders": {"some": {"total": {"gt": "5"}}}}}),
    "product": (
        PRODUCTS,
        {"where": {"or": [{"price": {"lt": 5, "currency": {"eq": "EUR"}}}, {"active": {"eq": True}}]}},
    ),
    "order": (ORDERS, {"where": {"orderDate": {"in": ["2026-01-01"]}, "status": {"notIn": ["DRAFT"]}}}),
    "ticket": (TICKETS, {"where": {"createdAt": {"gte": "2026-01-01T00:00:00Z"}, "reopenCount": {"ne": 3}}}),
    "page": (
        "query ($first: Int, $last: Int, $after: String, $before: String, $search: String) { customers(first: $first, "
        "last: $last, after: $after, before: $before, search: $search) { nodes { id } pageInfo { hasNextPage } } }",
        {"first": 3, "after": cursor("Customer NAME:ASC", "a", 1), "search": "a"},
    ),
    "sort": (
        "query ($sort: [CustomerSort!], $after: String) { customers(orderBy: $sort, after: $after) { nodes { id } } }",
        {"sort": [{"field": "LAST_ORDER_AT", "direction": "DESC"}], "after": None},
    ),
    "period": (FIGURES, {"from": "2026-01-01", "to": "2026-02-01"}),
    "groups": (
        "query ($by: [OrderGroupBy!]!, $first: Int, $sort: GroupSort!) { orders { groups(by: $by, first: $first, "
        "orderBy: $sort) { status orderDate owner { name } aggregate { count sum { total { amount } } } } } }",
        {
            "by": [
                {"field": "STATUS"},
                {"period": {"field": "CREATED_AT", "unit": "DAY", "timeZone": "Asia/Shanghai"}},
            ],
            "first": 5,
            "sort": "KEY",
        },
    ),
    "identifier": (
        "query ($identifier: TicketIdentifier!) { ticketByIdentifier(identifier: $identifier) { id } }",
        {"identifier": {"number": "T-1"}},
    ),
    "directives": (
        "query ($a: Boolean!, $b: Boolean = true) { viewer @skip(if: $a) { name @include(if: $b) role } }",
        {"a": False, "b": None},
    ),
    "introspection": (
        "query ($name: String!, $old: Boolean) { __type(name: $name) { fields(includeDeprecated: $old) { name } } }",
        {"name": "Customer", "old": True},
    ),
}

ATOMS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    7,
    100,
    101,
    2**31,
    2**63,
    -(2**63),
    10**30,
    10**400,
    0.5,
    1e300,
    float("nan"),
    float("inf"),
    "",
    "a",
    "\0",
    "\ud800",
    "İ",
    "ß" * 600,
    "%",
    "_",
    "'",
    "\\",
    "\U0010ffff",
    "cus_1",
    "ord_1",
    "rep_0",
    "2026-01-01",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "2026-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-01-01T00:00:00.9999999Z",
    "1.5",
    "-0",
    "NaN",
    "1e5",
    "999999999999999.999999999",
    "922337203685477.5807",
    "922337203685477.5808",
    "DRAFT",
    "NAME",
    "DESC",
    "UTC",
    "Asia/Kathmandu",
    [],
    {},
    [[]],
    {"a": {}},
    cursor("Customer NAME:ASC", "ß\U0010ffff", 2**63 - 1),
    cursor("Customer NAME:ASC", "", -(2**63)),
    cursor(),
    "5b5d",
    "6e756c6c",
    cursor("Customer LAST_ORDER_AT:DESC", None, 0),
    cursor("Customer LAST_ORDER_AT:DESC", "9999-12-31T23:59:59-14:00", 5),
)
KEYS = (
    "eq",
    "in",
    "name",
    "and",
    "or",
    "not",
    "id",
    "orders",
    "some",
    "field",
    "direction",
    "total",
    "gt",
    "currency",
    "isNull",
    "createdAt",
    "contains",
    "startsWith",
    "period",
    "unit",
    "timeZone",
    "number",
    "x",
    "",
)


def mutated(value: Any, chance: random.Random, rate: float) -> Any:
    """A value with some of its parts exchanged, added, wrapped or left out."""
    if chance.random() < rate:
        match chance.randrange(8):
            case 0:
                return [value]
            case 1:
                return {chance.choice(KEYS): value}
            case 2:
                return [value] * chance.choice((0, 2, 99, 101))
            case _:
                return chance.choice(ATOMS)
    match value:
        case dict():
            changed = {
                (chance.choice(KEYS) if chance.random() < rate / 4 else key): mutated(item, chance, rate)
                for key, item in value.items()
                if chance.random() > rate / 4
            }
            if chance.random() < rate / 2:
                changed[chance.choice(KEYS)] = chance.choice(ATOMS)
            return changed
        case list():
            return [mutated(item, chance, rate) for item in value if chance.random() > rate / 4]
        case _:
            return value


@pytest.mark.parametrize("name", FUZZED)
async def test_no_value_of_a_variable_is_an_internal_error(name: str, engine: Engine, viewer: Viewer) -> None:
    query, usual = FUZZED[name]
    chance = random.Random(name)
    for round_ in range(400):
        variables = mutated(usual, chance, (0.1, 0.3, 0.6)[round_ % 3])
        if not isinstance(variables, dict):
            continue
        answer = await engine.execute(query, variables, None, viewer)
        if b'"errors"' in answer.body[:10]:
            try:
                told(answer.body)
            except AssertionError:
                raise AssertionError(f"{variables!r}: {answer.body[:500]!r}") from None
    await works(engine, viewer)


async def test_no_document_is_an_internal_error(engine: Engine, viewer: Viewer) -> None:
    chance = random.Random(7)
    documents = [query for query, _ in FUZZED.values()] + [wrong.query for wrong in REQUESTS.values()]
    documents = [document for document in documents if len(document) < 1000]
    tokens = sorted({token for document in documents for token in re.findall(r"\w+|\"[^\"]*\"|[^\w\s]", document)})
    for round_ in range(1500):
        match round_ % 4:
            case 0:
                document = bytes(chance.randrange(256) for _ in range(chance.randrange(200))).decode("latin-1")
            case 1:
                document = " ".join(chance.choices(tokens, k=chance.randrange(1, 60)))
            case 2:
                whole = chance.choice(documents)
                at = chance.randrange(len(whole) + 1)
                document = whole[:at] + chance.choice(tokens) + whole[at + chance.randrange(6) :]
            case _:
                parts = re.findall(r"\w+|\"[^\"]*\"|\s+|[^\w\s]", chance.choice(documents))
                parts[chance.randrange(len(parts)) if parts else 0 :][:1] = [chance.choice(tokens)]
                document = "".join(parts)
        answer = await engine.execute(document, {}, None, viewer)
        if b'"errors"' in answer.body[:10]:
            told(answer.body)
    await works(engine, viewer)
