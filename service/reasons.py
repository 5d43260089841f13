"""Why a trigger was not taken, in the operator's words."""

from protocols.handshake import Reject

REASONS: dict[Reject, str] = {
    Reject.OFFLINE: "the station is offline",
    Reject.NOT_ENABLED: "TriggerEnable is 0",
    Reject.BUSY: "the station is busy, or the PLC has the line (TriggerEnable is 1)",
    Reject.QUEUE_FULL: "the result queue is full: acknowledge results",
    Reject.JOB_LOADING: "a job is being loaded",
    Reject.NO_CAMERA: "the camera is not connected",
    Reject.TOO_SOON: "sooner after the last trigger than min_trigger_interval_ms allows",
    Reject.NO_RECIPE: "no recipe is active",
    Reject.STORAGE: "the disk takes no results",
    Reject.VISION: "the vision tools do not answer",
}
OFFLINE: dict[int, str] = {
    0: "",
    1: "taken offline in the console",
    2: "taken offline by the PLC (SetOffline)",
    3: "halted by OPC UA",
    4: "the camera is not connected",
    6: "no recipe is active",
}
