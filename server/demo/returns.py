"""The demo company's returns: what came back of an order, what is refunded, and whose sales it is taken off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.demo.dates import DAY, Spelling, local_day
from server.demo.money import part, refund, split
from server.demo.story import Batch, Row, Stream
from server.demo.words import RETURNED

NEXT_DAYS = 3 * DAY
"""How long after its confirmation an order's goods come back at the earliest."""


@dataclass(frozen=True, slots=True)
class Sale:
    """What there is to know of an order of which something came back."""

    order: int
    currency: str
    net: int
    tax: int
    base_net: int
    base_total: int
    confirmed: int
    changed: int
    """When the last of its returns was booked."""
    lines: Sequence[tuple[int, int, int, int]]
    """Id, quantity, net and tax of each line."""
    credits: Sequence[tuple[int, int]]
    """Rep, and amount in the base currency, of each credit."""


class Returns:
    """The returns that are told so far and not yet written."""

    def __init__(self, spell: Spelling) -> None:
        self.spell = spell
        self.stream = Stream("order_return")
        self.count = self.line_count = self.credit_count = 0
        self.rows: list[Row] = []
        self.line_rows: list[Row] = []
        self.credit_rows: list[Row] = []

    def journeys(self, pieces: list[int]) -> list[list[int]]:
        """The pieces of each line that came back, return by return: mostly all at once, sometimes in two parts."""
        total = sum(pieces)
        if not total:
            return []
        if total == 1 or not self.stream.chance(35):
            return [pieces]
        open_ = 1 + self.stream.below(total - 1)
        first = []
        for count in pieces:
            first.append(min(count, open_))
            open_ -= first[-1]
        return [first, [count - gone for count, gone in zip(pieces, first, strict=True)]]

    def book(self, sale: Sale, journeys: Sequence[Sequence[int]]) -> None:
        """Write the returns of an order down: its part of each amount, the remainder with the last piece."""
        back = [(0, 0, 0)] * len(sale.lines)
        refunded_net = refunded = 0
        left = [amount for _, amount in sale.credits]
        # The last is what the order was changed by; one before it came halfway, but not at once.
        early = sale.confirmed + NEXT_DAYS
        instants = [early + (sale.changed - early) // 2, sale.changed][-len(journeys) :]
        for instant, pieces in zip(instants, journeys, strict=True):
            self.count += 1
            when = self.spell.instant(instant)
            net = tax = 0
            for place, (line, quantity, line_net, line_tax) in enumerate(sale.lines):
                count = pieces[place]
                if not count:
                    continue
                part_net, part_tax = refund(line_net, line_tax, quantity, back[place], count)
                pieces_before, net_before, tax_before = back[place]
                back[place] = pieces_before + count, net_before + part_net, tax_before + part_tax
                net += part_net
                tax += part_tax
                self.line_count += 1
                self.line_rows.append(
                    (
                        self.line_count, 1, when, when, self.count, line, count, sale.currency, part_net, part_tax,
                        part_net + part_tax,
                    )
                )  # fmt: skip
            base_net = part(sale.base_net, refunded_net, net, sale.net)
            base_total = part(sale.base_total, refunded, net + tax, sale.net + sale.tax)
            refunded_net += net
            refunded += net + tax
            day = self.spell.day(local_day(instant))
            self.rows.append(
                (
                    self.count, 1, when, when, sale.order, day, self.stream.pick(RETURNED), sale.currency, net, tax,
                    net + tax, base_net, base_total,
                )
            )  # fmt: skip
            # By what is left of each credit, so that a full return leaves nothing of any.
            amounts = split(base_net, left) if any(left) else [0] * len(left)
            for place, ((rep, _), amount) in enumerate(zip(sale.credits, amounts, strict=True)):
                left[place] -= amount
                self.credit_count += 1
                self.credit_rows.append((self.credit_count, 1, when, when, self.count, rep, day, amount))

    def told(self) -> Iterator[Batch]:
        """What is to be written, once."""
        yield Batch("order_return", self.rows)
        yield Batch("order_return_line", self.line_rows)
        yield Batch("order_return_credit", self.credit_rows)
        self.rows, self.line_rows, self.credit_rows = [], [], []
