"""The log from the command line: verify, checkpoint, prove, check, key."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string

from ledger.domain.note import Note, NoteError, VerifierKey
from ledger.domain.proof import InclusionProof
from ledger.services import log, proofs, signing, verification

# A damaged log may break every row; these many sentences are enough to start looking.
SHOWN = 20


class Command(BaseCommand):
    """Print what was asked for; exit 1 with a sentence when the log does not hold."""

    help = "Verify the log, sign its state, prove what is in it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Define one sub-command for each thing the log can do."""
        actions = parser.add_subparsers(dest="action", required=True)

        verify = actions.add_parser("verify", help="recompute everything; exit 1 on any violation")
        verify.add_argument("--kept", type=_text_file, metavar="FILE", help="a checkpoint kept outside this database")
        verify.add_argument(
            "--payload-source",
            action="append",
            metavar="DOTTED.PATH",
            help="a callable that returns (index, payload bytes) pairs; repeatable; "
            "default: the setting LEDGER_PAYLOAD_SOURCES",
        )

        actions.add_parser("checkpoint", help="sign the log at its present size and print the note")

        prove = actions.add_parser("prove", help="print a proof against the last checkpoint")
        what = prove.add_mutually_exclusive_group(required=True)
        what.add_argument("index", type=int, nargs="?", help="the entry to prove included")
        what.add_argument("--since", type=int, metavar="SIZE", help="prove the log was only added to since SIZE")

        check = actions.add_parser("check", help="check a proof file; needs no database")
        check.add_argument("proof", type=_text_file, metavar="FILE", help="what `prove INDEX` printed")
        check.add_argument("--payload", type=_bytes_file, required=True, metavar="FILE")
        check.add_argument("--key", type=_key, action="append", help="a public key to trust; default: this log's")

        actions.add_parser("key", help="print the log's public key, to be handed over in person")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Run the sub-command. Raise CommandError, which exits 1, with what is wrong."""
        try:
            getattr(self, f"handle_{action}")(**options)
        except (log.LogError, NoteError) as error:
            raise CommandError(str(error)) from error

    def handle_verify(self, *, kept: str | None, payload_source: list[str] | None, **_options: Any) -> None:
        """Recompute the log, then compare it with the payloads of the floors above."""
        report = verification.verify(kept=None if kept is None else Note.parse(kept))
        # Said before the payloads are read: a source that fails must not hide what was found.
        self._show(report.violations)
        found = len(report.violations)
        sources = settings.LEDGER_PAYLOAD_SOURCES if payload_source is None else payload_source
        compared = "payloads not compared: no source is configured"
        if sources:
            payloads = verification.verify_payloads(payloads=_payloads(sources))
            self._show(payloads.violations)
            found += len(payloads.violations)
            compared = f"{payloads.checked} payloads compared"
        if found:
            raise CommandError(f"The log does not hold: {found} violations.")
        against = (
            f" It continues {report.kept} checkpoints kept outside the database."
            if report.kept
            else " No checkpoint was kept outside the database: give --kept FILE to exclude a rewrite."
        )
        self.stdout.write(
            f"The log holds: {report.entries} entries, {report.checkpoints} checkpoints, {compared}.{against}"
        )

    def _show(self, violations: tuple[str, ...]) -> None:
        for violation in violations[:SHOWN]:
            self.stderr.write(violation)
        if len(violations) > SHOWN:
            self.stderr.write(f"… and {len(violations) - SHOWN} more.")

    def handle_checkpoint(self, **_options: Any) -> None:
        """Sign and print. The note is committed before it is shown."""
        checkpoint = log.checkpoint(now=timezone.now() + settings.CLOCK_SHIFT)
        self.stdout.write(checkpoint.note, ending="")

    def handle_prove(self, *, index: int, since: int | None, **_options: Any) -> None:
        """Print an inclusion proof, or a consistency proof; the parser lets only one be asked for."""
        proof = proofs.prove_inclusion(index=index) if since is None else proofs.prove_consistency(old_size=since)
        self.stdout.write(str(proof), ending="")

    def handle_check(self, *, proof: str, payload: bytes, key: list[VerifierKey] | None, **_options: Any) -> None:
        """Check a proof file against a payload."""
        given = InclusionProof.parse(proof)
        state = given.check(payload=payload, keys=key or signing.trusted_keys())
        self.stdout.write(
            f"The payload is entry {given.index} of {state.origin}, in its signed state of {state.size} entries."
        )

    def handle_key(self, **_options: Any) -> None:
        """Print the public key."""
        self.stdout.write(str(signing.signer_key().verifier))


def _payloads(sources: list[str]) -> Iterator[tuple[int, bytes]]:
    """Return what all sources hold, one after the other. Raise CommandError for an unknown one."""
    try:
        found = [import_string(source) for source in sources]
    except ImportError as error:
        raise CommandError(f"A payload source cannot be loaded: {error}.") from error
    return chain.from_iterable(source() for source in found)


def _bytes_file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ArgumentTypeError(f"{name} cannot be read: {error.strerror}") from error


def _text_file(name: str) -> str:
    try:
        return _bytes_file(name).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArgumentTypeError(f"{name} is not UTF-8 text") from error


def _key(vkey: str) -> VerifierKey:
    try:
        return VerifierKey.parse(vkey)
    except NoteError as error:
        raise ArgumentTypeError(str(error)) from error
