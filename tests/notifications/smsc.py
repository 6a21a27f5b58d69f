"""A small message centre on this machine, made of the library's own PDUs, with the faults of a carrier's."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from struct import pack
from typing import Any

from aiosmpplib import (
    BindTransceiverResp,
    DeliverSm,
    EnquireLinkResp,
    PhoneNumber,
    SmppCommand,
    SmppCommandStatus,
    SmppMessage,
    SubmitSm,
    SubmitSmResp,
)


class Centre:
    """Takes binds and texts, remembers each part as it came, and says what a test asks it to."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, bytes, SubmitSm]] = []
        self.acknowledged: list[int] = []
        self.statuses: list[SmppCommandStatus] = []
        self.binds = self.enquiries = 0
        self.drop_after_taking = False
        self.seconds = 0.0
        self.unanswered = self.most_unanswered = 0
        self.writers: list[asyncio.StreamWriter] = []
        self.loop = asyncio.new_event_loop()
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one that has bound until it goes."""
        self.writers.append(writer)
        try:
            while True:
                head = await reader.readexactly(16)
                header = SmppMessage.parse_header(head)
                pdu = head + await reader.readexactly(header.pdu_length - 16)
                if self._answer(pdu, header, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _answer(self, pdu: bytes, header: Any, writer: asyncio.StreamWriter) -> bool:
        number = header.sequence_num
        if header.smpp_command is SmppCommand.BIND_TRANSCEIVER:
            self.binds += 1
            writer.write(BindTransceiverResp(sequence_num=number, system_id="centre").pdu())
        elif header.smpp_command is SmppCommand.ENQUIRE_LINK:
            self.enquiries += 1
            writer.write(EnquireLinkResp(sequence_num=number).pdu())
        elif header.smpp_command is SmppCommand.DELIVER_SM_RESP:
            self.acknowledged.append(number)
        elif header.smpp_command is SmppCommand.SUBMIT_SM:
            status = self.statuses.pop(0) if self.statuses else SmppCommandStatus.ESME_ROK
            if status is SmppCommandStatus.ESME_ROK:
                taken = SubmitSm.from_pdu(pdu, header, "gsm0338", None)
                self.parts.append((taken.esm_class, pdu, taken))
                if self.drop_after_taking:
                    return True
            name = f"{len(self.parts):08X}"
            answer = SubmitSmResp(sequence_num=number, command_status=status, message_id=name).pdu()
            self.unanswered += 1
            self.most_unanswered = max(self.most_unanswered, self.unanswered)
            self.loop.call_later(self.seconds, self._write, writer, answer)
        return header.smpp_command is SmppCommand.UNBIND

    def _write(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        self.unanswered -= 1
        writer.write(answer)

    def say(self, *, text: str, receipt: bool, number: int, source: str = "8613900000000") -> None:
        """Deliver a receipt or a reply."""
        message = DeliverSm(
            sequence_num=number, short_message=text, esm_class=0b100 if receipt else 0, source=PhoneNumber(source),
            destination=PhoneNumber("106900"), registered_delivery=0, encoding=None if text.isascii() else "ucs2",
        )  # fmt: skip
        message.set_encoding_info("gsm0338", None)
        self.loop.call_soon_threadsafe(self.writers[-1].write, message.pdu())

    def put(self, pdu: bytes) -> None:
        """Deliver what was made by hand."""
        self.loop.call_soon_threadsafe(self.writers[-1].write, pdu)


def field(tag: int, value: bytes) -> bytes:
    """Return an optional parameter."""
    return pack("!HH", tag, len(value)) + value


def delivery(
    words: bytes, *, number: int, source: str = "8613900000000", header: bytes = b"", fields: bytes = b"",
    coding: int = 0, esm_class: int = 0, ton: int = 0,
) -> bytes:  # fmt: skip
    """Return a deliver_sm that the library would not make, octet by octet."""
    body = b"".join(
        [
            b"\0", bytes([ton, 1]), source.encode(), b"\0\0\x00106900\0", bytes([esm_class | (0x40 if header else 0)]),
            b"\0\0\0\0\0\0", bytes([coding, 0, len(header + words)]), header, words, fields,
        ]
    )  # fmt: skip
    return pack("!IIII", 16 + len(body), 5, 0, number) + body


@contextmanager
def running() -> Iterator[Centre]:
    """Run a centre on a free port, in a thread of its own."""
    centre = Centre()
    ready = threading.Event()

    async def serve() -> None:
        server = await asyncio.start_server(centre.handle, "127.0.0.1", 0)
        centre.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await asyncio.Event().wait()

    task = centre.loop.create_task(serve())
    thread = threading.Thread(target=run_loop, args=(centre.loop, task))
    thread.start()
    ready.wait(10)
    try:
        yield centre
    finally:
        centre.loop.call_soon_threadsafe(task.cancel)
        thread.join()


def run_loop(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    """Run a loop until its one task is cancelled, and close what it leaves open."""
    try:
        loop.run_until_complete(task)
    except asyncio.CancelledError:
        pass
    finally:
        for each in asyncio.all_tasks(loop):
            each.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                loop.run_until_complete(each)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
