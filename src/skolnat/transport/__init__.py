"""Bus routes for a plan: stops, vehicles, timetables, cost, and a checker of its own."""
