"""Texts in versions: written by one, approved by another."""

from datetime import datetime

import pytest
from django.core.management import call_command
from zeal import zeal_ignore

from collections_app.services import approvals
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from notifications.models import ReminderRule, Template
from notifications.services import templates
from tests import factories

TEXT = "您尾号{tail}{product}有款项{od}待还。有困难请致电{hotline}。"


@pytest.fixture
def author(bank: None):  # type: ignore[no-untyped-def]
    return factories.make_staff("administrator")


def _write(by, now: datetime, body: str = TEXT) -> Template:  # type: ignore[no-untyped-def]
    return templates.write(kind="overdue_gentle", variant="explicit", language="zh-hans", body=body, by=by, now=now)


def test_loading_the_starting_set_again_changes_nothing(
    bank: None, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also not what somebody has changed."""
    before = Template.objects.count()
    ReminderRule.objects.filter(kind="card_due").update(days=[-5])
    call_command("load_templates")
    assert Template.objects.count() == before
    assert ReminderRule.objects.get(kind="card_due").days == [-5]
    assert "0 texts" in capsys.readouterr().out


def _approve(request, by, now: datetime) -> None:  # type: ignore[no-untyped-def]
    approvals.decide(approval_id=request.id, verdict="approved", answer="", actor=Actor.of(by), now=now)


def test_a_new_version_is_used_once_another_person_has_approved_it(author, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """The author may not approve it; the version before goes out of use."""
    new = _write(author, now)
    assert (new.version, new.active) == (2, False)
    asked = templates.ask(template_id=new.pk, reason="更清楚", by=factories.make_staff("administrator"), now=now)
    with pytest.raises(RefusedError, match="own_work"), zeal_ignore():
        _approve(asked, author, now)
    with zeal_ignore():
        _approve(asked, factories.make_staff("administrator"), now)
    active = Template.objects.get(kind="overdue_gentle", variant="explicit", language="zh-hans", active=True)
    assert active.pk == new.pk


def test_a_text_with_problems_is_not_saved(author, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """The refusal names them."""
    with pytest.raises(RefusedError) as refused:
        _write(author, now, body="您的欠款将移送法院")
    assert refused.value.params["problems"] == ["threatens"]


def test_who_is_no_administrator_writes_no_texts(bank: None, now: datetime) -> None:
    """Nor approves, retires or changes rules."""
    collector = factories.make_staff("collector")
    some = Template.objects.order_by("pk")[0]
    for attempt in (
        lambda: _write(collector, now),
        lambda: templates.ask(template_id=some.pk, reason="x", by=collector, now=now),
        lambda: templates.retire(template_id=some.pk, by=collector),
        lambda: templates.save_rule(rule=ReminderRule.objects.order_by("pk")[0], by=collector),
    ):
        with pytest.raises(RefusedError, match="not_allowed"):
            attempt()


def test_a_text_in_versions_cannot_be_rewritten(bank: None) -> None:
    """What was sent under a version stays readable as it was."""
    from django.db import transaction
    from django.db.utils import InternalError, ProgrammingError

    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Template.objects.update(body="another")
