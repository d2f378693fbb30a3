# SPDX-License-Identifier: MIT
"""The small programs in Python, by the names of the rows.

programs.py NAME... prints "name: result" for each.  Each has a process (and
session) of its own, so names and counters start afresh and what it leaves
running ends with it.  What never comes is waited for A_WHILE.
"""
import ctypes
import multiprocessing
import operator
import os
import queue
import resource
import select
import signal
import sys
import threading

from multiprocessing import (
    Array, Barrier, BoundedSemaphore, Condition, Event, JoinableQueue, Lock,
    Pipe, Pool, Process, Queue, RawArray, RawValue, RLock, Semaphore, Value)
from multiprocessing.sharedctypes import typecode_to_type

A_WHILE = 0.3
SECONDS = 30  # for one program
LIST = 'cbBuhHiIlLqQfd'


# What the programs share; the same as program.h has.

def refused(call, *arguments):
    """Says whether a call raises one of the errors for misuse."""
    try:
        call(*arguments)
    except (AssertionError, AttributeError, IndexError, OSError, OverflowError,
            TypeError, ValueError):
        return 'refused'
    return 'accepted'


def taken(lock, limit=0):
    """Of an acquire; a limit of 0 is a try."""
    if lock.acquire(limit > 0, limit if limit else None):
        return 'taken'
    return 'timed out' if limit else 'would wait'


def forever(lock):
    """Of an acquire that nobody will ever make possible."""
    return 'taken' if lock.acquire(timeout=A_WHILE) else 'waits for ever'


def numbers(items):
    return ' '.join(str(x) for x in items)


class Gate:
    """Passing once lets one waiter go on, now or later."""

    def __init__(self):
        self.read, self.write = os.pipe()

    def let_pass(self):
        os.write(self.write, b'.')

    def wait(self):
        if os.read(self.read, 1) != b'.':
            raise EOFError('a gate is lost')

    def is_lost(self):
        """Everybody else who could pass has ended, within a while."""
        os.close(self.write)
        ready = select.select([self.read], [], [], A_WHILE)[0]
        return bool(ready) and os.read(self.read, 1) == b''


def start_child(call, *arguments):
    child = Process(target=call, args=arguments)
    child.start()
    return child


def join_child(child):
    child.join()
    return child.exitcode


def run_child(call, *arguments):
    return join_child(start_child(call, *arguments))


def kill_child(child):
    child.kill()
    return join_child(child)


def told_by_child(call, *arguments):
    """What call returns in a child."""
    read, write = os.pipe()

    def tell():
        os.write(write, str(call(*arguments)).encode())
    run_child(tell)
    return os.read(read, 1000).decode()


def told_by_thread(call, *arguments):
    results = []
    thread = threading.Thread(
        target=lambda: results.append(call(*arguments)))
    thread.start()
    thread.join()
    return results[0]


# Value

def sizes_of_typecodes():
    return numbers(c + str(ctypes.sizeof(typecode_to_type[c])) for c in LIST)


def value_starts_at_zero():
    return Value('i').value


def value_keeps_its_initial_value():
    return Value('i', 42).value


def initial_value_wraps():
    return Value('B', -1).value


def wraps(code, greatest, least):
    """One above the greatest, one below the least."""
    v = Value(code, greatest)
    v.value += 1
    above = v.value
    v.value = least
    v.value -= 1
    return f'{above} {v.value}'


def signed(code, bits):
    return wraps(code, 2 ** (bits - 1) - 1, -2 ** (bits - 1))


def unsigned(code, bits):
    return wraps(code, 2 ** bits - 1, 0)


def b_wraps():
    return signed('b', 8)


def B_wraps():
    return unsigned('B', 8)


def h_wraps():
    return signed('h', 16)


def H_wraps():
    return unsigned('H', 16)


def i_wraps():
    return signed('i', 32)


def I_wraps():
    return unsigned('I', 32)


def l_wraps():
    return signed('l', 64)


def L_wraps():
    return unsigned('L', 64)


def q_wraps():
    return signed('q', 64)


def Q_wraps():
    return unsigned('Q', 64)


def a_wrap_is_told():
    v = Value('b')
    v.value = 200
    return 'nothing'  # an assignment has no result, and nothing was raised


def through(code, x):
    v = Value(code)
    v.value = x
    return '%.15g' % v.value


def f_overflows_to_infinity():
    return through('f', 1e300)


def f_rounds():
    return through('f', 5.67)


def f_loses_an_odd_integer():
    return through('f', 16777217.0)


def f_underflows_to_zero():
    return through('f', 1e-46)


def d_rounds_a_large_integer():
    v = Value('d')
    v.value = 2 ** 53 + 1
    return int(v.value)


def d_keeps_a_fraction():
    return through('d', 0.1)


def store(v, x):
    v.value = x


def integer_code_refuses_a_fraction():
    v = Value('i', 7)
    return f'{refused(store, v, 1.5)} {v.value}'


def unknown_code_is_refused():
    return refused(Value, 'z')


def c_is_one_byte():
    return ord(Value('c', b'x').value)


def c_beyond_a_byte():
    return refused(store, Value('c'), 300)


def u_is_a_code_point():
    v = Value('u', '\xe9')
    first = ord(v.value)
    v.value = '\U0001f600'
    return f'{first} {ord(v.value)}'


def u_from_a_number():
    return refused(store, Value('u'), 65)


def share_a_value(v):
    v.value = 5

    def store_next():
        was = v.value
        v.value = was + 1
        sys.exit(was)
    return f'{run_child(store_next)} {v.value}'


def parent_and_child_share_a_value():
    return share_a_value(Value('i'))


def parent_and_child_share_a_raw_value():
    return share_a_value(RawValue('i'))


number = 1


def set_number(x):
    global number
    number = x


def tell_number(_=None):
    return number


def global_is_not_shared():
    run_child(set_number, 2)
    return number


def read_then_write_loses_what_came_between():
    v = Value('i')
    was = v.value
    run_child(store, v, 5)
    v.value = was + 1
    return v.value


def get_lock_makes_a_block_whole():
    v = Value('i')

    def add_thousand():
        for _ in range(1000):
            with v.get_lock():
                v.value += 1
    child = start_child(add_thousand)
    add_thousand()
    child.join()
    return v.value


def value_lock_is_recursive():
    lock = Value('i').get_lock()
    return f'{taken(lock)} {taken(lock)}'


def value_lock_keeps_others_out():
    lock = Value('i').get_lock()
    lock.acquire()
    return told_by_child(taken, lock)


def value_is_read_under_its_own_held_lock():
    v = Value('i', 3)
    with v.get_lock():
        return v.value


def let_a_holder_be_killed(lock, levels=1):
    held, never = Gate(), Gate()

    def hold():
        for _ in range(levels):
            lock.acquire()
        held.let_pass()
        never.wait()
    child = start_child(hold)
    held.wait()
    kill_child(child)


def value_after_death_of_its_lock_holder():
    v = Value('i', 5)
    let_a_holder_be_killed(v.get_lock())
    return forever(v.get_lock())  # as v.value does, which has no limit


# Array

def three():
    return Array('i', [10, 20, 30])


def array_starts_with_zeros():
    return numbers(Array('i', 3))


def array_has_a_length():
    return len(three())


def array_may_be_empty():
    return len(Array('i', 0))


def negative_length_is_refused():
    return refused(Array, 'i', -1)


def array_of_unknown_code_is_refused():
    return refused(Array, 'z', 1)


def index_counts_from_zero():
    a = three()
    return f'{a[0]} {a[2]}'


def negative_index_counts_from_the_end():
    a = three()
    return f'{a[-1]} {a[-3]}'


def index_beyond_the_end():
    return refused(three().__getitem__, 3)


def index_before_the_beginning():
    return refused(three().__getitem__, -4)


def store_beyond_the_end():
    a = three()
    return f'{refused(a.__setitem__, 3, 1)} {numbers(a)}'


def item_wraps():
    a = Array('b', 1)
    a[0] = 200
    return a[0]


def item_of_f_overflows_to_infinity():
    a = Array('f', 1)
    a[0] = 1e300
    return a[0]


def integer_item_refuses_a_fraction():
    return refused(three().__setitem__, 0, 1.5)


def array_of_doubles():
    return numbers(Array('d', [0.5, 1.5]))


def slice_is_read():
    return numbers(three()[1:3])


def slice_is_written():
    a = three()
    a[1:3] = [7, 8]
    return numbers(a)


def empty_slice_is_read():
    return numbers(three()[1:1]) or 'nothing'


def slice_beyond_the_end_is_read():
    return numbers(three()[1:9])


def slice_too_long_is_written():
    a = three()
    return f'{refused(a.__setitem__, slice(1, 4), [7, 8, 9])} {numbers(a)}'


def loop_variable_is_a_copy():
    a = three()
    for x in a:
        x += 1
    return numbers(a)


def share_an_array(a):
    def double_all():
        for i in range(3):
            a[i] *= 2
    run_child(double_all)
    return numbers(a)


def parent_and_child_share_an_array():
    return share_an_array(three())


def parent_and_child_share_a_raw_array():
    return share_an_array(RawArray('i', [10, 20, 30]))


def array_lock_is_recursive():
    lock = three().get_lock()
    return f'{taken(lock)} {taken(lock)}'


def array_lock_keeps_others_out():
    lock = three().get_lock()
    lock.acquire()
    return told_by_child(taken, lock)


def raw_array_index_beyond_the_end():
    return refused(RawArray('i', 3).__getitem__, 3)


def text_after_a_nul():
    a = Array('c', 6)
    a.raw = b'hi\0lo\0'
    return a.value.decode()


def array_after_death_of_its_lock_holder():
    a = three()
    let_a_holder_be_killed(a.get_lock())
    return forever(a.get_lock())


# Lock

def held(make=Lock):
    """A lock that a child holds for as long as this program runs."""
    lock, has_it, never = make(), Gate(), Gate()

    def hold():
        lock.acquire()
        has_it.let_pass()
        never.wait()
    start_child(hold)
    has_it.wait()
    return lock


def mine(make=Lock):
    lock = make()
    lock.acquire()
    return lock


def lock_excludes():
    lock, v = Lock(), RawValue('i')

    def add_thousand():
        for _ in range(1000):
            with lock:
                v.value += 1
    child = start_child(add_thousand)
    add_thousand()
    child.join()
    return v.value


def held_lock_is_not_taken_by_a_try():
    return taken(held())


def held_lock_is_not_taken_in_time():
    return taken(held(), A_WHILE)


def negative_limit_counts_as_none():
    return 'taken' if held().acquire(timeout=-1) else 'not taken'


def released_lock_is_taken():
    lock = mine()
    lock.release()
    return told_by_child(taken, lock)


def release_of_a_free_lock():
    return refused(Lock().release)


def thread_of_the_holder_does_not_hold():
    return told_by_thread(taken, mine())


def child_of_the_holder_does_not_hold():
    return told_by_child(taken, mine())


def holder_acquires_again():
    return mine().acquire(timeout=A_WHILE) or 'waits for itself'


def release_by_another_process():
    return told_by_child(refused, mine().release)


def release_by_another_thread():
    return told_by_thread(refused, mine().release)


def holder_has_exited():
    lock = Lock()
    run_child(lock.acquire)
    return forever(lock)


def killed_holders():
    lock = Lock()
    let_a_holder_be_killed(lock)
    return lock


def holder_was_killed():
    return forever(killed_holders())


def waiter_when_the_holder_is_killed():
    lock, has_it, waiting, never = Lock(), Gate(), Gate(), Gate()
    answer, told = os.pipe()

    def hold():
        lock.acquire()
        has_it.let_pass()
        never.wait()

    def wait():
        waiting.let_pass()
        os.write(told, forever(lock).encode())
    holder = start_child(hold)
    has_it.wait()
    waiter = start_child(wait)
    waiting.wait()
    kill_child(holder)
    join_child(waiter)
    return os.read(answer, 100).decode()


def lock_after_a_death_and_its_repair():
    return forever(killed_holders())  # there is no way to repair it


def lock_after_a_death_without_repair():
    return forever(killed_holders())


def unowned_holder_acquires_again():
    return taken(mine(), A_WHILE)


def unowned_release_by_another_process():
    lock = mine()
    return f'{told_by_child(refused, lock.release)} {taken(lock)}'


def unowned_release_by_another_thread():
    lock = mine()
    return f'{told_by_thread(refused, lock.release)} {taken(lock)}'


def unowned_holder_has_exited():
    lock = Lock()
    run_child(lock.acquire)
    return taken(lock, A_WHILE)


def unowned_holder_was_killed():
    return taken(killed_holders(), A_WHILE)


def unowned_release_of_a_free_lock():
    return refused(Lock().release)


def twice():
    lock = mine(RLock)
    lock.acquire()
    return lock


def rlock_is_taken_twice():
    lock = RLock()
    return f'{taken(lock)} {taken(lock)}'


def rlock_released_as_often():
    lock = twice()
    lock.release()
    lock.release()
    return told_by_child(taken, lock)


def rlock_released_once_too_few():
    lock = twice()
    lock.release()
    return told_by_child(taken, lock)


def rlock_released_too_often():
    lock = mine(RLock)
    lock.release()
    return refused(lock.release)


def rlock_release_by_another_process():
    lock = twice()  # `release` alone would not keep it, and its count, alive
    return told_by_child(refused, lock.release)


def rlock_release_by_another_thread():
    lock = twice()
    return told_by_thread(refused, lock.release)


def rlock_held_by_another_thread():
    return told_by_thread(taken, twice())


def rlock_child_of_the_holder_does_not_hold():
    return told_by_child(taken, twice())


def rlock_holder_was_killed_at_level_two():
    lock = RLock()
    let_a_holder_be_killed(lock, 2)
    return forever(lock)


# Queue

def no_switch():
    """Only one thread of this process runs until it waits: what the feeder
    thread of a queue does then comes as late as it may."""
    sys.setswitchinterval(1000)


def got(q, *arguments):
    try:
        return q.get(*arguments)
    except queue.Empty:
        return 'empty'


def got_ever(q):
    x = got(q, True, A_WHILE)
    return 'waits for ever' if x == 'empty' else x


def put(q, *arguments):
    try:
        q.put(*arguments)
    except queue.Full:
        return 'full'
    return 'done'


def with_items(q, *items):
    for x in items:
        q.put(x)
    return q


def queue_is_first_in_first_out():
    q = with_items(Queue(3), 1, 2, 3)
    return numbers(q.get() for _ in range(3))


def queue_brings_an_item_from_a_child():
    q = Queue(1)
    run_child(q.put, 7)
    return q.get()


def queue_brings_an_item_to_a_child():
    return told_by_child(with_items(Queue(1), 7).get)


def put_into_a_full_queue():
    return put(with_items(Queue(1), 1), 2, False)


def put_into_a_queue_that_stays_full():
    return put(with_items(Queue(1), 1), 2, True, A_WHILE)


def get_from_an_empty_queue():
    return got(Queue(1), False)


def get_from_a_queue_that_stays_empty():
    return got(Queue(1), True, A_WHILE)


def length_after_puts():
    return with_items(Queue(3), 1, 2).qsize()


def length_after_put_and_get():
    q = with_items(Queue(3), 1, 2)
    q.get()
    return q.qsize()


def a_queue_of_one_passes_a_hundred():
    q = Queue(1)
    start_child(with_items, q, *range(100))
    return sum(q.get() for _ in range(100))


def each_producer_keeps_its_order():
    q = Queue(4)
    start_child(with_items, q, *range(0, 100, 2))
    start_child(with_items, q, *range(1, 100, 2))
    items = [q.get() for _ in range(100)]
    if [x for x in items if x % 2 == 0] != list(range(0, 100, 2)):
        return 'out of order'
    if [x for x in items if x % 2] != list(range(1, 100, 2)):
        return 'out of order'
    return 'in order'


def every_item_arrives_once():
    q, sums = Queue(8), Queue(2)

    def consume():
        sums.put(sum(iter(q.get, -1)))
    start_child(consume)
    start_child(consume)
    even = start_child(with_items, q, *range(0, 100, 2))
    run_child(with_items, q, *range(1, 100, 2))
    even.join()
    with_items(q, -1, -1)
    return sums.get() + sums.get()


def put_into_a_closed_queue():
    q = Queue(1)
    q.close()
    return refused(q.put, 1)


def closing_twice():
    q = Queue(1)
    return f'{refused(q.close)} {refused(q.close)}'


def length_of_a_closed_queue():
    q = with_items(Queue(2), 1)
    q.close()
    return q.qsize()


def get_from_a_closed_queue():
    q = with_items(Queue(2), 1)
    q.close()
    return refused(q.get, False)


def queue_without_a_bound():
    return refused(Queue, 0)


def get_when_every_producer_has_ended():
    q = Queue(2)
    run_child(q.put, 1)
    q.get()
    return got_ever(q)


def put_then_exit_at_once():
    q = Queue(1)

    def put_and_exit():
        no_switch()
        q.put(7)
        os._exit(0)
    run_child(put_and_exit)
    return 'lost' if got(q, True, A_WHILE) == 'empty' else 'arrived'


def changed_after_put():
    no_switch()
    q, x = Queue(1), [1]
    q.put(x)
    x[0] = 2
    return q.get()[0]


def join_before_draining():
    q = Queue()
    child = start_child(with_items, q, *[bytes(1000)] * 1000)
    child.join(1)
    return 'waits for ever' if child.is_alive() else child.exitcode


def get_after_a_consumer_was_killed_in_get():
    q = Queue(1)
    child = start_child(q.get)
    # It is inside when it has the lock of those who read.
    while q._rlock.acquire(False):
        q._rlock.release()
    kill_child(child)
    q.put(7)
    return got_ever(q)


# Process

def nothing():
    pass


def return_3():
    return 3


def wait_to_go(started, go):
    started.let_pass()
    go.wait()


def waiting_child():
    """A child that runs until it is let go, and the two gates."""
    started, go = Gate(), Gate()
    return start_child(wait_to_go, started, go), started, go


def exit_code_of_one_that_returns():
    return run_child(nothing)


def exit_code_of_one_that_returns_3():
    return run_child(return_3)


def exit_code_of_exit_7():
    return run_child(sys.exit, 7)


def exit_code_of_exit_263():
    return run_child(sys.exit, 263)


def exit_code_of_exit_minus_1():
    return run_child(sys.exit, -1)


def exit_code_of_underscore_exit():
    return run_child(os._exit, 9)


def exit_code_of_a_killed_one():
    return kill_child(waiting_child()[0])


def exit_code_of_a_terminated_one():
    child = waiting_child()[0]
    child.terminate()
    return join_child(child)


def exit_code_of_one_that_aborts():
    return run_child(os.abort)


def exit_code_of_one_that_crashes():
    return run_child(lambda: os.kill(os.getpid(), signal.SIGSEGV))


def none_or(x):
    return 'none' if x is None else x


def exit_code_before_the_start():
    return none_or(Process(target=nothing).exitcode)


def exit_code_while_it_runs():
    child, started, _ = waiting_child()
    started.wait()
    return none_or(child.exitcode)


def pid_before_the_start():
    return none_or(Process(target=nothing).pid)


def pid_is_the_childs_own():
    v = RawValue('i')
    child = start_child(lambda: store(v, os.getpid()))
    child.join()
    return 'equal' if v.value == child.pid else 'unequal'


def start_twice():
    return refused(start_child(nothing).start)


def join_before_the_start():
    return refused(Process(target=nothing).join)


def join_by_another_process():
    child = waiting_child()[0]
    return told_by_child(refused, child.join, A_WHILE)


def join_twice():
    child = start_child(nothing)
    return f'{refused(child.join)} {refused(child.join)}'


def alive(child):
    return 'alive' if child.is_alive() else 'ended'


def join_with_a_limit_leaves_it_alive():
    child = waiting_child()[0]
    child.join(0.05)
    return alive(child)


def join_with_a_negative_limit():
    child = waiting_child()[0]
    child.join(-1)
    return alive(child)


def join_says_that_time_is_up():
    child = waiting_child()[0]
    return child.join(0.05) or 'nothing'


def is_alive_before_during_after():
    started, go = Gate(), Gate()
    child = Process(target=wait_to_go, args=(started, go))
    answers = [child.is_alive()]
    child.start()
    answers.append(child.is_alive())
    go.let_pass()
    child.join()
    answers.append(child.is_alive())
    return numbers('yes' if x else 'no' for x in answers)


def terminate_before_the_start():
    return refused(Process(target=nothing).terminate)


def terminate_after_the_end():
    child = start_child(nothing)
    child.join()
    child.terminate()
    return child.exitcode


def names_are_numbered():
    return f'{Process().name} {Process().name}'


def given_name():
    return Process(name='worker').name


def current_name():
    return multiprocessing.current_process().name


def name_of_the_main_process():
    return current_name()


def name_that_a_child_has():
    return 'equal' if told_by_child(current_name) == 'Process-1' else 'unequal'


def name_of_a_childs_child():
    return told_by_child(lambda: Process().name)


def daemon_after_the_start():
    return refused(setattr, waiting_child()[0], 'daemon', True)


def daemon_ends_with_its_parent():
    started, go = Gate(), Gate()

    def start_daemon():
        Process(target=wait_to_go, args=(started, go), daemon=True).start()
        started.wait()
    run_child(start_daemon)
    return 'ended' if started.is_lost() else 'goes on'


def daemon_of_a_killed_parent():
    started, go = Gate(), Gate()

    def start_daemon_and_die():
        Process(target=wait_to_go, args=(started, go), daemon=True).start()
        started.wait()
        os.kill(os.getpid(), signal.SIGKILL)
    run_child(start_daemon_and_die)
    return 'ended' if started.is_lost() else 'goes on'


def daemon_starts_a_child():
    read, write = os.pipe()

    def start_child_in_daemon():
        answer = refused(Process(target=nothing).start)
        os.write(write, answer.encode())
    child = Process(target=start_child_in_daemon, daemon=True)
    child.start()
    child.join()
    return os.read(read, 100).decode()


def parent_ends_before_its_child():
    started, go = Gate(), Gate()
    middle = start_child(start_child, wait_to_go, started, go)
    started.wait()
    middle.join(A_WHILE)
    return 'waits for it' if middle.is_alive() else 'ends'


def handle_freed_while_it_runs():
    return refused(waiting_child()[0].close)


def child_sees_a_global_changed_before_the_start():
    child = Process(target=lambda: sys.exit(number))
    set_number(2)
    child.start()
    return join_child(child)


def argument_changed_before_the_start():
    x = [1]
    child = Process(target=lambda y: sys.exit(y[0]), args=(x,))
    x[0] = 2
    child.start()
    return join_child(child)


def what_is_printed_arrives_once():
    print('before', end='')  # stays in the buffer
    run_child(lambda: print(' child', end=''))
    return ''


def child_inherits_open_files():
    read, write = os.pipe()
    run_child(os.write, write, b'hello')
    return os.read(read, 100).decode()


# Pool

FEW = range(5)


def square(x):
    return x * x


def squares(pool, chunk=None):
    return numbers(pool.map(square, FEW, chunk))


def map_keeps_the_order():
    return squares(Pool(2))


def map_of_nothing():
    return numbers(Pool(2).map(square, [])) or 'nothing'


def map_in_chunks_of_one():
    return squares(Pool(2), 1)


def map_in_one_chunk():
    return squares(Pool(2), 5)


def map_of_ten_thousand():
    return sum(Pool(2).map(square, range(10000)))


def apply_of_one():
    return Pool(2).apply(square, (9,))


def pool_has_its_workers():
    return Pool(3)._processes


def pool_of_no_workers():
    return refused(Pool, 0)


def two_maps_in_turn():
    pool = Pool(2)
    return f'{squares(pool)} {squares(pool)}'


def initializer_ran_in_each_worker():
    return numbers(Pool(2, set_number, (7,)).map(tell_number, range(4), 1))


def answer_of(result):
    """Of map_async; a task that died never answers."""
    try:
        return numbers(result.get(A_WHILE))
    except multiprocessing.TimeoutError:
        return 'waits for ever'


def initializer_that_fails():
    # Each of the workers that are started without end would say why.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    return answer_of(Pool(2, square, ('x',)).map_async(square, FEW))


class Failed(Exception):
    pass


ran = None


def fail_even(x):
    """2 and 4 fail, with themselves as the error."""
    with ran.get_lock():
        ran.value += 1
    if x in (2, 4):
        raise Failed(x)


def map_failing(workers, chunk):
    """The pool and its error, after all has been run."""
    global ran
    ran = Value('i')
    pool = Pool(workers)
    try:
        pool.map(fail_even, FEW, chunk)
    except Failed as error:
        return pool, error.args[0]


# One worker, so that it is clear who is first.

def first_error_of_map():
    return f'error of {map_failing(1, 1)[1]}'


def others_run_although_one_failed():
    pool = map_failing(1, 1)[0]
    pool.close()
    pool.join()
    return ran.value


def others_of_the_same_chunk_run():
    pool = map_failing(1, 5)[0]
    pool.close()
    pool.join()
    return ran.value


def pool_works_after_an_error():
    return squares(map_failing(2, 1)[0])


def worker_changes_its_own_global():
    Pool(2).map(set_number, [2] * 5, 1)
    return number


def exit_in_task(x):
    if x == 1:
        sys.exit(3)
    return x * x


def task_that_exits():
    return answer_of(Pool(2).map_async(exit_in_task, FEW, 1))


def die_in_task(x):
    if x == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return x * x


def task_that_is_killed():
    return answer_of(Pool(2).map_async(die_in_task, FEW, 1))


def pool_works_after_a_workers_death():
    pool = Pool(2)
    answer_of(pool.map_async(die_in_task, FEW, 1))
    return squares(pool, 1)


def map_after_close():
    pool = Pool(2)
    pool.close()
    return refused(pool.map, square, FEW)


def map_after_terminate():
    pool = Pool(2)
    pool.terminate()
    return refused(pool.map, square, FEW)


def join_of_an_open_pool():
    return refused(Pool(2).join)


def close_and_join():
    pool = Pool(2)
    return f'{refused(pool.close)} {refused(pool.join)}'


def close_and_join_twice():
    pool = Pool(2)
    pool.close()
    pool.join()
    return f'{refused(pool.close)} {refused(pool.join)}'


def terminate_and_join():
    pool = Pool(2)
    return f'{refused(pool.terminate)} {refused(pool.join)}'


# Semaphore

def semaphore_has_its_value():
    return Semaphore(2).get_value()


def semaphore_of_two_is_taken_twice():
    s = Semaphore(2)
    return f'{taken(s)} {taken(s)} {taken(s)}'


def semaphore_that_stays_empty():
    return taken(Semaphore(0), A_WHILE)


def semaphore_value_after_acquire():
    return mine(lambda: Semaphore(2)).get_value()


def semaphore_released_above_its_start():
    s = Semaphore(2)
    s.release()
    return s.get_value()


def semaphore_released_by_another_process():
    s = Semaphore(0)
    run_child(s.release)
    return taken(s)


def semaphore_value_below_zero():
    return refused(Semaphore, -1)


def semaphore_value_too_large():
    return refused(Semaphore, 2 ** 31)


def semaphore_permit_of_a_killed_process():
    s = Semaphore(1)
    let_a_holder_be_killed(s)
    return taken(s, A_WHILE)


# BoundedSemaphore

def bounded_semaphore_has_its_value():
    return BoundedSemaphore(2).get_value()


def bounded_semaphore_of_two_is_taken_twice():
    s = BoundedSemaphore(2)
    return f'{taken(s)} {taken(s)} {taken(s)}'


def bounded_semaphore_that_stays_empty():
    return taken(mine(lambda: BoundedSemaphore(1)), A_WHILE)


def bounded_semaphore_released_above_its_start():
    s = BoundedSemaphore(2)
    return f'{refused(s.release)} {s.get_value()}'


def bounded_semaphore_released_by_another_process():
    s = mine(lambda: BoundedSemaphore(1))
    return told_by_child(refused, s.release)


def bounded_semaphore_permit_of_a_killed_process():
    s = BoundedSemaphore(1)
    let_a_holder_be_killed(s)
    return taken(s, A_WHILE)


def bounded_semaphore_of_none():
    return refused(BoundedSemaphore, 0)


def bounded_semaphore_of_5000():
    return refused(BoundedSemaphore, 5000)


# Event

def yes_or_no(x):
    return 'yes' if x else 'no'


def waited_for(event, limit=None):
    return 'set' if event.wait(limit) else 'timed out'


def event_is_made_clear():
    return yes_or_no(Event().is_set())


def event_is_set():
    event = Event()
    event.set()
    return yes_or_no(event.is_set())


def event_is_cleared():
    event = Event()
    event.set()
    event.clear()
    return yes_or_no(event.is_set())


def wait_for_a_set_event():
    event = Event()
    event.set()
    return waited_for(event)


def wait_for_an_event_that_stays_clear():
    return waited_for(Event(), A_WHILE)


def event_set_by_a_child():
    event = Event()
    start_child(event.set)
    return waited_for(event)


def until_one_sleeps(condition):
    """A waiter of a Condition (an Event has one) counts itself under the lock
    and sleeps on a semaphore."""
    while not condition._sleeping_count.get_value():
        os.sched_yield()


def event_set_while_a_child_waits():
    event = Event()
    answer, told = os.pipe()
    start_child(lambda: os.write(told, waited_for(event).encode()))
    event.set()
    return os.read(answer, 100).decode()


def ends(call):
    """Whether a call in a child ends within a while."""
    child = start_child(call)
    child.join(A_WHILE)
    return 'waits for ever' if child.is_alive() else 'done'


def event_set_after_a_waiter_was_killed():
    event = Event()
    child = start_child(event.wait)
    until_one_sleeps(event._cond)
    kill_child(child)
    return ends(event.set)


# Condition

def notified(condition, limit=None):
    return 'notified' if condition.wait(limit) else 'timed out'


def notify_without_the_lock():
    return refused(Condition().notify)


def wait_without_the_lock():
    return refused(Condition().wait, A_WHILE)


def wait_that_nobody_notifies():
    condition = Condition()
    with condition:
        return notified(condition, A_WHILE)


def notify_with_nobody_waiting_is_lost():
    condition = Condition()
    with condition:
        condition.notify()
        return notified(condition, A_WHILE)


def wait_takes_all_levels_back():
    condition = Condition()
    answers = [refused(condition.release)]
    condition.acquire()
    condition.acquire()
    condition.wait(0.01)
    answers += [refused(condition.release) for _ in range(3)]
    return ' '.join(answers)


def waiting_children(condition, count):
    """Wait, and write what came of it; returns where that can be read."""
    answer, told = os.pipe()
    waiting = Gate()

    def wait():
        with condition:
            waiting.let_pass()
            os.write(told, (notified(condition) + ' ').encode())
    children = [start_child(wait) for _ in range(count)]
    for _ in children:
        waiting.wait()
    return children, answer


def waiter_is_notified():
    condition = Condition()
    children, answer = waiting_children(condition, 1)
    with condition:
        condition.notify()
    join_child(children[0])
    return os.read(answer, 100).decode().strip()


def two_waiters_are_notified_by_notify_all():
    condition = Condition()
    children, answer = waiting_children(condition, 2)
    with condition:
        condition.notify_all()
    for child in children:
        child.join()
    return os.read(answer, 100).decode().strip()


def waited_for_predicate(value):
    condition = Condition()
    with condition:
        if condition.wait_for(lambda: value, A_WHILE):
            return 'true'
    return 'false'


def wait_for_a_true_predicate():
    return waited_for_predicate(True)


def wait_for_a_false_predicate():
    return waited_for_predicate(False)


def notify_after_a_waiter_was_killed():
    condition = Condition()
    children, _ = waiting_children(condition, 1)
    until_one_sleeps(condition)
    with condition:
        pass  # it waits
    kill_child(children[0])

    def notify():
        with condition:
            condition.notify()
    return ends(notify)


# Barrier

def passed(barrier, limit=None):
    """A time that passes breaks it, as Python has no other error for it."""
    try:
        return str(barrier.wait(limit))
    except threading.BrokenBarrierError:
        return 'timed out' if limit else 'broken'


def barrier_of_one():
    barrier = Barrier(1)
    return f'{passed(barrier)} {passed(barrier)}'


def barrier_of_two_numbers_its_parties():
    barrier = Barrier(2)
    child = start_child(lambda: sys.exit(barrier.wait()))
    return barrier.wait() + join_child(child)


def barrier_has_its_parties():
    return Barrier(3).parties


def barrier_whose_others_do_not_come():
    barrier = Barrier(2)
    return f'{passed(barrier, A_WHILE)} {passed(barrier)}'


def aborted():
    barrier = Barrier(1)
    barrier.abort()
    return barrier


def barrier_after_abort():
    return passed(aborted())


def barrier_after_abort_and_reset():
    barrier = aborted()
    barrier.reset()
    return passed(barrier)


def barrier_action_runs_once_a_cycle():
    actions = []
    barrier = Barrier(1, lambda: actions.append(1))
    barrier.wait()
    barrier.wait()
    return len(actions)


def barrier_action_that_fails_breaks_it():
    barrier = Barrier(1, lambda: 1 // 0)
    try:
        barrier.wait()
    except ZeroDivisionError:
        return passed(barrier)


def barrier_of_none():
    return refused(Barrier, 0)


# JoinableQueue

def joinable(items):
    return with_items(JoinableQueue(4), *range(items))


def do_tasks(q, count):
    for _ in range(count):
        q.get()
        q.task_done()


def joined(q):
    q.join()
    return 'done'


def join_of_an_empty_queue():
    return joined(joinable(0))


def task_done_without_a_task():
    return refused(joinable(0).task_done)


def task_done_twice_for_one_task():
    q = joinable(1)
    q.get()
    return f'{refused(q.task_done)} {refused(q.task_done)}'


def join_after_the_tasks_are_done():
    q = joinable(2)
    do_tasks(q, 2)
    return joined(q)


def join_waits_for_a_childs_tasks():
    q = joinable(2)
    child = start_child(do_tasks, q, 2)
    return f'{joined(q)} {join_child(child)}'


def join_when_the_consumer_was_killed():
    q, got_it, never = joinable(1), Gate(), Gate()

    def get_and_stay():
        q.get()
        got_it.let_pass()
        never.wait()
    child = start_child(get_and_stay)
    got_it.wait()
    kill_child(child)
    return ends(q.join)


# Pipe

def received(end, limit=A_WHILE):
    if not end.poll(limit):
        return 'waits for ever'
    return end.recv_bytes().decode()


def pipe_brings_bytes_to_a_child():
    a, b = Pipe()
    start_child(b.send_bytes, b'hello')
    return a.recv_bytes().decode()


def pipe_goes_both_ways():
    a, b = Pipe()
    a.send_bytes(b'ping')
    start_child(lambda: b.send_bytes(b.recv_bytes().replace(b'i', b'o')))
    return 'ping ' + a.recv_bytes().decode()


def pipe_keeps_the_order():
    a, b = Pipe(False)
    for text in (b'a', b'bc', b'def'):
        b.send_bytes(text)
    return ' '.join(a.recv_bytes().decode() for _ in range(3))


def pipe_brings_an_empty_message():
    a, b = Pipe()
    b.send_bytes(b'')
    return len(a.recv_bytes())


def poll_of_an_empty_pipe():
    a, _b = Pipe()
    return yes_or_no(a.poll())


def poll_of_a_pipe_with_a_message():
    a, b = Pipe()
    b.send_bytes(b'hello')
    return yes_or_no(a.poll())


def pipe_of_one_way_used_the_other_way():
    a, b = Pipe(False)
    return f"{refused(a.send_bytes, b'hello')} {refused(b.recv_bytes)}"


def pipe_message_larger_than_the_buffer():
    a, b = Pipe()
    b.send_bytes(b'hello')
    return f'{refused(a.recv_bytes, 3)} {refused(a.recv_bytes)}'


def receive_after_the_sender_was_killed():
    a, b = Pipe(False)
    sent, never = Gate(), Gate()

    def send_and_stay():
        b.send_bytes(b'hello')
        sent.let_pass()
        never.wait()
    child = start_child(send_and_stay)
    sent.wait()
    kill_child(child)
    a.recv_bytes()
    return received(a)


def send_after_the_receiver_was_killed():
    a, b = Pipe(False)
    b.send_bytes(b'hello')
    got_it, never = Gate(), Gate()

    def receive_and_stay():
        a.recv_bytes()
        got_it.let_pass()
        never.wait()
    child = start_child(receive_and_stay)
    got_it.wait()
    kill_child(child)
    return refused(b.send_bytes, b'hello')


# Pool: results and iterators

def fail_2_and_4(x):
    if x in (2, 4):
        raise Failed(x)
    return x * x


def got_or_failed(call):
    try:
        return str(call())
    except Failed as error:
        return f'error of {error.args[0]}'


def result_of_map_async():
    return numbers(Pool(2).map_async(square, FEW).get())


def result_of_apply_async_got_twice():
    job = Pool(2).apply_async(square, (9,))
    return f'{job.get()} {job.get()}'


never_passed = Gate()  # a pool's arguments cannot be local


def wait_in_task():
    never_passed.wait()


def result_that_is_not_ready():
    job = Pool(2).apply_async(wait_in_task)
    ready = yes_or_no(job.ready())
    try:
        job.get(A_WHILE)
    except multiprocessing.TimeoutError:
        return f'{ready} timed out'


def result_that_is_ready():
    job = Pool(2).apply_async(square, (9,))
    job.wait()
    return yes_or_no(job.ready())


def result_of_a_task_that_fails():
    return got_or_failed(Pool(2).apply_async(fail_2_and_4, (2,)).get)


def callback_runs_once_before_wait_returns():
    calls = []
    job = Pool(2).apply_async(square, (9,), callback=calls.append)
    job.wait()
    job.wait()
    return len(calls)


def imap_keeps_the_order():
    return numbers(Pool(2).imap(square, FEW))


def imap_unordered_brings_each_once():
    return sum(Pool(2).imap_unordered(square, FEW))


def imap_goes_on_after_a_failure():
    it = Pool(2).imap(fail_2_and_4, FEW)
    return ' '.join(got_or_failed(it.next) for _ in FEW)


def imap_reads_ahead():
    items = iter(range(100))
    it = Pool(2).imap(square, items)
    it.next()
    for _ in range(100):
        if operator.length_hint(items) == 0:
            return 'all of 100'
        threading.Event().wait(A_WHILE)
    return 'a few'


def result_after_terminate():
    pool = Pool(2)
    job = pool.apply_async(wait_in_task)
    pool.terminate()
    try:
        job.get(A_WHILE)
    except multiprocessing.TimeoutError:
        return 'waits for ever'


# Each runs alone.

def run_alone(name):
    """In its own process, which it ends."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(SECONDS)
    code = 0
    print(f'{name}: ', end='', flush=True)
    try:
        print(globals()[name]())
    except BaseException as error:  # whatever it is, it is the result
        print(f'stopped: {error!r}')
        code = 1
    sys.stdout.flush()
    os._exit(code)  # and not wait for children that a program left


def run(name):
    pid = os.fork()
    if pid == 0:
        run_alone(name)
    status = os.waitpid(pid, 0)[1]
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    if os.WIFSIGNALED(status):
        print(f'ended by signal {os.WTERMSIG(status)}', flush=True)
    return status != 0


if __name__ == '__main__':
    multiprocessing.set_start_method('fork')
    sys.exit(any([run(name) for name in sys.argv[1:]]))
