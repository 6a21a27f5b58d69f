"""The mediator's desk and the customer's part of it: facts, means, plans, past cases, proposals."""

# Long because everything at the table is one story.

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from collections_app.models import Account, Event, Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.domain.bidding import Terms
from mediation.domain.means import Figures
from mediation.domain.sides import Side
from mediation.models import FactMark, FactSheet, LawPassage, Mediation, Proposal, ProposalRound, Session, WalledRead
from mediation.selectors import similar, wall
from mediation.services import fact_sheets, means, passages, proposals, session_recordings
from tests import factories
from tests.mediation.conftest import Debtor, Table
from tests.mediation.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("no_n_plus_one")
LetIn = Callable[[Debtor], Client]


def address(table: Table, name: str = "desk") -> str:
    return reverse(f"mediation:{name}", args=[table.session.id])


def own(table: Table, name: str) -> str:
    return reverse(f"talks:{name}", args=[table.session.mediation_id])


def all_of(sheet: FactSheet, verdict: str = "accepts", **others: str) -> dict[str, str]:
    return {fact["key"]: others.get(fact["key"], verdict) for fact in sheet.facts}


def reader(table: Table, side: Side | None) -> wall.Reader:
    staff = {None: table.mediator.staff, Side.BANK: table.representative, Side.CUSTOMER: None}[side]
    return wall.Reader(table.session.mediation, staff, side)


def opened(table: Table) -> ProposalRound:
    return proposals.open_round(closes_at=table.now + timedelta(hours=1), **table.mediators)


def test_what_neither_side_disputes_is_confirmed_in_writing(table: Table, let_in: LetIn) -> None:
    """Listed by the mediator, marked by both, confirmed by both; an objection leaves its fact out."""
    mediator, bank, customer = signed_in(table.mediator.staff), signed_in(table.representative), let_in(table.debtor)
    assert "fieldset" not in customer.get(own(table, "facts")).content.decode()
    assert mediator.post(address(table, "draw_facts")).status_code == 302
    assert mediator.post(address(table, "draw_facts")).status_code == 409
    sheet = FactSheet.objects.get()
    marks = {f"fact-{key}": verdict for key, verdict in all_of(sheet, fees="objects").items()}
    said = {**marks, "comment-fees": "年费不该收", "sheet": sheet.id}
    assert customer.post(own(table, "facts"), said).status_code == 302
    assert customer.post(own(table, "facts"), {"confirm": "1", "sheet": sheet.id}).status_code == 409
    assert customer.post(own(table, "facts"), said).status_code == 302
    assert FactMark.objects.count() == len(sheet.facts)
    page = mediator.get(address(table)).content.decode()
    assert "年费不该收" in page
    banks = {f"fact-{key}": verdict for key, verdict in all_of(sheet).items()}
    assert bank.post(address(table, "mark_facts"), {**banks, "sheet": sheet.id}).status_code == 302
    view = wall.sheet_within(table.session.mediation)
    assert view is not None
    seen = wall.facts_hash(view.undisputed)
    assert "fees" not in {fact.key for fact in view.undisputed}
    stale = bank.post(address(table, "confirm_facts"), {"sheet": sheet.id, "seen": "x"})
    assert (stale.status_code, "just changed" in stale.content.decode()) == (409, True)
    assert bank.post(address(table, "confirm_facts"), {"sheet": sheet.id, "seen": seen}).status_code == 302
    assert customer.post(own(table, "facts"), {"confirm": "1", "sheet": sheet.id, "seen": seen}).status_code == 302
    confirmed = wall.sheet_within(table.session.mediation)
    assert confirmed is not None
    assert confirmed.confirmed_by_both
    assert "Both sides have confirmed" in mediator.get(address(table)).content.decode()
    # Whoever changes a mark has confirmed other facts than those of now.
    fact_sheets.mark_for_customer(sheet_id=sheet.id, verdicts={"payoff": "objects"}, comments={}, **table.customers)
    changed = wall.sheet_within(table.session.mediation)
    assert changed is not None
    assert not changed.confirmed_by_both


def test_marks_are_of_the_latest_list_and_of_facts_on_it(table: Table) -> None:
    """A payment meanwhile makes another list; the old one takes no marks any more."""
    first = fact_sheets.draw(**table.mediators)
    with pytest.raises(RefusedError, match="no_such_fact"):
        fact_sheets.mark_for_bank(sheet_id=first.id, verdicts={"weather": "accepts"}, comments={}, **table.banks)
    with pytest.raises(RefusedError, match="fact_comment_too_long"):
        fact_sheets.mark_for_bank(
            sheet_id=first.id, verdicts={"fees": "objects"}, comments={"fees": "x" * 501}, **table.banks
        )
    Account.objects.filter(id=table.debtor.account.id).update(fees_fen=77)
    view = wall.sheet_within(table.session.mediation)
    assert view is not None
    assert fact_sheets.outdated(mediation=table.session.mediation, view=view)
    second = fact_sheets.draw(**table.mediators)
    with pytest.raises(RefusedError, match="facts_changed"):
        fact_sheets.mark_for_bank(sheet_id=first.id, verdicts={"fees": "accepts"}, comments={}, **table.banks)
    rejected = all_of(second, "objects")
    fact_sheets.mark_for_bank(sheet_id=second.id, verdicts=rejected, comments={}, **table.banks)
    fact_sheets.mark_for_customer(sheet_id=second.id, verdicts=rejected, comments={}, **table.customers)
    with pytest.raises(RefusedError, match="nothing_undisputed"):
        fact_sheets.confirm_for_bank(sheet_id=second.id, seen="", text="", **table.banks)


def test_a_proposal_is_read_by_nobody_before_both_are_in(table: Table, let_in: LetIn) -> None:
    """Not by the mediator, not that there is one; with the second both are there for all three at once."""
    mediator, bank, customer = signed_in(table.mediator.staff), signed_in(table.representative), let_in(table.debtor)
    closes = (table.now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    assert mediator.post(address(table, "open_round"), {"closes_at": closes}).status_code == 302
    before = mediator.get(address(table)).content.decode()
    row = ProposalRound.objects.get()
    typed = {"round": row.id, "total": "3141.59", "months": "12", "reason": "工资月底到账"}
    assert customer.post(own(table, "proposal"), typed).status_code == 302
    assert "3,141.59" in customer.get(own(table, "proposal")).content.decode()
    for other in (mediator, bank):
        page = other.get(address(table)).content.decode()
        assert "3,141.59" not in page
        assert "工资月底到账" not in page
    hidden = [wall.round_of(reader=reader(table, side), now=table.now) for side in (None, Side.BANK)]
    assert [view.made for view in hidden if view] == [{}, {}]
    # The page of the mediator does not even tell that a side has proposed.
    after = mediator.get(address(table)).content.decode()
    assert before[before.index('id="desk-round"') :].count("<p") == after[after.index('id="desk-round"') :].count("<p")
    again = customer.post(own(table, "proposal"), {**typed, "total": "1.00"})
    assert (again.status_code, Proposal.objects.count()) == (409, 1)
    offer = {"round": row.id, "total": "3000.00", "months": "24", "reason": ""}
    assert bank.post(address(table, "propose_terms"), offer).status_code == 302
    row.refresh_from_db()
    assert row.state == "revealed"
    for page in (mediator.get(address(table)), bank.get(address(table)), customer.get(own(table, "proposal"))):
        assert "3,141.59" in page.content.decode()
        assert "3,000.00" in page.content.decode()
    view = wall.round_of(reader=reader(table, None), now=table.now)
    assert view is not None
    assert view.comparison is not None
    assert (view.comparison.overlap, view.comparison.middle_fen) == (True, 307_080)


def test_a_round_that_is_withdrawn_or_over_shows_nothing(table: Table) -> None:
    """What was proposed in it stays unread for ever; after it another may be opened."""
    first = opened(table)
    with pytest.raises(RefusedError, match="round_open_already"):
        opened(table)
    proposals.propose_for_bank(round_id=first.id, terms=Terms(100_000, 12), reason="", **table.banks)
    proposals.withdraw_round(**table.mediators)
    with pytest.raises(RefusedError, match="no_open_round"):
        proposals.withdraw_round(**table.mediators)
    customers = {"round_id": first.id, "terms": Terms(100_000, 12), "reason": ""}
    with pytest.raises(RefusedError, match="no_open_round"):
        proposals.propose_for_customer(**customers, **table.customers)
    second = opened(table)
    late = table.customers | {"now": second.closes_at}
    with pytest.raises(RefusedError, match="round_over"):
        proposals.propose_for_customer(**customers | {"round_id": second.id}, **late)
    third = proposals.open_round(
        closes_at=second.closes_at + timedelta(hours=1), **table.mediators | {"now": second.closes_at}
    )
    second.refresh_from_db()
    assert (second.state, third.number) == ("lapsed", 3)
    for side in (None, Side.CUSTOMER):
        view = wall.round_of(reader=reader(table, side), now=second.closes_at)
        assert view is not None
        assert view.made == {}
    for terms, code in ((Terms(395_219, 12), "proposal_sum"), (Terms(1, 61), "proposal_months")):
        with pytest.raises(RefusedError, match=code):
            proposals.propose_for_customer(**customers | {"round_id": third.id, "terms": terms}, **late)
    for closes_at in (table.now + timedelta(minutes=4), table.now + timedelta(days=15)):
        with pytest.raises(RefusedError, match="deadline_impossible"):
            proposals.open_round(closes_at=closes_at, **table.mediators)


def test_the_database_itself_reveals_nothing_early(table: Table) -> None:
    """Whoever writes past the services is refused: no reveal of one proposal, none added or changed afterwards."""
    row = opened(table)
    made = proposals.propose_for_bank(round_id=row.id, terms=Terms(100_000, 12), reason="", **table.banks)
    revealed = {"state": "revealed", "ended_at": table.now}
    for write in (
        lambda: ProposalRound.objects.filter(id=row.id).update(**revealed),
        lambda: Proposal.objects.filter(id=made.id).update(side="customer"),
        lambda: Proposal.objects.create(
            round=row, customer=table.debtor.customer, side="bank", terms="{}", made_by=None, made_at=table.now
        ),
        lambda: Proposal.objects.create(
            round=row, customer=table.debtor.customer, side="customer", terms="{}", made_at=row.closes_at
        ),
        lambda: WalledRead.objects.create(
            mediation=table.session.mediation, customer=table.debtor.customer, part="notes", at=table.now
        ).delete(),
    ):
        with pytest.raises(Exception, match=r"has not proposed|Cannot|proposal_|not open"), transaction.atomic():
            write()  # type: ignore[no-untyped-call]
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalRound.objects.create(
            mediation=table.session.mediation, session=table.session, customer=table.debtor.customer, number=9,
            payoff_fen=1, opened_by=table.mediator, opened_at=table.now, closes_at=table.now + timedelta(hours=1),
        )  # fmt: skip


def test_the_means_reach_the_mediator_and_never_the_bank(table: Table, let_in: LetIn) -> None:
    """What the customer can pay is worked out and marked beside each plan, on the mediator's page alone."""
    customer, mediator = let_in(table.debtor), signed_in(table.mediator.staff)
    typed = {"income": "5000", "living": "4700", "dependants": "2", "remark": "母亲住院"}
    assert customer.post(own(table, "means"), typed | {"income": "x"}).status_code == 400
    assert customer.post(own(table, "means"), typed).status_code == 302
    assert customer.post(own(table, "means"), typed).status_code == 302
    again = customer.get(own(table, "means")).content.decode()
    assert all(f'value="{value}"' in again for value in ("5000.00", "4700.00", "2"))
    assert "母亲住院" in again
    asked = {"months": ["12", "24"], "waiver": ["", "100"], "rate": ["", "x"]}
    page = mediator.get(address(table), asked).content.decode()
    assert "母亲住院" in page
    assert "300.00" in page
    assert "too much" in page
    assert "Write months" in page
    banks = signed_in(table.representative).get(address(table)).content.decode()
    assert "母亲住院" not in banks
    assert "means not known" not in banks
    with pytest.raises(wall.BehindTheWallError):
        wall.means_of(reader=reader(table, Side.BANK), now=table.now)
    written = {"income": "6000", "living": "4700", "dependants": "1", "remark": ""}
    assert mediator.post(address(table, "write_means"), written).status_code == 302
    known = wall.means_of(reader=reader(table, Side.CUSTOMER), now=table.now)
    assert known is not None
    assert (known.figures.affordable_fen, known.by_mediator) == (130_000, True)
    with pytest.raises(RefusedError, match="means_impossible"):
        means.say(figures=Figures(-1, 0, 0, 0, 0, 0), remark="", **table.customers)


def test_a_recording_needs_the_consent_of_both(table: Table) -> None:
    """By video the mediator says so; by telephone each has said it (test_conferences)."""
    Session.objects.filter(id=table.session.id).update(mode="video")
    client = signed_in(table.mediator.staff)
    refused = client.post(address(table, "keep_recording"), {"reference": "REC-1"})
    assert (refused.status_code, "only when everybody who takes part" in refused.content.decode()) == (409, True)
    assert (
        client.post(address(table, "keep_recording"), {"reference": "REC-1", "both_consented": "on"}).status_code == 302
    )
    assert "REC-1" in client.get(address(table)).content.decode()
    with pytest.raises(RefusedError, match="recording_reference_missing"):
        session_recordings.keep(reference=" ", both_consented=True, **table.mediators)


def test_nobody_else_writes_at_the_table(table: Table, make_mediator: Any, make_representative: Any) -> None:
    """Another mediator, another representative, each in the other's place, another customer; nobody once it is over."""
    terms = {"terms": Terms(1, 1), "reason": ""}
    row = opened(table)
    for staff in (make_mediator().staff, table.representative):
        with pytest.raises(NotAllowedError):
            proposals.withdraw_round(**table.of(staff))
    for staff in (make_representative(), table.mediator.staff):
        with pytest.raises(NotAllowedError):
            proposals.propose_for_bank(round_id=row.id, **terms, **table.of(staff))
    stranger = table.customers | {"customer_id": factories.make_debtor()[0].id}
    with pytest.raises(RefusedError, match="no_such_mediation"):
        proposals.propose_for_customer(round_id=row.id, **terms, **stranger)
    with pytest.raises(wall.BehindTheWallError):
        wall.as_customer(mediation=table.session.mediation, customer_id=stranger["customer_id"])
    with pytest.raises(RefusedError, match="no_such_session"):
        fact_sheets.draw(session_id=0, actor=Actor.of(table.mediator.staff), now=table.now)
    Mediation.objects.filter(id=table.session.mediation_id).update(state="ended", ending="gap", ended_at=table.now)
    with pytest.raises(RefusedError, match="mediation_ended"):
        proposals.withdraw_round(**table.mediators)
    with pytest.raises(RefusedError, match="mediation_ended"):
        proposals.propose_for_customer(round_id=row.id, **terms, **table.customers)


def test_what_is_written_at_the_table_leaves_no_event(table: Table) -> None:
    """No word and no hint of it on the shared record: the version stays, and so does the ledger."""
    events = Event.objects.count()
    row = opened(table)
    proposals.propose_for_bank(round_id=row.id, terms=Terms(1, 1), reason="", **table.banks)
    proposals.propose_for_customer(round_id=row.id, terms=Terms(1, 1), reason="", **table.customers)
    fact_sheets.draw(**table.mediators)
    means.say(figures=Figures(1, 0, 0, 0, 0, 0), remark="", **table.customers)
    assert Event.objects.count() == events


def test_the_law_is_explained_by_type_of_dispute(table: Table) -> None:
    """Loaded once, edited by administrators, marked where nobody has checked it; the mediator picks the type."""
    assert passages.load() > 50
    assert passages.load() == 0
    client = signed_in(table.mediator.staff)
    page = client.get(address(table), {"type": "over_limit"}).content.decode()
    assert "Bank-card interpretation, art. 2" in page
    assert "Not yet checked against the text" in page
    assert "guarantor" not in page
    other = client.get(address(table), {"type": "no such type"}).content.decode()
    assert "Civil Code, art. 677" in other
    row = LawPassage.objects.get(code="over-limit-card-charges")
    row.text_en = ""
    with pytest.raises(ValidationError):
        passages.save(row=row, actor=Actor.of(factories.make_staff("administrator")))


def test_past_cases_are_counted_and_never_named(table: Table, collector: Staff) -> None:
    """Five without an agreement are told, four are not; another route or amount is another case. Two queries."""
    talks = table.session.mediation
    past = {"kind": "mediation", "route": talks.route, "route_reason": "small", "proposed_by": collector,
            "department": "collections", "proposed_at": table.now, "state": "ended", "ending": "gap",
            "ended_at": table.now}  # fmt: skip

    def add(**changes: Any) -> None:
        customer, account = factories.make_debtor()
        Mediation.objects.create(customer=customer, account=account, **{"amount_fen": 395_218} | past | changes)

    for _ in range(4):
        add()
    add(route="video")
    add(amount_fen=600_000)
    assert similar.similar_to(talks).groups == []
    add()
    with CaptureQueriesContext(connection) as queries:
        found = similar.similar_to(Mediation.objects.select_related("account", "customer").get(id=talks.id))
    assert [(group.result, group.months, group.count) for group in found.groups] == [("none", None, 5)]
    assert len(queries) == 3
    page = signed_in(table.mediator.staff).get(address(table)).content.decode()
    assert "No agreement" in page


def test_every_reading_is_remembered_without_what_was_read(table: Table, client: Client) -> None:
    """Who, which part, when: compliance finds it, and its page shows no more."""
    fact_sheets.draw(**table.mediators)
    means.say(figures=Figures(1, 0, 0, 0, 0, 0), remark="x", **table.customers)
    signed_in(table.mediator.staff).get(address(table))
    reads = set(WalledRead.objects.values_list("staff", "part"))
    assert reads == {(table.mediator.staff.id, "facts"), (table.mediator.staff.id, "means")}
    client.force_login(factories.make_staff("auditor"))
    page = client.get("/admin/mediation/walledread/")
    assert page.status_code == 200
    assert str(table.mediator.staff) in page.content.decode()


def test_the_banks_own_negotiation_has_no_desk(
    debtor: Debtor, collector: Staff, representative: Staff, now: Any
) -> None:
    """Nobody stands between the parties there, and nothing lies behind a wall."""
    from mediation.services import mediations, scheduling

    talks = mediations.propose(
        customer_id=debtor.customer.id, account_id=debtor.account.id, kind="negotiation", position="",
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    session = scheduling.schedule(mediation_id=talks.id, now=now)
    assert session is not None
    client = signed_in(representative)
    assert client.get(reverse("mediation:desk", args=[session.id])).status_code == 404
    page = client.get(reverse("mediation:session", args=[session.id])).content.decode()
    assert f"session/{session.id}/desk/" not in page


def test_a_round_ends_when_another_speaks_for_the_bank(table: Table, make_representative: Callable[[], Staff]) -> None:
    """What somebody proposed who has left the table binds nobody; with the same people another date changes nothing."""
    from mediation.services import scheduling, sessions

    first = opened(table)
    proposals.propose_for_bank(round_id=first.id, terms=Terms(100_000, 12), reason="", **table.banks)
    sessions.cancel(seen_version=None, **table.mediators)
    scheduling.schedule(mediation_id=table.session.mediation_id, now=table.now)
    first.refresh_from_db()
    assert first.state == "open"
    again = Session.objects.get(mediation=table.session.mediation_id, state="scheduled")
    sessions.cancel(seen_version=None, session_id=again.id, actor=Actor.of(table.mediator.staff), now=table.now)
    Staff.objects.filter(id=table.representative.id).update(is_active=False)
    make_representative()
    scheduling.schedule(mediation_id=table.session.mediation_id, now=table.now)
    with pytest.raises(RefusedError, match="no_open_round"):
        proposals.propose_for_customer(round_id=first.id, terms=Terms(100_000, 12), reason="", **table.customers)
    view = wall.round_of(reader=reader(table, Side.CUSTOMER), now=table.now)
    assert view is not None
    assert (view.round.state, view.made) == ("withdrawn", {})
