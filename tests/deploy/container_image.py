"""What deploy/container/Dockerfile says, and the image's files laid out in a folder as it copies them."""

import json
import re
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

from tests.conftest import ROOT
from tests.deploy.conftest import python_of_everybody

DOCKERFILE = ROOT / "deploy/container/Dockerfile"
IMAGE_FOLDER = "/opt/vision-inspection"  # of the program
PACKAGES = "packages"  # in it, of this test's environment: /tmp, where that may lie, is another one in an engine
IGNORED = ("__pycache__", "*.pyc", "node_modules")  # as Dockerfile.dockerignore has it; the console comes built here


class Image:
    """The last stage, and what the first one copies from the project."""

    @cached_property
    def lines(self) -> list[tuple[str, str]]:
        """Instruction and the rest, of both stages."""
        text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
        return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]

    def all(self, instruction: str) -> list[str]:
        return [rest for word, rest in self.lines if word == instruction]

    def last(self, instruction: str) -> str:
        return self.all(instruction)[-1]

    @property
    def command(self) -> list[str]:
        return [str(word) for word in json.loads(self.last("CMD"))]

    @property
    def health(self) -> list[str]:
        """The command of HEALTHCHECK."""
        return [str(word) for word in json.loads(self.last("HEALTHCHECK").partition("CMD ")[2])]

    @property
    def variables(self) -> dict[str, str]:
        return dict(re.findall(r"([A-Z_]+)=(\S+)", self.last("ENV")))

    @property
    def user(self) -> int:
        return int(self.last("USER").partition(":")[0])

    @property
    def copied(self) -> list[str]:
        """Files and folders of the project that the build takes."""
        own = [rest.split()[:-1] for rest in self.all("COPY") if not rest.startswith("--from")]
        return [name for names in own for name in names]

    def lay_out(self, folder: Path) -> None:
        """The program below `folder`; its environment's packages are this test's own, to be mounted at PACKAGES."""
        for name in self.copied:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*IGNORED))
            else:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        python, environment = python_of_everybody(), folder / ".venv"
        subprocess.run([python, "-m", "venv", "--without-pip", environment], check=True)
        (packages,) = environment.glob("lib/python3.*/site-packages")
        program = IMAGE_FOLDER
        (folder / PACKAGES).mkdir()
        (packages / "station.pth").write_text(f"{program}\n{program}/{PACKAGES}\n")
        start = f"#!{program}/.venv/bin/python\nimport sys\nfrom gunicorn.app.wsgiapp import run\nsys.exit(run())\n"
        (environment / "bin" / "gunicorn").write_text(start)
        (environment / "bin" / "gunicorn").chmod(0o755)
