"""The event of lively-evening.yaml in SimPy: a process a viewer, the same rates, the same queues with time-outs and retries, the same
stock with holds, the same counts second by second; for as many viewers as asked. Chat has no bursts here, and viewers no round trip.

Usage: peer_simpy.py VIEWERS. Prints one line of JSON: events as the crowd counts them, and the CPU-seconds they took.
"""
import collections
import json
import math
import random
import resource
import sys

import simpy

VIEWERS = int(sys.argv[1])
MINUTE = 60.0
END = 120 * MINUTE
LIKE_BATCHES_PER_SEC = 3.5 / MINUTE / 5
GIFTS_PER_SEC = 0.005 / MINUTE
CHATS_PER_SEC = 0.03 / MINUTE
SCALE = VIEWERS / 1_000_000
TIMEOUT, HOLD, RETRIES, BACKOFF = 10.0, 120.0, 2, 1.0
rng = random.Random(20261122)
ROWS = collections.defaultdict(lambda: [0] * (int(END) + 1))
RESPONSES = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
env = simpy.Environment()
events = 0
orders = 0


def endpoint(servers):
    return simpy.Resource(env, capacity=max(1, round(servers * SCALE)))


STATIONS = {"view": endpoint(400), "cart": endpoint(120), "checkout": endpoint(60), "pay": endpoint(60)}
STOCK = {"mug": 1_000_000 * SCALE, "serum": 0.0}
CUES = sorted(
    [(2 * MINUTE + i * 16 * MINUTE, "mug", 0.3) for i in range(8)]
    + [(10 * MINUTE + i * 16 * MINUTE, "serum", 1.0) for i in range(7)]
)


def count(row):
    ROWS[row][min(int(env.now), int(END))] += 1


def request(step):
    """True when it was answered in time; tries again after a time-out."""
    global events
    for attempt in range(RETRIES + 1):
        events += 1
        count(step)
        began = env.now
        with STATIONS[step].request() as turn:
            got = yield turn | env.timeout(TIMEOUT)
            if turn in got:
                yield env.timeout(rng.lognormvariate(math.log(0.02), 0.5))
        RESPONSES[step][int(env.now)][round((env.now - began) * 1000)] += 1
        if turn in got:
            return True
        yield env.timeout(BACKOFF * 2**attempt * rng.uniform(0.5, 1.5))
    return False


def hold(product, cart):
    yield env.timeout(HOLD)
    if not cart["paid"]:
        STOCK[product] += 1


def purchase(product, leaves):
    global orders
    yield env.timeout(rng.lognormvariate(math.log(0.9), 0.5))
    cart = {"paid": False}
    count("clicks")
    for _ in range(1 + (rng.random() < 0.5)):
        yield from request("view")
    for step, share in (("cart", 0.3), ("checkout", 0.6), ("pay", 0.93)):
        if rng.random() >= share or env.now >= leaves:
            return
        yield env.timeout(rng.lognormvariate(math.log(2.0), 0.6))
        if not (yield from request(step)):
            return
        if step == "cart":
            if STOCK[product] < 1:
                return
            STOCK[product] -= 1
            env.process(hold(product, cart))
        if step == "pay" and rng.random() < 0.05:
            return
    cart["paid"] = True
    orders += 1
    count("orders")


def viewer():
    global events
    events += 2
    enters = env.now
    count("joins")
    leaves = min(END, enters + rng.lognormvariate(math.log(6 * MINUTE), 1.0))
    chats = CHATS_PER_SEC / 0.12 if rng.random() < 0.12 else 0.0
    clocks = [rng.expovariate(rate) if rate > 0 else math.inf for rate in (LIKE_BATCHES_PER_SEC, GIFTS_PER_SEC, chats)]
    rates = (LIKE_BATCHES_PER_SEC, GIFTS_PER_SEC, chats)
    for at, product, interest in CUES:
        stands = 16 * MINUTE if product == "mug" else 4 * MINUTE
        if enters - stands <= at <= leaves:
            if rng.random() < 0.12 * interest:
                env.process(delayed(max(0.0, at - enters), product, leaves))
    while True:
        gap = min(clocks)
        if env.now + gap >= leaves:
            yield env.timeout(max(0.0, leaves - env.now))
            count("leaves")
            return
        yield env.timeout(gap)
        events += 1
        which = clocks.index(gap)
        count(("likes", "gifts", "chats")[which])
        clocks = [clock - gap for clock in clocks]
        clocks[which] = rng.expovariate(rates[which])


def delayed(wait, product, leaves):
    yield env.timeout(wait)
    yield from purchase(product, leaves)


def arrivals():
    tau = 20 * MINUTE / math.log(10)
    times = [min(END, rng.expovariate(1 / tau)) for _ in range(round(VIEWERS * 0.4))]
    times += [rng.uniform(0, END) for _ in range(round(VIEWERS * 0.6))]
    times.sort()
    for at in times:
        yield env.timeout(at - env.now)
        env.process(viewer())


def drops():
    for at, product, _ in CUES:
        yield env.timeout(at - env.now)
        if product == "serum":
            STOCK["serum"] = 1500 * SCALE


before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
env.process(arrivals())
env.process(drops())
env.run(until=END)
took = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
print(json.dumps({"events": events, "orders": orders, "cpuSeconds": took}))
