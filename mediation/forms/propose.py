"""Proposing talks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.models import Account
from mediation.domain.kinds import Kind
from mediation.forms.versioned import VersionedForm


class ProposeForm(VersionedForm):
    """Which account, by whom the talks are led, and what the bank brings to the table."""

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
    position = forms.CharField(
        label=_("What the bank brings to the table"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, accounts: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(account.id), str(account)) for account in accounts]
