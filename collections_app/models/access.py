"""The customer's way in: links, typed codes, attempts and sessions. Only hashes of secrets are stored."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models.contact_point import ContactPoint
from collections_app.models.customer import Customer


class AccessLink(models.Model):
    """A link (or typed code) that leads a customer to their own page. One is live per customer and purpose."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="access_links")
    purpose = models.CharField(max_length=16, default="repayment")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True, blank=True)
    contact_point = models.ForeignKey(
        ContactPoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the number it was sent to and nowhere else; empty when it was given otherwise",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "purpose"],
                condition=models.Q(revoked_at__isnull=True),
                name="access_link_one_live",
            ),
            models.UniqueConstraint(
                fields=["code_hash"],
                condition=models.Q(revoked_at__isnull=True) & ~models.Q(code_hash=""),
                name="access_code_one_live",
            ),
        ]


class AccessAttempt(models.Model):
    """One try to open a customer's page that was refused, for the log."""

    personal_data: ClassVar[tuple[str, ...]] = ("address",)

    link = models.ForeignKey(
        AccessLink, on_delete=models.CASCADE, null=True, blank=True, related_name="attempts", verbose_name=_("link")
    )
    reason = models.CharField(_("reason"), max_length=24)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("refused customer entry")
        verbose_name_plural = _("refused customer entries")
        indexes: ClassVar = [
            models.Index(fields=["at"], name="access_attempt_at"),
            models.Index(fields=["address", "at"], name="access_attempt_of_address"),
        ]


class AccessSession(models.Model):
    """A customer who has proved who they are, until the session ends."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="access_sessions")
    link = models.ForeignKey(AccessLink, on_delete=models.CASCADE, related_name="sessions")
    secret_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
