"""The solver's process: a problem on standard input, the answer on standard output."""

import json
import sys
import time

from mediation.gateways.cp_sat.timetable import timetable
from mediation.gateways.cp_sat.wire import packed_answer, problem_of


def main() -> None:
    """Answer one problem."""
    asked = json.load(sys.stdin)
    seconds = max(asked["least"], asked["until"] - time.time())
    found, bound = timetable(problem_of(asked["problem"]), seconds=seconds, workers=asked["workers"])
    json.dump(packed_answer(found, bound), sys.stdout)


if __name__ == "__main__":
    main()
