"""A signal that ends the process lets it tidy up first, and what was ignored stays ignored."""

import os
import signal
import threading
from contextlib import contextmanager

import pytest

from roadworthy.runtime.proving.ending import tidy_end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_becomes_an_exit_and_the_next_one_does_not_disturb_the_tidying(number):
    before = signal.getsignal(number)
    tidied = []

    @contextmanager
    def tidying():
        try:
            yield
        finally:
            os.kill(os.getpid(), number)
            tidied.append(True)

    with pytest.raises(SystemExit) as ended, tidy_end(), tidying():
        os.kill(os.getpid(), number)

    assert (ended.value.code, tidied) == (128 + number, [True])
    assert signal.getsignal(number) is before


def test_what_was_to_be_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with tidy_end():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_the_main_thread_nothing_is_changed():
    seen = []

    def elsewhere():
        with tidy_end():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()

    assert seen == [signal.getsignal(signal.SIGTERM)]
