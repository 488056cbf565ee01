"""What is kept of each list that is fetched by URL: the list itself, and when it was looked for."""
