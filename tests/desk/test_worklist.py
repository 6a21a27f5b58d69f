"""The worklist page: views, conditions, keeping them, and the next case by a button."""

from datetime import timedelta

import pytest
from django.urls import reverse

from collections_app.models import CaseClaim, SavedQueue
from collections_app.services import reference
from tests import factories

pytestmark = pytest.mark.django_db

NEXT = "/next/"


def page(client, path: str) -> str:
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def names(text: str) -> list[str]:
    return [part.partition(">")[2].partition("<")[0].strip() for part in text.split('class="row-name"')[1:]]


def test_conditions_narrow_the_list_and_come_off_one_by_one(client, collector, now):
    """Each is a chip whose address is the list without it."""
    for name, fen in (("陈晓梅", 100_000), ("李志强", 500_000), ("王芳芳", 900_000)):
        factories.make_debtor(name=name, account={"core_overdue_fen": fen})
    text = page(client, "/?queue=to_contact&overdue_from=2000&overdue_to=8000&language=zh-hans")
    assert names(text) == ["李志强"]
    assert "Overdue amount: 2,000.00 to 8,000.00" in text
    assert '?queue=to_contact&amp;language=zh-hans"' in text
    assert names(page(client, "/?queue=to_contact&order=amount")) == ["王芳芳", "李志强", "陈晓梅"]
    assert "No case fits what you have chosen" in page(client, "/?queue=to_contact&language=en")


def test_what_makes_no_sense_is_said_and_left_out(client, collector, now):
    """The rest of the address still holds."""
    factories.make_debtor(name="李志强")
    text = page(client, "/?queue=to_contact&stage=m99&overdue_from=much&quiet=x&days_from=9&days_to=1&order=odd")
    assert names(text) == ["李志强"]
    for sentence in (
        "“Stage” knows nothing called “m99”",
        "“Overdue amount” needs an amount in yuan, not “much”",
        "“Days without contact” needs a whole number, not “x”",
        "“Days overdue” ends before it begins",
        "There is no such order: “odd”.",
    ):
        assert sentence in text


def test_a_kept_view_is_ones_own_until_it_is_shared(client, collector, now):
    """A collector keeps; a supervisor shares with the branch; another branch sees nothing."""
    factories.make_debtor(name="李志强", language="en")
    query = "queue=to_contact&language=en"
    saved = client.post("/views/save/", {"query": query, "name": " English  speakers "})
    assert saved.status_code == 303
    row = SavedQueue.objects.get()
    assert (row.owner, row.shared, len(row.conditions)) == (collector, False, 2)
    assert names(page(client, saved["Location"])) == ["李志强"]
    assert client.post("/views/save/", {"query": query, "name": "x", "shared": "on"}).status_code == 403
    colleague = factories.make_staff("collector")
    client.force_login(colleague)
    assert row.name_zh not in page(client, "/")
    client.force_login(factories.make_staff("supervisor"))
    client.post("/views/save/", {"query": query, "name": "For the branch", "shared": "on", "role": "collector"})
    client.force_login(colleague)
    assert "For the branch" in page(client, "/")
    client.force_login(factories.make_staff("collector", branch=factories.make_branch("SH")))
    assert "For the branch" not in page(client, "/")


def test_a_name_is_asked_for_and_what_was_chosen_stays(client, collector, now):
    """422 with the reason; the same name keeps one view."""
    answer = client.post("/views/save/", {"query": "queue=to_contact&stage=m2", "name": " "})
    assert answer.status_code == 422
    assert 'value="queue=to_contact&amp;stage=m2"' in answer.content.decode()
    for stage in ("m2", "m3"):
        client.post("/views/save/", {"query": f"queue=to_contact&stage={stage}", "name": "晚期"})
    assert SavedQueue.objects.get().conditions[1] == {"field": "stage", "values": ["m3"]}


def test_only_whose_it_is_or_a_supervisor_there_removes_a_view(client, collector, now):
    """A colleague is told that there is none."""
    client.post("/views/save/", {"query": "queue=to_contact", "name": "mine"})
    row = SavedQueue.objects.get()
    client.force_login(factories.make_staff("collector"))
    client.post(f"/views/{row.id}/remove/")
    assert SavedQueue.objects.exists()
    client.force_login(collector)
    assert client.post(f"/views/{row.id}/remove/").status_code == 303
    assert not SavedQueue.objects.exists()


def test_a_view_whose_code_is_gone_says_so(client, collector, now):
    """It holds nothing, rather than everything."""
    factories.make_debtor()
    row = SavedQueue.objects.create(
        name_zh="旧", conditions=[{"field": "hold", "values": ["abolished"]}], owner=collector, created_at=now
    )
    assert "This view no longer works" in page(client, f"/?queue=v{row.id}")


def test_the_banks_queues_are_rows_that_can_be_renamed_ordered_and_taken_out_of_use(client, collector, now):
    """Loading again changes nothing."""
    factories.make_debtor()
    reference.load(now=now)
    SavedQueue.objects.filter(code="to_contact").update(name_en="Call these")
    assert reference.load(now=now).queues == 0
    assert "Call these" in page(client, "/")
    assert "Passed over" not in page(client, "/?queue=passed_over")
    client.force_login(factories.make_staff("supervisor"))
    assert "Passed over" in page(client, "/?queue=passed_over")


def test_the_next_case_is_claimed_opened_and_marked_for_colleagues(client, collector, now):
    """The button opens the most urgent case; the list tells a colleague whose it is; asking again gives it again."""
    small = factories.make_debtor(name="陈晓梅", account={"core_overdue_fen": 100_000})[0]
    large = factories.make_debtor(name="李志强", account={"core_overdue_fen": 900_000})[0]
    for _ in range(2):
        answer = client.post(NEXT, {"query": "queue=to_contact"})
        assert answer["Location"] == reverse("desk:record", args=[large.customer_no]) + "?queue=to_contact"
    assert "Claimed by you until" in page(client, answer["Location"])
    answer = client.post(NEXT, {"query": "queue=to_contact", "done": large.customer_no})
    assert small.customer_no in answer["Location"]
    client.force_login(factories.make_staff("collector"))
    text = page(client, "/?queue=to_contact")
    assert f"Claimed by {collector.name} until" in text
    answer = client.post(NEXT, {"query": "queue=to_contact"})
    assert large.customer_no in answer["Location"]


def test_no_free_case_is_said_on_the_list(client, collector, now):
    """No dead end."""
    answer = client.post(NEXT, {"query": "queue=to_contact&stage=m2"}, follow=True, headers={"Accept-Language": "en"})
    assert "No case of this view is free now" in answer.content.decode()


def test_opening_renews_giving_back_and_signing_out_end_a_claim(client, collector, now):
    """A supervisor takes a case back; a colleague cannot."""
    customer = factories.make_debtor()[0]
    record, back = (reverse(f"desk:{name}", args=[customer.customer_no]) for name in ("record", "give_back"))
    client.post(NEXT, {"query": "queue=to_contact"})
    claims = CaseClaim.objects.all()
    claims.update(expires_at=now + timedelta(minutes=1))
    client.get(record)
    assert claims.get().expires_at == now + timedelta(minutes=15)
    client.force_login(factories.make_staff("collector"))
    assert client.post(back).status_code == 403
    client.force_login(factories.make_staff("supervisor"))
    assert "Take the case back" in page(client, record)
    client.post(back)
    assert claims.get().end == "released"
    client.force_login(collector)
    client.post(NEXT, {"query": "queue=to_contact"})
    client.post("/accounts/logout/")
    assert claims.latest("id").end == "signed_out"


def test_who_only_reads_has_no_button(client, now):
    """Auditors see claims and take none."""
    client.force_login(factories.make_staff("auditor"))
    assert 'action="/next/"' not in page(client, "/")
    assert client.post(NEXT, {"query": ""}).status_code == 403


def test_the_page_of_conditions_shows_what_is_chosen(client, collector, now):
    """Every field of the vocabulary is there; what is chosen is checked."""
    text = page(client, "/views/?queue=to_contact&stage=m2&overdue_from=1000.50&quiet=7")
    assert 'value="m2" checked' in text
    assert 'value="1000.50"' in text
    assert 'name="quiet" value="7"' in text
    assert "Keep this view" in text
