-- A list of three in a trigger is put into a table of its own each time that the trigger runs: as for each claim that is answered.

DROP TRIGGER claims_superseded;
CREATE TRIGGER claims_superseded AFTER UPDATE OF status ON claims
WHEN (NEW.status = 'replaced' OR NEW.status = 'voided' OR NEW.status = 'repeat')
  <> (OLD.status = 'replaced' OR OLD.status = 'voided' OR OLD.status = 'repeat')
BEGIN
    UPDATE risk_scores SET is_superseded = NEW.status = 'replaced' OR NEW.status = 'voided' OR NEW.status = 'repeat'
    WHERE claim_id = NEW.id;
END;
