"""The law in plain words, as the mediator reads it out."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from collections_app.models.choices import choices
from mediation.domain.law import DISPUTE_TYPES, PASSAGE_PRODUCTS


class LawPassage(models.Model):
    """What one article means for one type of dispute, in both languages, with its source.

    A passage that nobody has checked against the text of the law is shown as such.
    """

    personal_data: ClassVar[tuple[str, ...]] = ()

    code = models.SlugField(_("code"), max_length=40, unique=True)
    product = models.CharField(_("product"), max_length=8, choices=choices(PASSAGE_PRODUCTS), default="any")
    dispute_type = models.CharField(_("type of dispute"), max_length=24, choices=choices(DISPUTE_TYPES))
    article_zh = models.CharField(_("article in Chinese"), max_length=120)
    article_en = models.CharField(_("article in English"), max_length=120)
    text_zh = models.TextField(_("in plain Chinese"), max_length=1000)
    text_en = models.TextField(_("in plain English"), max_length=1000)
    source = models.CharField(_("source"), max_length=300)
    verified = models.BooleanField(_("checked against the text of the law"), default=False)
    position = models.PositiveSmallIntegerField(_("place"), default=100)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("passage of law")
        verbose_name_plural = _("passages of law")
        ordering: ClassVar = ["dispute_type", "position", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def article(self) -> str:
        """The article, in the language of the moment."""
        return self.article_zh if (get_language() or "zh").startswith("zh") else self.article_en

    @property
    def text(self) -> str:
        """The plain words, in the language of the moment."""
        return self.text_zh if (get_language() or "zh").startswith("zh") else self.text_en
