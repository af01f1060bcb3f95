"""Where every exception becomes an answer: the closed list of codes, and GraphQL's error shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import msgspec

LONGEST_MESSAGE = 500
"""Characters of an error's message: whatever it repeats of a request, it stays an excerpt."""


class Code(str, Enum):
    """What went wrong, for programs: `extensions.code` of a top-level error is always one of these."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    BAD_REQUEST = "BAD_REQUEST"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    RATE_LIMITED = "RATE_LIMITED"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    TIMEOUT = "TIMEOUT"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Refusal(Exception):
    """A request that cannot be answered, with the code and the sentence its sender gets."""

    def __init__(
        self,
        message: str,
        code: Code,
        path: Sequence[str | int] = (),
        locations: Sequence[tuple[int, int]] = (),
        *,
        retry_after: float | None = None,
    ) -> None:
        if len(message) > LONGEST_MESSAGE:
            message = message[: LONGEST_MESSAGE - 1] + "…"
        super().__init__(message)
        self.message = message
        self.code = code
        self.path = tuple(path)
        self.locations = tuple(locations)
        self.retry_after = retry_after
        """Seconds after which the same request makes sense again; None where waiting does not help."""

    def as_dict(self) -> dict[str, object]:
        """The error in GraphQL's shape."""
        shape: dict[str, object] = {"message": self.message}
        if self.locations:
            shape["locations"] = [{"line": line, "column": column} for line, column in self.locations]
        if self.path:
            shape["path"] = list(self.path)
        extensions: dict[str, object] = {"code": self.code.value}
        if self.retry_after is not None:
            extensions["retryAfter"] = math.ceil(self.retry_after)
        shape["extensions"] = extensions
        return shape


class BadInput(Refusal):
    """A value in the request that makes no sense; the sentence says what would."""

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message, Code.BAD_USER_INPUT, path)


class TooComplex(Refusal):
    """A request that asks for more than one request may."""

    def __init__(self, message: str, path: Sequence[str | int] = ()) -> None:
        super().__init__(message, Code.QUERY_TOO_COMPLEX, path)


def error_body(message: str, code: Code | str) -> bytes:
    """A whole GraphQL answer that consists of one error: `{"errors":[{"message", "extensions": {"code"}}]}`."""
    return errors_body([Refusal(message, Code(code))])


def errors_body(refusals: Sequence[Refusal]) -> bytes:
    """A whole GraphQL answer without data, for requests that were not executed."""
    return msgspec.json.encode({"errors": [refusal.as_dict() for refusal in refusals]})


class UserErrorCode(str, Enum):
    """Why the business says no, for programs: `code` of an error in a payload is always one of these."""

    description: str

    def __new__(cls, value: str, description: str) -> UserErrorCode:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

    BLANK = "BLANK", "A value is required and was left blank."
    INVALID = "INVALID", "A value has a form or a size that makes no sense here."
    TOO_LONG = "TOO_LONG", "A text is longer than it may be."
    TAKEN = "TAKEN", "The value must be unique, and another record has it."
    NOT_FOUND = "NOT_FOUND", "There is no such record, or none you may see."
    STALE = "STALE", "The record has changed since you read it."
    NOT_ALLOWED = "NOT_ALLOWED", "It cannot be done in the state the record is in."
    DUPLICATE = "DUPLICATE", "A record that is very likely the same exists already."
    KEY_REUSED = "KEY_REUSED", "The idempotency key was used before, with another input or in another role."


@dataclass(frozen=True, slots=True)
class UserError:
    """One reason why the business says no. `path` leads to the argument: `("lines", "0", "quantity")`."""

    code: UserErrorCode
    message: str
    path: tuple[str, ...] = ()
    existing: tuple[str, int] | None = None
    """Of TAKEN: entity and id of the record that has the value."""
    current: tuple[str, int] | None = None
    """Of STALE: entity and id of the record as it is now."""
    allowed: tuple[str, ...] | None = None
    """Of NOT_ALLOWED: the verbs that the record's state allows."""
    candidates: tuple[tuple[str, int], ...] | None = None
    """Of DUPLICATE: entities and ids of the records that are likely the same."""

    def under(self, *path: str) -> UserError:
        """The same error about an argument that stands inside others."""
        return replace(self, path=(*path, *self.path))


class Refused(Exception):
    """The business says no: nothing is written, and the payload says why."""

    def __init__(self, *errors: UserError) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def refuse(code: UserErrorCode, message: str, *path: str) -> Refused:
    """A refusal for one reason."""
    return Refused(UserError(code, message, path))
