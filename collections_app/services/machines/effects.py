"""What the outcome a machine reports brings at once: only what protects the customer or hands the matter on."""

from collections.abc import Iterable
from datetime import datetime

from collections_app.domain.outcomes import Outcome, OutcomeEffect
from collections_app.models import Contact, Customer
from collections_app.services import contact_points, handoffs, holds, records
from collections_app.services.emergencies import red_button
from collections_app.services.handing import holds_with

_QUALITIES = {
    OutcomeEffect.NUMBER_BAD: "bad",
    OutcomeEffect.NUMBER_NOT_HIS: "not_his",
    OutcomeEffect.NUMBER_SUSPECT: "suspect",
}


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
        elif effect is OutcomeEffect.NUMBER_NO_CALLS and point is not None:
            contact_points.stop_calls_within(customer=customer, contact_point=point, actor=actor, now=now)
        elif effect is OutcomeEffect.CHANNEL_STOP:
            holds.place_within(
                customer=customer, kind="channel_stop", actor=actor, now=now, channel=contact.channel, source=source
            )
        elif effect is OutcomeEffect.HOLD and not holds_with.comes_with_work(outcome):
            holds.place_within(
                customer=customer, kind=outcome.hold, actor=actor, now=now, account_id=account_id, source=source
            )
        elif effect is OutcomeEffect.HANDOFF:
            handoffs.open_within(
                customer=customer, kind=outcome.handoff, actor=actor, now=now, account_id=account_id,
                party=outcome.party,
            )  # fmt: skip
        elif effect is OutcomeEffect.RED_BUTTON:
            red_button.press_within(
                customer=customer, others=others, danger="unclear", actor=actor, now=now, source=source
            )
