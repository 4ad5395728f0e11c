"""Recording belongs to whoever asked for it: a thread or a task; what generators leave is left."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import numpy as np

from d2lparams import autograd, nd, nn, random


def test_two_generators_that_take_turns_do_not_leave_recording_on():
    def work(scope):
        with scope:
            yield
            yield

    for scopes in ((autograd.record, autograd.record()), (autograd.record, autograd.pause), (autograd.pause,) * 2):
        one, two = map(work, scopes)
        for turn in (one, two, one, two):
            next(turn)
        assert list(one) == list(two) == [] and not autograd.is_recording() and not autograd.is_training()


def test_a_generator_that_is_given_up_inside_a_block_leaves_nothing_behind():
    def work():
        with autograd.record():
            yield

    given_up = work()
    next(given_up)
    given_up.close()
    assert not autograd.is_recording()


def test_a_block_may_be_wrapped_in_a_context_manager_of_ones_own():
    @contextlib.contextmanager
    def training():
        with autograd.record(), nn.NameManager("own_"):
            yield

    with training():
        assert autograd.is_recording() and nn.Dense(1).prefix == "own_dense0_"
    assert not autograd.is_recording()


def test_two_tasks_that_wait_inside_a_block_do_not_meet():
    async def work(times):
        with autograd.record():
            for _ in range(times):
                await asyncio.sleep(0)
        return autograd.is_recording()

    async def both():
        return await asyncio.gather(work(1), work(3), work(2))

    assert asyncio.run(both()) == [False] * 3 and not autograd.is_recording()


def test_a_block_may_be_entered_again_inside_itself_and_without_parentheses():
    scope = autograd.record()
    with scope, autograd.pause, scope:
        assert autograd.is_recording() and autograd.is_training()
    with autograd.record, autograd.predict_mode:
        assert autograd.is_recording() and not autograd.is_training()
    with autograd.record(train_mode=False):
        assert autograd.is_recording() and not autograd.is_training()
    assert not autograd.is_recording() and not autograd.is_training()


def test_another_thread_does_not_record_with_this_one():
    seen = []
    with autograd.record():
        thread = threading.Thread(target=lambda: seen.append(autograd.is_recording()))
        thread.start()
        thread.join()
    assert seen == [False]


def test_threads_are_handed_different_children_of_one_stream():
    stream, keys = random.Stream(1), []

    def take():
        keys.extend(stream.spawn().key for _ in range(200))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keys) == [(k,) for k in range(1600)]


def test_streams_and_names_that_generators_entered_end_with_them():
    def inner():
        with random.stream(random.Stream(5)), nn.NameManager("inner_"):
            yield
            yield

    with nn.NameManager():
        before, one, two = random.generator(), inner(), inner()
        for turn in (one, two, one, two):
            next(turn)
        assert list(one) == list(two) == [] and random.generator() is before and nn.Dense(1).prefix == "dense0_"


def test_a_gradient_from_a_thread_is_the_gradient():
    x = nd.ones(3)
    x.attach_grad()

    def work():
        with autograd.record():
            y = (x * x).sum()
        y.backward()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert np.array_equal(x.grad.asnumpy(), [2, 2, 2])


def test_a_block_that_ends_between_others_takes_its_own_setting_with_it():
    def work(scope):
        with scope:
            yield

    outer, paused, inner = work(autograd.record()), work(autograd.pause()), work(autograd.record())
    for turn in (outer, paused, inner):
        next(turn)
    outer.close()
    assert autograd.is_recording()
    inner.close()
    assert not autograd.is_recording()
    paused.close()
    assert not autograd.is_recording()


def test_a_generator_that_another_thread_closes_ends_quietly():
    def work():
        with autograd.record():
            yield

    left = work()
    thread = threading.Thread(target=lambda: next(left))
    thread.start()
    thread.join()
    left.close()
    assert not autograd.is_recording()
