"""Where a period starts in a time zone: the SQL function SQLite lacks, agreeing with PostgreSQL's."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
SHIFT = dt.timedelta(hours=3)
CACHED = 20_000
"""Periods remembered for a unit and a zone: 50 years of days."""


class Periods:
    """`crm_period(instant, unit, zone)`: the start of the period that holds an instant, by the zone's clocks.

    Instants are text, `2026-01-31T09:30:00.000Z`; units are DAY, WEEK (from Monday), MONTH, QUARTER and YEAR.
    It agrees with PostgreSQL's `date_trunc(unit, instant AT TIME ZONE zone) AT TIME ZONE zone`. One of these
    serves one connection: it remembers the periods it has met and takes no care of threads.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
        """For a unit and a zone: where periods start, in order, and where each of them ends."""

    def __call__(self, text: str | None, unit: str, zone: str) -> str | None:
        if text is None:
            return None
        known = self._known.get((unit, zone))
        if known is None:
            known = self._known[unit, zone] = ([], [])
        starts, ends = known
        place = bisect_right(starts, text)
        # Text in this spelling sorts as time does.
        if place and text < ends[place - 1]:
            return starts[place - 1]
        start, end, steady = find_period(text, unit, zone)
        if steady:
            if len(starts) >= CACHED:
                starts.clear()
                ends.clear()
                place = 0
            starts.insert(place, start)
            ends.insert(place, end)
        return start


def find_period(text: str, unit: str, zone: str) -> tuple[str, str, bool]:
    """Start and end of the period that holds an instant, and whether all that lies between belongs to it.

    It may not when clocks change near either end: where they are put back over midnight, the small hours of
    a day come twice, and once before the late hours of the day before.
    """
    instant = dt.datetime.fromisoformat(text[:23])
    where = load_zone(zone)
    try:
        local = instant.replace(tzinfo=dt.UTC).astimezone(where).replace(tzinfo=None)
        start, end = bounds(local, unit)
        steady = all(is_steady(moment, where) for moment in (start, end))
        return spell(to_utc(start, where)), spell(to_utc(end, where)), steady
    except OverflowError:
        # The first and the last days of the calendar, whose neighbours have no date: reckoned in UTC, the
        # last year as the one 28 years before, which has the same weekdays.
        if instant.year == 1:
            return spell(dt.datetime.min), text, False
        start, _ = bounds(instant.replace(year=9971), unit)
        return spell(start.replace(year=9999)), text, False


def bounds(local: dt.datetime, unit: str) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of the period that holds a local time, and of the next period."""
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "DAY":
            return day, day + DAY
        case "WEEK":
            monday = day - day.weekday() * DAY
            return monday, monday + 7 * DAY
        case "MONTH":
            first = day.replace(day=1)
            return first, (first + 31 * DAY).replace(day=1)
        case "QUARTER":
            first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            return first, (first + 92 * DAY).replace(day=1)
        case "YEAR":
            first = day.replace(month=1, day=1)
            return first, (first + 366 * DAY).replace(day=1)
    raise ValueError(f"{unit} is no unit of time")


def to_utc(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """A local time as UTC. Of two candidates the later, as PostgreSQL does: of a time that comes twice the
    second, and for one that the clocks skip, the one reckoned by the offset before."""
    return local - min(offset(local, zone, 0), offset(local, zone, 1))


def is_steady(local: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether clocks pass a local time just once: whether no shift begins or ends around it.

    Clocks shift by up to three hours, so those are looked at. Islands that changed sides of the date line
    shifted by a day: that puts off everything within two days.
    """
    usual = offset(local, zone, 0)
    return all(
        offset(local + near, zone, fold) == usual for near in (-SHIFT, 0 * SHIFT, SHIFT) for fold in (0, 1)
    ) and all(abs(offset(local + far, zone, 0) - usual) <= SHIFT for far in (-2 * DAY, 2 * DAY))


def offset(local: dt.datetime, zone: dt.tzinfo, fold: int) -> dt.timedelta:
    found = local.replace(tzinfo=zone, fold=fold).utcoffset()
    assert found is not None
    return found


@lru_cache(maxsize=1000)
def load_zone(name: str) -> dt.tzinfo:
    return dt.UTC if name == "UTC" else ZoneInfo(name)


def spell(moment: dt.datetime) -> str:
    """A naive UTC moment in the one spelling of instants: `2026-01-31T09:30:00.000Z`."""
    return f"{moment.isoformat(timespec='milliseconds')}Z"
