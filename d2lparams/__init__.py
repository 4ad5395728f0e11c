"""d2lparams."""
