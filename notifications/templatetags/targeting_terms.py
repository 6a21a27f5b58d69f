"""Shares, intervals and features of choices as people read them."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import get_language, pgettext

from collections_app.domain.purposes import CHANNELS
from notifications.domain.targeting.features import PRODUCTS
from notifications.selectors.targeting.explaining import FeatureLine

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """Return a share as a percentage with one decimal."""
    return "—" if value is None else f"{value * 100:.1f}%"


@register.filter
def estimate(found: Mapping[str, Any] | None) -> str:
    """Return an estimate with its interval: ``12.3% (10.1–14.5)``."""
    if not found:
        return "—"
    return f"{found['value'] * 100:.1f}% ({found['low'] * 100:.1f} – {found['high'] * 100:.1f})"


@register.filter
def feature_name(line: FeatureLine) -> str:
    """Return the name of a feature."""
    return line.feature.term.text(get_language() or "zh")


@register.filter
def feature_source(line: FeatureLine) -> str:
    """Return where a feature comes from."""
    return line.feature.source.text(get_language() or "zh")


@register.filter
def feature_value(line: FeatureLine) -> str:
    """Return the value of a feature in words."""
    value, code = line.value, line.feature.code
    language = get_language() or "zh"
    if isinstance(value, bool):
        return pgettext("a feature", "yes") if value else pgettext("a feature", "no")
    if value is None or value == "":
        return pgettext("a feature", "not known")
    if code in {"mobile_share", "instalment_share"}:
        return f"{int(str(value)) / 10:.1f}%"
    if code == "answer_hour":
        return f"{int(str(value)):02}:00"
    if code == "language":
        return dict(settings.LANGUAGES).get(str(value), str(value))
    terms = {"product": PRODUCTS, "answer_channel": CHANNELS}.get(code)
    found = terms.get(str(value)) if terms else None
    return found.text(language) if found else str(value)
