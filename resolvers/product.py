"""What can be done with products and the categories they are sorted into."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from errors import Refused, UserError, UserErrorCode, refuse
from models import Product, ProductCategory
from resolvers.checks import refuse_circle, refuse_taken
from resolvers.ids import ProductCategoryId, ProductId
from resolvers.verbs import Changes, Flat, Length, Money, PartialOf, Range, Ref, Rule, Rules, verb
from resolvers.write import Call


def cost_errors(price: Money, cost: Money | None) -> list[UserError]:
    """What a product costs us is said in the currency of its price."""
    if cost is None or cost.currency == price.currency:
        return []
    message = f"The cost must be in the currency of the price, {price.currency}, not in {cost.currency}."
    return [UserError(UserErrorCode.INVALID, message, ("cost", "currency"))]


@dataclass(frozen=True)
class NewProduct:
    """A product to be made."""

    sku: Annotated[str, Length(64, least=1), "Article number, unique whatever its case; 1 to 64 characters."]
    name: Annotated[str, Length(200, least=1), "Display name, 1 to 200 characters."]
    price: Annotated[Money, "List price of one unit, before tax."]
    cost: Annotated[Money | None, "What one unit costs us, in the currency of the price."] = None
    tax_bps: Annotated[int, Range(0, 10_000), "Tax in basis points: 1,900 is 19 %."] = 0
    description: Annotated[str | None, Length(10_000), "What it is, for those who sell it."] = None
    category_id: Annotated[ProductCategoryId | None, "The category it stands in."] = None
    unit: Annotated[str | None, Length(32), "What is counted: `piece`, `hour`, `kg`."] = None
    active: Annotated[bool, "Whether it is on sale."] = True

    rules: ClassVar[Rules] = (Rule(cost_errors, ("price.currency", "cost.currency")),)


@dataclass(frozen=True)
class ProductDeleted:
    """A removed product."""

    deleted_id: Annotated[int, Ref("Product"), "The id of the removed product."]


@verb("Make a product.", creates=True)
async def create_product(call: Call, *, new: Annotated[NewProduct, Flat()]) -> Product:
    """Make one product. Refuses an article number that is taken, and a cost in another currency than the price."""
    columns = asdict(new) | _prices(new.price, new.cost)
    del columns["price"], columns["cost"]
    if new.category_id is not None:
        await call.fetch(ProductCategory, new.category_id, "category_id")
    await refuse_taken(Product, "sku", new.sku)
    return await call.create(Product, **columns)


def _prices(price: Money, cost: Money | None) -> dict[str, Any]:
    return {
        "currency": price.currency,
        "price_minor": price.minor(),
        "cost_minor": None if cost is None else cost.minor(),
    }


@verb("Change a product: what is left out stays, null clears. Orders keep the prices they were made with.")
async def update_product(
    call: Call,
    *,
    id: Annotated[ProductId, "Which product."],
    change: Annotated[Changes, PartialOf(NewProduct)],
) -> Product:
    """Change one product. A price in a new currency needs a cost in that currency too, or none."""
    product = await call.fetch_to_change(Product, id)
    columns = dict(change)
    price: Money | None = columns.pop("price", None)
    if "cost" in columns:
        cost: Money | None = columns.pop("cost")
        if price is not None:
            columns |= _prices(price, cost)
        elif errors := cost_errors(Money(Decimal(0), product.currency), cost):
            raise Refused(*errors)
        else:
            columns["cost_minor"] = None if cost is None else cost.minor()
    elif price is not None:
        if product.cost_minor is not None and price.currency != product.currency:
            raise refuse(
                UserErrorCode.INVALID,
                f"The cost is in {product.currency}. Give a cost in {price.currency} along with the price, or null.",
                "cost",
            )
        columns |= {"currency": price.currency, "price_minor": price.minor()}
    if columns.get("category_id") is not None:
        await call.fetch(ProductCategory, columns["category_id"], "category_id")
    if "sku" in columns:
        await refuse_taken(Product, "sku", columns["sku"], product.id)
    await call.change(product, **columns)
    return product


@verb("Remove a product from the catalogue. Orders and tickets that name it stay; its article number is free again.")
async def delete_product(call: Call, *, id: Annotated[ProductId, "Which product."]) -> ProductDeleted:
    """Hide a product."""
    product = await call.fetch_to_change(Product, id)
    await call.remove(product)
    return ProductDeleted(product.id)


# --- categories -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NewProductCategory:
    """A category to be made."""

    name: Annotated[str, Length(200, least=1), "Display name, 1 to 200 characters."]
    parent_id: Annotated[ProductCategoryId | None, "The category it stands in; none at the top."] = None


@dataclass(frozen=True)
class ProductCategoryDeleted:
    """A removed category."""

    deleted_id: Annotated[int, Ref("ProductCategory"), "The id of the removed category."]


@verb("Make a category of products.", creates=True)
async def create_product_category(call: Call, *, new: Annotated[NewProductCategory, Flat()]) -> ProductCategory:
    """Make one category."""
    if new.parent_id is not None:
        await call.fetch(ProductCategory, new.parent_id, "parent_id")
    return await call.create(ProductCategory, **asdict(new))


@verb("Change a category of products: what is left out stays, null clears.")
async def update_product_category(
    call: Call,
    *,
    id: Annotated[ProductCategoryId, "Which category."],
    change: Annotated[Changes, PartialOf(NewProductCategory)],
) -> ProductCategory:
    """Change one category. Refuses to hang it below itself."""
    category = await call.fetch_to_change(ProductCategory, id)
    if change.get("parent_id") is not None:
        await call.fetch(ProductCategory, change["parent_id"], "parent_id")
        await refuse_circle(ProductCategory, category.id, change["parent_id"], "parent_id")
    await call.change(category, **change)
    return category


@verb("Remove an empty category of products. One that holds products or categories is refused.")
async def delete_product_category(
    call: Call, *, id: Annotated[ProductCategoryId, "Which category."]
) -> ProductCategoryDeleted:
    """Hide a category; what stands in it must have been moved elsewhere before."""
    category = await call.fetch_to_change(ProductCategory, id)
    products = await Product.filter(category_id=id, deleted_at=None).count()
    children = await ProductCategory.filter(parent_id=id, deleted_at=None).count()
    if products or children:
        raise refuse(
            UserErrorCode.NOT_ALLOWED,
            f"This category is not empty: products in it: {products}, categories in it: {children}. "
            "Move them elsewhere first.",
            "id",
        )
    await call.remove(category)
    return ProductCategoryDeleted(category.id)
