"""Documents that need not be sent: those a client sent before (persisted queries), and those an operator trusts."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from errors import Code, Refusal
from server.shared import Script, Shared

MOST_DOCUMENTS = 10_000
MOST_BYTES = 32 * 1024 * 1024
"""What is kept of documents that clients sent, in each process."""
LONGEST = 128 * 1024
"""Bytes of a document that is kept: the engine refuses much shorter ones."""
DAYS = 30
"""How long Redis keeps a document that nobody asks for."""

HASH = re.compile(r"[0-9a-f]{64}")

# KEYS[1]: the document. ARGV: the text, or nothing to ask for it; seconds to keep it.
KEEP = Script("""
if ARGV[1] ~= '' then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return ARGV[1]
end
local text = redis.call('GET', KEYS[1])
if text then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return text or ''
""")


class Persisted:
    """Automatic persisted queries: a client sends a document's hash, and the text only where nobody knows it."""

    def __init__(self, shared: Shared | None = None, most: int = MOST_DOCUMENTS, most_bytes: int = MOST_BYTES) -> None:
        self.shared = shared
        self.most = most
        self.most_bytes = most_bytes
        self.held_bytes = 0
        self._known: OrderedDict[str, str] = OrderedDict()

    async def resolve(self, query: str | None, extensions: Mapping[str, Any] | None, document_id: object = None) -> str:
        """The document of a request. Raises `Refusal`: PERSISTED_QUERY_NOT_FOUND, or BAD_REQUEST for what is no hash,
        or not that of the text."""
        if document_id is not None:
            raise Refusal(
                "This server has no registered documents: send the document in `query` instead of a `documentId`.",
                Code.BAD_REQUEST,
            )
        digest = digest_in(extensions)
        if digest is None:
            return _sent(query)
        if query:
            _check(query, digest)
            await self._keep(digest, query)
            return query
        known = await self._find(digest)
        if known is None:
            raise Refusal(
                "PersistedQueryNotFound: nobody sent a document of this hash lately. Send it along in `query` once.",
                Code.PERSISTED_QUERY_NOT_FOUND,
            )
        return known

    def at_hand(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The document of a request, where it is known in this process; None where `resolve` must look for it."""
        digest = digest_in(extensions)
        if digest is None:
            return query
        return None if query else self._held(digest)

    def _held(self, digest: str) -> str | None:
        known = self._known.get(digest)
        if known is not None:
            self._known.move_to_end(digest)
        return known

    async def _find(self, digest: str) -> str | None:
        known = self._held(digest)
        if known is not None:
            return known
        if self.shared is not None:
            answer = await self.shared.run(KEEP, f"document:{digest}", "", DAYS * 86400)
            # Whoever can write into Redis must not be able to make one document of another.
            if answer and sha256(answer).hexdigest() == digest:
                text: str = answer.decode(errors="surrogatepass")
                self._hold(digest, text)
                return text
        return None

    async def _keep(self, digest: str, text: str) -> None:
        if digest in self._known:
            self._known.move_to_end(digest)
            return
        encoded = text.encode(errors="surrogatepass")
        if len(encoded) > LONGEST:
            return
        self._hold(digest, text)
        if self.shared is not None:
            await self.shared.run(KEEP, f"document:{digest}", encoded, DAYS * 86400)

    def _hold(self, digest: str, text: str) -> None:
        self._known[digest] = text
        self.held_bytes += _size(text)
        while len(self._known) > self.most or self.held_bytes > self.most_bytes:
            self.held_bytes -= _size(self._known.popitem(last=False)[1])


class Trusted:
    """Registered documents only: the `*.graphql` files of a folder, each found by the SHA-256 of its exact text."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.documents = documents
        """By hash, in lower-case hexadecimal digits."""

    @classmethod
    def read(cls, folder: Path) -> Trusted:
        """The documents of a folder and of those in it. Raises `ValueError` that says what is wrong with it."""
        if not folder.is_dir():
            raise ValueError("a folder of .graphql files; there is no such folder")
        found: dict[str, str] = {}
        for path in sorted(folder.rglob("*.graphql")):
            try:
                raw = path.read_bytes()  # the exact text: even the ends of its lines are part of its hash
                found[sha256(raw).hexdigest()] = raw.decode()
            except UnicodeDecodeError:
                raise ValueError(f"a folder of .graphql files; {path.name} is not UTF-8") from None
            except OSError as error:
                raise ValueError(f"a folder of .graphql files; {path.name} is no such file: {error.strerror}") from None
        if not found:
            raise ValueError("a folder of .graphql files; there is none in it")
        return cls(found)

    async def resolve(self, query: str | None, extensions: Mapping[str, Any] | None, document_id: object = None) -> str:
        """The registered document that a request names or repeats. Raises `Refusal`: FORBIDDEN for any other."""
        digest = digest_in(extensions)
        if query and digest is not None:
            _check(query, digest)
        if document_id is not None:
            if not isinstance(document_id, str):
                raise Refusal("`documentId` must be a string: the SHA-256 of a registered document.", Code.BAD_REQUEST)
            named = document_id.removeprefix("sha256:").lower()
            if (digest or named) != named or (query and _digest(query) != named):
                raise Refusal("The request names two documents: send one of them.", Code.BAD_REQUEST)
            digest = named
        if digest is None:
            digest = _digest(_sent(query))
        document = self.documents.get(digest)
        if document is None:
            raise Refusal(
                "Only registered documents are answered here, and this is none: use the texts that were registered, "
                "to the letter, or have this one registered by whoever runs the server.",
                Code.FORBIDDEN,
            )
        return document

    def at_hand(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The registered document that a request names or repeats; None where `resolve` has something to say."""
        digest = digest_in(extensions)
        if query and digest is not None:
            return None
        return self.documents.get(digest or _digest(_sent(query)))


Documents = Persisted | Trusted


def digest_in(extensions: Mapping[str, Any] | None) -> str | None:
    """The hash in `extensions.persistedQuery`; None if there is none. Raises `Refusal` for one that makes no sense."""
    asked = extensions.get("persistedQuery") if extensions else None
    if asked is None:
        return None
    if not isinstance(asked, dict):
        raise Refusal("`extensions.persistedQuery` must be an object of version and sha256Hash.", Code.BAD_REQUEST)
    version, digest = asked.get("version"), asked.get("sha256Hash")
    if version != 1 or isinstance(version, bool):
        raise Refusal("`extensions.persistedQuery.version` must be 1: there is no other.", Code.BAD_REQUEST)
    if not isinstance(digest, str) or not HASH.fullmatch(digest.lower()):
        raise Refusal(
            "`extensions.persistedQuery.sha256Hash` must be the SHA-256 of the document: 64 hexadecimal digits.",
            Code.BAD_REQUEST,
        )
    return digest.lower()


def _sent(query: str | None) -> str:
    if query is None:
        raise Refusal("The request has no `query`: put the GraphQL document there.", Code.BAD_REQUEST)
    return query


def _digest(query: str) -> str:
    # A lone surrogate is in no document, but must not be an error of ours either.
    return sha256(query.encode(errors="surrogatepass")).hexdigest()


def _check(query: str, digest: str) -> None:
    if _digest(query) != digest:
        raise Refusal(
            "`extensions.persistedQuery.sha256Hash` is not the hash of `query`: send the SHA-256 of the same text.",
            Code.BAD_REQUEST,
        )


def _size(text: str) -> int:
    """Bytes of memory a text and its hash take up, about."""
    return 2 * len(text) + 300
