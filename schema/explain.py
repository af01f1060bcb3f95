"""What an operation costs and how the database goes about it: its statements, their values, and the plans for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from access import Viewer
from compiler.dialect import Dialect
from compiler.layout import laid_out
from compiler.rows import Statement
from compiler.values import Given, Param, Setting, coerce_variables
from errors import Code, Refusal
from resolvers.read import bind
from schema import STRUCTURAL
from schema.engine import Engine
from schema.limits import Limits, check_variables
from schema.plans import How, Introspection, Operation, Told
from schema.weight import Weight

LONGEST_VALUE = 200
"""Characters of a parameter's value that are shown."""


async def explain(
    engine: Engine,
    query: str,
    variables: Mapping[str, Any],
    name: str | None,
    viewer: Viewer,
    *,
    analyze: bool = False,
) -> list[str]:
    """What a query comes to for a viewer, in lines. Nothing is run, but for `analyze`: see `Database.explain`.

    Raises `Refusal` or `Invalid` for what the engine refuses; of what weighs too much the plans are told all the same.
    """
    operation = engine.operation(query, name, viewer.role)
    if operation.kind != "query":
        raise Refusal(
            f"This is a {operation.kind}, and only queries are explained. Write what it answers with as a query.",
            Code.BAD_REQUEST,
        )
    check_variables(variables, engine.limits)
    values, shape = coerce_variables(operation.variables, variables, STRUCTURAL)
    lines = [*_cost(operation, engine.weigh(operation, values, shape), engine.limits, viewer)]
    for planned in engine.plan(operation, values, shape, viewer):
        lines += ["", planned.key]
        if not isinstance(planned.how, Statement):
            lines.append(f"  {_without_statement(planned.how)}")
            continue
        statement = planned.how.best_for(viewer)
        args = bind(statement, engine.dialect, values, viewer)
        lines += _titled("SQL", laid_out(statement.sql).splitlines())
        if statement.params:
            lines += _titled("Parameters", _parameters(engine.dialect, statement.params, args))
        lines += _titled("Plan", await engine.database.explain(statement.sql, args, analyze=analyze))
    return lines


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"  {title}"
    yield from (f"    {line}" for line in lines)


def _cost(operation: Operation, weight: Weight, limits: Limits, viewer: Viewer) -> Iterator[str]:
    """What it weighs, of how much is allowed, and what becomes of it if that is too much."""
    rows, points = limits.for_viewer(viewer)
    called = f"query {operation.name}" if operation.name else "query"
    yield f"{called}, asked by {viewer.name}, who is {viewer.role}"
    heaviest = f", {weight.most:,} of them for {weight.heaviest}" if weight.most else ""
    yield f"points: {weight.cost:,} of {points:,}{heaviest}"
    yield f"rows: {weight.nodes:,} of {rows:,}"
    try:
        weight.check(limits, viewer)
    except Refusal as refusal:
        yield f"Refused as {refusal.code.value}. {refusal.message}"


def _without_statement(how: How) -> str:
    match how:
        case bytes():
            return f"Always {how.decode()}: the database is not asked."
        case Introspection():
            return "Answered from the schema: the database is not asked."
        case Told():
            return "Answered from what is left of the budget: the database is not asked."
        case Refusal():
            return f"Refused as {how.code.value}. {how.message}"
        case _:
            raise TypeError(how)


def _parameters(dialect: Dialect, params: Sequence[Param], args: Sequence[object]) -> Iterator[str]:
    """Placeholders with their values and where these come from: `?1 = '2026-01-01' (where.orderDate.gte)`."""
    for number, (param, value) in enumerate(zip(params, args, strict=True), 1):
        text = repr(value)
        shown = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
        origin = _origin(param)
        yield f"{dialect.parameter(number, param.type)} = {shown}" + (f" ({origin})" if origin else "")


def _origin(param: Param) -> str:
    match param.source:
        case Given(label=label):
            return label
        case tuple((first, *_)):
            return first.label
        case Setting(name):
            return f"the viewer's {name}"
        case _:
            return ""
