"""The kernel is asked, whatever it answers."""

from service import clock


def test_the_kernel_answers_yes_or_no() -> None:
    assert clock.synchronised() in (True, False)
