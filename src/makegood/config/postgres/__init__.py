"""The parts of the embedded PostgreSQL; `makegood.config.embedded` puts them together.

binaries   where the wheel keeps `initdb` and `postgres`
account    the unprivileged user they run as
layout     the folders and files below a home
locks      who uses the server, who starts it, whether anything of it still lives
cluster    make, launch, recognise and stop one server
roles      passwords, roles, grants, connection strings

Standard library, psycopg and `makegood.kit` only: this runs before Django is set up.
"""
