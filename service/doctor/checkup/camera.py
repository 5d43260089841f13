"""Whether the camera delivers: asked of the station that owns it, else tried."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from vision.cameras.settings import CameraSettings, FolderSettings, OpenCvSettings, PiCameraSettings, SimulatedSettings

from .finding import Finding, ok, slow, unknown, wrong
from .subject import Subject

TRY_S = 30.0
SLOW_MS = 200.0  # from asking to having a frame, opened already
_PLUG = "Check cable and power, that no other program uses it, and the section [camera] of the settings"


def delivers(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    name = _named(subject.settings.camera)
    if subject.serves:
        reason = (subject.not_ready or {}).get("camera")
        yield wrong("camera", f"{name}: {reason}", _PLUG) if reason else ok("camera", f"{name}: the station has it")
    elif subject.running or subject.others:
        yield unknown("camera", f"{name}: a station may have it", "Stop the station, or look when it serves")
    else:
        yield _tried(name)


def device(subject: Subject) -> Iterator[Finding]:
    """The file of a camera, where it has one that can be named."""
    settings = subject.settings.camera if subject.settings else None
    if isinstance(settings, OpenCvSettings) and isinstance(settings.source, int):
        path = subject.of_system(f"dev/video{settings.source}")
        if not path.exists():
            there = ", ".join(sorted(str(each) for each in path.parent.glob("video*"))) or "none"
            remedy = "Set [camera] source to one that is there, or plug the camera in"
            yield wrong("camera.device", f"there is no {path} (there: {there})", remedy)
        elif not os.access(path, os.R_OK | os.W_OK):
            remedy = f"usermod -aG video {_user(subject)}, then restart the station"
            yield wrong("camera.device", f"this user may not open {path}", remedy)
        else:
            yield ok("camera.device", f"{path} may be opened")


def _tried(name: str) -> Finding:
    """In a process of its own: a driver may hang, or take the process with it."""
    command = [sys.executable, "-m", "service.doctor.checkup.camera_trial"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TRY_S, check=False)  # noqa: S603
        told = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return wrong("camera", f"{name}: no answer within {TRY_S:g} s", _PLUG)
    except (ValueError, IndexError):
        said = done.stderr.strip().splitlines()
        return wrong(
            "camera", f"{name}: its driver failed: {said[-1] if said else f'exit code {done.returncode}'}", _PLUG
        )
    if reason := told.get("reason"):
        return wrong("camera", f"{name}: {reason}", _PLUG)
    seen = f"{name}: {told['width']} x {told['height']} px, a frame in {told['frame_ms']:.0f} ms"
    if told["frame_ms"] <= SLOW_MS:
        return ok("camera", seen)
    return slow("camera", seen, "Shorten the exposure, take a smaller image, or another connection")


def _named(settings: CameraSettings) -> str:
    match settings:
        case SimulatedSettings():
            return "simulated (no part is seen)"
        case FolderSettings():
            return f"folder {settings.path}"
        case OpenCvSettings():
            return f"opencv {settings.source}"
        case PiCameraSettings():
            return f"picamera2 {settings.index}"


def _user(subject: Subject) -> str:
    passwd = Path("/etc/passwd").read_text("utf-8", "replace").splitlines()
    rows = (line.split(":") for line in passwd)
    return next((row[0] for row in rows if len(row) > 2 and row[2] == str(subject.user)), str(subject.user))


CHECKS = (device, delivers)
