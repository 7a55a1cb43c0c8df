"""The output of a dry run: what would be done, grouped under the name of each host."""

from dataclasses import dataclass, field


@dataclass
class DryRun:
    """One dry run.

    Parameters
    ----------
    host
        The host that was printed last.
    unreached
        Hosts that did not answer, which are not contacted again.
    """

    host: str = ""
    unreached: set[str] = field(default_factory=set)

    def would(self, destination: str, act: str) -> None:
        """Print what would be done on a host."""
        if destination != self.host:
            self.host = destination
            print(f"on {destination}:")
        print(f"  would {act}", flush=True)


DRY_RUN = DryRun()
"""The dry run of this process."""
