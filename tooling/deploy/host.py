"""A host that is reached with ssh: run a command there, ask it, write a file, hold a lock."""

import contextlib
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tooling.shell import ROOT, Command, CommandFailed, ask, pipe, run

# A host that does not answer is told in seconds, and one that vanishes in mid-command within a minute.
OPTIONS = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15")


class HostIsBusy(SystemExit):
    """Somebody else holds the lock of a host."""


@dataclass(frozen=True, slots=True)
class Host:
    """One machine.

    Parameters
    ----------
    destination
        Where to, as ``ssh`` takes it.
    dry_run
        Print every command and run none.
    running
        File there that every command holds a shared lock on while it runs; None for none. A command goes
        on there after whoever began it was killed, and the next one who takes the lock waits for it.
    """

    destination: str
    dry_run: bool = False
    running: str | None = None

    def ssh(self, script: str) -> list[str]:
        """Return the local command that runs a line of shell there."""
        return ["ssh", *OPTIONS, self.destination, script]

    def run(self, script: str, *, text: str | None = None) -> None:
        """Run a line of shell there; its output is shown.

        Raises
        ------
        CommandFailed
            If it ends with another code than 0; 255 means that the host was not reached.
        """
        run(self.ssh(self._noted(script)), dry_run=self.dry_run, text="" if text is None else text)

    def run_as_root(self, script: str, *, text: str | None = None) -> None:
        """Run a command there as root, or as somebody who may use sudo without a password."""
        self.run(f'if [ "$(id -u)" = 0 ]; then {script}; else sudo --non-interactive {script}; fi', text=text)

    def _noted(self, script: str) -> str:
        if self.running is None:
            return script
        return f"exec 8>>{shlex.quote(self.running)}; flock --shared 8; {script}"

    def ask(self, script: str, *, assumed: str = "") -> str:
        """Return what a line of shell prints that changes nothing there."""
        return ask(self.ssh(script), dry_run=self.dry_run, assumed=assumed)

    def write(self, path: str, text: str, *, mode: str = "0644") -> None:
        """Write a file there: whole, or not at all."""
        part, target = shlex.quote(f"{path}.part"), shlex.quote(path)
        self.run(f"umask 077 && cat >{part} && chmod {mode} {part} && mv {part} {target}", text=text)

    def append(self, path: str, text: str) -> None:
        """Append a line to a file there, or several, all at once."""
        self.run(f"cat >>{shlex.quote(path)}", text=f"{text}\n")

    def send(self, paths: Sequence[str], folder: str) -> None:
        """Let a folder there hold files of the repository, under their own paths, and nothing else.

        Names come from git, so that nothing else that lies in the checkout is sent.
        """
        target, part = shlex.quote(folder), shlex.quote(f"{folder}.part")
        unpack = f"rm -rf {part} && mkdir -p {part} && tar --extract --directory {part} --no-same-owner"
        sink = self.ssh(f"{unpack} && rm -rf {target} && mv {part} {target}")
        pipe(["git", "archive", "--format=tar", "HEAD", *paths], sink, dry_run=self.dry_run)

    def load(self, images: Sequence[str]) -> None:
        """Bring images of this machine's engine into the engine there, without a registry."""
        source: Command = ["docker", "save", *images]
        pipe(source, self.ssh("docker load --quiet"), dry_run=self.dry_run)

    @contextlib.contextmanager
    def lock(self, path: str, purpose: str) -> Iterator[None]:
        """Hold a lock there, until the block ends or this process dies.

        The lock belongs to a process on the host that ends with this connection: nothing is left behind
        by a killed deployment.

        Raises
        ------
        HostIsBusy
            If somebody else holds it; tells who.
        """
        words = {"path": path, "purpose": purpose, "running": self.running or "/dev/null"}
        script = _HOLD.format(**{name: shlex.quote(word) for name, word in words.items()})
        command = self.ssh(script)
        print(f"$ {shlex.join(command)}", flush=True)
        if self.dry_run:
            yield
            return
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            if holder.stdin is None or holder.stdout is None:  # both were asked for
                raise AssertionError
            answer = holder.stdout.readline().strip()
            if answer != "held":
                holder.stdin.close()
                if code := holder.wait():
                    raise CommandFailed(command, code, answer)
                raise HostIsBusy(f"{self.destination}: {answer or 'somebody else is at work there'}")
            try:
                yield
            finally:
                holder.stdin.close()


_HOLD = (
    '[ -d "$(dirname {path})" ] || {{ echo "it is not prepared: ./run invoke host.bootstrap"; exit; }}; '
    "exec 9>>{path}; if flock --nonblock 9; then echo {purpose} >{path}; flock --wait 180 {running} true; "
    "echo held; cat >/dev/null; else cat {path}; fi"
)
