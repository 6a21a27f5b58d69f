"""How allauth is bent to a bank's staff: accounts are given, never taken, and TOTP seeds encrypted."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.handlers.database import AxesDatabaseHandler
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from collections_app.models import Staff
from collections_app.selectors.role_policies import demands_totp
from collections_app.services import addresses, clock, sign_in

# The package's own Chinese has four names for one thing; our catalogue gives it one.
NAMES = (gettext_noop("Authenticator code"),)


def address_of_request(request: HttpRequest) -> str | None:
    """Return the address a request comes from: by it failed sign-ins are counted."""
    return addresses.address_of(request.META)


def name_counted(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name a failed sign-in is counted under: people are found however their name is written."""
    return sign_in.counted(str((credentials or request.POST).get("username") or ""))


class StaffAccountAdapter(DefaultAccountAdapter):
    """Sign-in for people an administrator has entered."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address the package's own limits go by."""
        return address_of_request(request) or ""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """Return the password a person chooses. Raise ValidationError when it is too weak, or the present one."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("This is your present password. Choose another one."), code="same_password")
        return str(super().clean_password(password, user))

    def set_password(self, user: Any, password: str) -> None:
        sign_in.choose_password(staff=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to work: who has just chosen a password has nothing more to do on its page."""
        return str(resolve_url(settings.LOGIN_REDIRECT_URL))

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse a given password that has lain too long, before a second step is asked for."""
        if sign_in.given_password_is_over(staff=user, now=clock.now()):
            clear_login(request)
            messages.error(request, _("The password you were given has expired. Ask an administrator for a new one."))
            return HttpResponseRedirect(reverse("account_login"))
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign the person out here and wherever else they are signed in."""
        if isinstance(request.user, Staff):
            sign_in.end_sessions(staff_id=request.user.pk)
        super().logout(request)


class SignInHandler(AxesDatabaseHandler):
    """Failed sign-ins, counted by account and, with a much higher limit, by address."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        address, at = request.axes_ip_address, request.axes_attempt_time
        request.address_is_locked = bool(address) and sign_in.address_is_locked(address=address, at=at)
        if request.address_is_locked:
            request.axes_locked_out = True
        return bool(request.address_is_locked)

    def user_login_failed(self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any) -> None:
        """Count it, unless the address was refused before the password was looked at."""
        if not getattr(request, "address_is_locked", False):
            super().user_login_failed(sender, credentials, request, **kwargs)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Return the page that says who has to wait, and for how long: this account, or everybody at this address."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"by_address": getattr(request, "address_is_locked", False), "minutes": minutes}
    return render(request, "core/locked_out.html", context, status=429)


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
