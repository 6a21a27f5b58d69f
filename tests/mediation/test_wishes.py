"""The customer asks for a longer term: the mediator reads it, the bank only the proposal that is made of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from collections_app.models import Event
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from mediation.domain.bidding import Terms, Wish, problems_of_wish
from mediation.domain.sides import Side
from mediation.models import ProposalRound, TermWish
from mediation.selectors import wall
from mediation.services import proposals, sessions, wishes
from tests import factories
from tests.mediation.conftest import Debtor, Table
from tests.mediation.test_desk import address, opened, own, reader
from tests.mediation.test_pages import signed_in

pytestmark = pytest.mark.usefixtures("no_n_plus_one")
WHY = "工资每月十五日到账，房租要先付"


def test_a_wish_is_a_proposal_of_at_most_what_pays_the_account_off() -> None:
    """Twelve times 300 yuan; of a smaller debt no more than it."""
    assert Wish(30_000, 12).as_terms(payoff_fen=395_218) == Terms(360_000, 12)
    assert Wish(30_000, 12).as_terms(payoff_fen=300_000) == Terms(300_000, 12)
    assert problems_of_wish(Wish(30_000, 60), payoff_fen=395_218) == []
    assert problems_of_wish(Wish(0, 61), payoff_fen=1) == ["wish_instalment", "proposal_months"]
    assert problems_of_wish(Wish(2, 1), payoff_fen=1) == ["wish_instalment"]


def test_the_customer_asks_for_a_longer_term_and_only_the_mediator_reads_it(
    table: Table, let_in: Callable[[Debtor], Client]
) -> None:
    """Filed on the page of the talks, twice kept once; the bank sees nothing before both proposals are in."""
    customer, bank = let_in(table.debtor), signed_in(table.representative)
    customer.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = own(table, "talks")
    assert "I need a longer term" in customer.get(page).content.decode()
    typed = {"instalment": "300", "months": "12", "reason": WHY}
    wrong = customer.post(own(table, "wish"), typed | {"months": "99"})
    assert (wrong.status_code, WHY in wrong.content.decode(), TermWish.objects.count()) == (400, True, 0)
    refused = customer.post(own(table, "wish"), typed | {"instalment": "99999999"})
    assert (refused.status_code, WHY in refused.content.decode()) == (409, True)
    events = Event.objects.count()
    for _ in range(2):
        assert customer.post(own(table, "wish"), typed).status_code == 302
    assert (TermWish.objects.count(), Event.objects.count()) == (1, events)
    shown = customer.get(page).content.decode()
    assert "The mediator has it." in shown
    assert WHY not in shown
    assert WHY in signed_in(table.mediator.staff).get(address(table)).content.decode()
    assert WHY not in bank.get(address(table)).content.decode()
    with pytest.raises(wall.BehindTheWallError):
        wall.wish_of(reader=reader(table, Side.BANK), now=table.now)
    opened(table)
    assert "I need a longer term" not in customer.get(page).content.decode()
    form = customer.get(own(table, "proposal")).content.decode()
    assert 'value="3600.00"' in form
    assert WHY not in bank.get(address(table)).content.decode()
    row = ProposalRound.objects.get()
    proposals.propose_for_customer(round_id=row.id, terms=Terms(360_000, 12), reason="", **table.customers)
    assert "3,600.00" not in bank.get(address(table)).content.decode()
    proposals.propose_for_bank(round_id=row.id, terms=Terms(350_000, 24), reason="", **table.banks)
    assert "3,600.00" in bank.get(address(table)).content.decode()


def test_a_wish_is_filed_before_and_between_sessions_only(table: Table, let_in: Callable[[Debtor], Client]) -> None:
    """In an open round it is proposed, at the table it is said, of a stranger's talks it is nobody's."""
    wish = {"wish": Wish(30_000, 12), "reason": ""}
    row = opened(table)
    with pytest.raises(RefusedError, match="wish_in_a_round"):
        wishes.file(**wish, **table.customers)
    late = table.customers | {"now": row.closes_at}
    kept = wishes.file(**wish, **late)
    with pytest.raises(RefusedError, match="proposal_reason_too_long"):
        wishes.file(**wish | {"reason": "x" * 1001}, **late)
    with pytest.raises(RefusedError, match="no_such_mediation"):
        wishes.file(**wish, **late | {"customer_id": factories.make_debtor()[0].id})
    sessions.begin(
        session_id=table.session.id, actor=Actor.of(table.mediator.staff), seen_version=None, now=row.closes_at
    )
    with pytest.raises(RefusedError, match="wish_at_the_table"):
        wishes.file(**wish, **late)
    browser = let_in(table.debtor)
    said = browser.get(own(table, "talks"), headers={"accept-language": "en"}).content.decode()
    assert "I need a longer term" not in said
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        TermWish.objects.filter(id=kept.id).update(filed_at=row.closes_at + timedelta(days=1))
    address_of_talks = reverse("talks:wish", args=[table.session.mediation_id])
    stranger = let_in(Debtor(*factories.make_debtor()))
    assert stranger.post(address_of_talks, {"instalment": "1", "months": "1"}).status_code == 404
