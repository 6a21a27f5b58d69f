"""A customer sees their own talks, nobody else's, and nobody without a session sees any."""

from collections_app.services.records import Actor
from mediation.services import mediations
from tests import factories


def test_a_customer_sees_their_talks_and_nobody_elses(debtor, collector, let_in, now):
    mine = mediations.propose(
        customer_id=debtor.customer.id, account_id=debtor.account.id, kind="mediation", position="Waive the fee.",
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    other_customer, other_account = factories.make_debtor()
    other = mediations.propose(
        customer_id=other_customer.id, account_id=other_account.id, kind="negotiation", position="",
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    browser = let_in(debtor)
    page = browser.get("/r/talks/").content.decode()
    assert f"/r/talks/{mine.id}/" in page
    assert f"/r/talks/{other.id}/" not in page
    assert "待排期" in browser.get(f"/r/talks/{mine.id}/").content.decode()
    assert "Waive the fee" not in browser.get(f"/r/talks/{mine.id}/").content.decode()
    assert browser.get(f"/r/talks/{other.id}/").status_code == 404


def test_without_a_session_the_way_in_is_shown(client, db):
    for path in ("/r/talks/", "/r/talks/1/"):
        assert client.get(path)["Location"] == "/r/"
