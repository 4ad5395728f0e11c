"""When does tying help?  The study behind chapter "Tied parameters": run once, kept in `d2lparams/view/tying.json`.

``python -m tools.tying`` runs it (1,920 small trainings, a few minutes on one core) and writes the file.  A made-up
language of 64 words in 8 groups: the group of a word decides, with probabilities drawn once for each seed, the group of
the word after it.  Two roles may agree or not: the group of a word when it is read, and when it is written.  A model
reads a word into a vector, mixes it, and scores all words; tied, its first table is its last layer.

Full-batch training needs of the examples only how often each pair occurs, and the loss on new examples is a sum over
the known probabilities: no step is noisy, and no test set is drawn.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from d2lparams import Trainer, autograd, init, nd, nn
from tools.project import ROOT

__all__ = ["CASES", "CHECKS", "SEEDS", "irreducible", "language", "model", "pairs", "study", "train", "unigram"]

PATH = ROOT / "d2lparams" / "view" / "tying.json"
WORDS, GROUPS = 64, 8
SEEDS = 20
EXAMPLES = (500, 1000, 2000, 4000, 8000, 16000)
CASES = tuple(product((True, False), (4, 8)))  # do the roles agree, and the width of the vectors
CHECKS = (0, 10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500)  # the steps at which losses are kept

Table = NDArray[np.float64]


def language(seed: int, same_roles: bool) -> Table:
    """Return the probabilities of all pairs, shape (64, 64): rows are first words, columns second ones; sum 1."""
    rng = np.random.default_rng(seed)
    follows = rng.dirichlet(np.full(GROUPS, 0.3), size=GROUPS)
    read = np.arange(WORDS) % GROUPS
    write = read if same_roles else rng.permutation(read)
    table: Table = follows[np.ix_(read, write)] / (WORDS * WORDS // GROUPS)
    return table


def pairs(seed: int, table: Table, examples: int) -> Table:
    """Return the share of each pair in so many pairs drawn from a language."""
    drawn = np.random.default_rng([seed, examples]).choice(table.size, examples, p=table.ravel())
    return np.bincount(drawn, minlength=table.size).reshape(table.shape) / examples


def irreducible(table: Table) -> float:
    """Return the loss of a model that knows the language: the entropy of the second word, given the first, in nats."""
    given = table / table.sum(axis=1, keepdims=True)
    return float(-(table[table > 0] * np.log(given[table > 0])).sum())


def unigram(table: Table) -> float:
    """Return the loss of a model that knows how frequent words are and does not look at the first."""
    frequency = table.sum(axis=0)
    return float(-(frequency[frequency > 0] * np.log(frequency[frequency > 0])).sum())


def model(tied: bool, seed: int, width: int) -> nn.Sequential:
    """Return a model that reads a word, mixes its vector and scores every word."""
    nd.random.seed(seed)
    read = nn.Embedding(WORDS, width)
    write = nn.Dense(WORDS, in_units=width, use_bias=False, params=read.params if tied else None)
    net = nn.Sequential()
    net.add(read, nn.Dense(width, in_units=width, use_bias=False), write)
    net.initialize(init.Normal(0.3))
    return net


def train(net: nn.Sequential, train_table: Table, test_table: Table) -> list[tuple[float, float]]:
    """Train with Adam and return the training and the test loss at every check."""
    trainer = Trainer(net.collect_params(), "adam", {"learning_rate": 0.03})
    words, share = nd.arange(WORDS), nd.array(train_table)
    losses = []
    for step in range(CHECKS[-1] + 1):
        with autograd.record():
            log_p = nd.log_softmax(net(words))
            error = -(share * log_p).sum()
        if step in CHECKS:
            losses.append((error.asscalar(), float(-(test_table * log_p.asnumpy()).sum())))
        error.backward()
        trainer.step(1)
    return losses


def cell(same_roles: bool, width: int, examples: int, seeds: int = SEEDS) -> Table:
    """Return the losses of one case, shape (seeds, untied and tied, train and test, checks)."""
    found = []
    for seed in range(seeds):
        table = language(seed, same_roles)
        share = pairs(seed, table, examples)
        runs = [train(model(tied, seed, width), share, table) for tied in (False, True)]
        found.append([list(zip(*run, strict=True)) for run in runs])
    return np.array(found)


def kept(losses: Table, floors: Table) -> dict[str, Any]:
    """Return what the figure draws of one case.

    The languages differ in what is possible, so the spread is that of the distance from each language's own floor.
    """
    rows: dict[str, Any] = {}
    for name, run in zip(("untied", "tied"), losses.transpose(1, 2, 0, 3), strict=True):
        training, test = run
        low, high = np.quantile(test - floors[:, None], (0.25, 0.75), axis=0) + floors.mean()
        curves = {"train": training.mean(0), "test": test.mean(0), "low": low, "high": high, "best": test.min(1)}
        rows[name] = {key: [round(float(v), 3) for v in values] for key, values in curves.items()}
    return rows


def study() -> dict[str, Any]:
    """Run everything and return what is kept."""
    tables = [language(seed, True) for seed in range(SEEDS)]  # other roles permute columns: both floors stay
    floors = np.array([irreducible(table) for table in tables])
    cases = [
        {"same_roles": same, "width": width, "examples": n, **kept(cell(same, width, n), floors)}
        for (same, width), n in product(CASES, EXAMPLES)
    ]
    return {
        "seeds": SEEDS,
        "checks": list(CHECKS),
        "irreducible": round(float(floors.mean()), 3),
        "unigram": round(float(np.mean([unigram(table) for table in tables])), 3),
        "uniform": round(float(np.log(WORDS)), 3),
        "cases": cases,
    }


if __name__ == "__main__":
    found = study()
    lines = ",\n".join("  " + json.dumps(case, separators=(",", ":")) for case in found.pop("cases"))
    head = json.dumps(found, separators=(",", ":"))[:-1]
    PATH.write_text(f'{head},"cases":[\n{lines}\n]}}\n', encoding="utf-8")
