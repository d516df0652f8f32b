"""Stops a process, and all that it starts, at every fsync, rename and unlink, whoever calls it: Python, SQLite, Rust.

The kernel asks us before each such call (seccomp with user notification, seccomp_unotify(2), Linux 5.5 and later).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import select
import struct
from collections.abc import Callable
from contextlib import suppress
from fcntl import ioctl
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CALLS = {
    "x86_64": {"fsync": 74, "fdatasync": 75, "rename": 82, "unlink": 87, "unlinkat": 263, "renameat": 264}
    | {"renameat2": 316},
    "aarch64": {"fsync": 82, "fdatasync": 83, "unlinkat": 35, "renameat": 38, "renameat2": 276},
}
_NO_NEW_PRIVILEGES = 38
_ASK, _ALLOW = 0x7FC00000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_GO_ON = 1


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def supported() -> bool:
    """Return whether processes can be stopped on this system."""
    return platform.system() == "Linux" and platform.machine() in _SECCOMP


def arm(link: Connection, parent: int) -> None:
    """Have this process, from now on, ask who is at the other end of link, in process parent, before each such call."""
    machine = platform.machine()
    steps = [_Step(_LOAD, 0, 0, 0)]
    for number in _CALLS[machine].values():
        steps += [_Step(_EQUAL, 0, 1, number), _Step(_RETURN, 0, 0, _ASK)]
    steps.append(_Step(_RETURN, 0, 0, _ALLOW))
    made = _Filter(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    listener = libc.syscall(_SECCOMP[machine], 1, 8, ctypes.byref(made))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "this process cannot be watched")
    send_handle(link, listener, parent)
    os.close(listener)


def watch(link: Connection, stop: Callable[[int], int | None]) -> int:
    """Let the process at the other end run to its end, and return how many such calls it wanted to make.

    stop: called with the number of the call, from 1; returns 0 to let it happen, an errno to let it fail, None when
    the process is dead.
    """
    listener = recv_handle(link)
    count = 0
    try:
        waiting = select.poll()
        waiting.register(listener, select.POLLIN)
        while all(event & select.POLLIN for _, event in waiting.poll()):
            asked = bytearray(80)
            with suppress(FileNotFoundError):  # who asked is dead by now
                ioctl(listener, _RECEIVE, asked)
                count += 1
                failing = stop(count)
                if failing is not None:
                    _answer(listener, bytes(asked[:8]), failing)
    finally:
        os.close(listener)
    return count


def _answer(listener: int, asked: bytes, failing: int) -> None:
    answer = struct.pack("=8sqiI", asked, 0, -failing, 0 if failing else _GO_ON)
    try:
        ioctl(listener, _SEND, bytearray(answer))
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EINPROGRESS):
            raise
