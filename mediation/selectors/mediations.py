"""Talks of a record, and what stands in the way of new ones."""

from datetime import datetime

from django.db.models import DateField, F, Func, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast

from collections_app.domain.arrangements import IN_FORCE
from collections_app.domain.holds import HoldKind
from collections_app.models import Account, Arrangement, Customer, Hold
from collections_app.selectors.legal import proceedings
from mediation.domain import eligibility
from mediation.domain.endings import DECLINED
from mediation.domain.kinds import RULES, Kind
from mediation.models import Mediation, MediationClock, Session

# What a court did that ends no talks: the debtor's assets are safe, and 30 days are left to agree or to sue.
_WHILE_TALKING = frozenset({"pre_legal", "preserved"})


def of_record(customer: Customer) -> QuerySet[Mediation]:
    """Return all talks of a record, newest first, with sessions, outcome and signed terms, without notes."""
    sessions = Session.objects.select_related("mediator__staff", "mediator__organisation", "representative")
    return (
        Mediation.objects.filter(customer=customer)
        .select_related(
            "account", "proposed_by", "agreement__arrangement__customer", "agreement__session__mediator__organisation"
        )
        .prefetch_related(
            Prefetch("sessions", sessions.order_by("-during")),
            Prefetch("clocks", MediationClock.objects.filter(ended_at__isnull=True), to_attr="running_clocks"),
            "agreement__instalments",
            "court_stages",
            "agreement__arrangement__instalments",
        )
        .order_by("-id")
    )


def eligibility_facts(*, account: Account, now: datetime, own: Mediation | None = None) -> eligibility.Facts:
    """Return what a proposal about the account is decided on.

    ``own`` talks do not stand in their own way, and go on beside what was preserved while they are open.
    """
    open_talks = Mediation.objects.filter(account=account).exclude(state="ended")
    if own is not None:
        open_talks = open_talks.exclude(id=own.id)
    rows = Hold.objects.filter(customer_id=account.customer_id, released_at__isnull=True).filter(
        Q(account=account) | Q(account__isnull=True), Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    holds = frozenset(rows.values_list("kind", flat=True))
    if own is not None and HoldKind.LITIGATION in holds:
        steps = proceedings(account_ids=[account.pk]).get(account.pk, [])
        if steps and {row.state for row in steps} <= _WHILE_TALKING:
            holds -= {HoldKind.LITIGATION}
    refused = Mediation.objects.filter(account=account, ending__in=DECLINED).order_by("-ended_at")
    sham = Mediation.objects.filter(account=account, ending="false_suspected").order_by("-ended_at")
    return eligibility.Facts(
        stage=account.stage,
        overdue_fen=account.overdue_fen,
        closed_in_core=account.closed_in_core,
        holds=holds,
        plan_in_force=Arrangement.objects.filter(
            account=account, state__in=[state.value for state in IN_FORCE]
        ).exists(),
        talks_open=open_talks.exists(),
        refused_at=refused.values_list("ended_at", flat=True).first(),
        sham_suspected_at=sham.values_list("ended_at", flat=True).first(),
    )


def may_be_confirmed(mediation: Mediation) -> bool:
    """Return whether a court may confirm what these talks bring about (Civil Procedure Law, article 205).

    Only a mediation, and only one held by a mediator of an organisation lawfully established that day.
    """
    if not RULES[Kind(mediation.kind)].court_may_confirm:
        return False
    lawful = Session.objects.filter(mediation=mediation, held_lawfully=True)
    return lawful.filter(state__in=["in_session", "held"]).exists()


def waiting(*, now: datetime) -> QuerySet[Mediation]:
    """Return the talks whose next try to find a date has come, the longest waiting first."""
    return Mediation.objects.filter(state="proposed", next_try_at__lte=now).order_by("next_try_at", "id")


def past_term(*, now: datetime) -> QuerySet[Mediation]:
    """Return the open talks whose term is over and that have no session still to come.

    The last day is the customer's: it ends at midnight of their own day, whatever day it is in UTC.
    """
    today = Cast(Func(F("customer__time_zone"), Value(now), function="timezone"), DateField())
    return (
        Mediation.objects.exclude(state="ended")
        .filter(term_ends_on__lt=today)
        .exclude(sessions__state__in=["scheduled", "in_session"], sessions__during__endswith__gt=now)
        .order_by("term_ends_on", "id")
    )
