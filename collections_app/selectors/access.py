"""Reads about the customer's way in."""

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from collections_app.domain import access
from collections_app.domain.rules import Basis, PageProofRule, RuleRef, parse_rule
from collections_app.models import (
    AccessAttempt,
    AccessLink,
    AccessSession,
    Account,
    Branch,
    Customer,
    Rule,
    RuleKind,
)
from collections_app.models.fields import token as keyed

logger = logging.getLogger(__name__)
Tried = TypeVar("Tried", bound=Model)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def code_digest(code: str) -> str:
    """Return what is stored of a typed code: keyed, because a code is short enough to be tried out."""
    return keyed(code, space="access.code")


def find_link(*, token: str = "", code: str = "") -> AccessLink | None:
    """Return the link of a token or of a typed code, live or not; None when there is none.

    A code may have been used before by a link that is gone: the live one is meant, else the one that ends last.
    """
    links = AccessLink.objects.order_by("-id")
    if token:
        return links.filter(token_hash=access.digest(token)).first()
    plain = access.code_as_typed(code)
    if not plain:
        return None
    same = list(links.filter(code_hash=code_digest(plain))[:5])
    live = next((link for link in same if link.revoked_at is None), None)
    return live or max(same, key=lambda link: (link.revoked_at or _NEVER, link.pk), default=None)


def still_open(now: datetime) -> Q:
    """Return the condition of links that have not been ended; one that is to end later is open until then."""
    return Q(revoked_at__isnull=True) | Q(revoked_at__gt=now)


def codes_taken(hashes: Sequence[str], *, now: datetime) -> set[str]:
    """Return which of these code hashes a live link holds."""
    taken = AccessLink.objects.filter(still_open(now), code_hash__in=hashes)
    return set(taken.values_list("code_hash", flat=True))


def known_facts(customer: Customer | None) -> access.KnownFacts:
    """Return what the record holds to prove a customer by; of nobody nothing, by the same query."""
    of_them = Account.objects.filter(customer_id=customer.pk if customer else 0, closed_in_core=False)
    tails = tuple(of_them.values_list("tail", flat=True))
    return access.KnownFacts(customer.id_number, customer.birth_date, tails) if customer else access.KnownFacts()


def proof_of(branch: Branch | None, *, on: date) -> access.PageProof:
    """Return what proves the customers of a branch, by its rule pack; its own switch may ask for a code too. One query.

    A pack without such a rule goes by the starting policy; a rule that cannot be read asks for all there is.
    """
    found = _proofs([branch.rule_pack if branch else ""], on)
    proof = found[0] if found else access.STARTING_PROOF
    if branch is not None and branch.page_code:
        return access.PageProof(proof.ways, one_time_code=True, tries=proof.tries)
    return proof


def ways_offered(*, on: date) -> list[str]:
    """Return every way of proof that a live branch's pack allows, the shortest first: the same for whoever asks."""
    packs = set(Branch.objects.filter(live=True).values_list("rule_pack", flat=True))
    found = _proofs(packs, on)
    if len(found) < len(packs) or not found:
        found.append(access.STARTING_PROOF)
    allowed = {way for proof in found for way in proof.ways}
    return [way for way in access.WAYS if way in allowed]


def _proofs(packs: Sequence[str] | set[str], on: date) -> list[access.PageProof]:
    rows = Rule.objects.filter(
        kind=RuleKind.PAGE_PROOF, pack__code__in=packs, pack__active=True, pack__effective_from__lte=on
    )
    first: dict[str, access.PageProof] = {}
    for row in rows.select_related("pack").order_by("id"):
        first.setdefault(row.pack.code, _read(row))
    return list(first.values())


def _read(row: Rule) -> access.PageProof:
    ref = RuleRef(row.pack.code, row.pack.version, row.code, Basis(row.basis), row.verified)
    try:
        rule = parse_rule(ref=ref, kind=row.kind, channels=row.channels, parameters=row.parameters)
    except ValueError:
        logger.exception("rule %s of pack %s cannot be read", row.code, row.pack)
        return access.STRICTEST_PROOF
    return rule.proof if isinstance(rule, PageProofRule) else access.STRICTEST_PROOF


def open_session(*, secret: str, now: datetime) -> AccessSession | None:
    """Return the session of a secret while it is neither ended, idle for too long, nor too old."""
    found = (
        AccessSession.objects.select_related("customer__branch", "customer__adviser", "link")
        .filter(secret_hash=access.digest(secret), ended_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if found is None or now - found.last_used_at > access.IDLE:
        return None
    return found


def refusals_of_address(*, address: str, since: datetime) -> int:
    """Return how many tries of one network address were refused since an instant; of IPv6, of its whole network."""
    return from_network(AccessAttempt.objects.filter(at__gte=since), address=address).count()


def from_network(rows: QuerySet[Tried], *, address: str) -> QuerySet[Tried]:
    """Return those rows whose ``address`` is counted as this one: itself, or of IPv6 any of its network."""
    return rows.extra(where=["address <<= %s::inet"], params=[access.counted_as(address)])


def wrong_of_customer(*, customer_id: int, since: datetime) -> int:
    """Return how many wrong answers there were on all links of a customer, since an instant and since a colleague
    last ended their way in. One query.
    """
    ended = AccessLink.objects.filter(customer_id=customer_id, revoked_by__isnull=False).order_by("-revoked_at")
    last = Coalesce(Subquery(ended.values("revoked_at")[:1]), _NEVER)
    wrong = AccessAttempt.objects.filter(link__customer_id=customer_id, reason__in=sorted(access.WRONG))
    return wrong.filter(at__gte=since, at__gt=last).count()


def way_in(*, customer_id: int, now: datetime) -> tuple[AccessLink | None, int]:
    """Return the newest link of a customer, and how many of their sessions are open."""
    newest = AccessLink.objects.filter(customer_id=customer_id).order_by("-id").first()
    open_ones = AccessSession.objects.filter(
        customer_id=customer_id, ended_at__isnull=True, expires_at__gt=now, last_used_at__gt=now - access.IDLE
    )
    return newest, open_ones.count()
