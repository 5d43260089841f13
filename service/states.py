"""The station's states after OPC 40100-1, and which may follow which: one table."""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum, unique
from functools import cache


@unique
class State(IntEnum):
    """StateNumber of the VisionStateMachine and its automatic mode."""

    PREOPERATIONAL = 1
    HALTED = 2
    ERROR = 3
    INITIALIZED = 5
    READY = 6
    SINGLE_EXECUTION = 7
    CONTINUOUS_EXECUTION = 8


ONLINE = frozenset({State.READY, State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION})

# OPC 40100-1 Appendix: the transitions of VisionStateMachineType and VisionAutomaticModeStateMachineType; leaving
# Operational is possible from each of its substates, entering it leads to Initialized.
_OPERATIONAL = (State.INITIALIZED, State.READY, State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION)
TRANSITIONS: dict[State, frozenset[State]] = {
    State.PREOPERATIONAL: frozenset({State.ERROR, State.HALTED, State.INITIALIZED}),
    State.HALTED: frozenset({State.PREOPERATIONAL}),
    State.ERROR: frozenset({State.HALTED, State.PREOPERATIONAL, State.INITIALIZED}),
    State.INITIALIZED: frozenset({State.READY}),
    State.READY: frozenset({State.INITIALIZED, State.SINGLE_EXECUTION, State.CONTINUOUS_EXECUTION}),
    State.SINGLE_EXECUTION: frozenset({State.READY}),
    State.CONTINUOUS_EXECUTION: frozenset({State.READY}),
}
for _state in _OPERATIONAL:
    TRANSITIONS[_state] |= {State.ERROR, State.HALTED, State.PREOPERATIONAL}


@cache  # a part goes two ways, always the same
def path(start: State, goal: State) -> tuple[State, ...]:
    """The shortest way from `start` to `goal` through the table, without `start`; empty when they are one."""
    ways: deque[tuple[State, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] is goal:
            return way[1:]
        for following in sorted(TRANSITIONS[way[-1]] - seen):
            seen.add(following)
            ways.append((*way, following))
    raise AssertionError(f"no way from {start} to {goal}")


@dataclass(frozen=True, slots=True)
class Means:
    """What the state follows from."""

    halted: bool
    camera: bool
    camera_was_there: bool
    recipe: bool
    offline: bool
    busy: bool
    unprepared: bool = False  # somebody took the recipe away, and means it
    continuous: bool = False  # part after part, until somebody ends it


def wanted(means: Means) -> State:
    """The state that these conditions mean (DESIGN: a missing camera or recipe is a state, not a crash)."""
    if means.halted:
        return State.HALTED
    if not means.recipe and not means.unprepared:
        return State.PREOPERATIONAL
    if not means.camera:
        return State.ERROR if means.camera_was_there else State.PREOPERATIONAL
    if means.unprepared:
        return State.INITIALIZED
    if means.offline:
        return State.PREOPERATIONAL
    if means.continuous:
        return State.CONTINUOUS_EXECUTION
    return State.SINGLE_EXECUTION if means.busy else State.READY
