"""On which days sessions are held."""

from collections.abc import Callable
from datetime import date

from collections_app.domain.calendar import WorkCalendar
from collections_app.models import ImportedDay


def works_in(country: str) -> Callable[[date], bool]:
    """Return whether people of a country work on a day, by its published calendar.

    A year nobody has published offers no day: a session on a holiday would bring nobody to the table.
    """
    calendar = WorkCalendar(dict(ImportedDay.objects.filter(country=country).values_list("on", "works")))
    return lambda day: calendar.works(day) is True
