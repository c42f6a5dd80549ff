"""Pages of events: thin; what must hold stands in the modules beside this folder."""
