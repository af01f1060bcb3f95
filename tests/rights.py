"""Who may see what, said slowly and obviously: the company as one viewer sees it, for the oracle to answer from.

With the product it shares nothing but the names: the rules are written down here a second time, in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from access import Viewer
from tests.oracle import Args, Company, Row

CROWD = 3
"""Of how many customers figures must be for those who see none: less than in the product, for the world is small."""
OWN = {"email", "hiredOn", "leftOn", "actualSales", "salesTarget", "attainment", "commission"}
"""What a rep is nobody's business but their own and their managers'."""
SUBJECT = {"Customer": "id", "Order": "customer_id", "Ticket": "customer_id", "CampaignMember": "customer_id"}
CAMPAIGN_VERBS = {
    "updateCampaign", "scheduleCampaign", "startCampaign", "pauseCampaign", "completeCampaign", "cancelCampaign",
    "addCampaignMembers", "deleteCampaign",
}  # fmt: skip
CHANGED = {
    "MANAGER": {"Customer", "Contact", "Order", "OrderLine", "Ticket", "Campaign", "Product", "ProductCategory",
                "SalesRep"},
    "REP": {"Customer", "Contact", "Order", "OrderLine", "Ticket"},
    "AGENT": {"Contact", "Ticket"},
    "MARKETING": {"Campaign"},
    "READONLY": set(),
}  # fmt: skip
"""By role: of which entities it may change those records that are its own."""
SELLERS = {"MANAGER", "REP"}
"""The roles that see customers they do not look after, by a credit, and may not change those."""
LOOKED_AFTER = {
    ("updateCustomer", "id"), ("updateCustomers", "id"), ("deleteCustomer", "id"), ("createContact", "customerId"),
    ("updateContact", "id"), ("deleteContact", "id"),
}  # fmt: skip
"""By verb: the arguments that take, from those roles, only customers they look after, and the contacts there."""


class Seen(Company):
    """The company, without what a viewer may not see."""

    def __init__(self, whole: Company, viewer: Viewer) -> None:
        self.currency = whole.currency
        self.viewer = viewer
        self.own = set(viewer.rep_ids)
        self.whole = whole
        self.rows = whole.rows
        self.removed_customers: Sequence[Row] = ()
        """For tests that bring some back."""
        if viewer.role != "ADMIN":
            keep = {name: self._kept(name) for name in whole.rows}
            self.rows = {
                name: {id_: row for id_, row in rows.items() if keep[name](row)} for name, rows in whole.rows.items()
            }

    # --- rows -----------------------------------------------------------------------------------------------

    def _kept(self, entity: str) -> Any:
        return getattr(self, f"_{self.viewer.role.lower()}")(entity)

    def _customers(self) -> set[int]:
        """The customers that are one's own: looked after, or with a credit."""
        orders = self.whole.rows["Order"]
        looked_after = {each.id for each in self.whole.all("Customer") if each.owner_id in self.own}
        credits = (each for each in self.whole.all("OrderCredit") if each.rep_id in self.own)
        return looked_after | {orders[each.order_id].customer_id for each in credits if each.order_id in orders}

    def _of_customers(self, entity: str, mine: set[int]) -> Any:
        orders = {each.id for each in self.whole.all("Order") if each.customer_id in mine}
        tickets = {each.id for each in self.whole.all("Ticket") if each.customer_id in mine}
        returns = {each.id for each in self.whole.all("OrderReturn") if each.order_id in orders}
        match entity:
            case "Customer":
                return lambda row: row.id in mine
            case "Contact" | "Order" | "Ticket" | "CampaignMember":
                return lambda row: row.customer_id in mine
            case "OrderLine" | "OrderReturn":
                return lambda row: row.order_id in orders
            case "OrderReturnLine":
                return lambda row: row.order_return_id in returns
            case "TicketMessage" | "TicketStatusChange":
                return lambda row: row.ticket_id in tickets
        raise KeyError(entity)

    def _rep(self, entity: str) -> Any:
        targets = {each.id for each in self.whole.all("SalesTarget") if self._target(each)}
        plans = {each.plan_id for each in self.whole.all("PlanAssignment") if each.rep_id in self.own}
        match entity:
            case "Campaign" | "Product" | "ProductCategory" | "SalesRep" | "Team" | "OrderReturnCredit":
                return lambda row: True
            case "OrderCredit" | "PlanAssignment":
                return lambda row: row.rep_id in self.own
            case "SalesTarget":
                return lambda row: row.id in targets
            case "TargetRevision":
                return lambda row: row.target_id in targets
            case "CommissionPlan":
                return lambda row: row.id in plans
            case "CommissionTier":
                return lambda row: row.plan_id in plans
        return self._of_customers(entity, self._customers())

    def _target(self, target: Row) -> bool:
        teams = {each.team_id for each in self.whole.all("SalesRep") if each.id in self.own} - {None}
        return target.rep_id in self.own or (self.viewer.role == "MANAGER" and target.team_id in teams)

    def _manager(self, entity: str) -> Any:
        if entity in ("CommissionPlan", "CommissionTier"):
            return lambda row: True
        if entity == "CampaignMember":
            return lambda row: True
        return self._rep(entity)

    def _agent(self, entity: str) -> Any:
        if entity in (
            "Ticket",
            "TicketMessage",
            "TicketStatusChange",
            "Product",
            "ProductCategory",
            "SalesRep",
            "Team",
        ):
            return lambda row: True
        if entity in ("Customer", "Contact", "Order"):
            return self._of_customers(entity, {each.customer_id for each in self.whole.all("Ticket")})
        return lambda row: False

    def _marketing(self, entity: str) -> Any:
        seen = {
            "Campaign", "CampaignMember", "Contact", "Customer", "Order", "OrderReturn", "Product", "ProductCategory",
            "SalesRep", "Team", "Ticket",
        }  # fmt: skip
        return lambda row: entity in seen

    def _readonly(self, entity: str) -> Any:
        seen = {
            "Campaign", "CampaignMember", "Customer", "Order", "Product", "ProductCategory", "SalesRep", "Team",
            "Ticket",
        }  # fmt: skip
        return lambda row: entity in seen

    # --- what verbs may name --------------------------------------------------------------------------------

    def below(self) -> set[int]:
        """The reps below a manager: those who report to him, or to others who do."""
        found: set[int] = set()
        while more := {rep.id for rep in self.all("SalesRep") if rep.manager_id in {self.viewer.rep_id, *found}} - {
            *found,
            self.viewer.rep_id,
        }:
            found |= more
        return found

    def led(self) -> set[int]:
        """The teams of a manager: his own, and those of nobody but reps below."""
        teams: dict[int, set[int]] = {}
        for rep in self.all("SalesRep"):
            teams.setdefault(rep.team_id, set()).add(rep.id)
        below = self.below()
        return {team for team, members in teams.items() if self.viewer.rep_id in members or members <= below} - {None}

    def looks_after(self, entity: str, row: Row) -> bool:
        """Whether the viewer looks after a customer, or after that of a contact: a credit is not enough."""
        customer = row if entity == "Customer" else self.whole.rows["Customer"].get(row.customer_id)
        return customer is not None and customer.owner_id in self.own

    def named(self, verb: str, path: Sequence[str], entity: str) -> set[int]:
        """The records that the viewer may give a verb as the argument at a path."""
        rows = self.rows[entity].values()
        if entity in COUNTED.get(self.viewer.role, set()) | GONE.get(self.viewer.role, set()):
            return set()
        if verb == "restoreCustomer":
            return {row.id for row in self.removed_customers if self.looks_after(entity, row)}
        if self.viewer.role in SELLERS and (verb, path[-1]) in LOOKED_AFTER:
            return {row.id for row in rows if self.looks_after(entity, row)}
        if self.viewer.role == "MANAGER":
            teams = self.led()
            match verb, path[-1]:
                case ("updateSalesRep", "id") | ("setSalesTarget" | "assignCommissionPlan", "repId"):
                    return self.below()
                case "setSalesTarget", "teamId":
                    return teams
                case "deleteSalesTarget", "id":
                    return {row.id for row in rows if row.rep_id in self.below() or row.team_id in teams}
                case "unassignCommissionPlan", "id":
                    return {row.id for row in rows if row.rep_id in self.below()}
        return {row.id for row in rows}

    # --- fields ---------------------------------------------------------------------------------------------

    def value(self, entity: str, row: Row, name: str, given: Args | None = None) -> Any:
        role = self.viewer.role
        if name == "viewerCanUpdate":
            if role == "ADMIN":
                return True
            if role in SELLERS and entity in ("Customer", "Contact"):
                return self.looks_after(entity, row)
            return entity in CHANGED[role] and (entity != "SalesRep" or row.id in self.below())
        if entity == "SalesRep" and name in OWN and role != "ADMIN" and row.id not in self.own:
            return None
        value = super().value(entity, row, name, given)
        if name == "allowedTransitions":
            return [verb for verb in value if self._verb(entity, verb)]
        return value

    def _verb(self, entity: str, verb: str) -> bool:
        match self.viewer.role, entity:
            case ("ADMIN" | "MANAGER", _):
                return True
            case ("MARKETING", "Campaign"):
                return verb in CAMPAIGN_VERBS
            case ("REP", "Order" | "Ticket") | ("AGENT", "Ticket"):
                return verb != "deleteTicket"
        return False

    def texts(self, entity: str, row: Row) -> list[str]:
        if entity == "SalesRep" and self.viewer.role != "ADMIN" and row.id not in self.own:
            return [row.name, row.position]
        return super().texts(entity, row)

    def told(self, entity: str, rows: Iterable[Row]) -> list[Row]:
        rows = list(rows)
        if self.viewer.role != "READONLY" or entity not in SUBJECT:
            return rows
        return rows if len({getattr(each, SUBJECT[entity]) for each in rows}) >= CROWD else []


def seen_by(viewer: Viewer, company: Company) -> Seen:
    """The company as a viewer sees it."""
    return Seen(company, viewer)


# --- what is there at all -----------------------------------------------------------------------------------------

GONE = {
    "MANAGER": set(),
    "REP": set(),
    "AGENT": {"Campaign", "CampaignMember", "CommissionPlan", "CommissionTier", "OrderCredit", "OrderLine",
              "OrderReturn", "OrderReturnLine", "PlanAssignment", "SalesTarget", "TargetRevision"},
    "MARKETING": {"CommissionPlan", "CommissionTier", "OrderCredit", "OrderLine", "OrderReturn", "OrderReturnLine",
                  "PlanAssignment", "SalesTarget", "TargetRevision", "TicketMessage", "TicketStatusChange"},
    "READONLY": {"CommissionPlan", "CommissionTier", "Contact", "OrderCredit", "OrderLine", "OrderReturn",
                 "OrderReturnLine", "PlanAssignment", "SalesTarget", "TargetRevision", "TicketMessage",
                 "TicketStatusChange"},
}  # fmt: skip
"""By role: the entities it does not meet at all."""
BY_WAY_OF = {("SalesRep", "sales"): "OrderCredit"}
"""The links that lead by way of other records, which a role must meet too: it would find nothing by them."""
COUNTED = {
    "MARKETING": {"Order", "Ticket"},
    "READONLY": {"CampaignMember", "Customer", "Order", "Ticket"},
}
"""By role: the entities of which it gets figures, but no single record."""
COUNTED_BY = {
    ("MARKETING", "Order"): "orderDate status currency total rounding subtotal discount net tax baseNet baseTotal"
    " fxDate validUntil confirmedAt confirmedOn cancelledAt cancelReason version createdAt updatedAt",
    ("MARKETING", "Ticket"): "status priority category channel resolution firstRespondedAt resolvedAt closedAt"
    " reopenCount version createdAt updatedAt",
    ("READONLY", "CampaignMember"): "status excludedReason version createdAt updatedAt",
    ("READONLY", "Customer"): "kind lifecycle source city region country industry sizeBand language timeZone"
    " preferredChannel version createdAt updatedAt",
    ("READONLY", "Order"): "orderDate status currency total version createdAt updatedAt",
    ("READONLY", "Ticket"): "status priority category channel resolution firstRespondedAt resolvedAt closedAt"
    " reopenCount version createdAt updatedAt",
}
"""By role and entity: what figures can be worked out, grouped and sorted by."""
NARROWED = {
    ("MARKETING", "Order"): COUNTED_BY["MARKETING", "Order"] + " customer owner campaign tickets",
    ("MARKETING", "Ticket"): COUNTED_BY["MARKETING", "Ticket"] + " customer contact product assignee team",
    ("READONLY", "CampaignMember"): "status",
    ("READONLY", "Customer"): "kind lifecycle source country sizeBand",
    ("READONLY", "Order"): "status currency",
    ("READONLY", "Ticket"): "status priority channel resolution",
}
"""By role and entity: what figures can be narrowed down by, links included; along none where they are of crowds."""
_REP_FIGURES = OWN
_MONEY = {"subtotal", "discount", "net", "tax", "baseNet", "baseTotal", "rounding", "fxDate"}
_LIFE = {"allowedTransitions", "validUntil", "confirmedAt", "confirmedOn", "cancelledAt", "cancelReason"}
HIDDEN = {
    "MANAGER": {},
    "REP": {"Product": {"cost"}},
    "AGENT": {
        "Customer": {"lifetimeValue", "lastOrderAt", "taxId"},
        "Order": _MONEY | _LIFE,
        "Product": {"currency", "price", "taxBps", "cost"},
        "SalesRep": _REP_FIGURES,
    },
    "MARKETING": {
        "Customer": {"taxId"},
        "Product": {"cost"},
        "SalesRep": _REP_FIGURES,
    },
    "READONLY": {
        "Campaign": {"memberCount"},
        "Product": {"cost"},
        "SalesRep": _REP_FIGURES,
    },
}
"""By role and entity: the fields of its records that a role does not find."""
VERBS = {
    "MANAGER": "createCustomer createCustomers updateCustomer updateCustomers deleteCustomer restoreCustomer"
    " createContact updateContact deleteContact createOrder createOrders updateOrder deleteOrder addOrderLine"
    " updateOrderLine removeOrderLine sendOrder confirmOrder expireOrder cancelOrder fulfilOrder returnOrder"
    " createTicket createTickets updateTicket replyToTicket assignTicket holdTicket resumeTicket resolveTicket"
    " closeTicket reopenTicket deleteTicket createCampaign updateCampaign deleteCampaign scheduleCampaign startCampaign"
    " pauseCampaign completeCampaign cancelCampaign addCampaignMembers advanceCampaignMember advanceCampaignMembers"
    " removeCampaignMember createProduct updateProduct deleteProduct createProductCategory updateProductCategory"
    " deleteProductCategory updateSalesRep setSalesTarget deleteSalesTarget assignCommissionPlan"
    " unassignCommissionPlan",
    "REP": "createCustomer createCustomers updateCustomer updateCustomers createContact updateContact deleteContact"
    " createOrder createOrders updateOrder deleteOrder addOrderLine updateOrderLine removeOrderLine sendOrder"
    " confirmOrder expireOrder cancelOrder fulfilOrder returnOrder createTicket createTickets updateTicket"
    " replyToTicket assignTicket holdTicket resumeTicket resolveTicket closeTicket reopenTicket",
    "AGENT": "createContact updateContact createTicket createTickets updateTicket replyToTicket assignTicket"
    " holdTicket resumeTicket resolveTicket closeTicket reopenTicket",
    "MARKETING": "createCampaign updateCampaign deleteCampaign scheduleCampaign startCampaign pauseCampaign"
    " completeCampaign cancelCampaign addCampaignMembers advanceCampaignMember advanceCampaignMembers"
    " removeCampaignMember",
    "READONLY": "",
}
"""By role: what it may do."""
WITHHELD = {
    ("REP", "createCustomer"): {"ownerId"},
    ("REP", "createCustomers"): {"items.ownerId"},
    ("MANAGER", "updateSalesRep"): {"managerId", "teamId"},
    ("MANAGER", "replyToTicket"): {"authorId"},
    ("REP", "replyToTicket"): {"authorId"},
    ("AGENT", "replyToTicket"): {"authorId"},
}
"""By role and verb: what it may not say with it."""
