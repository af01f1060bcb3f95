"""How many live connections one token may hold open at once: WebSockets and streams of events."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

from access import Viewer

MOST_SEATS = 50
"""Live connections of one token, in each process."""


class Seats:
    """The live connections, counted by what they were opened with."""

    def __init__(self) -> None:
        self.taken: Counter[bytes] = Counter()

    def take(self, credential: bytes) -> Seat | None:
        """A place for one more connection; None where there is none left."""
        if self.taken[credential] >= MOST_SEATS:
            return None
        self.taken[credential] += 1
        return Seat(self, credential)


class Seat:
    """One place, which is given back once."""

    def __init__(self, seats: Seats, credential: bytes) -> None:
        self.seats = seats
        self.credential = credential
        self.given_back = False

    def give_back(self) -> None:
        if self.given_back:
            return
        self.given_back = True
        self.seats.taken[self.credential] -= 1
        if not self.seats.taken[self.credential]:
            del self.seats.taken[self.credential]


def credential_of(viewer: Viewer, token: bytes, address: str) -> bytes:
    """What connections are counted by: the API key, else the token, else the user, else the address.

    A token may be spelled in several ways in a header; its digest tells one from another and cannot be turned back.
    """
    if viewer.key_id is not None:
        return b"key %d" % viewer.key_id
    words = token.split()
    if words:
        return sha256(words[-1]).digest()
    if viewer.user_id is not None:
        return b"user %d" % viewer.user_id
    return address.encode()
