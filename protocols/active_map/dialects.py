"""The same text in three dialects of structured text. The common form is that of CODESYS, with four words more:

``x := REAL_OF(high, low)``, ``DINT_OF``, ``UDINT_OF`` make a number of two registers; ``TIMER_OF(running, limit)`` runs
the time, ``TIME_IS_OVER`` asks it.
"""

import re
from collections.abc import Iterable

from .declarations import Block, Variable

_PAIR = re.compile(r"^(\s*)(\S+) := (REAL|DINT|UDINT)_OF\((.+\]), (.+\])\);$", re.MULTILINE)
_TIMER = re.compile(r"TIMER_OF\((\w+), (\w+)\);")


class Dialect:
    """CODESYS, TwinCAT and other IEC 61131-3 systems."""

    title = "IEC 61131-3 structured text (CODESYS and systems made from it)"
    extra = (
        "TYPE VisionPair :\nUNION\n    Words : ARRAY[0..1] OF WORD;  // the low one first, as Intel and ARM have it\n"
        "    AsReal : REAL;\nEND_UNION\nEND_TYPE\n"
    )

    def structure(self, name: str, members: Iterable[Variable]) -> str:
        """A data type."""
        lines = "".join(f"    {self.variable(member)}\n" for member in members)
        return f"TYPE {name} :\nSTRUCT\n{lines}END_STRUCT\nEND_TYPE\n"

    def function_block(self, block: Block) -> str:
        """Declaration and text."""
        parts = [f"// {block.meaning}\nFUNCTION_BLOCK {block.name}\n"]
        uses = (("VAR_INPUT", block.inputs), ("VAR_OUTPUT", block.outputs), ("VAR_IN_OUT", block.inouts))
        for head, variables in uses:
            parts += [self.section(head, variables)] if variables else []
        local = [*block.locals, Variable("Pair", "VisionPair")] if "REAL_OF" in block.body else list(block.locals)
        local += [Variable("PartTimer", "TON")] if block.timer else []
        parts += [self.section("VAR", local), "\n", self.text(block), "END_FUNCTION_BLOCK\n"]
        return "".join(parts)

    def section(self, head: str, variables: Iterable[Variable]) -> str:
        return f"{head}\n" + "".join(f"    {self.variable(v)}\n" for v in variables) + "END_VAR\n"

    def variable(self, one: Variable) -> str:
        """``name : type;  // meaning``."""
        kind = self.type(one.type)
        whole = f"ARRAY[0..{one.count - 1}] OF {kind}" if one.count else kind
        return f"{one.name} : {whole};" + (f"  // {one.meaning}" if one.meaning else "")

    def type(self, name: str) -> str:
        return name

    def text(self, block: Block) -> str:
        """The body in this dialect."""
        text = _PAIR.sub(lambda found: self.pair(*found.groups()), block.body)
        text = _TIMER.sub(lambda found: self.timer(found[1], found[2]), text)
        return self.finished(text.replace("TIME_IS_OVER", self.over), block)

    over = "PartTimer.Q"

    def timer(self, running: str, limit: str) -> str:
        return f"PartTimer(IN := {running}, PT := {limit});"

    def pair(self, indent: str, target: str, kind: str, high: str, low: str) -> str:
        """`target` of two registers."""
        if kind == "REAL":
            lines = (f"Pair.Words[0] := {low};", f"Pair.Words[1] := {high};", f"{target} := Pair.AsReal;")
            return "\n".join(indent + line for line in lines)
        return f"{indent}{target} := DWORD_TO_{kind}(SHL(WORD_TO_DWORD({high}), 16) OR WORD_TO_DWORD({low}));"

    def finished(self, text: str, block: Block) -> str:
        return text


class Scl(Dialect):
    """Siemens S7-1200 and S7-1500."""

    title = "SCL source for TIA Portal (S7-1200, S7-1500): external source file"
    extra = ""

    def structure(self, name: str, members: Iterable[Variable]) -> str:
        lines = "".join(f"      {self.variable(member)}\n" for member in members)
        return f'TYPE "{name}"\nVERSION : 0.1\n   STRUCT\n{lines}   END_STRUCT;\nEND_TYPE\n'

    def function_block(self, block: Block) -> str:
        uses = (("VAR_INPUT", block.inputs), ("VAR_OUTPUT", block.outputs), ("VAR_IN_OUT", block.inouts))
        parts = [f"// {block.meaning}\n", f'FUNCTION_BLOCK "{block.name}"\nVERSION : 0.1\n']
        for head, variables in uses:
            parts += [self.section(head, variables)] if variables else []
        parts.append(self.section("VAR", block.locals))
        if block.timer:
            timer = "    PartTimer {InstructionName := 'TON_TIME'; LibVersion := '1.0'} : TON_TIME;\nEND_VAR\n"
            parts[-1] = parts[-1].removesuffix("END_VAR\n") + timer
        return "".join([*parts, "\nBEGIN\n", self.text(block), "END_FUNCTION_BLOCK\n"])

    def type(self, name: str) -> str:
        return f'"{name}"' if name.startswith("Vision") else name

    def pair(self, indent: str, target: str, kind: str, high: str, low: str) -> str:
        both = f"SHL(IN := WORD_TO_DWORD({high}), N := 16) OR WORD_TO_DWORD({low})"
        return f"{indent}{target} := DWORD_TO_{kind}({both});"

    def finished(self, text: str, block: Block) -> str:
        names = [v.name for v in (*block.inputs, *block.outputs, *block.inouts, *block.locals)]
        names += ["PartTimer"] if block.timer else []
        code = re.compile(rf"(?<![\w.#])({'|'.join(names)})\b")
        lines = []
        for line in text.splitlines(keepends=True):
            before, slashes, comment = line.partition("//")
            before = re.sub(r"\b(\w+Word)\.(\d+)", r"\1.%X\2", before)
            before = re.sub(r"SHR\((.+?\]), (\d+)\)", r"SHR(IN := \1, N := \2)", before)
            lines.append(code.sub(r"#\1", before) + slashes + comment)
        return "".join(lines)


_LOGIX_TYPES = {"UINT": "DINT", "UDINT": "DINT", "WORD": "INT", "BYTE": "SINT", "TIME": "DINT"}
_ONE = r"((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)"  # an argument with brackets in it


class Logix(Dialect):
    """Rockwell Logix: the body of an Add-On Instruction, its parameters as comments."""

    title = "structured text for Logix (Studio 5000): make the data types and the Add-On Instructions as listed"
    extra = ""
    over = "PartTimer.DN"

    def structure(self, name: str, members: Iterable[Variable]) -> str:
        lines = "".join(f"//    {self.variable(member)}\n" for member in members)
        return f"// User-Defined Data Type {name}\n{lines}"

    def function_block(self, block: Block) -> str:
        parts = [f"// Add-On Instruction {block.name}: {block.meaning}\n"]
        uses = (("Input", block.inputs), ("Output", block.outputs), ("InOut", block.inouts), ("Local", block.locals))
        for use, variables in uses:
            parts += [f"// {use:6} {self.variable(one)}\n" for one in variables]
        timer = [Variable("PartTimer", "FBD_TIMER")] if block.timer else []
        pair = [Variable("Pair", "WORD", "two registers, the low one first", 2)] if "_OF(" in block.body else []
        parts += [f"// {'Local':6} {self.variable(one)}\n" for one in (*timer, *pair)]
        return "".join([*parts, "// Routine Logic\n", self.text(block)])

    def variable(self, one: Variable) -> str:
        kind = self.type(one.type) + (f"[{one.count}]" if one.count else "")
        unit = ", in ms" if one.type == "TIME" else ""
        return f"{one.name} : {kind};" + (f"  // {one.meaning}{unit}" if one.meaning else "")

    def type(self, name: str) -> str:
        return _LOGIX_TYPES.get(name, name)

    def timer(self, running: str, limit: str) -> str:
        return f"PartTimer.TimerEnable := {running};\nPartTimer.PRE := {limit};\nTONR(PartTimer);"

    def pair(self, indent: str, target: str, kind: str, high: str, low: str) -> str:
        lines = (f"Pair[0] := {low};", f"Pair[1] := {high};", f"COP(Pair[0], {target}, 1);")
        return "\n".join(indent + line for line in lines)

    def finished(self, text: str, block: Block) -> str:
        text = re.sub(r"WORD_TO_UINT\(((?:[^()]|\([^()]*\))*)\)", r"(\1 AND 16#FFFF)", text)
        text = re.sub(
            r"(?:UINT_TO_WORD|WORD_TO_INT|WORD_TO_BYTE)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", r"\1", text
        )
        text = re.sub(r"SHR\((\w+\[[^\]]+\]), 8\)", r"((\1 AND 16#FF00) / 256)", text)
        return re.sub(r"\bFALSE\b", "0", re.sub(r"\bTRUE\b", "1", text))


DIALECTS = {"codesys": Dialect(), "scl": Scl(), "rockwell": Logix()}
