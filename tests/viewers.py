"""Who asks in tests: somebody of every role. The reps are those of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from access import Viewer

ADMIN = Viewer("Ada", "ADMIN", user_id=1)
"""Whoever asks in tests that are not about who asks."""
MANAGER = Viewer("Björn", "MANAGER", rep_id=2, rep_ids=(2, 4), below_ids=(4,), user_id=2)
"""Heads the team North: himself, and İpek."""
SEES_MANY = replace(MANAGER, sees_many=True)
"""The same manager, whose lists the database is to go through instead of finding each record by its customer."""
REP = Viewer("İpek", "REP", rep_id=4, rep_ids=(4,), user_id=3)
"""Has a customer of her own, and a third of an order of another's."""
REP_2 = Viewer("陈伟", "REP", rep_id=3, rep_ids=(3,), user_id=4)
"""A rep of another team."""
AGENT = Viewer("Agnes", "AGENT", user_id=5)
MARKETING = Viewer("Mark", "MARKETING", user_id=6)
READONLY = Viewer("Rea", "READONLY", user_id=7)

VIEWERS: Mapping[str, Viewer] = {
    "admin": ADMIN,
    "manager": MANAGER,
    "rep": REP,
    "rep-2": REP_2,
    "agent": AGENT,
    "marketing": MARKETING,
    "readonly": READONLY,
}
