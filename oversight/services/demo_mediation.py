"""The demo bank's mediation organisation, its mediators and experts, who speaks for the bank, and where they meet."""

from datetime import date, time

from collections_app.models import Branch, Product, Staff
from collections_app.services import records
from mediation.domain.people.roles import QUALIFIES, ExpertRole
from mediation.domain.route import Route
from mediation.domain.slots import WeeklyHours
from mediation.models import DateRule, Expert, MediationOrganisation, Mediator, Place, Room, SealAuthority
from mediation.services import availability, mediators, organisations, places, seals
from mediation.services.people import experts, papers

_CODE = "DEMO-MC"
_WEEK = [
    WeeklyHours(day, opens, closes) for day in range(5) for opens, closes in ((time(9), time(12)), (time(14), time(18)))
]
# What the bank's experts are, in the order of their user names.
_SPECIALITIES = (ExpertRole.LEGAL, ExpertRole.PSYCHOLOGIST)
_SINCE, _UNTIL = date(2026, 1, 1), date(2030, 12, 31)


def engage() -> None:
    """Create the organisation and give its people and the bank's negotiators weekly hours, once."""
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
    people = Staff.objects.filter(role__in=["mediator", "expert", "negotiator"], availability__isnull=True).distinct()
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
    _invite_experts()
    _give_seals(organisation)
    _open_places()
    _agree_dates()


def _invite_experts() -> None:
    """Register the experts, each with the qualification of their speciality, once."""
    known = set(Expert.objects.values_list("staff_id", flat=True))
    for number, person in enumerate(Staff.objects.filter(role="expert").order_by("username")):
        if person.id in known:
            continue
        speciality = _SPECIALITIES[number % len(_SPECIALITIES)]
        papers.add_qualification(
            staff_id=person.id,
            kind=QUALIFIES[speciality],
            number=f"DEMO-{person.employee_no}",
            valid_from=_SINCE,
            valid_to=_UNTIL,
            actor=records.SYSTEM,
        )
        experts.register(
            staff_id=person.id,
            speciality=speciality.value,
            organisation_id=None,
            profile=experts.Profile(["zh"], skills=["hardship"]),
            actor=records.SYSTEM,
        )


def _give_seals(organisation: MediationOrganisation) -> None:
    """Let the organisation's mediators set its seal, once."""
    keepers = set(SealAuthority.objects.values_list("staff_id", flat=True))
    for mediator in organisation.mediators.exclude(staff_id__in=keepers).select_related("staff"):
        row = SealAuthority(
            organisation=organisation, staff=mediator.staff, reference="示范授权书 1 号", since=_SINCE, until=_UNTIL
        )
        seals.save(row=row, actor=records.SYSTEM)


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
