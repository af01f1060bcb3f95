"""A full disk on SQLite: writes are refused cleanly, reads go on, and once there is room again writes are stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.faults.audit import wrongs
from benchmarks.faults.clients import DOCUMENTS, READ, Ledger, Write, judge
from benchmarks.faults.company import found
from models.database import Database, migrate
from schema.engine import Engine
from tests.viewers import ADMIN

PAGES = 12
"""How many pages of 4 kB are left when the disk is made small."""


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    before: int
    """Writes until the disk was full."""
    refused: int
    after: int
    reads: int
    dirty: list[str]
    wrong: list[str]

    def __str__(self) -> str:
        told = f"{self.before} writes until the disk was full, {self.refused} refused and {self.reads} right reads"
        told += f" meanwhile, {self.after} writes once there was room, {len(self.dirty)} dirty answers,"
        told += f" {len(self.wrong)} wrongs"
        return "\n".join([told, *self.dirty[:10], *self.wrong[:10]])


async def run(url: str, say: Callable[[str], None] = print) -> Report:
    """Fill a database whose file may not grow, look how it answers, and let it grow again."""
    await migrate(url)
    ledger = Ledger(await found(url))
    database = await Database.open(url)
    engine = Engine(database)
    dirty: list[str] = []
    reads = refused = 0

    async def ask(query: str, variables: Any = None) -> tuple[dict[str, Any] | None, str]:
        answer = await engine.execute(query, variables, None, ADMIN)
        data, code, wrong = judge(200, answer.body)
        if wrong:
            dirty.append(f"{wrong}: {answer.body[:200]!r}")
        return data, code

    async def write() -> Write:
        new = ledger.new_write()
        new.given["idempotencyKey"] = new.key
        title = new.verb[0].upper() + new.verb[1:]
        data, _ = await ask(f"mutation M($input: {title}Input!) {{ {DOCUMENTS[new.verb]} }}", {"input": new.given})
        new.outcome = "denied" if data is None else "stored"
        if data is not None and data[new.verb]["errors"]:
            dirty.append(json.dumps(data))
        return new

    try:
        pages = int((await database.execute("PRAGMA page_count"))[0][0])
        await database.execute(f"PRAGMA max_page_count={pages + PAGES}")
        before = 0
        while (await write()).outcome == "stored":
            before += 1
        for _ in range(30):
            refused += (await write()).outcome == "denied"
            data, _ = await ask(READ)
            reads += data is not None and bool(data["customers"]["nodes"])
        await database.execute(f"PRAGMA max_page_count={1 << 30}")
        after = 0
        for _ in range(30):
            after += (await write()).outcome == "stored"
        wrong = await wrongs(database, ledger)
    finally:
        await database.close()
    report = Report(before, refused + 1, after, reads, dirty, wrong)
    say(str(report))
    return report
