"""States and transitions of OPC 40100-1 with their node ids: facts of its nodeset, in one table."""

from dataclasses import dataclass
from enum import IntEnum, unique


@unique
class State(IntEnum):
    """StateNumber. Those above Operational are states of the automatic mode, which is the only mode of Operational."""

    PREOPERATIONAL = 1
    HALTED = 2
    ERROR = 3
    OPERATIONAL = 4
    INITIALIZED = 5
    READY = 6
    SINGLE_EXECUTION = 7
    CONTINUOUS_EXECUTION = 8

    @property
    def words(self) -> str:
        """As the nodeset names it."""
        return self.name.title().replace("_", "")

    @property
    def top(self) -> "State":
        """The state of the outer machine."""
        return State(min(self, State.OPERATIONAL))


P, H, E, O, I, R, S, C = State  # noqa: E741 - the letters of the table below

NODES = {P: 5028, H: 5029, E: 5030, O: 5031, I: 5056, R: 5057, S: 5058, C: 5059}
"""Of the types: the numeric ids of the states."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from a state to another."""

    id: int
    number: int
    name: str
    before: State
    after: State
    cause: str  # the method; "" = by itself, or by another protocol

    @property
    def inner(self) -> bool:
        """It is one of the automatic mode's machine."""
        return self.before > O and self.after > O


TRANSITIONS = tuple(
    Transition(*row)
    for row in (
        (5041, 321, "ErrorToHalted", E, H, "Halt"),
        (5042, 320, "ErrorToHaltedAuto", E, H, ""),
        (5255, 340, "ErrorToOperationalAuto", E, O, ""),
        (5039, 311, "ErrorToPreoperational", E, P, "Reset"),
        (5040, 310, "ErrorToPreoperationalAuto", E, P, ""),
        (5037, 211, "HaltedToPreoperational", H, P, "Reset"),
        (5038, 210, "HaltedToPreoperationalAuto", H, P, ""),
        (5051, 430, "OperationalToErrorAuto", O, E, ""),
        (5049, 421, "OperationalToHalted", O, H, "Halt"),
        (5050, 420, "OperationalToHaltedAuto", O, H, ""),
        (5047, 411, "OperationalToPreoperational", O, P, "Reset"),
        (5048, 410, "OperationalToPreoperationalAuto", O, P, ""),
        (5034, 130, "PreoperationalToErrorAuto", P, E, ""),
        (5032, 121, "PreoperationalToHalted", P, H, "Halt"),
        (5033, 120, "PreoperationalToHaltedAuto", P, H, ""),
        (5035, 151, "PreoperationalToInitialized", P, I, "SelectModeAutomatic"),
        (5036, 150, "PreoperationalToInitializedAuto", P, I, ""),
        (5072, 862, "ContinuousExecutionToReadyAbort", C, R, "Abort"),
        (5073, 860, "ContinuousExecutionToReadyAuto", C, R, ""),
        (5071, 861, "ContinuousExecutionToReadyStop", C, R, "Stop"),
        (5061, 560, "InitializedToReadyAuto", I, R, ""),
        (5060, 561, "InitializedToReadyRecipe", I, R, "PrepareRecipe"),
        (5045, 562, "InitializedToReadyProduct", I, R, "PrepareProduct"),
        (5066, 681, "ReadyToContinuousExecution", R, C, "StartContinuous"),
        (5067, 680, "ReadyToContinuousExecutionAuto", R, C, ""),
        (5063, 650, "ReadyToInitializedAuto", R, I, ""),
        (5062, 651, "ReadyToInitializedRecipe", R, I, "UnprepareRecipe"),
        (5044, 652, "ReadyToInitializedProduct", R, I, "UnprepareProduct"),
        (5064, 671, "ReadyToSingleExecution", R, S, "StartSingleJob"),
        (5065, 670, "ReadyToSingleExecutionAuto", R, S, ""),
        (5069, 762, "SingleExecutionToReadyAbort", S, R, "Abort"),
        (5070, 760, "SingleExecutionToReadyAuto", S, R, ""),
        (5068, 761, "SingleExecutionToReadyStop", S, R, "Stop"),
    )
)
_WAYS = {(one.before, one.after, one.cause): one for one in TRANSITIONS}


def transition(before: State, after: State, cause: str) -> Transition:
    """The transition that a method caused, where there is one of its own, or its *Auto* twin.

    Raises:
        KeyError: The model has no way from `before` to `after`.
    """
    for start, end in ((before, after), (before.top, after), (before.top, after.top)):
        for why in (cause, ""):
            if (found := _WAYS.get((start, end, why))) is not None:
                return found
    raise KeyError(f"no transition from {before.words} to {after.words}")
