"""Memory that is freed stays with the process, so that the next answer need not wait for the kernel."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What three answers of 900 kB that are under way at once take, and give back.
ANSWERS = """
import resource
from server.memory import keep_freed

if {keeps}:
    assert keep_freed()

def answers():
    return [bytearray(b"x" * 900_000) for _ in range(3)]

for _ in range(3):
    answers()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    answers()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_asked_for(keeps: bool) -> int:
    """How often the kernel had to give a page for ten turns, after the first three."""
    program = [sys.executable, "-c", ANSWERS.format(keeps=keeps)]
    return int(subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="for other C libraries there is nothing to be set")
def test_what_is_freed_is_used_again() -> None:
    assert pages_asked_for(keeps=True) < 200
    assert pages_asked_for(keeps=False) > 2_000, "which is what it is for"
