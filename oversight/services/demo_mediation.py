"""The demo bank's mediation organisation, its mediators, and who speaks for the bank."""

from datetime import time

from collections_app.models import Staff
from collections_app.services import records
from mediation.domain.slots import WeeklyHours
from mediation.models import MediationOrganisation, Mediator
from mediation.services import availability, mediators, organisations

_CODE = "DEMO-MC"
_WEEK = [
    WeeklyHours(day, opens, closes) for day in range(5) for opens, closes in ((time(9), time(12)), (time(14), time(18)))
]


def engage() -> None:
    """Create the organisation and give its mediators and the bank's negotiators weekly hours, once."""
    organisation = MediationOrganisation.objects.filter(code=_CODE).first() or organisations.create(
        code=_CODE,
        name_zh="示范金融纠纷调解中心",
        name_en="Demo Centre for Financial Mediation",
        kind="industry",
        registration_no="示范调字第 001 号",
        lawfully_established=True,
        fee_free=True,
        actor=records.SYSTEM,
    )
    registered = set(Mediator.objects.values_list("staff_id", flat=True))
    people = Staff.objects.filter(role__in=["mediator", "negotiator"], availability__isnull=True).distinct()
    for person in people:
        availability.set_weekly(staff_id=person.id, hours=_WEEK, actor=records.SYSTEM)
    for person in Staff.objects.filter(role="mediator").exclude(id__in=registered):
        mediators.register(
            staff_id=person.id,
            organisation_id=organisation.id,
            languages=["zh", "en"],
            trained_for=["card", "loan"],
            actor=records.SYSTEM,
        )
