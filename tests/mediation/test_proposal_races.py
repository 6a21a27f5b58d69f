"""Both sides propose at the same instant."""

from collections.abc import Callable

import pytest

from mediation.domain.bidding import Terms
from mediation.models import Proposal, ProposalRound
from mediation.services import proposals
from tests.collections_app.test_approval_races import at_once
from tests.mediation.conftest import Table
from tests.mediation.test_desk import opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_n_plus_one")]


def test_of_two_proposals_at_once_exactly_one_reveals(table: Table) -> None:
    """Each side sends twice; one proposal a side is kept, and the round is revealed once, by whichever came second."""
    row = opened(table)

    def bank() -> str:
        made = proposals.propose_for_bank(round_id=row.id, terms=Terms(300_000, 12), reason="", **table.banks)
        return f"{made.side} {ProposalRound.objects.get().state}"

    def customer() -> str:
        made = proposals.propose_for_customer(round_id=row.id, terms=Terms(250_000, 12), reason="", **table.customers)
        return made.side

    acts: list[Callable[[], str]] = [bank, customer, bank, customer]
    ends = at_once(*acts)
    refused = "proposal_made_already"
    assert sorted(end.split()[0] for end in ends) == ["bank", "customer", refused, refused]
    row.refresh_from_db()
    assert (row.state, Proposal.objects.count()) == ("revealed", 2)
