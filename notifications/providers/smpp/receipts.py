"""Delivery receipts as message centres really write them: letters where the library expects a number, odd dates.

The library reads ``err:`` with ``int()`` and dates by one pattern while it takes a receipt in, and drops the bind when
that fails; the centre then delivers the same receipt again, for ever. What it cannot read is read here.
"""

import re
from datetime import datetime

from aiosmpplib import DeliverSm
from aiosmpplib.protocol import MESSAGE_TYPE_MAP
from aiosmpplib.state import RECEIPTED_MESSAGE_ID, SmppCommand

# The centre's own code, as it stands in the receipt; the library's ``err`` is a number.
RAW_CODE = "raw_err"
_FIELD = re.compile(r"(id|sub|dlvrd|submit date|done date|stat|err):\s*(\S*)", re.IGNORECASE)
# What stands after this is the customer's text, which may look like anything.
_TEXT = re.compile(r"\btext:", re.IGNORECASE)
_DELIVERED = "DELIVRD"
# Any error of the network's own (SMPP 3.4 leaves the numbers to the centre).
_OTHER_ERROR = 255


class ReadableReceipt(DeliverSm):  # type: ignore[misc]  # the library ships no types
    """A delivery receipt or a reply that is taken in whatever its fields look like."""

    def parse_receipt(self) -> dict[str, str | int | datetime]:
        """Return the fields of the receipt; what the library cannot read is left as the centre wrote it."""
        if not self.is_receipt():
            return {}
        try:
            found: dict[str, str | int | datetime] = super().parse_receipt()
        except ValueError:
            found = self._parsed_receipt = self._read()
        return found

    def _read(self) -> dict[str, str | int | datetime]:
        said = _TEXT.split(self.short_message or "", maxsplit=1)[0]
        found: dict[str, str | int | datetime] = {name.lower(): value for name, value in _FIELD.findall(said)}
        code = str(found.get("err", ""))
        if not code.isdigit():
            found[RAW_CODE] = code
        found["err"] = int(code) if code.isdigit() else 0 if found.get("stat") == _DELIVERED else _OTHER_ERROR
        if not found.get("id"):
            ids = [param.value for param in self.optional_params or () if param.tag == RECEIPTED_MESSAGE_ID]
            found["id"] = str(ids[0]) if ids else ""
        return found


def install() -> None:
    """Let the library make these of what a centre delivers."""
    MESSAGE_TYPE_MAP[SmppCommand.DELIVER_SM] = ReadableReceipt
