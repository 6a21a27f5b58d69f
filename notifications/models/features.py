"""What is looked at of a customer when a message is chosen, and who does not want that."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from collections_app.models import Customer, Staff
from collections_app.models.choices import choices
from notifications.domain.targeting.features import PRODUCTS, Observed


class CustomerFeatures(models.Model):
    """The features of one customer, computed at night from the bank's own data. Shares in thousandths.

    There is no row for who objects. Sex, age, marriage, education and whatever stands for them are no columns.
    """

    personal_data: ClassVar[tuple[str, ...]] = (
        "mobile_share", "payments", "salary_day", "autodebit", "product", "instalment_share", "answer_hour",
        "answer_channel", "language",
    )  # fmt: skip

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="features")
    mobile_share = models.PositiveSmallIntegerField(null=True, blank=True)
    payments = models.PositiveIntegerField()
    salary_day = models.PositiveSmallIntegerField(null=True, blank=True)
    autodebit = models.BooleanField()
    product = models.CharField(max_length=8, choices=choices(PRODUCTS), blank=True)
    instalment_share = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    answer_channel = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=8)
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("features of a customer")
        verbose_name_plural = _("features of customers")

    @property
    def observed(self) -> Observed:
        """The features as the domain takes them."""
        return Observed(
            mobile_share=self.mobile_share,
            payments=self.payments,
            salary_day=self.salary_day,
            autodebit=self.autodebit,
            product=self.product,
            instalment_share=self.instalment_share,
            answer_hour=self.answer_hour,
            answer_channel=self.answer_channel,
            language=self.language,
        )


class FeatureRun(models.Model):
    """One night's computation of features: how far it has come, so that it goes on where it was interrupted."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    on = models.DateField(_("day"), unique=True)
    through_id = models.BigIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("run of features")
        verbose_name_plural = _("runs of features")


class PersonalisationObjection(models.Model):
    """A customer who does not want messages chosen by their behaviour. The row stands while they do not."""

    personal_data: ClassVar[tuple[str, ...]] = ()

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("objection to personal targeting")
        verbose_name_plural = _("objections to personal targeting")
