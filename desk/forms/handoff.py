"""Handing work to another department, and moving it on."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.handoffs import TRANSITIONS, HandOffState
from collections_app.selectors import codes
from desk.forms.base import RecordForm
from desk.forms.fields import choice_input, moment_input, text_input


class HandOffForm(RecordForm):
    """What is wanted, on which account, and what the other department must know."""

    kind = forms.ChoiceField(label=_("What is wanted"), widget=choice_input())
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    due_at = forms.DateTimeField(
        label=_("At the hour agreed"),
        widget=moment_input(),
        required=False,
        help_text=_("Callbacks only; the others have their own deadline."),
    )
    text = forms.CharField(label=_("What they must know"), widget=text_input(4), required=False, max_length=2000)

    def prepare(self) -> None:
        """Offer the kinds of hand-off and the record's accounts."""
        kinds: Any = self.fields["kind"]
        offered = [(code, _with_contents(code, name)) for code, name in codes.choices("handoffs")]
        kinds.choices = [("", _("Choose")), *offered]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", _("No account in particular")), *self.account_choices()]


def _with_contents(code: str, name: str) -> str:
    """Return the name of a kind with what it must carry, so that nobody hands over half of it."""
    wanted = [codes.name_of("handoff_contents", item) for item in codes.seen().handoffs[code].must_carry]
    if not wanted:
        return name
    return gettext("%(kind)s (must carry: %(contents)s)") % {
        "kind": name,
        "contents": pgettext("between things listed", ", ").join(wanted),
    }


class MoveForm(RecordForm):
    """The next state of a hand-off, with a reason when it goes back."""

    state = forms.ChoiceField(label=_("Next"), widget=choice_input())
    text = forms.CharField(label=_("Remark"), widget=text_input(2), required=False, max_length=500)

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        self._from = HandOffState(state)
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the states it may move to."""
        states: Any = self.fields["state"]
        states.choices = codes.choices("handoff_states", sorted(item.value for item in TRANSITIONS[self._from]))
