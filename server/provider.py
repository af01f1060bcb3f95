"""An identity provider's word: a JWT that it signed is checked, and tells whose e-mail address it vouches for."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import importlib.util
import logging
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from server.settings import Settings, WrongSetting

logger = logging.getLogger("rapport.auth")

LEEWAY_SECONDS = 30
"""By how much the provider's clock may differ from ours."""
LONGEST_SECONDS = 366 * 24 * 3600.0
"""What is valid for longer is looked at again after that."""
AGAIN_SECONDS = 5.0
"""How long after a read the provider's keys are read anew because a token names one that is not among them."""
STALE_SECONDS = 3600.0
"""After how long they are read anew in any case: a key that the provider has withdrawn is then no longer taken."""
FETCH_SECONDS = 5.0
"""How long its address may be silent; all of its answer may take half as long again: requests wait for it."""
MOST_BYTES = 1 << 20

REFUSED_HEADERS = ("crit", "jku", "jwk", "x5u")
"""What a token may not bring along: conditions nobody here knows, and keys to check it with."""

NO_TEXT = re.compile("[\0\ud800-\udfff]")
"""NUL and half a surrogate pair, which JSON can spell and no database takes."""

KINDS: Mapping[str, Mapping[str, str]] = {"RS256": {"kty": "RSA"}, "ES256": {"kty": "EC", "crv": "P-256"}}
"""What a key of the provider must be for each algorithm."""
LEAST_RSA_BITS = 2048


class NoKeys(Exception):
    """The provider's keys cannot be read."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says that was found good."""

    email: str
    until: float
    """When it expires, in seconds since 1970."""


class Provider:
    """One issuer, whose tokens are for one audience and signed by one algorithm: nothing a token says changes that."""

    def __init__(self, issuer: str, audience: str, algorithm: str, *, secret: str = "", jwks: str = "") -> None:
        self.issuer = issuer
        self.audience = audience
        self.algorithm = algorithm
        self._secret = secret
        self._jwks = jwks
        self._keys: dict[str, Any] = {}
        """Public keys by the name the provider gives them, `""` for one without a name."""
        self._tried = float("-inf")
        """When they were last read, or the try ended."""
        self._failed = False
        """Whether that try gave none."""
        self._reading: asyncio.Task[None] | None = None
        """The read under way, which goes on whoever ceases to wait for it."""
        self._busy = False
        """Whether they are being read, be it that nobody waits for it any more."""

    @classmethod
    def of(cls, settings: Settings) -> Provider | None:
        """The provider that settings name, if any. Raises `WrongSetting` where its tokens could not be checked."""
        if not settings.jwt_issuer:
            return None
        provider = cls(
            settings.jwt_issuer,
            settings.jwt_audience,
            settings.jwt_algorithm,
            secret=settings.jwt_secret,
            jwks=settings.jwt_jwks,
        )
        if settings.jwt_jwks:
            if importlib.util.find_spec("cryptography") is None:
                raise WrongSetting(
                    f"CRM_JWT_ALGORITHM is {settings.jwt_algorithm}, which needs the package cryptography:"
                    " install the extra `oidc`."
                )
            if not provider._remote:
                try:
                    provider._take(_read_file(settings.jwt_jwks))
                except NoKeys as error:
                    raise WrongSetting(f"CRM_JWT_JWKS cannot be used: {error}") from None
        return provider

    @property
    def _remote(self) -> bool:
        return self._jwks.startswith("https://")

    async def claims(self, token: str) -> Claims | None:
        """What a token says; None for one that this provider did not sign for us, or that is not valid now.

        Raises `NoKeys` where that cannot be told, since the key it names may be one that could not be read.
        """
        import jwt  # here, since most have no provider and need not wait for it at the start

        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != self.algorithm or any(name in header for name in REFUSED_HEADERS):
                return None
            key = self._secret or await self._key(header.get("kid", ""))
            if key is None:
                return None
            said = jwt.decode(
                token,
                key,
                algorithms=[self.algorithm],
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
            until = min(float(said["exp"]) + LEEWAY_SECONDS, time.time() + LONGEST_SECONDS)
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError):
            return None  # whatever a stranger writes into a token
        email = said.get("email")
        if (
            not isinstance(email, str)
            or NO_TEXT.search(email)
            or said.get("email_verified", True) not in (True, "true")
        ):
            return None
        return Claims(email, until)

    # --- keys -----------------------------------------------------------------------------------------------

    async def _key(self, name: object) -> Any:
        """The public key a token names; without a name, the only one there is. Raises `NoKeys`."""
        if not isinstance(name, str):
            return None
        key = self._pick(name)
        if key is None:
            await self._read()
            key = self._pick(name)
            if key is None and self._failed:
                raise NoKeys("The provider did not say which keys it has.")
        elif self._reading is None and time.monotonic() - self._tried > STALE_SECONDS:
            await self._read()  # it alone waits: the key of the others is most likely still good
            key = self._pick(name)
        return key

    def _pick(self, name: str) -> Any:
        if not name and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(name)

    async def _read(self) -> None:
        """Wait until the keys are read, together with all who do. Those that were known stay where that fails."""
        if self._reading is None:
            if time.monotonic() - self._tried <= AGAIN_SECONDS:
                return  # the provider is not asked at every stranger's word
            self._reading = asyncio.create_task(self._read_anew())
        await asyncio.shield(self._reading)

    async def _read_anew(self) -> None:
        try:
            async with asyncio.timeout(1.5 * FETCH_SECONDS):
                text = await self._text()
            self._take(text)
        except (NoKeys, TimeoutError) as error:
            self._failed = True
            logger.warning("the identity provider's keys could not be read: %s", str(error) or "it took too long")
        finally:
            self._tried = time.monotonic()
            self._reading = None

    async def _text(self) -> bytes:
        """The JWKS as it is written. Raises `NoKeys`.

        It is read in a thread of its own, and never in two: an address that answers a byte at a time holds it for as
        long as it likes, and must take no place from other work.
        """
        if self._busy:
            raise NoKeys("Its address has not finished the answer before.")
        self._busy = True
        loop = asyncio.get_running_loop()
        text: asyncio.Future[bytes] = loop.create_future()

        def tell(how: Callable[[Any], None], what: bytes | Exception) -> None:
            if not text.done():  # or nobody waits any more
                how(what)

        def read() -> None:
            try:
                told = partial(tell, text.set_result, (_fetch if self._remote else _read_file)(self._jwks))
            except Exception as error:
                told = partial(tell, text.set_exception, error)
            finally:
                self._busy = False
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(told)

        threading.Thread(target=read, name="jwks", daemon=True).start()
        return await text

    def _take(self, text: bytes) -> None:
        """Take over the keys of a JWKS that can sign what we accept. Raises `NoKeys` where there are none."""
        import jwt

        try:
            listed = msgspec.json.decode(text, type=_Jwks).keys
        except msgspec.MsgspecError:
            raise NoKeys("It holds no JSON of the form of a JWKS.") from None
        keys: dict[str, Any] = {}
        for data in listed:
            if any(data.get(name) != value for name, value in KINDS[self.algorithm].items()):
                continue
            if data.get("use", "sig") != "sig" or data.get("alg", self.algorithm) != self.algorithm:
                continue
            try:
                key = jwt.PyJWK(data, self.algorithm).key
            except (jwt.PyJWTError, ValueError, TypeError):
                continue
            if self.algorithm == "RS256" and key.key_size < LEAST_RSA_BITS:
                continue
            keys[str(data.get("kid", ""))] = key
        if not keys:
            raise NoKeys(f"It holds no key that can sign by {self.algorithm}.")
        self._keys = keys
        self._tried = time.monotonic()
        self._failed = False


class _Jwks(msgspec.Struct):
    keys: list[dict[str, Any]]


def _read_file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise NoKeys(f"The file cannot be read ({error.strerror}).") from None


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: an address that was set is the address that is meant."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _fetch(url: str) -> bytes:
    try:
        with urllib.request.build_opener(_Stay).open(url, timeout=FETCH_SECONDS) as answer:
            text: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise NoKeys(f"Its address answers with the status {error.code}.") from None
    except (OSError, http.client.HTTPException, ValueError) as error:  # urllib's own are among the first and the last
        raise NoKeys(f"Its address does not answer with it ({error or type(error).__name__}).") from None
    if len(text) > MOST_BYTES:
        raise NoKeys(f"It is longer than {MOST_BYTES} bytes.")
    return text
