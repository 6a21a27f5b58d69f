"""Taking in nightly files: what other rooms call."""

from collections_app.services.intake.forgetting import forget_old
from collections_app.services.intake.runs import (
    ALERT,
    SEALED_STORAGE,
    receive,
    register,
    run,
    run_waiting,
    take_in,
)

__all__ = ["ALERT", "SEALED_STORAGE", "forget_old", "receive", "register", "run", "run_waiting", "take_in"]
