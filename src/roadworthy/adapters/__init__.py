"""What Roadworthy needs in order to run: files, stores, keys, clocks, targets, packs."""
