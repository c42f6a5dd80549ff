"""Journeys: how far and how long from where children live to every school."""
