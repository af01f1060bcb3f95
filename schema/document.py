"""Reads a document for a role: parsed, measured and validated, with one of its operations chosen, or refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    MaxIntrospectionDepthRule,
    Node,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError

import access
from compiler.values import declared
from errors import Code, Refusal, TooComplex
from schema import CONTRACTS
from schema.limits import Limits, Measure, check_names, check_source, too_deep, too_many_tokens
from schema.plans import Operation

RULES = tuple(rule for rule in specified_rules if rule is not MaxIntrospectionDepthRule)
"""What `Measure` looks at is not looked at again."""
MOST_ERRORS = 10
"""Errors a document is told: to suggest another name for one takes up to 5 ms."""
SIGN_IN = (
    "You are not signed in. Send the header `Authorization: Bearer …` with a token that signIn gave you, or an API key."
)
NO_INTROSPECTION = (
    "This server does not tell {role} its schema. Ask for the fields you know, take the schema from who runs the "
    "server, or ask with the token of a role that may."
)
SUGGESTED = re.compile(r"[.,]? did you mean .*\?$", re.IGNORECASE | re.DOTALL)
"""What graphql-core suggests even where it is told not to: at fields that need a selection, and while parsing."""

COMPARISONS = 8_000
"""How often fields of one name may be compared with each other: 60 ms. The library would let it take 1 s."""
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 2 * COMPARISONS


class Invalid(Exception):
    """A document that breaks rules, with all it breaks."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__()
        self.refusals = refusals


def told(error: GraphQLError, code: Code, *, suggests: bool) -> Refusal:
    """An error of graphql-core, as who sent the document is told it."""
    places = [(place.line, place.column) for place in error.locations or ()]
    message = error.message
    if "integer string conversion" in message:
        message = "A number in the document has too many digits."
    elif message.endswith(" not to be None."):  # as Python calls it
        message = message.removesuffix("None.") + "null."
    if not suggests:
        message = SUGGESTED.sub(".", message)
    return Refusal(message, code, locations=places)


def cut_loose(document: DocumentNode) -> None:
    """Forget where in its text each part of a document stood, once no error can be told of it any more.

    Each part knows its first and last token, and each token its neighbours on both sides. Such circles are freed by the
    garbage collector only, which kept everybody waiting for a second over 2,500 large documents that had come and gone.
    """
    token = document.loc and document.loc.start_token
    parts: list[Node] = [document]
    while parts:
        fields = vars(parts.pop())
        fields["loc"] = None
        for value in fields.values():
            if isinstance(value, Node):
                parts.append(value)
            elif isinstance(value, tuple):
                parts += [item for item in value if isinstance(item, Node)]
    while token:
        token.prev, token.next, token = None, None, token.next


def named(document: DocumentNode) -> Counter[str]:
    """How often each name of the answer stands in a document."""
    names: Counter[str] = Counter()
    nodes: list[Node] = list(document.definitions)
    while nodes:
        node = nodes.pop()
        if isinstance(node, FieldNode):
            names[(node.alias or node.name).value] += 1
        inner = getattr(node, "selection_set", None)
        nodes += inner.selections if inner else ()
    return names


def operation_of(
    query: str, name: str | None, role: str, limits: Limits, *, suggests: bool, introspects: bool
) -> Operation:
    """The one operation that is meant: `name` says which, where the document holds several.

    Raises `Refusal`, or `Invalid` where the role's schema is not kept to.
    """
    check_source(query, limits)
    try:
        document = parse(query, max_lexical_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        if error.message.endswith(f"more than {limits.tokens} tokens. Parsing aborted."):
            raise too_many_tokens(query, limits) from None
        if error.message.endswith("nested too deeply. Parsing aborted."):
            raise too_deep(query, limits) from None
        raise told(error, Code.GRAPHQL_PARSE_FAILED, suggests=suggests) from None
    except RecursionError:
        raise too_deep(query, limits) from None
    try:
        return _chosen(document, name, role, limits, suggests=suggests, introspects=introspects)
    except RecursionError:
        raise too_deep(query, limits) from None
    finally:
        cut_loose(document)


def _chosen(
    document: DocumentNode, name: str | None, role: str, limits: Limits, *, suggests: bool, introspects: bool
) -> Operation:
    """The operation that is meant, of a document that was parsed."""
    contract = CONTRACTS.of(role)
    check_names(document, limits)
    measure = Measure(document, limits)
    measure.check()
    if measure.introspects and not introspects:
        if role == access.NOBODY.role:
            raise Refusal(SIGN_IN, Code.UNAUTHENTICATED)
        raise Refusal(NO_INTROSPECTION.format(role=role), Code.FORBIDDEN)
    errors = validate(contract.schema, document, RULES, MOST_ERRORS, hide_suggestions=not suggests)
    if errors and role == access.NOBODY.role:
        # What is behind the door is nobody's business: not even whether a field is there.
        raise Refusal(SIGN_IN, Code.UNAUTHENTICATED)
    if errors:
        if isinstance(errors[-1], ValidationAbortedError) and len(errors) <= MOST_ERRORS:
            often, times = named(document).most_common(1)[0]
            raise TooComplex(
                f"The document names the same fields too often to compare them all with each other: {COMPARISONS:,} "
                f"comparisons are allowed, and `{often[:80]}` stands there {times:,} times. Name each once, or ask in "
                "several requests."
            )
        raise Invalid([told(error, Code.GRAPHQL_VALIDATION_FAILED, suggests=suggests) for error in errors])
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    chosen = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if not chosen:
        names = ", ".join(node.name.value for node in operations if node.name) or "none with a name"
        wanted = f"no operation called {name[:80]}" if name is not None else "no operation"
        raise Refusal(f"The document has {wanted}; it has {names}.", Code.OPERATION_RESOLUTION_FAILURE)
    if len(chosen) > 1:
        raise Refusal(
            "The document has several operations. Say which one with `operationName`.",
            Code.OPERATION_RESOLUTION_FAILURE,
        )
    called = chosen[0].name.value if chosen[0].name else ""
    kind = chosen[0].operation.value
    return Operation(contract, chosen[0], fragments, declared(contract.schema, chosen[0]), kind, called)
