"""The engine behind every door: takes an operation, answers with the JSON of a GraphQL response.

Root fields are compiled to one SQL statement each, whose JSON is spliced into the answer untouched; introspection goes
through graphql-core. What was parsed, validated and compiled is kept, so a known operation costs its statement only.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    execute_sync,
    get_named_type,
    print_ast,
)
from tortoise.models import Model

import access
from access import Viewer
from compiler.dialect import DIALECTS
from compiler.lookahead import Lookahead, collect
from compiler.plan import Root, Rows
from compiler.rows import Statement
from compiler.sql import render, render_ids
from compiler.values import Arguments, coerce_variables, plain
from errors import Code, Refusal, Refused, TooComplex, errors_body
from models.database import Database, DatabaseUnavailable, OutcomeUnknown, StatementTimeout, Transaction
from resolvers import read
from resolvers.read import Source
from resolvers.together import Together
from resolvers.verbs import Matched
from resolvers.write import Node, Outcome, perform
from schema import CATALOG, MUTATIONS, STRUCTURAL
from schema.document import Invalid, operation_of, told
from schema.limits import CONTAINERS, Limits, check_variables
from schema.live import SUBSCRIPTIONS
from schema.payload import Payload, Room, Writer, shareable
from schema.plans import (
    PARSED,
    WEIGHED,
    How,
    Introspection,
    Operation,
    Planned,
    Shaped,
    Told,
    Write,
    size_of,
    size_of_shape,
)
from schema.weight import Weigher, Weight

log = logging.getLogger("rapport.engine")

DEFAULT_LIMITS = Limits()
EVERYBODY = tuple(access.VERBS_OF)
"""All roles, and who has none."""

NO_READING = (
    "This key has no scope `read`: it is good for mutations only, and shows nothing but the fields of the record that "
    "is written. Use another key, or ask for less."
)
PREFIXES = {entity.name: entity.prefix for entity in CATALOG.entities.values()}
SHAPES_OF_ONE = 50
"""Shapes of variables that are kept of one operation, with their plans."""
WEIGHTS_OF_ONE = 50
"""Weights that are kept of one shape."""
SMALL = 50
"""Points of a query for one record that may travel together with others."""
INTROSPECTIONS = 4
"""Answers to introspection that are kept: one takes 160 ms to work out, and has 700 kB."""
NOT_LIVE = (
    "A subscription is live: ask over a WebSocket (graphql-transport-ws), or over HTTP with the header "
    "Accept: text/event-stream."
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its whole body, and whether the operation was executed or refused before."""

    body: bytes
    executed: bool
    kind: str = ""
    """`query`, `mutation` or `subscription`, where that is known."""
    name: str = ""
    """What the operation is called in its document."""
    code: str = ""
    """The code of its first error."""
    cost: int = 0
    """The points it was weighed at; 0 for what was refused unweighed."""


class Engine:
    """Answers operations from one database."""

    def __init__(
        self,
        database: Database,
        plans: int = 1000,
        *,
        plan_bytes: int = 64 * 1024 * 1024,
        block_duplicates: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        suggestions: bool = True,
        introspection: Collection[str] = EVERYBODY,
    ) -> None:
        """`suggestions` is whether errors tell what there is instead, `introspection` who may ask for the schema."""
        self.database = database
        self.dialect = DIALECTS[database.dialect]()
        self.most_operations = plans
        self.most_bytes = plan_bytes
        self.block_duplicates = block_duplicates
        self.limits = limits
        self.suggestions = suggestions
        self.introspection = introspection
        self.held_bytes = 0
        """About how much memory the kept operations take up."""
        self._operations: OrderedDict[tuple[str, str | None, str], Operation] = OrderedDict()
        self.forgotten = 0
        """Operations that were kept, and are not any more."""
        self._introspected: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._introspecting: asyncio.Lock | None = None
        self._together = Together(database)

    async def execute(
        self,
        query: str,
        variables: Mapping[str, Any] | None,
        operation_name: str | None,
        viewer: Viewer,
        *,
        only_query: bool = False,
        address: str = "",
        request: str = "",
        spend: Callable[[int], bytes | Awaitable[bytes]] | None = None,
    ) -> Answer:
        """Answer one operation. Never raises for what a request can hold; `only_query` refuses everything else.

        `address` is where the request comes from, and `request` what the audit is to call it, if either is known.
        `spend` is called with the operation's points before anything is done, and gives the answer's `extensions` as
        JSON, or nothing, at once or once it is awaited; what it raises goes through.
        """
        operation: Operation | None = None
        cost = 0
        try:
            operation = self.operation(query, operation_name, viewer.role)
            if only_query and operation.kind == "mutation":
                raise Refusal("Only queries may be sent with GET. Use POST.", Code.BAD_REQUEST)
            if operation.kind != "mutation" and not viewer.reads:
                raise Refusal(NO_READING, Code.FORBIDDEN)
            values, shape, weight = self._weighed(operation, variables, viewer)
            cost = weight.cost
        except (Refusal, Invalid, RecursionError) as error:
            return _not_executed(error, operation)
        extensions = b""
        if spend is not None:
            spent = spend(cost)
            extensions = spent if isinstance(spent, bytes) else await spent
        tail = _tail(extensions)
        try:
            if operation.kind == "subscription":
                raise Refusal(NOT_LIVE, Code.BAD_REQUEST)
            planned = self.plan(operation, values, shape, viewer)
        except (Refusal, RecursionError) as error:
            return _not_executed(error, operation, cost, tail)
        asked = _Asked(operation, values, shape, variables or {}, viewer, address, request, extensions)
        if operation.kind == "mutation":
            results = await self._run_in_turn(asked, planned)
        else:
            results = await self._run(self.database, asked, planned)
        body, code = _response(planned, results, tail)
        return Answer(body, executed=True, kind=operation.kind, name=operation.name, code=code, cost=cost)

    def _weighed(
        self, operation: Operation, variables: Mapping[str, Any] | None, viewer: Viewer
    ) -> tuple[Mapping[str, Any], Hashable, Weight]:
        """The values of the variables, their shape, and what the operation weighs with them. Raises `Refusal`."""
        if variables:
            for value in variables.values():  # a comprehension takes three times as long
                if isinstance(value, CONTAINERS):
                    check_variables(variables, self.limits)
                    break
        values, shape = coerce_variables(operation.variables, variables or {}, STRUCTURAL, suggests=self.suggestions)
        shaped = operation.shapes.get(shape)
        weight = None if shaped is None else shaped.light
        if weight is None:
            weight = self.weigh(operation, values, shape)
            weight.check(self.limits, viewer)
        return values, shape, weight

    async def subscribe(
        self, query: str, variables: Mapping[str, Any] | None, operation_name: str | None, viewer: Viewer
    ) -> AsyncGenerator[bytes, None]:
        """The results of a subscription, each a whole response, as long as they are taken. Raises `Refusal`.

        For operations that `execute` answered with the kind `subscription`: it weighed them, and had them paid for.
        """
        operation = self.operation(query, operation_name, viewer.role)
        values, shape, _ = self._weighed(operation, variables, viewer)
        lookahead = self._lookahead(operation, values, shape, viewer)
        schema = operation.contract.schema
        root = schema.subscription_type
        assert root
        roots = collect(schema, operation.fragments, lookahead.included, root, [operation.definition.selection_set])
        for key, nodes in roots.items():
            name = nodes[0].name.value
            given = lookahead.given(nodes[0], root.fields[name])
            arguments = {argument: value.read(values) for argument, value in given.items()}
            async for result in SUBSCRIPTIONS[name](arguments):
                yield b'{"data":{"' + key.encode() + b'":' + result + b"}}"

    # --- parsing and planning -------------------------------------------------------------------------------

    def operation(self, query: str, name: str | None, role: str) -> Operation:
        """The operation of a document, parsed and validated for a role. Raises `Refusal` or `Invalid`."""
        key = (query, name, role)
        known = self._operations.get(key)
        if known is not None:
            self._operations.move_to_end(key)
            return known
        introspects = role in self.introspection
        operation = operation_of(query, name, role, self.limits, suggests=self.suggestions, introspects=introspects)
        self._operations[key] = operation
        self._grow(operation, PARSED * len(query))
        return operation

    def weigh(self, operation: Operation, values: Mapping[str, Any], shape: Hashable) -> Weight:
        """What an operation weighs with these variables."""
        shaped = operation.shapes.get(shape)
        if shaped is not None:
            known = shaped.weights.get(_sizes(shaped.sizes, values) if shaped.sizes else ())
            if known is not None:
                return known
        weigher = Weigher(operation.fragments, values)
        weight = weigher.weigh(operation.definition)
        if shaped is None:
            shaped = operation.shapes[shape] = Shaped(tuple(sorted(weigher.sizes)), tuple(sorted(weigher.pages)))
            self._grow(operation, size_of_shape(shape))
            if len(operation.shapes) > SHAPES_OF_ONE:
                old, dropped = operation.shapes.popitem(last=False)
                self._grow(operation, -size_of_shape(old) - dropped.size)
        shaped.weights[_sizes(shaped.sizes, values)] = weight
        if not shaped.sizes and weight.is_light(self.limits):
            shaped.light = weight
        self._grow(operation, WEIGHED)
        if len(shaped.weights) > WEIGHTS_OF_ONE:
            shaped.weights.popitem(last=False)
            self._grow(operation, -WEIGHED)
        return weight

    def plan(
        self, operation: Operation, values: Mapping[str, Any], shape: Hashable, viewer: Viewer
    ) -> tuple[Planned, ...]:
        """The compiled root fields for variables of this shape, which bring these sizes of pages."""
        self._keep(operation, values, shape)
        sizes = operation.written(shape, values)
        shaped = operation.shapes[shape]
        planned = shaped.plans.get(sizes)
        if planned is None:
            planned = shaped.plans[sizes] = self._compile(operation, values, shape, viewer)
            self._grow(operation, size_of(planned))
        return planned

    def _keep(self, operation: Operation, values: Mapping[str, Any], shape: Hashable) -> None:
        """See to it that something is kept of a shape: others may have taken its place while a request waited."""
        if shape not in operation.shapes:
            self.weigh(operation, values, shape)

    def _grow(self, operation: Operation, size: int) -> None:
        """Count bytes that an operation takes up, and forget operations that were not used for the longest time."""
        if not operation.kept:
            return  # others took its place while its request waited
        operation.size += size
        self.held_bytes += size
        while len(self._operations) > 1 and (
            len(self._operations) > self.most_operations or self.held_bytes > self.most_bytes
        ):
            _, forgotten = self._operations.popitem(last=False)
            forgotten.kept = False
            self.forgotten += 1
            self.held_bytes -= forgotten.size

    def _compile(
        self, operation: Operation, values: Mapping[str, Any], shape: Hashable, viewer: Viewer
    ) -> tuple[Planned, ...]:
        lookahead = self._lookahead(operation, values, shape, viewer)
        schema = operation.contract.schema
        root = schema.get_root_type(operation.definition.operation)
        assert root
        roots = collect(schema, operation.fragments, lookahead.included, root, [operation.definition.selection_set])
        return tuple(
            Planned(key, self._compile_root(lookahead, root, key, nodes, viewer)) for key, nodes in roots.items()
        )

    def _lookahead(self, operation: Operation, values: Mapping[str, Any], shape: Hashable, viewer: Viewer) -> Lookahead:
        types = {variable.name: variable.type for variable in operation.variables}
        contract, arguments = operation.contract, Arguments(values, types)
        self._keep(operation, values, shape)
        written = operation.shapes[shape].pages if operation.written(shape, values) else ()
        return Lookahead(contract.schema, contract.catalog, operation.fragments, arguments, _rules(viewer), written)

    def _compile_root(
        self,
        lookahead: Lookahead,
        root: GraphQLObjectType,
        key: str,
        nodes: Sequence[FieldNode],
        viewer: Viewer,
    ) -> How:
        name = nodes[0].name.value
        if name == "__typename":
            return f'"{root.name}"'.encode()
        if name.startswith("__"):
            return Introspection(tuple(nodes))
        if name == "rateLimit":
            selected = lookahead.select(get_named_type(root.fields[name].type), nodes)
            return Told(tuple((key, inner[0].name.value) for key, inner in selected.items()))

        def rendered(plan: Root) -> Statement:
            return render(plan, CATALOG, self.dialect, _rules(viewer), alone=viewer.role in access.ALONE)

        try:
            if root is lookahead.schema.mutation_type:
                type_ = cast(GraphQLObjectType, get_named_type(root.fields[name].type))
                payload = Payload(lookahead, rendered)
                parts = payload.plan(MUTATIONS[name], type_, nodes)
                (argument,) = nodes[0].arguments or ()
                whole = argument.value.name.value if isinstance(argument.value, VariableNode) else None
                shown = frozenset(part.field.name for part in payload.of_rows)
                return Write(MUTATIONS[name], nodes[0], whole, parts, payload.reads, shown, shareable(parts))
            return rendered(lookahead.root(nodes))
        except Refusal as refusal:
            return _at(refusal, key)

    # --- what is at hand ------------------------------------------------------------------------------------

    def ready(self, query: str, variables: Mapping[str, Any] | None, name: str | None, viewer: Viewer) -> Ready | None:
        """A query of one statement that was asked before, with what it takes to run it; None for all others.

        Raises `Refusal` for variables that make no sense and for what weighs too much.
        """
        operation = self._operations.get((query, name, viewer.role))
        if operation is None or operation.kind != "query" or not viewer.reads:
            return None
        self._operations.move_to_end((query, name, viewer.role))
        values, shape, weight = self._weighed(operation, variables, viewer)
        planned = operation.shapes[shape].plans.get(operation.written(shape, values))
        if planned is None or len(planned) != 1 or not isinstance(planned[0].how, Statement):
            return None
        statement = planned[0].how.best_for(viewer)
        args = read.bind(statement, self.dialect, values, viewer)
        return Ready(operation, planned, statement.sql, args, weight.cost, statement.single and weight.cost <= SMALL)

    def keep(self, ready: Ready) -> None:
        """Prepare it to be run again and again."""
        ready.args = self.database.kept(ready.args, small=ready.small)

    def read_here(self, ready: Ready) -> bytes | None:
        """What its statement gives, if the database has it at hand too; None where it has not."""
        found = self.database.read_here(ready.sql, ready.args)
        return None if found is None else found[0] or b"null"

    def read_soon(self, ready: Ready) -> asyncio.Future[bytes | None]:
        """What its statement gives, which is begun and not waited for."""
        return self.database.read_soon(ready.sql, ready.args, small=ready.small)

    def whole(self, ready: Ready, result: bytes | Exception | None, extensions: bytes) -> tuple[bytes, str]:
        """The response as `execute` puts it together, of what the statement gave or failed with; and its code."""
        if isinstance(result, Exception):
            return _response(ready.planned, [_at(_refusal(result), ready.planned[0].key)], _tail(extensions))
        key, found = ready.planned[0].key.encode(), self.dialect.finished(result or b"null")
        if extensions:
            return b'{"data":{"%b":%b},"extensions":%b}' % (key, found, extensions), ""
        return b'{"data":{"%b":%b}}' % (key, found), ""

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
            case Statement() | Write():
                try:
                    if isinstance(plan.how, Write):
                        return await self._write(asked, plan.how)
                    return await read.answer(source, self.dialect, plan.how, asked.values, asked.viewer)
                except Exception as error:
                    if source is not self.database:
                        raise  # a transaction that failed must not be committed
                    return _at(_refusal(error), plan.key)
            case Introspection(fields):
                return await self._introspect(asked, plan.key, fields)
            case Told() as cost:
                return cost.answer(asked.extensions)
            case known:
                return known

    async def _introspect(self, asked: _Asked, key: str, fields: tuple[FieldNode, ...]) -> bytes | Refusal:
        """Introspection, in a thread, as it takes long: one at a time, and what holds no variables only once."""
        if self._introspecting is None:
            self._introspecting = asyncio.Lock()
        text = "\n".join(map(print_ast, (*fields, *asked.operation.fragments.values())))
        known = (text, asked.viewer.role)
        async with self._introspecting:
            if known in self._introspected:
                self._introspected.move_to_end(known)
                return self._introspected[known]
            answer = await asyncio.to_thread(_introspect, asked, key, fields, suggests=self.suggestions)
            if isinstance(answer, bytes) and "$" not in text:
                self._introspected[known] = answer
                if len(self._introspected) > INTROSPECTIONS:
                    self._introspected.popitem(last=False)
        return answer

    async def _write(self, asked: _Asked, write: Write) -> bytes:
        """Run a mutation, and read its answer in its transaction."""
        if write.reads and not asked.viewer.reads:
            raise Refusal(NO_READING, Code.FORBIDDEN)

        def lookahead() -> Lookahead:
            return self._lookahead(asked.operation, asked.values, asked.shape, asked.viewer)

        def given() -> Any:
            mutations = asked.operation.contract.schema.mutation_type
            assert mutations
            return lookahead().given(write.field, mutations.fields[write.mutation.verb.name])["input"]

        def conditions(entity: str, field: str) -> Matched:
            of = asked.operation.contract.catalog.entities[entity]
            where = lookahead().conditions.where(of, given()[field], f"input.{field}")
            viewer, visible = asked.viewer, _rules(asked.viewer)
            rows, alone = Rows(of, None, visible(entity), where), viewer.role in access.ALONE
            statement = render_ids(rows, CATALOG, self.dialect, visible, alone=alone)
            return Matched(statement.sql, tuple(read.bind(statement, self.dialect, asked.values, viewer)))

        # Nearly always one variable is the whole input.
        whole = None if write.variable is None else asked.values.get(write.variable)
        arguments, request = write.mutation.read(plain(given()) if whole is None else whole, conditions)

        def writer(source: Source) -> Writer:
            async def again(source: Source, fields: tuple[FieldNode, ...]) -> bytes:
                return await self._again(source, asked, lookahead(), fields)

            return Writer(source, self.dialect, asked.values, asked.viewer, PREFIXES, again, asked.room)

        async def answer(transaction: Transaction, outcome: Outcome) -> bytes:
            end = None if request.dry_run else transaction.end
            return await writer(transaction).write(write.payload, outcome, (), end)

        async def answers(transaction: Transaction, records: Sequence[Model]) -> Sequence[bytes]:
            assert write.many
            transaction.end()
            nodes = [Node(type(record).__name__, record.pk) for record in records]
            return await writer(transaction).write_all(write.payload, write.many, nodes)

        verb = write.mutation.verb
        try:
            request = replace(
                request,
                request_id=asked.request,
                block_duplicates=self.block_duplicates,
                address=asked.address,
                shown=write.shown,
            )
            if write.many is not None and request.plain:
                return await self._together.perform(asked.viewer, verb, arguments, answer, answers, write, request)
            return await perform(self.database, asked.viewer, verb, arguments, answer, request)
        except Refused as refused:
            return await writer(self.database).write(write.payload, None, refused.errors)

    async def _again(
        self,
        source: Source,
        asked: _Asked,
        lookahead: Lookahead,
        fields: tuple[FieldNode, ...],
    ) -> bytes:
        """The query root below a payload."""
        query = lookahead.schema.query_type
        assert query
        roots = lookahead.select(query, fields)
        planned = [
            Planned(key, self._compile_root(lookahead, query, key, nodes, asked.viewer)) for key, nodes in roots.items()
        ]
        results = await self._run(source, asked, planned)
        refusal = next((result for result in results if isinstance(result, Refusal)), None)
        if refusal is not None:
            raise refusal
        return _joined(b"", planned, results)


@dataclass(slots=True)
class Ready:
    """A query that needs nothing but its statement run."""

    operation: Operation
    planned: Sequence[Planned]
    sql: str
    args: Sequence[Any]
    cost: int
    small: bool
    """Whether it finds one record by its id, with little around it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: the operation with the values it is asked with, and who asks."""

    operation: Operation
    values: Mapping[str, Any]
    shape: Hashable
    raw: Mapping[str, Any]
    viewer: Viewer
    address: str
    request: str
    extensions: bytes
    """What the answer tells of its cost; empty where nobody counts."""
    room: Room = field(default_factory=Room.of_request)


def _rules(viewer: Viewer) -> Callable[[str], str]:
    """The viewer's row rule of each entity."""
    return lambda entity: access.visible(entity, viewer)


def _tail(extensions: bytes) -> bytes:
    """How a response ends."""
    return b',"extensions":' + extensions + b"}" if extensions else b"}"


def _response(planned: Sequence[Planned], results: Sequence[bytes | Refusal], tail: bytes) -> tuple[bytes, str]:
    """The whole response of what was run, and the code of its first error."""
    errors = [result for result in results if isinstance(result, Refusal)]
    if not errors:
        return _joined(b'{"data":', planned, results, tail), ""
    told = msgspec.json.encode([error.as_dict() for error in errors])
    return _joined(b'{"errors":' + told + b',"data":', planned, results, tail), errors[0].code.value


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


def _sizes(names: Sequence[str], values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The sizes that variables bring: a number, or how long a list is."""
    found = [values.get(name) for name in names]
    return tuple(len(value) if isinstance(value, list) else value for value in found)


def _not_executed(
    error: Refusal | Invalid | RecursionError, operation: Operation | None, cost: int = 0, tail: bytes = b"}"
) -> Answer:
    """The answer to what is refused as a whole; its JSON ends with `tail`."""
    match error:
        case Refusal():
            refusals: Sequence[Refusal] = [error]
        case Invalid():
            refusals = error.refusals
        case _:
            deep = "The variables nest too deep to be read. Flatten them, or ask in several requests."
            refusals = [TooComplex(deep)]
    kind, name = (operation.kind, operation.name) if operation else ("", "")
    return Answer(errors_body(refusals)[:-1] + tail, False, kind, name, refusals[0].code.value, cost)


def _at(refusal: Refusal, key: str) -> Refusal:
    if refusal.path:
        return refusal
    return Refusal(refusal.message, refusal.code, [key], refusal.locations, retry_after=refusal.retry_after)


def _introspect(asked: _Asked, key: str, nodes: tuple[FieldNode, ...], *, suggests: bool) -> bytes | Refusal:
    operation = asked.operation
    introspection = OperationDefinitionNode(
        operation=OperationType.QUERY,
        name=operation.definition.name,
        variable_definitions=operation.definition.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=nodes),
    )
    document = DocumentNode(definitions=(introspection, *operation.fragments.values()))
    schema, variables = operation.contract.schema, dict(asked.raw)
    result = execute_sync(schema, document, variable_values=variables, hide_suggestions=not suggests)
    if result.errors or result.data is None:
        return _at(told((result.errors or [])[0], Code.BAD_USER_INPUT, suggests=suggests), key)
    return msgspec.json.encode(result.data[key])
