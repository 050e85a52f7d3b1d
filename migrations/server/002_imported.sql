-- What the office's last import said of each record: a JSON object of its fields, each value as JSON text. An import changes a field
-- only where it says something else than last time, so a file that is behind does not undo what a manager
-- corrected since.
CREATE TABLE imported (record TEXT PRIMARY KEY, fields TEXT NOT NULL);
