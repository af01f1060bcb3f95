"""The README's first screen is true: its commands run, and its curl prints what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import access
from server.settings import rows

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def block(language: str, holding: str) -> str:
    """The README's code block of a language that holds some text."""
    return next(found for found in re.findall(rf"```{language}\n(.*?)```", README, re.S) if holding in found)


@pytest.mark.slow
def test_the_demo_command_serves_and_curl_prints_what_is_shown(tmp_path: Path) -> None:
    command = block("sh", "dev.py demo").split()
    assert command == ["python3", "dev.py", "demo"]
    with subprocess.Popen(
        [sys.executable, *command[1:], "--port", "0", "--data", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            try_it(process)
        finally:
            process.terminate()


def try_it(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    address = next(found[1] for line in process.stdout if (found := re.search(r"Explore +(http://[\d.:]+)", line)))
    curl = block("sh", "curl").replace("http://127.0.0.1:8000", address)
    printed = subprocess.run(["bash", "-c", curl], capture_output=True, text=True, timeout=60, check=True).stdout
    shown = block("json", '"products"')
    assert json.loads(printed) == json.loads(shown)
    assert printed.strip() == shown.strip()
    query = block("graphql", "customers(")
    asked = urllib.request.Request(
        f"{address}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json", "Authorization": "Bearer demo-admin"},
    )
    answer = json.loads(urllib.request.urlopen(asked, timeout=30).read())
    assert "errors" not in answer and answer["data"]["customers"]["totalCount"] > 0


def test_the_settings_command_lists_every_setting() -> None:
    assert "python -m server settings" in README
    told = subprocess.run(
        [sys.executable, "-m", "server", "settings"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "CRM_PORT" in told and "DATABASE_URL" in told


def test_without_its_packages_it_says_what_to_do() -> None:
    assert ". .venv/bin/activate" in README.split("```")[2], "it is said where the environment is made"
    command = [sys.executable, "-S", "-m", "server", "settings"]  # which leaves an environment's packages out
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith("Rapport needs the package ") and ".venv/bin/python -m server" in ended.stderr


def test_the_image_asks_itself_whether_it_is_ready_and_no_proxy() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    command = json.loads(re.findall(r"HEALTHCHECK .*\n +CMD (\[.*\])", image)[0])
    asked = []

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if len(asked) == 1 else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        environment = os.environ | {"CRM_PORT": str(server.server_port), "http_proxy": "http://127.0.0.1:1"}
        for healthy in (True, False):
            ended = subprocess.run([sys.executable, *command[1:]], env=environment, capture_output=True, check=False)
            assert (ended.returncode == 0) is healthy, ended.stderr
        server.shutdown()
    assert asked == ["/readyz"] * 2


def test_the_table_of_roles_is_the_one_that_holds() -> None:
    section = README.split("\n## Who may see what\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| ([A-Z]+) \| (.+) \|$", section, re.M) == list(access.ROLES.items())
    assert "access explain" in section


def test_nobody_is_told_that_everything_is_open() -> None:
    assert "Everyone who can reach the server" not in README


def test_what_production_is_told_are_settings_that_there_are() -> None:
    section = README.split("\n## In production\n")[1].split("\n## ")[0]
    named = set(re.findall(r"\b(?:CRM_[A-Z_]+|REDIS_URL|DATABASE_URL)\b", section))
    assert named > {"CRM_ENV", "CRM_TLS", "CRM_TRUSTED_PROXIES", "REDIS_URL"}
    assert named <= {row.variable for row in rows()}
    compose, image = ((ROOT / name).read_text("utf-8") for name in ("compose.yaml", "Dockerfile"))
    assert "CRM_ENV=production" in image
    passed = set(re.findall(r"^ +((?:CRM_|REDIS_URL|DATABASE_URL)[A-Z_]*):", compose, re.M))
    assert passed and passed <= {row.variable for row in rows()}


def test_every_figure_carries_the_command_that_repeats_it() -> None:
    assert "dev.py bench" in README.split("## How fast")[1].split("##")[0]
