"""A customer's own talks, as they may see them: never a note, and nothing of what the other side keeps to itself."""

from django.db.models import Prefetch, QuerySet

from mediation.domain.states import LIVE_SESSION
from mediation.models import Mediation, Session


class NoSuchTalksError(LookupError):
    """These talks are not this customer's."""


def talks_of(*, customer_id: int) -> QuerySet[Mediation]:
    """Return the customer's talks, the latest first, each with its live session as ``live_sessions``."""
    live = Session.objects.filter(state__in=LIVE_SESSION).select_related("mediator__staff", "mediator__organisation")
    return (
        Mediation.objects.filter(customer_id=customer_id)
        .select_related("account")
        .prefetch_related(Prefetch("sessions", queryset=live, to_attr="live_sessions"))
        .order_by("-id")
    )


def access_talks(*, customer_id: int, mediation_id: int) -> Mediation:
    """Return one of the customer's own talks. Raise NoSuchTalksError for anybody else's."""
    found = talks_of(customer_id=customer_id).filter(id=mediation_id).first()
    if found is None:
        raise NoSuchTalksError
    return found
