//! Payments: the head of an 835 transaction, closed with its provider adjustments and balance once it was read whole.

use jiff::Timestamp;
use rusqlite::params;

use crate::model::adjustment::ProviderAdjustment;
use crate::model::claim::Origin;
use crate::model::ids::{ImportId, PayerId, PaymentId, ProviderId};
use crate::model::remittance::Payment;
use crate::money::Cents;

use super::columns::{Cells, moment, place, some, some_day, whole};
use super::error::StoreError;
use super::spellings;
use super::sql::query::queries;
use super::sql::{Connection, Transaction};

queries! {
    "payments":
    INSERT = "INSERT INTO payments
             (import_id, payer_id, payer_spelling_id, payee_provider_id, payee_spelling_id, amount, method,
              payment_date, check_number, production_date, byte, segment, interchange_control,
              transaction_control, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
    ADD_PROVIDER_ADJUSTMENT = "INSERT INTO provider_adjustments
                 (payment_id, sequence, provider_identifier, fiscal_period, reason_code, reference, amount)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    CLOSE = "UPDATE payments
         SET is_closed = 1, remittances_paid = ?2, provider_adjustment_total = ?3, imbalance = ?4 WHERE id = ?1";
    OPEN_OF_IMPORT = "SELECT id FROM payments WHERE import_id = ?1 AND is_closed = 0 ORDER BY id DESC LIMIT 1";
    PAYER_OF = "SELECT payer_id FROM payments WHERE id = ?1";
    LOAD = "SELECT amount, method, payment_date, check_number, production_date, remittances_paid, byte,
                    segment, interchange_control, transaction_control, import_id, payer_id, payee_provider_id, imbalance,
                    created_at, payer_spelling_id, payee_spelling_id
             FROM payments WHERE id = ?1";
    PROVIDER_ADJUSTMENTS = "SELECT provider_identifier, fiscal_period, reason_code, reference, amount
             FROM provider_adjustments WHERE payment_id = ?1 ORDER BY sequence";
}

/// A payment to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewPayment<'a> {
    /// The head as the file says it; its provider adjustments come with [`close`].
    pub payment: &'a Payment,
    /// The file.
    pub import_id: ImportId,
    /// Its payer's row.
    pub payer_id: Option<PayerId>,
    /// The payee's row.
    pub payee_provider_id: Option<ProviderId>,
    /// Now.
    pub now: Timestamp,
}

/// A payment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPayment {
    /// Its row.
    pub id: PaymentId,
    /// The payment as the file said it.
    pub payment: Payment,
    /// The file it came in.
    pub import_id: ImportId,
    /// Its payer.
    pub payer_id: Option<PayerId>,
    /// The payee.
    pub payee_provider_id: Option<ProviderId>,
    /// Σ CLP04 − Σ PLB − BPR02; `None` until it was read whole.
    pub imbalance: Option<Cents>,
    /// When it was stored.
    pub created_at: Timestamp,
}

/// Stores the head of a payment.
///
/// # Errors
/// When the database refuses.
pub fn insert(tx: &Transaction<'_>, new: &NewPayment<'_>) -> Result<PaymentId, StoreError> {
    let payment = new.payment;
    let id = INSERT.insert(
        tx,
        params![
            new.import_id,
            new.payer_id,
            spellings::payer(tx, &payment.payer)?.0,
            new.payee_provider_id,
            spellings::provider(tx, &payment.payee)?.0,
            payment.amount,
            some(payment.method.as_ref()),
            some_day(payment.date),
            some(payment.check_number.as_ref()),
            some_day(payment.production_date),
            whole(payment.origin.byte),
            whole(payment.origin.segment),
            some(payment.origin.interchange_control.as_ref()),
            some(payment.origin.transaction_control.as_ref()),
            moment(new.now),
        ],
    )?;
    Ok(PaymentId::new(id))
}

/// Closes a payment: all its remittances are stored, and `payment` now has its provider adjustments and its balance.
///
/// # Errors
/// When the database refuses.
pub fn close(tx: &Transaction<'_>, id: PaymentId, payment: &Payment) -> Result<(), StoreError> {
    for (index, adjustment) in payment.provider_adjustments.iter().enumerate() {
        ADD_PROVIDER_ADJUSTMENT.execute(
            tx,
            params![
                id,
                place(index),
                some(adjustment.provider_id.as_ref()),
                some_day(adjustment.fiscal_period),
                adjustment.reason.as_str(),
                some(adjustment.reference.as_ref()),
                adjustment.amount,
            ],
        )?;
    }
    CLOSE.execute(
        tx,
        params![id, payment.remittances_paid, payment.provider_adjustment_total(), payment.imbalance()],
    )?;
    Ok(())
}

/// The payment of an import whose end is not stored yet: where an interrupted import goes on.
///
/// # Errors
/// When the database refuses.
pub fn open_of_import(connection: &Connection, import: ImportId) -> Result<Option<PaymentId>, StoreError> {
    OPEN_OF_IMPORT.optional(connection, [import], |row| row.get(0))
}

/// The payer of a payment.
///
/// # Errors
/// When the database refuses.
pub fn payer_of(connection: &Connection, id: PaymentId) -> Result<Option<PayerId>, StoreError> {
    let payer = PAYER_OF.optional(connection, [id], |row| row.get(0))?;
    Ok(payer.flatten())
}

/// A payment as it is stored.
///
/// # Errors
/// When the database refuses.
pub fn load(connection: &Connection, id: PaymentId) -> Result<Option<StoredPayment>, StoreError> {
    let found = LOAD.optional(connection, [id], |row| {
        let mut cells = Cells::of(row);
        let stored = head(id, &mut cells)?;
        Ok((stored, cells.take()?, cells.take()?))
    })?;
    let Some((mut stored, payer, provider)) = found else { return Ok(None) };
    stored.payment.payer = spellings::payer_by_id(connection, payer)?;
    stored.payment.payee = spellings::provider_by_id(connection, provider)?;
    stored.payment.provider_adjustments = provider_adjustments(connection, id)?;
    Ok(Some(stored))
}

fn head(id: PaymentId, cells: &mut Cells<'_, '_>) -> rusqlite::Result<StoredPayment> {
    let payment = Payment {
        amount: cells.take()?,
        method: cells.some_text()?,
        date: cells.some_day()?,
        check_number: cells.some_text()?,
        production_date: cells.some_day()?,
        remittances_paid: cells.take()?,
        origin: Origin {
            byte: cells.unsigned()?,
            segment: cells.unsigned()?,
            interchange_control: cells.some_text()?,
            transaction_control: cells.some_text()?,
        },
        ..Payment::default()
    };
    Ok(StoredPayment {
        id,
        payment,
        import_id: cells.take()?,
        payer_id: cells.take()?,
        payee_provider_id: cells.take()?,
        imbalance: cells.take()?,
        created_at: cells.moment()?,
    })
}

fn provider_adjustments(
    connection: &Connection,
    id: PaymentId,
) -> Result<Vec<ProviderAdjustment>, StoreError> {
    PROVIDER_ADJUSTMENTS.rows(connection, [id], |row| {
        let mut cells = Cells::of(row);
        Ok(ProviderAdjustment {
            provider_id: cells.some_text()?,
            fiscal_period: cells.some_day()?,
            reason: cells.text()?,
            reference: cells.some_text()?,
            amount: cells.take()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{TestStore, import, now, rich_payment, store_payment};
    use super::*;

    #[test]
    fn a_payment_reads_back_with_its_balance_once_it_is_closed() {
        let test = TestStore::new();
        let payment = rich_payment();
        let id = test.write(|tx| {
            let import_id = import(tx, '1')?;
            let id = store_payment(tx, import_id, &payment)?;
            assert_eq!(open_of_import(tx, import_id)?, Some(id));
            assert_eq!(load(tx, id)?.unwrap().imbalance, None);
            close(tx, id, &payment)?;
            Ok(id)
        });
        let closed = test.store.read(|connection| load(connection, id)).unwrap().unwrap();
        assert_eq!(closed.payment, payment);
        // Paid 60.01 less 10.00 by PLB is 50.01; BPR02 says 50.00.
        assert_eq!((closed.imbalance, closed.created_at), (Some(Cents::new(1)), now()));
        let open = test.store.read(|connection| open_of_import(connection, closed.import_id)).unwrap();
        assert_eq!(open, None);
    }
}
