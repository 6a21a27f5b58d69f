"""The demo bank's mediation organisation, its mediators, who speaks for the bank, and where sessions are held."""

from datetime import time

from collections_app.models import Branch, Product, Staff
from collections_app.services import records
from mediation.domain.route import Route
from mediation.domain.slots import WeeklyHours
from mediation.models import DateRule, MediationOrganisation, Mediator, Place, Room
from mediation.services import availability, mediators, organisations, places

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
    _open_places()
    _agree_dates()


def _open_places() -> None:
    """Give each branch a place of its own with two rooms, once."""
    for branch in Branch.objects.filter(kind="branch", session_places__isnull=True).order_by("id"):
        place = places.save_place(
            row=Place(
                code=f"{branch.code}-1",
                name_zh=f"{branch.name_zh}客户接待中心",
                name_en=f"{branch.name_en} customer centre",
                branch=branch,
                address_zh="示范路 1 号",
                address_en="1 Demo Road",
            ),
            actor=records.SYSTEM,
        )
        for name, video in (("301", True), ("302", False)):
            places.save_room(row=Room(place=place, name=name, video=video), actor=records.SYSTEM)


def _agree_dates() -> None:
    """Let customers choose among four dates where they come in person or before a camera."""
    for product in Product.values:
        for route in (Route.VIDEO, Route.MEETING):
            if not DateRule.objects.filter(product=product, route=route).exists():
                places.save_date_rule(row=DateRule(product=product, route=route.value, offered=4), actor=records.SYSTEM)
