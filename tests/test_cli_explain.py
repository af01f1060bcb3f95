"""`python -m server explain`: a query's cost, its statements and the database's plans for them, and nothing written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.database import Database, migrate
from schema.engine import Engine
from schema.explain import explain
from schema.limits import Limits
from server.cli import main
from tests.cases import Case
from tests.people import add_user
from tests.viewers import ADMIN, MANAGER, REP, SEES_MANY

ONE = "query One($id: ID!) { customer(id: $id) { name } }"
SCAN = {"sqlite": "SEARCH t1 USING INTEGER PRIMARY KEY (rowid=?)", "postgres": "customer t1  (cost="}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in list(os.environ):
        if variable.startswith("CRM_") or variable == "DATABASE_URL":
            monkeypatch.delenv(variable)


@pytest.fixture
def command(own_world_url: str, tmp_path: Path) -> Callable[..., Result]:
    """Explain a document on a world that it may try to change."""

    def run(document: str, *options: str, **files: str) -> Result:
        (tmp_path / "asked.graphql").write_text(document, "utf-8")
        for name, text in files.items():
            (tmp_path / f"{name}.json").write_text(text, "utf-8")
            options += (f"--{name}", str(tmp_path / f"{name}.json"))
        arguments = ["explain", str(tmp_path / "asked.graphql"), *options]
        return CliRunner().invoke(main, arguments, env={"DATABASE_URL": own_world_url})

    return run


def refused(result: Result) -> str:
    """What is wrong, by a command that ended with 1 and printed nothing else."""
    assert result.exit_code == 1 and result.stdout == "", result.output
    return result.stderr.removeprefix("Error: ").strip()


async def test_cost_statement_parameters_and_plan_of_each_root_field(engine: Engine, dialect: str) -> None:
    lines = await explain(engine, ONE, {"id": "cus_4"}, None, ADMIN)
    assert lines[0] == "query One, asked by Ada, who is ADMIN"
    assert lines[1:6] == ["points: 1 of 25,000, 1 of them for customer", "rows: 1 of 25,000", "", "customer", "  SQL"]
    assert f"    {engine.dialect.parameter(1, 'bigint')} = 4 (id)" in lines
    assert SCAN[dialect] in lines[lines.index("  Plan") + 1]


async def test_the_statement_is_the_one_that_is_run(engine: Engine, dialect: str) -> None:
    case = Case("customers_with_orders_and_lines")
    lines = await explain(engine, case.query, case.variables, None, ADMIN)
    told = "\n".join(line.removeprefix("    ") for line in lines)
    for statement in case.sql(dialect).read_text("utf-8").split("-- ")[1:]:
        assert statement.partition("\n")[2].strip() in told


async def test_it_is_compiled_for_whoever_asks(engine: Engine) -> None:
    query = "{ customers(first: 1) { nodes { name } } }"
    assert not any("the viewer's" in line for line in await explain(engine, query, {}, None, ADMIN))
    for viewer, own in ((REP, "rep_id"), (MANAGER, "rep_ids")):
        lines = await explain(engine, query, {}, None, viewer)
        assert lines[0] == f"query, asked by {viewer.name}, who is {viewer.role}"
        assert any(line.endswith(f"(the viewer's {own})") for line in lines)


async def test_the_statement_is_the_one_for_who_sees_much(engine: Engine) -> None:
    query = "{ orders(first: 1) { nodes { number } } }"
    few, many = [await explain(engine, query, {}, None, viewer) for viewer in (MANAGER, SEES_MANY)]
    assert any("own_customers" in line for line in few) and not any("own_customers" in line for line in many)
    assert sum("EXISTS" in line for line in many) == 2


async def test_what_takes_no_statement_is_told(engine: Engine) -> None:
    query = (
        '{ __typename rateLimit { cost } __schema { queryType { name } } teams(where: { name: null }) { totalCount } }'
    )
    lines = await explain(engine, query, {}, None, ADMIN)
    said = {lines[at + 1]: lines[at + 2].strip() for at, line in enumerate(lines) if not line}
    assert said["__typename"] == 'Always "Query": the database is not asked.'
    assert said["rateLimit"].startswith("Answered from what is left of the budget")
    assert said["__schema"] == "Answered from the schema: the database is not asked."
    assert said["teams"].startswith("Refused as BAD_USER_INPUT. where.name is null.")


async def test_what_weighs_too_much_is_explained_and_said_to_be_refused(database: Database) -> None:
    strict = Engine(database, limits=Limits(cost=10, lower_cost=10))
    lines = await explain(strict, "{ customers(first: 50) { nodes { name } } }", {}, None, ADMIN)
    assert lines[3].startswith("Refused as QUERY_TOO_COMPLEX. This asks for ") and " more than the 10 " in lines[3]
    assert "  Plan" in lines


async def test_a_plan_is_told_a_line_a_step(database: Database) -> None:
    sql = "SELECT count(*) FROM customer c WHERE EXISTS (SELECT 1 FROM sales_rep r WHERE r.id = c.owner_id)"
    lines = await database.explain(sql)
    assert len(lines) > 1 and not lines[0].startswith(" ") and any(line.startswith("  ") for line in lines)


async def test_what_is_explained_writes_nothing(database: Database, dialect: str) -> None:
    before = await database.read("SELECT count(*) FROM team")
    insert = "INSERT INTO team (name, created_at, updated_at) SELECT 'West', created_at, updated_at FROM team"
    assert await database.explain(insert)
    if dialect == "postgres":
        with pytest.raises(Exception, match="cannot execute INSERT in a read-only transaction"):
            await database.explain(insert, analyze=True)
    assert await database.read("SELECT count(*) FROM team") == before


def test_the_command_prints_it(command: Callable[..., Result], dialect: str) -> None:
    result = command(ONE, variables='{"id": "cus_4"}')
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("query One, asked by an administrator, who is ADMIN\n")
    assert "\n  Plan\n" in result.stdout and SCAN[dialect] in result.stdout


def test_postgres_tells_what_each_step_took(command: Callable[..., Result], dialect: str) -> None:
    result = command("{ customers { totalCount } }", "--analyze")
    if dialect == "sqlite":
        assert result.exit_code == 2 and "leave out --analyze" in result.stderr
    else:
        assert "actual time=" in result.stdout and "Buffers: " in result.stdout


def test_it_is_asked_as_a_user(command: Callable[..., Result], own_world_url: str) -> None:
    async def add() -> None:
        database = await Database.open(own_world_url)
        try:
            await add_user(database, "mark@crm.example", "MARKETING", further=("AGENT",))
        finally:
            await database.close()

    asyncio.run(add())
    assert "who is MARKETING" in command("{ customers { totalCount } }", "--as", "mark@crm.example").stdout
    told = refused(command("{ orders { nodes { number } } }", "--as", "mark@crm.example"))
    assert told.startswith("asked.graphql, line 1, column 12: Cannot query field")
    assert "There is no user eve@crm.example" in refused(command(ONE, "--as", "eve@crm.example"))
    as_mark = ("--as", "mark@crm.example", "--role")
    assert "who is AGENT" in command("{ orders { nodes { number } } }", *as_mark, "agent").stdout
    assert refused(command(ONE, *as_mark, "admin")) == (
        "There is no user mark@crm.example, or they are disabled or do not have the role admin: see `user list`."
    )
    assert "say whose with --as" in command(ONE, "--role", "agent").stderr


def test_one_of_several_operations(command: Callable[..., Result]) -> None:
    both = "query A { customers { totalCount } } query B { orders { totalCount } }"
    assert command(both, "--operation", "B").stdout.startswith("query B, ")
    assert refused(command(both)) == (
        "asked.graphql: The document has several operations. Say which one with `--operation`."
    )
    assert "C" in refused(command(both, "--operation", "C"))


def test_errors_of_the_document_say_where(command: Callable[..., Result]) -> None:
    told = refused(command("{ customers {\n  nodes { nam }\n  fo\n} }"))
    assert told.splitlines() == [
        "asked.graphql, line 2, column 11: Cannot query field 'nam' on type 'Customer'. Did you mean 'name'?",
        "asked.graphql, line 3, column 3: Cannot query field 'fo' on type 'CustomerConnection'.",
    ]
    assert refused(command("{ customers {")).startswith("asked.graphql, line 1, column 14: Syntax Error")
    assert refused(command(ONE)) == "asked.graphql: Variable $id is required: it is a ID!."
    assert "cus_" in refused(command(ONE, variables='{"id": "ord_1"}'))


def test_what_is_no_query_is_refused(command: Callable[..., Result]) -> None:
    mutation = 'mutation { createTeam(input: { name: "West" }) { team { id } errors { code } } }'
    assert refused(command(mutation)) == (
        "asked.graphql: This is a mutation, and only queries are explained. Write what it answers with as a query."
    )
    assert "This is a subscription" in refused(command("subscription { heartbeat }"))


@pytest.mark.parametrize("text", ["", "[1]", '"x"', '{"id": ', "[" * 100_000 + "]" * 100_000])
def test_variables_are_an_object_of_json(text: str, command: Callable[..., Result]) -> None:
    assert "variables.json" in refused(command(ONE, variables=text))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "asked.graphql").write_text("{ customers { totalCount } }")

    def run(name: str) -> Result:
        arguments = ["explain", str(tmp_path / "asked.graphql")]
        return CliRunner().invoke(main, arguments, env={"DATABASE_URL": f"sqlite://{tmp_path / name}"})

    assert refused(run("none.db")).endswith("none.db yet: `migrate` makes one.")
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "empty.db").touch()
    assert "`migrate` brings its tables up to date: no such table: customer" in refused(run("empty.db"))


def test_it_reads_files_only_as_text(tmp_path: Path) -> None:
    asyncio.run(migrate(f"sqlite://{tmp_path / 'crm.db'}"))
    (tmp_path / "asked.graphql").write_bytes(b"\xff{")
    environment = {"DATABASE_URL": f"sqlite://{tmp_path / 'crm.db'}"}
    result = CliRunner().invoke(main, ["explain", str(tmp_path / "asked.graphql")], env=environment)
    assert refused(result).endswith("asked.graphql is no text in UTF-8.")
