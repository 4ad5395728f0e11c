"""The processes that work for a build. They end with it, however it ends: none writes into what the next one makes."""

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext


def end_with_parent() -> None:
    """Let this process leave Ctrl+C to the one that it works for, and end when that has ended, killed or not."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def pool(workers: int, context: BaseContext | None = None, tasks: int | None = None) -> ProcessPoolExecutor:
    """Return processes for the work of a build, each for a number of tasks or any."""
    return ProcessPoolExecutor(workers, context, initializer=end_with_parent, max_tasks_per_child=tasks)


def end_at_once() -> None:
    """Let Ctrl+C end this process as a kill would, after a word: it waits for no worker, and they end with it."""

    def end(number: int, frame: object) -> None:
        print("\nInterrupted: what is done is kept, the next build goes on from there.", file=sys.stderr, flush=True)
        os._exit(130)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # a shell's job in the background hears none
        signal.signal(signal.SIGINT, end)
