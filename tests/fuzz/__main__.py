"""`python -m tests.fuzz TARGET [--count N] [--seconds N] [--seed N]`: many mutated inputs; keeps each that fails in the corpus."""

import argparse
import gc
import random
import sys
import time
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from .mutate import mutate

HERE = Path(__file__).parent
SLOW_MS = 50.0


def main() -> int:
    """Return 0 when every promise held and no input took longer than the bound, else 1."""
    targets = [module.name for module in iter_modules([str(HERE / "targets")])]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=targets)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many, whatever the count")
    options = parser.parse_args()
    target = import_module(f".targets.{options.target}", __package__)
    dice = random.Random(options.seed)  # noqa: S311 - to repeat a run, not to keep a secret
    corpus = HERE / "corpus" / options.target
    failed = slow = 0
    worst = 0.0
    for text in target.SEEDS:
        target.run(text)  # what is imported late is no part of the time of an input
    gc.disable()  # as in the pipeline; a collection would be booked on whatever input it meets
    began = time.perf_counter()
    number = 0
    while number < options.count and time.perf_counter() - began < options.seconds:
        number += 1
        text = mutate(target.SEEDS, dice)
        start = time.process_time()
        try:
            target.run(text)
        except Exception as error:
            failed += 1
            name = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
            corpus.mkdir(parents=True, exist_ok=True)
            (corpus / name).write_bytes(text.encode("utf-8", "surrogatepass"))
            sys.stdout.write(f"{corpus / name}: {type(error).__name__}: {error}\n")
        spent = (time.process_time() - start) * 1000
        worst = max(worst, spent)
        slow += spent > SLOW_MS
        if number % 1000 == 0:
            gc.collect()
    seconds = time.perf_counter() - began
    sys.stdout.write(
        f"{options.target}: {number} inputs in {seconds:.1f} s, {failed} failed, "
        f"{slow} over {SLOW_MS:.0f} ms, worst {worst:.1f} ms\n"
    )
    return 1 if failed or slow else 0


if __name__ == "__main__":
    sys.exit(main())
