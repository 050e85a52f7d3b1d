-- A phone that writes on while a request has no answer sends the next one under a token of its own: made is the
-- replica's counter when next was made, was the unanswered tokens before it since cur, separated by spaces.
ALTER TABLE chain ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chain ADD COLUMN was TEXT NOT NULL DEFAULT '';
