-- Each tenant's events get numbers of their own: 1, 2, 3 … without gaps. Readers follow the numbers and no transaction id, which means
-- nothing in another cluster and is held back by any transaction of this one (ADR 0024).
--
-- Locks: two ALTERs and a CREATE TRIGGER on audit_events wait for the transactions that are writing events, and others wait behind them for
-- as long. Nothing here reads or rewrites the table; older events are numbered afterwards, in pieces, by the running service.
SET LOCAL lock_timeout = '10s';

-- Events that are committed and have no number yet. Their place is the order of insertion: it is drawn in the database, shown to nobody, and
-- never compared between readers.
CREATE TABLE "audit_inbox" (
    "place" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "tx" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    -- The user whose devices the event is shown to.
    "noticed_by" TEXT COLLATE "C",
    CONSTRAINT "audit_inbox_pkey" PRIMARY KEY ("place")
-- Every row lives a fraction of a second: vacuum often and without pauses. Truncation would lock out writers.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0, vacuum_truncate = false);

CREATE TABLE "audit_numbers" (
    "tenant_id" UUID NOT NULL,
    "number" BIGINT NOT NULL CHECK ("number" > 0),
    -- The event, by the key of audit_events.
    "tx" BIGINT NOT NULL,
    "id" UUID NOT NULL,
    "noticed_by" TEXT COLLATE "C",
    CONSTRAINT "audit_numbers_pkey" PRIMARY KEY ("tenant_id", "number")
);
CREATE INDEX "audit_numbers_notices_idx" ON "audit_numbers"("tenant_id", "noticed_by", "number") WHERE "noticed_by" IS NOT NULL;

-- SECURITY(T-12): numbers are append only like the events. A number that changed would hide an event from every reader beyond it.
CREATE TRIGGER "audit_numbers_append_only" BEFORE UPDATE OR DELETE ON "audit_numbers"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
CREATE TRIGGER "audit_numbers_no_truncate" BEFORE TRUNCATE ON "audit_numbers"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();

-- Events from before the numbers: how far each tenant's were numbered, by the key of audit_events. The row goes when all are.
CREATE TABLE "audit_adoptions" (
    "tenant_id" UUID NOT NULL,
    "tx" BIGINT NOT NULL DEFAULT 0,
    "id" UUID NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    CONSTRAINT "audit_adoptions_pkey" PRIMARY KEY ("tenant_id")
);
-- A constant default is kept in the catalog: no row is rewritten.
ALTER TABLE "audit_events" ADD COLUMN "predates_numbers" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "audit_events" ALTER COLUMN "predates_numbers" SET DEFAULT false;
INSERT INTO "audit_adoptions" ("tenant_id")
SELECT "id" FROM "tenants" WHERE EXISTS (SELECT FROM "audit_events" WHERE "tenant_id" = "tenants"."id");

-- Alerts are numbered by the same worker. NULL: not yet.
ALTER TABLE "alerts" ADD COLUMN "number" BIGINT;
CREATE UNIQUE INDEX "alerts_tenant_id_number_key" ON "alerts"("tenant_id", "number");
CREATE INDEX "alerts_without_number_idx" ON "alerts"("first_at", "id") WHERE "number" IS NULL;

-- How far a tenant's log was read for signs of guessing, as a number; NULL until the older events have theirs.
ALTER TABLE "signal_cursors" ADD COLUMN "number" BIGINT;
ALTER TABLE "signal_cursors" ADD COLUMN "read_at" TIMESTAMPTZ(3);
-- Rows that older instances add count from the beginning.
ALTER TABLE "signal_cursors" ALTER COLUMN "number" SET DEFAULT 0;
UPDATE "signal_cursors" SET "number" = 0
WHERE "number" IS NULL AND NOT EXISTS (SELECT FROM "audit_adoptions" WHERE "audit_adoptions"."tenant_id" = "signal_cursors"."tenant_id");

-- SECURITY(T-12): the three functions below run with the owner's rights, because the service may neither put rows into the inbox, nor take any
-- out, nor number events. Whoever has the service's login cannot keep an event from its number. A table that only they may lock says
-- whose turn it is: an advisory lock could be taken, and kept, by any login.
CREATE TABLE "audit_turn" ("is_taken" BOOLEAN NOT NULL, CONSTRAINT "audit_turn_pkey" PRIMARY KEY ("is_taken"));
REVOKE ALL ON "audit_turn", "audit_inbox", "audit_numbers", "audit_adoptions" FROM PUBLIC;

-- The one on the hot path. Names are qualified where it is made, which costs nothing; SET search_path costs as much as the insert.
DO $do$
BEGIN
    EXECUTE format($create$
        CREATE FUNCTION %1$I."audit_arrived"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
        BEGIN
            INSERT INTO %1$I."audit_inbox" ("tenant_id", "tx", "id", "noticed_by") VALUES (NEW."tenant_id", NEW."tx", NEW."id",
                -- What a user's devices are shown: NOTICES in src/audit/notices.ts has the same.
                CASE WHEN NEW."action" OPERATOR(pg_catalog.=) ANY (ARRAY[
                    'factor.activated', 'factor.removed', 'factor.recovery_codes_generated', 'recovery.begun', 'recovery.approved',
                    'recovery.ticket_issued', 'recovery.completed', 'user.unlocked']::pg_catalog.text[]) THEN NEW."user_id" END);
            RETURN NULL;
        END
        $body$ $create$, current_schema());
END
$do$;
CREATE TRIGGER "audit_events_arrived" AFTER INSERT ON "audit_events" FOR EACH ROW EXECUTE FUNCTION "audit_arrived"();

-- Numbers events from before the numbers, at most so many, and says how many. Tenant by tenant, each in the old order.
CREATE FUNCTION "number_older_events"("most" INTEGER) RETURNS INTEGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    "adopted" "audit_adoptions"%ROWTYPE;
    "newest" BIGINT;
    "added" INTEGER;
    "total" INTEGER := 0;
BEGIN
    WHILE "total" < "most" LOOP
        SELECT * INTO "adopted" FROM "audit_adoptions" ORDER BY "tenant_id" LIMIT 1;
        EXIT WHEN NOT FOUND;
        SELECT coalesce(max("number"), 0) INTO "newest" FROM "audit_numbers" WHERE "tenant_id" = "adopted"."tenant_id";
        WITH "older" AS (
            SELECT "tx", "id", "action", "user_id", row_number() OVER (ORDER BY "tx", "id") AS "nth" FROM (
                SELECT "tx", "id", "action", "user_id" FROM "audit_events"
                WHERE "tenant_id" = "adopted"."tenant_id" AND ("tx", "id") > ("adopted"."tx", "adopted"."id") AND "predates_numbers"
                ORDER BY "tx", "id" LIMIT "most" - "total") AS "next"
        ), "numbered" AS (
            INSERT INTO "audit_numbers" ("tenant_id", "number", "tx", "id", "noticed_by")
            SELECT "adopted"."tenant_id", "newest" + "nth", "tx", "id",
                CASE WHEN "action" IN ('factor.activated', 'factor.removed', 'factor.recovery_codes_generated', 'recovery.begun',
                    'recovery.approved', 'recovery.ticket_issued', 'recovery.completed', 'user.unlocked') THEN "user_id" END
            FROM "older" RETURNING "number", "tx", "id"
        ), "translated" AS (
            UPDATE "signal_cursors" AS "cursor" SET "number" = "numbered"."number" FROM "numbered"
            WHERE "cursor"."tenant_id" = "adopted"."tenant_id" AND "cursor"."number" IS NULL
              AND ("cursor"."tx", "cursor"."id") = ("numbered"."tx", "numbered"."id")
        ), "moved" AS (
            UPDATE "audit_adoptions" SET ("tx", "id") = (SELECT "tx", "id" FROM "older" ORDER BY "tx" DESC, "id" DESC LIMIT 1)
            WHERE "tenant_id" = "adopted"."tenant_id" AND EXISTS (SELECT FROM "older")
        )
        SELECT count(*) INTO "added" FROM "numbered";
        IF "added" < "most" - "total" THEN
            DELETE FROM "audit_adoptions" WHERE "tenant_id" = "adopted"."tenant_id";
            UPDATE "signal_cursors" SET "number" = 0 WHERE "tenant_id" = "adopted"."tenant_id" AND "number" IS NULL;
        END IF;
        "total" := "total" + "added";
    END LOOP;
    RETURN "total";
END
$$;

-- One turn: numbers at most so many events of each kind that is waiting. `is_more`: call again at once. `newest_place`: what was inserted until
-- now; a later call that begins some seconds behind it passes over the rows that are gone already. No row at all: somebody else has the turn.
CREATE FUNCTION "number_audit_events"("from_place" BIGINT, "most" INTEGER)
RETURNS TABLE ("numbered" INTEGER, "is_more" BOOLEAN, "newest_place" BIGINT)
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    "older" INTEGER;
    "raised" INTEGER;
BEGIN
    BEGIN
        LOCK TABLE "audit_turn" IN EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN
        RETURN;
    END;
    -- A number that is lost after it was read would be given to another event.
    IF current_setting('synchronous_commit') = 'off' THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    "older" := "number_older_events"("most");
    SELECT "last_value" INTO "newest_place" FROM "audit_inbox_place_seq";
    -- Each statement of this function sees what was committed before it began, so the newest number is that of the turn before.
    -- By arrays, so that the work is in proportion to the events, whatever the planner believes of tables that were never analysed.
    WITH "arrived" AS (
        DELETE FROM "audit_inbox" WHERE "place" = ANY (ARRAY(
            SELECT "place" FROM "audit_inbox" AS "waiting"
            WHERE "place" > "from_place"
              AND NOT EXISTS (SELECT FROM "audit_adoptions" WHERE "audit_adoptions"."tenant_id" = "waiting"."tenant_id")
            ORDER BY "place" LIMIT "most" FOR UPDATE SKIP LOCKED))
        RETURNING *
    ), "by_tenant" AS (
        SELECT "tenant_id",
            coalesce((SELECT max("number") FROM "audit_numbers" WHERE "audit_numbers"."tenant_id" = "arrived"."tenant_id"), 0) AS "newest",
            array_agg("tx" ORDER BY "place") AS "txs", array_agg("id" ORDER BY "place") AS "ids", array_agg("noticed_by" ORDER BY "place") AS "users"
        FROM "arrived" GROUP BY "tenant_id"
    )
    INSERT INTO "audit_numbers" ("tenant_id", "number", "tx", "id", "noticed_by")
    SELECT "tenant_id", "newest" + "nth", "event"."tx", "event"."id", "event"."noticed_by"
    FROM "by_tenant" CROSS JOIN LATERAL unnest("txs", "ids", "users") WITH ORDINALITY AS "event"("tx", "id", "noticed_by", "nth");
    GET DIAGNOSTICS "numbered" = ROW_COUNT;
    WITH "fresh" AS (
        SELECT "tenant_id", "id", row_number() OVER (PARTITION BY "tenant_id" ORDER BY "first_at", "id") AS "nth" FROM (
            SELECT "tenant_id", "first_at", "id" FROM "alerts" WHERE "number" IS NULL ORDER BY "first_at", "id" LIMIT "most" FOR UPDATE SKIP LOCKED) AS "next"
    )
    UPDATE "alerts" SET "number" = "fresh"."nth"
        + coalesce((SELECT max("number") FROM "alerts" AS "before" WHERE "before"."tenant_id" = "fresh"."tenant_id"), 0)
    FROM "fresh" WHERE "alerts"."tenant_id" = "fresh"."tenant_id" AND "alerts"."id" = "fresh"."id";
    GET DIAGNOSTICS "raised" = ROW_COUNT;
    "is_more" := greatest("older", "numbered", "raised") >= "most";
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION "number_older_events"(INTEGER), "number_audit_events"(BIGINT, INTEGER), "audit_arrived"() FROM PUBLIC;

GRANT SELECT ON "audit_inbox", "audit_numbers" TO "countersign_service";
GRANT EXECUTE ON FUNCTION "number_audit_events"(BIGINT, INTEGER) TO "countersign_service";
