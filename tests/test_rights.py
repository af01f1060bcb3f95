"""What each role sees equals what the page says, on both databases: every row, field, filter, count, sum and group."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given

import access
from schema import CONTRACTS
from tests import rights
from tests.drawing import decisions, operation
from tests.test_oracle import Both, both, drawn
from tests.viewers import ADMIN, SEES_MANY, VIEWERS

__all__ = ["both"]

WHO = {name: viewer for name, viewer in VIEWERS.items() if viewer is not ADMIN} | {"sees-many": SEES_MANY}


@pytest.fixture(scope="module", autouse=True)
def small_crowd() -> Iterator[None]:
    """The world is too small for crowds of ten: nobody would see a figure, and a leak could not show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(access, "CROWD", rights.CROWD)
        CONTRACTS.of.cache_clear()
        yield
    CONTRACTS.of.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
@drawn(150)
@given(drawing=decisions)
async def test_a_role_gets_what_the_page_says(both: Both, who: str, drawing: bytes) -> None:
    viewer = WHO[who]
    written, first, second = operation(drawing, CONTRACTS.of(viewer.role).schema)
    data = await both.ask(first.query, first.variables, viewer)
    if first.variables:
        await both.ask(second.query, second.variables, viewer)
        assert await both.ask(written.literal().query, viewer=viewer) == data
