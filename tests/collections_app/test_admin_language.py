"""The first pages of the administration read in Chinese; what others are read by (each page: test_admin_budgets.py)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from collections_app.models import Staff
from tests import factories
from tests.collections_app import admin_rows

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors, pytest.mark.usefixtures("bare_errors")]
REGISTRY = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
# Names, codes and abbreviations that Chinese readers read as they are.
ALLOWED = {"OneCase", "English", "SMS", "SHA", "ID", "App", "CN", "CNY", "Asia", "Shanghai", "Twilio"}
WORD = re.compile(r"[A-Za-z]{2,}")
READ_ATTRIBUTES = ("placeholder", "title", "aria-label", "alt")


@pytest.fixture
def no_n_plus_one() -> None:
    """Django's own pages ask as often as they like."""


class Text(HTMLParser):
    """Collects what people read of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.silent += tag in {"script", "style", "svg", "template"}
        self.said += [values[name] or "" for name in READ_ATTRIBUTES if name in values]
        if tag == "input" and values.get("type") in {"submit", "button"}:
            self.said.append(values.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style", "svg", "template"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def said(html: str, data: list[str]) -> str:
    """Return what people read on a page, without what the rows of these tests say."""
    parser = Text()
    parser.feed(html)
    text = "\n".join(parser.said)
    for words in data:
        text = text.replace(words, " ")
    return text


def left_over(html: str, data: list[str]) -> set[str]:
    """Return the words in Latin letters that people would read on a page."""
    return set(WORD.findall(said(html, data))) - ALLOWED


def pages_of(model: Any, rows: Any) -> Iterator[str]:
    """Return the addresses of the pages of one model: its list, its form, and one row with its changes."""
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"admin:{name}_changelist")
    yield reverse(f"admin:{name}_add")
    row = rows.get(model._meta.label)
    if row is not None:
        yield reverse(f"admin:{name}_change", args=[row])
        yield reverse(f"admin:{name}_history", args=[row])


def addresses_of(rows: Any) -> list[str]:
    """Return the addresses of every page of every model."""
    return [address for model, _page in REGISTRY for address in pages_of(model, rows)]


def opens(address: str, status: int) -> bool:
    """Whether a page answered as it must: only forms of new rows may be refused, or ask for a choice first."""
    return status == 200 or (address.endswith("/add/") and status in {302, 403})


@pytest.fixture
def rows(rules: None) -> dict[str, Any]:
    return admin_rows.make(now=datetime(2026, 11, 20, 2, 0, tzinfo=UTC) - timedelta(hours=1))


@pytest.fixture
def administrator() -> Staff:
    return factories.make_staff("administrator", username="guan", scope="institution")


def test_every_page_has_a_row_to_show(rows: dict[str, Any]) -> None:
    """A list without rows would hide what stands in its columns."""
    assert not {model._meta.label for model, _ in REGISTRY} - set(rows)


def test_the_index_and_the_question_are_in_chinese(client: Client, administrator: Staff, rows: dict[str, Any]) -> None:
    """So are the page that greets and the one that asks before something grave."""
    client.force_login(administrator)
    data = admin_rows.data()
    assert not left_over(client.get("/admin/", headers={"accept-language": "zh-CN"}).content.decode(), data)
    chosen = {"action": "let_go", "_selected_action": [rows["collections_app.Staff"]]}
    asked = client.post("/admin/collections_app/staff/", chosen, headers={"accept-language": "zh-CN"}).content.decode()
    assert "请确认" in asked
    assert not left_over(asked, data)
