"""Writing: a verb runs in one transaction together with its audit entries, its events and the reading of its answer."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import functools
import hashlib
import itertools
import re
import secrets
import zoneinfo
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

import msgspec
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

import access
from access import Viewer
from errors import Code, Refusal, Refused, UserError, UserErrorCode
from models import AuditEntry, ChangeKind, IdempotencyRecord, Organisation, OutboxEvent
from models.backends import pause
from models.base import LogLine, Record, Removable
from models.database import (
    Database,
    DatabaseUnavailable,
    Mistaken,
    OutcomeUnknown,
    StatementTimeout,
    Transaction,
)
from resolvers import records
from resolvers.verbs import ABSENT, Absent, Batch, Row, Verb, camel

M = TypeVar("M", bound=Record)
T = TypeVar("T")

ATTEMPTS = 4
"""How often a transaction is tried that only ran into another one."""
KEY_LIFE = dt.timedelta(hours=24)
"""How long the outcome of an idempotency key is kept."""


@dataclass(frozen=True, slots=True)
class Change:
    """That a verb changed records, all in the same way, for the audit and the outbox."""

    verb: str
    entity: str
    ids: Sequence[int]
    kind: ChangeKind
    fields: tuple[str, ...]
    of: Sequence[int]
    """What each is a part of, if anything, or itself."""


@dataclass
class Call:
    """One call of a verb: who calls, in which transaction, and what it has changed so far."""

    viewer: Viewer
    database: Database
    transaction: Transaction
    request_id: str
    now: dt.datetime
    expected_version: int | Absent = ABSENT
    block_duplicates: bool = False
    prepared: Any = None
    """What the verb's `before` came to."""
    supposes: bool = False
    """Whether a record that only has to be there may be taken to be, and looked at along with what is written."""
    shown: Collection[str] | None = None
    """What is asked of the rows of a batch; None: all of it."""
    shared: bool = False
    """Whether several requests are done in it, each of which makes a record of its own."""
    after: list[Callable[[], None]] = field(default_factory=list)
    """What is done once all is stored, and only then."""
    changes: list[Change] = field(default_factory=list)
    _verbs: list[str] = field(default_factory=list)
    _organisation: Organisation | None = None

    @contextlib.contextmanager
    def doing(self, verb: str) -> Iterator[None]:
        """Note which verb is running; one verb may call another, and the first names what is done."""
        self._verbs.append(verb)
        try:
            yield
        finally:
            self._verbs.pop()

    def shows(self, name: str) -> bool:
        """Whether something is asked that takes work of its own."""
        return self.shown is None or name in self.shown

    async def organisation(self) -> Organisation:
        """The company's own settings."""
        if self._organisation is None:
            self._organisation = await Organisation.get(id=1)
        return self._organisation

    async def today(self) -> dt.date:
        """The day it is in the organisation's time zone."""
        return self.now.astimezone(zoneinfo.ZoneInfo((await self.organisation()).time_zone)).date()

    # --- reading records ------------------------------------------------------------------------------------

    async def fetch(self, model: type[M], id_: int, *path: str) -> M:
        """A record the viewer may see. Raises `Refused` with `NOT_FOUND` at the argument `path`."""
        record = (await self.fetch_many(model, [id_])).get(id_)
        if record is None:
            raise Refused(_not_found(model, path))
        return record

    async def fetch_many(self, model: type[M], ids: Sequence[int], reads: tuple[str, ...] = ()) -> dict[int, M]:
        """Those of many records that the viewer may see, by id, in one statement; of `reads`, only these fields.

        New ones will refer to them, so they are kept from being removed before those are written.
        """
        if not ids:
            return {}
        wanted = set(ids)
        if self.supposes and (self.shared or len(wanted) == 1) and reads == ("id",):
            supposed = records.suppose(self.transaction, self.viewer, model, wanted)
            if supposed is not None:
                return supposed
        return await records.fetch_many(self.viewer, model, wanted, keep=True, reads=reads)

    async def fetch_to_change(self, model: type[M], id_: int, *path: str) -> M:
        """A record, locked until the transaction ends. Raises `Refused`: not there, or not the expected version."""
        record = await records.fetch(self.viewer, model, id_, lock=True)
        if record is None:
            raise Refused(_not_found(model, path or ("id",), "change"))
        self.expect(record, self.expected_version)
        return record

    def expect(self, record: Record, version: int | Absent | None) -> None:
        """Refuse a record that is not at the version its caller has read, if the caller says which."""
        if version is None or version is ABSENT or record.version == version:
            return
        raise Refused(
            UserError(
                UserErrorCode.STALE,
                f"This {_noun(type(record))} has changed since you read it: it is at version {record.version}, "
                f"you expected {version}. Read it again, and repeat what still makes sense.",
                ("expected_version",),
                current=(type(record).__name__, record.id),
            )
        )

    # --- writing records ------------------------------------------------------------------------------------

    def want(self, counts: Mapping[type[Model], int]) -> None:
        """Say how many rows may be made, before the records they refer to are fetched: their ids then come along."""
        self.transaction.want(counts)

    async def next_ids(self, model: type[Model], count: int) -> list[int]:
        """Ids for new rows."""
        return await self.transaction.ids(model, count)

    async def create(self, model: type[M], **values: Any) -> M:
        """Write one new row."""
        record = model(**values)
        record.id = (await self.next_ids(model, 1))[0]
        await self.create_many([record])
        return record

    async def create_many(self, records: Sequence[M]) -> None:
        """Write many new rows of one table, their ids known, together."""
        if records:
            self._make(records)
            self.transaction.insert(records)
            model, ids = type(records[0]), [record.id for record in records]
            of = list(map(attrgetter(f"{model.within[0]}_id"), records)) if self.shared and model.within else ids
            self.changes.append(Change(self._verbs[0], model.__name__, ids, ChangeKind.CREATED, (), of))

    def log(self, lines: Sequence[LogLine]) -> None:
        """Write lines of one log, which the database numbers. What they are part of is noted, and they are not."""
        if lines:
            self._make(lines)
            self.transaction.insert(lines, numbered=False)

    def _make(self, records: Sequence[Record]) -> None:
        made: dict[str, Any] = {"created_at": self.now, "updated_at": self.now, "_saved_in_db": True}
        for record in records:
            vars(record).update(made)

    async def change(self, record: Record, **values: Any) -> tuple[str, ...]:
        """Write what differs, and count the version up; the names of the columns that changed.

        Values that are `ABSENT` stay as they are. Nothing is written when nothing differs.
        """
        changed = tuple(
            name for name, value in values.items() if value is not ABSENT and getattr(record, name) != value
        )
        if not changed:
            return ()
        for name in changed:
            setattr(record, name, values[name])
        await self.touch(record, *changed)
        return changed

    async def change_many(self, changes: Sequence[tuple[Record, Mapping[str, Any]]]) -> None:
        """The same for many records, which the caller has locked."""
        for record, values in changes:
            await self.change(record, **values)

    async def touch(self, record: Record, *columns: str) -> None:
        """Write the named columns of a record whose values were set, and count its version up."""
        record.version += 1
        record.updated_at = max(self.now, record.created_at)
        self.transaction.update(record, [*columns, "version", "updated_at"])
        self.note(record, ChangeKind.UPDATED, *columns)

    async def remove(self, record: Removable, at: dt.datetime | None = None) -> None:
        """Hide a record, as of now unless another instant is given; it can come back."""
        record.deleted_at = at or self.now
        record.deleted_key = record.id
        record.version += 1
        record.updated_at = max(self.now, record.created_at)
        self.transaction.update(record, ["deleted_at", "deleted_key", "version", "updated_at"])
        self.note(record, ChangeKind.DELETED)

    async def erase(self, record: Record) -> None:
        """Delete a row for good."""
        self.transaction.delete(record)
        self.note(record, ChangeKind.DELETED)

    def note(self, record: Record, kind: ChangeKind, *columns: str) -> None:
        """Have a change audited and told."""
        self.noted(type(record), record.id, kind, *columns)

    def noted(self, model: type[Model], id_: int, kind: ChangeKind, *columns: str) -> None:
        """Have the change of a row audited and told that was not written as a model."""
        self.noted_many(model, (id_,), kind, *columns)

    def noted_many(self, model: type[Model], ids: Sequence[int], kind: ChangeKind, *columns: str) -> None:
        """The same of any number of rows."""
        self.changes.append(Change(self._verbs[0], model.__name__, ids, kind, _fields(columns), ids))

    async def write_journal(self, requests: Mapping[int, str] | None = None) -> None:
        """Write the audit entries and events of all changes; of a shared call, by what each request has made."""
        told: dict[tuple[str, int], ChangeKind] = {}
        audited: list[Same] = []
        for change in self.changes:
            changes = msgspec.json.encode(change.fields).decode()
            same = (change.verb, change.entity, change.kind.value, changes)
            if requests is None:
                audited.append(((self.request_id, *same), change.ids))
            else:
                asked = zip((requests[of] for of in change.of), change.ids, strict=True)
                for request, made in itertools.groupby(asked, key=itemgetter(0)):
                    audited.append(((request, *same), [id_ for _, id_ in made]))
            for id_ in change.ids:
                # What came or went is news even if it was changed besides.
                if (change.entity, id_) not in told or change.kind is not ChangeKind.UPDATED:
                    told[change.entity, id_] = change.kind
        events: list[Same] = [
            (same, [id_ for (_, id_), _ in alike])
            for same, alike in itertools.groupby(told.items(), lambda event: (event[0][0], event[1].value))
        ]
        for some in _insertions(audited):
            rows = [(self.now, self.viewer.name, *same, id_) for same, ids in some for id_ in ids]
            self.transaction.append(AuditEntry, AUDITED, rows)
        for some in _insertions(events):
            self.transaction.append(OutboxEvent, TOLD, [(self.now, *same, id_) for same, ids in some for id_ in ids])


Same = tuple[tuple[str, ...], Sequence[int]]
"""What is the same of some rows of the journal, and the ids of their records."""

AUDITED = ("at", "actor", "request_id", "verb", "entity", "kind", "changes", "entity_id")
TOLD = ("at", "entity", "kind", "entity_id")
MANY = 20
"""From how many rows on those that differ in nothing but the ids of their records are written by themselves, for which
both databases have a faster form."""


def _insertions(rows: Iterable[Same]) -> list[list[Same]]:
    """What is written at once."""
    together: list[list[Same]] = []
    for same in rows:
        if together and len(same[1]) < MANY and len(together[-1][-1][1]) < MANY:
            together[-1].append(same)
        else:
            together.append([same])
    return together


@functools.lru_cache(maxsize=1000)
def _fields(columns: Sequence[str]) -> tuple[str, ...]:
    """The API's fields that show columns: `owner_id` is `owner`, `price_minor` is `price`."""
    return tuple(camel(column.removesuffix("_id").removesuffix("_minor")) for column in columns)


@functools.cache
def _noun(model: type[Model]) -> str:
    return re.sub(r"(?<!^)([A-Z])", r" \1", model.__name__).lower()


def _not_found(model: type[Model], path: Sequence[str], may: str = "see") -> UserError:
    return UserError(UserErrorCode.NOT_FOUND, f"There is no such {_noun(model)}, or none you may {may}.", tuple(path))


# --- outcomes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """A record that an outcome names."""

    entity: str
    id: int


Outcome = Mapping[str, Any]
"""What a payload shows beside errors: by its field's Python name a `Node`, a list of them, rows, or a plain value."""


def outcome_of(result: Any) -> Outcome:
    """What a verb returned, as data that can be kept: records become nodes."""
    match result:
        case Model():
            name = type(result).__name__
            return {name[0].lower() + name[1:]: Node(name, result.pk)}
        case Batch(rows):
            return {
                "rows": list(map(_row, rows)),
                "written_count": sum(row.record is not None for row in rows),
            }
        case _:
            return {item.name: _kept(getattr(result, item.name)) for item in dataclasses.fields(result)}


def _row(row: Row) -> dict[str, Any]:
    node = None if row.record is None else Node(type(row.record).__name__, row.record.pk)
    shown: dict[str, Any] = {"node": node, "errors": row.errors}
    for name, also in (row.also or {}).items():
        shown[name] = _kept(list(also))
    return shown


def _kept(value: Any) -> Any:
    match value:
        case Model():
            return Node(type(value).__name__, value.pk)
        case list():
            return [_kept(item) for item in value]
        case _:
            return value


def _frozen(value: Any) -> Any:
    """An outcome as JSON data."""
    match value:
        case Node(entity, id_):
            return {"entity": entity, "id": id_}
        case UserError():
            return {"error": dataclasses.asdict(value)}
        case dict():
            return {"fields": {name: _frozen(item) for name, item in value.items()}}
        case list() | tuple():
            return [_frozen(item) for item in value]
        case _:
            return value


def _thawed(value: Any) -> Any:
    """JSON data as the outcome it was."""
    match value:
        case {"entity": entity, "id": id_}:
            return Node(entity, id_)
        case {"error": error}:
            return msgspec.convert(error, UserError)
        case {"fields": items}:
            return {name: _thawed(item) for name, item in items.items()}
        case list():
            return [_thawed(item) for item in value]
        case _:
            return value


# --- running ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What stands around a verb's arguments."""

    request_id: str = ""
    """What the log calls the request that asks for it; the audit makes up a name where there is none."""
    expected_version: int | Absent = ABSENT
    idempotency_key: str | None = None
    dry_run: bool = False
    block_duplicates: bool = False
    address: str = ""
    """The client's address, if it is known."""
    shown: Collection[str] | None = None
    """What is asked of the rows of a batch; None: all of it."""

    @property
    def plain(self) -> bool:
        """Whether it is to be done once, for good, and whatever was done before."""
        return self.idempotency_key is None and not self.dry_run and self.expected_version is ABSENT


class _Undone(Exception):
    """Takes a transaction back whose answer is wanted all the same."""


async def perform(
    database: Database,
    viewer: Viewer,
    verb: Verb,
    arguments: Mapping[str, Any],
    read: Callable[[Transaction, Outcome], Awaitable[T]],
    request: Request | None = None,
) -> T:
    """Run a verb in a transaction of its own, `read` its answer in there, and commit.

    Nothing is read after the commit. A transaction that ran into another one is tried again, as long as there is time.
    Raises `Refused` when the business says no and `Refusal` when access does, StatementTimeout and DatabaseUnavailable;
    then nothing is written. Raises OutcomeUnknown when nobody can tell.
    """
    request = request or Request()
    allow(viewer, verb, arguments)
    try:
        async with asyncio.timeout(database.seconds):
            prepared = None
            if verb.before is not None:
                prepared = await verb.before(database, request, **verb.cleaned(arguments))
            return await attempts(database, viewer, verb, arguments, read, request, prepared)
    except TimeoutError as error:
        raise StatementTimeout(f"{verb.name} took longer than {database.seconds:g} s.") from error


def allow(viewer: Viewer, verb: Verb, arguments: Mapping[str, Any]) -> None:
    """Raise `Refusal` unless somebody may call a verb, and with these arguments."""
    if not access.may(viewer, verb.name):
        raise Refusal(f"You may not do this: {verb.name}. Ask somebody who may.", Code.FORBIDDEN)
    withheld = access.withheld(viewer.role, verb.name)
    if withheld and (given := withheld & verb.given(arguments)):
        names = ", ".join(sorted(given))
        raise Refusal(f"You may not say this with {verb.name}: {names}. Ask somebody who may.", Code.FORBIDDEN)


async def attempts(
    database: Database,
    viewer: Viewer,
    verb: Verb,
    arguments: Mapping[str, Any],
    read: Callable[[Transaction, Outcome], Awaitable[T]],
    request: Request,
    prepared: Any = None,
) -> T:
    """What `perform` does for those who may, however long it takes."""
    request_id = request.request_id or secrets.token_hex(8)
    for attempt in range(1, ATTEMPTS + 1):
        answer: list[T] = []
        transaction: Transaction | None = None
        try:
            with contextlib.suppress(_Undone):
                async with database.transaction() as transaction:
                    call = Call(
                        viewer,
                        database,
                        transaction,
                        request_id,
                        now(),
                        request.expected_version,
                        request.block_duplicates,
                        prepared,
                        # A repeated request may ask for more than the first did, which is kept.
                        shown=request.shown if request.idempotency_key is None else None,
                        # Mostly it is so. If not, asking at once tells what is missing.
                        supposes=attempt == 1,
                    )
                    outcome = await _once(call, verb, arguments, request)
                    await call.write_journal()
                    answer.append(await read(transaction, outcome))
                    if request.dry_run:
                        await transaction.check()
                        raise _Undone
            _after(transaction, call)
            return answer[0]
        except asyncio.CancelledError:
            if transaction is not None and transaction.committed:
                _after(transaction, call)
                return answer[0]  # given up too late: what is stored must not be denied
            raise
        except Exception as error:
            if isinstance(error, OutcomeUnknown):
                raise
            if isinstance(error, Mistaken):
                continue
            if _ran_into_another(error):
                if attempt < ATTEMPTS:
                    await pause(attempt)  # the request's deadline goes on
                    continue
                raise DatabaseUnavailable(f"{verb.name} ran into others {ATTEMPTS} times.") from error
            if isinstance(error, IntegrityError):
                raise _broken_rule(error) from error
            raise
    raise AssertionError("unreachable")


def _after(transaction: Transaction | None, call: Call) -> None:
    if transaction is not None and transaction.committed:
        for tell in call.after:
            tell()


def now() -> dt.datetime:
    """The instant that a transaction says of all it writes."""
    at = dt.datetime.now(dt.UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def _once(call: Call, verb: Verb, arguments: Mapping[str, Any], request: Request) -> Outcome:
    """Run a verb, or give again what it came to when its idempotency key was used before.

    A dry run does the same, and what it writes of its key is taken back with the rest.
    """
    key = request.idempotency_key
    if key is None or not verb.creates:  # what others came to may be a secret, and is not kept
        return outcome_of(await verb.function(call, **arguments))
    if not 1 <= len(key) <= 200 or "\0" in key or any("\ud800" <= letter <= "\udfff" for letter in key):
        message = "idempotencyKey must be a text of 1 to 200 characters without NUL."
        raise Refused(UserError(UserErrorCode.INVALID, message, ("idempotency_key",)))
    # With the role: an outcome says what that role was shown, and written twice it must not be either.
    asked = f"{call.viewer.role} {verb.name} {arguments!r}"
    fingerprint = hashlib.sha256(asked.encode(errors="surrogatepass")).hexdigest()
    await IdempotencyRecord.filter(created_at__lt=call.now - KEY_LIFE, actor=call.viewer.identity, key=key).delete()
    known = await IdempotencyRecord.get_or_none(actor=call.viewer.identity, key=key)
    if known is not None:
        if known.fingerprint != fingerprint:
            raise Refused(
                UserError(
                    UserErrorCode.KEY_REUSED,
                    "This idempotencyKey was used before, with another input or in another role. Take a new key for a"
                    " new request.",
                    ("idempotency_key",),
                )
            )
        thawed = _thawed(msgspec.json.decode(known.outcome))
        assert isinstance(thawed, dict)
        return thawed
    # Written before the verb runs: a second request with the key waits here for the first, and then sees its outcome.
    record = await IdempotencyRecord.create(
        actor=call.viewer.identity,
        key=key,
        verb=verb.name,
        fingerprint=fingerprint,
        outcome="",
        created_at=call.now,
    )
    outcome = outcome_of(await verb.function(call, **arguments))
    record.outcome = msgspec.json.encode(_frozen(dict(outcome))).decode()
    await record.save(update_fields=["outcome"])
    return outcome


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _ran_into_another(error: BaseException) -> bool:
    """Whether a transaction failed only because of one that ran at the same time, and may be tried again."""
    for cause in _causes(error):
        state = getattr(cause, "sqlstate", None)
        if state in ("40001", "40P01"):
            return True
        if state == "23505" and "idempotency_record" in str(cause):
            return True
    return False


def _broken_rule(error: IntegrityError) -> Refused:
    """The refusal for a rule of the database that a verb did not check before; races end here."""
    text = " ".join(str(cause) for cause in _causes(error))
    if "UNIQUE" in text or "unique" in text:
        return Refused(UserError(UserErrorCode.TAKEN, "Another record has the same value where it must be unique.", ()))
    if "FOREIGN KEY" in text or "foreign key" in text:
        return Refused(
            UserError(UserErrorCode.NOT_FOUND, "A record that this refers to is not there, or is still in use.", ())
        )
    return Refused(UserError(UserErrorCode.INVALID, "A value is outside of what can be stored.", ()))
