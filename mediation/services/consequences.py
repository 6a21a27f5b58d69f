"""What an ending brings with it beside its hold: an alert, or work for whoever referred the case."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from collections_app.domain.holds import HoldKind
from collections_app.models import Customer, Hold
from collections_app.services import alerts, handoffs, holds, records
from mediation.domain.endings import Ending
from mediation.models import Mediation
from mediation.services import clocks

SHAM_ALERT = "mediation_sham"


def follow_within(
    *, customer: Customer, mediation: Mediation, ending: Ending, actor: records.Actor, now: datetime
) -> None:
    """Do what belongs to an ending, on a record the caller has locked; the caller derives.

    A suspected sham is reported (rules on invited mediation, article 18; online rules, 23): compliance is alerted and
    no new talks about the account begin meanwhile. What does not suit goes back to whoever referred it. Whole agreement
    answers what was disputed about the account: its hold ends, and the plan is what stands on the record.
    """
    clocks.over_within(mediation=mediation, now=now)
    if ending is Ending.AGREED:
        _settle_dispute(customer, mediation, actor, now)
    if ending is Ending.FALSE_SUSPECTED:
        alerts.raise_alert(kind=SHAM_ALERT, detail={"mediation": mediation.id}, now=now, branch=customer.branch)
    elif ending is Ending.UNSUITABLE:
        with translation.override(settings.LANGUAGE_CODE):
            words = _("Not suited to talks: given back to whoever referred it. The other ways are open.")
        handoffs.open_within(
            customer=customer,
            kind="other",
            to=mediation.department,
            actor=actor,
            now=now,
            account_id=mediation.account_id,
            text=words,
        )


def _settle_dispute(customer: Customer, mediation: Mediation, actor: records.Actor, now: datetime) -> None:
    disputed = Hold.objects.filter(
        customer=customer, account_id=mediation.account_id, kind=HoldKind.DISPUTE, released_at__isnull=True
    )
    for hold in disputed:
        holds.release_within(customer=customer, hold=hold, reason=f"mediation:{mediation.pk}", actor=actor, now=now)
