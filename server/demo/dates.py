"""The demo company's calendar: all its days lie before one fixed today, so that the data never changes."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

TODAY = dt.date(2026, 6, 30)
"""The last day of the demo data. It does not follow the clock: the rows are the same on every day."""

TIME_ZONE = "Europe/Berlin"
SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EPOCH = dt.date(1970, 1, 1)


def day_of(date: dt.date) -> int:
    """A date as days since 1970-01-01; within this package every date is such a number."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a number of days since 1970-01-01."""
    return EPOCH + dt.timedelta(days=day)


TODAY_DAY = day_of(TODAY)
NOW = TODAY_DAY * DAY + 16 * HOUR
"""The latest instant of the demo data, in milliseconds since 1970 as all instants of this package."""

FIRST_DAY = day_of(dt.date(2010, 1, 1))
LAST_DAY = day_of(dt.date(2028, 12, 31))
SYSTEM_START = day_of(dt.date(2022, 1, 3)) * DAY + 8 * HOUR
"""When the demo company began to use its CRM: nothing was recorded before."""

ORDERS_START = day_of(dt.date(2023, 7, 3))


@cache
def _clock_changes() -> tuple[list[int], list[int]]:
    """The instants from which the organisation's clocks are ahead of UTC by an amount, and the amounts."""
    zone = ZoneInfo(TIME_ZONE)
    starts: list[int] = []
    ahead: list[int] = []
    hours = range(FIRST_DAY * 24, LAST_DAY * 24)

    def offset(hour: int) -> int:
        instant = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        return int((instant.astimezone(zone).utcoffset() or dt.timedelta()).total_seconds()) * SECOND

    for midnight in hours[::24]:
        if not ahead or offset(midnight + 24) != ahead[-1]:
            change = next(hour for hour in range(midnight, midnight + 25) if not ahead or offset(hour) != ahead[-1])
            starts.append(change * HOUR)
            ahead.append(offset(change))
    return starts, ahead


def local_day(instant: int) -> int:
    """The day of an instant in the organisation's time zone."""
    starts, ahead = _clock_changes()
    return (instant + ahead[bisect_right(starts, instant) - 1]) // DAY


@dataclass(frozen=True)
class Spelling:
    """How a database takes days and instants."""

    day: Callable[[int], object]
    instant: Callable[[int], object]


@cache
def _day_texts() -> dict[int, str]:
    return {day: date_of(day).isoformat() for day in range(FIRST_DAY, LAST_DAY + 1)}


def texts() -> Spelling:
    """Days as `2026-06-30` and instants as `2026-06-30T16:00:00.000Z`, as SQLite stores them."""
    days = _day_texts()

    def instant(number: int) -> object:
        day, rest = divmod(number, DAY)
        minutes, rest = divmod(rest, 60 * SECOND)
        return f"{days[day]}T{minutes // 60:02d}:{minutes % 60:02d}:{rest // SECOND:02d}.{rest % SECOND:03d}Z"

    return Spelling(day=days.__getitem__, instant=instant)


def objects() -> Spelling:
    """Days and instants as `date` and `datetime`, as PostgreSQL's driver takes them."""
    days = {day: date_of(day) for day in range(FIRST_DAY, LAST_DAY + 1)}
    start = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    def instant(number: int) -> object:
        return start + dt.timedelta(milliseconds=number)

    return Spelling(day=days.__getitem__, instant=instant)
