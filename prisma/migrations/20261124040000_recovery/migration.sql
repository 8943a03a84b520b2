-- What an event says beside who, what and when, under the keys of a closed list: enough to tell the user of a change.
ALTER TABLE "audit_events" ADD COLUMN "details" JSONB;
