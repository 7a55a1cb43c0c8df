"""What the certificate of a result proves about its plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from optimizer_core.certificate import Certificate, Proved
from optimizer_core.domain import Problem
from optimizer_core.proof import check


def certified(
    problem: Problem, certificate: Certificate, value: Fraction | None, upgrades: tuple[int, int]
) -> Proved:
    """Return what a certificate proves.

    Parameters
    ----------
    problem
        The hotel.
    certificate
        The certificate.
    value
        Value of the plan in points; None without a plan.
    upgrades
        Stays outside their own type in the plan, and the stated lower bound on them. If upgrades have no
        price, the bound on the value holds for plans with the latter number.

    Raises
    ------
    Refused
        If the certificate is not well formed, or belongs to another problem.
    """
    found, least = upgrades
    if value is None or found == least or problem.policy.upgrade_price is not None:
        return check(problem, certificate, value=value, upgrades=None if value is None else found)
    of_value = check(problem, replace(certificate, moves=None), upgrades=least)
    of_moves = check(problem, replace(certificate, value=None), value=value, upgrades=found)
    return replace(of_moves, bound=of_value.bound)
