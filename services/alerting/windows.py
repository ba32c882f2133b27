"""Hours of the day in a time zone: quiet hours, mute times, and when a digest goes out.

Compared as moments, not as the clock shows them: on the day that clocks are set back it shows an
hour twice, and what has ended there would begin again.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Window(BaseModel):
    """From one hour to another, over midnight if the end is the earlier one, on some days.

    The days are those on which it begins.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    start: time = Field(alias="from")
    end: time = Field(alias="to")
    days: tuple[Day, ...] = DAYS

    def end_of(self, moment: datetime, zone: str) -> datetime | None:
        """When the window that `moment` lies in ends; None where it lies in none."""
        today = moment.astimezone(ZoneInfo(zone)).date()
        for back in (0, 1):
            day = today - timedelta(days=back)
            over = self.end <= self.start
            end = _moment(day + timedelta(days=over), self.end, zone)
            if DAYS[day.weekday()] in self.days and _moment(day, self.start, zone) <= moment < end:
                return end.astimezone(moment.tzinfo)
        return None


class Digest(BaseModel):
    """When a digest goes out: each full hour, or each day at an hour."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    every: Literal["hour", "day"]
    at: time = time(8)

    def next_after(self, moment: datetime, zone: str) -> datetime:
        """The first time of it after `moment`."""
        local = moment.astimezone(ZoneInfo(zone))
        if self.every == "hour":  # UTC's half hour, in Tehran
            past = timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
            return (moment.astimezone(UTC) + timedelta(hours=1) - past).astimezone(moment.tzinfo)
        today = _moment(local.date(), self.at, zone)
        tomorrow = _moment(local.date() + timedelta(days=1), self.at, zone)
        return (today if today > moment else tomorrow).astimezone(moment.tzinfo)


def midnight(moment: datetime, zone: str) -> datetime:
    """When the day of `moment` began in this zone."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return _moment(day, time(), zone).astimezone(moment.tzinfo)


def _moment(day: date, hour: time, zone: str) -> datetime:
    """When the clock first shows this; an hour that is left out, as if it were not."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
