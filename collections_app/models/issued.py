"""Documents the bank issues to a customer on their page: statements of account and certificates of settlement."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.issued import ISSUED_KINDS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer


class IssuedDocument(models.Model):
    """One document as it was issued, sealed on disk: what the customer shows later is what the bank holds.

    It is kept and not set again on demand: amounts, words and type of that day would not come back the same, and
    its fingerprint proves it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="issued_documents", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", verbose_name=_("account"))
    kind = models.CharField(_("kind"), max_length=12, choices=choices(ISSUED_KINDS))
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    language = models.CharField(_("language"), max_length=16)
    record_version = models.PositiveIntegerField(help_text="the version of the record it states")
    as_of = models.DateField(_("as of"))
    issued_on = models.DateField(_("issued on"), help_text="the day at the customer's place")
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")
        constraints: ClassVar = [
            # The same state of the same account, asked for twice on a day, is one document.
            models.UniqueConstraint(
                fields=["customer", "account", "kind", "language", "record_version", "as_of", "issued_on"],
                name="issued_once",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="issued_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference
