"""Disks of a few megabytes that nobody else sees, for what happens when one is full."""

import shutil
import subprocess

from tests.proof.trials import NotHere

NAMESPACES = (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount"))


def mount_namespace() -> tuple[str, ...]:
    """The command with which this user can mount a disk that nobody else sees, or `NotHere`."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        raise NotHere("there is no unshare or no mount command")
    reasons = []
    for command in NAMESPACES:
        probe = [*command, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"]
        done = subprocess.run(probe, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return command
        reasons.append(done.stderr.strip())
    raise NotHere(f"no small disk can be mounted: {'; '.join(reasons)}")
