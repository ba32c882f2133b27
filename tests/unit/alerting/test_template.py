"""Templates that users write: used where they can be, refused where they cannot."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.alerting.configuration import read_configuration
from services.alerting.receivers import blocks, discord, email, log, mattermost, ntfy, telegram
from services.alerting.template import rendered
from services.alerting.view import Reader, view
from shared.config import ConfigError
from shared.vault import Vault
from tests.unit.alerting.golden import message

OWN = "{{ headline }}\n{{ outlet|upper }} says: {% for p in quote %}{{ p.text }}{% endfor %}"


def test_the_readers_own_words_are_told() -> None:
    told, reader = message("en"), Reader(template=OWN)
    says = "The Iranian minister landed in Ankara on Friday morning"
    assert says in telegram.payload(told, reader)["text"]
    assert says in ntfy.payload(told, reader)["message"]
    assert says in discord.payload(told, reader)["embeds"][0]["description"]
    assert says in mattermost.payload(told, reader)["text"]
    assert says in str(blocks.body(told, reader)["blocks"])
    assert says in log.payload(told, reader)
    mail = email.payload(
        told, Reader(template=f"A word: {OWN}"), sender="a@b.example", to=("c@d.example",)
    )
    assert mail["Subject"] == f"A word: {told.event.story.headline}"


def test_markup_in_a_template_is_text() -> None:
    told = telegram.payload(message("en"), Reader(template="<b>{{ headline }}</b>"))
    assert "&lt;b&gt;" in told["text"]


@pytest.mark.parametrize(
    "source",
    [
        "{{ headlin }}",
        "{% for %}",
        "{{ headline.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{% for n in range(10000000) %}x{% endfor %}",
        "  ",
        '{{ "%(x)s" % {} }}',
        '{{ "{0}".format() }}',
        '{{ headline.encode("xx") }}',
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    ],
    ids=[
        *("a name that is not", "no Jinja", "a way out", "a sum that fails"),
        *("without end", "empty"),
        *("a key that is not", "a place that is not", "no encoding", "bottomless", "as deep"),
    ],
)
def test_a_bad_template_is_refused_when_read(tmp_path: Path, source: str) -> None:
    file = tmp_path / "receivers.toml"
    text = f"[receiver.desk]\nkind = \"log\"\ntemplate = '{source}'\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_configuration(file, tmp_path / "none", Vault({}))
    assert f"{file}:3: receiver.desk" in str(error.value)


def test_an_alert_that_a_template_cannot_tell_is_told_the_usual_way() -> None:
    seen = replace(view(message("en").event, Reader()), topics=())
    assert rendered("{{ topics[0].strip() }}", seen) == []
    assert rendered('{{ "%(x)s" % {} }}', seen) == []
