"""Becomes another program, which ends with its parent, even if the parent is killed.

``python leash.py PARENT SIGNAL PROGRAM [ARGUMENT...]``, with the numbers of the parent and of the signal.
Only Linux supports this; elsewhere the program is started without it.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Request the signal, and become the program."""
    parent, number, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != int(parent):  # the parent has died already
            return
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
