"""What the demo company sells: shelves within shelves, and the products on them."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.text import fold
from server.demo.dates import DAY, NOW, SYSTEM_START
from server.demo.money import EXPONENTS, from_base
from server.demo.story import Batch, ProductFacts, Removals, Row, Story, Stream, weighted
from server.demo.words import DEEPER, GOODS, MAKES, SHELVES

_CURRENCY = weighted(EUR=84, USD=7, CNY=3, JPY=2, GBP=2, CHF=1, KWD=1)


def _shelves() -> dict[str, str | None]:
    """Every shelf, with the one it stands in."""
    shelves: dict[str, str | None] = dict.fromkeys(SHELVES)
    shelves.update(DEEPER)
    shelves.update((goods.category, goods.parent) for goods in GOODS)
    return shelves


def categories(story: Story) -> Iterator[Batch]:
    """The shelves, three deep, and a removed one without products."""
    spell = story.spell
    since = spell.instant(SYSTEM_START)
    shelves = _shelves()
    ids = {name: n for n, name in enumerate(shelves, 1)}
    rows: list[Row] = [
        (ids[name], 1, since, since, None, 0, name, fold(name), None if parent is None else ids[parent])
        for name, parent in shelves.items()
    ]
    last, gone = len(rows) + 1, spell.instant(SYSTEM_START + 300 * DAY)
    rows.append((last, 2, since, gone, gone, last, "Retired lines", "retired lines", None))
    yield Batch("product_category", rows)


def products(story: Story) -> Iterator[Batch]:
    """The products: one is free, a few have no cost, no shelf, or are sold no more."""
    spell, stream = story.spell, Stream("product")
    ids = {name: n for n, name in enumerate(_shelves(), 1)}
    plan = Removals(story.scale.products, 40)
    rows: list[Row] = []
    for number in plan.ids:
        goods = GOODS[(number - 1) % len(GOODS)]
        name = f"{stream.pick(goods.nouns)} {stream.pick(MAKES)}, {stream.pick(goods.variants)}"
        if number % 37 == 30:
            name = f"{name} – {'limited edition, numbered and signed, ' * 4}with certificate"[:200].rstrip()
        sku = f"{goods.code}-{number:04d}" if number % 9 else f"{goods.code.lower()}_{number:04d}%"
        span = goods.highest - goods.lowest
        cents = goods.lowest + int(span * stream.random() * stream.random())
        # Prices like people make them: 12.90, 129.00, 1,290.00.
        cents = cents if cents < 500 else cents // 100 * 100 + 90 if cents < 10000 else cents // 1000 * 1000 + 900
        if number == 15:
            name, cents = "Sample box (free of charge)", 0
        currency = stream.pick(_CURRENCY)
        price = {code: from_base(cents, code) for code in EXPONENTS}
        share = 45 + stream.below(36)
        cost = {code: amount * share // 100 for code, amount in price.items()} if stream.chance(92) else None
        removed = plan.removed(number)
        active = not removed and number % 23 != 19
        created = SYSTEM_START + stream.below(500) * DAY
        changed = min(created + stream.below(900) * DAY, NOW) if removed or stream.chance(70) else created
        if not removed:
            story.products.append(ProductFacts(number, name, price, cost, goods.tax_bps, goods.bulk, cents >= 50000))
        rows.append(
            (
                number, 1 + (changed > created), spell.instant(created), spell.instant(changed),
                spell.instant(changed) if removed else None, number if removed else 0, sku, fold(sku),
                name, fold(name),
                f"{name}. Made to last; spare parts for ten years." if stream.chance(60) else None,
                None if number % 29 == 11 else ids[goods.category], currency, price[currency],
                None if cost is None else cost[currency], goods.tax_bps, goods.unit, active,
            )
        )  # fmt: skip
    yield Batch("product", rows)
