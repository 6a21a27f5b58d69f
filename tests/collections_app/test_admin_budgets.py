"""No page of the administration asks more of the database for more rows, and each is in Chinese and English whole.

Every page is opened twice, which takes longest: in Chinese with one row in every table, in English with more of them.
All three are read from that.
"""

import copy
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Model
from django.db.models.base import ModelState
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from collections_app.domain.note_words import LANGUAGES, NOTE_TOPICS
from collections_app.domain.staff import ROLES
from collections_app.models import Journal, JournalLine, Staff
from mediation.models import Availability, Expert, Mediator, Place, SessionSpacing, Travel
from tests import factories, seeds
from tests.collections_app import admin_rows
from tests.collections_app.test_admin_language import addresses_of, left_over, opens, said
from tests.conftest import bare
from tests.shared import kept_for_module

# Both rounds of pages come before the first test.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors, pytest.mark.timeout(400)]
REGISTRY = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
MANY = 8
CHINESE = re.compile("[\u4e00-\u9fff]+")
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
# One of those that are no words of a page.
NAME = "姓名甲"


def _an_hour(number: int) -> DateTimeTZRange:
    begins = START + timedelta(days=10 + number)
    return DateTimeTZRange(begins, begins + timedelta(hours=1))


def _like(row: Any) -> Any:
    made = copy.copy(row)
    made._state, made.pk = ModelState(), None
    made.save(force_insert=True)
    return made


# What tells one row of a table from the next, where no column of its own has to.
APART: dict[str, Callable[[Any, int], dict[str, Any]]] = {
    "mediation.Training": lambda row, number: {"passed_on": row.passed_on + timedelta(days=number + 1)},
    "mediation.Qualification": lambda row, number: {"number": f"{number + 2}"},
    "axes.AccessAttempt": lambda row, number: {"username": f"moren{number}"},
    "collections_app.Alert": lambda row, number: {"resolved_at": START},
    "collections_app.ApprovedAnswer": lambda row, number: {"version": 100 + number},
    "collections_app.ArrangementOffer": lambda row, number: {"code": f"x{number}"},
    "collections_app.Authority": lambda row, number: {"role": f"role{number}"},
    "collections_app.CalendarVersion": lambda row, number: {"version": 100 + number},
    "collections_app.ClockRule": lambda row, number: {"country": f"{number:02}"},
    "collections_app.Code": lambda row, number: {"code": f"sample{number}"},
    "collections_app.CodeVersion": lambda row, number: {"version": 100 + number},
    "collections_app.Complaint": lambda row, number: {"handoff": _like(row.handoff)},
    "collections_app.CoreInstruction": lambda row, number: {"waiver": _like(row.waiver)},
    "collections_app.EventLeft": lambda row, number: {"reader": f"reader{number}"},
    "collections_app.ImportedDay": lambda row, number: {"on": row.on + timedelta(days=1 + number)},
    "collections_app.Journal": lambda row, number: {"reference": f"B{number}"},
    "collections_app.LimitationEvent": lambda row, number: {"source": f"promise:{100 + number}"},
    "collections_app.Placement": lambda row, number: {"recalled_at": START},
    "collections_app.PromiseRule": lambda row, number: {"stage": f"m{10 + number}"},
    "collections_app.Recusal": lambda row, number: {"staff": factories.make_staff(display_name=NAME)},
    "collections_app.Rule": lambda row, number: {"code": f"CN-X{number}"},
    "collections_app.RulePack": lambda row, number: {"version": 100 + number, "active": False},
    "collections_app.SavedQueue": lambda row, number: {"code": f"sample{number}"},
    "ledger.Checkpoint": lambda row, number: {"tree_size": 100 + number},
    "mediation.LawPassage": lambda row, number: {"code": f"sample{number}"},
    "mediation.Room": lambda row, number: {"name": f"{500 + number}"},
    "mediation.DateRule": lambda row, number: {"product": f"p{number}"},
    "mediation.Absence": lambda row, number: {"during": _an_hour(number)},
    "notifications.ReminderRule": lambda row, number: {"at": time(9, number)},
    "notifications.SenderRoute": lambda row, number: {"country": f"{chr(65 + number // 26)}{chr(65 + number % 26)}"},
    "notifications.ProviderCode": lambda row, number: {"code": f"9{number:04}"},
    "notifications.SenderState": lambda row, number: {"provider": f"provider{number}"},
    "notifications.ProviderTerms": lambda row, number: {"provider": f"provider{number}"},
    "notifications.CountryTerms": lambda row, number: {"country": f"{chr(65 + number % 26)}{chr(65 + number // 26)}"},
    "notifications.Tariff": lambda row, number: {"country": f"{chr(65 + number % 26)}{chr(65 + number // 26)}"},
    "notifications.Template": lambda row, number: {"version": 100 + number},
    "repayment.SettlementDifference": lambda row, number: {"ended_at": START},
    "repayment.HeldPayment": lambda row, number: {"idempotency_key": f"h{number}", "gateway_reference": f"H{number}"},
    "repayment.Payment": lambda row, number: {"idempotency_key": f"k{number}", "gateway_reference": f"G{number}"},
}


@pytest.fixture
def no_n_plus_one() -> None:
    """The test counts by itself."""


def another(row: Any, number: int) -> Model:
    """Return a copy of a row that may stand beside it: what must be unique is."""
    made: Model = copy.copy(row)
    made._state = ModelState()
    made.pk = None
    for field in row._meta.concrete_fields:
        if field.unique and not field.primary_key and field.get_internal_type() == "CharField":
            size = (field.max_length or 200) - len(f"-{number}")
            setattr(made, field.attname, f"{getattr(row, field.attname)[:size]}-{number}")
    apart = APART.get(row._meta.label)
    for name, value in (apart(row, number) if apart else {}).items():
        setattr(made, name, value)
    return made


def fill(rows: dict[str, Any]) -> None:
    """Bring every table the administration shows to MANY rows more, roles and topics but to as many as there are."""
    first = Mediator.objects.get(pk=rows["mediation.Mediator"])
    for _ in range(MANY):
        person = factories.make_staff("mediator", display_name=NAME)
        Mediator.objects.create(staff=person, organisation=first.organisation, languages=["zh"])
        Expert.objects.create(staff=person, speciality="legal", organisation=first.organisation, languages=["zh"])
        Availability.objects.create(staff=person, weekday=0, opens="09:00", closes="12:00")
    for model, _page in REGISTRY:
        if issubclass(model, Staff | Mediator | Expert | SessionSpacing):
            continue
        row: Any = model._default_manager.get(pk=rows[model._meta.label])
        if model._meta.label == "collections_app.RolePolicy":
            more = [model(role=code) for code in ROLES if code != row.role]
        elif model._meta.label == "collections_app.NoteWords":
            pairs = [(topic, language) for topic in NOTE_TOPICS for language in LANGUAGES]
            more = [model(topic=t, language=c, words="x") for t, c in pairs if (t, c) != (row.topic, row.language)]
        elif model._meta.label == "mediation.ProvinceWage":
            more = [model(region=row.region, year=1990 + number, yearly_fen=1) for number in range(MANY)]
        elif model is Travel:
            others = [another(row.other, 100 + number) for number in range(MANY)]
            Place.objects.bulk_create(others)
            more = [model(one=row.one, other=other, minutes=9) for other in others]
        else:
            more = [another(row, number) for number in range(MANY)]
        made = model._default_manager.bulk_create(more)
        if model is Journal:
            # One without lines is refused by the database.
            signed = ((booking, fen) for booking in made for fen in (5, -5))
            JournalLine.objects.bulk_create(
                JournalLine(journal=booking, book="clearing" if fen > 0 else "unidentified", amount_fen=fen)
                for booking, fen in signed
            )


class Page(NamedTuple):
    """How a page answered, and what it asked."""

    status: int
    html: str
    asked: list[str]


class Opened(NamedTuple):
    """How every page answers with one row in every table, in Chinese, and with more of them, in English."""

    few: dict[str, Page]
    many: dict[str, Page]
    data: list[str]


def page(client: Client, address: str, language: str) -> Page:
    """Open a page as somebody who reads a language."""
    with CaptureQueriesContext(connection) as queries, bare():
        answer = client.get(address, headers={"accept-language": language})
    return Page(answer.status_code, answer.content.decode(), [query["sql"] for query in queries.captured_queries])


def _opened() -> Opened:
    seeds.rule_packs(now=factories.START)
    rows = admin_rows.make(now=START)
    person, client = factories.make_staff("administrator", username="guan", scope="institution"), Client()
    LogEntry.objects.update(user=person)
    client.force_login(person)
    # What a process asks once: the kinds of rows, of what stands for another model too.
    for concrete in (True, False):
        ContentType.objects.get_for_models(*(model for model, _ in REGISTRY), for_concrete_models=concrete)
    client.get("/admin/")
    addresses = ("/admin/", *addresses_of(rows))
    few = {address: page(client, address, "zh-CN") for address in addresses}
    fill(rows)
    return Opened(few, {address: page(client, address, "en") for address in addresses}, admin_rows.data())


@pytest.fixture(scope="module")
def opened(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Opened]:
    with kept_for_module(django_db_blocker, _opened) as found:
        yield found


def test_no_page_asks_more_for_more_rows(opened: Opened) -> None:
    """Index, list, new row, row and its changes: as many queries with one row in every table as with nine.

    The clock stood still: a session is written once in half a minute.
    """
    found = {}
    for address, few in opened.few.items():
        many = opened.many[address]
        assert (address, many.status) == (address, few.status)
        if len(many.asked) != len(few.asked):
            found[address] = [sql for sql in many.asked if sql not in few.asked]
    assert not found, "\n\n".join("\n".join([address, *sqls]) for address, sqls in found.items())


def test_every_page_is_in_english_whole(opened: Opened) -> None:
    """No Chinese sign is left over but what rows say."""
    found = {}
    for address, answer in opened.many.items():
        assert opens(address, answer.status), address
        if answer.status == 200 and (signs := CHINESE.findall(said(answer.html, opened.data))):
            found[address] = signs
    assert found == {}


def test_every_page_is_in_chinese_whole(opened: Opened) -> None:
    """Lists, forms, rows and their changes: no English word is left over, whoever wrote the package."""
    found = {}
    for address, answer in opened.few.items():
        assert opens(address, answer.status), address
        if answer.status == 200 and (words := left_over(answer.html, opened.data)):
            found[address] = words
    assert not found, "\n".join(f"{address}: {sorted(words)}" for address, words in found.items())
