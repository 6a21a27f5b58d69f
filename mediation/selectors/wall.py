"""The wall (G9): the one place that reads what is said in mediation.

It answers to the session's mediator, to the members of its panel while they sit in it, and to each party for its own
part; to everybody else it raises. What is read is remembered (``WalledRead``): who, which part, when, and never what.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.crypto import salted_hmac

from collections_app.domain.staff import Role
from collections_app.models import Staff
from mediation.domain.bidding import Comparison, Terms, Wish, compare
from mediation.domain.facts import Fact, all_marked, undisputed
from mediation.domain.means import Figures
from mediation.domain.rooms import Seat, SeatState, reads
from mediation.domain.sides import EVERYTHING, OF_PANEL, OF_SIDE, Part, Side
from mediation.models import (
    FactMark,
    FactsConfirmation,
    FactSheet,
    Means,
    Mediation,
    MediationNote,
    Proposal,
    ProposalRound,
    RoomMessage,
    RoomSeat,
    Session,
    SessionMinutes,
    SessionRecording,
    StandDown,
    TelephoneRecord,
    TermWish,
    WalledRead,
)
from mediation.selectors.people.seated import kept_away, panel_seat


class BehindTheWallError(PermissionError):
    """Whoever asks neither mediates in the session, nor sits in its panel, nor is a party reading its own part."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, on talks that are theirs: the session's mediator, a member of its panel by ``role``, or one side."""

    mediation: Mediation
    staff: Staff | None
    side: Side | None
    role: str = ""

    @property
    def is_mediator(self) -> bool:
        """Whether it is the mediator, who is on no side."""
        return self.side is None and not self.role

    def reads(self, part: Part) -> bool:
        """Return whether a part is theirs to read at all."""
        if self.side is not None:
            return part in OF_SIDE[self.side]
        return part in (OF_PANEL[self.role] if self.role else EVERYTHING)


def at_session(*, session: Session, staff: Staff) -> Reader:
    """Return a member of staff as a reader: the session's mediator, who speaks for the bank, or one of its panel.

    An expert reads from accepting the seat until the session is over, the seat is another's, or they are recused.
    Raise BehindTheWallError for everybody else: a collector, supervisor, service agent, auditor or administrator, and
    any other mediator, representative or expert.
    """
    mediator = session.mediator
    if staff.is_active and mediator is not None and not _off(session, staff):
        if staff.role == Role.MEDIATOR and mediator.staff_id == staff.id:
            return Reader(session.mediation, staff, None)
        if staff.role == Role.NEGOTIATOR and session.representative_id == staff.id:
            return Reader(session.mediation, staff, Side.BANK)
    if mediator is not None and (seat := panel_seat(session=session, staff=staff)) is not None:
        return Reader(session.mediation, staff, None, seat.role)
    raise BehindTheWallError(session.id)


def _off(session: Session, staff: Staff) -> bool:
    """Return whether a person reads no further: replaced since, stood down, recused, or walled from the record."""
    if kept_away(session=session, staff=staff):
        return True
    if StandDown.objects.filter(mediation=session.mediation_id, mediator__staff=staff).exists():
        return True
    later = Session.objects.filter(mediation=session.mediation_id, id__gt=session.id)
    return later.exclude(Q(mediator__staff=staff) | Q(representative=staff)).exists()


def as_customer(*, mediation: Mediation, customer_id: int) -> Reader:
    """Return the customer as a reader of their own talks. Raise BehindTheWallError for anybody else's."""
    if mediation.customer_id != customer_id:
        raise BehindTheWallError(mediation.id)
    return Reader(mediation, None, Side.CUSTOMER)


def _check(reader: Reader, part: Part) -> None:
    if not reader.reads(part):
        raise BehindTheWallError(reader.mediation.id)


def _remember(reader: Reader, part: Part, now: datetime) -> None:
    """Write that a part was read. The one row a reading writes: without it nothing behind the wall is handed out."""
    WalledRead.objects.create(
        mediation=reader.mediation, customer_id=reader.mediation.customer_id, staff=reader.staff, part=part, at=now
    )


def notes_of(*, session: Session, reader: Reader, now: datetime) -> list[MediationNote]:
    """Return the notes of a session to its mediator and panel. Raise BehindTheWallError for the parties."""
    _check(reader, Part.NOTES)
    rows = list(MediationNote.objects.filter(session=session, author=session.mediator))
    if rows:
        _remember(reader, Part.NOTES, now)
    return rows


def recordings_of(*, session: Session, reader: Reader, now: datetime) -> list[SessionRecording]:
    """Return where the recordings of a session lie to its mediator and panel. Raise BehindTheWallError for others."""
    _check(reader, Part.RECORDINGS)
    rows = list(SessionRecording.objects.filter(session=session))
    if rows:
        _remember(reader, Part.RECORDINGS, now)
    return rows


@dataclass(frozen=True, slots=True)
class OwnMeans:
    """The latest means of a customer, opened."""

    figures: Figures
    remark: str
    by_mediator: bool
    said_at: datetime


def means_of(*, reader: Reader, now: datetime) -> OwnMeans | None:
    """Return the customer's means to themself, the mediator and the panel. Raise BehindTheWallError for the bank."""
    _check(reader, Part.MEANS)
    row = Means.objects.filter(mediation=reader.mediation).order_by("-id").first()
    if row is None:
        return None
    _remember(reader, Part.MEANS, now)
    return OwnMeans(Figures(**json.loads(row.figures)), row.remark, row.written_by_id is not None, row.said_at)


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet of facts with the latest marks of both sides, and how far its confirmation is."""

    sheet: FactSheet
    facts: list[Fact]
    verdicts: dict[Side, dict[str, str]]
    comments: dict[Side, dict[str, str]]
    confirmed: dict[Side, datetime] = field(default_factory=dict)

    @property
    def undisputed(self) -> list[Fact]:
        """What neither side disputes."""
        return undisputed(self.facts, bank=self.verdicts[Side.BANK], customer=self.verdicts[Side.CUSTOMER])

    @property
    def all_marked(self) -> bool:
        """Whether both sides have said something of every fact."""
        return all_marked(self.facts, bank=self.verdicts[Side.BANK], customer=self.verdicts[Side.CUSTOMER])

    @property
    def confirmed_by_both(self) -> bool:
        """Whether what is undisputed now has been confirmed in writing by both sides."""
        return set(self.confirmed) == set(Side)


def facts_of(*, reader: Reader, now: datetime) -> SheetView | None:
    """Return the latest sheet of facts to everybody at the table: it is what they share."""
    view = sheet_within(reader.mediation)
    if view is not None:
        _remember(reader, Part.FACTS, now)
    return view


def sheet_within(mediation: Mediation) -> SheetView | None:
    """Return the latest sheet to a service, which shows it to nobody."""
    sheet = FactSheet.objects.filter(mediation=mediation).order_by("-id").first()
    if sheet is None:
        return None
    verdicts: dict[Side, dict[str, str]] = {side: {} for side in Side}
    comments: dict[Side, dict[str, str]] = {side: {} for side in Side}
    for mark in FactMark.objects.filter(sheet=sheet).order_by("id"):
        verdicts[Side(mark.side)][mark.fact] = mark.verdict
        comments[Side(mark.side)][mark.fact] = mark.comment
    view = SheetView(sheet, [Fact.of(kept) for kept in sheet.facts], verdicts, comments)
    of_now = facts_hash(view.undisputed)
    for row in FactsConfirmation.objects.filter(sheet=sheet, facts_hash=of_now):
        view.confirmed[Side(row.side)] = row.confirmed_at
    return view


def facts_hash(facts: Iterable[Fact]) -> str:
    """Return the keyed hash of some facts: equal for the same facts, and telling nobody which they are."""
    said = json.dumps([fact.as_json() for fact in facts], sort_keys=True)
    return salted_hmac("mediation.facts", said, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """One proposal, opened."""

    side: Side
    terms: Terms
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round as one reader may see it: before the reveal each side its own proposal, and the mediator none."""

    round: ProposalRound
    made: dict[Side, Made]
    own: Made | None
    is_over: bool
    comparison: Comparison | None


def round_of(*, reader: Reader, now: datetime) -> RoundView | None:
    """Return the latest round as the reader may see it: nobody sees the other side's proposal before both are in.

    Not the mediator either, and not that there is one: an early proposal would tell who is in a hurry. Raise
    BehindTheWallError for an interpreter.
    """
    _check(reader, Part.PROPOSALS)
    row = ProposalRound.objects.filter(mediation=reader.mediation).order_by("-number").first()
    if row is None:
        return None
    proposals = Proposal.objects.filter(round=row)
    if row.state != "revealed":
        # What may not be seen is not even fetched.
        proposals = proposals.filter(side=reader.side) if reader.side else proposals.none()
    made = {Side(item.side): _opened(item) for item in proposals}
    if made:
        _remember(reader, Part.PROPOSALS, now)
    comparison = None
    if row.state == "revealed":
        comparison = compare(bank=made[Side.BANK].terms, customer=made[Side.CUSTOMER].terms)
    own = made.get(reader.side) if reader.side else None
    return RoundView(row, made, own, row.state == "open" and row.closes_at <= now, comparison)


@dataclass(frozen=True, slots=True)
class FiledWish:
    """The latest wish for a longer term, opened."""

    wish: Wish
    reason: str
    filed_at: datetime


def wish_of(*, reader: Reader, now: datetime) -> FiledWish | None:
    """Return the customer's wish to themself, the mediator and the panel. Raise BehindTheWallError for the bank, and
    for an interpreter.
    """
    _check(reader, Part.PROPOSALS)
    if reader.side == Side.BANK:
        raise BehindTheWallError(reader.mediation.id)
    row = TermWish.objects.filter(mediation=reader.mediation).order_by("-id").first()
    if row is None:
        return None
    _remember(reader, Part.PROPOSALS, now)
    return FiledWish(Wish(**json.loads(row.terms)), row.reason, row.filed_at)


@dataclass(frozen=True, slots=True)
class WishStanding:
    """Where a wish for a longer term is said now, and when the latest was filed. Not what it says."""

    at_the_table: bool
    in_a_round: bool
    filed_at: datetime | None

    @property
    def takes(self) -> bool:
        """Whether a wish may be filed: before and between sessions, and while no round is open."""
        return not (self.at_the_table or self.in_a_round)


def wish_standing(mediation: Mediation, *, now: datetime) -> WishStanding:
    """Return how it stands with a customer's wish. It opens nothing, so nothing is remembered."""
    filed = TermWish.objects.filter(mediation=mediation).order_by("-id").values_list("filed_at", flat=True).first()
    return WishStanding(
        at_the_table=Session.objects.filter(mediation=mediation, state="in_session").exists(),
        in_a_round=ProposalRound.objects.filter(mediation=mediation, state="open", closes_at__gt=now).exists(),
        filed_at=filed,
    )


def _opened(row: Proposal) -> Made:
    return Made(Side(row.side), Terms(**json.loads(row.terms)), row.reason, row.made_at)


def minutes_of(*, session: Session, staff: Staff | None, now: datetime) -> SessionMinutes | None:
    """Return the minutes as they were last written, to whoever holds the session, its panel, or the customer (None).

    The caller has seen that the session is theirs. Raise BehindTheWallError for everybody else of the staff.
    """
    if staff is not None and not _holds(session, staff):
        _check(at_session(session=session, staff=staff), Part.MINUTES)
    row = SessionMinutes.objects.filter(session=session).select_related("written_by").order_by("-id").first()
    if row is not None:
        _remember(Reader(session.mediation, staff, None), Part.MINUTES, now)
    return row


def calls_of(*, session: Session, staff: Staff, now: datetime) -> list[TelephoneRecord]:
    """Return what was stated of a session's calls to whoever holds it: where a recording lies is among it."""
    if not _holds(session, staff):
        raise BehindTheWallError(session.id)
    rows = list(TelephoneRecord.objects.filter(session=session).select_related("stated_by"))
    if any(row.recording_ref for row in rows):
        _remember(Reader(session.mediation, staff, None), Part.RECORDINGS, now)
    return rows


def _holds(session: Session, staff: Staff) -> bool:
    """Return whether somebody holds a session and has not been replaced; the bank's own talks its representative."""
    host = session.representative_id if session.mediator is None else session.mediator.staff_id
    return staff.is_active and host == staff.id and not _off(session, staff)


def words_of(*, seat: RoomSeat, after: int, now: datetime) -> list[RoomMessage]:
    """Return what was written in a room since message ``after`` to whom it was meant for; others' words are remembered.

    What was written while somebody waited outside was not meant for them.
    """
    if seat.admitted_at is None or seat.state != SeatState.ADMITTED:
        return []
    rows = RoomMessage.objects.filter(room=seat.room_id, id__gt=after, at__gte=seat.admitted_at)
    rows = rows.select_related("author__staff", "author__customer").order_by("id")
    me = Seat(seat.pk, seat.kind, seat.state, seat.host)
    found = [row for row in rows if reads(me, said_aside_with=row.aside_with_id)]
    if any(row.author_id != seat.pk for row in found):
        _remember(Reader(seat.room.session.mediation, seat.staff, None), Part.WORDS, now)
    return found
