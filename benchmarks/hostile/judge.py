"""What no answer may hold, whatever was sent: a fault of the server's own, or a word of how it is built."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from errors import Code

LARGEST = 64 * 1024
"""Bytes of a refusal at most."""

LEAK = re.compile(
    rb"Traceback|\.py\b|site-packages|/(?:tmp|usr|home|work|etc|opt|srv|proc)/|<class |object at 0x|line \d+, in "
    rb"|\bsqlite|\bpostgres|asyncpg|tortoise|uvicorn|starlette|strawberry|graphql-core|graphql\.error|asyncio|msgspec"
    rb"|httptools|websockets/|hypercorn|\bPython\b|python/|CPython|NoneType|KeyError|TypeError|ValueError"
    rb"|AttributeError|IndexError|AssertionError|RecursionError|UnicodeDecodeError|JSONDecodeError"
    rb"|(?-i:\bSELECT\s)|\bINSERT INTO\b|\bFROM \w+ WHERE\b|no such (?:table|column)|syntax error at or near"
    rb"|near \"\w*\": syntax"
    rb"|app_user|sales_order|order_credit|api_key\b|token_hash|password_hash|deleted_at|_fold\b|\$argon2",
    re.IGNORECASE,
)
"""Paths, SQL, tables, Python's names, libraries and their versions."""

CLOSES = {1000, 1002, 1003, 1007, 1009, 4400, 4401, 4403, 4406, 4408, 4409, 4429}
"""How the server may end a socket that it is not at fault for."""


def leaks(answer: bytes, sent: bytes) -> Iterator[str]:
    """Words of an answer that tell how the server is built, unless the client said them first."""
    for found in LEAK.finditer(answer):
        if found[0].lower() not in sent.lower():
            yield f"leaks {answer[max(0, found.start() - 60) : found.end() + 60]!r}"


def wrong_body(body: bytes, sent: bytes) -> Iterator[str]:
    """What is wrong with the JSON of an answer, or of a message."""
    try:
        answer = json.loads(body)
    except ValueError:
        yield f"is no JSON: {body[:100]!r}"
        return
    errors = answer.get("errors", []) if isinstance(answer, dict) else answer
    if isinstance(errors, list):
        if errors and not (isinstance(answer, dict) and answer.get("data")) and len(body) > LARGEST:
            yield f"refuses in {len(body)} bytes"
        for error in errors:
            code = error.get("extensions", {}).get("code") if isinstance(error, dict) else None
            if code not in Code.__members__:
                yield f"has an error of code {code!r}"
            elif code in (Code.INTERNAL_SERVER_ERROR, Code.TIMEOUT):
                yield f"is an error of the server's own: {error.get('message')}"
        if errors:
            yield from leaks(json.dumps(errors, ensure_ascii=False).encode(errors="surrogatepass"), sent)


def wrong_answer(head: bytes, body: bytes, sent: bytes) -> Iterator[str]:
    """What is wrong with an answer of HTTP."""
    status = int(head[9:12]) if head[:9] == b"HTTP/1.1 " and head[9:12].isdigit() else 0
    if not 200 <= status < 500 and status != 505 and status != 501:
        yield f"has status {status}"
    yield from leaks(head, sent)
    if body and b"application/" in head and b"json" in head.lower():
        yield from wrong_body(body, sent)
    elif status >= 400:
        yield from leaks(body, sent)


def wrong_message(text: str, sent: bytes) -> Iterator[str]:
    """What is wrong with a message on a socket."""
    try:
        message = json.loads(text)
    except ValueError:
        yield f"is no JSON: {text[:100]!r}"
        return
    if message.get("type") in ("next", "error"):
        yield from wrong_body(json.dumps(message.get("payload")).encode(), sent)
