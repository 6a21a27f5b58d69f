"""The facts of repayment."""

from repayment.models.application import ArrangementApplication
from repayment.models.gateway_notice import GatewayNotice
from repayment.models.payment import HeldPayment, Payment
from repayment.models.sandbox_order import SandboxOrder
from repayment.models.settlement import SettlementDifference, SettlementFile, SettlementLine

__all__ = [
    "ArrangementApplication",
    "GatewayNotice",
    "HeldPayment",
    "Payment",
    "SandboxOrder",
    "SettlementDifference",
    "SettlementFile",
    "SettlementLine",
]
