"""The steps of the month compiled by numba: the same bits as `coalsim.vectorized.mechanisms`, sooner.

A module for each step beside the one of the same name there, which stays the reference. What is rare (a focal initiative's
first month, everybody known to everybody) is done by the reference itself. `compile` has the compiler, `kit` what kernels
are given, `philox` the draws, `reckoning` what they reckon with. Import nothing here where numba may be missing:
`coalsim.vectorized.compiling` says whether it is to be used.
"""
