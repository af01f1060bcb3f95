"""Holds what growth, start-up, several processes and memory are measured by, and what must not come back at a start."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import growth, memory
from benchmarks.growth import QUESTIONS, Place, compare
from benchmarks.memory import Step, distinct, faults, held
from benchmarks.processes import cpu_seconds
from benchmarks.servers import OURS, Server, running
from benchmarks.startup import start
from benchmarks.workers import serving
from models.database import Database
from server.demo import SCALES
from tests import world
from tests.test_benchmarks import demo_url  # noqa: F401 -- a fixture

ROOT = Path(__file__).resolve().parent.parent

WRITERS = 16
EACH = 15
"""How many write at once, and how many tickets each makes."""
CREATE = """mutation ($input: CreateTicketInput!) { createTicket(input: $input) {
  ticket { id number issue } errors { code message } } }"""


# --- growth -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["point", "deep", "nested"])
def test_two_scales_are_compared_by_answers_of_the_same_size(
    name: str,
    demo_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    size = replace(SCALES["tiny"], customers=len(world.CUSTOMERS), orders=len(world.ORDERS))
    monkeypatch.setitem(SCALES, "tiny", size)
    monkeypatch.setattr(growth, "PAGE", 3)
    monkeypatch.setattr(growth, "WARM_SECONDS", 0.1)
    monkeypatch.setattr("benchmarks.load.WRK", None)  # which measures whole seconds
    question = next(question for question in QUESTIONS if question.name == name)
    with running(demo_url, (OURS, OURS), set()) as servers:
        places = [Place("tiny", server, None) for server in servers]
        factor = compare(question, places, (2, 0.5, 1), set())
    assert factor > 0
    assert places[0].rows == places[1].rows > 0.9
    assert places[0].requests == places[1].requests
    told = capsys.readouterr().out
    assert told.startswith(question.title[:40])
    assert f"{factor:.2f}" in told


def test_a_deep_page_starts_behind_so_many_rows(demo_url: str) -> None:  # noqa: F811
    question = next(question for question in QUESTIONS if question.deep)
    with running(demo_url, (OURS,), set()) as (server,):
        place = Place("tiny", server, None)
        everything = place.ask(question.sized(100), {})["orders"]["nodes"]
        cursor = growth.cursor_at(place, question, len(everything) - 2)
        page = place.ask(question.sized(20), {"after": cursor})["orders"]["nodes"]
    assert page == everything[-2:]


def test_a_size_stands_in_the_document_or_is_brought_along() -> None:
    for question in QUESTIONS:
        document, brought = question.sized(7), question.brings(7, {"after": None})
        assert ("$first" in document) is ("first" in brought)
        assert brought.get("first", 7) == 7 and "after" in brought
        assert ("first: 7" in document) is (bool(question.list) and "first" not in brought)
    assert {question.name for question in QUESTIONS if "first" in question.brings(7, {})} == {"size"}


# --- start-up ---------------------------------------------------------------------------------------------------


def test_a_start_is_timed_to_its_first_answer(demo_url: str) -> None:  # noqa: F811
    found = start(demo_url)
    assert found.cpu > 0.1
    assert 0.1 < found.seconds < 60


def test_a_start_imports_nothing_that_most_do_without() -> None:
    """Each of these takes a good part of a tenth of a second, and a start should take less than one."""
    late = {"phonenumbers", "email_validator", "jwt", "asyncpg", "redis", "server.demo.sales"}
    program = f"import sys, server.cli, server.app, schema.engine, server.demo; print([*{late} & sys.modules.keys()])"
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
    program = (
        "import sys, server.cli, server.app, schema.engine; print([*{'server.demo', 'server.check'} & {*sys.modules}])"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]", "of the demo a start needs its tokens only, and nothing is checked"


def test_the_schema_is_built_without_compiling_python() -> None:
    """Strawberry parses each annotation, and makes dataclasses: 50,000 calls of the compiler, a second of a start."""
    program = (
        "import builtins, resolvers.order_life, resolvers.ticket, resolvers.identity, resolvers.campaign, strawberry\n"
        "import resolvers.contact, resolvers.performance, resolvers.product, schema.kit.types\n"
        "import sys; calls = 0\n"
        "def look(event, arguments):\n"
        "    global calls; calls += event == 'compile'\n"
        "sys.addaudithook(look)\n"
        "import schema; print(calls, len(schema.GRAPHQL.type_map))"
    )
    found = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    calls, types = map(int, found.stdout.split())
    assert types > 400
    assert calls < types


# --- several processes ------------------------------------------------------------------------------------------


def test_two_processes_write_at_once_and_every_write_is_there(demo_url: str, dialect: str) -> None:  # noqa: F811
    """No write is refused because of another, none is lost, and none is written twice."""
    with serving(demo_url, 2) as server:

        def write(writer: int) -> list[tuple[str, str, str]]:
            return [ticket(server, f"Writer {writer}, ticket {number}") for number in range(EACH)]

        before = {pid: cpu_seconds(pid) for pid in children(server.process.pid)}
        with ThreadPoolExecutor(WRITERS) as pool:
            made = [each for some in pool.map(write, range(WRITERS)) for each in some]
        busy = [pid for pid in before if cpu_seconds(pid) > before[pid]]
    assert len(busy) >= 2  # both of them answered
    assert len({id_ for id_, _, _ in made}) == len({number for _, number, _ in made}) == WRITERS * EACH
    assert stored(demo_url) == Counter(issue for _, _, issue in made)


def ticket(server: Server, issue: str) -> tuple[str, str, str]:
    """Make a ticket over a connection of its own, which either process may take; its id, number and issue."""
    body = {"query": CREATE, "variables": {"input": {"customerId": "cus_1", "issue": issue}}}
    request = urllib.request.Request(server.url + "/graphql", json.dumps(body).encode(), server.headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    assert "errors" not in answer, answer
    payload = answer["data"]["createTicket"]
    assert payload["errors"] == [], payload
    made = payload["ticket"]
    return made["id"], made["number"], made["issue"]


def children(pid: int) -> list[int]:
    """The processes that a process has started and that run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def stored(url: str) -> Counter[str]:
    """How often each issue that the writers wrote stands in the database."""

    async def read() -> Counter[str]:
        database = await Database.open(url, readers=1, pool=1)
        try:
            return Counter(
                issue for (issue,) in await database.execute("SELECT issue FROM ticket WHERE issue LIKE 'Writer %'")
            )
        finally:
            await database.close()

    return asyncio.run(read())


# --- memory -----------------------------------------------------------------------------------------------------


async def test_distinct_documents_leave_no_more_than_what_is_kept(
    demo_url: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "PLANS", 50)
    steps = await distinct(demo_url, 500)
    assert [step.documents for step in steps] == list(range(50, 501, 50))
    assert all(step.kept == 50 for step in steps)
    assert all(0 < step.kept_mb < 5 for step in steps)
    assert list(faults(steps)) == []


def test_memory_that_grows_is_told() -> None:
    assert held().own > 10
    grown = [Step(1000, 1000, 15.0, 70.0), Step(10_000, 1000, 15.0, 90.0)]
    assert list(faults(grown)) == ["70 MB grew to 90 with the number of documents"]
    kept = [Step(1000, 1000, 15.0, 70.0), Step(10_000, 5000, 70.0, 70.0)]
    assert list(faults(kept)) == ["5000 documents are kept, where there should be 1000 at most"]
