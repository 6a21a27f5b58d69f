"""The form of contact preferences."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PreferencesForm(forms.Form):
    """In which language, and whether by SMS."""

    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    sms = forms.ChoiceField(
        label=_("SMS"),
        choices=[("yes", _("You may write to me by SMS")), ("no", _("Do not write to me by SMS"))],
        widget=forms.RadioSelect,
    )
