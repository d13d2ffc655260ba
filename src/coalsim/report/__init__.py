"""All that is shown: on the terminal, in figures, on pages; and the files of a run."""
