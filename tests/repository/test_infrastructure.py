"""What makes and prepares machines is in order, as far as that can be told without making one."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml


def test_terraform_is_formatted(root: Path) -> None:
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        pytest.skip("neither terraform nor tofu is installed here")
    command = [program, "fmt", "-check", "-diff", "infra/gcp"]
    done = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_variable_is_used_and_every_used_one_is_there(root: Path) -> None:
    texts = [path.read_text() for path in (root / "infra" / "gcp").glob("*.tf")]
    declared = {name for text in texts for name in re.findall(r'^variable "(\w+)"', text, re.MULTILINE)}
    used = {name for text in texts for name in re.findall(r"\bvar\.(\w+)", text)}
    assert declared == used


def test_cloud_init_carries_the_script_to_the_byte(root: Path) -> None:
    script = (root / "infra" / "host" / "bootstrap.sh").read_bytes()
    key = "ssh-ed25519 AAAA somebody@somewhere"
    text = (root / "infra" / "gcp" / "cloud-init.tftpl").read_text()
    filled = text.replace("${bootstrap}", base64.b64encode(script).decode()).replace("${public_key}", key)
    assert "${" not in filled
    assert filled.startswith("#cloud-config\n"), "without this line the user data mean nothing"
    told = yaml.safe_load(filled)
    (file,) = told["write_files"]
    assert base64.b64decode(file["content"]) == script
    assert told["runcmd"] == [["sh", file["path"], "--key", key]]


def test_the_units_run_programs_that_are_there(root: Path) -> None:
    units = [*root.glob("infra/host/*.service"), *root.glob("infra/backup/*.service")]
    assert len(units) >= 3
    for unit in units:
        assert unit.with_suffix(".timer").is_file(), unit.name
        words = re.findall(r"/opt/bookingopt/(\S+)", unit.read_text().partition("[Service]")[2])
        assert words, unit.name
        assert [word for word in words if not (root / word).is_file()] == [], unit.name
