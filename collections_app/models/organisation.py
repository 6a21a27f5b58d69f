"""The bank: its institution, branches and teams."""

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.told.corrections import TOLD_CORRECTIONS
from collections_app.models.choices import choices


class Named(models.Model):
    """Something with a stable code and a name in both languages."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the moment."""
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en


class Institution(Named):
    """The bank whose customers these are."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    hotline = models.CharField(_("hotline"), max_length=20)
    sms_signature = models.CharField(_("SMS signature"), max_length=16)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")


class BranchKind(models.TextChoices):
    BRANCH = "branch", _("branch")
    SERVICE_CENTRE = "service_centre", _("service centre")
    CARD_CENTRE = "card_centre", _("card centre")


class Branch(Named):
    """A unit of the bank that owns customers or serves all of them."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="branches", verbose_name=_("institution")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=BranchKind.choices, default=BranchKind.BRANCH)
    region = models.CharField(_("region"), max_length=32)
    time_zone = models.CharField(_("time zone"), max_length=48, default="Asia/Shanghai")
    rule_pack = models.CharField(_("rule pack"), max_length=16, default="CN")
    sms_provider = models.CharField(_("SMS provider"), max_length=16, default="sandbox")
    country = models.CharField(
        _("country"),
        max_length=2,
        db_default="CN",
        default="CN",
        help_text=_("Whose working calendar its office follows."),
    )
    opens_at = models.TimeField(_("office opens"), db_default=time(9), default=time(9))
    closes_at = models.TimeField(_("office closes"), db_default=time(18), default=time(18))
    told_corrections = models.CharField(
        _("corrections of what was told"),
        max_length=8,
        choices=choices(TOLD_CORRECTIONS),
        db_default="propose",
        default="propose",
        help_text=_("Whether a colleague sends them, or they go out by themselves."),
    )
    page_code = models.BooleanField(
        _("one-time code for the customers' page"),
        default=False,
        db_default=False,
        help_text=_("After the identity facts, a code sent to the number on file opens the page."),
    )
    live = models.BooleanField(_("live"), default=True, help_text=_("Only a live branch contacts customers."))

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="branch_opens_before_it_closes",
                violation_error_message=_("An office opens before it closes."),
            ),
        ]


class Team(Named):
    """A group of staff within a branch."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="teams", verbose_name=_("branch"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
