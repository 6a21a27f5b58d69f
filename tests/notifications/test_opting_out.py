"""STOP closes what pack and provider say, START opens it again, and each word is answered by one text at most."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from collections_app.models import ContactPoint, Hold, Rule
from notifications.models import Message, ProviderTerms, Reply, SandboxInbox
from notifications.services import messages, planning, sending
from notifications.services.replies import receiving
from oversight.selectors.guarantees import agreement_stops
from tests import factories


@pytest.fixture
def wrote(make_due: Callable, run: Callable, now: datetime) -> Callable[..., Callable[..., Reply]]:
    """Return a way to write to a customer under a rule pack, which returns a way to answer."""

    def write(pack: str) -> Callable[..., Reply]:
        make_due(branch=factories.make_branch(f"OF-{pack}", rule_pack=pack, time_zone="Asia/Shanghai"))
        run()
        answered = Message.objects.get()
        names = iter(range(1000))

        def say(words: str, **values: Any) -> Reply:
            given = {"provider": "sandbox", "provider_id": f"IN{next(names)}", "number": answered.number} | values
            [kept] = receiving.receive(body=words, **({"now": now} | given))
            return kept

        return say

    return write


def _closed() -> list[str]:
    return list(Hold.objects.filter(released_at__isnull=True).order_by("pk").values_list("message_class", flat=True))


def test_stop_closes_the_class_it_answers_and_no_other(
    wrote: Callable[..., Callable[..., Reply]], now: datetime
) -> None:
    """In a pack that tells classes apart: due notices end, what is overdue is still told, and G6 agrees."""
    wrote("CN")("TD")
    assert _closed() == ["service"]
    message = Message.objects.get()
    account = message.account
    account.overdue_fen = account.core_overdue_fen = 50_000
    account.stage, account.overdue_since = "m1", factories.TODAY - timedelta(days=5)
    account.save()
    for kind in ("card_due", "overdue_gentle"):
        messages.enqueue_within(
            customer=message.customer, kind=kind, account=account, now=now, about_on=message.about_on, reference="x"
        )
    sending.send_due(now=now + timedelta(days=1), worker="test")
    ends = dict(Message.objects.filter(reference="x").values_list("kind", "reason"))
    assert ends["card_due"] == "opted_out"
    assert ends["overdue_gentle"] != "opted_out"
    assert agreement_stops.audit(now=now).violations == []


@pytest.mark.parametrize("how", ["pack", "provider", "everything", "by provider", "answers nothing", "no rule"])
def test_whichever_closes_more_holds(wrote: Callable[..., Callable[..., Reply]], how: str) -> None:
    """The whole channel: by the pack, the provider's terms, the customer's words, or when nobody can tell."""
    say = wrote("neutral" if how == "pack" else "CN")
    if how == "provider":
        ProviderTerms.objects.create(provider="sandbox", stop_closes="channel")
    elif how == "no rule":
        Rule.objects.filter(kind="opt_out").delete()
    elif how == "answers nothing":
        say("TD", now=factories.START + timedelta(days=120))
    words = "全部退订" if how == "everything" else "TD"
    say(words, answered_by_provider="STOP" if how == "by provider" else "")
    assert "" in _closed()


def test_each_word_is_answered_once_and_through_the_stop_it_placed(
    wrote: Callable[..., Callable[..., Reply]], now: datetime
) -> None:
    """Confirmed by one text each, HELP once a day; to the number it came from, with a permit like any other."""
    say = wrote("neutral")
    texts = SandboxInbox.objects.count()
    for word, kind in (("STOP", "stop_confirmed"), ("HELP", "help_answer"), ("START", "start_confirmed")):
        say(word)
        say(word)
        message = Message.objects.get(kind=kind)
        sending.send_due(now=now, worker="test")
        message.refresh_from_db()
        assert (message.state, message.contact_point) == ("delivered", ContactPoint.objects.get()), message.reason
        assert message.contact is not None
        texts += 1
        assert SandboxInbox.objects.count() == texts
    assert _closed() == []


@pytest.mark.parametrize("how", ["pack", "terms", "said"])
def test_nothing_is_answered_where_the_provider_does(wrote: Callable[..., Callable[..., Reply]], how: str) -> None:
    """By the pack, by its terms, or because it has just done so."""
    say = wrote("CN" if how == "pack" else "neutral")
    if how == "terms":
        ProviderTerms.objects.create(provider="sandbox", stop_closes="channel", answers_words=True)
    say("STOP", answered_by_provider="STOP" if how == "said" else "")
    assert Message.objects.count() == 1


def test_the_planner_leaves_out_the_closed_class_alone(
    wrote: Callable[..., Callable[..., Reply]], now: datetime
) -> None:
    """What is stopped is not planned; another class is."""
    wrote("CN")("TD")
    other, _ = factories.make_debtor(
        branch=Message.objects.get().customer.branch,
        account={"core_overdue_fen": 0, "overdue_since": None, "due_on": factories.TODAY + timedelta(days=3)},
    )
    for message_class in ("collection", "service"):
        Hold.objects.filter(customer=other).delete()
        Message.objects.filter(customer=other).delete()
        Hold.objects.create(
            customer=other, kind="channel_stop", channel="sms", message_class=message_class, placed_at=now
        )
        planning.plan(on=now.date(), now=now)
        assert Message.objects.filter(customer=other).exists() is (message_class == "collection")
