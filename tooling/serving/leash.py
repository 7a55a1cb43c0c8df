"""Becomes another program that ends with the process that started it, also if that one is killed.

``python leash.py PARENT SIGNAL PROGRAM [ARGUMENT...]``, with the numbers of the parent and of the signal.
Only Linux can do this; elsewhere the program is started all the same.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Ask for the signal, and become the program."""
    parent, number, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != int(parent):  # it has died before we asked
            return
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
