"""What makes and prepares machines is in order, as far as that can be told without making one."""

import base64
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bookingopt_api.settings import ApiSettings
from bookingopt_worker.settings import WorkerSettings
from job_ledger.settings import LedgerSettings
from tests.integration.engine import docker, need_engine
from tests.integration.lint import COMPOSITIONS

PROGRAMS: dict[str, type[LedgerSettings]] = {"api": ApiSettings, "worker": WorkerSettings}
IN_FILES = {"REDIS_URL", "QUEUE_SECRET", "SESSION_SECRET"}
OF_THE_STACK = IN_FILES | {
    "REDIS_PASSWORD",
    "REDIS_TLS_CA",
    "REDIS_TLS_CERTIFICATE",
    "REDIS_TLS_KEY",
    "DATA_DIR",
    "DATA_MAX_BYTES",
    "API_HOST",
    "API_PORT",
    "PUBLISHED_ADDRESS",
    "ENVIRONMENT",
    "TRUSTED_PROXIES",
    "AUDIT_LOG",
    "WORKER_METRICS_HOST",
    "WORKER_METRICS_PORT",
}
"""Settings that follow from how the stack is built; docs/reference/settings.md tells why."""


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
    (admin,) = told["users"]
    assert admin["ssh_authorized_keys"] == [key], "somebody may come back and run it once more"
    assert "NOPASSWD" in admin["sudo"]


def test_the_timers_run_programs_that_are_there(root: Path) -> None:
    script = (root / "infra" / "host" / "bootstrap.sh").read_text()
    programs = re.findall(r'^    timer \w+ "?([\w./]+)', script, re.MULTILINE)
    programs += re.findall(r"/opt/bookingopt/infra/([\w./]+)", script)
    assert {"host/certificate.sh", "host/status.py", "backup/backup.sh"} <= set(programs)
    for program in programs:
        assert (root / "infra" / program).stat().st_mode & 0o111, program


@pytest.fixture(scope="module")
def stack(root: Path) -> dict[str, dict[str, str | None]]:
    """Return the environment of each program in the stack."""
    services = yaml.safe_load((root / "infra" / "compose.yaml").read_text())["services"]
    return {program: services[program]["environment"] for program in PROGRAMS}


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_stack_hands_on_every_setting_that_is_not_its_own(
    stack: dict[str, dict[str, str | None]], program: str
) -> None:
    """What an operator writes into the file of the settings reaches the program."""
    environment = stack[program]
    settings = {name.upper() for name in PROGRAMS[program].model_fields}
    handed_on = {
        name for name, value in environment.items() if value is None or value.startswith(f"${{{name}:-")
    }
    assert settings - handed_on == settings & OF_THE_STACK
    assert {name.removesuffix("_FILE") for name in environment} <= settings, "no name is misspelt"
    assert {f"{name}_FILE" for name in settings & IN_FILES} <= set(environment)


def test_lint_reads_every_combination_of_compose_files_that_is_told_of(root: Path) -> None:
    infra = root / "infra"
    pages = [*root.glob("docs/**/*.md"), *root.glob("*.md"), *infra.rglob("*.md"), *infra.rglob("*.yaml")]
    text = "\n".join(page.read_text() for page in pages if "_build" not in page.parts)
    commands = re.findall(r"docker compose((?: (?:-f|--file) infra/\S+)+)", text)
    told = {tuple(re.findall(r"infra/(\S+)", command)) for command in commands}
    assert len(told) > 4
    assert told <= set(COMPOSITIONS)
    files = {str(path.relative_to(infra)) for path in infra.rglob("compose*.yaml")}
    assert files == {file for composition in COMPOSITIONS for file in composition}


@pytest.mark.integration
def test_compose_reads_the_settings_from_the_file_that_it_is_told_of(root: Path, tmp_path: Path) -> None:
    """Written as in the example; the values are of no kind, so that nothing can be taken for a default."""
    need_engine()
    wanted = {
        program: {name.upper() for name in kind.model_fields} - OF_THE_STACK
        for program, kind in PROGRAMS.items()
    }
    file = tmp_path / "settings.env"
    file.write_text("".join(f"{name}=of {name}\n" for name in sorted(set.union(*wanted.values()))))
    compose = str(root / "infra" / "compose.yaml")
    services = yaml.safe_load(docker("compose", "--env-file", str(file), "-f", compose, "config"))["services"]
    for program, names in wanted.items():
        environment = services[program]["environment"]
        assert {name: environment[name] for name in names} == {name: f"of {name}" for name in names}


def test_the_example_of_settings_has_every_variable_of_the_stack_with_its_default(root: Path) -> None:
    text = (root / ".env.example").read_text().partition("# == The stack in containers ==")[2]
    assert set(re.findall(r"\b[A-Z_]{6,}\b", text.partition("\n\n")[0])) >= OF_THE_STACK
    told = dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE))
    compose = (root / "infra" / "compose.yaml").read_text()
    settings = {name.upper() for kind in PROGRAMS.values() for name in kind.model_fields}
    used = dict(re.findall(r"\$\{([A-Z_]+):-(.*?)\}", compose))
    assert told == {name: default for name, default in used.items() if name not in settings}
    production = re.findall(r"\$\{([A-Z_]+)", (root / "infra" / "compose.prod.yaml").read_text())
    assert set(production) <= set(told)
