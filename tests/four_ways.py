"""The four ways every verb is tried: done, refused, forbidden, and rolled back; the last three leave no trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

import access
from models.database import Database
from schema.engine import Engine
from schema.payload import Writer
from tests.writing import Told, ask, document, journal, mutate, snapshot


@dataclass(frozen=True)
class Case:
    """One verb: an input it accepts and what comes of it, and an input it refuses and how."""

    verb: str
    given: Mapping[str, Any]
    shown: str
    """What is asked of the payload; nothing that a try or a failure would use up, such as a new id."""
    answer: Mapping[str, Any]
    told: Told
    wrong: Mapping[str, Any]
    code: str
    path: list[str] = field(default_factory=lambda: ["id"])

    def __str__(self) -> str:
        return self.verb


async def done(database: Database, case: Case) -> None:
    """It is done, audited and told, and the answer is the fresh graph."""
    before = await snapshot(database)
    payload = await mutate(Engine(database), case.verb, case.given, case.shown)
    assert payload == {**case.answer, "errors": []}
    audited, told = await journal(database, before)
    assert audited == told == case.told


async def not_done(database: Database, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, tried, rolled back or forbidden, it leaves no trace."""
    engine = Engine(database)
    before = await snapshot(database)
    payload = await mutate(engine, case.verb, case.wrong, case.shown)
    error = payload.pop("errors")[0]
    assert (error["code"], error["path"]) == (case.code, ["input", *case.path]), error
    assert error["message"].endswith(".")
    payload.pop("query", None)
    assert set(payload.values()) == {None}
    assert await snapshot(database) == before
    # Tried only: the same answer, and nothing kept.
    payload = await mutate(engine, case.verb, case.given, case.shown, dryRun=True)
    assert payload == {**case.answer, "errors": []}
    assert await snapshot(database) == before
    # Rolled back: all is written, but the answer cannot be read.
    with monkeypatch.context() as broken:
        broken.setattr(Writer, "write", _fail)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert await snapshot(database) == before
    # Forbidden.
    with monkeypatch.context() as strict:
        strict.setattr(access, "may", lambda viewer, verb: False)
        body = await ask(engine, document(case.verb, case.shown), input=dict(case.given))
    assert body["data"] == {case.verb: None}
    assert body["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    assert case.verb in body["errors"][0]["message"]
    assert await snapshot(database) == before


async def refused(database: Database, verb: str, given: Mapping[str, Any], more: str = "") -> list[dict[str, Any]]:
    """The errors of an input that is refused, and that nothing was written for."""
    before = await snapshot(database)
    payload = await mutate(Engine(database), verb, given, f"errors {{ {more} }}" if more else "")
    assert payload["errors"], f"{verb} took {given}"
    assert await snapshot(database) == before
    for error in payload["errors"]:
        assert error["message"].endswith("."), error
        assert error["path"][0] == "input"
    found: list[dict[str, Any]] = payload["errors"]
    return found


def told(errors: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Code and place of each error, for comparing."""
    return [(error["code"], ".".join(error["path"][1:])) for error in errors]


async def _fail(*_: Any) -> bytes:
    raise RuntimeError("the answer is lost")
