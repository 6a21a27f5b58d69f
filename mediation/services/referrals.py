"""Where talks come from: the wish that was handed on, the type of dispute, the track and the means."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from collections_app.domain.handoffs import STILL_OPEN, HandOffState
from collections_app.domain.holds import HoldKind
from collections_app.models import Account, Customer, HandOff, Hold
from collections_app.selectors import codes
from collections_app.services import handoffs, records
from collections_app.services.errors import RefusedError
from collections_app.services.handing import replies
from mediation.domain import route, tracks
from mediation.domain.consents import carries_consent
from mediation.selectors.route_rules import policy_for, track_policy_for

WISH = "mediation_request"
_HARD_TIMES = (HoldKind.HARDSHIP, HoldKind.ILLNESS)
# The record has no mark of its own for people who need special care: these holds are what it knows of it.
_SPECIAL_CARE = (HoldKind.MENTAL_HEALTH, HoldKind.MINOR_INCAPABLE, HoldKind.DETAINED, HoldKind.DISASTER)


def track_for(*, account: Account, customer: Customer, dispute_type: str, now: datetime) -> tracks.TrackChoice:
    """Return on which track talks about this account would go, and why."""
    holds = Hold.objects.filter(customer=customer, released_at__isnull=True).exclude(ends_at__lte=now)
    kinds = set(holds.values_list("kind", flat=True))
    overdue = Account.objects.filter(customer=customer, closed_in_core=False, overdue_fen__gt=0).count()
    facts = tracks.TrackFacts(
        amount_fen=account.payoff_fen,
        dispute_type=dispute_type,
        hardship=bool(kinds & {kind.value for kind in _HARD_TIMES}),
        vulnerable=bool(kinds & {kind.value for kind in _SPECIAL_CARE}),
        accounts=max(1, overdue),
        organisation=customer.kind == "organisation",
    )
    return tracks.choose(facts, track_policy_for(account.product))


def route_for(*, account: Account, customer: Customer, track: str = tracks.Track.ORDINARY) -> route.RouteChoice:
    """Return by what means talks about this account would be held, and why."""
    return route.choose(
        amount_fen=account.payoff_fen,
        policy=policy_for(account.product),
        abroad=customer.country != "CN",
        organisation=customer.kind == "organisation",
        complex_case=track == tracks.Track.COMPLEX,
    )


def check_dispute_type(code: str) -> None:
    """Raise RefusedError when a type of dispute is named that the bank's list does not know, or knows no more."""
    if not code:
        return
    term = codes.seen().terms("dispute_kinds").get(code)
    if term is None or not term.active:
        raise RefusedError("no_such_dispute")


def open_wish(*, customer: Customer, handoff_id: int) -> HandOff:
    """Return a wish for mediation of this record that is still open. Raise RefusedError when there is none."""
    found = HandOff.objects.filter(id=handoff_id, customer=customer, kind=WISH, state__in=sorted(STILL_OPEN)).first()
    if found is None:
        raise RefusedError("no_wish_for_mediation")
    return found


def has_consent(wish: HandOff) -> bool:
    """Return whether a wish was handed on with the customer's consent."""
    term = codes.seen().terms("handoff_contents").get("consent")
    names = [term.zh, term.en] if term else []
    return carries_consent(from_department=wish.from_department, text=wish.text, names=names)


def done_within(*, customer: Customer, wish: HandOff, actor: records.Actor, now: datetime) -> None:
    """Close a wish that has become talks, on a record the caller has locked; who asked on their page reads so."""
    with translation.override(customer.language):
        words = _("Your wish has been taken up. When and how we talk stands on your page under mediation.")
    replies.say_within(customer=customer, handoff=wish, state=HandOffState.DONE, text=words, actor=actor, now=now)
    handoffs.close_within(
        customer=customer, handoff=wish, state=HandOffState.DONE, actor=actor, now=now, result="mediation_proposed"
    )
