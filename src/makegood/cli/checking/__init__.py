"""What `makegood check` reads and writes: settings, files, results and their formats. No Django, no database."""
