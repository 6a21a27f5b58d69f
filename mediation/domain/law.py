"""What disputes are about, as passages of law are looked up by."""

from collections_app.domain.terms import TermList

DISPUTE_TYPES = TermList(
    ("over_limit", "超限透支", "Over the limit"),
    ("fee_or_interest", "费用或利息", "Fees or interest"),
    ("instalment_wish", "希望分期", "Wish for instalments"),
    ("unauthorised_transaction", "非本人交易", "Transaction by somebody else"),
    ("identity", "冒名开户", "Opened in somebody else's name"),
    ("loan_terms", "贷款条款", "Terms of the loan"),
    ("other", "其他", "Something else"),
)
# Of disputes whose type nobody has named: what most of them come to.
USUAL_TYPE = "instalment_wish"
# The bank's list of disputes is longer than the law's questions: what several of them come to.
_COMES_TO = {
    "fees": "fee_or_interest",
    "amount": "fee_or_interest",
    "not_mine": "unauthorised_transaction",
    "merchant": "unauthorised_transaction",
}

PASSAGE_PRODUCTS = TermList(
    ("any", "不限产品", "Any product"),
    ("card", "信用卡", "Credit card"),
    ("loan", "贷款", "Loan"),
)


def type_of(dispute: str) -> str:
    """Return as which type of dispute the law on a dispute of the bank's list is looked up."""
    found = _COMES_TO.get(dispute, dispute)
    return found if found in DISPUTE_TYPES else USUAL_TYPE
