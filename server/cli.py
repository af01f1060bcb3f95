"""The command line: what an operator or a developer starts with `python -m server`."""

from __future__ import annotations

import difflib
import errno
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from models import User
from models.database import Database, migrate
from server.cli_access import access
from server.cli_check import check
from server.cli_explain import explain
from server.cli_identity import key, user
from server.command import finish, read_settings
from server.demo_tokens import known_tokens
from server.logs import chosen, logging_config
from server.organisation import settle
from server.protocol import Bounds, http_protocol
from server.provider import Provider
from server.settings import MOST_WORKERS, Settings, WrongSetting, database_url, rows, shown, without_password
from server.socket_protocol import SocketProtocol

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
SCHEMA_FILE = ROOT / "schema.graphql"
DEMO_FOLDER = ROOT / ".demo"

STOP_SECONDS = 2
"""How long the server waits for what is still running once `server.stopping` has waited already."""

SOCKET_PING_SECONDS = 20.0
"""How often a WebSocket's client is asked whether it is there, and how long it has to answer."""

START_SECONDS = 60
"""How long a process of several may be silent while it starts, on a busy machine, before it is replaced."""

# What the demo's banner counts: the words of the API, and the tables they stand for.
COUNTED = {
    "customers": "customer",
    "orders": "sales_order",
    "products": "product",
    "tickets": "ticket",
    "campaigns": "campaign",
    "sales reps": "sales_rep",
}

TRY_IT = '{"query": "{ customers(first: 3) { totalCount nodes { name } } }"}'

HOST = click.option("--host", help="Address to listen on, instead of CRM_HOST.")
PORT = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, instead of CRM_PORT.")
WORKERS = click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    help="How many processes answer, instead of CRM_WORKERS.",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Rapport, a CRM served as one linked graph over GraphQL.

    Settings come from environment variables; `settings` lists them.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


main.add_command(user)
main.add_command(key)
main.add_command(access)
main.add_command(check)
main.add_command(explain)


@main.command()
@HOST
@PORT
@WORKERS
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Bring the database up to date and answer requests until stopped."""
    settings = read_settings(host, port, workers)
    with listen(settings.host, settings.port) as listener:
        finish(migrate(settings.database_url))
        try:
            Provider.of(settings)
            prepare(settings)
        except WrongSetting as wrong:
            raise click.ClickException(str(wrong)) from None
        database = without_password(settings.database_url)
        click.echo(f"Rapport answers at {address(listener)}/graphql from {database}.")
        answer_requests(settings, listener)


def prepare(settings: Settings) -> None:
    """See that the database knows its organisation; say so where nobody can sign in yet, and refuse to serve where
    everybody could. Raises `WrongSetting` as `settle` does.
    """

    async def look() -> tuple[int, int, bool]:
        database = await Database.open(settings.database_url, readers=1, pool=1)
        try:
            await settle(database, settings)
            return (await User.all().count(), *await known_tokens(database))
        finally:
            await database.close()

    users, open_to_all, is_demo = finish(look())
    if not users:
        click.echo(
            "Nobody can sign in yet, and nothing is open to others. Make the first user with:\n"
            "  python -m server user create YOU@EXAMPLE.COM --name 'YOUR NAME' --role admin"
        )
    if open_to_all and not is_demo:
        raise click.ClickException(
            "This database has keys whose tokens everybody knows, those of the demo, but the demo did not make it: "
            "`key list` shows them as demo-…; revoke them with `key revoke`."
        )
    if open_to_all and settings.production:
        raise click.ClickException(
            "This is the demo's database: its tokens are known to everybody. With CRM_ENV=production, serve another."
        )
    if open_to_all and settings.host not in ("127.0.0.1", "::1", "localhost"):
        click.echo("This is the demo's database: its tokens are known to everybody, and others can reach it here.")


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database's tables up to date."""
    names = finish(migrate(read_settings().database_url))
    for name in names:
        click.echo(f"Applied {name}.")
    if not names:
        click.echo("The database is up to date.")


@main.command()
@click.option("--check", is_flag=True, help="Only compare, and fail if schema.graphql is out of date.")
def schema(check: bool) -> None:
    """Write schema.graphql, the API as people review it."""
    from schema import sdl

    current = sdl()
    written = SCHEMA_FILE.read_text("utf-8") if SCHEMA_FILE.exists() else ""
    if check and current != written:
        changes = difflib.unified_diff(
            written.splitlines(), current.splitlines(), "schema.graphql", "the code", lineterm="", n=1
        )
        click.echo("\n".join(list(changes)[:40]))
        raise click.ClickException("schema.graphql is out of date: write it with `python -m server schema`.")
    if check:
        click.echo("schema.graphql is up to date.")
        return
    try:
        SCHEMA_FILE.write_text(current, "utf-8")
    except OSError as error:
        raise click.ClickException(f"{SCHEMA_FILE} cannot be written: {error.strerror}.") from None
    click.echo(f"Wrote {SCHEMA_FILE.name}, {current.count(chr(10))} lines.")


@main.command("settings")
def settings_command() -> None:
    """List every setting: its variable, its value now, and what it is for."""
    current = read_settings()
    table = [
        (row, "***" if row.hidden and getattr(current, row.field) else shown(getattr(current, row.field)))
        for row in rows()
    ]
    for row, value in table:
        default = "" if value == shown(row.default) else f" (default {shown(row.default) or 'empty'})"
        click.echo(f"{row.variable}={value}{default}\n    {row.purpose}")


@main.command()
@HOST
@PORT
@WORKERS
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the demo's database; .demo unless DATABASE_URL names a database.",
)
@click.option(
    "--scale",
    type=click.Choice(["tiny", "small", "large"]),
    help="How much data: 200, 2,000 or 20,000 customers with all that belongs to them. [default: small]",
)
@click.option("--reset", is_flag=True, help="Write the demo data anew, at the same or another scale.")
def demo(
    host: str | None, port: int | None, workers: int | None, data: Path | None, scale: str | None, reset: bool
) -> None:
    """Serve an invented company, made at the first run and kept for the next ones."""
    settings = demo_settings(read_settings(host, port, workers), os.environ, data)
    if settings.production:
        raise click.ClickException(
            "The demo's tokens are known to everybody: it is no production. Set CRM_ENV=development, or leave it out."
        )
    with listen(settings.host, settings.port) as listener:
        prepare_demo(settings.database_url, scale, reset)
        click.echo(banner(settings, address(listener), finish(count_rows(settings.database_url))))
        if not os.environ.get("CRM_LOG_LEVEL", "").strip():
            # At a terminal, lines about operations would push the banner out of sight.
            settings = replace(settings, log_level="warning")
            os.environ["CRM_LOG_LEVEL"] = settings.log_level
        answer_requests(settings, listener, "server.app:demo_from_environment")


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything takes long: from here on, whoever else wants it is told so."""
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            problem = f"Port {port} of {host} is in use: stop what uses it, or choose another with --port."
        elif error.errno == errno.EACCES:
            problem = f"Port {port} needs more rights than this user has: choose one above 1023 with --port."
        else:
            problem = f"{host} is not an address of this machine: choose one with --host, such as 127.0.0.1."
        raise click.ClickException(problem) from None
    listener.set_inheritable(True)
    return listener


def address(listener: socket.socket) -> str:
    """The URL under which a browser on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    match host:
        case "0.0.0.0":
            host = "127.0.0.1"
        case "::":
            host = "[::1]"
        case _ if ":" in host:
            host = f"[{host}]"
    return f"http://{host}:{port}"


def answer_requests(settings: Settings, listener: socket.socket, app: str = "server.app:from_environment") -> None:
    """Serve until a signal stops the process; then requests that run are finished first. A second signal forces it."""
    os.environ["DATABASE_URL"] = settings.database_url  # each process reads its settings itself
    config = server_config(
        settings,
        app,
        factory=True,
        workers=settings.workers,
        log_config=logging_config(settings.log_level, chosen(settings.log_format)),
    )
    server = uvicorn.Server(config)
    try:
        if settings.workers > 1:
            workers = Workers(config, sockets=[listener])
            workers.run()
            if any(each.exitcode == STARTUP_FAILURE for each in workers.processes):
                raise SystemExit(STARTUP_FAILURE)  # as one process would have ended
        else:
            server.run(sockets=[listener])
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        if server.force_exit:
            os._exit(1)  # nobody waits for threads that still hold a database


class Workers(Multiprocess):
    """Several processes, which a second signal stops at once."""

    def keep_subprocess_alive(self) -> None:
        # While this process holds the other end of its pipe too, one that ended is taken to be slow to answer.
        for process in self.processes:
            process.child_conn.close()
        super().keep_subprocess_alive()

    def join_all(self) -> None:
        self.signal_queue.clear()
        while any(process.process.is_alive() for process in self.processes):
            if self.signal_queue:
                for process in self.processes:
                    process.process.kill()
            time.sleep(0.05)
        super().join_all()


def server_config(settings: Settings, app: Any, **more: Any) -> uvicorn.Config:
    """How the application is served: uvicorn takes its fastest parts where they are installed."""
    bounds = Bounds(settings.read_timeout, settings.connections, settings.max_body, settings.trusted_proxies)
    return uvicorn.Config(
        app,
        http=http_protocol(bounds),
        ws=SocketProtocol,
        lifespan="on",
        log_level=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws_max_size=settings.max_body,
        ws_ping_interval=SOCKET_PING_SECONDS,
        ws_ping_timeout=SOCKET_PING_SECONDS,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_worker_healthcheck=START_SECONDS,
        **more,
    )


def demo_settings(settings: Settings, environment: Mapping[str, str], data: Path | None) -> Settings:
    """The settings with the demo's database: in the folder it is given, else DATABASE_URL, else its own."""
    if data is None and environment.get("DATABASE_URL", "").strip():
        return settings
    folder = (data or DEMO_FOLDER).absolute()
    try:
        url = database_url(f"sqlite://{folder / 'rapport.db'}")
    except ValueError:
        raise click.ClickException(
            f"The folder {folder} has a name that no database's URL can have in it: choose another with --data."
        ) from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"The folder {folder} cannot be made ({error.strerror}): choose another with --data."
        ) from None
    return replace(settings, database_url=url)


def prepare_demo(url: str, scale: str | None, reset: bool) -> None:
    """See that a database holds the demo data, without touching anybody else's."""
    from server.demo import SCALES, demo_state, fill, settle_users

    state = finish(demo_state(url))
    if state == "foreign":
        raise click.ClickException(
            f"{without_password(url)} holds data that is not the demo's, which the demo leaves alone: "
            "give it an empty database, or a folder with --data."
        )
    finish(migrate(url))
    if state == "demo" and not reset:
        orders = finish(count_rows(url))["orders"]
        present = min(SCALES, key=lambda name: abs(SCALES[name].orders - orders))
        if scale not in (None, present):
            raise click.ClickException(
                f"The demo data is there already, at scale {present}: add --reset to write it anew at scale "
                f"{scale}, or keep it by leaving out --scale."
            )
        finish(settle_users(url))
        return
    with click.progressbar(length=1, label="Inventing a company", show_pos=False) as bar:

        def progress(table: str, done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        finish(fill(url, scale or "small", progress))  # type: ignore[arg-type]


async def count_rows(url: str) -> dict[str, int]:
    """How many of each there are to see."""
    database = await Database.open(url, readers=1, pool=1)
    try:
        counts = [
            (await database.execute(f"SELECT count(*) FROM {table} WHERE deleted_at IS NULL"))[0][0]
            for table in COUNTED.values()
        ]
    finally:
        await database.close()
    return dict(zip(COUNTED, counts, strict=True))


def banner(settings: Settings, url: str, counts: Mapping[str, int]) -> str:
    """What a person needs to begin: where to look, what is there, what to type, how to stop."""
    from server.demo import DEMO_PASSWORD, DEMO_TOKEN, USERS

    others = ", ".join(user.token for user in USERS if user.token != DEMO_TOKEN)
    lines = {
        "Explore": f"{url}/ (GraphiQL, with examples in its tabs)" if settings.ide else "",
        "Endpoint": f"{url}/graphql (POST, GET, WebSocket and server-sent events)",
        "Database": without_password(settings.database_url),
        "Holds": ", ".join(f"{count:,} {name}" for name, count in counts.items()),
        "Tokens": f"{DEMO_TOKEN}, {others}",
        "Sign in": f"each with {DEMO_PASSWORD}, as {USERS[0].email} and so on; all of it is known to everybody",
        "Try": f"curl -s {url}/graphql -H 'Content-Type: application/json' \\\n"
        f"              -H 'Authorization: Bearer {DEMO_TOKEN}' \\\n              -d '{TRY_IT}'",
        "Stop": "Ctrl-C; the data is kept for the next run, and --reset writes it anew",
    }
    told = "\n".join(f"  {name:<10}{line}" for name, line in lines.items() if line)
    return f"\nRapport: an invented company to explore\n\n{told}\n"
