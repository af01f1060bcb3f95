"""The engine behind every door: takes an operation, answers with the JSON of a GraphQL response.

Root fields are compiled to one SQL statement each, whose JSON is spliced into the answer untouched; introspection goes
through graphql-core. What was parsed, validated and compiled is kept, so a known operation costs its statement only.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

import access
from access import Viewer
from compiler.dialect import DIALECTS
from compiler.lookahead import Lookahead, collect
from compiler.plan import Root, Rows
from compiler.rows import Statement
from compiler.sql import render, render_ids
from compiler.values import Arguments, Variable, coerce_variables, declared
from errors import Code, Refusal, Refused, TooComplex, errors_body
from models.database import Database, DatabaseUnavailable, OutcomeUnknown, StatementTimeout, Transaction
from resolvers import read
from resolvers.read import Source
from resolvers.verbs import Matched
from resolvers.write import Outcome, perform
from schema import CATALOG, GRAPHQL, MUTATIONS, STRUCTURAL
from schema.kit.mutation import Mutation, Reader
from schema.payload import Part, Payload, Writer

log = logging.getLogger("rapport.engine")

MOST_TOKENS = 10_000
"""Tokens of a document that are parsed."""
LONGEST_MESSAGE = 500
"""Characters of an error that repeats what stands in the document."""
PREFIXES = {entity.name: entity.prefix for entity in CATALOG.entities.values()}
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
    how: How


@dataclass(frozen=True, slots=True)
class Introspection:
    """What introspection is asked for."""

    fields: tuple[FieldNode, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """A mutation: its verb, its field (whose arguments are read anew each time), and the parts of its payload."""

    mutation: Mutation
    field: FieldNode
    payload: tuple[tuple[str, Part], ...]


How = Statement | bytes | Refusal | Introspection | Write


@dataclass(slots=True)
class Operation:
    """A parsed and validated operation, with the plans made of it so far."""

    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    plans: OrderedDict[Hashable, tuple[Planned, ...]] = field(default_factory=OrderedDict)


class Engine:
    """Answers operations from one database."""

    def __init__(self, database: Database, plans: int = 1000, *, block_duplicates: bool = False) -> None:
        self.database = database
        self.dialect = DIALECTS[database.dialect]()
        self.most_operations = plans
        self.block_duplicates = block_duplicates
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
            planned = self.plan(operation, values, shape, viewer)
        except Refusal as refusal:
            return Answer(errors_body([refusal]), executed=False)
        except _Invalid as invalid:
            return Answer(errors_body(invalid.refusals), executed=False)
        except RecursionError:
            deep = TooComplex("The variables nest too deep to be read. Flatten them, or ask in several requests.")
            return Answer(errors_body([deep]), executed=False)
        asked = _Asked(operation, values, variables or {}, viewer)
        if operation.definition.operation is OperationType.MUTATION:
            results = await self._run_in_turn(asked, planned)
        else:
            results = await self._run(self.database, asked, planned)
        errors = [result for result in results if isinstance(result, Refusal)]
        head = b"{"
        if errors:
            head = b'{"errors":' + msgspec.json.encode([error.as_dict() for error in errors]) + b","
        return Answer(_joined(head + b'"data":', planned, results, b"}"), executed=True)

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

    def _compile(self, operation: Operation, values: Mapping[str, Any], viewer: Viewer) -> tuple[Planned, ...]:
        def visible(entity: str) -> str:
            return access.visible(entity, viewer)

        lookahead = self._lookahead(operation, values, visible)
        root = GRAPHQL.mutation_type if operation.definition.operation is OperationType.MUTATION else GRAPHQL.query_type
        assert root
        roots = collect(GRAPHQL, operation.fragments, lookahead.included, root, [operation.definition.selection_set])
        return tuple(
            Planned(key, self._compile_root(lookahead, root, key, nodes, visible)) for key, nodes in roots.items()
        )

    def _lookahead(self, operation: Operation, values: Mapping[str, Any], visible: Callable[[str], str]) -> Lookahead:
        types = {variable.name: variable.type for variable in operation.variables}
        return Lookahead(GRAPHQL, CATALOG, operation.fragments, Arguments(values, types), visible)

    def _compile_root(
        self,
        lookahead: Lookahead,
        root: GraphQLObjectType,
        key: str,
        nodes: Sequence[FieldNode],
        visible: Callable[[str], str],
    ) -> How:
        name = nodes[0].name.value
        if name == "__typename":
            return f'"{root.name}"'.encode()
        if name.startswith("__"):
            return Introspection(tuple(nodes))

        def rendered(plan: Root) -> Statement:
            return render(plan, CATALOG, self.dialect, visible)

        try:
            if root is GRAPHQL.mutation_type:
                type_ = cast(GraphQLObjectType, get_named_type(root.fields[name].type))
                payload = Payload(lookahead, rendered).plan(MUTATIONS[name], type_, nodes)
                return Write(MUTATIONS[name], nodes[0], payload)
            return rendered(lookahead.root(nodes))
        except Refusal as refusal:
            return _at(refusal, key)

    # --- running --------------------------------------------------------------------------------------------

    async def _run(self, source: Source, asked: _Asked, planned: Sequence[Planned]) -> Sequence[bytes | Refusal]:
        if len(planned) == 1:
            return [await self._run_root(source, asked, planned[0])]
        if source is self.database:
            return await asyncio.gather(*(self._run_root(source, asked, plan) for plan in planned))
        return [await self._run_root(source, asked, plan) for plan in planned]

    async def _run_in_turn(self, asked: _Asked, planned: Sequence[Planned]) -> Sequence[bytes | Refusal]:
        """Mutations, one after the other, as the order of changes matters.

        When the request is given up, what is stored already is told all the same, and what is left is not tried.
        """
        task = asyncio.current_task()
        assert task
        before = task.cancelling()
        results: list[bytes | Refusal] = []
        for plan in planned:
            if task.cancelling() == before:
                try:
                    results.append(await self._run_root(self.database, asked, plan))
                    continue
                except asyncio.CancelledError:
                    if not any(isinstance(result, bytes) for result in results):
                        raise
            results.append(_at(Refusal("There was no time left for this: it was not done.", Code.TIMEOUT), plan.key))
        return results

    async def _run_root(self, source: Source, asked: _Asked, plan: Planned) -> bytes | Refusal:
        match plan.how:
            case bytes() | Refusal() as known:
                return known
            case Introspection(fields):
                return _introspect(asked, plan.key, fields)
            case Statement() | Write():
                try:
                    if isinstance(plan.how, Write):
                        return await self._write(asked, plan.how)
                    return await read.answer(source, self.dialect, plan.how, asked.values, asked.viewer)
                except Exception as error:
                    if source is not self.database:
                        raise  # a transaction that failed must not be committed
                    return _at(_refusal(error), plan.key)

    async def _write(self, asked: _Asked, write: Write) -> bytes:
        """Run a mutation, and read its answer in its transaction."""
        assert GRAPHQL.mutation_type

        def visible(entity: str) -> str:
            return access.visible(entity, asked.viewer)

        lookahead = self._lookahead(asked.operation, asked.values, visible)

        def conditions(entity: str, given: Any, label: str) -> Matched:
            rows = Rows(
                CATALOG.entities[entity],
                None,
                visible(entity),
                lookahead.conditions.where(CATALOG.entities[entity], given, label),
            )
            statement = render_ids(rows, CATALOG, self.dialect, visible)
            return Matched(statement.sql, tuple(read.bind(statement, self.dialect, asked.values, asked.viewer)))

        definition = GRAPHQL.mutation_type.fields[write.mutation.verb.name]
        given = lookahead.given(write.field, definition)["input"]
        arguments, request = Reader(CATALOG, conditions).read(write.mutation.verb, given)

        def writer(source: Source) -> Writer:
            async def again(source: Source, fields: tuple[FieldNode, ...]) -> bytes:
                return await self._again(source, asked, lookahead, visible, fields)

            return Writer(source, self.dialect, asked.values, asked.viewer, PREFIXES, again)

        async def answer(transaction: Transaction, outcome: Outcome) -> bytes:
            return await writer(transaction).write(write.payload, outcome, ())

        try:
            request = replace(request, block_duplicates=self.block_duplicates)
            return await perform(self.database, asked.viewer, write.mutation.verb, arguments, answer, request)
        except Refused as refused:
            return await writer(self.database).write(write.payload, None, refused.errors)

    async def _again(
        self,
        source: Source,
        asked: _Asked,
        lookahead: Lookahead,
        visible: Callable[[str], str],
        fields: tuple[FieldNode, ...],
    ) -> bytes:
        """The query root below a payload."""
        assert GRAPHQL.query_type
        roots = lookahead.select(GRAPHQL.query_type, fields)
        planned = [
            Planned(key, self._compile_root(lookahead, GRAPHQL.query_type, key, nodes, visible))
            for key, nodes in roots.items()
        ]
        results = await self._run(source, asked, planned)
        refusal = next((result for result in results if isinstance(result, Refusal)), None)
        if refusal is not None:
            raise refusal
        return _joined(b"", planned, results)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: the operation with the values it is asked with, and who asks."""

    operation: Operation
    values: Mapping[str, Any]
    raw: Mapping[str, Any]
    viewer: Viewer


def _joined(head: bytes, planned: Sequence[Planned], results: Sequence[bytes | Refusal], tail: bytes = b"") -> bytes:
    """Root fields as an object, in one go: each further copy of an answer of 200 kB costs 80 µs."""
    pieces = [head, b"{"]
    for at, (plan, result) in enumerate(zip(planned, results, strict=True)):
        pieces += [b',"' if at else b'"', plan.key.encode(), b'":', b"null" if isinstance(result, Refusal) else result]
    pieces += [b"}", tail]
    return b"".join(pieces)


def _refusal(error: Exception) -> Refusal:
    """What the sender of a request is told about an exception."""
    match error:
        case Refusal():
            return error
        case StatementTimeout():
            return Refusal(
                "This took too long and was stopped. Ask for less: smaller pages, fewer levels, or a filter.",
                Code.TIMEOUT,
            )
        case OutcomeUnknown():
            log.warning("a commit was not answered: %s", error)
            return Refusal(
                "The database broke off before it said whether this was stored. Repeat the request with the same "
                "idempotencyKey: it is then done once, whatever became of this one. Without a key, look first.",
                Code.OUTCOME_UNKNOWN,
            )
        case DatabaseUnavailable():
            log.warning("the database cannot be reached: %s", error)
            return Refusal(
                "The database cannot be reached at the moment. Try again shortly.", Code.INTERNAL_SERVER_ERROR
            )
        case _:
            reference = secrets.token_hex(8)
            log.error("internal error %s", reference, exc_info=error)
            return Refusal(
                f"Something went wrong here. Quote the reference {reference} when you report it.",
                Code.INTERNAL_SERVER_ERROR,
            )


class _Invalid(Exception):
    """A document that breaks rules, with all it breaks."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self.refusals = refusals


def _at(refusal: Refusal, key: str) -> Refusal:
    return refusal if refusal.path else Refusal(refusal.message, refusal.code, [key], refusal.locations)


def _told(error: GraphQLError, code: Code) -> Refusal:
    places = [(place.line, place.column) for place in error.locations or ()]
    message = error.message
    if "integer string conversion" in message:
        message = "A number in the document has too many digits."
    elif len(message) > LONGEST_MESSAGE:
        message = message[: LONGEST_MESSAGE - 1] + "…"
    return Refusal(message, code, locations=places)


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
    if chosen[0].operation is OperationType.SUBSCRIPTION:
        raise Refusal("This API has no subscriptions; ask with a query.", Code.GRAPHQL_VALIDATION_FAILED)
    return Operation(chosen[0], fragments, declared(GRAPHQL, chosen[0]))


def _introspect(asked: _Asked, key: str, nodes: tuple[FieldNode, ...]) -> bytes | Refusal:
    operation = asked.operation
    introspection = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=operation.definition.name,
        variable_definitions=operation.definition.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=nodes),
    )
    document = DocumentNode(definitions=(introspection, *operation.fragments.values()))
    result = execute_sync(GRAPHQL, document, variable_values=dict(asked.raw))
    if result.errors or result.data is None:
        return _at(_told((result.errors or [])[0], Code.BAD_USER_INPUT), key)
    return msgspec.json.encode(result.data[key])
