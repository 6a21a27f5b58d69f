"""The form of an offer of an arrangement."""

from typing import Any, ClassVar

from django import forms

from collections_app.models import ArrangementOffer
from collections_app.selectors import codes


class ArrangementOfferForm(forms.ModelForm[ArrangementOffer]):
    """The kind is chosen from the bank's list, never typed."""

    class Meta:
        model = ArrangementOffer
        fields: ClassVar = [
            "code",
            "kind",
            "product",
            "currency",
            "name_zh",
            "name_en",
            "method",
            "annual_percent",
            "balloon_percent",
            "step_percent",
            "fewest",
            "most",
            "smallest_fen",
            "largest_fen",
            "from_day",
            "until_day",
            "grace_days",
            "tolerance_fen",
            "wait_days",
            "at_once",
            "conditions",
            "source",
            "verified",
            "active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label, choices=codes.choices("arrangement_kinds")
        )
