"""gather: the articles of a watch that report one event become one story, in any language.

    read signals ▸ find what looks alike ▸ score ▸ decide (new, joins, bridges, revises)
    ▸ fold into the story ▸ say what changed

Pure: nothing here touches Kafka, clocks or the network; the shell owns the table. Its contract is
in `stories.py`:

    reader = Reader.load(config_dir)            # lexicon and embedding model, once a process
    stories = Stories(watch, reader)            # one for each watch of the partition
    stories.restore(keys, read)                 # after recovery or a rebalance: from the table
    decision = stories.step(match, origin, lane)
    for key, value in decision.writes: ...      # in this order, None deletes; then
    for event in decision.events: ...           # emit, then let the offset be committed
"""
