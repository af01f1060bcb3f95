"""The plan: what one root field asks for, as frozen data that `sql.py` renders and tests can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.catalog import Amount, Entity, Measure, Sort, ToMany, ToOne, Value
from compiler.values import Param, Word

# --- conditions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """`sql` compared by an operator of the dialect with the parameters it takes."""

    operator: str
    sql: str
    params: tuple[Param | Word, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """All of these; true when there are none."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these; false when there are none."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this. A condition that is unknown, because a value is null, counts as not met."""

    item: Condition


@dataclass(frozen=True, slots=True)
class Exists:
    """At least one related row that the viewer may see."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of a list occurs in one of the folded expressions."""

    sql: tuple[str, ...]
    words: Param


Condition = Test | All | AnyOf | Not | Exists | Words


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of an entity: how they hang on the row above, what was asked of them, what the viewer may see."""

    entity: Entity
    link: ToOne | ToMany | Param | None
    """A link from the row above, the id of the one row, or none for all rows."""
    visible: str
    """The viewer's row rule, a condition template; empty where everything may be seen."""
    where: Condition = All(())


# --- what is answered -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """JSON that is the same for every row, such as a `__typename`."""

    json: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar of the row at hand."""

    value: Value
    arguments: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of the row at hand; `parts` are (response key, part) with part amount, currency, minorUnits or JSON."""

    amount: Amount
    parts: tuple[tuple[str, str | Text], ...]
    arguments: Mapping[str, Param]


@dataclass(frozen=True, slots=True)
class One:
    """The one row, or null."""

    rows: Rows
    body: Body


@dataclass(frozen=True, slots=True)
class Key:
    """A sort key, and whether the largest comes first."""

    sort: Sort
    descending: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows: how many, from which end, and between which cursors."""

    size: int | Param
    backward: bool = False
    after: tuple[Param, ...] = ()
    """The values of the cursor's keys, the id last; a nullable key is preceded by whether it is null."""
    before: tuple[Param, ...] = ()


@dataclass(frozen=True, slots=True)
class Nodes:
    """The rows of the page."""

    body: Body


@dataclass(frozen=True, slots=True)
class Edges:
    """The rows of the page, each with what its edge asks for: the node (a body), `cursor`, or JSON."""

    parts: tuple[tuple[str, Body | str | Text], ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The state of paging: (response key, field of PageInfo or JSON)."""

    parts: tuple[tuple[str, str | Text], ...]


@dataclass(frozen=True, slots=True)
class TotalCount:
    """How many rows there are over all pages."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Measures under one function (sum, average, min, max): (response key, measure, parts of its money)."""

    function: str
    parts: tuple[tuple[str, Measure | Text, tuple[tuple[str, str | Text], ...]], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Figures over all matching rows: (response key, figure, the count, or JSON)."""

    parts: tuple[tuple[str, Figure | TotalCount | Text], ...]


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What rows are grouped by: an expression, or the calendar period it falls into."""

    name: str
    """The field of the group that prints it."""
    value: Value
    target: Entity | None = None
    visible: str = ""
    rank: tuple[str, ...] = ()
    unit: str = ""
    zone: Param | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows grouped: the keys, and what each group prints (a key's position, its body, an aggregate, or JSON)."""

    keys: tuple[GroupKey, ...]
    parts: tuple[tuple[str, GroupPart], ...]
    size: int | Param
    by_key: bool


@dataclass(frozen=True, slots=True)
class KeyOf:
    """The value of a group's key; of a link, what was selected of its target."""

    index: int
    body: Body | None = None


GroupPart = KeyOf | Aggregate | Text


@dataclass(frozen=True, slots=True)
class Many:
    """A connection."""

    rows: Rows
    order: tuple[Key, ...]
    page: Page
    parts: tuple[tuple[str, Part], ...]


@dataclass(frozen=True, slots=True)
class NodeByIds:
    """Rows of any entity by global ids: one or, with `many`, a list in the order asked."""

    ids: Param
    branches: tuple[One, ...]
    many: bool


Part = Nodes | Edges | PageInfo | TotalCount | Aggregate | Groups | Text
Node = Text | Scalar | Money | One | Many
Body = tuple[tuple[str, Node], ...]
Root = One | Many | NodeByIds
