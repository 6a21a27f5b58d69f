"""The ways messages leave by, as an administrator chooses among them: a floor above names what it can use."""

from collections_app.domain.terms import Term
from collections_app.services.errors import RefusedError

_providers: dict[str, Term] = {}


def register(provider: Term) -> None:
    """Add a provider; the floor that sends does so when its app is ready."""
    _providers[provider.code] = provider


def names() -> dict[str, Term]:
    """Return the names of all providers there are, by code."""
    return dict(_providers)


def check(code: str) -> None:
    """Raise RefusedError when there is no such provider: nothing of the branch would ever be sent."""
    if code not in _providers:
        raise RefusedError("no_such_provider", provider=code)
