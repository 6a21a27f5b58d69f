"""By what means a dispute is talked over: a rule on product and amount, with its reason."""

from dataclasses import dataclass
from enum import StrEnum

from collections_app.domain.terms import TermList


class Route(StrEnum):
    TELEPHONE = "telephone"
    VIDEO = "video"
    MEETING = "meeting"


ROUTES = TermList(
    ("telephone", "电话", "Telephone"),
    ("video", "视频", "Video"),
    ("meeting", "现场", "In person"),
)

ROUTE_REASONS = TermList(
    ("small", "金额在电话办理上限以内", "The amount is within the limit for the telephone"),
    ("middle", "金额超过电话办理上限", "The amount is above the limit for the telephone"),
    ("large", "金额超过视频办理上限", "The amount is above the limit for video"),
    ("abroad", "客户不在境内，不安排现场", "The customer is abroad, so there is no meeting in person"),
    ("organisation", "单位客户，须现场核对授权", "An organisation's mandate is checked in person"),
    ("complex", "复杂案件，不以电话方式进行", "A complex case is not talked over by telephone"),
    ("changed", "人工改定", "Changed by hand"),
)


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """One product's limits in fen, how long each session lasts, and how much notice the customer gets.

    Starting values of an editable table: the bank's policy, not law.
    """

    telephone_up_to_fen: int
    video_up_to_fen: int
    telephone_minutes: int = 60
    video_minutes: int = 90
    meeting_minutes: int = 120
    notice_hours: int = 24
    batch_minutes: int = 30

    def minutes(self, route: str) -> int:
        """Return how long a session by that route is planned for, in minutes."""
        lengths = {
            Route.TELEPHONE: self.telephone_minutes,
            Route.VIDEO: self.video_minutes,
            Route.MEETING: self.meeting_minutes,
        }
        return lengths[Route(route)]


# Yuan 50,000 and 200,000 for a card, 100,000 and 500,000 for a loan, until the bank's table says otherwise.
DEFAULT_POLICIES: dict[str, RoutePolicy] = {
    "card": RoutePolicy(telephone_up_to_fen=5_000_000, video_up_to_fen=20_000_000),
    "loan": RoutePolicy(telephone_up_to_fen=10_000_000, video_up_to_fen=50_000_000),
}


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The route, the code of its reason, and the limit in fen it was decided on."""

    route: Route
    reason: str
    limit_fen: int | None = None


def choose(
    *, amount_fen: int, policy: RoutePolicy, abroad: bool, organisation: bool, complex_case: bool = False
) -> RouteChoice:
    """Return how a dispute of that amount (fen) is talked over.

    Small disputes go to the telephone unless they are complex, larger ones to video, the largest to a meeting. An
    organisation is met whatever the amount; a customer abroad never is.
    """
    if amount_fen < 0:
        raise ValueError("an amount in dispute is not negative")
    if organisation and not abroad:
        return RouteChoice(Route.MEETING, "organisation")
    if amount_fen <= policy.telephone_up_to_fen:
        if complex_case:
            return RouteChoice(Route.VIDEO, "complex", policy.telephone_up_to_fen)
        return RouteChoice(Route.TELEPHONE, "small", policy.telephone_up_to_fen)
    if amount_fen <= policy.video_up_to_fen:
        return RouteChoice(Route.VIDEO, "middle", policy.telephone_up_to_fen)
    if abroad:
        return RouteChoice(Route.VIDEO, "abroad", policy.video_up_to_fen)
    return RouteChoice(Route.MEETING, "large", policy.video_up_to_fen)
