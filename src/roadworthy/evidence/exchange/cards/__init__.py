"""Model cards and dataset cards as model hubs read them: figures from evidence only, other people's rows untouched."""
