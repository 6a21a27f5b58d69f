"""Approved answers: reading one out, and writing another wording."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.forms.keyed import KeyedForm
from collections_app.selectors import codes
from desk.forms.base import RecordForm
from desk.forms.fields import day_input, text_input


class ReadOutForm(RecordForm):
    """The account an answer spoke of."""

    account = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerForm(KeyedForm):
    """Question and answer in both languages, for which statuses, from when to when, and why."""

    words_about = "bereavement"

    code = forms.SlugField(
        label=_("Code"), max_length=32, widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    )
    question_zh = forms.CharField(label=_("Question, in Chinese"), max_length=120, widget=text_input(1))
    answer_zh = forms.CharField(label=_("Answer, in Chinese"), max_length=600, widget=text_input(4))
    question_en = forms.CharField(label=_("Question, in English"), max_length=160, widget=text_input(1))
    answer_en = forms.CharField(label=_("Answer, in English"), max_length=800, widget=text_input(4))
    statuses = forms.MultipleChoiceField(
        label=_("For the statuses"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for every status."),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=day_input())
    valid_to = forms.DateField(label=_("Valid to"), widget=day_input(), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses: Any = self.fields["statuses"]
        statuses.choices = codes.choices("statuses")

    def words(self) -> dict[str, str]:
        """Return question and answer. The form must be valid."""
        names = ("question_zh", "question_en", "answer_zh", "answer_en")
        return {name: self.cleaned_data[name] for name in names}
