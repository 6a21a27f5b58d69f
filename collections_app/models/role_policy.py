"""What the bank demands of a role when it signs in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import ROLES
from collections_app.models.choices import choices


class RolePolicy(models.Model):
    """The bank's policy for one role. A role without a row has none."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    role = models.CharField(_("role"), max_length=24, choices=choices(ROLES), unique=True)
    totp_required = models.BooleanField(
        _("one-time codes required"),
        default=False,
        help_text=_("People of this role set up an authenticator before they can do anything else."),
    )

    class Meta:
        verbose_name = _("sign-in policy")
        verbose_name_plural = _("sign-in policies")

    def __str__(self) -> str:
        return self.role
