"""Ending a customer's way in to their page: why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from desk.forms.base import RecordForm
from desk.forms.fields import text_input


class WayInForm(RecordForm):
    """Why the link, its code and whoever is in by them end."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))


class DeviceForm(RecordForm):
    """Why a device is signed out."""

    words_about = ""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=text_input(2))
