"""What staff look for among messages."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from notifications.domain.kinds import KIND_TERMS
from notifications.domain.lifecycle import MESSAGE_STATES
from notifications.domain.reasons import reason_terms
from notifications.selectors.outbox import Wanted

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _line() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})


def _list() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})


class SearchForm(forms.Form):
    """Every field may be empty; what cannot be read is as if it were."""

    state = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=_list())
    reason = forms.ChoiceField(label=_("Reason"), required=False, widget=_list())
    customer_no = forms.CharField(label=_("Customer number"), required=False, max_length=32, widget=_line())
    number = forms.CharField(label=_("Telephone number"), required=False, max_length=24, widget=_line())
    provider_id = forms.CharField(label=_("The provider's id"), required=False, max_length=64, widget=_line())
    since = forms.DateField(label=_("From the day"), required=False, widget=_day())
    until = forms.DateField(label=_("Until the day"), required=False, widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh-hans"
        fields: Any = self.fields
        kinds = [(row.code, row.text(language)) for row in KIND_TERMS.values()]
        fields["kind"].choices = [("", _("All kinds")), *kinds]
        fields["reason"].choices = [
            ("", _("All reasons")),
            *((row.code, row.text(language)) for row in reason_terms().values()),
        ]

    def clean(self) -> dict[str, Any]:
        """Leave out days no message can be of."""
        values: dict[str, Any] = self.cleaned_data
        for name in ("since", "until"):
            day = values.get(name)
            if day and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
                values[name] = None
        return values

    def wanted(self, *, providers: tuple[str, ...]) -> Wanted:
        """Return what is looked for; ``providers`` are those whose id may be named."""
        self.is_valid()
        values: dict[str, Any] = self.cleaned_data
        text = {name: str(values.get(name) or "").strip() for name in ("kind", "reason", "customer_no", "number")}
        state = str(values.get("state") or "")
        return Wanted(
            state=state if state in MESSAGE_STATES else "",
            provider_id=str(values.get("provider_id") or "").strip(),
            providers=providers,
            since=values.get("since"),
            until=values.get("until"),
            **text,
        )
