"""The texts in use."""

from notifications.models import Template

TemplateKey = tuple[str, str, str]
"""Kind, variant and language."""


def active_templates() -> dict[TemplateKey, Template]:
    """Return the active template of every kind, form and language, in one query."""
    return {(row.kind, row.variant, row.language): row for row in Template.objects.filter(active=True)}


def language_of(text: str) -> str:
    """Return the language a customer of that preference is written to in."""
    return "zh-hans" if text.lower().startswith("zh") else "en"
