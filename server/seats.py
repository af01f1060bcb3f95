"""How many live connections one token may hold open at once: WebSockets and streams of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

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


def credential_of(headers: Mapping[bytes, bytes], address: str) -> bytes:
    """What tells one token from another and cannot be turned back into it; the address where there is no token."""
    for name in (b"authorization", b"cookie"):
        if name in headers:
            return digest(headers[name])
    return digest(address.encode())


def digest(credential: bytes) -> bytes:
    """A credential as it is counted."""
    return sha256(credential.strip()).digest()
