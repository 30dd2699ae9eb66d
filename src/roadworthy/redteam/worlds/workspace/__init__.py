"""An office: mail, calendar, files, notes, a directory of colleagues, pages of the web, and the account itself."""
