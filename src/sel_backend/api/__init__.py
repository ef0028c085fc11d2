"""The HTTP face: routes, problem details, headers. Knows the services, never a table."""
