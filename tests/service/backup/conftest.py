"""A station's folders with results, recipes, settings and secrets, and the command line on them."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service import cli
from service.auth.token import load_token
from service.settings import StoreSettings
from service.store import Store
from tests.conftest import ROOT
from tests.service.store.parts import accepted, inspection

PASSPHRASE = "correct horse battery staple"
CAMERA = "rtsp://viewer:geheim@10.0.0.9/stream"
SETTINGS = f"""[station]
name = "Press 4"
data_folder = "{{data}}"
recipe_folder = "{{recipes}}"
hand_over = 3
[camera]
type = "opencv"
source = "{CAMERA}"
[store]
min_free_mb = 0
"""


@dataclass
class Home:
    """One machine: everything of its station below one folder."""

    root: Path
    use: Callable[["Home"], None]  # commands are about this one from now on
    made: dict[bool, Path] = field(default_factory=dict)  # archives of `furnished`

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def recipes(self) -> Path:
        return self.root / "recipes"

    @property
    def settings(self) -> Path:
        return self.root / "etc" / "station.toml"

    @property
    def passphrase(self) -> Path:
        path = self.root / "passphrase"
        if not path.exists():
            path.write_text(f"{PASSPHRASE}\n")
            path.chmod(0o600)
        return path

    @property
    def archives(self) -> list[Path]:
        return sorted((self.data / "backups").glob("*.zip"))

    def run(self, *arguments: str) -> int:
        """One command."""
        self.use(self)
        return cli.main(arguments)

    def backup(self, *options: str, sealed: bool = False) -> Path:
        """The new archive."""
        before = set(self.archives)
        sealing = ("--passphrase-file", str(self.passphrase)) if sealed else ()
        assert self.run("backup", *sealing, *options) == 0
        (made,) = set(self.archives) - before
        return made

    def archived(self, sealed: bool = False) -> Path:
        """An archive of a station as `home` is at first: made once, copied."""
        self.use(self)
        return Path(shutil.copy(self.made[sealed], self.root))

    def write_settings(self, text: str = SETTINGS) -> None:
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        self.settings.write_text(text.replace("{data}", str(self.data)).replace("{recipes}", str(self.recipes)))

    def furnish(self, parts: int = 5) -> None:
        """A station that has inspected some parts."""
        self.write_settings()
        shutil.copytree(ROOT / "config" / "recipes", self.recipes, dirs_exist_ok=True)
        self.data.mkdir(exist_ok=True)
        asyncio.run(inspected(self.data, parts))
        load_token(self.data)
        (self.data / "station.id").write_text("0123456789abcdef\n")
        (self.data / "remembered.json").write_text(json.dumps({"job": 2}))
        for secret in ("opcua/key.pem", "pki/own/private.pem"):
            (self.data / secret).parent.mkdir(parents=True, exist_ok=True)
            (self.data / secret).write_text(f"the secret of {secret}")
        (self.data / "opcua" / "types.cache").write_bytes(b"cache")
        (self.data / "images" / "2026" / "11" / "26").mkdir(parents=True)


async def inspected(data: Path, parts: int) -> None:
    async with Store.open(data, StoreSettings(min_free_mb=0), ZoneInfo("UTC"), lock_wait_s=10) as store:
        store.recover()
        for number in range(1, parts + 1):
            await store.accept(accepted(number), b"state")
            await store.save(inspection(number))


@pytest.fixture
def make_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Home]:
    """Machines of their own."""

    def use(home: Home) -> None:
        monkeypatch.setenv("CONFIG_PATH", str(home.settings))
        for section, path in (("DATA", home.data), ("RECIPE", home.recipes)):
            if home.settings.exists():
                monkeypatch.delenv(f"VISION_STATION__{section}_FOLDER", raising=False)
            else:  # a new machine
                monkeypatch.setenv(f"VISION_STATION__{section}_FOLDER", str(path))

    def make(name: str) -> Home:
        root = tmp_path / name
        root.mkdir()
        return Home(root, use)

    monkeypatch.setattr("service.backup.identity._LOG_N", 10)  # a key at a sixty-fourth of its price
    monkeypatch.setattr("os.setpriority", lambda *_: None)  # of this process, for good
    return make


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What `home` is a copy of."""
    made = Home(tmp_path_factory.mktemp("furnished"), lambda _: None)
    made.furnish()
    return made


@pytest.fixture
def home(make_home: Callable[[str], Home], furnished: Home) -> Home:
    """A station that has inspected five parts."""
    made = make_home("first")
    for sealed in (False, True) if not furnished.made else ():
        furnished.use = made.use
        furnished.made[sealed] = furnished.backup(sealed=sealed).rename(furnished.root / f"{sealed}.zip")
    shutil.copytree(furnished.root, made.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("backups"))
    made.made = furnished.made
    made.write_settings()
    return made
