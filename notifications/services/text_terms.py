"""What providers say of texts: their terms, how far each text is with them, and what a part costs."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from collections_app.domain.typed import plain
from collections_app.models import Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from notifications.domain.registrations import REGISTRATION_STATES, RegistrationState
from notifications.models import CountryTerms, ProviderTerms, Tariff, Template, TemplateRegistration
from notifications.providers.registry import PROVIDER_CODES
from notifications.selectors.country_terms import shipped_rows
from notifications.services.templates import WRITE

_SHIPPED = Path(__file__).resolve().parent.parent / "reference"


def load() -> int:
    """Create the shipped terms and tariffs that do not exist, and return how many. A bank's own are left alone."""
    before = _count()
    terms = [ProviderTerms(**row) for row in _shipped("provider_terms")]
    ProviderTerms.objects.bulk_create(terms, ignore_conflicts=True)
    Tariff.objects.bulk_create([Tariff(**row) for row in _shipped("tariffs")], ignore_conflicts=True)
    CountryTerms.objects.bulk_create([CountryTerms(**row) for row in shipped_rows()], ignore_conflicts=True)
    return _count() - before


def _count() -> int:
    return sum(model.objects.count() for model in (ProviderTerms, Tariff, CountryTerms))


def _shipped(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((_SHIPPED / f"{name}.json").read_text(encoding="utf-8"))["rows"]
    return rows


@transaction.atomic(durable=True)
def note(
    *, template_id: int, provider: str, state: str, provider_template: str, reason: str, by: Staff, now: datetime
) -> TemplateRegistration:
    """Note what a provider that approves texts itself has said of one. Only what it approved is sent through it.

    Raise NotAllowedError when the person may not; RefusedError when the provider approves no texts, or the id of an
    approval or the reason of a rejection is missing.
    """
    if not by.may(WRITE):
        raise NotAllowedError("not_allowed", action=WRITE)
    demands = ProviderTerms.objects.filter(provider=provider, approves_texts=True).exists()
    if state not in REGISTRATION_STATES or not demands:
        raise RefusedError("no_such_registration")
    name, why = plain(provider_template)[:64], plain(reason)[:200]
    if state == RegistrationState.APPROVED and not name:
        raise RefusedError("registration_lacks_id")
    if state == RegistrationState.REJECTED and not why:
        raise RefusedError("registration_lacks_reason")
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise RefusedError("no_such_template")
    row, _new = TemplateRegistration.objects.update_or_create(
        template=template,
        provider=provider,
        defaults={"state": state, "provider_template": name, "reason": why, "moved_by": by, "moved_at": now},
    )
    return row


@transaction.atomic(durable=True)
def save_terms(*, terms: ProviderTerms, by: Staff) -> ProviderTerms:
    """Save what a provider demands of texts. Raise NotAllowedError when the person may not."""
    if not by.may("admin"):
        raise NotAllowedError("not_allowed", action="admin")
    terms.save()
    return terms


@transaction.atomic(durable=True)
def save_country_terms(*, terms: CountryTerms, by: Staff) -> CountryTerms:
    """Save what a provider may carry to a country.

    Raise NotAllowedError when the person may not, RefusedError for a provider that does not exist: a bar of its would
    bar nothing.
    """
    if not by.may("admin"):
        raise NotAllowedError("not_allowed", action="admin")
    if terms.provider not in PROVIDER_CODES:
        raise RefusedError("no_such_provider", provider=terms.provider)
    terms.save()
    return terms


@transaction.atomic(durable=True)
def save_tariff(*, tariff: Tariff, by: Staff) -> Tariff:
    """Save what a provider charges to a country. Raise NotAllowedError when the person may not."""
    if not by.may("admin"):
        raise NotAllowedError("not_allowed", action="admin")
    tariff.country = tariff.country.upper()
    tariff.save()
    return tariff
