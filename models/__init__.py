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
from models.identity import ApiKey, Role, Session, User, UserRole
from models.journal import AuditEntry, ChangeKind, IdempotencyRecord, OutboxEvent
from models.order import (
    Order,
    OrderCredit,
    OrderLine,
    OrderReturn,
    OrderReturnCredit,
    OrderReturnLine,
    OrderStatus,
)
from models.organisation import Organisation, Rounding
from models.performance import (
    CommissionPlan,
    CommissionTier,
    PlanAssignment,
    SalesTarget,
    TargetRevision,
    TierMode,
)
from models.product import Product, ProductCategory
from models.sales_rep import SalesRep, Team
from models.ticket import (
    AuthorKind,
    Ticket,
    TicketMessage,
    TicketPriority,
    TicketResolution,
    TicketStatus,
    TicketStatusChange,
    Visibility,
)

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuthorKind",
    "Campaign",
    "CampaignChannel",
    "CampaignMember",
    "CampaignStatus",
    "ChangeKind",
    "CommissionPlan",
    "CommissionTier",
    "Contact",
    "ContactChannel",
    "Customer",
    "CustomerKind",
    "CustomerSource",
    "IdempotencyRecord",
    "Lifecycle",
    "MemberStatus",
    "Order",
    "OrderCredit",
    "OrderLine",
    "OrderReturn",
    "OrderReturnCredit",
    "OrderReturnLine",
    "OrderStatus",
    "Organisation",
    "OutboxEvent",
    "PlanAssignment",
    "Product",
    "ProductCategory",
    "Role",
    "Rounding",
    "RouteStatus",
    "SalesRep",
    "SalesTarget",
    "Session",
    "SizeBand",
    "TargetRevision",
    "Team",
    "Ticket",
    "TicketMessage",
    "TicketPriority",
    "TicketResolution",
    "TicketStatus",
    "TicketStatusChange",
    "TierMode",
    "User",
    "UserRole",
    "Visibility",
]
