"""A smoke test of a running service: one job from end to end, and the required headers of every answer."""

from tooling.smoke.checks import CHECKS, EDGE_CHECKS, smoke_checks
from tooling.smoke.report import Finding, print_findings, run_checks
from tooling.smoke.target import Answer, Target

__all__ = [
    "CHECKS",
    "EDGE_CHECKS",
    "Answer",
    "Finding",
    "Target",
    "print_findings",
    "run_checks",
    "smoke_checks",
]
