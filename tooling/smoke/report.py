"""Runs all checks, one after the other, and prints the findings as a table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

LONGEST_DETAIL = 200


class CheckFailed(Exception):
    """A condition does not hold; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Parameters
    ----------
    name
        What was checked.
    is_right
        Whether the check passed.
    detail
        What was found.
    """

    name: str
    is_right: bool
    detail: str


def run_checks(checks: Mapping[str, Callable[[], str]]) -> list[Finding]:
    """Return the finding of every check, also after one has failed.

    Parameters
    ----------
    checks
        By name: a function that returns what it found, or raises `CheckFailed`, an `OSError` for no answer,
        or a `ValueError` for one that cannot be read.
    """
    findings = []
    for name, check in checks.items():
        try:
            findings.append(Finding(name, is_right=True, detail=check()))
        except (CheckFailed, OSError, ValueError, KeyError, TypeError) as error:
            detail = str(error) if isinstance(error, CheckFailed) else f"{type(error).__name__}: {error}"
            detail = detail.partition("\n")[0][:LONGEST_DETAIL]
            findings.append(Finding(name, is_right=False, detail=detail))
    return findings


def print_findings(findings: Iterable[Finding]) -> bool:
    """Print one line for each finding; return whether all have passed."""
    found = list(findings)
    width = max((len(finding.name) for finding in found), default=0)
    for finding in found:
        print(f"{'pass' if finding.is_right else 'FAIL'}  {finding.name:<{width}}  {finding.detail}".rstrip())
    return all(finding.is_right for finding in found)


def need(condition: object, found: str) -> None:
    """Fail the check unless a condition holds.

    Raises
    ------
    CheckFailed
        With what was found instead.
    """
    if not condition:
        raise CheckFailed(found)
