"""Which passages of law a mediator explains."""

from django.db.models import QuerySet

from mediation.models import LawPassage


def passages_for(*, product: str, dispute_type: str) -> QuerySet[LawPassage]:
    """Return the passages in use about a type of dispute over a product, in the order they are explained."""
    return LawPassage.objects.filter(active=True, dispute_type=dispute_type, product__in=["any", product]).order_by(
        "position", "code"
    )
