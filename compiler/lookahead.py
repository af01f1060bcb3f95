"""Looks ahead at a whole selection and makes a plan of it, redoing what an executor would do field by field.

Repeated response keys are merged, aliases, fragments, `@skip` and `@include` honoured; the viewer's row rule is put
into every set of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLBoolean,
    GraphQLField,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)

from compiler import cursor
from compiler.catalog import Amount, Argument, Catalog, Entity, Kind, Measure, ToMany, ToOne, Value
from compiler.catalog import Field as CatalogField
from compiler.plan import (
    Aggregate,
    All,
    Body,
    Condition,
    Edges,
    Figure,
    GroupKey,
    GroupPart,
    Groups,
    Key,
    KeyOf,
    Many,
    Money,
    Node,
    NodeByIds,
    Nodes,
    One,
    Page,
    PageInfo,
    Part,
    Root,
    Rows,
    Scalar,
    Text,
    TotalCount,
)
from compiler.values import ABSENT, Arguments, Given, Param, default_of
from compiler.where import TYPES, Conditions, converter
from errors import BadInput

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
MOST_KEYS = 3
"""Sort keys, or group keys, of one list."""

Selection = dict[str, list[FieldNode]]


def page_size(value: Any) -> int:
    """A page size from 1 to 100. Raises `BadInput` otherwise: a larger one is refused, not cut."""
    if value is None:
        return DEFAULT_PAGE
    if not 1 <= value <= LARGEST_PAGE:
        raise BadInput(f"must be from 1 to {LARGEST_PAGE}, got {value}. Ask for the next page with a cursor.")
    return int(value)


def collect(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDefinitionNode],
    included: Callable[[Sequence[DirectiveNode]], bool],
    type_: GraphQLNamedType,
    sets: Sequence[SelectionSetNode],
) -> Selection:
    """The fields selected on an object type, by response key, in the order of their first appearance."""
    found: Selection = {}
    seen: set[str] = set()

    def applies(condition: str | None) -> bool:
        if condition is None or condition == type_.name:
            return True
        other = schema.type_map[condition]
        return is_abstract_type(other) and schema.is_sub_type(other, cast(GraphQLObjectType, type_))

    def walk(set_: SelectionSetNode) -> None:
        for node in set_.selections:
            if not included(node.directives or ()):
                continue
            match node:
                case FieldNode():
                    key = node.alias.value if node.alias else node.name.value
                    found.setdefault(key, []).append(node)
                case InlineFragmentNode():
                    if applies(node.type_condition.name.value if node.type_condition else None):
                        walk(node.selection_set)
                case FragmentSpreadNode() if node.name.value not in seen:
                    seen.add(node.name.value)
                    fragment = fragments[node.name.value]
                    if applies(fragment.type_condition.name.value):
                        walk(fragment.selection_set)

    for set_ in sets:
        walk(set_)
    return found


class Lookahead:
    """Plans the root fields of one operation for one viewer."""

    def __init__(
        self,
        schema: GraphQLSchema,
        catalog: Catalog,
        fragments: Mapping[str, FragmentDefinitionNode],
        arguments: Arguments,
        visible: Callable[[str], str],
        written: Collection[str] = (),
    ) -> None:
        self.schema = schema
        self.catalog = catalog
        self.fragments = fragments
        self.arguments = arguments
        self.visible = visible
        self.written = written
        """The variables whose page sizes are written into the SQL."""
        self.conditions = Conditions(catalog, visible)

    def included(self, directives: Sequence[DirectiveNode]) -> bool:
        """Whether `@skip` and `@include` let a selection stand."""
        for directive in directives:
            if directive.name.value in ("skip", "include"):
                assert directive.arguments
                type_ = GraphQLNonNull(GraphQLBoolean)
                condition = self.arguments.read(directive.arguments[0].value, type_, f"@{directive.name.value}: if")
                if condition.value == (directive.name.value == "skip"):
                    return False
        return True

    def select(self, type_: GraphQLNamedType, fields: Sequence[FieldNode]) -> Selection:
        """What is selected below fields that share a response key, on a type they return."""
        sets = [field.selection_set for field in fields if field.selection_set]
        return collect(self.schema, self.fragments, self.included, type_, sets)

    def given(self, field: FieldNode, definition: GraphQLField) -> dict[str, Any]:
        """The arguments of a field by name, defaults filled in; those left out are absent."""
        nodes = {node.name.value: node.value for node in field.arguments or ()}
        values: dict[str, Any] = {}
        for name, argument in definition.args.items():
            value = self.arguments.read(nodes[name], argument.type, name) if name in nodes else ABSENT
            if value is ABSENT and (default := default_of(argument)) is not ABSENT:
                value = self.arguments.trace(argument.type, default, name, ())
            if value is not ABSENT:
                values[name] = value
        return values

    # --- roots ----------------------------------------------------------------------------------------------

    def root(self, fields: Sequence[FieldNode]) -> Root:
        """The plan of a root field of the query type."""
        assert self.schema.query_type
        name = fields[0].name.value
        definition = self.schema.query_type.fields[name]
        given = self.given(fields[0], definition)
        returned = get_named_type(definition.type)
        if name in ("node", "nodes"):
            return self._nodes(fields, given["id"] if name == "node" else given["ids"], name == "nodes")
        if name == "viewer":
            entity = self.catalog.entities["Viewer"]
            return One(Rows(entity, None, self.visible(entity.name)), self._body(entity, returned, fields))
        if "identifier" in given:
            entity = self.catalog.entities[returned.name]
            where = self.conditions.identified(entity, given["identifier"])
            rows = Rows(entity, None, self.visible(entity.name), where)
            return One(rows, self._body(entity, returned, fields))
        if "id" in given:
            entity = self.catalog.entities[returned.name]
            id_ = Param(given["id"], "bigint", converter(Kind.ID, self.catalog, entity))
            return One(Rows(entity, id_, self.visible(entity.name)), self._body(entity, returned, fields))
        entity = self.catalog.entities[returned.name.removesuffix("Connection")]
        return self._connection(entity, None, entity.order, returned, fields, given)

    def _nodes(self, fields: Sequence[FieldNode], ids: Any, many: bool) -> NodeByIds:
        branches = []
        for entity in self.catalog.by_prefix.values():
            number = Rows(entity, Param(None, "bigint"), self.visible(entity.name))
            branches.append(One(number, self._body(entity, self.schema.type_map[entity.name], fields)))
        source = tuple(ids) if isinstance(ids, list) else ids
        return NodeByIds(Param(source, "json", partial(_pairs, self.catalog, many)), tuple(branches), many)

    # --- what a write made ---------------------------------------------------------------------------------

    def made(self, entity_name: str, fields: Sequence[FieldNode]) -> One:
        """The plan of one record, whose id is the variable `#id`, a name no request can use."""
        entity = self.catalog.entities[entity_name]
        rows = Rows(entity, Param(Given(0, "", ("#id",)), "bigint"), self.visible(entity.name))
        return One(rows, self._body(entity, self.schema.type_map[entity_name], fields))

    def made_many(self, entity_name: str, fields: Sequence[FieldNode]) -> NodeByIds:
        """The plan of records of one entity, whose (prefix, number) pairs are the variable `#ids`."""
        return NodeByIds(Param(Given([], "", ("#ids",)), "json"), (self.made(entity_name, fields),), True)

    def made_nodes(self, fields: Sequence[FieldNode]) -> NodeByIds:
        """The plan of records of any entity, whose (prefix, number) pairs are the variable `#ids`."""
        branches = tuple(self.made(entity.name, fields) for entity in self.catalog.by_prefix.values())
        return NodeByIds(Param(Given([], "", ("#ids",)), "json"), branches, True)

    # --- objects --------------------------------------------------------------------------------------------

    def _body(self, entity: Entity, type_: GraphQLNamedType, fields: Sequence[FieldNode]) -> Body:
        assert isinstance(type_, GraphQLObjectType)
        return tuple((key, self._field(entity, type_, nodes)) for key, nodes in self.select(type_, fields).items())

    def _field(self, entity: Entity, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Node:
        name = nodes[0].name.value
        if name == "__typename":
            return _typename(type_)
        item: CatalogField = entity.fields[name]
        definition = type_.fields[name]
        returned = get_named_type(definition.type)
        given = self.given(nodes[0], definition)
        match item:
            case Value():
                return Scalar(item, self._formula(item.arguments, given))
            case Amount():
                parts = self._money_parts(returned, nodes)
                return Money(item, parts, self._formula(item.arguments, given))
            case ToOne():
                target = self.catalog.entities[item.target]
                rows = Rows(target, item, self.visible(target.name))
                return One(rows, self._body(target, returned, nodes))
            case ToMany():
                target = self.catalog.entities[item.target]
                order = item.order or target.order
                return self._connection(target, item, order, returned, nodes, given)

    def _formula(self, arguments: Sequence[Argument], given: Mapping[str, Any]) -> dict[str, Param]:
        params = {
            argument.name: Param(given[argument.name], TYPES[argument.kind], converter(argument.kind, self.catalog))
            for argument in arguments
        }
        for argument in arguments:
            if argument.after:
                both = (given[argument.name], given[argument.after])
                later = partial(_later, argument.after, converter(argument.kind, self.catalog))
                params[argument.name] = Param(both, TYPES[argument.kind], later)
        return params

    def _money_parts(self, type_: GraphQLNamedType, nodes: Sequence[FieldNode]) -> tuple[tuple[str, str | Text], ...]:
        return tuple(
            (key, _typename(type_) if inner[0].name.value == "__typename" else inner[0].name.value)
            for key, inner in self.select(type_, nodes).items()
        )

    # --- connections ----------------------------------------------------------------------------------------

    def _connection(
        self,
        entity: Entity,
        link: ToMany | None,
        default_order: Sequence[tuple[str, bool]],
        type_: GraphQLNamedType,
        nodes: Sequence[FieldNode],
        given: Mapping[str, Any],
    ) -> Many:
        assert isinstance(type_, GraphQLObjectType)
        conditions: list[Condition] = []
        if given.get("where") is not None:
            conditions.append(self.conditions.where(entity, given["where"], "where"))
        elif "where" in given:
            raise BadInput("where is null. Leave it out to ask for all.")
        if given.get("search") is not None:
            conditions.append(self.conditions.search(entity, given["search"]))
        rows = Rows(entity, link, self.visible(entity.name), All(tuple(conditions)))
        order = self._order(entity, given.get("orderBy"), default_order)
        page = self._page(entity, order, given)
        parts = tuple((key, self._part(rows, type_, inner)) for key, inner in self.select(type_, nodes).items())
        return Many(rows, order, page, parts)

    def _order(
        self, entity: Entity, given: Sequence[Mapping[str, Any]] | None, default: Sequence[tuple[str, bool]]
    ) -> tuple[Key, ...]:
        keys: Iterator[tuple[str, bool]]
        if given:
            if len(given) > MOST_KEYS:
                raise BadInput(f"orderBy must have at most {MOST_KEYS} keys, got {len(given)}.")
            keys = ((key["field"].value, key["direction"].value == "DESC") for key in given)
        else:
            keys = iter(default)
        order = tuple(Key(entity.sorts[name], descending) for name, descending in keys)
        if len({key.sort.name for key in order}) < len(order):
            raise BadInput("orderBy names one field twice. Name each once.")
        return order

    def _page(self, entity: Entity, order: tuple[Key, ...], given: Mapping[str, Any]) -> Page:
        first, last = given.get("first"), given.get("last")
        if first is not None and last is not None:
            raise BadInput("first and last exclude each other: `first` pages forwards, `last` backwards.")
        seeks: dict[str, tuple[Param, ...]] = {"after": (), "before": ()}
        for name in seeks:
            if given.get(name) is not None:
                seeks[name] = _seek(entity, order, given[name])
        return Page(self._size(first or last, DEFAULT_PAGE), last is not None, seeks["after"], seeks["before"])

    def _size(self, given: Given | None, default: int) -> int | Param:
        """A page size that is written into the SQL, or the parameter that brings it."""
        if given is None:
            return default
        size = Param(given, "bigint", page_size)
        if given.route and given.route[0] not in self.written:
            return size
        return int(size.bind(self.arguments.variables, None))

    def _part(self, rows: Rows, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return _typename(type_)
        definition = type_.fields[name]
        returned = get_named_type(definition.type)
        match name:
            case "nodes":
                return Nodes(self._body(rows.entity, returned, nodes))
            case "edges":
                return Edges(tuple(self._edge(rows.entity, returned, nodes)))
            case "pageInfo":
                return PageInfo(
                    tuple(
                        (
                            key,
                            _typename(returned) if inner[0].name.value == "__typename" else inner[0].name.value,
                        )
                        for key, inner in self.select(returned, nodes).items()
                    )
                )
            case "totalCount":
                return TotalCount()
            case "aggregate":
                return self._aggregate(rows.entity, returned, nodes)
            case _:
                return self._groups(rows.entity, returned, nodes, self.given(nodes[0], definition))

    def _edge(
        self, entity: Entity, type_: GraphQLNamedType, nodes: Sequence[FieldNode]
    ) -> Iterator[tuple[str, Body | str | Text]]:
        assert isinstance(type_, GraphQLObjectType)
        for key, inner in self.select(type_, nodes).items():
            match inner[0].name.value:
                case "node":
                    yield key, self._body(entity, get_named_type(type_.fields["node"].type), inner)
                case "cursor":
                    yield key, "cursor"
                case _:
                    yield key, _typename(type_)

    # --- figures --------------------------------------------------------------------------------------------

    def _aggregate(self, entity: Entity, type_: GraphQLNamedType, nodes: Sequence[FieldNode]) -> Aggregate:
        assert isinstance(type_, GraphQLObjectType)
        parts: list[tuple[str, Figure | TotalCount | Text]] = []
        for key, inner in self.select(type_, nodes).items():
            name = inner[0].name.value
            if name == "count":
                parts.append((key, TotalCount()))
            elif name == "__typename":
                parts.append((key, _typename(type_)))
            else:
                returned = get_named_type(type_.fields[name].type)
                parts.append((key, Figure(name, tuple(self._measures(entity, returned, inner)))))
        return Aggregate(tuple(parts))

    def _measures(
        self, entity: Entity, type_: GraphQLNamedType, nodes: Sequence[FieldNode]
    ) -> Iterator[tuple[str, Measure | Text, tuple[tuple[str, str | Text], ...]]]:
        assert isinstance(type_, GraphQLObjectType)
        for key, inner in self.select(type_, nodes).items():
            name = inner[0].name.value
            if name == "__typename":
                yield key, _typename(type_), ()
                continue
            measure = entity.measures[name]
            returned = get_named_type(type_.fields[name].type)
            yield key, measure, self._money_parts(returned, inner) if measure.amount else ()

    def _groups(
        self,
        entity: Entity,
        type_: GraphQLNamedType,
        nodes: Sequence[FieldNode],
        given: Mapping[str, Any],
    ) -> Groups:
        assert isinstance(type_, GraphQLObjectType)
        by = given["by"]
        if not 1 <= len(by) <= MOST_KEYS:
            raise BadInput(f"by must have from 1 to {MOST_KEYS} keys, got {len(by)}.")
        keys = tuple(self._group_key(entity, key, at) for at, key in enumerate(by))
        names = [key.name for key in keys]
        if len(set(names)) < len(names):
            raise BadInput("by names one field twice. Name each once.")
        parts: list[tuple[str, GroupPart]] = []
        for key, inner in self.select(type_, nodes).items():
            name = inner[0].name.value
            if name == "__typename":
                parts.append((key, _typename(type_)))
            elif name == "aggregate":
                parts.append((key, self._aggregate(entity, get_named_type(type_.fields[name].type), inner)))
            elif name not in names:
                # Not grouped by: the field is null, as its description says.
                parts.append((key, Text("null")))
            else:
                target = keys[names.index(name)].target
                returned = get_named_type(type_.fields[name].type)
                body = self._body(target, returned, inner) if target else None
                parts.append((key, KeyOf(names.index(name), body)))
        size = self._size(given.get("first"), LARGEST_PAGE)
        return Groups(keys, tuple(parts), size, given["orderBy"].value == "KEY")

    def _group_key(self, entity: Entity, given: Mapping[str, Any], at: int) -> GroupKey:
        set_ = {name: value for name, value in given.items() if value is not None}
        if len(set_) != 1:
            raise BadInput(f"by.{at} must have exactly one of `field` and `period`.")
        if "field" in set_:
            group = entity.groups[set_["field"].value]
            target = self.catalog.entities[group.target] if group.target else None
            value = Value(group.field, group.kind, group.sql, nullable=True)
            return GroupKey(group.field, value, target, self.visible(target.name) if target else "", group.rank)
        period = set_["period"]
        group = entity.groups[period["field"].value]
        zone = Param(period["timeZone"], "text") if group.kind is Kind.INSTANT else None
        value = Value(group.field, group.kind, group.sql, nullable=True)
        return GroupKey(group.field, value, unit=period["unit"].value, zone=zone)


def _later(other: str, convert: Callable[[Any], Any], values: Sequence[Any]) -> Any:
    """The first of two values, which must be more than the second."""
    value, least = map(convert, values)
    if value <= least:
        raise BadInput(f"must be after `{other}`: {value} is not after {least}.")
    return value


def _typename(type_: GraphQLNamedType) -> Text:
    return Text(f'"{type_.name}"')


def _pairs(catalog: Catalog, many: bool, value: Any) -> list[tuple[str, int]]:
    ids = value if many else [value]
    if len(ids) > LARGEST_PAGE:
        raise BadInput(f"must have at most {LARGEST_PAGE} ids, got {len(ids)}. Ask in several requests.")
    return [catalog.identify(each) for each in ids]


def _seek(entity: Entity, order: tuple[Key, ...], given: Given) -> tuple[Param, ...]:
    """The parameters a cursor brings: for each key its value, before it whether that is null if it may be; the id."""
    names = tuple((key.sort.name, key.descending) for key in order)
    kinds = tuple(key.sort.kind for key in order)

    def value(at: int, text: Any) -> Any:
        found = cursor.decode(text, entity.name, names, kinds)[at]
        if found is None and not order[at].sort.nullable:
            raise BadInput(cursor.DAMAGED)
        return found

    def is_null(at: int, text: Any) -> int:
        return int(value(at, text) is None)

    params: list[Param] = []
    for at, key in enumerate(order):
        if key.sort.nullable:
            params.append(Param(given, "bigint", partial(is_null, at)))
        params.append(Param(given, TYPES[key.sort.kind], partial(value, at)))
    return (*params, Param(given, "bigint", partial(value, -1)))
