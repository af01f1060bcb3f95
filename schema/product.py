"""What we sell, and the categories it is sorted into."""

import models
from schema.kit import column, entity, money, to_many, to_one


@entity(models.ProductCategory, "cat", plural="productCategories", order="NAME", search=("name",), few=True)
class ProductCategory:
    """A category of products; categories stand within categories."""

    name = column("Display name.", sort=True)
    parent = to_one("ProductCategory", "The category this one stands in; null at the top.")
    children = to_many("ProductCategory", "The categories within this one.", by="parent")
    products = to_many("Product", "The products in this category.", by="category")


@entity(
    models.Product,
    "prd",
    plural="products",
    order="NAME",
    search=("name", "sku"),
    identifiers={"sku": "The article number; case does not matter."},
    few=True,
)
class Product:
    """Something we sell."""

    sku = column("Article number, unique.", sort=True)
    name = column("Display name, 1 to 200 characters.", sort=True)
    description = column("What it is, for those who sell it.")
    category = to_one("ProductCategory", "The category it stands in.", sort=True)
    currency = column("The currency of price and cost.", scalar="Currency", group=True)
    price = money("List price of one unit, before tax.", sort=True)
    cost = money("What one unit costs us.")
    tax_bps = column("Tax in basis points: 1,900 is 19 %.")
    unit = column("What is counted: `piece`, `hour`, `kg`.", group=True)
    active = column("Whether it is on sale.")
    order_lines = to_many("OrderLine", "The order lines that name it, newest first.", by="product", order="-ID")
    tickets = to_many("Ticket", "Tickets about it, newest first.", by="product", order="-CREATED_AT")
