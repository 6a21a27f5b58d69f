"""Sessions whose hours are over and of which nobody has said what came of them."""

from datetime import datetime, timedelta

import pytest
import time_machine

from collections_app.models import Alert, Staff
from collections_app.services.records import Actor
from mediation.models import Mediator
from mediation.services import proposals, sessions, timetables, untold
from mediation.tasks.scheduling import sweep_waiting
from tests import factories
from tests.mediation.conftest import Debtor, Parties
from tests.mediation.test_pages import signed_in
from tests.mediation.test_story import scheduled, version


def test_a_session_over_without_a_word_rings_and_leads_the_lists_until_it_is_told(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Its branch is told two hours after its end; whoever holds it finds it first, and so does the bank."""
    session = scheduled(debtor, collector, now)
    assert untold.watch(now=session.ends_at + timedelta(minutes=119)) == 0
    later = session.ends_at + timedelta(days=1)
    assert untold.watch(now=later) == 1
    assert list(Alert.objects.filter(kind="mediation_untold").values_list("branch", "detail")) == [
        (debtor.customer.branch_id, {"count": 1})
    ]
    outsider = factories.make_staff("supervisor", branch=factories.make_branch("SH"))
    with time_machine.travel(later, tick=False):
        for staff, reads in ((mediator.staff, True), (collector, True), (outsider, False)):
            page = signed_in(staff).get("/mediation/").content.decode()
            assert (f'id="untold-{session.pk}"' in page) is reads, staff.role
    seen = version(debtor)
    sessions.miss(session_id=session.pk, actor=Actor.of(mediator.staff), seen_version=seen, now=later)
    assert untold.watch(now=later) == 0
    assert not Alert.objects.filter(kind="mediation_untold", resolved_at__isnull=True).exists()


def test_a_session_whose_agreement_waits_for_signatures_is_not_over(parties: Parties, now: datetime) -> None:
    """Whoever obeyed the alert would drop a draft that some have signed already."""
    later = parties.session.ends_at + timedelta(days=1)
    assert untold.watch(now=later) == 1
    parties.draft(now)
    assert untold.watch(now=later) == 0


def test_a_round_that_cannot_be_taken_back_keeps_nothing_else_of_the_sweep_waiting(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    session = scheduled(debtor, collector, now)
    did: list[str] = []
    for name in ("vacate", "sweep"):
        monkeypatch.setattr(timetables, name, lambda *, now, name=name: did.append(name))

    def fails(*, now: datetime) -> int:
        raise RuntimeError("one record")

    monkeypatch.setattr(proposals, "take_back_barred", fails)
    with time_machine.travel(session.ends_at + timedelta(days=1), tick=False), pytest.raises(ExceptionGroup):
        sweep_waiting()
    assert did == ["vacate", "sweep"]
    assert Alert.objects.filter(kind="mediation_untold", resolved_at__isnull=True).exists()
