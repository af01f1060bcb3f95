"""Figures over many rows as SQL: counts, sums, means and extremes, also by group, and money by currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compiler.catalog import Kind, Measure
from compiler.dialect import Piece, braced, quote
from compiler.plan import Aggregate, Figure, GroupKey, Groups, Rows, Text, TotalCount
from compiler.rows import SYMBOLS, Row, all_of

if TYPE_CHECKING:  # what writes figures is written by it in turn
    from compiler.sql import Renderer


class Figures:
    """Sums, averages and extremes over rows: worked out per currency first, then put together.

    Two queries, one in the other. The inner one gives counts `n` and, per measure, those of sum, number, least and
    greatest (`s0`, `c0`, `l0`, `h0`) that are needed, one row per group and, if money is among the measures, per
    currency. The outer one puts the currencies of a group together: its columns `x0`, `x1` … are what is printed.

    Where only crowds may be told of, money has two such queries of its own beside these: a currency that is about too
    few is left out of the amounts, and counted with the others in the rest.
    """

    def __init__(self, renderer: Renderer, row: Row, *, whole: bool = True) -> None:
        """`whole`: all currencies of a group are told of as one, not each by itself."""
        self.renderer = renderer
        self.dialect = renderer.dialect
        self.row = row
        self.inner = renderer.alias()
        self.alias = renderer.alias()
        self.columns: dict[str, str] = {}
        self.measures: dict[str, int] = {}
        self.inner_columns: dict[str, str] = {"n": "count(*)"}
        self.currency = ""
        self.whole = whole
        self.money: Figures | None = None

    def object(self, aggregate: Aggregate) -> Iterator[Piece]:
        """The pieces of an aggregate's object, read from the outer query."""
        yield from braced((key, list(self._part(part))) for key, part in aggregate.parts)

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
                yield from braced(
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
            if self.whole and self.renderer.crowd(self.row):
                self.money = self.money or Figures(
                    self.renderer, Row(self.renderer.alias(), self.row.entity), whole=False
                )
                return f"COALESCE({self.money._measure(function, measure, money)}, '[]')"
            self.currency = amount.currency
            figure = self._of_one_currency(function, measure)
            pieces = self.dialect.concat(list(self.renderer.amount(money, figure, f"{self.inner}.cur")))
            some = f"CASE WHEN {self._inner('c', measure)} > 0 THEN {pieces} END"
            return self._column(self.dialect.list_json(some))
        figure = self._column(self._overall(function, measure))
        if amount is not None:
            currency = "(" + self.renderer.expand(amount.currency, self.row) + ")"
            pieces = self.dialect.concat(list(self.renderer.amount(money, figure, currency)))
            return f"CASE WHEN {figure} IS NULL THEN 'null' ELSE {pieces} END"
        if measure.kind is Kind.DECIMAL or (measure.kind is Kind.INT and function in ("sum", "average")):
            places = 4 if measure.kind is Kind.DECIMAL or function == "average" else 0
            return self.renderer.decimal(figure, places)
        return self.dialect.concat(self.dialect.shown(measure.kind, figure, True))

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
        """The queries as a FROM item; rendered last, since they work out just what was asked for."""
        query = self._query(rows, parent, groups)
        if self.money is None:
            return query
        names = [f"g{at}" for at in range(len(groups.keys if groups else ()))]
        pairs = [(f"{self.alias}.{name}", f"{self.money.alias}.{name}") for name in names]
        # No join but by going through one for each row of the other bears this, so the groups stay in their order.
        same = [f"({one} = {other} OR ({one} IS NULL AND {other} IS NULL))" for one, other in pairs]
        return f"{query} LEFT JOIN {self.money._query(rows, parent, groups)} ON {all_of(same) or '1 = 1'}"

    def _query(self, rows: Rows, parent: Row | None, groups: Groups | None) -> str:
        """One query in the other: `(SELECT … FROM (SELECT … GROUP BY …) t2 GROUP BY …) t3`."""
        renderer, row, inner = self.renderer, self.row, self.inner
        with renderer.nested(SYMBOLS):
            table, conditions = renderer.source(rows, row, parent, counted=True)
        keys = groups.keys if groups else ()
        outputs = [f"{renderer.group_expression(key, row)} AS g{at}" for at, key in enumerate(keys)]
        if self.currency:
            outputs.append(f"{renderer.expand(self.currency, row)} AS cur")
        # Currencies in one order everywhere: what joins them up takes rows as they come.
        by = ", ".join(str(at + 1) for at in range(len(outputs)))
        outputs += [f"{sql} AS {name}" for name, sql in self.inner_columns.items()]
        where = f" WHERE {all_of(conditions)}" if conditions else ""
        grouped = f" GROUP BY {by}" if by else ""
        if crowd := renderer.crowd(row):
            grouped += f" HAVING {crowd}"
        grouped += f" ORDER BY {by}" if by else ""
        query = f"(SELECT {', '.join(outputs)} FROM {table}{where}{grouped}) {inner}"
        if any(key.target for key in keys):
            query = self._of_seen(query, keys)
        columns = [f"{sql} AS {name}" for sql, name in self.columns.items()]
        if groups is None:
            return f"(SELECT {', '.join(columns) or 'count(*) AS x'} FROM {query}) {self.alias}"
        names = [f"{inner}.g{at}" for at in range(len(keys))]
        grouped = f"SELECT {', '.join(names + columns)} FROM {query} GROUP BY {', '.join(names)}"
        if not self.whole:
            return f"({grouped}) {self.alias}"
        order = [f"{name} IS NULL, {ranked(name, key.rank)}" for name, key in zip(names, keys, strict=True)]
        if not groups.by_key:
            order = [f"sum({inner}.n) DESC", *order]
        return f"({grouped} ORDER BY {', '.join(order)} LIMIT {renderer.size(groups.size)}) {self.alias}"

    def _of_seen(self, query: str, keys: Sequence[GroupKey]) -> str:
        """Groups by links to rows that are removed or hidden become one with the group that has no link at all.

        Grouped by the link as it stands first, since an index serves that; the few rows this gives are looked up.
        """
        renderer, inner = self.renderer, self.inner
        outputs: list[str] = []
        for at, key in enumerate(keys):
            name = f"{inner}.g{at}"
            if key.target:
                row = Row(renderer.alias(), key.target)
                seen = renderer.seen(key.target, row, key.visible)
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
