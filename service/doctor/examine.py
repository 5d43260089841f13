"""Every rule on one case: findings in words, the costly ones first."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from protocols.modbus.blocks import read_block, written_block, written_values
from protocols.modbus.clients import in_words
from protocols.texts import section

from .case import OPEN_END, Case
from .rule import Found, Rule, Severity
from .rules import ALL
from .seen import Seen

log = logging.getLogger(__name__)

EVIDENCE = 3  # requests that are shown for a finding: its last ones
AREAS = {1: "coil", 2: "DI", 3: "HR", 4: "IR", 23: "HR"}


@dataclass(frozen=True)
class Evidence:
    """One request that shows it."""

    exchange: int  # number in the trace
    at_us: int  # UTC
    words: str
    registers: Sequence[int]  # that its answer brought


@dataclass(frozen=True)
class Finding:
    """One mistake of one client."""

    rule: str
    number: int  # of its words in the catalogues
    severity: Severity
    client: str
    sentence: str
    remedy: str
    times: int  # how often it was seen
    first_us: int  # UTC of the first and last time; 0 = it shows in no request
    last_us: int
    evidence: Sequence[Evidence]
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Diagnosis:
    """What was looked at, and what was found."""

    requests: int
    parts: int
    since_us: int  # UTC of the oldest request that was looked at, 0 = there is none
    clients: Sequence[str]
    findings: Sequence[Finding]


def diagnose(whole: Case, language: str, since_us: int) -> Diagnosis:
    """What is wrong with what came at `since_us` (UTC) or later."""
    case = whole.between(since_us, whole.utc_us(OPEN_END))
    return Diagnosis(
        requests=len(case.seen),
        parts=len(case.parts),
        since_us=case.utc_us(case.seen[0].exchange.monotonic_ns) if case.seen else 0,
        clients=tuple(program.address for program in case.programs),
        findings=examine(case, language),
    )


def examine(case: Case, language: str = "en", rules: Sequence[Rule] = ALL) -> Sequence[Finding]:
    """What is wrong, errors first.

    Raises:
        KeyError: There is no such language.
    """
    words = section("doctor", language)
    findings = [_finding(case, rule, found, words[rule.number]) for rule in rules for found in _looked(rule, case)]
    order = list(Severity)
    return sorted(findings, key=lambda f: (order.index(f.severity), f.client, f.number))


def _looked(rule: Rule, case: Case) -> list[Found]:
    try:
        return list(rule.look(case))
    except Exception:  # a defect in one rule must not hide what the others know
        log.exception("rule %s of the handshake doctor failed", rule.name)
        return []


def _finding(case: Case, rule: Rule, found: Found, words: Mapping[str, str]) -> Finding:
    values = {"client": found.client, "times": found.times, **found.values}
    times_us = [case.utc_us(seen.at_ns) for seen in found.evidence]
    return Finding(
        rule.name,
        rule.number,
        rule.severity,
        found.client,
        words["what"].format(**values),
        words["remedy"].format(**values),
        found.times,
        min(times_us, default=0),
        max(times_us, default=0),
        tuple(evidence_of(case, seen) for seen in found.evidence[-EVIDENCE:]),
        found.values,
    )


def evidence_of(case: Case, seen: Seen) -> Evidence:
    """A request as a line of text, with the registers it brought."""
    return Evidence(seen.exchange.number, case.utc_us(seen.at_ns), words_of(seen), seen.raw)


def words_of(seen: Seen) -> str:
    """What a request did: ``FC16 writes HR 4-5: 41, 0``."""
    exchange = seen.exchange
    reads, writes = read_block(exchange.request), written_block(exchange.request)
    parts = [f"FC{exchange.function}"]
    if writes:
        area = "coil" if exchange.function in (5, 15) else "HR"
        values = written_values(exchange.request)
        shown = ", ".join(map(str, values[:8])) + (" …" if len(values) > 8 else "")
        parts.append(f"writes {area} {_span(writes.address, writes.count)}: {shown}")
    if reads:
        joined = "and reads" if writes else "reads"
        parts.append(f"{joined} {AREAS[exchange.function]} {_span(reads.address, reads.count)}")
    if exchange.exception:
        parts.append(f"→ {in_words(exchange.function, exchange.exception)}")
    return " ".join(parts)


def _span(address: int, count: int) -> str:
    return str(address) if count <= 1 else f"{address}–{address + count - 1}"
