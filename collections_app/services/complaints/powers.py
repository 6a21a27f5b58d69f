"""Who says they speak for a customer: the document, what it covers and until when; checked by legal."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext

from collections_app.domain.complaint_intake import Representative
from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.domain.people import Standing
from collections_app.models import Complaint, Customer, Hold, PowerOfAttorney
from collections_app.services import derivation, handoffs, holds, people, records
from collections_app.services.complaints import documents
from collections_app.services.errors import RefusedError
from collections_app.services.handing import papers

PROVEN, REFUSED = "proven", "refused"


def record_within(
    *,
    customer: Customer,
    complaint: Complaint | None,
    given: Representative,
    actor: records.Actor,
    now: datetime,
    paper: File[bytes] | None = None,
    handed_in: Sequence[File[bytes]] = (),
) -> PowerOfAttorney:
    """Record who speaks for the customer and open its check; on a record the caller has locked.

    A complaint is taken in whether the power is proven or not; until it is, nobody but the customer is answered. What
    a customer hands in on their page is kept with the check itself.
    """
    kept = None
    if paper is not None and complaint is not None:
        kept = documents.keep_within(
            customer=customer, complaint=complaint, kind="power", file=paper, actor=actor, now=now
        )
    until = given.valid_until.isoformat() if given.valid_until else "—"
    said = gettext("%(name)s · scope: %(scope)s · valid until %(until)s · document: %(document)s") % {
        "name": given.name,
        "scope": given.scope,
        "until": until,
        "document": gettext("on file") if kept or handed_in else gettext("missing"),
    }
    handoff = handoffs.open_within(customer=customer, kind="representative", actor=actor, now=now, text=said)
    papers.keep_within(customer=customer, handoff=handoff, files=handed_in, actor=actor, now=now)
    return PowerOfAttorney.objects.create(
        customer=customer,
        complaint=complaint,
        handoff=handoff,
        name=given.name,
        scope=given.scope,
        valid_until=given.valid_until,
        document=kept,
        paper=handoff.papers.first(),
        recorded_at=now,
    )


@transaction.atomic(durable=True)
def check(
    *, power_id: int, result: str, reason: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> PowerOfAttorney:
    """Say whether somebody may speak for the customer; ``proven`` lets collection go on through them alone.

    Raise RefusedError when it was checked before, when the reason is missing, or when it cannot be proven: without
    the document, its scope and a day until which it is valid.
    """
    row = PowerOfAttorney.objects.filter(id=power_id).values_list("customer_id", flat=True).first()
    if row is None or result not in {PROVEN, REFUSED}:
        raise RefusedError("no_such_power")
    customer = records.lock(customer_id=row, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="power.check")
    records.check_may(actor=actor, action="power.check")
    power = PowerOfAttorney.objects.select_related("handoff").get(id=power_id)
    if power.state != "unchecked":
        raise RefusedError("power_checked_already")
    if result == PROVEN:
        _check_whole(power, customer, now)
    if not reason.strip():
        raise RefusedError("reason_missing")
    power.state, power.checked_by, power.checked_at = result, actor.staff, now
    power.save(update_fields=["state", "checked_by", "checked_at"])
    records.append(
        customer=customer,
        kind="power.checked",
        actor=actor,
        now=now,
        payload={"power": power.pk, "complaint": power.complaint_id, "result": result},
        text=reason.strip(),
    )
    if power.handoff.state in STILL_OPEN:
        handoffs.close_within(
            customer=customer, handoff=power.handoff, state=HandOffState.DONE, actor=actor, now=now, result=result
        )
    if result == PROVEN:
        _through_them(power, customer, actor, now)
    derivation.derive(customer=customer, now=now)
    return power


def _check_whole(power: PowerOfAttorney, customer: Customer, now: datetime) -> None:
    if (power.document_id is None and power.paper_id is None) or power.valid_until is None or not power.scope.strip():
        raise RefusedError("power_not_whole")
    if power.valid_until < now.astimezone(ZoneInfo(customer.time_zone)).date():
        raise RefusedError("power_has_ended")


def _through_them(power: PowerOfAttorney, customer: Customer, actor: records.Actor, now: datetime) -> None:
    """Let collection go on through the representative alone, until the power ends; they are on record from now on."""
    assert power.valid_until is not None
    kept = gettext("Power of attorney checked on %(day)s · scope: %(scope)s · kept with the hand-off") % {
        "day": now.astimezone(ZoneInfo(customer.time_zone)).date().isoformat(),
        "scope": power.scope,
    }
    people.record_within(
        customer=customer,
        name=power.name,
        relation="agent",
        standing=Standing("representative", kept, power.valid_until, None),
        provenance="customer_given",
        actor=actor,
        now=now,
    )
    day = datetime.combine(power.valid_until, datetime.max.time(), tzinfo=ZoneInfo(customer.time_zone))
    same = Hold.objects.filter(customer=customer, kind=HoldKind.REPRESENTED, released_at__isnull=True)
    if not same.exclude(ends_at__lte=now).exists():
        holds.place_within(customer=customer, kind=HoldKind.REPRESENTED, actor=actor, now=now, ends_at=day)
