"""The customer's means: said by the customer or written down by the mediator. Behind the wall: no event."""

import json
from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless
from collections_app.services import form_keys, records
from collections_app.services.errors import RefusedError
from mediation.domain import means as rules
from mediation.domain.means import Figures
from mediation.models import Means, Mediation, Mediator
from mediation.services import seats

LONGEST_REMARK = 1000


@transaction.atomic(durable=True)
def write_down(*, session_id: int, figures: Figures, remark: str, actor: records.Actor, now: datetime) -> Means:
    """Write down what the customer told the mediator of their means, in fen a month.

    Raise NotAllowedError for everybody but the session's mediator.
    """
    session = seats.lock_session(session_id=session_id, now=now)
    mediator = seats.check_mediator(session=session, actor=actor)
    form_keys.keep_within(customer_id=session.customer_id, now=now)
    return _keep(session.mediation, figures, remark, mediator, now)


@transaction.atomic(durable=True)
def say(*, mediation_id: int, customer_id: int, figures: Figures, remark: str, now: datetime) -> Means:
    """Keep what customers say of their own means, in fen a month. The same said again is kept once."""
    mediation = seats.lock_talks(mediation_id=mediation_id, customer_id=customer_id, now=now)
    return _keep(mediation, figures, remark, None, now)


def _keep(mediation: Mediation, figures: Figures, remark: str, mediator: Mediator | None, now: datetime) -> Means:
    remark = harmless(remark).strip()
    if rules.problems(figures):
        raise RefusedError("means_impossible")
    if len(remark) > LONGEST_REMARK:
        raise RefusedError("means_remark_too_long")
    said = json.dumps(figures.as_json(), sort_keys=True)
    last = Means.objects.filter(mediation=mediation).order_by("-id").first()
    if last is not None and (last.figures, last.remark, last.written_by) == (said, remark, mediator):
        return last
    return Means.objects.create(
        mediation=mediation,
        customer_id=mediation.customer_id,
        figures=said,
        remark=remark,
        written_by=mediator,
        said_at=now,
    )
