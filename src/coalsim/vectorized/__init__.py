"""The numpy engine: a block of runs simulated at once, all organizations of all runs in one array.

`core` has the schedule and the block, `state` what changes, `values` the parameters, `draws` the chances, `ledger` what
is kept; `mechanisms` is the science. Beside it stands `coalsim.agents`, the same model written in an agent's terms.
"""
