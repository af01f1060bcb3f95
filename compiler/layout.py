"""Statements laid out to be read: over several lines, broken and indented the same way every time."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDTH = 110
CLAUSES = re.compile(r" (?=(?:FROM|WHERE|JOIN|GROUP BY|ORDER BY|LIMIT|ELSE|END|WHEN)\b)")


def laid_out(sql: str) -> str:
    """A statement over several lines: a clause a line, subqueries further in, long lines broken at `||` and `AND`."""
    lines: list[str] = []
    for depth, line in _lines(sql):
        indent = "  " * depth
        rest = line
        while len(indent) + len(rest) > WIDTH and (at := _break(rest, WIDTH - len(indent))):
            lines.append(indent + rest[:at])
            rest, indent = rest[at:].lstrip(), "  " * (depth + 1)
        lines.append(indent + rest)
    return "\n".join(lines)


def _lines(sql: str) -> Iterator[tuple[int, str]]:
    """The lines of a statement with how far in each stands."""
    opened: list[bool] = []
    """For every open bracket, whether it holds a subquery."""
    depth, line = 0, ""
    for piece in re.findall(r"'(?:[^']|'')*'|\(SELECT\b|\(|\)|[^'()]+", sql):
        if piece == "(SELECT":
            yield depth, line + "("
            opened.append(True)
            depth, line = depth + 1, "SELECT"
        elif piece == "(":
            opened.append(False)
            line += piece
        elif piece == ")":
            if opened.pop():
                yield depth, line
                depth, line = depth - 1, piece
            else:
                line += piece
        elif piece[0] == "'" or (opened and not opened[-1]):
            line += piece
        else:
            head, *clauses = CLAUSES.split(piece)
            line += head
            for clause in clauses:
                yield depth, line
                line = clause
    yield depth, line


def _break(line: str, width: int) -> int:
    """Where a long line is broken: after the last `||`, comma or AND that fits, outside of quotes; 0 if nowhere."""
    best, quoted = 0, False
    for at, letter in enumerate(line):
        if letter == "'":
            quoted = not quoted
        if quoted or letter != " " or not re.search(r"(\|\||,| AND| OR)$", line[:at]):
            continue
        if at > width and best:
            break
        best = at
    return best
