"""Who may see and do what: the page of roles, entities, fields and verbs, and the few functions that read it.

Nothing is open by default: an entity or a field that the page does not know, or a verb nobody may use, stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeVar

from compiler.catalog import Ids
from models.base import Record

M = TypeVar("M", bound=Record)

ADMIN, MANAGER, REP, AGENT, MARKETING, READONLY = "ADMIN", "MANAGER", "REP", "AGENT", "MARKETING", "READONLY"
NOBODY_ROLE = "NOBODY"
"""The role of requests that do not say who sends them."""

ROLES: Mapping[str, str] = {
    ADMIN: "Sees and does everything.",
    MANAGER: "Sees what reps below and in their team see, targets and commissions too, and all campaigns and products.",
    REP: "Sees the customers they look after or have a credit with, and their own sales, target and commission.",
    AGENT: "Sees all tickets, the customers behind them, and the number, date, status and total of their orders.",
    MARKETING: "Sees campaigns, customers and how to reach them, and counts and sums of the rest.",
    READONLY: "Sees products and campaigns, and figures over at least ten customers, in all or by kind and status.",
}
"""The roles that people have, and what each is for."""

ALONE = frozenset({REP})
"""Roles whose own is what belongs to one rep, themselves: `rep_ids` is their `rep_id` and nothing else."""

MANY = 3_000
"""How many credits are many. Fewer are read in a millisecond or two, and the records of their customers found by them;
with as many, one in ten of 200,000 orders is the viewer's, and the newest are found sooner by going through them all.
"""
CROWD = 10
"""How many customers a figure must be about before those who may not see a single one may see it.

Two figures that are each about enough customers can still differ by a few: of all orders, and of all but those of one
day. So such figures are narrowed down by few and coarse fields only (`Rule.narrowed`): by no id, name, town, day or
amount, and by nothing that a link leads to (`schema/kit/restrict.py`). What remains: the figures of a whole less those
of its parts, by groups or by the fields that are left, are about the rest, however few that is; and the greatest and
the least of a field are each of one record. Who must not learn even that should not be given the role.
"""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. Row rules are conditions over these attributes."""

    name: str
    """What audit entries call them: an e-mail address, or the name of a key and whose it is."""
    role: str
    """The role they act in. Of several that a user has it is one at a time: what they show is never put together."""
    rep_id: int | None = None
    """The sales rep this viewer is, if any."""
    rep_ids: tuple[int, ...] = ()
    """The reps whose records count as the viewer's own: of a rep themselves, of a manager all those below as well, and
    the members of their team."""
    below_ids: tuple[int, ...] = ()
    """Of these, the reps who report to the viewer, or to others who do."""
    user_id: int | None = None
    key_id: int | None = None
    """The API key they ask with, if they do."""
    session_id: int | None = None
    """The session they ask with, if they do."""
    scopes: frozenset[str] = frozenset({"read", "write"})
    """What an API key is good for: `read`, `write`, or single verbs such as `createTicket`."""

    sees_many: bool = field(default=False, compare=False)
    """Whether the reps have so many credits that of the newest records many are theirs. It changes no answer."""

    until: float | None = field(default=None, compare=False)
    """When what they ask with expires, in seconds since 1970; None for never."""

    by_cookie: bool = field(default=False, compare=False)
    """Whether their session's token is in a cookie, out of reach of the scripts of the page that asks."""

    roles: tuple[str, ...] = field(default=(), compare=False)
    """All that they may act in with what they ask with, the main one first; nothing but `role` if empty."""

    called: str = field(default="", compare=False)
    """What colleagues call them, and may read where it says who did something: their rep's name, or else their role."""

    identity: str = field(init=False, compare=False)
    """What is remembered of them, whatever they are called by then: their key, or else their user."""

    def __post_init__(self) -> None:
        who = self.name if self.user_id is None else f"user {self.user_id}"
        object.__setattr__(self, "identity", who if self.key_id is None else f"key {self.key_id}")

    @property
    def reads(self) -> bool:
        """Whether they may ask queries, as far as the key goes that they ask with."""
        return self.key_id is None or "read" in self.scopes

    @property
    def writes(self) -> bool:
        """Whether they may write whatever their role may, as far as the key goes that they ask with."""
        return self.key_id is None or "write" in self.scopes

    @property
    def single(self) -> str:
        """The single verbs that their key is good for, each between spaces; none where it is good for all."""
        return "" if self.writes else f" {' '.join(sorted(self.scopes))} "

    @property
    def role_names(self) -> str:
        """The same as the JSON of an array."""
        names = '","'.join(self.roles or (self.role,))
        return f'["{names}"]'


NOBODY = Viewer("Nobody", NOBODY_ROLE)
"""The viewer of a request that does not say who sends it."""


# --- the words of the page ------------------------------------------------------------------------------------------


class Depth(IntEnum):
    """How much of an entity a role meets."""

    NOTHING = 0
    """It is not there."""
    WITHIN = 1
    """Only inside of figures that are worked out from it."""
    FIGURES = 2
    """Lists of it give counts, sums and groups, never a single record."""
    RECORDS = 3
    """Its records."""


@dataclass(frozen=True)
class Rows:
    """Which rows: a condition over `{row}`, and the reasons that make it true, any of which is enough."""

    sql: str
    """Empty where all are meant."""
    why: Mapping[str, str]
    """Conditions over `{row}`, by the words for them."""


EVERY = Rows("", {"everybody of this role sees all of them": "1 = 1"})
NONE = Rows("1 = 0", {})


@dataclass(frozen=True)
class Rule:
    """What a role may see of one entity, and which of its rows a role's verbs may touch."""

    rows: Rows
    fields: str = ""
    """The kinds of fields, of those in `FIELDS`, that it may see besides the plain ones."""
    depth: Depth = Depth.RECORDS
    own: Rows | None = None
    """Of which rows it sees the fields of the kind `own`, if not of all; they are null in the others."""
    writes: Rows | None = None
    """Which rows it may change, and make; all it sees unless given."""
    crowd: str = ""
    """The customer each row is about, where figures must be about `CROWD` of them at least."""
    narrowed: str | None = None
    """The fields its rows can be filtered by; all that are seen unless given."""


ABSENT = Rule(NONE, depth=Depth.NOTHING)


# --- whose is what --------------------------------------------------------------------------------------------------

_LOOKED_AFTER = (
    "EXISTS (SELECT 1 FROM customer u WHERE u.id = {key} AND u.deleted_at IS NULL AND {own:u.owner_id}{fence:})"
)
_CREDITED = "EXISTS (SELECT 1 FROM order_credit c WHERE c.customer_id = {key} AND {own:c.rep_id}{fence:})"
_HELPED = "EXISTS (SELECT 1 FROM ticket h WHERE h.customer_id = {key} AND h.deleted_at IS NULL{fence:})"
SETS: Mapping[str, Ids] = {
    "looked_after": Ids(
        "SELECT u.id FROM customer u WHERE u.deleted_at IS NULL AND {own:u.owner_id}",
        _LOOKED_AFTER,
        wide="sees_many",
    ),
    "credited": Ids("SELECT c.customer_id FROM order_credit c WHERE {own:c.rep_id}", _CREDITED, wide="sees_many"),
    "own_customers": Ids(
        "SELECT id FROM {set:looked_after} UNION SELECT id FROM {set:credited}",
        f"{_LOOKED_AFTER} OR {_CREDITED}",
        wide="sees_many",
    ),
    "helped": Ids("SELECT h.customer_id FROM ticket h WHERE h.deleted_at IS NULL", _HELPED, dense=True),
    "own_plans": Ids("SELECT a.plan_id FROM plan_assignment a WHERE {own:a.rep_id}"),
    "own_teams": Ids("SELECT r.team_id FROM sales_rep r WHERE {own:r.id}"),
    "led_teams": Ids(
        "SELECT r.team_id FROM sales_rep r WHERE r.deleted_at IS NULL AND (r.id = {viewer:rep_id:bigint}"
        " OR ({below:r.id} AND NOT EXISTS (SELECT 1 FROM sales_rep o"
        " WHERE o.team_id = r.team_id AND o.deleted_at IS NULL AND ({below:o.id}) IS NOT TRUE)))"
    ),
}
"""Sets of ids that rules speak of."""


def _among(key: str, sets: Mapping[str, str], all_: str) -> Rows:
    """The rows whose `key` is in a set; by the words for it, each set that is a part of that one."""
    return Rows(f"{{among:{all_}|{key}}}", {words: f"{{among:{name}|{key}}}" for words, name in sets.items()})


_OWN = {
    "the viewer looks after the customer": "looked_after",
    "the viewer has a credit on an order of the customer": "credited",
}


def _of(table: str, key: str, rows: Rows, parent: str, live: str = "deleted_at IS NULL") -> Rows:
    """The rows that belong to a row of `table` which may be seen: `key` is its id, `parent` an alias for it."""

    def found(condition: str) -> str:
        there = f"{parent}.id = {key}" + (f" AND {parent}.{live}" if live else "")
        return f"EXISTS (SELECT 1 FROM {table} {parent} WHERE {there} AND {condition.replace('{row}', parent)})"

    return Rows(found(rows.sql), {words: found(condition) for words, condition in rows.why.items()})


def _one(words: str, sql: str) -> Rows:
    return Rows(sql, {words: sql})


OWN_CUSTOMERS = Rows(
    "({own:{row}.owner_id} OR {among:credited|{row}.id})",
    {
        "the viewer looks after the customer": "{own:{row}.owner_id}",
        "the viewer has a credit on an order of the customer": "{among:credited|{row}.id}",
    },
)
OF_OWN_CUSTOMERS = _among("{row}.customer_id", _OWN, "own_customers")
LOOKED_AFTER = _one("the viewer looks after the customer", "{own:{row}.owner_id}")
OF_LOOKED_AFTER = _among("{row}.customer_id", {"the viewer looks after the customer": "looked_after"}, "looked_after")
"""Without those seen by a credit alone: a share in a sale is no reason to rename, move or take over its customer.

It holds for what is changed, not for what is only named: who may add members to a campaign adds any customer they see,
since that changes the campaign and nothing of the customer.
"""
OWN_REP = _one("it is the viewer's own, or of a rep below or in their team", "{own:{row}.rep_id}")
OWN_SELF = _one("it is the viewer, or a rep below or in their team", "{own:{row}.id}")
BELOW = _one("it is a rep below", "{below:{row}.id}")
OF_BELOW = _one("it is of a rep below", "{below:{row}.rep_id}")
"""Of nobody but those who report to the viewer: whoever could change what is their own could see and earn more, and of
two in one team each could do so for the other."""
_LED = "it is the viewer's team, or one of nobody but reps below"
LED_TEAM = _one(_LED, "{among:led_teams|{row}.id}")
OWN_TEAMS = Rows(
    "({own:{row}.rep_id} OR {among:own_teams|{row}.team_id})",
    {**OWN_REP.why, "it is of a team that the viewer or a rep below is in": "{among:own_teams|{row}.team_id}"},
)
TARGETS_BELOW = Rows(
    "({below:{row}.rep_id} OR {among:led_teams|{row}.team_id})",
    {**OF_BELOW.why, _LED: "{among:led_teams|{row}.team_id}"},
)
OWN_PLANS = _among("{row}.id", {"the viewer is or was on the plan": "own_plans"}, "own_plans")
_HAS_TICKET = {"the customer has a ticket": "helped"}
HELPED = _among("{row}.id", _HAS_TICKET, "helped")
OF_HELPED = _among("{row}.customer_id", _HAS_TICKET, "helped")
OF_OWN_ORDERS = _of("sales_order", "{row}.order_id", OF_OWN_CUSTOMERS, "p")
OF_OWN_TICKETS = _of("ticket", "{row}.ticket_id", OF_OWN_CUSTOMERS, "p")
CUSTOMER_OF_ROW = "{row}.customer_id"

# --- the page: fields -----------------------------------------------------------------------------------------------

COMMON = frozenset({"id", "version", "createdAt", "updatedAt", "viewerCanUpdate"})
"""Fields of every entity, which whoever sees a record sees."""

FIELDS: Mapping[str, Mapping[str, str]] = {
    "Campaign": {
        "": "name startDate endDate channel channelDetail status allowedTransitions objective utmCampaign cancelReason",
        "money": "currency budget expectedLeads expectedRevenue",
        "members": "memberCount",
    },
    "CampaignMember": {"": "status excludedReason"},
    "CommissionPlan": {"": "name tierMode"},
    "CommissionTier": {"": "fromBps toBps rateBps"},
    "Contact": {
        "": "name givenName familyName role isPrimary doNotCall",
        "routes": "phone phoneE164 phoneStatus email emailNorm emailStatus",
    },
    "Customer": {
        "": "kind lifecycle source city region country industry sizeBand language timeZone preferredChannel",
        "name": "name website",
        "routes": "address line1 line2 postalCode phone phoneE164 phoneStatus email emailNorm emailStatus",
        "tax": "taxId",
        "sales": "lifetimeValue lastOrderAt",
    },
    "Order": {
        "": "orderDate status",
        "number": "number",
        "total": "currency total",
        "money": "rounding subtotal discount net tax baseNet baseTotal fxDate",
        "life": "allowedTransitions validUntil confirmedAt confirmedOn cancelledAt cancelReason",
    },
    "OrderCredit": {"": "orderDate share currency amount baseAmount"},
    "OrderLine": {
        "": "position description quantity currency price discountBps taxBps discount net tax total"
        " quantityFulfilled quantityReturned"
    },
    "OrderReturn": {"": "returnedOn reason currency net tax total baseNet baseTotal"},
    "OrderReturnLine": {"": "quantity currency net tax total"},
    "PlanAssignment": {"": "startsOn endsOn"},
    "Product": {
        "": "sku name description unit active",
        "price": "currency price taxBps",
        "cost": "cost",
    },
    "ProductCategory": {"": "name"},
    "SalesRep": {
        "": "name position active",
        "own": "email hiredOn leftOn actualSales salesTarget attainment commission",
    },
    "SalesTarget": {"": "periodStart periodEnd amount"},
    "TargetRevision": {"": "old new reason actor"},
    "Team": {"": "name"},
    "Ticket": {
        "": "status priority category channel resolution firstRespondedAt resolvedAt closedAt reopenCount",
        "text": "number issue description allowedTransitions",
    },
    "TicketMessage": {"": "authorKind visibility channel body"},
    "TicketStatusChange": {"": "fromStatus toStatus actor reason"},
    "Viewer": {"": "name role roles"},
}
"""Every field of every entity once, by the kind that rules speak of; the plain ones first. A link is seen by those who
may see what it leads to."""

# --- the page: rows -------------------------------------------------------------------------------------------------

_ALL = Rule(EVERY, fields="*")
_FIGURES = Rule(EVERY, depth=Depth.FIGURES)
_WITHIN = Rule(EVERY, depth=Depth.WITHIN)
_PLAIN = Rule(EVERY)

PAGE: Mapping[str, Mapping[str, Rule]] = {
    "Campaign": {
        MANAGER: _ALL,
        REP: Rule(EVERY, "money members"),
        MARKETING: _ALL,
        READONLY: Rule(EVERY, "money"),
    },
    "CampaignMember": {
        MANAGER: _PLAIN,
        REP: Rule(OF_OWN_CUSTOMERS),
        MARKETING: _PLAIN,
        READONLY: Rule(EVERY, depth=Depth.FIGURES, crowd=CUSTOMER_OF_ROW, narrowed="status"),
    },
    "CommissionPlan": {
        MANAGER: _PLAIN,
        REP: Rule(OWN_PLANS),
    },
    "CommissionTier": {
        MANAGER: _PLAIN,
        REP: Rule(_of("commission_plan", "{row}.plan_id", OWN_PLANS, "p")),
    },
    "Contact": {
        MANAGER: Rule(OF_OWN_CUSTOMERS, "routes", writes=OF_LOOKED_AFTER),
        REP: Rule(OF_OWN_CUSTOMERS, "routes", writes=OF_LOOKED_AFTER),
        AGENT: Rule(OF_HELPED, "routes"),
        MARKETING: Rule(EVERY, "routes"),
    },
    "Customer": {
        MANAGER: Rule(OWN_CUSTOMERS, "*", writes=LOOKED_AFTER),
        REP: Rule(OWN_CUSTOMERS, "*", writes=LOOKED_AFTER),
        AGENT: Rule(HELPED, "name routes"),
        MARKETING: Rule(EVERY, "name routes sales"),
        READONLY: Rule(EVERY, depth=Depth.FIGURES, crowd="{row}.id", narrowed="kind lifecycle source country sizeBand"),
    },
    "Order": {
        MANAGER: Rule(OF_OWN_CUSTOMERS, "*"),
        REP: Rule(OF_OWN_CUSTOMERS, "*"),
        AGENT: Rule(OF_HELPED, "number total"),
        MARKETING: Rule(EVERY, "total money life", depth=Depth.FIGURES),
        READONLY: Rule(EVERY, "total", depth=Depth.FIGURES, crowd=CUSTOMER_OF_ROW, narrowed="status currency"),
    },
    "OrderCredit": {MANAGER: Rule(OWN_REP), REP: Rule(OWN_REP)},
    "OrderLine": {MANAGER: Rule(OF_OWN_ORDERS), REP: Rule(OF_OWN_ORDERS)},
    "OrderReturn": {MANAGER: Rule(OF_OWN_ORDERS), REP: Rule(OF_OWN_ORDERS), MARKETING: _WITHIN},
    "OrderReturnLine": dict.fromkeys(
        (MANAGER, REP), Rule(_of("order_return", "{row}.order_return_id", OF_OWN_ORDERS, "k", live=""))
    ),
    "PlanAssignment": {MANAGER: Rule(OWN_REP, writes=OF_BELOW), REP: Rule(OWN_REP)},
    "Product": {
        MANAGER: _ALL,
        REP: Rule(EVERY, "price"),
        AGENT: _PLAIN,
        MARKETING: Rule(EVERY, "price"),
        READONLY: Rule(EVERY, "price"),
    },
    "ProductCategory": dict.fromkeys((MANAGER, REP, AGENT, MARKETING, READONLY), _PLAIN) | {MANAGER: _ALL},
    "SalesRep": {
        MANAGER: Rule(EVERY, "own", own=OWN_SELF, writes=BELOW),
        REP: Rule(EVERY, "own", own=OWN_SELF),
        AGENT: _PLAIN,
        MARKETING: _PLAIN,
        READONLY: _PLAIN,
    },
    "SalesTarget": {MANAGER: Rule(OWN_TEAMS, writes=TARGETS_BELOW), REP: Rule(OWN_REP)},
    "TargetRevision": {
        MANAGER: Rule(_of("sales_target", "{row}.target_id", OWN_TEAMS, "g", live="")),
        REP: Rule(_of("sales_target", "{row}.target_id", OWN_REP, "g", live="")),
    },
    "Team": dict.fromkeys((REP, AGENT, MARKETING, READONLY), _PLAIN) | {MANAGER: Rule(EVERY, writes=LED_TEAM)},
    "Ticket": {
        MANAGER: Rule(OF_OWN_CUSTOMERS, "*"),
        REP: Rule(OF_OWN_CUSTOMERS, "*"),
        AGENT: _ALL,
        MARKETING: _FIGURES,
        READONLY: Rule(
            EVERY, depth=Depth.FIGURES, crowd=CUSTOMER_OF_ROW, narrowed="status priority channel resolution"
        ),
    },
    "TicketMessage": {MANAGER: Rule(OF_OWN_TICKETS), REP: Rule(OF_OWN_TICKETS), AGENT: _PLAIN},
    "TicketStatusChange": {MANAGER: Rule(OF_OWN_TICKETS), REP: Rule(OF_OWN_TICKETS), AGENT: _PLAIN},
    "Viewer": dict.fromkeys((MANAGER, REP, AGENT, MARKETING, READONLY, NOBODY_ROLE), _ALL),
}
"""By entity and role: what may be seen. A role that is not named sees nothing; an admin sees all."""

# --- the page: verbs ------------------------------------------------------------------------------------------------

VERBS: Mapping[str, tuple[str, ...]] = {
    "signIn": (ADMIN, MANAGER, REP, AGENT, MARKETING, READONLY, NOBODY_ROLE),
    "switchRole signOut": (ADMIN, MANAGER, REP, AGENT, MARKETING, READONLY),
    "createCustomer createCustomers updateCustomer updateCustomers": (ADMIN, MANAGER, REP),
    "deleteCustomer restoreCustomer": (ADMIN, MANAGER),
    "createContact updateContact": (ADMIN, MANAGER, REP, AGENT),
    "deleteContact": (ADMIN, MANAGER, REP),
    "createOrder createOrders updateOrder deleteOrder addOrderLine updateOrderLine removeOrderLine": (
        ADMIN,
        MANAGER,
        REP,
    ),
    "sendOrder confirmOrder expireOrder cancelOrder fulfilOrder returnOrder": (ADMIN, MANAGER, REP),
    "createTicket createTickets updateTicket replyToTicket assignTicket": (ADMIN, MANAGER, REP, AGENT),
    "holdTicket resumeTicket resolveTicket closeTicket reopenTicket": (ADMIN, MANAGER, REP, AGENT),
    "deleteTicket": (ADMIN, MANAGER),
    "createCampaign updateCampaign deleteCampaign": (ADMIN, MANAGER, MARKETING),
    "scheduleCampaign startCampaign pauseCampaign completeCampaign cancelCampaign": (ADMIN, MANAGER, MARKETING),
    "addCampaignMembers advanceCampaignMember advanceCampaignMembers removeCampaignMember": (
        ADMIN,
        MANAGER,
        MARKETING,
    ),
    "createProduct updateProduct deleteProduct": (ADMIN, MANAGER),
    "createProductCategory updateProductCategory deleteProductCategory": (ADMIN, MANAGER),
    "updateSalesRep": (ADMIN, MANAGER),
    "setSalesTarget deleteSalesTarget assignCommissionPlan unassignCommissionPlan": (ADMIN, MANAGER),
    "createSalesRep deleteSalesRep createTeam updateTeam deleteTeam": (ADMIN,),
    "createCommissionPlan updateCommissionPlan deleteCommissionPlan": (ADMIN,),
}
"""By verbs: the roles that may use them. The records they touch must be theirs besides, as the page of rows has it."""

INTROSPECT = (ADMIN, MANAGER)
"""The roles that may ask for the schema itself in production: those who give out keys, and build or buy what uses them.
The others' programs know what they ask, and a stolen token of theirs should not draw its thief a map."""

VERBS_OF: Mapping[str, frozenset[str]] = {
    role: frozenset(verb for verbs, roles in VERBS.items() if role in roles for verb in verbs.split())
    for role in (*ROLES, NOBODY_ROLE)
}
"""The same by role."""

WITHHELD: Mapping[tuple[str, str], frozenset[str]] = {
    # Who reports to whom, and is in which team, decides who sees what: a manager who moved reps could see more.
    (MANAGER, "updateSalesRep"): frozenset({"managerId", "teamId"}),
    # A rep's new customers are the rep's own: nobody is handed one that they did not ask for and its maker cannot see.
    # One's own customer may be handed over later, and the credits of an order may be shared: that shows in the audit.
    (REP, "createCustomer"): frozenset({"ownerId"}),
    (REP, "createCustomers"): frozenset({"items.ownerId"}),
    # Who does not say writes as themselves, and nobody puts words into a colleague's mouth.
    **{(role, "replyToTicket"): frozenset({"authorId"}) for role in (MANAGER, REP, AGENT)},
}
"""By role and verb: the arguments that this role may not give it; `items.ownerId` is that of each entry of `items`."""


# --- reading the page -----------------------------------------------------------------------------------------------


def rule(entity: str, role: str) -> Rule:
    """What a role may see of an entity. Raises `KeyError` for an entity that is not on the page."""
    rules = PAGE[entity]
    return _ALL if role == ADMIN else rules.get(role, ABSENT)


def visible(entity: str, viewer: Viewer) -> str:
    """The row rule of an entity for a viewer: the condition its rows meet, as a template over `{row}`."""
    return rule(entity, viewer.role).rows.sql


def writable(entity: str, role: str) -> str:
    """The write rule: the condition of rows that a role's verbs may change, and make."""
    found = rule(entity, role)
    return (found.rows if found.writes is None else found.writes).sql


def named(entity: str, role: str, *, change: bool) -> str:
    """The condition of rows that a role's verbs may name, or `change`: none where it is not to see a single one."""
    if rule(entity, role).depth is not Depth.RECORDS:
        return NONE.sql
    return writable(entity, role) if change else rule(entity, role).rows.sql


def withheld(role: str, verb: str) -> frozenset[str]:
    """The arguments that a role may not give a verb."""
    return WITHHELD.get((role, verb), frozenset())


def shown(entity: str, role: str) -> Mapping[str, str]:
    """The fields of an entity that a role may see, besides links, each with its kind."""
    found = rule(entity, role)
    kinds = FIELDS[entity]
    wanted = set(kinds) if found.fields == "*" else {"", *found.fields.split()}
    fields = dict.fromkeys(COMMON, "")
    for kind in wanted:
        fields |= dict.fromkeys(kinds[kind].split(), kind)
    return fields


def may(viewer: Viewer, verb: str) -> bool:
    """Whether a viewer may use a verb at all."""
    scoped = viewer.key_id is None or "write" in viewer.scopes or verb in viewer.scopes
    return scoped and verb in VERBS_OF[viewer.role]


def check(fields: Mapping[str, Iterable[str]], verbs: Iterable[str]) -> None:
    """Refuse to start while the page leaves anything open. Raises `ValueError` that names it.

    `fields` are all fields of all entities that are no links, `verbs` all verbs.
    """
    for entity, names in fields.items():
        if entity not in PAGE or entity not in FIELDS:
            raise ValueError(f"access.py has no rule for {entity}: write one")
        listed = [name for kind in FIELDS[entity].values() for name in kind.split()]
        for name in {*names, *listed} - COMMON:
            if listed.count(name) != 1 or name not in names:
                raise ValueError(f"access.py must name the field {name} of {entity} once, as it is called there")
        for role, found in PAGE[entity].items():
            unknown = set(found.fields.replace("*", "").split()) - set(FIELDS[entity])
            unknown |= set((found.narrowed or "").split()) - shown(entity, role).keys()
            if unknown or role not in VERBS_OF:
                raise ValueError(f"access.py speaks of {role} and {unknown or 'nothing'} at {entity}: there is no such")
    known = {verb for names in VERBS for verb in names.split()}
    for verb in {*verbs} ^ known:
        raise ValueError(f"access.py must say who may use the verb {verb}, if there is one")
