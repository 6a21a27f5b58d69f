"""Long texts go in parts, and the centre answers and reports on each: what that comes to for the whole."""

import time
from dataclasses import dataclass, field

from aiosmpplib import SmppMessage, SubmitSm
from aiosmpplib.correlator import SegmentStatus, SimpleCorrelator


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


class EachPart(SimpleCorrelator):  # type: ignore[misc]  # the library ships no types
    """Lets every answer and receipt through by itself.

    The library would keep back all but one of a text's: a refusal of its second part after the first was taken, and
    what became of the others once the process has ended.
    """

    async def put(self, smpp_message: SmppMessage) -> None:
        """Remember what was sent until its answer comes."""
        await self._remove_expired()
        self._store[str(smpp_message.sequence_num)] = (time.monotonic(), smpp_message)

    async def get_segmented(self, smpp_seq_num: int, remove: bool = False) -> tuple[SegmentStatus | None, int]:
        """Say of every part that it stands alone."""
        return None, 0


def part_of(message: SubmitSm) -> tuple[int, int]:
    """Return the number of a part and of how many; of a text that is one, 1 of 1."""
    _, number, of = message.get_segmentation_data()
    return max(number, 1), max(of, 1)
