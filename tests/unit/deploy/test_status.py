from deploy.local.status import line, totals

FETCHER = """\
# TYPE newswatch_fetcher_feeds gauge
newswatch_fetcher_feeds{condition="well"} 5.0
newswatch_fetcher_feeds{condition="failing"} 84.0
# TYPE newswatch_fetcher_entries_total counter
newswatch_fetcher_entries_total{state="published-new"} 9.0
newswatch_fetcher_entries_total{state="undated-repaired"} 1.0
newswatch_fetcher_entries_total{state="already-seen"} 40.0
"""
PROCESSORS = """\
# TYPE newswatch_records_total counter
newswatch_records_total{stage="tag",outcome="passed"} 10.0
newswatch_records_total{stage="tag",outcome="undecodable"} 1.0
newswatch_records_total{stage="select",outcome="passed"} 6.0
newswatch_records_total{stage="gather",outcome="failed"} 2.0
"""
ALERTING = """\
# TYPE newswatch_alerting_alerts_total counter
newswatch_alerting_alerts_total{receiver="sink",outcome="delivered"} 6.0
newswatch_alerting_alerts_total{receiver="terminal",outcome="delivered"} 6.0
"""


def test_the_line_adds_up_what_the_services_count() -> None:
    assert line(totals([FETCHER, PROCESSORS, ALERTING])) == (
        "feeds: 5 answer, 84 do not · 10 new articles · 6 matched · 12 alerts delivered · "
        "3 put aside"
    )


def test_a_service_that_is_not_up_yet_counts_nothing() -> None:
    assert line(totals(["", "", ""])) == (
        "feeds: 0 answer, 0 do not · 0 new articles · 0 matched · 0 alerts delivered · 0 put aside"
    )
