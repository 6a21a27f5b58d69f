"""Which accounts go to an agency or come back from one: by a filter, or by a pasted list of numbers."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_app.domain.machines.clients import ClientKind
from collections_app.domain.ownership.moving import MOST
from collections_app.domain.ownership.placements import pasted
from collections_app.domain.staff import Scope
from collections_app.domain.stages import Stage
from collections_app.forms.keyed import KeyedForm
from collections_app.models import Branch, MachineClient, Product, Staff
from collections_app.selectors import codes
from collections_app.services.ownership.placing import Choice
from collections_app.services.ownership.previewing import Selection
from desk.forms.fields import YuanField, choice_input, day_input, line_input, text_input


class ChooseForm(KeyedForm):
    """The accounts, and the agency. Nothing is placed or called back before the preview was looked at."""

    agency = forms.ChoiceField(label=_("Agency"), widget=choice_input())
    batch = forms.CharField(label=_("Batch"), max_length=32, required=False, widget=line_input())
    numbers = forms.CharField(
        label=_("Account numbers"), max_length=80_000, required=False, widget=text_input(4),
        help_text=_("One a line, or with commas between. With numbers the filter below does not count."),
    )  # fmt: skip
    branch = forms.ChoiceField(label=_("Branch of the customers"), widget=choice_input(), required=False)
    product = forms.ChoiceField(label=_("Product"), widget=choice_input(), required=False)
    stage = forms.ChoiceField(label=_("Stage"), widget=choice_input(), required=False)
    from_fen = YuanField(label=_("Overdue from (yuan)"), required=False)
    below_fen = YuanField(label=_("Overdue below (yuan)"), required=False)
    most = forms.IntegerField(
        label=_("At most so many"), min_value=1, max_value=MOST, initial=300,
        widget=forms.NumberInput(attrs={"class": "form-control number"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        branches = Branch.objects.order_by("code")
        if staff.scope != Scope.INSTITUTION:
            branches = branches.filter(pk=staff.branch_id or 0)
        anything = ("", gettext("Any"))
        fields["branch"].choices = [anything, *((str(row.pk), row.name) for row in branches)]
        fields["product"].choices = [anything, *((code, capfirst(str(name))) for code, name in Product.choices)]
        fields["stage"].choices = [anything, *codes.choices("stages", [stage.value for stage in Stage])]
        agencies = MachineClient.objects.filter(kind=ClientKind.AGENCY).order_by("name")
        fields["agency"].choices = [(str(row.pk), row.name) for row in agencies if self.offers(row)]

    def offers(self, agency: MachineClient) -> bool:
        """Return whether an agency can be chosen here."""
        return agency.revoked_at is None

    def choice(self) -> Choice:
        """Return which accounts were chosen."""
        values = self.cleaned_data
        selection = Selection(
            branch_id=int(values["branch"]) if values["branch"] else None,
            product=values["product"],
            stage=values["stage"],
            from_fen=values["from_fen"],
            below_fen=values["below_fen"],
            most=values["most"],
        )
        return Choice(numbers=pasted(values["numbers"]), filter=selection, **self.narrowed())

    def narrowed(self) -> dict[str, Any]:
        """Return what else narrows the choice."""
        return {}


class PlaceManyForm(ChooseForm):
    """Which accounts are placed, with whom, and until when."""

    until_on = forms.DateField(
        label=_("Until"), widget=day_input(), required=False, help_text=_("Empty: until it is called back.")
    )
    told_only = forms.BooleanField(
        label=_("Only those whose debtor was told within half a year"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.choices = [("", gettext("Choose")), *agency.choices]

    def narrowed(self) -> dict[str, Any]:
        """Return whether only those told are meant."""
        return {"told_only": self.cleaned_data["told_only"]}


class RecallManyForm(ChooseForm):
    """Which accounts come back, of one agency or of all; also of one whose contract is over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.required = False
        agency.choices = [("", gettext("Any")), *agency.choices]

    def offers(self, agency: MachineClient) -> bool:
        """Offer every agency there is or was."""
        return True

    def narrowed(self) -> dict[str, Any]:
        """Return of which agency and batch."""
        values = self.cleaned_data
        return {"client_id": int(values["agency"]) if values["agency"] else None, "batch": values["batch"]}
