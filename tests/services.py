"""Starts the servers the tests use, PostgreSQL and Redis, and makes databases in the first."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

START_SECONDS = 30.0

MEMORY = Path("/dev/shm")
"""A folder that Linux keeps in memory. On a disk, even a fast one, a copy of a database takes ten times as long, and
that was a quarter of all tests' time."""
ENOUGH = 2 << 30
"""Bytes that must be free there: a cluster comes to a fifth of it, and there is one for each process of tests."""

# A test database need not survive a power cut, and every test's time is spent here.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


class ServiceMissing(RuntimeError):
    """A server that some tests need is not on this machine; the message says how to get it."""


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server's maintenance database, for as long as the block runs.

    TEST_DATABASE_URL names a server that runs already. Otherwise one is started from PG_BIN, PATH or Debian's
    folders, on a free port and in a temporary folder that is removed afterwards.
    Raises ServiceMissing when there is none.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    programs = find_postgres()
    home = Path(tempfile.mkdtemp(prefix="rapport-postgres-", dir=in_memory()))
    process = None
    try:
        user = unprivileged_user()
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        data, log, port = home / "data", home / "log", free_port()
        initialise(programs, data, log, user)
        options = [part for name, value in FAST.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port), *options]
        process = spawn(command, log, user)
        wait_until_ready(process, data, log)
        yield f"postgres://rapport@127.0.0.1:{port}/postgres"
    finally:
        if process:
            stop(process)
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def redis_server(port: int = 0) -> Iterator[str]:
    """The URL of an empty Redis server, for as long as the block runs; on a free port unless one is given.

    It is started from REDIS_BIN, PATH or Debian's folder, keeps nothing on disk, and is nobody else's.
    Raises ServiceMissing when there is none.
    """
    program = os.environ.get("REDIS_BIN") or shutil.which("redis-server")
    if not program or not Path(program).exists():
        raise ServiceMissing(
            "The tests on Redis need its server: install it (on Debian: apt-get install redis-server), "
            "or name the program in REDIS_BIN."
        )
    home = Path(tempfile.mkdtemp(prefix="rapport-redis-"))
    port = port or free_port()
    user = unprivileged_user()
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    log = home / "log"
    options = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(home))
    process = spawn([program, *options], log, user)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"PING\r\n")
                if probe.recv(100).startswith(b"+PONG"):
                    break
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError(f"Redis did not start:\n{tail(log)}")
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)
        shutil.rmtree(home, ignore_errors=True)


async def create_database(base_url: str, template: str = "template0") -> str:
    """Make a database of a name of its own, empty or a copy of `template`, and give its URL.

    Nobody may be connected to the template meanwhile.
    """
    name = f"rapport_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(base_url)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()
    return urlunsplit(urlsplit(base_url)._replace(path=f"/{name}"))


async def drop_database(base_url: str, url: str) -> None:
    """Remove a database that `create_database` made, whoever is still connected to it."""
    connection = await asyncpg.connect(base_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')
    finally:
        await connection.close()


def in_memory() -> Path | None:
    """A folder for what is soon written and soon removed; None where there is no better one than the usual."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        return MEMORY
    return None


def find_postgres() -> Path:
    """The folder of initdb and postgres."""
    given = os.environ.get("PG_BIN")
    if given:
        folders = [Path(given)]
    else:
        # A link on PATH is followed: the programs find their own files from where they really are.
        found = shutil.which("initdb")
        debian = Path("/usr/lib/postgresql").glob("*/bin")
        folders = [Path(found).resolve().parent] if found else []
        folders += sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    if given:
        raise ServiceMissing(f"PG_BIN is {given}, but initdb and postgres are not both in it.")
    raise ServiceMissing(
        "The tests on PostgreSQL need its programs: install them (on Debian: apt-get install postgresql), "
        "name their folder in PG_BIN, or name a running server in TEST_DATABASE_URL."
    )


def unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceMissing("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.")


def initialise(programs: Path, data: Path, log: Path, user: pwd.struct_passwd | None) -> None:
    """Make the cluster, with a linguistic default collation where this build has ICU.

    Production clusters mostly sort by a language's rules; one that sorts by bytes would hide a comparison
    that does not say how it compares.
    """
    options = ["--username=rapport", "--auth=trust", "--no-sync", "--encoding=UTF8"]
    command: list[str | Path] = [programs / "initdb", "-D", data, *options]
    with_icu = [*command, "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
    for attempt in (with_icu, [*command, "--locale=C"]):
        if spawn(attempt, log, user).wait() == 0:
            return
        shutil.rmtree(data, ignore_errors=True)
    raise ServiceMissing(f"PostgreSQL's initdb failed:\n{tail(log)}")


def spawn(command: list[str | Path], log: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start a program as that user, away from the terminal, so that Ctrl-C reaches the tests first."""
    # Settings such as PGPORT or PGDATA of the person who runs the tests are not meant for this server.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env=environment | {"TZ": "UTC"},
            start_new_session=True,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
        )


def wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Wait for the word that the server itself writes into its pid file, as pg_ctl does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if "\nready" in (data / "postmaster.pid").read_text():
                return
        time.sleep(0.02)
    raise RuntimeError(f"PostgreSQL did not start:\n{tail(log)}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and its sessions: politely, then at once."""
    for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(order)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
