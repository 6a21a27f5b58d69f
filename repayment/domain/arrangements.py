"""Applications for an arrangement: what becomes of one."""

from datetime import timedelta
from enum import StrEnum

from collections_app.domain.terms import TermList

# So long a schedule with its cost stands; then it is made anew.
QUOTE_LIVES = timedelta(minutes=30)
# So many more applications in 24 hours are added to a request that a person has already.
MORE_A_DAY = 3


class ApplicationState(StrEnum):
    SHOWN = "shown"
    CONSENTED = "consented"
    SIGNED = "signed"
    ASKED = "asked"
    LAPSED = "lapsed"


_S = ApplicationState
OPEN = frozenset({_S.SHOWN, _S.CONSENTED})
TRANSITIONS: dict[ApplicationState, frozenset[ApplicationState]] = {
    _S.SHOWN: frozenset({_S.CONSENTED, _S.LAPSED}),
    # Consent is given again when another code is asked for.
    _S.CONSENTED: frozenset({_S.SIGNED, _S.LAPSED}),
    _S.SIGNED: frozenset(),
    _S.ASKED: frozenset(),
    _S.LAPSED: frozenset(),
}
APPLICATION_STATES = TermList(
    ("shown", "已出示方案", "Shown"),
    ("consented", "已同意，待签署", "Agreed to, to be signed"),
    ("signed", "已签署生效", "Signed and in force"),
    ("asked", "已转人工", "With a colleague"),
    ("lapsed", "已失效", "Lapsed"),
)
