"""An identity provider's keys over HTTPS: fetched in earnest, from whom is trusted only, and never at others' cost."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.database import Database
from server import provider as provider_module
from server.provider import NoKeys, Provider
from tests.key_server import Authority, KeyServer, key_server
from tests.people import add_session, add_user
from tests.test_jwt import AUDIENCE, EC, EMAIL, ISSUER, OTHER_EC, OTHER_RSA, RSA, claims, public_jwk, signed

ROOT = Path(__file__).parents[1]
WHO = {"query": "{ viewer { role } }"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def keys(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    """A provider's keys, at an address whose certificate this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with key_server(authority.issue(), public_jwk(RSA, "r1"), public_jwk(EC, "e1")) as server:
        yield server


# --- a server that runs ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """A server as it runs in earnest."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def ask(self, token: str = "", seconds: float = 30) -> tuple[int, dict[str, Any], float]:
        """Who somebody is: the status, the body, and the seconds it took."""
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(f"{self.address}/graphql", json.dumps(WHO).encode(), headers)
        started = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                status, body = answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            status, body = error.code, json.load(error)
        return status, body, time.monotonic() - started


@contextlib.contextmanager
def serving(database_url: str, url: str, algorithm: str, trusted: Path, log: Path) -> Iterator[Served]:
    """A server whose identity provider has its keys at a URL, and that trusts one authority."""
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "SSL_CERT_FILE": str(trusted),
        "CRM_JWT_ISSUER": ISSUER,
        "CRM_JWT_AUDIENCE": AUDIENCE,
        "CRM_JWT_ALGORITHM": algorithm,
        "CRM_JWT_JWKS": url,
    }
    command = [sys.executable, "-m", "server", "serve", "--port", "0"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while not (found := re.search(r"answers at (http://[\d.:]+)/graphql", log.read_text())):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        urllib.request.urlopen(f"{found[1]}/readyz", timeout=60).read()
        yield Served(process, found[1], log)
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
async def test_a_providers_user_signs_in(
    own_world: Database, own_world_url: str, authority: Authority, keys: KeyServer, algorithm: str, tmp_path: Path
) -> None:
    """By keys that the server fetches when the first token comes, once."""
    await add_user(own_world, EMAIL, "REP", 2)
    other = {"RS256": OTHER_RSA, "ES256": OTHER_EC}[algorithm]
    with serving(own_world_url, keys.url, algorithm, authority.file, tmp_path / "log") as server:
        assert keys.asked == 0
        for number in range(3):
            status, body, _ = server.ask(signed(algorithm, claims(jti=str(number))))
            assert (status, body["data"]) == (200, {"viewer": {"role": "REP"}})
        for forged in (signed(algorithm, claims(), key=other), signed(algorithm, claims(), {"kid": "x"}, other)):
            status, body, _ = server.ask(forged)
            assert (status, body["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert keys.asked == 1


UNTRUSTED = {
    "of another authority": (lambda own, other: other.issue(), "unable to get local issuer certificate|self.signed"),
    "of another host": (lambda own, other: own.issue("id.example"), "IP address mismatch"),
    "that is no longer valid": (lambda own, other: own.issue(days=-1), "certificate has expired"),
}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")  # no database decides it
@pytest.mark.parametrize("which", UNTRUSTED)
async def test_keys_of_whom_nobody_vouches_for_are_not_taken(
    own_world: Database, own_world_url: str, authority: Authority, which: str, tmp_path: Path
) -> None:
    """The token lets nobody in for now, others are served, and the log says what is wrong with the certificate."""
    await add_user(own_world, EMAIL, "ADMIN")
    _, session = await add_session(own_world, await add_user(own_world, "ann@example.com", "REP", 4))
    make, why = UNTRUSTED[which]
    with key_server(make(authority, Authority(tmp_path, "other")), public_jwk(RSA, "r1")) as keys:
        with serving(own_world_url, keys.url, "RS256", authority.file, tmp_path / "log") as server:
            status, body, _ = server.ask(signed("RS256", claims()))
            told = {"code": "TIMEOUT", "retryAfter": provider_module.AGAIN_SECONDS}
            assert (status, body["errors"][0]["extensions"]) == (503, told)
            assert not re.search("certificate|keys|provider", body["errors"][0]["message"])
            assert server.ask(session)[1]["data"] == {"viewer": {"role": "REP"}}
        assert keys.asked == 0, "nothing was asked of it"
    log = server.log.read_text()
    assert "the identity provider's keys could not be read" in log
    assert re.search(why, log), log[-1000:]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("how", ["silent", "dripping"])
async def test_a_provider_that_is_slow_holds_up_nobody_else(
    own_world: Database, own_world_url: str, authority: Authority, keys: KeyServer, how: str, tmp_path: Path
) -> None:
    """Its users are told to come back, all at once, in time; others are served meanwhile, and the process can end."""
    await add_user(own_world, EMAIL, "ADMIN")
    _, session = await add_session(own_world, await add_user(own_world, "ann@example.com", "REP", 4))
    setattr(keys, how, True)
    answers: list[tuple[int, float]] = []
    with serving(own_world_url, keys.url, "RS256", authority.file, tmp_path / "log") as server:
        server.ask(session)

        def sign_in(number: int) -> None:
            status, _, seconds = server.ask(signed("RS256", claims(jti=str(number))))
            answers.append((status, seconds))

        threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        waits = []
        while any(thread.is_alive() for thread in threads):
            status, body, seconds = server.ask(session)
            assert (status, body["data"]) == (200, {"viewer": {"role": "REP"}})
            waits.append(seconds)
            await asyncio.sleep(0.1)
        assert len(waits) > 10
        assert sorted(waits)[len(waits) // 2] < 0.25
        assert {status for status, _ in answers} == {503}, answers
        assert max(seconds for _, seconds in answers) < 1.5 * provider_module.FETCH_SECONDS + 3
        assert keys.asked == 1, "once for all who wait"
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(5)  # what is still read does not keep it
    assert "keys could not be read" in server.log.read_text()


# --- keys that change -----------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The provider's clock, which a test can set."""
    clock = SimpleNamespace(now=time.monotonic())
    monkeypatch.setattr(provider_module, "time", SimpleNamespace(monotonic=lambda: clock.now, time=time.time))
    return clock


async def test_a_key_that_is_new_is_looked_for_ever_so_often(keys: KeyServer, clock: SimpleNamespace) -> None:
    provider = Provider(ISSUER, AUDIENCE, "ES256", jwks=keys.url)
    assert await provider.claims(signed("ES256", claims()))
    rolled = signed("ES256", claims(), {"kid": "e2"}, OTHER_EC)
    keys.keys = [public_jwk(EC, "e1"), public_jwk(OTHER_EC, "e2")]
    for number in range(30):
        assert await provider.claims(signed("ES256", claims(), {"kid": f"x{number}"}, OTHER_EC)) is None
        assert await provider.claims(rolled) is None
    assert keys.asked == 1, "names of keys that nobody knows make nobody fetch"
    clock.now += provider_module.AGAIN_SECONDS + 1
    assert await provider.claims(rolled)
    assert await provider.claims(signed("ES256", claims()))
    assert keys.asked == 2
    keys.keys = [public_jwk(OTHER_EC, "e2")]
    clock.now += provider_module.STALE_SECONDS + 1
    assert await provider.claims(signed("ES256", claims())) is None, "it was withdrawn"
    assert await provider.claims(rolled)
    assert keys.asked == 3


async def test_an_answer_that_never_ends_is_read_once(
    keys: KeyServer, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A thread reads it for as long as it lasts; there is no second one, and afterwards all is well again."""
    monkeypatch.setattr(provider_module, "FETCH_SECONDS", 0.5)
    provider = Provider(ISSUER, AUDIENCE, "RS256", jwks=keys.url)
    keys.dripping = True
    for told in ("it took too long", "not finished the answer before", "not finished the answer before"):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "rapport.auth"), pytest.raises(NoKeys):
            await provider.claims(signed("RS256", claims()))
        assert told in caplog.text
        clock.now += provider_module.AGAIN_SECONDS + 1
    assert keys.asked == 1
    keys.dripping = False
    while provider._busy:  # noqa: ASYNC110 -- a thread ends
        await asyncio.sleep(0.05)
    assert await provider.claims(signed("RS256", claims()))
    assert keys.asked == 2


BROKEN: dict[str, dict[str, Any]] = {
    "an error": {"status": 500},
    "nothing there": {"status": 404},
    "somewhere else": {"status": 302, "headers": {"Location": "https://127.0.0.1:1/keys"}},
    "no keys": {"keys": []},
    "keys of another kind": {"keys": [public_jwk(EC, "e1")]},
    "no HTTP": {"garbled": True},
    "more than can be": {"keys": [public_jwk(RSA, "r1", x5c=["x" * (1 << 20)])]},
}


@pytest.mark.parametrize("how", BROKEN)
async def test_what_is_no_answer_leaves_the_keys_that_are_known(
    keys: KeyServer, clock: SimpleNamespace, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    provider = Provider(ISSUER, AUDIENCE, "RS256", jwks=keys.url)
    assert await provider.claims(signed("RS256", claims()))
    for name, value in BROKEN[how].items():
        setattr(keys, name, value)
    clock.now += provider_module.STALE_SECONDS + 1
    with caplog.at_level(logging.WARNING, "rapport.auth"):
        assert await provider.claims(signed("RS256", claims()))
    assert keys.asked == 2
    assert "the identity provider's keys could not be read" in caplog.text
