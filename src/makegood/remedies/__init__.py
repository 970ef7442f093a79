"""Plug-ins: one file each, one line here to register."""
