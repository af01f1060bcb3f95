"""The people of the demo: the sales force, the customers, and whom one talks to there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.text import fold
from server.demo.dates import DAY, HOUR, NOW, SYSTEM_START, TODAY_DAY, local_day
from server.demo.names import LOCALES, City, Locale, Word
from server.demo.story import Batch, CustomerFacts, Removals, RepFacts, Row, Story, Stream, weighted
from server.demo.words import AWKWARD, INDUSTRIES, POSITIONS, ROLES, TEAMS, Awkward

_HOME = tuple(
    locale
    for locale in LOCALES
    # The company sits in Germany, and sells most around it.
    for _ in range(
        {"DE": 24, "US": 10, "CN": 9, "FR": 8, "GB": 8, "ES": 6, "JP": 6, "CH": 5, "TR": 4}.get(locale.country, 3)
    )
)
_KIND = weighted(COMPANY=68, PERSON=32)
_LIFECYCLE = weighted(ACTIVE=64, DORMANT=9, CHURNED=4, PROSPECT=13, LEAD=10)
_SOURCE = weighted(WEB=30, REFERRAL=16, CAMPAIGN=14, EVENT=10, PHONE=12, PARTNER=9, OTHER=9)
_SIZE = weighted(MICRO=34, SMALL=33, MEDIUM=21, LARGE=12)
_PREFERRED = weighted(
    EMAIL=38, PHONE=24, WHATSAPP=9, WECHAT=7, CHAT=6, WEB_FORM=6, SMS=4, SOCIAL=3, IN_PERSON=2, OTHER=1
)
_CONTACTS = (0,) * 22 + (1,) * 34 + (2,) * 22 + (3,) * 12 + (4,) * 6 + (5,) * 3 + (9,)
_ODD_PHONES = (
    "12345",
    "see web site",
    "+49 (0) 30 / ???",
    "0049",
    "call Tue–Thu only",
    "555",
    "n/a",
    "００１２３",
)
_ODD_EMAILS = (
    "info(at)example.com",
    "no e-mail",
    "jane.doe@example,com",
    "@example.org",
    "a b@example.net",
    "info@@example.com",
)


@dataclass(frozen=True)
class Route:
    """A telephone number or an e-mail address: as given, as it can be used, and whether it can."""

    given: str
    usable: str | None
    status: str


def phone(stream: Stream, locale: Locale) -> Route:
    """A telephone number; one in twelve is missing, one in eighteen does not look right."""
    draw = stream.random() * 36
    if draw < 3:
        return Route("", None, "EMPTY")
    if draw < 5:
        return Route(stream.pick(_ODD_PHONES), None, "DOUBTFUL")
    given = stream.digits(stream.pick(locale.phones))
    digits = "".join(sign for sign in given if sign.isdigit())
    if not given.startswith("+"):
        digits = locale.dial + digits.removeprefix(locale.trunk)
    return Route(given, "+" + digits, "VALID")


def email(stream: Stream, local: str, domain: str) -> Route:
    """An e-mail address; one in twelve is missing, one in forty does not look right."""
    draw = stream.random() * 120
    if draw < 10:
        return Route("", None, "EMPTY")
    if draw < 13:
        return Route(stream.pick(_ODD_EMAILS), None, "DOUBTFUL")
    address = f"{local}@{domain}"
    return Route(address.title() if draw < 20 else address, address, "VALID")


def person(stream: Stream, locale: Locale) -> tuple[str, Word, Word]:
    """A name as it is written in its country, and its parts."""
    given, family = stream.pick(locale.given), stream.pick(locale.family)
    return locale.person.format(given=given.text, family=family.text), given, family


def _company(stream: Stream, locale: Locale, city: City) -> tuple[str, str]:
    """A company's name and its domain."""
    stem = stream.pick(locale.stems)
    name = locale.company.format(
        stem=stem.text, trade=stream.pick(locale.trades), form=stream.pick(locale.forms), city=city.name
    )
    if "{city}" not in locale.company and stream.chance(45):
        name = f"{name} {city.name}"
    return name, f"{stem.latin}.example"


def teams(story: Story) -> Iterator[Batch]:
    """A team for a dozen reps, and one that was given up."""
    spell = story.spell
    count = min(len(TEAMS), max(4, story.scale.reps // 12))
    since = spell.instant(SYSTEM_START)
    rows: list[Row] = [(n + 1, 1, since, since, None, 0, name, fold(name)) for n, name in enumerate(TEAMS[:count])]
    gone = spell.instant(SYSTEM_START + 500 * DAY)
    rows.append((count + 1, 2, since, gone, gone, count + 1, "Fax sales", "fax sales"))
    yield Batch("team", rows)


def reps(story: Story) -> Iterator[Batch]:
    """The sales force: one who sells a lot, the head of sales, heads of region, leads of teams, the rest."""
    spell, stream = story.spell, Stream("sales_rep")
    plan = Removals(story.scale.reps, max(10, story.scale.reps // 4))
    team_count = min(len(TEAMS), max(4, story.scale.reps // 12))
    heads, leads = max(2, story.scale.reps // 25), max(2, story.scale.reps // 10)
    drafts: list[tuple[Row, int | None, Row]] = []
    """Rows with the manager's place among the living in the middle: it may come after those it leads."""
    living: list[int] = []
    for number in plan.ids:
        locale = stream.pick(_HOME)
        name, given, family = person(stream, locale)
        address = f"{given.latin}.{family.latin}{number}@example.com"
        removed, place = plan.removed(number), len(living)
        team: int | None = number % team_count + 1
        manager: int | None
        if place == 1:
            position, manager, team = "Head of sales", None, None
        elif place == 0 or place >= 2 + heads + leads:
            position = POSITIONS[number % len(POSITIONS)]
            manager = None if place % 12 == 11 else 2 + heads + number % leads
        elif place < 2 + heads:
            position, manager = "Head of region", 1
        else:
            position, manager = "Team lead", 2 + place % heads
        if place and place % 11 == 9:
            team = None
        hired = TODAY_DAY - 1400 - stream.below(2600)
        if place > 1 and stream.chance(30):
            hired = TODAY_DAY - 30 - stream.below(1300)
        left = None
        if removed or place % 15 == 7:
            hired = min(hired, TODAY_DAY - 900)
            left = hired + 300 + stream.below(TODAY_DAY - hired - 320)
            left = max(left, local_day(SYSTEM_START) + 30)
        since = max(hired * DAY + 8 * HOUR, SYSTEM_START)
        changed = min(max(since, left * DAY + 16 * HOUR) if left else since + stream.below(300) * DAY, NOW)
        if removed:
            team = manager = None
            changed = min(max(since, (left or 0) * DAY) + 3 * DAY, NOW)
        else:
            living.append(number)
            story.reps.append(RepFacts(number, name, hired, left, team))
        drafts.append(
            (
                (
                    number, 1 + (changed > since), spell.instant(since), spell.instant(changed),
                    spell.instant(changed) if removed else None, number if removed else 0,
                    name, fold(name), position, fold(position), address, address,
                ),
                manager,
                (team, spell.day(hired), None if left is None else spell.day(left), left is None),
            )
        )  # fmt: skip
    rows: list[Row] = [(*head, None if at is None else living[at], *tail) for head, at, tail in drafts]
    yield Batch("sales_rep", rows)


def customers(story: Story) -> Iterator[Batch]:
    """The customers, oldest first; the awkward ones stand at every fifth place from the fourth on."""
    stream = Stream("customer")
    plan = Removals(story.scale.customers, 200)
    total = len(plan.ids)
    imported = total // 5
    working = [rep.id for rep in story.reps if rep.left is None or rep.left > TODAY_DAY - 200]
    working += [story.reps[0].id] * (1 + len(working) // 40)
    arrivals = sorted(
        SYSTEM_START + DAY + int(stream.random() * (NOW - SYSTEM_START - 2 * DAY)) for _ in range(total - imported)
    )
    companies: list[int] = []
    rows: list[Row] = []
    for number in plan.ids:
        removed, special = plan.removed(number), None
        if number % 5 == 4 and number // 5 < len(AWKWARD):
            special = AWKWARD[number // 5]
        created = SYSTEM_START if number <= imported else arrivals[number - imported - 1]
        facts, row = _customer(stream, story, number, created, removed, special)
        owner = None if stream.chance(8) else stream.pick(working)
        parent = None
        if facts.company:
            if companies and stream.chance(5):
                parent = stream.pick(companies)
            if not removed:
                companies.append(number)
        if removed:
            owner = parent = None
        facts.owner = owner
        story.customers.append(facts)
        rows.append((*row, owner, parent))
        if len(rows) == 2000:
            yield Batch("customer", rows, len(rows))
            rows = []
    yield Batch("customer", rows, len(rows))


def _customer(
    stream: Stream, story: Story, number: int, created: int, removed: bool, special: Awkward | None
) -> tuple[CustomerFacts, Row]:
    """A customer: what others need to know of it, and its row but for owner and parent."""
    spell = story.spell
    locale = stream.pick(_HOME)
    city = stream.pick(locale.cities)
    company = special is not None or stream.pick(_KIND) == "COMPANY"
    lifecycle = stream.pick(_LIFECYCLE)
    if company:
        name, domain = _company(stream, locale, city)
        local = stream.pick(("info", "office", "einkauf", "hello", "contact"))
    else:
        name, given, family = person(stream, locale)
        domain = stream.pick(("example.com", "example.org", "example.net"))
        local = f"{given.latin}.{family.latin}{number % 97}"
    source = "IMPORT" if created == SYSTEM_START else stream.pick(_SOURCE)
    line1 = locale.line1.format(street=stream.pick(locale.streets), number=1 + stream.below(180))
    line2 = stream.pick(("2nd floor", "c/o Reception", "Building C", "Hinterhaus")) if stream.chance(8) else None
    postal_code = stream.digits(city.postal_code)
    address = locale.address.format(line1=line1, postal_code=postal_code, city=city.name, region=city.region)
    if stream.chance(10):
        address = address.replace(", ", "\n")
    called, mailed = phone(stream, locale), email(stream, local, domain)
    if not called.given and not mailed.given and source != "IMPORT":
        # Only what was imported may lack every way to be reached.
        mailed = Route(f"{local}@{domain}", f"{local}@{domain}", "VALID")
    country: str | None = locale.country
    if special is not None:
        name = special.name
        if special.phone is not None:
            called = Route(special.phone, None, "DOUBTFUL" if special.phone else "EMPTY")
        if special.email is not None:
            usable = special.email if special.email.endswith("@example.com") else None
            status = "VALID" if usable else "DOUBTFUL" if special.email else "EMPTY"
            mailed = Route(special.email, usable, status)
        if special.address is not None:
            address = special.address
            if not address:
                source, line1, line2, postal_code, country = "IMPORT", "", None, "", None
    cut = created + stream.below(200) * DAY
    changed = min(cut, NOW) if stream.chance(60) else created
    gone = None
    if removed:
        changed = min(created + (5 + stream.below(90)) * DAY, NOW)
        gone = spell.instant(changed)
    since = local_day(created)
    buys_until = 0
    if lifecycle == "DORMANT":
        buys_until = TODAY_DAY - 400
    elif lifecycle == "CHURNED":
        buys_until = TODAY_DAY - 550
    if lifecycle == "ACTIVE" or 0 < buys_until < since + 60:
        lifecycle, buys_until = "ACTIVE", TODAY_DAY
    if removed:
        lifecycle, buys_until = "LEAD", 0
    town = city.name if country else None
    industry = stream.pick(INDUSTRIES) if company and stream.chance(85) else None
    row = (
        number, 1 + (changed > created), spell.instant(created), spell.instant(changed), gone,
        number if gone else 0,
        name, fold(name), "COMPANY" if company else "PERSON", lifecycle, source, address, fold(address),
        line1 or None, line2, town, None if town is None else fold(town), city.region if country else None,
        postal_code or None, country, called.given, fold(called.given), called.usable, called.status,
        mailed.given, fold(mailed.given), mailed.usable, mailed.status,
        stream.pick(_PREFERRED) if stream.chance(70) else None,
        industry, None if industry is None else fold(industry),
        stream.pick(_SIZE) if company and stream.chance(90) else None,
        f"https://www.{domain}/" if company and stream.chance(60) else None,
        f"{locale.country}00{number:07d}" if company and stream.chance(70) else None,
        locale.language, locale.time_zone if country else None,
    )  # fmt: skip
    return CustomerFacts(number, locale, company, created, buys_until, None, domain, removed), row


def contacts(story: Story) -> Iterator[Batch]:
    """None to nine people at a company, now and then one for a person; at most one of them comes first."""
    spell, stream = story.spell, Stream("contact")
    number = 0
    rows: list[Row] = []
    for customer in story.customers:
        locale = customer.locale
        count = stream.pick(_CONTACTS) if customer.company else int(stream.chance(6))
        for place in range(count):
            number += 1
            # Now and then a company abroad has somebody with a name from elsewhere.
            name, given, family = person(stream, stream.pick(_HOME) if stream.chance(9) else locale)
            role = stream.pick(ROLES) if stream.chance(75) else None
            called = phone(stream, locale)
            mailed = email(stream, f"{given.latin}.{family.latin}", customer.domain)
            created = min(customer.created + stream.below(2) * stream.below(400) * DAY, NOW)
            removed = customer.removed or number % 90 == 40
            changed = min(created + stream.below(200) * DAY, NOW) if removed or stream.chance(30) else created
            if not removed:
                customer.contacts.append(number)
            rows.append(
                (
                    number, 1 + (changed > created), spell.instant(created), spell.instant(changed),
                    spell.instant(changed) if removed else None, number if removed else 0,
                    customer.id, name, fold(name), given.text, family.text, role,
                    None if role is None else fold(role),
                    called.given, fold(called.given), called.usable, called.status,
                    mailed.given, fold(mailed.given), mailed.usable, mailed.status,
                    place == 0 and not removed and stream.chance(80), stream.chance(4),
                )
            )  # fmt: skip
        if len(rows) >= 2000:
            yield Batch("contact", rows)
            rows = []
    yield Batch("contact", rows)
