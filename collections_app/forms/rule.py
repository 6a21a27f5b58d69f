"""The form of one rule of a draft: its hours or its limits, and nothing else."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import MOST_FAILURES, WAYS
from collections_app.domain.allocation import ALLOCATION_ORDERS
from collections_app.domain.rules import MOST_MEANS_DAYS, MOST_READING_SECONDS
from collections_app.models import Rule, RuleKind
from collections_app.models.choices import choices

# What a rule states beside its parameters.
_BESIDE = frozenset({"new_source", "now_verified"})


class RuleForm(forms.ModelForm[Rule]):
    """Fields by the kind of the rule; ``parameters`` holds what they say."""

    class Meta:
        model = Rule
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.parameters
        clock = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        if self.instance.kind == RuleKind.QUIET_HOURS and "from" in stored:
            self.fields["from"] = forms.TimeField(label=_("Quiet from"), widget=clock)
            self.fields["to"] = forms.TimeField(label=_("Quiet until"), widget=clock)
        if "most" in stored:
            self.fields["most"] = forms.IntegerField(label=_("At most"), min_value=0)
        counted = (
            ("days", _("In so many days")),
            ("minutes", _("Minutes")),
            ("failures", _("After so many missed calls")),
        )
        for name, label in counted:
            if stored.get(name) and self.instance.kind != RuleKind.MEANS_AGAIN:
                self.fields[name] = forms.IntegerField(label=label, min_value=1)
        if self.instance.kind == RuleKind.PAGE_PROOF:
            self._add_page_proof()
        if self.instance.kind == RuleKind.ALLOCATION:
            self.fields["order"] = forms.ChoiceField(label=_("Order of allocation"), choices=choices(ALLOCATION_ORDERS))
            if "from_day" in stored:
                self.fields["from_day"] = forms.IntegerField(label=_("From day past due"), min_value=0)
        if self.instance.kind == RuleKind.READING_TIME:
            self.fields["seconds"] = forms.IntegerField(
                label=_("Seconds to read before consent"), min_value=0, max_value=MOST_READING_SECONDS
            )
        if self.instance.kind == RuleKind.MEANS_AGAIN:
            self.fields["days"] = forms.IntegerField(
                label=_("Days in which a person looks at it"), min_value=0, max_value=MOST_MEANS_DAYS
            )
        for name, field in self.fields.items():
            # As a time, so that one which stays as it was is not said to have changed.
            field.initial = time.fromisoformat(stored[name]) if name in {"from", "to"} else stored.get(name)
        self.fields["new_source"] = forms.CharField(
            label=_("source"), max_length=240, required=False, initial=self.instance.source
        )
        self.fields["now_verified"] = forms.BooleanField(
            label=_("Verified by counsel"), required=False, initial=self.instance.verified
        )

    def _add_page_proof(self) -> None:
        self.fields["ways"] = forms.MultipleChoiceField(
            label=_("Any one of these proves a customer"), choices=choices(WAYS), widget=forms.CheckboxSelectMultiple
        )
        self.fields["one_time_code"] = forms.BooleanField(label=_("A one-time code too"), required=False)
        self.fields["tries"] = forms.IntegerField(
            label=_("Wrong answers that lock a link"), min_value=1, max_value=MOST_FAILURES
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """The rule's parameters with what was entered."""
        entered = {
            name: value.isoformat("minutes") if isinstance(value, time) else value
            for name, value in self.cleaned_data.items()
            if name in self.fields and name not in _BESIDE
        }
        return {**self.instance.parameters, **entered}
