"""The production context."""

from service.inspection import Context
from service.production import Production


def test_the_shift_goes_by_the_clock_until_somebody_sets_one() -> None:
    production = Production(lambda: "late")
    assert production.context() == Context("", "", "late")
    production.change({"order": "A-17", "shift": "special"})
    assert production.context() == Context("A-17", "", "special")
    production.change({"shift": ""})
    assert production.context() == Context("A-17", "", "late")


def test_what_was_changed_is_kept_and_comes_back() -> None:
    kept: list[dict[str, object]] = []
    production = Production(lambda: "")
    production.on_change = kept.append
    production.change({"strings": ["a", "b", "c", "d"]})
    assert Production(lambda: "", kept[-1]).strings == ("a", "b", "c", "d")
