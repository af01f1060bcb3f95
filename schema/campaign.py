"""Marketing: campaigns, and the customers they are addressed to."""

import models
from compiler.catalog import Kind
from resolvers.machines import CAMPAIGN
from schema.kit import column, entity, formula, money, to_many, to_one


@entity(models.Campaign, "cmp", plural="campaigns", order="-START_DATE", search=("name",), few=True)
class Campaign:
    """A marketing effort with a budget, from its first day to its last."""

    name = column("Display name, 1 to 200 characters.", sort=True)
    start_date = column("First day.", sort=True)
    end_date = column("Last day.", sort=True)
    currency = column("The currency of budget and expected revenue.", scalar="Currency", group=True)
    budget = money("What it may cost.", sort=True)
    channel = column("Where it runs.", sort=True)
    channel_detail = column("Where exactly.")
    status = column("Where it stands.", sort=True)
    allowed_transitions = formula(
        Kind.NAMES, "The mutations that its status allows: what buttons to show.", CAMPAIGN.sql()
    )
    objective = column("What it is to achieve.")
    owner = to_one("SalesRep", "Who runs it.", sort=True)
    parent = to_one("Campaign", "The campaign it is a part of.")
    children = to_many("Campaign", "The campaigns that are parts of it.", by="parent")
    members = to_many("CampaignMember", "The customers it is addressed to.", by="campaign", order="CREATED_AT")
    orders = to_many("Order", "The orders it led to, newest first.", by="campaign", order="-ORDER_DATE")
    expected_leads = column("How many enquiries are hoped for.", measure=True)
    expected_revenue = money("What it is hoped to bring in.")
    utm_campaign = column("Its name in links, unique.")
    cancel_reason = column("Why it was called off.")
    member_count = formula(
        Kind.INT,
        "How many customers it is addressed to.",
        "SELECT COUNT(*) FROM campaign_member m"
        " WHERE m.campaign_id = {row}.id AND {visible:CampaignMember:m:campaign_id}",
        sort=True,
    )


@entity(models.CampaignMember, "mem", plural="campaignMembers", order="CREATED_AT", root=False)
class CampaignMember:
    """A customer a campaign is addressed to."""

    campaign = to_one("Campaign", "The campaign.")
    customer = to_one("Customer", "The customer.", sort=True)
    status = column("How far the campaign got with this customer.", sort=True)
    excluded_reason = column("Why this customer was left out.")
