"""Files of other people's formats, read and written."""
