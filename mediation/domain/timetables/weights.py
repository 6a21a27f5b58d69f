"""What it is worth to give a waiting session a date: more, the less time is left."""

from datetime import date

# Whoever found nobody free before comes first; the weight grows with the tries, up to here.
MOST_FOR_TRIES = 5
# Days left until the term of the talks ends, or the claim can no longer be sued for, and what is added then.
FOR_THE_TERM = ((3, 6), (7, 4), (14, 2))
FOR_LIMITATION = ((30, 6), (90, 3))


def weight(*, tries: int, today: date, term_ends_on: date | None = None, limitation_ends_on: date | None = None) -> int:
    """Return the weight of a session: one, and more for tries in vain and for clocks that run out."""
    return (
        min(1 + tries, MOST_FOR_TRIES)
        + _urgency(term_ends_on, today, FOR_THE_TERM)
        + _urgency(limitation_ends_on, today, FOR_LIMITATION)
    )


def _urgency(ends_on: date | None, today: date, steps: tuple[tuple[int, int], ...]) -> int:
    # Whose day has passed has nothing left to hurry for.
    if ends_on is None or ends_on < today:
        return 0
    return next((worth for days, worth in steps if (ends_on - today).days <= days), 0)
