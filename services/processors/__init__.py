"""The stream processors: judge, detect, find, relate, match, gather."""
