"""Names documents by their hashes: persisted queries, and a server that answers registered documents only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from errors import Code, Refusal
from server.documents import LONGEST, Persisted, Trusted
from server.shared import PREFIX, Shared

QUERY = "{ viewer { name } }"
OTHER = "{ viewer { role } }"


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def persisted(digest: object, version: object = 1) -> dict[str, Any]:
    """The extension as Apollo's clients send it."""
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


async def refused(resolving: Any) -> tuple[Code, str]:
    with pytest.raises(Refusal) as caught:
        await resolving
    return caught.value.code, caught.value.message


@pytest.fixture(params=["memory", "redis"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[Shared | None]:
    """Where documents are: in memory only, or in an empty Redis too."""
    if request.param == "memory":
        yield None
        return
    redis = Shared(request.getfixturevalue("redis"))
    await redis.redis.flushall()
    yield redis
    await redis.close()


# --- persisted queries ----------------------------------------------------------------------------------------------


async def test_a_document_is_sent_once_and_then_named(shared: Shared | None) -> None:
    documents = Persisted(shared)
    code, says = await refused(documents.resolve(None, persisted(hashed(QUERY))))
    assert code is Code.PERSISTED_QUERY_NOT_FOUND
    assert "PersistedQueryNotFound" in says
    assert await documents.resolve(QUERY, persisted(hashed(QUERY))) == QUERY
    assert await documents.resolve(None, persisted(hashed(QUERY))) == QUERY
    assert await documents.resolve(None, persisted(hashed(QUERY).upper())) == QUERY
    assert await documents.resolve("", persisted(hashed(QUERY))) == QUERY, "an empty query is none"


async def test_a_document_without_a_hash_is_neither_looked_up_nor_kept(shared: Shared | None) -> None:
    documents = Persisted(shared)
    assert await documents.resolve(QUERY, None) == QUERY
    assert await documents.resolve(QUERY, {}) == QUERY
    assert await documents.resolve(QUERY, {"tracing": True}) == QUERY
    assert await documents.resolve(QUERY, {"persistedQuery": None}) == QUERY
    assert (await refused(documents.resolve(None, persisted(hashed(QUERY)))))[0] is Code.PERSISTED_QUERY_NOT_FOUND
    assert documents.held_bytes == 0


async def test_a_hash_of_another_text_is_refused_and_nothing_is_kept(shared: Shared | None) -> None:
    documents = Persisted(shared)
    code, says = await refused(documents.resolve(QUERY, persisted(hashed(OTHER))))
    assert code is Code.BAD_REQUEST
    assert "is not the hash of `query`" in says
    for text in (QUERY, OTHER):
        assert (await refused(documents.resolve(None, persisted(hashed(text)))))[0] is Code.PERSISTED_QUERY_NOT_FOUND


@pytest.mark.parametrize(
    ("extension", "says"),
    [
        (persisted(hashed(QUERY), 2), "version` must be 1"),
        (persisted(hashed(QUERY), "1"), "version` must be 1"),
        (persisted(hashed(QUERY), True), "version` must be 1"),
        (persisted(hashed(QUERY), None), "version` must be 1"),
        (persisted(None), "64 hexadecimal digits"),
        (persisted(""), "64 hexadecimal digits"),
        (persisted(5), "64 hexadecimal digits"),
        (persisted("x" * 64), "64 hexadecimal digits"),
        (persisted("a" * 65), "64 hexadecimal digits"),
        (persisted("٤" * 64), "64 hexadecimal digits"),
        (persisted(hashed(QUERY) + "\n"), "64 hexadecimal digits"),
        (persisted("a" * 1_000_000), "64 hexadecimal digits"),
        (persisted([hashed(QUERY)]), "64 hexadecimal digits"),
        ({"persistedQuery": hashed(QUERY)}, "must be an object"),
        ({"persistedQuery": []}, "must be an object"),
    ],
)
@pytest.mark.parametrize("documents", [Persisted(), Trusted({hashed(QUERY): QUERY})], ids=["persisted", "trusted"])
async def test_a_hash_that_makes_no_sense_is_refused(
    extension: dict[str, Any], says: str, documents: Persisted | Trusted
) -> None:
    for query in (None, QUERY):
        code, message = await refused(documents.resolve(query, extension))
        assert code is Code.BAD_REQUEST
        assert says in message
        assert len(message) < 200


async def test_no_document_at_all_is_refused() -> None:
    for documents in (Persisted(), Trusted({})):
        assert (await refused(documents.resolve(None, None)))[0] is Code.BAD_REQUEST


async def test_the_number_of_documents_kept_is_bounded() -> None:
    documents = Persisted(most=3)
    texts = [f"{{ viewer {{ name }} }} # {at}" for at in range(5)]
    for text in texts:
        await documents.resolve(text, persisted(hashed(text)))
        assert await documents.resolve(None, persisted(hashed(texts[0]))) == texts[0], "what is used stays"
    assert (await refused(documents.resolve(None, persisted(hashed(texts[2])))))[0] is Code.PERSISTED_QUERY_NOT_FOUND
    assert await documents.resolve(None, persisted(hashed(texts[4]))) == texts[4]


async def test_their_bytes_are_bounded() -> None:
    documents = Persisted(most_bytes=100_000)
    for at in range(100):
        text = f"# {at}" + "x" * 10_000
        await documents.resolve(text, persisted(hashed(text)))
        assert documents.held_bytes <= 100_000
    assert 2 <= len(documents._known) <= 5
    for text in documents._known.copy():
        await documents._find(text)
    assert documents.held_bytes == sum(2 * len(text) + 300 for text in documents._known.values())


async def test_sending_a_document_again_does_not_count_it_twice() -> None:
    documents = Persisted()
    for _ in range(5):
        await documents.resolve(QUERY, persisted(hashed(QUERY)))
    assert documents.held_bytes == 2 * len(QUERY) + 300


async def test_a_huge_document_is_answered_but_not_kept(shared: Shared | None) -> None:
    documents = Persisted(shared)
    text = "x" * (LONGEST + 1)
    assert await documents.resolve(text, persisted(hashed(text))) == text
    assert (await refused(documents.resolve(None, persisted(hashed(text)))))[0] is Code.PERSISTED_QUERY_NOT_FOUND


async def test_half_a_surrogate_pair_is_no_error_of_ours(shared: Shared | None) -> None:
    documents, text = Persisted(shared), "{ a \ud800 }"
    assert (await refused(documents.resolve(text, persisted(hashed(QUERY)))))[0] is Code.BAD_REQUEST
    digest = sha256(text.encode(errors="surrogatepass")).hexdigest()
    assert await documents.resolve(text, persisted(digest)) == text
    documents._known.clear()
    if shared:
        assert await documents.resolve(None, persisted(digest)) == text
    assert (await refused(Trusted({}).resolve(text, None)))[0] is Code.FORBIDDEN


async def test_another_process_finds_a_document_in_redis(redis: str) -> None:
    one, other = Shared(redis), Shared(redis)
    await one.redis.flushall()
    await Persisted(one).resolve(QUERY, persisted(hashed(QUERY)))
    documents = Persisted(other)
    assert await documents.resolve(None, persisted(hashed(QUERY))) == QUERY
    assert 29 * 86400 < await one.redis.ttl(f"{PREFIX}document:{hashed(QUERY)}") <= 30 * 86400
    await one.redis.flushall()
    assert await documents.resolve(None, persisted(hashed(QUERY))) == QUERY, "and keeps it"
    await one.close()
    await other.close()


async def test_redis_cannot_make_one_document_of_another(redis: str) -> None:
    shared = Shared(redis)
    await shared.redis.set(f"{PREFIX}document:{hashed(QUERY)}", OTHER)
    code, _ = await refused(Persisted(shared).resolve(None, persisted(hashed(QUERY))))
    assert code is Code.PERSISTED_QUERY_NOT_FOUND
    await shared.close()


async def test_a_document_id_needs_registered_documents() -> None:
    assert (await refused(Persisted().resolve(None, None, hashed(QUERY))))[0] is Code.BAD_REQUEST


# --- registered documents -------------------------------------------------------------------------------------------

TWO = "query A { viewer { name } }\r\nquery B { viewer { role } }\n"


@pytest.fixture
def trusted(tmp_path: Path) -> Trusted:
    """A server for three registered documents; one of them stands in a folder of its own."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "viewer.graphql").write_bytes(QUERY.encode())
    (tmp_path / "inner" / "two.graphql").write_bytes(TWO.encode())
    (tmp_path / "ü.graphql").write_bytes('{ customers(search: "ü") { totalCount } }'.encode())
    (tmp_path / "notes.txt").write_bytes(OTHER.encode())
    return Trusted.read(tmp_path)


@pytest.mark.parametrize("text", [QUERY, TWO, '{ customers(search: "ü") { totalCount } }'])
async def test_a_registered_document_is_found_in_every_way(text: str, trusted: Trusted) -> None:
    assert await trusted.resolve(text, None) == text
    assert await trusted.resolve(None, persisted(hashed(text))) == text
    assert await trusted.resolve(text, persisted(hashed(text))) == text
    assert await trusted.resolve(None, None, hashed(text)) == text
    assert await trusted.resolve(None, None, f"sha256:{hashed(text)}") == text
    assert await trusted.resolve(text, persisted(hashed(text)), hashed(text).upper()) == text


@pytest.mark.parametrize(
    "text",
    [
        OTHER,
        QUERY + " ",
        QUERY + "\n",
        TWO.replace("\r\n", "\n"),
        "query A { viewer { name } }",
        "{ __schema { types { name } } }",
        "{ __typename }",
        "",
    ],
)
async def test_any_other_document_is_forbidden(text: str, trusted: Trusted) -> None:
    code, says = await refused(trusted.resolve(text, None))
    assert code is Code.FORBIDDEN
    assert "Only registered documents" in says
    assert (await refused(trusted.resolve(None, None, hashed(text))))[0] is Code.FORBIDDEN
    assert (await refused(trusted.resolve(None, persisted(hashed(text)))))[0] is Code.FORBIDDEN
    if text:
        assert (await refused(trusted.resolve(text, persisted(hashed(text)))))[0] is Code.FORBIDDEN


async def test_a_document_cannot_be_smuggled_in_beside_a_registered_one(trusted: Trusted) -> None:
    code, _ = await refused(trusted.resolve(OTHER, persisted(hashed(QUERY))))
    assert code is Code.BAD_REQUEST
    for query, extension, id_ in (
        (OTHER, None, hashed(QUERY)),
        (None, persisted(hashed(TWO)), hashed(QUERY)),
        (QUERY, persisted(hashed(QUERY)), hashed(TWO)),
    ):
        code, says = await refused(trusted.resolve(query, extension, id_))
        assert code is Code.BAD_REQUEST
        assert "two documents" in says


@pytest.mark.parametrize("id_", [5, [], {}, True])
async def test_a_document_id_is_a_string(id_: object, trusted: Trusted) -> None:
    assert (await refused(trusted.resolve(QUERY, None, id_)))[0] is Code.BAD_REQUEST


def test_a_folder_without_documents_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no such folder"):
        Trusted.read(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="there is none in it"):
        Trusted.read(tmp_path)
    (tmp_path / "latin.graphql").write_bytes('{ customers(search: "ü") { totalCount } }'.encode("latin-1"))
    with pytest.raises(ValueError, match=r"latin\.graphql is not UTF-8"):
        Trusted.read(tmp_path)
