"""From verbs to mutations: a verb's typed signature becomes its input and its payload, and arguments become Python."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import itertools
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.models import Model

from compiler.catalog import Catalog
from errors import BadInput, UserErrorCode
from models.fields import Choice
from resolvers.machines import MACHINES
from resolvers.verbs import ABSENT, VERBS, Also, Batch, Matched, Money, NoId, Ref, Shape, Verb, camel
from resolvers.write import Request
from schema.kit.types import (
    GENERATED,
    Arg,
    Item,
    make_choice,
    make_enum,
    make_input,
    make_interface,
    make_type,
    words,
)

_ANNOTATIONS = {
    "text": "str",
    "int": "int",
    "bool": "bool",
    "decimal": "DecimalText",
    "date": "Date",
    "instant": "DateTime",
    "id": "ID",
    "money": "MoneyInput",
}

ERROR_FIELDS = {
    "code": Item("UserErrorCode", "What is wrong, for programs."),
    "message": Item("str", "What is wrong and what to do, for people."),
    "path": Item("list[str]", 'Where in the arguments: `["input", "lines", "0", "quantity"]`.'),
}

ERROR_TYPES: Mapping[str, tuple[str, dict[str, Item]]] = {
    "ValidationError": ("A value is missing, malformed, or names something that is not there.", {}),
    "TakenError": (
        "Another record has a value that must be unique.",
        {"existing": Item("Node | None", "The record that has it, if you may see it.")},
    ),
    "StaleError": (
        "The record has changed since you read it.",
        {"current": Item("Node | None", "The record as it is now.")},
    ),
    "TransitionError": (
        "The record's state does not allow this.",
        {"allowed": Item("list[str]", "The mutations that its state allows.")},
    ),
    "DuplicateError": (
        "A record that is very likely the same exists already.",
        {"candidates": Item("list[Node]", "The records it may be a duplicate of.")},
    ),
}

TYPE_OF_CODE: Mapping[UserErrorCode, str] = {
    UserErrorCode.TAKEN: "TakenError",
    UserErrorCode.STALE: "StaleError",
    UserErrorCode.NOT_ALLOWED: "TransitionError",
    UserErrorCode.DUPLICATE: "DuplicateError",
}
"""The types that add facts; all other codes come as a `ValidationError`."""


@dataclass(frozen=True)
class PayloadField:
    """A field of a payload: what of the outcome it shows, and how."""

    name: str
    """Its name in the outcome."""
    kind: str
    """node, nodes, id, rows or plain."""
    entity: str = ""
    also: Mapping[str, PayloadField] = field(default_factory=dict)
    """Of rows: what they show besides what is written, by the API's names."""


@dataclass(frozen=True)
class Mutation:
    """A verb as a field of the mutation type."""

    verb: Verb
    payload: Mapping[str, PayloadField]
    read: typing.Callable[[Mapping[str, Any], Conditions], Arguments]
    """What becomes of its input."""


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def make_errors() -> None:
    """The interface of errors and the types behind it."""
    make_enum(
        "UserErrorCode",
        "Why the business says no.",
        {code.value: code.description for code in UserErrorCode},
    )
    make_interface("UserError", "Why the business says no; nothing was written.", ERROR_FIELDS)
    for name, (about, more) in ERROR_TYPES.items():
        make_type(name, about, ERROR_FIELDS | more, (GENERATED.UserError,))
    make_input(
        "MoneyInput",
        "An amount in one currency.",
        {
            "amount": Item("DecimalText", "The amount, with no more decimals than the currency has."),
            "currency": Item("Currency", "The currency."),
        },
    )


def error_types() -> list[type]:
    """The types of errors, which only their interface leads to."""
    return [getattr(GENERATED, name) for name in ERROR_TYPES]


def make_mutations(catalog: Catalog) -> tuple[type, dict[str, Mutation]]:
    """The mutation type, and each of its fields with the verb behind it."""
    make_errors()
    items: dict[str, Item] = {}
    mutations: dict[str, Mutation] = {}
    for name, verb in VERBS.items():
        title = _capital(name)
        make_input(f"{title}Input", _input_about(verb), _input_items(verb))
        shown = _payload_fields(verb)
        payload = {camel(field.name): _payload_item(verb, field) for field in shown.values()}
        payload["errors"] = Item("list[UserError]", "Why nothing was done; empty when it was.")
        payload["query"] = Item("Query", "The CRM as it is after the change, for whatever else is to be read again.")
        make_type(f"{title}Payload", f"What `{name}` came to.", payload)
        items[name] = Item(
            f"{title}Payload | None",
            verb.description + "".join(machine.told(name) for machine in MACHINES),
            {"input": Arg(f"{title}Input", "What to do.")},
            semantic_non_null=True,
        )
        shown_as = {camel(field.name): field for field in shown.values()}
        mutations[name] = Mutation(verb, shown_as, input_reading(verb, catalog))
    about = (
        "Change the CRM. Each field is done whole or not at all, one after the other; a payload's `errors` is empty "
        "exactly when it was done."
    )
    return make_type("Mutation", about, items), mutations


def _input_about(verb: Verb) -> str:
    return f"What `{verb.name}` takes."


def _input_items(verb: Verb) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for name, shape in verb.parameters.items():
        if shape.flat:
            items |= {camel(inner): _item(item) for inner, item in shape.fields.items()}
        else:
            items[camel(name)] = _item(shape)
    if verb.versioned:
        items["expectedVersion"] = Item(
            "int | None", "The `version` you read: if the record has moved on since, nothing is done."
        )
    if verb.creates:
        items["idempotencyKey"] = Item(
            "str | None",
            "A text of your own, at most 200 characters. The same key with the same input gives the first outcome "
            "again, for 24 hours, so that a request can be repeated without doing it twice.",
        )
    items["dryRun"] = Item(
        "bool", "Only try: everything is checked and shown as it would be, nothing is kept.", default=False
    )
    return items


def _item(shape: Shape) -> Item:
    if shape.optional and isinstance(shape.default, Choice):
        default = getattr(getattr(GENERATED, annotation(shape).removesuffix(" | None")), shape.default.name)
        return Item(annotation(shape), shape.description, default=default)
    if shape.optional and isinstance(shape.default, bool | int | str):
        return Item(annotation(shape), shape.description, default=shape.default)
    spelled = annotation(shape)
    if shape.optional and not spelled.endswith("| None"):
        spelled += " | None"
    return Item(spelled, shape.description)


def annotation(shape: Shape) -> str:
    """How an annotation spells the type of an argument."""
    match shape.kind:
        case "choice":
            assert shape.cls
            spelled = make_choice(typing.cast(type[Choice], shape.cls))
        case "matching":
            spelled = f"{shape.entity}Where"
        case "list":
            assert shape.item
            spelled = f"list[{annotation(shape.item)}]"
        case "object":
            assert shape.cls
            spelled = shape.cls.__name__ + ("Change" if shape.partial else "Input")
            if not hasattr(GENERATED, spelled):
                about = (shape.cls.__doc__ or "").strip()
                make_input(spelled, about, {camel(name): _item(item) for name, item in shape.fields.items()})
        case kind:
            spelled = _ANNOTATIONS[kind]
    return spelled + (" | None" if shape.nullable else "")


# --- payloads ---------------------------------------------------------------------------------------------------


def _payload_fields(verb: Verb) -> dict[str, PayloadField]:
    returns = verb.returns
    origin = typing.get_origin(returns)
    if isinstance(returns, type) and issubclass(returns, Model):
        name = returns.__name__
        shown = name[0].lower() + name[1:]
        return {shown: PayloadField(shown, "node", name)}
    if origin is typing.Annotated and typing.get_args(returns)[0] is Batch:
        ref = next(mark for mark in typing.get_args(returns) if isinstance(mark, Ref))
        also = {camel(each.name): PayloadField(each.name, "nodes", each.entity) for each in _also(returns)}
        return {
            "rows": PayloadField("rows", "rows", ref.entity, also),
            "written_count": PayloadField("written_count", "plain"),
        }
    hints = typing.get_type_hints(returns, include_extras=True)
    return {item.name: _payload_field(item.name, hints[item.name]) for item in dataclasses.fields(returns)}


def _also(returns: Any) -> list[Also]:
    return [mark for mark in typing.get_args(returns) if isinstance(mark, Also)]


def _payload_field(name: str, hint: Any) -> PayloadField:
    if typing.get_origin(hint) is typing.Annotated:
        hint, *marks = typing.get_args(hint)
        for mark in marks:
            if isinstance(mark, Ref):
                return PayloadField(name, "id", mark.entity)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(member for member in typing.get_args(hint) if member is not type(None))
    if typing.get_origin(hint) is list:
        return PayloadField(name, "nodes", typing.get_args(hint)[0].__name__)
    if isinstance(hint, type) and issubclass(hint, Model):
        return PayloadField(name, "node", hint.__name__)
    return PayloadField(name, "plain")


def _payload_item(verb: Verb, field: PayloadField) -> Item:
    match field.kind:
        case "node":
            return Item(f"{field.entity} | None", f"The {words(field.entity)} as it is now; null on error.")
        case "rows":
            name = f"{_capital(verb.name)}Row"
            make_type(
                name,
                f"What became of one entry of `{verb.name}`.",
                {
                    "node": Item(f"{field.entity} | None", f"The {words(field.entity)}; null on error."),
                    "errors": Item("list[UserError]", "Why it was not written."),
                }
                | {
                    camel(each.name): Item(f"list[{each.entity}] | None", f"{each.description} Null on error.")
                    for each in _also(verb.returns)
                },
            )
            return Item(
                f"list[{name}] | None",
                "One for each entry, in order; null if the batch was refused as a whole.",
            )
        case "nodes":
            return Item(f"list[{field.entity}] | None", _marked(verb, field.name))
        case "id":
            return Item("ID | None", _marked(verb, field.name))
        case _ if field.name == "written_count":
            return Item("int | None", "How many entries were written.")
        case _:
            hints = typing.get_type_hints(verb.returns, include_extras=True)
            plain = typing.get_args(hints[field.name])[0]
            spelled = "DateTime" if plain is dt.datetime else plain.__name__
            return Item(f"{spelled} | None", _marked(verb, field.name))


def _marked(verb: Verb, name: str) -> str:
    hint = typing.get_type_hints(verb.returns, include_extras=True)[name]
    return next(mark for mark in typing.get_args(hint) if isinstance(mark, str))


# --- arguments --------------------------------------------------------------------------------------------------

Conditions = typing.Callable[[str, str], Matched]
"""The query that conditions on an entity come to, which stand in a field of the input."""
Arguments = tuple[dict[str, Any], Request]
"""What a verb is called with, and what stands around it."""
Reading = typing.Callable[[Sequence[Any], Conditions], Sequence[Any]]
"""From values of the input, as JSON would spell them and none of them null, to what a verb takes in their places.

All values that stand in one place of a batch's entries are read together: 500 entries hold thousands.
"""


def input_reading(verb: Verb, catalog: Catalog) -> typing.Callable[[Mapping[str, Any], Conditions], Arguments]:
    """How an input becomes the arguments of its verb, and what stands around them: worked out once for each verb."""
    readings = [
        (name, "" if shape.flat else camel(name), _reading(shape, catalog, camel(name)))
        for name, shape in verb.parameters.items()
    ]

    def read(given: Mapping[str, Any], conditions: Conditions) -> Arguments:
        arguments: dict[str, Any] = {}
        for name, spelled, reading in readings:
            if not spelled or spelled in given:
                value = given[spelled] if spelled else given
                (arguments[name],) = _read(reading, [value], conditions)
        version = given.get("expectedVersion")
        return arguments, Request(
            expected_version=ABSENT if version is None else version,
            idempotency_key=given.get("idempotencyKey"),
            dry_run=given["dryRun"],
        )

    return read


def _read(reading: Reading | None, values: Sequence[Any], conditions: Conditions) -> Sequence[Any]:
    """The same of values that may be null."""
    given = [value for value in values if value is not None] if None in values else values
    if reading is None or not given:
        return values
    read = reading(given, conditions)
    if given is values:
        return read
    each = iter(read)
    return [None if value is None else next(each) for value in values]


def _read_lists(item: Reading, lists: Sequence[Any], conditions: Conditions) -> Sequence[Any]:
    """The same of lists, whose entries are read all together."""
    read = iter(_read(item, [*itertools.chain.from_iterable(lists)], conditions))
    return [list(itertools.islice(read, len(each))) for each in lists]


def _reading(shape: Shape, catalog: Catalog, field: str) -> Reading | None:
    """How values of a shape are read; None: they are what the verb takes already."""
    match shape.kind:
        case "matching":
            return lambda values, conditions: [conditions(shape.entity, field) for _ in values]
        case "list":
            assert shape.item
            item = _reading(shape.item, catalog, field)
            return item and functools.partial(_read_lists, item)
        case "object":
            return _object_reading(shape, catalog, field)
        case "money":
            return lambda values, conditions: [Money(value["amount"], value["currency"]) for value in values]
        case "choice":
            choices = {choice.value: choice for choice in typing.cast(type[Choice], shape.cls)}
            return lambda values, conditions: [choices[value] for value in values]
        case "id":
            entity = catalog.entities[shape.entity]

            def number(given: Any) -> int | NoId:
                try:
                    return catalog.number(entity, given)
                except BadInput as error:
                    return NoId(error.message)  # told with all else that is wrong, in its place

            return lambda values, conditions: [number(value) for value in values]
        case _:
            return None


def _object_reading(shape: Shape, catalog: Catalog, field: str) -> Reading:
    cls = shape.cls
    assert cls
    readings = {camel(name): (name, _reading(item, catalog, field)) for name, item in shape.fields.items()}
    blank = {} if shape.partial else {name: item.default for name, item in shape.fields.items() if item.optional}

    def made(inner: dict[str, Any]) -> Any:
        if shape.partial:
            return inner
        if len(inner) < len(readings):
            return cls(**inner)  # which says what is missing
        # Its constructor would take 4 µs to set the fields of a ticket, one by one as they are frozen.
        new: Any = object.__new__(cls)
        vars(new).update(inner)
        return new

    def read(values: Sequence[Any], conditions: Conditions) -> Sequence[Any]:
        if len(set(map(tuple, values))) > 1:  # they do not all give the same
            forms: dict[tuple[str, ...], list[Any]] = {}
            for value in values:
                forms.setdefault(tuple(value), []).append(value)
            found = {form: iter(read(alike, conditions)) for form, alike in forms.items()}
            return [next(found[tuple(value)]) for value in values]
        given = [(spelled, *readings[spelled]) for spelled in values[0] if spelled in readings]
        columns = [_read(reading, [value[spelled] for value in values], conditions) for spelled, _, reading in given]
        names = [name for _, name, _ in given]
        rows = zip(*columns, strict=True) if columns else ((),) * len(values)
        return [made(blank | dict(zip(names, row, strict=True))) for row in rows]

    return read
