"""What can be held of the containers without a Docker engine."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
import yaml

from deploy.local.apache import properties
from deploy.local.jars import version
from shared.topics import DEFAULT_PARTITIONS, every_topic

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
OURS = ("fetcher", "processors", "alerting")
ENDING = ("topics", "newswatch")
PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?$")


def images() -> Iterator[str]:
    for service in SERVICES.values():
        if "build" not in service:
            yield service["image"]
    yield from re.findall(r"^FROM (\S+)", DOCKERFILE.read_text("utf-8"), re.MULTILINE)


def test_the_file_follows_the_compose_specification() -> None:
    schema = json.loads((ROOT / "tests/contract/compose/compose-spec.json").read_text("utf-8"))

    jsonschema.Draft7Validator(schema).validate(COMPOSE)


@pytest.mark.parametrize("image", sorted(set(images())))
def test_every_image_is_pinned_to_a_release(image: str) -> None:
    assert PINNED.match(image), image


def test_the_broker_is_the_one_that_the_tests_run_on() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version()}"


@pytest.mark.parametrize("name", OURS)
def test_a_service_waits_for_its_topics_and_they_for_the_broker(name: str) -> None:
    assert SERVICES[name]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert SERVICES["topics"]["depends_on"]["kafka"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_container_has_a_health_check_but_those_that_end(name: str) -> None:
    assert ("healthcheck" in SERVICES[name]) == (name not in ENDING)
    assert (SERVICES[name]["restart"] == "no") == (name in ENDING)


@pytest.mark.parametrize("name", [*OURS, *ENDING])
def test_our_containers_can_do_no_more_than_they_must(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_the_image_runs_as_nobody_special() -> None:
    final = DOCKERFILE.read_text("utf-8").split("\nFROM ")[-1]

    assert re.search(r"^USER [1-9]\d*$", final, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_a_container_logs_is_bounded(name: str) -> None:
    assert SERVICES[name]["logging"]["driver"] == "local"


def test_the_broker_remembers_where_a_group_was_as_long_as_any_topic_keeps_its_records() -> None:
    longest = max(topic.retention for topic in every_topic() if topic.retention)
    minutes = longest.total_seconds() / 60
    here = dict(line.split("=") for line in properties(port=1, controller_port=2).splitlines())

    assert SERVICES["kafka"]["environment"]["KAFKA_OFFSETS_RETENTION_MINUTES"] >= minutes
    assert int(here["offsets.retention.minutes"]) >= minutes


def test_every_named_volume_is_declared_and_used() -> None:
    mounted = {
        mount.split(":")[0]
        for service in SERVICES.values()
        for mount in service.get("volumes", [])
        if not mount.startswith(".")
    }

    assert mounted == set(COMPOSE["volumes"])


def test_every_mounted_file_is_in_the_repository() -> None:
    mounted = [
        mount.split(":")[0]
        for service in SERVICES.values()
        for mount in service.get("volumes", [])
        if mount.startswith(".")
    ]

    assert mounted
    assert [path for path in mounted if not (ROOT / path).exists()] == []


class Port(NamedTuple):
    """An open port: where, the first and the last of the machine's it may be, the container's."""

    address: str
    first: int
    last: int
    target: int


def ports(name: str) -> Iterator[Port]:
    for port in SERVICES[name].get("ports", []):
        if isinstance(port, str):
            address, published, target = port.split(":")
        else:
            address, published, target = port["host_ip"], port["published"], port["target"]
        first, _, last = published.partition("-")
        yield Port(address, int(first), int(last or first), int(target))


def test_every_port_is_open_on_this_machine_only() -> None:
    assert {port.address for name in SERVICES for port in ports(name)} == {"127.0.0.1"}


def test_the_command_line_starts_with_nothing_but_when_it_is_asked_for() -> None:
    assert SERVICES["newswatch"]["profiles"] == ["tools"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_may_have_replicas(name: str) -> None:
    (port,) = ports(name)

    assert port.last - port.first >= DEFAULT_PARTITIONS


def test_no_two_services_want_one_port() -> None:
    taken = [
        number
        for name in SERVICES
        for port in ports(name)
        for number in range(port.first, port.last + 1)
    ]

    assert len(taken) == len(set(taken))


@pytest.mark.parametrize("name", OURS)
def test_prometheus_finds_each_service_where_it_listens(name: str) -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    asked = {
        name: found["port"]
        for found in config["scrape_configs"][0]["dns_sd_configs"]
        for name in found["names"]
    }
    (open_,) = ports(name)

    assert asked[name] == SERVICES[name]["environment"]["NEWSWATCH_HTTP_PORT"] == open_.target


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint's wheel is for x86-64 only")

    said = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (0, "")


def test_what_the_image_is_made_of_is_not_ignored() -> None:
    kept = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.MULTILINE)
        for source in line.split()
    }

    assert copied == kept
