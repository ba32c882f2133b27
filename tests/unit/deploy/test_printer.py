import pytest

from deploy.local.printer import readable

CASES = [
    ("an event and its facts", '{"event": "polled", "feed": "aa", "n": 3}', "polled  feed=aa  n=3"),
    ("what honcho says itself", '{"event": "up", "level": "info", "timestamp": ""}', "up"),
    ("a warning is marked", '{"event": "late", "level": "warning"}', "! late"),
    ("an error is marked", '{"event": "broken", "level": "error"}', "✘ broken"),
    ("chatter of a library is not told", '{"event": "x", "logger": "kafka.conn"}', None),
    ("its trouble is", '{"event": "x", "level": "warning", "logger": "kafka.conn"}', "! x"),
    ("what a machine needs is left out", '{"event": "away", "detail": "errno 2"}', "away"),
    ("what is not JSON stays", "★ alert 1: …", "★ alert 1: …"),
    ("JSON that is no log line stays", "[1, 2]", "[1, 2]"),
    ("Persian stays readable", '{"event": "ایران"}', "ایران"),
]


@pytest.mark.parametrize(("rule", "line", "told"), CASES, ids=[case[0] for case in CASES])
def test_a_log_line_is_made_readable(rule: str, line: str, told: str | None) -> None:
    assert readable(line) == told, rule
