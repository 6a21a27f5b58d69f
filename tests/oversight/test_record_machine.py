"""Whatever people and machines do to records, in whatever order, the audit of all ten guarantees finds nothing."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.torture import acts
from bench.torture.stage import Stage
from collections_app.domain.permits import decision
from collections_app.domain.worklists.views import queue_view
from collections_app.models import Conversation, Customer, Hold, LineTransfer, Staff
from collections_app.services import (
    approvals,
    calls,
    contacts,
    derivation,
    holds,
    intake,
    records,
    reference,
    sequencer,
)
from collections_app.services.emergencies import incidents, red_button
from collections_app.services.emergencies import sentences as approved
from collections_app.services.errors import AlreadyWrittenError, RefusedError
from collections_app.services.lines import lease, transfer
from collections_app.services.records import Actor
from collections_app.services.worklists import giving
from mediation.models import Mediation
from mediation.services import mediations, timetables
from notifications.services import reconciling, templates
from oversight.selectors.guarantees import AUDITS
from tests import factories
from tests.collections_app.intake_files import current, make_branches, row, write

pytestmark = pytest.mark.django_db

# Longer than the clocks of two hosts may differ, so that the audit can tell what was first, and within a call's lease.
STEP = timedelta(seconds=61)
LONG = st.sampled_from([timedelta(), timedelta(minutes=5), timedelta(hours=1), timedelta(hours=9), timedelta(days=1)])


class Now:
    """A clock that moves when it is told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Bank(RuleBasedStateMachine):
    """Two customers, the people of both departments, and everything that runs by the clock."""

    directory: Path
    start: datetime
    people: Mapping[str, Sequence[Staff]]

    def __init__(self) -> None:
        super().__init__()
        self.atomic: Any = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()
        self.clock = Now(self.start)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        return self.clock.at

    @initialize(seed=st.integers(0, 1000))
    def open(self, seed: int) -> None:
        self.stage = Stage(self.directory, 2, (), (), ())
        self.rng = random.Random(seed)
        self.night()

    def life(self, role: str, number: int = 0) -> acts.Life:
        staff = self.people[role][number] if role else None
        return acts.Life(self.stage, self.clock, self.rng, staff, role)  # type: ignore[arg-type]

    def does(self, act: Callable[[], object]) -> None:
        """A minute later somebody does something, or is refused."""
        self.clock.at += STEP
        with suppress(RefusedError, AlreadyWrittenError):
            act()

    def night(self) -> None:
        """The file of the evening before."""
        due = f"{self.now.date() + timedelta(days=3):%Y-%m-%d}"
        path = write(self.directory / "nightly.csv", [row(0), current(1, due_date=due)])
        as_of = self.now.date() - timedelta(days=1)
        intake.take_in(path=path, as_of=as_of, actor=records.SYSTEM, now=self.now)

    @rule(
        role=st.sampled_from(["collector", "service_agent"]),
        number=st.integers(0, 1),
        act=st.sampled_from(
            [acts.call_out, acts.take_a_call, acts.drop_back_in, acts.promise, acts.hold, acts.note, acts.hand_off,
             acts.claim_paid]
        ),
    )  # fmt: skip
    def somebody_works(self, role: str, number: int, act: acts.Act) -> None:
        self.does(lambda: act(self.life(role, number)))

    @rule(act=st.sampled_from([acts.dial, acts.pay, acts.send, acts.plan]))
    def a_machine_works(self, act: acts.Act) -> None:
        self.does(lambda: act(self.life("")))

    @rule(act=st.sampled_from([acts.take_over, acts.decide]))
    def a_supervisor_works(self, act: acts.Act) -> None:
        self.does(lambda: act(self.life("supervisor")))

    @rule(minutes=st.integers(2, 200))
    def an_incident_begins(self, minutes: int) -> None:
        self.does(
            lambda: incidents.start(
                covers=incidents.Scope(incidents.IncidentScope.PRODUCT, product="card"),
                reason="disaster",
                sentence_id=approved.ApprovedSentence.objects.get(code="general", active=True).id,
                ends_at=self.now + timedelta(minutes=minutes),
                actor=Actor.of(self.people["supervisor"][0]),
                now=self.now,
            )
        )

    @rule(number=st.integers(0, 1))
    def the_next_case_is_asked_for(self, number: int) -> None:
        actor = Actor.of(self.people["collector"][number])
        self.does(lambda: giving.next_case(actor=actor, view=queue_view("to_contact"), now=self.now))

    @rule()
    @precondition(lambda self: Hold.objects.filter(released_at=None, kind="hardship").exists())
    def a_release_is_asked_for(self) -> None:
        hold = Hold.objects.filter(released_at=None, kind="hardship").first()
        assert hold is not None
        self.does(
            lambda: approvals.ask(
                kind="hold_release",
                subject=f"hold:{hold.id}",
                customer_id=hold.customer_id,
                reason="客户已恢复收入",
                actor=Actor.of(self.people["service_agent"][0]),
                now=self.now,
            )
        )

    @rule()
    def life_is_at_risk(self) -> None:
        customer = self.life("collector").customer()
        actor = Actor.of(self.people["collector"][0])
        self.does(lambda: red_button.press(customer_id=customer.id, danger="threat", actor=actor, now=self.now))

    @rule(accept=st.booleans())
    def a_call_is_asked_for(self, accept: bool) -> None:
        held = Conversation.objects.filter(ended_at=None).first()
        if held is None:
            return
        asker = Actor.of(self.people["service_agent"][1])
        self.does(
            lambda: transfer.ask(
                conversation_id=held.id, reason="客户要我", actor=asker, seen_version=None, now=self.now
            )
        )
        waiting = LineTransfer.objects.filter(conversation=held, state="pending").first()
        holder = Staff.objects.get(id=held.staff_id)
        if waiting is not None:
            self.does(
                lambda: transfer.answer(
                    transfer_id=waiting.id, accept=accept, actor=Actor.of(holder), now=self.now
                )
            )  # fmt: skip

    @rule(consents=st.booleans())
    def talks_are_proposed_and_answered(self, consents: bool) -> None:
        customer = Customer.objects.get(customer_no="C0")
        actor = Actor.of(self.people["collector"][0])
        self.does(
            lambda: mediations.propose(
                customer_id=customer.id, account_id=acts.account_of(customer).id, kind="negotiation", position="",
                actor=actor, seen_version=None, now=self.now,
            )
        )  # fmt: skip
        open_ = Mediation.objects.filter(customer=customer, ended_at=None).first()
        if open_ is not None:
            self.does(
                lambda: mediations.answer(
                    mediation_id=open_.id, consents=consents, actor=actor, seen_version=None, now=self.now
                )
            )

    @rule(long=LONG)
    def time_passes(self, long: timedelta) -> None:
        """The clock moves, the nightly file comes in the morning, and everything that sweeps has swept."""
        day = self.now.date()
        self.clock.at += long
        if self.now.date() != day:
            self.night()
        for sweep in SWEEPS:
            sweep(now=self.now)

    @invariant()
    def every_guarantee_is_kept(self) -> None:
        sequencer.sequence(now=self.now)
        found = [
            f"{audit.CODE} {item.customer_no}: {item.what}"
            for audit in AUDITS
            for item in audit.audit(now=self.now).violations
        ]
        assert found == []


SWEEPS: Sequence[Callable[..., object]] = (
    lease.free_lapsed,
    contacts.void_expired,
    derivation.sweep_due,
    acts.promises.judge_due,
    acts.plans.judge_due,
    reconciling.expire_leases,
    reconciling.reconcile,
    approvals.sweep,
    incidents.sweep,
    timetables.sweep,
    acts.following.follow,
)


@pytest.fixture
def opened(db: None, tmp_path: Path, now: datetime) -> type[Bank]:
    """The bank on a Monday morning: rules, texts and people, made once for all that happens to it."""
    reference.load_rule_packs(now=now)
    reference.load(now=now)
    approved.load(now=now)
    templates.load_seed(now=now)
    make_branches()

    class Here(Bank):
        directory = tmp_path
        start = now.replace(day=23)
        people: ClassVar = {
            role: [factories.make_staff(role), factories.make_staff(role)]
            for role in ("collector", "service_agent", "supervisor")
        }

    return Here


def test_every_guarantee_is_kept_whatever_happens(opened: type[Bank]) -> None:
    """Calls, promises, holds, payments, files, hand-offs, talks, approvals, incidents, messages, in any order."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        opened,
        settings=settings(
            max_examples=3,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=[Phase.generate],
        ),
    )


@pytest.mark.parametrize("forgotten", ["check_holds", "check_line"])
def test_a_permit_that_forgets_a_check_is_found(
    opened: type[Bank], monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """The machine is no ornament: broken on purpose, the bank breaks its word and is found out."""
    bank = opened()
    try:
        bank.open(seed=3)
        customer = Customer.objects.get(customer_no="C0")
        if forgotten == "check_holds":
            holds.place(customer_id=customer.id, kind="hardship", actor=records.SYSTEM, seen_version=None, now=bank.now)
        else:
            calls.start(
                customer_id=customer.id, contact_point_id=None, inbound=True, seen_version=None, now=bank.now,
                actor=Actor.of(bank.people["service_agent"][0]),
            )  # fmt: skip
            Conversation.objects.update(lease_until=bank.now + timedelta(hours=1))
        bank.a_machine_works(act=acts.dial)
        bank.every_guarantee_is_kept()
        forgetful = tuple(check for check in decision.CHECKS if check.__name__ != forgotten)
        monkeypatch.setattr(decision, "CHECKS", forgetful)
        for _ in range(4):
            bank.a_machine_works(act=acts.dial)
        with pytest.raises(AssertionError, match="was made while"):
            bank.every_guarantee_is_kept()
    finally:
        bank.teardown()
