"""The tables of docs/ascii.md."""

from collections.abc import Callable, Mapping

from docs.markdown import table
from protocols import reasons
from protocols.ascii import Fault
from protocols.ascii.commands import WORDS
from protocols.ascii.template import help_text
from protocols.handshake import Reject


def fields() -> str:
    """What a template may name."""
    return table(("field", "meaning"), [(f"`{{{name}}}`", meaning) for name, meaning in help_text().items()])


def errors() -> str:
    """Every code of ``E``."""
    rejects = [(str(int(code)), reasons.rejects()[code]) for code in Reject if code is not Reject.NOT_ENABLED]
    return table(("code", "meaning"), [*rejects, *((str(int(fault)), WORDS[fault]) for fault in Fault)])


TABLES: Mapping[str, Callable[[], str]] = {"ascii_fields": fields, "ascii_errors": errors}
