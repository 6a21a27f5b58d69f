"""Which provider carries a message: shares, faltering, halts; and until when it may arrive."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from collections_app.models import Alert
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.admin import halts as halts_admin
from notifications.domain.outcomes import Outcome, Result
from notifications.domain.shares import Share, choose, falters, shares_for
from notifications.domain.validity import valid_until
from notifications.models import Message, SandboxInbox, SenderRoute, SenderShift, SenderState, SendingHalt
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.providers.twilio.provider import TwilioProvider
from notifications.services import carriers, claiming, halts, picking, planning, senders, sending
from tests import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
AB = (Share("a", 3), Share("b", 1))


def test_shares_go_by_weight() -> None:
    """The same message keeps its provider; four in sequence share three to one."""
    assert [choose(AB, usable="ab", avoided="", key=key) for key in range(8)] == list("aaabaaab")


def test_a_provider_that_falters_is_avoided_while_there_is_another() -> None:
    """And used when there is none; one of weight 0 only then."""
    assert choose(AB, usable="ab", avoided="a", key=0) == "b"
    assert choose(AB, usable="a", avoided="a", key=3) == "a"
    assert choose(AB, usable="", avoided="", key=0) == ""
    spare = (Share("a", 1), Share("b", 0))
    assert {choose(spare, usable="ab", avoided="", key=key) for key in range(5)} == {"a"}
    assert choose(spare, usable="b", avoided="", key=4) == "b"


def test_the_narrowest_route_counts() -> None:
    """A branch's own before the bank's, a country's before any; without routes the branch's provider."""
    table = {(None, ""): AB, (1, ""): AB[:1], (1, "HK"): AB[1:]}
    assert shares_for(table, branch_id=1, country="HK", own="c") == AB[1:]
    assert shares_for(table, branch_id=1, country="CN", own="c") == AB[:1]
    assert shares_for(table, branch_id=2, country="CN", own="c") == AB
    assert shares_for({}, branch_id=2, country="CN", own="c") == (Share("c", 1),)


@pytest.mark.parametrize(
    ("calls", "errors", "mean_ms", "why"),
    [(19, 19, 9000, ""), (20, 5, 100, ""), (20, 6, 100, "errors"), (20, 0, 5001, "slow"), (20, 0, 5000, "")],
)
def test_a_provider_is_judged_by_what_was_seen(calls: int, errors: int, mean_ms: int, why: str) -> None:
    """Not by a few calls."""
    assert falters(calls=calls, errors=errors, mean_ms=mean_ms) == why


def test_no_more_is_claimed_than_the_slowest_provider_takes_in_time(db: None, now: datetime) -> None:
    """By its pace, and by how long its calls took lately; what was seen long ago counts no more. A batch is claimed all
    the same for the others, whom one that is avoided or stopped holds up in nothing."""
    claimed = {"limit": 500, "least": 25, "seconds": 60, "now": now}
    assert senders.most_at_once(**claimed) == 500
    SenderState.objects.create(
        provider="smpp", since=now, seen_from=now - timedelta(minutes=1), seen_calls=10, seen_ms=30_000, parallel=4
    )
    assert senders.most_at_once(**claimed) == 80
    SenderState.objects.update(stopped=True)
    assert senders.most_at_once(**claimed) == 500
    SenderState.objects.update(stopped=False, seen_from=now - timedelta(hours=1))
    assert senders.most_at_once(**claimed) == 500
    SenderState.objects.update(per_second=2, avoided_until=now, seen_ms=100_000_000)
    assert senders.most_at_once(**claimed) == 25
    assert senders.most_at_once(**claimed | {"limit": 10}) == 10
    SenderState.objects.update(avoided_until=now + timedelta(seconds=1))
    assert senders.most_at_once(**claimed) == 500


def test_where_there_are_fewer_turns_than_branches_each_has_its_turn(make_due: Callable, now: datetime) -> None:
    """Not the first branches before all others, again and again."""
    for code in ("SZ", "GZ"):
        make_due(branch=factories.make_branch(code))
    planning.plan(on=now.date(), now=now)
    picked, carrying = set(), carriers.load(now=now)
    for _ in range(40):
        with transaction.atomic():
            [(_message, customer)] = picking.pick_within(
                carriers=carrying, now=now + timedelta(hours=2), limit=1, priority_only=False
            )
        picked.add(customer)
    assert len(picked) == 2


def test_a_message_may_arrive_until_silence_begins() -> None:
    """By the customer's wall, the first silence of all its zones, and never after its use."""
    now = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # 21:00 in Shanghai
    late = now + timedelta(days=2)
    night = time(22)
    assert valid_until(expires_at=late, silences=[(night, [SHANGHAI])], now=now) == now + timedelta(minutes=59)
    assert valid_until(expires_at=now + timedelta(minutes=5), silences=[(night, [SHANGHAI])], now=now) == (
        now + timedelta(minutes=5)
    )
    tomorrow = valid_until(expires_at=late, silences=[(time(20), [SHANGHAI])], now=now)
    assert tomorrow == now + timedelta(hours=22, minutes=59)
    assert valid_until(expires_at=late, silences=[], now=now) == late
    assert valid_until(expires_at=now - timedelta(days=1), silences=[], now=now) == now


def test_the_provider_is_told_until_when(make_due: Callable, now: datetime) -> None:
    """Claimed at ten in the morning, a reminder may not ring after ten at night, whatever the provider's queue does."""
    make_due()
    planning.plan(on=now.date(), now=now)
    (claimed,) = claiming.claim(now=now, limit=10, worker="test")
    until = claimed.outgoing.valid_until
    assert until == now.replace(hour=21, minute=59)
    assert claimed.outgoing.valid_seconds(now=now, least=1, most=36_000) == 36_000
    assert claimed.outgoing.valid_seconds(now=until - timedelta(seconds=30), least=1, most=36_000) == 30
    assert claimed.outgoing.valid_seconds(now=until + timedelta(days=1), least=1, most=36_000) == 1


def _falter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SandboxProvider, "send", lambda *args, **kwargs: Outcome(Result.TRANSIENT, error_code="20429"))


def test_a_faltering_provider_loses_its_share_for_a_while(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its share goes the other way, and comes back to rest; either shift is kept with what was seen."""
    for provider, weight in (("sandbox", 9), ("twilio", 1)):
        SenderRoute.objects.create(provider=provider, weight=weight)
    with monkeypatch.context() as patched:
        _falter(patched)
        for _ in range(20):
            make_due()
        planning.plan(on=now.date(), now=now)
        patched.setattr(TwilioProvider, "carries", lambda *args, **kwargs: "provider_not_allowed")
        sending.send_due(now=now, worker="test")
    shift = SenderShift.objects.get()
    assert (shift.provider, shift.change, shift.reason, shift.calls) == ("sandbox", "avoided", "errors", 20)
    assert Alert.objects.filter(kind="sender_avoided", resolved_at__isnull=True).exists()
    way = {"branch_id": 1, "own": "sandbox", "country": "JP", "purpose": "due_notice", "kind": "card_due"}
    assert {carriers.load(now=now).choose(**way, key=key).provider for key in range(10)} == {"twilio"}
    later = now + timedelta(minutes=6)
    assert {carriers.load(now=later).choose(**way, key=key).provider for key in range(10)} == {"sandbox", "twilio"}
    assert senders.rest(now=later) == 1
    assert list(SenderShift.objects.order_by("pk").values_list("change", flat=True)) == ["avoided", "rested"]
    assert not Alert.objects.filter(kind="sender_avoided", resolved_at__isnull=True).exists()


def test_what_only_a_route_can_carry_is_planned_and_goes_by_it(
    make_due: Callable, run: Callable, now: datetime
) -> None:
    """A branch that sends by Twilio reaches the mainland by the route it has for it; a branch without one does not."""
    routed, other = (factories.make_branch(code, sms_provider="twilio") for code in ("ROUTED", "OTHER"))
    SenderRoute.objects.create(branch=routed, country="CN", provider="sandbox", weight=1)
    for branch in (routed, other):
        make_due(branch=branch)
    run()
    by_lane = {message.lane: message for message in Message.objects.all()}
    assert (by_lane[routed.pk].state, by_lane[routed.pk].provider) == ("delivered", "sandbox")
    refused = by_lane[other.pk]
    # Branches of one provider are barred together; what a route takes past it is decided for each at the claim.
    assert (refused.state, refused.reason) == ("refused", "provider_not_allowed")


@pytest.mark.parametrize("scope", ["all", "provider", "kind", "branch"])
def test_a_halt_stops_what_it_covers_and_loses_nothing(make_due: Callable, now: datetime, scope: str) -> None:
    """Everything, a provider, a kind or a branch: nothing goes out until it is ended, then all does."""
    administrator = factories.make_staff("administrator")
    customer, _ = make_due()
    planning.plan(on=now.date(), now=now)
    covered = {"provider": "", "kind": "", "branch": None} | {
        "all": {}, "provider": {"provider": "sandbox"}, "kind": {"kind": "card_due"},
        "branch": {"branch": customer.branch},
    }[scope]  # fmt: skip
    halt = halts.begin(**covered, reason="账单有误", by=administrator, now=now)
    assert sending.send_due(now=now, worker="test").results == {}
    assert Message.objects.get().state == "planned"
    assert Alert.objects.filter(kind="sending_halted", resolved_at__isnull=True).exists()
    halts.end(halt_id=halt.pk, reason="账单已更正", by=administrator, now=now)
    sending.send_due(now=now, worker="test")
    assert SandboxInbox.objects.count() == 1
    assert not Alert.objects.filter(kind="sending_halted", resolved_at__isnull=True).exists()
    with pytest.raises(RefusedError):
        halts.end(halt_id=halt.pk, reason="账单已更正", by=administrator, now=now)


def test_a_halt_of_something_else_stops_nothing(make_due: Callable, now: datetime) -> None:
    """Another kind in this branch, this kind in another."""
    make_due()
    other = factories.make_branch("OTHER")
    administrator = factories.make_staff("administrator")
    planning.plan(on=now.date(), now=now)
    for covered in ({"kind": "overdue_gentle", "branch": None}, {"kind": "card_due", "branch": other}):
        halts.begin(provider="", **covered, reason="演练停发", by=administrator, now=now)
    sending.send_due(now=now, worker="test")
    assert SandboxInbox.objects.count() == 1


def test_a_halt_that_begins_after_the_claim_still_stops(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked up before each batch: the permit is given back and the message waits."""
    make_due()
    planning.plan(on=now.date(), now=now)
    administrator = factories.make_staff("administrator")

    def claim_then_halt(**values: object) -> list[claiming.Claimed]:
        claimed = claiming.claim(**values)
        halts.begin(provider="", kind="", branch=None, reason="紧急停发", by=administrator, now=now)
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_halt)
    assert sending.send_due(now=now, worker="test").results == {"withheld": 1}
    message = Message.objects.get()
    assert (message.state, message.reason, message.error_code) == ("due", "halted", "")
    assert not SandboxInbox.objects.exists()


def test_a_halt_stops_the_rest_of_a_batch_that_is_under_way(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow provider has minutes of one batch before it: what was not begun when somebody pressed is not begun."""
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    administrator, send = factories.make_staff("administrator"), SandboxProvider.send

    def send_then_halt(self: SandboxProvider, outgoing: Outgoing, *, now: datetime) -> Outcome:
        halts.begin(provider="", kind="", branch=None, reason="紧急停发", by=administrator, now=now)
        return send(self, outgoing, now=now)

    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(SandboxProvider, "send", send_then_halt)
    assert sending.send_due(now=now, worker="test").results == {"accepted": 1, "withheld": 2}
    assert SandboxInbox.objects.count() == 1
    assert set(Message.objects.filter(state="due").values_list("reason", "attempts")) == {("halted", 0)}


def test_a_machine_that_slept_hands_over_nothing_it_claimed_before(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its steady clock stood still meanwhile, and somebody else may have taken the message for lost."""
    make_due()
    planning.plan(on=now.date(), now=now)
    wall = iter([0.0])
    monkeypatch.setattr(sending, "time", lambda: next(wall, 600.0))
    assert sending.send_due(now=now, worker="test").results == {"withheld": 1}
    assert not SandboxInbox.objects.exists()


def test_what_is_halted_past_its_use_is_ended(make_due: Callable, now: datetime) -> None:
    """No claim looks at it while the halt lasts: the sweep says that it is too late, or what it lacked."""
    _ = make_due(), make_due()
    planning.plan(on=now.date(), now=now)
    late = now + timedelta(days=5)
    assert halts.let_expire(now=late) == 0
    administrator = factories.make_staff("administrator")
    halts.begin(provider="", kind="", branch=None, reason="紧急停发", by=administrator, now=now)
    assert halts.let_expire(now=now) == 0
    Message.objects.filter(pk=Message.objects.earliest("pk").pk).update(state="deferred", reason="no_template")
    assert halts.let_expire(now=late) == 2
    ends = Message.objects.order_by("pk").values_list("state", "reason")
    assert list(ends) == [("refused", "no_template"), ("cancelled", "expired")]


@pytest.mark.django_db
def test_who_may_not_halts_and_steers_nothing(now: datetime) -> None:
    """And a halt without a reason is refused."""
    collector = factories.make_staff("collector")
    for call in (
        lambda: halts.begin(provider="", kind="", branch=None, reason="no reason", by=collector, now=now),
        lambda: halts.end(halt_id=1, reason="no reason", by=collector, now=now),
        lambda: senders.save_pace(state=SenderState(provider="sandbox"), by=collector, now=now),
        lambda: senders.save_route(route=SenderRoute(provider="sandbox", weight=1), by=collector),
        lambda: senders.remove_route(route_id=1, by=collector),
    ):
        with pytest.raises(NotAllowedError):
            call()
    with pytest.raises(RefusedError) as refused:
        halts.begin(provider="", kind="", branch=None, reason=" ", by=factories.make_staff("administrator"), now=now)
    assert refused.value.code == "reason_missing"


def test_a_provider_takes_so_many_a_second_of_all_workers_together(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turns follow one another, whoever asks; a batch waits for its own."""
    senders.save_pace(
        state=SenderState(provider="sandbox", per_second=10, parallel=1),
        by=factories.make_staff("administrator"), now=now,
    )  # fmt: skip
    asked = {"provider": "sandbox", "calls": 20, "now": now}
    assert [senders.reserve(**asked) for _ in range(3)] == [timedelta(seconds=wait) for wait in (0, 2, 4)]
    # A turn that nobody would wait for is not taken: it would keep back all who come after.
    assert [senders.reserve(**asked, most=timedelta(seconds=5)) for _ in range(3)] == [None] * 3
    assert senders.reserve(provider="twilio", calls=20, now=now) == timedelta()
    slept: list[float] = []
    monkeypatch.setattr(sending, "sleep", slept.append)
    monkeypatch.setattr(sending, "monotonic", lambda: 0.0)
    make_due()
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now + timedelta(seconds=1), worker="test")
    assert slept == [5]
    assert SandboxInbox.objects.count() == 1
    SenderState.objects.update(free_at=now + timedelta(minutes=5))
    make_due()
    planning.plan(on=now.date(), now=now)
    assert sending.send_due(now=now + timedelta(seconds=1), worker="test").results == {"withheld": 1}
    kept_back = Message.objects.get(state="due", reason="paced")
    # It was not handed over: that counts as no try, and it is not looked at again every instant.
    assert (kept_back.attempts, kept_back.due_at) == (0, now + timedelta(seconds=31))
    assert SenderState.objects.get().free_at == now + timedelta(minutes=5)


def test_operations_halt_and_let_go_on_from_their_own_page(make_due: Callable, client: Client, now: datetime) -> None:
    """With a reason for both, kept with who; whoever works with no messages has no such page."""
    make_due()
    planning.plan(on=now.date(), now=now)
    client.force_login(factories.make_staff("collector"))
    assert client.get("/notifications/halts/").status_code == 403
    operations = factories.make_staff("operations")
    client.force_login(operations)
    page = "/notifications/halts/"
    given = {"provider": "", "kind": "card_due", "branch": ""}
    assert client.post(page, given | {"reason": ""}).status_code == 422
    assert client.post(page, given | {"reason": "账单有误"}).status_code == 302
    [halt] = SendingHalt.objects.all()
    assert (halt.begun_by, halt.kind, halt.reason) == (operations, "card_due", "账单有误")
    assert "账单有误" in client.get(page).content.decode()
    assert client.post(page, {"end": halt.pk, "reason": ""}).status_code == 422
    assert client.post(page, {"end": halt.pk, "reason": "账单已更正"}).status_code == 302
    assert client.post(page, {"end": halt.pk, "reason": "账单已更正"}).status_code == 422
    halt.refresh_from_db()
    assert (halt.ended_by, halt.end_reason) == (operations, "账单已更正")
    client.force_login(factories.make_staff("auditor"))
    shown = client.get(page).content.decode()
    assert "账单已更正" in shown
    assert '<form method="post" class' not in shown


def test_a_halt_is_called_as_people_call_it() -> None:
    """In the administration too: the provider's name, not its code."""
    with translation.override("en"):
        assert halts_admin.covered(SendingHalt(provider="smpp", kind="card_due")) == (
            "The bank's gateway · Card bill due"
        )
