//! Learning from payers' answers how claims have to look.

use std::collections::HashMap;

use crate::model::ids::PayerId;
use crate::risk::payer_history::{Had, Lacked, Late, PayerHistory, ProcedureHistory, shapes};
use crate::store::error::StoreError;
use crate::store::sql::Connection;
use crate::store::{Transaction, payer_histories};

/// What was learned of a payer; nothing where nothing was.
pub(super) fn of_payer(tx: &Transaction<'_>, payer: PayerId) -> Result<PayerHistory, StoreError> {
    let history = payer_histories::load(tx, payer)?;
    Ok(history.map(|history| serde_json::from_str(&history)).transpose()?.unwrap_or_default())
}

/// The histories of all payers with an answer.
pub(super) fn learn(connection: &Connection) -> Result<HashMap<PayerId, PayerHistory>, StoreError> {
    let mut histories: HashMap<PayerId, PayerHistory> = HashMap::new();
    for named in payer_histories::rendering(connection)? {
        let had = Had { claims: named.claims, with: named.with_rendering };
        histories.entry(named.payer).or_default().rendering = had;
    }
    for (payer, members) in by_payer(payer_histories::members(connection)?) {
        histories.entry(payer).or_default().member_ids = shapes(members.iter().map(|id| &**id));
    }
    let lags = payer_histories::lags(connection)?.into_iter();
    let lags = lags.map(|l| (l.payer, (l.days, Lacked { claims: l.claims, denied: l.denied })));
    for (payer, lags) in by_payer(lags) {
        histories.entry(payer).or_default().late = Late::among(&lags);
    }
    let lacking = payer_histories::lacking(connection)?.into_iter();
    let mut denied: HashMap<_, _> =
        lacking.map(|l| ((l.payer, l.procedure_code), (l.unauthorized, l.unreferred))).collect();
    for count in payer_histories::procedures(connection)? {
        let key = (count.payer, count.procedure_code);
        let (unauthorized, unreferred) = denied.remove(&key).unwrap_or_default();
        let procedure = ProcedureHistory {
            procedure_code: key.1,
            referring: Had { claims: count.paid, with: count.paid_with_referring },
            unauthorized: Lacked { claims: count.unauthorized, denied: unauthorized },
            unreferred: Lacked { claims: count.unreferred, denied: unreferred },
        };
        let history = histories.entry(count.payer).or_default();
        history.procedures.extend(Some(procedure).filter(ProcedureHistory::tells_anything));
    }
    Ok(histories)
}

fn by_payer<T>(counts: impl IntoIterator<Item = (PayerId, T)>) -> HashMap<PayerId, Vec<T>> {
    let mut by_payer: HashMap<PayerId, Vec<T>> = HashMap::new();
    for (payer, count) in counts {
        by_payer.entry(payer).or_default().push(count);
    }
    by_payer
}
