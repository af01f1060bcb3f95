"""An identity provider's tokens: good ones let its users in, and every known way to forge one is tried by name."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from errors import Code, Refusal
from models import User
from models.database import Database
from resolvers import accounts
from server import provider as provider_module
from server.auth import DEAD, Auth
from server.provider import NoKeys, Provider
from server.settings import Settings, WrongSetting
from tests.people import add_user

ISSUER, AUDIENCE, EMAIL = "https://id.example", "crm", "bjorn@lindholm.example"
SECRET = "a secret that is shared by two only"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC = ec.generate_private_key(ec.SECP256R1())
OTHER_EC = ec.generate_private_key(ec.SECP256R1())
KEYS: dict[str, Any] = {"HS256": SECRET, "RS256": RSA, "ES256": EC}

Headers = dict[str, Any]


def claims(**more: Any) -> dict[str, Any]:
    """What the provider says of Björn; None leaves a claim out."""
    now = int(time.time())
    said = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": "42", "email": EMAIL, "email_verified": True,
        "iat": now, "nbf": now, "exp": now + 300,
    }  # fmt: skip
    return {name: value for name, value in (said | more).items() if value is not None}


def public_jwk(private: Any, kid: str, **more: Any) -> dict[str, Any]:
    """A public key as a provider lists it."""
    kind = jwt.algorithms.RSAAlgorithm if isinstance(private, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    data: dict[str, Any] = kind.to_jwk(private.public_key(), as_dict=True)  # type: ignore[attr-defined]
    data.pop("key_ops", None)
    return data | {"kid": kid, "use": "sig"} | more


def write_keys(path: Path, *keys: dict[str, Any]) -> str:
    path.write_text(json.dumps({"keys": keys}))
    return str(path)


def settings(**changes: str) -> Settings:
    given = {"CRM_JWT_ISSUER": ISSUER, "CRM_JWT_AUDIENCE": AUDIENCE} | changes
    return Settings.read(given)


@pytest.fixture(params=["HS256", "RS256", "ES256"])
def algorithm(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def provider(algorithm: str, tmp_path: Path) -> Provider:
    """A provider that signs by one algorithm, as the settings make it."""
    if algorithm == "HS256":
        made = Provider.of(settings(CRM_JWT_ALGORITHM=algorithm, CRM_JWT_SECRET=SECRET))
    else:
        path = write_keys(tmp_path / "keys.json", public_jwk(RSA, "r1"), public_jwk(EC, "e1"))
        made = Provider.of(settings(CRM_JWT_ALGORITHM=algorithm, CRM_JWT_JWKS=path))
    assert made is not None
    return made


def signed(algorithm: str, said: dict[str, Any], headers: Headers | None = None, key: Any = None) -> str:
    """A token as the provider would sign it."""
    kid = {"HS256": {}, "RS256": {"kid": "r1"}, "ES256": {"kid": "e1"}}[algorithm]
    return jwt.encode(said, key or KEYS[algorithm], algorithm, headers=kid | (headers or {}))


def part(data: Any) -> str:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def hmac_signed(header: Headers, said: dict[str, Any], key: bytes) -> str:
    body = f"{part(header)}.{part(said)}"
    return f"{body}.{part(hmac.new(key, body.encode(), hashlib.sha256).digest())}"


# --- what lets somebody in


async def test_a_good_token_is_the_user_with_its_address(
    own_world: Database, provider: Provider, algorithm: str
) -> None:
    user = await add_user(own_world, EMAIL, "REP", 2)
    auth = Auth(own_world, provider)
    said = claims(email=EMAIL.upper())
    token = signed(algorithm, said)
    viewer = await auth.viewer([(b"authorization", f"Bearer {token}".encode())], "192.0.2.1")
    assert (viewer.user_id, viewer.name, viewer.role, viewer.rep_ids) == (user.id, EMAIL, "REP", (2,))
    assert (viewer.session_id, viewer.key_id, viewer.scopes) == (None, None, {"read", "write"})
    assert viewer.until == said["exp"] + 30
    assert await auth.still_valid(viewer)
    before = own_world.statements
    assert await auth.viewer_of(token) == viewer
    assert own_world.statements == before, "it is remembered for a second"
    async with own_world.transaction():
        await accounts.disable_user(EMAIL)
    auth.forget()
    assert not await auth.still_valid(viewer)
    with pytest.raises(Refusal) as refusal:
        await auth.viewer_of(token)
    assert (refusal.value.code, refusal.value.message) == (Code.UNAUTHENTICATED, DEAD)


async def test_only_an_existing_user_is_let_in(own_world: Database, provider: Provider, algorithm: str) -> None:
    auth = Auth(own_world, provider)
    with pytest.raises(Refusal) as refusal:
        await auth.viewer_of(signed(algorithm, claims()))
    assert refusal.value.message == DEAD
    assert await User.all().count() == 0


async def test_an_address_that_only_looks_alike_is_somebody_elses(own_world: Database) -> None:
    provider = Provider(ISSUER, AUDIENCE, "HS256", secret=SECRET)
    await add_user(own_world, "kim@lindholm.example", "ADMIN")
    auth = Auth(own_world, provider)
    assert (await auth.viewer_of(signed("HS256", claims(email="KIM@lindholm.example")))).role == "ADMIN"
    for email in ("\u212aim@lindholm.example", "kım@lindholm.example", "kİm@lindholm.example", "kim@lındholm.example"):
        with pytest.raises(Refusal, match="lets nobody in"):
            await auth.viewer_of(signed("HS256", claims(email=email)))


@pytest.mark.parametrize("leeway", [{"exp": -20}, {"nbf": 20}, {"iat": 20}])
async def test_clocks_may_differ_by_half_a_minute(provider: Provider, algorithm: str, leeway: dict[str, int]) -> None:
    now = int(time.time())
    token = signed(algorithm, claims(**{name: now + seconds for name, seconds in leeway.items()}))
    assert await provider.claims(token) is not None


async def test_an_audience_may_be_one_of_several(provider: Provider, algorithm: str) -> None:
    assert await provider.claims(signed(algorithm, claims(aud=["mail", AUDIENCE])))
    assert await provider.claims(signed(algorithm, claims(email_verified=None)))


async def test_what_is_valid_for_ever_is_looked_at_again(provider: Provider, algorithm: str) -> None:
    found = await provider.claims(signed(algorithm, claims(exp=10**15)))
    assert found is not None and found.until < time.time() + 367 * 86400


# --- attacks

NOW, DAY = int(time.time()), 86_400
"""When the tests were collected, and longer than all of them take."""
BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "expired": {"exp": NOW - 40},
    "without an expiry": {"exp": None},
    "an expiry that is no number": {"exp": "tomorrow"},
    "an expiry that is a list": {"exp": [NOW + 300]},
    "an expiry that is null": {"exp": float("nan")},
    "an endless expiry": {"exp": float("inf")},
    "not valid yet": {"nbf": NOW + DAY},
    "a start that is no number": {"nbf": "x"},
    "issued in the future": {"iat": NOW + DAY},
    "an issue that is no number": {"iat": "x"},
    "for another audience": {"aud": "payroll"},
    "for no audience": {"aud": None},
    "an audience that is a number": {"aud": 7},
    "an audience that only begins like ours": {"aud": "crm2"},
    "of another issuer": {"iss": "https://evil.example"},
    "of no issuer": {"iss": None},
    "issuers in a list": {"iss": [ISSUER]},
    "without an address": {"email": None},
    "an address that is a list": {"email": [EMAIL]},
    "an empty address": {"email": ""},
    "an address with NUL": {"email": f"{EMAIL}\0"},
    "an address with half a surrogate pair": {"email": f"{EMAIL}\ud800"},
    "an address that was not verified": {"email_verified": False},
    "an address that was not verified, as text": {"email_verified": "false"},
    "an address verified by a number": {"email_verified": 0},
    "somebody else's address": {"email": "ceo@lindholm.example"},
}


@pytest.mark.parametrize("attack", BAD_CLAIMS)
async def test_claims_that_let_nobody_in(own_world: Database, attack: str) -> None:
    provider = Provider(ISSUER, AUDIENCE, "HS256", secret=SECRET)
    await add_user(own_world, EMAIL, "ADMIN")
    auth = Auth(own_world, provider)
    said = claims(**BAD_CLAIMS[attack])
    token = hmac_signed({"alg": "HS256", "typ": "JWT"}, said, SECRET.encode())
    with pytest.raises(Refusal) as refusal:
        await auth.viewer_of(token)
    assert (refusal.value.code, refusal.value.message) == (Code.UNAUTHENTICATED, DEAD)
    assert await auth.viewer_of(hmac_signed({"alg": "HS256"}, claims(), SECRET.encode())), "the same, but good"


def _pem(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem


def _tampered(token: str) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{part(claims(email='ceo@lindholm.example'))}.{signature}"


def _without_signature(token: str) -> str:
    return token.rpartition(".")[0] + "."


def _unsigned(header: Any, signature: bytes = b"x") -> str:
    return f"{part(header)}.{part(claims())}.{part(signature)}"


def _wrapped(algorithm: str, headers: Headers) -> str:
    """Well signed by the provider, but with headers that must not be there."""
    return signed(algorithm, claims(), headers)


FORGED: dict[str, Callable[[str], str]] = {
    "alg none": lambda a: _unsigned({"alg": "none"}, b""),
    "alg None": lambda a: _unsigned({"alg": "None", "kid": "r1"}, b""),
    "alg nOnE with a signature": lambda a: _unsigned({"alg": "nOnE"}),
    "alg left out": lambda a: _unsigned({"typ": "JWT"}),
    "alg empty": lambda a: _unsigned({"alg": ""}, b""),
    "alg a list": lambda a: _unsigned({"alg": [a]}),
    "no signature": lambda a: _without_signature(signed(a, claims())),
    "payload changed": lambda a: _tampered(signed(a, claims())),
    "another's RSA key": lambda a: signed("RS256", claims(), key=OTHER_RSA),
    "another's EC key": lambda a: signed("ES256", claims(), key=OTHER_EC),
    "another's secret": lambda a: signed("HS256", claims(), key="x" * 40),
    "an empty secret": lambda a: hmac_signed({"alg": "HS256"}, claims(), b""),
    "key confusion: the RSA key as a secret": lambda a: hmac_signed(
        {"alg": "HS256", "kid": "r1"}, claims(), _pem(RSA)
    ),
    "key confusion: the EC key as a secret": lambda a: hmac_signed({"alg": "HS256", "kid": "e1"}, claims(), _pem(EC)),
    "key confusion: the JWK as a secret": lambda a: hmac_signed(
        {"alg": "HS256", "kid": "r1"}, claims(), json.dumps(public_jwk(RSA, "r1")).encode()
    ),
    "the algorithm renamed": lambda a: hmac_signed({"alg": a, "kid": "r1"}, claims(), _pem(RSA)),
    "kid: a path": lambda a: signed(a, claims(), {"kid": "../../../../dev/null"}, _other(a)),
    "kid: an empty file's content": lambda a: hmac_signed({"alg": "HS256", "kid": "/dev/null"}, claims(), b""),
    "kid: SQL": lambda a: signed(a, claims(), {"kid": "x' UNION SELECT 'secret'--"}, _other(a)),
    "kid: a URL": lambda a: signed(a, claims(), {"kid": "https://evil.example/key"}, _other(a)),
    "kid: a number": lambda a: _unsigned({"alg": a, "kid": 7}),
    "kid: a list": lambda a: _unsigned({"alg": a, "kid": ["r1"]}),
    "jku": lambda a: _wrapped(a, {"jku": "https://evil.example/keys"}),
    "x5u": lambda a: _wrapped(a, {"x5u": "https://evil.example/cert"}),
    "jwk: the forger's own key": lambda a: signed(a, claims(), {"jwk": public_jwk(OTHER_RSA, "r1")}, _other(a)),
    "jwk, well signed": lambda a: _wrapped(a, {"jwk": public_jwk(RSA, "r1")}),
    "crit": lambda a: _wrapped(a, {"crit": ["exp"]}),
    "crit of what nobody knows": lambda a: _wrapped(a, {"crit": ["urn:x"], "urn:x": True}),
    "an ES256 signature of zeros": lambda a: _unsigned({"alg": "ES256", "kid": "e1"}, bytes(64)),
    "a header that is a list": lambda a: _unsigned([]),
    "a payload that is a list": lambda a: jwt.api_jws.encode(b"[1]", KEYS[a], a),
    "a payload that nests deep": lambda a: jwt.api_jws.encode(b"[" * 900 + b"]" * 900, KEYS[a], a),
    "a header that nests deep": lambda a: f"{part(b'[' * 2000)}.e30.x",
    "no base64": lambda a: "a.b.c",
    "empty parts": lambda a: "..",
}  # fmt: skip


def _other(algorithm: str) -> Any:
    return {"HS256": "x" * 40, "RS256": OTHER_RSA, "ES256": OTHER_EC}[algorithm]


@pytest.mark.parametrize("attack", FORGED)
async def test_forged_tokens(provider: Provider, algorithm: str, attack: str) -> None:
    assert await provider.claims(FORGED[attack](algorithm)) is None
    assert await provider.claims(signed(algorithm, claims())), "a good one still lets in"


async def test_without_a_provider_no_token_of_one_lets_in(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "ADMIN")
    assert Provider.of(Settings()) is None
    with pytest.raises(Refusal, match="lets nobody in"):
        await Auth(own_world).viewer_of(signed("HS256", claims()))


# --- the provider's keys


def rsa_provider(jwks: str) -> Provider:
    made = Provider.of(settings(CRM_JWT_ALGORITHM="RS256", CRM_JWT_JWKS=jwks))
    assert made is not None
    return made


async def test_a_new_key_is_looked_for_ever_so_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr(provider_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    reads: list[str] = []
    read = provider_module._read_file

    def counted(path: str) -> bytes:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(provider_module, "_read_file", counted)
    path = tmp_path / "keys.json"
    provider = rsa_provider(write_keys(path, public_jwk(RSA, "r1")))
    rolled = signed("RS256", claims(), {"kid": "r2"}, OTHER_RSA)
    write_keys(path, public_jwk(RSA, "r1"), public_jwk(OTHER_RSA, "r2"))
    for _ in range(50):
        assert await provider.claims(rolled) is None
    assert len(reads) == 1, "a stranger's key names make nobody read"
    now += provider_module.AGAIN_SECONDS + 1
    assert await provider.claims(rolled)
    assert await provider.claims(signed("RS256", claims()))
    for number in range(50):
        assert await provider.claims(signed("RS256", claims(), {"kid": f"x{number}"})) is None
    assert len(reads) == 2
    # What the provider has withdrawn is taken for an hour at most.
    write_keys(path, public_jwk(OTHER_RSA, "r2"))
    now += 3601
    assert await provider.claims(signed("RS256", claims())) is None
    assert await provider.claims(rolled)


async def test_keys_that_cannot_be_read_leave_those_that_were_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = time.monotonic()
    monkeypatch.setattr(provider_module, "time", SimpleNamespace(monotonic=lambda: now, time=time.time))
    path = tmp_path / "keys.json"
    provider = rsa_provider(write_keys(path, public_jwk(RSA, "r1")))
    for broken in ("", "{}", '{"keys": "none"}', '{"keys": []}', '{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}'):
        path.write_text(broken)
        now += 3601
        caplog.clear()
        with caplog.at_level(logging.WARNING, "rapport.auth"):
            assert await provider.claims(signed("RS256", claims()))
        assert "keys could not be read" in caplog.text, broken


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (public_jwk(WEAK_RSA, "r1"), "no key that can sign by RS256"),
        (public_jwk(RSA, "r1", use="enc"), "no key that can sign by RS256"),
        (public_jwk(RSA, "r1", alg="RS512"), "no key that can sign by RS256"),
        (public_jwk(EC, "r1"), "no key that can sign by RS256"),
        ({"kty": "RSA", "kid": "r1", "n": "x"}, "no key that can sign by RS256"),
        ({"kty": "oct", "kid": "r1", "k": part(SECRET.encode())}, "no key that can sign by RS256"),
    ],
)
def test_keys_that_cannot_do_keep_the_server_from_starting(tmp_path: Path, key: dict[str, Any], told: str) -> None:
    with pytest.raises(WrongSetting, match=told):
        rsa_provider(write_keys(tmp_path / "keys.json", key))


def test_a_file_that_is_not_there_keeps_the_server_from_starting(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="CRM_JWT_JWKS cannot be used: The file cannot be read"):
        rsa_provider(str(tmp_path / "nowhere.json"))


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(WrongSetting, match="install the extra `oidc`"):
        rsa_provider(write_keys(tmp_path / "keys.json", public_jwk(RSA, "r1")))


async def test_a_key_without_a_name_serves_tokens_without_one(tmp_path: Path) -> None:
    alone = public_jwk(RSA, "r1")
    del alone["kid"]
    provider = rsa_provider(write_keys(tmp_path / "keys.json", alone))
    assert await provider.claims(jwt.encode(claims(), RSA, "RS256"))
    assert await provider.claims(signed("RS256", claims())) is None, "it names a key that is not there"
    two = rsa_provider(write_keys(tmp_path / "keys.json", public_jwk(RSA, "r1"), public_jwk(OTHER_RSA, "r2")))
    assert await two.claims(jwt.encode(claims(), RSA, "RS256")) is None, "it does not say which"


async def test_keys_from_an_address_are_fetched_off_the_loop_and_bounded(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    provider = rsa_provider("https://127.0.0.1:1/keys")  # nobody answers there
    with caplog.at_level(logging.WARNING, "rapport.auth"), pytest.raises(NoKeys):
        await provider.claims(signed("RS256", claims()))
    assert "does not answer" in caplog.text
    monkeypatch.setattr(provider_module, "_fetch", lambda url: json.dumps({"keys": [public_jwk(RSA, "r1")]}).encode())
    with pytest.raises(NoKeys):
        await provider.claims(signed("RS256", claims()))  # not again at once
    provider._tried -= provider_module.AGAIN_SECONDS + 1
    assert await provider.claims(signed("RS256", claims()))
    assert await provider.claims(signed("RS256", claims(), {"kid": "r9"})) is None, "now it is known to be nobody's"


async def test_who_comes_while_the_keys_are_read_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it begin may leave: it is read once, for all who are there."""
    began, answered, reads = threading.Event(), threading.Event(), []

    def slow(url: str) -> bytes:
        reads.append(url)
        began.set()
        answered.wait(10)
        return json.dumps({"keys": [public_jwk(RSA, "r1")]}).encode()

    monkeypatch.setattr(provider_module, "_fetch", slow)
    provider = rsa_provider("https://id.example/keys")
    first = asyncio.create_task(provider.claims(signed("RS256", claims())))
    await asyncio.to_thread(began.wait, 10)
    others = [asyncio.create_task(provider.claims(signed("RS256", claims(jti=str(each))))) for each in range(5)]
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    answered.set()
    assert all(await asyncio.gather(*others))
    assert len(reads) == 1


async def test_what_cannot_be_told_without_the_provider_is_no_refusal_for_good(own_world: Database) -> None:
    await add_user(own_world, EMAIL, "ADMIN")
    auth = Auth(own_world, rsa_provider("https://127.0.0.1:1/keys"))
    with pytest.raises(Refusal) as refusal:
        await auth.viewer_of(signed("RS256", claims()))
    assert (refusal.value.code, refusal.value.retry_after) == (Code.TIMEOUT, provider_module.AGAIN_SECONDS)
    assert refusal.value.message == "Whether this token is good cannot be told at the moment. Try again shortly."
    with pytest.raises(Refusal, match="lets nobody in"):
        await auth.viewer_of(signed("ES256", claims()))  # whatever the keys are
