"""What signing out gives back, by whatever way it happens."""

from typing import Any

from collections_app.models import Staff
from collections_app.services import clock
from collections_app.services.worklists import keeping


def give_back(sender: Any, user: Any, **kwargs: Any) -> None:
    """End the claim of a member of staff who signs out, so that the case is free for somebody else at once."""
    if isinstance(user, Staff):
        keeping.sign_out(staff=user, now=clock.now())
