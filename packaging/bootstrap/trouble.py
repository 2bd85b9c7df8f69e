"""What can stop the set-up, as one sentence that says what to do about it."""

import errno
from pathlib import Path

OFFLINE = (
    "name resolution",
    "Name or service not known",
    "nodename nor servname",
    "Network is unreachable",
    "No route to host",
    "Connection refused",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Read timed out",
    "ProxyError",
    "SSLError",
    "Could not resolve",
    "Unable to connect",
    "Cannot initiate the connection",
)
DISK_FULL = ("No space left on device", "Errno 28", "enough free space", "Disk quota exceeded")
NOT_ALLOWED = ("Permission denied", "Errno 13", "Read-only file system", "Errno 30")
WRONG_HASH = ("DO NOT MATCH THE HASHES",)
NO_BUILD = ("No matching distribution found",)


class Trouble(Exception):
    """`str(e)` is the sentence; `e.output` is the end of what the failing tool said, for the curious."""

    def __init__(self, sentence: str, output: str = "") -> None:
        super().__init__(sentence)
        self.output = output


def offline(what: str) -> str:
    return f"{what} could not be reached: check the network (or its proxy settings), then start again."


def disk_full(folder: Path) -> str:
    return f"The disk is full: make room for about 1.5 GB where {folder} is, or for temporary files."


def not_writable(folder: Path) -> str:
    return (
        f"{folder} cannot be written: give yourself the right to, or copy the project to a folder of yours."
    )


def from_os_error(error: OSError, folder: Path) -> Trouble:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Trouble(disk_full(folder), str(error))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble(not_writable(Path(error.filename) if error.filename else folder), str(error))
    return Trouble(f"The set-up failed: {error}.", str(error))


def from_tool(tool: str, task: str, output: str, folder: Path) -> Trouble:
    """The reason behind a tool's many lines, most certain first (offline, packages seem missing)."""
    lines = output.splitlines()
    errors = "\n".join([line for line in lines if line.startswith(("ERROR", "Error", "E: "))][-3:])
    if _says(output, DISK_FULL):
        return Trouble(disk_full(folder), errors)
    if _says(output, WRONG_HASH):
        return Trouble(
            "A downloaded package is not the one that was pinned (its hash differs) and was not installed: "
            "check the package index this machine is set to.",
            errors,
        )
    if _says(output, OFFLINE):
        return Trouble(offline("The Python package index"), errors)
    if _says(output, NOT_ALLOWED):
        return Trouble(not_writable(folder), errors)
    if _says(output, NO_BUILD):
        return Trouble(
            "The package index of this machine did not offer a pinned package: it lacks it, "
            "has no build for this system, or could not be reached.",
            errors,
        )
    return Trouble(f"{tool} could not {task}; its last lines are above.", "\n".join(lines[-15:]))


def _says(output: str, signs: tuple[str, ...]) -> bool:
    return any(sign in output for sign in signs)
