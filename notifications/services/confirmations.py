"""The written word after a call: what was agreed, confirmed by message."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from collections_app.domain.promises import PENDING
from collections_app.models import ContactPoint, Customer, Institution, Promise
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from notifications.domain import rendering
from notifications.domain.kinds import KINDS, Kind, may_disclose
from notifications.domain.numbers import country_of, e164
from notifications.models import Message
from notifications.providers.registry import NoSuchProviderError, provider
from notifications.selectors.sms_points import best_sms_points
from notifications.selectors.templates import active_templates, language_of
from notifications.selectors.truth import facts_of
from notifications.services.messages import enqueue_within


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
    if stops := obstacle(customer=customer):
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
    form_keys.keep_within(customer_id=customer.pk, now=now)
    return message


def obstacle(*, customer: Customer) -> str:
    """Return the reason why no confirmation can reach this customer now, or an empty text.

    A message that is queued all the same would be refused at its sending, when nobody looks any more.
    """
    point = best_sms_points([customer.pk]).get(customer.pk)
    number = e164(point.value, country=point.country) if point else ""
    if point is None or not number:
        return "no_contact_point"
    if not may_disclose(provenance=point.provenance, quality=point.quality, relation=point.relation):
        return "number_not_verified"
    try:
        carrier = provider(customer.branch.sms_provider)
    except NoSuchProviderError:
        return "no_such_provider"
    country = country_of(number) or point.country
    return carrier.carries(country=country, purpose=KINDS[Kind.WRITTEN_CONFIRMATION].purpose, links=False)


def number(*, customer: Customer) -> ContactPoint | None:
    """Return the number a message to this customer would go to now."""
    return best_sms_points([customer.pk]).get(customer.pk)


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
