"""The operator's page: a finished job as pages to look at, and the way there.

::

    ResultDocument -> charts, cards, moves, figures, restrictions, acceptance, fits    (pure: plain values)
                   -> templates/*.html                                                 (words and markup)
                   -> pages                                                            (HTTP)

Everything reads without a script; the modules in static/ add comfort.
"""
