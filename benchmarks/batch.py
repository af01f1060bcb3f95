"""How much cheaper a record is that is written together with 499 others than one that is written alone."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.queries import new_ticket
from benchmarks.servers import Server

MOST = 500
"""Records in a batch, and how many are written one after the other."""


@dataclass(frozen=True)
class Kind:
    """A record that can be made alone and with others: its names, and the input of the n-th."""

    one: str
    many: str
    field: str
    given: Callable[[int, str, str], Mapping[str, Any]]

    def single(self, given: Mapping[str, Any]) -> bytes:
        """The request that makes one."""
        return self._body(self.one, f"{self.field} {{ id }}", given)

    def batch(self, given: Sequence[Mapping[str, Any]]) -> bytes:
        """The request that makes many."""
        return self._body(self.many, "rows { node { id } } writtenCount", {"items": given})

    @staticmethod
    def _body(verb: str, shown: str, given: Mapping[str, Any]) -> bytes:
        title = verb[0].upper() + verb[1:]
        document = f"mutation M($input: {title}Input!) {{ {verb}(input: $input) {{ {shown} errors {{ code }} }} }}"
        return json.dumps({"query": document, "variables": {"input": given}}).encode()


def new_customer(number: int, customer: str, product: str) -> dict[str, Any]:
    # Names that have little in common, or each would be compared with all before it as a likely duplicate.
    name = f"{number * 2654435761 % 2**32:08x} & Söhne"
    return {"name": name, "email": f"{number}.{time.time_ns()}@example.com", "country": "DE"}


def new_order(number: int, customer: str, product: str) -> dict[str, Any]:
    return {"customerId": customer, "productId": product, "quantity": 1 + number % 9}


TICKET = "createTicket"
KINDS = (
    Kind(TICKET, "createTickets", "ticket", lambda number, customer, product: new_ticket(customer)),
    Kind("createCustomer", "createCustomers", "customer", new_customer),
    Kind("createOrder", "createOrders", "order", new_order),
)
COMPANY = json.dumps(
    {
        "query": "{ customers(first: 100) { nodes { id } }"
        " products(first: 1, where: {active: {eq: true}}) { nodes { id } } }"
    }
).encode()
"""Asks for the records that new ones refer to."""


@dataclass(frozen=True)
class Compared:
    """Microseconds for each record, alone and in a batch; medians over rounds."""

    kind: str
    alone: float
    together: float
    ratio: float

    def __str__(self) -> str:
        return (
            f"{self.kind:<16}{self.alone:>9,.0f} µs alone{self.together:>9,.0f} µs in a batch{self.ratio:>9.1f} times"
        )


def compare(server: Server, kind: Kind, rounds: int, most: int = MOST) -> Compared:
    """Write 500 one after the other over one connection, then 500 in one request, and so on in turns."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.netloc)

    def ask(body: bytes) -> bytes:
        connection.request("POST", "/graphql", body, server.headers)
        return connection.getresponse().read()

    def timed(bodies: list[bytes]) -> float:
        start = time.perf_counter()
        for body in bodies:
            answer = ask(body)
            if b'"errors":[]' not in answer or b'"node":null' in answer:
                raise RuntimeError(f"{kind.one} was refused: {answer[:500]!r}")
        return (time.perf_counter() - start) / most * 1e6

    found = json.loads(ask(COMPANY))["data"]
    customers, product = [node["id"] for node in found["customers"]["nodes"]], found["products"]["nodes"][0]["id"]
    alone, together = [], []
    for at in range(rounds + 1):
        # The same that is written alone is then written together; the first turn warms both up.
        given = [
            kind.given(number, customers[number % len(customers)], product)
            for number in range(at * most, (at + 1) * most)
        ]
        alone.append(timed([kind.single(each) for each in given]))
        together.append(timed([kind.batch([each | again(each) for each in given])]))
    connection.close()
    ratio = median(one / many for one, many in zip(alone[1:], together[1:], strict=True))
    return Compared(kind.one, median(alone[1:]), median(together[1:]), ratio)


def again(given: Mapping[str, Any]) -> dict[str, Any]:
    """What has to differ in a record that was made before: nobody else may have its e-mail address or its name."""
    return {"email": f"2{given['email']}", "name": given["name"][::-1]} if "email" in given else {}
