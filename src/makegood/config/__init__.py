"""Settings, urls, the embedded PostgreSQL and its supervisor: what turns the rooms into a running program."""
