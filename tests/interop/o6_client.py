"""A SCADA client on open62541, a process of its own: o6 ends its process after ten minutes.

The argument is JSON: url, user, password, certificate, key, uri, server_certificate, parts. The answer is a line of it.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import o6
from o6.ns import machine_vision as mv

SYSTEM = "ns=2;s=VisionSystem"
MACHINE = f"{SYSTEM}.VisionStateMachine.AutomaticModeStateMachine"
RESULT = ("SeqBegin", "InspectionId", "Judgement", "PartId", "CmdTrigger", "Seq")
LIMIT_S = 20
DATA = mv.datatypes  # loaded before the connection: only then o6 gives their ids the index that the server has
READY = 6  # Status.State; Status.Ready is the bit for Modbus, 0 where no PLC has set TriggerEnable


def until(what: str, true: Callable[[], Any]) -> Any:
    end = time.monotonic() + LIMIT_S
    while not (got := true()):
        assert time.monotonic() < end, f"{what} does not come"
        time.sleep(0.02)
    return got


def tag(name: str) -> str:
    return f"ns=2;s={name}"


def by_tags(client: o6.Client, parts: int) -> list[dict[str, Any]]:
    """Write a part id and a new number, wait for the result, read the set in one call."""
    seen: list[int] = []
    client.monitor(tag("Result.CmdTrigger"), lambda value: seen.append(value), samplingInterval=100.0, queueSize=10)
    first = client.read(tag("Cmd.Trigger"))
    results = []
    for number in range(first + 1, first + parts + 1):
        until("Ready", lambda: client.read(tag("Status.State")) == READY)
        status = client.write(tag("Cmd.PartId"), f"Türe-{number}")
        assert status == 0, status
        status = client.write(tag("Cmd.Trigger"), o6.UInt32(number))
        assert status == 0, status
        until(f"the result of {number}", lambda number=number: number in seen)
        values = client.read([tag(f"Result.{name}") for name in RESULT])
        results.append({name: plain(value) for name, value in zip(RESULT, values, strict=True)})
    return results


def by_methods(client: o6.Client, parts: int) -> list[dict[str, Any]]:
    """StartSingleJob and GetResultById, with the structures of the companion specification."""
    results = []
    for number in range(parts):
        until("Ready", lambda: client.read(f"{MACHINE}.CurrentState").text == "Ready")
        given = [
            DATA.MeasIdDataType(id=f"meas-{number}"),
            DATA.PartIdDataType(id=f"Türe-{number}"),
            DATA.RecipeIdExternalDataType(id=""),
            DATA.ProductIdDataType(id=""),
            None,  # no parameters: o6 knows no empty array of any type
        ]
        job = called(client, MACHINE, "StartSingleJob", given)[0]
        owner = f"{SYSTEM}.ResultManagement"
        wanted = [DATA.ResultIdDataType(id=job.id), o6.Int32(10_000)]
        result = called(client, owner, "GetResultById", wanted)[1]
        content = [plain(value) for value in result.resultContent]
        ids = (result.resultId.id, result.measId.id, result.partId.id)
        results.append({"job": job.id, "ids": ids, "content": content})
    return results


def called(client: o6.Client, owner: str, method: str, given: list[Any]) -> list[Any]:
    """The outputs before Error, which is 0."""
    status, *outputs = client.call(owner, f"{owner}.{method}", given)
    assert status == 0, f"{method}: {status!r}"
    assert outputs[-1] == 0, f"{method}: error {outputs[-1]}"
    return outputs[:-1]


def history(client: o6.Client) -> Any:
    """Inspection numbers of the last hour; None where the tag has none to read."""
    now = datetime.now(UTC)
    level = client.read(tag("Result.InspectionId"), attr=o6.AttributeId.ACCESS_LEVEL)
    if not level & 4:
        return None
    read = client.historyRead(tag("Result.InspectionId"), now - timedelta(hours=1), now + timedelta(minutes=1))
    return [plain(sample.value) for sample in read.dataValues]


def plain(value: Any) -> Any:
    """As JSON: NumPy's and o6's own scalars are the numbers and texts they stand for."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def main() -> None:
    given = json.loads(sys.argv[1])
    client = o6.Client(
        given["url"],
        certificate=given["certificate"],
        privateKey=given["key"],
        applicationUri=given["uri"],
        trustList=[given["server_certificate"]],
        securityMode=3,
        securityPolicy="http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256",
        username=given["user"],
        password=given["password"],
    )
    with client:
        names = sorted(str(one.browseName.name) for one in client.browse("i=85", resultMask=63))
        said = {
            "objects": names,
            "tags": by_tags(client, given["parts"]),
            "methods": by_methods(client, given["parts"]),
        }
        said["history"] = history(client)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
