"""Approved answers: two people, two languages, words from the record alone, and what is read out is told."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import InternalError, transaction

from collections_app.domain.answers import fill, masked, problem, words_in
from collections_app.models import ApprovedAnswer, Event, LookUp, Told
from collections_app.selectors import answers as stored
from collections_app.services import answers, approvals, calls, records
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from tests import factories

pytestmark = pytest.mark.django_db
WORDS = {
    "question_zh": "利息多少？", "question_en": "How much interest?",
    "answer_zh": "逾期金额{overdue}元。", "answer_en": "Overdue: {overdue} yuan.",
}  # fmt: skip


def test_words_are_filled_from_the_record_or_not_at_all() -> None:
    """What speaks of the debt is dots until somebody has proven who they are."""
    assert fill("{bank}: {overdue}", {"bank": "B", "overdue": "1"}) == "B: 1"
    assert fill("{bank}: {overdue}", {"bank": "B"}) is None
    assert masked("{bank}: {overdue}") == "{bank}: ····"
    assert problem(zh="{love}", en="") == ("answer_unknown_word", "love")
    assert problem(zh="{bank}", en="x") == ("answer_words_differ", "")
    assert problem(zh="{bank}", en="{bank}") == ("", "")


def test_the_shipped_answers_can_all_be_given(now: datetime) -> None:
    """Loaded once; both languages name the same words; each fits some status."""
    number = answers.load(now=now)
    assert number == len(stored.in_use(today=now.date())) >= 8
    assert answers.load(now=now) == 0
    for row in ApprovedAnswer.objects.all():
        answers.check_words(row)
    heirs = stored.for_status(stored.in_use(today=now.date()), "deceased")
    assert heirs[0].code == "heirs"
    assert "您要替他还" not in "".join(row.answer_zh for row in heirs)


def _propose(staff: Any, now: datetime, **values: Any) -> Any:
    given: dict[str, Any] = {
        "code": "interest", "words": WORDS, "statuses": [], "valid_from": date(2026, 11, 1), "valid_to": None,
        "reason": "常见问题",
    }  # fmt: skip
    return answers.propose(**(given | values), actor=records.Actor.of(staff), now=now)


def test_another_wording_is_used_once_a_second_person_has_approved_it(now: datetime) -> None:
    """Nobody approves their own; words in use never change, and outside their days they are not given."""
    author, second = factories.make_staff("supervisor"), factories.make_staff("compliance")
    request = _propose(author, now, valid_to=date(2026, 11, 30))
    assert stored.in_use(today=now.date()) == []
    decide = {"approval_id": request.id, "verdict": "approved", "answer": "", "now": now}
    with pytest.raises(RefusedError, match="own_work"):
        approvals.decide(actor=records.Actor.of(author), **decide)
    approvals.decide(actor=records.Actor.of(second), **decide)
    row = stored.in_use(today=now.date())[0]
    assert (row.code, row.version, row.approved_by) == ("interest", 1, second)
    assert stored.in_use(today=date(2026, 12, 1)) == stored.in_use(today=date(2026, 10, 31)) == []
    with pytest.raises(InternalError), transaction.atomic():
        ApprovedAnswer.objects.filter(id=row.id).update(answer_zh="别的话")
    for wrong, code in (
        ({"words": WORDS | {"answer_en": ""}}, "answer_incomplete"),
        ({"words": WORDS | {"answer_zh": "{love}"}}, "answer_unknown_word"),
        ({"words": WORDS | {"answer_en": "x"}}, "answer_words_differ"),
        ({"valid_to": date(2026, 10, 1)}, "answer_dates_upside_down"),
        ({"statuses": ["happy"]}, "answer_incomplete"),
    ):
        with pytest.raises(RefusedError, match=code):
            _propose(author, now, **wrong)
    with pytest.raises(NotAllowedError):
        _propose(factories.make_staff("collector"), now)


@pytest.fixture
def asked(debtor: Any, now: datetime) -> Any:
    """The answer that names what is overdue, and an agent at whose telephone the customer is."""
    answers.load(now=now)
    return ApprovedAnswer.objects.get(code="how_much")


def _read(asked: Any, debtor: Any, agent: Any, now: datetime, seen: int | None = None, **values: Any) -> Any:
    return answers.read_out(
        answer_id=values.get("answer_id", asked.id), customer_id=debtor.customer.id, account_id=debtor.account.id,
        actor=records.Actor.of(agent), seen_version=seen, now=now,
    )  # fmt: skip


def test_amounts_are_read_out_to_a_proven_person_alone_and_remembered_as_told(
    asked: Any, debtor: Any, now: datetime
) -> None:
    """Each amount under its name; one that has moved since the screen showed it is not told."""
    agent = factories.make_staff("service_agent")
    with pytest.raises(RefusedError, match="answer_needs_verified"):
        _read(asked, debtor, agent, now)
    actor = records.Actor.of(agent)
    call = calls.start(
        customer_id=debtor.customer.id, contact_point_id=None, actor=actor, seen_version=None, now=now, inbound=True
    )
    calls.verify(conversation_id=call.id, result="verified", facts=["birth_date", "card_tail"], actor=actor, now=now)
    _read(asked, debtor, agent, now)
    told = {row.amount_name: (row.amount_fen, row.medium, row.staff) for row in Told.objects.all()}
    assert told == {"overdue": (391_300, "spoken", agent), "minimum_due": (39_130, "spoken", agent)}
    assert Event.objects.get(kind="answer.read").payload["code"] == "how_much"
    debtor.customer.refresh_from_db()
    seen = debtor.customer.version
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        records.append(customer=customer, kind="payment.failed", actor=records.SYSTEM, now=now)
    with pytest.raises(StaleWriteError):
        _read(asked, debtor, agent, now, seen)
    with pytest.raises(RefusedError, match="no_such_answer"):
        _read(asked, debtor, agent, now, answer_id=0)


def test_at_the_counter_the_person_stands_there(asked: Any, debtor: Any, now: datetime) -> None:
    """Opened with that purpose; an answer that names nothing needs nobody's proof and tells no amount."""
    agent = factories.make_staff("service_agent")
    _read(asked, debtor, agent, now, answer_id=ApprovedAnswer.objects.get(code="family_called").id)
    assert Told.objects.count() == 0
    LookUp.objects.create(customer=debtor.customer, staff=agent, purpose="counter", at=now)
    _read(asked, debtor, agent, now)
    assert Told.objects.count() == 2
    assert words_in(asked.answer_zh) == words_in(asked.answer_en)
