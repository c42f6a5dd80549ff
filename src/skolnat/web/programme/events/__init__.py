"""Events: occasions, registration with places and a waiting list, programme, series, coverage."""
