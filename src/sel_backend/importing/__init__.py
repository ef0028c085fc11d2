"""Client files from CSV into the database: any number of rows in bounded memory, resumable after a kill."""
