"""The five DORA metrics as the API tells them; the counting itself is in the SQL files."""
