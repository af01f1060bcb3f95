"""The engine behind every door: takes an operation, answers with the JSON of a GraphQL response.

Root fields are compiled to one SQL statement each, whose JSON is spliced into the answer untouched; introspection goes
through graphql-core. What was parsed, validated and compiled is kept, so a known operation costs its statement only.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

import access
from access import Viewer
from compiler.dialect import DIALECTS
from compiler.lookahead import Lookahead, collect
from compiler.plan import Root
from compiler.sql import Statement, render
from compiler.values import Arguments, Variable, coerce_variables, declared
from errors import Code, Refusal, TooComplex, errors_body
from models.database import Database, DatabaseUnavailable, StatementTimeout
from resolvers import read
from schema import CATALOG, GRAPHQL, STRUCTURAL

log = logging.getLogger("rapport.engine")

MOST_TOKENS = 10_000
"""Tokens of a document that are parsed."""
PLANS_OF_ONE = 50
"""Plans kept of one operation, whose variables may take as many shapes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its whole body, and whether the operation was executed or refused before."""

    body: bytes
    executed: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """One root field of an operation, compiled: a statement, JSON that never changes, or why it cannot be answered."""

    key: str
    how: Statement | bytes | Refusal | tuple[FieldNode, ...]
    """Fields are what introspection is asked for."""


@dataclass(slots=True)
class Operation:
    """A parsed and validated operation, with the plans made of it so far."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    plans: OrderedDict[Hashable, tuple[Planned, ...]] = field(default_factory=OrderedDict)


class Engine:
    """Answers operations from one database."""

    def __init__(self, database: Database, plans: int = 1000) -> None:
        self.database = database
        self.dialect = DIALECTS[database.dialect]()
        self.most_operations = plans
        self._operations: OrderedDict[tuple[str, str | None], Operation] = OrderedDict()

    async def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        viewer: Viewer,
        *,
        only_query: bool = False,
    ) -> Answer:
        """Answer one operation. Never raises for what a request can hold; `only_query` refuses everything else."""
        try:
            operation = self.operation(query, operation_name)
            if only_query and operation.definition.operation is not OperationType.QUERY:
                raise Refusal("Only queries may be sent with GET. Use POST.", Code.BAD_REQUEST)
            values, shape = coerce_variables(operation.variables, variables or {}, STRUCTURAL)
        except Refusal as refusal:
            return Answer(errors_body([refusal]), executed=False)
        except _Invalid as invalid:
            return Answer(errors_body(invalid.refusals), executed=False)
        planned = self.plan(operation, values, shape, viewer)
        results = await self._run(operation, planned, values, variables or {}, viewer)
        errors = [result for result in results if isinstance(result, Refusal)]
        parts = [
            b'"%b":%b' % (plan.key.encode(), b"null" if isinstance(result, Refusal) else result)
            for plan, result in zip(planned, results, strict=True)
        ]
        data = b"{" + b",".join(parts) + b"}"
        if not errors:
            return Answer(b'{"data":' + data + b"}", executed=True)
        told = msgspec.json.encode([error.as_dict() for error in errors])
        return Answer(b'{"errors":' + told + b',"data":' + data + b"}", executed=True)

    # --- parsing and planning -------------------------------------------------------------------------------

    def operation(self, query: str, name: str | None) -> Operation:
        """The operation of a document, parsed and validated. Raises `Refusal` or `_Invalid`."""
        known = self._operations.get((query, name))
        if known is not None:
            self._operations.move_to_end((query, name))
            return known
        operation = _prepare(query, name)
        self._operations[query, name] = operation
        if len(self._operations) > self.most_operations:
            self._operations.popitem(last=False)
        return operation

    def plan(
        self, operation: Operation, values: Mapping[str, Any], shape: Hashable, viewer: Viewer
    ) -> tuple[Planned, ...]:
        """The compiled root fields for variables of this shape and viewers of this role."""
        key = (shape, viewer.role)
        planned = operation.plans.get(key)
        if planned is None:
            planned = self._compile(operation, values, viewer)
            operation.plans[key] = planned
            if len(operation.plans) > PLANS_OF_ONE:
                operation.plans.popitem(last=False)
        return planned

    def _compile(
        self, operation: Operation, values: Mapping[str, Any], viewer: Viewer
    ) -> tuple[Planned, ...]:
        def visible(entity: str) -> str:
            return access.visible(entity, viewer)

        types = {variable.name: variable.type for variable in operation.variables}
        lookahead = Lookahead(GRAPHQL, CATALOG, operation.fragments, Arguments(values, types), visible)
        assert GRAPHQL.query_type
        roots = collect(
            GRAPHQL,
            operation.fragments,
            lookahead.included,
            GRAPHQL.query_type,
            [operation.definition.selection_set],
        )
        return tuple(Planned(key, self._compile_root(lookahead, key, nodes, visible)) for key, nodes in roots.items())

    def _compile_root(
        self, lookahead: Lookahead, key: str, nodes: Sequence[FieldNode], visible: Any
    ) -> Statement | bytes | Refusal | tuple[FieldNode, ...]:
        name = nodes[0].name.value
        if name == "__typename":
            return b'"Query"'
        if name.startswith("__"):
            return tuple(nodes)
        try:
            plan: Root = lookahead.root(nodes)
            return render(plan, CATALOG, self.dialect, visible)
        except Refusal as refusal:
            return _at(refusal, key)

    # --- running --------------------------------------------------------------------------------------------

    async def _run(
        self,
        operation: Operation,
        planned: Sequence[Planned],
        values: Mapping[str, Any],
        raw: Mapping[str, Any],
        viewer: Viewer,
    ) -> Sequence[bytes | Refusal]:
        if len(planned) == 1:
            return [await self._run_root(operation, planned[0], values, raw, viewer)]
        return await asyncio.gather(*(self._run_root(operation, plan, values, raw, viewer) for plan in planned))

    async def _run_root(
        self,
        operation: Operation,
        plan: Planned,
        values: Mapping[str, Any],
        raw: Mapping[str, Any],
        viewer: Viewer,
    ) -> bytes | Refusal:
        match plan.how:
            case Statement() as statement:
                try:
                    return await read.answer(self.database, self.dialect, statement, values, viewer)
                except Refusal as refusal:
                    return _at(refusal, plan.key)
                except StatementTimeout:
                    return Refusal(
                        "This took too long and was stopped. Ask for less: smaller pages, fewer levels, or a filter.",
                        Code.TIMEOUT,
                        [plan.key],
                    )
                except DatabaseUnavailable:
                    log.warning("the database cannot be reached")
                    return Refusal(
                        "The database cannot be reached at the moment. Try again shortly.",
                        Code.INTERNAL_SERVER_ERROR,
                        [plan.key],
                    )
                except Exception:
                    reference = secrets.token_hex(8)
                    log.exception("internal error %s", reference)
                    return Refusal(
                        f"Something went wrong here. Quote the reference {reference} when you report it.",
                        Code.INTERNAL_SERVER_ERROR,
                        [plan.key],
                    )
            case tuple() as nodes:
                return _introspect(operation, plan.key, nodes, raw)
            case bytes() | Refusal() as known:
                return known


class _Invalid(Exception):
    """A document that breaks rules, with all it breaks."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self.refusals = refusals


def _at(refusal: Refusal, key: str) -> Refusal:
    return refusal if refusal.path else Refusal(refusal.message, refusal.code, [key], refusal.locations)


def _told(error: GraphQLError, code: Code) -> Refusal:
    places = [(place.line, place.column) for place in error.locations or ()]
    return Refusal(error.message, code, locations=places)


def _prepare(query: str, name: str | None) -> Operation:
    try:
        document = parse(query, max_tokens=MOST_TOKENS, no_location=False)
        errors = validate(GRAPHQL, document)
    except GraphQLSyntaxError as error:
        raise _told(error, Code.GRAPHQL_PARSE_FAILED) from None
    except RecursionError:
        raise TooComplex("The document nests too deep to be read. Ask in several requests.") from None
    if errors:
        raise _Invalid([_told(error, Code.GRAPHQL_VALIDATION_FAILED) for error in errors])
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    chosen = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if not chosen:
        names = ", ".join(node.name.value for node in operations if node.name) or "none with a name"
        wanted = f"no operation called {name[:80]}" if name is not None else "no operation"
        raise Refusal(f"The document has {wanted}; it has {names}.", Code.OPERATION_RESOLUTION_FAILURE)
    if len(chosen) > 1:
        raise Refusal(
            "The document has several operations. Say which one with `operationName`.",
            Code.OPERATION_RESOLUTION_FAILURE,
        )
    if chosen[0].operation is not OperationType.QUERY:
        raise Refusal(
            f"This API has no {chosen[0].operation.value}s; ask with a query.", Code.GRAPHQL_VALIDATION_FAILED
        )
    return Operation(chosen[0], fragments, declared(GRAPHQL, chosen[0]))


def _introspect(
    operation: Operation, key: str, nodes: tuple[FieldNode, ...], raw: Mapping[str, Any]
) -> bytes | Refusal:
    asked = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=operation.definition.name,
        variable_definitions=operation.definition.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=nodes),
    )
    document = DocumentNode(definitions=(asked, *operation.fragments.values()))
    result = execute_sync(GRAPHQL, document, variable_values=dict(raw))
    if result.errors or result.data is None:
        return _at(_told(result.errors[0], Code.BAD_USER_INPUT), key) if result.errors else b"null"  # type: ignore[return-value]
    return msgspec.json.encode(result.data[key])


