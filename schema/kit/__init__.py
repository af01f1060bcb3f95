"""The kit: from short entity declarations, everything else that the contract consists of."""

from schema.kit.declare import (
    column,
    entity,
    formula,
    money,
    money_formula,
    to_many,
    to_one,
)

__all__ = ["column", "entity", "formula", "money", "money_formula", "to_many", "to_one"]
