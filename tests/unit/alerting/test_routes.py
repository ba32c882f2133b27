"""Whom to tell and when: the tree, the threshold of notice, and every kind of waiting."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from services.alerting.admit import admitted
from services.alerting.configuration import read_configuration, read_routes
from services.alerting.decide import Manner
from services.alerting.ledger import Ledger
from services.alerting.message import Reason
from services.alerting.notice import is_notice
from services.alerting.route import directives
from services.alerting.silence import Silence, silenced
from services.alerting.tree import Cover, Route, rooted
from services.alerting.windows import Digest, Window
from shared.config import ConfigError
from shared.identity import alert_id
from shared.records import BlocShare, Delivery, EventKind, Outcome, StoryEvent
from shared.vault import Vault
from tests.unit.alerting.stories import story_event

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)  # a Friday; 15:00 in Istanbul
HOUR = timedelta(hours=1)


def tree(tmp_path: Path, text: str) -> Route:
    file = tmp_path / "routes.toml"
    file.write_text(text, encoding="utf-8")
    return read_routes(file)


def told(root: Route, event: StoryEvent, now: datetime = NOON) -> set[str]:
    return set(directives(root, event, now, lambda *_: False))


def due(
    root: Route, event: StoryEvent, now: datetime = NOON, ledger: Ledger | None = None
) -> Delivery | Reason:
    directive = directives(root, event, now, lambda *_: False).get("desk")
    return admitted(
        event,
        directive,
        receiver="desk",
        asked="",
        replay=False,
        manner=Manner(),
        ledger=ledger or Ledger(),
        now=now,
    )


def at(
    root: Route, event: StoryEvent, now: datetime = NOON, ledger: Ledger | None = None
) -> datetime:
    alert = due(root, event, now, ledger)
    assert isinstance(alert, Delivery)
    assert alert.next_at is not None
    return alert.next_at


def after_telling(root: Route, event: StoryEvent, now: datetime) -> Ledger:
    """The ledger once this event was told."""
    ledger = Ledger()
    alert = due(root, event, now)
    assert isinstance(alert, Delivery)
    ledger.enter(replace(alert, outcome=Outcome.DELIVERED, at=now, held=None), 0)
    return ledger


TREE = """
[[route]]
name = "all"
receivers = ["terminal"]
notice = ["opened"]

[[route.routes]]
name = "arabic"
match = { languages = ["ar"] }
receivers = ["desk"]
continue = true

[[route.routes]]
name = "many"
match = { min_languages = 3 }
receivers = ["chief"]

[[route.routes]]
name = "also-many"
match = { min_languages = 2 }
receivers = ["late"]
"""


@pytest.mark.parametrize(
    ("event", "receivers"),
    [
        (story_event("en"), {"terminal"}),
        (story_event("ar"), {"desk"}),
        (story_event("en", others=("tr",)), {"late"}),
        (story_event("ar", others=("en", "tr")), {"desk", "chief"}),
    ],
    ids=["no child takes it", "one does", "the second does", "continue asks the next"],
)
def test_the_first_child_wins_unless_it_continues(
    tmp_path: Path, event: StoryEvent, receivers: set[str]
) -> None:
    assert told(tree(tmp_path, TREE), event) == receivers


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        ('watch = ["iran-turkiye"]', True),
        ('watch = ["other"]', False),
        ('level = ["co-mention"]', False),
        ('kind = ["opened"]', True),
        ('kind = ["grew"]', False),
        ('topics = ["diplomacy", "sport"]', True),
        ('topics = ["sport"]', False),
        ('languages = ["tr"]', False),
        ('blocs = ["bloc-shati"]', True),
        ('blocs = ["bloc-kiyi"]', False),
        ('families = ["shati"]', True),
        ('families = ["kiyi"]', False),
        ('outlets = ["nobody"]', False),
        ("min_score = 0.95", False),
        ("min_families = 2", True),
        ("min_families = 3", False),
        ('silent_blocs = ["bloc-kiyi"]', True),
        ('silent_blocs = ["bloc-shati"]', False),
        ('silent_blocs = ["bloc-kiyi"]\nmatch.silent_for = "3h"', False),
    ],
)
def test_every_condition_counts(tmp_path: Path, match: str, taken: bool) -> None:  # noqa: FBT001
    root = tree(tmp_path, f'[[route]]\nname = "r"\nreceivers = ["desk"]\nmatch.{match}\n')
    assert bool(told(root, story_event("ar", others=("en",)))) is taken


def test_a_bloc_has_reported_it_though_its_articles_are_no_longer_listed(tmp_path: Path) -> None:
    event = story_event("en")
    share = BlocShare(bloc="bloc-shati", outlet="o", article="a", at=NOON, lag_s=0.0, articles=1)
    event = replace(event, story=replace(event.story, blocs=(share,)))
    for match, taken in (
        ('blocs = ["bloc-shati"]', True),
        ('silent_blocs = ["bloc-shati"]', False),
    ):
        root = tree(tmp_path, f'[[route]]\nname = "r"\nreceivers = ["desk"]\nmatch.{match}\n')
        assert bool(told(root, event)) is taken


def test_what_a_route_does_not_say_it_has_from_those_above_however_far(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        """
[[route]]
name = "top"
receivers = ["desk"]
group_wait = "30s"

[[route.routes]]
name = "middle"
match.languages = ["en"]

[[route.routes.routes]]
name = "low"
match.kind = ["opened"]
group_by = ["watch"]
""",
    )
    alert = due(root, story_event("en"))
    assert isinstance(alert, Delivery)
    assert alert.next_at == NOON + timedelta(seconds=30)
    assert alert.route == "/top/middle/low"
    assert alert.group == "/top/middle/low watch=iran-turkiye"


@pytest.mark.parametrize(
    ("kind", "new", "threshold", "passes"),
    [
        (EventKind.OPENED, (), ["opened"], True),
        (EventKind.GREW, ("language:tr",), ["opened"], False),
        (EventKind.GREW, ("language:tr",), ["new-language"], True),
        (EventKind.GREW, ("family:aa",), ["new-language", "new-fact"], False),
        (EventKind.GREW, ("number:56",), ["new-fact"], True),
        (EventKind.REVISED, ("level:bilateral",), ["escalation"], True),
        (EventKind.REVISED, (), ["revised"], True),
    ],
)
def test_the_threshold_of_notice(
    kind: EventKind,
    new: tuple[str, ...],
    threshold: list[str],
    passes: bool,  # noqa: FBT001
) -> None:
    event = story_event(kind=kind, new=new)
    assert is_notice(event, threshold) is passes
    root = rooted((Route(name="r", receivers=("desk",), notice=tuple(threshold)),))
    assert directives(root, event, NOON, lambda *_: False)["desk"].edit is not passes


def route(tmp_path: Path, more: str) -> Route:
    own = '[[route]]\nname = "r"\nreceivers = ["desk"]\ntimezone = "Europe/Istanbul"\n'
    return tree(tmp_path, own + more)


def test_nothing_said_is_now_and_each_story_by_itself(tmp_path: Path) -> None:
    root = route(tmp_path, "")
    assert at(root, story_event()) == NOON
    alerts = [due(root, story_event("en", number)) for number in range(2)]
    assert len({alert.group for alert in alerts if isinstance(alert, Delivery)}) == 2


def test_an_alert_knows_whether_its_route_catches_up(tmp_path: Path) -> None:
    for said, catches_up in (
        ("", False),
        ('catch_up = "each"', False),
        ('catch_up = "digest"', True),
    ):
        alert = due(route(tmp_path, said), story_event())
        assert isinstance(alert, Delivery)
        assert alert.catch_up is catches_up


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("0", 0), ('"45s"', 45), ('"2m"', 120), ('"1h30m"', 5400), ('"1d"', 86400)],
)
def test_a_length_of_time_is_read_as_people_write_it(
    tmp_path: Path, said: str, seconds: int
) -> None:
    root = route(tmp_path, f"group_wait = {said}\n")
    assert at(root, story_event()) == NOON + timedelta(seconds=seconds)


def test_the_first_of_a_group_waits_and_the_next_join_it(tmp_path: Path) -> None:
    root = route(tmp_path, 'group_by = ["watch"]\ngroup_wait = "30s"\n')
    first, ledger = due(root, story_event("en", 1)), Ledger()
    assert isinstance(first, Delivery)
    ledger.enter(first, 0)
    assert first.next_at == NOON + timedelta(seconds=30)
    later = NOON + timedelta(seconds=20)
    assert at(root, story_event("en", 2), later, ledger) == first.next_at


def test_of_what_waits_in_a_group_the_first_is_joined_but_no_other_group_nor_a_retry(
    tmp_path: Path,
) -> None:
    """A retry may be hours ahead."""
    root = route(tmp_path, 'group_by = ["watch"]\ngroup_wait = "30s"\n')
    first, ledger = due(root, story_event("en", 1)), Ledger()
    assert isinstance(first, Delivery)
    for number, (later, more) in enumerate(
        [
            (timedelta(minutes=9), {}),
            (timedelta(minutes=7), {}),
            (timedelta(minutes=1), {"group": "another"}),
            (timedelta(minutes=2), {"outcome": Outcome.RETRY, "step": 1}),
            (timedelta(minutes=3), {"edit": True}),
        ]
    ):
        ledger.enter(replace(first, alert=str(number), next_at=NOON + later, **more), 0)
    assert at(root, story_event("en", 2), NOON, ledger) == NOON + timedelta(minutes=7)
    del ledger.waiting["0"], ledger.waiting["1"]
    assert at(root, story_event("en", 2), NOON, ledger) == NOON + timedelta(seconds=30)


def test_the_longest_interval_counts(tmp_path: Path) -> None:
    own = (
        'notice = ["opened", "grew"]\ngroup_interval = "2h"\nrepeat_interval = "3h"\npace = "1h"\n'
    )
    root = route(tmp_path, own)
    ledger = after_telling(root, story_event("en"), NOON)
    grew = story_event("en", kind=EventKind.GREW)
    assert at(root, grew, NOON, ledger) == NOON + 3 * HOUR


def test_intervals_count_from_what_was_told(tmp_path: Path) -> None:
    for said in ('group_interval = "1h"', 'repeat_interval = "1h"', 'pace = "1h"'):
        root = route(tmp_path, f'notice = ["opened", "grew"]\n{said}\n')
        ledger = after_telling(root, story_event("en"), NOON)
        grew = story_event("en", kind=EventKind.GREW)
        assert at(root, grew, NOON + HOUR / 4, ledger) == NOON + HOUR
        assert at(root, grew, NOON + 2 * HOUR, ledger) == NOON + 2 * HOUR


def test_what_a_clock_told_that_ran_ahead_holds_nothing_up_for_longer_than_the_interval(
    tmp_path: Path,
) -> None:
    for said in ('group_interval = "1h"', 'repeat_interval = "1h"', 'pace = "1h"'):
        root = route(tmp_path, f'notice = ["opened", "grew"]\n{said}\n')
        ledger = after_telling(root, story_event("en"), NOON + 72 * HOUR)
        assert at(root, story_event("en", kind=EventKind.GREW), NOON, ledger) == NOON + HOUR


def test_what_a_clock_told_that_ran_ahead_is_in_no_budget_of_today(tmp_path: Path) -> None:
    root = route(tmp_path, "daily_budget = 1\n")
    ledger = after_telling(root, story_event("en", 1), NOON + 72 * HOUR)
    assert at(root, story_event("en", 2), NOON, ledger) == NOON


def test_what_is_over_the_budget_is_told_in_a_digest_after_midnight(tmp_path: Path) -> None:
    root = route(tmp_path, "daily_budget = 1\n")
    ledger = after_telling(root, story_event("en", 1), NOON)
    alert = due(root, story_event("en", 2), NOON, ledger)
    assert isinstance(alert, Delivery)
    assert alert.digest
    assert alert.next_at == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)  # midnight in Istanbul
    tomorrow = NOON + 24 * HOUR
    assert at(root, story_event("en", 3), tomorrow, ledger) == tomorrow


@pytest.mark.parametrize(
    ("now", "wake"),
    [
        (NOON, NOON),
        (datetime(2026, 11, 20, 20, 30, tzinfo=UTC), datetime(2026, 11, 21, 4, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 3, 59, tzinfo=UTC), datetime(2026, 11, 21, 4, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 4, 0, tzinfo=UTC), datetime(2026, 11, 21, 4, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_in_the_zones_morning(
    tmp_path: Path, now: datetime, wake: datetime
) -> None:
    root = route(tmp_path, 'quiet = [{ from = "22:00", to = "07:00" }]\n')
    assert at(root, story_event(), now) == wake


def test_all_that_was_quiet_is_one_digest(tmp_path: Path) -> None:
    root = route(tmp_path, 'quiet = [{ from = "22:00", to = "07:00" }]\n')
    night = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    alerts = [due(root, story_event("en", n), night + n * HOUR) for n in range(3)]
    assert len({a.group for a in alerts if isinstance(a, Delivery)}) == 1


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ('{ every = "hour" }', NOON + HOUR),
        ('{ every = "day", at = "18:00" }', datetime(2026, 11, 20, 15, 0, tzinfo=UTC)),
        ('{ every = "day", at = "09:00" }', datetime(2026, 11, 21, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_digest_goes_out_at_its_hour(tmp_path: Path, said: str, when: datetime) -> None:
    root = route(tmp_path, f"digest = {said}\n")
    alerts = [due(root, story_event("en", number)) for number in range(2)]
    assert [(a.next_at, a.digest) for a in alerts if isinstance(a, Delivery)] == [(when, True)] * 2
    assert len({a.group for a in alerts if isinstance(a, Delivery)}) == 1


def test_an_hourly_digest_goes_out_at_the_full_hour_of_its_own_time_zone(tmp_path: Path) -> None:
    root = route(tmp_path, 'digest = { every = "hour" }\n')
    tehran = root.routes[0].model_copy(update={"timezone": "Asia/Tehran"})  # 15:30 at noon
    root = root.model_copy(update={"routes": (tehran,)})

    assert at(root, story_event()) == NOON + HOUR / 2


def test_mute_times_mute_on_their_days(tmp_path: Path) -> None:
    root = route(tmp_path, 'mute = [{ from = "14:00", to = "16:00", days = ["fri"] }]\n')
    assert due(root, story_event()) is Reason.MUTED
    assert isinstance(due(root, story_event(), NOON + 24 * HOUR), Delivery)


def test_what_came_before_a_mute_time_and_is_read_in_it_waits_for_its_end(tmp_path: Path) -> None:
    root = route(tmp_path, 'mute = [{ from = "14:00", to = "16:00" }]\n')
    before = directives(root, story_event(), NOON - 2 * HOUR, lambda *_: False)["desk"]

    alert = admitted(
        story_event(), before, receiver="desk", asked="", replay=False, manner=Manner(),
        ledger=Ledger(), now=NOON,
    )  # fmt: skip

    assert isinstance(alert, Delivery)
    assert alert.next_at == NOON + HOUR  # 16:00 in Istanbul


@pytest.mark.parametrize(
    ("window", "now", "end"),
    [
        # Berlin goes from 02:00 to 03:00 on 29 March 2026, and from 03:00 to 02:00 on 25 October
        ("23:00 07:00", "2026-03-29T00:30+01:00", "2026-03-29T07:00+02:00"),
        ("23:00 07:00", "2026-10-25T00:30+02:00", "2026-10-25T07:00+01:00"),
        ("23:00 02:30", "2026-03-29T01:59+01:00", "2026-03-29T03:30+02:00"),
        ("02:30 06:00", "2026-10-25T02:15+02:00", None),
        ("02:30 06:00", "2026-10-25T02:15+01:00", "2026-10-25T06:00+01:00"),  # begun for good
        ("23:00 02:30", "2026-10-25T02:15+02:00", "2026-10-25T02:30+02:00"),
        ("23:00 02:30", "2026-10-25T02:15+01:00", None),  # ended for good
        ("23:00 07:00", "2026-12-31T23:30+01:00", "2027-01-01T07:00+01:00"),
        ("23:00 07:00", "2028-02-28T23:30+01:00", "2028-02-29T07:00+01:00"),
        ("23:00 07:00", "2028-02-29T23:30+01:00", "2028-03-01T07:00+01:00"),
        ("00:00 00:00", "2026-10-25T12:00+01:00", "2026-10-26T00:00+01:00"),
        ("09:00 10:00", "2026-11-20T09:00+01:00", "2026-11-20T10:00+01:00"),
        ("09:00 10:00", "2026-11-20T10:00+01:00", None),
    ],
)
def test_quiet_hours_begin_and_end_once_whatever_the_clock_does(
    window: str, now: str, end: str | None
) -> None:
    start, stop = window.split()
    quiet = Window.model_validate({"from": start, "to": stop})
    expected = end and datetime.fromisoformat(end)
    assert quiet.end_of(datetime.fromisoformat(now), "Europe/Berlin") == (expected or None)


def test_an_hourly_digest_is_still_to_come_where_clocks_go_back_by_half_an_hour() -> None:
    digest = Digest(every="hour")
    for now, then in (
        ("2021-04-04T01:45+11:00", "2021-04-04T01:30+10:30"),  # 02:00 before they went back
        ("2021-04-04T01:30+10:30", "2021-04-04T02:00+10:30"),
        ("2021-10-03T01:45+10:30", "2021-10-03T02:30+11:00"),  # they go forward
        ("2021-10-03T12:00:10.5+11:00", "2021-10-03T13:00+11:00"),
    ):
        moment = datetime.fromisoformat(now)
        assert digest.next_after(moment, "Australia/Lord_Howe") == datetime.fromisoformat(then)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Cairo"])
@pytest.mark.parametrize("hour", ["00:00", "00:30", "01:30", "02:30", "08:00"])
def test_a_daily_digest_goes_out_once_a_day_on_every_day_of_the_year(zone: str, hour: str) -> None:
    digest = Digest.model_validate({"every": "day", "at": hour})
    now = datetime(2027, 12, 20, tzinfo=UTC)
    days = []
    while len(days) < 400:
        then = digest.next_after(now, zone)
        assert then > now
        assert digest.next_after(then - timedelta(seconds=1), zone) == then
        days.append(then.astimezone(ZoneInfo(zone)).date())
        now = then
    assert days == [days[0] + timedelta(days=n) for n in range(400)]


def test_what_is_over_the_budget_waits_for_the_next_day_however_long_this_one_is(
    tmp_path: Path,
) -> None:
    root = route(tmp_path, "daily_budget = 1\n")
    berlin = root.routes[0].model_copy(update={"timezone": "Europe/Berlin"})
    root = root.model_copy(update={"routes": (berlin,)})
    for now, then in (
        ("2026-10-25T00:30+02:00", "2026-10-26T00:00+01:00"),  # 25 hours
        ("2026-03-28T23:30+01:00", "2026-03-29T00:00+01:00"),  # before one of 23
    ):
        moment = datetime.fromisoformat(now)
        ledger = after_telling(root, story_event("en", 1), moment)
        assert at(root, story_event("en", 2), moment, ledger) == datetime.fromisoformat(then)


def test_a_silence_covers_what_it_says_while_it_holds() -> None:
    event = story_event()
    silence = Silence(id="s", until=NOON, made=NOON - 2 * HOUR, story=event.story.id)
    assert silenced([silence], event, "desk", NOON - HOUR)
    assert not silenced([silence], event, "desk", NOON)
    assert not silenced([silence], event, "desk", NOON - 3 * HOUR)
    assert not silenced([silence], story_event("tr", 9), "desk", NOON - HOUR)


@pytest.mark.parametrize(
    ("fits", "not_this"),
    [
        ({"receiver": "desk"}, {"receiver": "chief"}),
        ({"watch": "iran-turkiye"}, {"watch": "other"}),
        ({"topic": "diplomacy"}, {"topic": "sport"}),
        ({"outlet": "Shoreline News"}, {"outlet": "Kıyı Ajansı"}),
    ],
    ids=["a receiver", "a watch", "a topic", "an outlet that alone tells it"],
)
def test_all_that_a_silence_says_must_fit(fits: dict[str, str], not_this: dict[str, str]) -> None:
    event = story_event()
    silence = Silence(id="s", until=NOON, made=NOON - HOUR, story=event.story.id, **fits)
    other = Silence(id="s", until=NOON, made=NOON - HOUR, story=event.story.id, **not_this)
    assert silenced([other, silence], event, "desk", NOON - HOUR)
    assert not silenced([other], event, "desk", NOON - HOUR)


def test_an_outlets_silence_does_not_cover_what_another_tells_too() -> None:
    silence = Silence(id="s", until=NOON, made=NOON - HOUR, outlet="Shoreline News")
    assert not silenced([silence], story_event("en", others=("tr",)), "desk", NOON - HOUR)


def test_a_silence_holds_at_once_though_the_clock_of_its_maker_runs_a_little_ahead() -> None:
    silence = Silence(id="s", until=NOON, made=NOON - HOUR + timedelta(seconds=50))
    assert silenced([silence], story_event(), "desk", NOON - HOUR)


def test_what_is_silenced_says_so_though_it_is_muted_too(tmp_path: Path) -> None:
    root = route(tmp_path, 'mute = [{ from = "14:00", to = "16:00" }]\n')
    for covered, why in ((True, Reason.SILENCED), (False, Reason.MUTED)):
        this = (story_event(), "desk", NOON) if covered else ()
        found = directives(root, story_event(), NOON, lambda *of, this=this: of == this)
        assert found["desk"].unsaid is why


def test_a_silence_made_in_the_year_that_empty_dates_print_as_holds() -> None:
    """Written by another program; an error here would put every event aside."""
    ever = Silence(id="s", until=NOON, made=datetime.min.replace(tzinfo=UTC))
    assert silenced([ever], story_event(), "desk", NOON - HOUR)
    assert not silenced([ever], story_event(), "desk", NOON)


def test_a_replay_is_told_to_nobody_but_whom_it_is_asked_for() -> None:
    event, ledger = story_event(), Ledger()

    def result(asked: str) -> Delivery | Reason:
        return admitted(
            event,
            None,
            receiver="desk",
            asked=asked,
            replay=True,
            manner=Manner(),
            ledger=ledger,
            now=NOON,
        )

    assert result("") is Reason.REPLAY
    assert result("other") is Reason.REPLAY
    alert = result("desk")
    assert isinstance(alert, Delivery)
    assert alert.alert == alert_id(event.id, "desk")
    ledger.enter(alert, 0)
    assert result("desk") is Reason.DUPLICATE


BAD = [
    ('group_wait = "soon"', "route.0.group_wait"),
    ('notice = ["everything"]', "route.0.notice"),
    ('timezone = "Mars/Olympus"', "route.0.timezone"),
    ("surprise = 1", "route.0.surprise"),
    ('repeat_interval = "181d"', "route.0.repeat_interval"),
    ('group_wait = "99999999d"', "longer than a hundred years"),
    ("group_wait = 30", "not a length of time"),
    ('receivers = ["nobody"]', "no receiver 'nobody'"),
]


@pytest.mark.parametrize(("line", "said"), BAD)
def test_a_bad_file_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    receivers, routes = tmp_path / "receivers.toml", tmp_path / "routes.toml"
    receivers.write_text('[receiver.desk]\nkind = "log"\n', encoding="utf-8")
    routes.write_text(f'[[route]]\nname = "r"\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_configuration(receivers, routes, Vault({}))
    (mistake,) = error.value.mistakes
    assert said in mistake
    assert mistake.startswith(f"{routes}:4: ")


def test_a_secret_that_is_not_there_is_told_by_its_reference(tmp_path: Path) -> None:
    receivers = tmp_path / "receivers.toml"
    (tmp_path / "routes").mkdir()
    receivers.write_text(
        '\n[receiver.desk]\nkind = "slack"\nurl = "env:NO_URL"\n', encoding="utf-8"
    )
    with pytest.raises(ConfigError) as error:
        read_configuration(receivers, tmp_path / "routes", Vault({}))
    (mistake,) = error.value.mistakes
    assert mistake == f"{receivers}:2: receiver.desk: the environment variable NO_URL is not set"


def test_a_secret_in_the_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    receivers = tmp_path / "receivers.toml"
    (tmp_path / "routes").mkdir()
    text = '[receiver.bot]\nkind = "telegram"\nchat = 1\ntoken = "123:planted"\n'
    receivers.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_configuration(receivers, tmp_path / "routes", Vault({}))
    assert "planted" not in str(error.value)
    assert ":4: " in str(error.value)


def test_every_key_of_a_route_is_in_the_documentation() -> None:
    page = Path(__file__).parents[3] / "docs/alerting/routes.md"
    said = set(re.findall(r"`([a-z_]+)`", page.read_text(encoding="utf-8")))
    keys = {field.alias or name for name, field in Route.model_fields.items()} - {"path", "routes"}
    assert keys | Cover.model_fields.keys() <= said
