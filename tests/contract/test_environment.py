"""Every environment variable that is written down is read by something, and the other way round."""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from cyclopts import Parameter

from services.ops.topics import topics
from shared.settings import Settings, variables

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
OURS = ("fetcher", "processors", "alerting")
# What the compose file and the image set, and nobody should set again in .env.
WIRED = {
    "KAFKA_BOOTSTRAP_SERVERS",
    "NEWSWATCH_CONFIG_DIR",
    "NEWSWATCH_HTTP_HOST",
    "NEWSWATCH_HTTP_PORT",
}


def settings_of(service: str) -> type[Settings]:
    """The settings class of a service."""
    module = import_module(f"services.{service}.settings")
    (found,) = (
        thing
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, Settings)
        and thing.__module__ == module.__name__
    )
    return found


def of_the_command() -> Iterator[str]:
    """What `newswatch topics` reads, which the container of that name runs."""
    for parameter in signature(topics).parameters.values():
        for note in get_args(parameter.annotation)[1:]:
            if isinstance(note, Parameter) and note.env_var:
                yield from note.env_var


def known() -> set[str]:
    services = {name for service in OURS for name in variables(settings_of(service))}
    return services | set(of_the_command())


def in_example() -> dict[str, str]:
    """Each variable with its value, commented out or not."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def test_the_example_has_every_setting_but_those_that_are_wired() -> None:
    assert set(in_example()) == known() - WIRED


@pytest.mark.parametrize("service", OURS)
def test_a_default_in_the_example_is_the_default_of_the_code(service: str) -> None:
    for field in settings_of(service).model_fields.values():
        if field.alias in in_example():
            default = "" if field.default is None else str(field.default)
            assert in_example()[field.alias] == default, field.alias


@pytest.mark.parametrize("service", OURS)
def test_what_the_example_says_of_all_services_each_of_them_reads(service: str) -> None:
    common = EXAMPLE.partition("── all services")[2].partition("── fetcher")[0]
    names = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", common, re.MULTILINE))

    assert names
    assert names <= variables(settings_of(service))


@pytest.mark.parametrize("service", [*OURS, "topics"])
def test_what_the_compose_file_sets_is_read(service: str) -> None:
    names = COMPOSE["services"][service]["environment"]

    assert set(names) <= known(), service


def test_what_the_image_sets_is_read() -> None:
    text = (ROOT / "deploy/Dockerfile").read_text("utf-8")

    assert set(re.findall(r"\b(NEWSWATCH_\w+)=", text)) <= known()
