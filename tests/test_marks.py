"""Whatever texts hold, answers are JSON: made of the marks that PostgreSQL answers with, and on both databases."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from compiler.dialect import PostgreSQL, SQLite
from compiler.marks import MARK, REOPENED, unmarked
from models import Customer, Ticket
from models.database import Database
from schema.engine import Engine
from tests.viewers import ADMIN

SPECIAL = "`\"\\/?:,{}[]'\x7f \u2028€ü😀" + "".join(map(chr, range(1, 32)))
TEXTS = st.text(st.sampled_from(SPECIAL) | st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("id", "name", "x")), inner),
    max_leaves=12,
)
ODD = [
    *("`", "``", "`a`", "a`b", '"', '`"`', '`"', '"`', '``"``', '","x":"', "`,`x`:`", '`,"x":`', "\\", "\\`", '\\"'),
    *("\\u0060", "null", "", "'", "''", "a\x7fb", "\u2028", "ü€😀`", " `", "{`id`:`cus_1`}", "%s %% {}"),
    *map(chr, range(1, 32)),
    SPECIAL,
]
"""Texts that could be taken for something else."""


def compact(value: object) -> str:
    """JSON as the API writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def marked(value: Any) -> str:
    """A value as PostgreSQL answers with it."""
    match value:
        case str():
            mark = MARK.decode()
            return mark + value.replace(mark, REOPENED.decode()) + mark
        case list():
            return f"[{','.join(map(marked, value))}]"
        case dict():
            return f"{{{','.join(f'{marked(key)}:{marked(inner)}' for key, inner in value.items())}}}"
        case _:
            return compact(value)


@given(VALUES)
def test_an_answer_with_marks_becomes_the_json_of_its_values(value: Any) -> None:
    assert unmarked(marked(value).encode()).decode() == compact(value)


def test_texts_that_look_like_something_else_stay_what_they_are() -> None:
    for text in ODD:
        for value in (text, [text], {"name": text}, [text, text], {"id": text, "name": "x", "x": [text]}):
            assert unmarked(marked(value).encode()).decode() == compact(value)


def test_only_postgres_answers_with_marks() -> None:
    assert SQLite().finished(b'{"name":"`"}') == b'{"name":"`"}'
    assert PostgreSQL().finished(b"{`name`:`x`}") == b'{"name":"x"}'


async def test_texts_come_out_as_they_were_stored(own_world: Database) -> None:
    """At any depth, in lists and by id, null beside them, asked for the first time and again."""
    tickets = []
    for at, text in enumerate(ODD):
        customer = await Customer.create(
            id=7000 + at, name=f"{text}.", email=f"odd{at}@example.com", phone="", address="", city=text
        )
        ticket = {"customer_id": customer.id, "issue": f".{text}", "priority": "HIGH"}
        tickets.append(await Ticket.create(id=7000 + at, number=f"T-7000-{at}", **ticket))
    engine = Engine(own_world)
    query = """{ tickets(first: 100, where: {number: {startsWith: "T-7000-"}}, orderBy: [{field: ID}]) { nodes {
        issue customer { name city country tickets { nodes { issue } } } } } }"""
    expected = [
        {
            "issue": f".{text}",
            "customer": {
                "name": f"{text}.",
                "city": text,
                "country": None,
                "tickets": {"nodes": [{"issue": f".{text}"}]},
            },
        }
        for text in ODD
    ]
    for _ in range(2):
        answer = await engine.execute(query, None, None, ADMIN)
        assert answer.body.decode() == compact({"data": {"tickets": {"nodes": expected}}})
    one = "query ($id: ID!) { ticket(id: $id) { issue customer { city } } }"
    for text, ticket in zip(ODD, tickets, strict=True):
        answer = await engine.execute(one, {"id": f"tkt_{ticket.id}"}, None, ADMIN)
        assert answer.body.decode() == compact({"data": {"ticket": {"issue": f".{text}", "customer": {"city": text}}}})


async def test_cursors_hold_texts_too(own_world: Database) -> None:
    """A cursor holds its row's keys as JSON, and lists go on after it."""
    names = {f"zz {text}" for text in ODD}
    for at, name in enumerate(sorted(names)):
        await Customer.create(id=7000 + at, name=name, email=f"odd{at}@example.com", phone="", address="")
    engine = Engine(own_world)
    query = """query ($after: String) { customers(first: 7, after: $after, orderBy: [{field: NAME}],
        where: {name: {startsWith: "zz "}}) { pageInfo { hasNextPage endCursor } edges { cursor node { name } } } }"""
    found: list[str] = []
    after = None
    while True:
        answer = await engine.execute(query, {"after": after}, None, ADMIN)
        page = json.loads(answer.body)["data"]["customers"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        after = page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert after == page["pageInfo"]["endCursor"]
    assert sorted(found) == sorted(names)
