"""The written word after a call: what was agreed, confirmed by message."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from collections_app.domain.promises import PENDING
from collections_app.models import Customer, Institution, Promise
from collections_app.services import records
from collections_app.services.errors import RefusedError
from notifications.domain import rendering
from notifications.domain.kinds import KINDS, Kind
from notifications.models import Message
from notifications.selectors.templates import active_templates, language_of
from notifications.selectors.truth import facts_of
from notifications.services import carriers, routing
from notifications.services.messages import asked_for_within, enqueue_within


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be confirmed: the promise, and the text as it would read now."""

    promise: Promise
    text: str


@transaction.atomic(durable=True)
def confirm_promise(*, promise_id: int, actor: records.Actor, seen_version: int | None, now: datetime) -> Message:
    """Queue the written confirmation of a pending promise, at a person's request.

    Raise RefusedError when the promise is not pending or its confirmation is already on its way.
    """
    customer_id = Promise.objects.filter(pk=promise_id).values_list("customer_id", flat=True).first()
    if customer_id is None:
        raise RefusedError("no_such_promise")
    customer = records.lock(customer_id=customer_id, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="promise.redate")
    records.check_may(actor=actor, action="promise.take")
    promise = Promise.objects.select_related("account").get(pk=promise_id)
    if promise.state not in PENDING:
        raise RefusedError("promise_not_pending", state=promise.state)
    if stops := obstacle(customer=customer, now=now):
        raise RefusedError(stops)
    message = enqueue_within(
        customer=customer,
        kind=Kind.WRITTEN_CONFIRMATION,
        account=promise.account,
        now=now,
        about_on=promise.last_day,
        subject_id=promise.pk,
        reference=f"promise:{promise.pk}",
        asked_by=actor.staff,
    )
    if message is None:
        raise RefusedError("message_already_queued")
    asked_for_within(customer=customer, message=message, actor=actor, now=now)
    return message


def way(*, customer: Customer, now: datetime) -> routing.Route | routing.NoRoute:
    """Return by which channel and to where a confirmation or correction would go now, or why to nowhere."""
    kind, today = KINDS[Kind.WRITTEN_CONFIRMATION], now.astimezone(ZoneInfo(customer.time_zone)).date()
    draft = Message(id=-1, customer=customer, kind=kind.code, purpose=kind.purpose, about_on=today)
    facts = facts_of([draft], customers={customer.pk: customer}, now=now)[-1]
    ways = routing.ways_of([customer.pk], carrying=carriers.load(now=now), now=now)
    return routing.choose(draft, customer, facts, ways)


def obstacle(*, customer: Customer, now: datetime) -> str:
    """Return the reason why no confirmation can reach this customer now by any channel, or an empty text.

    A message that is queued all the same would be refused at its sending, when nobody looks any more. One whose sender
    is stopped for a while waits.
    """
    found = way(customer=customer, now=now)
    return found.reason if isinstance(found, routing.NoRoute) and not found.waits else ""


def previews(*, customer: Customer, now: datetime) -> list[Preview]:
    """Return the confirmations that could be sent for a record now, in the customer's language."""
    templates, language = active_templates(timezone.localdate(now)), language_of(customer.language)
    institution = Institution.objects.get(pk=customer.branch.institution_id)
    found = []
    promises = Promise.objects.filter(customer=customer, state__in=PENDING).select_related("account").order_by("pk")
    drafts = [_draft(customer, promise, place) for place, promise in enumerate(promises)]
    facts = facts_of(drafts, customers={customer.pk: customer}, now=now) if drafts else {}
    for draft, promise in zip(drafts, promises, strict=True):
        form = rendering.forms(Kind.WRITTEN_CONFIRMATION, facts[draft.pk], disclose=True, links=False)[0]
        template = templates.get((Kind.WRITTEN_CONFIRMATION, form, language))
        if template is None:
            continue
        values = rendering.values(Kind.WRITTEN_CONFIRMATION, facts[draft.pk], about=promise.last_day, language=language)
        text = rendering.fill(template.body, values | {"hotline": institution.hotline})
        found.append(Preview(promise, text))
    return found


def _draft(customer: Customer, promise: Promise, place: int) -> Message:
    """Return a message that is never saved, to render the text by; its id only tells drafts apart."""
    return Message(
        id=-1 - place, customer=customer, account=promise.account, kind=Kind.WRITTEN_CONFIRMATION,
        about_on=promise.last_day, subject_id=promise.pk,
    )  # fmt: skip
