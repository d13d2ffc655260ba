"""The science: a module per mechanism, functions on the arrays of a block of runs.

``willing`` (a coalition of the willing at the right time), ``investing`` (time, resources,
communication), ``research`` (mapping the field first), ``funders`` (information as much as money),
``openness`` (dialogue, redefined goals); around them ``environment``, ``progress`` and ``focal``.
"""
