"""Offers of arrangements that customers take up themselves."""

from hashlib import sha256
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.domain.instalments.offers import Offer
from collections_app.domain.instalments.schedules import METHODS, Method
from collections_app.models.account import Product
from collections_app.models.choices import choices


class ArrangementOffer(models.Model):
    """One arrangement the bank has approved beforehand: for which accounts, on which terms. Amounts in fen.

    Whoever is within its bounds has it in force at once, or, when it says so, after a person has looked at it.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.SlugField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind of arrangement"), max_length=20)
    product = models.CharField(_("product"), max_length=8, choices=Product.choices)
    currency = models.CharField(
        _("currency"), max_length=3, default="CNY", db_default="CNY",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, such as CNY."))],
    )  # fmt: skip
    name_zh = models.CharField(_("Chinese name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    method = models.CharField(_("way of repayment"), max_length=20, choices=choices(METHODS))
    annual_percent = models.DecimalField(_("annual rate in percent"), max_digits=6, decimal_places=3)
    balloon_percent = models.DecimalField(_("percent left to the last line"), max_digits=5, decimal_places=2, default=0)
    step_percent = models.DecimalField(_("percent each line rises"), max_digits=5, decimal_places=2, default=0)
    fewest = models.PositiveSmallIntegerField(_("instalments at least"))
    most = models.PositiveSmallIntegerField(_("instalments at most"))
    smallest_fen = models.BigIntegerField(_("amount at least"))
    largest_fen = models.BigIntegerField(_("amount at most"))
    from_day = models.PositiveSmallIntegerField(_("days past due at least"), default=0)
    until_day = models.PositiveSmallIntegerField(_("days past due at most"))
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=3)
    tolerance_fen = models.PositiveIntegerField(_("tolerance"), default=1000)
    wait_days = models.PositiveSmallIntegerField(
        _("days after a broken plan"), default=180, help_text=_("So long a customer who broke a plan asks a person.")
    )
    at_once = models.BooleanField(
        _("in force at once"), default=False, help_text=_("Otherwise a negotiator looks at each.")
    )
    conditions = models.BooleanField(
        _("needs both conditions of Art. 70"), default=False, help_text=_("Beyond the means, and still willing.")
    )
    source = models.CharField(_("source"), max_length=200)
    verified = models.BooleanField(_("verified"), default=False)
    active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("offer of an arrangement")
        verbose_name_plural = _("offers of arrangements")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    fewest__gte=1,
                    most__gte=models.F("fewest"),
                    most__lte=60,
                    smallest_fen__gt=0,
                    largest_fen__gte=models.F("smallest_fen"),
                    until_day__gte=models.F("from_day"),
                    annual_percent__gte=0,
                ),
                name="arrangement_offer_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Its name in the language of the moment."""
        return self.name_zh if (get_language() or "zh").startswith("zh") else self.name_en

    @property
    def terms(self) -> Offer:
        """What it offers, as the domain knows it."""
        return Offer(
            self.kind,
            self.product,
            Method(self.method),
            self.annual_percent,
            self.fewest,
            self.most,
            self.smallest_fen,
            self.largest_fen,
            self.from_day,
            self.until_day,
            self.balloon_percent,
            self.step_percent,
            self.currency,
        )

    @property
    def fingerprint(self) -> str:
        """A hash of everything a customer agrees to with it: a changed offer has another one."""
        agreed_to = (
            self.terms,
            self.grace_days,
            self.tolerance_fen,
            self.at_once,
            self.conditions,
            self.name_zh,
            self.name_en,
        )
        return sha256(repr(agreed_to).encode()).hexdigest()
