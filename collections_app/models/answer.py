"""Approved answers: what customer service says to the commonest questions, in both languages."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models.staff import Staff


class ApprovedAnswer(models.Model):
    """One version of the answer to one question. One version of each code is in use; its words never change."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.CharField(_("code"), max_length=32)
    version = models.PositiveIntegerField(_("version"), default=1)
    question_zh = models.CharField(_("question, in Chinese"), max_length=120)
    question_en = models.CharField(_("question, in English"), max_length=160)
    answer_zh = models.CharField(_("answer, in Chinese"), max_length=600)
    answer_en = models.CharField(_("answer, in English"), max_length=800)
    statuses = models.JSONField(_("statuses it is for"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    active = models.BooleanField(_("in use"), default=False)
    created_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )
    created_at = models.DateTimeField(_("written at"))
    approved_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("approved answer")
        verbose_name_plural = _("approved answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="answer_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(active=True), name="answer_one_in_use"),
            models.CheckConstraint(
                condition=Q(active=False) | Q(approved_at__isnull=False), name="answer_in_use_is_approved"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="answer_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="answer_valid_in_order"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="answer_words_are_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "question_zh", "question_en", "answer_zh", "answer_en", "statuses", "valid_from"
                ),
            ),
            pgtrigger.Protect(name="answer_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def question(self) -> str:
        """The question in the language of the moment."""
        return self.question_zh if (get_language() or "zh").startswith("zh") else self.question_en
