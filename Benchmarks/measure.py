"""Runs programs and says what they took. It knows processes, not what they do."""

import contextlib
import ctypes
import os
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36
PAGE = os.sysconf("SC_PAGE_SIZE")


class Failed(Exception):
    pass


@dataclass
class Sample:
    wall: float
    """Seconds until the program itself ended."""
    cpu: float
    """User and system seconds, of all processes below it too, orphans included."""
    peak: int
    """The resident bytes of the largest single process."""
    finished: bool = True
    """False where it was ended at its limit: all above is then what it had taken until there."""


def adopt_orphans():
    """A child that its parent does not wait for is ours to wait for: no CPU second gets lost."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def run(arguments, environment=None, limit=None, watch=None):
    """Runs a program in the current directory and returns a Sample. After `limit` seconds it is ended, with all that
    it started. `watch` is called with its process id."""
    null = os.open(os.devnull, os.O_RDWR)
    start = time.perf_counter()
    pid = os.posix_spawn(
        arguments[0], arguments, environment or os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)], setpgroup=0)
    late = threading.Event()

    def end():
        late.set()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)

    timer = threading.Timer(limit, end) if limit else None
    try:
        if timer:
            timer.start()
        if watch:
            watch(pid)
        _, status, usage = os.wait4(pid, 0)
    except BaseException:
        # Interrupted: what it started must not go on in a directory that is about to be removed.
        os.killpg(pid, signal.SIGKILL)
        raise
    finally:
        if timer:
            timer.cancel()
    wall = time.perf_counter() - start
    os.close(null)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    while True:
        try:
            _, _, orphan = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu, peak = cpu + orphan.ru_utime + orphan.ru_stime, max(peak, orphan.ru_maxrss)
    finished = not (late.is_set() and os.WIFSIGNALED(status))
    if finished and status != 0:
        raise Failed(f"{' '.join(arguments)}: exit code {os.waitstatus_to_exitcode(status)}")
    return Sample(wall if finished else limit, cpu, peak * 1024, finished)


def interleave(rounds, programs, prepare=lambda round, name: None, tick=lambda round: None, times={}):
    """A B C, A B C …: what disturbs the machine disturbs all of them. Returns the samples by name. A quick one may run
    several `times` a round."""
    samples = {name: [] for name in programs}
    for round in range(rounds):
        tick(round)
        for name, program in programs.items():
            for _ in range(times.get(name, 1)):
                prepare(round, name)
                samples[name].append(run(*program))
    return samples


def ratio(samples, this, that, what):
    """The median of one over the median of the other."""
    return median(samples[this], what) / median(samples[that], what)


def median(samples, what):
    return statistics.median(getattr(sample, what) for sample in samples)


def tree_peak(arguments, environment=None):
    """Runs a program; returns its Sample, and the largest sum seen of the resident bytes of it and all below it."""
    peak = 0
    ended = threading.Event()

    def sample(pid):
        nonlocal peak
        while not ended.wait(0.01):
            peak = max(peak, sum(resident(each) for each in descendants(pid)))

    watcher = []

    def watch(pid):
        watcher.append(threading.Thread(target=sample, args=[pid]))
        watcher[0].start()

    try:
        result = run(arguments, environment, watch=watch)
    finally:
        ended.set()
        for thread in watcher:
            thread.join()
    return result, peak


def descendants(pid):
    yield pid
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as children:
                for child in children.read().split():
                    yield from descendants(int(child))
    except OSError:
        # It has ended meanwhile.
        return


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as sizes:
            return int(sizes.read().split()[1]) * PAGE
    except OSError:
        return 0


def output(*arguments, directory=None):
    """What a program prints; its complaints are dropped."""
    return subprocess.run(
        arguments, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
