"""A customer sees their own talks, nobody else's, and nobody without a session sees any."""

from collections_app.models import Hold
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
    # While an account is talked over the first page leads there; before and after, the link is among the rest.
    assert first_way(browser) != "/r/talks/"
    Hold.objects.create(customer=debtor.customer, account=debtor.account, kind="in_mediation", placed_at=now)
    assert first_way(browser) == "/r/talks/"


def first_way(browser):
    ways = browser.get("/r/account/").content.decode().split('<nav class="ways"')[1]
    assert ways.count('href="/r/talks/"') == 1
    return ways.split('href="')[1].split('"')[0]


def test_without_a_session_the_way_in_is_shown(client, db):
    for path in ("/r/talks/", "/r/talks/1/"):
        assert client.get(path)["Location"] == "/r/"
