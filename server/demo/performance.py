"""What the demo's reps are measured by and paid for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from compiler.text import fold
from server.demo.dates import DAY, HOUR, SYSTEM_START, TODAY_DAY, day_of
from server.demo.story import Batch, Row, Story, Stream

_SEASON = (85, 88, 100, 98, 96, 97, 88, 84, 104, 110, 122, 128)
"""Percent of an average month, from January to December."""

_PLANS: tuple[tuple[str, str, tuple[tuple[int, int | None, int], ...]], ...] = (
    ("Standard", "MARGINAL", ((0, 5000, 100), (5000, 8000, 200), (8000, 10000, 350), (10000, 12000, 500),
      (12000, None, 700))),
    ("Key accounts", "MARGINAL", ((0, 9000, 150), (9000, None, 450))),
    ("All or little", "WHOLE", ((0, 8000, 0), (8000, 10000, 250), (10000, None, 400))),
    ("Starter", "MARGINAL", ((0, None, 250),)),
)  # fmt: skip


def _months() -> list[tuple[int, int, int]]:
    """The months of two years: first day, day after the last, and which of the year it is."""
    starts = [day_of(dt.date(year, month, 1)) for year in (2025, 2026) for month in range(1, 13)]
    starts.append(day_of(dt.date(2027, 1, 1)))
    return [(starts[n], starts[n + 1], n % 12) for n in range(24)]


def targets(story: Story) -> Iterator[Batch]:
    """Two years of targets near what each rep sells, never revised: by month or by quarter, and none for a few."""
    spell, stream = story.spell, Stream("sales_target")
    months = _months()
    quarters = [
        (months[n][0], months[n + 2][1], (months[n][2], months[n + 1][2], months[n + 2][2])) for n in range(0, 24, 3)
    ]
    rows: list[Row] = []

    def add(rep: int | None, team: int | None, start: int, end: int, amount: int) -> None:
        written = max((start - 25) * DAY + 9 * HOUR, SYSTEM_START)
        since = spell.instant(min(written, TODAY_DAY * DAY))
        # In hundreds of euros, as people agree on them.
        rows.append(
            (
                len(rows) + 1,
                1,
                since,
                since,
                rep,
                team,
                spell.day(start),
                spell.day(end),
                amount // 10000 * 10000,
            )
        )

    by_team: dict[int, int] = {}
    for place, rep in enumerate(story.reps):
        month = story.sold.get(rep.id, 0) // 18
        ambition = 80 + stream.below(55)
        if rep.team is not None:
            by_team[rep.team] = by_team.get(rep.team, 0) + month
        if place % 10 == 9:
            continue
        if place % 25 == 12:
            ambition = 0  # a target of nothing
        if place % 3 == 2:
            for start, end, parts in quarters:
                if rep.left is None or start < rep.left:
                    add(
                        rep.id,
                        None,
                        start,
                        end,
                        sum(month * ambition * _SEASON[part] // 10000 for part in parts),
                    )
        else:
            for start, end, part in months:
                if (rep.left is None or start < rep.left) and end > rep.hired:
                    add(rep.id, None, start, end, month * ambition * _SEASON[part] // 10000)
    for team in sorted(by_team):
        for start, end, parts in quarters:
            add(None, team, start, end, sum(by_team[team] * 105 * _SEASON[part] // 10000 for part in parts))
    yield Batch("sales_target", rows)
    head = story.reps[1].name  # of sales
    revisions: list[Row] = []
    for target in rows:
        number, _, since, *_, amount = target
        revisions.append((number, 1, since, since, number, None, amount, "Yearly planning", head))
    yield Batch("target_revision", revisions)


def plans(story: Story) -> Iterator[Batch]:
    """Four commission plans, and one that was given up."""
    spell = story.spell
    since = spell.instant(SYSTEM_START)
    rows: list[Row] = [
        (n, 1, since, since, None, 0, name, fold(name), mode) for n, (name, mode, _) in enumerate(_PLANS, 1)
    ]
    last, gone = len(rows) + 1, spell.instant(SYSTEM_START + 400 * DAY)
    rows.append((last, 2, since, gone, gone, last, "Fax bonus", "fax bonus", "MARGINAL"))
    yield Batch("commission_plan", rows)
    steps = [(n, *step) for n, (_, _, tiers) in enumerate(_PLANS, 1) for step in tiers]
    steps.append((last, 0, None, 100))
    yield Batch("commission_tier", [(n, 1, since, since, *step) for n, step in enumerate(steps, 1)])


def assignments(story: Story) -> Iterator[Batch]:
    """Who is on which plan: some changed over at the turn of the year, a few with a gap, some are on none."""
    spell, stream = story.spell, Stream("plan_assignment")
    rows: list[Row] = []
    turn = day_of(dt.date(2026, 1, 1))

    def add(rep: int, plan: int, start: int, end: int | None) -> None:
        since = spell.instant(max(start * DAY + 9 * HOUR, SYSTEM_START))
        rows.append(
            (
                len(rows) + 1,
                1,
                since,
                since,
                rep,
                plan,
                spell.day(start),
                None if end is None else spell.day(end),
            )
        )

    for place, rep in enumerate(story.reps):
        if place % 10 == 6:
            continue
        start = max(rep.hired, day_of(dt.date(2022, 1, 1)))
        plan = 1 + stream.below(len(_PLANS)) if place else 1
        if rep.left is not None:
            add(rep.id, plan, start, max(rep.left, start + 1))
        elif start < turn - 60 and place % 4 == 3:
            add(rep.id, plan, start, turn)
            add(rep.id, 1 + stream.below(len(_PLANS)), turn + (45 if place % 16 == 3 else 0), None)
        else:
            add(rep.id, plan, start, None)
    yield Batch("plan_assignment", rows)
