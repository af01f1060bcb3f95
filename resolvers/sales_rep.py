"""What can be done with sales reps and the teams they work in."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Annotated, Any, ClassVar

from errors import Refused, UserError, UserErrorCode, refuse
from models import Customer, Order, OrderCredit, RouteStatus, SalesRep, Team, Ticket, TicketStatus
from resolvers import routes
from resolvers.checks import refuse_circle, refuse_taken
from resolvers.ids import SalesRepId, TeamId
from resolvers.verbs import ABSENT, Absent, Changes, Flat, Length, PartialOf, Ref, Rule, Rules, verb
from resolvers.write import Call

OVER = (TicketStatus.RESOLVED, TicketStatus.CLOSED)
"""The statuses of tickets that nobody works on any more."""


def employment_errors(hired_on: dt.date, left_on: dt.date | None) -> list[UserError]:
    """Nobody leaves before they come."""
    if left_on is None or left_on >= hired_on:
        return []
    message = f"leftOn must not be before hiredOn, {hired_on.isoformat()}; got {left_on.isoformat()}."
    return [UserError(UserErrorCode.INVALID, message, ("left_on",))]


def address_errors(email: str) -> list[UserError]:
    """A customer's address is kept however it looks; a colleague's can be asked for again."""
    if routes.email(email)["email_status"] is not RouteStatus.DOUBTFUL:
        return []
    message = "email must be an e-mail address, such as ann@example.com."
    return [UserError(UserErrorCode.INVALID, message, ("email",))]


@dataclass(frozen=True)
class NewSalesRep:
    """A rep to be made."""

    name: Annotated[str, Length(200, least=1), "Display name, 1 to 200 characters."]
    position: Annotated[str, Length(200, least=1), "Job title: `Account executive`."]
    email: Annotated[str, Length(320), "E-mail address at work."] = ""
    manager_id: Annotated[SalesRepId | None, "Whom the rep reports to; none at the top."] = None
    team_id: Annotated[TeamId | None, "The rep's team."] = None
    hired_on: Annotated[dt.date | Absent, "First day with us; today if a new rep's is left out."] = ABSENT
    left_on: Annotated[dt.date | None, "Last day with us; null while employed."] = None
    active: Annotated[bool, "Whether the rep still sells."] = True

    rules: ClassVar[Rules] = (Rule(employment_errors, ("hired_on", "left_on")), Rule(address_errors, ("email",)))


@dataclass(frozen=True)
class SalesRepDeleted:
    """What became of a rep who was to be removed."""

    deleted_id: Annotated[
        int | None, Ref("SalesRep"), "The id of the removed rep; null if the rep was deactivated instead."
    ]
    sales_rep: Annotated[SalesRep | None, "The deactivated rep; null if removed."]
    deactivated: Annotated[bool, "Whether the rep has sales, and was deactivated instead of removed."]
    customers: Annotated[int, "How many customers this rep was looking after: find them somebody else."]
    tickets: Annotated[int, "How many open tickets this rep was working on: assign them to somebody else."]


@verb("Make a sales rep.", creates=True)
async def create_sales_rep(call: Call, *, new: Annotated[NewSalesRep, Flat()]) -> SalesRep:
    """Make one rep."""
    columns = asdict(new)
    if new.hired_on is ABSENT:
        columns["hired_on"] = await call.today()
    columns = await _checked(call, columns)
    if errors := employment_errors(columns["hired_on"], new.left_on):
        raise Refused(*errors)
    return await call.create(SalesRep, **columns)


@verb("Change a sales rep: what is left out stays, null clears. `active` takes a rep out of selling and back.")
async def update_sales_rep(
    call: Call,
    *,
    id: Annotated[SalesRepId, "Which rep."],
    change: Annotated[Changes, PartialOf(NewSalesRep)],
) -> SalesRep:
    """Change one rep. Refuses a manager who reports to the rep, and a last day before the first."""
    rep = await call.fetch_to_change(SalesRep, id)
    columns = await _checked(call, dict(change))
    await refuse_circle(SalesRep, rep.id, columns.get("manager_id"), "manager_id")
    if errors := employment_errors(columns.get("hired_on", rep.hired_on), columns.get("left_on", rep.left_on)):
        raise Refused(*errors)
    await call.change(rep, **columns)
    return rep


async def _checked(call: Call, columns: dict[str, Any]) -> dict[str, Any]:
    """The columns of a rep, the links among them known to lead somewhere."""
    if columns.get("manager_id") is not None:
        await call.fetch(SalesRep, columns["manager_id"], "manager_id")
    if columns.get("team_id") is not None:
        await call.fetch(Team, columns["team_id"], "team_id")
    if columns.get("email"):
        columns["email"] = routes.email(columns["email"])["email_norm"]
    return columns


@verb("Remove a sales rep. One who has orders or sales is deactivated instead, so that figures stay as they were.")
async def delete_sales_rep(call: Call, *, id: Annotated[SalesRepId, "Which rep."]) -> SalesRepDeleted:
    """Hide a rep, or deactivate one that orders name. Customers, tickets and reports are left as they are: those of a
    removed rep show nobody, those of a deactivated one still show the rep.
    """
    rep = await call.fetch_to_change(SalesRep, id)
    customers = await Customer.filter(owner_id=id, deleted_at=None).count()
    tickets = await Ticket.filter(assignee_id=id, deleted_at=None).exclude(status__in=OVER).count()
    sold = await OrderCredit.filter(rep_id=id).exists() or await Order.filter(owner_id=id).exists()
    if sold:
        await call.change(rep, active=False)
        return SalesRepDeleted(None, rep, True, customers, tickets)
    await call.remove(rep)
    return SalesRepDeleted(rep.id, None, False, customers, tickets)


# --- teams ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewTeam:
    """A team to be made."""

    name: Annotated[str, Length(200, least=1), "Display name, unique whatever its case; 1 to 200 characters."]


@dataclass(frozen=True)
class TeamDeleted:
    """A removed team."""

    deleted_id: Annotated[int, Ref("Team"), "The id of the removed team."]


@verb("Make a team.", creates=True)
async def create_team(call: Call, *, new: Annotated[NewTeam, Flat()]) -> Team:
    """Make one team. Refuses a name that is taken."""
    await refuse_taken(Team, "name", new.name)
    return await call.create(Team, name=new.name)


@verb("Change a team: what is left out stays.")
async def update_team(
    call: Call, *, id: Annotated[TeamId, "Which team."], change: Annotated[Changes, PartialOf(NewTeam)]
) -> Team:
    """Change one team."""
    team = await call.fetch_to_change(Team, id)
    if "name" in change:
        await refuse_taken(Team, "name", change["name"], team.id)
    await call.change(team, **change)
    return team


@verb("Remove a team without reps and open tickets; one that has some is refused. Its name is free again.")
async def delete_team(call: Call, *, id: Annotated[TeamId, "Which team."]) -> TeamDeleted:
    """Hide a team; its reps and open tickets must have been moved to another one before."""
    team = await call.fetch_to_change(Team, id)
    members = await SalesRep.filter(team_id=id, deleted_at=None).count()
    tickets = await Ticket.filter(team_id=id, deleted_at=None).exclude(status__in=OVER).count()
    if members or tickets:
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            f"This team is still needed: reps in it: {members}, open tickets it has: {tickets}. "
            "Move them to another team first.",
            "id",
        )
    await call.remove(team)
    return TeamDeleted(team.id)
