"""What all tests share: which of them this environment can run, and that none leans on the machine being idle."""

from __future__ import annotations

import importlib.util

from hypothesis import HealthCheck, settings

# PyTorch is an extra of readers who want the comparison; it is no part of the environment that `make test` installs.
collect_ignore = [] if importlib.util.find_spec("torch") else ["test_torch.py"]

# How long an example takes says nothing here: other processes may run beside it.
settings.register_profile("d2lparams", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("d2lparams")
