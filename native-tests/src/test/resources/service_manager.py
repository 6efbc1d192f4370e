"""Plays the part of systemd for one service with a file descriptor store: keeps what the service
sends, starts it again with that when it dies, and ends when it ends well.

usage: service_manager.py SOCKET COMMAND...

Prints "ready PID" when the service says so, and at its end the names that are still in the store.
"""

import fcntl
import os
import select
import socket
import sys

path, command = sys.argv[1], sys.argv[2:]
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(path)
stored = []


def start():
    pid = os.fork()
    if pid:
        return pid
    os.environ["NOTIFY_SOCKET"] = path
    if stored:
        # out of the way first; and not in the order that they came, which nobody promises
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for _, fd in reversed(stored)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)
        for fd in high:
            os.close(fd)
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.environ["LISTEN_FDS"] = str(len(stored))
        os.environ["LISTEN_FDNAMES"] = ":".join(name for name, _ in reversed(stored))
    os.execvp(command[0], command)


def listen(seconds):
    global stored
    if not select.select([notify], [], [], seconds)[0]:
        return False
    text, fds, _, _ = socket.recv_fds(notify, 4096, 8)
    fields = dict(line.split("=", 1) for line in text.decode().splitlines())
    if "FDSTORE" in fields:
        stored += [(fields["FDNAME"], fd) for fd in fds]
    if "FDSTOREREMOVE" in fields:
        for name, fd in stored:
            if name == fields["FDNAME"]:
                os.close(fd)
        stored = [item for item in stored if item[0] != fields["FDNAME"]]
    if "READY" in fields:
        print("ready", pid, flush=True)
    return True


pid = start()
while True:
    listen(0.05)
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        while listen(0):
            pass
        if status == 0:
            break
        pid = start()
print("left", *[name for name, _ in stored], flush=True)
