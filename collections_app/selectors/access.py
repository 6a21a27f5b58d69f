"""Reads about the customer's way in."""

from collections.abc import Sequence
from datetime import datetime

from collections_app.domain import access
from collections_app.models import AccessAttempt, AccessLink, AccessSession, Account, Customer
from collections_app.models.fields import token as keyed


def code_digest(code: str) -> str:
    """Return what is stored of a typed code: keyed, because a code is short enough to be tried out."""
    return keyed(code, space="access.code")


def find_link(*, token: str = "", code: str = "") -> AccessLink | None:
    """Return the link of a token or of a typed code, live or not; None when there is none.

    A code may have been used before by a link that is gone: the live one is meant, else the latest.
    """
    links = AccessLink.objects.order_by("-id")
    if token:
        return links.filter(token_hash=access.digest(token)).first()
    plain = access.code_as_typed(code)
    if not plain:
        return None
    same = list(links.filter(code_hash=code_digest(plain))[:5])
    return next((link for link in same if link.revoked_at is None), same[0] if same else None)


def codes_taken(hashes: Sequence[str]) -> set[str]:
    """Return which of these code hashes a live link holds."""
    taken = AccessLink.objects.filter(code_hash__in=hashes, revoked_at__isnull=True)
    return set(taken.values_list("code_hash", flat=True))


def known_facts(customer: Customer) -> access.KnownFacts:
    """Return what the record holds to prove a customer by."""
    tails = Account.objects.filter(customer=customer, closed_in_core=False).values_list("tail", flat=True)
    return access.KnownFacts(customer.id_number, customer.birth_date, tuple(tails))


def open_session(*, secret: str, now: datetime) -> AccessSession | None:
    """Return the session of a secret while it is neither ended, idle for too long, nor too old."""
    found = (
        AccessSession.objects.select_related("link")
        .filter(secret_hash=access.digest(secret), ended_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if found is None or now - found.last_used_at > access.IDLE:
        return None
    return found


def refusals_of_address(*, address: str, since: datetime) -> int:
    """Return how many tries of one network address were refused since an instant."""
    return AccessAttempt.objects.filter(address=address, at__gte=since).count()
