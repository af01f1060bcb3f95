"""The sales force: reps and teams, and the figures of a rep, worked out from orders."""

import models
from compiler.catalog import Argument, Kind, Via
from schema.kit import column, entity, formula, money_formula, to_many, to_one
from schema.order import SALE

PERIOD = (
    (Argument("from", Kind.DATE), "First day of the period."),
    (Argument("to", Kind.DATE, after="from"), "The day after the last day of the period."),
)

# Credited net of the orders confirmed in the period, less what was returned in it: whenever the order was confirmed.
ACTUAL = (
    "SELECT (SELECT COALESCE({whole:SUM(c.base_amount_minor)}, 0)"
    " FROM order_credit c JOIN sales_order o ON o.id = c.order_id"
    f" WHERE c.rep_id = {{row}}.id AND {SALE}"
    " AND o.confirmed_on >= {arg:from} AND o.confirmed_on < {arg:to}"
    " AND {visible:Order:o} AND {visible:OrderCredit:c:order_id})"
    " - (SELECT COALESCE({whole:SUM(b.base_amount_minor)}, 0) FROM order_return_credit b"
    " JOIN order_return k ON k.id = b.order_return_id JOIN sales_order o ON o.id = k.order_id"
    " WHERE b.rep_id = {row}.id AND b.returned_on >= {arg:from} AND b.returned_on < {arg:to}"
    " AND {visible:Order:o} AND {visible:OrderReturn:k:order_id})"
)

# A target counts for the share of its days that lie in the period: amount × shared / days. The sum is rounded once,
# halves up. Whole coins are added by themselves, and what is left of each share in 10^-12 of a coin, rounded up, so
# that nothing overflows 64 bits. At most two targets lie in the period in part, so a sum below a half is below it by
# one over twice the product of their days at least: by more than both were rounded up, unless each has 500,000 days.
_OVERLAP = (
    "{days:CASE WHEN g.period_start > {arg:from} THEN g.period_start ELSE {arg:from} END"
    "|CASE WHEN g.period_end < {arg:to} THEN g.period_end ELSE {arg:to} END}"
)
TARGET = (
    "SELECT {whole:SUM(d.amount / d.days * d.shared + d.amount % d.days * d.shared / d.days)}"
    " + ({whole:SUM((d.amount % d.days * d.shared % d.days * 1000000000000 + d.days - 1) / d.days)} + 500000000000)"
    " / 1000000000000"
    f" FROM (SELECT g.amount_minor AS amount, {{days:g.period_start|g.period_end}} AS days, {_OVERLAP} AS shared"
    " FROM sales_target g WHERE g.rep_id = {row}.id AND g.period_start < {arg:to} AND g.period_end > {arg:from}"
    " AND {visible:SalesTarget:g:rep_id:team_id}) d"  # a rep's target is no team's
)

# Commission = Σ over tiers of rate × the sales that lie between the tier's bounds, which are shares of the target:
# target × bps / 10,000, exactly, so in coins and ten-thousandths of one. Halves round up, once, at the end. A `WHOLE`
# plan pays the rate of the tier that is reached on everything. What a coin's parts come to is summed apart, so that
# nothing overflows 64 bits.
_COINS = "((f.target / 10000) * {bps} + ((f.target % 10000) * {bps}) / 10000)"
_PARTS = "(((f.target % 10000) * {bps}) % 10000)"
_REACHED = f"(f.actual >= {_COINS} + ({_PARTS} + 9999) / 10000)"


def _between(mode_whole: str, open_: str, closed: str) -> str:
    """One of three: of a `WHOLE` plan's tier that is reached, and of a tier that sales end in, or go beyond."""
    low, high = _REACHED.format(bps="r.from_bps"), f"(r.to_bps IS NULL OR NOT {_REACHED.format(bps='r.to_bps')})"
    whole = f"CASE WHEN {low} AND {high} THEN {mode_whole} ELSE 0 END"
    marginal = f"CASE WHEN NOT {low} THEN 0 WHEN {high} THEN {open_} ELSE {closed} END"
    return f"CASE p.tier_mode WHEN 'WHOLE' THEN {whole} ELSE {marginal} END"


_LOW, _LOW_PARTS = _COINS.format(bps="r.from_bps"), _PARTS.format(bps="r.from_bps")
_HIGH, _HIGH_PARTS = _COINS.format(bps="r.to_bps"), _PARTS.format(bps="r.to_bps")
COMMISSION = (
    "SELECT {whole:SUM((s.coins / 10000) * s.rate_bps)}"
    " + (({whole:SUM((s.coins % 10000) * s.rate_bps)} * 10000 + {whole:SUM(s.parts * s.rate_bps)}) * 2 + 100000000)"
    " / 200000000"
    " FROM (SELECT r.rate_bps, "
    + _between(
        "f.actual",
        f"f.actual - {_LOW} - ({_LOW_PARTS} + 9999) / 10000",
        f"{_HIGH} - {_LOW} - CASE WHEN {_HIGH_PARTS} < {_LOW_PARTS} THEN 1 ELSE 0 END",
    )
    + " AS coins, "
    + _between("0", f"(10000 - {_LOW_PARTS}) % 10000", f"({_HIGH_PARTS} - {_LOW_PARTS} + 10000) % 10000")
    + " AS parts"
    " FROM (SELECT {field:actualSales} AS actual, {field:salesTarget} AS target LIMIT 1) f"
    " JOIN plan_assignment a ON a.rep_id = {row}.id AND a.starts_on <= {arg:from}"
    " AND (a.ends_on IS NULL OR a.ends_on > {arg:from}) AND {visible:PlanAssignment:a:rep_id}"
    " JOIN commission_plan p ON p.id = a.plan_id JOIN commission_tier r ON r.plan_id = p.id"
    " WHERE f.target > 0) s"
)

ATTAINMENT = (
    "SELECT CASE WHEN f.target > 0 AND f.actual < 0 THEN -((-f.actual / f.target) * 10000"
    " + ((-f.actual % f.target) * 20000 + f.target) / (f.target * 2))"
    " WHEN f.target > 0 THEN (f.actual / f.target) * 10000"
    " + ((f.actual % f.target) * 20000 + f.target) / (f.target * 2) END"
    " FROM (SELECT {field:actualSales} AS actual, {field:salesTarget} AS target LIMIT 1) f"
)


@entity(models.Team, "tea", plural="teams", order="NAME", search=("name",), few=True)
class Team:
    """Reps who work together."""

    name = column("Display name, unique.", sort=True)
    members = to_many("SalesRep", "The reps of this team.", by="team")
    targets = to_many("SalesTarget", "What the team is to sell, newest period first.", by="team")
    tickets = to_many("Ticket", "Tickets of this team, newest first.", by="team", order="-CREATED_AT")


@entity(models.SalesRep, "rep", plural="salesReps", order="NAME", search=("name", "email", "position"), few=True)
class SalesRep:
    """A member of the sales force. Sales, attainment and commission are worked out from orders, never typed in."""

    name = column("Display name.", sort=True)
    position = column("Job title: `Account executive`.", sort=True, group=True)
    email = column("E-mail address at work; null where it is not for you to see.")
    hired_on = column("First day with us; null where it is not for you to see.", sort=True)
    left_on = column("Last day with us; null while employed.")
    active = column("Whether the rep still sells.")
    manager = to_one("SalesRep", "Whom the rep reports to; null at the top.", sort=True)
    team = to_one("Team", "The rep's team.", sort=True)
    reports = to_many("SalesRep", "Who reports to this rep.", by="manager")
    customers = to_many("Customer", "The customers this rep looks after.", by="owner")
    sales = to_many(
        "Order",
        "The orders credited to this rep, in full or in part, newest first.",
        via=Via("order_credit", "rep_id", "order_id", "OrderCredit", {"order_date": "order_date"}),
        order="-ORDER_DATE",
    )
    credits = to_many("OrderCredit", "The rep's shares of orders, newest first.", by="rep", order="-ORDER_DATE")
    orders = to_many("Order", "The orders this rep looks after, newest first.", by="owner", order="-ORDER_DATE")
    tickets = to_many("Ticket", "The tickets this rep works on, newest first.", by="assignee", order="-CREATED_AT")
    campaigns = to_many("Campaign", "The campaigns this rep runs, newest first.", by="owner")
    targets = to_many("SalesTarget", "What the rep is to sell, newest period first.", by="rep")
    plan_assignments = to_many("PlanAssignment", "The commission plans the rep was on, newest first.", by="rep")
    actual_sales = money_formula(
        "The rep's share of the net of orders confirmed in the period, less returns booked in it, in the "
        "organisation's currency. Null where it is not for you to see.",
        ACTUAL,
        nullable=True,
        arguments=PERIOD,
    )
    sales_target = money_formula(
        "What the rep is to sell in the period: each target counts for the share of its days that lie in it, "
        "and their sum is rounded. Null without a target, or where it is not for you to see.",
        TARGET,
        nullable=True,
        arguments=PERIOD,
    )
    attainment = formula(
        Kind.DECIMAL,
        "Actual sales over target, four decimals: `1.0000` is the target reached exactly. Null without a target, with "
        "one of 0, or where it is not for you to see.",
        ATTAINMENT,
        nullable=True,
        arguments=PERIOD,
    )
    commission = money_formula(
        "What the rep earns on the sales of the period, by the plan in force on its first day: each tier's rate "
        "applies to the sales between the tier's shares of the target. Null without a plan or a target, with a target "
        "of 0, or where it is not for you to see.",
        COMMISSION,
        nullable=True,
        arguments=PERIOD,
    )
