"""`python -m tests.fuzz TARGET [--count N] [--seconds N] [--seed N]`: many mutated inputs; keeps each that fails in the corpus."""

import argparse
import random
import sys
import time
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from .many import SLOW, many

HERE = Path(__file__).parent


def main() -> int:
    """Return 0 when every promise held and no input took longer than the bound, else 1."""
    targets = [module.name for module in iter_modules([str(HERE / "targets")])]
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=targets)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many, whatever the count")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE.parent))  # where the tests find what they share
    target = import_module(f".targets.{options.target}", __package__)
    dice = random.Random(options.seed)  # noqa: S311 - to repeat a run, not to keep a secret
    began = time.monotonic()
    tried = many(target, dice, options.count, options.seconds)
    corpus = HERE / "corpus" / options.target
    for text, why in (*tried.failed, *((text, "slow") for text in tried.slow)):
        content = text.encode("utf-8", "surrogatepass")
        corpus.mkdir(parents=True, exist_ok=True)
        path = corpus / sha256(content).hexdigest()[:12]
        path.write_bytes(content)
        sys.stdout.write(f"{path}: {why!r}\n")
    sys.stdout.write(
        f"{options.target}: {tried.inputs} inputs in {time.monotonic() - began:.1f} s, {len(tried.failed)} failed, "
        f"{len(tried.slow)} over {SLOW * 1000:.0f} ms, worst {tried.worst * 1000:.1f} ms\n"
    )
    return 1 if tried.failed or tried.slow else 0


if __name__ == "__main__":
    sys.exit(main())
