"""Handing work to another department, and moving it on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.handoffs import COMPLAINTS, OTHER, RECEIVERS, HandOffState
from collections_app.domain.staff import DEPARTMENTS
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import choice_input, moment_input, text_input

_FIELD = "carries_"
# What is disputed has a list of its own.
_DISPUTED = ("dispute", "item")


class HourForm(forms.Form):
    """When a callback was agreed for."""

    due_at = forms.DateTimeField(
        label=_("At the hour agreed"),
        widget=moment_input(),
        required=False,
        help_text=_("Callbacks only; the others have their own deadline."),
    )


class HandOffForm(RecordForm):
    """What is wanted, on which account, and what the other department must know."""

    words_about = ""

    kind = forms.ChoiceField(label=_("What is wanted"), widget=choice_input())
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    due_at = HourForm.base_fields["due_at"]
    text = forms.CharField(label=_("What they must know"), widget=text_input(4), required=False, max_length=2000)

    def prepare(self) -> None:
        """Offer the kinds of hand-off and the record's accounts."""
        kinds: Any = self.fields["kind"]
        # Complaints have a screen of their own, which asks what they need.
        offered = [(code, name) for code, name in codes.choices("handoffs") if code not in COMPLAINTS]
        kinds.choices = [("", _("Choose")), *offered]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", _("No account in particular")), *self.account_choices()]
        kind = str(self.data.get("kind", "") if self.is_bound else self.initial.get("kind", ""))
        self.contents = ContentsForm(self.data if self.is_bound else None, kind=kind, initial=self.initial)
        self.hour = self["due_at"] if asks_for_hour(kind) else None

    def is_valid(self) -> bool:
        """Return whether all of it can be read, what the kind must carry included."""
        return all([super().is_valid(), self.contents.is_valid()])

    def carries(self) -> dict[str, str]:
        """Return the words for each thing the kind must carry. The form must be valid."""
        return self.contents.carries()

    def to(self) -> str:
        """Return the department chosen, where the kind lets it be chosen. The form must be valid."""
        return self.contents.to()


def carried_as(item: str) -> str:
    """Return the name of the field for something a hand-off must carry."""
    return _FIELD + item


def asks_for_hour(kind: str) -> bool:
    """Return whether a kind of hand-off has an hour that was agreed; while none is chosen it may."""
    return kind in {"", "callback"}


class ContentsForm(forms.Form):
    """What a kind of hand-off must carry: a line for each; and who takes it, where no kind says so."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = codes.seen().handoffs.get(kind)
        self._items = rule.asked_for() if rule else ()
        for item in self._items:
            label = codes.name_of("handoff_contents", item)
            if (kind, item) == _DISPUTED:
                names = [name for _code, name in codes.choices("dispute_kinds")]
                self.fields[_FIELD + item] = forms.ChoiceField(
                    label=label, choices=[("", _("Choose")), *((name, name) for name in names)], widget=choice_input()
                )
                continue
            self.fields[_FIELD + item] = forms.CharField(
                label=label,
                max_length=300,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        if kind == OTHER:
            self.fields["to"] = forms.ChoiceField(
                label=_("Who takes it"),
                choices=[("", _("Choose")), *term_choices(DEPARTMENTS, only=list(RECEIVERS))],
                widget=choice_input(),
            )

    def carries(self) -> dict[str, str]:
        """Return the words by code. The form must be valid."""
        return {item: self.cleaned_data[_FIELD + item] for item in self._items}

    def to(self) -> str:
        """Return the department chosen, where the kind lets it be chosen. The form must be valid."""
        return str(self.cleaned_data.get("to", ""))


class MoveForm(RecordForm):
    """The next state of a hand-off, with a reason when it goes back."""

    words_about = "hardship"

    state = forms.ChoiceField(label=_("Next"), widget=choice_input())
    text = forms.CharField(
        label=_("Remark"),
        widget=text_input(2),
        required=False,
        max_length=500,
        help_text=_("Needed to return, to wait for the customer and to contest."),
    )

    reply = forms.CharField(
        label=_("Words for the customer"),
        widget=text_input(3),
        required=False,
        max_length=1000,
        help_text=_("The customer reads them on their page. Needed to finish, and to wait for the customer."),
    )

    def __init__(self, *args: Any, states: list[HandOffState], answers: bool, **kwargs: Any) -> None:
        self._states = states
        super().__init__(*args, **kwargs)
        if not answers:
            del self.fields["reply"]

    def prepare(self) -> None:
        """Offer the states it may move to."""
        states: Any = self.fields["state"]
        states.choices = codes.choices("handoff_states", [item.value for item in self._states])
