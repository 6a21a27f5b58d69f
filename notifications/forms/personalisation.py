"""A customer's word on messages chosen by their behaviour."""

from django import forms

from collections_app.forms.keyed import KeyedForm


class PersonalisationForm(KeyedForm):
    """Whether the customer wants it: yes or no."""

    wanted = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], widget=forms.HiddenInput)
