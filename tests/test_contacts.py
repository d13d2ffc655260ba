"""Contacts within coalitions: counts that the networks of running coalitions follow from."""

import numpy as np
import pandas as pd

import coalsim as cs
from coalsim.tables.columns import CONTACTS

MODEL_2 = cs.load("configs/model2.toml").replace(burn_in=36, months=60, organizations=40, convene_hazard=0.05, launch_threshold=0.4)


def test_engines_count_the_same_contacts_of_running_coalitions_only():
    for p in (MODEL_2, MODEL_2.replace(acquaintances="all", initial_acquaintances=0)):
        ours, theirs = (cs.simulate(p, 2, seed=3, engine=engine).coalitions for engine in ("numpy", "mesa"))
        pd.testing.assert_frame_equal(ours[list(CONTACTS)], theirs[list(CONTACTS)], check_dtype=False)
        running = (ours["ending"] == "running").to_numpy()
        assert running.any()
        assert np.isnan(ours.loc[~running, list(CONTACTS)].to_numpy()).all()
        here = ours[running]
        size = here["members_end"].to_numpy()
        assert (here["contacts"] <= size * (size - 1) / 2).all()
        assert (here["ties"] == here["contacts"] + here["mutual_ties"] / 2).all(), "a contact is one tie, or two mutual ones"
        assert (3 * here["triangles"] <= here["paths"]).all()
    assert (here["triangles"] == size * (size - 1) * (size - 2) / 6).all(), "where everybody is known every triple is in contact"
