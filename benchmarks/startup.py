"""`python -m benchmarks.startup`: how long it takes from the command to the first answer, on data that is there."""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from benchmarks.data import filled
from benchmarks.processes import cpu_seconds
from benchmarks.servers import OURS, process
from server.demo import SCALES, ScaleName

MOST_SECONDS = 1.0
"""From the command to the first answer, in the median of the rounds."""
BODY = json.dumps(
    {"query": "{ customers(first: 3) { nodes { id name orders(first: 2) { nodes { number } } } } }"}
).encode()


@dataclass(frozen=True)
class Start:
    """One start of a server."""

    seconds: float
    """Until the first answer was there."""
    cpu: float
    """Of these, how many the server's process spent on a core."""


def start(url: str) -> Start:
    """Start a server as people do, ask it one query, and stop it. Raises RuntimeError where it answers otherwise.

    It takes its port first of all, so the request waits there and is answered as soon as that can be.
    """
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        with process(OURS, url, set(), log) as server:
            answer = b""
            while not answer:
                try:
                    answer = server.ask("first", BODY)
                except OSError:
                    if server.process.poll() is not None or time.perf_counter() - begun > 60:
                        log.seek(0)
                        raise RuntimeError(f"It did not start:\n{log.read().decode(errors='replace')}") from None
                    time.sleep(0.002)
            done = Start(time.perf_counter() - begun, cpu_seconds(server.pid))
    if b'"errors"' in answer:
        raise RuntimeError(f"The first answer is an error: {answer[:500]!r}")
    return done


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--database", type=click.Choice(["sqlite", "postgres", "both"]), default="both")
@click.option("--scale", type=click.Choice(list(SCALES)), default="large", help="How much data.")
@click.option("--rounds", type=click.IntRange(1, 100), default=9, help="How many starts of each.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder to keep the data in.")
def main(database: str, scale: ScaleName, rounds: int, data: Path | None) -> None:
    """Start the server on a filled database several times; fail where half of the starts take more than a second."""
    folder = (data or Path(tempfile.gettempdir()) / f"rapport-bench-{scale}").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    # Python keeps what it compiled of a program for its next start, unless it is told not to.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "pycache")
    late = False
    for kind in ("sqlite", "postgres") if database == "both" else (database,):
        with filled(kind, folder, scale, set(), None) as url:
            start(url)  # the first one compiles the program and reads the data from the disk
            starts = [start(url) for _ in range(rounds)]
        seconds = [each.seconds for each in starts]
        typical = median(seconds)
        late |= typical > MOST_SECONDS
        click.echo(
            f"{kind:<10}{typical:.2f} s to the first answer ({min(seconds):.2f} to {max(seconds):.2f} in {rounds}"
            f" starts), {median(each.cpu for each in starts):.2f} s of CPU"
        )
    if late:
        raise click.ClickException(f"Half of the starts took more than {MOST_SECONDS:g} s.")


if __name__ == "__main__":
    main()
