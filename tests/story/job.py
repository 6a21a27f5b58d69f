"""The main job: the bank it is played in, the core's files, and what beat and the workers do when their time comes."""

import csv
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from playwright.sync_api import Locator

from collections_app.domain.intake.format import COLUMNS
from collections_app.models import Customer, EventCursor, EventPending, EventSequence
from collections_app.services import clock
from collections_app.tasks.intake import take_in_upload
from config.beat import SCHEDULE
from config.celery import app
from notifications.providers.sandbox import inbox
from notifications.providers.twilio.sandbox_server import Book, SandboxServer
from notifications.services.following import READER
from oversight.domain.demo_bank import numbers
from oversight.selectors.demo_bank import own_payments
from oversight.services import demo_core
from tests.browsing import Visitor
from tests.collections_app.intake_files import row
from tests.conftest import NOW
from tests.story.day import Day

ACCOUNTS = 160
OPENED_ON = NOW.date() - timedelta(days=2)
# Who is spoken of by name: they come with the file of the first night. All but the last two are of Beijing.
PAYER, CALLED, PROMISER, HELD, REDATED, TALKER = "何还款", "何来电", "何约定", "何停催", "何改期", "何调解"
ABROAD, MOVED = "Siu Ming Chan", "何海外"
CAST = (PAYER, CALLED, PROMISER, HELD, REDATED, TALKER, ABROAD, MOVED)
# Ten days past due with three of grace: a reminder of the seventh day is due today.
SINCE = NOW.date() - timedelta(days=9)
ACCOUNT_SID, TOKEN = "AC" + "0" * 31 + "1", "a token of the stand-in"
_BORN = date(1990, 3, 7)


@dataclass
class Job(Day):
    """The day of the main job, with the stand-in for Twilio and what the core's rows say different from the data."""

    book: Book = field(default_factory=lambda: Book(account=ACCOUNT_SID, token=TOKEN, now=clock.now))
    cured: str = ""

    def customer(self, name: str) -> Customer:
        """Return one of the cast as the database has them now."""
        return Customer.objects.select_related("branch").get(customer_no=number_of(name))

    def customer_of_beijing(self) -> Customer:
        """Return a customer of the demo bank's whom a collector of Beijing would call."""
        return Customer.objects.filter(branch__code="BJ", queue="to_contact").order_by("id")[0]

    def later(self, days: int, hour: int, minute: int = 0) -> None:
        """Move the bank's clock to a time of a later day."""
        self.at(hour, minute)
        self.settings.CLOCK_SHIFT += timedelta(days=days)

    def second_screen(self, username: str, path: str) -> Any:
        """Open a page in another window of somebody's."""
        visitor = self.visit(language=self.language)
        visitor.sign_in(self.staff[username])
        visitor.open(path)
        return visitor.page

    def core_file(self, as_of: date, spoilt: Mapping[str, Mapping[str, str]] | None = None) -> Path:
        """Write the core's file of a night and return its path; ``spoilt`` has what rows say instead, by account."""
        paid = own_payments(as_of=as_of)
        path = demo_core.night(cards=ACCOUNTS, opened_on=OPENED_ON, day=as_of, paid=paid, directory=self.directory)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for each in rows:
            if each["customer_no"] == self.cured:
                each.update(overdue="0", overdue_since="", minimum_due="0")
        rows += [dict(each) for each in _rows_of_cast(as_of, paid)]
        for each in rows:
            each.update((spoilt or {}).get(each["account_no"], {}))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def upload(self, path: Path, as_of: date) -> Any:
        """Hand a file over on the page, watch a worker take it in, and return the page."""
        page = self.screen("operations.sc1", "/intake/")
        page.set_input_files("input[type=file]", str(path))
        page.fill("input[type=date]", f"{as_of:%Y-%m-%d}")
        page.click("main button[type=submit]")
        page.wait_for_selector("#intake-bar")
        take_in_upload(int(page.url.rstrip("/").rpartition("/")[2]))
        page.wait_for_selector("#intake-bar", state="detached")
        return page


def beat(*tasks: str) -> None:
    """Do what beat starts and workers run: each of these tasks, as the schedule names it."""
    app.loader.import_default_modules()
    scheduled = {entry.task for entry in SCHEDULE}
    for name in tasks:
        assert name in scheduled, name
        app.tasks[name]()


def catch_up() -> None:
    """Let every event be given its place and be followed, which happens every few seconds."""
    app.loader.import_default_modules()
    while EventPending.objects.exists():
        beat("records.sequence_events")
    last = EventSequence.objects.order_by("place").last()
    while last is not None and not EventCursor.objects.filter(reader=READER, place__gte=last.place).exists():
        beat("notifications.follow_events")


def handset(phone: Visitor, number: str) -> Locator:
    """Open the conversation of a number on the sandbox phone, and return its texts."""
    phone.open("/sandbox/phone/")
    phone.page.locator(".numbers a", has_text=number).click()
    texts = phone.page.locator(".texts li p")
    texts.first.wait_for()
    return texts


def number_of(name: str) -> str:
    """Return the customer number of one of the cast."""
    return f"90{CAST.index(name) + 1:06}"


def mobile_of(name: str) -> str:
    """Return the number of one of the cast as the phone shows it."""
    place = CAST.index(name)
    return numbers.foreign_mobile("JP", 9_000_000) if name == ABROAD else "+86" + _mainland(place)


@contextmanager
def stand_in_for_twilio(job: Job) -> Iterator[None]:
    """Listen on this machine as Twilio would: requests are checked by its description, and reports are called back."""
    job.settings.TWILIO_ACCOUNT_SID, job.settings.TWILIO_AUTH_TOKEN = ACCOUNT_SID, TOKEN
    job.settings.TWILIO_FROM = "+15005550006"
    with SandboxServer(port=0, book=job.book, on_message=_show) as server:
        job.settings.TWILIO_API_URL = server.address
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _show(message: Mapping[str, Any]) -> None:
    """Put a message Twilio took on the sandbox phone, as the demo's stand-in does."""
    try:
        inbox.deliver(
            provider="twilio", provider_id=message["sid"], number=message["to"], shown=message["body"],
            body=message["body"], at=clock.now(),
        )  # fmt: skip
    finally:
        connection.close()


def _mainland(place: int) -> str:
    return numbers.mainland_mobile(200_000_000 + place)


def _rows_of_cast(as_of: date, paid: Mapping[str, tuple[int, list[str]]]) -> Iterator[Mapping[str, str]]:
    """Yield the core's rows of the cast on a day."""
    for place, name in enumerate(CAST):
        card = row(900 + place) | _OVERDUE | {
            "customer_no": number_of(name),
            "name": name,
            "id_number": numbers.id_number(900_000 + place, _BORN),
            "mobile": _mainland(place),
            "payoff_valid_until": f"{as_of + timedelta(days=3):%Y-%m-%d}",
        }  # fmt: skip
        if name == TALKER:
            # Of no day of a reminder's: one message a day is the bank's limit, and theirs is an invitation.
            card |= {"overdue_since": f"{SINCE + timedelta(days=2):%Y-%m-%d}"}
        if name in {ABROAD, MOVED}:
            card |= _DUE_SOON
        if name == ABROAD:
            card |= {"country": "JP", "language": "en", "mobile": mobile_of(name), "id_number": "ZZ9900001"}
        yield _after(card, paid)
        if name == PAYER:
            yield card | _DUE_TODAY
            yield card | _LOAN


def _after(card: dict[str, str], paid: Mapping[str, tuple[int, list[str]]]) -> dict[str, str]:
    """Return a row after what was paid through OneCase: here always all that is overdue."""
    fen, references = paid.get(card["account_no"], (0, []))
    if not fen:
        return card
    left = {name: str(Decimal(card[name]) - Decimal(fen) / 100) for name in ("principal", "billed", "payoff")}
    left["minimum_due"] = str(Decimal(card["minimum_due"]) - Decimal(fen) / 100)
    return card | left | {"overdue": "0", "overdue_since": "", "payments": ";".join(references)}


_DUE = f"{NOW.date() + timedelta(days=3):%Y-%m-%d}"
_OVERDUE = {"overdue_since": f"{SINCE:%Y-%m-%d}", "owner": "E0001"}
# A bill that falls due in three days, and nothing overdue.
_DUE_SOON = {
    "branch": "INTL", "overdue": "0", "overdue_since": "", "minimum_due": "391.30", "due_date": _DUE, "owner": ""
}  # fmt: skip
# Another card, whose bill falls due today: its reminder goes out first.
_DUE_TODAY = {
    "account_no": "9999000099000001", "principal": "510.00", "interest": "0", "overdue": "0", "overdue_since": "",
    "minimum_due": "51.00", "billed": "510.00", "payoff": "510.00", "due_date": f"{NOW.date():%Y-%m-%d}", "owner": "",
}  # fmt: skip
# A loan with two instalments to come.
_LOAN = {
    "account_no": "9999LN99000001", "product": "loan", "limit": "2000.00", "principal": "1000.00", "interest": "18.00",
    "fees": "0", "overdue": "0", "overdue_since": "", "minimum_due": "510.00", "billed": "510.00", "payoff": "1018.00",
    "unbilled": "508.00", "statement_date": "", "due_date": "2026-12-08", "grace_days": "0", "owner": "",
    "schedule": "1|2026-12-08|500.00|10.00|0.00;2|2027-01-08|500.00|8.00|0.00",
}  # fmt: skip
