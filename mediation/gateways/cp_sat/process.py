"""Asking the solver: a process of its own that is ended when it takes too long."""

import json
import os
import subprocess
import sys
import time

from django.conf import settings

from mediation.domain.timetables.first_fit import settled
from mediation.domain.timetables.problem import Problem, Timetable, violations
from mediation.gateways.cp_sat.wire import answer_of, packed

# To start, to read the problem and to build its model, beside the time it may search.
GRACE_SECONDS = 30.0
WORKERS = 2


class SolverFailedError(RuntimeError):
    """The solver did not answer, or not with a timetable."""


def find(problem: Problem, *, seconds: float) -> tuple[Timetable, float]:
    """Return the best timetable found in about so many seconds, and a bound that none of the problem exceeds.

    Raise SolverFailedError when the process fails, takes too long, or answers what is no timetable.
    """
    # What starting takes on a busy machine is not added to the time, unless little would be left of it.
    until, least = time.time() + seconds, seconds / 2
    asked = json.dumps({"problem": packed(problem), "until": until, "least": least, "workers": WORKERS})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mediation.gateways.cp_sat"],
            input=asked,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=settings.BASE_DIR,
            # It gets no secret of ours, and needs none.
            env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},
            timeout=seconds + GRACE_SECONDS,
            check=True,
        )
        found, bound = answer_of(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise SolverFailedError(str(error)) from error
    if wrong := violations(problem, found):
        raise SolverFailedError("; ".join(wrong[:3]))
    return settled(problem, found), bound
