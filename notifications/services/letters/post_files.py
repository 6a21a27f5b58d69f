"""Files of the post or the print house: each line is one letter's news, taken in or rejected with its reason."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from collections_app.domain.typed import visible
from collections_app.models import Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from notifications.domain import post_file
from notifications.domain.post_file import Line, Problem
from notifications.models import PostFile
from notifications.services.letters import post

# Which column a refusal of the letter's own service speaks of.
_COLUMNS = {
    "no_such_letter": "letter",
    "letter_not_so_far": "outcome",
    "no_such_outcome": "outcome",
    "letter_day_impossible": "day",
    "no_such_return": "reason",
    "batch_not_handed_over": "letter",
}


def take(*, name: str, content: bytes, by: Staff, now: datetime) -> PostFile:
    """Take in a file line by line, each in its own transaction, and keep which lines were rejected and why.

    Taken in again, what is known changes nothing. Raise RefusedError for what is no such file.
    """
    if not by.may(post.PRINT):
        raise NotAllowedError("not_allowed", action=post.PRINT)
    try:
        lines, problems = post_file.read(content)
    except post_file.PostFileError as error:
        raise RefusedError(error.code, **error.params) from error
    taken, known, refused = _taken(lines, Actor.of(by), now)
    rejected = sorted([*problems, *refused], key=lambda item: item.line)
    return PostFile.objects.create(
        name=visible(name)[:120],
        sha256=sha256(content).hexdigest(),
        taken=taken,
        known=known,
        rejected=[{"line": item.line, "column": item.column, "reason": item.reason} for item in rejected],
        by=by,
        at=now,
    )


def _taken(lines: Sequence[Line], actor: Actor, now: datetime) -> tuple[int, int, list[Problem]]:
    taken, known = 0, 0
    problems = []
    for line in lines:
        told = post.Told(line.outcome, line.on, line.reference, line.why)
        try:
            news = post.tell(letter_id=line.letter_id, told=told, actor=actor, now=now)
        except RefusedError as error:
            problems.append(Problem(line.line, _COLUMNS.get(error.code, "letter"), error.code))
        else:
            taken, known = taken + news, known + (not news)
    return taken, known, problems
