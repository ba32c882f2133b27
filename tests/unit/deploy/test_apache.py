from pathlib import Path

from deploy.local.apache import properties


def test_every_name_and_value_of_the_configuration_is_on_a_line_of_its_own() -> None:
    text = properties(data=Path("/data"), port=9092, controller_port=9093)

    lines = dict(line.split("=", 1) for line in text.splitlines())
    assert lines["log.dirs"] == "/data"
    assert lines["advertised.listeners"] == "PLAINTEXT://127.0.0.1:9092"
    assert lines["controller.quorum.voters"] == "1@127.0.0.1:9093"


def test_a_topic_is_never_made_by_accident() -> None:
    text = properties(data=Path("/data"), port=1, controller_port=2)

    assert "auto.create.topics.enable=false\n" in text


def test_only_this_machine_can_reach_it() -> None:
    text = properties(data=Path("/data"), port=1, controller_port=2)

    listeners = next(line for line in text.splitlines() if line.startswith("listeners="))
    assert all("//127.0.0.1:" in listener for listener in listeners.split(","))
