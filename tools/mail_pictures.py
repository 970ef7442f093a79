"""Pictures of mails as people see them: by day, by night and on a phone, in English and German, short and long.

`python tools/mail_pictures.py` writes those that the documentation shows into `docs/pictures`,
`python tools/mail_pictures.py FOLDER` every sample in every view. It needs Chromium:
`apt-get install chromium fonts-liberation` on Debian, `brew install --cask chromium` on a Mac.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image, ImageChops

from makegood.core.render import Frame, Value, compile_message
from makegood.kit.money import Money

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
VIEWS = {"day": (680, False), "night": (680, True), "phone": (390, False), "phone-night": (390, True)}
SHOWN = {("short.en", "day"), ("long.en", "night"), ("short.de", "phone"), ("long.de", "phone-night")}
WIDEST, TALLEST, COLOURS = 700, 2200, 48
FRAMES = {
    "en": Frame("Corner Shop Ltd", ("12 Market Street", "Leeds LS1 4DT"), "help@cornershop.example"),
    "de": Frame("Eckladen GmbH", ("Marktstraße 12", "10115 Berlin"), "hilfe@eckladen.example"),
}


def facts(language: str) -> dict[str, Value]:
    currency = "GBP" if language == "en" else "EUR"
    lines = [
        {"day": date(2026, 3, day), "amount": Money(minor, currency), "back": date(2026, 4, 2)}
        for day, minor in ((4, 1_299), (11, 129_900), (18, 450))
    ]
    return {
        "name": "Maximiliane Freifrau von Hohenstein-Oberwiesenthal" if language == "de" else "Priya Raman",
        "day": date(2026, 3, 4),
        "due": datetime(2026, 4, 2, 12, tzinfo=UTC),
        "refund": Money(131_649, currency),
        "extra": Money(500, currency),
        "lines": lines,
        "link": "https://cornershop.example/p/example",
        "reference": "MG-2026-000417",
    }


def page(name: str) -> str:
    """The HTML of a sample in `tools/mail_samples`, such as `short.de`."""
    path = ROOT / "tools" / "mail_samples" / f"{name}.md"
    message, findings = compile_message(path.read_text(encoding="utf-8"), path.name)
    if message is None:
        raise SystemExit("\n".join(f"{one.place}: {one.what}" for one in findings))
    language = name.rpartition(".")[2]
    return message.render(facts(language), locale=message.locale, frame=FRAMES[language]).html


def draw(markup: str, picture: Path, *, width: int, night: bool) -> None:
    """A frame of exactly `width` CSS pixels: Chromium's own windows cannot be as narrow as a phone."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium fonts-liberation")
    frame = (
        f'<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><body style="margin:0">'
        f'<iframe style="border:0;width:{width}px;height:{TALLEST}px" srcdoc="{html.escape(markup)}"></iframe>'
    )
    with tempfile.TemporaryDirectory() as place:
        source, shot = Path(place) / "frame.html", Path(place) / "shot.png"
        source.write_text(frame, encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={place}/user"]
        options += [f"--window-size={WIDEST},{TALLEST}", f"--screenshot={shot}"]
        options += ["--blink-settings=preferredColorScheme=0"] if night else []
        subprocess.run([browser, *options, source.as_uri()], check=True, capture_output=True, timeout=120)
        _small(Image.open(shot).convert("RGB").crop((0, 0, width, TALLEST))).save(picture, optimize=True)


def _small(shot: Image.Image) -> Image.Image:
    """Without the empty paper below the words, in few colours."""
    paper = Image.new("RGB", shot.size, shot.getpixel((2, TALLEST - 2)))
    box = ImageChops.difference(shot, paper).getbbox()
    return shot.crop((0, 0, shot.width, min((box[3] if box else 0) + 32, TALLEST))).quantize(COLOURS)


def main() -> None:
    everything = len(sys.argv) > 1
    folder = Path(sys.argv[1]) if everything else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("short.en", "short.de", "long.en", "long.de"):
        for view, (width, night) in VIEWS.items():
            if not everything and (name, view) not in SHOWN:
                continue
            picture = folder / f"mail-{name.replace('.', '-')}-{view}.png"
            draw(page(name), picture, width=width, night=night)
            sys.stdout.write(f"{picture}  {picture.stat().st_size / 1024:.0f} KB\n")


if __name__ == "__main__":
    main()
