"""Outcomes in words, for the log and the command line."""

from services.fetcher.outcome import Outcome

WORDS = {
    Outcome.CHANGED: "read; it has changed",
    Outcome.UNCHANGED: "read; the same bytes as last time",
    Outcome.NOT_MODIFIED: "not modified since last time",
    Outcome.RATE_LIMITED: "the server asks us to slow down",
    Outcome.GONE: "gone for good (410): remove it from the catalogue; it is not polled any more",
    Outcome.REFUSED: "the server refuses us",
    Outcome.SERVER_ERROR: "the server has an error",
    Outcome.ODD_STATUS: "the server answered with a status that makes no sense for a feed",
    Outcome.NOT_RESOLVED: "unreachable: its name cannot be resolved",
    Outcome.UNREACHABLE: "unreachable: no connection, or it broke",
    Outcome.TIMED_OUT: "unreachable: no complete answer in time",
    Outcome.FORBIDDEN_ADDRESS: "not connected: its name leads to an address that is not public",
    Outcome.BAD_REDIRECT: "it redirects in a loop, too often, or away from the web",
    Outcome.TOO_LARGE: "larger than its max_bytes",
    Outcome.BAD_ENCODING: "its compression is broken, or not the one that was asked for",
    Outcome.UNASKED: "not asked: one of its secrets cannot be had",
    Outcome.NOT_A_FEED: "what the server sends is not a feed",
    Outcome.PARSE_KILLED: "stopped: reading it took too long or too much memory",
}
