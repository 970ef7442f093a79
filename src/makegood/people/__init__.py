"""Who may do what: brands, staff, roles, money limits, personal tokens."""
