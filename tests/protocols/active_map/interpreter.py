"""Runs the body of an exported function block, in any of its dialects, as a PLC would: one call is one scan.

A small interpreter of what the exports use of structured text. Numbers wrap as their declared types do.
"""

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.protocols.active_map.parser import TOKEN, Parser

RANGES = {
    "BOOL": (0, 1), "BYTE": (0, 0xFF), "SINT": (-0x80, 0x7F), "WORD": (0, 0xFFFF), "UINT": (0, 0xFFFF),
    "INT": (-0x8000, 0x7FFF), "DWORD": (0, 0xFFFFFFFF), "UDINT": (0, 0xFFFFFFFF), "DINT": (-0x80000000, 0x7FFFFFFF),
    "TIME": (-0x80000000, 0x7FFFFFFF), "USINT": (0, 0xFF),
}  # fmt: skip


@dataclass
class Cell:
    """A variable of an elementary type, or members, or elements."""

    type: str
    value: Any = 0
    members: "dict[str, Cell]" = field(default_factory=dict)
    elements: "list[Cell]" = field(default_factory=list)

    def set(self, value: Any) -> None:
        if self.type == "REAL":
            self.value = struct.unpack("<f", struct.pack("<f", value))[0]
            return
        low, high = RANGES[self.type]
        self.value = (int(value) - low) % (high - low + 1) + low

    def get(self) -> Any:
        if self.elements:
            return [element.get() for element in self.elements]
        return {name: cell.get() for name, cell in self.members.items()} if self.members else self.value


class Program:
    """An export, and instances of its function blocks."""

    def __init__(self, text: str) -> None:
        self.logix = "Add-On Instruction" in text
        self.types: dict[str, dict[str, str]] = {}
        text = text.replace("\r", "")
        if self.logix:
            self._logix(text)
        else:
            self._declared(text)

    def _declared(self, text: str) -> None:
        code = re.sub(r"//[^\n]*|\{[^}]*\}", "", text).replace('"', "")
        for name, body in re.findall(r"TYPE (\w+).*?(?:STRUCT|UNION)\n(.*?)END_(?:STRUCT|UNION)", code, re.DOTALL):
            self.types[name] = _variables(body)
        self.blocks = {}
        for name, rest in re.findall(r"FUNCTION_BLOCK (\w+)\n(.*?)END_FUNCTION_BLOCK", code, re.DOTALL):
            declared = "".join(re.findall(r"VAR(?:_\w+)?\n(.*?)END_VAR", rest, re.DOTALL))
            self.blocks[name] = (_variables(declared), rest.rpartition("END_VAR")[2].replace("BEGIN\n", ""))

    def _logix(self, text: str) -> None:
        self.blocks = {}
        for name, listed in re.findall(r"// User-Defined Data Type (\w+)\n((?://    .*\n)+)", text):
            self.types[name] = _variables(re.sub(r"(?m)^//    (.*?;).*$", r"\1", listed))
        pattern = r"// Add-On Instruction (\w+):.*\n((?:// (?:Input|Output|InOut|Local) .*\n)+)// Routine Logic\n"
        found = list(re.finditer(pattern, text))
        ends = [one.start() for one in found[1:]] + [len(text)]
        for one, end in zip(found, ends, strict=True):
            declared = re.sub(r"(?m)^// \w+ +(.*?;).*$", r"\1", one[2])
            self.blocks[one[1]] = (_variables(declared), re.sub(r"//[^\n]*", "", text[one.end() : end]))

    def cell(self, kind: str) -> Cell:
        if (array := re.fullmatch(r"ARRAY\[0\.\.(\d+)\] OF (\w+)", kind)) or (
            array := re.fullmatch(r"(\w+)\[(\d+)\]", kind)
        ):
            of, count = (array[2], int(array[1]) + 1) if kind.startswith("ARRAY") else (array[1], int(array[2]))
            return Cell("ARRAY", elements=[self.cell(of) for _ in range(count)])
        if kind in self.types:
            return Cell(kind, members={name: self.cell(of) for name, of in self.types[kind].items()})
        if kind in ("TON", "TON_TIME", "FBD_TIMER"):
            return Cell(
                kind, members={"Q": Cell("BOOL"), "DN": Cell("BOOL"), "TimerEnable": Cell("BOOL"), "PRE": Cell("DINT")}
            )
        if kind == "MB_CLIENT":
            members = {"DONE": "BOOL", "ERROR": "BOOL", "BUSY": "BOOL", "STATUS": "WORD"}
            return Cell(kind, members={name: Cell(of) for name, of in members.items()})
        if kind == "TCON_IP_v4":
            return Cell(kind)
        assert kind == "REAL" or kind in RANGES, kind
        return Cell(kind, 0.0 if kind == "REAL" else 0)


def _variables(text: str) -> dict[str, str]:
    found = re.findall(r"(\w+)\s*:\s*([^;]+);", text)
    return {name: kind.strip() for name, kind in found}


class Instance:
    """A function block with its memory.

    `now_ms` is the PLC's clock; `client` stands for an MB_CLIENT, and gets its outputs, its inputs and its buffer.
    """

    def __init__(
        self,
        program: Program,
        block: str,
        now_ms: Callable[[], float] = lambda: 0.0,
        client: "Callable[[dict[str, Cell], dict[str, int], Cell], None] | None" = None,
    ) -> None:
        self._client = client
        declared, body = program.blocks[block]
        self.cells = {name: program.cell(kind) for name, kind in declared.items()}
        self._program, self._now_ms, self._began = program, now_ms, {}  # type: ignore[var-annotated]
        body = re.sub(r"(?<!16)#", "", body)
        unread = re.sub(TOKEN, "", body).split()
        assert not unread, unread[:5]
        self._statements = Parser(TOKEN.findall(body)).statements()

    def __getitem__(self, name: str) -> Any:
        return self.cells[name].get()

    def __setitem__(self, name: str, value: Any) -> None:
        cell = self.cells[name]
        if isinstance(value, list | tuple):
            for element, one in zip(cell.elements, value, strict=True):
                element.set(one)
        else:
            cell.set(value)

    def scan(self) -> None:
        """One call."""
        self._run(self._statements)

    def _run(self, statements: list[Any]) -> None:
        for kind, *rest in statements:
            getattr(self, f"_{kind}")(*rest)

    def _assign(self, target: Any, expression: Any) -> None:
        self._cell(target).set(self._value(expression))

    def _if(self, branches: list[Any], otherwise: list[Any]) -> None:
        for condition, body in branches:
            if self._value(condition):
                return self._run(body)
        return self._run(otherwise)

    def _case(self, expression: Any, arms: dict[int, list[Any]]) -> None:
        self._run(arms.get(self._value(expression), []))

    def _for(self, name: Any, first: Any, last: Any, body: list[Any]) -> None:
        for i in range(self._value(first), self._value(last) + 1):
            self._cell(name).set(i)
            self._run(body)

    def _call(self, name: str, arguments: list[Any]) -> None:
        if name == "COP":
            pair, target, count = arguments
            words = [self._cell((*pair[:-1], ("at", ("number", i)))).value & 0xFFFF for i in (0, 1)]
            data, cell = struct.pack("<2H", *words), self._cell(target)
            assert self._value(count) == 1
            cell.value = struct.unpack("<f" if cell.type == "REAL" else "<i", data)[0]
        elif name == "TONR":
            timer = self._cell(arguments[0]).members
            timer["DN"].set(self._over(arguments[0][1], timer["TimerEnable"].value, timer["PRE"].value))
        elif self.cells[name].type == "MB_CLIENT":
            assert self._client
            given = {key: value for key, value in arguments if key != "CONNECT"}
            buffer = self._cell(given.pop("MB_DATA_PTR"))
            self._client(self.cells[name].members, {key: self._value(v) for key, v in given.items()}, buffer)
        else:
            given = {key: self._value(value) for key, value in arguments}
            self.cells[name].members["Q"].set(self._over(name, given["IN"], given["PT"]))

    def _over(self, name: str, running: Any, limit_ms: float) -> bool:
        if not running:
            self._began.pop(name, None)
            return False
        return self._now_ms() - self._began.setdefault(name, self._now_ms()) >= limit_ms

    def _cell(self, path: Any) -> Cell:
        _, name, *rest = path
        cell = self.cells[name]
        for how, what in rest:
            if how == "bit":
                raise AssertionError("a bit is only read")
            cell = cell.elements[self._value(what)] if how == "at" else self._member(cell, what)
        return cell

    def _member(self, cell: Cell, name: str) -> Cell:
        if cell.type == "VisionPair" and name == "AsReal":
            words = [element.value for element in cell.members["Words"].elements]
            cell.members["AsReal"].value = struct.unpack("<f", struct.pack("<2H", *words))[0]
        return cell.members[name]

    def _value(self, node: Any) -> Any:
        kind = node[0]
        if kind == "number":
            return node[1]
        if kind == "path":
            if node[-1][0] == "bit":
                return self._cell(node[:-1]).value >> node[-1][1] & 1
            return self._cell(node).value
        if kind == "function":
            return self._function(node[1], [self._value(v) for v in node[2]])
        if kind == "not":
            return int(not self._value(node[1]))
        left, right = self._value(node[2]), self._value(node[3])
        return OPERATORS[node[1]](left, right)

    def _function(self, name: str, values: list[Any]) -> Any:
        if name in ("SHL", "SHR"):
            return values[0] << values[1] if name == "SHL" else values[0] >> values[1]
        of, _, to = name.partition("_TO_")
        if to == "REAL" and of == "DWORD":
            assert not self._program.types.get("VisionPair"), "CODESYS would convert the number, not the bits"
            return struct.unpack("<f", struct.pack("<I", values[0]))[0]
        cell = Cell(to)
        cell.set(values[0])
        return cell.value


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "OR": lambda a, b: a | b, "AND": lambda a, b: a & b, "=": lambda a, b: int(a == b), "<>": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b), "<=": lambda a, b: int(a <= b),
    ">=": lambda a, b: int(a >= b), "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: int(a / b), "MOD": lambda a, b: a % b,
}  # fmt: skip
