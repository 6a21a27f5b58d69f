"""Taking a complaint in, and each step with it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.domain.complaint_intake import Intake, Representative
from collections_app.domain.complaints import CONDUCT, FINDINGS, RETURNS, WAYS
from collections_app.models import MachineClient, Staff
from collections_app.selectors import codes
from desk.forms.base import RecordForm, term_choices
from desk.forms.fields import DocumentField, choice_input, day_input, moment_input, text_input

_HELP = _("PDF, PNG or JPEG, at most 10 MB.")


class ComplaintForm(RecordForm):
    """Everything the bank does not know of a complaint, on one screen; the record gives the rest."""

    words_about = "complaint"

    handoff = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    source = forms.ChoiceField(label=pgettext_lazy("complaint", "Came by"), widget=choice_input())
    received_at = forms.DateTimeField(label=pgettext_lazy("complaint", "Received"), widget=moment_input())
    reference = forms.CharField(
        label=_("Their number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Of whoever passed it on, such as a regulator."),
    )
    cause = forms.ChoiceField(label=pgettext_lazy("complaint", "Cause"), widget=choice_input())
    sub_kind = forms.ChoiceField(
        label=pgettext_lazy("complaint", "Kind"),
        widget=choice_input(),
        required=False,
        help_text=_("Only of complaints about collection."),
    )
    account = forms.ChoiceField(label=_("Account"), widget=choice_input(), required=False)
    level = forms.ChoiceField(label=pgettext_lazy("complaint", "Level"), widget=choice_input())
    markers = forms.MultipleChoiceField(
        label=pgettext_lazy("complaint", "Markers"), widget=forms.CheckboxSelectMultiple, required=False
    )
    about = forms.ChoiceField(
        label=_("Complained of"),
        widget=choice_input(),
        required=False,
        help_text=_("Whoever is named here is kept away from this customer at once: call, claim and accounts end."),
    )
    text = forms.CharField(label=_("What happened"), widget=text_input(4), max_length=4000)
    demand = forms.CharField(
        label=pgettext_lazy("complaint", "What the customer demands"), widget=text_input(2), max_length=2000
    )
    document = DocumentField(
        label=pgettext_lazy("complaint", "Came with it"), required=False, help_text=_HELP, widget=forms.FileInput
    )
    rep_name = forms.CharField(
        label=_("Representative"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=_("Only if somebody else complains for the customer. Legal checks the authority."),
    )
    rep_scope = forms.CharField(
        label=_("What the power covers"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    rep_until = forms.DateField(label=_("The power is valid until"), widget=day_input(), required=False)
    rep_paper = DocumentField(label=_("Power of attorney"), required=False, help_text=_HELP, widget=forms.FileInput)

    def __init__(
        self, *args: Any, people: list[Staff] | None = None, agencies: list[MachineClient] | None = None, **kwargs: Any
    ) -> None:
        self._people, self._agencies = people or [], agencies or []
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the bank's lists, the record's accounts, and who had to do with the customer."""
        choose = [("", _("Choose"))]
        about = [
            *((f"staff:{person.id}", f"{person.name} · {person.employee_no}") for person in self._people),
            *((f"agency:{agency.id}", str(agency.name)) for agency in self._agencies),
        ]
        offered: dict[str, Any] = {
            "source": [*choose, *codes.choices("complaint_sources")],
            "cause": [*choose, *codes.choices("complaint_causes")],
            "sub_kind": [("", _("None")), *codes.choices("complaint_kinds")],
            "level": codes.choices("complaint_levels"),
            "markers": codes.choices("complaint_markers"),
            "account": [("", _("No account in particular")), *self.account_choices()],
            "about": [("", _("Nobody by name")), *about],
        }
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A complaint about collection says its kind; a power without a name is nobody's."""
        values = super().clean() or {}
        if values.get("cause") == CONDUCT and not values.get("sub_kind"):
            self.add_error("sub_kind", _("Please say of what kind."))
        if values.get("cause") != CONDUCT:
            values["sub_kind"] = ""
        given = any(values.get(name) for name in ("rep_scope", "rep_until", "rep_paper"))
        if given and not values.get("rep_name"):
            self.add_error("rep_name", _("Please write the name of the representative."))
        return values

    def given(self) -> Intake:
        """Return what was typed, as the service takes it. The form must be valid."""
        values = self.cleaned_data
        what, _separator, number = values["about"].partition(":")
        representative = None
        if values["rep_name"]:
            representative = Representative(values["rep_name"], values["rep_scope"], values["rep_until"])
        return Intake(
            source=values["source"],
            cause=values["cause"],
            sub_kind=values["sub_kind"],
            level=values["level"],
            markers=tuple(values["markers"]),
            text=values["text"],
            demand=values["demand"],
            received_at=values["received_at"],
            reference=values["reference"],
            account_id=int(values["account"]) if values["account"] else None,
            staff_id=int(number) if what == "staff" else None,
            agency_id=int(number) if what == "agency" else None,
            representative=representative,
            handoff_id=values["handoff"],
        )


class StepForm(RecordForm):
    """One step with a complaint: its words, and for an answer the finding and the way it goes."""

    words_about = "regulator"

    finding = forms.ChoiceField(label=_("Finding"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("Words"), widget=text_input(8), max_length=6000)
    way = forms.ChoiceField(
        label=_("By which way it goes"),
        widget=choice_input(),
        required=False,
        help_text=_("The letter is written as PDF and kept. By post, e-mail or app it is a contact with its permit."),
    )

    def __init__(self, *args: Any, judges: bool, written: bool, needs_words: bool, **kwargs: Any) -> None:
        self._judges, self._written, self._needs_words = judges, written, needs_words
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Leave out what this step does not ask."""
        ways: Any = self.fields["way"]
        ways.choices = [("", _("Later")), *term_choices(WAYS)]
        findings: Any = self.fields["finding"]
        findings.choices = term_choices(FINDINGS)
        self.fields["text"].label = _("What is written to the complainant") if self._written else _("Remark")
        self.fields["text"].required = self._needs_words
        if not self._judges:
            del self.fields["finding"]
        if not self._written:
            del self.fields["way"]


class DeliverForm(RecordForm):
    """By which way a letter goes that has been written already."""

    way = forms.ChoiceField(label=_("By which way it goes"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """Offer the ways."""
        ways: Any = self.fields["way"]
        ways.choices = term_choices(WAYS)


class ReturnForm(RecordForm):
    """Why a letter came back, and when."""

    why = forms.ChoiceField(label=_("Why it came back"), widget=forms.RadioSelect)
    returned_on = forms.DateField(label=_("Came back on"), widget=day_input())

    def prepare(self) -> None:
        """Offer the reasons."""
        reasons: Any = self.fields["why"]
        reasons.choices = term_choices(RETURNS)


class PowerForm(RecordForm):
    """Whether somebody may speak for the customer."""

    words_about = "representative"

    result = forms.ChoiceField(
        label=_("Result"),
        widget=forms.RadioSelect,
        choices=[("proven", _("Proven: collection goes on through them alone")), ("refused", _("Not proven"))],
    )
    reason = forms.CharField(label=_("How it was checked"), widget=text_input(3), max_length=1000)


class ReasonForm(RecordForm):
    """Why."""

    words_about = "regulator"

    reason = forms.CharField(label=_("Reason"), widget=text_input(3), max_length=1000)


class PackForm(RecordForm):
    """Why somebody needs the evidence of a record, and from when on."""

    words_about = "regulator"

    reason = forms.CharField(
        label=_("Reason"),
        widget=text_input(2),
        max_length=300,
        help_text=_("It stands on every page, with your name and the time."),
    )
    since = forms.DateField(
        label=pgettext_lazy("evidence", "From"),
        widget=day_input(),
        required=False,
        help_text=_("Empty: from the beginning."),
    )
    complaint = forms.ChoiceField(label=_("Complaint"), widget=choice_input(), required=False)

    def prepare(self) -> None:
        """Offer the record's complaints."""
        field: Any = self.fields["complaint"]
        rows = self.customer.complaints.order_by("-id")
        named = [(str(row.pk), f"{row.pk} · {codes.name_of('complaint_causes', row.cause)}") for row in rows]
        field.choices = [("", _("None in particular")), *named]
