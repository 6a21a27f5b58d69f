"""The process that holds the bind to the message centre: workers hand it texts, it hears receipts and replies.

A receipt or a reply is acknowledged only after it has been stored; when storing fails the bind is dropped, and the
centre delivers it again. What waits too long to be submitted is surely not sent, and said to be so.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar
from uuid import uuid4

from aiosmpplib import (
    ESME,
    NPI,
    TON,
    AbstractHook,
    BindMode,
    BindTransceiverResp,
    OptionalParam,
    PhoneNumber,
    SmppCommandStatus,
    SmppMessage,
    SmppSessionState,
    SubmitSm,
    SubmitSmResp,
)
from aiosmpplib.broker import SimpleBroker
from aiosmpplib.retrytimer import SimpleExponentialBackoff

from collections_app.domain import phones
from notifications.domain.outcomes import Result
from notifications.providers.smpp import receipt_ids, receipts, wire
from notifications.providers.smpp.parts import EachPart, Text, part_of

_log = logging.getLogger(__name__)
# Nothing of a text or a number belongs into a log: the library would write whole messages below this level.
_SILENT = 60
_UDH = 0b01000000
_KEPT_NAMES = 100_000
_DELIVERED_AGAIN_SECONDS = 600.0
# How long the other parts of what a customer wrote are waited for; then a person reads what is there.
_PARTS_SECONDS = 300.0
_LOOK_SECONDS = 30.0
# Whose number it is that names no country and no type: where the centre stands.
_HOME = "CN"
Key = TypeVar("Key", int, str)
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Centre:
    """The message centre, and how the bank signs in. ``window`` is how many texts may be unanswered at once,
    ``template_tag`` the optional parameter that names an approved text to it (0: none), ``receipt_ids`` how its
    receipts write the name it gave a text (``receipt_ids.py``)."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str
    window: int = 20
    template_tag: int = 0
    receipt_ids: str = "same"
    enquire_seconds: float = 30.0
    rebind_milliseconds: int = 1000


@dataclass(slots=True)
class Ears:
    """Who is told: of a text the centre has taken, of what it said of each part of a long one, of a receipt, of a text
    that came in. Each stores, or raises."""

    taken: Callable[[str, str], None]
    parts: Callable[[str, Text], None]
    receipt: Callable[[dict[str, str], str], None]
    reply: Callable[[str, str, str], None]


@dataclass(slots=True)
class _Waiting:
    answer: asyncio.Future[dict[str, str]]
    since: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part on its way: of which attempt, its number, and the text it belongs to."""

    attempt: str
    number: int
    text: Text


class _Broker(SimpleBroker):  # type: ignore[misc]  # the library ships no types
    """A queue that leaves out what has waited too long while there was no bind: its worker has been told so."""

    def __init__(self, link: "Link") -> None:
        super().__init__()
        self.link = link

    async def dequeue(self) -> SmppMessage:
        """Return the next text that somebody still waits for."""
        while True:
            message = await super().dequeue()
            if self.link.begin(message.log_id):
                return message


class Link(AbstractHook):  # type: ignore[misc]  # the library ships no types
    """One bind, kept up, and the door workers come in by."""

    def __init__(self, centre: Centre, ears: Ears) -> None:
        receipts.install()
        self.centre, self.ears = centre, ears
        self.waiting: dict[str, _Waiting] = {}
        self.begun: set[str] = set()
        # What was sent by its number on the wire, and what the centre took by its name, each as attempt, part and text:
        # a receipt that could not be stored comes again, and finds its text again.
        self.texts: OrderedDict[str, Text] = OrderedDict()
        self.sent: OrderedDict[int, _Piece] = OrderedDict()
        self.pieces: OrderedDict[str, _Piece] = OrderedDict()
        self.heard: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self.broker = _Broker(self)
        self.window = asyncio.Semaphore(centre.window)
        self.each_part = EachPart(centre.system_id)
        self.each_part.session = uuid4().hex
        self.esme = ESME(
            smsc_host=centre.host, smsc_port=centre.port, system_id=centre.system_id, password=centre.password,
            bind_mode=BindMode.TRANSCEIVER, enquire_link_interval=centre.enquire_seconds, log_level=_SILENT,
            hook=self, broker=self.broker, correlator=self.each_part,
            retry_timer=SimpleExponentialBackoff(centre.rebind_milliseconds),
        )  # fmt: skip

    async def serve(self, *, host: str, port: int, ready: Callable[[int], None]) -> None:
        """Keep the bind up and take in workers until cancelled; ``ready`` hears the port."""
        server = await asyncio.start_server(self._worker, host, port, limit=wire.LONGEST_LINE)
        ready(server.sockets[0].getsockname()[1])
        async with server:
            looking = asyncio.create_task(self._look_after_parts())
            try:
                await self.esme.start()
            finally:
                looking.cancel()
                await self.esme.stop()
                await asyncio.wait({looking})
                await self._hand_over_parts(older_than=0.0, whole=True)
                if lost := len(self.each_part.coming):
                    _log.error("%d long texts of customers could not be stored at the end, and are lost", lost)

    async def _look_after_parts(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self._hand_over_parts(older_than=_PARTS_SECONDS)

    async def _hand_over_parts(self, *, older_than: float, whole: bool = False) -> None:
        """Store what has come in of long texts whose other parts do not come: the centre was told that it is here."""
        for coming in self.each_part.left(older_than=older_than, whole=whole):
            try:
                await self._store(coming.joined(), coming.session)
            except BaseException as error:
                self.each_part.put_back(coming)
                if not isinstance(error, Exception):
                    raise
                # Nothing of the text: its name alone would not help either.
                _log.warning("Parts of a long text could not be stored: %s", type(error).__name__)

    async def _worker(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = wire.submission(await asyncio.wait_for(reader.readline(), 5))
            writer.write(wire.packed(await self.submit(asked)))
            await writer.drain()
        except (ValueError, TypeError, KeyError, TimeoutError, ConnectionError):
            return
        finally:
            writer.close()

    async def submit(self, asked: wire.Submission) -> dict[str, str]:
        """Return what came of one text: its name, a refusal with its code, or that nobody can say."""
        if not self._is_bound():
            return _said(Result.TRANSIENT, code="not_bound")
        try:
            await asyncio.wait_for(self.window.acquire(), wire.PLACE_WITHIN_SECONDS)
        except TimeoutError:
            return _said(Result.TRANSIENT, code=wire.WINDOW_FULL)
        try:
            # The bind may have gone while it waited for its place.
            return await self._submit(asked) if self._is_bound() else _said(Result.TRANSIENT, code="not_bound")
        finally:
            self.window.release()

    def _is_bound(self) -> bool:
        return bool(self.esme.session_state == SmppSessionState.BOUND_TRX)

    async def _submit(self, asked: wire.Submission) -> dict[str, str]:
        waiting = self.waiting[asked.attempt] = _Waiting(asyncio.get_running_loop().create_future())
        await self.broker.enqueue(self._message(asked))
        try:
            return await asyncio.wait_for(waiting.answer, wire.ANSWERED_WITHIN_SECONDS)
        except TimeoutError:
            # Nobody has begun to write it: it was not sent, and being no longer waited for it will not be.
            begun = asked.attempt in self.begun
            return _said(Result.UNKNOWN if begun else Result.TRANSIENT, code="timeout")
        finally:
            self.waiting.pop(asked.attempt, None)
            self.begun.discard(asked.attempt)

    def begin(self, attempt: str) -> bool:
        """Return whether a text is still waited for; from here on it may be on its way."""
        if attempt not in self.waiting:
            return False
        self.begun.add(attempt)
        return True

    def _message(self, asked: wire.Submission) -> SubmitSm:
        # The flag asks the library for a header before each part; it takes it away where one part is enough.
        return SubmitSm(
            short_message=asked.body, source=PhoneNumber(self.centre.sender, TON.ALPHANUMERIC, NPI.UNKNOWN),
            destination=PhoneNumber(asked.to.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN),
            esm_class=_UDH, auto_message_payload=False, registered_delivery=1, log_id=asked.attempt,
            validity_period=None if asked.valid_seconds is None else timedelta(seconds=asked.valid_seconds),
            optional_params=self._named(asked),
        )  # fmt: skip

    def _named(self, asked: wire.Submission) -> list[OptionalParam]:
        named = self.centre.template_tag and asked.template
        return [OptionalParam(self.centre.template_tag, asked.template)] if named else []

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:
        """Remember which part of which text goes under this number, before its answer can come."""
        if isinstance(smpp_message, SubmitSm):
            (number, of), attempt = part_of(smpp_message), smpp_message.log_id
            if number == 1:
                _keep(self.texts, attempt, Text(of))
            _keep(self.sent, smpp_message.sequence_num, _Piece(attempt, number, self.texts[attempt]))

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:
        """Store what the centre says before it is acknowledged."""
        if isinstance(smpp_message, BindTransceiverResp):
            self.each_part.session = uuid4().hex
        elif isinstance(smpp_message, receipts.ReadableReceipt):
            await self._delivered(smpp_message)
        elif isinstance(smpp_message, SubmitSmResp):
            await self._answered(smpp_message)

    async def _answered(self, answer: SubmitSmResp) -> None:
        """Tell the worker when every part is answered: a text has been taken when one of its parts has."""
        piece = self.sent.pop(answer.sequence_num, None)
        if piece is None:
            return
        attempt, text = piece.attempt, piece.text
        if answer.command_status == SmppCommandStatus.ESME_ROK:
            name = receipt_ids.taken(answer.message_id, how=self.centre.receipt_ids)
            text.taken[piece.number] = name
            _keep(self.pieces, name, piece)
        else:
            text.refused[piece.number] = f"0x{answer.command_status.value:02X}"
        if not text.answered:
            return
        if not text.taken:
            self._answer(attempt, {"result": "refused", "code": next(iter(text.refused.values())), "provider_id": ""})
            return
        if text.of > 1:
            try:
                await asyncio.to_thread(self.ears.parts, attempt, text)
            except Exception as error:  # noqa: BLE001  what was taken and not written down is of unknown outcome
                self._answer(attempt, _said(Result.UNKNOWN, code=type(error).__name__[:16]))
                return
        if not self._answer(attempt, _said(Result.ACCEPTED, provider_id=text.name)) and attempt:
            # Its worker has gone: what the centre has taken is adopted here.
            await asyncio.to_thread(self.ears.taken, text.name, attempt)

    async def _delivered(self, message: receipts.ReadableReceipt) -> None:
        if not message.is_receipt():
            await self._store(message, self.each_part.session)
            self.each_part.stored(message)
            return
        fields = {key: str(value) for key, value in message.parse_receipt().items()}
        fields["id"] = receipt_ids.reported(fields.get("id", ""), how=self.centre.receipt_ids)
        piece = self.pieces.get(fields["id"])
        if piece is not None and (place := piece.text.place(piece.number)):
            # A long text has a name for each part: the record knows it by one of them.
            fields |= {"part": place, "whole": piece.text.name}
        attempt = piece.attempt if piece else message.log_id
        await asyncio.to_thread(self.ears.receipt, fields, attempt)

    async def _store(self, message: receipts.ReadableReceipt, session: str) -> None:
        text, source = message.short_message.strip(), _in_full(message.source)
        name = self._name(f"{session}-{message.sequence_num}", source, text)
        await asyncio.to_thread(self.ears.reply, name, source, text)

    def _name(self, name: str, source: str, text: str) -> str:
        """Return the name of a text that came in, by bind and number. SMPP gives it none that outlives a bind.

        The same words from the same number soon after another bind are what the centre delivers again because it never
        heard that they were stored.
        """
        key = sha256(f"{source}\n{text}".encode()).hexdigest()
        before, at = self.heard.get(key, ("", 0.0))
        again = bool(before) and before.partition("-")[0] != name.partition("-")[0]
        again = again and time.monotonic() - at < _DELIVERED_AGAIN_SECONDS
        # What is said once more after that is said anew: it stands under this bind's name from here on, and what was
        # delivered again keeps the time of its first hearing.
        _keep(self.heard, key, (name, at if again else time.monotonic()))
        return before if again else name

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:
        """Tell the worker: what cannot be written was not sent, of anything else nobody can say."""
        if isinstance(smpp_message, SubmitSm):
            # Of a part that cannot be written, the parts before it may have left.
            left = any(piece.attempt == smpp_message.log_id for piece in self.sent.values())
            surely = isinstance(error, ValueError) and not left
            result = Result.PERMANENT if surely else Result.UNKNOWN
            self._answer(smpp_message.log_id, _said(result, code=type(error).__name__[:16]))

    def _answer(self, attempt: str, said: dict[str, str]) -> bool:
        waiting = self.waiting.get(attempt)
        if waiting is None or waiting.answer.done():
            return False
        waiting.answer.set_result(said)
        return True


def _in_full(source: PhoneNumber) -> str:
    """Return a number with its country: as the centre says it is written, else as at home, else as it stands."""
    digits = str(source.number).lstrip("+")
    if source.ton == TON.INTERNATIONAL or str(source.number).startswith("+"):
        return f"+{digits}"
    return phones.e164(digits, country=_HOME) or f"+{digits}"


def _keep(names: OrderedDict[Key, Kept], key: Key, value: Kept) -> None:
    """Remember the latest; a link lives for months."""
    names[key] = value
    if len(names) > _KEPT_NAMES:
        names.popitem(last=False)


def _said(result: Result, *, provider_id: str = "", code: str = "") -> dict[str, str]:
    return {"result": result.value, "provider_id": provider_id, "code": code}
