"""What all tests share: which of them this environment can run."""

from __future__ import annotations

import importlib.util

# PyTorch is an extra of readers who want the comparison; it is no part of the environment that `make test` installs.
collect_ignore = [] if importlib.util.find_spec("torch") else ["test_torch.py"]
