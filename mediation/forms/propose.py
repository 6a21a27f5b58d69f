"""Proposing talks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account
from collections_app.selectors import codes
from mediation.domain.consents import BY_STAFF, HOWS
from mediation.domain.kinds import Kind
from mediation.forms.versioned import VersionedForm


class ProposeForm(VersionedForm):
    """Which account and dispute, by whom the talks are led, what the bank brings, and what the customer has said."""

    words_about = "hardship"

    account = forms.ChoiceField(label=_("Account"))
    kind = forms.ChoiceField(
        label=_("Talks"),
        choices=[
            (Kind.MEDIATION.value, _("Mediation by an independent organisation")),
            (Kind.NEGOTIATION.value, _("Negotiation by the bank")),
        ],
        initial=Kind.MEDIATION.value,
        widget=forms.RadioSelect,
    )
    dispute_type = forms.ChoiceField(label=_("Type of dispute"), required=False)
    consent_how = forms.ChoiceField(label=_("The customer has agreed already"), required=False)
    position = forms.CharField(
        label=_("What the bank brings to the table"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    handoff = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: Sequence[Account], from_customer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        means = (*BY_STAFF, "page") if from_customer else BY_STAFF
        self._choices("account", [(str(account.id), str(account)) for account in accounts])
        self._choices("dispute_type", [("", "—"), *codes.choices("dispute_kinds")])
        not_yet = ("", _("Not yet: they are asked"))
        self._choices("consent_how", [not_yet, *((code, HOWS[code].text(language)) for code in means)])

    def _choices(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
