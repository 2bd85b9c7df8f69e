"""Parts of the README that are made from the code, so that the two cannot differ."""

import subprocess

from bootstrap.environment import PYTHON, ROOT
from bootstrap.progress import say
from bootstrap.trouble import Trouble

BEGIN, END = "<!-- settings:begin -->", "<!-- settings:end -->"


def renew_settings_table() -> int:
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise Trouble(f"README.md needs {BEGIN} and {END} once each, around the place of the settings table.")
    ask = [str(PYTHON), "-c", "from app.domain.settings import markdown_table; print(markdown_table())"]
    table = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", "utf-8")
    say("Renewed the settings table of README.md")
    return 0
