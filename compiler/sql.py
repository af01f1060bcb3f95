"""Renders a plan to one SQL statement that builds the JSON answer in the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import assert_never

from compiler.catalog import Amount, Catalog, Entity, Kind, Measure, ToMany, ToOne, Value
from compiler.cursor import signature
from compiler.dialect import Dialect, concat, quote
from compiler.plan import (
    Aggregate,
    All,
    AnyOf,
    Body,
    Condition,
    Edges,
    Exists,
    Figure,
    GroupKey,
    Groups,
    Key,
    KeyOf,
    Many,
    Money,
    Node,
    NodeByIds,
    Nodes,
    Not,
    One,
    PageInfo,
    Part,
    Root,
    Rows,
    Scalar,
    Test,
    Text,
    TotalCount,
    Words,
)
from compiler.values import Param, Setting, Word

Piece = tuple[bool, str]
"""Text of a JSON answer: whether it is SQL, and what it is."""


@dataclass(frozen=True)
class Statement:
    """A rendered plan: its text, and where the values come from."""

    sql: str
    params: tuple[Param, ...]
    checked: tuple[Param, ...] = ()
    """What the statement does not need but a request must still get right: the cursor of a page that is not shown."""


@dataclass
class Row:
    """A row in scope: its alias, its entity, and which of its columns were used (a page must hand those on)."""

    alias: str
    entity: Entity
    columns: dict[str, None] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Columns that another table in scope repeats: read there, so that its index serves."""

    def column(self, name: str) -> str:
        """A column of the row: `t1.name`."""
        if name in self.elsewhere:
            return self.elsewhere[name]
        self.columns[name] = None
        return f"{self.alias}.{name}"


_WORD = re.compile(r"\{(row)\}\.(\w+)|\{(\w+):([^{}]*)\}")
_SYMBOLS = 15
"""Symbols on a parser's stack that one level of nesting takes: `( SELECT … || COALESCE ( group_concat ( … ||`."""
_COLUMN = re.compile(r"[\w.]+\Z")


def render(plan: Root, catalog: Catalog, dialect: Dialect, visible: Callable[[str], str]) -> Statement:
    """One statement whose only value is the JSON of a root field."""
    renderer = _Renderer(catalog, dialect, visible)
    match plan:
        case One():
            sql = renderer.one_row(plan)
        case Many():
            pieces, source = renderer.connection(plan, None)
            sql = "SELECT " + concat(pieces) + source
        case NodeByIds():
            sql = renderer.nodes(plan)
        case _:
            assert_never(plan)
    return renderer.statement(sql)


def render_ids(rows: Rows, catalog: Catalog, dialect: Dialect, visible: Callable[[str], str]) -> Statement:
    """A query for the ids of all rows of a set, smallest first: `SELECT t1.id FROM customer t1 WHERE … ORDER BY 1`."""
    renderer = _Renderer(catalog, dialect, visible)
    row = Row(renderer.alias(), rows.entity)
    table, conditions = renderer.source(rows, row, None)
    where = f" WHERE {_all(conditions)}" if conditions else ""
    return renderer.statement(f"SELECT {row.column('id')} FROM {table}{where} ORDER BY 1")


class _Renderer:
    def __init__(self, catalog: Catalog, dialect: Dialect, visible: Callable[[str], str]) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.visible = visible
        self.params: list[Param] = []
        self.checked: list[Param] = []
        self._numbers: dict[int, str] = {}
        self._aliases = 0
        self._apart: list[str] = []
        self._nesting = 0

    def statement(self, sql: str) -> Statement:
        """What was rendered, after the pieces that were set apart from it: `WITH t9 AS (…) SELECT …`."""
        apart = f"WITH {', '.join(self._apart)} " if self._apart else ""
        return Statement(apart + sql, tuple(self.params), tuple(self.checked))

    def fits(self, symbols: int, row: Row) -> bool:
        """Whether SQL that nests by so many symbols of the database's parser may stand here."""
        most = self.dialect.nesting
        return not most or self._nesting + symbols <= most or not row.entity.prefix

    @contextmanager
    def nested(self, symbols: int) -> Iterator[None]:
        """While SQL is rendered that stands inside so many symbols more."""
        self._nesting += symbols
        yield
        self._nesting -= symbols

    def apart(self, row: Row, write: Callable[[Row], str]) -> str:
        """The name of a view on all rows of an entity, `t9 AS (SELECT t8.id AS id, … FROM customer t8)`.

        What nests too deep for the parser is set apart in one and read there by the row's id. The database folds the
        view into the place it is read from, so that it is worked out for the rows at hand only.
        """
        before, self._nesting = self._nesting, 0
        base = Row(self.alias(), row.entity)
        body = f"SELECT {base.column('id')} AS id{write(base)}"
        self._nesting = before
        view = self.alias()
        self._apart.append(f"{view} AS ({body})")
        return view

    # --- words ----------------------------------------------------------------------------------------------

    def alias(self) -> str:
        """A new alias: `t1`, `t2` …"""
        self._aliases += 1
        return f"t{self._aliases}"

    def param(self, param: Param) -> str:
        """The placeholder of a parameter; one that stands in two places has one number."""
        if id(param) not in self._numbers:
            self.params.append(param)
            self._numbers[id(param)] = self.dialect.parameter(len(self.params), param.type)
        return self._numbers[id(param)]

    def size(self, size: int | Param) -> str:
        """A page's size: `50`, or `:p1` where a variable gives it.

        PostgreSQL plans a statement anew each time its LIMIT is a parameter: a third of the time of a flat page.
        """
        return str(size) if isinstance(size, int) else self.param(size)

    def expand(self, template: str, row: Row | None, arguments: Mapping[str, Param] | None = None) -> str:
        """A template with its words filled in: `{row}.name` → `t1.name`, `{arg:from}` → `:p2`."""

        def word(match: re.Match[str]) -> str:
            if match[1]:
                assert row is not None
                return row.column(match[2])
            name, rest = match[3], match[4]
            match name:
                case "arg":
                    assert arguments is not None
                    return self.param(arguments[rest])
                case "viewer":
                    attribute, type_ = rest.split(":")
                    return self.param(Param(Setting(attribute), type_))
                case "field":
                    assert row is not None
                    other = row.entity.fields[rest]
                    sql = other.minor if isinstance(other, Amount) else other.sql  # type: ignore[union-attr]
                    return "(" + self.expand(sql, row, arguments) + ")"
                case "days":
                    return self.dialect.days(*rest.split("|"))
                case "least":
                    return self.dialect.least(*rest.split("|"))
                case "whole":
                    return self.dialect.whole(rest)
                case "visible":
                    entity, alias = rest.split(":")
                    return self._seen(self.catalog.entities[entity], Row(alias, self.catalog.entities[entity]))
            raise ValueError(f"{{{name}:{rest}}} is no word of a template")

        # Words may stand inside words' arguments, so fill in from the inside out.
        while _WORD.search(template):
            template = _WORD.sub(word, template)
        return template

    def value(self, template: str, row: Row, arguments: Mapping[str, Param] | None = None) -> str:
        """An expression that can stand in a longer one: `t1.name`, `(SELECT count(*) …)`."""
        sql = self.expand(template, row, arguments)
        return sql if _COLUMN.match(sql) or sql.startswith(":") else f"({sql})"

    def _seen(self, entity: Entity, row: Row, rule: str | None = None) -> str:
        """That a row has not been removed and the viewer may see it: `t1.deleted_at IS NULL AND …`."""
        rule = self.visible(entity.name) if rule is None else rule
        conditions = [self.expand(part, row) for part in (entity.live, rule) if part]
        return " AND ".join(f"({part})" if len(conditions) > 1 else part for part in conditions) or "1 = 1"

    # --- rows -----------------------------------------------------------------------------------------------

    def source(self, rows: Rows, row: Row, parent: Row | None) -> tuple[str, list[str]]:
        """FROM and WHERE of a set of rows: `customer t2`, `["t2.owner_id = t1.id", "t2.deleted_at IS NULL"]`."""
        entity, link = rows.entity, rows.link
        table = f"{self.expand(entity.table, None)} {row.alias}"
        conditions: list[str] = []
        match link:
            case Param():
                conditions.append(f"{row.column('id')} = {self.param(link)}")
            case ToOne():
                assert parent is not None
                conditions.append(f"{row.column('id')} = {self.expand(link.key, parent)}")
            case ToMany(via=None):
                assert parent is not None
                conditions.append(f"{row.column(link.match)} = {parent.column('id')}")
            case ToMany(via=via):
                assert parent is not None and via is not None
                between = self.alias()
                row.elsewhere = {
                    "id": f"{between}.{via.far}",
                    **{column: f"{between}.{copy}" for column, copy in via.copies.items()},
                }
                table = f"{via.table} {between} JOIN {table} ON {row.alias}.id = {between}.{via.far}"
                conditions.append(f"{between}.{via.near} = {parent.column('id')}")
            case None:
                pass
        conditions += [self.expand(part, row) for part in (entity.live, rows.visible) if part]
        if rows.where != All(()):
            conditions.append(self.condition(rows.where, row))
        return table, [part for part in conditions if part]

    def condition(self, condition: Condition, row: Row) -> str:
        """A predicate on a row; safe to stand beside others with AND."""
        match condition:
            case AnyOf() | Not() | Exists() if not self.fits(_SYMBOLS, row):
                view = self.apart(
                    row,
                    lambda base: f" FROM {base.entity.table} {base.alias} WHERE {self.condition(condition, base)}",
                )
                return f"EXISTS (SELECT 1 FROM {view} WHERE {view}.id = {row.column('id')})"
            case Test(operator, sql, params):
                written = [quote(each.text) if isinstance(each, Word) else self.param(each) for each in params]
                placeholders = [*written, "", ""]
                x = self.value(sql, row)
                return self.dialect.operators[operator].format(x=x, v=placeholders[0], w=placeholders[1])
            case All(items):
                return " AND ".join(self.condition(item, row) for item in items if item != All(())) or "1 = 1"
            case AnyOf(items):
                with self.nested(_SYMBOLS // 2):
                    any_ = " OR ".join(f"({self.condition(item, row)})" for item in items)
                return f"({any_ or '1 = 0'})"
            case Not(Exists() as item):
                return "NOT " + self.condition(item, row)
            case Not(item):
                with self.nested(_SYMBOLS // 2):
                    return f"(({self.condition(item, row)}) IS NOT TRUE)"
            case Exists(rows):
                inner = Row(self.alias(), rows.entity)
                with self.nested(_SYMBOLS):
                    table, conditions = self.source(rows, inner, row)
                return f"EXISTS (SELECT 1 FROM {table} WHERE {_all(conditions)})"
            case Words(expressions, words):
                contains = self.dialect.operators["contains"]
                hits = " OR ".join(contains.format(x=self.value(sql, row), v="w.value") for sql in expressions)
                every = self.dialect.elements(self.param(words))
                return f"NOT EXISTS (SELECT 1 FROM {every} w WHERE ({hits}) IS NOT TRUE)"
            case _:
                assert_never(condition)

    # --- objects --------------------------------------------------------------------------------------------

    def one_row(self, one: One, parent: Row | None = None) -> str:
        """`SELECT '{"name":' || json_quote(t2.name) || '}' FROM sales_rep t2 WHERE t2.id = t1.owner_id`."""
        row = Row(self.alias(), one.rows.entity)
        table, conditions = self.source(one.rows, row, parent)
        body = concat(list(self.object(one.body, row)))
        where = f" WHERE {_all(conditions)}" if conditions else ""
        return f"SELECT {body} FROM {table}{where}"

    def nodes(self, plan: NodeByIds) -> str:
        """Rows of any entity by prefix and number, each branch reading its own table."""
        pair = Row("n", next(iter(self.catalog.entities.values())))
        whens = []
        for branch in plan.branches:
            entity = branch.rows.entity
            key = ToOne("", entity.name, "{row}.number")
            with self.nested(_SYMBOLS):
                found = self.one_row(One(Rows(entity, key, branch.rows.visible), branch.body), pair)
            whens.append(f"WHEN {quote(entity.prefix)} THEN ({found})")
        node = f"COALESCE(CASE n.prefix {' '.join(whens)} END, 'null')"
        answer = self.dialect.list_json(node) if plan.many else node
        return f"SELECT {answer} FROM {self.dialect.pairs(self.param(plan.ids))} n"

    def object(self, body: Body, row: Row) -> Iterator[Piece]:
        """The pieces of a JSON object."""
        yield from _braced((key, self.node(node, row)) for key, node in body)

    def node(self, node: Node, row: Row) -> list[Piece]:
        """The pieces of one field's JSON."""
        match node:
            case Text(json):
                return [(False, json)]
            case _ if (symbols := _symbols(node)) and not self.fits(symbols, row):
                view = self.apart(
                    row,
                    lambda base: f", {concat(self.node(node, base))} AS x FROM {base.entity.table} {base.alias}",
                )
                return [(True, f"(SELECT {view}.x FROM {view} WHERE {view}.id = {row.column('id')})")]
            case Scalar(value, arguments):
                return self._scalar(value, self.value(value.sql, row, arguments))
            case Money(amount, parts, arguments):
                return self._money(amount, parts, row, arguments)
            case One():
                with self.nested(_SYMBOLS):
                    return [(True, f"COALESCE(({self.one_row(node, row)}), 'null')")]
            case Many():
                with self.nested(_SYMBOLS):
                    pieces, source = self.connection(node, row)
                if not source:
                    return pieces
                # Literals at both ends stay outside: SQLite's parser has a stack of 100, and every bit less counts.
                at = [place for place, (is_sql, _) in enumerate(pieces) if is_sql]
                inside = concat(pieces[at[0] : at[-1] + 1])
                return [*pieces[: at[0]], (True, f"(SELECT {inside}{source})"), *pieces[at[-1] + 1 :]]
            case _:
                assert_never(node)

    def _scalar(self, value: Value, sql: str) -> list[Piece]:
        match value.kind:
            case Kind.ID if not value.nullable:
                return [(False, f'"{value.prefix}_'), (True, sql), (False, '"')]
            case Kind.ID:
                return [(True, f"COALESCE({quote(chr(34) + value.prefix + '_')} || {sql} || '\"', 'null')")]
            case Kind.DECIMAL:
                return [(True, f"(SELECT {self.decimal('v.x', 4)} FROM (SELECT {sql} AS x LIMIT 1) v)")]
            case Kind.ENUM | Kind.DATE | Kind.INSTANT if not value.nullable:
                return [(False, '"'), (True, self.dialect.bare(value.kind, sql)), (False, '"')]
            case _:
                return [(True, self.dialect.json(value.kind, sql, value.nullable))]

    def decimal(self, sql: str, places: int) -> str:
        """A whole number of 10^-places, or null, as JSON: `"0.9731"`."""
        return f"CASE WHEN {sql} IS NULL THEN 'null' ELSE '\"' || {self.dialect.scaled(sql, places)} || '\"' END"

    def _money(
        self,
        amount: Amount,
        parts: Sequence[tuple[str, str | Text]],
        row: Row,
        arguments: Mapping[str, Param],
    ) -> list[Piece]:
        minor = self.value(amount.minor, row, arguments)
        currency = self.value(amount.currency, row, arguments)
        if not amount.nullable and _COLUMN.match(minor):
            return list(self.amount(parts, minor, currency))
        # LIMIT keeps the database from working the expression out once for each place it stands in.
        body = concat(list(self.amount(parts, "v.m", "v.c")))
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
        yield from _braced(
            (key, [(False, part.json)] if isinstance(part, Text) else pieces[part]) for key, part in parts
        )

    # --- connections ----------------------------------------------------------------------------------------

    def connection(self, many: Many, parent: Row | None) -> tuple[list[Piece], str]:
        """The pieces of a connection's object, and the FROM that feeds them if they need the page's rows.

        The page is cut in a subquery first, so that nothing below it is worked out for rows it does not show:
        `'{"nodes":' || … || '}' FROM (SELECT t1.id, t1.name FROM customer t1 … ORDER BY … LIMIT :p1) t1`
        """
        row = Row(self.alias(), many.rows.entity)
        if not _needs_rows(many):
            self.checked += [
                each for each in (many.page.size, *many.page.after, *many.page.before) if isinstance(each, Param)
            ]
            body = list(_braced((key, self._part(part, many, row, parent, False)) for key, part in many.parts))
            return body, ""
        paging = any(isinstance(part, PageInfo) for _, part in many.parts)
        with_cursor = paging or any(
            name == "cursor" for _, part in many.parts if isinstance(part, Edges) for _, name in part.parts
        )
        body = list(_braced((key, self._part(part, many, row, parent, paging)) for key, part in many.parts))
        return body, f" FROM {self._page(many, row, parent, paging, with_cursor)}"

    def _part(self, part: Part, many: Many, row: Row, parent: Row | None, paging: bool) -> list[Piece]:
        match part:
            case Nodes(body):
                return self._listed(concat(list(self.object(body, row))), many, row, paging)
            case Edges(parts):
                edge = concat(list(_braced((key, self._edge(inner, row, many)) for key, inner in parts)))
                return self._listed(edge, many, row, paging)
            case PageInfo(parts):
                return list(_braced((key, self._page_info(name, many, row, parent)) for key, name in parts))
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
                return [(True, f"COALESCE('\"' || {cursor} || '\"', 'null')")]

    def _beyond(self, many: Many, parent: Row | None, seek: Sequence[Param], backward: bool) -> str:
        """Whether any row lies at a cursor, or on that side of it which the page does not lie on."""
        row = Row(self.alias(), many.rows.entity)
        table, conditions = self.source(many.rows, row, parent)
        past = self._seek(many, row, seek, backward)
        conditions.append(f"({past}) IS NOT TRUE")
        return f"CASE WHEN EXISTS (SELECT 1 FROM {table} WHERE {_all(conditions)}) THEN 'true' ELSE 'false' END"

    def _page(self, many: Many, row: Row, parent: Row | None, paging: bool, with_cursor: bool) -> str:
        """The page as a FROM item; rendered after what reads it, since it hands on just the columns that are used."""
        wanted = list(row.columns)
        inner = Row(row.alias, row.entity)
        with self.nested(_SYMBOLS):
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
        where = f" WHERE {_all(conditions)}" if conditions else ""
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

    def _seek(self, many: Many, row: Row, seek: Sequence[Param], backward: bool) -> str:
        """That a row lies past a cursor: `(t1.name_fold, t1.id) > (:p1, :p2)`, or the same spelled out key by key."""
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
            return f"({left}) {'<' if keys[0][2] else '>'} ({right})"
        # Past the first key, or level with it and past the second …: side by side, for brackets in brackets run deep.
        past, level = [], ""
        for sql, param, down, null in keys:
            beyond = f"{level}{sql} {'<' if down else '>'} {param}"
            past.append(f"({beyond})" if level else beyond)
            level += (f"({sql} = {param} OR {null} = 1)" if null else f"{sql} = {param}") + " AND "
        sql, param, down, null = keys[0]
        # The first key's bound, said once more by itself, lets an index skip what lies before.
        return f"{sql} {'<=' if down else '>='} {param} AND ({' OR '.join(past)})"

    # --- figures --------------------------------------------------------------------------------------------

    def _figures(self, part: Part, many: Many, parent: Row | None) -> list[Piece]:
        match part:
            case Text(json):
                return [(False, json)]
            case TotalCount():
                row = Row(self.alias(), many.rows.entity)
                table, conditions = self.source(many.rows, row, parent)
                where = f" WHERE {_all(conditions)}" if conditions else ""
                return [(True, f"(SELECT count(*) FROM {table}{where})")]
            case Aggregate():
                figures = _Figures(self, Row(self.alias(), many.rows.entity))
                body = concat(list(figures.object(part)))
                return [(True, f"(SELECT {body} FROM {figures.source(many.rows, parent)})")]
            case Groups():
                return [(True, self._groups(part, many, parent))]
            case _:
                raise TypeError(part)

    def _groups(self, groups: Groups, many: Many, parent: Row | None) -> str:
        """Groups as a JSON array: rows are grouped first, and what a group prints is worked out for those shown."""
        figures = _Figures(self, Row(self.alias(), many.rows.entity))
        items: list[tuple[str, list[Piece]]] = []
        for name, part in groups.parts:
            match part:
                case Text(json):
                    items.append((name, [(False, json)]))
                case KeyOf(index, body):
                    items.append((name, self._group_key(groups.keys[index], f"{figures.alias}.g{index}", body)))
                case Aggregate():
                    items.append((name, list(figures.object(part))))
        answer = self.dialect.list_json(concat(list(_braced(iter(items)))))
        return f"(SELECT {answer} FROM {figures.source(many.rows, parent, groups)})"

    def _group_key(self, key: GroupKey, sql: str, body: Body | None) -> list[Piece]:
        if body is None or key.target is None:
            return self._scalar(key.value, sql)
        row = Row(self.alias(), key.target)
        with self.nested(2 * _SYMBOLS):
            pieces = concat(list(self.object(body, row)))
        seen = self._seen(key.target, row, key.visible)
        found = f"SELECT {pieces} FROM {key.target.table} {row.alias} WHERE {row.alias}.id = {sql} AND {seen}"
        return [(True, f"COALESCE(({found}), 'null')")]

    def group_expression(self, key: GroupKey, row: Row) -> str:
        """What a group's rows share: a column, or the start of the period that holds it."""
        sql = self.expand(key.value.sql, row)
        if not key.unit:
            return sql
        zone = self.param(key.zone) if key.zone else ""
        return self.dialect.period(key.value.kind, sql, key.unit, zone)


class _Figures:
    """Sums, averages and extremes over rows: worked out per currency first, then put together.

    Two queries, one in the other. The inner one gives counts `n` and, per measure, those of sum, number, least and
    greatest (`s0`, `c0`, `l0`, `h0`) that are needed, one row per group and, if money is among the measures, per
    currency. The outer one puts the currencies of a group together: its columns `x0`, `x1` … are what is printed.
    """

    def __init__(self, renderer: _Renderer, row: Row) -> None:
        self.renderer = renderer
        self.dialect = renderer.dialect
        self.row = row
        self.inner = renderer.alias()
        self.alias = renderer.alias()
        self.columns: dict[str, str] = {}
        self.measures: dict[str, int] = {}
        self.inner_columns: dict[str, str] = {"n": "count(*)"}
        self.currency = ""

    def object(self, aggregate: Aggregate) -> Iterator[Piece]:
        """The pieces of an aggregate's object, read from the outer query."""
        yield from _braced((key, list(self._part(part))) for key, part in aggregate.parts)

    def _column(self, sql: str) -> str:
        """A column of the outer query: `t3.x0`."""
        return f"{self.alias}.{self.columns.setdefault(sql, f'x{len(self.columns)}')}"

    def _inner(self, letter: str, measure: Measure) -> str:
        """A column of the inner query, worked out because it is asked for: `t2.s0`."""
        if letter == "c" and not measure.nullable:
            return f"{self.inner}.n"
        at = self.measures.setdefault(measure.sql, len(self.measures))
        x = self.renderer.expand(measure.sql, self.row)
        sql = {"s": self.dialect.whole(f"sum({x})"), "c": f"count({x})", "l": f"min({x})", "h": f"max({x})"}[letter]
        self.inner_columns[f"{letter}{at}"] = sql
        return f"{self.inner}.{letter}{at}"

    def _part(self, part: Figure | TotalCount | Text) -> Iterator[Piece]:
        match part:
            case Text(json):
                yield (False, json)
            case TotalCount():
                yield (True, self._column(self.dialect.whole(f"COALESCE(sum({self.inner}.n), 0)")))
            case Figure(function, parts):
                yield from _braced(
                    (
                        key,
                        [(False, measure.json)]
                        if isinstance(measure, Text)
                        else [(True, self._measure(function, measure, money))],
                    )
                    for key, measure, money in parts
                )

    def _measure(self, function: str, measure: Measure, money: Sequence[tuple[str, str | Text]]) -> str:
        amount = measure.amount
        if amount is not None and not amount.one_currency:
            self.currency = amount.currency
            figure = self._of_one_currency(function, measure)
            pieces = concat(list(self.renderer.amount(money, figure, f"{self.inner}.cur")))
            some = f"CASE WHEN {self._inner('c', measure)} > 0 THEN {pieces} END"
            return self._column(self.dialect.list_json(some))
        figure = self._column(self._overall(function, measure))
        if amount is not None:
            currency = "(" + self.renderer.expand(amount.currency, self.row) + ")"
            pieces = concat(list(self.renderer.amount(money, figure, currency)))
            return f"CASE WHEN {figure} IS NULL THEN 'null' ELSE {pieces} END"
        if measure.kind is Kind.DECIMAL or (measure.kind is Kind.INT and function in ("sum", "average")):
            places = 4 if measure.kind is Kind.DECIMAL or function == "average" else 0
            return self.renderer.decimal(figure, places)
        return self.dialect.json(measure.kind, figure, True)

    def _of_one_currency(self, function: str, measure: Measure) -> str:
        """The figure of the one row a currency has: `t2.s0`, or its rounded mean."""
        if function == "average":
            return "(" + _mean(self._inner("s", measure), self._inner("c", measure), 1) + ")"
        return self._inner({"sum": "s", "min": "l", "max": "h"}[function], measure)

    def _overall(self, function: str, measure: Measure) -> str:
        """The figure over all inner rows: `sum(t2.s0)`."""
        match function:
            case "sum":
                return self.dialect.whole(f"sum({self._inner('s', measure)})")
            case "average":
                total = self.dialect.whole(f"sum({self._inner('s', measure)})")
                number = self.dialect.whole(f"sum({self._inner('c', measure)})")
                return _mean(total, number, 10_000 if measure.kind is Kind.INT else 1)
            case _:
                return f"{function}({self._inner('l' if function == 'min' else 'h', measure)})"

    def source(self, rows: Rows, parent: Row | None, groups: Groups | None = None) -> str:
        """Both queries as a FROM item; rendered last, since they work out just what was asked for."""
        renderer, row, inner = self.renderer, self.row, self.inner
        with renderer.nested(_SYMBOLS):
            table, conditions = renderer.source(rows, row, parent)
        keys = groups.keys if groups else ()
        outputs = [f"{renderer.group_expression(key, row)} AS g{at}" for at, key in enumerate(keys)]
        if self.currency:
            outputs.append(f"{renderer.expand(self.currency, row)} AS cur")
        # Currencies in one order everywhere: what joins them up takes rows as they come.
        by = ", ".join(str(at + 1) for at in range(len(outputs)))
        outputs += [f"{sql} AS {name}" for name, sql in self.inner_columns.items()]
        where = f" WHERE {_all(conditions)}" if conditions else ""
        grouped = f" GROUP BY {by} ORDER BY {by}" if by else ""
        query = f"(SELECT {', '.join(outputs)} FROM {table}{where}{grouped}) {inner}"
        if any(key.target for key in keys):
            query = self._seen(query, keys)
        columns = [f"{sql} AS {name}" for sql, name in self.columns.items()]
        if groups is None:
            return f"(SELECT {', '.join(columns) or 'count(*) AS x'} FROM {query}) {self.alias}"
        names = [f"{inner}.g{at}" for at in range(len(keys))]
        order = [f"{name} IS NULL, {ranked(name, key.rank)}" for name, key in zip(names, keys, strict=True)]
        if not groups.by_key:
            order = [f"sum({inner}.n) DESC", *order]
        return (
            f"(SELECT {', '.join(names + columns)} FROM {query} GROUP BY {', '.join(names)}"
            f" ORDER BY {', '.join(order)} LIMIT {renderer.size(groups.size)}) {self.alias}"
        )

    def _seen(self, query: str, keys: Sequence[GroupKey]) -> str:
        """Groups by links to rows that are removed or hidden become one with the group that has no link at all.

        Grouped by the link as it stands first, since an index serves that; the few rows this gives are looked up.
        """
        renderer, inner = self.renderer, self.inner
        outputs: list[str] = []
        for at, key in enumerate(keys):
            name = f"{inner}.g{at}"
            if key.target:
                row = Row(renderer.alias(), key.target)
                seen = renderer._seen(key.target, row, key.visible)
                table = f"{key.target.table} {row.alias}"
                name = f"(SELECT {row.alias}.id FROM {table} WHERE {row.alias}.id = {name} AND {seen})"
            outputs.append(f"{name} AS g{at}")
        if self.currency:
            outputs.append(f"{inner}.cur AS cur")
        by = ", ".join(str(at + 1) for at in range(len(outputs)))
        functions = {"n": "sum", "s": "sum", "c": "sum", "l": "min", "h": "max"}
        for name in self.inner_columns:
            figure = f"{functions[name[0]]}({inner}.{name})"
            outputs.append(f"{self.dialect.whole(figure) if name[0] in 'nsc' else figure} AS {name}")
        return f"(SELECT {', '.join(outputs)} FROM {query} GROUP BY {by} ORDER BY {by}) {inner}"


def ranked(sql: str, rank: Sequence[str]) -> str:
    """What an enumeration sorts by: `CASE t1.priority WHEN 'LOW' THEN 1 … END`, or itself."""
    whens = " ".join(f"WHEN {quote(value)} THEN {at}" for at, value in enumerate(rank, 1))
    return f"CASE {sql} {whens} END" if rank else sql


def _mean(total: str, number: str, scale: int) -> str:
    """A mean rounded half away from zero, in whole numbers; nothing of nothing is null."""
    times = f" * {scale}" if scale > 1 else ""
    return (
        f"CASE WHEN {total} < 0 THEN -((-{total}{times} * 2 + {number}) / ({number} * 2))"
        f" ELSE ({total}{times} * 2 + {number}) / (NULLIF({number}, 0) * 2) END"
    )


def _symbols(node: Node) -> int:
    """How deep a field's SQL nests: a formula and figures over many rows are several queries, one in the other."""
    match node:
        case Scalar(value=Value(sql=sql)) | Money(amount=Amount(minor=sql)):
            return 2 * _SYMBOLS if "SELECT" in sql else 0
        case One():
            return _SYMBOLS
        case Many(parts=parts):
            figures = any(isinstance(part, Aggregate | Groups) for _, part in parts)
            return 2 * _SYMBOLS if figures else _SYMBOLS
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


def _directed(sql: str, descending: bool) -> str:
    return f"{sql} DESC" if descending else sql


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions)


def _braced(items: Iterator[tuple[str, Sequence[Piece]]]) -> Iterator[Piece]:
    """Keys and the pieces of their values as the pieces of a JSON object."""
    yield (False, "{")
    for at, (key, pieces) in enumerate(items):
        yield (False, f'{"," if at else ""}"{key}":')
        yield from pieces
    yield (False, "}")
