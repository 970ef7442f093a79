"""The lists that made-up people are drawn from. Each character can be printed in a letter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """`postcode` takes a number from 1 to 98; `phone` one from 0 to `phones` - 1."""

    country: str
    postcode: str
    phone: str
    phones: int
    number_first: bool = True


_ENGLISH = Culture(
    "en",
    ("Grace", "Amara", "Ben", "Chloe", "Denise", "Earl", "Fiona", "Gareth", "Hazel", "Isaac", "Joy", "Keith", "Leah",
     "Marcus", "Nadine", "Owen", "Priya", "Ruth", "Sean", "Tamsin"),
    ("O'Brien", "Adeyemi", "Baker-Lowe", "Carter", "Dunne", "Ellison", "Fairweather", "Grant", "Holloway", "Iqbal",
     "Jennings", "Kaplan", "Lindqvist", "MacLeod", "Norwood", "Osei", "Patel", "Quinn", "Rowe", "Stanhope"),
)  # fmt: skip

# English stands four times: about half of all names, as in the shops of the examples.
CULTURES: tuple[Culture, ...] = (
    _ENGLISH, _ENGLISH, _ENGLISH, _ENGLISH,
    Culture("es", ("María", "José", "Íñigo", "Lucía", "Begoña"), ("Muñoz", "Núñez Peña", "García", "Ibáñez", "Ñúñez")),
    Culture("pl", ("Łukasz", "Małgorzata", "Grażyna", "Paweł"), ("Wójcik", "Dąbrowska", "Żak", "Śliwiński")),
    Culture("vi", ("Thị Ánh", "Văn Đức", "Minh Châu"), ("Nguyễn", "Trần", "Lê", "Phạm"), family_first=True),
    Culture("de", ("Jürgen", "Käthe", "Sören"), ("Groß", "Müller", "Schröder", "von Weiß")),
    Culture("en", ("Dmitri", "Svetlana", "Yaroslav"), ("Sokolov", "Orlova", "D'Angelo", "Kovalenko")),
    Culture("pt", ("João", "Conceição", "Inês"), ("Gonçalves", "Simões", "d'Ávila")),
    Culture("da", ("Søren", "Åse", "Þóra"), ("Østergaard", "Kjær", "Jónsdóttir")),
)  # fmt: skip

STREETS = (
    "Example Lane", "Invented Row", "Placeholder Street", "Nowhere Avenue", "Fiction Way", "Sample Close",
    "Imaginary Drive", "Pretend Hill",
)  # fmt: skip
TOWNS = ("Sampleton", "Madeupville", "Port Example", "Nowhere Springs", "Upper Fiction", "Pretendham", "Imagine Falls")

# No post office has these codes: 000xx, ZZ, 00xxx. Spain and Germany borrow British numbers kept for fiction.
HOMES: dict[str, Home] = {
    "US": Home("United States", "000{:02d}", "+1 202 555 01{:02d}", 100),
    "GB": Home("United Kingdom", "ZZ{} 1ZZ", "+44 1632 960{:03d}", 1000),
    "DE": Home("Germany", "000{:02d}", "+44 1632 960{:03d}", 1000, number_first=False),
    "ES": Home("Spain", "000{:02d}", "+44 1632 960{:03d}", 1000, number_first=False),
}
