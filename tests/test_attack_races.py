"""Races: many at once want what only one may have."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.attacks import ON_BOTH, Attacker

pytestmark = ON_BOTH


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """What came of so many calls that begin together."""
    gate, found = threading.Barrier(count), []

    def run(at: int) -> None:
        gate.wait()
        found.append(work(at))

    threads = [threading.Thread(target=run, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == count
    return found


def test_one_version_is_changed_once(attacker: Attacker) -> None:
    """Of 30 who read the same version, one changes it, and 29 are told who was faster."""
    made = attacker.payload("createTeam", "team { id version }", name="Raced for")["team"]
    outcomes = at_once(
        30,
        lambda at: attacker.payload(
            "updateTeam", "errors { code }", id=made["id"], name=f"Winner {at}", expectedVersion=made["version"]
        )["errors"],
    )
    assert sorted([error["code"] for error in errors] for errors in outcomes) == [[], *([["STALE"]] * 29)]


def test_a_name_is_taken_once(attacker: Attacker) -> None:
    outcomes = at_once(30, lambda at: attacker.payload("createTeam", "team { id } errors { code }", name="Only one"))
    assert sum(outcome["team"] is not None for outcome in outcomes) == 1
    assert {error["code"] for outcome in outcomes for error in outcome["errors"]} == {"TAKEN"}


def test_an_idempotency_key_is_used_once(attacker: Attacker) -> None:
    outcomes = at_once(
        30,
        lambda at: attacker.payload(
            "createTicket", "ticket { id } errors { code }", customerId="cus_1", issue="Once", idempotencyKey="once"
        ),
    )
    assert len({outcome["ticket"]["id"] for outcome in outcomes}) == 1
    count = attacker.data('{ tickets(where: {issue: {eq: "Once"}}) { totalCount } }')["tickets"]["totalCount"]
    assert count == 1


def test_an_order_is_confirmed_and_called_off_once(attacker: Attacker) -> None:
    """Twenty confirm it while twenty call it off: each happens at most once, in an order that makes sense."""
    product = attacker.data("{ products(first: 1, where: {active: {eq: true}}) { nodes { id price { currency } } } }")
    item = product["products"]["nodes"][0]
    order = attacker.payload(
        "createOrder", "order { id } errors { message }",
        customerId="cus_1", currency=item["price"]["currency"], productId=item["id"], quantity=1,
    )["order"]  # fmt: skip
    attacker.payload("sendOrder", "errors { code }", id=order["id"])

    def work(at: int) -> tuple[str, bool]:
        if at % 2:
            return "confirm", not attacker.payload("confirmOrder", "errors { code }", id=order["id"])["errors"]
        return "cancel", not attacker.payload("cancelOrder", "errors { code }", id=order["id"], reason="Race")["errors"]

    done = [what for what, good in at_once(40, work) if good]
    assert done.count("confirm") <= 1
    assert done.count("cancel") == 1
    assert (
        attacker.data("query($id: ID!) { order(id: $id) { status } }", id=order["id"])["order"]["status"] == "CANCELLED"
    )


def test_what_was_sold_is_not_returned_twice(attacker: Attacker) -> None:
    """Ten return the one piece of a delivered order: one gets their money back."""
    product = attacker.data("{ products(first: 1, where: {active: {eq: true}}) { nodes { id price { currency } } } }")
    item = product["products"]["nodes"][0]
    order = attacker.payload(
        "createOrder", "order { id lines { nodes { id } } } errors { message }",
        customerId="cus_1", currency=item["price"]["currency"], productId=item["id"], quantity=1,
    )["order"]  # fmt: skip
    line = order["lines"]["nodes"][0]["id"]
    for verb in ("sendOrder", "confirmOrder", "fulfilOrder"):
        assert attacker.payload(verb, "errors { code message }", id=order["id"])["errors"] == []
    outcomes = at_once(
        10,
        lambda at: attacker.payload(
            "returnOrder", "errors { code }", id=order["id"], reason="Broken", lines=[{"lineId": line, "quantity": 1}]
        )["errors"],
    )
    assert sum(not errors for errors in outcomes) == 1
    returned = attacker.data(
        "query($id: ID!) { order(id: $id) { lines { nodes { quantityReturned } } } }", id=order["id"]
    )
    assert returned["order"]["lines"]["nodes"] == [{"quantityReturned": 1}]


def test_a_ticket_is_closed_once(attacker: Attacker) -> None:
    made = attacker.payload("createTicket", "ticket { id } errors { code }", customerId="cus_1", issue="Close me")[
        "ticket"
    ]
    agent = attacker.data("{ salesReps(first: 1, where: {active: {eq: true}}) { nodes { id } } }")["salesReps"][
        "nodes"
    ][0]
    given = {"id": made["id"], "assigneeId": agent["id"]}
    assert attacker.payload("assignTicket", "errors { code message }", **given)["errors"] == []
    assert attacker.payload("resolveTicket", "errors { code }", id=made["id"], resolution="FIXED")["errors"] == []
    outcomes = at_once(20, lambda at: attacker.payload("closeTicket", "errors { code }", id=made["id"])["errors"])
    assert sum(not errors for errors in outcomes) == 1
