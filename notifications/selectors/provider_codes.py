"""What is done on a provider's error code."""

from notifications.domain.outcomes import ErrorClass
from notifications.models import ProviderCode


def class_of(code: str, *, provider: str, phase: str) -> ErrorClass:
    """Return the class of a code in a phase; one that is not listed is tried once more, then left to a person."""
    return listed(code, provider=provider, phase=phase) or ErrorClass.ONCE


def listed(code: str, *, provider: str, phase: str) -> ErrorClass | None:
    """Return the class of a code in a phase, or None when nobody has said what it means."""
    found = ProviderCode.objects.filter(provider=provider, phase=phase, code=code)
    error_class = found.values_list("error_class", flat=True).first()
    return ErrorClass(error_class) if error_class else None
