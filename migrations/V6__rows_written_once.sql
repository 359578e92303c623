-- A claim or remittance is wide and has many indexes: its row is written once where that can be.

-- What says already that it is linked is not written again.
DROP TRIGGER claim_episodes_made;
CREATE TRIGGER claim_episodes_made AFTER INSERT ON claim_episodes BEGIN
    UPDATE claims SET is_linked = 1 WHERE id = NEW.claim_id AND is_linked = 0;
    UPDATE remittances SET link_state = 'linked' WHERE id = NEW.remittance_id AND link_state <> 'linked';
END;

-- A claim moves from one count to another in one step, whatever of it changed.
DROP TRIGGER claims_linked;
DROP TRIGGER claims_recounted;
CREATE TRIGGER claims_recounted
AFTER UPDATE OF payer_id, status, provider_id, practice_id, total_charge_amount, is_linked ON claims
WHEN NEW.payer_id IS NOT OLD.payer_id OR NEW.status <> OLD.status OR NEW.provider_id IS NOT OLD.provider_id
  OR NEW.practice_id IS NOT OLD.practice_id OR NEW.total_charge_amount <> OLD.total_charge_amount
  OR NEW.is_linked <> OLD.is_linked
BEGIN
    UPDATE claim_counts
    SET claims = claims - 1, unlinked = unlinked - (OLD.is_linked = 0),
        charge = charge - max(-1000000000000000, min(1000000000000000, OLD.total_charge_amount))
    WHERE block = OLD.id >> 12 AND payer_id = ifnull(OLD.payer_id, 0) AND status = OLD.status
      AND provider_id = ifnull(OLD.provider_id, 0) AND practice_id = ifnull(OLD.practice_id, '');
    INSERT INTO claim_counts
    VALUES (NEW.id >> 12, ifnull(NEW.payer_id, 0), NEW.status, ifnull(NEW.provider_id, 0), ifnull(NEW.practice_id, ''),
            1, NEW.is_linked = 0, max(-1000000000000000, min(1000000000000000, NEW.total_charge_amount)))
    ON CONFLICT DO UPDATE
    SET claims = claims + 1, unlinked = unlinked + excluded.unlinked, charge = charge + excluded.charge;
END;
