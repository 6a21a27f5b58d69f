"""The cast of a mediation: two mediators of an organisation, one who speaks for the bank, a debtor, a collector."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, NamedTuple

import pytest
from django.core.cache import cache
from django.test import Client

from collections_app.models import AccessSession, Account, Branch, Customer, OneTimeCode, Staff
from collections_app.services import one_time_codes
from collections_app.services.records import Actor
from mediation.domain.agreement import equal_lines
from mediation.domain.drafts import Duty
from mediation.domain.people.roles import QUALIFIES
from mediation.domain.slots import WeeklyHours
from mediation.models import (
    AgreementDraft,
    Expert,
    MediationOrganisation,
    Mediator,
    Place,
    Room,
    SealAuthority,
    Session,
)
from mediation.services import (
    availability,
    drafts,
    mediations,
    mediators,
    organisations,
    scheduling,
    seals,
    sessions,
    signing,
)
from mediation.services.people import experts, papers
from tests import factories, seeds
from tests.remembered import remembered
from tests.repayment.conftest import enter

WEEK = [WeeklyHours(day, time(9), time(12)) for day in range(5)] + [
    WeeklyHours(day, time(14), time(18)) for day in range(5)
]


class Debtor(NamedTuple):
    customer: Customer
    account: Account


def make_room(branch: Branch, name: str = "301", *, place: str = "") -> Room:
    """Return a room of a branch, made once for each name."""
    code = place or f"{branch.code}-1"
    values = {"name_zh": "客户接待中心", "name_en": "Customer centre", "branch": branch}
    values |= {"address_zh": "示范路 1 号", "address_en": "1 Demo Road"}
    where, _made = Place.objects.get_or_create(code=code, defaults=values)
    room, _made = Room.objects.get_or_create(place=where, name=name)
    return room


@pytest.fixture
def no_n_plus_one() -> None:
    """Let a story call one service several times; the tests of pages put the fence up themselves."""


@pytest.fixture
@remembered
def rules(db: None) -> None:
    """Put rules and working calendars in force: without them nobody is contacted and no date is found."""
    seeds.rule_packs(now=factories.START)
    seeds.calendars(now=factories.START)


@pytest.fixture
@remembered
def debtor(rules: None) -> Debtor:
    return Debtor(*factories.make_debtor())


@pytest.fixture
@remembered
def collector(db: None) -> Staff:
    return factories.make_staff("collector")


@pytest.fixture
@remembered
def administrator(db: None) -> Staff:
    return factories.make_staff("administrator")


@pytest.fixture
@remembered
def organisation(administrator: Staff) -> MediationOrganisation:
    return organisations.create(
        code="BFMC", name_zh="北京示范金融调解中心", name_en="Beijing Demo Financial Mediation Centre", kind="industry",
        registration_no="京民调 001", lawfully_established=True, fee_free=True, actor=Actor.of(administrator),
    )  # fmt: skip


@pytest.fixture
def make_mediator(organisation: MediationOrganisation, administrator: Staff) -> Callable[[], Mediator]:
    """Return a maker of mediators who take sessions all week."""

    def make() -> Mediator:
        staff = factories.make_staff("mediator", branch=None)
        availability.set_weekly(staff_id=staff.id, hours=WEEK, actor=Actor.of(administrator))
        return mediators.register(
            staff_id=staff.id, organisation_id=organisation.id, languages=["zh", "en"], trained_for=["card", "loan"],
            actor=Actor.of(administrator),
        )  # fmt: skip

    return make


@pytest.fixture
@remembered
def mediator(make_mediator: Callable[[], Mediator]) -> Mediator:
    return make_mediator()


@pytest.fixture
def make_representative(administrator: Staff) -> Callable[[], Staff]:
    """Return a maker of negotiators who take sessions all week."""

    def make() -> Staff:
        staff = factories.make_staff("negotiator")
        make_room(staff.branch)
        availability.set_weekly(staff_id=staff.id, hours=WEEK, actor=Actor.of(administrator))
        return staff

    return make


@pytest.fixture
@remembered
def representative(make_representative: Callable[[], Staff]) -> Staff:
    return make_representative()


@pytest.fixture
def let_in(now: datetime) -> Callable[[Debtor], Client]:
    """Return what lets a debtor in by link and proof, and returns their browser."""
    cache.clear()  # what others have tried from this address

    def let(debtor: Debtor) -> Client:
        return enter(debtor.customer, debtor.account, now).client

    return let


class Table(NamedTuple):
    """A session with a wall, and who sits at it."""

    session: Session
    mediator: Mediator
    representative: Staff
    debtor: Debtor
    now: datetime

    def of(self, staff: Staff) -> dict[str, Any]:
        """What every service of staff takes."""
        return {"session_id": self.session.id, "actor": Actor.of(staff), "now": self.now}

    @property
    def mediators(self) -> dict[str, Any]:
        return self.of(self.mediator.staff)

    @property
    def banks(self) -> dict[str, Any]:
        return self.of(self.representative)

    @property
    def customers(self) -> dict[str, Any]:
        talks, customer = self.session.mediation_id, self.debtor.customer.id
        return {"mediation_id": talks, "customer_id": customer, "now": self.now}


@pytest.fixture
def make_table(collector: Staff, mediator: Mediator, representative: Staff, now: datetime) -> Callable[[Debtor], Table]:
    """Return what seats a debtor, the mediator and the bank's representative at a session."""

    def make(debtor: Debtor) -> Table:
        talks = mediations.propose(
            customer_id=debtor.customer.id, account_id=debtor.account.id, kind="mediation", position="",
            actor=Actor.of(collector), seen_version=None, now=now,
        )  # fmt: skip
        session = scheduling.schedule(mediation_id=talks.id, now=now)
        assert session is not None
        seated = Session.objects.select_related("mediation").get(id=session.id)
        return Table(seated, mediator, representative, debtor, now)

    return make


@pytest.fixture
@remembered
def table(make_table: Callable[[Debtor], Table], debtor: Debtor) -> Table:
    return make_table(debtor)


@pytest.fixture
def make_expert(administrator: Staff) -> Callable[..., Expert]:
    """Return a maker of experts with a qualification in force, who sit in sessions all week."""

    def make(speciality: str = "legal", languages: tuple[str, ...] = ("zh",)) -> Expert:
        staff = factories.make_staff("expert", branch=None)
        by = Actor.of(administrator)
        availability.set_weekly(staff_id=staff.id, hours=WEEK, actor=by)
        papers.add_qualification(
            staff_id=staff.id, kind=QUALIFIES[speciality], number=f"N{staff.id}", valid_from=date(2020, 1, 1),
            valid_to=None, actor=by,
        )  # fmt: skip
        return experts.register(
            staff_id=staff.id, speciality=speciality, organisation_id=None, profile=experts.Profile(languages), actor=by
        )

    return make


PASSWORD = factories.PASSWORD


class Parties(NamedTuple):
    """Everybody at an open mediation session, each with a password to sign with."""

    debtor: Debtor
    session: Session
    mediator: Staff
    representative: Staff
    sealer: Staff
    let_in: Callable[[Debtor], Client]

    def wording(self, **changes: object) -> drafts.Wording:
        """Return terms of three instalments with an obligation of the bank, changed as said."""
        lines = equal_lines(
            total_fen=390_000, count=3, first=date(2026, 12, 10), interval="month", account_id=self.debtor.account.id
        )
        values: dict[str, object] = {
            "lines": lines,
            "grace_days": 3,
            "facts": "持卡人对 2026 年 9 月的超限额透支有异议。",
            "pay_to": "转账至本行尾号 4021 的信用卡账户",
            "duties": [Duty("bank", "credit_correction", date(2026, 12, 1), None, "更正九月报送")],
        }
        return drafts.Wording(**(values | changes))  # type: ignore[arg-type]

    def draft(self, now: datetime, **changes: object) -> AgreementDraft:
        """Write the next version, by the mediator."""
        return drafts.draft(
            session_id=self.session.id, wording=self.wording(**changes), actor=Actor.of(self.mediator),
            seen_version=None, now=now,
        )  # fmt: skip

    def sign(self, draft: AgreementDraft, signatory: str, now: datetime, **changes: object) -> AgreementDraft:
        """Sign as one of the staff at the table."""
        staff = {"bank": self.representative, "mediator": self.mediator, "organisation": self.sealer}[signatory]
        values: dict[str, object] = {
            "draft_id": draft.id, "signatory": signatory, "hand": signing.Hand(draft.sha256, name=staff.name),
            "password": PASSWORD, "actor": Actor.of(staff), "now": now,
        }  # fmt: skip
        return signing.sign_as_staff(**(values | changes))  # type: ignore[arg-type]

    def way_in(self) -> AccessSession:
        """Let the customer in and return their session."""
        self.let_in(self.debtor)
        return AccessSession.objects.filter(customer=self.debtor.customer).latest("id")

    def customer_signs(
        self, draft: AgreementDraft, now: datetime, *, typed: str = "", way_in: AccessSession | None = None
    ) -> AgreementDraft | None:
        """Ask for a code as the customer and sign with it, or with what is typed instead."""
        way_in = way_in or self.way_in()
        signing.ask_code(session=way_in, mediation_id=draft.mediation_id, sha256=draft.sha256, now=now)
        hand = signing.Hand(
            draft.sha256, name=self.debtor.customer.name, strokes="[[[1,2],[3,4]]]", address="203.0.113.7"
        )
        return signing.sign_as_customer(
            session=way_in, mediation_id=draft.mediation_id, hand=hand, typed=typed or code_of(way_in, now), now=now
        )


def code_of(way_in: AccessSession, now: datetime) -> str:
    """Make the code that was asked for, as the worker does that sends it."""
    row = OneTimeCode.objects.filter(customer=way_in.customer, ended_at__isnull=True).latest("id")
    return one_time_codes.mint_many_within(code_ids=[row.pk], now=now)[row.pk]


@pytest.fixture
@remembered
def parties(
    debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff, administrator: Staff,
    make_mediator: Callable[[], Mediator], let_in: Callable[[Debtor], Client], now: datetime,
) -> Parties:  # fmt: skip
    """Return an open session by mediation, with a colleague of the mediator's who may set the seal."""
    seeds.texts(now=factories.START)
    talks = mediations.propose(
        customer_id=debtor.customer.id, account_id=debtor.account.id, kind="mediation", position="",
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    session = scheduling.schedule(mediation_id=talks.id, now=now)
    assert session is not None
    assert session.mediator is not None
    sessions.begin(session_id=session.id, actor=Actor.of(session.mediator.staff), seen_version=None, now=now)
    sealer = make_mediator().staff
    seals.save(
        row=SealAuthority(
            organisation=mediator.organisation, staff=sealer, reference="授权书 7", since=date(2026, 1, 1),
            until=date(2027, 12, 31),
        ),
        actor=Actor.of(administrator),
    )  # fmt: skip
    return Parties(debtor, session, session.mediator.staff, session.representative, sealer, let_in)
