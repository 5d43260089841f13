"""Statements and expressions of structured text, in the dialects of the exports, as nested tuples."""

import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(r"16#[0-9A-Fa-f]+|\d+|[A-Za-z_]\w*|:=|<>|<=|>=|\.%X\d+|\.\d+|[-+*/()\[\],;:.=<>]")
LEVELS = (("OR",), ("AND",), ("=", "<>", "<", ">", "<=", ">="), ("+", "-"), ("*", "/", "MOD"))


class Parser:
    """Recursive descent over the tokens of a body."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._next
        assert not wanted or token in wanted, (
            f"{token!r} where {wanted} is right: {self._tokens[self._at - 8 : self._at + 4]}"
        )
        self._at += 1
        return token

    def statements(self, *ends: str) -> list[Any]:
        found = []
        while self._next and self._next not in ends and not (ends == ("END_CASE",) and self._next.isdigit()):
            found.append(self._statement())
        return found

    def _statement(self) -> Any:
        match self._next:
            case "IF":
                return self._if()
            case "CASE":
                return self._case()
            case "FOR":
                return self._for()
        path = self._path()
        if self._next == "(":
            self._take("(")
            arguments = list(self._arguments())
            self._take(";")
            return "call", path[1], arguments
        self._take(":=")
        value = self._expression()
        self._take(";")
        return "assign", path, value

    def _arguments(self) -> Iterator[Any]:
        while self._next != ")":
            named = self._tokens[self._at + 1] == ":="
            name = self._take() if named else ""
            if named:
                self._take(":=")
            value = self._expression()
            yield (name, value) if name else value
            if self._next == ",":
                self._take(",")
        self._take(")")

    def _if(self) -> Any:
        branches, otherwise = [], []
        while self._take("IF", "ELSIF", "ELSE", "END_IF") != "END_IF":
            if self._tokens[self._at - 1] == "ELSE":
                otherwise = self.statements("END_IF")
                continue
            condition = self._expression()
            self._take("THEN")
            branches.append((condition, self.statements("ELSIF", "ELSE", "END_IF")))
        self._take(";")
        return "if", branches, otherwise

    def _case(self) -> Any:
        self._take("CASE")
        expression, arms = self._expression(), {}
        self._take("OF")
        while self._next != "END_CASE":
            label = int(self._take())
            self._take(":")
            arms[label] = self.statements("END_CASE")
        self._take("END_CASE")
        self._take(";")
        return "case", expression, arms

    def _for(self) -> Any:
        self._take("FOR")
        name = self._path()
        self._take(":=")
        first = self._expression()
        self._take("TO")
        last = self._expression()
        self._take("DO")
        body = self.statements("END_FOR")
        self._take("END_FOR")
        self._take(";")
        return "for", name, first, last, body

    def _expression(self, level: int = 0) -> Any:
        if level == len(LEVELS):
            return self._unary()
        left = self._expression(level + 1)
        while self._next in LEVELS[level]:
            operator = self._take()
            left = ("operator", operator, left, self._expression(level + 1))
        return left

    def _unary(self) -> Any:
        if self._next == "NOT":
            self._take()
            return "not", self._unary()
        if self._next == "(":
            self._take("(")
            inner = self._expression()
            self._take(")")
            return inner
        token = self._next
        if token.startswith("16#") or token.isdigit():
            self._take()
            return "number", int(token[3:], 16) if token.startswith("16#") else int(token)
        if token in ("TRUE", "FALSE"):
            self._take()
            return "number", int(token == "TRUE")
        path = self._path()
        if self._next == "(":
            self._take("(")
            return "function", path[1], [a[1] if len(a) == 2 and a[0] in ("IN", "N") else a for a in self._arguments()]
        return path

    def _path(self) -> Any:
        path: list[Any] = ["path", self._take()]
        while self._next in (".", "[") or self._next.startswith("."):
            token = self._take()
            if token == "[":
                path.append(("at", self._expression()))
                self._take("]")
            elif token == ".":
                path.append(("member", self._take()))
            else:
                path.append(("bit", int(token.removeprefix(".").removeprefix("%X"))))
        return tuple(path)
