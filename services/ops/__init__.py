"""The newswatch command line."""
