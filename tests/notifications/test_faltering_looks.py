"""What cannot be looked up is not handed over, what cannot bar anything is not saved."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import OperationalError

from collections_app.services.errors import RefusedError
from notifications.models import CountryTerms, Message, SandboxInbox
from notifications.services import halts, planning, sending, text_terms
from tests import factories


def test_a_database_that_falters_within_a_batch_loses_no_answer_of_it(
    make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first was handed over and is recorded; the others stay due, and go out with the next run."""
    for _ in range(3):
        make_due()
    planning.plan(on=now.date(), now=now)
    looks, stopped = iter(range(100)), halts.stopped

    def look(**asked: Any) -> Any:
        # Each of the three before the batch begins, and the first of them again when it is handed over.
        if next(looks) > 3:
            raise OperationalError("too many connections")
        return stopped(**asked)

    monkeypatch.setattr(sending, "LOOK_AGAIN_SECONDS", 0.0)
    with monkeypatch.context() as faltering:
        faltering.setattr(halts, "stopped", look)
        sending.send_due(now=now, worker="test")
    assert SandboxInbox.objects.count() == 1
    assert sorted(Message.objects.values_list("state", flat=True)) == ["delivered", "due", "due"]


def test_terms_of_a_provider_that_does_not_exist_are_refused(db: None) -> None:
    """They would bar nothing; a country is looked up in capitals."""
    administrator = factories.make_staff("administrator")
    with pytest.raises(RefusedError, match="no_such_provider"):
        text_terms.save_country_terms(
            terms=CountryTerms(provider="Twilio", country="IL", carries="nothing"), by=administrator
        )
    terms = CountryTerms(provider="twilio", country="il", carries="nothing")
    terms.full_clean()
    assert text_terms.save_country_terms(terms=terms, by=administrator).country == "IL"
