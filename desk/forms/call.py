"""Starting a call, confirming who is speaking, and closing it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain import masking
from collections_app.domain.calls import IDENTITY_FACTS, MARKERS, Claim, Closing
from collections_app.domain.outcomes import Outcome, Party, outcomes_for
from collections_app.domain.promises import Part
from collections_app.domain.recordings import Found
from collections_app.forms.keyed import KeyedForm
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import YuanField, choice_input, day_input, line_input, moment_input, text_input, time_input

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
# One key for the party, one for the outcome, Enter: letters as far as they go, in the order of the list.
PARTY_KEYS = {Party.NOBODY: "1", Party.SELF: "2", Party.GUARANTOR: "3", Party.THIRD: "4"}
OUTCOME_KEYS = "abcdefghilmopqrstuvwxyz"
PARTS = 3
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


_PROMISE_FIELDS = [
    (f"promise_on{mark}", f"promise_amount{mark}") for mark in ("", *(f"_{n}" for n in range(2, PARTS + 1)))
]


@dataclass(frozen=True, slots=True)
class OutcomeChoice:
    """One outcome as the panel offers it, and the key that chooses it."""

    code: str
    label: str
    key: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PartyChoice:
    """Who may have answered, and the outcomes that fit."""

    code: str
    label: str
    key: str
    chosen: bool
    outcomes: list[OutcomeChoice]


class CloseForm(RecordForm):
    """Party and outcome, and what the outcome needs."""

    words_about = ""

    party = forms.ChoiceField(
        label=_("Who answered"),
        widget=forms.RadioSelect,
        choices=[(party.value, label) for party, label in PARTY_LABELS.items()],
    )
    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)
    marker = forms.ChoiceField(label=_("How the customer was"), widget=forms.RadioSelect, required=False)
    overdue_reason = forms.ChoiceField(label=_("Reason for being overdue"), widget=choice_input(), required=False)
    account = forms.ChoiceField(label=_("Account spoken of"), widget=choice_input(), required=False)
    promise_on = forms.DateField(label=_("Pay by 24:00 of"), widget=day_input(), required=False)
    promise_amount = YuanField(label=_("Promised (yuan)"), required=False)
    promise_on_2 = forms.DateField(label=_("Second part by"), widget=day_input(), required=False)
    promise_amount_2 = YuanField(label=_("Promised (yuan)"), required=False)
    promise_on_3 = forms.DateField(label=_("Third part by"), widget=day_input(), required=False)
    promise_amount_3 = YuanField(label=_("Promised (yuan)"), required=False)
    claim_amount = YuanField(label=_("Says paid (yuan)"), required=False)
    claim_channel = forms.ChoiceField(label=_("Paid through"), widget=choice_input(), required=False)
    claim_on = forms.DateField(label=_("Paid on"), widget=day_input(), required=False)
    claim_time = forms.TimeField(label=_("Paid at (time)"), widget=time_input(), required=False)
    callback_at = forms.DateTimeField(label=_("Call back at"), widget=moment_input(), required=False)
    recording_ref = forms.CharField(
        label=_("Call number in the recording system"), required=False, max_length=80, widget=line_input()
    )
    recording_hash = forms.CharField(
        label=_("SHA-256 of the recording"), required=False, max_length=64, widget=line_input()
    )
    recording_until = forms.DateField(label=_("Kept until"), widget=day_input(), required=False)
    text = forms.CharField(label=_("What was said"), widget=text_input(), required=False, max_length=2000)

    def found(self) -> list[Outcome]:
        """Return the outcomes that may be chosen from."""
        return list(codes.seen().outcomes.values())

    def name_of(self, outcome: str) -> str:
        """Return what an outcome is called here."""
        return codes.name_of("outcomes", outcome)

    def prepare(self) -> None:
        """Offer the outcomes by party, the record's accounts and the channels of payment."""
        found = self.found()
        outcomes: Any = self.fields["outcome"]
        outcomes.choices = [
            (item.code, self.name_of(item.code)) for party in PARTY_LABELS for item in outcomes_for(party, found)
        ]
        markers: Any = self.fields["marker"]
        markers.choices = term_choices(MARKERS)
        reasons: Any = self.fields["overdue_reason"]
        reasons.choices = [("", "—"), *codes.choices("overdue_reasons")]
        accounts: Any = self.fields["account"]
        accounts.choices = [("", _("The only overdue one")), *self.account_choices()]
        channels: Any = self.fields["claim_channel"]
        channels.choices = [("", "—"), *codes.choices("payment_channels", codes.seen().claimable_channels)]

    def parties(self) -> list["PartyChoice"]:
        """Return who may have answered, each with the outcomes that fit and the keys that choose them."""
        found = self.found()
        party, outcome = self["party"].value(), self["outcome"].value()
        return [
            PartyChoice(
                code=each.value,
                label=str(label),
                key=PARTY_KEYS[each],
                chosen=each.value == party,
                outcomes=[
                    OutcomeChoice(
                        row.code,
                        self.name_of(row.code),
                        "".join(OUTCOME_KEYS[n : n + 1]),
                        row.code == outcome,
                    )
                    for n, row in enumerate(outcomes_for(each, found))
                ],
            )
            for each, label in PARTY_LABELS.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Tell a part of a promise that lacks its day or its amount, and a hash without the call's number."""
        values = super().clean() or {}
        for day, amount in _PROMISE_FIELDS:
            if (values.get(day) is None) != (values.get(amount) is None) and not {day, amount} & set(self.errors):
                self.add_error(amount, _("Give both the day and the amount."))
        if values.get("recording_hash") and not values.get("recording_ref"):
            self.add_error("recording_ref", _("Give the number of the call with its hash."))
        return values

    def closing(self) -> Closing:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        pairs = [(values[day], values[amount]) for day, amount in _PROMISE_FIELDS]
        recording = None
        if values["recording_ref"] and values["recording_hash"]:
            recording = Found(values["recording_ref"], values["recording_hash"], values["recording_until"])
        claim = None
        if values["claim_amount"] and values["claim_channel"] and values["claim_on"]:
            claim = Claim(values["claim_amount"], values["claim_channel"], values["claim_on"], values["claim_time"])
        return Closing(
            party=values["party"],
            outcome=values["outcome"],
            account_id=int(values["account"]) if values["account"] else None,
            promise_parts=[Part(day, fen) for day, fen in pairs if day and fen],
            claim=claim,
            callback_at=values["callback_at"],
            text=values["text"],
            recording_ref=values["recording_ref"],
            recording=recording,
            marker=values["marker"],
            overdue_reason=values["overdue_reason"],
        )


class RecordingForm(RecordForm):
    """Where the recording of a closed call lies, once it is known."""

    call_id = forms.CharField(label=_("Call number in the recording system"), max_length=80, widget=line_input())
    sha256 = forms.CharField(label=_("SHA-256 of the recording"), max_length=64, widget=line_input())
    kept_until = forms.DateField(
        label=_("Kept until"), widget=day_input(), required=False, help_text=_("Empty: two years after the call.")
    )
