"""Inviting the customer to a session, through the bank's one sender."""

from datetime import datetime
from zoneinfo import ZoneInfo

from collections_app.models import Customer
from mediation.domain.kinds import Kind
from mediation.models import Mediation, Session
from notifications.services import messages

_KINDS = {Kind.MEDIATION: "mediation_invitation", Kind.NEGOTIATION: "negotiation_invitation"}
