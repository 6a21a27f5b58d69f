"""What this room's pages share."""

from collections_app.admin.base import Row, ServiceAdmin
from collections_app.admin.sections import Section
from collections_app.services.errors import RefusedError
from mediation.services import refusals


class RoomAdmin(ServiceAdmin[Row]):
    """Pages whose refusals are in this room's words."""

    section = Section.MEDIATION

    def refusal(self, error: RefusedError) -> str:
        """Return why the service refuses."""
        return " ".join(refusals.sentences(error))
