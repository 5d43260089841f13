"""Formulas as text: numbers, texts and conditions over what steps measured and read; no `eval`, no loops.

Whatever is written, reading and working it out takes time in proportion to its length, which is bounded.
"""

from .checking import kind_of
from .errors import ExpressionError
from .evaluation import Scope, evaluate
from .field import Expression, TextExpression
from .functions import FUNCTIONS
from .parsing import parse
from .syntax import Kind, Mention

__all__ = [
    "FUNCTIONS",
    "Expression",
    "ExpressionError",
    "Kind",
    "Mention",
    "Scope",
    "TextExpression",
    "evaluate",
    "kind_of",
    "parse",
]
