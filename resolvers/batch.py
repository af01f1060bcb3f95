"""Batches: many new records written together."""

from __future__ import annotations

from collections.abc import Sequence

from errors import UserError, UserErrorCode
from models.base import Record
from resolvers.verbs import Row
from resolvers.write import Call


def missing(noun: str, *path: str, may: str = "see") -> UserError:
    """The error of an argument that names a record which is not there, or none that the viewer may see, or change."""
    return UserError(UserErrorCode.NOT_FOUND, f"There is no such {noun}, or none you may {may}.", path)


async def write_new(call: Call, records: Sequence[Record | None], rows: Sequence[Row]) -> list[Row]:
    """Write the new records of a batch together; where there is none, its row says why."""
    await call.create_many([record for record in records if record is not None])
    return [row if record is None else Row(record) for record, row in zip(records, rows, strict=True)]
