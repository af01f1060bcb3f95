"""`python -m benchmarks.peers install`: puts the peers beside this file."""

from __future__ import annotations

import shutil
import subprocess
import sys

import click

from benchmarks.peers.peer import HERE, PEERS, PYTHON

LOCK = HERE.parent.parent / "requirements" / "peers.lock"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The servers that Rapport is measured beside."""


@main.command()
def install() -> None:
    """Put the peers, as their locks name them, into benchmarks/peers: some 500 MB."""
    npm = shutil.which("npm")
    if npm is None:
        raise click.ClickException("The peers on Node need npm: install Node, which brings it, and run this again.")
    run(npm, "ci", "--no-audit", "--no-fund", "--prefix", str(HERE))
    run(sys.executable, "-m", "venv", "--clear", str(HERE / ".venv"))
    options = ["-qq", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
    run(str(PYTHON), "-m", "pip", "install", *options, "-r", str(LOCK))
    click.echo(f"{', '.join(peer.name for peer in PEERS if peer.installed)}: installed.")


def run(*command: str) -> None:
    if subprocess.call(command):
        raise click.ClickException(f"{command[0]} failed; its own words are above.")


if __name__ == "__main__":
    main()
