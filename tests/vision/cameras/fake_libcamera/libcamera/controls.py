"""The controls that picamera2 or the driver names."""

from enum import IntEnum

from .control import ControlId, ControlType


class draft:  # noqa: N801 - the bindings' name
    class NoiseReductionModeEnum(IntEnum):
        Off = 0
        Fast = 1
        HighQuality = 2
        Minimal = 3
        ZSL = 4


ExposureTime = ControlId(1, "ExposureTime", ControlType.Integer32)
AnalogueGain = ControlId(2, "AnalogueGain", ControlType.Float)
AeEnable = ControlId(3, "AeEnable", ControlType.Bool)
AwbEnable = ControlId(4, "AwbEnable", ControlType.Bool)
FrameDurationLimits = ControlId(5, "FrameDurationLimits", ControlType.Integer64)
ScalerCrop = ControlId(6, "ScalerCrop", ControlType.Rectangle)
NoiseReductionMode = ControlId(7, "NoiseReductionMode", ControlType.Integer32)
ExposureTimeMode = ControlId(8, "ExposureTimeMode", ControlType.Integer32)
AnalogueGainMode = ControlId(9, "AnalogueGainMode", ControlType.Integer32)
SensorTimestamp = ControlId(10, "SensorTimestamp", ControlType.Integer64)
FrameDuration = ControlId(11, "FrameDuration", ControlType.Integer64)
