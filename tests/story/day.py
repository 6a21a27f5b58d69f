"""One day of the bank: who works in it, each at a screen of their own, and the clock that all of them share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Locator, expect

from collections_app.models import Account, Branch, Case, Customer, Staff
from collections_app.services import contact_points, contacts, derivation, records
from collections_app.services.records import Actor
from tests import factories
from tests.browsing import Visitor
from tests.conftest import NOW

LIVE_MS = 20_000
# And legal, for the one decision that is theirs alone.
CAST = (
    *("collector.bj1", "collector.bj2", "service.sc1", "service.sc2"),
    *("supervisor.bj1", "compliance.sc1", "legal.sc1"),
)


@dataclass
class Day:
    """A day that is played: the language on the screens, the people, their visitors, and the customers by name."""

    visit: Callable[..., Visitor]
    settings: Any
    language: str
    directory: Path
    staff: dict[str, Staff] = field(default_factory=dict)
    screens: dict[str, Visitor] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The moment on the bank's clock."""
        return datetime.now(UTC) + self.settings.CLOCK_SHIFT  # type: ignore[no-any-return]

    def at(self, hour: int, minute: int = 0) -> None:
        """Move the bank's clock to a time of the day."""
        self.settings.CLOCK_SHIFT = datetime.combine(NOW, time(hour, minute), tzinfo=NOW.tzinfo) - datetime.now(UTC)

    def know(self, *usernames: str) -> None:
        """Say who works today."""
        rows = Staff.objects.select_related("branch", "team").filter(username__in=usernames)
        self.staff |= {row.username: row for row in rows}

    def visitor(self, username: str) -> Visitor:
        """Return somebody's browser; whoever comes to it first sits down at a screen of their own."""
        if username not in self.screens:
            self.screens[username] = self.visit(language=self.language)
            self.screens[username].sign_in(self.staff[username])
        return self.screens[username]

    def screen(self, username: str, path: str = "") -> Any:
        """Return a person's page, opened at an address if one is given."""
        visitor = self.visitor(username)
        if path:
            visitor.open(path)
        return visitor.page

    def live(self, username: str, path: str) -> Any:
        """Open a page and wait until it hears of changes."""
        page = self.screen(username, path)
        page.wait_for_selector("#feed-state[data-feed-state=live], #feed-state[data-feed-state=slow]")
        return page

    def say(self, text: str, context: str = "") -> str:
        """Return a sentence of the product as these screens say it: in Chinese never the English one."""
        with translation.override("zh-hans" if self.language == "zh-CN" else "en"):
            said = pgettext(context, text) if context else gettext(text)
        assert (said == text) == (self.language == "en"), f"not translated: {text}"
        return said

    def name_of(self, username: str) -> str:
        """Return a colleague's name as these screens write it."""
        with translation.override("zh-hans" if self.language == "zh-CN" else "en"):
            return self.staff[username].name

    def debtor(self, name: str, owner: str = "collector.bj1", **account: Any) -> Customer:
        """Add a customer of Beijing with one overdue card to a collector's book."""
        customer = factories.make_customer(name=name, branch=Branch.objects.get(code="BJ"), created_at=self.now)
        values = {"owner": self.staff[owner], "placement": "branch"} | account
        factories.make_account(customer, **values)
        # Beside the numbers the bank has given so far.
        customer.case_number = f"BJ-26-{900_000 + customer.id}"
        Case.objects.create(customer=customer, number=customer.case_number, opened_at=self.now)
        customer.save()
        derivation.derive(customer=customer, now=self.now)
        customer.refresh_from_db()
        return customer

    def looked(self, customer: Customer, *usernames: str) -> None:
        """Log why service agents open a record, as their find page does."""
        for username in usernames:
            actor = Actor.of(self.staff[username])
            contact_points.log_look(customer_id=customer.id, purpose="call_in", actor=actor, now=self.now)


def record(customer: Customer, more: str = "") -> str:
    """Return the address of a record, or of a page about it."""
    return f"/c/{customer.customer_no}/{more}"


def account_of(customer: Customer) -> Account:
    """Return the only account of a customer."""
    return Account.objects.get(customer=customer)


def send(page: Any) -> None:
    """Press the button of the form on a page that writes."""
    page.click(".write-form button[type=submit]")


def sees(where: Locator, text: str) -> None:
    """Wait until a part of a screen says something."""
    expect(where).to_contain_text(text, timeout=LIVE_MS)


def permit(day: Day, customer: Customer, purpose: str, *, channel: str = "sms", username: str = "collector.bj2") -> str:
    """Return why a contact for this purpose would be refused now, or an empty text; nothing stays of the question."""
    own = channel != "letter"
    with transaction.atomic():
        locked = records.lock(customer_id=customer.id, now=day.now)
        decision = contacts.permit(
            customer=locked,
            channel=channel,
            purpose=purpose,
            contact_point=locked.contact_points.filter(relation="self").first() if own else None,
            actor=Actor.of(day.staff[username]),
            now=day.now,
        )
        transaction.set_rollback(True)
    return decision.reason if isinstance(decision, contacts.Refusal) else ""


@contextmanager
def step(sentence: str) -> Iterator[None]:
    """Name the requirement a failure breaks."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"The day broke at: {sentence}")
        raise
