"""The books of money that passes through OneCase. Each booking sums up to zero: debits positive, credits negative."""

from collections.abc import Mapping
from enum import StrEnum

from collections_app.domain.allocation import Split
from collections_app.domain.terms import TermList


class JournalKind(StrEnum):
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"
    HELD = "held"
    RETURNED = "returned"
    IDENTIFIED = "identified"
    SETTLED = "settled"


JOURNAL_KINDS = TermList(
    ("received", "还款到账", "Payment received"),
    ("taken_back", "还款退回", "Payment taken back"),
    ("held", "挂账", "Held, not yet identified"),
    ("returned", "挂账退回", "Held money sent back"),
    ("identified", "挂账认领", "Held money identified"),
    ("settled", "渠道结算", "Settled by the gateway"),
)


class Book(StrEnum):
    CLEARING = "clearing"
    BANK = "bank"
    GATEWAY_FEES = "gateway_fees"
    COSTS = "costs"
    INTEREST = "interest"
    PRINCIPAL = "principal"
    OTHER = "other"
    BEYOND = "beyond"
    UNIDENTIFIED = "unidentified"


BOOKS = TermList(
    ("clearing", "渠道在途", "Under way from the channel"),
    ("bank", "银行存款", "Settled to the bank"),
    ("gateway_fees", "渠道手续费", "Gateway's fees"),
    ("costs", "应收费用", "Fees owed"),
    ("interest", "应收利息", "Interest owed"),
    ("principal", "应收本金", "Principal owed"),
    ("other", "其他应收", "Other amounts owed"),
    ("beyond", "溢缴款", "Paid beyond what is owed"),
    ("unidentified", "待认领款项", "Held, whose it is unknown"),
)
# What a customer's account holds: the sum of these lines is what the entry moves.
OF_ACCOUNT = (Book.COSTS, Book.INTEREST, Book.PRINCIPAL, Book.OTHER, Book.BEYOND)
Lines = Mapping[Book, int]


def received(split: Split) -> Lines:
    """Return the lines of a payment that arrived: the channel owes it to the bank, the customer owes less."""
    return {Book.CLEARING: split.total_fen, **{Book(name): -fen for name, fen in split.parts()}}


def taken_back(split: Split) -> Lines:
    """Return the lines of a payment, or a part, that went back: the customer owes it again."""
    return {Book.CLEARING: -split.total_fen, **{Book(name): fen for name, fen in split.parts()}}


def held(amount_fen: int) -> Lines:
    """Return the lines of money that arrived and whose purpose is not certain. A negative amount sends it back."""
    return {Book.CLEARING: amount_fen, Book.UNIDENTIFIED: -amount_fen}


def settled(*, gross_fen: int, fee_fen: int) -> Lines:
    """Return the lines of one settled line of a gateway's: what it paid out, and what it kept."""
    lines = {Book.BANK: gross_fen - fee_fen, Book.GATEWAY_FEES: fee_fen, Book.CLEARING: -gross_fen}
    return {book: fen for book, fen in lines.items() if fen}
