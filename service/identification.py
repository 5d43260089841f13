"""Which machine this is, of what parts: from the settings, else from what the machine says of itself."""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

import cv2

from protocols.opcua.machine_vision import AssetFacts, Identification, Item
from vision.cameras import CameraSettings, FolderSettings, OpenCvSettings, PiCameraSettings, SimulatedSettings

from . import __version__
from .settings import Settings

PRODUCT = "Vision Inspection"
_MOST = 128  # characters of a file that says what something is


def asset(settings: Settings, root: Path = Path("/")) -> AssetFacts:
    """Everything that is known now; `root` holds ``sys``, ``proc`` and ``etc``."""
    given, computer = settings.identification, _computer(root)
    serial = given.serial_number or computer.serial_number or _derived(root)
    machine = Identification(
        manufacturer=given.manufacturer,
        model=given.model,
        serial_number=serial,
        software_revision=__version__,
        product_code=given.product_code,
        product_instance_uri=given.product_instance_uri or f"urn:vision-inspection:{serial or settings.station.name}",
        device_class="Vision system",
        asset_id=given.asset_id,
        location=given.location,
        component_name=settings.station.name,
    )
    computers = (Item("Computer", computer),) if computer.model else ()
    return AssetFacts(settings.station.name, machine, (_camera(settings.camera, root),), computers, _software())


def _computer(root: Path) -> Identification:
    """A Raspberry Pi and its like by the device tree, a PC by its firmware's tables."""
    tree, table = root / "proc/device-tree", root / "sys/class/dmi/id"
    if model := _read(tree / "model"):
        maker = "Raspberry Pi" if model.startswith("Raspberry Pi") else ""
        return Identification(maker, model, _read(tree / "serial-number"), device_class=platform.machine())
    return Identification(
        _read(table / "sys_vendor"),
        _read(table / "product_name"),
        _read(table / "product_serial"),
        hardware_revision=_read(table / "product_version"),
        device_class=platform.machine(),
    )


def _derived(root: Path) -> str:
    """Of the installation: not the machine-id itself, which is to be kept secret, but a number made of it."""
    own = _read(root / "etc/machine-id")
    return hashlib.sha256(f"vision-inspection {own}".encode()).hexdigest()[:16].upper() if own else ""


def _camera(settings: CameraSettings, root: Path) -> Item:
    sizes = None
    match settings:
        case SimulatedSettings():
            found = Identification(PRODUCT, "Simulated camera", software_revision=__version__)
        case FolderSettings():
            found = Identification(PRODUCT, "Folder of images", software_revision=__version__)
        case OpenCvSettings():
            found = _video_device(str(settings.source), root)
            if settings.width and settings.height:
                sizes = {"Width": settings.width, "Height": settings.height}
        case PiCameraSettings():
            found = Identification("", f"Raspberry Pi camera {settings.index}", device_class="CSI camera")
            sizes = {"Width": settings.width, "Height": settings.height}
    return Item("Camera", found, sizes)


def _video_device(source: str, root: Path) -> Identification:
    """What the kernel knows of a V4L2 device, and of the USB device that it is."""
    if "://" in source:
        return Identification("", "Network camera", device_class="Network camera")
    path = Path(f"/dev/video{source}" if source.isdecimal() else source)
    if path.parent != Path("/dev"):
        return Identification("", "Video file", device_class="Video file")
    device = root / "sys/class/video4linux" / path.resolve().name
    usb = device / "device" / ".."
    return Identification(
        _read(usb / "manufacturer"),
        _read(device / "name") or f"Video device {path.name}",
        _read(usb / "serial"),
        hardware_revision=_read(usb / "bcdDevice"),
        device_class="Camera",
    )


def _software() -> tuple[Item, ...]:
    parts = (
        ("VisionInspection", PRODUCT, PRODUCT, __version__),
        ("OpenCV", "OpenCV team", "OpenCV", cv2.__version__),
        ("asyncua", "FreeOpcUa", "asyncua", version("asyncua")),
        ("Python", "Python Software Foundation", "Python", platform.python_version()),
    )
    return tuple(
        Item(name, Identification(maker, model, software_revision=revision, device_class="Software"))
        for name, maker, model, revision in parts
    )


def _read(path: Path) -> str:
    """ "" = it does not say."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST).decode("utf-8", "replace").strip("\0 \t\n")
    except OSError:
        return ""
