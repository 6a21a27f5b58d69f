"""The journal: money that passes through OneCase, booked twice, so that nothing comes from nowhere."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.journal import BOOKS, JOURNAL_KINDS
from collections_app.models.account import Account
from collections_app.models.choices import choices
from collections_app.models.customer import Customer
from collections_app.models.entry import Entry


class Journal(models.Model):
    """One booking: what happened to money, as lines that sum up to zero. Never changed, never deleted.

    ``channel`` is where the money came through; the book ``clearing`` is counted by it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="journals", verbose_name=_("customer")
    )
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, blank=True, related_name="journals")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, null=True, blank=True, related_name="journal")
    kind = models.CharField(_("kind"), max_length=12, choices=choices(JOURNAL_KINDS))
    channel = models.CharField(_("channel"), max_length=16)
    reference = models.CharField(_("reference"), max_length=96)
    currency = models.CharField(_("currency"), max_length=3)
    order = models.CharField(
        _("order"), max_length=16, blank=True, help_text=_("which components the money was put to first")
    )
    rule = models.CharField(_("rule"), max_length=40, blank=True, help_text=_("pack, version and rule of that order"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "channel", "reference"], name="journal_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="journal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="journal_has_lines",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                    IF NOT EXISTS (SELECT FROM collections_app_journalline WHERE journal_id = NEW.id) THEN
                        RAISE EXCEPTION 'booking % has no lines', NEW.id USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class JournalLine(models.Model):
    """One line of a booking in one book. Fen; a debit is positive."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    journal = models.ForeignKey(Journal, on_delete=models.CASCADE, related_name="lines")
    book = models.CharField(_("book"), max_length=16, choices=choices(BOOKS))
    amount_fen = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("line of a booking")
        verbose_name_plural = _("lines of bookings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journal", "book"], name="journal_line_once"),
            models.CheckConstraint(condition=~models.Q(amount_fen=0), name="journal_line_not_nought"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="journal_line_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            # At commit: while a booking is written it does not balance yet.
            pgtrigger.Trigger(
                name="journal_balances",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                    IF (SELECT sum(amount_fen) FROM collections_app_journalline
                        WHERE journal_id = NEW.journal_id) <> 0 THEN
                        RAISE EXCEPTION 'booking % does not balance', NEW.journal_id
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
