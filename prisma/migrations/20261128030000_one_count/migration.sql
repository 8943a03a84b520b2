-- SECURITY(T-45): one count of wrong one-time codes over all doors. What known browsers counted apart joins it: the newest hundred of both.
UPDATE "users" SET "recent_failures" = (
    SELECT coalesce(array_agg("newest"."at" ORDER BY "newest"."at"), '{}')
    FROM (SELECT "at" FROM unnest("users"."recent_failures" || "users"."browser_recent_failures") AS "failure"("at")
          ORDER BY "at" DESC LIMIT 100) AS "newest")
  WHERE cardinality("browser_recent_failures") > 0;

-- "browser_recent_failures" and the three columns "…codes_stopped_at" are not read any more: whether codes are stopped follows from the count.
-- They stay for one release, because instances of the one before it still write them.

-- Two clients begin the count anew, at most once in 30 days: who asked, until when another may approve; and when it was done.
ALTER TABLE "users" ADD COLUMN "reopening" JSONB;
ALTER TABLE "users" ADD COLUMN "codes_reopened_at" TIMESTAMPTZ(3);
