"""A session by telephone bridged by a provider: each telephone is called once, and its fate is known or looked up."""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from collections_app.models import Contact, Customer
from collections_app.services import contacts, form_keys, records, sweeps
from collections_app.services.errors import RefusedError
from mediation.domain.conferences import LONGEST_MINUTES, rank, state_reported
from mediation.domain.rooms import SeatKind
from mediation.domain.route import Route
from mediation.models import ConferenceLeg, Session
from mediation.selectors.telephone import host_kind, roles_there, staff_of_kind
from mediation.services import sessions
from mediation.services.calls import permit_within
from notifications.domain.dials import MAY_RING, DialState
from notifications.domain.outcomes import Outcome, Result
from notifications.providers.base import Bridged, CallReport, CallSearch, CannotTellError, VoiceProvider
from notifications.providers.registry import voice_provider
from notifications.services import known_calls

_log = logging.getLogger(__name__)

# A provider lists a call some time after it took it; not listed for so long, it was not taken.
ASK_AFTER = timedelta(seconds=60)
ABSENT_AFTER = timedelta(minutes=5)
# No session lasts so long: a leg the provider took and can tell nothing of any more rings nowhere.
LOST_AFTER = timedelta(minutes=LONGEST_MINUTES, hours=1)
# Nobody is called into a session that has been closed for so long; what became of its last legs nobody asks any more.
_CLOSED_FOR = timedelta(days=1)
# The last report of a leg may be lost too: every leg that may still be ringing is asked for.
_UNSETTLED = sorted(state.value for state in MAY_RING)
_FAILED = frozenset({Result.TRANSIENT, Result.PERMANENT, Result.STOPPED})


def call_in(
    *, session_id: int, kind: str, actor: records.Actor, seen_version: int | None, now: datetime
) -> ConferenceLeg:
    """Call the telephone of one who takes part into the session's conference; return the attempt.

    Not atomic: the provider is asked outside any transaction, once. The host's telephone is called first, because
    nobody is to wait alone. The customer's needs a permit like every contact: raise RefusedError with its reason, or
    where no provider may call there, somebody has no telephone it reaches, or while a call may be ringing.
    """
    provider = voice_provider()
    if provider is None:
        raise RefusedError("voice_not_configured")
    begun = _begin(session_id=session_id, kind=kind, provider=provider, actor=actor, seen_version=seen_version, now=now)
    if isinstance(begun, contacts.Refusal):
        # Only now: raised within the transaction, it would take the row of the refusal back with it.
        raise RefusedError(begun.reason, until=begun.until, **begun.params)
    outcome = provider.bridge(
        Bridged(
            attempt=str(begun.attempt),
            number=begun.number,
            conference=name_of(session_id),
            callback=settings.PUBLIC_URL + reverse("mediation:leg_status", args=[begun.attempt]),
            ends=kind == host_kind(begun.session),
        )
    )
    return _settle(begun.pk, outcome, now)


def name_of(session_id: int) -> str:
    """Return the name of a session's conference; nobody guesses it."""
    return "onecase-" + salted_hmac("mediation.conference", str(session_id), algorithm="sha256").hexdigest()[:32]


@transaction.atomic(durable=True)
def _begin(
    *, session_id: int, kind: str, provider: VoiceProvider, actor: records.Actor, seen_version: int | None,
    now: datetime,
) -> ConferenceLeg | contacts.Refusal:  # fmt: skip
    customer, session = sessions.locked(session_id=session_id, actor=actor, now=now)
    records.check_seen(customer=customer, seen_version=seen_version, write="mediation.answer")
    if session.mode != Route.TELEPHONE:
        raise RefusedError("session_not_by_telephone")
    if kind not in roles_there(session):
        raise RefusedError("no_such_caller")
    if kind != host_kind(session) and not session.legs.filter(kind=host_kind(session), state__in=MAY_RING).exists():
        raise RefusedError("host_is_called_first")
    if session.legs.filter(kind=kind, state__in=MAY_RING).exists():
        raise RefusedError("call_may_be_ringing")
    contact = None
    if kind == SeatKind.CUSTOMER:
        point, decision = permit_within(customer=customer, session=session, actor=actor, now=now)
        if reason := provider.carries(country=point.country):
            raise RefusedError(reason)
        if isinstance(decision, contacts.Refusal):
            return decision
        contact, number = decision.contact, point.value
    else:
        number = _extension(session, kind, provider)
    return _write(customer, session, kind, contact, number, provider, actor, now)


def _extension(session: Session, kind: str, provider: VoiceProvider) -> str:
    staff = staff_of_kind(session, kind)
    number = provider.agent(staff.extension) if staff is not None else ""
    if not number:
        raise RefusedError("colleague_has_no_telephone")
    return number


def _write(
    customer: Customer, session: Session, kind: str, contact: Contact | None, number: str,
    provider: VoiceProvider, actor: records.Actor, now: datetime,
) -> ConferenceLeg:  # fmt: skip
    assert actor.staff is not None, "only who holds the session calls"
    try:
        with transaction.atomic():
            leg = ConferenceLeg.objects.create(
                session=session, customer=customer, kind=kind, contact=contact, called_by=actor.staff,
                attempt=uuid4(), number=number, provider=provider.code, begun_at=now, moved_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise RefusedError("call_may_be_ringing") from error
    form_keys.keep_within(customer_id=customer.id, now=now)
    return leg


@transaction.atomic(durable=True)
def _settle(leg_id: int, outcome: Outcome, now: datetime) -> ConferenceLeg:
    """Record what asking came to. A report that was faster knows more."""
    leg = _locked(leg_id, now)
    if outcome.result is Result.ACCEPTED:
        _advance(leg, CallReport(outcome.provider_id, outcome.report), now)
    elif leg.state == DialState.BEGUN:
        leg.state = DialState.FAILED if outcome.result in _FAILED else DialState.UNKNOWN
        leg.error_code, leg.moved_at = outcome.error_code[:16], now
    _save(leg, now)
    return leg


@transaction.atomic(durable=True)
def receive(*, provider_code: str, report: CallReport, attempt: str, now: datetime) -> bool:
    """Take in one report on a leg, and return whether it changed anything; one that is no further along does not."""
    found = ConferenceLeg.objects.filter(provider=provider_code, attempt=UUID(attempt))
    leg_id = found.values_list("pk", flat=True).first()
    if leg_id is None:
        return False
    leg = _locked(leg_id, now)
    applied = _advance(leg, report, now)
    _save(leg, now)
    return applied


def reconcile(*, now: datetime, limit: int = 100) -> int:
    """Ask the provider for legs that have not ended, and return how many it has moved on. None is dialled again.

    The provider is asked by the name it gave the leg; one it has not named yet is looked for among its calls. Legs of
    sessions closed more than a day ago are left as they are.
    """
    provider = voice_provider()
    if provider is None:
        return 0
    waiting = ConferenceLeg.objects.filter(state__in=_UNSETTLED, begun_at__lte=now - ASK_AFTER).exclude(
        session__closed_at__lt=now - _CLOSED_FOR
    )

    def ask(leg: ConferenceLeg) -> bool:
        try:
            report = provider.find(_search(leg, now))
        except CannotTellError as error:
            _log.warning("leg %s stays unknown: %s", leg.pk, error)
            return False
        return _found(leg.pk, report, now)

    return sweeps.each(list(waiting.order_by("begun_at")[:limit]), ask)


def _search(leg: ConferenceLeg, now: datetime) -> CallSearch:
    until = min(now, leg.begun_at + ABSENT_AFTER)
    known: frozenset[str] = frozenset()
    if not leg.provider_id:
        # One telephone is called for several sessions and for ordinary calls: another call is not this leg.
        known = known_calls.names(since=leg.begun_at - ABSENT_AFTER, until=until)
    return CallSearch(
        agent=leg.number, since=leg.begun_at, until=until, provider_id=leg.provider_id, known=known
    )  # fmt: skip


def names_taken(since: datetime, until: datetime) -> list[str]:
    """Return the provider's names of the legs called between two instants."""
    begun = ConferenceLeg.objects.filter(begun_at__range=(since, until)).exclude(provider_id="")
    return list(begun.values_list("provider_id", flat=True))


@transaction.atomic(durable=True)
def _found(leg_id: int, report: CallReport | None, now: datetime) -> bool:
    leg = _locked(leg_id, now)
    if leg.state not in _UNSETTLED:
        return True  # a report was first
    if report is None or state_reported(report.report) is None:
        if report is not None:
            _log.warning("leg %s is reported as %r, which nobody knows", leg.pk, report.report)
        why = _given_up(leg, report, now)
        if not why:
            return False
        leg.state, leg.error_code, leg.moved_at = DialState.FAILED, why, now
    elif not _advance(leg, report, now):
        return False
    _save(leg, now)
    return True


def _given_up(leg: ConferenceLeg, report: CallReport | None, now: datetime) -> str:
    """Return as what a leg ends of which the provider says nothing that is understood, or an empty text: not yet."""
    if report is None and not leg.provider_id:
        return "never_taken" if now - leg.begun_at >= ABSENT_AFTER else ""
    return "lost" if now - leg.begun_at >= LOST_AFTER else ""


def _locked(leg_id: int, now: datetime) -> ConferenceLeg:
    customer_id = ConferenceLeg.objects.filter(pk=leg_id).values_list("customer_id", flat=True)[0]
    records.lock(customer_id=customer_id, now=now)
    return ConferenceLeg.objects.select_related("session__mediator").get(pk=leg_id)


def _advance(leg: ConferenceLeg, report: CallReport, now: datetime) -> bool:
    """Let a report move a leg on; return whether it did. The caller saves."""
    if leg.provider_id and report.provider_id and leg.provider_id != report.provider_id:
        return False
    state, new_rank = state_reported(report.report), rank(report.report)
    if state is None or new_rank <= leg.rank:
        return False
    leg.provider_id = leg.provider_id or report.provider_id
    leg.state, leg.rank, leg.moved_at = state.value, new_rank, now
    if report.seconds is not None:
        leg.seconds = report.seconds
    return True


def _save(leg: ConferenceLeg, now: datetime) -> None:
    """Save a leg, and settle its permit: made once the provider has it, failed when it surely has not."""
    leg.save()
    if leg.contact_id is None or leg.state == DialState.BEGUN:
        return
    contact = Contact.objects.get(id=leg.contact_id)
    wanted = "failed" if leg.rank < 0 and leg.state == DialState.FAILED else "made"
    wanted = "unknown" if leg.state == DialState.UNKNOWN else wanted
    if contact.state not in {wanted, "made"}:
        contacts.settle(contact_id=contact.pk, state=wanted, now=now)
