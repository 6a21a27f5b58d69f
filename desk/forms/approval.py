"""Asking for a second person's decision, and deciding."""

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain import masking
from collections_app.domain.approvals import VERDICTS
from collections_app.domain.purposes import CHANNELS
from collections_app.forms.keyed import KeyedForm
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.call import PHONES
from desk.forms.fields import DocumentField, choice_input, text_input
from desk.forms.promise import PromiseForm


class DecideForm(KeyedForm):
    """Approve, return or reject, with words; carries the version of the record the decider saw, if there is one."""

    words_about = "hardship"

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    verdict = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Remark"),
        widget=text_input(3),
        required=False,
        max_length=1000,
        help_text=_("Needed to return or reject."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        verdicts: Any = self.fields["verdict"]
        language = get_language() or "zh-hans"
        verdicts.choices = [(code, term.text(language)) for code, term in VERDICTS.items()]


def _document() -> DocumentField:
    return DocumentField(
        label=pgettext_lazy("approval", "Evidence"),
        required=False,
        help_text=_("PDF, PNG or JPEG, at most 10 MB."),
        widget=forms.FileInput,
    )


class AskReleaseForm(RecordForm):
    """Why a hold should end before its time, for somebody else to decide."""

    words_about = "hardship"

    reason = forms.CharField(label=_("Reason"), widget=text_input(3), max_length=1000)
    document = _document()


class AskContactForm(RecordForm):
    """One contact that a hold lets go on only with an approval: why, by what way, and about what."""

    words_about = "hardship"

    purpose = forms.ChoiceField(label=_("Purpose"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("Way of contact"), widget=forms.RadioSelect)
    contact_point = forms.ChoiceField(label=_("Number"), widget=choice_input(), required=False)
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    reason = forms.CharField(label=_("Reason"), widget=text_input(3), max_length=1000)
    document = _document()

    def prepare(self) -> None:
        """Offer statutory purposes, the ways that a person contacts by, and the record's numbers and accounts."""
        choices: dict[str, Any] = {
            "purpose": [(code, codes.name_of("purposes", code)) for code in ("statutory", "limitation")],
            "channel": term_choices(CHANNELS, ["voice", "letter", "visit"]),
            "contact_point": [("", _("None")), *self._numbers()],
            "account": [("", _("All of the customer's")), *self.account_choices()],
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    def _numbers(self) -> list[tuple[str, str]]:
        return [
            (str(point.id), f"{codes.name_of('relations', point.relation)} {masking.phone(point.value)}")
            for point in self.customer.contact_points.all()
            if point.kind in PHONES
        ]

    def clean(self) -> dict[str, Any]:
        """A call needs the number; what is sent or visited needs none."""
        values = super().clean() or {}
        if values.get("channel") == "voice" and not values.get("contact_point"):
            self.add_error("contact_point", _("Please say which number."))
        if values.get("channel") in {"letter", "visit"}:
            values["contact_point"] = ""
        return values


class AskPromiseForm(PromiseForm):
    """A promise beyond the limits, with why it should be taken all the same."""

    words_about = "hardship"

    # Sent with it: what is meant is to ask, not to record.
    ask = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)
    reason = forms.CharField(
        label=_("Why it should be taken all the same"), widget=text_input(3), max_length=1000, required=False
    )
    document = _document()
