"""Data folder, database and keys belong together: how they are marked, made and checked before anything else."""
