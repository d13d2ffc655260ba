"""What the server of worker processes imports once, so that workers begin at once."""
