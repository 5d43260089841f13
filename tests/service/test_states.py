"""The state table, walked."""

import itertools

import pytest

from protocols.opcua.machine_vision import states as machine
from protocols.opcua.machine_vision.states import transition
from service.states import TRANSITIONS, Means, State, path, wanted


@pytest.mark.parametrize(("start", "goal"), list(itertools.product(State, State)))
def test_every_state_is_reached_by_allowed_transitions(start: State, goal: State) -> None:
    way = (start, *path(start, goal))
    assert way[-1] is goal
    assert all(b in TRANSITIONS[a] for a, b in itertools.pairwise(way))


def test_from_halted_only_preoperational_follows() -> None:
    assert path(State.HALTED, State.READY) == (State.PREOPERATIONAL, State.INITIALIZED, State.READY)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        pytest.param({}, State.READY, id="all well"),
        pytest.param({"busy": True}, State.SINGLE_EXECUTION, id="a trigger is open"),
        pytest.param({"camera": False}, State.ERROR, id="the camera was lost"),
        pytest.param({"camera": False, "camera_was_there": False}, State.PREOPERATIONAL, id="no camera at start"),
        pytest.param({"recipe": False}, State.PREOPERATIONAL, id="no recipe"),
        pytest.param({"recipe": False, "unprepared": True}, State.INITIALIZED, id="the recipe was taken away"),
        pytest.param({"continuous": True, "busy": True}, State.CONTINUOUS_EXECUTION, id="part after part"),
        pytest.param({"offline": True}, State.PREOPERATIONAL, id="taken offline"),
        pytest.param({"halted": True, "camera": False}, State.HALTED, id="halted by SCADA"),
    ],
)
def test_conditions_mean_a_state(changed: dict[str, bool], state: State) -> None:
    well = {"halted": False, "camera": True, "camera_was_there": True, "recipe": True, "offline": False, "busy": False}
    assert wanted(Means(**(well | changed))) is state


def test_every_step_of_the_table_is_a_transition_of_the_companion_model() -> None:
    for before, following in TRANSITIONS.items():
        for after in following:
            transition(machine.State(before), machine.State(after), "")
