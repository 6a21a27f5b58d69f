"""A free text holds neither abuse nor what nobody needs to know of health and family; its author is told so."""

from datetime import datetime

import pytest
from django.utils import translation

from collections_app.domain.note_words import Found, NoteRule, check, words_of
from collections_app.models import Event, NoteWords, Staff
from collections_app.services import claims, handoffs, holds, note_words, notes, refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

RULES = [
    NoteRule("abuse", "zh", ("老赖",)),
    NoteRule("health", "zh", ("抑郁",), frozenset({"hardship"})),
    NoteRule("abuse", "en", ("liar",)),
]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("客户说月底还", "note", []),
        ("这个老赖又不接", "note", [Found("abuse", "老赖")]),
        ("客户抑郁，老赖", "note", [Found("health", "抑郁"), Found("abuse", "老赖")]),
        ("客户抑郁", "hardship", []),
        ("She is a LIAR.", "note", [Found("abuse", "LIAR")]),
        ("familiar with it", "note", []),
        ("客户是liar，familiar", "note", [Found("abuse", "liar")]),
    ],
)
def test_words_are_found_where_they_do_not_belong(text: str, kind: str, found: list[Found]) -> None:
    """Latin words whole and in any case, Chinese ones anywhere; where a kind needs them they pass."""
    assert check(text=text, kind=kind, rules=RULES) == found


def test_words_are_typed_one_a_line() -> None:
    assert words_of(" a \n\nb\na\n") == ("a", "b")


@pytest.fixture
def lists(db: None) -> None:
    assert note_words.load() == 6
    assert note_words.load() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text"), [("zh-hans", "该客户是骗子、无赖"), ("en", "a crook and a liar")])
def test_a_note_with_abuse_says_which_words(
    debtor: Debtor, collector: Staff, lists: None, now: datetime, language: str, text: str
) -> None:
    """In the reader's language, naming each; mended, it is saved."""
    write = {"customer_id": debtor.customer.id, "actor": Actor.of(collector), "seen_version": None, "now": now}
    with pytest.raises(RefusedError) as refused:
        notes.add(text=text, **write)  # type: ignore[arg-type]
    with translation.override(language):
        said = refusal_texts.refusal_text(refused.value)
    assert all(word in said for word in (("骗子", "无赖") if language == "zh-hans" else ("crook", "liar")))
    assert not Event.objects.exists()
    notes.add(text="客户拒绝沟通", **write)  # type: ignore[arg-type]
    assert Event.objects.get().kind == "note.added"


@pytest.mark.django_db
def test_health_is_told_where_hardship_is_and_nowhere_else(
    debtor: Debtor, collector: Staff, lists: None, now: datetime
) -> None:
    common = {"customer_id": debtor.customer.id, "actor": Actor.of(collector), "seen_version": None, "now": now}
    text = "客户住院化疗，暂无收入"
    with pytest.raises(RefusedError) as noted:
        notes.add(text=text, **common)  # type: ignore[arg-type]
    assert noted.value.code == "note_words_health"
    with pytest.raises(RefusedError):
        holds.place(kind="dispute", text=text, account_id=debtor.account.id, **common)  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        claims.record(
            account_id=debtor.account.id, amount_fen=100, channel="app", paid_on=now.date(), remark=text,
            **common,  # type: ignore[arg-type]
        )  # fmt: skip
    holds.place(kind="hardship", text=text, **common)  # type: ignore[arg-type]
    handoffs.open_(
        kind="hardship", text=text, carries=factories.carried("hardship"), **common,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.django_db
def test_compliance_edits_the_lists(debtor: Debtor, collector: Staff, lists: None, now: datetime) -> None:
    """A word that is taken out passes; one that is added does not; a list out of use checks nothing."""
    row = NoteWords.objects.get(topic="abuse", language="zh")
    row.words = "讨厌鬼\n讨厌鬼"
    note_words.save(row=row, actor=Actor.of(factories.make_staff("compliance")))
    assert NoteWords.objects.get(topic="abuse", language="zh").words == "讨厌鬼"
    note_words.check(text="老赖", kind="note")
    with pytest.raises(RefusedError):
        note_words.check(text="讨厌鬼", kind="note")
    NoteWords.objects.update(active=False)
    note_words.check(text="讨厌鬼", kind="note")
