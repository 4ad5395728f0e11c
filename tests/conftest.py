"""What all tests share: which of them this environment can run, and how long they try random examples.

The suite draws the same examples every time; `make fuzz` draws others for as long as one likes; `make mutants` wants to
know whether a test fails, not the smallest example on which it does.  None leans on the machine being idle.
"""

from __future__ import annotations

import importlib.util

from hypothesis import HealthCheck, Phase, settings

# PyTorch is an extra of readers who want the comparison; it is no part of the environment that `make test` installs.
collect_ignore = [] if importlib.util.find_spec("torch") else ["test_torch.py"]
collect_ignore += ["small_build.py"]  # a program, which test_interrupted.py starts

# How long an example takes says nothing here: other processes may run beside it.
patient = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("suite", patient, derandomize=True, max_examples=60)
settings.register_profile("mutants", settings.get_profile("suite"), phases=[Phase.explicit, Phase.generate])
settings.register_profile("fuzz", patient, derandomize=False, max_examples=1000, print_blob=True)
settings.load_profile("suite")
