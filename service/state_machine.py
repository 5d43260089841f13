"""The state that the station is in: it follows the conditions through the state table, and obeys Halt and Reset."""

from collections.abc import Callable

from protocols import tags
from protocols.handshake import Handshake
from protocols.image import ProcessImage

from .camera_keeper import CameraKeeper
from .states import Means, State, path, wanted


class StateMachine:
    """Each state on the way is told to `on_step`, the last one to `tell`."""

    def __init__(
        self,
        handshake: Handshake,
        camera: CameraKeeper,
        image: ProcessImage,
        note: Callable[[str, str, str], object],
        tell: Callable[[], None],
    ) -> None:
        self._handshake, self._camera, self._image = handshake, camera, image
        self._note, self._tell = note, tell
        self.state = State.PREOPERATIONAL
        self.on_step: list[Callable[[State, State], None]] = []
        self.unprepared = False  # no recipe is active because somebody asked for that
        self._continuous = False
        self._show()

    def follow(self) -> None:
        """Go to the state that the conditions mean now."""
        conditions = self._handshake.conditions
        means = Means(
            halted=conditions.halted,
            camera=conditions.camera or conditions.handing_over,
            camera_was_there=self._camera.was_there,
            recipe=conditions.recipe,
            offline=not self._handshake.online,
            busy=self._handshake.open_count > 0,
            unprepared=self.unprepared,
            continuous=self._continuous,
        )
        self._go_to(wanted(means))

    def halt(self, words: str, who: str) -> None:
        """Be Halted until `reset`; parts on their way get their results."""
        self._note("state", f"halted, {words}", who)
        self._handshake.set_conditions(halted=True)
        self.follow()

    def reset(self, words: str, who: str) -> None:
        """Go to Preoperational, and on as the conditions mean."""
        self._note("state", f"reset, {words}", who)
        self._go_to(State.PREOPERATIONAL)
        self._handshake.set_conditions(halted=False)
        self.follow()

    def unprepare(self, who: str) -> None:
        """No recipe is active until one is made so; a start finds the one that was."""
        self._note("recipe", f"job {self._handshake.conditions.job} is not prepared any more", who)
        self.unprepared = True
        self._image.set(tags.JOB_NAME, "")
        self._handshake.set_conditions(job=0, recipe=False)
        self.follow()

    def set_continuous(self, continuous: bool) -> None:
        """Whoever triggers part after part says so before the first and after the last."""
        self._continuous = continuous
        self.follow()

    def _go_to(self, goal: State) -> None:
        if goal is self.state:
            return
        for state in path(self.state, goal):
            before, self.state = self.state, state
            for step in self.on_step:
                step(before, state)
        self._show()
        self._tell()

    def _show(self) -> None:
        self._image.set(tags.STATE, int(self.state))
        self._image.set(tags.STATE_TEXT, self.state.name.replace("_", " ").capitalize())
