"""Tasks of the boards. Celery imports this package alone, so it names its modules."""

from oversight.tasks.board import keep_board

__all__ = ["keep_board"]
