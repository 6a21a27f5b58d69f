"""The forms of machine clients and of accounts placed with agencies."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.domain.machines.clients import MACHINE_SCOPES, ClientKind
from collections_app.domain.purposes import CHANNELS
from collections_app.models import MachineClient, Placement
from collections_app.models.choices import choices


class MachineClientForm(forms.ModelForm[MachineClient]):
    """What an administrator enters of a client; its secret is made by an action and never typed."""

    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=choices(CHANNELS), required=False, widget=forms.CheckboxSelectMultiple
    )
    scopes = forms.MultipleChoiceField(
        label=_("Allowed to"), choices=choices(MACHINE_SCOPES), widget=forms.CheckboxSelectMultiple
    )
    per_minute = forms.IntegerField(label=_("Requests a minute"), min_value=1, max_value=6000, initial=600)

    class Meta:
        model = MachineClient
        fields: ClassVar = ["name", "kind", "channels", "scopes", "branches", "script_version", "per_minute"]
        help_texts: ClassVar = {
            "branches": _(
                "Whose customers it may ask about; without any it sees none. An agency sees what is placed with it."
            ),
            "script_version": _("Named with each permit, so that what is said is what was approved."),
        }
        widgets: ClassVar = {"branches": forms.CheckboxSelectMultiple}


class PlacementForm(forms.ModelForm[Placement]):
    """Which account goes to which agency."""

    account_number = forms.CharField(label=_("Account number"), max_length=40)

    class Meta:
        model = Placement
        fields: ClassVar = ["client", "until_on", "batch"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "client" in self.fields:
            agencies = MachineClient.objects.filter(kind=ClientKind.AGENCY, revoked_at__isnull=True)
            self.fields["client"].queryset = agencies  # type: ignore[attr-defined]  # a field that chooses rows
