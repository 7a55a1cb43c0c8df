"""A host that is reached with ssh: run commands, read output, write files, hold a lock."""

import contextlib
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tooling.deploy.dry_run import DRY_RUN
from tooling.shell import ROOT, Command, CommandFailed, ask, pipe, run

# A host that does not answer is reported in seconds; one that vanishes during a command, within a minute.
OPTIONS = ("-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15")


class HostIsBusy(SystemExit):
    """Another process holds the lock of a host."""


@dataclass(frozen=True, slots=True)
class Host:
    """One machine.

    Parameters
    ----------
    destination
        Destination for ``ssh``.
    dry_run
        Print what would be done, and change nothing; files are still read.
    running
        File on the host on which every command holds a shared lock while it runs; None for no such file. A
        command goes on there after its caller was killed, and the next holder of the lock waits for it.
    """

    destination: str
    dry_run: bool = False
    running: str | None = None

    def ssh(self, script: str) -> list[str]:
        """Return the local command that runs a line of shell on the host."""
        return ["ssh", *OPTIONS, self.destination, script]

    def run(self, script: str, *, text: str | None = None) -> None:
        """Run a line of shell on the host and show its output.

        Raises
        ------
        CommandFailed
            If it exits with a code other than 0; 255 means that the host was not reached.
        """
        if self.dry_run:
            self.would(f"run: {script}")
        else:
            run(self.ssh(self._noted(script)), dry_run=False, text="" if text is None else text)

    def would(self, act: str) -> None:
        """Print what would be done on the host, in a dry run."""
        DRY_RUN.would(self.destination, act)

    def run_as_root(self, script: str, *, text: str | None = None) -> None:
        """Run a command on the host as root, or as a user who may use sudo without a password."""
        self.run(as_root(script), text=text)

    def _noted(self, script: str) -> str:
        if self.running is None:
            return script
        return f"exec 8>>{shlex.quote(self.running)}; flock --shared 8; {script}"

    def ask(self, script: str, *, assumed: str = "") -> str:
        """Return the output of a line of shell; in a dry run, `assumed`."""
        if self.dry_run:
            self.would(f"run: {script}")
            return assumed
        return ask(self.ssh(script))

    def read(self, path: str) -> str:
        """Return the content of a file on the host, also in a dry run; empty if there is no such file.

        In a dry run a host that is not reached is reported, and treated as having no files.
        """
        if self.dry_run and self.destination in DRY_RUN.unreached:
            return ""
        try:
            return ask(self.ssh(f"cat {shlex.quote(path)} 2>/dev/null || true"))
        except CommandFailed:
            if not self.dry_run:
                raise
            DRY_RUN.unreached.add(self.destination)
            print(f"note: {self.destination} cannot be reached, so its state is unknown")
            return ""

    def write(self, path: str, text: str, *, mode: str = "0644") -> None:
        """Write a file on the host, atomically."""
        if self.dry_run:
            self.would(f"write {path}")
            return
        part, target = shlex.quote(f"{path}.part"), shlex.quote(path)
        self.run(f"umask 077 && cat >{part} && chmod {mode} {part} && mv {part} {target}", text=text)

    def append(self, path: str, text: str) -> None:
        """Append a line to a file on the host, or several at once."""
        if self.dry_run:
            self.would(f"append to {path}")
            return
        self.run(f"cat >>{shlex.quote(path)}", text=f"{text}\n")

    def send(self, paths: Sequence[str], folder: str) -> None:
        """Replace a folder on the host by files of the repository, under their own paths.

        The files come from git, so that no other files of the checkout are sent.
        """
        target, part = shlex.quote(folder), shlex.quote(f"{folder}.part")
        unpack = f"rm -rf {part} && mkdir -p {part} && tar --extract --directory {part} --no-same-owner"
        archive = ["git", "archive", "--format=tar", "HEAD", *paths]
        self.feed(
            archive,
            f"{unpack} && rm -rf {target} && mv {part} {target}",
            f"send {' '.join(paths)} to {folder}",
        )

    def feed(self, source: Command, script: str, act: str) -> None:
        """Pipe the output of a local command into a line of shell on the host.

        Parameters
        ----------
        source
            The local command.
        script
            The line of shell.
        act
            What that does, for a dry run.
        """
        if self.dry_run:
            self.would(act)
        else:
            pipe(source, self.ssh(script), dry_run=False)

    def load(self, images: Sequence[str]) -> None:
        """Copy images from the local engine to the host's engine, without a registry."""
        source: Command = ["docker", "save", *images]
        self.feed(source, "docker load --quiet", f"send the images {' '.join(images)}")

    @contextlib.contextmanager
    def lock(self, path: str, purpose: str, *, afterwards: str = "true") -> Iterator[None]:
        """Hold a lock on the host, until the block ends or this process dies.

        Parameters
        ----------
        path
            File of the lock.
        purpose
            Shown to other processes that want the lock meanwhile.
        afterwards
            Line of shell that the host runs when the block has ended, in any way, before it releases the
            lock.

        The lock belongs to a process on the host that ends with this connection: a killed deployment leaves
        no lock behind.

        Raises
        ------
        HostIsBusy
            If another process holds it; names the holder.
        """
        if self.dry_run:
            self.would(f"take the lock {path}")
            yield
            return
        words = {"path": path, "purpose": purpose, "running": self.running or "/dev/null"}
        words["afterwards"] = afterwards
        script = _HOLD.format(**{name: shlex.quote(word) for name, word in words.items()})
        command = self.ssh(script)
        print(f"$ {shlex.join(command)}", flush=True)
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder:
            if holder.stdin is None or holder.stdout is None:  # both are pipes
                raise AssertionError
            answer = holder.stdout.readline().strip()
            if answer != "held":
                holder.stdin.close()
                if code := holder.wait():
                    raise CommandFailed(command, code, answer)
                raise HostIsBusy(f"{self.destination}: {answer or 'another command is running there'}")
            try:
                yield
            finally:
                holder.stdin.close()


def as_root(script: str) -> str:
    """Return a line of shell that runs a command as root: directly if the user is root, else with sudo."""
    return f'if [ "$(id -u)" = 0 ]; then {script}; else sudo --non-interactive {script}; fi'


# If the cleanup after a killed deployment is running, the next process waits for it.
_HOLD = (
    '[ -d "$(dirname {path})" ] || {{ echo "it is not prepared: ./run invoke host.bootstrap"; exit; }}; '
    "exec 9>>{path}; flock --nonblock 9 || {{ grep -q '^putting' {path} && flock --wait 90 9; }} || "
    "{{ cat {path}; exit; }}; echo {purpose} >{path}; flock --wait 180 {running} true; "
    "trap '' HUP PIPE; echo held; cat >/dev/null; "
    'echo "cleaning up after a deployment" >{path}; sh -c {afterwards} >/dev/null 2>&1'
)
