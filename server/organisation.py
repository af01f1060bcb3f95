"""The company that runs this server: written down at the first start, and held to after."""

from __future__ import annotations

from dataclasses import dataclass

from models import Organisation
from models.database import Database
from server.settings import Settings, WrongSetting

FIRST = {"name": "Our company", "currency": "EUR", "time_zone": "UTC"}
"""What a company is called, counts in and lives by unless the settings say so at the first start."""


@dataclass(frozen=True)
class Fixed:
    """A column that amounts already stored depend on, and the variable that sets it."""

    column: str
    variable: str


FIXED = (Fixed("currency", "CRM_CURRENCY"), Fixed("time_zone", "CRM_TIME_ZONE"))


async def settle(database: Database, settings: Settings) -> None:
    """See that the database knows its organisation.

    Raises `WrongSetting` where the settings name another currency or time zone than the one in which sales have been
    counted since the first start: what is stored would mean something else.
    """
    given = {"name": settings.organisation, "currency": settings.currency, "time_zone": settings.time_zone}
    async with database.transaction() as transaction:
        rows = await transaction.execute("SELECT currency, time_zone FROM organisation WHERE id = 1")
        if not rows:
            known = {name: given[name] or first for name, first in FIRST.items()}
            await Organisation.create(
                id=1, name=known["name"], currency=known["currency"], time_zone=known["time_zone"]
            )
            return
    for fixed, stored in zip(FIXED, rows[0], strict=True):
        wanted = given[fixed.column]
        if wanted and wanted != stored:
            raise WrongSetting(
                f"{fixed.variable} is {wanted!r}, but this database has counted in {stored!r} from its first start:"
                " leave it out, or use another database."
            )
