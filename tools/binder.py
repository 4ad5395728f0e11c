"""`make test-binder`: what a Binder image holds, tried without Binder.

Installs exactly what `binder/` asks for into a fresh environment, and runs every notebook in that environment's kernel
through a real Jupyter server, over its REST interface and websockets, as a reader's browser would. The server is
ours, as on Binder it is the base image's.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from tools import execute
from tools.editions import source
from tools.project import ROOT, notebooks

KERNEL = "binder"
LIMIT = 120  # seconds for the server to answer, and for a cell to run


def fresh_environment(folder: Path) -> None:
    """Make a new environment that holds what `binder/` asks for, with a kernel named `binder`."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    # The same two commands that repo2docker runs: the requirements, then postBuild.
    subprocess.run([*pip, "-r", str(ROOT / "binder" / "requirements.txt")], check=True, cwd=ROOT / "binder")
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "binder/postBuild"], check=True, cwd=ROOT, env={**os.environ, "PATH": path})
    command = [str(python), "-m", "ipykernel", "install", "--prefix", str(folder), "--name", KERNEL]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Server:
    """A Jupyter server with the kernels of an environment, spoken to over HTTP and websockets."""

    def __init__(self, environment: Path, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.token = secrets.token_hex(16)
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={self.port}"]
        command += ["--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--log-level=ERROR"]
        kernels = str(environment / "share" / "jupyter")
        self.process = subprocess.Popen(
            command, env={**os.environ, "JUPYTER_TOKEN": self.token, "JUPYTER_PATH": kernels}
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(LIMIT * 4):
            if self.process.poll() is not None:
                raise SystemExit("the Jupyter server stopped as it started")
            try:
                self.ask("GET", "api/status")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.25)
        raise SystemExit("the Jupyter server does not answer")

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the server's answer to one request."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            return json.loads(answer.read() or b"null")

    def run(self, path: str) -> list[tuple[str, str, str]]:
        """Run a notebook in a new session; return id, stored text and new text of every code cell."""
        from websocket import create_connection

        notebook = self.ask("GET", f"api/contents/{path}")["content"]
        wanted = {"path": path, "type": "notebook", "name": path, "kernel": {"name": KERNEL}}
        session = self.ask("POST", "api/sessions", wanted)
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{session['kernel']['id']}/channels?token={self.token}"
        channel = create_connection(address, timeout=LIMIT)
        try:
            return [
                (cell["id"], execute.text(cell["outputs"]), execute.text(run_cell(channel, source(cell))))
                for cell in notebook["cells"]
                if cell["cell_type"] == "code"
            ]
        finally:
            channel.close()
            self.ask("DELETE", f"api/sessions/{session['id']}")

    def stop(self) -> None:
        """End the server and its kernels."""
        self.process.terminate()
        self.process.wait(timeout=30)


def run_cell(channel: Any, code: str) -> list[dict[str, Any]]:
    """Run code in the kernel behind a channel and return its outputs, as a notebook would store them."""
    name = uuid.uuid4().hex
    header = {"msg_id": name, "msg_type": "execute_request", "username": "", "session": name, "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps({**message, "buffers": []}))
    outputs: list[dict[str, Any]] = []
    while True:
        received = channel.recv()
        if isinstance(received, bytes):  # a widget's buffers, which no text depends on
            continue
        answer = json.loads(received)
        if answer["parent_header"].get("msg_id") != name:
            continue
        kind = answer["header"]["msg_type"]
        if kind in ("stream", "execute_result", "display_data", "error"):
            outputs.append({"output_type": kind, **answer["content"]})
        elif kind == "status" and answer["content"]["execution_state"] == "idle":
            return outputs


def main() -> None:
    """Install, serve, run every notebook, and say what printed other text than is stored."""
    began = time.monotonic()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "environment"
        fresh_environment(environment)
        print(f"installed in {time.monotonic() - began:.0f} s", flush=True)
        server = Server(environment, ROOT)
        try:
            for path in notebooks():
                cells = server.run(str(path.relative_to(ROOT)))
                wrong = [name for name, stored, new in cells if stored != new]
                failed += bool(wrong)
                print(
                    f"{path.name}: {f'other text in {wrong}' if wrong else f'{len(cells)} cells as stored'}", flush=True
                )
        finally:
            server.stop()
    print(f"{len(notebooks()) - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
