"""What was done: an audit entry and an event with every write, and the answers kept for repeated requests."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import Choice, InstantField


class ChangeKind(Choice):
    """What happened to a record."""

    CREATED = "CREATED", "It was made."
    UPDATED = "UPDATED", "It was changed."
    DELETED = "DELETED", "It was removed."


class AuditEntry(Model):
    """Who did what to which record; written in the transaction of the change, never changed afterwards."""

    id = fields.BigIntField(primary_key=True)
    at = InstantField()
    actor = fields.CharField(200)
    verb = fields.CharField(64)
    entity = fields.CharField(64)
    entity_id = fields.BigIntField()
    kind = fields.CharEnumField(ChangeKind, max_length=16)
    changes = fields.TextField()
    """The names of the fields that changed, as a JSON array; never their values."""
    request_id = fields.CharField(64)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("entity", "entity_id", "id")),)


class OutboxEvent(Model):
    """That a record changed, for those who want to know; written in the transaction of the change."""

    id = fields.BigIntField(primary_key=True)
    at = InstantField()
    entity = fields.CharField(64)
    entity_id = fields.BigIntField()
    kind = fields.CharEnumField(ChangeKind, max_length=16)

    class Meta:
        table = "outbox_event"


class IdempotencyRecord(Model):
    """What a request with an idempotency key came to, kept for 24 hours."""

    id = fields.BigIntField(primary_key=True)
    actor = fields.CharField(200)
    """Whose key it is: `user 3`, or `key 7` of an API key. A key of one of them means nothing to anybody else."""
    key = fields.CharField(200)
    verb = fields.CharField(64)
    fingerprint = fields.CharField(64)
    """The SHA-256 of the role and the input."""
    outcome = fields.TextField()
    """What the verb returned: ids and facts, as JSON."""
    created_at = InstantField()

    class Meta:
        table = "idempotency_record"
        unique_together = (("actor", "key"),)
        indexes = (Index(fields=("created_at", "id")),)
