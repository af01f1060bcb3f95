"""What an operation weighs: the rows its pages come to along each path, and the points they and their fields cost.

One pass, like that over its shape: the weight of a fragment is worked out once, per row of whatever it is spread in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from access import Viewer
from compiler.catalog import Amount, Entity, ToMany, ToOne, Value
from compiler.lookahead import DEFAULT_PAGE, LARGEST_PAGE, MOST_KEYS
from compiler.values import literal
from errors import TooComplex
from schema import CATALOG, GRAPHQL
from schema.limits import ENDLESS, INTROSPECTION, Limits, in_order

T = TypeVar("T")

LONGEST_PATH = 300
"""Characters of a path in a message."""

WEIGHTS: Mapping[str, int] = {
    "row": 1,  # a record that is shown, or one of a group
    "figure": 5,  # a value worked out from other rows: lifetimeValue, lastOrderAt, actualSales
    "figure of figures": 15,  # one worked out from such: attainment, commission
    "count": 5,  # totalCount
    "aggregate": 10,
    "groups": 20,
    "search": 10,
    "condition": 3,  # an operator in a filter, a branch of `and` or `or`
    "relation": 10,  # a filter on a link
    "condition on a figure": 20,  # it is worked out for every row there is
    "sort by a figure": 20,
    "mutation": 10,
    "entry": 1,  # an entry of a list in a mutation's input
}
"""The points a field costs by itself; they multiply with the rows it is asked of. What is not here costs nothing."""

VERBS: Mapping[str, int] = {"signIn": 500, "switchRole": 500}
"""Mutations that cost more than others: a password takes 50 ms to check, and each leaves a session behind, which even
who may only look could otherwise pile up."""

SHORT_LIST = 5
"""Entries of a list that has no page: the candidates of a duplicate."""


Path = tuple[str, Any] | None
"""Response keys from the outside in, as pairs: putting one in front costs nothing, however long the rest is."""


@dataclass(slots=True)
class Part:
    """Rows and points, and the field that costs most."""

    nodes: int = 0
    cost: int = 0
    top: int = 0
    """The points of the field that costs most by itself."""
    path: Path = None

    def add(self, other: Part, times: int = 1, key: str | None = None) -> None:
        """Add something as often as it is asked for; `key` is the field it stands in."""
        self.nodes = min(self.nodes + other.nodes * times, ENDLESS)
        self.cost = min(self.cost + other.cost * times, ENDLESS)
        top = min(other.top * times, ENDLESS)
        if top > self.top:
            self.top, self.path = top, other.path if key is None else (key, other.path)


@dataclass(slots=True)
class Sum:
    """What a selection weighs: once, and for each row of the list around it, whose length only its field knows."""

    once: Part
    each: Part


@dataclass(frozen=True, slots=True)
class Weight:
    """What an operation weighs."""

    nodes: int
    cost: int
    heaviest: str
    """The path of the field that costs most: `customers.nodes.orders.nodes`."""
    most: int
    """The points of that field."""

    def is_light(self, limits: Limits) -> bool:
        """Whether anybody may ask for so much."""
        return self.nodes <= limits.fewer_nodes and self.cost <= limits.lower_cost

    def check(self, limits: Limits, viewer: Viewer) -> None:
        """Refuse what weighs more than a viewer may ask for at once. Raises `TooComplex`."""
        if self.is_light(limits):
            return  # nearly always
        nodes, cost = limits.for_viewer(viewer)
        for what, got, most in (("rows", self.nodes, nodes), ("points", self.cost, cost)):
            if got > most:
                weight = f"{got:,}" if got < ENDLESS else f"more than {ENDLESS:,}"
                raise TooComplex(
                    f"This asks for {weight} {what}, {min(got, ENDLESS) - most:,} more than the {most:,} allowed at "
                    f"once, pages multiplied along their path. The heaviest field is {self.heaviest}: "
                    f"{self.most:,} points by itself. Ask for smaller pages, or for fewer levels."
                )


@dataclass(frozen=True, slots=True)
class Rule:
    """What one field of a type weighs by itself, and how often what is selected below it counts."""

    times: str
    """once; rows (of the list around it); page, groups or ids (its own arguments say); batch; or listed."""
    nodes: int = 0
    cost: int = 0
    length: int = 1
    """Of `listed`: how many entries there usually are."""
    entity: Entity | None = None
    """Of `page`: whose filters and sort keys count."""


@lru_cache(maxsize=1)
def _introspected() -> Mapping[str, int]:
    """How long the lists of introspection are in this schema: of what every type may have, the average, rounded up."""
    types = GRAPHQL.type_map.values()
    outputs = [type_ for type_ in types if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for type_ in outputs for field in type_.fields.values()]
    inputs = sum(len(type_.fields) for type_ in types if isinstance(type_, GraphQLInputObjectType))
    return {
        "types": len(types),
        "directives": len(GRAPHQL.directives),
        "fields": -(-len(fields) // len(types)),
        "inputFields": -(-inputs // len(types)),
        "args": -(-sum(len(field.args) for field in fields) // len(fields)),
    }


def _worked_out(sql: str) -> int:
    """The points of a value by its SQL template: whether it reads other rows, or other figures."""
    if "{field:" in sql:
        return WEIGHTS["figure of figures"]
    return WEIGHTS["figure"] if "SELECT" in sql else 0


@lru_cache(maxsize=10_000)
def rule(parent: str, name: str) -> Rule:
    """What the field of a type weighs. Both must be in the schema."""
    type_ = GRAPHQL.type_map[parent]
    if name == "__typename":
        return Rule("once")
    if name in INTROSPECTION or parent.startswith("__"):
        return Rule("listed", 0, WEIGHTS["row"], _introspected()[name]) if name in _introspected() else Rule("once")
    field: GraphQLField = cast(GraphQLObjectType, type_).fields[name]
    returned = get_named_type(field.type)
    entity = CATALOG.entities.get(parent)
    item = entity.fields.get(name) if entity else None
    row, many = WEIGHTS["row"], is_list_type(get_nullable_type(field.type))
    match item:
        case Value(sql=sql) | Amount(minor=sql):
            return Rule("once", 0, _worked_out(sql))
        case ToOne():
            return Rule("once", 1, row)
        case _:
            pass
    if type_ is GRAPHQL.mutation_type:
        return Rule("batch", 0, VERBS.get(name, WEIGHTS["mutation"]))
    if returned.name.endswith("Connection"):
        listed = get_named_type(cast(GraphQLObjectType, returned).fields["nodes"].type)
        return Rule("page", entity=CATALOG.entities[listed.name])
    if name == "groups":
        return Rule("groups", 0, WEIGHTS["groups"])
    if name in ("totalCount", "aggregate") and parent.endswith("Connection"):
        return Rule("once", 0, WEIGHTS["count" if name == "totalCount" else name])
    if is_leaf_type(returned):
        return Rule("once")
    if "ids" in field.args:
        return Rule("ids", 1, row)
    shown = returned.name in CATALOG.entities or returned.name == "Node"
    if many and returned.name != "Money":
        return Rule("rows", 1, row) if shown or returned.name.endswith("Edge") else Rule("rows")
    return Rule("once", 1, row) if shown and not parent.endswith("Edge") else Rule("once")


class Weigher:
    """Weighs one valid operation with the values of its variables."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], values: Mapping[str, Any]) -> None:
        self.fragments = fragments
        self.values = values
        self.sizes: set[str] = set()
        """The variables whose values the weight depends on beyond their shape: sizes of pages, lists of ids."""
        self.pages: set[str] = set()
        """Those of them that are sizes of pages."""
        self._known: dict[str, Sum] = {}
        self._counted: dict[tuple[str, str], Any] = {}

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """The weight of the operation."""
        for name in in_order(self.fragments):
            fragment = self.fragments[name]
            type_ = GRAPHQL.type_map[fragment.type_condition.name.value]
            self._known[name] = self.selection(fragment.selection_set, type_)
        root = GRAPHQL.get_root_type(operation.operation)
        assert root
        total = self.selection(operation.selection_set, root).once
        return Weight(total.nodes, total.cost, _spelled(total.path), total.top)

    def selection(self, selections: SelectionSetNode, type_: GraphQLNamedType) -> Sum:
        """What a selection set on a type weighs."""
        total = Sum(Part(), Part())
        for node in selections.selections:
            if node.directives and not self._included(node.directives):
                continue
            match node:
                case FieldNode():
                    self._field(total, node, type_)
                case InlineFragmentNode(type_condition=condition):
                    inner = GRAPHQL.type_map[condition.name.value] if condition else type_
                    self._both(total, self.selection(node.selection_set, inner))
                case FragmentSpreadNode():
                    self._both(total, self._known[node.name.value])
        return total

    def _both(self, total: Sum, inner: Sum) -> None:
        total.once.add(inner.once)
        total.each.add(inner.each)

    def _field(self, total: Sum, node: FieldNode, type_: GraphQLNamedType) -> None:
        name = node.name.value
        known = rule(type_.name, name)
        inner = Sum(Part(), Part())
        if node.selection_set:
            inner = self.selection(node.selection_set, self._returned(type_, name))
        arguments = {argument.name.value: argument for argument in node.arguments or ()}
        whole = Part(known.nodes, known.cost, known.cost)
        repeated = 1
        rows = SHORT_LIST
        match known.times:
            case "page":
                assert known.entity
                rows = self._page(arguments)
                whole.cost = whole.top = self._asked(known.entity, arguments)
            case "groups":
                # The groups are rows; working them out is done once.
                size = self._size(arguments.get("first"), LARGEST_PAGE)
                group = Part(1, WEIGHTS["row"], WEIGHTS["row"])
                group.add(inner.once)
                inner = Sum(Part(), Part())
                whole.add(group, size)
            case "ids":
                repeated = self._length(arguments["ids"])
            case "listed":
                repeated = known.length
            case "batch":
                rows, entries = self._input(type_, node, arguments)
                whole.cost = whole.top = whole.cost + entries
        whole.add(inner.once)
        whole.add(inner.each, rows)
        key = node.alias.value if node.alias else name
        (total.each if known.times == "rows" else total.once).add(whole, repeated, key)

    def _returned(self, type_: GraphQLNamedType, name: str) -> GraphQLNamedType:
        if name in INTROSPECTION:
            return GRAPHQL.type_map["__Schema" if name == "__schema" else "__Type"]
        return cast(GraphQLNamedType, get_named_type(cast(GraphQLObjectType, type_).fields[name].type))

    # --- arguments ------------------------------------------------------------------------------------------

    def _included(self, directives: Sequence[DirectiveNode]) -> bool:
        for directive in directives:
            named = directive.name.value in ("skip", "include") and directive.arguments
            if named and self._value(named[0].value) is (directive.name.value == "skip"):
                return False
        return True

    def _value(self, node: ValueNode) -> Any:
        return self.values.get(node.name.value) if isinstance(node, VariableNode) else literal(node)

    def _page(self, arguments: Mapping[str, ArgumentNode]) -> int:
        first, last = arguments.get("first"), arguments.get("last")
        sizes = [self._size(argument, 0) for argument in (first, last) if argument is not None]
        return max(sizes, default=0) or DEFAULT_PAGE

    def _size(self, argument: ArgumentNode | None, default: int) -> int:
        """A page size; what is outside its bounds is refused later, with a sentence of its own."""
        if argument is None:
            return default
        if isinstance(argument.value, VariableNode):
            self.sizes.add(argument.value.name.value)
            self.pages.add(argument.value.name.value)
        value = self._value(argument.value)
        return default if value is None else max(1, min(int(value), LARGEST_PAGE))

    def _length(self, argument: ArgumentNode) -> int:
        if isinstance(argument.value, VariableNode):
            self.sizes.add(argument.value.name.value)
        return max(1, min(len(_items(self._given(argument.value))), LARGEST_PAGE))

    def _given(self, given: Any) -> Any:
        """A variable's value in its place; what is no variable stays."""
        return self.values.get(given.name.value) if isinstance(given, VariableNode) else given

    def _once(self, given: Any, purpose: str, count: Callable[[Any], T]) -> T:
        """What something comes to; what a variable holds is counted once, however often it stands in the document."""
        if not isinstance(given, VariableNode):
            return count(given)
        key = (given.name.value, purpose)
        if key not in self._counted:
            self._counted[key] = count(self._given(given))
        return cast(T, self._counted[key])

    def _asked(self, entity: Entity, arguments: Mapping[str, ArgumentNode]) -> int:
        """The points of what a connection is filtered, searched and sorted by."""
        cost = 0
        if "where" in arguments:
            cost += self._conditions(entity, arguments["where"].value)
        if "search" in arguments and self._value(arguments["search"].value) is not None:
            cost += WEIGHTS["search"]
        if "orderBy" in arguments:
            for key in _items(self._given(arguments["orderBy"].value))[:MOST_KEYS]:
                name = self._given(dict(_pairs(self._given(key))).get("field"))
                sort = entity.sorts.get(str(literal(name) if isinstance(name, ValueNode) else name))
                if sort is not None and "SELECT" in sort.sql:
                    cost += WEIGHTS["sort by a figure"]
        return cost

    def _conditions(self, entity: Entity, given: Any) -> int:
        """The points of a filter, in the document or in a variable."""

        def count(where: Any) -> int:
            return min(sum(self._condition(entity, name, value) for name, value in _pairs(where)), ENDLESS)

        return self._once(given, entity.name, count)

    def _condition(self, entity: Entity, name: str, given: Any) -> int:
        if name in ("and", "or"):

            def branches(inner: Any) -> int:
                return sum(WEIGHTS["condition"] + self._conditions(entity, item) for item in _items(inner))

            return self._once(given, f"{entity.name}[]", branches)
        if name == "not":
            return self._conditions(entity, given)
        if (item := entity.filters.get(name)) is not None:
            each = WEIGHTS["condition on a figure" if "SELECT" in item.sql else "condition"]
            return each * max(1, len(_pairs(self._given(given))))
        link = entity.fields[name]
        assert isinstance(link, ToOne | ToMany)
        target = CATALOG.entities[link.target]
        if isinstance(link, ToOne):
            return WEIGHTS["relation"] + self._conditions(target, given)

        def quantified(inner: Any) -> int:
            return sum(WEIGHTS["relation"] + self._conditions(target, part) for _, part in _pairs(inner))

        return self._once(given, f"{target.name}?", quantified)

    def _input(
        self, type_: GraphQLNamedType, node: FieldNode, arguments: Mapping[str, ArgumentNode]
    ) -> tuple[int, int]:
        """How many records a mutation is about, and the points of its input."""
        definition = cast(GraphQLObjectType, type_).fields[node.name.value]
        taken = cast(GraphQLInputObjectType, get_named_type(definition.args["input"].type))

        def count(given: Any) -> tuple[int, int]:
            records, cost = 1, 0
            for name, value in _pairs(given):
                part = get_named_type(taken.fields[name].type)
                if part.name.endswith("Where"):
                    cost += self._conditions(CATALOG.entities[part.name.removesuffix("Where")], value)
                elif isinstance(part, GraphQLInputObjectType) and is_list_type(
                    get_nullable_type(taken.fields[name].type)
                ):
                    items = _items(self._given(value))
                    records = max(records, len(items) if name == "items" else 1)
                    cost += WEIGHTS["entry"] * (len(items) + sum(self._inside(item) for item in items))
            return records, cost

        return self._once(arguments["input"].value, taken.name, count)

    def _inside(self, given: Any) -> int:
        """How many objects stand in the lists of an entry."""
        lists = (self._given(value) for _, value in _pairs(self._given(given)))
        return sum(
            len(_items(value)) for value in lists if isinstance(value, list | ListValueNode) and _of_objects(value)
        )


def _of_objects(given: Any) -> bool:
    items = _items(given)
    return bool(items) and isinstance(items[0], dict | ObjectValueNode | VariableNode)


def _items(given: Any) -> Sequence[Any]:
    """The entries of a list, in the document or in a variable; a value by itself stands for a list of one."""
    match given:
        case None:
            return ()
        case ListValueNode():
            return given.values
        case list():
            return given
        case _:
            return (given,)


def _pairs(given: Any) -> Sequence[tuple[str, Any]]:
    """The fields of an object, in the document or in a variable."""
    match given:
        case ObjectValueNode():
            return [(field.name.value, field.value) for field in given.fields]
        case dict():
            return list(given.items())
        case _:
            return ()


def _spelled(path: Path) -> str:
    """A path as a message shows it."""
    keys = []
    while path is not None:
        key, path = path
        keys.append(key if len(key) <= 60 else key[:59] + "…")
    text = ".".join(keys)
    return text if len(text) <= LONGEST_PATH else "…" + text[-LONGEST_PATH:]
