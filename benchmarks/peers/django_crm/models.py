"""The tables that are asked for, as models; Rapport's own migrations make them."""

from __future__ import annotations

from django.db import models


class Lifecycle(models.TextChoices):
    LEAD = "LEAD"
    PROSPECT = "PROSPECT"
    ACTIVE = "ACTIVE"
    DORMANT = "DORMANT"
    CHURNED = "CHURNED"


class OrderStatus(models.TextChoices):
    DRAFT = "DRAFT"
    SENT = "SENT"
    CONFIRMED = "CONFIRMED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class TicketStatus(models.TextChoices):
    NEW = "NEW"
    OPEN = "OPEN"
    PENDING_CUSTOMER = "PENDING_CUSTOMER"
    ON_HOLD = "ON_HOLD"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class TicketPriority(models.TextChoices):
    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    URGENT = "URGENT"


class SalesRep(models.Model):
    name = models.CharField(max_length=200)
    name_fold = models.TextField()
    deleted_at = models.DateTimeField(null=True)
    sales = models.ManyToManyField("Order", through="OrderCredit", related_name="reps")

    class Meta:
        managed = False
        db_table = "sales_rep"
        ordering = ("name_fold", "id")


class Product(models.Model):
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "product"


class Customer(models.Model):
    name = models.CharField(max_length=200)
    name_fold = models.TextField()
    email = models.CharField(max_length=320)
    phone = models.CharField(max_length=64)
    city = models.CharField(max_length=200, null=True)
    country = models.CharField(max_length=2, null=True)
    lifecycle = models.CharField(max_length=16, choices=Lifecycle.choices)
    owner = models.ForeignKey(SalesRep, models.SET_NULL, null=True, related_name="customers")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "customer"
        ordering = ("name_fold", "id")


class Order(models.Model):
    number = models.CharField(max_length=32)
    customer = models.ForeignKey(Customer, models.RESTRICT, related_name="orders")
    owner = models.ForeignKey(SalesRep, models.SET_NULL, null=True, related_name="orders")
    status = models.CharField(max_length=24, choices=OrderStatus.choices)
    order_date = models.DateField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "sales_order"
        ordering = ("-order_date", "-id")


class OrderCredit(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="credits")
    rep = models.ForeignKey(SalesRep, models.RESTRICT, related_name="credits")

    class Meta:
        managed = False
        db_table = "order_credit"


class OrderLine(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.RESTRICT, related_name="order_lines")
    position = models.IntegerField()
    quantity = models.IntegerField()
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "order_line"
        ordering = ("position",)


class Ticket(models.Model):
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    deleted_key = models.BigIntegerField(default=0)
    number = models.CharField(max_length=32)
    number_fold = models.TextField()
    customer = models.ForeignKey(Customer, models.RESTRICT, related_name="tickets")
    issue = models.CharField(max_length=300)
    issue_fold = models.TextField()
    status = models.CharField(max_length=24, choices=TicketStatus.choices, default=TicketStatus.NEW)
    priority = models.CharField(max_length=16, choices=TicketPriority.choices, default=TicketPriority.NORMAL)
    channel = models.CharField(max_length=16, default="OTHER")
    reopen_count = models.IntegerField(default=0)

    class Meta:
        managed = False
        db_table = "ticket"
        ordering = ("-created_at", "-id")
