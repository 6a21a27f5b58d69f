"""Three people in a video room, with real browsers and cameras that are not: they see and hear each other."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from playwright.sync_api import Browser, expect

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.views.access import SESSION_COOKIE
from mediation.models import Attendance, Mediator, RoomMessage, Session
from tests import factories
from tests.browsing import CHROMIUM_FLAGS, Visitor
from tests.mediation.conftest import Debtor
from tests.mediation.test_story import scheduled
from tests.repayment.conftest import enter
from tools.bootstrap import CHROMIUM_NAMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The browser's own stand-ins: a camera, a microphone, and a screen that whoever shares is given without a choice.
CAMERAS = [
    "--use-fake-device-for-media-stream=fps=5",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
# Keeps at hand what a page connects with, and asks the camera for little: six pictures are coded at once here.
KEEP = """window.made = []; window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) { super(...given); made.push(this); }
};
const devices = navigator.mediaDevices, get = devices?.getUserMedia.bind(devices);
if (devices) devices.getUserMedia = (asked) => get({...asked, video: asked.video && {width: 160, height: 120}});"""
# What a person sends as their picture: the surface of a shared screen, or nothing for a camera.
SURFACE = """() => made.filter((each) => each.connectionState === 'connected').flatMap((each) => each.getSenders())
    .filter((each) => each.track?.kind === 'video').map((each) => each.track.getSettings().displaySurface || '')"""
# What reaches a person: of each other tile whether its picture moves on and its sound is live.
RECEIVED = """async () => {
    const videos = [...document.querySelectorAll('.room-tile:not([data-seat=me]) video')];
    const before = videos.map((each) => each.currentTime);
    await new Promise((done) => setTimeout(done, 400));
    return videos.filter((each, at) => each.currentTime > before[at] && each.videoWidth > 0
        && each.srcObject.getAudioTracks().some((track) => track.readyState === 'live' && !track.muted)).length;
}"""


@pytest.fixture
def with_camera(chromium: Browser, live_url: str) -> Iterator[Callable[..., Visitor]]:
    """Bring visitors with a camera and a microphone, in a browser of their own."""
    path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    browser = chromium.browser_type.launch(executable_path=path, args=CHROMIUM_FLAGS + CAMERAS)
    visitors: list[Visitor] = []

    def bring(width: int = 1440, language: str = "zh-CN") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=language, timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(15_000)
        context.add_init_script(KEEP)
        visitors.append(Visitor(context, context.new_page(), live_url, width))
        return visitors[-1]

    yield bring
    browser.close()
    assert not [fault for visitor in visitors for fault in visitor.faults]


def received(visitor: Visitor, number: int) -> None:
    """Wait until so many others are seen and heard, and no more."""
    end = time.monotonic() + 30
    while (found := visitor.page.evaluate(RECEIVED)) != number and time.monotonic() < end:
        visitor.page.wait_for_timeout(100)
    assert found == number, f"{found} of {number}: {visitor.page.locator('.room-how').all_text_contents()}"


def sit_down(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    visitor.page.get_by_role("button", name=re.compile("开启摄像头和麦克风|Enter with camera")).click()
    expect(visitor.page.locator("#room-inside")).to_be_visible()


def test_three_parties_meet_part_lose_each_other_and_meet_again(
    with_camera: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """Identity before the door; all see and hear all; a talk aside parts them; a lost line comes back."""
    now = clock.now()
    session = scheduled(debtor, collector, now)
    Session.objects.update(mode="video", during=DateTimeTZRange(now, now + timedelta(minutes=90)))
    host, bank, customer = with_camera(), with_camera(language="en-GB"), with_camera(390)
    host.sign_in(mediator.staff)
    bank.sign_in(representative)
    let_in(customer, debtor)
    own, theirs = f"/mediation/session/{session.id}/room/", f"/r/talks/{session.mediation_id}/room/"
    sit_down(host, own)
    sit_down(bank, own)
    sit_down(customer, theirs)
    expect(customer.page.locator("#room-said")).to_contain_text("等候室")
    received(customer, 0)
    admit_both(host, customer)
    for visitor in (host, bank, customer):
        received(visitor, 2)
    talk_aside(host, bank, customer)
    uninvited(with_camera(), own, theirs)
    lose_and_find(host, bank, customer)
    host.page.get_by_role("button", name=re.compile("^锁定会议室")).click()
    expect(host.page.locator("#room-lock")).to_have_attribute("aria-pressed", "true")
    expect(host.page.locator("#room-is-locked")).to_be_visible()
    for visitor in (host, customer):
        visitor.check_accessibility()
        visitor.screenshot("mediation-video")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= visitor.width
    bank.page.get_by_role("button", name="Leave").click()
    expect(host.page.locator("#room-people")).to_contain_text("等候中")
    received(customer, 1)


# Of the live connection, what a person sends: whether their sound is on, and how many bits their picture may have.
SENT = """() => {
    const of = (kind) => made.filter((each) => each.connectionState === 'connected')
        .flatMap((each) => each.getTransceivers()).filter((each) => each.receiver.track.kind === kind)
        .map((each) => each.sender);
    return [of('audio').map((each) => each.track.enabled),
        of('video').map((each) => each.track && each.getParameters().encodings[0].maxBitrate)];
}"""


def sent(visitor: Visitor, *, sound: bool, bits: int | None) -> None:
    """Wait until a person sends sound or silence, and a picture of so many bits a second at most, or none."""
    end = time.monotonic() + 15
    while (found := visitor.page.evaluate(SENT)) != [[sound], [bits]] and time.monotonic() < end:
        visitor.page.wait_for_timeout(100)
    assert found == [[sound], [bits]]


def test_whoever_mutes_shares_or_saves_on_the_line_is_seen_to_and_a_locked_room_takes_nobody(
    with_camera: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff
) -> None:
    """Sound off is off at its source and said on the tile; a slow line is spared in both directions."""
    now = clock.now()
    session = scheduled(debtor, collector, now)
    Session.objects.update(mode="video", during=DateTimeTZRange(now, now + timedelta(minutes=90)))
    host, bank, customer = with_camera(), with_camera(language="en-GB"), with_camera(390)
    host.sign_in(mediator.staff)
    bank.sign_in(representative)
    own = f"/mediation/session/{session.id}/room/"
    sit_down(host, own)
    sit_down(bank, own)
    host.page.get_by_role("button", name=re.compile("^准许进入")).click()
    received(bank, 1)
    sent(host, sound=True, bits=1_200_000)
    hosts_tile = bank.page.locator(".room-tile:not([data-seat=me])")
    host.page.locator("#room-mute").click()
    expect(hosts_tile).to_contain_text("Microphone off")
    sent(host, sound=False, bits=1_200_000)
    expect(host.page.locator(".room-tile[data-seat=me]")).to_contain_text("麦克风已关闭")
    host.page.locator("#room-mute").click()
    expect(hosts_tile).not_to_contain_text("Microphone off")
    for quality, bits in (("low", 150_000), ("audio", None), ("full", 1_200_000)):
        host.page.locator("#room-quality").select_option(quality)
        sent(host, sound=True, bits=bits)
        sent(bank, sound=True, bits=bits)
    host.page.locator("#room-share").click()
    expect(hosts_tile).to_contain_text("Shares the screen")
    assert host.page.evaluate(SURFACE) == ["monitor"]
    bank.page.wait_for_function(
        "() => document.querySelector('.room-tile:not([data-seat=me]) video').videoWidth > 160", timeout=30_000
    )
    host.page.locator("#room-share").click()
    expect(hosts_tile).not_to_contain_text("Shares the screen")
    assert host.page.evaluate(SURFACE) == [""]
    host.page.locator("#room-lock").click()
    expect(host.page.locator("#room-lock")).to_have_attribute("aria-pressed", "true")
    let_in(customer, debtor)
    customer.expect_refusal(409)
    customer.open(f"/r/talks/{session.mediation_id}/room/")
    customer.page.locator("#room-enter").click()
    expect(customer.page.locator("#room-said")).to_contain_text("会议室已锁定")
    expect(customer.page.locator("#room-inside")).to_be_hidden()


def let_in(visitor: Visitor, debtor: Debtor) -> None:
    secret = enter(debtor.customer, debtor.account, clock.now()).client.cookies[SESSION_COOKIE].value
    cookie: Any = {"name": SESSION_COOKIE, "value": secret, "url": visitor.live_url}
    visitor.context.add_cookies([cookie])


def admit_both(host: Visitor, customer: Visitor) -> None:
    """The representative by their sign-in; the customer after a look at the document, which only the host sees."""
    people = host.page.locator("#room-people")
    people.get_by_role("button", name=re.compile("^准许进入")).click()
    people.get_by_role("button", name=re.compile("^查看证件")).click()
    expect(customer.page.locator("#room-said")).to_contain_text("请把证件")
    received(customer, 1)
    host.expect_refusal(409)
    people.get_by_role("button", name="准许进入").click()
    expect(host.page.locator("#room-said")).to_contain_text("未核对一致")
    people.get_by_label("本人、姓名与证件号码后四位一致").check()
    people.get_by_role("button", name="准许进入").click()
    expect(people.locator("form")).to_have_count(0)
    expect(host.page.locator("#room-said")).to_be_hidden()
    assert set(Attendance.objects.values_list("kind", flat=True)) == {"mediator", "representative", "customer"}


def talk_aside(host: Visitor, bank: Visitor, customer: Visitor) -> None:
    """The other side sees, hears and reads nothing, and is told so; then all are together again."""
    host.page.get_by_role("button", name="单独谈话: 陈晓梅").click()
    expect(bank.page.locator("#room-said")).to_contain_text("talking with the other side")
    received(customer, 1)
    received(bank, 0)
    expect(host.page.locator("#room-people")).to_contain_text("已进入 · 正在与您单独谈话")
    customer.page.locator("#room-text").fill("最低每月八百元")
    customer.page.get_by_role("button", name="发送").click()
    expect(host.page.locator("#room-messages")).to_contain_text("最低每月八百元")
    host.page.get_by_role("button", name="恢复共同会谈").click()
    for visitor in (bank, host, customer):
        received(visitor, 2)
    assert "八百" not in bank.page.content()
    assert RoomMessage.objects.get().aside_with is not None


def uninvited(visitor: Visitor, own: str, theirs: str) -> None:
    """Another mediator and another customer find no room."""
    visitor.sign_in(factories.make_staff("mediator", branch=None))
    let_in(visitor, Debtor(*factories.make_debtor()))
    for path in (own, theirs):
        assert visitor.context.request.get(visitor.live_url + path).status == 404


def lose_and_find(host: Visitor, bank: Visitor, customer: Visitor) -> None:
    """The customer's line goes dead for words and pictures alike; it says so, and mends by itself."""
    customer.context.set_offline(True)
    # No emulation stops what has no server between: the connections are cut themselves.
    customer.page.evaluate("made.forEach((each) => each.close())")
    expect(customer.page.locator("#room-said")).to_contain_text("连接已中断")
    received(host, 1)
    customer.context.set_offline(False)
    for visitor in (customer, host, bank):
        received(visitor, 2)
    expect(customer.page.locator("#room-said")).to_be_hidden()
