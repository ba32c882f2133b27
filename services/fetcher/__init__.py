"""Feeds in, articles out: polls every feed and publishes each entry to articles.raw."""
