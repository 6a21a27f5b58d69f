"""Agreeing a plan, and letting something off."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collections_app.domain.authority import COLUMNS, LONGEST_MONTHS
from collections_app.models import Recording
from collections_app.selectors import codes
from collections_app.services.plan_proposals import Terms as PlanTerms
from collections_app.services.waivers import ON_COMPLETION
from collections_app.services.waivers import Terms as WaiverTerms
from desk.forms.base import RecordForm
from desk.forms.fields import DocumentField, YuanField, choice_input, day_input, text_input

LINES = 3


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Why"), widget=text_input(3), max_length=1000, help_text=_("Also read by whoever decides, if need be.")
    )


def _document() -> DocumentField:
    return DocumentField(
        label=_("Supporting document"),
        required=False,
        help_text=_("PDF, PNG or JPEG, at most 10 MB."),
        widget=forms.FileInput,
    )


class PlanForm(RecordForm):
    """So many equal monthly instalments from a day on, and how it was agreed."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    number = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=LONGEST_MONTHS)
    first_on = forms.DateField(label=_("First by 24:00 of"), widget=day_input())
    total = YuanField(label=_("In all (yuan)"))
    grace_days = forms.IntegerField(label=_("Days of grace"), min_value=0, max_value=15, initial=3)
    recording = forms.ChoiceField(
        label=_("Agreed in the call"),
        widget=choice_input(),
        required=False,
        help_text=_("A plan agreed by word of mouth needs the recording of the call. In writing: leave it empty."),
    )
    written = forms.BooleanField(label=_("Signed in writing"), required=False)
    reason = _reason()
    document = _document()

    def prepare(self) -> None:
        """Offer the accounts, and the newest recording of each recorded call with this customer."""
        self.fields["account"].choices = self.account_choices()  # type: ignore[attr-defined]
        rows = Recording.objects.filter(customer=self.customer).select_related("conversation").order_by("id")
        newest = {row.conversation_id: row for row in rows}
        recordings: Any = self.fields["recording"]
        recordings.choices = [
            ("", "—"),
            *(
                (str(row.id), f"{timezone.localtime(row.conversation.started_at):%Y-%m-%d %H:%M} · {row.call_id}")
                for row in newest.values()
            ),
        ]

    def terms(self) -> PlanTerms:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        total, number = values["total"], values["number"]
        each = total // number
        shares = [each] * (number - 1) + [total - each * (number - 1)]
        return PlanTerms(
            instalments=[(_months_on(values["first_on"], place), fen) for place, fen in enumerate(shares)],
            grace_days=values["grace_days"],
            recording_id=int(values["recording"]) if values["recording"] else None,
            is_oral=not values["written"],
        )


def _months_on(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last."""
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(day)


class WaiverForm(RecordForm):
    """Which components of an account, how much of each, and when."""

    account = forms.ChoiceField(label=_("Account"), widget=choice_input())
    timing = forms.ChoiceField(label=_("Takes effect"), widget=choice_input(), initial=ON_COMPLETION)
    settlement = forms.BooleanField(label=_("The account is settled with it"), required=False)
    reason = _reason()
    document = _document()

    field_order = ("account", *(f"{what}_{n}" for n in range(1, LINES + 1) for what in ("component", "amount")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["account", *self._pairs(), "timing", "settlement", "reason", "document"])

    def _pairs(self) -> list[str]:
        return [f"{what}_{n}" for n in range(1, LINES + 1) for what in ("component", "amount")]

    def prepare(self) -> None:
        """Offer the accounts, the components and the times; the first line is needed."""
        self.fields["account"].choices = self.account_choices()  # type: ignore[attr-defined]
        timing: Any = self.fields["timing"]
        timing.choices = codes.choices("waiver_timings")
        components = [item for item in codes.choices("waiver_components") if item[0] in COLUMNS]
        for number in range(1, LINES + 1):
            self.fields[f"component_{number}"] = forms.ChoiceField(
                label=_("What is waived"),
                widget=choice_input(),
                required=number == 1,
                choices=[("", "—"), *components],
            )
            self.fields[f"amount_{number}"] = YuanField(label=_("Amount (yuan)"), required=number == 1)

    def clean(self) -> dict[str, Any]:
        """Gather the lines; one with a component but no amount, or named twice, is told."""
        values = super().clean() or {}
        lines: dict[str, int] = {}
        for number in range(1, LINES + 1):
            component, fen = values.get(f"component_{number}"), values.get(f"amount_{number}")
            if bool(component) != (fen is not None) and not self.errors:
                self.add_error(f"amount_{number}", _("Give both what is waived and the amount."))
            elif component and fen is not None:
                if component in lines:
                    self.add_error(f"component_{number}", _("This stands above already."))
                lines[component] = fen
        values["lines"] = lines
        return values

    def terms(self) -> WaiverTerms:
        """Return what was typed as the service takes it. The form must be valid."""
        values = self.cleaned_data
        return WaiverTerms(values["lines"], values["timing"], values["settlement"])
