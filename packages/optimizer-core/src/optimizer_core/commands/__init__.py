"""The commands of the command line, one module each; `optimizer_core.cli` calls their `execute`."""
