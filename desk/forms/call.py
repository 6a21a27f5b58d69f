"""Starting a call, confirming who is speaking, and closing it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain import masking
from collections_app.domain.calls import IDENTITY_FACTS, Claim, Closing
from collections_app.domain.outcomes import Party, outcomes_for
from collections_app.domain.promises import Part
from collections_app.forms.keyed import KeyedForm
from collections_app.selectors import codes
from desk.forms.base import RecordForm
from desk.forms.fields import YuanField, choice_input, day_input, moment_input, text_input

FACT_LABELS = {
    "name_id_tail": _("Full name and end of the ID number"),
    "birth_date": _("Birth date"),
    "card_tail": _("End of the card or loan number"),
    "address": _("Address on file"),
}
PARTY_LABELS = {
    Party.NOBODY: _("Nobody"),
    Party.SELF: _("The customer"),
    Party.GUARANTOR: _("Guarantor or co-borrower"),
    Party.THIRD: _("Somebody else"),
}
PHONES = ("mobile", "landline_home", "landline_work", "representative")


class StartForm(RecordForm):
    """Which number is called, or that the customer called in."""

    contact_point = forms.ChoiceField(label=_("Number"), widget=forms.RadioSelect, required=False)
    inbound = forms.BooleanField(label=_("The customer called us"), required=False)
    approval = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def prepare(self) -> None:
        """Offer the record's telephone numbers, masked, with whose they are."""
        numbers: Any = self.fields["contact_point"]
        numbers.choices = [
            (str(point.id), f"{codes.name_of('relations', point.relation)} {masking.phone(point.value)}")
            for point in self.customer.contact_points.all()
            if point.kind in PHONES
        ]


class VerifyForm(KeyedForm):
    """The result of the identity check, and which facts the person stated."""

    facts = forms.MultipleChoiceField(
        label=_("Stated by the person"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[(fact, FACT_LABELS[fact]) for fact in IDENTITY_FACTS],
    )
    result = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
        choices=[
            ("verified", _("Confirmed")),
            ("failed", _("Not confirmed")),
            ("third_party", _("Somebody else")),
            ("refused", _("Refused")),
        ],
    )


class CloseForm(RecordForm):
    """Party and outcome, and what the outcome needs."""

    party = forms.ChoiceField(
        label=_("Who answered"),
        widget=forms.RadioSelect,
        choices=[(party.value, label) for party, label in PARTY_LABELS.items()],
    )
    outcome = forms.ChoiceField(label=_("Outcome"), widget=choice_input())
    account = forms.ChoiceField(label=_("Account spoken of"), widget=choice_input(), required=False)
    promise_on = forms.DateField(label=_("Pay by 24:00 of"), widget=day_input(), required=False)
    promise_amount = YuanField(label=_("Promised (yuan)"), required=False)
    promise_on_2 = forms.DateField(label=_("Second part by"), widget=day_input(), required=False)
    promise_amount_2 = YuanField(label=_("Promised (yuan)"), required=False)
    claim_amount = YuanField(label=_("Says paid (yuan)"), required=False)
    claim_channel = forms.ChoiceField(label=_("Paid through"), widget=choice_input(), required=False)
    claim_on = forms.DateField(label=_("Paid on"), widget=day_input(), required=False)
    callback_at = forms.DateTimeField(label=_("Call back at"), widget=moment_input(), required=False)
    recording_ref = forms.CharField(
        label=_("Recording"), required=False, max_length=80, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    text = forms.CharField(label=_("What was said"), widget=text_input(), required=False, max_length=2000)

    def prepare(self) -> None:
        """Offer the outcomes by party, the record's accounts and the channels of payment."""
        found = codes.seen().outcomes.values()
        outcomes: Any = self.fields["outcome"]
        by_party = [
            (str(label), [(item.code, codes.name_of("outcomes", item.code)) for item in outcomes_for(party, found)])
            for party, label in PARTY_LABELS.items()
        ]
        outcomes.choices = [("", _("Choose")), *by_party]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", _("The only overdue one")), *self.account_choices()]
        channels: Any = self.fields["claim_channel"]
        channels.choices = [("", "—"), *codes.choices("payment_channels", codes.seen().claimable_channels)]

    def closing(self) -> Closing:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        pairs = [
            (values["promise_on"], values["promise_amount"]),
            (values["promise_on_2"], values["promise_amount_2"]),
        ]
        claim = None
        if values["claim_amount"] and values["claim_channel"] and values["claim_on"]:
            claim = Claim(values["claim_amount"], values["claim_channel"], values["claim_on"])
        return Closing(
            party=values["party"],
            outcome=values["outcome"],
            account_id=int(values["account"]) if values["account"] else None,
            promise_parts=[Part(day, fen) for day, fen in pairs if day and fen],
            claim=claim,
            callback_at=values["callback_at"],
            text=values["text"],
            recording_ref=values["recording_ref"],
        )
