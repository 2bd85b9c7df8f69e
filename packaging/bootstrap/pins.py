"""The pinned requirements: three files from one description, all versions equal, no index named in them."""

import subprocess

from bootstrap.environment import PYTHON, REQUIREMENTS, ROOT
from bootstrap.progress import say

# the oldest Python decides the versions, markers in the files serve the newer ones
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "python3 packaging/dev.py pin",
    "pyproject.toml", "packaging/build.in",
)  # fmt: skip


def compile_requirements(arguments: list[str]) -> int:
    uv = PYTHON.with_name("uv")
    if not uv.exists():
        say("Installing uv, which compiles the pins")
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], check=True)
    base = REQUIREMENTS["run"].relative_to(ROOT)
    for level, file in REQUIREMENTS.items():
        beyond = () if level == "run" else ("--extra", level, "--constraint", str(base))
        command = (str(uv), *COMPILE, *beyond, *arguments, "--output-file", str(file.relative_to(ROOT)))
        code = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode
        if code != 0:
            return code
        say(f"Wrote {file.relative_to(ROOT)}")
    return 0
