"""The pages of letters: who works with them, and what they take in."""

from datetime import datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from collections_app.models import LookUp, Staff
from collections_app.services.records import Actor
from notifications.domain.letters import letter_no
from notifications.models import Letter, PostFile, PrintBatch
from notifications.services import asked, sending
from tests import factories

LIST = "/notifications/letters/"


@pytest.fixture
def letter(bank: None, now: datetime) -> Letter:
    customer, account = factories.make_debtor()
    factories.make_mobile(customer, "北京市西城区某路8号", kind="address_home")
    message = asked.send(
        customer_id=customer.pk, kind_code="formal_demand", account_id=account.pk, typed="", by="letter",
        actor=Actor.of(factories.make_staff("legal")), seen_version=None, now=now,
    )  # fmt: skip
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    return Letter.objects.get(message=message)


@pytest.fixture
def printer(bank: None, client: Client) -> Staff:
    staff = factories.make_staff("operations", scope="institution")
    client.force_login(staff)
    return staff


def test_a_letter_goes_through_its_pages(client: Client, printer: Staff, letter: Letter, now: datetime) -> None:
    """Made into a batch, taken, posted, and told of by file, with the rejected lines on the screen."""
    assert letter_no(letter.pk) in client.get(LIST).content.decode()
    answer = client.post(reverse("notifications:print_batch_make"))
    batch = PrintBatch.objects.get()
    address = reverse("notifications:print_batch", args=[batch.pk])
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert client.post(reverse("notifications:print_batch_make")).status_code == 409
    file = reverse("notifications:print_batch_file", args=[batch.pk])
    taken = client.post(file)
    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "application/zip")
    assert client.post(file).status_code == 409
    assert client.post(address, {"do": "posted", "on": ""}).status_code == 409
    assert client.post(address, {"do": "posted", "on": now.date().isoformat()}).status_code == 302
    lines = f"letter,outcome,day,reference,reason\n{letter_no(letter.pk)},returned,{now.date()},,moved\nL9,lost,,,\n"
    upload = SimpleUploadedFile("news.csv", lines.encode(), content_type="text/csv")
    shown = client.post(reverse("notifications:post_file_take"), {"file": upload}, follow=True)
    row = PostFile.objects.get()
    assert (row.taken, len(row.rejected)) == (1, 1)
    assert "outcome" in shown.content.decode()
    letter.refresh_from_db()
    assert letter.state == "returned"
    for page in (LIST, f"{LIST}?state=returned", address, reverse("notifications:letter", args=[letter.pk])):
        assert client.get(page).status_code == 200
    assert client.get(reverse("notifications:message", args=[letter.pk])).status_code in {200, 302, 403}


def test_news_is_typed_on_the_letters_page(client: Client, printer: Staff, letter: Letter, now: datetime) -> None:
    """What cannot be is said, and what was typed is kept."""
    client.post(reverse("notifications:print_batch_make"))
    batch = PrintBatch.objects.get()
    page = reverse("notifications:letter", args=[letter.pk])
    said = {"outcome": "posted", "on": now.date().isoformat(), "reference": "RK77", "why": ""}
    assert client.post(page, said).status_code == 409
    client.post(reverse("notifications:print_batch_file", args=[batch.pk]))
    assert client.post(page, said).status_code == 302
    assert client.post(page, {"outcome": "delivered"}).status_code == 422
    assert "RK77" in client.get(page).content.decode()


def test_each_look_at_a_page_is_logged(client: Client, printer: Staff, letter: Letter) -> None:
    """It is the customer's letter: who read it stands beside it."""
    answer = client.post(reverse("notifications:letter_page", args=[letter.pk]))
    assert BytesIO(answer.content).read(5) == b"%PDF-"
    assert LookUp.objects.filter(staff=printer, customer=letter.customer).count() == 1


def test_who_does_not_print_sees_no_letters(client: Client, letter: Letter) -> None:
    """A collector is refused, an auditor reads and writes nothing, another branch's printer finds nothing."""
    client.force_login(factories.make_staff("collector"))
    assert client.get(LIST).status_code == 403
    client.force_login(factories.make_staff("auditor", scope="institution"))
    assert client.get(LIST).status_code == 200
    assert client.post(reverse("notifications:print_batch_make")).status_code == 409
    assert not PrintBatch.objects.exists()
    elsewhere = factories.make_branch("SH")
    client.force_login(factories.make_staff("operations", scope="branch", branch=elsewhere))
    assert letter_no(letter.pk) not in client.get(LIST).content.decode()
    assert client.get(reverse("notifications:letter", args=[letter.pk])).status_code == 404
