"""Does what a document asks for, in place of a solver; a real process solves all the same."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

from optimizer_core.domain import Limits, Policy, Progress
from optimizer_core.errors import BackendError, Fault, InvalidAnswer, InvalidDocument, NoCapableBackend
from optimizer_core.run import run_json

RESULT = {"ProblemId": "stand-in", "ProcessingDate": "2026-05-01", "Succeeded": False}
ERRORS = {
    "answer": InvalidAnswer("Ann Guest is in two rooms"),
    "backend": BackendError("Ann Guest"),
    "capable": NoCapableBackend("no backend can do this"),
    "document": InvalidDocument([Fault(("Rooms",), "is missing")]),
    "memory": MemoryError(),
    "surprise": RuntimeError("Ann Guest"),
}

WITHOUT_SOLVER = "greedy"
Tell = Callable[[Callable[[], bytes | None]], None]


def solve(content: bytes, *, backend: str, policy: Policy, limits: Limits, **_rest: object) -> bytes:
    """Return a result without a plan, after what the document asks for."""
    _leave_trace()
    asked: dict[str, Any] = json.loads(content)
    limits.report(Progress("solving", 50, Fraction(3), Fraction(2)))
    match asked.get("Do", ""):
        case "raise":
            raise ERRORS[asked["Error"]]
        case "die":
            die()
        case "wait for the limit":
            while not limits.is_over():
                time.sleep(0.01)
        case "hold on":
            hold_on()
        case "take memory":
            bytes(asked["Bytes"])
        case "sleep":
            time.sleep(asked["Seconds"])
        case "tell the limit":
            return json.dumps(RESULT | {"TotalTime": limits.time_limit_seconds}).encode()
        case "tell the environment":
            return json.dumps(RESULT | {"Warnings": sorted(os.environ)}).encode()
        case "tell the policy":
            policy_entry = {"MaxMoves": policy.max_moves, "MovePrice": float(policy.move_price or 0)}
            return json.dumps(RESULT | {"Policy": policy_entry}).encode()
    status = "cancelled" if limits.is_cancelled() else "infeasible"
    limit = "time" if limits.time_limit_seconds is not None and limits.seconds_left() == 0 else "none"
    told = {"SolverStatus": status, "SolverName": f"stand-in-{backend}", "Limit": limit}
    told["Message"] = f"done by {os.getpid()} of {os.getppid()}"
    return json.dumps(RESULT | told | {"ProblemId": str(asked.get("ProblemId", ""))}).encode()


def get_stuck(
    content: bytes,
    *,
    backend: str,
    policy: Policy,
    limits: Limits,
    curve_points: int | None,
    incumbent: Tell,
) -> bytes:
    """Plan a hotel and never come to an end, as a solver that neither listens nor lets Python run.

    The label of the problem decides what is told before: a right plan, a lie, or nothing by one that still
    plans without a solver if asked to; the others then tell nothing.
    """
    label = json.loads(content)["ProblemId"]
    if label == "warm-up":
        return b""
    limits.report(Progress("solving", 50))
    is_last_resort = backend == WITHOUT_SOLVER
    if is_last_resort and curve_points is not None:
        raise ValueError("a curve takes time")
    if (label, is_last_resort) in {("honest", False), ("mute", True)}:
        run_json(content, backend=WITHOUT_SOLVER, policy=policy, limits=limits, incumbent=incumbent)
    if label == "liar" and not is_last_resort:
        incumbent(lambda: _lie(content))
    return hold_on()


def _lie(content: bytes) -> bytes:
    """Return the result with every stay in the first room."""
    result = json.loads(run_json(content, backend=WITHOUT_SOLVER, limits=Limits(0.0)))
    for entry in result["OptimizedPlan"]:
        entry["AssignedRoom"] = result["Rooms"][0]["RoomNumber"]
    return json.dumps(result).encode()


def solve_never(_content: bytes, **_rest: object) -> bytes:
    """Never get ready."""
    time.sleep(600)
    raise AssertionError


def hold_on() -> NoReturn:
    """Go on as a solver that neither listens nor lets Python run."""
    ctypes.PyDLL(None).sleep(600)
    raise AssertionError


def die() -> NoReturn:
    """End as a solver does that the kernel ends for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _leave_trace() -> None:
    """Tell the test which process this is."""
    if folder := os.environ.get("STAND_IN_FOLDER"):
        (Path(folder) / str(os.getpid())).touch()
