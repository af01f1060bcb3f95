"""The command line: what each command says and does, and a whole demo from its first run to its last."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner, Result

import schema
from models.database import Database, DatabaseUnavailable
from server import cli
from tests.services import create_database, drop_database

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("CRM_") or variable == "DATABASE_URL":
            monkeypatch.delenv(variable)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, env=environment)


def refused(result: Result) -> str:
    """The one sentence, or two, of a command that did not do what it was asked."""
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("Error: ").strip()


def test_without_a_command_it_says_what_there_is() -> None:
    result = run()
    assert result.exit_code == 0
    for command in ("serve", "demo", "migrate", "schema", "settings"):
        assert f"  {command} " in result.output


def test_settings_are_listed_as_they_are_now() -> None:
    result = run("settings", CRM_PORT="81", DATABASE_URL="postgres://crm:geheim@db/crm")
    assert result.exit_code == 0
    assert "CRM_PORT=81 (default 8000)\n    Port to listen on" in result.output
    assert "CRM_HOST=127.0.0.1\n" in result.output
    assert "DATABASE_URL=postgres://crm:***@db/crm" in result.output
    assert "geheim" not in result.output


@pytest.mark.parametrize("command", ["serve", "demo", "migrate", "settings"])
def test_a_wrong_setting_stops_every_command(command: str) -> None:
    assert refused(run(command, CRM_PORT="x")) == "CRM_PORT is 'x', but must be a whole number from 0 to 65535."
    assert refused(run(command, CRM_PROT="1")) == "CRM_PROT is not a setting: did you mean CRM_PORT?"


def test_no_password_is_listed() -> None:
    result = run("settings", DATABASE_URL="postgres://u@h/x?password=geheim", REDIS_URL="redis://h?password=geheim")
    assert "DATABASE_URL=postgres://u@h/x?password=***" in result.output
    assert "REDIS_URL=redis://h?password=***" in result.output
    told = refused(run("settings", DATABASE_URL="mysql://h/x?password=geheim"))
    assert told.startswith("DATABASE_URL is 'mysql://h/x?password=***', but must be ")


@pytest.mark.parametrize("command", ["serve", "demo", "check"])
def test_documents_that_cannot_be_used_are_said_before_anything_is_made(command: str, tmp_path: Path) -> None:
    told = refused(run(command, CRM_TRUSTED_DOCUMENTS=str(tmp_path), DATABASE_URL=f"sqlite://{tmp_path / 'new.db'}"))
    assert told.startswith("CRM_TRUSTED_DOCUMENTS is ") and told.endswith("; there is none in it.")
    assert list(tmp_path.iterdir()) == []


def test_migrating_twice_does_it_once(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'new.db'}"
    assert "Applied 0001_initial.\nApplied 0002_identity.\n" in run("migrate", DATABASE_URL=url).output
    assert run("migrate", DATABASE_URL=url).output == "The database is up to date.\n"


def test_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear database,")
    for url in (
        f"sqlite://{tmp_path}/letter.txt",
        f"sqlite://{tmp_path}/nowhere/x.db",
        "postgres://crm:geheim@127.0.0.1:1/crm",
    ):
        told = refused(run("serve", "--port", "0", DATABASE_URL=url))
        assert told.startswith("The database cannot be used: ")
        assert "geheim" not in told


def test_a_database_that_is_late_is_told_in_one_sentence() -> None:
    async def late() -> None:
        raise DatabaseUnavailable("The database did not answer in time.")

    with pytest.raises(cli.click.ClickException) as caught:
        cli.finish(late())
    assert caught.value.message == (
        "The database cannot be used: The database did not answer in time. Check DATABASE_URL."
    )


def test_the_schema_is_written_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "schema.graphql"
    monkeypatch.setattr(cli, "SCHEMA_FILE", file)
    monkeypatch.setattr(schema, "sdl", lambda: "type Query {\n  hello: String\n}\n")
    assert "out of date" in refused(run("schema", "--check"))
    assert run("schema").output == "Wrote schema.graphql, 3 lines.\n"
    assert run("schema", "--check").output == "schema.graphql is up to date.\n"
    file.write_text("type Query {\n  bye: String\n}\n")
    monkeypatch.setattr(cli, "SCHEMA_FILE", tmp_path / "nowhere" / "schema.graphql")
    assert refused(run("schema")).endswith("nowhere/schema.graphql cannot be written: No such file or directory.")
    monkeypatch.setattr(cli, "SCHEMA_FILE", file)
    result = run("schema", "--check")
    assert "-  bye: String\n+  hello: String" in result.stdout
    assert "out of date" in refused(result)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use_is_said_before_anything_is_made(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(run(command, "--port", str(port), DATABASE_URL=f"sqlite://{tmp_path / 'new.db'}"))
    assert told == (f"Port {port} of 127.0.0.1 is in use: stop what uses it, or choose another with --port.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "::ffff:0:1:2:3:4:5"])
def test_a_host_that_is_not_here(host: str) -> None:
    assert refused(run("serve", "--host", host, "--port", "0")) == (
        f"{host} is not an address of this machine: choose one with --host, such as 127.0.0.1."
    )


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")])
def test_the_address_is_one_to_click_on(host: str, shown: str) -> None:
    try:
        listener = cli.listen(host, 0)
    except cli.click.ClickException:
        if ":" not in host:
            raise
        return  # a machine without IPv6
    with listener:
        assert cli.address(listener) == f"http://{shown}:{listener.getsockname()[1]}"


# --- the demo ---------------------------------------------------------------------------------------------


class Demo:
    """A demo that runs, and what it printed until it was ready."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", "demo", "--port", "0", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.banner = ""
        for line in self.process.stdout:
            self.banner += line
            if line.startswith("  Stop"):
                break

    def url(self) -> str:
        found = re.search(r"Endpoint +(\S+)", self.banner)
        assert found, self.banner + self.stop(signal.SIGTERM)[1]
        return found[1]

    def total(self) -> int:
        answer = httpx2.post(
            self.url(),
            json={"query": "{ customers { totalCount } }"},
            headers={"Authorization": "Bearer demo-admin"},
            timeout=60,
        ).json()
        return int(answer["data"]["customers"]["totalCount"])

    def stop(self, how: int) -> tuple[int, str]:
        """How the process ended, and what it wrote to standard error."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@contextlib.contextmanager
def demo(*arguments: str, **environment: str) -> Iterator[Demo]:
    running = Demo(*arguments, **environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.stop(signal.SIGTERM)  # a test that failed must leave no process either


def test_a_demo_from_its_first_run_to_its_last(tmp_path: Path) -> None:
    folder = str(tmp_path / "some" / "folder")
    with demo("--data", folder, "--scale", "tiny") as first:
        assert "200 customers, 2,000 orders" in first.banner
        command = re.search(r"curl[^\0]+?}'\n", first.banner)
        assert command
        words = shlex.split(command[0])
        assert words[2] == first.url()
        headers = dict(words[at + 1].split(": ") for at, word in enumerate(words) if word == "-H")
        assert headers["Authorization"] == "Bearer demo-admin"
        answer = httpx2.post(first.url(), content=words[-1], headers=headers, timeout=60)
        customers = json.loads(answer.text)["data"]["customers"]
        assert customers["totalCount"] == 200
        assert len(customers["nodes"]) == 3
        page = httpx2.get(first.url().replace("/graphql", "/"))
        assert "<title>Rapport</title>" in page.text
        assert first.stop(signal.SIGINT) == (0, "")

    # Another run serves the same data at once, and a size that is not there is not made unasked.
    started = time.monotonic()
    with demo("--data", folder) as second:
        assert second.total() == 200
        assert time.monotonic() - started < 10
        code, errors = second.stop(signal.SIGTERM)
        assert (code, errors) == (-signal.SIGTERM, "")
    told = refused(run("demo", "--port", "0", "--data", folder, "--scale", "small"))
    assert told == (
        "The demo data is there already, at scale tiny: add --reset to write it anew at scale small, "
        "or keep it by leaving out --scale."
    )


def test_a_reset_writes_the_data_anew(tmp_path: Path) -> None:
    database = tmp_path / "rapport.db"
    url = f"sqlite://{database}"
    assert run("migrate", DATABASE_URL=url).exit_code == 0
    cli.prepare_demo(url, "tiny", reset=False)
    assert cli.finish(cli.count_rows(url))["customers"] == 200

    async def lose_some() -> None:
        opened = await Database.open(url)
        await opened.execute("UPDATE customer SET deleted_at = created_at, deleted_key = id WHERE id < 50")
        await opened.close()

    cli.finish(lose_some())
    cli.prepare_demo(url, "tiny", reset=False)
    assert cli.finish(cli.count_rows(url))["customers"] < 200
    cli.prepare_demo(url, "tiny", reset=True)
    assert cli.finish(cli.count_rows(url))["customers"] == 200


def test_a_folder_that_no_url_can_name_is_said_to_be_so(tmp_path: Path) -> None:
    told = refused(run("demo", "--port", "0", "--data", str(tmp_path / "a?b")))
    assert told == (
        f"The folder {tmp_path}/a?b has a name that no database's URL can have in it: choose another with --data."
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("reset", [(), ("--reset",)])
def test_the_demo_leaves_other_data_alone(tmp_path: Path, reset: tuple[str, ...]) -> None:
    url = f"sqlite://{tmp_path / 'rapport.db'}"
    assert run("migrate", DATABASE_URL=url).exit_code == 0

    async def own_data() -> None:
        opened = await Database.open(url)
        await opened.execute(
            "INSERT INTO team (name, name_fold, version, created_at, updated_at, deleted_key) VALUES"
            " ('Ours', 'ours', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 0)"
        )
        await opened.close()

    cli.finish(own_data())
    told = refused(run("demo", "--port", "0", *reset, DATABASE_URL=url))
    assert "holds data that is not the demo's" in told


@pytest.mark.slow
def test_the_demo_in_postgresql(postgres: str) -> None:
    url = asyncio.run(create_database(postgres))
    try:
        with demo("--scale", "tiny", DATABASE_URL=url) as running:
            assert "postgres" in running.banner
            assert running.total() == 200
            assert running.stop(signal.SIGINT) == (0, "")
    finally:
        asyncio.run(drop_database(postgres, url))


@pytest.mark.slow
def test_two_processes_share_a_port(tmp_path: Path) -> None:
    with demo("--data", str(tmp_path), "--scale", "tiny", CRM_WORKERS="2") as running:
        assert running.total() == 200
        code, errors = running.stop(signal.SIGTERM)
        assert (code, errors) == (0, "")
