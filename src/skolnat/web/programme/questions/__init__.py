"""Questions ahead of an event and during it: asked, up-voted, moderated, answered, kept."""
