"""Whether the parts of a formula fit together."""

from collections.abc import Callable, Sequence

from .errors import ExpressionError
from .functions import FUNCTIONS
from .syntax import Call, Kind, Literal, Mention, Node, Operation

KindOf = Callable[[str], Kind | None]
"""Of a measure (a number) or reading (a text) by its name; None = there is no such thing, which others say."""

PLC_STRINGS = 4


def kind_of(node: Node, named: KindOf) -> Kind | None:
    """Of its result; None = that hangs on a name that is not known.

    Raises:
        ExpressionError: Something does not fit; the first.
    """
    match node:
        case Literal(value=value):
            return _of_value(value)
        case Mention(target=target):
            return named(target)
        case Operation():
            return _of_operation(node, named)
        case Call(name="if"):
            return _of_choice(node, named)
        case Call():
            return _of_call(node, named)


def _of_value(value: object) -> Kind:
    return Kind.TRUTH if isinstance(value, bool) else Kind.TEXT if isinstance(value, str) else Kind.NUMBER


def _of_operation(node: Operation, named: KindOf) -> Kind | None:
    kinds = [kind_of(one, named) for one in node.operands]
    if node.sign in ("and", "or", "not"):
        _wanted(node.operands, kinds, Kind.TRUTH, node.sign)
        return Kind.TRUTH
    if node.sign in ("==", "!="):
        _alike(node, node.operands, kinds)
        return Kind.TRUTH
    if node.sign == "+" and len(kinds) == 2 and Kind.TEXT in kinds:
        hint = "; write text(...) around a number" if Kind.NUMBER in kinds else ""
        _wanted(node.operands, kinds, Kind.TEXT, node.sign, hint)
        return Kind.TEXT
    _wanted(node.operands, kinds, Kind.NUMBER, node.sign)
    if node.sign == "+" and None in kinds:
        return None if Kind.NUMBER not in kinds else Kind.NUMBER
    return Kind.TRUTH if node.sign in ("<", "<=", ">", ">=") else Kind.NUMBER


def _of_choice(node: Call, named: KindOf) -> Kind | None:
    if len(node.arguments) != 3:
        raise ExpressionError(node.at, f"if takes 3 values, a condition, then and else, not {len(node.arguments)}")
    kinds = [kind_of(one, named) for one in node.arguments]
    _wanted(node.arguments[:1], kinds[:1], Kind.TRUTH, "if")
    _alike(node, node.arguments[1:], kinds[1:])
    return kinds[1] or kinds[2]


def _of_call(node: Call, named: KindOf) -> Kind:
    function = FUNCTIONS[node.name]
    if not function.fits(len(node.arguments)):
        count = len(node.arguments)
        raise ExpressionError(node.at, f"{node.name} takes {function.takes_words()} values, not {count}")
    for i, one in enumerate(node.arguments):
        wanted = function.takes[min(i, len(function.takes) - 1)]
        _wanted([one], [kind_of(one, named)], wanted, node.name)
    _check_literal(node)
    return function.gives


def _check_literal(node: Call) -> None:
    """What names something outside has to be written as it is, so that it can be checked before."""
    if node.name not in ("plc_string", "parameter"):
        return
    given = node.arguments[0]
    if not isinstance(given, Literal):
        raise ExpressionError(given.at, f"{node.name} takes nothing that is worked out: write its name or number")
    if node.name == "plc_string" and given.value not in range(1, PLC_STRINGS + 1):
        raise ExpressionError(given.at, f"plc_string has the numbers 1 to {PLC_STRINGS}")


def _wanted(nodes: Sequence[Node], kinds: Sequence[Kind | None], wanted: Kind, whose: str, hint: str = "") -> None:
    for node, kind in zip(nodes, kinds, strict=True):
        if kind not in (None, wanted):
            raise ExpressionError(node.at, f"{whose} takes {wanted}, this is {kind}{hint or _hint(kind, wanted)}")


def _hint(kind: Kind | None, wanted: Kind) -> str:
    return "; write number(...) around it" if (kind, wanted) == (Kind.TEXT, Kind.NUMBER) else ""


def _alike(node: Operation | Call, nodes: tuple[Node, ...], kinds: list[Kind | None]) -> None:
    one, other = kinds
    if one is not None and other is not None and one is not other:
        name = node.sign if isinstance(node, Operation) else node.name
        raise ExpressionError(nodes[1].at, f"{name} takes two of one kind: this is {other}, the first is {one}")
