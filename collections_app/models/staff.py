"""People who work in OneCase. A member of staff is the user who signs in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.staff import DEPARTMENTS, ROLES, SCOPES, Department, Role, Scope, allows
from collections_app.models.choices import choices
from collections_app.models.organisation import Branch, Team


class Staff(AbstractUser):
    """A member of staff, or of a mediation organisation, who signs in."""

    personal_data: ClassVar[tuple[str, ...]] = ("display_name", "email", "first_name", "last_name")

    display_name = models.CharField(_("name"), max_length=40)
    display_name_en = models.CharField(_("name in Latin letters"), max_length=60, blank=True)
    employee_no = models.CharField(_("employee number"), max_length=16, unique=True)
    role = models.CharField(_("role"), max_length=24, choices=choices(ROLES))
    department = models.CharField(_("department"), max_length=16, choices=choices(DEPARTMENTS))
    scope = models.CharField(_("scope"), max_length=16, choices=choices(SCOPES))
    branch = models.ForeignKey(
        Branch, on_delete=models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("branch")
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="staff", verbose_name=_("team")
    )
    extension = models.CharField(_("telephone extension"), max_length=16, blank=True, default="", db_default="")
    capacity = models.PositiveIntegerField(
        _("accounts they can carry"), default=0, db_default=0, help_text=_("0: no limit")
    )
    # Set while the password is one that an administrator gave: it opens nothing but the page to change it.
    given_password_until = models.DateTimeField(_("password given, valid until"), null=True, blank=True, editable=False)
    # Part of what every session carries: counting on ends all of them at once.
    sessions_ended = models.PositiveIntegerField(_("sessions ended"), default=0, db_default=0, editable=False)

    # Walled records this request tried to reach, for the middleware to log: (customer id, what was tried).
    wall_tries: list[tuple[int, str]]

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="staff_role_known"),
            models.CheckConstraint(
                condition=models.Q(department__in=[item.value for item in Department]), name="staff_department_known"
            ),
            models.CheckConstraint(
                condition=models.Q(scope__in=[item.value for item in Scope]), name="staff_scope_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        chinese = (get_language() or "zh").startswith("zh")
        return self.display_name if chinese or not self.display_name_en else self.display_name_en

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry to be this person's: of their password, and of how often all were ended."""
        key_salt = "collections_app.models.staff.Staff"
        of = f"{self.password}:{self.sessions_ended}"
        return salted_hmac(key_salt, of, secret=secret, algorithm="sha256").hexdigest()

    def may(self, action: str) -> bool:
        """Return whether this person's role allows an action such as ``promise.take``."""
        return self.is_active and allows(self.role, action)
