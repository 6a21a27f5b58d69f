"""Talks on each channel in browsers, to an agreement that is kept and to one that is broken, in both languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import transaction
from playwright.sync_api import Page, expect

from collections_app.models import Account, Arrangement, Customer, Entry, IssuedDocument, Staff, Waiver
from collections_app.services import authorities, clock, derivation, payments, plans
from collections_app.services.instructions import telling
from collections_app.services.records import Actor
from mediation.domain.agreement import equal_lines
from mediation.models import Attendance, Mediation, Mediator, RoomSeat, Session
from mediation.services import outcomes, scheduling
from notifications.services import templates
from tests import factories
from tests.browsing import Visitor
from tests.conftest import SHANGHAI
from tests.mediation.conftest import Debtor
from tests.mediation.test_rooms_browser import let_in
from tests.mediation.test_story import ALL_SIGNED, propose
from tests.repayment.conftest import mint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIRST = date(2026, 12, 10)
AGREED_FEN, WAIVED_FEN = 390_000, 5_218
# No camera is wanted here: what is seen and heard is tested with the rooms.
NO_CAMERA = "navigator.mediaDevices.getUserMedia = async () => new MediaStream()"
WORDS = {
    "zh-CN": {
        "begin": "开始会议", "number": "显示客户号码", "came": "登记到场", "waits": "等候", "kept": "已履行完毕",
        "standing_kept": "履行完毕", "broken": "约定的款项未按期归还", "standing_broken": "违约",
        "video": "进入视频会议室",
    },
    "en-GB": {
        "begin": "open the session", "number": "Show the customer's number", "came": "Record that they came",
        "waits": "Waiting", "kept": "Kept to the end", "standing_kept": "Performed",
        "broken": "what was agreed was not paid", "standing_broken": "Breached", "video": "To the video room",
    },
}  # fmt: skip


# Under whom the customer's own phone is found.
NOBODY = 0
PLAYED = (
    ("telephone", "kept", "zh-CN"),
    ("telephone", "broken", "en-GB"),
    ("video", "kept", "en-GB"),
    ("video", "broken", "zh-CN"),
    ("meeting", "kept", "zh-CN"),
    ("meeting", "broken", "en-GB"),
)


@dataclass
class Story:
    """One case on one channel, in one language; its clock goes where the story wants it."""

    visit: Callable[..., Visitor]
    settings: LazySettings
    language: str
    debtor: Debtor
    collector: Staff
    kept: bool
    session: Session = field(init=False)
    screens: dict[int, Visitor] = field(default_factory=dict)

    def say(self, word: str) -> re.Pattern[str]:
        return re.compile(re.escape(WORDS[self.language][word]))

    def at(self, moment: datetime) -> datetime:
        """Move the bank's clock, and return the moment."""
        self.settings.CLOCK_SHIFT = moment - datetime.now(UTC)
        return moment

    def day(self, day: date) -> datetime:
        return self.at(datetime.combine(day, time(10, 30), SHANGHAI))

    def sits(self, person: Staff, path: str) -> Page:
        """Let somebody of the staff come, to where they sat before, and open a page."""
        if person.pk not in self.screens:
            self.screens[person.pk] = self.visit(language=self.language)
            self.screens[person.pk].page.add_init_script(NO_CAMERA)
        visitor = self.screens[person.pk]
        visitor.sign_in(person)
        visitor.open(path)
        return visitor.page

    def phone(self) -> Page:
        """Let the customer in on their phone: the first time by a new link, later by what that leads to."""
        if NOBODY not in self.screens:
            visitor = self.screens[NOBODY] = self.visit(width=390, language=self.language)
            visitor.page.add_init_script(NO_CAMERA)
            visitor.open(f"/r/{mint(self.debtor.customer, clock.now()).token}/")
            visitor.page.locator("main .button").click()
            visitor.page.locator("#id_id_tail").fill(self.debtor.customer.id_number[-4:])
            visitor.page.locator("main .button").click()
        else:
            visitor = self.screens[NOBODY]
            let_in(visitor, self.debtor)
            visitor.open("/r/account/")
        visitor.page.wait_for_url("**/r/account/")
        return visitor.page

    def own(self, page: Page, part: str = "") -> None:
        page.goto(f"{page.url.split('/r/')[0]}/r/talks/{self.session.mediation_id}/{part}")


@pytest.fixture
def story(
    request: pytest.FixtureRequest, visit: Callable[..., Visitor], settings: LazySettings, debtor: Debtor,
    collector: Staff, mediator: Mediator, representative: Staff,
) -> Story:  # fmt: skip
    """Propose talks by the channel of the case, and give them their date."""
    templates.load_seed(now=factories.START)
    authorities.load()
    Account.objects.update(fees_fen=20_000)
    channel, ending, language = request.param
    Customer.objects.update(language="zh-hans" if language == "zh-CN" else "en")
    debtor.customer.refresh_from_db()
    now = clock.now()
    talks = propose(debtor, collector, now)
    Mediation.objects.update(route=channel)
    scheduling.schedule(mediation_id=talks.id, now=now)
    told = Story(visit, settings, language, debtor, collector, ending == "kept")
    told.session = Session.objects.select_related("mediator__staff").get()
    return told


@pytest.mark.parametrize("story", PLAYED, indirect=True, ids="-".join)
def test_talks_end_in_an_agreement_that_is_kept_or_broken(story: Story) -> None:
    """Held by its own means; kept ends with the waiver told and a certificate, a breach brings collection back."""
    assert story.session.mediator is not None
    mediator = story.session.mediator.staff
    phone = story.phone()
    story.own(phone)
    phone.locator("[name=agrees][value=yes]").click()
    story.at(story.session.starts_at + timedelta(minutes=1))
    page = story.sits(mediator, f"/mediation/session/{story.session.pk}/")
    HOLD[story.session.mode](story, page)
    page.goto(page.url.split("/mediation/")[0] + f"/mediation/session/{story.session.pk}/")
    page.get_by_role("button", name=story.say("begin")).click()
    agree(story, mediator)
    page.reload()
    expect(page.locator("#agreed")).to_be_visible()
    record = story.sits(story.collector, f"/c/{story.debtor.customer.customer_no}/")
    expect(record.locator("#record-permit")).to_have_class(re.compile("permit-no"))
    (keep if story.kept else let_break)(story)


def by_telephone(story: Story, page: Page) -> None:
    """The mediator asks for the number, which takes a permit, and says what the script says."""
    page.goto(page.url + "phone/")
    expect(page.locator(".script li")).not_to_have_count(0)
    page.get_by_role("button", name=story.say("number")).click()
    expect(page.locator(".dial-number")).to_be_visible()


def by_video(story: Story, page: Page) -> None:
    """The mediator is in the room, the customer before its door."""
    page.get_by_role("link", name=story.say("video")).click()
    page.locator("#room-enter").click()
    expect(page.locator("#room-inside")).to_be_visible()
    phone = story.phone()
    story.own(phone)
    phone.get_by_role("link", name=story.say("video")).click()
    phone.locator("#room-enter-sound").click()
    expect(page.locator("#room-people")).to_contain_text(story.say("waits"))
    assert set(RoomSeat.objects.values_list("kind", flat=True)) == {"mediator", "customer"}
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def in_person(story: Story, page: Page) -> None:
    """The customer reads where to come; the mediator compares the document and records who came."""
    phone = story.phone()
    story.own(phone, "sheet/")
    expect(phone.locator("dl")).to_contain_text(re.compile("示范路 1 号|1 Demo Road"))
    page.goto(page.url + "meeting/")
    page.locator("[name=kind]").first.select_option("customer")
    page.locator("[name=document]").select_option("id_card")
    page.locator("[name=came_at]").fill(f"{clock.now().astimezone(SHANGHAI):%H:%M}")
    page.get_by_role("button", name=story.say("came")).click()
    expect(page.locator("[aria-labelledby=came] .facts")).to_contain_text(story.debtor.customer.name)
    assert Attendance.objects.get().document == "id_card"


HOLD: dict[str, Callable[[Story, Page], None]] = {
    "telephone": by_telephone, "video": by_video, "meeting": in_person,
}  # fmt: skip


def agree(story: Story, mediator: Staff) -> None:
    """Three instalments, what is left of the fees let off on completion, signed on paper by all."""
    account = story.debtor.account
    lines = equal_lines(total_fen=AGREED_FEN, count=3, first=FIRST, interval="month", account_id=account.id)
    outcomes.record(
        session_id=story.session.pk,
        ending="agreed",
        terms=outcomes.Terms(
            total_fen=AGREED_FEN, lines=lines, grace_days=3, signed=ALL_SIGNED, waived={"late_fee": WAIVED_FEN}
        ),
        actor=Actor.of(mediator),
        seen_version=None,
        now=clock.now(),
    )


def standing(story: Story) -> Any:
    """Return where the record says how the agreement is kept, as the collector reads it."""
    page = story.sits(story.collector, f"/mediation/record/{story.debtor.customer.customer_no}/")
    return page.locator(".talks .tag").last


def keep(story: Story) -> None:
    """Each instalment on its day; then the waiver is told to the core, and the customer has their certificate."""
    plan = Arrangement.objects.get()
    for line in plan.instalments.order_by("number"):
        now = story.day(line.due_on)
        payments.record_received(
            account_id=plan.account_id, amount_fen=line.amount_fen, channel="web", reference=f"K{line.number}",
            occurred_at=now, now=now,
        )  # fmt: skip
    plan.refresh_from_db()
    assert plan.state == "performed"
    expect(standing(story)).to_have_text(story.say("standing_kept"))
    told = telling.gather(now=clock.now())
    assert told is not None
    assert Waiver.objects.get().amount_fen == WAIVED_FEN
    the_core_books(story)
    phone = story.phone()
    phone.goto(f"{phone.url.split('/r/')[0]}/r/agreed/{plan.pk}/")
    expect(phone.locator(".lead")).to_have_text(story.say("kept"))
    phone.goto(f"{phone.url.split('/r/')[0]}/r/documents/")
    with phone.expect_response(re.compile(r"/r/documents/\w+")) as answer:
        phone.locator("form[action$='/document/settlement/'] button").click(no_wait_after=True)
    assert answer.value.headers["content-type"] == "application/pdf"
    assert IssuedDocument.objects.get().kind == "settlement"


def the_core_books(story: Story) -> None:
    """Let the core's books contain the payments and the waiver: nothing is owed."""
    Entry.objects.update(state="posted")
    Account.objects.update(
        core_overdue_fen=0, core_minimum_due_fen=0, core_billed_fen=0, core_payoff_fen=0, overdue_since=None
    )
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=story.debtor.customer.pk), now=clock.now())


def let_break(story: Story) -> None:
    """No money comes: after the days of grace the plan is broken, the page says so, and collection is allowed again."""
    for days in (1, 4):
        now = story.day(FIRST + timedelta(days=days))
        Account.objects.update(data_as_of=now.date())
        plans.judge_due(now=now)
    assert Arrangement.objects.get().state == "breached"
    assert telling.gather(now=clock.now()) is None
    expect(standing(story)).to_have_text(story.say("standing_broken"))
    record = story.sits(story.collector, f"/c/{story.debtor.customer.customer_no}/")
    expect(record.locator("#record-permit")).to_have_class(re.compile("permit-yes"))
    phone = story.phone()
    expect(phone.locator("main")).to_contain_text(story.say("broken"))
