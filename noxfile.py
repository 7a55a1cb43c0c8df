"""Sessions that check the repository. Run `./run nox`, or one session by name: `./run nox -s lint`.

Sessions use the environment that `./run` made, so that no run installs anything twice. Three have to make
an environment of their own: `unit` on another Python; `conformance`, for the example backend, which is a
distribution outside the workspace; and `browser`, which needs packages that no other session needs.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False

ROOT = Path(__file__).parent
PACKAGES = ("optimizer-core", "job-ledger", "worker", "api")
OWN_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# The minimum of requires-python, the version of the images, and the current one, which comes first.
PYTHONS = sorted({OWN_PYTHON, "3.11", "3.13"}, key=lambda version: (version != OWN_PYTHON, version))
UNIT_TESTS = ("-m", "not property and not conformance and not integration")
# Tests of the checkout, not of the released packages: they run only on the Python of ./run.
CHECKOUT_TESTS = ("tests/repository", "tests/docs", "tests/tooling")
IN_PARALLEL = ("--numprocesses=auto",)
TRIVY = "aquasec/trivy:0.70.0@sha256:be1190afcb28352bfddc4ddeb71470835d16462af68d310f9f4bca710961a41e"
SERVICE_PARTS = frozenset({"service", "ledger", "start", "keys"})
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
EXAMPLE_BACKEND = ROOT / "examples" / "optimizer-core-scip"

if Path(sys.prefix) != ROOT / ".venv":
    raise SystemExit("noxfile: the sessions share the environment of ./run. Start them with: ./run nox")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, import contracts, unused dependencies, spelling, workflows, shell scripts, infrastructure."""
    schema = ("check-jsonschema", "--builtin-schema")
    run_all(
        session,
        ("ruff", "check", "--quiet"),
        ("ruff", "format", "--check", "--quiet"),
        ("lint-imports",),
        *(
            ("deptry", "--config", f"packages/{package}/pyproject.toml", f"packages/{package}/src")
            for package in PACKAGES
        ),
        ("codespell",),
        ("yamllint", "--strict", ".github", ".yamllint.yaml", "infra"),
        ("hadolint", "infra/docker/Dockerfile"),
        # The machines of the drill install the current packages of Debian, as those of a provider do.
        ("hadolint", "--ignore=DL3008", *paths("tests/drill/*/Dockerfile")),
        (*schema, "vendor.github-workflows", *paths(".github/workflows/*.yml")),
        (*schema, "vendor.dependabot", ".github/dependabot.yml"),
        (*schema, "vendor.github-issue-forms", *paths(".github/ISSUE_TEMPLATE/form-*.yml")),
        ("zizmor", "--offline", "--quiet", ".github"),
        ("shellcheck", "--external-sources", "run", ".ci/run", "tests/drill/host/start"),
        ("shellcheck", "--external-sources", *paths("infra/**/*.sh")),
        ("python", "-m", "tests.integration.lint"),
        (
            "sphinx-lint",
            "--enable=all",
            "--disable=line-too-long",
            "--ignore=docs/_build",
            "packages",
            "docs",
        ),
    )


@nox.session
def types(session: nox.Session) -> None:
    """Strict types, in the packages and in everything around them."""
    trees = [
        *(
            [f"packages/{package}/{folder}" for folder in ("src", "tests", "benchmarks")]
            for package in PACKAGES
        ),
        [f"examples/{EXAMPLE_BACKEND.name}/{folder}" for folder in ("src", "tests")],
        [
            "noxfile.py",
            "tasks.py",
            "conftest.py",
            "tooling",
            "tests/repository",
            "tests/docs",
            "tests/tooling",
            "tests/integration",
            "tests/browser",
            "tests/drill",
            "docs/conf.py",
            *paths("examples/*.py"),
            *paths("infra/**/*.py"),
        ],
    ]
    # A separate call for each: test modules of different packages may share a name.
    run_all(session, *(("mypy", *filter(has_python, tree)) for tree in trees))


@nox.session
@nox.parametrize("version", PYTHONS, ids=PYTHONS)
def unit(session: nox.Session, version: str) -> None:
    """Unit tests of the packages on each Python that is there, and the rules of the repository on one."""
    if version == OWN_PYTHON:
        places = ("packages", *CHECKOUT_TESTS)
        session.run("pytest", *places, *UNIT_TESTS, *IN_PARALLEL, *session.posargs)
        return
    python = find_python(version)
    if python is None:
        session.skip(f"no Python {version} on this machine: the unit tests did not run on it")
    environment = session.cache_dir.absolute() / f"unit-{version}"
    session.run(
        *("uv", "sync", "--quiet", "--locked", "--python", str(python)),
        *("--all-packages", "--all-extras", "--no-default-groups", "--group", "test", "--group", "run"),
        env={"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"},
    )
    session.run(
        *(str(environment / "bin" / "python"), "-m", "pytest"),
        *("packages", *UNIT_TESTS, *IN_PARALLEL, *session.posargs),
    )


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Lines and branches of the packages that their unit tests run."""
    measured = ("--cov", "--cov-report=term")
    session.run("pytest", "packages", *UNIT_TESTS, *IN_PARALLEL, *measured, *session.posargs)


@nox.session(name="property")
def property_(session: nox.Session) -> None:
    """Laws that hold for any hotel, on generated hotels."""
    session.run("pytest", "packages", "-m", "property", *IN_PARALLEL, *session.posargs)


@nox.session
def conformance(session: nox.Session) -> None:
    """The contract of backends: on each built-in one, on that of the tutorial, and on the example."""
    session.run("pytest", "packages", "tests/docs", "-m", "conformance", *IN_PARALLEL, *session.posargs)
    environment = session.cache_dir.absolute() / "conformance"
    constraints = session.cache_dir / "constraints.txt"
    session.run(
        *("uv", "export", "--quiet", "--locked", "--all-packages", "--all-extras", "--all-groups"),
        *("--no-emit-workspace", "--no-hashes", "--output-file", str(constraints)),
    )
    session.run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
    session.run(
        *("uv", "pip", "install", "--quiet", "--python", str(environment), "--constraints", str(constraints)),
        *("--group", "test", "--editable", "packages/optimizer-core[testing]"),
        *("--editable", str(EXAMPLE_BACKEND)),
    )
    with session.chdir(EXAMPLE_BACKEND):
        session.run(str(environment / "bin" / "python"), "-m", "pytest", "tests", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation builds without a warning, into docs/_build/html, and its examples run."""
    options = ("--fail-on-warning", "--nitpicky", "--keep-going", "--quiet", "--fresh-env")
    session.run("sphinx-build", *options, "-b", "html", "docs", "docs/_build/html")
    examples = ("--doctest-modules", "--doctest-glob=*.md", "--ignore=docs/_build")
    session.run("pytest", *examples, "packages/optimizer-core/src", "README.md", "docs", *session.posargs)


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """The guarantees of the service, with a real Redis, real processes and signals, and the whole stack."""
    # Installed once, before two processes need it.
    session.run("python", "-m", "tests.integration.prepare")
    # Two processes, which mostly wait: one for the stack of containers, one for everything else.
    share = ("--numprocesses=2", "--dist=loadgroup")
    places = ("packages", "tests/integration", "tests/tooling", "tests/repository", "tests/docs")
    session.run("pytest", *places, "-m", "integration", *share, "--durations=10", "-rs", *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """The operator's page in a real Chromium, as people use it; pictures of it into dist/browser."""
    if not any(map(shutil.which, CHROMIUM)):
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            session.error(f"no Chromium: install it first, as root: apt-get install {CHROMIUM[0]}")
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}
        session.run("apt-get", "update", "--quiet", "--quiet", env=quietly)
        session.run("apt-get", "install", "--yes", "--no-install-recommends", CHROMIUM[0], env=quietly)
    environment = session.cache_dir.absolute() / "browser"
    session.run(
        *("uv", "sync", "--quiet", "--locked", "--python", sys.executable, "--all-packages"),
        *("--no-default-groups", "--group", "test", "--group", "browser"),
        env={"UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"},
    )
    python = str(environment / "bin" / "python")
    session.run(python, "-m", "pytest", "tests/browser", "--durations=5", *session.posargs)


@nox.session(default=False)
def drill(session: nox.Session) -> None:
    """Deployment, rollback and recovery, on temporary machines, under load; needs a Docker engine."""
    # One of its files may be named, to run that alone.
    acts = [] if any(word.startswith("tests/drill/") for word in session.posargs) else ["tests/drill"]
    session.run("pytest", *acts, "-s", "-rs", *session.posargs)


@nox.session(default=False)
def distributions(session: nox.Session) -> None:
    """Build every distribution, and plan a hotel with the library in an environment without this checkout."""
    session.run("uv", "build", "--quiet", "--all-packages", "--out-dir", "dist", "--clear")
    environment = session.cache_dir.absolute() / "distributions"
    constraints = session.cache_dir / "constraints.txt"
    session.run(
        *("uv", "export", "--quiet", "--locked", "--package", "optimizer-core", "--no-emit-workspace"),
        *("--no-hashes", "--no-default-groups", "--output-file", str(constraints)),
    )
    session.run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
    (wheel,) = ROOT.glob("dist/optimizer_core-*.whl")
    install = ("uv", "pip", "install", "--quiet", "--python", str(environment))
    session.run(*install, "--constraints", str(constraints), str(wheel))
    hotel = str(ROOT / "examples" / "ten-rooms.json")
    with session.chdir(session.create_tmp()):
        session.run(str(environment / "bin" / "bookingopt"), "optimize", hotel)


@nox.session(default=False)
def links(session: nox.Session) -> None:
    """External links of the documentation still work; needs the network."""
    session.run("sphinx-build", "--quiet", "-b", "linkcheck", "docs", "docs/_build/links", *session.posargs)


@nox.session(default=False)
def scan(session: nox.Session) -> None:
    """Known vulnerabilities in the images and the files, into dist/scan; fails on a critical one."""
    pull = ("docker", "pull", "--quiet", TRIVY)
    if not shutil.which(pull[0]) or subprocess.run(pull, capture_output=True, check=False).returncode:
        reason = (
            f"{TRIVY.partition('@')[0]} cannot be pulled here: start a Docker engine that reaches a registry"
        )
        if os.environ.get("CI"):
            session.error(f"nothing was scanned, though this is CI: {reason}")
        session.skip(f"NOTHING WAS SCANNED: {reason}; the workflows scan at each push, and weekly")
    found = ROOT / "dist" / "scan"
    found.mkdir(parents=True, exist_ok=True)
    trivy = ("docker", "run", "--rm", "--volume", f"{ROOT}:/checkout:ro", "--volume", f"{found}:/found")
    # Trivy gets files, not the engine, so it cannot reach beyond its container.
    judge = ("--quiet", "--ignore-unfixed", "--severity", "CRITICAL", "--exit-code", "1")
    targets = [("fs", "files", "/checkout")]
    for program in ("api", "worker"):
        archive = found / f"{program}.tar"
        session.run("docker", "save", "--output", str(archive), f"bookingopt-{program}:latest")
        targets.append(("image", program, f"--input=/found/{archive.name}"))
    for kind, name, target in targets:
        report = ("--quiet", "--format", "sarif", "--output", f"/found/{name}.sarif")
        session.run(*trivy, TRIVY, kind, *report, target)
    run_all(session, *((*trivy, TRIVY, kind, *judge, target) for kind, _, target in targets))
    for archive in found.glob("*.tar"):
        archive.unlink()


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Time and memory of the library and of the service, compared with a straightforward implementation."""
    asked = set(session.posargs)
    for package, parts in (("optimizer-core", asked - SERVICE_PARTS), ("api", asked & SERVICE_PARTS)):
        if parts or not asked:
            with session.chdir(ROOT / "packages" / package):
                session.run("python", "-m", "benchmarks", *sorted(parts))


@nox.session(default=False)
def security(session: nox.Session) -> None:
    """Secrets in files, unsafe workflows, an outdated lock file; unsafe code is reported by lint."""
    listing = session.run("git", "ls-files", silent=True)
    files = [name for name in str(listing).splitlines() if name != "uv.lock" and Path(name).is_file()]
    run_all(
        session,
        ("detect-secrets-hook", *files),
        ("zizmor", "--offline", "--persona", "pedantic", ".github"),
        ("uv", "lock", "--check"),
    )


def run_all(session: nox.Session, *commands: Sequence[str]) -> None:
    """Run every command, also after one has failed, so that one run reports everything."""
    failed = []
    for command in commands:
        try:
            session.run(*command)
        except CommandFailed:
            failed.append(command[0])
    if failed:
        session.error(f"failed: {', '.join(failed)}")


def paths(pattern: str) -> list[str]:
    """Return the paths that match a pattern from the root, in a fixed order."""
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))


def has_python(place: str) -> bool:
    """Return whether there is a module to check: a package need not have benchmarks."""
    path = ROOT / place
    return path.is_file() or any(path.rglob("*.py"))


def find_python(version: str) -> Path | None:
    """Return a working Python of this version, or None if the machine has none.

    Each candidate is started, because a version manager's shim on the search path may not lead to a Python.
    """
    name = f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [Path(folder) / name for folder in os.get_exec_path()]
    for candidate in [*on_path, *sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"))]:
        if not candidate.is_file():
            continue
        answer = subprocess.run([candidate, "-c", "print('ok')"], capture_output=True, text=True, check=False)
        if answer.stdout == "ok\n":
            return candidate
    return None
