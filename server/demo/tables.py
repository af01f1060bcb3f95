"""The tables the demo fills, in the order in which they lean on each other, with their rows' columns."""

from __future__ import annotations

from tortoise.models import Model

import models

EVERY_TABLE: tuple[str, ...] = tuple(
    thing._meta.db_table for thing in vars(models).values() if isinstance(thing, type) and issubclass(thing, Model)
)
"""All tables of the product, those that the demo leaves empty too."""

_RECORD = ("id", "version", "created_at", "updated_at")
_REMOVABLE = (*_RECORD, "deleted_at", "deleted_key")


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Without audit_entry, outbox_event and idempotency_record: those tell of requests, and the demo was not made by any.
# It is a state, not a history; only what the product shows of the past as part of the present is told.
TABLES: dict[str, tuple[str, ...]] = {
    "organisation": _columns("id name currency time_zone rounding demo"),
    "team": (*_REMOVABLE, *_columns("name name_fold")),
    "sales_rep": (
        *_REMOVABLE,
        *_columns("name name_fold position position_fold email email_fold manager_id team_id hired_on left_on active"),
    ),
    "product_category": (*_REMOVABLE, *_columns("name name_fold parent_id")),
    "product": (
        *_REMOVABLE,
        *_columns(
            "sku sku_fold name name_fold description category_id currency price_minor cost_minor tax_bps unit active"
        ),
    ),
    "customer": (
        *_REMOVABLE,
        *_columns(
            "name name_fold kind lifecycle source address address_fold line1 line2 city city_fold"
            " region postal_code"
            " country phone phone_fold phone_e164 phone_status email email_fold email_norm email_status"
            " preferred_channel industry industry_fold size_band website tax_id language time_zone"
            " owner_id parent_id"
        ),
    ),
    "contact": (
        *_REMOVABLE,
        *_columns(
            "customer_id name name_fold given_name family_name role role_fold phone phone_fold"
            " phone_e164 phone_status"
            " email email_fold email_norm email_status is_primary do_not_call"
        ),
    ),
    "campaign": (
        *_REMOVABLE,
        *_columns(
            "name name_fold start_date end_date currency budget_minor channel channel_detail status"
            " objective owner_id"
            " parent_id expected_leads expected_revenue_minor utm_campaign cancel_reason"
        ),
    ),
    "campaign_member": (*_RECORD, *_columns("campaign_id customer_id status excluded_reason")),
    "sales_order": (
        *_REMOVABLE,
        *_columns(
            "number number_fold customer_id owner_id campaign_id status order_date valid_until currency"
            " rounding"
            " subtotal_minor discount_minor net_minor tax_minor total_minor fx_rate_ppb fx_date"
            " base_net_minor"
            " base_total_minor confirmed_at confirmed_on cancelled_at cancel_reason"
        ),
    ),
    "order_line": (
        *_RECORD,
        *_columns(
            "order_id product_id position description quantity currency price_minor cost_minor"
            " discount_bps tax_bps"
            " discount_minor net_minor tax_minor total_minor quantity_fulfilled quantity_returned"
        ),
    ),
    "order_credit": (
        *_RECORD,
        *_columns("order_id rep_id customer_id order_date share_bps currency amount_minor base_amount_minor"),
    ),
    "order_return": (
        *_RECORD,
        *_columns(
            "order_id returned_on reason currency net_minor tax_minor total_minor base_net_minor base_total_minor"
        ),
    ),
    "order_return_line": (
        *_RECORD,
        *_columns("order_return_id line_id quantity currency net_minor tax_minor total_minor"),
    ),
    "order_return_credit": (*_RECORD, *_columns("order_return_id rep_id returned_on base_amount_minor")),
    "sales_target": (*_RECORD, *_columns("rep_id team_id period_start period_end amount_minor")),
    "target_revision": (*_RECORD, *_columns("target_id old_minor new_minor reason actor")),
    "commission_plan": (*_REMOVABLE, *_columns("name name_fold tier_mode")),
    "commission_tier": (*_RECORD, *_columns("plan_id from_bps to_bps rate_bps")),
    "plan_assignment": (*_RECORD, *_columns("rep_id plan_id starts_on ends_on")),
    "ticket": (
        *_REMOVABLE,
        *_columns(
            "number number_fold customer_id contact_id product_id order_id assignee_id team_id issue"
            " issue_fold"
            " description status priority category category_fold channel resolution first_responded_at"
            " resolved_at"
            " closed_at reopen_count"
        ),
    ),
    "ticket_status_change": (*_RECORD, *_columns("ticket_id from_status to_status actor reason")),
    "ticket_message": (
        *_RECORD,
        *_columns("ticket_id author_id author_kind visibility channel body"),
    ),
}
