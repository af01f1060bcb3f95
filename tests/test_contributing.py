"""CONTRIBUTING's worked example, followed to the letter in a copy of the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

TRY = '''
import asyncio, sqlite3
from models.database import Database, migrate
async def main():
    await migrate("sqlite://notes.db")
    from models import Customer, Note, Organisation
    from schema.engine import Engine
    from access import Viewer
    from models import SalesRep
    database = await Database.open("sqlite://notes.db")
    rep = await SalesRep.create(name="Bo", position="Rep", email="bo@x.example", hired_on="2020-01-01")
    customer = await Customer.create(name="Ann", address="", phone="", email="", owner=rep)
    await Note.create(customer=customer, title="Likes TEA")
    query = """{ customers { nodes { notes(where: {title: {contains: "tea"}}) { totalCount nodes { id title } } } }
      notes(search: "likes", first: 1) { nodes { customer { name } } aggregate { count } } }"""
    for role in ("ADMIN", "REP", "AGENT"):
        viewer = Viewer("Bo", role, rep.id, (rep.id,))
        print((await Engine(database).execute(query, None, None, viewer)).body.decode())
    await database.close()
asyncio.run(main())
'''


def example(holding: str) -> str:
    """The guide's Python block that holds some text, without the list's indent."""
    found = next(code for code in re.findall(r"```python\n(.*?)```", GUIDE, re.S) if holding in code)
    return re.sub(r"^ {3}", "", found, flags=re.M)


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, f"{path.name} no longer has {old!r}"
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")


@pytest.mark.slow
def test_the_worked_example_works(tmp_path: Path) -> None:
    for name in ("models", "compiler", "schema", "resolvers"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("access.py", "errors.py"):
        shutil.copy(ROOT / name, tmp_path / name)

    def run(*arguments: str) -> str:
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # 1. The table, with its migration.
    customer = tmp_path / "models" / "customer.py"
    customer.write_text(customer.read_text("utf-8") + "\n\n" + example("class Note(Record)"), "utf-8")
    edit(customer, ("from models.base import Removable", "from models.base import Record, Removable"))
    edit(
        tmp_path / "models" / "__init__.py",
        ("    Lifecycle,\n", "    Lifecycle,\n    Note,\n"),
        ('    "Lifecycle",\n', '    "Lifecycle",\n    "Note",\n'),
    )
    before = run("-m", "models.migrations.schema", "sqlite")
    edit(
        tmp_path / "models" / "migrations" / "schema.py",
        ("    models.Contact,\n", "    models.Contact,\n    models.Note,\n"),
    )
    after = run("-m", "models.migrations.schema", "sqlite")
    new = [statement for statement in after.split(";\n") if statement.strip() not in before]
    assert any("CREATE TABLE note" in statement for statement in new)
    for dialect in ("sqlite", "postgres"):
        path = tmp_path / "models" / "migrations" / f"0900_note.{dialect}.sql"
        path.write_text(";\n".join(new) + ";\n", "utf-8")

    # 2. The declaration.
    declared = tmp_path / "schema" / "customer.py"
    link = re.search(r"`(notes = to_many\(.*?\))`", GUIDE, re.S)
    assert link
    edit(
        declared,
        ('    contacts = to_many("Contact"', f'    {" ".join(link[1].split())}\n    contacts = to_many("Contact"'),
    )
    declared.write_text(declared.read_text("utf-8") + "\n\n" + example("class Note:"), "utf-8")

    # 3. Who may see it: without that nothing starts.
    refused = subprocess.run(
        [sys.executable, "-c", "import schema"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0 and "Note" in refused.stderr
    fields, page = re.findall(r'^"Note": .*,$', example("# PAGE"), re.M)
    opened = (r"FIELDS: Mapping[str, Mapping[str, str]] = {", "PAGE: Mapping[str, Mapping[str, Rule]] = {")
    edit(
        tmp_path / "access.py",
        *((each + "\n", f"{each}\n    {row}\n") for each, row in zip(opened, (fields, page), strict=True)),
    )
    admin, rep, agent = run("-c", TRY).splitlines()
    assert (
        admin
        == rep
        == (
            '{"data":{"customers":{"nodes":[{"notes":{"totalCount":1,"nodes":[{"id":"not_1","title":"Likes TEA"}]}}]},'
            '"notes":{"nodes":[{"customer":{"name":"Ann"}}],"aggregate":{"count":1}}}}'
        )
    )
    assert "Cannot query field 'notes' on type 'Query'." in agent
