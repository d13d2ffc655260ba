"""A sweep as one page of HTML that needs nothing else: what was varied, what came out, how surely, and from what it was computed."""

from coalsim.report.page.page import page

__all__ = ["page"]
