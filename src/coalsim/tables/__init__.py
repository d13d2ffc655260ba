"""Tables of results: their columns, what they are made of, how they are summed up, labelled and kept."""
