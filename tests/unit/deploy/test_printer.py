import pytest

from deploy.local.printer import readable

CASES = [
    ("an event and its facts", '{"event": "polled", "feed": "aa", "n": 3}', "polled  feed=aa  n=3"),
    ("what honcho says itself", '{"event": "up", "level": "info", "timestamp": ""}', "up"),
    ("a warning is marked", '{"event": "late", "level": "warning"}', "! late"),
    ("an error is marked", '{"event": "broken", "level": "error"}', "✘ broken"),
    ("what is not JSON stays", "★ alert 1: …", "★ alert 1: …"),
    ("JSON that is no log line stays", "[1, 2]", "[1, 2]"),
    ("Persian stays readable", '{"event": "ایران"}', "ایران"),
]


@pytest.mark.parametrize(("rule", "line", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_log_line_is_made_readable(rule: str, line: str, told: str) -> None:
    assert readable(line) == told, rule
