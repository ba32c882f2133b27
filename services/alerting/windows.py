"""Hours of the day in a time zone: quiet hours, mute times, and when a digest goes out."""

from datetime import UTC, datetime, time, timedelta
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
        local = moment.astimezone(ZoneInfo(zone))
        for back in (0, 1):
            day = (local - timedelta(days=back)).date()
            begin = datetime.combine(day, self.start, local.tzinfo)
            over = self.end <= self.start
            end = datetime.combine(day + timedelta(days=over), self.end, local.tzinfo)
            if DAYS[day.weekday()] in self.days and begin <= local < end:
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
        if self.every == "hour":
            begun = local.replace(minute=0, second=0, microsecond=0)  # UTC's half hour, in Tehran
            return begun.astimezone(UTC).astimezone(moment.tzinfo) + timedelta(hours=1)
        today = datetime.combine(local.date(), self.at, local.tzinfo)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), self.at, local.tzinfo)
        return (today if today > local else tomorrow).astimezone(moment.tzinfo)


def midnight(moment: datetime, zone: str) -> datetime:
    """When the day of `moment` began in this zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(), local.tzinfo).astimezone(moment.tzinfo)
