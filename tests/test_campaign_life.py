"""The life of a campaign: every step from every status, held against a table that is written down here."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from errors import Refused
from models import Campaign, CampaignStatus
from models.database import Database
from resolvers.verbs import VERBS
from schema.engine import Engine
from tests.campaigns import ARGUMENTS, C, campaign_in, days, prepare
from tests.writing import ask, mutate, perform_verb, snapshot

STEPS: Mapping[CampaignStatus, Mapping[str, CampaignStatus]] = {
    C.PLANNED: {
        "updateCampaign": C.PLANNED,
        "addCampaignMembers": C.PLANNED,
        "scheduleCampaign": C.SCHEDULED,
        "cancelCampaign": C.CANCELLED,
        "deleteCampaign": C.PLANNED,
    },
    C.SCHEDULED: {
        "updateCampaign": C.SCHEDULED,
        "addCampaignMembers": C.SCHEDULED,
        "startCampaign": C.ACTIVE,
        "cancelCampaign": C.CANCELLED,
        "deleteCampaign": C.SCHEDULED,
    },
    C.ACTIVE: {
        "updateCampaign": C.ACTIVE,
        "addCampaignMembers": C.ACTIVE,
        "pauseCampaign": C.PAUSED,
        "completeCampaign": C.COMPLETED,
        "cancelCampaign": C.CANCELLED,
    },
    C.PAUSED: {
        "updateCampaign": C.PAUSED,
        "addCampaignMembers": C.PAUSED,
        "startCampaign": C.ACTIVE,
        "completeCampaign": C.COMPLETED,
        "cancelCampaign": C.CANCELLED,
        "deleteCampaign": C.PAUSED,
    },
    C.COMPLETED: {"deleteCampaign": C.COMPLETED},
    C.CANCELLED: {"deleteCampaign": C.CANCELLED},
}
"""What may be done to a campaign in each status, and where it leads; all else is refused. It is the business's word,
so it is not taken from the code."""

STEPPING = {
    "updateCampaign", "addCampaignMembers", "scheduleCampaign", "startCampaign", "pauseCampaign", "completeCampaign",
    "cancelCampaign", "deleteCampaign",
}  # fmt: skip


@pytest.fixture
async def engine(own_world: Database) -> Engine:
    """The engine over a world that the test may change; its campaigns are not over, and the fourth is scheduled."""
    await prepare(own_world)
    return Engine(own_world)


def test_the_table_knows_every_status_and_every_verb() -> None:
    assert STEPS.keys() == set(C)
    assert {name for name in VERBS if "Campaign" in name and "Member" not in name} - {"createCampaign"} == STEPPING - {
        "addCampaignMembers"
    }
    assert {verb for steps in STEPS.values() for verb in steps} == STEPPING


@pytest.mark.parametrize("status", list(C), ids=str)
async def test_every_step_that_the_table_has_is_taken(own_world: Database, status: CampaignStatus) -> None:
    for verb, leads in STEPS[status].items():
        id_ = await campaign_in(own_world, status)
        await perform_verb(own_world, verb, id=id_, **ARGUMENTS.get(verb, {}))
        campaign = await Campaign.get(id=id_)
        assert campaign.status is leads, verb
        assert (campaign.deleted_at is not None) == (verb == "deleteCampaign")


@pytest.mark.parametrize("status", list(C), ids=str)
async def test_every_step_that_the_table_has_not_is_refused(own_world: Database, status: CampaignStatus) -> None:
    id_ = await campaign_in(own_world, status)
    before = await snapshot(own_world)
    for verb in sorted(STEPPING - STEPS[status].keys()):
        with pytest.raises(Refused) as refused:
            await perform_verb(own_world, verb, id=id_, **ARGUMENTS.get(verb, {}))
        (error,) = refused.value.errors
        assert (error.code, error.path) == ("NOT_ALLOWED", ("id",)), verb
        assert error.allowed is not None
        assert set(error.allowed) == STEPS[status].keys(), verb
        assert status.value in error.message
    assert await snapshot(own_world) == before


async def test_the_api_names_what_can_be_done(own_world: Database, engine: Engine) -> None:
    for status in C:
        id_ = f"cmp_{await campaign_in(own_world, status)}"
        body = await ask(engine, "query Q($id: ID!) { campaign(id: $id) { allowedTransitions } }", id=id_)
        assert set(body["data"]["campaign"]["allowedTransitions"]) == STEPS[status].keys()


async def test_a_campaign_whose_last_day_is_over_cannot_begin(own_world: Database, engine: Engine) -> None:
    planned, scheduled = await campaign_in(own_world, C.PLANNED), await campaign_in(own_world, C.SCHEDULED)
    paused = await campaign_in(own_world, C.PAUSED)
    for id_ in (planned, scheduled, paused):
        given = {"id": f"cmp_{id_}", "startDate": days(-9), "endDate": days(-3)}
        assert (await mutate(engine, "updateCampaign", given))["errors"] == []
    before = await snapshot(own_world)
    for verb, id_ in (("scheduleCampaign", planned), ("startCampaign", scheduled), ("startCampaign", paused)):
        (error,) = (await mutate(engine, verb, {"id": f"cmp_{id_}"}))["errors"]
        assert (error["code"], error["path"]) == ("INVALID", ["input", "id"])
        assert "updateCampaign" in error["message"]
    assert await snapshot(own_world) == before
    assert (await mutate(engine, "completeCampaign", {"id": f"cmp_{paused}"}))["errors"] == []
