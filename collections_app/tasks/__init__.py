"""Tasks of the shared record. Celery imports this package alone, so it names its modules."""

from collections_app.tasks import evidence, instructions, intake, ownership, rules, upkeep

__all__ = ["evidence", "instructions", "intake", "ownership", "rules", "upkeep"]
