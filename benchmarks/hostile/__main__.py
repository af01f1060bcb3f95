"""`python -m benchmarks.hostile`: starts a demo, throws hostile inputs at it, and says what it answered."""

from __future__ import annotations

import asyncio
import sys
import time

import click

from benchmarks.hostile.drive import Client, Report, demo, run
from benchmarks.hostile.inputs import draw

MOST_GROWTH = 0.2


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--inputs", type=click.IntRange(10, 10_000_000), default=100_000, help="How many are sent.")
@click.option("--good", type=click.FloatRange(0, 1), default=0.0, help="Which share of them is nothing wrong with.")
@click.option("--connections", type=click.IntRange(1, 64), default=12, help="How many are sent at once.")
@click.option("--seed", type=int, default=1, help="Other inputs, or the same again.")
@click.option("--only", type=int, help="Show the input of this number and what becomes of it, and no other.")
def main(inputs: int, good: float, connections: int, seed: int, only: int | None) -> None:
    """Send hostile inputs to a demo; the exit code says whether all answers were clean and memory stayed level."""
    with demo() as server:
        if only is not None:
            given = draw(seed, only)
            for data in given.data:
                click.echo(f"{given.family}, by {given.way}: {data[:4000]!r}")
            report = Report()
            started = time.perf_counter()
            client = Client(server, report, lambda number, family, found: report.wrong.extend(found))
            asyncio.run(client.send(given))
            click.echo(f"{dict(report.answers)} after {time.perf_counter() - started:.3f} s {report.wrong}")
            return
        report = asyncio.run(run(server, inputs, seed, connections, good, click.echo))
    for what in report.wrong[:50]:
        click.echo(what)
    click.echo(f"Sent      {dict(report.sent)}")
    click.echo(f"Answers   {dict(sorted(report.answers.items()))}")
    click.echo(f"Wrong     {len(report.wrong)}")
    click.echo(f"Slowest   {report.slowest:.3f} s, input {report.slowest_input}")
    click.echo(f"Memory    {', '.join(f'{mb:.0f}' for mb in report.memory.values())} MB: {report.growth():+.1%}")
    click.echo(f"Took      {report.seconds:.0f} s, {inputs / report.seconds:.0f} inputs a second")
    sys.exit(bool(report.wrong) or report.growth() > MOST_GROWTH)


if __name__ == "__main__":
    main()
