"""The form of a halt: what it covers, and why."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from notifications.domain.kinds import KIND_TERMS
from notifications.forms.senders import provider_field
from notifications.models import SendingHalt


class EndHaltForm(forms.Form):
    """Why a halt is over."""

    reason = forms.CharField(label=_("Reason"), max_length=200, min_length=4)


class HaltForm(forms.ModelForm[SendingHalt]):
    """What is left empty covers everything."""

    class Meta:
        model = SendingHalt
        fields: ClassVar = ["provider", "kind", "branch", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            self.fields["provider"] = provider_field(
                self.fields["provider"], keep="", required=False, none=str(_("Every provider"))
            )
        if "branch" in self.fields:
            self.fields["branch"].required = False
            self.fields["branch"].empty_label = _("Every branch")  # type: ignore[attr-defined]
        if "kind" in self.fields:
            label = self.fields["kind"].label
            kinds = [("", _("Every kind")), *choices(KIND_TERMS)]
            self.fields["kind"] = forms.ChoiceField(label=label, choices=kinds, required=False)


class StaffHaltForm(HaltForm):
    """The same on a page of the desk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "reason" else "form-select"
