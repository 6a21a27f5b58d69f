"""Figures of mediations, against figures worked out by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.models import Arrangement, ArrangementInstalment, Staff
from mediation.models import Agreement, Mediation, Mediator, Session
from mediation.selectors.people.statistics import Line, figures
from tests import factories
from tests.mediation.test_pages import signed_in


@pytest.fixture
def mediate(db: None, collector: Staff, make_representative: Callable[[], Staff], now: datetime) -> Callable[..., None]:
    """Return what writes a mediation down: proposed so many days ago, its mediator, ending, days and plan."""
    speaks = make_representative()

    def write(
        mediator: Mediator | None, *, ago: int = 40, route: str = "telephone", ending: str = "", days: float = 0,
        plan: str = "", paid: tuple[int, ...] = (), kind: str = "mediation", track: str = "simple", **of: Any,
    ) -> None:  # fmt: skip
        customer, account = factories.make_debtor(**of)
        begun = now - timedelta(days=ago)
        ended = {"state": "ended", "ending": ending, "ended_at": begun + timedelta(days=days)} if ending else {}
        answered = {"customer_consent": "yes", "customer_answered_at": begun}
        row = Mediation.objects.create(
            customer=customer, account=account, kind=kind, route=route, route_reason="small", track=track,
            amount_fen=100, proposed_by=collector, department="collections", proposed_at=begun, **answered, **ended,
        )  # fmt: skip
        if mediator is None:
            return
        session = Session.objects.create(
            mediation=row, customer=customer, mediator=mediator, representative=speaks, mode=route, scheduled_at=begun,
            during=(begun, begun + timedelta(hours=1)), state="held" if ending else "missed", closed_at=begun,
        )  # fmt: skip
        if plan:
            arrangement = Arrangement.objects.create(
                customer=customer, account=account, source="mediation", source_reference=str(row.id), agreed_at=begun,
                state=plan,
            )  # fmt: skip
            for number, fen in enumerate(paid, start=1):
                ArrangementInstalment.objects.create(
                    arrangement=arrangement, customer=customer, number=number, amount_fen=100, paid_fen=fen,
                    due_on=now.date() - timedelta(days=10 - 5 * number),
                )  # fmt: skip
            Agreement.objects.create(
                mediation=row, session=session, customer=customer, account=account, arrangement=arrangement,
                total_fen=100, grace_days=3, agreed_at=begun,
            )  # fmt: skip

    return write


def test_figures_match_those_worked_out_by_hand(
    mediate: Callable[..., None], make_mediator: Callable[[], Mediator], now: datetime
) -> None:
    """Two mediators, channels and tracks; days of 4, 10 and 20 have the median 10; two of three instalments are kept.

    The bank's own talks, older ones and those of another branch are not counted.
    """
    one, other = make_mediator(), make_mediator()
    # Instalments are due 5 days ago, today (not over), and in 5 days: of each plan one counts.
    mediate(one, ending="agreed", days=4, plan="performed", paid=(100, 100))
    mediate(one, ending="agreed", days=10, plan="breached", paid=(50,))
    mediate(one, ending="refused", days=20, track="complex")
    mediate(other, route="video", ending="partial", days=6, plan="performing", paid=(100, 0, 0))
    mediate(other, route="video")
    mediate(None)
    mediate(one, kind="negotiation", ending="agreed", days=1)
    mediate(one, ago=400, ending="agreed", days=1)
    mediate(one, ending="agreed", days=1, branch=factories.make_branch("SH"))
    supervisor = factories.make_staff("supervisor")
    first, last = (now - timedelta(days=90)).date(), now.date()
    with CaptureQueriesContext(connection) as queries:
        found = figures(staff=supervisor, first=first, last=last, now=now)
    first_line = Line(
        str(one), proposed=3, held=3, ended=3, agreed=2, median_days=10, plans=2, performed=1, broken=1, due=2, kept=1
    )
    second_line = Line(
        str(other), proposed=2, held=1, ended=1, agreed=1, median_days=6, plans=1, performed=0, broken=0, due=1, kept=1
    )
    assert found.mediators == [first_line, second_line]
    assert (first_line.success, first_line.kept_share) == (pytest.approx(200 / 3), 50)
    (organisation,) = found.organisations
    assert (organisation.proposed, organisation.ended, organisation.agreed, organisation.median_days) == (5, 4, 3, 8)
    assert found.whole.proposed == 6
    assert (found.whole.due, found.whole.kept) == (3, 2)
    assert [(line.name, line.proposed, line.median_days) for line in found.routes] == [
        ("telephone", 4, 10), ("video", 2, 6)
    ]  # fmt: skip
    assert [
        (line.name, line.proposed, line.ended, line.agreed, line.median_days, line.broken, line.due, line.kept)
        for line in found.tracks
    ] == [("simple", 5, 3, 3, 6, 1, 3, 2), ("complex", 1, 1, 0, 20, 0, 0, 0)]
    assert len(queries) <= 16
    nothing = figures(staff=factories.make_staff("trainer"), first=first, last=last, now=now)
    assert (nothing.whole.proposed, nothing.whole.success, nothing.whole.kept_share) == (0, None, None)


def test_who_reads_the_figures(mediate: Callable[..., None], mediator: Mediator, now: datetime) -> None:
    """Supervisors, branch managers and auditors, in their reach; no mediator and no collector."""
    mediate(mediator, ending="agreed", days=4)
    address = reverse("mediation:statistics")
    for role in ("supervisor", "branch_manager", "auditor"):
        scope = {} if role != "branch_manager" else {"scope": "branch"}
        page = signed_in(factories.make_staff(role, **scope)).get(address)
        assert "100.0 %" in page.content.decode()
    for role in ("mediator", "collector", "expert"):
        assert signed_in(factories.make_staff(role)).get(address).status_code == 403
    staff = signed_in(factories.make_staff("auditor"))
    for days in ("?from=2020-01-01&to=2020-02-01", "?from=x&to=9999-12-31", "?from=2026-11-20&to=2026-11-01"):
        assert staff.get(address + days).status_code == 200
