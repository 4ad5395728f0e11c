"""How long a test waits for what must come: a guard against hanging for ever, never a claim about speed."""

PATIENCE = 180  # seconds
