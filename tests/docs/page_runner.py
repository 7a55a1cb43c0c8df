"""Runs the Python blocks of a page, given as JSON on standard input, in one namespace.

A block with prompts is an example with its answers; any other is run as it stands. Lines of a traceback are
those of the page.
"""

import doctest
import json
import sys
from typing import Any


def main() -> int:
    """Run every block, and return how many failed."""
    namespace: dict[str, Any] = {"__name__": "__page__"}
    failed = 0
    for block in json.load(sys.stdin):
        page, line, text = block["page"], block["line"], block["text"]
        if ">>> " in text:
            example = doctest.DocTestParser().get_doctest(text, namespace, page, page, line - 1)
            runner = doctest.DocTestRunner()
            failed += runner.run(example, clear_globs=False).failed
            namespace = example.globs
        else:
            exec(compile("\n" * (line - 1) + text, page, "exec"), namespace)  # noqa: S102 - our own pages
    return failed


if __name__ == "__main__":
    sys.exit(main())
