"""Who may ask: users, the sessions they are signed in with, and the keys their programs use."""

from __future__ import annotations

import datetime as dt

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from models.base import Record
from models.fields import Choice, FoldedField, InstantField
from models.sales_rep import SalesRep

MOST_EMAIL = 128
MOST_KEY_NAME = 60
"""`key NAME of EMAIL` must fit the 200 characters of an audit entry's actor, whole: two actors never look alike."""


class Role(Choice):
    """What somebody acts as here: it decides what they may see and do."""

    ADMIN = "ADMIN", "Sees and does everything."
    MANAGER = "MANAGER", "Leads a team: its reps, their customers, orders, tickets, targets and commissions."
    REP = "REP", "Sells: the customers they own or have a credit on, their own sales, target and commission."
    AGENT = "AGENT", "Supports: all tickets and the customers behind them."
    MARKETING = "MARKETING", "Runs campaigns: customers' names, segments and contact routes, counts and sums."
    READONLY = "READONLY", "Looks: products, campaigns, and sums over many customers; nobody's contact data."


class User(Record):
    """Somebody who may sign in."""

    email = fields.CharField(MOST_EMAIL)
    email_fold = FoldedField("email")
    name = fields.CharField(200)
    role = fields.CharEnumField(Role, max_length=16)
    """The main one of their roles, in which they act unless they ask for another; the others are `UserRole`s."""
    rep: fields.ForeignKeyNullableRelation[SalesRep] = fields.ForeignKeyField(
        "models.SalesRep", related_name="users", null=True, on_delete=fields.SET_NULL
    )
    rep_id: int | None
    password_hash = fields.CharField(200, null=True)
    """Argon2id, with its salt and its costs; null for those who sign in elsewhere, or not at all."""
    disabled_at: dt.datetime | None = InstantField(null=True)

    class Meta:
        table = "app_user"
        unique_together = (("email_fold",),)
        indexes = (Index(fields=("rep_id", "id")),)
        constraints = (
            CheckConstraint(check="email <> ''", name="user_has_email"),
            CheckConstraint(check="name <> ''", name="user_is_named"),
        )


class UserRole(Model):
    """A role that a user has besides the main one. They act in one at a time: what roles show is never put together."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="further_roles", on_delete=fields.CASCADE
    )
    user_id: int
    role = fields.CharEnumField(Role, max_length=16)

    class Meta:
        table = "user_role"
        unique_together = (("user_id", "role"),)


class Session(Model):
    """That a user signed in, in one of their roles: good until it expires, they sign out or have the role no more."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="sessions", on_delete=fields.CASCADE
    )
    user_id: int
    role = fields.CharEnumField(Role, max_length=16)
    token_hash = fields.CharField(64)
    """The SHA-256 of the token, in hexadecimal: who reads the table can sign in as nobody."""
    created_at = InstantField()
    expires_at = InstantField()
    revoked_at: dt.datetime | None = InstantField(null=True)
    last_used_at: dt.datetime | None = InstantField(null=True)
    """To about a minute."""

    class Meta:
        table = "session"
        unique_together = (("token_hash",),)
        indexes = (Index(fields=("user_id", "id")),)
        constraints = (
            CheckConstraint(check="length(token_hash) = 64", name="session_token_is_hashed"),
            CheckConstraint(check="expires_at > created_at", name="session_ends_after_it_starts"),
        )


class ApiKey(Model):
    """What a program signs in with: it acts as its user, in one of their roles, and may at most what its scopes say."""

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="api_keys", on_delete=fields.CASCADE
    )
    user_id: int
    role = fields.CharEnumField(Role, max_length=16)
    name = fields.CharField(MOST_KEY_NAME)
    token_hash = fields.CharField(64)
    """The SHA-256 of the token, in hexadecimal."""
    scopes = fields.TextField()
    """What it may, as a JSON array: `read`, `write`, or the names of single verbs."""
    created_at = InstantField()
    expires_at: dt.datetime | None = InstantField(null=True)
    revoked_at: dt.datetime | None = InstantField(null=True)
    last_used_at: dt.datetime | None = InstantField(null=True)
    """To about a minute."""

    class Meta:
        table = "api_key"
        unique_together = (("token_hash",), ("user_id", "name"))
        constraints = (
            CheckConstraint(check="name <> ''", name="api_key_is_named"),
            CheckConstraint(check="length(token_hash) = 64", name="api_key_token_is_hashed"),
            CheckConstraint(check="expires_at IS NULL OR expires_at > created_at", name="api_key_ends_after_it_starts"),
        )
