import pytest

from services.ops.listing import print_lines


def test_what_there_is_goes_to_standard_output_alone(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(iter(["one", "two"]), nothing="none")

    assert capsys.readouterr() == ("one\ntwo\n", "")


def test_that_there_is_nothing_is_told_but_is_no_line_of_the_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_lines([], nothing="no silence is in force")

    assert capsys.readouterr() == ("", "no silence is in force\n")
