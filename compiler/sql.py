"""Renders a plan to one SQL statement that builds the JSON answer in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from compiler.catalog import Amount, Catalog, Kind, ToOne, Value
from compiler.cursor import signature
from compiler.dialect import Dialect, Piece, braced, concat, quote
from compiler.figures import Figures
from compiler.plan import (
    Aggregate,
    Body,
    Edges,
    GroupKey,
    Groups,
    Key,
    KeyOf,
    Many,
    Money,
    Node,
    NodeByIds,
    Nodes,
    One,
    PageInfo,
    Part,
    Root,
    Rows,
    Scalar,
    Text,
    TotalCount,
)
from compiler.rows import COLUMN, SYMBOLS, Row, RowsRenderer, Statement, all_of
from compiler.values import Param


def render(
    plan: Root, catalog: Catalog, dialect: Dialect, visible: Callable[[str], str], *, alone: bool = False
) -> Statement:
    """One statement whose only value, `finished` by the dialect, is the JSON of a root field.

    `alone` is whether what is the viewer's own belongs to one rep.
    """
    renderer = Renderer(catalog, dialect, visible, alone=alone)
    statement = _rendered(plan, renderer)
    if not renderer.wide:
        return statement
    wide = _rendered(plan, Renderer(catalog, dialect, visible, alone=alone, is_wide=True))
    return replace(statement, wide=(renderer.wide, wide))


def _rendered(plan: Root, renderer: Renderer) -> Statement:
    match plan:
        case One():
            sql = renderer.one_row(plan)
        case Many():
            pieces, source = renderer.connection(plan, None)
            sql = "SELECT " + renderer.dialect.concat(pieces) + source
        case NodeByIds():
            sql = renderer.nodes(plan)
        case _:
            assert_never(plan)
    return renderer.statement(sql, single=isinstance(plan, One))


def render_ids(
    rows: Rows, catalog: Catalog, dialect: Dialect, visible: Callable[[str], str], *, alone: bool = False
) -> Statement:
    """A query for the ids of all rows of a set, smallest first: `SELECT t1.id FROM customer t1 WHERE … ORDER BY 1`."""
    renderer = Renderer(catalog, dialect, visible, alone=alone)
    row = Row(renderer.alias(), rows.entity)
    table, conditions = renderer.source(rows, row, None)
    where = f" WHERE {all_of(conditions)}" if conditions else ""
    return renderer.statement(f"SELECT {row.column('id')} FROM {table}{where} ORDER BY 1")


class Renderer(RowsRenderer):
    """Writes what a statement answers: objects, connections, pages."""

    # --- objects --------------------------------------------------------------------------------------------

    def one_row(self, one: One, parent: Row | None = None) -> str:
        """`SELECT '{"name":' || json_quote(t2.name) || '}' FROM sales_rep t2 WHERE t2.id = t1.owner_id`."""
        row = Row(self.alias(), one.rows.entity)
        table, conditions = self.source(one.rows, row, parent)
        body = self.dialect.concat(list(self.object(one.body, row)))
        where = f" WHERE {all_of(conditions)}" if conditions else ""
        return f"SELECT {body} FROM {table}{where}"

    def nodes(self, plan: NodeByIds) -> str:
        """Rows of any entity by prefix and number, each branch reading its own table."""
        pair = Row("n", next(iter(self.catalog.entities.values())))
        whens = []
        for branch in plan.branches:
            entity = branch.rows.entity
            key = ToOne("", entity.name, "{row}.number")
            with self.nested(SYMBOLS):
                found = self.one_row(One(Rows(entity, key, branch.rows.visible), branch.body), pair)
            whens.append(f"WHEN {quote(entity.prefix)} THEN ({found})")
        node = f"COALESCE(CASE n.prefix {' '.join(whens)} END, 'null')"
        answer = self.dialect.list_json(node) if plan.many else node
        return f"SELECT {answer} FROM {self.dialect.pairs(self.param(plan.ids))} n"

    def object(self, body: Body, row: Row) -> Iterator[Piece]:
        """The pieces of a JSON object."""
        yield from braced((key, self.node(node, row)) for key, node in body)

    def node(self, node: Node, row: Row) -> list[Piece]:
        """The pieces of one field's JSON."""
        match node:
            case Text(json):
                return [(False, json)]
            case _ if (symbols := _symbols(node)) and not self.fits(symbols, row):
                view = self.apart(
                    row,
                    lambda base: (
                        f", {self.dialect.concat(self.node(node, base))} AS x FROM {base.entity.table} {base.alias}"
                    ),
                )
                return [(True, f"(SELECT {view}.x FROM {view} WHERE {view}.id = {row.column('id')})")]
            case Scalar(value, arguments):
                return self._scalar(value, self.value(value.sql, row, arguments))
            case Money(amount, parts, arguments):
                return self._money(amount, parts, row, arguments)
            case One():
                with self.nested(SYMBOLS):
                    return [(True, f"COALESCE(({self.one_row(node, row)}), 'null')")]
            case Many():
                with self.nested(SYMBOLS):
                    pieces, source = self.connection(node, row)
                if not source:
                    return pieces
                # Literals at both ends stay outside: SQLite's parser has a stack of 100, and every bit less counts.
                at = [place for place, (is_sql, _) in enumerate(pieces) if is_sql]
                inside = self.dialect.concat(pieces[at[0] : at[-1] + 1])
                return [*pieces[: at[0]], (True, f"(SELECT {inside}{source})"), *pieces[at[-1] + 1 :]]
            case _:
                assert_never(node)

    def _scalar(self, value: Value, sql: str) -> list[Piece]:
        match value.kind:
            case Kind.ID if not value.nullable:
                return [(False, f'"{value.prefix}_'), (True, sql), (False, '"')]
            case Kind.ID:
                return [(True, self._or_null(f"{value.prefix}_", sql))]
            case Kind.DECIMAL:
                return [(True, f"(SELECT {self.decimal('v.x', 4)} FROM (SELECT {sql} AS x LIMIT 1) v)")]
            case _:
                return self.dialect.shown(value.kind, sql, value.nullable)

    def _or_null(self, head: str, sql: str) -> str:
        """Text between quotation marks, which begins so, or null: `COALESCE('"rep_' || t1.owner_id || '"', 'null')`."""
        pieces = [(False, f'"{head}'), (True, sql), (False, '"')]
        return f"COALESCE({self.dialect.concat(pieces)}, 'null')"

    def decimal(self, sql: str, places: int) -> str:
        """A whole number of 10^-places, or null, as JSON: `"0.9731"`."""
        pieces = [(False, '"'), (True, self.dialect.scaled(sql, places)), (False, '"')]
        return f"CASE WHEN {sql} IS NULL THEN 'null' ELSE {self.dialect.concat(pieces)} END"

    def _money(
        self,
        amount: Amount,
        parts: Sequence[tuple[str, str | Text]],
        row: Row,
        arguments: Mapping[str, Param],
    ) -> list[Piece]:
        minor = self.value(amount.minor, row, arguments)
        currency = self.value(amount.currency, row, arguments)
        if not amount.nullable and COLUMN.match(minor):
            return list(self.amount(parts, minor, currency))
        # LIMIT keeps the database from working the expression out once for each place it stands in.
        body = self.dialect.concat(list(self.amount(parts, "v.m", "v.c")))
        return [
            (
                True,
                f"(SELECT CASE WHEN v.m IS NULL THEN 'null' ELSE {body} END"
                f" FROM (SELECT {minor} AS m, {currency} AS c LIMIT 1) v)",
            )
        ]

    def amount(self, parts: Sequence[tuple[str, str | Text]], minor: str, currency: str) -> Iterator[Piece]:
        """The pieces of a Money object: `{"amount":"12.50","currency":"EUR"}`."""
        pieces: dict[str, list[Piece]] = {
            "amount": [(False, '"'), (True, self.dialect.decimal(minor, currency)), (False, '"')],
            "minorUnits": [(False, '"'), (True, minor), (False, '"')],
            "currency": [(False, '"'), (True, currency), (False, '"')],
        }
        yield from braced(
            (key, [(False, part.json)] if isinstance(part, Text) else pieces[part]) for key, part in parts
        )

    # --- connections ----------------------------------------------------------------------------------------

    def connection(self, many: Many, parent: Row | None) -> tuple[list[Piece], str]:
        """The pieces of a connection's object, and the FROM that feeds them if they need the page's rows.

        The page is cut in a subquery first, so that nothing below it is worked out for rows it does not show:
        `'{"nodes":' || … || '}' FROM (SELECT t1.id, t1.name FROM customer t1 … ORDER BY … LIMIT ?1) t1`
        """
        row = Row(self.alias(), many.rows.entity)
        if not _needs_rows(many):
            self.checked += [
                each for each in (many.page.size, *many.page.after, *many.page.before) if isinstance(each, Param)
            ]
            body = list(braced((key, self._part(part, many, row, parent, False)) for key, part in many.parts))
            return body, ""
        paging = any(isinstance(part, PageInfo) for _, part in many.parts)
        with_cursor = paging or any(
            name == "cursor" for _, part in many.parts if isinstance(part, Edges) for _, name in part.parts
        )
        body = list(braced((key, self._part(part, many, row, parent, paging)) for key, part in many.parts))
        return body, f" FROM {self._page(many, row, parent, paging, with_cursor)}"

    def _part(self, part: Part, many: Many, row: Row, parent: Row | None, paging: bool) -> list[Piece]:
        match part:
            case Nodes(body):
                return self._listed(self.dialect.concat(list(self.object(body, row))), many, row, paging)
            case Edges(parts):
                edge = self.dialect.concat(list(braced((key, self._edge(inner, row, many)) for key, inner in parts)))
                return self._listed(edge, many, row, paging)
            case PageInfo(parts):
                return list(braced((key, self._page_info(name, many, row, parent)) for key, name in parts))
            case _:
                return self._figures(part, many, parent)

    def _listed(self, item: str, many: Many, row: Row, paging: bool) -> list[Piece]:
        """All rows of the page as a JSON array; the row past the page, fetched to see whether there is one, is not."""
        return self.dialect.listed(item, f"{row.alias}.rn <= {self.size(many.page.size)}" if paging else "")

    def _edge(self, part: Body | str | Text, row: Row, many: Many) -> list[Piece]:
        match part:
            case Text(json):
                return [(False, json)]
            case str():
                return [(False, '"'), (True, self._cursor(row, many)), (False, '"')]
            case _:
                return list(self.object(part, row))

    def _cursor(self, row: Row, many: Many) -> str:
        """The row's cursor: `lower(hex('["Customer NAME:ASC",' || json_quote(t1.k0) || ',' || t1.id || ']'))`."""
        named = signature([(key.sort.name, key.descending) for key in many.order])
        pieces: list[Piece] = [(False, f'["{many.rows.entity.name} {named}",')]
        for at, key in enumerate(many.order):
            kind = Kind.INT if key.sort.kind in (Kind.ID, Kind.MONEY, Kind.DECIMAL) else key.sort.kind
            pieces += [(True, self.dialect.json(kind, f"{row.alias}.k{at}", key.sort.nullable)), (False, ",")]
        pieces += [(True, row.column("id")), (False, "]")]
        return self.dialect.hex(concat(pieces))

    def _page_info(self, name: str | Text, many: Many, row: Row, parent: Row | None) -> list[Piece]:
        if isinstance(name, Text):
            return [(False, name.json)]
        backward = many.page.backward
        match name:
            case "hasNextPage" | "hasPreviousPage" if (name == "hasNextPage") is not backward:
                size = self.size(many.page.size)
                # All between the cursors may be shown, and yet there is more at the far one.
                far = many.page.after if backward else many.page.before
                otherwise = self._beyond(many, parent, far, not backward) if far else "'false'"
                return [(True, f"CASE WHEN count({row.alias}.rn) > {size} THEN 'true' ELSE {otherwise} END")]
            case "hasNextPage" | "hasPreviousPage":
                near = many.page.before if backward else many.page.after
                return [(True, self._beyond(many, parent, near, backward))] if near else [(False, "false")]
            case _:
                size, first = self.size(many.page.size), (name == "startCursor") is not backward
                at = (
                    f"{row.alias}.rn = 1" if first else f"{row.alias}.rn = {self.dialect.least(size, row.alias + '.m')}"
                )
                cursor = f"max(CASE WHEN {at} THEN {self._cursor(row, many)} END)"
                return [(True, self._or_null("", cursor))]

    def _beyond(self, many: Many, parent: Row | None, seek: Sequence[Param], backward: bool) -> str:
        """Whether any row lies at a cursor, or on that side of it which the page does not lie on."""
        row = Row(self.alias(), many.rows.entity)
        table, conditions = self.source(many.rows, row, parent)
        conditions.append(self._seek(many, row, seek, backward, past=False))
        return f"CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE {all_of(conditions)}) THEN 'true' ELSE 'false' END"

    def _page(self, many: Many, row: Row, parent: Row | None, paging: bool, with_cursor: bool) -> str:
        """The page as a FROM item; rendered after what reads it, since it hands on just the columns that are used."""
        wanted = list(row.columns)
        inner = Row(row.alias, row.entity)
        with self.nested(SYMBOLS):
            table, conditions = self.source(many.rows, inner, parent)
        page = many.page
        for seek, backward in ((page.after, False), (page.before, True)):
            if seek:
                conditions.append(self._seek(many, inner, seek, backward))
        outputs = [
            sql if sql == f"{row.alias}.{column}" else f"{sql} AS {column}"
            for column in wanted
            for sql in [inner.column(column)]
        ]
        if with_cursor:
            outputs += [f"{self.value(key.sort.sql, inner)} AS k{at}" for at, key in enumerate(many.order)]
        where = f" WHERE {all_of(conditions)}" if conditions else ""
        size = self.size(page.size)
        limit = f"{size} + 1" if paging else size
        order = self._order_by(many.order, inner, page.backward)
        columns = ", ".join(outputs) or "1 AS one"
        rows = f"(SELECT {columns} FROM {table}{where} ORDER BY {order} LIMIT {limit}) {row.alias}"
        if not paging and not page.backward:
            return rows
        numbered = f"(SELECT {row.alias}.*, row_number() OVER () AS rn, count(*) OVER () AS m FROM {rows}) {row.alias}"
        return f"(SELECT * FROM {numbered} ORDER BY rn DESC) {row.alias}" if page.backward else numbered

    def _order_by(self, order: Sequence[Key], row: Row, backward: bool) -> str:
        """`t1.name_fold, t1.id DESC`; a key that may be null sorts nulls last, whichever way it runs."""
        keys: list[str] = []
        for key in order:
            sql = self.value(key.sort.sql, row)
            directed = _directed(sql, key.descending is not backward)
            nulls = f" NULLS {'FIRST' if backward else 'LAST'}" if key.sort.nullable else ""
            keys.append(directed + nulls)
        descending = bool(order) and order[-1].descending
        keys.append(_directed(row.column("id"), descending is not backward))
        return ", ".join(keys)

    def _seek(self, many: Many, row: Row, seek: Sequence[Param], backward: bool, *, past: bool = True) -> str:
        """That a row lies past a cursor, or not: `(t1.name_fold, t1.id) > (?1, ?2)`, or the same key by key."""
        params = iter(self.param(param) for param in seek)
        keys: list[tuple[str, str, bool, str]] = []
        for key in many.order:
            sql = self.value(key.sort.sql, row)
            null = ""
            if key.sort.nullable:
                null = next(params)
                keys.append((f"CASE WHEN {sql} IS NULL THEN 1 ELSE 0 END", null, backward, ""))
            keys.append((sql, next(params), key.descending is not backward, null))
        descending = bool(many.order) and many.order[-1].descending
        keys.append((row.column("id"), next(params), descending is not backward, ""))
        if len({down for _, _, down, _ in keys}) == 1 and not any(null for *_, null in keys):
            # One comparison of row values: an index on the keys is entered at the right place.
            left = ", ".join(sql for sql, _, _, _ in keys)
            right = ", ".join(param for _, param, _, _ in keys)
            return f"({left}) {_beyond(keys[0][2]) if past else _within(keys[0][2])} ({right})"
        # Past the first key, or level with it and past the second …: side by side, for brackets in brackets run deep.
        ways, level = [], ""
        for sql, param, down, null in keys:
            beyond = f"{level}{sql} {_beyond(down)} {param}"
            ways.append(f"({beyond})" if level else beyond)
            level += (f"({sql} = {param} OR {null} = 1)" if null else f"{sql} = {param}") + " AND "
        sql, param, down, null = keys[0]
        # The first key's bound, said once more by itself, lets an index skip what lies on the other side.
        if past:
            return f"{sql} {_within(not down)} {param} AND ({' OR '.join(ways)})"
        return f"{sql} {_within(down)} {param} AND ({' OR '.join(ways)}) IS NOT TRUE"

    # --- figures --------------------------------------------------------------------------------------------

    def _figures(self, part: Part, many: Many, parent: Row | None) -> list[Piece]:
        match part:
            case Text(json):
                return [(False, json)]
            case TotalCount():
                row = Row(self.alias(), many.rows.entity)
                table, conditions = self.source(many.rows, row, parent, counted=True)
                where = f" WHERE {all_of(conditions)}" if conditions else ""
                crowd = self.crowd(row)
                count = f"CASE WHEN {crowd} THEN count(*) ELSE 0 END" if crowd else "count(*)"
                return [(True, f"(SELECT {count} FROM {table}{where})")]
            case Aggregate():
                figures = Figures(self, Row(self.alias(), many.rows.entity))
                body = self.dialect.concat(list(figures.object(part)))
                return [(True, f"(SELECT {body} FROM {figures.source(many.rows, parent)})")]
            case Groups():
                return [(True, self._groups(part, many, parent))]
            case _:
                raise TypeError(part)

    def _groups(self, groups: Groups, many: Many, parent: Row | None) -> str:
        """Groups as a JSON array: rows are grouped first, and what a group prints is worked out for those shown."""
        figures = Figures(self, Row(self.alias(), many.rows.entity))
        items: list[tuple[str, list[Piece]]] = []
        for name, part in groups.parts:
            match part:
                case Text(json):
                    items.append((name, [(False, json)]))
                case KeyOf(index, body):
                    items.append((name, self._group_key(groups.keys[index], f"{figures.alias}.g{index}", body)))
                case Aggregate():
                    items.append((name, list(figures.object(part))))
        answer = self.dialect.list_json(self.dialect.concat(list(braced(iter(items)))))
        return f"(SELECT {answer} FROM {figures.source(many.rows, parent, groups)})"

    def _group_key(self, key: GroupKey, sql: str, body: Body | None) -> list[Piece]:
        if body is None or key.target is None:
            return self._scalar(key.value, sql)
        row = Row(self.alias(), key.target)
        with self.nested(2 * SYMBOLS):
            pieces = self.dialect.concat(list(self.object(body, row)))
        seen = self.seen(key.target, row, key.visible)
        found = f"SELECT {pieces} FROM {key.target.table} {row.alias} WHERE {row.alias}.id = {sql} AND {seen}"
        return [(True, f"COALESCE(({found}), 'null')")]

    def group_expression(self, key: GroupKey, row: Row) -> str:
        """What a group's rows share: a column, or the start of the period that holds it."""
        sql = self.expand(key.value.sql, row)
        if not key.unit:
            return sql
        zone = self.param(key.zone) if key.zone else ""
        return self.dialect.period(key.value.kind, sql, key.unit, zone)


def _symbols(node: Node) -> int:
    """How deep a field's SQL nests: a formula and figures over many rows are several queries, one in the other."""
    match node:
        case Scalar(value=Value(sql=sql)) | Money(amount=Amount(minor=sql)):
            return 2 * SYMBOLS if "SELECT" in sql else 0
        case One():
            return SYMBOLS
        case Many(parts=parts):
            figures = any(isinstance(part, Aggregate | Groups) for _, part in parts)
            return 2 * SYMBOLS if figures else SYMBOLS
        case _:
            return 0


def _needs_rows(many: Many) -> bool:
    """Whether anything asked of a connection is read from the rows of its page."""
    ahead = "hasPreviousPage" if many.page.backward else "hasNextPage"
    return any(
        isinstance(part, Nodes | Edges)
        or (isinstance(part, PageInfo) and any(name in (ahead, "startCursor", "endCursor") for _, name in part.parts))
        for _, part in many.parts
    )


def _beyond(descending: bool) -> str:
    """How a key compares with that of a row it comes after."""
    return "<" if descending else ">"


def _within(descending: bool) -> str:
    """How it compares with that of a row it does not come after."""
    return ">=" if descending else "<="


def _directed(sql: str, descending: bool) -> str:
    return f"{sql} DESC" if descending else sql
