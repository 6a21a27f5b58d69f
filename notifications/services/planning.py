"""Planning the reminders of a day: which rows, at what hour, through which provider."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import transaction

from notifications.domain.kinds import KINDS, MessageKind
from notifications.domain.lifecycle import MessageState
from notifications.models import Message, ReminderRule
from notifications.providers.registry import NoSuchProviderError, provider
from notifications.selectors.plannable import PLANNED_KINDS, Candidate, candidates
from notifications.selectors.sms_points import best_sms_points

CHUNK = 1000


def plan(*, on: date, now: datetime) -> dict[str, int]:
    """Plan the reminders of a day by the bank's rules, and return how many are new, by kind.

    Running it again plans nothing twice: one message per customer, kind, account, day and reference. What the
    provider of the branch may never carry to the customer's country is stored as refused, with that reason.
    """
    planned = {}
    rules = {rule.kind: rule for rule in ReminderRule.objects.filter(active=True)}
    for kind in PLANNED_KINDS:
        rule = rules.get(kind)
        if rule is None or not rule.days:
            continue
        found = candidates(kind, days=rule.days, on=on, now=now)
        planned[kind.value] = sum(
            _write(KINDS[kind], chunk, at=rule.at, on=on, now=now) for chunk in _chunks(found, CHUNK)
        )
    return planned


def _chunks(rows: Iterable[Candidate], size: int) -> Iterator[list[Candidate]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


@transaction.atomic(durable=True)
def _write(kind: MessageKind, chunk: Sequence[Candidate], *, at: time, on: date, now: datetime) -> int:
    """Insert one chunk. It comes by ascending customer, the order in which everybody locks customers."""
    known = _known(kind, chunk)
    points = best_sms_points(row.customer_id for row in chunk)
    rows = []
    for row in chunk:
        if (row.customer_id, row.account_id, row.about_on, row.reference) in known:
            continue
        point = points.get(row.customer_id)
        refused = _refused(row.provider, point.country, kind) if point else "no_contact_point"
        rows.append(_message(kind, row, refused, country=point.country if point else "", at=at, on=on, now=now))
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _known(kind: MessageKind, chunk: Sequence[Candidate]) -> set[tuple[int, int | None, date, str]]:
    rows = Message.objects.filter(
        kind=kind.code,
        customer_id__in={row.customer_id for row in chunk},
        about_on__in={row.about_on for row in chunk},
    )
    return set(rows.values_list("customer_id", "account_id", "about_on", "reference"))


def _refused(code: str, country: str, kind: MessageKind) -> str:
    try:
        return provider(code).carries(country=country, purpose=kind.purpose, links=False)
    except NoSuchProviderError:
        return "no_such_provider"


def _message(
    kind: MessageKind, row: Candidate, refused: str, *, country: str, at: time, on: date, now: datetime
) -> Message:
    zone = ZoneInfo(row.time_zone)
    due_at = datetime.combine(on, at, tzinfo=zone)
    return Message(
        customer_id=row.customer_id,
        account_id=row.account_id,
        kind=kind.code,
        purpose=kind.purpose,
        about_on=row.about_on,
        reference=row.reference,
        subject_id=row.subject_id,
        state=MessageState.REFUSED if refused else MessageState.PLANNED,
        reason=refused,
        reason_params={"provider": row.provider, "country": country} if refused else {},
        ended_at=now if refused else None,
        priority=kind.priority,
        planned_at=now,
        due_at=due_at,
        expires_at=datetime.combine(on + timedelta(days=kind.valid_days), time.min, tzinfo=zone),
        provider=row.provider,
    )
