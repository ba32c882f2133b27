"""Where alerts go: a file for each kind of receiver, found by its name."""
