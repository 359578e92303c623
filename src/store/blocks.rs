//! Passing over every claim in blocks of row numbers: no question of such a pass takes long or answers many rows at a time.

use super::error::StoreError;
use super::sql::Connection;
use super::sql::query::queries;

queries! {
    "blocks":
    LAST_CLAIM = "SELECT ifnull(max(id), 0) FROM claims", because "reads the last row of the table";
}

/// How many claims are looked at in one question.
const BLOCK: i64 = 2_000;

/// The first and the last row number of a block of claims.
pub type Block = [i64; 2];

/// The row number of the claim that came in last; 0 before the first.
///
/// # Errors
/// When the database refuses.
pub fn last_claim(connection: &Connection) -> Result<i64, StoreError> {
    LAST_CLAIM.row(connection, [], |row| row.get(0))
}

/// The blocks of all claims, in the order in which they came in.
///
/// # Errors
/// When the database refuses.
pub fn of_claims(connection: &Connection) -> Result<Vec<Block>, StoreError> {
    let blocks = (last_claim(connection)? + BLOCK - 1) / BLOCK;
    Ok((0..blocks).map(|block| [block * BLOCK + 1, (block + 1) * BLOCK]).collect())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, import, plain_claim, store_claim};
    use super::*;

    #[test]
    fn every_claim_is_in_one_block() {
        TestStore::new().write(|tx| {
            assert_eq!(of_claims(tx)?, [] as [Block; 0]);
            let import_id = import(tx, '1')?;
            store_claim(tx, import_id, &plain_claim("A1"))?;
            assert_eq!(of_claims(tx)?, [[1, 2_000]]);
            tx.execute("PRAGMA defer_foreign_keys = ON", [])?;
            for (last, blocks) in [(2_000, 1), (2_001, 2), (6_000, 3)] {
                tx.execute("UPDATE claims SET id = ?1", [last])?;
                assert_eq!(of_claims(tx)?.len(), blocks);
            }
            assert_eq!(of_claims(tx)?[1..], [[2_001, 4_000], [4_001, 6_000]]);
            // To where its lines are.
            tx.execute("UPDATE claims SET id = 1", [])?;
            Ok(())
        });
    }
}
