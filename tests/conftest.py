"""What tests stand on: both databases, each migrated and filled with the world, and an engine over them."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from access import Viewer
from benchmarks.hostile.drive import demo
from models.database import Database, migrate
from schema.engine import Engine
from tests import world
from tests.attacks import Attacker
from tests.cases import NO_LIMITS
from tests.services import ServiceMissing, create_database, drop_database, postgres_server, redis_server
from tests.viewers import ADMIN

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server. Without one tests are skipped, or fail where `REQUIRE_SERVICES` is set."""
    try:
        with postgres_server() as url:
            yield url
    except ServiceMissing as missing:
        if os.environ.get("REQUIRE_SERVICES"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The URL of a Redis server. Without one tests are skipped, or fail where `REQUIRE_SERVICES` is set."""
    try:
        with redis_server() as url, pytest.MonkeyPatch.context() as patch:
            patch.setattr("server.shared.PATIENCE", 10.0)  # a busy machine may keep it waiting
            yield url
    except ServiceMissing as missing:
        if os.environ.get("REQUIRE_SERVICES"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Every test that stands on a database runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
async def template(
    dialect: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of a migrated, empty database, made once and copied for each test that wants its own."""
    if dialect == "sqlite":
        url = f"sqlite://{tmp_path_factory.mktemp('template') / 'rapport.db'}"
        await migrate(url)
        yield url
        return
    server = request.getfixturevalue("postgres")
    url = await create_database(server)
    await migrate(url)
    yield url
    await drop_database(server, url)


@pytest.fixture
async def migrated_url(
    dialect: str, template: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a migrated, empty database of the test's own."""
    if dialect == "sqlite":
        path = tmp_path / "rapport.db"
        shutil.copy(template.removeprefix("sqlite://"), path)
        yield f"sqlite://{path}"
        return
    server = request.getfixturevalue("postgres")
    url = await create_database(server, template=template.rpartition("/")[2])
    yield url
    await drop_database(server, url)


@pytest.fixture(scope="session")
async def world_url(
    dialect: str, template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of a database that holds the world; tests read it only."""
    if dialect == "sqlite":
        path = tmp_path_factory.mktemp("world") / "rapport.db"
        shutil.copy(template.removeprefix("sqlite://"), path)
        url = f"sqlite://{path}"
    else:
        server = request.getfixturevalue("postgres")
        url = await create_database(server, template=template.rpartition("/")[2])
    database = await Database.open(url)
    try:
        await world.make(database)
    finally:
        await database.close()
    yield url
    if dialect == "postgres":
        await drop_database(request.getfixturevalue("postgres"), url)


@pytest.fixture(scope="session")
async def world_template(
    dialect: str, template: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[str]:
    """The URL of a database that holds the world and that nobody is connected to: it is there to be copied."""
    if dialect == "sqlite":
        path = tmp_path_factory.mktemp("world") / "rapport.db"
        shutil.copy(template.removeprefix("sqlite://"), path)
        url = f"sqlite://{path}"
    else:
        server = request.getfixturevalue("postgres")
        url = await create_database(server, template=template.rpartition("/")[2])
    database = await Database.open(url)
    try:
        await world.make(database)
    finally:
        await database.close()
    yield url
    if dialect == "postgres":
        await drop_database(request.getfixturevalue("postgres"), url)


@pytest.fixture
async def own_world_url(
    dialect: str, world_template: str, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a database that holds the world and that the test may change."""
    if dialect == "sqlite":
        path = tmp_path / "world.db"
        shutil.copy(world_template.removeprefix("sqlite://"), path)
        yield f"sqlite://{path}"
        return
    server = request.getfixturevalue("postgres")
    url = await create_database(server, template=world_template.rpartition("/")[2])
    yield url
    await drop_database(server, url)


@pytest.fixture
async def own_world(own_world_url: str) -> AsyncIterator[Database]:
    """The world, open for a test that changes it."""
    database = await Database.open(own_world_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def database(world_url: str) -> AsyncIterator[Database]:
    """The world, open for reading."""
    database = await Database.open(world_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def engine(database: Database) -> Engine:
    """The engine over the world."""
    return Engine(database)


@pytest.fixture(scope="session")
async def patient(database: Database) -> Engine:
    """The engine over the world without its limits, for tests of what the compiler can do."""
    return Engine(database, limits=NO_LIMITS)


@pytest.fixture(scope="session")
def viewer() -> Viewer:
    """Who asks in tests that are not about who asks."""
    return ADMIN


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo, as `dev.py demo` starts it: `http://127.0.0.1:12345`."""
    data = tmp_path_factory.mktemp("demo")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "server", "demo", "--data", str(data), "--port", "0", "--scale", "small"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"Explore +(http://[\d.:]+)", line):
                break
        else:
            pytest.fail("the demo did not start:\n" + "".join(said))
        address = found[1]
        # Whatever it says later must not fill the pipe.
        threading.Thread(target=process.stdout.read, daemon=True).start()
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=5).read()
                break
            except OSError:
                if time.monotonic() > deadline:
                    process.kill()
                    raise
                time.sleep(0.1)
        yield address
        process.terminate()


@pytest.fixture(scope="session")
def sqlite_attacker() -> Iterator[Attacker]:
    """An attacker of a demo on SQLite, whose budget no flood empties; it must be there to the end."""
    with demo() as running:
        yield Attacker(running)


@pytest.fixture(scope="session")
async def postgres_attacker(postgres: str) -> AsyncIterator[Attacker]:
    """The same on PostgreSQL."""
    url = await create_database(postgres)
    with demo(url) as running:
        yield Attacker(running)
    await drop_database(postgres, url)


@pytest.fixture
def attacker(request: pytest.FixtureRequest) -> Attacker:
    """An attacker of a demo on SQLite, or on both databases where a test has the mark `ON_BOTH`."""
    found: Attacker = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_attacker")
    return found


@pytest.fixture
def at_rest() -> Iterator[None]:
    """What the tests before hold is not looked through by the garbage collector, as the server has it from its start.

    Behind a thousand tests one turn of it takes half a second, on whosever time it falls; what a test here makes itself
    is looked through all the same.
    """
    gc.freeze()
    yield
    gc.unfreeze()
