"""What holds of every verb, whoever writes it: it has its four ways, and none of its arguments takes what it must not.

The arguments are found from the verbs themselves, so that a new verb, or a new argument of an old one, is tried too.
"""

from __future__ import annotations

import copy
import datetime as dt
import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import models
from models.base import Removable
from models.database import Database
from resolvers.verbs import ABSENT, VERBS, Shape, camel
from schema import CATALOG
from schema.engine import Engine
from tests.four_ways import Case, refused, told
from tests.viewers import ADMIN
from tests.writing import mutate, snapshot

MODULES: list[ModuleType] = [
    importlib.import_module(f"tests.{path.stem}") for path in sorted(Path(__file__).parent.glob("test_*_verbs.py"))
]
SIGNING = {"signIn", "switchRole", "signOut"}
"""Change nothing of the company, and are tried in a way of their own: see `test_sign_in.py` and `test_roles.py`."""
CASES: list[Case] = [case for module in MODULES for case in module.CASES]

FOUR_WAYS = ("test_a_verb_is_done_audited_and_told", "test_a_verb_that_is_not_done_leaves_no_trace")


def test_every_verb_is_tried_four_ways() -> None:
    """Done; and refused, forbidden and rolled back: by the case of its noun's test file, which runs both."""
    assert VERBS.keys() - SIGNING == {case.verb for case in CASES}
    for module in MODULES:
        for name, helper in zip(FOUR_WAYS, ("done", "not_done"), strict=True):
            assert f"await {helper}(" in inspect.getsource(getattr(module, name)), (module.__name__, name)


@dataclass(frozen=True)
class Leaf:
    """An argument of a verb, and the way to it: `("lines", "0", "quantity")`."""

    path: tuple[str, ...]
    shape: Shape


def leaves(shapes: Mapping[str, Shape], path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """All arguments below some shapes; of a list, those of its first entry."""
    for name, shape in shapes.items():
        inner = path if shape.flat else (*path, camel(name))
        if shape.kind == "list":
            assert shape.item
            inner, shape = (*inner, "0"), shape.item
        if shape.kind == "object":
            yield from leaves(shape.fields, inner)
        else:
            yield Leaf(inner, shape)


def with_value(given: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any] | None:
    """An input with one argument exchanged; none if what the argument stands in was not given."""
    changed = copy.deepcopy(dict(given))
    place: Any = changed
    for step in path[:-1]:
        try:
            place = place[int(step) if step.isdigit() else step]
        except (KeyError, IndexError):
            return None
    place[path[-1]] = value
    return changed


Probe = tuple[Any, str, tuple[str, ...]]
"""A value an argument must not take, the error it gets, and where inside the argument."""


def malformed(shape: Shape) -> list[Probe]:
    """What can be seen to be wrong without looking anything up."""
    probes: list[Probe] = []
    match shape.kind:
        case "text":
            most = shape.length.most if shape.length else 10_000
            probes += [("a\0b", "INVALID", ()), ("a\ud800", "INVALID", ()), ("ä" * 5_000_000, "TOO_LONG", ())]
            probes += [("x" * (most + 1), "TOO_LONG", ())]
            if shape.length and shape.length.least:
                probes += [("", "BLANK", ()), (" \t\n\u3000", "BLANK", ())]
        case "int" if shape.range:
            probes += [(at, "INVALID", ()) for at in (shape.range.least - 1, shape.range.most + 1) if at < 2**31]
        case "money":
            amounts = ("-1", "-0.01", "0.00001", "0.30000000000000004", "9223372036854775808", "9" * 5000, 10**15)
            probes += [({"amount": amount, "currency": "EUR"}, "INVALID", ("amount",)) for amount in amounts]
            probes += [({"amount": "0.5", "currency": "JPY"}, "INVALID", ("amount",))]
            probes += [({"amount": "0.30000000000000004", "currency": "CLF"}, "INVALID", ("amount",))]
            probes += [({"amount": "1", "currency": "XYZ"}, "INVALID", ("currency",))]
        case "id":
            kind = next(each.prefix for each in CATALOG.entities.values() if each.name not in (shape.entity, "Viewer"))
            probes += [(id_, "INVALID", ()) for id_ in (f"{kind}_1", "7", "", "x" * 1000, prefixed(shape, 10**20))]
    if shape.optional and shape.default is ABSENT and not shape.nullable:
        probes.append((None, "BLANK", ()))
    return probes


def prefixed(shape: Shape, number: int) -> str:
    return f"{CATALOG.entities[shape.entity].prefix}_{number}"


@pytest.fixture
async def world(own_world: Database) -> Database:
    """A world in which the inputs of all cases are good ones, and in which a row 90 of every kind was removed."""
    for module in MODULES:
        if prepare := getattr(module, "prepare", None):
            await prepare(own_world)
    for model in REMOVABLE:
        record: Any = await model.get(id=1)
        record.id, record.deleted_at, record.deleted_key = 90, dt.datetime.now(dt.UTC), 90
        if hasattr(record, "number"):
            record.number = "X-90"
        await model.bulk_create([with_key(record)])
    return own_world


def with_key(record: Any) -> Any:
    record._custom_generated_pk = True
    return record


REMOVABLE: list[type[Removable]] = [
    model
    for name in models.__all__
    if isinstance(model := getattr(models, name), type) and issubclass(model, Removable) and model is not Removable
]


async def test_no_argument_takes_what_makes_no_sense(world: Database) -> None:
    """Blank text, 10 MB of it, NUL, half a surrogate pair; amounts too fine, too large, below nothing; ids of another
    kind; numbers out of bounds: each is an entry of the payload's `errors` with code, path and a sentence.
    """
    engine, tried = Engine(world), 0
    for case in CASES:
        before = await snapshot(world)
        for leaf in leaves(VERBS[case.verb].parameters):
            for value, code, inside in malformed(leaf.shape):
                given = with_value(case.given, leaf.path, value)
                if given is not None:
                    await check(engine, case.verb, given, code, (*leaf.path, *inside))
                    tried += 1
        if VERBS[case.verb].creates:
            for key in ("", "a\0b", "\ud800", "x" * 201, "x" * 10_000_000):
                given = {**case.given, "idempotencyKey": key}
                await check(engine, case.verb, given, "INVALID", ("idempotencyKey",))
        assert await snapshot(world) == before, case.verb
    assert tried > 900


async def check(engine: Engine, verb: str, given: Mapping[str, Any], code: str, path: tuple[str, ...]) -> None:
    about = f"{verb} {'.'.join(path)}: {str(given)[:300]}"
    errors = (await mutate(engine, verb, given))["errors"]
    assert (code, ["input", *path]) in [(error["code"], error["path"]) for error in errors], (about, errors)
    for error in errors:
        assert error["message"].endswith("."), about
        assert len(error["message"]) < 300, about


async def test_an_argument_that_may_be_null_must_still_be_given(world: Database) -> None:
    """Where leaving it out would mean nothing: the schema lets it be left out, so the payload has to say so."""
    tried = []
    for case in CASES:
        for name, shape in VERBS[case.verb].parameters.items():
            if shape.nullable and not shape.optional:
                given = {key: value for key, value in case.given.items() if key != camel(name)}
                await check(Engine(world), case.verb, given, "BLANK", (camel(name),))
                tried.append((case.verb, name))
    assert ("assignTicket", "assignee_id") in tried


EITHER = {
    ("createOrder", "productId"): "lines",
    ("setSalesTarget", "repId"): "teamId",
    ("setSalesTarget", "teamId"): "repId",
}
"""Links that are only looked at where another argument is left out."""


async def test_no_argument_takes_a_record_that_is_not_there(world: Database) -> None:
    """Nor one that was removed; both are told alike."""
    engine, tried = Engine(world), 0
    removable = {model.__name__ for model in REMOVABLE}
    for case in CASES:
        before = await snapshot(world)
        for leaf in leaves(VERBS[case.verb].parameters):
            if leaf.shape.kind != "id" or EITHER.get((case.verb, leaf.path[-1])) in case.given:
                continue
            gone = leaf.shape.entity in removable and case.verb != "restoreCustomer"
            for number in (999_999, 10**17, *([90] if gone else [])):
                given = with_value(case.given, leaf.path, prefixed(leaf.shape, number))
                if given is not None:
                    await check(engine, case.verb, given, "NOT_FOUND", leaf.path)
                    tried += 1
        assert await snapshot(world) == before, case.verb
    assert tried > 200


async def test_every_case_is_good_in_this_world(world: Database) -> None:
    """Else the two tests above would prove nothing: what they exchange is the only thing wrong with an input."""
    for case in CASES:
        payload = await mutate(Engine(world), case.verb, case.given, dryRun=True)
        assert payload["errors"] == [], case.verb


# --- every refusal and every dry run ----------------------------------------------------------------------------------


async def test_a_dry_run_with_a_key_says_what_the_real_run_would(own_world: Database) -> None:
    engine, shown = Engine(own_world), "team { name }"
    given = {"name": "Keyed", "idempotencyKey": "k1"}
    before = await snapshot(own_world)
    tried = await mutate(engine, "createTeam", given, shown, dryRun=True)
    assert await snapshot(own_world) == before
    assert tried == await mutate(engine, "createTeam", given, shown)
    assert tried["errors"] == []
    before = await snapshot(own_world)
    for other in (given, {**given, "name": "Another"}, {**given, "idempotencyKey": ""}):
        tried = await mutate(engine, "createTeam", other, shown, dryRun=True)
        assert await snapshot(own_world) == before
        assert tried == await mutate(engine, "createTeam", other, shown), other


BLANK = {"zero width": "\u200b\u2060", "a mark alone": "\u0301", "control": "\x01\x7f", "fillers": "\u3164 \u2800"}
SEEN = {"joined": "👩\u200d👧", "a mark upon a letter": "e\u0301", "between marks": "\u200fשלום\u200f", "a sign": "…"}


async def test_a_name_that_nobody_sees_is_blank(own_world: Database) -> None:
    for what, name in BLANK.items():
        assert told(await refused(own_world, "createTeam", {"name": name})) == [("BLANK", "name")], what
    for what, name in SEEN.items():
        assert (await mutate(Engine(own_world), "createTeam", {"name": name}))["errors"] == [], what


SELECTED = " ".join(f"e{at}: errors {{ message m1: message m2: message path code }}" for at in range(9))


async def test_a_refusal_is_short_however_long_its_input(own_world: Database) -> None:
    """What there is no room for is counted; of rows that are skipped each has room for its own errors."""
    bad = {"name": "", "country": "1", "timeZone": "Europe/Berlin"}
    line = {"productId": "prd_999", "quantity": 0, "price": {"amount": "1.23456", "currency": "JPY"}}
    customers, order = {"items": [bad] * 500}, {"customerId": "cus_1", "lines": [line] * 500}
    often = " ".join(f"a{at}: createCustomers(input: $i) {{ errors {{ message path code }} }}" for at in range(20))
    engine = Engine(own_world)
    for verb, document, given in (
        ("createCustomers", f"createCustomers(input: $i) {{ {SELECTED} }}", customers),
        ("createOrder", f"createOrder(input: $i) {{ {SELECTED} }}", order),
        ("createCustomers", often, customers),
    ):
        title = verb[0].upper() + verb[1:]
        answer = await engine.execute(f"mutation ($i: {title}Input!) {{ {document} }}", {"i": given}, None, ADMIN)
        assert len(answer.body) < 64_000, verb
        assert b"more errors are not told here" in answer.body
    some = [{**bad, "name": str(at)} for at in range(500)]
    payload = await mutate(engine, "createCustomers", {"items": some}, "")
    *first, last = payload["errors"]
    count, _, rest = last["message"].partition(" ")
    assert rest.startswith("more errors are not told here")
    assert len(first) + int(count) == 500
    batch = {"items": some, "onError": "SKIP_ROW"}
    payload = await mutate(engine, "createCustomers", batch, "rows { errors { code path } }")
    assert [len(row["errors"]) for row in payload["rows"]] == [1] * 500
    assert payload["errors"] == []
    many = {"items": [order, {"customerId": "cus_1"}, {"customerId": "cus_1", "lines": [line]}], "onError": "SKIP_ROW"}
    ask = "mutation ($i: CreateOrdersInput!) { createOrders(input: $i) { rows { errors { message path code } } } }"
    answer = await engine.execute(ask, {"i": many}, None, ADMIN)
    assert len(answer.body) < 10_000
    rows = json.loads(answer.body)["data"]["createOrders"]["rows"]
    assert rows[0]["errors"][-1]["message"].partition(" ")[2].startswith("more errors are not told here")
    assert rows[1]["errors"] == []
    assert all(error["path"][:3] == ["input", "items", "2"] for error in rows[2]["errors"])
    assert "not told" not in rows[2]["errors"][-1]["message"]


async def test_the_first_error_is_told_with_all_that_is_asked_of_it(own_world: Database) -> None:
    """A duplicate whose records take more room than all errors have is told of: without it nobody could go on."""
    engine = Engine(own_world)
    shown = " ".join(f"n{at}: name" for at in range(28))
    name = "Näm " * 49
    given = {"name": name, "country": "DE", "timeZone": "Europe/Berlin", "city": "Ulm"}
    for _ in range(5):
        assert (await mutate(engine, "createCustomer", given, ""))["errors"] == []
    blocking = Engine(own_world, block_duplicates=True)
    errors = f"errors {{ code ... on DuplicateError {{ candidates {{ ... on Customer {{ {shown} }} }} }} }}"
    payload = await mutate(
        blocking, "createCustomers", {"items": [given], "onError": "SKIP_ROW"}, f"rows {{ {errors} }}"
    )
    (error,) = payload["rows"][0]["errors"]
    assert error["code"] == "DUPLICATE"
    assert len(json.dumps(error)) > 20_000
