"""What was measured, as tables for people: under each query a row for each server."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.load import WRK
from benchmarks.measure import Result
from benchmarks.queries import Query
from benchmarks.servers import OURS, Cores

COLUMNS = ("req/s", "p50 ms", "p99 ms", "CPU ms", "db ms", "MiB", "bytes")


def setting(connections: int, lifetimes: int, rounds: int, seconds: float, cores: Cores) -> str:
    generator = "wrk" if WRK else "the client in Python, which needs more of a core itself (install wrk)"
    pinned = (
        f"servers on core {min(cores.server)}, the rest on {', '.join(map(str, sorted(cores.others)))}"
        if cores.server
        else "nothing pinned to a core"
    )
    turns = f"{rounds} rounds of {seconds:g} s each" + (f" in {lifetimes} lifetimes" if lifetimes > 1 else "")
    return (
        f"{connections} connections, {turns}, by {generator}; {pinned}.\n"
        "CPU and db: milliseconds that the server and PostgreSQL spend on a core for a request; MiB: the server's peak."
    )


def heading(kind: str, scale: str, writes: bool) -> str:
    titles = {"sqlite": "SQLite", "postgres": f"PostgreSQL ({'fsync on' if writes else 'fsync off; it only reads'})"}
    return f"\n{titles[kind]}, {scale}"


def table(result: Result, query: Query) -> Iterator[str]:
    """The lines of one query; at the end of each, how many times a server's rate ours is."""
    named = "".join(f"{name:>10}" for name in COLUMNS) + ("    ours is" if OURS in result.samples else "")
    yield f"\n{f'{query.name} {query.title}':<24}\n{'':24}{named}"
    for name in result.samples:
        sample = result.typical(name)
        figures = (sample.rate, sample.p50, sample.p99, sample.cpu, sample.database, sample.memory, result.bytes[name])
        told = "".join(f"{shown(figure) if figure else '–':>10}" for figure in figures)
        ratio = result.ratio(name) if name != OURS else None
        marks = (f"{ratio:>10.2f}×" if ratio is not None else "") + ("  ← the limit" if name == result.limit else "")
        yield f"  {name:<22}{told}{marks}"


def shown(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.3f}"
