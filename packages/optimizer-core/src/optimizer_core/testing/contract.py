"""The contract of every backend, whatever its capabilities."""

from __future__ import annotations

import io
import logging
import os
import pickle
import subprocess
import sys

import pytest

from optimizer_core.domain import Reason
from optimizer_core.errors import InvalidInput
from optimizer_core.plugins import AUTO, Availability, BackendSpec
from optimizer_core.testing.subject import Subject

_SOLVE_ELSEWHERE = """
import pickle, sys
from optimizer_core.backends import load_backends
name, modules, problem = pickle.load(sys.stdin.buffer)
plugins = load_backends()
spec = plugins.backend(name)
early = sorted(set(modules) & set(sys.modules))
from optimizer_core.domain import Limits
answer = plugins.create(spec).solve(problem, Limits(), start=None, seed=0)
pickle.dump((early, answer.plan), sys.stdout.buffer)
"""


class ContractTests(Subject):
    """The contract: description, creation, silence, independence of solves."""

    def test_spec_describes_the_backend(self) -> None:
        """The spec is a `BackendSpec` with a version, and does not take the name of the automatic choice."""
        assert isinstance(self.spec, BackendSpec)
        assert self.spec.name != AUTO
        assert self.spec.capabilities, "declares no capability, so it can solve nothing"
        assert isinstance(self.spec.version, str)

    def test_backend_is_available(self) -> None:
        """The backend can be used here; otherwise the rest of the kit would test nothing."""
        first = self.spec.availability()
        assert isinstance(first, Availability)
        assert first, first.advice
        assert self.spec.availability() == first, "the availability differs when it is read again"

    def test_unknown_option_is_refused(self) -> None:
        """An unknown option raises an error that names it."""
        with pytest.raises(InvalidInput, match="no-such-option"):
            self.spec.complete_options({"no-such-option": 1})

    def test_options_have_defaults_of_their_kind(self) -> None:
        """The defaults are accepted as values."""
        defaults = {option.name: option.default for option in self.spec.options}
        assert self.spec.complete_options(defaults) == defaults

    def test_answer_is_pickled(self) -> None:
        """An answer can be pickled without loss."""
        answer = self.solve(self.hotel(4, 14))
        assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301 - our own bytes

    def test_solve_is_silent(self, capfd: pytest.CaptureFixture[str]) -> None:
        """Nothing is printed: standard output belongs to the calling program."""
        self.solve(self.hotel(6, 21))
        assert capfd.readouterr().out == "", "prints on standard output"

    def test_logging_is_left_alone(self) -> None:
        """The backend does not configure logging, which is left to programs."""
        root = logging.getLogger()
        before = (root.level, list(root.handlers))
        self.solve(self.hotel(4, 14))
        assert (root.level, list(root.handlers)) == before, "changes the root logger"

    def test_solves_do_not_touch_each_other(self) -> None:
        """A backend that has solved another problem gives the same answer as a new one."""
        used, hotel = self.create(), self.hotel(8, 28)
        self.solve(self.hotel(5, 20, seed=2), backend=used)
        again = self.solve(hotel, backend=used)
        assert again.plan == self.solve(hotel).plan, "remembers something of the solve before"

    def test_start_may_be_nonsense(self) -> None:
        """An invalid start plan does no harm."""
        hotel = self.hotel(4, 14)
        numbers = [room.number for room in hotel.rooms]
        plan = self.solve(hotel).plan
        assert plan is not None
        crowded = type(plan)(
            {stay.stay_id: numbers[0] for stay in hotel.stays} | {"unknown stay": "unknown room"}
        )
        answer = self.solve(hotel, start=crowded)
        assert answer.claim in {Reason.OPTIMAL, Reason.FEASIBLE}

    @pytest.mark.parametrize("hash_seed", ["1", "2"])
    def test_other_processes_agree(self, hash_seed: str) -> None:
        """Another process, with another order of sets, imports the solver late and finds the same plan."""
        problem = self.hotel(10, 30, num_types=2)
        question = io.BytesIO()
        pickle.dump((self.spec.name, self.solver_modules, problem), question)
        run = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", _SOLVE_ELSEWHERE],
            input=question.getvalue(),
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        assert run.returncode == 0, run.stderr.decode()
        early, plan = pickle.loads(run.stdout)  # noqa: S301 - our own bytes
        assert not early, f"imported before the backend is created: {', '.join(early)}"
        assert plan == self.solve(problem).plan, "another process finds another plan"
