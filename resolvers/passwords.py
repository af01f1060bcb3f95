"""Passwords: hashed by Argon2id and checked against their hash, in threads of their own and few at a time."""

from __future__ import annotations

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 1024
"""How many characters a password has."""

EVERYBODYS = "demo-password"
"""The password of the demo's users. It opens nothing but what the demo made up."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB and some 20 ms each, as OWASP's password storage guide has it at the least: a server must bear many."""

_THREADS = ThreadPoolExecutor(2, thread_name_prefix="argon2")

NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: checked where there is none, so that it takes as long."""


def spelled(password: str) -> str:
    """A password as it is hashed, whichever keyboard it was typed on, and without what was pasted around it."""
    return unicodedata.normalize("NFC", password).strip()


async def hashed(password: str) -> str:
    """The hash that is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, spelled(password))


async def matches(password: str, kept: str | None) -> bool:
    """Whether a password has this hash; where there is none it has not, and finding that out takes as long."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _matches, spelled(password), kept)


def _matches(password: str, kept: str | None) -> bool:
    try:
        return _HASHER.verify(kept or NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
