"""Settings from an environment: every mistake reported at once, secrets never printed.

A settings class is a pydantic model whose fields carry the variable's name as alias. A variable
NAME may be given as NAME_FILE, the path of a file that holds the value (a mounted secret).
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.topics import DEFAULT_PARTITIONS

OWN_PREFIX = "NEWSWATCH_"

SLIP = 0.93
"""difflib's ratio from which a name is taken for a slip: one letter in about fifteen."""


class Settings(BaseModel):
    """What every service's settings share: frozen, named by environment variables."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class ServiceSettings(Settings):
    """What the services read alike. Each says itself on which port its page is."""

    bootstrap: str = Field("127.0.0.1:9092", alias="KAFKA_BOOTSTRAP_SERVERS")
    namespace: str = Field("", alias="NEWSWATCH_NAMESPACE")
    partitions: int = Field(DEFAULT_PARTITIONS, alias="NEWSWATCH_PARTITIONS", ge=1, le=1000)
    replication: int = Field(1, alias="NEWSWATCH_REPLICATION", ge=1, le=9)
    config_dir: Path = Field(
        Path(__file__).parents[1] / "deploy" / "config", alias="NEWSWATCH_CONFIG_DIR"
    )
    http_host: str = Field("127.0.0.1", alias="NEWSWATCH_HTTP_HOST")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="NEWSWATCH_LOG_LEVEL"
    )


S = TypeVar("S", bound=Settings)


class SettingsError(ValueError):
    """All that is wrong with the environment, one line a mistake, no values."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(["mistakes in the environment:", *mistakes]))


def read_settings(settings: type[S], environ: Mapping[str, str]) -> S:
    """The settings in this environment.

    Raises SettingsError with every mistake: missing, of the wrong form, unreadable `*_FILE`, and
    any NEWSWATCH_ variable that is a typing slip away from one of this class. Others are left
    alone: one environment may serve several services.
    """
    names = variables(settings)
    values, mistakes = _gather(names, environ)
    mistakes += _slips(names, environ)
    try:
        result = settings.model_validate(values)
    except ValidationError as error:
        mistakes += [f"  {_where(item['loc'])}: {item['msg']}" for item in error.errors()]
    if mistakes:
        raise SettingsError(mistakes)
    return result


def variables(settings: type[Settings]) -> frozenset[str]:
    """The environment variables that this class reads."""
    return frozenset(field.alias or name for name, field in settings.model_fields.items())


def _gather(names: frozenset[str], environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    values, mistakes = {}, []
    for name in sorted(names):
        if name in environ:
            values[name] = environ[name]
        elif path := environ.get(f"{name}_FILE"):
            try:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                mistakes.append(f"  {name}_FILE: {error.strerror}: {path}")
            except UnicodeError:
                mistakes.append(f"  {name}_FILE: not text in UTF-8: {path}")
    return values, mistakes


def _slips(names: frozenset[str], environ: Mapping[str, str]) -> list[str]:
    known = sorted(names | {f"{name}_FILE" for name in names})
    strangers = sorted(n for n in environ if n.startswith(OWN_PREFIX) and n not in known)
    return [
        f"  {name}: no such setting; did you mean {near[0]}?"
        for name in strangers
        if (near := get_close_matches(name, known, n=1, cutoff=SLIP))
    ]


def _where(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc)
