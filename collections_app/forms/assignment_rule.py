"""The form of a rule of assignment."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.ownership.pools import OWN
from collections_app.models import AssignmentRule
from collections_app.selectors import codes


class AssignmentRuleForm(forms.ModelForm[AssignmentRule]):
    """What a rule is for and whom it gives to; codes are chosen, never typed."""

    stages = forms.MultipleChoiceField(
        label=_("Stages"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: any stage.")
    )
    pool = forms.ChoiceField(label=_("Pool"))

    class Meta:
        model = AssignmentRule
        fields: ClassVar = [
            "position",
            "name_zh",
            "name_en",
            "active",
            "branch",
            "product",
            "stages",
            "from_fen",
            "below_fen",
            "pool",
            "unit",
            "team",
        ]
        help_texts: ClassVar = {
            "unit": _("Accounts go to its people who are not on leave. Without unit and team they only change pool."),
            "team": _("Narrower than the unit."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["stages"].choices = codes.choices("stages")
        fields["pool"].choices = codes.choices("placements", sorted(OWN))
