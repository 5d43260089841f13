"""Work a formula out."""

import math
from typing import Protocol

from .errors import ExpressionError
from .functions import FUNCTIONS
from .syntax import Call, Literal, Mention, Node, Operation, Value

MOST_TEXT = 4096
"""Characters of a text on the way."""


class Scope(Protocol):
    """What a formula asks for; each raises ValueError, in words, where it is not there."""

    def value(self, name: str) -> float | str: ...
    def part_id(self) -> str: ...
    def plc_string(self, number: int) -> str: ...
    def parameter(self, name: str) -> float: ...


def evaluate(node: Node, scope: Scope) -> Value:
    """The result; numbers are finite.

    Raises:
        ExpressionError: There is none, such as by a division by zero; says where.
    """
    try:
        value = _evaluate(node, scope)
    except ExpressionError:
        raise
    except ZeroDivisionError:
        raise ExpressionError(node.at, "division by zero") from None
    except OverflowError:
        raise ExpressionError(node.at, "the number is too large") from None
    except ValueError as exc:
        raise ExpressionError(node.at, str(exc)) from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError(node.at, "the number is too large")
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise ExpressionError(node.at, f"the text is longer than {MOST_TEXT} characters")
    return value


def _evaluate(node: Node, scope: Scope) -> Value:
    match node:
        case Literal(value=value):
            return value
        case Mention(target=target):
            return scope.value(target)
        case Operation(sign="and" | "or" as sign, operands=(one, other)):
            first = evaluate(one, scope)
            return evaluate(other, scope) if bool(first) is (sign == "and") else first
        case Operation(sign=sign, operands=operands):
            return _operate(sign, *(evaluate(one, scope) for one in operands))
        case Call(name="if", arguments=(condition, then, otherwise)):
            return evaluate(then if evaluate(condition, scope) else otherwise, scope)
        case Call(name=name, arguments=arguments):
            return _call(name, [evaluate(one, scope) for one in arguments], scope)


def _operate(sign: str, a: Value, b: Value | None = None) -> Value:
    if sign == "not":
        return not a
    if b is None:
        return -float(a) if sign == "-" else a
    if sign in ("==", "!="):
        return (a == b) is (sign == "==")
    if isinstance(a, str) and isinstance(b, str):
        return a + b
    return _arithmetic(sign, float(a), float(b))


def _arithmetic(sign: str, a: float, b: float) -> float | bool:
    match sign:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "^":
            return _power(a, b)
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


def _power(a: float, b: float) -> float:
    if a < 0 and not b.is_integer():
        raise ValueError("a negative number to a broken power is no real number")
    return math.pow(a, b) if a != 0 or b >= 0 else 1 / 0.0


def _call(name: str, values: list[Value], scope: Scope) -> Value:
    match name:
        case "part_id":
            return scope.part_id()
        case "plc_string":
            return scope.plc_string(int(float(values[0])))
        case "parameter":
            return scope.parameter(str(values[0]))
        case _:
            result: Value = FUNCTIONS[name].work(*values)
            return result
