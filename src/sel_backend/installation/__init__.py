"""Data folder, database and keys belong together: how they are marked, created and checked before anything else."""
