-- A look-up of a number for which all clients together asked often enough: answered as any other, sent to nobody, found by no code.
ALTER TABLE "blind_lookups" DROP CONSTRAINT "blind_lookups_status_check";
ALTER TABLE "blind_lookups" ADD CONSTRAINT "blind_lookups_status_check" CHECK ("status" IN ('pending', 'answered', 'withheld'));
