"""An operation as the engine keeps it: read, validated, with what was compiled of it and what that weighs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode

from compiler.lookahead import LARGEST_PAGE
from compiler.rows import Statement
from compiler.values import Variable
from errors import Refusal
from schema.kit.mutation import Mutation
from schema.payload import Errors, Fact, Part
from schema.rights import Contract
from schema.weight import Weight

PARSED = 100
"""Bytes of memory that a byte of a document takes up once it is parsed."""
WEIGHED = 600
"""Bytes of memory that a weight takes up."""
MOST_MORE = 8
"""Sizes of pages that are written into an operation's statements besides the first one of each shape."""


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
    variable: str | None
    """The variable that is its whole input, if one is."""
    payload: tuple[tuple[str, Part], ...]
    reads: bool
    """Whether the payload shows more than the record that is written."""
    shown: frozenset[str] = frozenset()
    """What is asked of the rows of a batch."""
    many: Statement | None = None
    """What reads the records of several requests like it, if they may be done together."""

    def statements(self) -> Iterator[Statement]:
        """All that may be run for its answer."""
        stack = [part for _, part in self.payload]
        while stack:
            match stack.pop():
                case Fact(statement=statement, parts=parts, many=many):
                    stack += [part for _, part in parts]
                    yield from (each for each in (statement, many) if each is not None)
                case Errors(shown=shown):
                    yield from (asked for shape in shown.values() for _, asked in shape if isinstance(asked, Statement))


@dataclass(frozen=True, slots=True)
class Told:
    """What a request is told of its cost: by response key, the field of `RateLimit`."""

    fields: tuple[tuple[str, str], ...]

    def answer(self, extensions: bytes) -> bytes:
        """Its JSON, out of the `extensions` of the answer; null where there are none, as nobody counts."""
        if not extensions:
            return b"null"
        cost = msgspec.json.decode(extensions)["cost"]
        told = {
            "__typename": "RateLimit",
            "cost": cost["requested"],
            "maxCost": cost["max"],
            "remaining": cost["remaining"],
            "restoreRate": cost["restoreRate"],
        }
        return msgspec.json.encode({key: told[name] for key, name in self.fields})


How = Statement | bytes | Refusal | Introspection | Write | Told


Sizes = tuple[int | None, ...]
"""Sizes of pages that variables bring, in the order of the variables' names; None for what is left to the default."""


@dataclass(slots=True)
class Shaped:
    """What is kept of an operation whose variables have one shape: what it weighs, and what was compiled of it."""

    sizes: tuple[str, ...]
    """The variables that the weight depends on beyond their shape."""
    pages: tuple[str, ...]
    """Those of them that bring sizes of pages."""
    weights: OrderedDict[tuple[Any, ...], Weight] = field(default_factory=OrderedDict)
    """By what the variables bring: numbers, and how long lists are."""
    light: Weight | None = None
    """What it weighs whatever they bring, if anybody may ask for so much: neither weighed nor compared each time."""
    written: set[Sizes] = field(default_factory=set)
    """The sizes of pages that are written into statements of their own."""
    plans: dict[Sizes, tuple[Planned, ...]] = field(default_factory=dict)
    """By the sizes that are written into the statements; by none those whose sizes are parameters."""

    @property
    def size(self) -> int:
        """Bytes of memory it takes up, about."""
        return WEIGHED * len(self.weights) + sum(map(size_of, self.plans.values()))


@dataclass(slots=True)
class Operation:
    """A parsed and validated operation, with the plans made of it so far and what each weighs."""

    contract: Contract
    """What the role that asks may use: the operation was validated against its schema."""
    definition: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: tuple[Variable, ...]
    kind: str
    name: str
    shapes: OrderedDict[Hashable, Shaped] = field(default_factory=OrderedDict)
    size: int = 0
    """Bytes of memory it takes up, about, with its plans."""
    kept: bool = True
    """Whether the engine still holds it."""

    def written(self, shape: Hashable, values: Mapping[str, Any]) -> Sizes:
        """The sizes of pages to be written into the statements for a shape that is kept; none to have them parameters.

        PostgreSQL plans a statement once if its LIMIT is a number, and each time anew if that is a parameter. A client
        asks for the same size again and again: of each shape the first one is written, and a few more of the operation
        by whichever shapes they come. Whoever asks for all sizes makes no more statements than that.
        """
        shaped = self.shapes[shape]
        if not shaped.pages:
            return ()
        sizes = tuple([values.get(name) for name in shaped.pages])
        if sizes in shaped.written:
            return sizes
        if not all(size is None or 1 <= size <= LARGEST_PAGE for size in sizes):
            return ()  # it is told as any parameter that makes no sense
        more = sum(len(each.written) - 1 for each in self.shapes.values() if each.written)
        if shaped.written and more >= MOST_MORE:
            return ()
        shaped.written.add(sizes)
        return sizes


def size_of(planned: Sequence[Planned]) -> int:
    """Bytes of memory that a plan takes up, about: its SQL, and as much again for its parameters."""
    size = 1000
    for plan in planned:
        for statement in plan.how.statements() if isinstance(plan.how, Write) else (plan.how,):
            if isinstance(statement, Statement):
                size += 2 * len(statement.sql)
                if statement.wide:
                    size += 2 * len(statement.wide[1].sql)
    return size


def size_of_shape(shape: Hashable) -> int:
    """Bytes of memory that the shape of variables takes up: a tuple of words that the schema holds, and of tuples."""
    size, level = 0, [shape]
    while level:
        tuples = [item for item in level if isinstance(item, tuple)]
        size += sum(56 + 8 * len(item) for item in tuples)
        level = [inner for item in tuples for inner in item]
    return size
