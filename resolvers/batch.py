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


async def write_new(call: Call, records: Sequence[Record | None], rows: Sequence[Row]) -> list[Row]:
    """Write the new records of a batch together; where there is none, its row says why."""
    await call.create_many([record for record in records if record is not None])
    return [row if record is None else Row(record) for record, row in zip(records, rows, strict=True)]
