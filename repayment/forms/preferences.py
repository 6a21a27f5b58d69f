"""The form of contact preferences."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PreferencesForm(forms.Form):
    """In which language, whether by SMS, and whether chosen by habits."""

    language = forms.ChoiceField(
        label=_("Language of our messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    sms = forms.ChoiceField(
        label=_("SMS"),
        choices=[("yes", _("You may write to me by SMS")), ("no", _("Do not write to me by SMS"))],
        widget=forms.RadioSelect,
    )
    # A page opened before there was this question still saves.
    personal = forms.ChoiceField(
        label=_("Messages that follow your habits"),
        choices=[
            ("yes", _("Hour and wording may follow how I use my accounts")),
            ("no", _("Send me the standard messages, and erase what you computed")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
