"""What must hold once everything runs again: answers against tables, and tables against each other."""

from __future__ import annotations

from collections import Counter

from benchmarks.faults.clients import Ledger
from models.database import Database

MARKED = {
    "createTicket": "SELECT issue FROM ticket",
    "createCustomer": "SELECT name FROM customer",
    "createOrder": "SELECT description FROM order_line WHERE description IS NOT NULL",
    "addOrderLine": "SELECT description FROM order_line WHERE description IS NOT NULL",
}

SOUND = {
    "orders whose totals are not the sums of their lines": (
        "SELECT count(*) FROM sales_order o"
        " WHERE o.net_minor <> (SELECT coalesce(sum(l.net_minor), 0) FROM order_line l"
        " WHERE l.order_id = o.id) OR o.total_minor <> (SELECT coalesce(sum(l.total_minor), 0) FROM order_line l"
        " WHERE l.order_id = o.id)"
    ),
    "orders without lines": (
        "SELECT count(*) FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id)"
    ),
    "audit entries without an event": (
        # Who may sign in is nobody's news.
        "SELECT count(*) FROM audit_entry a WHERE a.entity NOT IN ('User', 'Session', 'ApiKey')"
        " AND NOT EXISTS (SELECT 1 FROM outbox_event e"
        " WHERE e.entity = a.entity AND e.entity_id = a.entity_id AND e.at = a.at)"
    ),
    "events without an audit entry": (
        "SELECT count(*) FROM outbox_event e WHERE NOT EXISTS (SELECT 1 FROM audit_entry a"
        " WHERE e.entity = a.entity AND e.entity_id = a.entity_id AND e.at = a.at)"
    ),
    "idempotency records without an outcome": "SELECT count(*) FROM idempotency_record WHERE outcome = ''",
    "idempotency keys used twice": (
        "SELECT count(*) FROM (SELECT 1 FROM idempotency_record GROUP BY actor, key HAVING count(*) > 1) AS twice"
    ),
    **{
        f"records of {table} without an audit entry of their making": (
            f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM audit_entry a"
            f" WHERE a.entity = '{entity}' AND a.entity_id = t.id AND a.kind = 'CREATED')"
        )
        for entity, table in (
            ("Customer", "customer"),
            ("Order", "sales_order"),
            ("OrderLine", "order_line"),
            ("Product", "product"),
            ("SalesRep", "sales_rep"),
            ("Ticket", "ticket"),
        )
    },
    **{
        f"audit entries of the making of records that are not in {table}": (
            f"SELECT count(*) FROM audit_entry a WHERE a.entity = '{entity}' AND a.kind = 'CREATED'"
            f" AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = a.entity_id)"
        )
        for entity, table in (("Customer", "customer"), ("Order", "sales_order"), ("Ticket", "ticket"))
    },
}
"""Counts that are 0 where nothing is half-written."""


async def wrongs(database: Database, ledger: Ledger) -> list[str]:
    """What is not as it must be; empty if all is well."""
    found = [f"{key} was answered with two ids" for key in ledger.clashes]
    stored: Counter[str] = Counter()
    for query in dict.fromkeys(MARKED.values()):
        stored.update(str(row[0]) for row in await database.execute(query))
    allowed = {"stored": (1, 1), "denied": (0, 0), "unknown": (0, 1)}
    for write in ledger.writes:
        least, most = allowed[write.outcome]
        if not least <= stored[write.key] <= most:
            found.append(f"{write.verb} {write.key} is {write.outcome}, and there {stored[write.key]} times")
    for what, query in SOUND.items():
        count = (await database.execute(query))[0][0]
        if count:
            found.append(f"{count} {what}")
    return found
