"""Limitation and guarantee: what interrupted or was agreed, each with its evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.domain.clocks.guarantee import GUARANTEE_KINDS
from collections_app.models import RelatedPerson
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import choice_input, day_input, text_input


def _evidence() -> forms.CharField:
    return forms.CharField(
        label=pgettext_lazy("proof", "Evidence"),
        max_length=500,
        widget=text_input(2),
        help_text=_("What proves it, its number, and where it is kept."),
    )


class InterruptForm(RecordForm):
    """What interrupted the limitation of an account, and when."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    kind = forms.ChoiceField(label=_("What interrupts"), widget=choice_input())
    on = forms.DateField(
        label=_("Took effect on"),
        widget=day_input(),
        help_text=_("The day a demand arrived, or a suit was filed."),
    )
    evidence = _evidence()

    def prepare(self) -> None:
        """Offer the record's accounts and what interrupts."""
        fields: dict[str, Any] = self.fields
        fields["account"].choices = self.account_choices()
        fields["kind"].choices = [("", _("Choose")), *codes.choices("limitation_events")]


class RevokeForm(RecordForm):
    """Why an interruption was recorded wrongly."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))


class GuaranteeForm(RecordForm):
    """For which account somebody stands, how, and until when."""

    person = forms.ChoiceField(label=_("Guarantor"), widget=choice_input())
    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    kind = forms.ChoiceField(label=_("Kind of guarantee"), widget=choice_input())
    debt_due_on = forms.DateField(
        label=_("Debt due on"),
        widget=day_input(),
        required=False,
        help_text=_("Empty: from when limitation of the account runs, if that is known."),
    )
    agreed_until = forms.DateField(
        label=_("Agreed until"),
        widget=day_input(),
        required=False,
        help_text=_("Empty: six months after the debt is due. Nothing interrupts or lengthens it."),
    )
    evidence = _evidence()

    def prepare(self) -> None:
        """Offer the guarantors on record, the accounts and the kinds."""
        fields: dict[str, Any] = self.fields
        people = RelatedPerson.objects.filter(customer=self.customer, role="guarantor", ended_at__isnull=True)
        fields["person"].choices = [("", _("Choose")), *((str(row.pk), row.name) for row in people.order_by("id"))]
        fields["account"].choices = self.account_choices()
        fields["kind"].choices = term_choices(GUARANTEE_KINDS)


class CallUponForm(RecordForm):
    """When and how the guarantor was called upon."""

    on = forms.DateField(
        label=_("Took effect on"),
        widget=day_input(),
        help_text=_("Joint: the day the demand reached the guarantor. General: the day the debtor was sued."),
    )
    evidence = _evidence()
