"""Checkpoints of the log."""

from ledger.models import Checkpoint


def latest() -> Checkpoint | None:
    """Return the checkpoint of the largest size, or None when nothing was signed yet. One query."""
    return Checkpoint.objects.order_by("-tree_size").first()


def of_size(tree_size: int) -> Checkpoint | None:
    """Return the checkpoint of exactly that size, or None. One query."""
    return Checkpoint.objects.filter(tree_size=tree_size).first()


def in_order() -> list[Checkpoint]:
    """Return every checkpoint, smallest first. One query."""
    return list(Checkpoint.objects.order_by("tree_size"))
