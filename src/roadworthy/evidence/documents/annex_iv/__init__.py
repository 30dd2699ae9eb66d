"""The technical file that Annex IV of the EU AI Act lists, point by point."""
