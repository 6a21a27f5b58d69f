"""Work beside each other in processes that end with the one that began them, and that tell how far they are."""

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from types import FrameType
from typing import Any

import django

# What a process has to say: how far it is, what it found, or why it could not.
_SO_FAR, _FOUND, _FAILED = "so far", "found", "failed"
Call = tuple[Callable[..., Any], tuple[Any, ...]]


class EndedError(Exception):
    """A process ended without a word: somebody has killed it, or the machine has run out of memory."""


class FailedError(Exception):
    """A process raised what does not come over to another: its type and words; where it happened is in the notes."""


def results(calls: Mapping[str, Call], *, heard: Callable[[str, Any], None]) -> dict[str, Any]:
    """Make each call in a process of its own, with one more argument, ``tell``, and return what each gave by name.

    What a call tells is passed on to ``heard`` with its name. What the first one raises is raised here, or FailedError
    where that cannot come over. However this ends (a result, a failure, SIGINT or SIGTERM to this process alone), the
    processes end before it; when it is killed outright they notice and end by themselves. Each lets go of what it holds
    first. Only the main thread may ask.
    """
    context = get_context("spawn")
    running, ends = [], {}
    with _stopped_by_sigterm():
        try:
            for name, (function, arguments) in calls.items():
                here, there = context.Pipe()
                process = context.Process(target=_work, args=(there,), daemon=True)
                process.start()
                running.append(process)
                there.close()
                # What is to be called can be read there only when Django is ready.
                here.send((function, arguments))
                ends[here] = name
            return _listen(ends, heard)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.join()


def _listen(ends: dict[connection.Connection, str], heard: Callable[[str, Any], None]) -> dict[str, Any]:
    """Hear every process out. Raise what one of them raised, and EndedError when one ended without a result."""
    found: dict[str, Any] = {}
    while ends:
        for end in connection.wait(list(ends)):
            assert isinstance(end, connection.Connection)  # what was asked about
            name = ends[end]
            try:
                kind, value = end.recv()
            except (EOFError, ConnectionError) as error:
                raise EndedError(name) from error
            if kind == _FAILED:
                raise value
            if kind == _FOUND:
                found[name] = value
                del ends[end]
            else:
                heard(name, value)
    return found


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end this process as an exception does: what is held is let go of, and the others are told."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _work(end: connection.Connection) -> None:
    """Be such a process. A key pressed in the terminal reaches it too, and is left to the process that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    try:
        function, arguments = end.recv()
        found = function(*arguments, tell=lambda so_far: end.send((_SO_FAR, so_far)))
    except Exception as error:  # noqa: BLE001  whoever asked hears of it, with where it happened
        end.send((_FAILED, _sendable(error, traceback.format_exc())))
    else:
        end.send((_FOUND, found))


def _sendable(error: Exception, where: str) -> Exception:
    """Return the error with where it happened, in its own words when it cannot be packed here and unpacked there."""
    error.add_note(where)
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  what was packed in this line
    except Exception:  # noqa: BLE001  any error may come of packing any error
        told = FailedError(f"{type(error).__qualname__}: {error}")
        told.add_note(where)
        return told
    return error


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # this process was begun by another
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
