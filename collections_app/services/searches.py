"""The log of searches for customers."""

from datetime import datetime

from django.db import transaction

from collections_app.domain.look_ups import ADMINISTRATION, SEARCHES
from collections_app.domain.search import normal
from collections_app.domain.searches import key_of
from collections_app.models import CustomerSearch
from collections_app.models.tokens import search_token
from collections_app.selectors.records import needs_purpose
from collections_app.services import records
from collections_app.services.errors import NotAllowedError, RefusedError


@transaction.atomic(durable=True)
def log(*, text: str, purpose: str, found: int, actor: records.Actor, now: datetime) -> CustomerSearch:
    """Log that a member of staff looked for somebody: by what kind of key, for what, and how many were found.

    Raise RefusedError when they see the whole bank and do not say for what.
    """
    if actor.staff is None:
        raise NotAllowedError("not_allowed")
    wide = needs_purpose(actor.staff)
    if wide and purpose not in SEARCHES:
        raise RefusedError("purpose_missing")
    plain = normal(text)
    return CustomerSearch.objects.create(
        staff=actor.staff,
        purpose=purpose if wide or purpose == ADMINISTRATION else "",
        key=key_of(text),
        length=min(len(plain), 999),
        digest=search_token(plain),
        # More than the column holds is many.
        found=min(found, 32_767),
        at=now,
    )
