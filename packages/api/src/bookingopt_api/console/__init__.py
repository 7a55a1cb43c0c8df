"""The operator's pages: a finished job as HTML pages, and the forms to submit one.

::

    ResultDocument -> charts, cards, moves, locks, figures, restrictions, fits, ...  (pure)
                   -> templates/*.html                                                 (words and markup)
                   -> pages                                                            (HTTP)

Every page works without scripts; the modules in static/ add convenience.
"""
