"""A schema with only that in it which a catalog offers: what is gone takes along all that leads nowhere without it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    get_named_type,
    specified_scalar_types,
)
from graphql.type.introspection import introspection_types

from compiler.catalog import Catalog, Entity, ToMany, ToOne
from schema.kit.declare import DECLARED

T = TypeVar("T", bound=GraphQLNamedType)

PARTS = (
    *("", "Connection", "Edge", "Where", "ListWhere", "Sort", "SortField", "Identifier"),
    *("Aggregate", "Sum", "Average", "Min", "Max"),
    *("Group", "GroupBy", "GroupField", "Period", "PeriodField"),
)
"""The types that an entity comes with, by the ends of their names."""
Names = Collection[str]

FIXED = {*specified_scalar_types, *introspection_types}


def restrict(
    schema: GraphQLSchema, catalog: Catalog, verbs: Names, withheld: Mapping[str, Names] = MappingProxyType({})
) -> GraphQLSchema:
    """What of a schema a role finds that has this catalog and may use these verbs, without some of their arguments."""
    return _Restriction(schema, catalog, verbs, withheld).schema()


class _Restriction:
    """Says which fields and values of each type stay, drops what leads to types that are gone, and builds the rest."""

    def __init__(self, whole: GraphQLSchema, catalog: Catalog, verbs: Names, withheld: Mapping[str, Names]) -> None:
        self.whole = whole
        self.catalog = catalog
        self.wanted: dict[str, Names] = self._wanted(verbs) | self._given(withheld)
        self.types: dict[str, GraphQLNamedType] = {}
        self.kept: dict[str, list[str]] = {
            name: [each for each in names if each in self.wanted.get(name, names)]
            for name, type_ in whole.type_map.items()
            if (names := members(type_)) is not None
        }
        self._drop()

    # --- what stays -----------------------------------------------------------------------------------------

    def _wanted(self, verbs: Names) -> dict[str, Names]:
        """By type: the names of its fields or values that stay. Types that are not named stay as they are."""
        assert self.whole.query_type and self.whole.mutation_type
        query, mutation = self.whole.query_type, self.whole.mutation_type
        wanted: dict[str, Names] = {mutation.name: verbs}
        roots: set[str] = {"viewer"}
        if self.catalog.by_prefix:
            roots |= {"node", "nodes", "rateLimit"}
        for name, declaration in DECLARED.items():
            entity = self.catalog.entities.get(name)
            single = entity is not None and entity.prefix in self.catalog.by_prefix
            one = name[0].lower() + name[1:]
            if entity is not None:
                roots.add(declaration.plural)
            if single:
                roots |= {one, f"{one}ByIdentifier"}
            wanted |= {f"{name}{part}": names for part, names in self._of(name, entity, single)}
        wanted[query.name] = roots
        viewer = self.catalog.entities["Viewer"]
        wanted["Viewer"] = viewer.fields.keys()
        return wanted

    def _given(self, withheld: Mapping[str, Names]) -> dict[str, Names]:
        """What stays of the inputs of verbs and of their lists' entries. Raises `KeyError` for what is not there."""
        wanted: dict[str, set[str]] = {}
        for verb, arguments in withheld.items():
            for path in arguments:
                *lists, last = path.split(".")
                type_ = self.whole.type_map[f"{verb[0].upper()}{verb[1:]}Input"]
                for step in lists:
                    type_ = get_named_type(cast(GraphQLInputObjectType, type_).fields[step].type)
                wanted.setdefault(type_.name, set(members(type_) or ())).remove(last)
        return dict(wanted)

    def _of(self, name: str, entity: Entity | None, single: bool) -> Iterable[tuple[str, Names]]:
        """What stays of the types of one entity, by the ends of their names."""
        if entity is None:
            yield from ((end, ()) for end in PARTS)
            return
        groups, measures = entity.groups, entity.measures
        figures = ("totalCount", "aggregate", *(["groups"] if groups else []))
        yield "", entity.fields.keys() if single else ()
        yield "Edge", ("cursor", "node") if single else ()
        yield "Connection", (*(("edges", "nodes", "pageInfo") if single else ()), *figures)
        yield "Where", {"and", "or", "not", *entity.filters, *self._related(entity)}
        yield "SortField", entity.sorts.keys()
        yield "GroupField", groups.keys()
        yield "PeriodField", groups.keys()
        yield "Group", {"aggregate", *(group.field for group in groups.values())} if groups else ()
        yield from ((end, measures.keys()) for end in ("Sum", "Average", "Min", "Max"))
        if f"{name}Identifier" in self.whole.type_map:
            yield "Identifier", entity.filters.keys() if single else ()

    def _related(self, entity: Entity) -> Iterable[str]:
        """The links that conditions can lead along. Not to where only crowds are told of: a condition would single out
        whom a row belongs to. Nor from there: all but those with one owner are a crowd, and so are all.
        """
        if entity.crowd is not None:
            return
        for name, link in entity.fields.items():
            if isinstance(link, ToOne | ToMany) and self.catalog.entities[link.target].crowd is None:
                yield name

    def _drop(self) -> None:
        """Drop types that nothing is left of, and what leads to them, until that changes nothing any more."""
        gone = {name for name, names in self.kept.items() if not names or set(names) <= {"and", "or", "not"}}
        while True:
            for name, names in self.kept.items():
                if name not in gone:
                    names[:] = [each for each in names if not self._targets(name, each) & gone]
            more = {name for name, names in self.kept.items() if not names} - gone
            if not more:
                break
            gone |= more
        self.gone = gone

    def _targets(self, type_name: str, member: str) -> set[str]:
        """The types that a field cannot stay without: its own, and those of arguments that must be given."""
        type_ = self.whole.type_map[type_name]
        match type_:
            case GraphQLObjectType() | GraphQLInterfaceType():
                field = type_.fields[member]
                needed = (arg.type for arg in field.args.values() if isinstance(arg.type, GraphQLNonNull))
                return {get_named_type(field.type).name, *(get_named_type(each).name for each in needed)}
            case GraphQLInputObjectType():
                return {get_named_type(type_.fields[member].type).name}
            case _:
                return set()

    # --- building -------------------------------------------------------------------------------------------

    def schema(self) -> GraphQLSchema:
        """The schema of what is left."""
        nodes = [self._type(self.whole.type_map[name]) for name in sorted(self.catalog.entities) if name in self.kept]
        errors = [
            self._type(type_)
            for type_ in self.whole.type_map.values()
            if isinstance(type_, GraphQLObjectType) and any(each.name == "UserError" for each in type_.interfaces)
        ]
        found = [each for each in (*nodes, *errors) if each.name not in self.gone]
        return GraphQLSchema(
            query=self._root(self.whole.query_type),
            mutation=self._root(self.whole.mutation_type),
            subscription=self._root(self.whole.subscription_type),
            types=found,
            directives=self.whole.directives,
            description=self.whole.description,
            extensions=self.whole.extensions,
        )

    def _root(self, type_: GraphQLObjectType | None) -> GraphQLObjectType | None:
        return None if type_ is None or type_.name in self.gone else self._type(type_)

    def _type(self, type_: T) -> T:
        """The type as it is in the new schema, made once."""
        if type_.name not in self.types:
            self.types[type_.name] = self._made(type_)
        return cast(T, self.types[type_.name])

    def _made(self, type_: GraphQLNamedType) -> GraphQLNamedType:
        if type_.name in FIXED or type_.name.startswith("__"):
            return type_
        about: dict[str, Any] = {"description": type_.description, "extensions": type_.extensions}
        names = self.kept.get(type_.name, [])
        match type_:
            case GraphQLObjectType():
                made: GraphQLNamedType = GraphQLObjectType(
                    type_.name, self._fields(type_.fields, names), interfaces=self._interfaces(type_), **about
                )
            case GraphQLInterfaceType():
                made = GraphQLInterfaceType(type_.name, self._fields(type_.fields, names), **about)
            case GraphQLInputObjectType():
                made = GraphQLInputObjectType(
                    type_.name,
                    lambda: {name: self._input(type_.fields[name]) for name in names},
                    is_one_of=type_.is_one_of,
                    **about,
                )
            case GraphQLEnumType() if len(names) < len(type_.values):
                made = GraphQLEnumType(type_.name, {name: type_.values[name] for name in names}, **about)
            case _:
                made = type_
        return made

    def _interfaces(self, type_: GraphQLObjectType) -> Callable[[], list[GraphQLInterfaceType]]:
        return lambda: [self._type(each) for each in type_.interfaces if each.name not in self.gone]

    def _fields(self, fields: Mapping[str, GraphQLField], names: Names) -> Callable[[], dict[str, GraphQLField]]:
        return lambda: {name: self._field(fields[name]) for name in names}

    def _field(self, field: GraphQLField) -> GraphQLField:
        entity = self.catalog.entities.get(get_named_type(field.type).name.removesuffix("Connection"))
        arguments = {
            name: self._argument(argument)
            for name, argument in field.args.items()
            if get_named_type(argument.type).name not in self.gone and (name != "search" or (entity and entity.search))
        }
        given: dict[str, Any] = {**field.to_kwargs(), "type_": self._over(field.type), "args": arguments}
        return GraphQLField(**given)

    def _argument(self, argument: GraphQLArgument) -> GraphQLArgument:
        given: dict[str, Any] = {**argument.to_kwargs(), "type_": self._over(argument.type)}
        return GraphQLArgument(**given)

    def _input(self, field: GraphQLInputField) -> GraphQLInputField:
        given: dict[str, Any] = {**field.to_kwargs(), "type_": self._over(field.type)}
        return GraphQLInputField(**given)

    def _over(self, type_: GraphQLType) -> GraphQLType:
        """A type with its lists and promises, over what it is made of now."""
        match type_:
            case GraphQLNonNull(of_type=inner):
                return GraphQLNonNull(cast(Any, self._over(inner)))
            case GraphQLList(of_type=inner):
                return GraphQLList(self._over(inner))
            case _:
                return self._type(cast(GraphQLNamedType, type_))


def members(type_: GraphQLNamedType) -> list[str] | None:
    """The names of a type's fields or values; None for a scalar and for types that belong to GraphQL itself."""
    if type_.name.startswith("__"):
        return None
    match type_:
        case GraphQLObjectType() | GraphQLInterfaceType() | GraphQLInputObjectType():
            return list(type_.fields)
        case GraphQLEnumType():
            return list(type_.values)
        case _:
            return None
