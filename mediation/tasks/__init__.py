"""What the workers do for mediation."""

from mediation.tasks.agreements import sweep_signatures, watch_agreements
from mediation.tasks.rooms import sweep_rooms
from mediation.tasks.scheduling import expire_mediations, schedule_branch, sweep_waiting, watch_papers

__all__ = [
    "expire_mediations",
    "schedule_branch",
    "sweep_rooms",
    "sweep_signatures",
    "sweep_waiting",
    "watch_agreements",
    "watch_papers",
]
