"""What the courts did, as facts, and warnings before a term of the law ends."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from collections_app.domain.typed import harmless, plain
from collections_app.models import Branch, Customer
from collections_app.selectors.legal import proceedings
from collections_app.services import alerts, derivation, legal_steps, note_words, records
from collections_app.services.errors import NotAllowedError, RefusedError
from mediation.domain import courts as rules
from mediation.models import CourtStage, Mediation
from mediation.selectors import after

WRITE = "court.record"
LONGEST = 500
ALERTS = {
    "confirm": "confirmation_ending",
    "sue": "preservation_ending",
    "enforce": "agreement_enforcement_ending",
}

LAW_ALERT = "agreement_law_missing"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a court as it is recorded."""

    stage: str
    on: date
    court: str
    case_number: str = ""
    text: str = ""


@transaction.atomic(durable=True)
def record(
    *, mediation_id: int, step: Step, actor: records.Actor, seen_version: int | None, now: datetime
) -> CourtStage:
    """Record a step of a court about the account of talks that have ended, or of preservation while they are open.

    The step stands on the shared record too, which holds the account for the court, gives it to legal and interrupts
    limitation in this transaction. Raise RefusedError for what cannot be, or what is on record already.
    """
    customer, mediation = locked(mediation_id=mediation_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write=WRITE)
    records.check_may(actor=actor, action=WRITE)
    if actor.staff is None:
        raise NotAllowedError("not_allowed", action=WRITE)
    _check_stage(mediation, step)
    if not plain(step.court):
        raise RefusedError("court_missing")
    if step.stage in rules.WITH_CASE_NUMBER and not plain(step.case_number):
        raise RefusedError("case_number_missing")
    _check_day(mediation, step, today=now.astimezone(ZoneInfo(customer.time_zone)).date())
    note_words.check(text=step.text, kind="hardship")
    if state := rules.LEGAL_STATES.get(step.stage):
        said = legal_steps.Step(state, step.on, step.court, step.case_number, step.text)
        legal_steps.record_within(customer=customer, account_id=mediation.account_id, step=said, actor=actor, now=now)
    row = CourtStage.objects.create(
        mediation=mediation,
        customer=customer,
        account_id=mediation.account_id,
        stage=step.stage,
        on=step.on,
        court=harmless(step.court).strip()[:80],
        case_number=harmless(step.case_number).strip()[:60],
        text=harmless(step.text).strip()[:LONGEST],
        recorded_by=actor.staff,
        recorded_at=now,
    )
    records.append(
        customer=customer,
        kind="court.stage",
        actor=actor,
        now=now,
        account_id=mediation.account_id,
        payload={"mediation": mediation.id, "stage": row.stage, "on": row.on.isoformat()},
    )
    derivation.derive(customer=customer, now=now)
    return row


def _check_stage(mediation: Mediation, step: Step) -> None:
    """Raise RefusedError for a step that talks still open, what was agreed or what is on record does not allow."""
    if step.stage not in rules.DURING_TALKS:
        check_ended(mediation)
    before, agreement = after.stages_before(mediation), mediation.signed
    wrong = rules.stage_problem(
        step.stage, before=before, agreed=agreement is not None, lawful=after.is_lawful(mediation, agreement)
    )
    if wrong:
        raise RefusedError(wrong)


def _check_day(mediation: Mediation, step: Step, *, today: date) -> None:
    """Raise RefusedError for a day to come, or one on which the debtor could still object to a payment order."""
    if step.on > today:
        raise RefusedError("court_date_wrong")
    if step.stage != "payment_order_effective":
        return
    applied = [row.on for row in mediation.court_stages.all() if row.stage == "payment_order"]
    running = proceedings(account_ids=[mediation.account_id]).get(mediation.account_id, [])
    applied += [row.on for row in running if row.state == "payment_order"]
    if step.on < max(applied) + rules.OBJECT_WITHIN:
        raise RefusedError("payment_order_not_yet")


def watch(*, now: datetime) -> int:
    """Raise the alert of each branch for what ends soon, and clear it where nothing does. Return how many.

    ``days`` of the alert is how many the nearest has left.
    """
    found: dict[tuple[int, str], list[int]] = {}
    for branch_id, code, left in after.ending_soon(now=now):
        found.setdefault((branch_id, code), []).append(left)
    for branch in Branch.objects.all():
        for code, kind in ALERTS.items():
            days = found.get((branch.id, code))
            if days:
                detail = {"count": len(days), "days": min(days)}
                alerts.raise_alert(kind=kind, detail=detail, now=now, branch=branch)
            else:
                alerts.clear(kind=kind, now=now, branch=branch)
    alerts.tell_branches(kind=LAW_ALERT, counts=after.uncounted(), now=now)
    return sum(len(each) for each in found.values())


def locked(*, mediation_id: int, now: datetime) -> tuple[Customer, Mediation]:
    """Lock the record of talks, and return both. Raise RefusedError when there are none."""
    customer_id = Mediation.objects.filter(id=mediation_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_mediation")
    customer = records.lock(customer_id=customer_id, now=now)
    rows = Mediation.objects.select_related(
        "account", "agreement__arrangement", "agreement__session__mediator__organisation"
    )
    mediation = rows.get(id=mediation_id)
    mediation.customer = customer
    return customer, mediation


def check_ended(mediation: Mediation) -> None:
    """Refuse what is only for talks that have ended."""
    if mediation.state != "ended":
        raise RefusedError("talks_still_open")
