"""Customers and their contacts: every verb done, refused, forbidden and rolled back; batches, duplicates and races."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from models import AuditEntry, Contact, Customer, Order, OutboxEvent, Ticket
from models.database import Database
from resolvers.customer import NewCustomer
from resolvers.verbs import VERBS
from resolvers.write import Request
from schema.engine import Engine
from tests.four_ways import Case, done, not_done, refused, told
from tests.writing import Statements, journal, mutate, perform_verb, snapshot

ROUTES = "phone phoneE164 phoneStatus email emailNorm emailStatus"

CASES = [
    Case(
        "createCustomer",
        {
            "name": "  Cafe\u0301 Sol ",
            "phone": "0171 1234567",
            "country": "de",
            "email": "Ann@Café.Example",
            "ownerId": "rep_2",
            "parentId": "cus_1",
        },
        f"customer {{ name kind country version {ROUTES} owner {{ name }} parent {{ name }} }} duplicates {{ id }}",
        {
            "customer": {
                "name": "Café Sol",
                "kind": "COMPANY",
                "country": "DE",
                "version": 1,
                "phone": "0171 1234567",
                "phoneE164": "+491711234567",
                "phoneStatus": "VALID",
                "email": "Ann@Café.Example",
                "emailNorm": "Ann@café.example",
                "emailStatus": "VALID",
                "owner": {"name": "Björn Ek"},
                "parent": {"name": "Acme Laboratories"},
            },
            "duplicates": [],
        },
        {("Customer", "CREATED")},
        {"name": "N", "ownerId": "rep_6"},
        "NOT_FOUND",
        ["ownerId"],
    ),
    Case(
        "createCustomers",
        {"items": [{"name": "A"}, {"name": "B", "kind": "PERSON", "parentId": "cus_2"}]},
        "rows { node { name kind parent { name } } errors { message } } writtenCount",
        {
            "rows": [
                {"node": {"name": "A", "kind": "COMPANY", "parent": None}, "errors": []},
                {
                    "node": {"name": "B", "kind": "PERSON", "parent": {"name": "Bäckerei Groß & Söhne"}},
                    "errors": [],
                },
            ],
            "writtenCount": 2,
        },
        {("Customer", "CREATED")},
        {"items": [{"name": "A"}, {"name": "B", "country": "D1"}]},
        "INVALID",
        ["items", "1", "country"],
    ),
    Case(
        "updateCustomer",
        {"id": "cus_2", "phone": "0221 5557700", "ownerId": None, "city": None, "expectedVersion": 1},
        "customer { name city version phoneE164 phoneStatus email owner { name } }",
        {
            "customer": {
                "name": "Bäckerei Groß & Söhne",
                "city": None,
                "version": 2,
                "phoneE164": "+492215557700",
                "phoneStatus": "VALID",
                "email": "info@gross.example",
                "owner": None,
            }
        },
        {("Customer", "UPDATED")},
        {"id": "cus_8", "parentId": "cus_2"},
        "INVALID",
        ["parentId"],
    ),
    Case(
        "updateCustomers",
        {"items": [{"id": "cus_3", "city": "Beijing"}, {"id": "cus_1", "email": "", "expectedVersion": 1}]},
        "rows { node { city version emailStatus } } writtenCount",
        {
            "rows": [
                {"node": {"city": "Beijing", "version": 2, "emailStatus": "VALID"}},
                {"node": {"city": "Springfield", "version": 2, "emailStatus": "EMPTY"}},
            ],
            "writtenCount": 2,
        },
        {("Customer", "UPDATED")},
        {"items": [{"id": "cus_3", "city": "Beijing"}, {"id": "cus_1", "name": "A", "expectedVersion": 2}]},
        "STALE",
        ["items", "1", "expectedVersion"],
    ),
    Case(
        "deleteCustomer",
        {"id": "cus_1"},
        'deletedId contacts orders tickets query { customer(id: "cus_1") { id } order(id: "ord_1") { id } }',
        {
            "deletedId": "cus_1",
            "contacts": 2,
            "orders": 4,
            "tickets": 2,
            "query": {"customer": None, "order": None},
        },
        {("Customer", "DELETED"), ("Contact", "DELETED"), ("Order", "DELETED"), ("Ticket", "DELETED")},
        {"id": "cus_10"},
        "NOT_FOUND",
    ),
    Case(
        "restoreCustomer",
        {"id": "cus_10"},
        "customer { name version contacts { totalCount } }",
        {"customer": {"name": "Deleted & Co", "version": 2, "contacts": {"totalCount": 1}}},
        {("Customer", "UPDATED")},
        {"id": "cus_1"},
        "NOT_FOUND",
    ),
    Case(
        "createContact",
        {"customerId": "cus_3", "name": "李雷", "phone": "010 5550 0104", "email": "lilei", "isPrimary": True},
        f"contact {{ name isPrimary {ROUTES} customer {{ name contacts {{ totalCount }} }} }}",
        {
            "contact": {
                "name": "李雷",
                "isPrimary": True,
                "phone": "010 5550 0104",
                "phoneE164": "+861055500104",
                "phoneStatus": "VALID",
                "email": "lilei",
                "emailNorm": None,
                "emailStatus": "DOUBTFUL",
                "customer": {"name": "北京测量有限公司", "contacts": {"totalCount": 2}},
            }
        },
        {("Contact", "CREATED")},
        {"customerId": "cus_10", "name": "Nobody"},
        "NOT_FOUND",
        ["customerId"],
    ),
    Case(
        "updateContact",
        {"id": "con_2", "isPrimary": True, "role": None, "expectedVersion": 1},
        "contact { name role version customer { contacts { nodes { name isPrimary } } } }",
        {
            "contact": {
                "name": "Bob Barnes",
                "role": None,
                "version": 2,
                "customer": {
                    "contacts": {
                        "nodes": [{"name": "Ann Archer", "isPrimary": False}, {"name": "Bob Barnes", "isPrimary": True}]
                    }
                },
            }
        },
        {("Contact", "UPDATED")},
        {"id": "con_2", "isPrimary": True, "expectedVersion": 2},
        "STALE",
        ["expectedVersion"],
    ),
    Case(
        "deleteContact",
        {"id": "con_1"},
        'deletedId query { customer(id: "cus_1") { contacts { totalCount } tickets { totalCount } } }',
        {"deletedId": "con_1", "query": {"customer": {"contacts": {"totalCount": 1}, "tickets": {"totalCount": 2}}}},
        {("Contact", "DELETED")},
        {"id": "con_99"},
        "NOT_FOUND",
    ),
]


def test_there_is_a_case_for_every_verb() -> None:
    verbs = {name for name in VERBS if name.endswith(("Customer", "Customers", "Contact"))}
    assert verbs == {case.verb for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_verb_is_done_audited_and_told(own_world: Database, case: Case) -> None:
    await done(own_world, case)


async def test_a_verb_that_is_not_done_leaves_no_trace(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        await not_done(own_world, case, monkeypatch)


WRONG: dict[str, tuple[str, dict[str, Any], list[tuple[str, str]]]] = {
    "a blank name": ("createCustomer", {"name": " \t\n"}, [("BLANK", "name")]),
    "a name a letter too long": ("createCustomer", {"name": "x" * 201}, [("TOO_LONG", "name")]),
    "10 MB of text": ("createCustomer", {"name": "x", "address": "ä" * 5_000_000}, [("TOO_LONG", "address")]),
    "a NUL": ("updateCustomer", {"id": "cus_1", "industry": "\0"}, [("INVALID", "industry")]),
    "half a surrogate pair": ("updateCustomer", {"id": "cus_1", "email": "\udc00@x.example"}, [("INVALID", "email")]),
    "a country that is none": ("createCustomer", {"name": "x", "country": "D1"}, [("INVALID", "country")]),
    "a country of three letters": ("createCustomer", {"name": "x", "country": "DEU"}, [("TOO_LONG", "country")]),
    "a script": ("updateCustomer", {"id": "cus_1", "website": "javascript:alert(1)"}, [("INVALID", "website")]),
    "a script with a port": (
        "updateCustomer",
        {"id": "cus_1", "website": "JavaScript:1/alert(2)"},
        [("INVALID", "website")],
    ),
    "a script with a query": (
        "createCustomer",
        {"name": "x", "website": "javascript:0?1:a(2)"},
        [("INVALID", "website")],
    ),
    "a site with a name before it": (
        "updateCustomer",
        {"id": "cus_1", "website": "a@b.example"},
        [("INVALID", "website")],
    ),
    "a site in two": ("createCustomer", {"name": "Two", "website": "https://a.example b"}, [("INVALID", "website")]),
    "a tag that ends early": ("updateCustomer", {"id": "cus_1", "language": "de-"}, [("INVALID", "language")]),
    "a zone that is none": ("updateCustomer", {"id": "cus_1", "timeZone": "Mars/Base"}, [("INVALID", "timeZone")]),
    "a zone and a country": (
        "updateCustomer",
        {"id": "cus_1", "timeZone": "x", "country": "12", "ownerId": "rep_77"},
        [("INVALID", "country"), ("INVALID", "timeZone")],
    ),
    "an owner and a parent": (
        "updateCustomer",
        {"id": "cus_1", "ownerId": "rep_77", "parentId": "cus_77"},
        [("NOT_FOUND", "ownerId"), ("NOT_FOUND", "parentId")],
    ),
    "an owner of another kind": ("createCustomer", {"name": "x", "ownerId": "cus_1"}, [("INVALID", "ownerId")]),
    "an id that is none": ("updateCustomer", {"id": "1", "name": "x"}, [("INVALID", "id")]),
    "an id past 64 bits": ("updateCustomer", {"id": "cus_" + "9" * 30, "name": "x"}, [("INVALID", "id")]),
    "a removed owner": ("updateCustomer", {"id": "cus_1", "ownerId": "rep_6"}, [("NOT_FOUND", "ownerId")]),
    "a removed parent": ("createCustomer", {"name": "x", "parentId": "cus_10"}, [("NOT_FOUND", "parentId")]),
    "itself for a parent": ("updateCustomer", {"id": "cus_1", "parentId": "cus_1"}, [("INVALID", "parentId")]),
    "null for a name": ("updateCustomer", {"id": "cus_1", "name": None}, [("BLANK", "name")]),
    "a removed customer": ("updateCustomer", {"id": "cus_10", "name": "x"}, [("NOT_FOUND", "id")]),
    "an empty batch": ("createCustomers", {"items": []}, [("INVALID", "items")]),
    "all of a batch at once": (
        "createCustomers",
        {"items": [{"name": ""}, {"name": "x", "ownerId": "ord_1"}, {"name": "x"}]},
        [("BLANK", "items.0.name"), ("INVALID", "items.1.ownerId")],
    ),
    "a contact of nobody": ("createContact", {"customerId": "cus_77", "name": "x"}, [("NOT_FOUND", "customerId")]),
    "a contact without a name": ("createContact", {"customerId": "cus_1", "name": ""}, [("BLANK", "name")]),
    "a contact of a removed customer": ("updateContact", {"id": "con_5", "name": "x"}, [("NOT_FOUND", "id")]),
    "a role too long": ("updateContact", {"id": "con_1", "role": "x" * 101}, [("TOO_LONG", "role")]),
}


async def test_what_makes_no_sense_is_refused(own_world: Database) -> None:
    for what, (verb, given, errors) in WRONG.items():
        assert told(await refused(own_world, verb, given)) == errors, what


# --- contact routes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"phone": "call the porter"}, ("call the porter", None, "DOUBTFUL")),
        ({"phone": "0221 5557700"}, ("0221 5557700", None, "DOUBTFUL")),  # of which country?
        ({"phone": "0221 5557700", "country": "DE"}, ("0221 5557700", "+492215557700", "VALID")),
        ({"phone": "+49 221 5557700", "country": "US"}, ("+49 221 5557700", "+492215557700", "VALID")),
        ({"phone": " "}, ("", None, "EMPTY")),
    ],
)
async def test_a_doubtful_number_is_kept_and_flagged(
    own_world: Database, given: dict[str, Any], stored: tuple[str, str | None, str]
) -> None:
    shown = "customer { phone phoneE164 phoneStatus }"
    payload = await mutate(Engine(own_world), "createCustomer", {"name": "Route", **given}, shown)
    assert payload["errors"] == []
    assert tuple(payload["customer"].values()) == stored


@pytest.mark.parametrize(
    ("given", "norm", "status"),
    [
        ("Ann.B@EXAMPLE.com", "Ann.B@example.com", "VALID"),
        ("  ann@example.com ", "ann@example.com", "VALID"),
        ("ann.b+c@MÜNCHEN.example", "ann.b+c@münchen.example", "VALID"),
        ("ann..b@example.com", None, "DOUBTFUL"),
        ("ann@b@example.com", None, "DOUBTFUL"),
        ("ann@-example.com", None, "DOUBTFUL"),
        ("ann@", None, "DOUBTFUL"),
        ("ann at example.com", None, "DOUBTFUL"),
        ("", None, "EMPTY"),
    ],
)
async def test_a_doubtful_address_is_kept_and_flagged(
    own_world: Database, given: str, norm: str | None, status: str
) -> None:
    shown = "customer { email emailNorm emailStatus }"
    payload = await mutate(Engine(own_world), "createCustomer", {"name": "Route", "email": given}, shown)
    assert payload["errors"] == []
    assert payload["customer"] == {"email": given.strip(), "emailNorm": norm, "emailStatus": status}


async def test_a_number_that_is_too_long_for_e164_has_none(own_world: Database) -> None:
    given = {"name": "Long", "phone": "+49 123456789012345"}
    payload = await mutate(Engine(own_world), "createCustomer", given, "customer { phone phoneE164 phoneStatus }")
    assert payload["customer"] == {"phone": given["phone"], "phoneE164": None, "phoneStatus": "DOUBTFUL"}


async def test_a_number_is_read_anew_when_the_country_changes(own_world: Database) -> None:
    engine = Engine(own_world)
    shown = "customer { phone phoneE164 phoneStatus }"
    await mutate(engine, "updateCustomer", {"id": "cus_5", "phone": "0221 5557700"})
    payload = await mutate(engine, "updateCustomer", {"id": "cus_5", "country": "DE"}, shown)
    assert payload["customer"]["phoneE164"] == "+492215557700"
    payload = await mutate(engine, "updateCustomer", {"id": "cus_5", "country": None}, shown)
    assert payload["customer"] == {"phone": "0221 5557700", "phoneE164": None, "phoneStatus": "DOUBTFUL"}


@pytest.mark.parametrize(
    "site",
    [
        *("https://acme.example", "HTTP://acme.example:8080/shop?q=1#top", "https://[::1]:8443/", "acme.example"),
        *("مثال.إختبار/a:b@c", ""),
    ],
)
async def test_a_web_address_may_lack_its_scheme(own_world: Database, site: str) -> None:
    given = {"name": "Site", "website": site, "language": "zh-Hant-TW"}
    payload = await mutate(Engine(own_world), "createCustomer", given, "customer { website language }")
    assert payload == {"customer": {"website": site, "language": "zh-Hant-TW"}, "errors": []}


# --- removing and restoring ---------------------------------------------------------------------------------------


async def test_restoring_brings_back_exactly_what_went_along(own_world: Database) -> None:
    engine = Engine(own_world)
    await mutate(engine, "deleteContact", {"id": "con_2"})
    before = await snapshot(own_world)
    shown = "deletedId contacts orders tickets"
    tried = await mutate(engine, "deleteCustomer", {"id": "cus_1", "dryRun": True}, shown)
    assert await snapshot(own_world) == before
    removed = await mutate(engine, "deleteCustomer", {"id": "cus_1"}, shown)
    assert removed == tried == {"deletedId": "cus_1", "contacts": 1, "orders": 4, "tickets": 2, "errors": []}
    shown = "customer { contacts { nodes { name } } orders { totalCount } tickets { totalCount } }"
    payload = await mutate(engine, "restoreCustomer", {"id": "cus_1"}, shown)
    assert payload["customer"] == {
        "contacts": {"nodes": [{"name": "Ann Archer"}]},
        "orders": {"totalCount": 4},
        "tickets": {"totalCount": 2},
    }
    after = await snapshot(own_world)
    for table in ("customer", "contact", "sales_order", "ticket"):
        columns = await columns_but(own_world, table, "version", "updated_at")
        assert [columns(row) for row in after[table]] == [columns(row) for row in before[table]], table
    # What belonged to others, and what had been removed by itself, was not touched at all.
    assert [row for row in after["contact"] if row[0] == 2] == [row for row in before["contact"] if row[0] == 2]
    assert told(await refused(own_world, "restoreCustomer", {"id": "cus_1"})) == [("NOT_FOUND", "id")]


@pytest.mark.parametrize("kind", ["contact", "order", "ticket"])
async def test_what_was_removed_at_the_same_moment_stays_removed(
    own_world: Database, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    monkeypatch.setattr("resolvers.write.now", lambda: now)
    shown = "contacts orders tickets"
    whole = await mutate(Engine(own_world), "deleteCustomer", {"id": "cus_1", "dryRun": True}, shown)
    first = {"contact": Contact, "order": Order, "ticket": Ticket}[kind]
    gone = (await first.filter(customer_id=1, deleted_at=None).order_by("id"))[0]
    await first.filter(id=gone.id).update(deleted_at=now, deleted_key=gone.id)
    removed = await mutate(Engine(own_world), "deleteCustomer", {"id": "cus_1"}, shown)
    assert removed == {**whole, f"{kind}s": whole[f"{kind}s"] - 1}
    assert (await mutate(Engine(own_world), "restoreCustomer", {"id": "cus_1"}))["errors"] == []
    assert [row.id for row in await first.filter(customer_id=1, deleted_at=now)] == [gone.id]
    assert await Customer.exists(id=1, deleted_at=None)


async def columns_but(database: Database, table: str, *left_out: str) -> Any:
    """What of a table's rows is to be compared."""
    names = list(Customer._meta.fields_db_projection) if table == "customer" else None
    sql = (
        f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid"
        if database.dialect == "sqlite"
        else f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum"
    )
    stored = [name for (name,) in await database.execute(sql)]
    assert names is None or set(names) == set(stored)
    kept = [at for at, name in enumerate(stored) if name not in left_out]
    return lambda row: [row[at] for at in kept]


# --- contacts -----------------------------------------------------------------------------------------------------


async def test_at_most_one_contact_is_the_primary_one(own_world: Database) -> None:
    engine = Engine(own_world)
    made = [
        await mutate(engine, "createContact", {"customerId": "cus_1", "name": f"C {at}"}, "contact { id }")
        for at in range(4)
    ]
    ids = [payload["contact"]["id"] for payload in made] + ["con_1", "con_2"]
    await asyncio.gather(
        *(mutate(engine, "updateContact", {"id": id_, "isPrimary": True}) for id_ in ids),
        *(
            mutate(engine, "createContact", {"customerId": "cus_1", "name": f"P {at}", "isPrimary": True})
            for at in range(4)
        ),
    )
    primary = "SELECT COUNT(*) FROM contact WHERE customer_id = {} AND is_primary AND deleted_at IS NULL"
    assert await own_world.execute(primary.format(1)) == [(1,)]
    # Of other customers nothing changed.
    assert await own_world.execute(primary.format(2)) == [(1,)]


# --- batches ------------------------------------------------------------------------------------------------------


async def test_a_batch_takes_a_handful_of_statements(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = Statements(monkeypatch)
    for block in (False, True):
        needed = []
        for size in (3, 500):
            statements.count = 0
            items = [
                NewCustomer(
                    name=f"Batch {block} {size} {at}",
                    email=f"b{block}{size}.{at}@batch.example",
                    city=f"City {block} {size} {at}",
                    owner_id=2 + at % 3,
                    parent_id=1 + at % 3,
                )
                for at in range(size)
            ]
            request = Request(block_duplicates=block)
            outcome = await perform_verb(own_world, "createCustomers", items=items, request=request)
            assert outcome["written_count"] == size
            needed.append(statements.count)
        assert max(needed) <= 12, needed
    ids = [row["node"].id for row in outcome["rows"]]
    needed = []
    for size in (3, 500):
        statements.count = 0
        changes = [
            {"id": id_, "name": f"Changed {at}", "parent_id": 3, "owner_id": 2, "phone": "1", "expected_version": 1}
            if at % 2
            else {"id": id_, "city": f"Köln {at}", "country": "DE", "parent_id": None}
            for at, id_ in enumerate(ids[:size] if size == 3 else ids)
            if size == 3 or at >= 3
        ]
        outcome = await perform_verb(own_world, "updateCustomers", items=changes)
        assert outcome["written_count"] == len(changes)
        needed.append(statements.count)
    assert max(needed) <= 12, needed
    rows = await own_world.execute(
        f"SELECT name, name_fold, city_fold, version FROM customer WHERE id IN ({ids[9]}, {ids[8]})"
    )
    assert sorted(rows) == [
        ("Batch True 500 8", "batch true 500 8", "köln 8", 2),
        ("Changed 9", "changed 9", "city true 500 9", 2),
    ]


async def test_rows_are_aligned_and_bad_ones_skipped_where_that_is_wanted(own_world: Database) -> None:
    engine = Engine(own_world)
    items: list[dict[str, Any]] = [
        {"name": "Good 1"},
        {"name": " "},
        {"name": "Bad owner", "ownerId": "rep_6"},
        {"name": "Good 2", "ownerId": "rep_2"},
        {"name": "Wrong kind", "parentId": "rep_2"},
        {"name": "Bad place", "country": "??", "timeZone": "Nowhere"},
    ]
    expected = [
        ("Good 1", []),
        (None, [("BLANK", "items.1.name")]),
        (None, [("NOT_FOUND", "items.2.ownerId")]),
        ("Good 2", []),
        (None, [("INVALID", "items.4.parentId")]),
        (None, [("INVALID", "items.5.country"), ("INVALID", "items.5.timeZone")]),
    ]
    shown = "rows { node { name } errors { code path message } } writtenCount"
    payload = await mutate(engine, "createCustomers", {"items": items, "onError": "SKIP_ROW"}, shown)
    rows = [(row["node"] and row["node"]["name"], told(row["errors"])) for row in payload["rows"]]
    assert rows == expected
    assert (payload["writtenCount"], payload["errors"]) == (2, [])
    # The first things wrong are those of form; when the form is right, links are looked at.
    assert told(await refused(own_world, "createCustomers", {"items": items})) == [
        ("BLANK", "items.1.name"),
        ("INVALID", "items.4.parentId"),
        ("INVALID", "items.5.country"),
        ("INVALID", "items.5.timeZone"),
    ]
    well_formed = [items[at] for at in (0, 2, 3)]
    assert told(await refused(own_world, "createCustomers", {"items": well_formed})) == [
        ("NOT_FOUND", "items.1.ownerId")
    ]


async def test_a_batch_of_changes_is_aligned_too(own_world: Database) -> None:
    items: list[dict[str, Any]] = [
        {"id": "cus_1", "name": "One", "expectedVersion": 1},
        {"id": "cus_10", "name": "Removed"},
        {"id": "cus_3", "name": "Three", "expectedVersion": 3},
        {"id": "rep_1", "name": "Rep"},
        {"id": "cus_4", "name": ""},
        {"id": "cus_4", "name": "Four"},
        {"id": "cus_4", "city": "Twice"},
        {"id": "cus_5", "name": "100% Pure_Water"},
    ]
    expected = [
        (("One", 2), []),
        (None, [("NOT_FOUND", "items.1.id")]),
        (None, [("STALE", "items.2.expectedVersion")]),
        (None, [("INVALID", "items.3.id")]),
        (None, [("BLANK", "items.4.name")]),
        (("Four", 3), []),
        (("Four", 3), []),
        (("100% Pure_Water", 1), []),
    ]
    before = await snapshot(own_world)
    assert len(await refused(own_world, "updateCustomers", {"items": items})) == 2
    shown = (
        "rows { node { name version } errors { code path message ... on StaleError { current { id } } } } writtenCount"
    )
    payload = await mutate(Engine(own_world), "updateCustomers", {"items": items, "onError": "SKIP_ROW"}, shown)
    rows = [(row["node"] and tuple(row["node"].values()), told(row["errors"])) for row in payload["rows"]]
    assert rows == expected
    assert payload["rows"][2]["errors"][0]["current"] == {"id": "cus_3"}
    audited, heard = await journal(own_world, before)
    assert audited == heard == {("Customer", "UPDATED")}


async def test_a_batch_cannot_close_a_circle_that_no_entry_closes_alone(own_world: Database) -> None:
    shown = "rows { node { id } errors { code path } } writtenCount"
    items: list[dict[str, Any]] = [
        {"id": "cus_3", "parentId": "cus_4"},
        {"id": "cus_4", "parentId": "cus_5"},
        {"id": "cus_5", "parentId": "cus_3"},
        {"id": "cus_2", "parentId": None},
        {"id": "cus_8", "parentId": "cus_2"},  # possible, as 2 left 8 just before
    ]
    errors = await refused(own_world, "updateCustomers", {"items": items})
    assert told(errors) == [("INVALID", "items.2.parentId")]
    payload = await mutate(Engine(own_world), "updateCustomers", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert [row["node"] is not None for row in payload["rows"]] == [True, True, False, True, True]
    # An entry that is refused for another reason leaves its customer where it hangs.
    items = [{"id": "cus_3", "parentId": None, "expectedVersion": 1}, {"id": "cus_5", "parentId": "cus_3"}]
    payload = await mutate(Engine(own_world), "updateCustomers", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert [row["node"] is not None for row in payload["rows"]] == [False, False]


# --- races --------------------------------------------------------------------------------------------------------


async def test_of_fifty_who_read_the_same_version_one_wins(own_world: Database) -> None:
    engine = Engine(own_world)
    current = "errors { ... on StaleError { current { ... on Customer { name version } } } }"
    payloads = await asyncio.gather(
        *(
            mutate(
                engine,
                "updateCustomer",
                {"id": "cus_1", "name": f"Winner {at}", "expectedVersion": 1},
                f"customer {{ name version }} {current}",
            )
            for at in range(50)
        )
    )
    won = [payload["customer"] for payload in payloads if not payload["errors"]]
    assert len(won) == 1
    stale = [payload["errors"][0] for payload in payloads if payload["errors"]]
    assert {error["__typename"] for error in stale} == {"StaleError"}
    assert all(error["current"] == won[0] for error in stale)
    rows = await own_world.execute("SELECT name, version FROM customer WHERE id = 1")
    assert rows == [(won[0]["name"], 2)]


async def test_of_fifty_with_one_key_one_is_written_and_all_hear_the_same(own_world: Database) -> None:
    engine = Engine(own_world)
    given = {"name": "Once", "email": "info@noor.example", "idempotencyKey": "key-1"}
    shown = "customer { id name createdAt } duplicates { id }"
    before = await snapshot(own_world)
    payloads = await asyncio.gather(*(mutate(engine, "createCustomer", given, shown) for _ in range(50)))
    assert payloads[0]["errors"] == []
    assert all(payload == payloads[0] for payload in payloads)
    assert await own_world.execute("SELECT COUNT(*) FROM customer WHERE name = 'Once'") == [(1,)]
    after = await snapshot(own_world)
    for table in ("audit_entry", "outbox_event", "idempotency_record"):
        assert len(after[table]) == len(before[table]) + 1, table
    errors = await refused(own_world, "createCustomer", {**given, "name": "Twice"})
    assert told(errors) == [("KEY_REUSED", "idempotencyKey")]
    errors = await refused(own_world, "createContact", {"customerId": "cus_1", "name": "x", "idempotencyKey": "key-1"})
    assert told(errors) == [("KEY_REUSED", "idempotencyKey")]


async def test_a_batch_with_a_key_is_told_again_row_by_row(own_world: Database) -> None:
    engine = Engine(own_world)
    items = [{"name": "K 1"}, {"name": ""}, {"name": "K 2", "ownerId": "rep_6"}]
    given = {"items": items, "onError": "SKIP_ROW", "idempotencyKey": "batch"}
    shown = "rows { node { id name } errors { __typename code path message } } writtenCount"
    first = await mutate(engine, "createCustomers", given, shown)
    before = await snapshot(own_world)
    assert await mutate(engine, "createCustomers", given, shown) == first
    assert first["writtenCount"] == 1
    assert await snapshot(own_world) == before


async def test_a_refusal_does_not_use_up_the_key(own_world: Database) -> None:
    engine = Engine(own_world)
    given = {"name": "Key", "ownerId": "rep_6", "idempotencyKey": "again"}
    assert told(await refused(own_world, "createCustomer", given)) == [("NOT_FOUND", "ownerId")]
    payload = await mutate(engine, "createCustomer", {**given, "ownerId": "rep_2"}, "customer { name }")
    assert payload == {"customer": {"name": "Key"}, "errors": []}


async def test_two_at_once_cannot_own_each_other(own_world: Database) -> None:
    engine = Engine(own_world)
    changes = [("cus_3", "cus_4"), ("cus_4", "cus_3")]
    payloads = await asyncio.gather(
        *(mutate(engine, "updateCustomer", {"id": id_, "parentId": parent}) for id_, parent in changes)
    )
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1]


@pytest.mark.parametrize("times", [2, 3, 30])
async def test_a_batch_may_change_one_customer_again_and_again(own_world: Database, times: int) -> None:
    items = [{"id": "cus_1", "name": f"Name {at}"} for at in range(times)]
    payload = await mutate(
        Engine(own_world), "updateCustomers", {"items": items}, "rows { node { name version } errors { code } }"
    )
    last = {"node": {"name": f"Name {times - 1}", "version": 1 + times}, "errors": []}
    assert payload == {"rows": [last] * times, "errors": []}
    assert await AuditEntry.filter(verb="updateCustomers", entity_id=1).count() == times
    assert await OutboxEvent.filter(entity="Customer", entity_id=1, kind="UPDATED").count() == 1


async def in_turn(database: Database, items: list[dict[str, Any]]) -> dict[str, Any]:
    """What a batch of changes to one customer comes to: the customer as stored, and the codes of each entry."""
    payload = await mutate(
        Engine(database), "updateCustomers", {"items": items, "onError": "SKIP_ROW"}, "rows { errors { code } }"
    )
    customer = await Customer.get(id=1)
    return {
        "codes": [[error["code"] for error in row["errors"]] for row in payload["rows"]],
        "stored": {name: getattr(customer, name) for name in ("phone", "phone_e164", "country", "city", "version")},
    }


CHANGES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], list[list[str]]]] = {
    "a number, and then a country": (
        [{"phone": "+49 89 23300"}, {"country": "DE"}],
        {"phone": "+49 89 23300", "phone_e164": "+498923300", "country": "DE", "version": 4},
        [[], []],
    ),
    "a country, by which the number is read": (
        [{"country": "DE"}, {"phone": "030 901820"}],
        {"phone": "030 901820", "phone_e164": "+4930901820", "country": "DE", "version": 4},
        [[], []],
    ),
    "both as of one version": (
        [{"city": "A", "expectedVersion": 2}, {"city": "B", "expectedVersion": 2}],
        {"city": "A", "version": 3},
        [[], ["STALE"]],
    ),
    "each as of the version before": (
        [{"city": "A", "expectedVersion": 2}, {"city": "B", "expectedVersion": 3}],
        {"city": "B", "version": 4},
        [[], []],
    ),
    "one that changes nothing between": (
        [{"city": "A", "expectedVersion": 2}, {"city": "A"}, {"city": "B", "expectedVersion": 3}],
        {"city": "B", "version": 4},
        [[], [], []],
    ),
    "one that is refused between": (
        [{"city": "A"}, {"ownerId": "rep_999", "city": "C"}, {"city": "B", "expectedVersion": 3}],
        {"city": "B", "version": 4},
        [[], ["NOT_FOUND"], []],
    ),
    "one that would close a circle between": (
        [{"city": "A"}, {"parentId": "cus_1"}, {"city": "B", "expectedVersion": 3}],
        {"city": "B", "version": 4},
        [[], ["INVALID"], []],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
async def test_entries_of_one_customer_are_taken_in_turn(own_world: Database, what: str) -> None:
    """As if each were a mutation of its own."""
    items, stored, codes = CHANGES[what]
    assert (await in_turn(own_world, [{"id": "cus_1", "phone": "+49 30 1", "country": None}]))["stored"]["version"] == 2
    came = await in_turn(own_world, [{"id": "cus_1", **item} for item in items])
    assert came["codes"] == codes
    assert came["stored"] == {**came["stored"], **stored}
