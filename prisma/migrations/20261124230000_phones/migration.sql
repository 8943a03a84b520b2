ALTER TABLE "factors" DROP CONSTRAINT "factors_type_check";
ALTER TABLE "factors" ADD CONSTRAINT "factors_type_check" CHECK ("type" IN ('totp', 'recovery_codes', 'webauthn', 'device', 'phone'));

-- What is a phone's own. A number can be found by its index from its confirmation on and not before: until then there is none.
CREATE TABLE "phones" (
    "tenant_id" UUID NOT NULL,
    "factor_id" UUID NOT NULL,
    "user_id" TEXT COLLATE "C" NOT NULL,
    "channel" TEXT NOT NULL CHECK ("channel" IN ('sms')),
    "number_sealed" BYTEA NOT NULL,
    "number_index" BYTEA CHECK (length("number_index") = 32),
    "confirmed_at" TIMESTAMPTZ(3),
    CONSTRAINT "phones_pkey" PRIMARY KEY ("tenant_id", "factor_id"),
    CONSTRAINT "phones_whole" CHECK (num_nulls("number_index", "confirmed_at") IN (0, 2))
) WITH (fillfactor = 80);
ALTER TABLE "phones" ADD CONSTRAINT "phones_tenant_id_factor_id_fkey" FOREIGN KEY ("tenant_id", "factor_id") REFERENCES "factors"("tenant_id", "id") ON DELETE CASCADE ON UPDATE NO ACTION;
-- One user has a number once. Judged at the end of the statement, in which a confirmation takes the place of an older one.
ALTER TABLE "phones" ADD CONSTRAINT "phones_tenant_id_number_index_user_id_key" UNIQUE ("tenant_id", "number_index", "user_id") DEFERRABLE INITIALLY IMMEDIATE;
GRANT SELECT, INSERT, UPDATE ("number_index", "confirmed_at"), DELETE ON "phones" TO "countersign_service";

-- What an operator set for the phones of a tenant; without a row it has none. Secrets are sealed.
CREATE TABLE "phone_settings" (
    "tenant_id" UUID NOT NULL,
    "via" TEXT CHECK ("via" IN ('outbox', 'webhook', 'twilio')),
    "countries" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "daily_cap" INTEGER NOT NULL DEFAULT 2000 CHECK ("daily_cap" BETWEEN 1 AND 1000000),
    "lookups" BOOLEAN NOT NULL DEFAULT false,
    "webhook_url" TEXT CHECK (length("webhook_url") <= 2048),
    "webhook_secret" BYTEA,
    "twilio_account" TEXT,
    "twilio_from" TEXT,
    "twilio_token" BYTEA,
    "risk_url" TEXT CHECK (length("risk_url") <= 2048),
    "risk_secret" BYTEA,
    "risk_unknown" TEXT NOT NULL DEFAULT 'refuse' CHECK ("risk_unknown" IN ('send', 'refuse', 'another_factor')),
    "risk_recent" TEXT NOT NULL DEFAULT 'refuse' CHECK ("risk_recent" IN ('send', 'refuse', 'another_factor')),
    "risk_recent_days" SMALLINT NOT NULL DEFAULT 7 CHECK ("risk_recent_days" BETWEEN 1 AND 90),
    CONSTRAINT "phone_settings_pkey" PRIMARY KEY ("tenant_id"),
    CONSTRAINT "phone_settings_webhook_whole" CHECK (num_nulls("webhook_url", "webhook_secret") IN (0, 2)),
    CONSTRAINT "phone_settings_twilio_whole" CHECK (num_nulls("twilio_account", "twilio_from", "twilio_token") IN (0, 3)),
    CONSTRAINT "phone_settings_risk_whole" CHECK (num_nulls("risk_url", "risk_secret") IN (0, 2)),
    CONSTRAINT "phone_settings_via_whole" CHECK (("via" <> 'webhook' OR "webhook_url" IS NOT NULL) AND ("via" <> 'twilio' OR "twilio_account" IS NOT NULL))
);
ALTER TABLE "phone_settings" ADD CONSTRAINT "phone_settings_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE ON "phone_settings" TO "countersign_service";

-- Look-ups that are answered against a code. SECURITY(T-38): whether anybody holds the number is no matter of the row.
CREATE TABLE "blind_lookups" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "client_id" UUID NOT NULL,
    "number_index" BYTEA NOT NULL CHECK (length("number_index") = 32),
    "status" TEXT NOT NULL CHECK ("status" IN ('pending', 'answered')),
    "answers" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "blind_lookups_pkey" PRIMARY KEY ("tenant_id", "id")
) WITH (fillfactor = 80);
CREATE INDEX "blind_lookups_tenant_id_expires_at_idx" ON "blind_lookups"("tenant_id", "expires_at");
ALTER TABLE "blind_lookups" ADD CONSTRAINT "blind_lookups_tenant_id_client_id_fkey" FOREIGN KEY ("tenant_id", "client_id") REFERENCES "clients"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "blind_lookups" TO "countersign_service";

-- Codes that are to be sent, if there is a phone to send them to: one row for each request. It holds neither number nor code. After
-- the sending it stays until the code's end, to see whether it was used.
CREATE TABLE "messages" (
    "tenant_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "purpose" TEXT NOT NULL CHECK ("purpose" IN ('enrolment', 'challenge', 'blind_lookup')),
    -- The pending factor, the challenge or the look-up.
    "subject_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    -- `charged`: counted, and not known to be sent; `ended`: sent or withheld, waits for its end, to see whether the code was used.
    "status" TEXT NOT NULL DEFAULT 'waiting' CHECK ("status" IN ('waiting', 'charged', 'ended')),
    -- Of the number, once it was counted: a keyed hash.
    "prefix" BYTEA CHECK (length("prefix") = 32),
    CONSTRAINT "messages_pkey" PRIMARY KEY ("tenant_id", "id")
) WITH (fillfactor = 80);
CREATE INDEX "messages_due_at_idx" ON "messages"("due_at");
ALTER TABLE "messages" ADD CONSTRAINT "messages_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "messages" TO "countersign_service";

-- What may be asked for, or sent, so and so often: counts of the last 25 slots, the newest first, of which 24 are one window. So no
-- window of any beginning holds more than the limit. Whose budget it is stands in a keyed hash.
CREATE TABLE "budgets" (
    "tenant_id" UUID NOT NULL,
    "key" BYTEA NOT NULL CHECK (length("key") = 32),
    "slot" BIGINT NOT NULL,
    "counts" INTEGER[] NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "budgets_pkey" PRIMARY KEY ("tenant_id", "key")
) WITH (fillfactor = 70);
CREATE INDEX "budgets_tenant_id_expires_at_idx" ON "budgets"("tenant_id", "expires_at");
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE NO ACTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON "budgets" TO "countersign_service";

-- How much of a budget is spent in the window that ends with slot `present`, from the newest slot on.
CREATE FUNCTION "spent_since"("counts" INTEGER[], "slot" BIGINT, "present" BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(sum(part), 0)::bigint FROM unnest(counts) WITH ORDINALITY AS parts(part, place) WHERE present - (slot - place + 1) < 25
$$;

-- Spends one of each budget, or of none. Returns 0 when it did, else the milliseconds until each has room. Where the first is a memo
-- that was spent already within its window, the rest is free: the same was asked before.
-- SECURITY(T-38): the rows are locked in the order of their keys before they are looked at, so that of parallel requests each sees those
-- before it, over all instances, and none waits in a circle. Nothing is swept in here: a row that vanishes between two locks would be made
-- anew out of order.
CREATE FUNCTION "spend_budgets"("of_tenant" UUID, "keys" BYTEA[], "limits" INTEGER[], "slot_ms" BIGINT[], "now_ms" BIGINT, "has_memo" BOOLEAN)
RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    "wait_ms" BIGINT;
BEGIN
    -- Each is made or locked, one after the other; none is changed by it.
    INSERT INTO budgets (tenant_id, key, slot, counts, expires_at)
        SELECT of_tenant, wanted.key, 0, '{}', to_timestamp(now_ms / 1000.0) FROM unnest(keys) AS wanted(key) ORDER BY wanted.key
        ON CONFLICT (tenant_id, key) DO UPDATE SET slot = budgets.slot WHERE false;
    IF has_memo AND (SELECT spent_since(counts, slot, now_ms / slot_ms[1]) > 0 FROM budgets WHERE tenant_id = of_tenant AND key = keys[1]) THEN
        RETURN 0;
    END IF;
    -- The newest slot that, with those after it, leaves no room has to be over first.
    SELECT max((full_slot + 25) * size - now_ms) INTO wait_ms FROM (
        SELECT wanted.size, (
            SELECT max(budget.slot - place + 1) FROM (
                SELECT place, sum(part) OVER (ORDER BY place) AS reached FROM unnest(budget.counts) WITH ORDINALITY AS parts(part, place)
                WHERE now_ms / wanted.size - (budget.slot - place + 1) < 25
            ) AS running WHERE reached >= wanted.most
        ) AS full_slot
        FROM unnest(keys, limits, slot_ms) AS wanted(key, most, size)
            JOIN budgets AS budget ON budget.tenant_id = of_tenant AND budget.key = wanted.key
    ) AS each_budget WHERE full_slot IS NOT NULL;
    IF wait_ms IS NULL THEN
        UPDATE budgets SET
            counts = CASE WHEN now_ms / size <= slot THEN (counts[1] + 1) || counts[2:25]
                ELSE (1 || array_fill(0, ARRAY[(least(now_ms / size - slot, 25) - 1)::int]) || counts)[1:25] END,
            slot = greatest(slot, now_ms / size),
            -- From the newest slot on, also where that lies ahead: a clock that is set back makes nothing end early.
            expires_at = to_timestamp((greatest(slot, now_ms / size) + 25) * size / 1000.0)
        FROM unnest(keys, slot_ms) AS wanted(key, size)
        WHERE budgets.tenant_id = of_tenant AND budgets.key = wanted.key;
    END IF;
    RETURN greatest(coalesce(wait_ms, 0), 0);
END
$$;

-- How many challenges were opened lately for a user, of whatever type counts them: the type is a parameter, so no partial index would do.
DROP INDEX "challenges_for_devices_idx";
CREATE INDEX "challenges_tenant_id_user_id_type_created_at_idx" ON "challenges"("tenant_id", "user_id", "type", "created_at");
