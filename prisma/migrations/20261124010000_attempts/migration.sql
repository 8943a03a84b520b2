-- SECURITY(T-15): tries that carry a token of a browser in which the user proved themselves before are counted apart, so that a
-- stranger's wrong codes do not keep the owner out.
ALTER TABLE "users" ADD COLUMN "browsers" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "users" ADD COLUMN "browser_consecutive_failures" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "users" ADD COLUMN "browser_recent_failures" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[] CHECK (cardinality("browser_recent_failures") <= 100);
ALTER TABLE "users" ADD COLUMN "browser_locked_until" TIMESTAMPTZ(3);
ALTER TABLE "users" ADD COLUMN "browser_codes_stopped_at" TIMESTAMPTZ(3);

-- An open recovery stands in the row that every proof writes, so that any proof ends it in the same statement.
ALTER TABLE "users" ADD COLUMN "recovery" JSONB;
ALTER TABLE "users" ADD COLUMN "recovery_ended" JSONB;

-- The person's own address, as the application tells it, beside that of the application.
ALTER TABLE "audit_events" ADD COLUMN "end_user_address" TEXT;
