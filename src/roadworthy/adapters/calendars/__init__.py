"""Time zones and public holidays, read from the libraries that know them."""
