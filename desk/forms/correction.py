"""Saying that a call, a promise or a hold was recorded wrong, and what is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.outcomes import Outcome
from collections_app.domain.visits import outcomes_of_visits
from collections_app.selectors import codes
from desk.forms.base import RecordForm
from desk.forms.call import CloseForm
from desk.forms.fields import choice_input, text_input
from desk.forms.promise import PromiseForm


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why it is corrected"), max_length=500, widget=text_input(2))


class CallCorrectionForm(CloseForm):
    """How the call really ended, with what that outcome needs, and why it was recorded otherwise."""

    reason = _reason()


class VisitCorrectionForm(CallCorrectionForm):
    """How a visit really ended: with none of the outcomes that only a telephone has."""

    def found(self) -> list[Outcome]:
        """Return the outcomes that may come of a visit."""
        return outcomes_of_visits(super().found())

    def name_of(self, outcome: str) -> str:
        """Return what an outcome is called of a visit."""
        return codes.outcome_of_visit(outcome)


class PromiseCorrectionForm(PromiseForm):
    """What was really promised; left empty, nothing was."""

    words_about = ""

    reason = _reason()

    def prepare(self) -> None:
        """The account is the promise's own, and no part is needed."""
        del self.fields["account"]
        for name in ("due_on_1", "amount_1"):
            self.fields[name].required = False


class HoldCorrectionForm(RecordForm):
    """Which hold is right instead, or none."""

    words_about = ""

    kind = forms.ChoiceField(label=_("Right is"), widget=choice_input(), required=False)
    reason = _reason()

    def prepare(self) -> None:
        """Offer the holds that are placed by hand."""
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("No hold")), *codes.choices("holds", codes.seen().holds.placed_by_hand())]
