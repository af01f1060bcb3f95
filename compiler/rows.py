"""Rows as SQL: templates filled in, sets of rows with their conditions, and how deep a statement may nest."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, assert_never

from compiler.catalog import Amount, Catalog, Entity, ToMany, ToOne
from compiler.dialect import Dialect, quote
from compiler.plan import All, AnyOf, Condition, Exists, Not, Rows, Test, Words
from compiler.values import Given, Param, Setting, Word


@dataclass(frozen=True)
class Statement:
    """A rendered plan: its text, and where the values come from."""

    sql: str
    params: tuple[Param, ...]
    checked: tuple[Param, ...] = ()
    """What the statement does not need but a request must still get right: the cursor of a page that is not shown."""
    single: bool = False
    """Whether it answers with one record, found by its id."""
    wide: tuple[str, Statement] | None = None
    """An attribute of viewers, and the statement that gives the same sooner to those who have it."""

    def reads_only(self, name: str) -> bool:
        """Whether its values are the same for all requests of one viewer, but for one variable."""
        statements = [self, self.wide[1]] if self.wide else [self]
        sources = [param.source for each in statements for param in (*each.params, *each.checked)]
        every = [item for source in sources for item in (source if isinstance(source, tuple) else (source,))]
        return all(item.route in ((), (name,)) for item in every if isinstance(item, Given))

    def best_for(self, viewer: object) -> Statement:
        """The one of both that a viewer gets the answer from soonest."""
        return self.wide[1] if self.wide and getattr(viewer, self.wide[0]) else self


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


OWN, LISTED = Param(Setting("rep_ids"), "bigints"), Param(Setting("rep_ids"), "listed")
"""The reps whose records count as the viewer's own, as what rows are found by, and to look for the one at hand."""
BELOW = Param(Setting("below_ids"), "bigints")
"""The reps who report to the viewer."""
ONE = Param(Setting("rep_id"), "bigint")
"""The rep whose records are the viewer's own, where that can be but one: an index finds what equals it, in order."""
_WORD = re.compile(r"\{(row)\}\.(\w+)|\{(\w+):([^{}]*)\}")
SYMBOLS = 15
"""Symbols on a parser's stack that one level of nesting takes: `( SELECT … || COALESCE ( group_concat ( … ||`."""
COLUMN = re.compile(r"[\w.]+\Z")


class RowsRenderer:
    """Writes what a statement reads; `compiler/sql.py` adds what it answers."""

    def __init__(
        self,
        catalog: Catalog,
        dialect: Dialect,
        visible: Callable[[str], str],
        *,
        alone: bool = False,
        is_wide: bool = False,
    ) -> None:
        self.catalog = catalog
        self.dialect = dialect
        self.visible = visible
        self.alone = alone
        """Whether what is the viewer's own belongs to one rep."""
        self.is_wide = is_wide
        """Whether sets of ids are taken for dense that are so for some viewers."""
        self.wide = ""
        """The attribute of those viewers, once it would make a difference."""
        self.params: list[Param] = []
        self.checked: list[Param] = []
        self._numbers: dict[int, str] = {}
        self._aliases = 0
        self._apart: list[str] = []
        self._sets: dict[str, str] = {}
        self._ruled = SYMBOLS if any(visible(name) for name in catalog.entities) else 0
        """What a row rule nests by, wherever it may stand."""
        self._leading: Literal["", "page", "some", "all", "aside"] = ""
        """Whether the rule at hand is what rows of the whole table are found by, and how many of them are wanted: a
        page, those that meet conditions, or all; or whether it stands aside, in a formula.
        """
        self.by_id = False
        """Whether rows are found by their ids, so that few are at hand."""
        self._nesting = 0

    def statement(self, sql: str, *, single: bool = False) -> Statement:
        """What was rendered, after the pieces that were set apart from it: `WITH t9 AS (…) SELECT …`."""
        views = [*self._sets.values(), *self._apart]
        apart = f"WITH {', '.join(views)} " if views else ""
        return Statement(apart + sql, tuple(self.params), tuple(self.checked), single)

    def fits(self, symbols: int, row: Row) -> bool:
        """Whether SQL that nests by so many symbols of the database's parser may stand here."""
        most = self.dialect.nesting
        return not most or self._nesting + symbols + self._ruled <= most or not row.entity.prefix

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
        """A page's size: `50`, or `?1` where the engine does not write out what a variable gives.

        PostgreSQL plans a statement anew each time its LIMIT is a parameter: a third of the time of a flat page.
        """
        return str(size) if isinstance(size, int) else self.param(size)

    def expand(self, template: str, row: Row | None, arguments: Mapping[str, Param] | None = None) -> str:
        """A template with its words filled in: `{row}.name` → `t1.name`, `{arg:from}` → `?2`."""

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
                case "fence":
                    return self.dialect.fence
                case "set":
                    return self.set(rest)
                case "among":
                    return self._among(*rest.split("|"))
                case "own" if self.alone:
                    return f"{rest} = {self.param(ONE)}"
                case "own" if self.by_id and self._leading == "" and "listed" in self.dialect.operators:
                    return self.dialect.operators["listed"].format(x=rest, v=self.param(LISTED))
                case "own":
                    return self.dialect.operators["in"].format(x=rest, v=self.param(OWN))
                case "below":
                    return self.dialect.operators["in"].format(x=rest, v=self.param(BELOW))
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
                    name, alias, *besides = rest.split(":")
                    other_entity = self.catalog.entities[name]
                    self._leading, before = "aside", self._leading
                    seen = self.seen(other_entity, Row(alias, other_entity), besides=besides)
                    self._leading = before
                    return seen
            raise ValueError(f"{{{name}:{rest}}} is no word of a template")

        # Words may stand inside words' arguments, so fill in from the inside out.
        while _WORD.search(template):
            template = _WORD.sub(word, template)
        return template

    def value(self, template: str, row: Row, arguments: Mapping[str, Param] | None = None) -> str:
        """An expression that can stand in a longer one: `t1.name`, `(SELECT count(*) …)`."""
        sql = self.expand(template, row, arguments)
        return sql if COLUMN.match(sql) or sql.startswith("?") else f"({sql})"

    def seen(self, entity: Entity, row: Row, rule: str | None = None, besides: Collection[str] = ()) -> str:
        """That a row has not been removed and the viewer may see it: `t1.deleted_at IS NULL AND …`.

        `besides` are keys of what it belongs to that is looked at itself.
        """
        rule = self.visible(entity.name) if rule is None else rule
        conditions = [self.expand(part, row) for part in (*entity.there(besides), rule) if part]
        return " AND ".join(f"({part})" if len(conditions) > 1 else part for part in conditions) or "1 = 1"

    def set(self, name: str) -> str:
        """The name of a set of ids, which is worked out once: `own_customers (id) AS (SELECT …)`."""
        if name not in self._sets:
            before, self.by_id = self.by_id, False
            query = self.expand(self.catalog.sets[name].query, None)  # which may name others, that then stand before it
            self.by_id = before
            self._sets[name] = f"{name} (id) AS ({query})"
        return name

    def _among(self, name: str, key: str) -> str:
        """That an id is in a set: `t1.customer_id IN own_customers`, or `EXISTS (…)` for the one at hand.

        A list of all rows is led by the ids; where rows hang on others, few are at hand and each is looked up. Led by
        the ids there too, the sales of 20 reps take 4 s instead of 2 ms; looked up here too, a list of nothing takes
        1 s instead of 20 ms. Of a dense set, a page is looked up all the same: a manager's 50 newest orders, of half
        of 200,000, take 0.3 ms instead of 16; and figures over what meets conditions are led by those, 8 ms instead of
        44 for urgent tickets. Formulas, which nest deep, read the ids, but are not to be led by them.
        """
        ids = self.catalog.sets[name]
        dense = ids.dense
        if ids.wide and self._leading in ("page", "some"):
            self.wide, dense = ids.wide, dense or self.is_wide
        if ids.test and (self._leading == "" or (self._leading == "page" and dense)):
            return self.expand(f"({ids.test})".replace("{key}", key), None)
        return self.dialect.among(key, self.set(name), led=self._leading != "aside" and not dense)

    def crowd(self, row: Row) -> str:
        """That rows are about enough subjects to be told of: `count(DISTINCT t1.customer_id) >= 10`; else empty."""
        crowd = row.entity.crowd
        return f"count(DISTINCT {self.expand(crowd.subject, row)}) >= {crowd.least}" if crowd else ""

    # --- rows -----------------------------------------------------------------------------------------------

    def source(self, rows: Rows, row: Row, parent: Row | None, counted: bool = False) -> tuple[str, list[str]]:
        """FROM and WHERE of a set of rows: `customer t2`, `["t2.owner_id = t1.id", "t2.deleted_at IS NULL"]`.

        `counted`: all of them are gone through.
        """
        entity, link = rows.entity, rows.link
        table = f"{self.expand(entity.table, None)} {row.alias}"
        conditions: list[str] = []
        besides: tuple[str, ...] = ()
        match link:
            case Param():
                conditions.append(f"{row.column('id')} = {self.param(link)}")
            case ToOne():
                assert parent is not None
                conditions.append(f"{row.column('id')} = {self.expand(link.key, parent)}")
            case ToMany(via=None):
                assert parent is not None
                conditions.append(f"{row.column(link.match)} = {parent.column('id')}")
                besides = (link.match,)  # and the parent is there
            case ToMany(via=via):
                assert parent is not None and via is not None
                between = self.alias()
                row.elsewhere = {
                    "id": f"{between}.{via.far}",
                    **{column: f"{between}.{copy}" for column, copy in via.copies.items()},
                }
                table = f"{via.table} {between} JOIN {table} ON {row.alias}.id = {between}.{via.far}"
                conditions.append(f"{between}.{via.near} = {parent.column('id')}")
                link_entity = self.catalog.entities[via.entity]
                if link_entity.live or self.visible(via.entity):
                    conditions.append(self.seen(link_entity, Row(between, link_entity), besides=(via.near, via.far)))
            case None:
                pass
        if link is None:
            self._leading = "page" if not counted else "all" if rows.where == All(()) else "some"
        self.by_id = isinstance(link, Param | ToOne)
        conditions += [self.expand(part, row) for part in (*entity.there(besides), rows.visible) if part]
        self._leading, self.by_id = "", False
        if rows.where != All(()):
            conditions.append(self.condition(rows.where, row))
        return table, [part for part in conditions if part]

    def condition(self, condition: Condition, row: Row) -> str:
        """A predicate on a row; safe to stand beside others with AND."""
        match condition:
            case AnyOf() | Not() | Exists() if not self.fits(SYMBOLS, row):
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
                with self.nested(SYMBOLS // 2):
                    any_ = " OR ".join(f"({self.condition(item, row)})" for item in items)
                return f"({any_ or '1 = 0'})"
            case Not(Exists() as item) if not _of_few(item.rows):
                return "NOT " + self.condition(item, row)
            case Not(item):
                with self.nested(SYMBOLS // 2):
                    return f"(({self.condition(item, row)}) IS NOT TRUE)"
            case Exists(Rows(entity, ToOne(key=key), visible, where) as rows) if _of_few(rows):
                # Found once, where each of many rows would go through all that hangs on the few they lead to: 0.2 s
                # where 5 s were not enough for 200,000 orders of reps with a certain ticket. PostgreSQL is told so.
                inner = Row(self.alias(), entity)
                with self.nested(SYMBOLS):
                    table, conditions = self.source(Rows(entity, None, visible, where), inner, None, counted=True)
                found = f"SELECT {inner.column('id')} FROM {table} WHERE {all_of(conditions)}{self.dialect.fence}"
                return f"{self.expand(key, row)} IN ({found})"
            case Exists(rows):
                inner = Row(self.alias(), rows.entity)
                with self.nested(SYMBOLS):
                    table, conditions = self.source(rows, inner, row)
                return f"EXISTS (SELECT 1 FROM {table} WHERE {all_of(conditions)})"
            case Words(expressions, words):
                contains = self.dialect.operators["contains"]
                hits = " OR ".join(contains.format(x=self.value(sql, row), v="w.value") for sql in expressions)
                every = self.dialect.elements(self.param(words))
                return f"NOT EXISTS (SELECT 1 FROM {every} w WHERE ({hits}) IS NOT TRUE)"
            case _:
                assert_never(condition)


def _of_few(rows: Rows) -> bool:
    """Whether rows are led to one of few, which others must hang on: so few are found once for all of those rows."""
    return isinstance(rows.link, ToOne) and rows.entity.few and _looks_on(rows.where)


def _looks_on(condition: Condition) -> bool:
    """Whether a condition looks at rows that hang on the row at hand."""
    match condition:
        case All(items) | AnyOf(items):
            return any(map(_looks_on, items))
        case Not(item):
            return _looks_on(item)
        case Exists(rows):
            return isinstance(rows.link, ToMany) or _looks_on(rows.where)
        case _:
            return False


def all_of(conditions: Sequence[str]) -> str:
    """Conditions that must all hold: `a AND b`."""
    return " AND ".join(conditions)
