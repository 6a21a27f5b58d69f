"""Delivery receipts as message centres really write them: letters where the library expects a number, odd dates.

The library reads ``err:`` with ``int()`` and dates by one pattern while it takes a receipt in, and drops the bind when
that fails; the centre then delivers the same receipt again, for ever. So all that is delivered is read here.
"""

import re
from datetime import datetime
from typing import Any, Self

from aiosmpplib import NPI, TON, DeliverSm, OptionalParam, PhoneNumber
from aiosmpplib.protocol import MESSAGE_TYPE_MAP
from aiosmpplib.state import (
    MESSAGE_STATE,
    RECEIPTED_MESSAGE_ID,
    SAR_MSG_REF_NUM,
    SAR_SEGMENT_SEQNUM,
    SAR_TOTAL_SEGMENTS,
    SmppCommand,
)

from notifications.providers.smpp import delivered

# The centre's own code, as it stands in the receipt, where it says that something went wrong.
RAW_CODE = "raw_err"
_FIELD = re.compile(r"(id|sub|dlvrd|submit date|done date|stat|err):\s*(\S*)", re.IGNORECASE)
# What stands after this is the customer's text, which may look like anything.
_TEXT = re.compile(r"\btext:", re.IGNORECASE)
_DELIVERED = "DELIVRD"
# Any error of the network's own (SMPP 3.4 leaves the numbers to the centre).
_OTHER_ERROR = 255
# The states of the field ``message_state`` (5.2.28), as receipts write them.
_STATES = {1: "ENROUTE", 2: _DELIVERED, 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN",
           8: "REJECTD"}  # fmt: skip
# The library takes no text without words.
NO_WORDS = " "


class ReadableReceipt(DeliverSm):  # type: ignore[misc]  # the library ships no types
    """A delivery receipt or a reply that is taken in whatever its fields look like."""

    found: delivered.Delivered

    @classmethod
    def from_pdu(cls, pdu: bytes, header: Any, default_encoding: str = "", custom_codecs: Any = None) -> Self:
        """Return what was delivered, read by ourselves. Raise ValueError for what is cut short."""
        found = delivered.read(pdu)
        params = []
        if given := found.fields.get(RECEIPTED_MESSAGE_ID):
            params.append(OptionalParam(RECEIPTED_MESSAGE_ID, given.rstrip(b"\0").decode("ascii", "replace")))
        if state := int.from_bytes(found.fields.get(MESSAGE_STATE, b"")):
            params.append(OptionalParam(MESSAGE_STATE, state & 0xFF))
        if found.part:
            tags = (SAR_MSG_REF_NUM, SAR_SEGMENT_SEQNUM, SAR_TOTAL_SEGMENTS)
            params += [OptionalParam(tag, value) for tag, value in zip(tags, found.part, strict=True)]
        ton = TON(found.ton) if found.ton in set(TON) else TON.UNKNOWN
        message = cls(
            sequence_num=header.sequence_num, short_message=found.words or NO_WORDS, esm_class=found.esm_class,
            source=PhoneNumber(found.source[:20], ton), destination=PhoneNumber("", TON.UNKNOWN, NPI.UNKNOWN),
            optional_params=params,
        )  # fmt: skip
        message.found = found
        return message

    def is_receipt(self) -> bool:
        """Return whether the centre speaks of a text of ours: by the kind of delivery, or because it names that text.

        What it looks like does not count: a customer may write what they like.
        """
        return self.found.is_receipt

    def parse_receipt(self) -> dict[str, str | int | datetime]:
        """Return the fields of the receipt; what the library cannot read is left as the centre wrote it."""
        return self._read() if self.is_receipt() else {}

    def _read(self) -> dict[str, str | int | datetime]:
        said = _TEXT.split(self.short_message or "", maxsplit=1)[0]
        found: dict[str, str | int | datetime] = {name.lower(): value for name, value in _FIELD.findall(said)}
        found["stat"] = found.get("stat") or _STATES.get(int(self._field(MESSAGE_STATE) or 0), "")
        code = str(found.get("err", ""))
        if code.strip("0"):
            found[RAW_CODE] = code
        found["err"] = int(code) if code.isdigit() else 0 if found["stat"] == _DELIVERED else _OTHER_ERROR
        # The field is the standard's; what stands in the words some centres cut short or write in another base.
        found["id"] = str(self._field(RECEIPTED_MESSAGE_ID) or "") or found.get("id", "")
        return found

    def _field(self, tag: int) -> str | int | bool | None:
        return next((param.value for param in self.optional_params or () if param.tag == tag), None)


def install() -> None:
    """Let the library make these of what a centre delivers."""
    MESSAGE_TYPE_MAP[SmppCommand.DELIVER_SM] = ReadableReceipt
