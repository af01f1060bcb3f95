"""Where every exception becomes an answer: the closed list of codes, and GraphQL's error shape."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import msgspec


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
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Refusal(Exception):
    """A request that cannot be answered, with the code and the sentence its sender gets."""

    def __init__(
        self,
        message: str,
        code: Code,
        path: Sequence[str | int] = (),
        locations: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.path = tuple(path)
        self.locations = tuple(locations)

    def as_dict(self) -> dict[str, object]:
        """The error in GraphQL's shape."""
        shape: dict[str, object] = {"message": self.message}
        if self.locations:
            shape["locations"] = [{"line": line, "column": column} for line, column in self.locations]
        if self.path:
            shape["path"] = list(self.path)
        shape["extensions"] = {"code": self.code.value}
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
