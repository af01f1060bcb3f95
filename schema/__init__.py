"""The contract: what may be asked, one short file per entity, and the schema put together from them."""

from __future__ import annotations

import strawberry
from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

import access
import resolvers.campaign
import resolvers.contact
import resolvers.customer
import resolvers.identity
import resolvers.order
import resolvers.order_life
import resolvers.performance
import resolvers.product
import resolvers.sales_rep
import resolvers.ticket  # noqa: F401  (its verbs)
from compiler.catalog import Amount, Catalog, Entity, Kind, ToOne, Value
from resolvers.verbs import VERBS
from schema import (  # noqa: F401
    campaign,
    customer,
    order,
    performance,
    product,
    sales_rep,
    ticket,
)
from schema.kit.catalog import build_catalog
from schema.kit.mutation import error_types, make_mutations
from schema.kit.types import Arg, Item, entity_types, make_common, make_query, make_type
from schema.live import make_subscription
from schema.rights import Contracts
from schema.scalars import SCALARS

VIEWER = Entity(
    name="Viewer",
    table=(
        "(SELECT {viewer:name:text} AS name, {viewer:role:text} AS role, {viewer:role_names:text} AS roles,"
        " {viewer:rep_id:bigint} AS rep_id)"
    ),
    prefix="",
    live="",
    fields={
        "name": Value("name", Kind.TEXT, "{row}.name"),
        "role": Value("role", Kind.TEXT, "{row}.role"),
        "roles": Value("roles", Kind.NAMES, "{row}.roles"),
        "salesRep": ToOne("salesRep", "SalesRep", "{row}.rep_id"),
    },
    filters={},
    sorts={},
    groups={},
    measures={},
    search=(),
    order=(),
)
"""Who asks: a row made of the request itself."""

CATALOG: Catalog = build_catalog([VIEWER])
"""All that can be asked, as the compiler reads it."""

access.check(
    {
        entity.name: [name for name, item in entity.fields.items() if isinstance(item, Value | Amount)]
        for entity in CATALOG.entities.values()
    },
    VERBS,
)

make_common()
make_type(
    "Viewer",
    "Who is asking.",
    {
        "name": Item("str", "What to call you."),
        "role": Item("str", "The role you act in: it decides what you may see and do."),
        "roles": Item(
            "list[str]",
            "The roles you may act in, the main one first: with a session all of yours, and `switchRole` goes on in "
            "another; with anything else the one you act in.",
        ),
        "salesRep": Item("SalesRep | None", "The sales rep you are, if you are one."),
    },
)
make_type(
    "RateLimit",
    "What you may ask for, in points; also in every answer, under `extensions.cost`.",
    {
        "cost": Item("int", "What this request costs, a point at least."),
        "maxCost": Item("int", "What one request of yours may cost at most."),
        "remaining": Item("int", "How many points you have left."),
        "restoreRate": Item("int", "How many come back each second."),
    },
)
_QUERY = make_query(
    CATALOG,
    {
        "node": Item(
            "Node | None",
            "Any object by its global id; null if there is none, or none you may see.",
            {"id": Arg("ID", "Its global id.")},
        ),
        "nodes": Item(
            "list[Node | None] | None",
            "Several objects in the order asked for; null in place of each that is absent.",
            {"ids": Arg("list[ID]", "Their global ids, at most 100.")},
            semantic_non_null=True,
        ),
        "viewer": Item("Viewer | None", "Who is asking.", semantic_non_null=True),
        "rateLimit": Item(
            "RateLimit | None", "What this request costs, and what you may still ask for; null where nobody counts."
        ),
    },
)
_MUTATION, MUTATIONS = make_mutations(CATALOG)

schema = strawberry.Schema(
    query=_QUERY,
    mutation=_MUTATION,
    subscription=make_subscription(),
    types=[*entity_types(), *error_types()],
    config=StrawberryConfig(scalar_map=SCALARS),
)
"""The Strawberry schema."""

GRAPHQL: GraphQLSchema = schema._schema
"""The same as graphql-core sees it."""

for _type in GRAPHQL.type_map.values():
    # Strawberry writes `@oneOf` into the text only; validation and introspection look here.
    if isinstance(_type, GraphQLInputObjectType) and (made := _type.extensions.get("strawberry-definition")):
        _type.is_one_of = made.is_one_of

CONTRACTS = Contracts(CATALOG, GRAPHQL)
"""What each role finds of it."""

STRUCTURAL = frozenset(
    {"Boolean", "SortDirection", "GroupSort", "PeriodUnit"}
    | {name for name in GRAPHQL.type_map if name.endswith(("SortField", "GroupField", "PeriodField"))}
)
"""The types whose values decide the text of the SQL, and so belong to the key a plan is kept under."""


def sdl() -> str:
    """The text of `schema.graphql`."""
    return print_schema(schema) + "\n"
