"""The main job: a study file in, results and reports out."""
