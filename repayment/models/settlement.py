"""What gateways say they have settled, line by line, and where it differs from what OneCase has booked."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.models import Staff
from collections_app.models.choices import choices
from repayment.domain.settlement import DIFFERENCES, LINE_KINDS
from repayment.models.payment import Payment


class SettlementFile(models.Model):
    """One settlement file of a gateway, taken in once: the same bytes again change nothing."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    gateway = models.CharField(_("gateway"), max_length=16)
    name = models.CharField(_("settlement file"), max_length=120)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the file")
    lines_read = models.PositiveIntegerField(_("lines read"))
    first_at = models.DateTimeField(_("first movement at"), null=True, blank=True)
    last_at = models.DateTimeField(_("last movement at"), null=True, blank=True)
    taken_in_at = models.DateTimeField(_("taken in at"))

    class Meta:
        verbose_name = _("settlement file")
        verbose_name_plural = _("settlement files")

    def __str__(self) -> str:
        return self.name


class SettlementLine(models.Model):
    """One movement a gateway has settled. Amounts in fen; ``gross_fen`` is positive, its kind says which way."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    file = models.ForeignKey(
        SettlementFile, on_delete=models.PROTECT, related_name="lines", verbose_name=_("settlement file")
    )
    gateway = models.CharField(_("gateway"), max_length=16)
    line_reference = models.CharField(
        _("gateway's own number"), max_length=96, help_text=_("the same movement in two files is one")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=choices(LINE_KINDS))
    reference = models.CharField(_("payment reference"), max_length=64)
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="settled", verbose_name=_("payment")
    )
    gross_fen = models.BigIntegerField(_("amount"))
    fee_fen = models.BigIntegerField(_("gateway's fees"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("settled line")
        verbose_name_plural = _("settled lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "line_reference"], name="settlement_line_once"),
            models.CheckConstraint(condition=models.Q(gross_fen__gt=0), name="settlement_line_positive"),
        ]


class SettlementDifference(models.Model):
    """Something a gateway and OneCase do not agree about, open until the books agree or somebody explains it."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    gateway = models.CharField(_("gateway"), max_length=16)
    kind = models.CharField(_("kind"), max_length=16, choices=choices(DIFFERENCES))
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="differences", verbose_name=_("payment")
    )
    line = models.ForeignKey(
        SettlementLine, on_delete=models.PROTECT, null=True, blank=True, related_name="differences"
    )
    ours_fen = models.BigIntegerField(_("booked here"))
    theirs_fen = models.BigIntegerField(_("settled by the gateway"))
    opened_at = models.DateTimeField(_("opened at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    explained_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("explained by")
    )
    explanation = models.CharField(pgettext_lazy("of a difference", "explanation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("settlement difference")
        verbose_name_plural = _("settlement differences")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line", "kind"], condition=models.Q(line__isnull=False), name="difference_of_line_once"
            ),
            models.UniqueConstraint(
                fields=["payment", "kind"],
                condition=models.Q(line__isnull=True, ended_at__isnull=True),
                name="difference_of_payment_once",
            ),
            models.CheckConstraint(
                condition=models.Q(explained_by__isnull=True) | ~models.Q(explanation=""),
                name="difference_explained_in_words",
            ),
        ]
