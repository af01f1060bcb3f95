"""No case file's statement reads a big table whole on large data without need; where there is need, it is said here."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest

from compiler.rows import Statement
from compiler.values import coerce_variables
from errors import Refusal
from models.database import Database, Transaction, migrate
from resolvers.read import bind
from schema import CATALOG, STRUCTURAL
from schema.engine import Engine
from server.demo import SCALES, fill
from tests.cases import NO_LIMITS, Case, cases
from tests.plans import Place, Scan, scans
from tests.services import create_database, drop_database
from tests.viewers import ADMIN, REP, VIEWERS

BIG = (
    *("customer", "contact", "campaign_member", "ticket", "ticket_message", "ticket_status_change"),
    *("sales_order", "order_line", "order_credit", "order_return", "order_return_line", "order_return_credit"),
)
"""The tables that grow with the company; of teams, reps, products and campaigns there are hundreds at most."""


@dataclass(frozen=True)
class Needed:
    """A reason to read tables whole."""

    why: str
    place: Place
    roots: Mapping[str, str]
    """By table: the root fields of cases, each as case/key."""
    on: str = "sqlite postgres"


NEEDED: tuple[Needed, ...] = (
    Needed(
        "every row is counted, added up or grouped, or nearly every one",
        "figures",
        {
            "contact": "every_list_of_the_root/contacts",
            "customer": """
                and_or_not/emptyAnd and_or_not/noCondition and_or_not/noOperator and_or_not/notNotNull
                and_or_not/notOfNull and_or_not/orOfNothing code_operators/ne
                customers_with_orders_and_lines/customers every_list_of_the_root/customers fragments/customers
                groups_by_a_link/customers groups_with_a_null_key/byCount groups_with_a_null_key/byCountry
                groups_with_a_null_key/byKey id_operators/ne id_operators/notIn id_operators/notInNothing
                page_between_two_cursors/fromTheStart page_forwards/customers page_forwards_after_a_cursor/customers
                paging_state_of_an_empty_list/all related_some_every_none/noQuantifier related_to_one/owned
                repeated_keys_are_merged/customers search_words/nothing search_words/onlySpaces
                text_operators/containsNothing text_operators/endsWithNothing text_operators/ne text_operators/notIn
                typename_everywhere/customers variables_everywhere/leftOut
            """,
            "sales_order": """
                aggregates_over_all_matches/orders date_operators/ne date_operators/notIn every_list_of_the_root/orders
                groups_across_daylight_saving/orders groups_by_a_field/orders groups_by_a_link/orders
                groups_by_each_period/orders groups_by_several_keys/orders money_per_currency/orders
                removed_rows_are_hidden_everywhere/orders typename_everywhere/orders
            """,
            "ticket": """
                every_list_of_the_root/tickets groups_in_time_zones/tickets instant_operators/ne instant_operators/notIn
                numbers_added_and_averaged/tickets removed_rows_are_hidden_everywhere/tickets
            """,
        },
    ),
    Needed(
        "every row is counted or grouped; the other database has it in an index, or takes a part for few enough",
        "figures",
        {"customer": "text_operators/startsWithNothing total_count_alone/customers"},
        on="postgres",
    ),
    Needed(
        "the same the other way round; and SQLite says so where a condition that never holds keeps it from beginning",
        "figures",
        {
            "customer": "and_or_not/emptyOr and_or_not/notNothing id_operators/null",
            "sales_order": "groups_by_rep_and_month/orders",
            "ticket": "several_root_fields/tickets",
        },
        on="sqlite",
    ),
    Needed(
        "what is counted may stand anywhere inside of a text",
        "figures",
        {
            "customer": """
                percent_and_underscore_are_ordinary/pattern search_in_arabic_and_emoji/injection
                search_in_chinese/neither search_in_german/withoutUmlaut search_in_turkish/plain search_words/figures
                search_words/withWhere
            """,
            "sales_order": "search_words/number",
        },
    ),
    Needed(
        "what is counted is told by other rows, or by a column that is rarely asked for and has no index",
        "figures",
        {
            "customer": """
                code_operators/isNull last_order/never lifetime_value/none related_some_every_none/everyOfAny
                related_some_every_none/noneAtAll removed_rows_are_hidden_everywhere/unowned text_operators/emptyText
            """,
            "ticket": "enum_operators/isNull",
        },
    ),
    Needed(
        "sorted by what is worked out from other rows",
        "page",
        {
            "customer": """
                last_order/customers last_order/rest lifetime_value/customers lifetime_value/rest
                removed_rows_are_hidden_everywhere/sortedByOwner sorted_by_a_related_name/customers
                sorted_by_a_related_name/rest
            """,
            "sales_order": "sorted_by_a_related_name/orders",
            "ticket": "sorted_by_a_related_name/tickets",
        },
    ),
    Needed(
        "taken to be so rare that sorting what is found is sooner than to go on along the order",
        "page",
        {"customer": "escapes_in_json/block text_operators/isNull"},
        on="postgres",
    ),
    Needed(
        "whether there is anything on the other side of a cursor, by a key that may be null or is worked out: it ends "
        "with the first row there",
        "condition",
        {
            "customer": """
                a_page_crosses_into_nulls/backwards a_page_crosses_into_nulls/forwards
                a_page_starts_among_nulls/backwards a_page_starts_among_nulls/forwards last_order/rest
                lifetime_value/rest
            """,
        },
    ),
    Needed(
        "the same by other keys, where rows there are thought to be so many that the table is the shorter way to one",
        "condition",
        {
            "customer": """
                a_cursor_of_a_row_that_is_gone/customers page_backwards_before_a_cursor/customers
                page_between_two_cursors/fromTheEnd page_between_two_cursors/fromTheStart
                page_forwards_after_a_cursor/customers
            """,
            "sales_order": "three_sort_keys/rest",
            "ticket": "a_page_ends_inside_a_tie/tickets",
        },
        on="postgres",
    ),
    Needed(
        "most rows meet the condition, so both tables are read and joined",
        "condition",
        {
            "customer": "removed_rows_are_hidden_everywhere/orders",
            "sales_order": """
                conditions_ten_levels_deep/salesReps related_at_depth/whoBoughtThermometers
                related_some_every_none/every related_some_every_none/some
            """,
            "ticket": """
                groups_inside_lists/customers related_some_every_none/any related_some_every_none/noneAtAll
            """,
        },
        on="postgres",
    ),
)


@pytest.fixture(scope="module")
async def large(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Database]:
    """A company with a tenth of the large one's rows, whose planner goes about it as about the large one.

    SQLite's weighs by how many rows have one value, which is the same. PostgreSQL's weighs by how many rows there are:
    it is told of ten times as many.
    """
    scale = SCALES["large"]
    tenth = replace(
        scale,
        customers=scale.customers // 10,
        orders=scale.orders // 10,
        lines=scale.lines // 10,
        tickets=scale.tickets // 10,
        members=scale.members // 10,
    )
    if dialect == "sqlite":
        url = f"sqlite://{tmp_path_factory.mktemp('large') / 'rapport.db'}"
    else:
        url = await create_database(request.getfixturevalue("postgres"))
    await migrate(url)
    await fill(url, tenth)
    database = await Database.open(url, readers=1, pool=1)
    if dialect == "postgres":
        async with database.transaction() as transaction:
            await transaction.execute("SET LOCAL default_statistics_target = 1000")  # all rows are looked at
            await transaction.execute(f"ANALYZE {', '.join(BIG)}")
            await transaction.execute(
                "UPDATE pg_class SET reltuples = reltuples * 10 WHERE oid IN (SELECT t.oid FROM pg_class t"
                " WHERE t.relname = ANY ($1) UNION SELECT i.indexrelid FROM pg_index i JOIN pg_class t"
                " ON t.oid = i.indrelid WHERE t.relname = ANY ($1))",
                [list(BIG)],
            )
    yield database
    await database.close()
    if dialect == "postgres":
        await drop_database(request.getfixturevalue("postgres"), url)


async def found(database: Database, case: Case) -> set[tuple[str, Scan]]:
    """What a case's root fields read whole, of the big tables."""
    engine = Engine(database, limits=NO_LIMITS)
    operation = engine.operation(case.query, None, ADMIN.role)
    values, shape = coerce_variables(operation.variables, case.variables, STRUCTURAL)
    read: set[tuple[str, Scan]] = set()
    for planned in engine.plan(operation, values, shape, ADMIN):
        if isinstance(planned.how, Statement):
            with contextlib.suppress(Refusal):  # of a value that makes no sense, which the case shows
                args = bind(planned.how, engine.dialect, values, ADMIN)
                whole = await scans(database, planned.how.sql, args)
                read |= {(f"{case.name}/{planned.key}", scan) for scan in whole if scan.table in BIG}
    return read


def needed(dialect: str) -> Iterator[tuple[str, Scan]]:
    """What the table above lets be read whole."""
    for each in NEEDED:
        if dialect in each.on:
            for table, roots in each.roots.items():
                yield from ((root, Scan(table, each.place)) for root in roots.split())


async def test_no_big_table_is_read_whole_without_need(large: Database, dialect: str) -> None:
    read = {each for case in cases() for each in await found(large, case)}
    allowed = {*needed(dialect)}
    assert sorted(read - allowed) == [], "add an index, or say in NEEDED why it must be"
    assert sorted(allowed - read) == [], "take out of NEEDED what is not read whole any more"


@pytest.mark.parametrize("on", ["sqlite", "postgres"])
def test_every_need_is_said_once(on: str) -> None:
    listed = [*needed(on)]
    assert len(listed) == len({*listed})
    assert {scan.table for _, scan in listed} <= {*BIG}


ORDERS = Scan("sales_order", "figures")


class Undone(Exception):
    """Takes a change back."""


@pytest.mark.parametrize(
    ("index", "root", "scan"),
    [
        ("contact_name_fold_id_idx", "boolean_operators/primary", Scan("contact", "page")),
        ("customer_country_name_fold_id_idx", "code_operators/otherCase", Scan("customer", "figures")),
        ("sales_order_campaign_id_order_date_id_idx", "a_campaign_and_its_members/campaigns", ORDERS),
        ("order_line_product_id_id_idx", "related_at_depth/soldToNoOneElse", Scan("order_line", "condition")),
    ],
)
async def test_a_missing_index_is_noticed(large: Database, index: str, root: str, scan: Scan) -> None:
    case = Case(root.partition("/")[0])
    assert (root, scan) not in await found(large, case)
    with pytest.raises(Undone):
        async with large.transaction() as transaction:
            await transaction.execute(f"DROP INDEX {index}")
            assert (root, scan) in await found(large, case)
            raise Undone
    assert (root, scan) not in await found(large, case)


async def test_whether_a_rep_has_a_credit_is_told_by_what_is_theirs(large: Database) -> None:
    """Of two indexes that serve as well: all credits of one rep are side by side in one of them."""
    engine, asked = Engine(large), "query ($id: ID!) { customer(id: $id) { name } }"
    await engine.execute(asked, {"id": "cus_1"}, None, REP)
    ready = engine.ready(asked, {"id": "cus_1"}, None, REP)
    assert ready is not None
    explain = "EXPLAIN" if large.dialect == "postgres" else "EXPLAIN QUERY PLAN"
    steps = [row[-1] for row in await large.execute(f"{explain} {ready.sql}", ready.args)]
    assert any("order_credit_rep_id_customer_id_idx" in step for step in steps), steps


@pytest.mark.parametrize("who", ["manager", "rep", "agent"])
async def test_one_record_is_not_looked_for_among_all(large: Database, who: str) -> None:
    """Whatever rule hides it, and even where the database takes what somebody has for few, as it does by statistics of
    before it was many: no big table is read whole, and nothing of one is gathered to look the record up there.
    """
    engine, viewer = Engine(large), VIEWERS[who]
    seen = set()
    with pytest.raises(Undone):
        async with large.transaction() as transaction:
            if large.dialect == "postgres":
                for table in ("order_credit", "customer", "ticket"):
                    column = {"order_credit": "rep_id", "customer": "owner_id", "ticket": "customer_id"}[table]
                    await transaction.execute(f"ALTER TABLE {table} ALTER {column} SET (n_distinct = -1)")
                    await transaction.execute(f"ANALYZE {table} ({column})")
                await transaction.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            for entity in CATALOG.entities.values():
                root = entity.name[0].lower() + entity.name[1:]
                query, variables = f"query ($id: ID!) {{ {root}(id: $id) {{ id }} }}", {"id": f"{entity.prefix}_1"}
                await engine.execute(query, variables, None, viewer)
                ready = engine.ready(query, variables, None, viewer)
                if ready is None:  # it is no field of the root, or not for this role
                    continue
                seen.add(root)
                steps = "\n".join(await generic_plan(transaction, large, ready.sql, ready.args))
                assert not any(f"Seq Scan on {table} " in steps or f"SCAN {table} " in steps for table in BIG), steps
                gathers = "hashed SubPlan" in steps or "LIST SUBQUERY" in steps
                assert not gathers or root == "commissionPlan", steps  # of which there are few
            raise Undone
    assert {"customer", "order", "ticket"} <= seen


async def generic_plan(transaction: Transaction, database: Database, sql: str, args: Sequence[object]) -> list[str]:
    """How the database goes about a statement whose values it does not know beforehand."""
    if database.dialect == "sqlite":
        return await database.explain(sql, args)
    await transaction.execute(f"PREPARE asked AS {sql}")
    values = ", ".join(f"'{{{','.join(map(str, each))}}}'" if isinstance(each, tuple) else str(each) for each in args)
    try:
        return [step for (step,) in await transaction.execute(f"EXPLAIN EXECUTE asked ({values})")]
    finally:
        await transaction.execute("DEALLOCATE asked")
