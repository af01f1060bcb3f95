"""Runs every case file under tests/queries on both databases: its answer, its SQL, and one statement a root field."""

from __future__ import annotations

import json

import pytest

from schema.engine import Engine
from tests.cases import FOLDER, Case, cases, compact, run

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_case(case: Case, dialect: str, engine: Engine) -> None:
    outcome = await run(case, engine)
    stored = case.answer.read_text(encoding="utf-8")
    # First as data, for the difference is shown better; then byte for byte, which is what both databases agree on.
    assert json.loads(outcome.body) == json.loads(stored)
    assert outcome.body == compact(stored)
    assert outcome.sql == case.sql(dialect).read_text(encoding="utf-8")
    failed = {tuple(error["path"]) for error in json.loads(stored).get("errors", ())}
    assert bool(failed) == case.shows_an_error
    if not failed:
        assert outcome.ran == outcome.compiled
    assert outcome.ran <= outcome.compiled


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 65


def test_every_file_belongs_to_a_case() -> None:
    names = {case.name for case in CASES}
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == names


def test_every_case_says_what_it_shows() -> None:
    silent = [case.name for case in CASES if not case.query.startswith("# ")]
    assert silent == []
