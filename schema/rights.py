"""What each role finds: the catalog and the schema with only that in them which the page of rights lets it use.

What a role may not use is not hidden in its answers but absent from its world: a field, a filter, a sort key, a verb it
may not use gets the same answer as one that was never there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from graphql import GraphQLSchema

import access
from access import Depth, Rule
from compiler.catalog import Amount, Catalog, Crowd, Entity, Field, Filter, Measure, Sort, ToMany, ToOne, Value
from resolvers.machines import MACHINE_OF
from schema.kit.restrict import restrict


@dataclass(frozen=True)
class Contract:
    """All that a role can ask for, as the compiler and as graphql-core read it."""

    catalog: Catalog
    schema: GraphQLSchema


class Contracts:
    """The contracts of all roles, each made when it is first asked for: making one takes a fifth of a second."""

    def __init__(self, catalog: Catalog, schema: GraphQLSchema) -> None:
        self.catalog = catalog
        self.schema = schema
        self.of = cache(self._make)

    def _make(self, role: str) -> Contract:
        catalog = catalog_of(self.catalog, role)
        withheld = {verb: names for verb in access.VERBS_OF[role] if (names := access.withheld(role, verb))}
        return Contract(catalog, restrict(self.schema, catalog, access.VERBS_OF[role], withheld))


def catalog_of(whole: Catalog, role: str) -> Catalog:
    """What of a catalog a role may use."""
    rules = {name: access.rule(name, role) for name in whole.entities}
    found = {name for name, rule in rules.items() if rule.depth >= Depth.FIGURES}
    single = frozenset(name for name in found if rules[name].depth is Depth.RECORDS)
    parts = (_Part(entity, role, found, single) for name, entity in whole.entities.items() if name in found)
    entities = {part.whole.name: part.entity() for part in parts}
    return replace(whole, entities=entities, single=single, prefixes=frozenset(whole.by_prefix))


class _Part:
    """What a role may use of one entity."""

    def __init__(self, whole: Entity, role: str, found: set[str], single: frozenset[str]) -> None:
        self.whole = whole
        self.role = role
        self.found = found
        self.single = single
        self.rule: Rule = access.rule(whole.name, role)
        self.kinds = access.shown(whole.name, role)
        self.only = "" if self.rule.own is None else self.rule.own.sql
        """The condition of the rows in which the fields of the kind `own` are shown."""

    def entity(self) -> Entity:
        """The entity with what is left of it."""
        whole = self.whole
        fields = {name: kept for name, item in whole.fields.items() if (kept := self._field(item))}
        sorts = {name: self._sort(item) for name, item in whole.sorts.items() if self._sortable(item, fields)}
        return replace(
            whole,
            fields=fields,
            filters={name: self._filter(item) for name, item in whole.filters.items() if self._filtered(name, fields)},
            sorts=sorts,
            groups={
                name: replace(item, sql=self._shown(item.field, item.sql))
                for name, item in whole.groups.items()
                if item.field in fields and (not item.target or item.target in self.single)
            },
            measures={name: self._measure(item) for name, item in whole.measures.items() if name in fields},
            search=self._searched(fields),
            order=tuple(key for key in whole.order if key[0] in sorts) or (("ID", False),),
            crowd=Crowd(self.rule.crowd, access.CROWD) if self.rule.crowd else None,
        )

    def _shown(self, field: str, sql: str) -> str:
        """An expression that reads a field, null in rows where the viewer does not see it."""
        if self.kinds.get(field) != "own" or not self.only:
            return sql
        return f"CASE WHEN {self.only} THEN ({sql}) END"

    def _field(self, item: Field) -> Field | None:
        match item:
            case ToOne(target=target):
                return item if target in self.single else None
            case ToMany(target=target, via=via):
                # What is found by way of records that are not seen would always be empty.
                return item if target in self.found and (via is None or via.entity in self.found) else None
            case _ if item.name not in self.kinds:
                return None
            case Value(name="viewerCanUpdate"):
                return replace(item, sql=self._can_update())
            case Value(name="allowedTransitions"):
                return replace(item, sql=self._transitions())
            case Value():
                return replace(item, sql=self._shown(item.name, item.sql))
            case Amount():
                return replace(item, minor=self._shown(item.name, item.minor))

    def _can_update(self) -> str:
        verb = f"update{self.whole.name}"
        if verb not in access.VERBS_OF[self.role]:
            return "1 = 0"
        rule = access.writable(self.whole.name, self.role)
        scoped = f"({{viewer:writes:boolean}} OR {{viewer:single:text}} LIKE '% {verb} %')"
        # A rule may be neither true nor false: of an owner, where there is none.
        return f"{scoped} AND ({rule}) IS TRUE" if rule else scoped

    def _transitions(self) -> str:
        machine, verbs = MACHINE_OF[self.whole.name], access.VERBS_OF[self.role]
        single = machine.sql_each(verbs, "{viewer:single:text} LIKE '% {verb} %'")
        return f"CASE WHEN {{viewer:writes:boolean}} THEN {machine.sql(verbs)} ELSE {single} END"

    def _filtered(self, name: str, fields: Mapping[str, Field]) -> bool:
        if self.rule.narrowed is not None and name not in self.rule.narrowed.split():
            return False
        # Who sees no single record must not single one out by its id either.
        return name in fields and (name != "id" or self.whole.name in self.single)

    def _filter(self, item: Filter) -> Filter:
        return replace(
            item,
            sql=self._shown(item.name, item.sql),
            folded=self._shown(item.name, item.folded) if item.folded else "",
            currency=self._shown(item.name, item.currency) if item.currency else "",
        )

    def _sortable(self, item: Sort, fields: Mapping[str, Field]) -> bool:
        return item.field in fields

    def _sort(self, item: Sort) -> Sort:
        sql = self._shown(item.field, item.sql)
        return replace(item, sql=sql, nullable=item.nullable or sql != item.sql)

    def _measure(self, item: Measure) -> Measure:
        sql = self._shown(item.name, item.sql)
        return replace(item, sql=sql, nullable=item.nullable or sql != item.sql)

    def _searched(self, fields: Mapping[str, Field]) -> tuple[str, ...]:
        """What `search` looks into; nothing, so that there is none, unless all of that may be seen."""
        by_text = {item.folded: item.name for item in self.whole.filters.values() if item.folded}
        names = [by_text[sql] for sql in self.whole.search]
        if not fields.keys() >= set(names):
            return ()
        return tuple(self._shown(name, sql) for name, sql in zip(names, self.whole.search, strict=True))
