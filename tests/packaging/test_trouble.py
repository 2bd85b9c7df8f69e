"""What pip, apt and the system say when something fails becomes one sentence that says what to do."""

import errno
from pathlib import Path

import pytest

from bootstrap.trouble import from_os_error, from_tool

HERE = Path("/project")

# the decisive lines of pip's output, as they were seen in each case
NO_NETWORK = """\
WARNING: Retrying (Retry(total=0, connect=None, read=None)) after connection broken
by 'NewConnectionError([Errno -3] Temporary failure in name resolution')'
ERROR: Could not find a version that satisfies the requirement attrs==26.1.0 (from versions: none)
ERROR: No matching distribution found for attrs==26.1.0
"""
FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n"
OTHER_FILE = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated\n"
NO_BUILD = "ERROR: No matching distribution found for pyside6-essentials==6.11.3\n"
FORBIDDEN = "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/project'\n"


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (NO_NETWORK, "index could not be reached"),
        (FULL, "The disk is full"),
        (OTHER_FILE, "not the one that was pinned"),
        (NO_BUILD, "has no build for this system"),
        (FORBIDDEN, "cannot be written"),
        ("ERROR: something new\n", "pip could not install the packages"),
    ],
)
def test_the_reason_is_found_in_what_pip_said(output: str, sentence: str) -> None:
    trouble = from_tool("pip", "install the packages", output, HERE)
    assert sentence in str(trouble)
    assert "\n" not in str(trouble)
    assert trouble.output.splitlines()[-1] == output.splitlines()[-1]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "The disk is full: make room for about 1.5 GB where /project is"),
        (errno.EROFS, "/project cannot be written"),
        (errno.EACCES, "/project cannot be written"),
        (errno.EIO, "The set-up failed"),
    ],
)
def test_an_error_of_the_system_is_a_sentence_too(code: int, sentence: str) -> None:
    assert str(from_os_error(OSError(code, "as the system words it"), HERE)).startswith(sentence)
