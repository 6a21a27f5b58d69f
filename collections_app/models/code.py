"""The code lists as the bank has edited them, and every version each row has had."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.code_lists import CODE_LISTS
from collections_app.models.choices import choices
from collections_app.models.staff import Staff


class CodeRevision(models.Model):
    """Which state the code lists are in: one row, given a new random token by every write to them.

    A counter would not do: two transactions of which one is rolled back would give the same number to different
    rows, and a process that had read the first would never look again.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    id = models.PositiveSmallIntegerField(primary_key=True)
    token = models.UUIDField()


class Code(models.Model):
    """One row of one code list. The code never changes; names, order and the values beside it may."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    list_name = models.CharField(_("list"), max_length=24, choices=choices(CODE_LISTS))
    code = models.CharField(
        _("code"), max_length=20, help_text=_("Small Latin letters, digits and underscores. It never changes.")
    )
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    about_zh = models.CharField(_("meaning in Chinese"), max_length=200, blank=True)
    about_en = models.CharField(_("meaning in English"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("order"))
    active = models.BooleanField(_("in use"), default=True, help_text=_("What is not in use is no longer offered."))
    data = models.JSONField(_("values"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    edited_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last changed by")
    )
    edited_at = models.DateTimeField(_("changed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes and names")
        constraints: ClassVar = [models.UniqueConstraint(fields=["list_name", "code"], name="code_once_per_list")]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="code_revision",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    INSERT INTO collections_app_coderevision (id, token) VALUES (1, gen_random_uuid())
                    ON CONFLICT (id) DO UPDATE SET token = excluded.token;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.code}"


class CodeVersion(models.Model):
    """What a row stated from a moment on. Decisions of the past are judged by the version of their time."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    list_name = models.CharField(_("list"), max_length=24, choices=choices(CODE_LISTS))
    code = models.CharField(_("code"), max_length=20)
    version = models.PositiveIntegerField(_("version"))
    values = models.JSONField(_("values"))
    since = models.DateTimeField(_("since"))
    written_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )

    class Meta:
        verbose_name = _("version of a code")
        verbose_name_plural = _("versions of codes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list_name", "code", "version"], name="code_version_once")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="code_version_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.list_name}: {self.code} {self.version}"
