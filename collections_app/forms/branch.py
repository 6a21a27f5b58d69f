"""The form of a branch or centre."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models import Branch, RulePack
from collections_app.services import sms_providers


class BranchForm(forms.ModelForm[Branch]):
    """A branch; its rules are chosen among those in force, and its time zone must be one."""

    class Meta:
        model = Branch
        fields: ClassVar = [
            "institution",
            "code",
            "name_zh",
            "name_en",
            "kind",
            "region",
            "time_zone",
            "rule_pack",
            "sms_provider",
            "told_corrections",
            "page_code",
            "country",
            "opens_at",
            "closes_at",
            "live",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "rule_pack" in self.fields:
            packs = {pack.code: pack for pack in RulePack.objects.filter(active=True).order_by("code")}
            chinese = (get_language() or "zh").startswith("zh")
            names = {code: pack.name_zh if chinese else pack.name_en for code, pack in packs.items()}
            present = self.instance.rule_pack
            names.setdefault(present, present)
            label = self.fields["rule_pack"].label
            self.fields["rule_pack"] = forms.ChoiceField(label=label, choices=list(names.items()), initial=present)

        if "sms_provider" in self.fields:
            self._offer_providers()

    def _offer_providers(self) -> None:
        """Offer the providers there are. What a branch has, but there is none of any more, must be chosen anew."""
        language = get_language() or "zh-hans"
        names = [(code, term.text(language)) for code, term in sms_providers.names().items()]
        present = self.instance.sms_provider
        known = any(code == present for code, _name in names)
        self.fields["sms_provider"] = forms.ChoiceField(
            label=self.fields["sms_provider"].label,
            choices=names if known else [("", "—"), *names],
            initial=present if known else "",
        )

    def clean_time_zone(self) -> str:
        """Return the time zone. Raise ValidationError when there is none of this name."""
        zone: str = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise forms.ValidationError(_("There is no such time zone. Write one such as Asia/Shanghai."), code="zone")
        return zone
