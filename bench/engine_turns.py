"""Processes that take turns: each times a pass over some rows when it is asked to, so that whoever
asks can interleave them. bench/engine/main.cc says what the lines are; bench/peers/engine_*.py
answer the same ones."""

import json
import os
import random
import subprocess

from measure import BenchError


class Worker:
    """A process with one contender or several; `engines` says by name which way each works."""

    def __init__(self, command):
        # Threads that have nothing to do sleep, or they would take the next contender's turn.
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env=os.environ | {"OMP_WAIT_POLICY": "passive"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        try:
            self.introduction = json.loads(self._line())
        except BaseException:
            self.stop()
            raise
        self.engines = self.introduction["engines"]

    def _line(self):
        line = self.process.stdout.readline()
        if not line:
            raise BenchError(f"{self.process.args[0]} ended with {self.process.wait()}")
        return line.strip()

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
        except BrokenPipeError:
            pass  # the answer will be missing too
        return self._line()

    def check(self):
        """None, or the sentence that says who computes something else."""
        said = self.ask("check")
        return None if said == "ok" else said

    def turn(self, case, threads, count, contender):
        """Microseconds per row of one pass: wall clock and CPU. None when it does not do that."""
        said = self.ask(f"{case} {threads} {count} {contender}")
        try:
            wall, cpu = map(float, said.split())
        except ValueError:
            return None
        return wall * 1e6 / count, cpu * 1e6 / count

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def interleave(turns, rounds, seed=1, first=0):
    """`turns`: name -> function that takes a turn. Everybody once a round, in another order each
    time, after one round that does not count (`first=1`: without that). Gives the figures of the
    rounds by name, without those who do not take part."""
    figures = {}
    for number in range(first, rounds + 1):
        for name in random.Random(seed * 1000 + number).sample(list(turns), len(turns)):
            figure = turns[name]()
            if number and figure:
                figures.setdefault(name, []).append(figure)
    return figures
