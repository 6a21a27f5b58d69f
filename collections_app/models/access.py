"""The customer's way in: links, typed codes, attempts and sessions. Only hashes of secrets are stored."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.access import CODE_PURPOSES, FOR_ENTRY
from collections_app.models.choices import choices
from collections_app.models.contact_point import ContactPoint
from collections_app.models.customer import Customer
from collections_app.models.staff import Staff


class AccessLink(models.Model):
    """A link (or typed code) that leads a customer to their own page. One is live per customer and purpose.

    While a newer one is on its way to the customer, the older ends at its own end (``revoked_at`` lies ahead), and at
    once when the newer is with the provider.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="access_links")
    purpose = models.CharField(max_length=16, default="repayment")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the colleague who ended it; wrong answers before that no longer count",
    )
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


class AppEntry(models.Model):
    """A hand-over from the bank's app that was used. Its nonce is kept so that it is never used again."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    nonce_hash = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=32)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="app_entries")
    used_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class AccessSession(models.Model):
    """A customer who has proved who they are, until the session ends. One by the bank's app rests on no link."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="access_sessions")
    link = models.ForeignKey(AccessLink, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")
    secret_hash = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)


class OneTimeCode(models.Model):
    """A code asked for after the identity facts were right, or to sign one paper.

    It is made when its message is sent, and kept as a hash.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="one_time_codes")
    link = models.ForeignKey(AccessLink, on_delete=models.CASCADE, related_name="one_time_codes")
    purpose = models.CharField(
        max_length=12, choices=choices(CODE_PURPOSES), default=FOR_ENTRY.purpose.value, db_default="entry"
    )
    paper_sha256 = models.CharField(
        max_length=64, blank=True, default="", db_default="", help_text="of what it signs, and of nothing else"
    )
    asked_at = models.DateTimeField()
    code_hash = models.CharField(max_length=32, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="used, replaced by a newer one, or tried too often"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link"], condition=models.Q(ended_at__isnull=True), name="one_time_code_one_live"
            ),
            models.CheckConstraint(
                condition=models.Q(purpose=FOR_ENTRY.purpose.value, paper_sha256="")
                | ~models.Q(purpose=FOR_ENTRY.purpose.value) & ~models.Q(paper_sha256=""),
                name="one_time_code_of_one_paper",
            ),
        ]
        triggers: ClassVar = [
            # What a code signs is settled when it is asked for.
            pgtrigger.Protect(
                name="one_time_code_signs_one",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__purpose__df=pgtrigger.F("new__purpose"))
                | pgtrigger.Q(old__paper_sha256__df=pgtrigger.F("new__paper_sha256")),
            ),
        ]
