"""The texts in use, and what providers ask of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from collections_app.models import Branch
from notifications.domain.opt_out import Demand, OptOut
from notifications.domain.registrations import RegistrationState
from notifications.models import ProviderTerms, Template, TemplateRegistration

TemplateKey = tuple[str, ...]
"""Kind, variant and language; of a wording that competes with the standard one, its name after them."""


def valid_on(on: date) -> QuerySet[Template]:
    """Return the approved versions whose days include this one, the newest last."""
    return Template.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on), active=True
    ).order_by("version")


def active_templates(on: date) -> dict[TemplateKey, Template]:
    """Return the template of every kind, form, language and wording that is in use on a day, in one query.

    Where the days of several include it, the newest version is in use; when its days end, the one below it is again.
    """
    return {(row.kind, row.variant, row.language, *filter(None, [row.wording])): row for row in valid_on(on)}


def worded(templates: Mapping[TemplateKey, Template], key: TemplateKey, wording: str) -> Template | None:
    """Return the template of a wording, or the standard one where that wording is not in use."""
    return (templates.get((*key, wording)) if wording else None) or templates.get(key)


@dataclass(frozen=True, slots=True)
class Registered:
    """Which texts the providers that approve texts themselves have approved, and under what name."""

    demanding: frozenset[str]
    names: Mapping[str, Mapping[int, str]]

    def carries(self, provider: str, template: Template) -> bool:
        """Return whether a text may go through a provider."""
        return provider not in self.demanding or template.pk in self.names.get(provider, {})

    def name(self, provider: str, template: Template) -> str:
        """Return the provider's own name for a text, or an empty text."""
        return self.names.get(provider, {}).get(template.pk, "")


def registered() -> Registered:
    """Return what providers have approved, in two queries; one where none demands it."""
    demanding = frozenset(ProviderTerms.objects.filter(approves_texts=True).values_list("provider", flat=True))
    names: dict[str, dict[int, str]] = defaultdict(dict)
    if demanding:
        rows = TemplateRegistration.objects.filter(provider__in=demanding, state=RegistrationState.APPROVED)
        for provider, template_id, name in rows.values_list("provider", "template_id", "provider_template"):
            names[provider][template_id] = name
    return Registered(demanding, names)


def providers_in_use() -> list[str]:
    """Return the providers that branches send through."""
    return sorted(set(Branch.objects.values_list("sms_provider", flat=True)) - {""})


def opt_out_for(language: str, providers: Iterable[str] | None = None) -> OptOut:
    """Return what the providers in use demand of the words by which a customer stops messages."""
    used = providers_in_use() if providers is None else list(providers)
    rows = ProviderTerms.objects.filter(provider__in=used)
    return OptOut.together(
        [OptOut(Demand(row.notices_opt_out), Demand(row.promotions_opt_out)) for row in rows], language=language
    )


def language_of(text: str) -> str:
    """Return the language a customer of that preference is written to in."""
    return "zh-hans" if text.lower().startswith("zh") else "en"
