"""Run checks one after the other, all of them, and print what was found as a table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

LONGEST_DETAIL = 200


class CheckFailed(Exception):
    """Something is not as it must be; one sentence says what was found."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    name
        What was looked at.
    is_right
        Whether it is as it must be.
    detail
        What was found.
    """

    name: str
    is_right: bool
    detail: str


def run_checks(checks: Mapping[str, Callable[[], str]]) -> list[Finding]:
    """Return what every check found, also after one has failed.

    Parameters
    ----------
    checks
        By name: a call that returns what it found, or raises `CheckFailed`, an `OSError` for no answer, or
        a `ValueError` for one that cannot be read.
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
    """Print one line for each finding; return whether all are right."""
    told = list(findings)
    width = max((len(finding.name) for finding in told), default=0)
    for finding in told:
        print(f"{'pass' if finding.is_right else 'FAIL'}  {finding.name:<{width}}  {finding.detail}".rstrip())
    return all(finding.is_right for finding in told)


def need(condition: object, found: str) -> None:
    """Fail the check unless a condition holds.

    Raises
    ------
    CheckFailed
        With what was found instead.
    """
    if not condition:
        raise CheckFailed(found)
