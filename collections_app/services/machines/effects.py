"""What the outcome a machine reports brings at once: only what protects the customer or hands the matter on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from collections_app.domain.outcomes import Outcome, OutcomeEffect
from collections_app.models import Contact, Customer
from collections_app.services import contact_points, handoffs, holds, records
from collections_app.services.emergencies import red_button
from collections_app.services.errors import RefusedError

_QUALITIES = {OutcomeEffect.NUMBER_BAD: "bad", OutcomeEffect.NUMBER_SUSPECT: "suspect"}


def apply_within(
    *, customer: Customer, contact: Contact, outcome: Outcome, others: Iterable[Customer], now: datetime
) -> None:
    """Do what an outcome brings on a record the caller has locked (``others`` too, for a risk to life); they derive."""
    account_id = contact.accounts[0] if contact.accounts else customer.stage_account_id
    source = f"contact:{contact.pk}"
    actor = records.SYSTEM
    for effect in outcome.effects:
        point = contact.contact_point
        if effect in _QUALITIES and point is not None:
            contact_points.judge_within(
                customer=customer, contact_point=point, quality=_QUALITIES[effect], actor=actor, now=now
            )
        elif effect is OutcomeEffect.NUMBER_REFUSED and point is not None:
            contact_points.close_person_within(customer=customer, contact_point=point, actor=actor, now=now)
        elif effect is OutcomeEffect.CHANNEL_STOP:
            _hold(customer, "channel_stop", now, source, channel=contact.channel)
        elif effect is OutcomeEffect.HOLD:
            _hold(customer, outcome.hold, now, source, account_id=account_id)
        elif effect is OutcomeEffect.HANDOFF:
            handoffs.open_within(customer=customer, kind=outcome.handoff, actor=actor, now=now, account_id=account_id)
        elif effect is OutcomeEffect.RED_BUTTON:
            red_button.press_within(
                customer=customer, others=others, danger="unclear", actor=actor, now=now, source=source
            )


def _hold(customer: Customer, kind: str, now: datetime, source: str, **scope: Any) -> None:
    """Place a hold; one that is in force already does what this one would."""
    try:
        holds.place_within(customer=customer, kind=kind, actor=records.SYSTEM, now=now, source=source, **scope)
    except RefusedError as error:
        if error.code != "hold_already":
            raise
