"""What is to be thought of what customers were told: their newest words beside the truth and the flags."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from collections_app.domain.told.standing import Truth
from collections_app.domain.told.verdicts import OpenFlag, Verdict, Word, judge, newest
from collections_app.models import Customer, ToldFlag
from collections_app.selectors.told import words
from collections_app.selectors.told.truths import truths_of
from collections_app.selectors.told.words import Key


@dataclass(frozen=True, slots=True)
class Told:
    """What one customer was told of one account by mouth and in writing, what is true, and what follows."""

    spoken: Word | None
    written: Word | None
    truth: Truth | None
    flag: ToldFlag | None
    verdict: Verdict


def told_of(
    customers: Collection[Customer], *, now: datetime, truths: Mapping[int, Truth] | None = None
) -> dict[Key, Told]:
    """Return what is to be thought of everything these customers were told, by customer and account.

    One query for customers who were told nothing, a fixed number more for all others. ``truths`` are those of the
    accounts asked about, by account, where they were read at this moment; another account's words stay unjudged.
    """
    ids = [customer.pk for customer in customers]
    are_told, are_flagged = words.there_are(ids)
    statements = words.newest_of(customers) if are_told else {}
    flags = words.open_flags(ids) if are_flagged else {}
    keys = {*statements, *flags}
    if not keys:
        return {}
    today = {customer.pk: now.astimezone(ZoneInfo(customer.time_zone)).date() for customer in customers}
    if truths is None:
        truths = truths_of(account_ids={account_id for _, account_id in keys})
    found = {}
    for key in sorted(keys):
        spoken, written = newest(statements.get(key, ()))
        truth, flag = truths.get(key[1]), flags.get(key)
        open_flag = OpenFlag(wrong=flag.wrong) if flag else None
        verdict = judge(spoken, written, truth, flag=open_flag, today=today[key[0]])
        found[key] = Told(spoken, written, truth, flag, verdict)
    return found
