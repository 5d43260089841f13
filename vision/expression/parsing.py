"""From a formula's text to what it is made of."""

import math

from .errors import ExpressionError
from .functions import CONSTANTS, FUNCTIONS
from .syntax import Call, Literal, Mention, Node, Operation
from .tokens import Token, tokens

MOST_CHARACTERS = 1000
MOST_DEPTH = 40
"""Of what is nested, so that no text can exhaust the stack."""
MOST_OPERATORS = 100
"""As each takes what stands before it, a long row of them is deep as well."""

LEFT = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
COMPARING = ("<", "<=", ">", ">=", "==", "!=")
NOT, COMPARE, MINUS, POWER = 3, 4, 7, 8
WORDS = ("and", "or", "not")


def parse(text: str) -> Node:
    """
    Raises:
        ExpressionError: It is too long, nested too deeply, or no formula; says where and what would be right.
    """
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(MOST_CHARACTERS, f"a formula has at most {MOST_CHARACTERS} characters, not {len(text)}")
    return _Parser(text).whole()


class _Parser:
    """By precedence climbing: each operator takes what binds more strongly than itself."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._next = 0
        self._depth = self._operators = 0

    def whole(self) -> Node:
        if self._token.kind == "end":
            raise ExpressionError(0, "the formula is empty")
        node = self._expression(0)
        if self._token.kind != "end":
            raise self._unexpected("an operator or the end")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _is(self, *signs: str) -> bool:
        return self._token.kind in ("sign", "name") and self._token.text in signs

    def _expression(self, binding: int) -> Node:
        """What binds at least as strongly as `binding`."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise ExpressionError(self._token.at, f"nested more than {MOST_DEPTH} deep")
        node = self._prefixed()
        while (strength := self._strength()) >= max(binding, 1):
            sign = self._take()
            self._count(sign)
            if sign.text in COMPARING:
                node = Operation(sign.at, sign.text, (node, self._expression(COMPARE + 1)))
                if self._is(*COMPARING):
                    raise ExpressionError(self._token.at, "one comparison at a time: write a < b and b < c")
            elif strength == POWER:  # from the right, and its exponent may have a sign
                node = Operation(sign.at, "^", (node, self._expression(MINUS)))
            else:
                node = Operation(sign.at, sign.text, (node, self._expression(strength + 1)))
        self._depth -= 1
        return node

    def _count(self, sign: Token) -> None:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise ExpressionError(sign.at, f"a formula has at most {MOST_OPERATORS} operators")

    def _strength(self) -> int:
        """Of the operator that comes next; 0 = there is none."""
        if self._is("^", "**"):
            return POWER
        if self._is(*COMPARING):
            return COMPARE
        return LEFT[self._token.text] if self._is(*LEFT) else 0

    def _prefixed(self) -> Node:
        if self._is("-", "+"):
            sign = self._take()
            return Operation(sign.at, sign.text, (self._expression(MINUS),))
        if self._is("not"):
            return Operation(self._take().at, "not", (self._expression(NOT),))
        return self._operand()

    def _operand(self) -> Node:
        token = self._token
        if self._is("("):
            self._take()
            node = self._expression(0)
            self._close(token)
            return node
        if token.kind not in ("number", "text", "braced", "name") or token.text in WORDS:
            raise self._unexpected("a number, a text, a name or (")
        self._take()
        match token.kind:
            case "number":
                return Literal(token.at, _number(token))
            case "text":
                quote = token.text[0]
                return Literal(token.at, token.text[1:-1].replace(quote * 2, quote))
            case "braced":
                return Mention(token.at, _name(token))
            case _:
                return self._named(token)

    def _named(self, token: Token) -> Node:
        if self._is("("):
            return self._call(token)
        return Literal(token.at, CONSTANTS[token.text]) if token.text in CONSTANTS else Mention(token.at, token.text)

    def _call(self, name: Token) -> Node:
        if name.text not in FUNCTIONS:
            raise ExpressionError(name.at, f"there is no function {name.text!r}; there are: {', '.join(FUNCTIONS)}")
        opening = self._take()
        arguments: list[Node] = []
        while not self._is(")"):
            if arguments:
                if not self._is(","):
                    raise self._unexpected(f", or the ) of {name.text}")
                self._take()
            arguments.append(self._expression(0))
        self._close(opening)
        return Call(name.at, name.text, tuple(arguments))

    def _close(self, opening: Token) -> None:
        if not self._is(")"):
            raise self._unexpected(f") for the ( at character {opening.at + 1}")
        self._take()

    def _unexpected(self, wanted: str) -> ExpressionError:
        token = self._token
        found = "the formula ends" if token.kind == "end" else f"{token.text!r} stands"
        return ExpressionError(token.at, f"{found} where {wanted} is expected")


def _number(token: Token) -> float:
    if math.isinf(value := float(token.text)):
        raise ExpressionError(token.at, f"{token.text} is too large a number")
    return value


def _name(token: Token) -> str:
    if not token.text.strip():
        raise ExpressionError(token.at, "{} names nothing: write {step.measure}")
    return token.text
