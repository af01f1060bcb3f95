"""Clients that other people wrote: the audits of GraphQL over HTTP, graphql-ws and graphql-sse, each in Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CLIENTS = Path(__file__).parent / "clients"
TOKEN = "demo-admin"


def run(script: str, *arguments: str) -> Any:
    """What a script of the folder prints. Skipped without Node; fails where `REQUIRE_SERVICES` is set."""
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        hint = "no Node with its packages found: install nodejs, and run `npm ci` in tests/clients"
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail(hint)
        pytest.skip(hint)
    command = [node, str(CLIENTS / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_audit_of_graphql_over_http_passes(demo_server: str) -> None:
    """MUST, SHOULD and MAY: all that there are."""
    results = run("audits.js", f"{demo_server}/graphql", TOKEN)
    assert len(results) == 61
    assert [result for result in results if result["status"] != "ok"] == []


def test_graphql_ws_asks_listens_and_goes_on_after_a_mistake(demo_server: str) -> None:
    told = run("ws.js", f"{demo_server.replace('http', 'ws', 1)}/graphql", TOKEN)
    assert told["query"][0]["data"]["viewer"]["name"]
    beats = [result["data"]["heartbeat"] for result in told["beats"]]
    assert len(beats) == 3
    assert beats == sorted(set(beats))
    assert told["mistake"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert told["after"][0]["data"]["viewer"]["role"]
    assert "failed" not in told


def test_graphql_sse_asks_listens_and_is_told_of_a_mistake(demo_server: str) -> None:
    told = run("sse.js", f"{demo_server}/graphql", TOKEN)
    assert told["query"][0]["data"]["viewer"]["name"]
    beats = [result["data"]["heartbeat"] for result in told["beats"]]
    assert len(beats) == 3
    assert beats == sorted(set(beats))
    assert told["mistake"][0]["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_the_lock_of_the_clients_names_no_host() -> None:
    lock = json.loads((CLIENTS / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
