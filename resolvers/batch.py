"""What verbs share that write many records at once, and name others in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from errors import UserError, UserErrorCode
from models import SalesRep
from models.base import Record
from resolvers.verbs import Row
from resolvers.write import Call


def missing(noun: str, *path: str, may: str = "see") -> UserError:
    """The error of an argument that names a record which is not there, or none that the viewer may see, or change."""
    return UserError(UserErrorCode.NOT_FOUND, f"There is no such {noun}, or none you may {may}.", path)


def rep_errors(reps: Mapping[int, SalesRep], id_: int | None, *path: str, before: int | None = None) -> list[UserError]:
    """What keeps a rep from being named, of those that are there: nobody does who is new to it and has left."""
    if id_ is None:
        return []
    rep = reps.get(id_)
    if rep is None:
        return [missing("sales rep", *path)]
    if not rep.active and id_ != before:
        return [
            UserError(UserErrorCode.INVALID, f"{rep.name} does not work here any more. Name somebody who does.", path)
        ]
    return []


async def write_new(call: Call, records: Sequence[Record], wrong: Mapping[int, Sequence[UserError]]) -> list[Row]:
    """Write the new records of a batch together; what became of its entries, of which some, by place, are `wrong`."""
    await call.create_many(records)
    written = map(Row, records)
    return [Row(None, tuple(wrong[at])) if at in wrong else next(written) for at in range(len(records) + len(wrong))]
