//! Learning from payers' answers how claims have to look, after imports and in the background.

use std::collections::HashMap;

use crate::model::ids::PayerId;
use crate::risk::payer_history::{Had, Lacked, Late, PayerHistory, ProcedureHistory, shapes};
use crate::store::error::StoreError;
use crate::store::sql::Connection;
use crate::store::{Transaction, payer_histories};

use super::Appliance;
use super::error::ApplianceError;

/// When it is time to learn anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// More imports wait: every time that the answers have doubled, so that learning from a long queue costs no more than
    /// learning twice from all of it.
    BetweenImports,
    /// Nothing waits: when they have grown by a fiftieth.
    AtRest,
}

impl Moment {
    const fn is_due(self, learned: u64, last: u64) -> bool {
        let share = match self {
            Self::BetweenImports => 1,
            Self::AtRest => 50,
        };
        last > learned + learned / share
    }
}

impl Appliance {
    /// Learns anew from all answers, if enough of them came since the last time.
    pub(super) fn learn_from_payers(&self, moment: Moment) -> Result<(), ApplianceError> {
        let (learned, last) = self.store.read(payer_histories::learned_and_last)?;
        if !moment.is_due(learned, last) {
            return Ok(());
        }
        let histories = self.store.read(|connection| {
            let histories = learn(connection)?.into_iter();
            histories.map(|(payer, history)| Ok((payer, serde_json::to_string(&history)?))).collect()
        })?;
        let now = self.clock.now();
        let histories: Vec<(PayerId, String)> = histories;
        self.store.write(|tx| payer_histories::replace(tx, &histories, last, now))?;
        tracing::info!(payers = histories.len(), "learned from the payers' answers");
        self.renew_patterns()
    }
}

/// What was learned of a payer; nothing where nothing was.
pub(super) fn of_payer(tx: &Transaction<'_>, payer: PayerId) -> Result<PayerHistory, StoreError> {
    let history = payer_histories::load(tx, payer)?;
    Ok(history.map(|history| serde_json::from_str(&history)).transpose()?.unwrap_or_default())
}

/// The histories of all payers with an answer.
fn learn(connection: &Connection) -> Result<HashMap<PayerId, PayerHistory>, StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_answer_is_learned_from_and_then_every_doubling_or_fiftieth_more() {
        use Moment::{AtRest, BetweenImports};
        assert!(!AtRest.is_due(0, 0) && AtRest.is_due(0, 1) && BetweenImports.is_due(0, 1));
        assert!(!AtRest.is_due(100, 102) && AtRest.is_due(100, 103));
        assert!(!BetweenImports.is_due(100, 200) && BetweenImports.is_due(100, 201));
    }
}
