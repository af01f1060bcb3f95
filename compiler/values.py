"""Values a request brings: read from literals and variables, checked, and kept apart from the SQL they end up in.

A plan is made once and run with many values, so a leaf of an argument is not its value but where to find it
(`Given`). What decides the text of the SQL (which keys are present, booleans, sort fields) is read while planning;
`coerce_variables` returns it as the shape under which the plan is cached, with the sizes of pages (`schema/plans.py`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from itertools import chain, islice
from typing import Any

from graphql import (
    BooleanValueNode,
    ConstValueNode,
    EnumValueNode,
    FloatValueNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNamedInputType,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_specified_scalar_type,
    type_from_ast,
)

from compiler.catalog import article
from compiler.numbers import Number
from errors import BadInput, Code, Refusal

ABSENT: Any = object()
"""A variable or an input field that was not given; `None` is the null that was."""


@dataclass(frozen=True, slots=True)
class Given:
    """A leaf of an argument: its value while planning, and how to find it in another request's variables."""

    value: Any
    label: str
    """Where it stands in the request, for error messages: `where.name.contains`."""
    route: tuple[str | int, ...] = ()
    """The path through the variables; empty for a literal."""

    def read(self, variables: Mapping[str, Any]) -> Any:
        """The value in this request."""
        if not self.route:
            return self.value
        value: Any = variables
        for step in self.route:
            value = value[step]
        return value


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that comes from who asks rather than from what is asked: an attribute of the viewer, as it is."""

    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """A value of an enumeration as the document itself names it: one of the schema's own words, so SQL may hold it.

    PostgreSQL then knows how rare it is when it plans, and plans once: twice as fast for open, urgent tickets.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Param:
    """A value that a statement is run with: where it comes from, what becomes of it, and the SQL type it has there."""

    source: Given | Setting | tuple[Given, ...] | None
    type: str
    """One of the dialect's words: text, bigint, boolean, date, instant, texts, bigints, listed, dates, instants."""
    convert: Callable[[Any], Any] = lambda value: value

    def bind(self, variables: Mapping[str, Any], viewer: object) -> Any:
        """The value for this request. Raises `BadInput` that names the argument."""
        source = self.source
        value: Any
        # By `isinstance`, the likely ones first: patterns take twice as long, for each value of a request.
        if isinstance(source, Given):
            value, label = source.read(variables), source.label
        elif isinstance(source, Setting):
            return getattr(viewer, source.name)
        elif source is None:
            return self.convert(None)
        else:
            value, label = [given.read(variables) for given in source], source[0].label if source else ""
        try:
            return self.convert(value)
        except BadInput as error:
            raise BadInput(f"{label}: {error.message}") from None


def literal(node: ValueNode) -> Any:
    """The Python value of a leaf literal; a float keeps every digit it was written with."""
    match node:
        case IntValueNode():
            # Past 4,300 digits Python refuses to convert; the scalar then says what it takes.
            return int(node.value) if len(node.value) < 1000 else Decimal("Infinity")
        case FloatValueNode():
            return Decimal(node.value)
        case StringValueNode() | BooleanValueNode() | EnumValueNode():
            return node.value
        case _:
            return None


WHOLE = ("Int", "ID")
"""Types that take a number of JSON if it is a whole one, which the double nearest to it may be where it is not."""


def coerce_leaf(type_: GraphQLScalarType | GraphQLEnumType, value: Any) -> Any:
    """A scalar or enumeration value, checked. Raises `GraphQLError` with a sentence for people."""
    if isinstance(type_, GraphQLEnumType):
        if isinstance(value, str) and value in type_.values:
            return value
        raise GraphQLError(f"{type_.name} is one of {', '.join(type_.values)}.")
    assert type_.coerce_input_value is not None
    if type(value) is Number and type_.name in WHOLE and Decimal(value.text) != value:
        raise GraphQLError(f"{type_.name} cannot represent non-integer value: {value.text[:100]}")
    return type_.coerce_input_value(value)


class Arguments:
    """Reads the arguments of one operation's fields into dicts and lists with `Given` at the leaves."""

    def __init__(self, variables: Mapping[str, Any], types: Mapping[str, GraphQLInputType]) -> None:
        self.variables = variables
        self.types = types

    def read(self, node: ValueNode, type_: GraphQLInputType, label: str) -> Any:
        """An argument's value: dict, list, `Given`, `None` for null, `ABSENT` for a variable that was not given."""
        if isinstance(node, VariableNode):
            name = node.name.value
            if name not in self.variables:
                return ABSENT
            if self.variables[name] is None and isinstance(type_, GraphQLNonNull):
                # A variable that may be null is let in here if it has a default, which null replaces.
                raise BadInput(f"{label} must not be null: ${name} is. Leave the variable out, or give it a value.")
            return self.trace(self.types[name], self.variables[name], label, (name,))
        if isinstance(node, NullValueNode):
            return None
        type_ = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(type_, GraphQLList):
            items = node.values if isinstance(node, ListValueNode) else (node,)
            return [self.read(item, type_.of_type, label) for item in items]
        if isinstance(type_, GraphQLInputObjectType):
            assert isinstance(node, ObjectValueNode)
            given = {field.name.value: field.value for field in node.fields}
            return self._object(
                type_,
                {name: self.read(value, type_.fields[name].type, f"{label}.{name}") for name, value in given.items()},
                label,
            )
        assert isinstance(type_, GraphQLScalarType | GraphQLEnumType)
        plain = node.value if type_ is GraphQLID and isinstance(node, IntValueNode) else literal(node)
        try:
            return Given(coerce_leaf(type_, plain), label)
        except (GraphQLError, ValueError, TypeError) as error:  # validation reads literals by rules of its own
            raise BadInput(f"{label} does not fit: {error}") from None

    def _object(self, type_: GraphQLInputObjectType, read: dict[str, Any], label: str) -> dict[str, Any]:
        values = {name: value for name, value in read.items() if value is not ABSENT}
        for name, field in type_.fields.items():
            if name not in values and (default := default_of(field)) is not ABSENT:
                coerced = _coerce(field.type, default, f"{label}.{name}", [], frozenset())
                values[name] = self.trace(field.type, coerced, f"{label}.{name}", ())
        return values

    def trace(self, type_: GraphQLInputType, value: Any, label: str, route: tuple[str | int, ...]) -> Any:
        """A variable's coerced value, with its leaves replaced by where they are."""
        if value is None:
            return None
        type_ = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        if isinstance(type_, GraphQLList):
            inner = type_.of_type.of_type if isinstance(type_.of_type, GraphQLNonNull) else type_.of_type
            if isinstance(inner, GraphQLScalarType | GraphQLEnumType):
                return Given(value, label, route)
            return [self.trace(type_.of_type, item, label, (*route, at)) for at, item in enumerate(value)]
        if isinstance(type_, GraphQLInputObjectType):
            return {
                name: self.trace(type_.fields[name].type, item, f"{label}.{name}", (*route, name))
                for name, item in value.items()
            }
        return Given(value, label, route)


def plain(given: Any) -> Any:
    """What `Arguments` read, with the values themselves at the leaves."""
    match given:
        case Given(value):
            return value
        case dict():
            return {name: plain(item) for name, item in given.items()}
        case list():
            return [plain(item) for item in given]
        case _:
            return given


def default_of(item: GraphQLArgument | GraphQLInputField) -> Any:
    """The default of an argument or input field as a request would write it; `ABSENT` if it has none."""
    if item.default_value is Undefined:
        return ABSENT
    return item.default_value.name if isinstance(item.default_value, Enum) else item.default_value


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable an operation declares."""

    name: str
    type: GraphQLInputType
    default: Any
    """Its default, coerced; `ABSENT` if it has none."""


def declared(schema: GraphQLSchema, operation: OperationDefinitionNode) -> tuple[Variable, ...]:
    """The variables of a validated operation."""
    variables = []
    for node in operation.variable_definitions or ():
        type_: Any = type_from_ast(schema, node.type)
        name = node.variable.name.value
        default = ABSENT
        if node.default_value is not None:
            default = _coerce(type_, _plain(node.default_value), f"${name}", [], frozenset())
        variables.append(Variable(name, type_, default))
    return tuple(variables)


def _plain(node: ConstValueNode | ValueNode) -> Any:
    match node:
        case ListValueNode():
            return [_plain(item) for item in node.values]
        case ObjectValueNode():
            return {field.name.value: _plain(field.value) for field in node.fields}
        case _:
            return literal(node)


def coerce_variables(
    variables: Sequence[Variable], given: Mapping[str, Any], structural: frozenset[str], *, suggests: bool = True
) -> tuple[dict[str, Any], Hashable]:
    """The checked values of an operation's variables, and their shape: all of them that decides the text of the SQL.

    `structural` names the enumerations whose values do. Raises `Refusal` for a value that does not fit its type, which
    says what would fit unless `suggests` is false.
    """
    try:
        return _coerce_all(variables, given, structural)
    except Unfit as unfit:
        if suggests:
            raise
        raise Refusal(unfit.bare, unfit.code) from None


def _coerce_all(
    variables: Sequence[Variable], given: Mapping[str, Any], structural: frozenset[str]
) -> tuple[dict[str, Any], Hashable]:
    values: dict[str, Any] = {}
    shape: list[Hashable] = []
    for variable in variables:
        if variable.name in given:
            raw = given[variable.name]
            if raw is None and not isinstance(variable.type, GraphQLNonNull):
                shape.append(None)
                values[variable.name] = None
                continue
        elif variable.default is not ABSENT:
            # A default is part of the operation, so its shape is as good as constant, but a null in its place is not.
            values[variable.name] = variable.default
            shape.append("=")
            continue
        elif isinstance(variable.type, GraphQLNonNull):
            raise Unfit(f"${variable.name}", f"is required: it is a {variable.type}.")
        else:
            shape.append("-")
            continue
        values[variable.name] = _coerce(variable.type, raw, f"${variable.name}", shape, structural)
    return values, tuple(shape)


class Unfit(Refusal):
    """A variable whose value does not fit its type."""

    def __init__(self, label: str, why: str, bare: str = "") -> None:
        super().__init__(f"Variable {label} {why}", Code.BAD_USER_INPUT)
        self.bare = f"Variable {label} {bare or why}"
        """The message without what the schema has instead."""


def _coerce(type_: GraphQLInputType, value: Any, label: str, shape: list[Hashable], structural: frozenset[str]) -> Any:
    try:
        return coercion(type_, structural)(value, shape)
    except Misfit as misfit:
        raise Unfit(label + "".join(reversed(misfit.steps)), misfit.why, misfit.bare) from None


class Misplaced(Exception):
    """Something is wrong inside a variable; the steps that lead there are added from the inside out."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[str] = []


class Misfit(Misplaced):
    """A value that does not fit its type, as `Unfit` tells it."""

    def __init__(self, why: str, bare: str = "") -> None:
        super().__init__()
        self.why = why
        self.bare = bare


Coercion = Callable[[Any, list[Hashable]], Any]
"""Checks a value and adds to the shape. Raises `Misfit`."""


def coercion(type_: GraphQLInputType, structural: frozenset[str]) -> Coercion:
    """How values of a type are checked."""
    required = isinstance(type_, GraphQLNonNull)
    inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        # Each document makes its lists anew: kept, they would pile up.
        return _unless_null(_list_coercion(inner.of_type, structural), f"{type_}", required)
    return _named_coercion(inner, required, structural)


@cache
def _named_coercion(type_: GraphQLNamedInputType, required: bool, structural: frozenset[str]) -> Coercion:
    """The same for a type that the schema names, worked out once: a batch brings thousands of values."""
    if isinstance(type_, GraphQLInputObjectType):
        check = _object_coercion(type_, structural)
    else:
        check = _leaf_coercion(type_, type_.name in structural)
    return _unless_null(check, f"{type_}!" if required else f"{type_}", required)


def _unless_null(check: Coercion, name: str, required: bool) -> Coercion:
    def nullable(value: Any, shape: list[Hashable]) -> Any:
        if value is None:
            shape.append(None)
            return None
        return check(value, shape)

    def given(value: Any, shape: list[Hashable]) -> Any:
        if value is None:
            raise Misfit(f"must not be null: it is a {name}.")
        return check(value, shape)

    return given if required else nullable


def spelled(value: bool | dict[str, Any] | list[Any]) -> str:
    """What somebody sent in the place of a leaf, in words."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "an object"
        case _:
            return "a list"


def _leaf_coercion(type_: GraphQLScalarType | GraphQLEnumType, decides: bool) -> Coercion:
    bare = f"does not fit: it is no {type_.name}." if isinstance(type_, GraphQLEnumType) else ""
    coerce = functools.partial(coerce_leaf, type_)

    def check(value: Any, shape: list[Hashable]) -> Any:
        try:
            value = coerce(value)
        except (GraphQLError, ValueError, TypeError) as error:
            if is_specified_scalar_type(type_) and isinstance(value, bool | dict | list):  # spelled as Python does
                raise Misfit(f"does not fit: {article(type_.name)} cannot be {spelled(value)}.", bare) from None
            raise Misfit(f"does not fit: {error}", bare) from None
        shape.append(value if decides else ".")
        return value

    return check


def _list_coercion(inner: Any, structural: frozenset[str]) -> Coercion:
    leaf = isinstance(
        inner.of_type if isinstance(inner, GraphQLNonNull) else inner, GraphQLScalarType | GraphQLEnumType
    )

    coerce, coerce_alike = coercion(inner, structural), alike(inner, structural)

    def check(value: Any, shape: list[Hashable]) -> Any:
        items = value if isinstance(value, list) else [value]
        if len(items) >= MANY and not leaf and (columns := coerce_alike(items)) is not None:
            values, each = columns
            shape.append((len(items), each * len(items)))
            return values
        inside: list[Hashable] = []
        result: list[Any] = []
        try:
            for item in items:
                result.append(coerce(item, inside))
        except Misplaced as misplaced:
            misplaced.steps.append(f"[{len(result)}]")
            raise
        # The length of a list of leaves is no part of the shape: the whole list is one parameter.
        shape.append("[]" if leaf else (len(items), tuple(inside)))
        return result

    return check


def _object_coercion(type_: GraphQLInputObjectType, structural: frozenset[str]) -> Coercion:
    known = type_.fields.keys()
    fields: list[tuple[str, Coercion, Any, GraphQLInputType]] = []

    def check(value: Any, shape: list[Hashable]) -> Any:
        if not isinstance(value, dict):
            raise Misfit(f"must be an object: it is a {type_}.")
        if not value.keys() <= known:
            name = next(name for name in value if name not in type_.fields)
            bare = f"has no field {str(name)[:80]!r}: "
            raise Misfit(f"{bare}a {type_} has {', '.join(type_.fields)}.", f"{bare}it is a {type_}.")
        if not fields:  # only now, as a type may stand in itself
            fields.extend(
                (name, coercion(inner, structural), default, inner) for name, inner, default in _fields(type_)
            )
        result: dict[str, Any] = {}
        shape.append("{")
        for name, coerce, default, inner in fields:
            if name in value:
                shape.append(name)
                try:
                    result[name] = coerce(value[name], shape)
                except Misplaced as misplaced:
                    misplaced.steps.append(f".{name}")
                    raise
            elif default is not ABSENT:
                result[name] = default
            elif isinstance(inner, GraphQLNonNull):
                raise Misfit(f"lacks the field {name}: it is a {inner}.")
        shape.append("}")
        if type_.is_one_of and (len(value) != 1 or None in value.values()):
            raise Misfit(f"must have exactly one field, and that not null: it is a {type_}.")
        return result

    return check


@cache
def _fields(type_: GraphQLInputObjectType) -> tuple[tuple[str, GraphQLInputType, Any], ...]:
    """The fields of an input with their types and defaults, coerced: they are part of the schema, so they fit."""
    fields = ((name, field.type, default_of(field)) for name, field in type_.fields.items())
    return tuple(
        (name, type_, ABSENT if default is ABSENT else _coerce(type_, default, name, [], frozenset()))
        for name, type_, default in fields
    )


# --- many values at once ----------------------------------------------------------------------------------------------

MANY = 8
"""From how many objects on a list is looked at column by column, which takes a third of the time for each."""
PLAIN: Mapping[str, type] = {"String": str, "ID": str, "Boolean": bool}
"""Types that take some values as they are, and of which Python type those are."""

Alike = Callable[[Sequence[Any]], tuple[Sequence[Any], tuple[Hashable, ...]] | None]
"""What values come to, and what each of them adds to the shape; None unless all fit and all add the same.

Nothing is said of those that do not: whoever looks at them one by one tells what is wrong, and where.
"""


def alike(type_: GraphQLInputType, structural: frozenset[str]) -> Alike:
    """How values of a type are checked together that are likely to be of one form, as the entries of a batch are."""
    required = isinstance(type_, GraphQLNonNull)
    inner: Any = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    if isinstance(inner, GraphQLList):
        return _nulls_alike(_lists_alike(inner.of_type, structural), required)
    return _named_alike(inner, required, structural)


@cache
def _named_alike(type_: GraphQLNamedInputType, required: bool, structural: frozenset[str]) -> Alike:
    if isinstance(type_, GraphQLInputObjectType):
        return _nulls_alike(_objects_alike(type_, structural), required)
    return _nulls_alike(_leaves_alike(type_, type_.name in structural), required)


def _nulls_alike(check: Alike, required: bool) -> Alike:
    def unless_null(values: Sequence[Any]) -> tuple[Sequence[Any], tuple[Hashable, ...]] | None:
        if None not in values:
            return check(values)
        return (values, (None,)) if not required and values.count(None) == len(values) else None

    return unless_null


def _leaves_alike(type_: GraphQLScalarType | GraphQLEnumType, decides: bool) -> Alike:
    def check(values: Sequence[Any]) -> tuple[Sequence[Any], tuple[Hashable, ...]] | None:
        types = set(map(type, values))
        if isinstance(type_, GraphQLEnumType):
            if types != {str} or not type_.values.keys() >= set(values):
                return None
        elif types != {PLAIN.get(type_.name)}:
            try:
                values = [coerce_leaf(type_, value) for value in values]
            except (GraphQLError, ValueError, TypeError):
                return None
        if decides:
            return (values, (values[0],)) if values.count(values[0]) == len(values) else None
        return values, (".",)

    return check


def _lists_alike(inner: Any, structural: frozenset[str]) -> Alike:
    """Of lists that are as long as one another: how long they are is a part of their shape."""
    coerce = alike(inner, structural)
    leaf = not isinstance(get_named_type(inner), GraphQLInputObjectType)

    def check(values: Sequence[Any]) -> tuple[Sequence[Any], tuple[Hashable, ...]] | None:
        if leaf or set(map(type, values)) != {list} or len(set(map(len, values))) > 1 or not values[0]:
            return None
        entries = coerce([*chain.from_iterable(values)])
        if entries is None:
            return None
        each, size = iter(entries[0]), len(values[0])
        return [list(islice(each, size)) for _ in values], ((size, entries[1] * size),)

    return check


def _objects_alike(type_: GraphQLInputObjectType, structural: frozenset[str]) -> Alike:
    fields: list[tuple[str, Alike, Any, GraphQLInputType]] = []

    def check(values: Sequence[Any]) -> tuple[Sequence[Any], tuple[Hashable, ...]] | None:
        if type_.is_one_of or set(map(type, values)) != {dict} or len(set(map(tuple, values))) > 1:
            return None
        given = values[0].keys()
        if not given <= type_.fields.keys():
            return None
        if not fields:  # only now, as a type may stand in itself
            fields.extend((name, alike(inner, structural), default, inner) for name, inner, default in _fields(type_))
        columns: dict[str, Sequence[Any]] = {}
        shape: list[Hashable] = ["{"]
        for name, coerce, default, inner in fields:
            if name in given:
                column = coerce([value[name] for value in values])
                if column is None:
                    return None
                columns[name], each = column
                shape += (name, *each)
            elif default is not ABSENT:
                columns[name] = [default] * len(values)
            elif isinstance(inner, GraphQLNonNull):
                return None
        shape.append("}")
        if not columns:
            return None
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)], tuple(shape)

    return check
