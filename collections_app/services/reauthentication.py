"""Proving again who sits at the screen, before something that binds: password, and the authenticator's code."""

from dataclasses import dataclass
from datetime import datetime

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from collections_app.models import Staff
from collections_app.services import tries
from collections_app.services.errors import RefusedError
from collections_app.services.second_factor import ProofCode


@dataclass(frozen=True, slots=True)
class Given:
    """What a person has typed to prove themselves again."""

    password: str
    code: str = ""


def needs_code(staff: Staff) -> bool:
    """Return whether this person has an authenticator: then its code is demanded beside the password."""
    return bool(is_mfa_enabled(staff, types=[Authenticator.Type.TOTP]))


def prove(*, staff: Staff, given: Given, address: str | None, now: datetime) -> str:
    """Return how a person proved themselves: ``password``, or ``totp`` with the authenticator's code too.

    A session is never enough, nor a code without the password; the code goes through the package's own
    reauthentication, with its limit of tries and its memory of codes that were used. Asked outside any transaction, for
    a failed try is to stay counted. Raise RefusedError for what is missing or wrong, TooManyTriesError for an address
    that was refused too often.
    """
    tries.check_address(address, now=now)
    if not given.password or not staff.has_usable_password() or not staff.check_password(given.password):
        tries.count(address)
        raise RefusedError("password_wrong")
    if not needs_code(staff):
        return "password"
    if not given.code.strip():
        raise RefusedError("second_factor_needed")
    form = ProofCode(data={"code": given.code}, user=staff)
    if not form.is_valid():
        tries.count(address)
        raise RefusedError("second_factor_wrong")
    if context.request is not None:
        form.save()
    return "totp"
