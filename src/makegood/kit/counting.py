"""A number and what it counts, as a person says it."""


def counted(count: int, one: str, many: str = "") -> str:
    """`1 customer`, `1,234 customers`; with `many` given, `1 customer is` and `2 customers are`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
