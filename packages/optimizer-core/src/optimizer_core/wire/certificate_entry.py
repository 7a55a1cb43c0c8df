"""Certificates as entries of the result document."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from optimizer_core.certificate import Certificate
from optimizer_core.wire.model import Document


class InequalityEntry(Document):
    """Weights and prices, all of them whole numbers.

    Parameters
    ----------
    gap, move, upgrade
        Weights of a unit of gap cost, a move and an upgrade.
    parts
        Prices are counted in this part of what the weights count in.
    prices
        Rows of (first night, night after the last, kind, price): nights from ``ScheduleStart`` on, counted
        from 0, and a position in ``Kinds``. Classes without a row have the price 0.
    alone
        Rows of (stay, price), for stays that are not part of a class.
    """

    gap: int
    move: int
    upgrade: int
    parts: int = 1
    prices: list[list[int]] = []
    alone: list[list[int]] = []


class CertificateEntry(Document):
    """Whole numbers that prove bounds; ``bookingopt verify`` checks them without a solver.

    Parameters
    ----------
    problem_digest
        Digest of its problem.
    scale
        Units of cost in one point.
    kinds
        Pairs of a booked type (null for any) and the list of types that a stay may be given.
    infeasible, upgrades, value, within, moves
        The proofs that no plan exists, of the least number of upgrades, of the least value, and of the least
        number of moves among plans of a value; null without a claim.
    """

    problem_digest: str
    scale: int
    kinds: list[list[str | list[str] | None]] = []
    infeasible: InequalityEntry | None = None
    upgrades: InequalityEntry | None = None
    value: InequalityEntry | None = None
    within: InequalityEntry | None = None
    moves: InequalityEntry | None = None

    def to_certificate(self) -> Certificate:
        """Return the certificate.

        Raises
        ------
        Refused
            If it is not well formed.
        """
        return Certificate.from_dict(self.model_dump(exclude_none=False))


def certificate_entry(certificate: Certificate) -> CertificateEntry:
    """Return the entry of a certificate."""
    return CertificateEntry.model_validate(certificate.to_dict())
