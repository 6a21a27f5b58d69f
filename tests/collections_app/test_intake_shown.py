"""What a page shows of rejected values."""

from collections_app.domain.intake.shown import shown


def test_a_persons_values_are_masked_and_others_only_when_they_cannot_be_what_they_should() -> None:
    """A long text in a column of amounts is somebody's number in the wrong place."""
    cases = {
        ("name", "陈晓梅"): "陈··",
        ("mobile", "13812346612"): "138····6612",
        ("id_number", "110101199003070078"): "110···········0078",
        ("birth_date", "1990-02-31"): "19····",
        ("email", "someone@nowhere"): "so····",
        ("customer_no", "C1"): "····",
        ("transactions.account_no", "6200000000000100"): "····0100",
        ("name", ""): "",
        ("limit", "-1"): "-1",
        ("limit", "6200000000000100"): "6200····",
    }
    assert {case: shown(*case) for case in cases} == cases
