"""The forms of senders: how fast one takes messages, and the share it carries."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import get_language

from notifications.models import SenderRoute, SenderState
from notifications.providers.registry import offered


class SenderForm(forms.ModelForm[SenderState]):
    """How many messages a second, and how many calls at once."""

    class Meta:
        model = SenderState
        fields: ClassVar = ["provider", "per_second", "parallel"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            name = self.instance.provider
            self.fields["provider"] = provider_field(self.fields["provider"], keep=name)
            # Which one it is does not change: it is the row's key.
            self.fields["provider"].disabled = bool(name)


class RouteForm(forms.ModelForm[SenderRoute]):
    """A provider's share; the provider is chosen, never typed."""

    class Meta:
        model = SenderRoute
        fields: ClassVar = ["branch", "country", "provider", "weight"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" in self.fields:
            self.fields["provider"] = provider_field(self.fields["provider"], keep=self.instance.provider)

    def clean_country(self) -> str:
        """Return the country's code in capitals."""
        country: str = self.cleaned_data["country"]
        return country.upper()


def provider_field(field: forms.Field, *, keep: str, required: bool = True, none: str = "—") -> forms.ChoiceField:
    """Return a choice among the providers there are, and the one that is kept though there is none such any more.

    ``none`` is what stands for no choice, where one need not be made.
    """
    language = get_language() or "zh-hans"
    names = {term.code: term.text(language) for term in offered()}
    if keep:
        names.setdefault(keep, keep)
    choices = list(names.items()) if required else [("", none), *names.items()]
    return forms.ChoiceField(label=field.label, choices=choices, initial=keep, required=required)
