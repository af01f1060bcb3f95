"""What we sell: products, and the categories they are sorted into."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from models.base import Removable
from models.fields import FoldedField, money_within, share_within


class ProductCategory(Removable):
    """A shelf for products; shelves stand within shelves."""

    name = fields.CharField(200)
    name_fold = FoldedField("name")
    parent: fields.ForeignKeyNullableRelation[ProductCategory] = fields.ForeignKeyField(
        "models.ProductCategory", related_name="children", null=True, on_delete=fields.SET_NULL
    )
    parent_id: int | None

    class Meta:
        table = "product_category"
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("parent_id", "name_fold", "id")),
        )
        constraints = (
            CheckConstraint(check="parent_id IS NULL OR parent_id <> id", name="category_has_another_parent"),
        )


class Product(Removable):
    """Something we sell, with its list price; an order line keeps the price of its day."""

    sku = fields.CharField(64)
    sku_fold = FoldedField("sku")
    name = fields.CharField(200)
    name_fold = FoldedField("name")
    description = fields.TextField(null=True)
    category: fields.ForeignKeyNullableRelation[ProductCategory] = fields.ForeignKeyField(
        "models.ProductCategory", related_name="products", null=True, on_delete=fields.SET_NULL
    )
    category_id: int | None
    currency = fields.CharField(3)
    price_minor = fields.BigIntField()
    cost_minor = fields.BigIntField(null=True)
    tax_bps = fields.IntField(default=0)
    unit = fields.CharField(32, null=True)
    active = fields.BooleanField(default=True)

    class Meta:
        table = "product"
        unique_together = (("sku_fold", "deleted_key"),)
        indexes = (
            Index(fields=("name_fold", "id")),
            Index(fields=("created_at", "id")),
            Index(fields=("updated_at", "id")),
            Index(fields=("category_id", "name_fold", "id")),
        )
        constraints = (
            CheckConstraint(check="length(name) BETWEEN 1 AND 200", name="product_is_named"),
            money_within("price_minor"),
            money_within("cost_minor"),
            share_within("tax_bps"),
        )
