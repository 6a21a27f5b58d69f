"""What customers say of their talks, on their own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mediation.forms.papers import PapersField


class OwnForm(forms.Form):
    """A form that carries the version of the record its page was drawn from."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class AnswerForm(OwnForm):
    """Yes or no."""

    agrees = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


class OwnPositionForm(OwnForm):
    """What the customer brings to the talks, in words and papers."""

    text = forms.CharField(
        label=_("How do you see it, and what do you ask for?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    papers = PapersField(label=_("Papers that show it (not required)"))
