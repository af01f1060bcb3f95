"""What one request may ask for, and the shape of its document, which is measured before it is validated.

That is one pass over the document: a fragment is measured once, however often and however deep it is spread, since
walking it at every spread takes 2ⁿ steps for a document of n lines. Names switch nothing off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Source,
    TokenKind,
    ValueNode,
)
from graphql.language import Lexer

from access import Viewer
from errors import TooComplex

ENDLESS = 10**12
"""Where counting stops."""
INTROSPECTION = ("__schema", "__type")
"""Fields with a depth of their own. They stand at the root; anywhere else validation refuses them."""
INTROSPECTED_LISTS = ("fields", "interfaces", "possibleTypes", "inputFields")
"""Lists of introspection that lead from a type on to others, and so to themselves."""
CONTAINERS = (list, dict)
LITERAL_CONTAINERS = (ListValueNode, ObjectValueNode)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may ask for."""

    source: int = 32 * 1024
    """Bytes of the document."""
    tokens: int = 2_000
    """Words and signs of the document."""
    name: int = 200
    """Characters of a name. Errors tell names and the paths that are made of them."""
    depth: int = 15
    """Fields one inside the other."""
    introspection_depth: int = 20
    """The same below `__schema` and `__type`: what the usual tools ask for is 15 deep."""
    introspected_lists: int = 2
    """Of the lists that lead from one type to others, one inside the other below `__schema` and `__type`: each
    multiplies what the answer holds by what a type has, and the usual tools ask for one."""
    aliases: int = 30
    """Fields under another name, fragments written out."""
    roots: int = 20
    """Fields an operation begins with."""
    directives: int = 5
    """Directives at one place."""
    fields: int = 3_000
    """Fields, fragments written out: each becomes a piece of a statement."""
    input_list: int = 500
    """Entries of one list in the arguments. Filters and ids take 100: `compiler` sees to that."""
    input_depth: int = 64
    """Lists and objects one inside the other in an argument."""
    input_values: int = 20_000
    """Entries of all lists and objects in the variables together."""
    nodes: int = 25_000
    """Rows that the pages along each path come to."""
    cost: int = 25_000
    """Points, by the table in `weight.py`."""
    fewer_nodes: int = 10_000
    """Rows for API keys and for viewers who only read."""
    lower_cost: int = 10_000
    """Points for API keys and for viewers who only read."""

    @classmethod
    def at_most(cls, *, tokens: int, depth: int, aliases: int, nodes: int, cost: int) -> Limits:
        """The limits with some of them set; those for API keys and readers are never above those for everyone."""
        fewer, lower = min(cls().fewer_nodes, nodes), min(cls().lower_cost, cost)
        deeper = max(cls().introspection_depth, depth)
        return cls(
            tokens=tokens,
            depth=depth,
            introspection_depth=deeper,
            aliases=aliases,
            nodes=nodes,
            cost=cost,
            fewer_nodes=fewer,
            lower_cost=lower,
        )

    def for_viewer(self, viewer: Viewer) -> tuple[int, int]:
        """The most rows and points a viewer may ask for at once."""
        if viewer.key_id is not None or viewer.role == "READONLY":
            return self.fewer_nodes, self.lower_cost
        return self.nodes, self.cost


# --- before validation ----------------------------------------------------------------------------------------------


def check_source(query: str, limits: Limits) -> None:
    """Refuse a document that is too long to be read. Raises `TooComplex`."""
    if len(query) * 4 > limits.source and (size := len(query.encode(errors="surrogatepass"))) > limits.source:
        raise _over("The document", size, limits.source, "bytes")


def too_many_tokens(query: str, limits: Limits) -> TooComplex:
    """The refusal of a document whose parsing was given up after as many tokens."""
    lexer, count = Lexer(Source(query)), 0
    try:
        while lexer.advance().kind is not TokenKind.EOF:
            count += 1
    except GraphQLSyntaxError:
        count = max(count, limits.tokens + 1)
    return _over("The document", count, limits.tokens, "tokens")


def too_deep(query: str, limits: Limits) -> TooComplex:
    """The refusal of a document that nests so deep that reading it was given up."""
    lexer, depth, deepest = Lexer(Source(query)), 0, 0
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            if token.kind in (TokenKind.BRACE_L, TokenKind.BRACKET_L):
                depth += 1
                deepest = max(deepest, depth)
            elif token.kind in (TokenKind.BRACE_R, TokenKind.BRACKET_R):
                depth -= 1
    except GraphQLSyntaxError:
        pass  # as deep as it can be read
    return TooComplex(
        f"The document nests {deepest:,} levels of braces and brackets, too deep to be read to its end: fields may be "
        f"{limits.depth:,} levels deep, arguments {limits.input_depth:,}. Ask in several requests."
    )


@dataclass(slots=True)
class Shape:
    """What a selection comes to, fragments written out."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    lists: int = 0
    """Fields named like the lists of introspection, one inside the other."""

    def add(self, inner: Shape, levels: int = 0) -> None:
        self.depth = max(self.depth, inner.depth + levels)
        self.lists = max(self.lists, inner.lists)
        self.aliases = min(self.aliases + inner.aliases, ENDLESS)
        self.fields = min(self.fields + inner.fields, ENDLESS)


def check_names(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document with a name that is too long, whatever it is the name of. Raises `TooComplex`."""
    token = document.loc and document.loc.start_token
    while token:
        if token.kind is TokenKind.NAME and (size := len(token.value or "")) > limits.name:
            raise _over("A name in the document", size, limits.name, "characters")
        token = token.next


class Measure:
    """Measures the shape of a document that was parsed, but not validated: its fragments may be missing or circular."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self.fragments = fragments_of(document)
        self.known: dict[str, Shape] = {}
        self.introspects = False
        """Whether the document asks for the schema itself, anywhere: known once it was checked."""

    def check(self) -> None:
        """Refuse a document with more of anything than is allowed. Raises `TooComplex` that names the first."""
        limits = self.limits
        for name in in_order(self.fragments):
            fragment = self.fragments[name]
            self._directives(fragment.directives)
            self.known[name] = shape = self.selection(fragment.selection_set)
            # A fragment that nothing spreads is validated all the same.
            self._check(shape)
        for operation in self.operations:
            self._directives(operation.directives)
            for variable in operation.variable_definitions or ():
                self._directives(variable.directives)
                self._values([variable.default_value] if variable.default_value else [])
            self._check(self.selection(operation.selection_set))
            nodes = flat(operation.selection_set, self.fragments)
            keys = {node.alias.value if node.alias else node.name.value for node in nodes}
            if len(keys) > limits.roots:
                raise _over("The operation", len(keys), limits.roots, "root fields")

    def selection(self, selections: SelectionSetNode) -> Shape:
        """The shape of a selection set; a fragment that is not known yet is part of a circle, and adds nothing."""
        shape = Shape()
        for node in selections.selections:
            self._directives(node.directives)
            match node:
                case FieldNode():
                    shape.add(Shape(1, node.alias is not None, 1))
                    self._values(argument.value for argument in node.arguments or ())
                    self.introspects |= node.name.value in INTROSPECTION
                    if node.selection_set:
                        inner = self.selection(node.selection_set)
                        inner.lists += node.name.value in INTROSPECTED_LISTS
                        if node.name.value in INTROSPECTION:
                            self._introspection(inner)
                            inner.depth = inner.lists = 0
                        shape.add(inner, 1)
                case InlineFragmentNode():
                    shape.add(self.selection(node.selection_set))
                case FragmentSpreadNode() if node.name.value in self.known:
                    shape.add(self.known[node.name.value])
        return shape

    def _check(self, shape: Shape) -> None:
        self._depth(shape.depth, self.limits.depth)
        if shape.aliases > self.limits.aliases:
            raise _over("The document", shape.aliases, self.limits.aliases, "aliases, fragments written out")
        if shape.fields > self.limits.fields:
            raise _over("The document", shape.fields, self.limits.fields, "fields, fragments written out")

    def _introspection(self, shape: Shape) -> None:
        self._depth(1 + shape.depth, self.limits.introspection_depth)
        if shape.lists > (most := self.limits.introspected_lists):
            raise TooComplex(
                f"The introspection has {shape.lists:,} lists of fields, interfaces or possible types one inside the "
                f"other, {shape.lists - most:,} more than the {most:,} allowed. Ask for one type after the other, with "
                "`__type`."
            )

    def _depth(self, depth: int, most: int) -> None:
        if depth > most:
            raise TooComplex(
                f"The selection is {depth:,} levels deep, {depth - most:,} more than the {most:,} allowed. "
                "Ask for the inner records by their ids in a request of their own."
            )

    def _directives(self, directives: Sequence[DirectiveNode] | None) -> None:
        if directives:
            if len(directives) > self.limits.directives:
                raise _over("One place in the document", len(directives), self.limits.directives, "directives")
            for directive in directives:
                self._values(argument.value for argument in directive.arguments or ())

    def _values(self, values: Iterable[ValueNode]) -> None:
        level, depth = [value for value in values if isinstance(value, LITERAL_CONTAINERS)], 0
        while level:
            depth += 1
            inside: list[ValueNode] = []
            for value in level:
                if isinstance(value, ListValueNode):
                    if len(value.values) > self.limits.input_list:
                        raise _over("A list in the arguments", len(value.values), self.limits.input_list, "entries")
                    inside += value.values
                else:
                    inside += [item.value for item in value.fields]
            level = [value for value in inside if isinstance(value, LITERAL_CONTAINERS)]
        if depth > self.limits.input_depth:
            raise _too_nested("An argument", depth, self.limits.input_depth)


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Refuse variables that hold more than is allowed, before each value is looked at. Raises `TooComplex`."""
    level = [value for value in variables.values() if isinstance(value, CONTAINERS)]
    depth = count = 0
    while level:
        depth += 1
        inside: list[Any] = []
        for value in level:
            count += len(value)
            if isinstance(value, list):
                if len(value) > limits.input_list:
                    raise _over("A list in the variables", len(value), limits.input_list, "entries")
                inside += [item for item in value if isinstance(item, CONTAINERS)]
            else:
                inside += [item for item in value.values() if isinstance(item, CONTAINERS)]
        if count > limits.input_values:
            raise TooComplex(
                f"The variables hold more than {count:,} values in their lists and objects, "
                f"{count - limits.input_values:,} more than the {limits.input_values:,} allowed. Send them in parts."
            )
        level = inside
    if depth > limits.input_depth:
        raise _too_nested("A variable", depth, limits.input_depth)


def _over(what: str, got: int, most: int, noun: str) -> TooComplex:
    return TooComplex(
        f"{what} has {got:,} {noun}, {got - most:,} more than the {most:,} allowed. Ask in several requests."
    )


def _too_nested(what: str, depth: int, most: int) -> TooComplex:
    return TooComplex(
        f"{what} nests {depth:,} levels deep, {depth - most:,} more than the {most:,} allowed. Flatten it."
    )


# --- fragments ------------------------------------------------------------------------------------------------------


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments of a document by name."""
    return {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}


def in_order(fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[str]:
    """The names of fragments, each after those it spreads; where they spread each other, in either order."""
    seen: set[str] = set()
    for root in fragments:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, spreads(fragments[root].selection_set))]
        while path:
            name, inner = path[-1]
            following = next((spread for spread in inner if spread in fragments and spread not in seen), None)
            if following is None:
                path.pop()
                yield name
            else:
                seen.add(following)
                path.append((following, spreads(fragments[following].selection_set)))


def spreads(selections: SelectionSetNode) -> Iterator[str]:
    """The fragments that a selection set spreads at any depth."""
    stack: list[SelectionNode] = list(selections.selections)
    while stack:
        node = stack.pop()
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif inner := cast(FieldNode | InlineFragmentNode, node).selection_set:
            stack += inner.selections


def flat(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    """The fields of a selection set and of the fragments in it, each fragment once, as an executor collects them."""
    stack, seen = list(selections.selections), set()
    while stack:
        match stack.pop():
            case FieldNode() as field:
                yield field
            case InlineFragmentNode() as inline:
                stack += inline.selection_set.selections
            case FragmentSpreadNode() as spread if spread.name.value in fragments and spread.name.value not in seen:
                seen.add(spread.name.value)
                stack += fragments[spread.name.value].selection_set.selections
