"""What a supporter needs to know of a station, in one archive: no images, no secrets."""

import asyncio
import io
import sys
import zipfile
from collections.abc import Mapping
from typing import Any

import orjson

from service.api.route import dumps
from service.backup.blanking import blanked

DOCTOR = (sys.executable, "-m", "service.cli", "doctor", "--json")
LIMIT_S = 60.0
README = """What this station told of itself: versions, settings that differ from the default, findings of the doctor,
alarms, journal, the newest lines of the log, numbers. No images. Secrets are ***.
"""


async def doctors_findings() -> bytes:
    """As JSON; in words what kept the doctor from looking. Takes seconds, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *DOCTOR, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            said, trouble = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return b"no answer within %d s" % LIMIT_S
    return said or trouble


def packed(files: Mapping[str, bytes | Any], secrets: tuple[str, ...]) -> bytes:
    """A zip of these files; what is not bytes is written as JSON. Blocks."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        for name, content in files.items():
            data = content if isinstance(content, bytes) else _as_json(content)
            archive.writestr(name, without(data.decode("utf-8", "replace"), secrets))
    return made.getvalue()


def without(text: str, secrets: tuple[str, ...]) -> str:
    """`text` with *** in place of these, and of whatever looks like a password."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return blanked(text)[0]


def _as_json(content: Any) -> bytes:
    return orjson.dumps(orjson.loads(dumps(content)), option=orjson.OPT_INDENT_2)
