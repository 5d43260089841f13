"""OPC UA's dataclasses, finished when they are used: in a process of its own, which imports asyncua anew."""

import dataclasses
import subprocess
import sys
from pathlib import Path

from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

ROOT = Path(__file__).resolve().parents[2]

# Each use is the first one of its class.
USES = """
import copy, dataclasses, pickle
import pytest
from service import deferred_classes
deferred_classes.use()
from asyncua import ua
from tests.service.test_deferred_classes import encoded

def waits(cls):
    waiting = isinstance(vars(cls).get("__dataclass_fields__"), deferred_classes._Unfinished)
    assert waiting or "__dataclass_fields__" in vars(cls)
    return waiting

assert waits(ua.EUInformation)
assert ua.EUInformation("uri", 1).UnitId == 1 and not waits(ua.EUInformation)

assert waits(ua.Range) and ua.Range(1.0, 2.0) == ua.Range(1.0, 2.0) != ua.Range(1.0, 3.0)

assert waits(ua.AxisInformation) and "AxisSteps" in [one.name for one in dataclasses.fields(ua.AxisInformation)]

assert waits(ua.XVType) and dataclasses.is_dataclass(ua.XVType) and repr(ua.XVType()) == "XVType(X=0, Value=0)"

assert waits(ua.ModificationInfo)  # made without __init__ below
one = pickle.loads(b"".join([b"casyncua.ua.uaprotocol_auto\\nModificationInfo\\n", b")\\x81."]))
assert one.__eq__(1) is NotImplemented and not waits(ua.ModificationInfo)

assert waits(ua.SignedSoftwareCertificate)
one = ua.SignedSoftwareCertificate(Signature=b"ours")
assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)

class Inherits(ua.EndpointType):
    def __init__(self):
        super().__init__(EndpointUrl="opc.tcp://there")

assert waits(ua.EndpointType) and Inherits().EndpointUrl == "opc.tcp://there"

assert waits(ua.TimeZoneDataType)

@dataclasses.dataclass
class Finished(ua.TimeZoneDataType):
    more: int = 7

assert not waits(ua.TimeZoneDataType) and Finished(Offset=60).more == 7

assert waits(ua.Annotation)
with pytest.raises(TypeError, match="Wrong"):
    ua.Annotation(Wrong=1)
with pytest.raises(TypeError, match="unhashable"):
    hash(ua.Annotation())

print(encoded())
"""


def encoded() -> str:
    """By name: fields, and how many bytes a new object takes (some have the time in them), or why it is not written."""
    found = {}
    for name, cls in sorted(vars(ua).items()):
        if isinstance(cls, type) and cls.__module__ == "asyncua.ua.uaprotocol_auto" and "__annotations__" in vars(cls):
            try:
                found[name] = [one.name for one in dataclasses.fields(cls)], len(struct_to_binary(cls()))
            except Exception as exc:
                found[name] = repr(exc)
    assert len(found) > 300
    return str(found)


def test_whoever_uses_a_class_first_finds_it_finished() -> None:
    said = subprocess.run([sys.executable, "-c", USES], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() == encoded()
