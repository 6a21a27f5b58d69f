"""What customers ask for before or between sessions: a longer term. Behind the wall: no event."""

import json
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from collections_app.domain.typed import harmless
from collections_app.models import Account
from collections_app.services.errors import RefusedError
from mediation.domain import bidding
from mediation.domain.bidding import Wish
from mediation.domain.kinds import Kind
from mediation.models import TermWish
from mediation.selectors import wall
from mediation.services import seats

LONGEST_REASON = 1000


@transaction.atomic(durable=True)
def file(*, mediation_id: int, customer_id: int, wish: Wish, reason: str, now: datetime) -> TermWish:
    """File what a customer needs with the mediator: so many instalments, none larger than so many fen.

    It binds nobody and is shown to the bank at no time; in a round it stands ready as the customer's proposal. The same
    filed again is kept once. Raise RefusedError while a session is going on or a round is open: then it is said, or
    proposed, there.
    """
    mediation = seats.lock_talks(mediation_id=mediation_id, customer_id=customer_id, now=now)
    if mediation.kind != Kind.MEDIATION:
        raise RefusedError("no_such_mediation")
    standing = wall.wish_standing(mediation, now=now)
    if standing.at_the_table:
        raise RefusedError("wish_at_the_table")
    if standing.in_a_round:
        raise RefusedError("wish_in_a_round")
    payoff_fen = Account.objects.values_list("payoff_fen", flat=True).get(id=mediation.account_id)
    if found := bidding.problems_of_wish(wish, payoff_fen=payoff_fen):
        raise RefusedError(found[0])
    reason = harmless(reason).strip()
    if len(reason) > LONGEST_REASON:
        raise RefusedError("proposal_reason_too_long")
    terms = json.dumps(asdict(wish), sort_keys=True)
    last = TermWish.objects.filter(mediation=mediation).order_by("-id").first()
    if last is not None and (last.terms, last.reason) == (terms, reason):
        return last
    return TermWish.objects.create(
        mediation=mediation, customer_id=mediation.customer_id, terms=terms, reason=reason, filed_at=now
    )
