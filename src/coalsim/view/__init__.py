"""The model in a browser: frames of a run, one local page, replays that need no server."""

from coalsim.view.frames import Recording, chunks, record

__all__ = ["Recording", "chunks", "record"]
