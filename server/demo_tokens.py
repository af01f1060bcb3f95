"""The demo's users, some for each role, whose tokens and password everybody knows; which of them a database lets in.

A start looks for them in every database, and does without the rest of the demo.
"""

from __future__ import annotations

from dataclasses import dataclass

from models import ApiKey, Organisation, Role
from models.database import Database
from resolvers import passwords, tokens

DEMO_TOKEN = "demo-admin"
"""The token of the demo's administrator."""
DEMO_PASSWORD = passwords.EVERYBODYS


@dataclass(frozen=True)
class DemoUser:
    """A user of the demo; the token is also what stands before the @ of the address."""

    token: str
    name: str
    role: Role
    """The one the token acts in, and their main one."""
    further: tuple[Role, ...] = ()
    """Others they may act in, once they have signed in."""

    @property
    def email(self) -> str:
        return f"{self.token}@example.com"


USERS = (
    DemoUser(DEMO_TOKEN, "Adele Admin", Role.ADMIN),
    DemoUser("demo-manager", "Max Manager", Role.MANAGER, (Role.AGENT,)),
    DemoUser("demo-rep", "Rita Rep", Role.REP),
    DemoUser("demo-rep-2", "Ruben Rep", Role.REP),
    DemoUser("demo-agent", "Agnes Agent", Role.AGENT),
    DemoUser("demo-marketing", "Mark Marketing", Role.MARKETING),
    DemoUser("demo-readonly", "Rosa Readonly", Role.READONLY),
)


async def known_tokens(database: Database) -> tuple[int, bool]:
    """How many of the demo's tokens would let somebody in, and whether the database is the demo's."""
    hashes = [tokens.hashed(demo.token) for demo in USERS]
    keys = await ApiKey.filter(token_hash__in=hashes, revoked_at=None).count()
    organisation = await Organisation.get_or_none(id=1)
    return keys, organisation is not None and organisation.demo
