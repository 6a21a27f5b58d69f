"""A page whose session has ended is told so in its place, with the way back to where its reader was."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from collections_app.models import Customer, Event, Staff
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def note(db: None, now: datetime) -> str:
    customer: Customer = factories.make_debtor()[0]
    return reverse("desk:note", args=[customer.customer_no])


def send(client: Client, path: str, page: str) -> Any:
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    return client.post(path, {"seen_version": 1, "text": "客户已搬家"}, headers=headers)


def test_a_form_of_nobody_is_told_above_and_links_to_signing_in_and_back(client: Client, note: str) -> None:
    """401, put above the page's content; the form is left alone."""
    response = send(client, note, f"http://testserver{note}?kind=other")
    assert response.status_code == 401
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#signed-out", "innerHTML")
    page = response.content.decode()
    assert f'href="{LOGIN}?next={quote(f"{note}?kind=other", safe="")}"' in page
    assert "<form" not in page
    assert not Event.objects.exists()


@pytest.mark.parametrize("page", ["https://elsewhere.example/c/", "//elsewhere.example/", "nonsense", ""])
def test_the_way_back_never_leaves_the_site(client: Client, note: str, page: str) -> None:
    response = send(client, note, page)
    assert response.status_code == 401
    assert "elsewhere" not in response.content.decode()


def test_an_idle_session_ends_in_the_same_words(client: Client, note: str, now: datetime, settings: Any) -> None:
    """With scripts the notice; without, the sign-in page with the way back to the form."""
    collector: Staff = factories.make_staff("collector")
    for htmx in (True, False):
        client.force_login(collector)
        client.get(note)
        with time_machine.travel(now + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1), tick=False):
            if htmx:
                assert send(client, note, f"http://testserver{note}").status_code == 401
            else:
                response = client.post(note, {"text": "x"}, headers={"Referer": f"http://testserver{note}"})
                assert (response.status_code, response["Location"]) == (302, f"{LOGIN}?next={note}")
    assert not Event.objects.filter(kind="note.added").exists()


def test_who_is_signed_in_is_sent_where_the_page_says(client: Client, note: str, now: datetime) -> None:
    """Only the way to the sign-in page becomes a notice."""
    client.force_login(factories.make_staff("collector"))
    response = send(client, note, f"http://testserver{note}")
    assert (response.status_code, "HX-Redirect" in response.headers) == (200, True)
