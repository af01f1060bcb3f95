"""Clients that write without a break and keep account of what each request was answered."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from benchmarks.faults.company import TOKEN, Company

ANSWER_SECONDS = 6.0
"""How long an answer may take, whatever happens to the database."""
GIVE_UP_SECONDS = 30.0

Outcome = Literal["stored", "denied", "unknown"]

DOCUMENTS = {
    "createTicket": "createTicket(input: $input) { ticket { id } errors { message } }",
    "createCustomer": "createCustomer(input: $input) { customer { id } errors { message } }",
    "createOrder": "createOrder(input: $input) { order { id lines(first: 5) { nodes { id } } } errors { message } }",
    "addOrderLine": "addOrderLine(input: $input) { orderLine { id } order { id } errors { message } }",
}
READ = "{ customers(first: 3) { nodes { id name } } tickets(first: 1) { nodes { id } } }"


@dataclass
class Write:
    """One change that was asked for, once or several times with the same key."""

    key: str
    verb: str
    given: dict[str, Any]
    outcome: Outcome = "unknown"
    made: str = ""
    """The id it was answered with."""
    doubted: bool = False
    """Whether one of the requests was not answered: a refusal of the next one says nothing of it then."""


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it."""

    began: float
    ended: float
    what: str
    right: bool
    """Whether it was answered with what was asked for."""
    dirty: str
    """What is wrong with the answer; empty if it is right or a clean error."""


@dataclass
class Ledger:
    """All that was asked and answered."""

    company: Company
    random: random.Random = field(default_factory=lambda: random.Random(7))
    writes: list[Write] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    """Writes that were answered with different ids for the same key."""
    orders: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many writes ended how."""
        return dict(Counter(write.outcome for write in self.writes))

    def dirty(self) -> Counter[str]:
        """What was wrong with answers, and how often."""
        return Counter(exchange.dirty for exchange in self.exchanges if exchange.dirty)

    def new_write(self) -> Write:
        """Something to write; its key stands in the record too, so that it can be found there."""
        key = f"k-{len(self.writes)}-{self.random.getrandbits(32):08x}"
        line = {
            "productId": self.company.product,
            "quantity": self.random.randint(1, 999),
            "discountBps": self.random.randint(0, 3000),
        }
        match self.random.randrange(8):
            case 0 | 1:
                write = Write(key, "createTicket", {"customerId": self.company.customer, "issue": key})
            case 2 | 3:
                write = Write(key, "createCustomer", {"name": key})
            case 4 | 5 if self.orders:
                order = self.random.choice(self.orders[-8:])
                write = Write(key, "addOrderLine", {"id": order, "description": key, **line})
            case _:
                lines = [{"description": key, **line}, line]
                write = Write(key, "createOrder", {"customerId": self.company.customer, "lines": lines})
        self.writes.append(write)
        return write


class Lost(Exception):
    """A request that was not answered."""


@dataclass
class Line:
    """A connection that is opened anew whenever it broke."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, query: str, variables: object = None) -> tuple[int, bytes]:
        """Status and body of an answer. Raises Lost."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                if self.reader is None or self.writer is None:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                self.writer.write(head.encode() + body)
                lines = (await self.reader.readuntil(b"\r\n\r\n")).lower()
                length = int(lines.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
                return int(lines[9:12]), await self.reader.readexactly(length)
        except (OSError, EOFError, ValueError) as error:  # the first is TimeoutError too
            self.close()
            raise Lost(f"{type(error).__name__} {error}") from error

    def close(self) -> None:
        if self.writer is not None:
            self.writer.transport.abort()
        self.reader = self.writer = None


def judge(status: int, body: bytes) -> tuple[dict[str, Any] | None, str, str]:
    """The data of an answer if it is right, the code if it is a clean error, and else what is wrong with it."""
    try:
        answer = json.loads(body)
        error = answer["errors"][0] if "errors" in answer else None
        code = "" if error is None else str(error["extensions"]["code"])
    except (ValueError, KeyError, TypeError, IndexError):
        return None, "", f"no GraphQL: {status} {body[:80]!r}"
    if error is None:
        return answer["data"], "", "" if status == 200 else f"status {status} with data"
    if "Something went wrong" in error["message"]:
        return None, code, "an error nobody expected"
    # 503: who asks could not be looked up, so that nothing was done.
    return None, code, "" if status in (200, 503) else f"status {status}"


async def write_on(ledger: Ledger, line: Line, until: asyncio.Event, died: bool = False) -> None:
    """Write one thing after the other, and most of what stayed in doubt again, with its key.

    Where the server itself `died` from time to time, requests that break off are to be expected.
    """
    doubtful: list[Write] = []
    while not until.is_set():
        write = doubtful.pop() if doubtful and ledger.random.random() < 0.5 else ledger.new_write()
        await send(ledger, line, write, died)
        if write.outcome == "unknown":
            if ledger.random.random() < 0.7:
                doubtful.append(write)
            await asyncio.sleep(0.05)
    line.close()


async def send(ledger: Ledger, line: Line, write: Write, died: bool = False) -> None:
    """Ask for a write, once, and note the outcome."""
    query = f"mutation M($input: {write.verb[0].upper()}{write.verb[1:]}Input!) {{ {DOCUMENTS[write.verb]} }}"
    began = time.monotonic()
    right, dirty = False, ""
    try:
        status, body = await line.ask(query, {"input": {**write.given, "idempotencyKey": write.key}})
    except Lost as lost:
        dirty = "" if died else f"not answered: {lost}"
        write.doubted = True
    else:
        data, code, dirty = judge(status, body)
        if data is not None:
            payload = data[write.verb]
            record = payload[{"addOrderLine": "orderLine"}.get(write.verb, write.verb.removeprefix("create").lower())]
            if payload["errors"] or not record:
                dirty = f"refused: {payload['errors']}"
            else:
                right = True
                if write.made not in ("", record["id"]):
                    ledger.clashes.append(write.key)
                write.outcome, write.made = "stored", record["id"]
                if write.verb == "createOrder":
                    ledger.orders.append(record["id"])
        elif code == "OUTCOME_UNKNOWN":
            write.doubted = True
        elif code and not write.doubted:
            write.outcome = "denied"
    ended = time.monotonic()
    if not dirty and not died and ended - began > ANSWER_SECONDS:
        dirty = f"later than {ANSWER_SECONDS:g} s"
    ledger.exchanges.append(Exchange(began, ended, write.verb, right, dirty))


async def read_on(ledger: Ledger, line: Line, until: asyncio.Event, died: bool = False) -> None:
    """Read without a break."""
    while not until.is_set():
        began = time.monotonic()
        data, dirty = None, ""
        try:
            status, body = await line.ask(READ)
        except Lost as lost:
            dirty = "" if died else f"not answered: {lost}"
        else:
            data, _, dirty = judge(status, body)
            if data is not None and not data["customers"]["nodes"]:
                dirty = "nothing found"
        ended = time.monotonic()
        if not dirty and not died and ended - began > ANSWER_SECONDS:
            dirty = f"later than {ANSWER_SECONDS:g} s"
        ledger.exchanges.append(Exchange(began, ended, "read", data is not None, dirty))
        await asyncio.sleep(0.02 if data is not None else 0.1)
    line.close()
