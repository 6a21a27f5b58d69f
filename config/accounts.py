"""How allauth is bent to a bank's staff: accounts are given, never taken, and TOTP seeds encrypted."""

import base64

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from collections_app.selectors.role_policies import demands_totp


class StaffAccountAdapter(DefaultAccountAdapter):
    """Sign-in for people an administrator has entered."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class StaffMfaAdapter(DefaultMFAAdapter):
    """One-time password seeds at rest are unreadable without the field keys."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if demands_totp(authenticator.user):
            return False
        return bool(super().can_delete_authenticator(authenticator))


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(bytes.fromhex(key))) for key in settings.FIELD_KEYS.values()])
