"""A real nginx with the files of deploy/nginx, on loopback ports of a test."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.certificate import self_signed
from tests.conftest import ROOT, free_port
from tests.patience import PATIENCE_S

SHIPPED = ROOT / "deploy" / "nginx"
PROGRAM = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
MAIN = """
daemon off;
user root;
pid nginx.pid;
error_log stderr notice;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include vision-inspection-http.conf;
    include {site};
}}
"""


class Nginx:
    """Serves the shipped file `site`; `stations` are the ports that stand for those it names."""

    def __init__(self, folder: Path, site: str, stations: Mapping[int, int], host: str) -> None:
        """`host` is the name that clients use for every name in the file."""
        self.folder, self.https, self.http = folder / "nginx", free_port(), free_port()
        shutil.copytree(SHIPPED, self.folder)
        self.certificate = self_signed(self.folder, host)
        self._site = site
        self._adapt(self.folder / site, stations)
        zones = self.folder / "vision-inspection-http.conf"
        zones.write_text(_replaced(zones.read_text(), r"/var/lib/nginx/vision-inspection", f"{self.folder}/cache"))
        (self.folder / "nginx.conf").write_text(MAIN.format(site=site))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Nginx":
        assert PROGRAM, "no nginx: apt-get install nginx-light"
        with self.log.open("wb") as log:
            command = [PROGRAM, "-p", str(self.folder), "-c", "nginx.conf"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE_S
        while not _listens(self.https):
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, "nginx does not listen"
            time.sleep(0.02)
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    @property
    def log(self) -> Path:
        return self.folder / "error.log"

    def _adapt(self, path: Path, stations: Mapping[int, int]) -> None:
        """What a plant changes as well: ports, addresses, certificates. Each of it has to be there."""
        text = _replaced(path.read_text(), r" *listen \[::\]:\d+.*\n", "")
        text = _replaced(text, r"listen 443\b", f"listen 127.0.0.1:{self.https}")
        if "listen 80" in text:
            text = _replaced(text, r"listen 80\b", f"listen 127.0.0.1:{self.http}")
        text = _replaced(text, r"(ssl_certificate(_key)?) \S+;", rf"\1 {self.certificate};")
        for shipped, own in stations.items():
            text = _replaced(text, rf"127\.0\.0\.1:{shipped}\b", f"127.0.0.1:{own}")
        path.write_text(text)


def _replaced(text: str, pattern: str, by: str) -> str:
    text, count = re.subn(pattern, by, text)
    assert count, f"nothing is like {pattern}"
    return text


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
