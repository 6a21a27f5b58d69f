"""Long texts go in parts, and the centre answers and reports on each: what that comes to for the whole."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiosmpplib import SmppMessage, SubmitSm
from aiosmpplib.correlator import SegmentStatus, SimpleCorrelator

from notifications.providers.smpp import delivered
from notifications.providers.smpp.receipts import NO_WORDS, ReadableReceipt


@dataclass(slots=True)
class Text:
    """One text on its way: of how many parts, which the centre has taken and by which names, which it has refused."""

    of: int
    taken: dict[int, str] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def answered(self) -> bool:
        """Whether the centre has answered every part."""
        return len(self.taken) + len(self.refused) >= self.of

    @property
    def name(self) -> str:
        """The name of the part that was taken first: the record knows the whole text by it."""
        return next(iter(self.taken.values()), "")

    def place(self, number: int) -> str:
        """Return which part it is, such as ``2/3``; empty of a text that is one."""
        return f"{number}/{self.of}" if self.of > 1 else ""


@dataclass(slots=True)
class Coming:
    """A long text of a customer as far as its parts have come in: the latest, and of each its octets and coding.

    ``session`` is the bind the latest came by: its number says nothing without it. ``whole`` is one that was given to
    be stored when its last part came; until it is, the centre is not thanked for that part, and delivers it again.
    """

    latest: ReadableReceipt
    session: str = ""
    since: float = field(default_factory=time.monotonic)
    words: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    whole: bool = False

    def joined(self) -> ReadableReceipt:
        """Return the latest part with the words of all that are there, in their order."""
        parts = ((number, octets, coding) for number, (octets, coding) in self.words.items())
        self.latest.short_message = delivered.joined(parts) or NO_WORDS
        return self.latest


class EachPart(SimpleCorrelator):  # type: ignore[misc]  # the library ships no types
    """Lets every answer and receipt through by itself.

    The library would keep back all but one of a text's: a refusal of its second part after the first was taken, and
    what became of the others once the process has ended. And of what customers write in parts it would mix two who
    happen to use one reference, and put the tenth part before the second.
    """

    def __init__(self, client_id: str) -> None:
        super().__init__(client_id)
        self.coming: dict[tuple[str, int, int], Coming] = {}
        self.session = ""

    async def put(self, smpp_message: SmppMessage) -> None:
        """Remember what was sent until its answer comes."""
        await self._remove_expired()
        self._store[str(smpp_message.sequence_num)] = (time.monotonic(), smpp_message)

    async def put_delivery_segmented(self, deliver_sm: ReadableReceipt) -> ReadableReceipt | None:
        """Take in one part of what a customer wrote, and return the whole when it is there; until then None.

        It is kept until the link has stored it, because a last part that could not be is delivered again.
        """
        _, number, of = deliver_sm.get_segmentation_data()
        coming = self.coming.setdefault(_key(deliver_sm), Coming(deliver_sm))
        coming.latest, coming.session = deliver_sm, self.session
        coming.words[number] = deliver_sm.found.octets, deliver_sm.found.coding
        coming.whole = len(coming.words) >= of
        return coming.joined() if coming.whole else None

    def stored(self, deliver_sm: ReadableReceipt) -> None:
        """Forget what has been stored, so that its reference may stand for another text."""
        if deliver_sm.is_segmented():
            self.coming.pop(_key(deliver_sm), None)

    def left(self, *, older_than: float, whole: bool = False) -> Iterator[Coming]:
        """Take out what so many seconds after its first part is still not whole: its other parts will not come.

        What is whole is left in its place, since its last part comes again; at the end of the link ``whole`` takes it
        too. Each is taken out only when it is asked for, so that a part that comes later is kept by itself.
        """
        before = time.monotonic() - older_than
        for key, each in list(self.coming.items()):
            if self.coming.get(key) is each and each.since <= before and (whole or not each.whole):
                yield self.coming.pop(key)

    def put_back(self, coming: Coming) -> None:
        """Keep what could not be stored, with what has come of it meanwhile, for the next look."""
        newer = self.coming.setdefault(_key(coming.latest), coming)
        if newer is not coming:
            # Nobody was told that these are whole: the next look takes them.
            newer.words, newer.since = coming.words | newer.words, coming.since

    async def get_segmented(self, smpp_seq_num: int, remove: bool = False) -> tuple[SegmentStatus | None, int]:
        """Say of every part that it stands alone."""
        return None, 0


def _key(part: ReadableReceipt) -> tuple[str, int, int]:
    reference, _, of = part.get_segmentation_data()
    return str(part.source.number), reference, of


def part_of(message: SubmitSm) -> tuple[int, int]:
    """Return the number of a part and of how many; of a text that is one, 1 of 1."""
    _, number, of = message.get_segmentation_data()
    return max(number, 1), max(of, 1)
