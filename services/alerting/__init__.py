"""Story events in, messages out: one consumer group a receiver."""
