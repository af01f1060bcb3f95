"""Holds the contract: the committed schema, its descriptions, the names clients rely on, the indexes behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

import access
from access import Viewer
from compiler.catalog import Amount, Catalog, Entity, ToMany, ToOne, Value, check
from errors import Code
from models.database import Database
from resolvers.verbs import camel
from schema import CATALOG, GRAPHQL, sdl
from schema.kit.declare import DECLARED
from tests.viewers import ADMIN

COMMITTED = Path(__file__).resolve().parent.parent / "schema.graphql"
OWN = {name: type_ for name, type_ in GRAPHQL.type_map.items() if not name.startswith("__")}
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}


def test_the_committed_schema_is_the_code_s() -> None:
    """`dev.py schema` writes it."""
    assert COMMITTED.read_text(encoding="utf-8") == sdl()


# --- descriptions ---------------------------------------------------------------------------------------------------


def described() -> Iterator[tuple[str, str]]:
    """Everything that has a description, by where it stands."""
    for name, type_ in OWN.items():
        if name in BUILT_IN:
            continue
        yield name, type_.description or ""
        match type_:
            case GraphQLObjectType() | GraphQLInterfaceType():
                for field_name, field in type_.fields.items():
                    yield f"{name}.{field_name}", field.description or ""
                    for argument_name, argument in field.args.items():
                        yield f"{name}.{field_name}({argument_name})", argument.description or ""
            case GraphQLInputObjectType():
                for field_name, item in type_.fields.items():
                    yield f"{name}.{field_name}", item.description or ""
            case GraphQLEnumType():
                for value_name, value in type_.values.items():
                    yield f"{name}.{value_name}", value.description or ""


DESCRIBED = dict(described())


def test_everything_is_described() -> None:
    assert [where for where, text in DESCRIBED.items() if not text.strip()] == []


def test_descriptions_are_sentences() -> None:
    unfinished = [
        f"{where}: {text}"
        for where, text in DESCRIBED.items()
        if not re.search(r"[.!?`)]$", text) or not (text[0].isupper() or text[0].isdigit() or text[0] == "`")
    ]
    assert unfinished == []


def test_no_description_only_repeats_the_name() -> None:
    def bare(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    empty = [
        f"{where}: {text}"
        for where, text in DESCRIBED.items()
        if bare(text) == bare(re.split(r"[.(]", where.rstrip(")"))[-1])
        # A unit of the calendar, a link and a status are what they are called.
        and len(text) < 5
    ]
    assert empty == []


def test_descriptions_are_plain_text() -> None:
    odd = [
        f"{where}: {text}"
        for where, text in DESCRIBED.items()
        if re.search(
            r"\bNone\b(?! may| of|\.)|<class|\bdict\b|\bTODO\b|  |\.\.$|\ba [aei]\w|\ban [bcdfgjkpqtvwxyz]\w", text
        )
    ]
    assert odd == []


def test_keys_that_are_words_say_how_they_sort() -> None:
    by_the_alphabet = {where for where, text in DESCRIBED.items() if ", by the alphabet: " in text}
    assert by_the_alphabet == {
        *("CampaignMemberSortField.STATUS", "CampaignSortField.CHANNEL", "CampaignSortField.STATUS"),
        *("CustomerSortField.LIFECYCLE", "OrderSortField.STATUS", "TicketSortField.STATUS"),
    }
    assert DESCRIBED["TicketSortField.PRIORITY"].endswith("sorts by urgency.")
    assert "priorities, the least urgent" in DESCRIBED["GroupSort.KEY"]
    assert "statuses, are in the order of the alphabet" in DESCRIBED["GroupSort.KEY"]


def test_what_a_group_was_not_grouped_by_is_said_to_be_null() -> None:
    keys = [where for where in DESCRIBED if re.fullmatch(r"\w+Group\.(?!aggregate)\w+", where)]
    assert keys
    assert [where for where in keys if "null unless grouped by it" not in DESCRIBED[where]] == []


def test_the_directives_of_the_schema_are_described() -> None:
    text = sdl()
    own = re.findall(r"^directive @(\w+)", text, re.M)
    described = re.findall(r'"""\ndirective @(\w+)', text)
    # GraphQL's own, which Strawberry repeats without its description.
    assert set(own) - set(described) <= {"oneOf"}


def test_scalars_say_what_they_are() -> None:
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLScalarType) and name not in BUILT_IN:
            assert type_.specified_by_url, name
            assert "`" in (type_.description or ""), f"{name} shows no example"


# --- names and shapes -----------------------------------------------------------------------------------------------

# Names that clients rely on, with their types.
PROMISED = {
    "Query": """customers: CustomerConnection, contacts: ContactConnection, products: ProductConnection,
        productCategories: ProductCategoryConnection, orders: OrderConnection, tickets: TicketConnection,
        campaigns: CampaignConnection, salesReps: SalesRepConnection, teams: TeamConnection,
        commissionPlans: CommissionPlanConnection, customer: Customer, contact: Contact, product: Product,
        productCategory: ProductCategory, order: Order, ticket: Ticket, campaign: Campaign, salesRep: SalesRep,
        team: Team, commissionPlan: CommissionPlan, node: Node, nodes: [Node], viewer: Viewer""",
    "Customer": """id: ID!, name: String!, address: String!, phone: String!, email: String!, owner: SalesRep,
        contacts: ContactConnection!, orders: OrderConnection!, tickets: TicketConnection!,
        campaignMembers: CampaignMemberConnection!, lifetimeValue: Money!, lastOrderAt: DateTime""",
    "Order": """number: String!, status: OrderStatus!, orderDate: Date!, customer: Customer,
        lines: OrderLineConnection!, credits: OrderCreditConnection!, total: Money!""",
    "OrderLine": "product: Product, quantity: Int!, price: Money!, total: Money!",
    "Product": "sku: String!, name: String!, price: Money!, category: ProductCategory",
    "Ticket": """number: String!, issue: String!, status: TicketStatus!, priority: TicketPriority!, customer: Customer,
        assignee: SalesRep, messages: TicketMessageConnection!, createdAt: DateTime!, updatedAt: DateTime!""",
    "Campaign": """name: String!, startDate: Date!, endDate: Date!, budget: Money!, channel: CampaignChannel!,
        status: CampaignStatus!, members: CampaignMemberConnection!, memberCount: Int!""",
    "SalesRep": """name: String!, position: String!, manager: SalesRep, team: Team, customers: CustomerConnection!,
        sales: OrderConnection!, salesTarget: Money, actualSales: Money, attainment: Decimal, commission: Money""",
    "OrderCredit": "order: Order, rep: SalesRep, share: Int!",
    "Money": "amount: Decimal!, currency: Currency!",
    "PageInfo": "hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String",
    "CustomerEdge": "cursor: String!, node: Customer!",
    "CustomerConnection": """edges: [CustomerEdge!]!, nodes: [Customer!]!, pageInfo: PageInfo!, totalCount: Int!,
        aggregate: CustomerAggregate!, groups: [CustomerGroup!]!""",
}
PERIOD_FIGURES = ("salesTarget", "actualSales", "attainment", "commission")
SORT_FIELDS = {
    "Customer": "NAME CREATED_AT UPDATED_AT CITY COUNTRY LIFECYCLE OWNER_NAME LIFETIME_VALUE LAST_ORDER_AT EMAIL ID",
    "Order": "NUMBER STATUS ORDER_DATE TOTAL CREATED_AT CUSTOMER_NAME OWNER_NAME ID",
    "OrderLine": "POSITION QUANTITY TOTAL ID",
    "Product": "SKU NAME PRICE CATEGORY_NAME CREATED_AT ID",
    "Ticket": "NUMBER ISSUE STATUS PRIORITY CUSTOMER_NAME ASSIGNEE_NAME CREATED_AT UPDATED_AT ID",
    "Campaign": "NAME START_DATE END_DATE BUDGET CHANNEL STATUS MEMBER_COUNT CREATED_AT ID",
    "SalesRep": "NAME POSITION MANAGER_NAME TEAM_NAME HIRED_ON CREATED_AT ID",
}


def fields_of(name: str) -> dict[str, Any]:
    """The fields of an object or an interface."""
    type_ = GRAPHQL.type_map[name]
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    return type_.fields


@pytest.mark.parametrize("name", PROMISED)
def test_the_names_clients_rely_on_are_there(name: str) -> None:
    promised = dict(part.strip().split(": ") for part in PROMISED[name].split(","))
    assert {field: str(fields_of(name)[field].type) for field in promised} == promised


@pytest.mark.parametrize("name", SORT_FIELDS)
def test_lists_are_sorted_by_column_names_in_capitals(name: str) -> None:
    type_ = GRAPHQL.type_map[f"{name}SortField"]
    assert isinstance(type_, GraphQLEnumType)
    assert set(SORT_FIELDS[name].split()) <= type_.values.keys()


@pytest.mark.parametrize("name", PERIOD_FIGURES)
def test_figures_of_a_rep_take_a_period(name: str) -> None:
    arguments = fields_of("SalesRep")[name].args
    assert {key: str(argument.type) for key, argument in arguments.items()} == {"from": "Date!", "to": "Date!"}


def test_every_entity_is_a_node() -> None:
    node = GRAPHQL.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {type_.name for type_ in GRAPHQL.get_possible_types(node)} >= DECLARED.keys()
    prefixes = [declaration.prefix for declaration in DECLARED.values()]
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("[a-z]{3}", prefix) for prefix in prefixes)


def test_every_list_is_a_connection_with_all_that_belongs_to_it() -> None:
    """No plain list leads from an entity: every one is filtered, sorted and paged."""
    for name in DECLARED:
        for field_name, field in fields_of(name).items():
            type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            plain = isinstance(type_, GraphQLList) and not is_leaf_type(get_named_type(type_))
            assert not plain, f"{name}.{field_name} is a plain list"
            if str(type_).endswith("Connection"):
                assert field.args.keys() >= {"where", "orderBy", "first", "after", "last", "before"}
                assert isinstance(field.type, GraphQLNonNull), f"{name}.{field_name} may be null"
    for name, entity in CATALOG.entities.items():
        for link in entity.fields.values():
            if isinstance(link, ToMany):
                assert str(fields_of(name)[link.name].type) == f"{link.target}Connection!"


def test_links_to_one_may_be_null() -> None:
    """A link to a row the viewer may not see is null."""
    for name, entity in CATALOG.entities.items():
        for link in entity.fields.values():
            if isinstance(link, ToOne):
                assert str(fields_of(name)[link.name].type) == link.target


def test_roots_may_be_null_and_say_when() -> None:
    """One failing root field does not blank a page."""
    text = sdl()
    query = text[text.index("type Query {") :]
    query = query[: query.index("\n}\n")]
    for name, field in fields_of("Query").items():
        assert not isinstance(field.type, GraphQLNonNull), f"{name} is non-null"
        is_list = isinstance(field.type, GraphQLList) or str(field.type).endswith("Connection")
        line = re.search(rf"^  {name}(?:\((?:.|\n)*?\n  \))?: (.*)$", query, re.M)
        assert line
        assert ("@semanticNonNull" in line[1]) is (is_list or name == "viewer"), name


def test_each_entity_of_the_query_has_a_singular_and_a_plural() -> None:
    roots = fields_of("Query")
    for declaration in DECLARED.values():
        one = declaration.name[0].lower() + declaration.name[1:]
        assert (one in roots) is declaration.root
        assert (declaration.plural in roots) is declaration.root
        assert (f"{one}ByIdentifier" in roots) is bool(declaration.identifiers)


def test_inputs_of_which_one_field_is_given_say_so() -> None:
    one_of = {name for name, type_ in OWN.items() if isinstance(type_, GraphQLInputObjectType) and type_.is_one_of}
    assert one_of >= {f"{name}Identifier" for name, declared in DECLARED.items() if declared.identifiers}
    assert one_of >= {name for name in OWN if name.endswith("GroupBy")}


def test_no_null_needs_to_be_given() -> None:
    """An argument or an input field without a default is either required or may be left out."""
    for name, type_ in OWN.items():
        if isinstance(type_, GraphQLInputObjectType) and name.endswith(("Where", "Filter")):
            for field_name, item in type_.fields.items():
                assert not isinstance(item.type, GraphQLNonNull), f"{name}.{field_name} is required"


def test_names_are_spelled_alike() -> None:
    for name, type_ in OWN.items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        assert not isinstance(type_, GraphQLUnionType), f"{name} is a union; an interface grows without breaking"
        match type_:
            case GraphQLObjectType() | GraphQLInterfaceType() | GraphQLInputObjectType():
                for field_name in type_.fields:
                    assert re.fullmatch(r"[a-z][A-Za-z0-9]*", field_name), f"{name}.{field_name}"
            case GraphQLEnumType():
                for value in type_.values:
                    assert re.fullmatch(r"[A-Z][A-Z0-9_]*", value), f"{name}.{value}"


def test_codes_of_errors_are_a_closed_list() -> None:
    assert {code.value for code in Code} >= {
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "OPERATION_RESOLUTION_FAILURE",
        "BAD_USER_INPUT",
        "BAD_REQUEST",
        "UNAUTHENTICATED",
        "FORBIDDEN",
        "RATE_LIMITED",
        "QUERY_TOO_COMPLEX",
        "PERSISTED_QUERY_NOT_FOUND",
        "TIMEOUT",
        "INTERNAL_SERVER_ERROR",
    }


# --- what the contract stands on ------------------------------------------------------------------------------------


def columns_of(sql: str) -> list[str]:
    """The columns that a template reads of its row."""
    return re.findall(r"\{row\}\.(\w+)", sql)


async def indexes(database: Database) -> dict[str, list[tuple[str, ...]]]:
    """The columns, or expressions, of every index of every table, primary keys and unique constraints included."""
    found: dict[str, list[tuple[str, ...]]] = {}
    tables = {entity.table for entity in CATALOG.entities.values() if entity.prefix}
    vias = {
        link.via.table
        for entity in CATALOG.entities.values()
        for link in entity.fields.values()
        if isinstance(link, ToMany) and link.via
    }
    for table in sorted(tables | vias):
        if database.dialect == "sqlite":
            found[table] = [("id",)]
            for row in await database.execute(f"PRAGMA index_list({table})"):
                parts = await database.execute(f"PRAGMA index_info({row[1]})")
                text = await database.execute("SELECT sql FROM sqlite_master WHERE name = ?1", [row[1]])
                expressions = " ".join(str(part[0]) for part in text)
                found[table].append(tuple(expressions if part[2] is None else str(part[2]) for part in parts))
        else:
            rows = await database.execute(
                "SELECT i.indexrelid::regclass::text, array_agg(pg_get_indexdef(i.indexrelid, k, true) ORDER BY k)"
                " FROM pg_index i, generate_series(1, i.indnkeyatts) k"
                " WHERE i.indrelid = $1::text::regclass GROUP BY 1",
                [table],
            )
            found[table] = [
                tuple(part.split(" COLLATE")[0].split(" DESC")[0].strip('"') for part in row[1]) for row in rows
            ]
    return found


def served(wanted: tuple[str, ...], present: list[tuple[str, ...]]) -> bool:
    """Whether an index begins with these columns, or with an expression over them."""

    def same(want: str, have: str) -> bool:
        return have == want or ("(" in have and want in have)

    return any(
        len(index) >= len(wanted) and all(same(want, have) for want, have in zip(wanted, index, strict=False))
        for index in present
    )


NEVER_MANY = {"Order.credits"}
"""Lists of a handful of rows."""


async def test_every_foreign_key_has_an_index(database: Database) -> None:
    present = await indexes(database)
    missing = [
        f"{entity.table}.{column}"
        for entity in CATALOG.entities.values()
        if entity.prefix
        for link in entity.fields.values()
        if isinstance(link, ToOne)
        for column in columns_of(link.key)
        if not served((column,), present[entity.table])
    ]
    assert missing == []


async def test_every_list_has_an_index_that_pages_it(database: Database) -> None:
    """The rows behind a link stand in an index in the order the list has unless it is asked for another.

    Only those that are never many are sorted when they are asked for.
    """
    present = await indexes(database)
    missing = []
    for entity in CATALOG.entities.values():
        for link in entity.fields.values():
            if not isinstance(link, ToMany) or f"{entity.name}.{link.name}" in NEVER_MANY:
                continue
            target = CATALOG.entities[link.target]
            order = [columns_of(target.sorts[name].sql) for name, _ in link.order or target.order]
            assert all(len(columns) == 1 for columns in order), f"{entity.name}.{link.name}"
            keys = tuple(columns[0] for columns in order if columns != ["id"])
            if link.via:
                wanted = (link.via.near, *(link.via.copies.get(key, key) for key in keys))
                table = link.via.table
            else:
                wanted, table = (link.match, *keys), target.table
            if not served(wanted, present[table]):
                missing.append(f"{entity.name}.{link.name}: {table} ({', '.join(wanted)})")
    assert missing == []


async def test_every_list_of_the_root_has_an_index_in_its_order(database: Database) -> None:
    present = await indexes(database)
    missing = []
    for declaration in DECLARED.values():
        entity = CATALOG.entities[declaration.name]
        keys = tuple(columns_of(entity.sorts[name].sql)[0] for name, _ in entity.order)
        if declaration.root and not served(keys, present[entity.table]):
            missing.append(f"{declaration.plural}: {entity.table} ({', '.join(keys)})")
    assert missing == []


# --- what is refused at the start -----------------------------------------------------------------------------------


def changed(entity: Entity, **fields: Any) -> Catalog:
    """The catalog with some fields of an entity exchanged."""
    return replace(
        CATALOG, entities={**CATALOG.entities, entity.name: replace(entity, fields={**entity.fields, **fields})}
    )


def hollow(table: str) -> Callable[[str], list[str]]:
    """Says that one table has columns that may be null."""
    return lambda name: ["industry", "cost_minor"] if name == table else []


def test_the_catalog_keeps_its_promises() -> None:
    tables = {declared.table._meta.db_table: declared.table._meta.fields_map for declared in DECLARED.values()}
    check(CATALOG, lambda table: [name for name, column in tables.get(table, {}).items() if column.null])


def test_a_promise_that_a_column_cannot_keep_is_refused() -> None:
    customer, product = CATALOG.entities["Customer"], CATALOG.entities["Product"]
    industry, cost = customer.fields["industry"], product.fields["cost"]
    assert isinstance(industry, Value)
    assert isinstance(cost, Amount)
    with pytest.raises(ValueError, match=r"Customer\.industry is non-null, but its column may be null"):
        check(changed(customer, industry=replace(industry, nullable=False)), hollow("customer"))
    with pytest.raises(ValueError, match=r"Product\.cost is non-null, but its column may be null"):
        check(changed(product, cost=replace(cost, nullable=False)), hollow("product"))


def test_a_link_or_an_order_that_leads_nowhere_is_refused() -> None:
    customer = CATALOG.entities["Customer"]
    orders = customer.fields["orders"]
    assert isinstance(orders, ToMany)
    with pytest.raises(ValueError, match=r"Customer\.boss leads to Boss, which is no entity"):
        check(changed(customer, boss=ToOne("boss", "Boss", "{row}.boss_id")), hollow(""))
    with pytest.raises(ValueError, match="Customer is ordered by NOTHING, which is no sort key of Order"):
        check(changed(customer, orders=replace(orders, order=(("NOTHING", False),))), hollow(""))


def test_what_the_page_of_rights_leaves_open_stops_the_start() -> None:
    known = {"Team": ["id", "name"]}
    verbs = [verb for names in access.VERBS for verb in names.split()]
    access.check(known, verbs)
    for fields, more, message in (
        ({"Secret": ["id"]}, [], "no rule for Secret"),
        ({"Team": ["id", "name", "salary"]}, [], "the field salary of Team"),
        ({"Team": ["id"]}, [], "the field name of Team"),
        (known, ["readMinds"], "the verb readMinds"),
    ):
        with pytest.raises(ValueError, match=message):
            access.check(fields, [*verbs, *more])
    with pytest.raises(ValueError, match="the verb "):
        access.check(known, verbs[1:])


def test_an_entity_without_an_access_rule_is_closed() -> None:
    with pytest.raises(KeyError):
        access.visible("Secret", ADMIN)
    assert access.visible("Customer", Viewer(name="Nobody", role="STRANGER")) == "1 = 0"


def test_every_field_of_the_contract_is_compiled() -> None:
    """The types were made from the catalog; nothing was added that the compiler does not know."""
    for name, entity in CATALOG.entities.items():
        assert fields_of(name).keys() == entity.fields.keys()
    for name, declaration in DECLARED.items():
        assert {camel(field) for field in declaration.fields} <= CATALOG.entities[name].fields.keys()
