"""What was signed on paper: which version, when and where, and the scans of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from collections_app.domain.papers import MOST_BYTES
from collections_app.models import Customer, Staff
from collections_app.models.fields import SealedField
from mediation.domain.signing import MOST_SCAN_PAGES
from mediation.models.draft import AgreementDraft


class PaperSigning(models.Model):
    """That some signatories signed the printed document of one version by hand, as somebody at the table confirms.

    ``sha256`` is that of the document that was printed. The signatures it stands for name it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ("place",)

    draft = models.ForeignKey(AgreementDraft, on_delete=models.CASCADE, related_name="paper_signings")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    signed_on = models.DateField()
    place = SealedField()
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        triggers: ClassVar = [
            pgtrigger.Protect(name="paper_signing_append_only", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"


class SignedScan(models.Model):
    """One file of the signed paper, kept sealed on disk with its SHA-256 and its number of pages."""

    personal_data: ClassVar[tuple[str, ...]] = ("name",)

    signing = models.ForeignKey(PaperSigning, on_delete=models.CASCADE, related_name="scans")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    name = SealedField()
    content_type = models.CharField(max_length=80)
    pages = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["signing", "sha256"], name="signed_scan_kept_once"),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MOST_BYTES, pages__gte=1, pages__lte=MOST_SCAN_PAGES),
                name="signed_scan_of_a_size",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="signed_scan_append_only", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"scan {self.pk}"
