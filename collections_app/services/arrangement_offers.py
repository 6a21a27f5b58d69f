"""Offers of arrangements, as administrators edit them."""

import json
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from collections_app.domain.instalments.offers import faults
from collections_app.models import ArrangementOffer
from collections_app.selectors import codes
from collections_app.services import records, refusal_texts
from collections_app.services.errors import RefusedError

_SHIPPED = Path(__file__).resolve().parent.parent / "reference" / "arrangement_offers.json"


@transaction.atomic(durable=True)
def save(*, offer: ArrangementOffer, actor: records.Actor) -> ArrangementOffer:
    """Save an offer; whoever applies from now on is offered it as it is now. Plans in force stay as they are.

    Raise ValidationError for terms that cannot be, NotAllowedError when the role may not.
    """
    records.check_may(actor=actor, action="rules.write")
    offer.full_clean()
    wrong = faults(offer.terms, conditions=offer.conditions, at_once=offer.at_once)
    if offer.kind not in codes.seen().terms("arrangement_kinds"):
        wrong.insert(0, "offer_product")
    if wrong:
        raise ValidationError([refusal_texts.refusal_text(RefusedError(code)) for code in wrong])
    offer.save()
    return offer


def load() -> int:
    """Create the offers that do not exist and return how many there were."""
    rows = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    before = ArrangementOffer.objects.count()
    ArrangementOffer.objects.bulk_create([ArrangementOffer(**row) for row in rows], ignore_conflicts=True)
    return ArrangementOffer.objects.count() - before
