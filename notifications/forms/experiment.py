"""An experiment with one kind of message, and a person's reason for what they ask of one."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.forms.keyed import KeyedForm
from notifications.domain.kinds import KIND_TERMS
from notifications.domain.targeting.policies import MOST_EXPLORATION, Algorithm
from notifications.models import ReminderRule, Template

# The hours anybody would think of; quiet hours take away what may not be.
HOURS = [(f"{hour:02}:00", f"{hour:02}:00") for hour in range(8, 21)]
STANDARD = "-"
_SELECT = {"class": "form-select"}


class ExperimentForm(KeyedForm):
    """What is tried: a kind of message, its wordings and hours, and how much of it by chance."""

    name = forms.CharField(
        label=_("Name of the experiment"),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("Message"), widget=forms.Select(attrs=_SELECT))
    wordings = forms.MultipleChoiceField(label=_("Wordings"), widget=forms.CheckboxSelectMultiple)
    hours = forms.MultipleChoiceField(label=_("Hours"), choices=HOURS, widget=forms.CheckboxSelectMultiple)
    algorithm = forms.ChoiceField(
        label=_("How the challenger learns"),
        choices=[(Algorithm.LINUCB.value, "LinUCB"), (Algorithm.LINTS.value, "LinTS")],
        widget=forms.Select(attrs=_SELECT),
    )
    percent = forms.IntegerField(
        label=_("Choices by chance, in percent"),
        min_value=0,
        max_value=int(MOST_EXPLORATION * 100),
        initial=10,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds, wordings = self.fields["kind"], self.fields["wordings"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(wordings, forms.ChoiceField)
        planned = ReminderRule.objects.order_by("pk").values_list("kind", flat=True)
        kinds.choices = [(kind, KIND_TERMS[kind].text(self.language)) for kind in planned]
        competing = Template.objects.filter(active=True).exclude(wording="").order_by("wording")
        names = competing.values_list("wording", flat=True).distinct()
        wordings.choices = [(STANDARD, _("Standard wording")), *((name, name) for name in names)]

    @property
    def language(self) -> str:
        """The language of the moment."""
        return get_language() or "zh"

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen as the service takes it. The form must be valid."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "kind": data["kind"],
            "wordings": ["" if wording == STANDARD else wording for wording in data["wordings"]],
            "hours": [time.fromisoformat(hour) for hour in data["hours"]],
            "algorithm": data["algorithm"],
            "exploration": data["percent"] / 100,
        }
