"""Pages and pictures of the documentation that are made from the code: `./run invoke reference`."""

from collections.abc import Callable

from invoke.collection import Collection
from invoke.context import Context
from invoke.loader import FilesystemLoader
from invoke.tasks import task

from tooling.api_reference import api_page
from tooling.deploy.preflight import ROWS
from tooling.pictures import PICTURES
from tooling.shell import DRY_RUN_HELP, ROOT

_TASKS_HEAD = """\
# Tasks

What can be done, as against checked: `./run invoke TASK`. Made by `./run invoke reference` from the tasks \
themselves; a test holds this page to them. Every task has `--dry-run`.
"""
_ALERTS_HEAD = """\
# Alerts

Every alert, how urgent it is, how long its condition must hold, and the condition, in PromQL. Made by \
`./run invoke reference` from `infra/prometheus/rules`; a test holds this page to them. Each has its \
[runbook](../runbooks/index.md).

| alert | severity | waits | condition |
|---|---|---|---|
"""
_CHECKLIST_HEAD = """\
# Checklist for production

`./run invoke preflight.prod` goes through it and prints `pass` or `FAIL` with the remedy; \
`./run invoke preflight.staging` does the same for staging. `{domain}`, `{folder}` and `{host}` stand for \
those of the stage. A command that runs *here* runs on your machine, one on the *host* through ssh. Made by \
`./run invoke reference` from the rows themselves; a test holds this page to them.

| what must be so | where | if not |
|---|---|---|
"""


@task(help={"dry_run": DRY_RUN_HELP})
def reference(context: Context, dry_run: bool = False) -> None:
    """Write the pages and pictures of the documentation that are made from the code."""
    del context
    for name, made in PAGES.items():
        path = ROOT / "docs" / name
        print(f"write {path.relative_to(ROOT)}")
        if not dry_run:
            path.write_text(made(), encoding="utf-8")


def tasks_page(namespace: Collection) -> str:
    """Return the page of the tasks: one section for each, with its flags.

    Parameters
    ----------
    namespace
        Every task there is.
    """
    sections = []
    for name in sorted(namespace.task_names):
        found = namespace[name]
        meaning = (found.__doc__ or "").strip().splitlines()[0]
        helps = dict(found.help)
        lines = [f"## {name}", "", meaning, ""]
        arguments = [argument for argument in found.get_arguments() if argument.name != "dry_run"]
        found.help.update(helps)  # asking for the arguments has emptied it
        if arguments:
            lines += ["| argument | meaning |", "|---|---|"]
            for argument in arguments:
                flag = str(argument.name).replace("_", "-")
                shown = flag.upper() if argument.positional else f"--{flag}"
                lines.append(f"| `{shown}` | {_cell(str(helps.get(argument.name, '')))} |")
            lines.append("")
        sections.append("\n".join(lines))
    return f"{_TASKS_HEAD}\n{chr(10).join(sections)}".rstrip() + "\n"


def checklist_page() -> str:
    """Return the page of the checklist: a table, then the command of each row."""
    rows = "".join(f"| {row.name} | {row.place} | {_cell(row.remedy)} |\n" for row in ROWS)
    commands = "\n".join(f"# {row.name}: {row.place}\n{row.command}\n" for row in ROWS)
    return f"{_CHECKLIST_HEAD}{rows}\n## The commands\n\n```bash\n{commands.rstrip()}\n```\n"


def alerts_page() -> str:
    """Return the page of the alerts: one row for each rule."""
    from yaml import safe_load

    rows = []
    for path in sorted((ROOT / "infra" / "prometheus" / "rules").glob("*.yml")):
        for group in safe_load(path.read_text(encoding="utf-8"))["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    link = f"[{rule['alert']}](../runbooks/{rule['alert']}.md)"
                    waits = rule.get("for", "at once")
                    query = " ".join(rule["expr"].split())
                    rows.append(
                        f"| {link} | {rule['labels']['severity']} | {waits} | `{_cell(query, code=True)}` |"
                    )
    return _ALERTS_HEAD + "".join(f"{row}\n" for row in sorted(rows))


def _tasks_page() -> str:
    module, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    return tasks_page(module.namespace)


PAGES: dict[str, Callable[[], str]] = {
    "reference/tasks.md": _tasks_page,
    "reference/api.md": api_page,
    "reference/alerts.md": alerts_page,
    "checklist.md": checklist_page,
    **PICTURES,
}
"""What makes each page or picture, by its path in docs/."""


def _cell(text: str, *, code: bool = False) -> str:
    told = text.replace("|", "\\|")
    return told if code else told.replace("*", "\\*")
