"""The demo company's tickets, and what was written in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from compiler.text import fold
from resolvers.machines import REPLY_STEPS
from server.demo.dates import DAY, HOUR, NOW, ORDERS_START, SECOND, TODAY_DAY
from server.demo.story import Batch, Removals, Row, Story, Stream, weighted
from server.demo.words import CLOSING, ENGLISH, NOTES, ON_HOLD, REOPENED, TALK, TICKET_CATEGORIES

_BATCH = 4000

# How tickets stand that are up to three days, up to a month, and more than a month old.
_FRESH = weighted(NEW=38, OPEN=34, PENDING_CUSTOMER=12, ON_HOLD=5, RESOLVED=9, CLOSED=2)
_RECENT = weighted(NEW=4, OPEN=27, PENDING_CUSTOMER=18, ON_HOLD=8, RESOLVED=23, CLOSED=20)
_OLD = weighted(NEW=1, OPEN=4, PENDING_CUSTOMER=2, ON_HOLD=1, RESOLVED=5, CLOSED=87)
_PRIORITY = weighted(LOW=18, NORMAL=56, HIGH=19, URGENT=7)
_CHANNEL = weighted(
    EMAIL=41, PHONE=22, WEB_FORM=12, CHAT=11, WHATSAPP=5, WECHAT=4, SOCIAL=2, SMS=1, IN_PERSON=1, OTHER=1
)
_RESOLUTION = weighted(FIXED=38, ANSWERED=31, WORKAROUND=9, NO_RESPONSE=12, DUPLICATE=5, REJECTED=5)
_REPLIES = (0,) * 45 + (1,) * 25 + (2,) * 15 + (3,) * 8 + (4,) * 4 + (7,) * 2 + (12,)

_INBOX, _DESK = "Inbox", "Service desk"
"""Who moves a ticket when a customer writes, and when one of us does of whom nothing is known."""

_MOVED_BY = {
    (kind.value, status.value): tuple(step.value for step in steps)
    for kind, moves in REPLY_STEPS.items()
    for status, steps in moves.items()
}
"""Through which statuses a public message leads a ticket, by who wrote it and where the ticket stood."""


class _Life:
    """The steps of one ticket, from its making on."""

    def __init__(self, created: int, agent: str) -> None:
        self.agent = agent
        self.status = "NEW"
        self.last = created
        self.steps: list[tuple[str | None, str, int, str, str | None]] = [(None, "NEW", created, _INBOX, None)]
        """From which status to which, when, by whom and why."""

    def go(self, status: str, at: int, reason: str | None = None, actor: str | None = None) -> None:
        """Take one step."""
        self.steps.append((self.status, status, at, actor or self.agent, reason))
        self.status, self.last = status, at

    def read(self, kind: str, at: int) -> None:
        """Take the steps that a public message is."""
        self.last = at
        for status in _MOVED_BY.get((kind, self.status), ()):
            self.go(status, at, actor=_INBOX if kind == "CUSTOMER" else None)

    def end(self, target: str, at: int, reopened: int, resolution: str | None, stream: Stream) -> None:
        """Go from where the messages led to where the ticket stands, as verbs would, the last step at `at`.

        One that is to wait for the customer but was not answered last is left `OPEN`: the answer is the last step.
        """
        route: list[tuple[str, str | None]] = []
        open_ = self.status == "OPEN"
        if self.status == "NEW" and target != "NEW":
            route.append(("OPEN", None))
            open_ = True
        if target in ("OPEN", "RESOLVED") and stream.chance(8):
            route += [] if open_ else [("OPEN", None)]
            route += [("ON_HOLD", stream.pick(ON_HOLD)), ("OPEN", None)]
            open_ = True
        for _ in range(reopened):
            route.append(("RESOLVED", stream.pick(_RESOLUTION)))
            route += [("CLOSED", None)] if stream.chance(40) else []
            route.append(("OPEN", stream.pick(REOPENED)))
            open_ = True
        match target:
            case "RESOLVED":
                route.append(("RESOLVED", resolution))
            case "OPEN" | "ON_HOLD" if not open_:
                route.append(("OPEN", None))
        if target == "ON_HOLD":
            route.append(("ON_HOLD", stream.pick(ON_HOLD)))
        start = self.last
        count = len(route) + (target == "PENDING_CUSTOMER" and open_)
        for place, (status, reason) in enumerate(route, 1):
            self.go(status, start + (at - start) * place // count, reason)


def tickets(story: Story) -> Iterator[Batch]:
    """The tickets, oldest first; each batch is followed by its messages and steps. The removed ones are advertising."""
    spell, scale = story.spell, story.scale
    instant_text = spell.instant
    stream, message_stream, step_stream = Stream("ticket"), Stream("ticket_message"), Stream("ticket_status_change")
    random = stream.random
    plan = Removals(scale.tickets, 300)
    start = (ORDERS_START + 200) * DAY
    times = sorted(
        start + int(max(random(), random() * (1 + (random() < 0.3))) % 1 * (NOW - start - HOUR)) for _ in plan.ids
    )
    writers = stream.shuffled([customer for customer in story.customers if not customer.removed])
    early = [customer for customer in story.customers if not customer.removed and customer.created < start]
    name_of = {rep.id: rep.name for rep in story.reps}
    team_of = {rep.id: rep.team for rep in story.reps}
    teams = sorted({team for team in team_of.values() if team is not None})
    agents = story.reps_on(TODAY_DAY - 900) or story.reps_on(TODAY_DAY)
    agents = [rep for rep in agents if rep in set(story.reps_on(TODAY_DAY))] or agents
    rows: list[Row] = []
    messages: list[Row] = []
    changes: list[Row] = []
    message_number = change_number = 0

    def later(after: int, days: int) -> int:
        """An instant within so many days, and not after today's last."""
        return after + int(random() * random() * min(days * DAY, NOW - after))

    def say(ticket: int, channel: str, at: int, author: int | None, kind: str, visible: str, body: str) -> None:
        nonlocal message_number
        message_number += 1
        when = instant_text(at)
        messages.append((message_number, 1, when, when, ticket, author, kind, visible, channel, body))

    for number, created in zip(plan.ids, times, strict=True):
        removed = plan.removed(number)
        for _ in range(4):
            customer = writers[int(random() * random() * len(writers))]
            if customer.created <= created:
                break
        else:
            customer = stream.pick(early)
        age = (NOW - created) // DAY
        status = "NEW" if removed else (_FRESH if age < 3 else _RECENT if age < 30 else _OLD)[int(random() * 100)]
        talk = TALK.get(customer.locale.language.partition("-")[0], ENGLISH)
        product = stream.pick(story.products)
        issue = stream.pick(talk.issues)
        about = "{product}" in issue or random() < 0.3
        issue = issue.format(product=product.name)[:300].rstrip()
        if number % 97 == 60:
            issue = f"{issue} — {'and it goes on and on, ' * 20}"[:300].rstrip()
        order = None
        if customer.orders and random() < 0.6:
            before = bisect_right(customer.orders, created, key=lambda id_: story.ordered[id_ - 1])
            if before:
                order = customer.orders[before - 1 - int(random() * min(before, 3))]
        assignee = None if status == "NEW" and random() < 0.85 else stream.pick(agents) if random() < 0.93 else None
        team = team_of[assignee] if assignee is not None else stream.pick(teams) if random() < 0.5 else None

        # created <= answered <= resolved <= closed <= now
        answered = resolved = closed = None
        reopened = 0
        if status not in ("NEW",) and (status != "OPEN" or random() < 0.7) and random() < 0.98:
            answered = later(created, 4)
        elif status == "PENDING_CUSTOMER":
            status = "OPEN"  # it is not the customer's turn before we answered
        changed = answered or created
        if status in ("RESOLVED", "CLOSED"):
            resolved = later(changed, 20)
            changed = resolved
            reopened = int(random() < 0.06) + int(random() < 0.01)
            if status == "CLOSED":
                closed = later(resolved, 14)
                changed = closed
        elif status != "NEW":
            changed = later(changed, 12)
            reopened = int(random() < 0.05)
        channel = stream.pick(_CHANNEL)
        category = stream.pick(TICKET_CATEGORIES) if random() < 0.9 else None
        if removed:
            issue, customer_text = "Cheap offers just for you!!!", "Click here: https://spam.example/"
            assignee = team = order = None
            about = False
            changed = min(created + 2 * HOUR, NOW)
        else:
            customer_text = talk.customer[int(message_stream.random() * len(talk.customer))]
        contact = stream.pick(customer.contacts) if customer.contacts and random() < 0.6 else None
        text = f"T-{number:06d}"
        description = customer_text if random() < 0.7 else None
        priority = stream.pick(_PRIORITY)
        resolution = stream.pick(_RESOLUTION) if resolved is not None else None

        life = _Life(created, _DESK if assignee is None else name_of[assignee])
        say(number, channel, created, None, "CUSTOMER", "PUBLIC", customer_text)
        draw = message_stream.random
        end = resolved or changed
        if answered is not None:
            if assignee is not None and answered > created + SECOND and step_stream.chance(50):
                life.go("OPEN", created + (answered - created) // 2)
            say(number, channel, answered, assignee, "AGENT", "PUBLIC", message_stream.pick(talk.agent))
            life.read("AGENT", answered)
            count = message_stream.pick(_REPLIES) if end > answered else 0
            for part in range(count):
                at = answered + (end - answered) * (part + 1) // (count + 1)
                if part % 2 == 0:
                    say(number, channel, at, None, "CUSTOMER", "PUBLIC", message_stream.pick(talk.customer))
                    life.read("CUSTOMER", at)
                elif draw() < 0.25:
                    say(number, channel, at, assignee, "AGENT", "INTERNAL", message_stream.pick(NOTES))
                else:
                    say(number, channel, at, assignee, "AGENT", "PUBLIC", message_stream.pick(talk.agent))
                    life.read("AGENT", at)
        elif created + 5 * SECOND <= changed and draw() < 0.3:
            say(
                number,
                channel,
                created + 5 * SECOND,
                None,
                "BOT",
                "PUBLIC",
                f"We have received your message. Its number is {text}.",
            )
        life.end("RESOLVED" if resolved is not None else status, end, reopened, resolution, step_stream)
        if status == "PENDING_CUSTOMER" and life.status == "OPEN":
            say(number, channel, end, assignee, "AGENT", "PUBLIC", step_stream.pick(talk.agent))
            life.read("AGENT", end)
        if closed is not None:
            life.go("CLOSED", closed)
            if draw() < 0.4:
                say(number, channel, closed, None, "SYSTEM", "INTERNAL", message_stream.pick(CLOSING))
        for from_status, to_status, at, actor, reason in life.steps:
            change_number += 1
            when = instant_text(at)
            changes.append((change_number, 1, when, when, number, from_status, to_status, actor, reason))

        created_text, changed_text = instant_text(created), instant_text(changed)
        rows.append(
            (
                number, len({changed, *(step[2] for step in life.steps)}), created_text,
                changed_text, changed_text if removed else None, number if removed else 0, text, text.lower(),
                customer.id, contact, product.id if about else None, order, assignee, team, issue,
                fold(issue), description, status, priority, category,
                None if category is None else fold(category), channel, resolution,
                None if answered is None else instant_text(answered),
                None if resolved is None else instant_text(resolved),
                None if closed is None else instant_text(closed), reopened,
            )
        )  # fmt: skip

        if len(rows) == _BATCH:
            yield Batch("ticket", rows, len(rows))
            yield Batch("ticket_message", messages.copy())
            yield Batch("ticket_status_change", changes)
            rows, changes = [], []
            messages.clear()
    yield Batch("ticket", rows, len(rows))
    yield Batch("ticket_message", messages)
    yield Batch("ticket_status_change", changes)
