"""Tokens: opaque random texts that let somebody in; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets

SESSION = "rps_"
API_KEY = "rpk_"
"""What a token starts with tells its kind, to programs and to those who search a log for leaked ones."""


def make(prefix: str) -> str:
    """A new token: its prefix and 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept of a token. So many random bits need no slow hash: nobody can try them."""
    return hashlib.sha256(token.encode()).hexdigest()
