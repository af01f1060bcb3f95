"""Customers that are likely the same: told, or refused where the settings say so, one by one and in batches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from errors import Refused, UserErrorCode
from models.database import Database
from resolvers.customer import NewCustomer
from resolvers.verbs import BatchPolicy
from resolvers.write import Request
from schema.engine import Engine
from tests.four_ways import refused
from tests.viewers import ADMIN, REP
from tests.writing import Statements, mutate, mutate_as, perform_verb, snapshot

ALIKE: dict[str, tuple[NewCustomer, list[int]]] = {
    "the same address in other letters": (NewCustomer(name="Someone", email="orders@ACME.example"), [1]),
    "the same number written otherwise": (NewCustomer(name="Someone", phone="001 541 555 0100", country="DE"), [1]),
    "the same number": (NewCustomer(name="Someone", phone="(541) 555-0100", country="US"), [1]),
    "the same words in the same city": (NewCustomer(name="laboratories ACME", city="SPRINGFIELD"), [1]),
    "nearly the same name": (NewCustomer(name="Acme Laboratorys", city="Springfield"), [1]),
    "the same name elsewhere": (NewCustomer(name="Acme Laboratories", city="Shelbyville"), []),
    "another name in the same city": (NewCustomer(name="Bakery", city="Springfield"), []),
    "no city at all": (NewCustomer(name="Acme Laboratories"), []),
    "a doubtful address is no proof": (NewCustomer(name="Someone", email="not an address"), []),
    "a removed customer is no duplicate": (NewCustomer(name="Deleted & Co"), []),
}


async def test_a_likely_duplicate_is_told_and_refused_where_it_should_be(own_world: Database) -> None:
    for what, (new, ids) in ALIKE.items():
        outcome = await perform_verb(own_world, "createCustomer", new=new, request=Request(dry_run=True))
        assert [node.id for node in outcome["duplicates"]] == ids, what
        before = await snapshot(own_world)
        request = Request(block_duplicates=True, dry_run=not ids)
        if not ids:
            await perform_verb(own_world, "createCustomer", new=new, request=request)
            continue
        with pytest.raises(Refused) as no:
            await perform_verb(own_world, "createCustomer", new=new, request=request)
        (error,) = no.value.errors
        assert error.code is UserErrorCode.DUPLICATE, what
        assert error.candidates == tuple(("Customer", id_) for id_ in ids)
        assert await snapshot(own_world) == before


SPELLINGS = ("ann@münchen.example", "ANN@xn--mnchen-3ya.example", "ann@MÜNCHEN.example", "ann@münchen。example")


@pytest.mark.parametrize("first", SPELLINGS)
async def test_an_address_is_the_same_however_its_domain_is_written(own_world: Database, first: str) -> None:
    there = (await perform_verb(own_world, "createCustomer", new=NewCustomer(name="There", email=first)))["customer"]
    for at, other in enumerate(SPELLINGS):
        new = NewCustomer(name=f"{at} other", email=other)
        outcome = await perform_verb(own_world, "createCustomer", new=new, request=Request(dry_run=True))
        assert [node.id for node in outcome["duplicates"]] == [there.id], (first, other)


async def test_the_warning_shows_the_candidates(own_world: Database) -> None:
    given = {"name": "Other", "email": "info@noor.example"}
    shown = "customer { name } duplicates { id name orders { totalCount } }"
    payload = await mutate(Engine(own_world), "createCustomer", given, shown)
    assert payload == {
        "customer": {"name": "Other"},
        "duplicates": [{"id": "cus_7", "name": "مختبرات النور", "orders": {"totalCount": 1}}],
        "errors": [],
    }


async def test_the_refusal_shows_the_candidates(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Request.__init__

    def blocking(self: Request, **around: Any) -> None:
        whole(self, **{**around, "block_duplicates": True})

    monkeypatch.setattr(Request, "__init__", blocking)
    given = {"name": "Other", "email": "info@noor.example"}
    errors = await refused(own_world, "createCustomer", given, "... on DuplicateError { candidates { id __typename } }")
    assert errors[0]["__typename"] == "DuplicateError"
    assert errors[0]["candidates"] == [{"id": "cus_7", "__typename": "Customer"}]
    batch = {"items": [given, {"name": "New"}], "onError": "SKIP_ROW"}
    payload = await mutate(Engine(own_world), "createCustomers", batch, "rows { node { name } errors { code path } }")
    assert payload["rows"] == [
        {"node": None, "errors": [{"code": "DUPLICATE", "path": ["input", "items", "0", "name"]}]},
        {"node": {"name": "New"}, "errors": []},
    ]


async def test_a_batch_is_held_against_itself(own_world: Database) -> None:
    items = [
        NewCustomer(name="First", email="one@dup.example"),
        NewCustomer(name="Second", email="ONE@dup.example"),
        NewCustomer(name="A B", city="Rom"),
        NewCustomer(name="b a", city="ROM"),
        NewCustomer(name="b a", city="Bonn"),
        NewCustomer(name="Alpha Beta Gamma", city="Ulm"),
        NewCustomer(name="Alpha Beta Gammaa", city="ULM"),
        NewCustomer(name="Delta Beta Gamma", city="Ulm"),
    ]
    outcome = await perform_verb(
        own_world,
        "createCustomers",
        items=items,
        on_error=BatchPolicy.SKIP_ROW,
        request=Request(block_duplicates=True),
    )
    there = [row["node"] is not None for row in outcome["rows"]]
    assert there == [True, False, True, False, True, True, False, True]
    (error,) = outcome["rows"][1]["errors"]
    assert error.candidates == (("Customer", outcome["rows"][0]["node"].id),), "which was made, and can be used"


async def test_what_a_batch_refuses_is_no_reason_to_refuse_more(own_world: Database) -> None:
    """As if each came by itself: who is not made is nobody's duplicate."""
    blocking = Engine(own_world, block_duplicates=True)
    items = [
        {"name": "Other", "email": "info@noor.example", "phone": "+49 30 7654321"},
        {"name": "Yankee", "phone": "+49 30 7654321"},
        {"name": "Zulu", "phone": "+49 30 7654321"},
    ]
    shown = f"rows {{ node {{ name }} {DUPLICATE} }} {DUPLICATE}"
    payload = await mutate(blocking, "createCustomers", {"items": items, "onError": "SKIP_ROW"}, shown)
    assert [row["node"] for row in payload["rows"]] == [None, {"name": "Yankee"}, None]
    told = [[each["name"] for error in row["errors"] for each in error["candidates"]] for row in payload["rows"]]
    assert told == [["مختبرات النور"], [], ["Yankee"]]
    before = await snapshot(own_world)
    again = [{"name": "Alfa", "phone": "+49 30 1234567"}, {"name": "Bravo", "phone": "+49 30 1234567"}]
    payload = await mutate(blocking, "createCustomers", {"items": again}, shown)
    message = "Bravo is likely the same as Alfa in this batch. Name one of them."
    found = [(error["message"], error["candidates"]) for error in payload["errors"]]
    assert found == [(message, [])], "nobody was made who could be used"
    assert await snapshot(own_world) == before


DUPLICATE = "errors { message ... on DuplicateError { candidates { ... on Customer { name } } } }"


@pytest.mark.parametrize("crowd", [1, 4])
async def test_a_crowd_of_neighbours_hides_no_duplicate_of_others(
    own_world: Database, monkeypatch: pytest.MonkeyPatch, crowd: int
) -> None:
    """Of each, so many are looked at as if it came by itself, and whoever has the very same name in any case."""
    monkeypatch.setattr("resolvers.duplicates.MOST_COMPARED", 3)
    near = [{"name": f"{letter * 9}", "city": "Aachen", "email": "same@crowd.example"} for letter in "QXYZVW"]
    await mutate(Engine(own_world), "createCustomers", {"items": near[:crowd]})
    last = [{"name": "Querido Werke", "city": "Aachen"}, {"name": "Zorgo Maschinenbau", "city": "Bonn"}]
    await mutate(
        Engine(own_world), "createCustomers", {"items": [*last, {"name": "Ohm", "email": "ohm@crowd.example"}]}
    )
    blocking = Engine(own_world, block_duplicates=True)
    alike = [
        {"name": "Querido Werke", "city": "Aachen"},
        {"name": "Zorgo Maschinenbauer", "city": "Bonn"},
        {"name": "Somebody", "email": "OHM@crowd.example"},
    ]
    new = {"name": "unlike anything", "city": "Aachen", "email": "same@crowd.example"}
    for items in ([each] for each in alike):
        payload = await mutate(blocking, "createCustomers", {"items": items}, DUPLICATE)
        assert len(payload["errors"]) == 1, items
    payload = await mutate(
        blocking, "createCustomers", {"items": [new, *alike], "onError": "SKIP_ROW"}, f"rows {{ {DUPLICATE} }}"
    )
    told = [[each["name"] for error in row["errors"] for each in error["candidates"]] for row in payload["rows"]]
    assert told[1:] == [["Querido Werke"], ["Zorgo Maschinenbau"], ["Ohm"]]
    assert told[0], "and it was one itself"


async def test_a_batch_tells_of_likely_duplicates_too(own_world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(own_world)
    items = [
        {"name": "Other", "email": "info@noor.example"},
        {"name": " "},
        {"name": "New", "phone": "+49 30 7654321"},
        {"name": "Newer", "phone": "+49 30 7654321"},
        {"name": "Newest", "phone": "+49 30 7654321"},
    ]
    given = {"items": items, "onError": "SKIP_ROW", "idempotencyKey": "once"}
    shown = "rows { node { name } duplicates { name orders { totalCount } } d: duplicates { id } errors { code } }"
    counted = Statements(monkeypatch)
    payload = await mutate(engine, "createCustomers", given, "rows { node { name } errors { code } }")
    assert [row["node"] and row["node"]["name"] for row in payload["rows"]] == ["Other", None, "New", "Newer", "Newest"]
    payload = await mutate(engine, "createCustomers", given, shown)
    noor = {"name": "مختبرات النور", "orders": {"totalCount": 1}}
    new, newer = [{"name": name, "orders": {"totalCount": 0}} for name in ("New", "Newer")]
    likely = [[noor], None, [], [new], [new, newer]]
    assert [row["duplicates"] for row in payload["rows"]] == likely, "though the first time nobody asked"
    assert [row["d"] is None or len(row["d"]) for row in payload["rows"]] == [1, True, 0, 1, 2]
    assert [row["errors"] for row in payload["rows"]] == [[], [{"code": "BLANK"}], [], [], []]
    used = []
    for asked in ("rows { node { name } }", "rows { node { name } duplicates { id } }"):
        before = counted.count
        await mutate(engine, "createCustomers", {"items": [{"name": "Last", "city": "Ulm"}]}, asked)
        used.append(counted.count - before)
    assert used[0] < used[1], "they are looked for where somebody wants to know"
    seen = await mutate_as(engine, REP, "createCustomers", {"items": items[:1]}, "rows { duplicates { id } }")
    assert seen["rows"] == [{"duplicates": []}], "of those that the viewer may see"


async def test_the_setting_that_refuses_likely_duplicates_reaches_the_api(own_world: Database) -> None:
    mutation = """mutation { createCustomer(input: {name: "Somebody", email: "Orders@ACME.example"}) {
      customer { id } errors { __typename code path ... on DuplicateError { candidates { id } } } } }"""
    blocking = Engine(own_world, block_duplicates=True)
    answer = json.loads((await blocking.execute(mutation, None, None, ADMIN)).body)["data"]
    assert answer["createCustomer"] == {
        "customer": None,
        "errors": [
            {
                "__typename": "DuplicateError",
                "code": "DUPLICATE",
                "path": ["input", "name"],
                "candidates": [{"id": "cus_1"}],
            }
        ],
    }
    warning = (await Engine(own_world).execute(mutation, None, None, ADMIN)).body
    assert json.loads(warning)["data"]["createCustomer"]["errors"] == []
