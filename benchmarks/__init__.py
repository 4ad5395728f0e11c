"""What the framework costs: every figure is a ratio to bare numpy in the same run, or a time with a bar.

``python -m benchmarks`` prints the table.  One thread, so that the figures tell of this code and not of the machine's
cores; numpy reads these settings when it is first imported, so they stand here, before anything else.
"""

import os

for _library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
