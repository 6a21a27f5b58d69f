"""Legal's own facts: where an account stands before the courts, and that its claim is somebody else's."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from collections_app.domain.legal import NOT_RECORDED, can_set_day
from collections_app.domain.ownership.pools import Pool
from collections_app.selectors import codes
from collections_app.selectors.legal import settled
from collections_app.services import refusal_texts
from collections_app.services.errors import RefusedError
from collections_app.services.legal_steps import Step
from desk.forms.base import RecordForm
from desk.forms.fields import DocumentField, choice_input, day_input, line_input, text_input
from desk.selectors.legal import of_record


class _OfAccountForm(RecordForm):
    """A form about one account that is the bank's."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())

    def prepare(self) -> None:
        """Offer the accounts whose claim is the bank's."""
        offered = self.closed_too()
        rows = {str(row.pk): row for row in self.accounts() if row.placement != Pool.ASSIGNED}
        field: Any = self.fields["account"]
        field.choices = [
            (pk, gettext("%(account)s, no longer in the core's file") % {"account": label})
            if rows[pk].closed_in_core
            else (pk, label)
            for pk, label in self.account_choices()
            if pk in rows and (not rows[pk].closed_in_core or rows[pk].pk in offered)
        ]

    def closed_too(self) -> set[int]:
        """Return the accounts to offer even if the core has closed them."""
        return set()


class LegalStepForm(_OfAccountForm):
    """Where it stands now, since when, before which court, and what proves it."""

    words_about = "hardship"

    state = forms.ChoiceField(label=_("Where it stands"), widget=choice_input())
    on = forms.DateField(label=_("On"), widget=day_input())
    perform_until = forms.DateField(
        label=_("To be performed by"), required=False, widget=day_input(),
        help_text=_("Of a judgment: the last day it sets. The years to apply for enforcement run from there; left "
                    "empty, from the judgment."),
    )  # fmt: skip
    court = forms.CharField(label=_("Court"), max_length=80, required=False, widget=line_input())
    case_number = forms.CharField(
        label=_("Case number of the court"), max_length=60, required=False, widget=line_input()
    )
    evidence = forms.CharField(
        label=pgettext_lazy("proof", "Evidence"), max_length=500, widget=text_input(2),
        help_text=_("What proves it, its number, and where it is kept."),
    )  # fmt: skip

    def closed_too(self) -> set[int]:
        """Return those with a step on record: when they are paid off, that is still to be said."""
        return set(of_record(self.customer))

    def prepare(self) -> None:
        """Offer the states that legal records."""
        super().prepare()
        field: Any = self.fields["state"]
        offered = [choice for choice in codes.choices("legal_states") if choice[0] not in NOT_RECORDED]
        field.choices = [("", gettext("Choose")), *offered]

    def clean(self) -> dict[str, Any]:
        """Refuse a last day to perform that no judgment of that day sets, beside its field."""
        values = super().clean() or self.cleaned_data
        state, on, until = (values.get(name) for name in ("state", "on", "perform_until"))
        if state and on and until and not can_set_day(state=state, on=on, perform_until=until):
            self.add_error("perform_until", refusal_texts.refusal_text(RefusedError("legal_perform_day_wrong")))
        return values

    def step(self) -> Step:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        return Step(
            state=values["state"],
            on=values["on"],
            court=values["court"],
            case_number=values["case_number"],
            evidence=values["evidence"],
            perform_until=values["perform_until"],
        )


class AssignClaimForm(_OfAccountForm):
    """To whom a claim was assigned, when, and when the debtor was told."""

    words_about = "hardship"

    def closed_too(self) -> set[int]:
        """Return all but those paid off by legal's word: what was sold often has left the core's file by now."""
        return {row.pk for row in self.accounts()} - settled(self.customer)

    assignee = forms.CharField(label=_("Assignee"), max_length=120, widget=line_input())
    reached_by = forms.CharField(
        label=_("How the assignee is reached"), max_length=200, widget=line_input(),
        help_text=_("Customers who ask are told this, and nothing else."),
    )  # fmt: skip
    assigned_on = forms.DateField(label=_("Assigned on"), widget=day_input())
    notified_on = forms.DateField(
        label=_("Debtor told on"), widget=day_input(),
        help_text=_("The day the notice arrived. Until the debtor is told, the assignment does not bind them."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Numbers of the agreement and of the notice"), max_length=500, widget=text_input(2)
    )
    document = DocumentField(
        label=pgettext_lazy("approval", "Evidence"), required=False,
        help_text=_("PDF, PNG or JPEG, at most 10 MB."), widget=forms.FileInput,
    )  # fmt: skip
