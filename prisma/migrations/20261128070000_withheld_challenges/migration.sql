-- A challenge beyond what one user is bothered with by all clients together: it looks like any other to the client that opened it,
-- and nothing of it is shown or sent.
ALTER TABLE "challenges" ADD COLUMN "withheld" BOOLEAN NOT NULL DEFAULT false;
