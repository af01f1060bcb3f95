"""Holds the house rules that no other test would notice: who imports whom, and what no file may name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent

# Each room and the rooms it may lean on: server → schema → resolvers → access → models, and two leaves.
MAY_IMPORT = {
    "server": {"schema", "resolvers", "access", "models", "compiler", "errors"},
    "schema": {"resolvers", "access", "models", "compiler", "errors"},
    "resolvers": {"access", "models", "compiler", "errors"},
    "access": {"models", "compiler", "errors"},
    "models": {"compiler", "errors"},
    "compiler": {"errors"},
    "errors": set(),
}
OURS = {*MAY_IMPORT, "tests", "benchmarks", "examples", "dev"}

# Written so that they do not match their own text.
HOSTS = re.compile(
    r"py[p]i\.org|python[h]osted\.org|registry\.(npm[j]s|yarn[p]kg)\.|npm[m]irror\.|crates\.[i]o|deb\.[d]ebian\.", re.I
)
MACHINE_PATHS = re.compile(r"(?<![\w.*-])/(?:work|root|home/[a-z]\w*)/[\w.]")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_rooms_further_in(room: str) -> None:
    files = python_files(room)
    assert files, f"{room} is gone: the map of the rooms in this test is out of date"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files
        for line, name in imports(path)
        if name in OURS - MAY_IMPORT[room] - {room}
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ["run", "dev", "peers"])
def test_a_lock_names_no_host_and_hashes_every_package(name: str) -> None:
    text = lock_text(name)
    assert "://" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_lock_for_development_holds_all_that_runs() -> None:
    """dev.py takes an environment made for tests as good enough to serve from."""
    assert pins("run") <= pins("dev")


def test_no_file_names_a_package_registry() -> None:
    assert list(matches(HOSTS)) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert list(matches(MACHINE_PATHS)) == []


def test_the_readme_names_only_tasks_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"dev\.py ([a-z]+)", readme)) | set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", readme, re.M))
    assert "demo" in named
    assert "test" in named
    assert named <= dev.TASKS.keys()


def test_make_knows_every_task() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: help (.+)$", makefile, re.M)
    assert phony
    assert set(phony[1].split()) == dev.TASKS.keys()


def python_files(room: str) -> list[Path]:
    folder = ROOT / room
    if not folder.is_dir():
        return [path for path in [ROOT / f"{room}.py"] if path.exists()]
    return sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The top-level name of every import in a file, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name.partition(".")[0]) for alias in names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield node.lineno, module.partition(".")[0]
            case _:  # a relative import stays in its room: rooms stand side by side, in no package
                pass


def matches(pattern: re.Pattern[str]) -> Iterator[str]:
    """Every line of the repository's text files that a pattern finds something in."""
    for name in repository_files():
        content = (ROOT / name).read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            found = pattern.search(line)
            if found:
                yield f"{name}:{number} {found[0]}"


def repository_files() -> list[str]:
    """What is in the repository or about to be."""
    # Whoever owns the checkout, listing its files is safe; git would otherwise refuse another user's.
    command = [
        "git",
        "-c",
        f"safe.directory={ROOT}",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def pins(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9-]+==[^\s;]+", lock_text(name), re.M))
