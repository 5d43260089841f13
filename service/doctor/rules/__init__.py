"""The rules, by group: what a PLC program can do wrong."""

from . import acknowledges, addresses, commands, encoding, refusals, results, triggers, waiting, writers

ALL = (
    *addresses.RULES,
    *refusals.RULES,
    *triggers.RULES,
    *commands.RULES,
    *results.RULES,
    *waiting.RULES,
    *acknowledges.RULES,
    *writers.RULES,
    *encoding.RULES,
)
