"""What providers ask of texts: their own approval, words by which to stop messages, and a price for each part."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.domain.rule_terms import CLOSES
from collections_app.models import Staff
from collections_app.models.choices import choices
from notifications.domain.country_terms import CARRIES
from notifications.domain.opt_out import DEMANDS
from notifications.domain.registrations import REGISTRATION_STATES
from notifications.models.template import Template


class ProviderTerms(models.Model):
    """What one provider demands. Without a row: no approval of its own, and what the mainland's platforms demand."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16, primary_key=True)
    approves_texts = models.BooleanField(
        _("approves each text itself"),
        default=False,
        db_default=False,
        help_text=_("Texts it has not approved are not sent through it."),
    )
    notices_opt_out = models.CharField(
        _("words to stop messages, on notices"), max_length=10, choices=choices(DEMANDS), default="forbidden"
    )
    promotions_opt_out = models.CharField(
        _("words to stop messages, on promotions"), max_length=10, choices=choices(DEMANDS), default="required"
    )

    stop_closes = models.CharField(
        _("STOP closes"),
        max_length=8,
        choices=choices(CLOSES),
        default="class",
        db_default="class",
        help_text=_("What the provider itself closes; where the rule pack closes more, that holds."),
    )
    answers_words = models.BooleanField(_("answers STOP, START and HELP itself"), default=False, db_default=False)
    source = models.CharField(_("source"), max_length=240, blank=True, default="", db_default="")
    verified = models.BooleanField(_("verified"), default=False, db_default=False)

    class Meta:
        verbose_name = _("terms of a provider")
        verbose_name_plural = _("terms of providers")

    def __str__(self) -> str:
        return self.provider


class CountryTerms(models.Model):
    """What one provider may carry to one country by its own terms. Without a row: as shipped, else everything."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters such as CN."))
    carries = models.CharField(
        _("carries"),
        max_length=10,
        choices=choices(CARRIES),
        default="all",
        help_text=_("What it may not carry is refused when it is planned and again when it is sent."),
    )
    links = models.BooleanField(_("with links"), default=True)
    source = models.CharField(_("source"), max_length=240, blank=True, default="")
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("terms of a provider for a country")
        verbose_name_plural = _("terms of providers by country")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "country"], name="country_terms_once"),
            models.CheckConstraint(
                condition=models.Q(carries__in=sorted(CARRIES), country__regex=r"^[A-Z]{2}$"),
                name="country_terms_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.country}"

    def clean(self) -> None:
        """Write the country as it is looked up."""
        self.country = self.country.upper()


class TemplateRegistration(models.Model):
    """How far a version of a text is with a provider that approves texts itself, and its name for it there."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    template = models.ForeignKey(
        Template, on_delete=models.PROTECT, related_name="registrations", verbose_name=_("template")
    )
    provider = models.CharField(_("provider"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=choices(REGISTRATION_STATES))
    provider_template = models.CharField(_("the provider's own id"), max_length=64, blank=True, db_default="")
    reason = models.CharField(_("reason"), max_length=200, blank=True, db_default="")
    moved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("noted by"))
    moved_at = models.DateTimeField(_("noted at"))

    class Meta:
        verbose_name = _("text with a provider")
        verbose_name_plural = _("texts with providers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "provider"], name="registration_once"),
            # What it approved has the name it is sent by; what it rejected says why.
            models.CheckConstraint(
                condition=~models.Q(state="approved") | ~models.Q(provider_template=""), name="registration_has_id"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(reason=""), name="registration_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.template_id}"


class Tariff(models.Model):
    """What a provider charges for a thousand parts to a country. Without a country: to all others."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    provider = models.CharField(_("provider"), max_length=16)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two letters such as CN; empty for all others.")
    )
    per_thousand_fen = models.PositiveIntegerField(_("price of a thousand parts"))
    source = models.CharField(_("source"), max_length=240, blank=True, default="", db_default="")
    verified = models.BooleanField(_("verified"), default=False, db_default=False)

    class Meta:
        verbose_name = _("tariff")
        verbose_name_plural = _("tariffs")
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "country"], name="tariff_once")]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.provider, self.country]))
