"""The form of a person who works here."""

from typing import ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from collections_app.models import Staff


class StaffForm(forms.ModelForm[Staff]):
    """What an administrator enters of a person; the password is never shown and need not be changed."""

    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Leave empty to keep the present one. A new one holds three days; the person then chooses their own."
        ),
    )

    class Meta:
        model = Staff
        fields: ClassVar = [
            "username",
            "employee_no",
            "display_name",
            "display_name_en",
            "email",
            "extension",
            "role",
            "department",
            "scope",
            "branch",
            "team",
            "capacity",
            "is_active",
        ]
        help_texts: ClassVar = {
            "username": _("What the person types to sign in: letters, digits and @ . + - _"),
            "extension": _("The telephone system names it when a call comes to this person."),
            "is_active": _("To end somebody's access, let them go on the list of staff."),
        }

    def clean_new_password(self) -> str:
        """Return the new password. Raise ValidationError when it is too weak."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password
