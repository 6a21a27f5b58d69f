"""The form of a reminder rule: days as a person writes them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from collections_app.selectors import codes
from notifications.models import ReminderRule

FURTHEST = 180


class ReminderRuleForm(forms.ModelForm[ReminderRule]):
    """The kind, whom it is for, the days with commas between them, the hour."""

    class Meta:
        model = ReminderRule
        fields: ClassVar = ["kind", "branch", "product", "stages", "days", "at", "again", "active"]
        widgets: ClassVar = {"at": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stages" in self.fields:
            field = self.fields["stages"]
            self.fields["stages"] = forms.MultipleChoiceField(
                label=field.label, help_text=field.help_text, choices=codes.choices("stages"), required=False,
                widget=forms.CheckboxSelectMultiple, initial=self.instance.stages,
            )  # fmt: skip

    def clean_days(self) -> list[int]:
        """Return the days in order, each once. Raise ValidationError when one is too far from the due date."""
        days: list[int] = sorted(set(self.cleaned_data["days"]))
        if any(abs(day) > FURTHEST for day in days):
            message = _("A day is at most %(furthest)s days from the due date.")
            raise forms.ValidationError(message, code="day", params={"furthest": FURTHEST})
        return days


def day_words(days: list[int]) -> str:
    """Return days in words: negative ones are before the due date, 0 is the day itself."""
    parts: list[Any] = []
    for day in days:
        if day == 0:
            parts.append(gettext("on the day"))
        else:
            sentence = gettext("%(days)s d before") if day < 0 else gettext("%(days)s d after")
            parts.append(sentence % {"days": abs(day)})
    return ("、" if (get_language() or "zh").startswith("zh") else ", ").join(parts)
