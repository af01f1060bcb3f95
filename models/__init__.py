"""The tables: one class a table, one file a family of nouns; `models/migrations` makes them."""

from models.campaign import Campaign, CampaignChannel, CampaignMember, CampaignStatus, MemberStatus
from models.customer import (
    Contact,
    ContactChannel,
    Customer,
    CustomerKind,
    CustomerSource,
    Lifecycle,
    RouteStatus,
    SizeBand,
)
from models.order import Order, OrderCredit, OrderLine, OrderStatus
from models.organisation import Organisation, Rounding
from models.performance import CommissionPlan, CommissionTier, PlanAssignment, SalesTarget, TierMode
from models.product import Product, ProductCategory
from models.sales_rep import SalesRep, Team
from models.ticket import (
    AuthorKind,
    Ticket,
    TicketMessage,
    TicketPriority,
    TicketResolution,
    TicketStatus,
    Visibility,
)

__all__ = [
    "AuthorKind",
    "Campaign",
    "CampaignChannel",
    "CampaignMember",
    "CampaignStatus",
    "CommissionPlan",
    "CommissionTier",
    "Contact",
    "ContactChannel",
    "Customer",
    "CustomerKind",
    "CustomerSource",
    "Lifecycle",
    "MemberStatus",
    "Order",
    "OrderCredit",
    "OrderLine",
    "OrderStatus",
    "Organisation",
    "PlanAssignment",
    "Product",
    "ProductCategory",
    "Rounding",
    "RouteStatus",
    "SalesRep",
    "SalesTarget",
    "SizeBand",
    "Team",
    "Ticket",
    "TicketMessage",
    "TicketPriority",
    "TicketResolution",
    "TicketStatus",
    "TierMode",
    "Visibility",
]
