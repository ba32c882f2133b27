from base64 import urlsafe_b64decode
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deploy.local.apache import cluster_id, properties


def test_every_name_and_value_of_the_configuration_is_on_a_line_of_its_own() -> None:
    text = properties(port=9092, controller_port=9093)

    lines = dict(line.split("=", 1) for line in text.splitlines())
    assert lines["log.dirs"] == "data"
    assert lines["advertised.listeners"] == "PLAINTEXT://127.0.0.1:9092"
    assert lines["controller.quorum.voters"] == "1@127.0.0.1:9093"


def test_a_topic_is_never_made_by_accident() -> None:
    text = properties(port=1, controller_port=2)

    assert "auto.create.topics.enable=false\n" in text


def test_only_this_machine_can_reach_it() -> None:
    text = properties(port=1, controller_port=2)

    listeners = next(line for line in text.splitlines() if line.startswith("listeners="))
    assert all("//127.0.0.1:" in listener for listener in listeners.split(","))


@given(st.uuids())
def test_a_cluster_id_is_sixteen_bytes_and_never_looks_like_an_option(chance: UUID) -> None:
    made = cluster_id(chance)

    assert len(urlsafe_b64decode(f"{made}==")) == 16
    assert "-" not in made


def test_not_even_where_chance_would_have_it_begin_with_a_dash() -> None:
    assert cluster_id(UUID(int=0xF8 << 120)) == "A" + "A" * 21
