"""Hostile inputs of our own making, some thousands of them; `python -m benchmarks.hostile` sends 100,000."""

from __future__ import annotations

import pytest

from benchmarks.hostile.drive import run
from benchmarks.hostile.inputs import FAMILIES, draw
from benchmarks.hostile.judge import wrong_answer, wrong_message
from tests.attacks import Attacker


@pytest.mark.slow
async def test_nothing_that_is_drawn_brings_a_fault_or_a_leak(attacker: Attacker) -> None:
    report = await run(attacker.demo, 3000, seed=4, connections=8, say=lambda line: None)
    assert report.wrong == []
    assert report.sent.keys() == FAMILIES.keys()
    assert attacker.works() < 1


def test_an_input_is_made_again_from_its_number() -> None:
    assert draw(1, 17) == draw(1, 17)
    assert len({draw(1, number).data for number in range(300)}) > 250


FAULTS = {
    "a path": b'{"errors":[{"message":"in /usr/lib/x","extensions":{"code":"BAD_REQUEST"}}]}',
    "a table": b'{"errors":[{"message":"no app_user","extensions":{"code":"BAD_REQUEST"}}]}',
    "SQL": b'{"errors":[{"message":"near SELECT 1","extensions":{"code":"BAD_REQUEST"}}]}',
    "an error of Python's": b'{"errors":[{"message":"KeyError: 1","extensions":{"code":"BAD_REQUEST"}}]}',
    "a fault of the server's": b'{"errors":[{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}',
    "no code": b'{"errors":[{"message":"x"}]}',
    "a code of its own": b'{"errors":[{"message":"x","extensions":{"code":"OOPS"}}]}',
    "65 kB": b'{"errors":[{"message":"' + b"x" * 66_000 + b'","extensions":{"code":"BAD_REQUEST"}}]}',
    "no JSON": b"<html>",
}


@pytest.mark.parametrize("body", FAULTS.values(), ids=FAULTS.keys())
def test_the_judge_sees_what_is_wrong(body: bytes) -> None:
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n"
    assert list(wrong_answer(head, body, b""))
    assert list(wrong_answer(head.replace(b"400", b"500"), b"", b""))
    if body.startswith(b"{"):
        assert list(wrong_message('{"type":"next","payload":' + body.decode() + "}", b""))


def test_the_judge_lets_pass_what_is_right() -> None:
    head = b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n"
    body = b'{"errors":[{"message":"No field `app_user`.","extensions":{"code":"BAD_REQUEST"}}]}'
    assert not list(wrong_answer(head, body, b"{ app_user }")), "the client said it first"
