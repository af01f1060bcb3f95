"""The queries that are timed, as a client sends them."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CUSTOMERS = 100
"""How many customers take turns in the point read."""


@dataclass(frozen=True)
class Query:
    """One question: its document, and the variables of each request in turn."""

    name: str
    title: str
    document: str
    variables: tuple[Mapping[str, Any], ...] = ({},)
    persisted: bool = False
    """Whether clients that can name the document by its hash do so."""

    @property
    def writes(self) -> bool:
        """Whether it is a mutation."""
        return self.document.startswith("mutation")

    @property
    def fingerprint(self) -> str:
        """What names the document where it is not sent: its SHA-256 hash."""
        return hashlib.sha256(self.document.encode()).hexdigest()

    def bodies(self, *, hashed: bool = False) -> list[bytes]:
        """The bodies of the requests, to be sent one after the other and then again.

        `hashed` names the document as Apollo's automatic persisted queries do, instead of sending it.
        """
        asked = self.named() if hashed else {"query": self.document}
        return [json.dumps(asked | {"variables": variables}).encode() for variables in self.variables]

    def introduction(self) -> bytes:
        """A request that says both the document and its hash."""
        return json.dumps(self.named() | {"query": self.document, "variables": self.variables[0]}).encode()

    def named(self) -> dict[str, Any]:
        return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": self.fingerprint}}}


def queries(customers: int) -> list[Query]:
    """The queries for a company with that many customers. Their ids are drawn the same way every time."""
    draw = random.Random(1)
    ids = [draw.randint(1, customers) for _ in range(CUSTOMERS)]
    return [
        Query(
            "Q1",
            "one customer by id",
            "query Q1($id: ID!) { customer(id: $id) { id name email phone city country lifecycle owner { name } } }",
            tuple({"id": f"cus_{number}"} for number in ids),
        ),
        Query(
            "Q2",
            "50 customers",
            "{ customers(first: 50) { nodes { id name email phone city country lifecycle createdAt } } }",
        ),
        Query(
            "Q3",
            "50 customers, 10 orders, 5 lines, product; 5 tickets",
            """{ customers(first: 50) { nodes { id name
              orders(first: 10) { nodes { id number status orderDate total { amount currency }
                lines(first: 5) { nodes { id quantity price { amount currency }
                  product { id sku name } } } } }
              tickets(first: 5) { nodes { id number issue status priority createdAt } } } } }""",
        ),
        Query(
            "Q4",
            "20 reps, 20 sales, customer",
            """{ salesReps(first: 20) { nodes { id name
              sales(first: 20, orderBy: [{field: ORDER_DATE, direction: DESC}]) { nodes {
                id number orderDate total { amount currency } customer { id name } } } } } }""",
        ),
        Query(
            "Q5",
            "open urgent tickets, counted, with customer",
            """{ tickets(first: 20, where: {status: {eq: OPEN}, priority: {eq: URGENT}},
                         orderBy: [{field: CREATED_AT, direction: DESC}]) {
              totalCount nodes { id number issue createdAt customer { id name } } } }""",
        ),
        Query(
            "Q6",
            "orders grouped by rep, totals by currency",
            """{ orders { groups(by: [{field: OWNER}]) {
              owner { id name } aggregate { count sum { total { amount currency } } } } } }""",
        ),
        Query(
            "Q7",
            "createTicket, with its customer",
            """mutation Q7($input: CreateTicketInput!) { createTicket(input: $input) {
              ticket { id number issue status priority createdAt customer { id name email } }
              errors { code message } } }""",
            tickets_of(ids),
        ),
        Query(
            "Q8",
            "a mobile screen: one customer, 3 orders, 2 tickets",
            """query Q8($id: ID!) { customer(id: $id) { id name email phone city country lifecycle createdAt
              orders(first: 3) { nodes { id number status orderDate total { amount currency } } }
              tickets(first: 2, where: {status: {eq: OPEN}}) { nodes { id number issue priority createdAt } } } }""",
            tuple({"id": f"cus_{number}"} for number in ids),
            persisted=True,
        ),
    ]


def tickets_of(customers: Sequence[int]) -> tuple[Mapping[str, Any], ...]:
    """The variables that make a ticket of each of these customers."""
    return tuple({"input": new_ticket(f"cus_{number}")} for number in customers)


def new_ticket(customer: str) -> dict[str, Any]:
    """The input of a ticket that a customer has."""
    issue = f"The scale of {customer} drifts by 0.2 g once the Öfen are on"
    return {"customerId": customer, "issue": issue, "priority": ("NORMAL", "HIGH", "URGENT")[len(customer) % 3]}
