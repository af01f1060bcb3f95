"""The answer to a write: what a mutation's selection asks of its payload, read in the transaction of the write."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from graphql import FieldNode, GraphQLObjectType, get_named_type

from compiler.catalog import ToMany, ToOne
from compiler.dialect import Dialect, instant_text
from compiler.lookahead import Lookahead
from compiler.plan import NodeByIds, One, Root
from compiler.rows import Statement
from errors import UserError, UserErrorCode
from resolvers import read
from resolvers.read import Source
from resolvers.verbs import camel
from resolvers.write import Node, Outcome
from schema.kit.mutation import TYPE_OF_CODE, Mutation, PayloadField


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the payload that shows a part of the outcome; a statement reads the records it names."""

    field: PayloadField
    statement: Statement | None = None
    parts: tuple[tuple[str, Part], ...] = ()
    """Of rows: what is shown of each."""
    many: Statement | None = None
    """Of a record that may be made along with others: a statement that reads all of them."""


@dataclass(frozen=True, slots=True)
class Errors:
    """The list of errors: what is shown of each type of error, and the statements for records they name."""

    shown: Mapping[str, tuple[tuple[str, str | bytes | Statement], ...]]
    """By type: (response key, field, JSON that never changes, or the statement that reads the records named)."""
    named: Mapping[str, str]
    """By response key of a statement: the attribute of the error that names the records."""


@dataclass(frozen=True, slots=True)
class Again:
    """The query root, asked for once more after the change."""

    fields: tuple[FieldNode, ...]


Part = bytes | Fact | Errors | Again


@dataclass(slots=True)
class Room:
    """How much may still be told of what is wrong: a refusal is short, however long its input."""

    left: int
    """Bytes of errors, with all that is asked of them."""
    untouched: bool = True
    """Whether nothing was told yet."""

    @classmethod
    def of_request(cls) -> Room:
        """What the payloads of one request have in all."""
        return cls(56_000)

    @classmethod
    def of_row(cls) -> Room:
        """What each row that a batch skips has by itself: who mends hundreds wants to know of every one."""
        return cls(4_000)

    def takes(self, told: bytes) -> bool:
        """Whether there is room for one more, which is taken then; for the first there always is."""
        fits = self.untouched or len(told) <= self.left
        if fits:
            self.untouched, self.left = False, self.left - len(told)
        return fits


class Payload:
    """Plans what a mutation's selection asks for, and puts the JSON together once the outcome is known."""

    def __init__(self, lookahead: Lookahead, render: Callable[[Root], Statement]) -> None:
        self.lookahead = lookahead
        self.render = render
        self.of_rows: list[Fact] = []
        """What is asked of the rows of a batch."""
        self.reads = False
        """Whether more is asked than what became of the record itself that is written."""

    def plan(
        self, mutation: Mutation, type_: GraphQLObjectType, nodes: Sequence[FieldNode]
    ) -> tuple[tuple[str, Part], ...]:
        """The parts of a payload by response key."""
        return tuple(
            (key, self._part(mutation.payload, type_, inner, shared=mutation.verb.many is not None))
            for key, inner in self.lookahead.select(type_, nodes).items()
        )

    def _part(
        self,
        fields: Mapping[str, PayloadField],
        type_: GraphQLObjectType,
        nodes: Sequence[FieldNode],
        *,
        shared: bool = False,
    ) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return f'"{type_.name}"'.encode()
        if name == "query":
            self.reads = True
            return Again(tuple(nodes))
        if name == "errors":
            return self._errors(nodes)
        field = fields[name]
        match field.kind:
            case "node":
                many = self.render(self.lookahead.made_many(field.entity, nodes)) if shared else None
                return Fact(field, self._one(field, type_, nodes), many=many)
            case "nodes":
                self.reads = True
                return Fact(field, self.render(self.lookahead.made_many(field.entity, nodes)))
            case "rows":
                row = cast(GraphQLObjectType, get_named_type(type_.fields[name].type))
                inner = PayloadField("node", "nodes", field.entity)
                parts: list[tuple[str, Part]] = []
                for key, sub in self.lookahead.select(row, nodes).items():
                    asked = sub[0].name.value
                    if asked == "node":
                        self._note(field.entity, sub)
                        parts.append((key, Fact(inner, self.render(self.lookahead.made_many(field.entity, sub)))))
                    elif asked in field.also:
                        also = field.also[asked]
                        self.reads = True
                        parts.append((key, Fact(also, self.render(self.lookahead.made_many(also.entity, sub)))))
                    else:
                        parts.append((key, self._part({}, row, sub)))
                self.of_rows += [part for _, part in parts if isinstance(part, Fact)]
                return Fact(field, parts=tuple(parts))
            case _:
                return Fact(field)

    def _one(self, field: PayloadField, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> Statement:
        self._note(field.entity, nodes)
        plan: One = self.lookahead.made(field.entity, nodes)
        return self.render(plan)

    def _note(self, entity: str, nodes: Sequence[FieldNode]) -> None:
        """Note whether a selection leads on from a record to others."""
        fields = self.lookahead.catalog.entities[entity].fields
        selected = self.lookahead.select(self.lookahead.schema.type_map[entity], nodes).values()
        self.reads |= any(isinstance(fields.get(each[0].name.value), ToOne | ToMany) for each in selected)

    def _errors(self, nodes: Sequence[FieldNode]) -> Errors:
        shown: dict[str, tuple[tuple[str, str | bytes | Statement], ...]] = {}
        named: dict[str, str] = {}
        for name in ("ValidationError", *dict.fromkeys(TYPE_OF_CODE.values())):
            type_ = cast(GraphQLObjectType, self.lookahead.schema.type_map[name])
            fields: list[tuple[str, str | bytes | Statement]] = []
            for key, inner in self.lookahead.select(type_, nodes).items():
                asked = inner[0].name.value
                if asked == "__typename":
                    fields.append((key, f'"{name}"'.encode()))
                elif asked in ("existing", "current", "candidates"):
                    self.reads = True
                    plan: NodeByIds = self.lookahead.made_nodes(inner)
                    fields.append((key, self.render(plan)))
                    named[key] = asked
                else:
                    fields.append((key, asked))
            shown[name] = tuple(fields)
        return Errors(shown, named)


class Writer:
    """Writes a planned payload as JSON."""

    def __init__(
        self,
        source: Source,
        dialect: Dialect,
        variables: Mapping[str, Any],
        viewer: Any,
        prefixes: Mapping[str, str],
        again: Callable[[Source, tuple[FieldNode, ...]], Awaitable[bytes]],
        room: Room,
    ) -> None:
        self.source = source
        self.dialect = dialect
        self.variables = variables
        self.viewer = viewer
        self.prefixes = prefixes
        self.again = again
        self.room = room

    async def write(
        self,
        parts: Sequence[tuple[str, Part]],
        outcome: Outcome | None,
        errors: Sequence[UserError],
        end: Callable[[], None] | None = None,
    ) -> bytes:
        """A payload's object; without an outcome its facts are null.

        A record, of which nothing is left to do but to pass it on, is read last, and `end` called before.
        """
        texts: dict[str, bytes] = {}
        last: tuple[str, Part] | None = None
        for key, part in parts:
            if end is not None and last is None and isinstance(part, Fact) and part.field.kind == "node":
                last = (key, part)
            else:
                texts[key] = await self._part(part, outcome, errors)
        if end is not None and last is not None:
            end()
            texts[last[0]] = await self._part(last[1], outcome, errors)
        return b"{" + b",".join([b'"%b":%b' % (key.encode(), texts[key]) for key, _ in parts]) + b"}"

    async def write_all(
        self, parts: Sequence[tuple[str, Part]], many: Statement, nodes: Sequence[Node]
    ) -> Sequence[bytes]:
        """The payloads of several requests that `shareable` says may be read by one statement."""
        read_nodes = await self._read(many, "#ids", self._pairs(nodes))
        head, tail = b"{", b""
        for at, (key, part) in enumerate(parts):
            name = b'%b"%b":' % (b"," if at else b"", key.encode())
            if isinstance(part, Fact):
                head, tail = head + tail + name, b""
            else:
                tail += name + await self._part(part, None, ())
        return [b"%b%b%b}" % (head, text, tail) for text in msgspec.json.decode(read_nodes, type=list[msgspec.Raw])]

    async def _part(self, part: Part, outcome: Outcome | None, errors: Sequence[UserError]) -> bytes:
        match part:
            case bytes():
                return part
            case Again(fields):
                return await self.again(self.source, fields)
            case Errors():
                return await self._errors(part, errors, self.room)
            case Fact(field, statement, parts):
                value = None if outcome is None else outcome[field.name]
                if value is None:
                    return b"null"
                match field.kind:
                    case "node":
                        assert statement
                        return await self._read(statement, "#id", value.id)
                    case "nodes":
                        assert statement
                        return await self._read(statement, "#ids", self._pairs(value))
                    case "rows":
                        return await self._rows(parts, value)
                    case "id":
                        return f'"{self.prefixes[field.entity]}_{value}"'.encode()
                    case _ if isinstance(value, dt.datetime):
                        return f'"{instant_text(value)}"'.encode()
                    case _:
                        return msgspec.json.encode(value)

    async def _rows(self, parts: Sequence[tuple[str, Part]], rows: Sequence[Mapping[str, Any]]) -> bytes:
        """The entries of a batch; the records of all of them are read by one statement a selection."""
        columns: list[list[bytes]] = []
        rooms = {at: Room.of_row() for at, row in enumerate(rows) if row["errors"]}
        for key, part in parts:
            head = b'"%b":' % key.encode()
            if isinstance(part, Fact):
                assert part.statement
                texts = await self._of_rows(part.statement, [row.get(part.field.name) for row in rows])
                columns.append([head + text for text in texts])
                continue
            # Nearly all entries have no errors: what is said of those is said once.
            column = [head + await self._part(part, {}, ())] * len(rows)
            if isinstance(part, Errors):
                for at, room in rooms.items():
                    column[at] = head + await self._errors(part, rows[at]["errors"], room)
            columns.append(column)
        return b"[" + b",".join([b"{%b}" % b",".join(cells) for cells in zip(*columns, strict=True)]) + b"]"

    async def _of_rows(self, statement: Statement, named: Sequence[Node | Sequence[Node] | None]) -> list[bytes]:
        """A record of each row, a list of them, or null."""
        nodes: list[Node] = []
        for each in named:
            nodes += () if each is None else [each] if isinstance(each, Node) else each
        read_nodes = await self._read(statement, "#ids", self._pairs(nodes))
        texts = map(bytes, msgspec.json.decode(read_nodes, type=list[msgspec.Raw]))
        if set(map(type, named)) == {Node}:  # nearly always
            return list(texts)
        return [
            b"null"
            if each is None
            else next(texts)
            if isinstance(each, Node)
            else b"[%b]" % b",".join(itertools.islice(texts, len(each)))
            for each in named
        ]

    async def _errors(self, part: Errors, errors: Sequence[UserError], room: Room) -> bytes:
        """Errors, as many as there is room for; then how many more there are."""
        objects = []
        for at, error in enumerate(errors):
            told = await self._error(part, error)
            if not room.takes(told):
                objects.append(await self._error(part, not_told(len(errors) - at)))
                break
            objects.append(told)
        return b"[" + b",".join(objects) + b"]"

    async def _error(self, part: Errors, error: UserError) -> bytes:
        pieces = []
        for key, asked in part.shown[TYPE_OF_CODE.get(error.code, "ValidationError")]:
            pieces.append(b'"%b":%b' % (key.encode(), await self._error_field(part, error, key, asked)))
        return b"{" + b",".join(pieces) + b"}"

    async def _error_field(self, part: Errors, error: UserError, key: str, asked: str | bytes | Statement) -> bytes:
        match asked:
            case bytes():
                return asked
            case Statement():
                named = getattr(error, part.named[key])
                many = part.named[key] == "candidates"
                pairs = [
                    (self.prefixes[entity], id_)
                    for entity, id_ in ((named or ()) if many else [named] if named else [])
                ]
                nodes = await self._read(asked, "#ids", pairs)
                if many:
                    return nodes
                texts = msgspec.json.decode(nodes, type=list[msgspec.Raw])
                return bytes(texts[0]) if texts else b"null"
            case "path":
                return msgspec.json.encode(["input", *(camel(step) for step in error.path)])
            case "allowed":
                return msgspec.json.encode(error.allowed or ())
            case "code":
                return msgspec.json.encode(error.code.value)
            case _:
                return msgspec.json.encode(error.message)

    def _pairs(self, nodes: Sequence[Node]) -> list[tuple[str, int]]:
        return [(self.prefixes[node.entity], node.id) for node in nodes]

    async def _read(self, statement: Statement, name: str, value: Any) -> bytes:
        return await read.answer(self.source, self.dialect, statement, {**self.variables, name: value}, self.viewer)


def shareable(parts: Sequence[tuple[str, Part]]) -> Statement | None:
    """The statement that reads what several requests want to know, each of the one record it makes; None if none can.

    They ask for that record, once, with nothing in it that differs from one request to the next, and for errors.
    """
    facts = [part for _, part in parts if isinstance(part, Fact)]
    if len(facts) != 1 or not all(isinstance(part, bytes | Errors | Fact) for _, part in parts):
        return None
    many = facts[0].many
    return many if many is not None and many.reads_only("#ids") else None


def not_told(count: int) -> UserError:
    """What stands for errors that there is no room for."""
    errors = "1 more error is" if count == 1 else f"{count:,} more errors are"
    return UserError(UserErrorCode.INVALID, f"{errors} not told here. Mend the others first, or send less at once.")
