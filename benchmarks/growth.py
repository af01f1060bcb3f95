"""`python -m benchmarks.growth`: how the time of a request grows with the data, from one scale to a larger one."""

from __future__ import annotations

import contextlib
import json
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks.data import filled
from benchmarks.load import Load, LoadFailed, drive
from benchmarks.processes import postmaster
from benchmarks.queries import queries
from benchmarks.servers import OURS, Cores, Server, running
from server.demo import SCALES, ScaleName

MOST = 1.5
"""How many times as long a request may take on the larger data."""
DEEP = 20_000
"""How many rows stand before the deep page, where there are that many: page 1,000 of 20 rows each."""
PAGE = 20
STEP = 100
WARM_SECONDS = 1.0
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Question:
    """A query whose answer has the same form at every scale: what is compared is the time, not the amount.

    So nothing here counts all rows or sums them up (`totalCount`, `aggregate`, `groups`): that takes time by the number
    of rows whatever the server does.
    """

    name: str
    title: str
    document: str
    """With FIRST for the size of its page, or with the variable `$first`."""
    list: str = ""
    """The root field that is a list; none where it is about one object."""
    deep: bool = False
    """Whether it starts after a cursor far down in the list, `$after`."""

    def sized(self, first: int) -> str:
        """The document with the size of its page."""
        return self.document.replace("FIRST", str(first))

    def brings(self, first: int, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables, with the size of its page where that is one of them."""
        return {**variables, "first": first} if "$first" in self.document else variables


QUESTIONS = (
    Question(
        "point",
        "one customer by id",
        "query ($id: ID!) { customer(id: $id) { id name email phone city country lifecycle owner { name } } }",
    ),
    Question(
        "deep",
        f"{PAGE} orders after {DEEP:,}",
        "query ($after: String) { orders(first: FIRST, after: $after, orderBy: [{field: ORDER_DATE}]) {"
        " nodes { id number status orderDate customer { id name } } pageInfo { endCursor } } }",
        "orders",
        deep=True,
    ),
    Question(
        "nested",
        f"{PAGE} customers, 10 orders, 5 lines, product; 5 tickets",
        """{ customers(first: FIRST) { nodes { id name
          orders(first: 10) { nodes { id number status orderDate total { amount currency }
            lines(first: 5) { nodes { id quantity price { amount currency } product { id sku name } } } } }
          tickets(first: 5) { nodes { id number issue status priority createdAt } } } } }""",
        "customers",
    ),
    Question(
        "open",
        "open tickets of high priority, newest first",
        """{ tickets(first: FIRST, where: {status: {eq: OPEN}, priority: {eq: HIGH}},
          orderBy: [{field: CREATED_AT, direction: DESC}]) {
          nodes { id number issue createdAt customer { id name } } } }""",
        "tickets",
    ),
    Question(
        "size",
        "the same, the page's size in a variable",
        """query ($first: Int!) { tickets(first: $first, where: {status: {eq: OPEN}, priority: {eq: HIGH}},
          orderBy: [{field: CREATED_AT, direction: DESC}]) {
          nodes { id number issue createdAt customer { id name } } } }""",
        "tickets",
    ),
    Question(
        "country",
        "customers of a country by name",
        """{ customers(first: FIRST, where: {country: {eq: "FR"}}, orderBy: [{field: NAME}]) {
          nodes { id name email city lifecycle } } }""",
        "customers",
    ),
)


@dataclass
class Place:
    """A database of one scale, with its server, and what was measured there."""

    scale: ScaleName
    server: Server
    database: int | None
    """PostgreSQL's process; None on SQLite, which works within the server."""
    requests: list[bytes] = field(default_factory=list)
    size: float = 0.0
    """Bytes of an answer."""
    rows: float = 0.0
    """Objects in an answer."""
    turns: list[Turn] = field(default_factory=list)

    def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The data of an answer. Raises ClickException for what is none."""
        answer = json.loads(self.server.ask("", json.dumps({"query": document, "variables": variables}).encode()))
        if "errors" in answer:
            raise click.ClickException(f"{self.scale} answers with {answer['errors']}")
        return answer["data"]

    def prepare(self, question: Question, document: str, variables: Sequence[dict[str, Any]]) -> None:
        """Get the requests of a question ready, and see what they are answered with."""
        bodies = [json.dumps({"query": document, "variables": each}).encode() for each in variables]
        answers = [self.server.ask("", body) for body in bodies]
        if any(b'"errors"' in answer for answer in answers):
            raise click.ClickException(f"{question.name}: {self.scale} answers with {answers[0][:500]!r}")
        self.requests, self.turns = bodies, []
        self.size = sum(map(len, answers)) / len(answers)
        self.rows = sum(answer.count(b'"id":') for answer in answers) / len(answers)

    def turn(self, connections: int, seconds: float, cores: set[int]) -> Turn:
        """Load the server for a while."""
        load = Load("", self.requests, connections, seconds, cores, self.database)
        sample = drive(self.server, load, self.size, slow=False)
        return Turn(sample.cpu, sample.database, sample.p50)


@dataclass(frozen=True)
class Turn:
    """What a request took while a server had its turn, in milliseconds."""

    server: float
    """Of the server's core."""
    database: float
    """Of the cores that PostgreSQL's processes ran on."""
    latency: float
    """From sending it to having its answer, in half of the requests."""

    @property
    def cpu(self) -> float:
        """On a core, whoever's."""
        return self.server + self.database


def typical(turns: Sequence[Turn]) -> Turn:
    """The median of turns, figure by figure."""
    return Turn(
        median(each.server for each in turns),
        median(each.database for each in turns),
        median(each.latency for each in turns),
    )


def cursor_at(place: Place, question: Question, depth: int) -> str | None:
    """The cursor that so many rows of a list stand before, found page by page as a client would."""
    cursor: str | None = None
    while depth > 0:
        page = place.ask(question.sized(min(STEP, depth)), {"after": cursor})[question.list]
        cursor, depth = page["pageInfo"]["endCursor"], depth - STEP
    return cursor


def prepare(question: Question, places: Sequence[Place]) -> None:
    """Get a question ready so that all places answer with as many rows: as many as the one with the fewest has."""
    if not question.list:
        for place in places:
            point = next(query for query in queries(SCALES[place.scale].customers) if query.name == "Q1")
            place.prepare(question, question.document, [dict(each) for each in point.variables])
        return
    given: list[dict[str, Any]] = []
    for place in places:
        depth = min(DEEP, SCALES[place.scale].orders - PAGE)
        given.append({"after": cursor_at(place, question, depth)} if question.deep else {})
    there = min(
        len(place.ask(question.sized(PAGE), question.brings(PAGE, variables))[question.list]["nodes"])
        for place, variables in zip(places, given, strict=True)
    )
    if not there:
        raise click.ClickException(f"{question.name}: there is nothing to answer with at one of the scales")
    for place, variables in zip(places, given, strict=True):
        place.prepare(question, question.sized(there), [question.brings(there, variables)])


def compare(question: Question, places: Sequence[Place], load: tuple[int, float, int], cores: set[int]) -> float:
    """Let the places answer a question in turns; how many times as long a row takes, CPU or latency. Prints it."""
    connections, seconds, rounds = load
    prepare(question, places)
    for place in places:
        place.turn(connections, WARM_SECONDS, cores)
    for _ in range(rounds):
        for place in places:
            place.turns.append(place.turn(connections, seconds, cores))
    small, large = (typical(place.turns) for place in places)
    # Answers of the same form differ a little, in how many orders the customers on the page happen to have.
    amount = places[1].rows / places[0].rows
    factors = large.cpu / small.cpu / amount, large.latency / small.latency / amount
    told = "".join(
        f"{turn.server:>11.3f}{turn.database:>9.3f}{turn.latency:>9.3f}{place.rows:>7.0f}"
        for place, turn in zip(places, (small, large), strict=True)
    )
    click.echo(f"{question.title[:49]:<50}{told}{factors[0]:>9.2f}{factors[1]:>9.2f}")
    return max(factors)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scales", type=(click.Choice(list(SCALES)), click.Choice(list(SCALES))), default=("tiny", "large"))
@click.option("--rounds", type=click.IntRange(1, 100), default=5, help="How often each scale has its turn.")
@click.option("--seconds", type=click.IntRange(1, 600), default=1, help="How long a turn is.")
@click.option("--connections", type=click.IntRange(1, 256), default=4)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder with a folder for each scale.")
def main(
    database: str,
    scales: tuple[ScaleName, ScaleName],
    rounds: int,
    seconds: float,
    connections: int,
    data: Path | None,
) -> None:
    """Time the same requests on a little and on much data, both servers running at once and taking turns.

    Fails where a request takes more than 1.5 times as long on the larger data. Data that is not there is made: `huge`
    takes 5 GB and a quarter of an hour, and is meant for PostgreSQL.
    """
    cores = Cores.share()
    worst = 0.0
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        with contextlib.ExitStack() as stack:
            places = []
            for scale in scales:
                folder = (data / scale if data else Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
                folder.mkdir(parents=True, exist_ok=True)
                begun = time.perf_counter()
                url = stack.enter_context(filled(kind, folder, scale, cores.others, None))
                if (took := time.perf_counter() - begun) > 10:
                    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEGABYTE
                    click.echo(
                        f"Filling {kind} at scale {scale} took {took:.0f} s, and {peak:.0f} MB of memory at most."
                    )
                (server,) = stack.enter_context(running(url, (OURS,), cores.server))
                places.append(Place(scale, server, postmaster(url)))
            click.echo(heading(kind, scales))
            for question in QUESTIONS:
                try:
                    worst = max(worst, compare(question, places, (connections, seconds, rounds), cores.others))
                except LoadFailed as failure:
                    raise click.ClickException(str(failure)) from None
    if worst > MOST:
        raise click.ClickException(
            f"A request takes {worst:.2f} times as long on the larger data: at most {MOST} it may."
        )


def heading(kind: str, scales: Sequence[str]) -> str:
    title = {"sqlite": "SQLite", "postgres": "PostgreSQL"}[kind]
    of = "".join(f"{scale:>18}{'':18}" for scale in scales)
    figures = f"{'server':>11}{'databs.':>9}{'p50':>9}{'rows':>7}" * len(scales)
    return f"\n{title}; ms for each request{'':25}{of}     times\n{'':50}{figures}{'CPU':>9}{'p50':>9}"


if __name__ == "__main__":
    main()
