"""Weighing in one pass comes to what writing everything out comes to, in time that grows with the document."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compiler.values import coerce_variables
from errors import TooComplex
from models.database import Database
from schema import GRAPHQL, STRUCTURAL
from schema.engine import Engine
from schema.limits import ENDLESS, Limits, Measure, fragments_of
from schema.weight import SHORT_LIST, Weigher, rule
from tests.cases import NO_LIMITS
from tests.drawing import Operation, Request, operations
from tests.viewers import ADMIN
from tests.weighing import READER, chain, nested, shape_of, weight_of

pytestmark = pytest.mark.usefixtures("at_rest")


def written_out(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> tuple[int, int, int]:
    """Depth, aliases and fields, walking every fragment at every spread."""
    depth = aliases = fields = 0
    for node in selections.selections:
        inner = (0, 0, 0)
        match node:
            case FieldNode():
                if node.selection_set:
                    inner = written_out(node.selection_set, fragments)
                inner = (inner[0] + 1, inner[1] + (node.alias is not None), inner[2] + 1)
            case InlineFragmentNode():
                inner = written_out(node.selection_set, fragments)
            case FragmentSpreadNode():
                inner = written_out(fragments[node.name.value].selection_set, fragments)
        depth, aliases, fields = max(depth, inner[0]), aliases + inner[1], fields + inner[2]
    return depth, aliases, fields


class Obvious:
    """Weighs a document from the outside in: each field is visited as often as it is written out."""

    def __init__(self, query: str, values: Mapping[str, Any]) -> None:
        document = parse(query)
        self.fragments = fragments_of(document)
        self.arguments = Weigher(self.fragments, values)
        self.nodes = self.cost = 0
        for node in document.definitions:
            if isinstance(node, OperationDefinitionNode):
                root = GRAPHQL.get_root_type(node.operation)
                assert root
                self.visit(node.selection_set, root, 1, 1)

    def visit(self, selections: SelectionSetNode, type_: GraphQLNamedType, times: int, rows: int) -> None:
        for node in selections.selections:
            if not self.arguments._included(node.directives or ()):
                continue
            match node:
                case FieldNode():
                    self.field(node, type_, times, rows)
                case InlineFragmentNode(type_condition=condition):
                    inner = GRAPHQL.type_map[condition.name.value] if condition else type_
                    self.visit(node.selection_set, inner, times, rows)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    inner = GRAPHQL.type_map[fragment.type_condition.name.value]
                    self.visit(fragment.selection_set, inner, times, rows)

    def field(self, node: FieldNode, type_: GraphQLNamedType, times: int, rows: int) -> None:
        found = rule(type_.name, node.name.value)
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        below = SHORT_LIST
        if found.times == "rows":
            times *= rows
        elif found.times == "ids":
            times *= self.arguments._length(arguments["ids"])
        elif found.times == "listed":
            times *= found.length
        self.nodes += times * found.nodes
        self.cost += times * found.cost
        if found.times == "page":
            assert found.entity
            below = self.arguments._page(arguments)
            self.cost += times * self.arguments._asked(found.entity, arguments)
        elif found.times == "groups":
            times *= self.arguments._size(arguments.get("first"), 100)
            self.nodes += times
            self.cost += times
        elif found.times == "batch":
            below, entries = self.arguments._input(type_, node, arguments)
            self.cost += times * entries
        if node.selection_set:
            name = node.name.value
            returned = {"__schema": "__Schema", "__type": "__Type"}.get(name)
            inner = GRAPHQL.type_map[returned] if returned else get_named_type(type_.fields[name].type)  # type: ignore[attr-defined]
            self.visit(node.selection_set, inner, times, below)


LINES: Mapping[str, Sequence[str]] = {
    "Customer": (
        "id",
        "n: name",
        "lifetimeValue { amount }",
        "owner { id name }",
        "parent { %(Customer)s }",
        "subsidiaries(first: %(size)s) { %(CustomerConnection)s }",
        "contacts { totalCount }",
        "... on Customer { %(Customer)s }",
        "... @include(if: false) { %(Customer)s }",
        "lastOrderAt @skip(if: true)",
        "%(Customer)s",
    ),
    "CustomerConnection": (
        "totalCount",
        "nodes { %(Customer)s }",
        "edges { cursor node { %(Customer)s } }",
        "aggregate { count }",
        "groups(by: [{ field: OWNER }], first: %(size)s) { owner { name } }",
        "%(CustomerConnection)s",
    ),
}


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document of up to seven fragments that spread those after them, at any place and any number of times."""
    kinds = draw(st.lists(st.sampled_from(sorted(LINES)), min_size=1, max_size=7))
    kinds[0] = "Customer"

    def lines(kind: str, after: int, most: int) -> str:
        chosen = draw(st.lists(st.sampled_from(LINES[kind]), min_size=1, max_size=most))
        return " ".join(
            line
            % {
                "size": draw(st.integers(1, 100)),
                **{of: spread(of, after) for of in LINES},
            }
            for line in chosen
        )

    def spread(kind: str, after: int) -> str:
        later = [at for at in range(after + 1, len(kinds)) if kinds[at] == kind]
        return f"...F{draw(st.sampled_from(later))}" if later else "__typename"

    fragments = [f"fragment F{at} on {kind} {{ {lines(kind, at, 4)} }}" for at, kind in enumerate(kinds)]
    size = draw(st.sampled_from(["$n", "3", "100"]))
    return (
        f"query ($n: Int) {{ customers(first: {size}) {{ nodes {{ ...F0 {lines('Customer', -1, 3)} }} }} }} "
        + " ".join(fragments)
    )


@settings(max_examples=400, derandomize=True, database=None, deadline=None)
@given(documents(), st.one_of(st.none(), st.integers(1, 100)))
def test_one_pass_comes_to_what_writing_all_out_comes_to(query: str, size: int | None) -> None:
    document = parse(query)
    measure = shape_of(query)
    (operation,) = measure.operations
    shape = measure.selection(operation.selection_set)
    assert (shape.depth, shape.aliases, shape.fields) == written_out(operation.selection_set, fragments_of(document))
    weight, obvious = weight_of(query, n=size), Obvious(query, {"n": size})
    assert (weight.nodes, weight.cost) == (min(obvious.nodes, ENDLESS), min(obvious.cost, ENDLESS))


@pytest.mark.slow
@settings(
    max_examples=300,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=set(Phase) - {Phase.shrink, Phase.explain},
)
@given(operations)
def test_a_drawn_operation_weighs_the_same_however_it_is_written(drawn: tuple[Operation, Request, Request]) -> None:
    """With variables and without, in one pass and written out, weighed anew and from what was kept."""
    operation, first, second = drawn
    engine = Engine(cast(Database, SimpleNamespace(dialect="sqlite")), limits=NO_LIMITS)
    weights = []
    for request in (first, second, first, operation.literal()):
        prepared = engine.operation(request.query, None, ADMIN.role)
        values, shape = coerce_variables(prepared.variables, request.variables, STRUCTURAL)
        kept = engine.weigh(prepared, values, shape)
        obvious = Obvious(request.query, values)
        assert (kept.nodes, kept.cost) == (min(obvious.nodes, ENDLESS), min(obvious.cost, ENDLESS)), request.query
        weights.append(kept)
    assert weights[0] == weights[2] == weights[3], first.query
    assert engine.held_bytes == sum(each.size for each in engine._operations.values())


def test_the_work_grows_with_the_document_and_not_with_what_it_asks() -> None:
    """Twice as many fragments, each spread twice: twice the time, not its square."""

    def seconds(fragments: int) -> float:
        query = chain(fragments, 2, "id")
        document = parse(query)
        best = 9.0
        for _ in range(5):
            start = time.thread_time()
            Measure(document, NO_LIMITS).check()
            weight_of_parsed(document)
            best = min(best, time.thread_time() - start)
        return best

    def weight_of_parsed(document: Any) -> None:
        (operation,) = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        assert Weigher(fragments_of(document), {}).weigh(operation).nodes == 20

    assert seconds(2000) < seconds(500) * 12


def test_counting_stops_somewhere() -> None:
    weight = weight_of(
        "{ customers(first: 100) { nodes { " + nested(40, "id", "subsidiaries(first: 100) { nodes { ") + "} } }"
    )
    assert weight.nodes == weight.cost == ENDLESS
    with pytest.raises(TooComplex, match="more than 1,000,000,000,000 rows"):
        weight.check(Limits(), READER)
