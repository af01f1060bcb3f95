"""The demo company's tickets, and what was written in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from compiler.text import fold
from server.demo.dates import DAY, HOUR, NOW, ORDERS_START, SECOND, TODAY_DAY
from server.demo.story import Batch, Removals, Row, Story, Stream, weighted
from server.demo.words import CLOSING, ENGLISH, NOTES, TALK, TICKET_CATEGORIES

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


def tickets(story: Story) -> Iterator[Batch]:
    """The tickets, oldest first; each batch is followed by its messages. The removed ones are advertising."""
    spell, scale = story.spell, story.scale
    instant_text = spell.instant
    stream, message_stream = Stream("ticket"), Stream("ticket_message")
    random = stream.random
    plan = Removals(scale.tickets, 300)
    start = (ORDERS_START + 200) * DAY
    times = sorted(
        start + int(max(random(), random() * (1 + (random() < 0.3))) % 1 * (NOW - start - HOUR))
        for _ in plan.ids
    )
    writers = stream.shuffled([customer for customer in story.customers if not customer.removed])
    early = [customer for customer in story.customers if not customer.removed and customer.created < start]
    team_of = {rep.id: rep.team for rep in story.reps}
    teams = sorted({team for team in team_of.values() if team is not None})
    agents = story.reps_on(TODAY_DAY - 900) or story.reps_on(TODAY_DAY)
    agents = [rep for rep in agents if rep in set(story.reps_on(TODAY_DAY))] or agents
    rows: list[Row] = []
    messages: list[Row] = []
    message_number = 0

    def later(after: int, days: int) -> int:
        """An instant within so many days, and not after today's last."""
        return after + int(random() * random() * min(days * DAY, NOW - after))

    def say(
        ticket: int, channel: str, at: int, author: int | None, kind: str, visible: str, body: str
    ) -> None:
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
        status = (
            "NEW" if removed else (_FRESH if age < 3 else _RECENT if age < 30 else _OLD)[int(random() * 100)]
        )
        talk = TALK.get(customer.locale.language.partition("-")[0], ENGLISH)
        product = stream.pick(story.products)
        issue = stream.pick(talk.issues)
        about = "{product}" in issue or random() < 0.3
        issue = issue.format(product=product.name)[:300].rstrip()
        if number % 97 == 60:
            issue = f"{issue} — {'and it goes on and on, ' * 20}"[:300].rstrip()
        order = None
        if customer.orders and random() < 0.6:
            before = bisect_right(customer.orders, (created, 1 << 60))
            if before:
                order = customer.orders[before - 1 - int(random() * min(before, 3))][1]
        assignee = (
            None if status == "NEW" and random() < 0.85 else stream.pick(agents) if random() < 0.93 else None
        )
        team = team_of[assignee] if assignee is not None else stream.pick(teams) if random() < 0.5 else None

        # created <= answered <= resolved <= closed <= now
        answered = resolved = closed = None
        reopened = 0
        if status not in ("NEW",) and (status != "OPEN" or random() < 0.7) and random() < 0.98:
            answered = later(created, 4)
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
        created_text, changed_text = instant_text(created), instant_text(changed)
        text = f"T-{number:06d}"
        rows.append(
            (
                number, 1 + (answered is not None) + (resolved is not None) + (closed is not None),
                created_text,
                changed_text, changed_text if removed else None, number if removed else 0, text, text.lower(),
                customer.id, contact, product.id if about else None, order, assignee, team, issue,
                fold(issue),
                customer_text if random() < 0.7 else None, status, stream.pick(_PRIORITY), category,
                None if category is None else fold(category), channel,
                stream.pick(_RESOLUTION) if resolved is not None else None,
                None if answered is None else instant_text(answered),
                None if resolved is None else instant_text(resolved),
                None if closed is None else instant_text(closed), reopened,
            )
        )  # fmt: skip

        say(number, channel, created, None, "CUSTOMER", "PUBLIC", customer_text)
        draw = message_stream.random
        if answered is not None:
            say(number, channel, answered, assignee, "AGENT", "PUBLIC", message_stream.pick(talk.agent))
            end = resolved or changed
            count = message_stream.pick(_REPLIES) if end > answered else 0
            for part in range(count):
                at = answered + (end - answered) * (part + 1) // (count + 1)
                if part % 2 == 0:
                    say(number, channel, at, None, "CUSTOMER", "PUBLIC", message_stream.pick(talk.customer))
                elif draw() < 0.25:
                    say(number, channel, at, assignee, "AGENT", "INTERNAL", message_stream.pick(NOTES))
                else:
                    say(number, channel, at, assignee, "AGENT", "PUBLIC", message_stream.pick(talk.agent))
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
        if closed is not None and draw() < 0.4:
            say(number, channel, closed, None, "SYSTEM", "INTERNAL", message_stream.pick(CLOSING))

        if len(rows) == _BATCH:
            yield Batch("ticket", rows, len(rows))
            yield Batch("ticket_message", messages.copy())
            rows = []
            messages.clear()
    yield Batch("ticket", rows, len(rows))
    yield Batch("ticket_message", messages)
