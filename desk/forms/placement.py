"""Placing an account with an agency: telling the debtor first, then placing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.ownership.placements import NOTICE_CHANNELS
from collections_app.domain.ownership.pools import OWN
from collections_app.models import MachineClient
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import choice_input, day_input, moment_input


class _OfAnAccount(RecordForm):
    """A form about one of the record's accounts that are with the bank."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())

    def prepare(self) -> None:
        """Offer the accounts that can be placed, those that owe most first."""
        field: Any = self.fields["account"]
        mine = {str(account.pk) for account in self.accounts() if account.placement in OWN}
        field.choices = [choice for choice in self.account_choices() if choice[0] in mine]


class TellForm(_OfAnAccount):
    """By what the debtor was told, when, and where the proof is."""

    channel = forms.ChoiceField(label=_("Told by"), widget=choice_input())
    told_at = forms.DateTimeField(label=_("Told at"), widget=moment_input())
    reference = forms.CharField(
        label=_("Proof: number of the letter, message or call"), max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    def prepare(self) -> None:
        """Offer the ways to tell."""
        super().prepare()
        field: Any = self.fields["channel"]
        field.choices = term_choices(NOTICE_CHANNELS)


class PlaceForm(_OfAnAccount):
    """With which agency, and until when."""

    agency = forms.ChoiceField(label=_("Agency"), widget=choice_input())
    until_on = forms.DateField(
        label=_("Until"), widget=day_input(), required=False, help_text=_("Empty: until it is called back.")
    )
    batch = forms.CharField(
        label=_("Batch"), max_length=32, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )

    def prepare(self) -> None:
        """Offer the agencies there are."""
        super().prepare()
        field: Any = self.fields["agency"]
        rows = MachineClient.objects.filter(kind=ClientKind.AGENCY, revoked_at__isnull=True).order_by("name")
        field.choices = [("", gettext("Choose")), *((str(row.pk), row.name) for row in rows)]


class RecallForm(RecordForm):
    """Nothing to type: calling back is never refused for want of words."""
