//! Learning from payers' answers how claims have to look.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::Text;
use crate::model::ids::PayerId;
use crate::risk::payer_history::{Had, Lacked, Late, PayerHistory, ProcedureHistory, shapes};
use crate::store::blocks::{self, Block};
use crate::store::error::StoreError;
use crate::store::sql::Connection;
use crate::store::{Transaction, payer_histories};

/// What was learned of a payer; nothing where nothing was.
pub(super) fn of_payer(tx: &Transaction<'_>, payer: PayerId) -> Result<PayerHistory, StoreError> {
    let history = payer_histories::load(tx, payer)?;
    Ok(history.map(|history| serde_json::from_str(&history)).transpose()?.unwrap_or_default())
}

/// The histories of all payers with an answer, found out block by block; `None` once `go_on` says no.
pub(super) fn learn(
    connection: &Connection,
    go_on: &dyn Fn() -> bool,
) -> Result<Option<BTreeMap<PayerId, PayerHistory>>, StoreError> {
    let mut learned = Learned::default();
    for claims in blocks::of_claims(connection)? {
        if !go_on() {
            return Ok(None);
        }
        learned.add(connection, claims)?;
    }
    Ok(Some(learned.histories()))
}

/// Counts of what the payers' answers tell.
#[derive(Default)]
struct Learned {
    rendering: BTreeMap<PayerId, Had>,
    members: BTreeMap<PayerId, HashSet<Text>>,
    lags: BTreeMap<PayerId, HashMap<u32, Lacked>>,
    procedures: BTreeMap<(PayerId, Text), ProcedureHistory>,
    /// Claims denied for want of an authorisation, and of a referral.
    denied: HashMap<(PayerId, Text), (u64, u64)>,
}

impl Learned {
    /// Counts a block of claims.
    fn add(&mut self, connection: &Connection, claims: Block) -> Result<(), StoreError> {
        for named in payer_histories::rendering(connection, claims)? {
            let had = Had { claims: named.claims, with: named.with_rendering };
            self.rendering.entry(named.payer).or_default().add(had);
        }
        for (payer, member) in payer_histories::members(connection, claims)? {
            self.members.entry(payer).or_default().insert(member);
        }
        for lag in payer_histories::lags(connection, claims)? {
            let sent = Lacked { claims: lag.claims, denied: lag.denied };
            self.lags.entry(lag.payer).or_default().entry(lag.days).or_default().add(sent);
        }
        for count in payer_histories::procedures(connection, claims)? {
            let procedure = self.procedures.entry((count.payer, count.procedure_code)).or_default();
            procedure.referring.add(Had { claims: count.paid, with: count.paid_with_referring });
            procedure.unauthorized.claims += count.unauthorized;
            procedure.unreferred.claims += count.unreferred;
        }
        for count in payer_histories::lacking(connection, claims)? {
            let denied = self.denied.entry((count.payer, count.procedure_code)).or_default();
            denied.0 += count.unauthorized;
            denied.1 += count.unreferred;
        }
        Ok(())
    }

    /// The histories of all payers with an answer.
    fn histories(mut self) -> BTreeMap<PayerId, PayerHistory> {
        let mut histories: BTreeMap<PayerId, PayerHistory> = BTreeMap::new();
        for (payer, had) in self.rendering {
            histories.entry(payer).or_default().rendering = had;
        }
        for (payer, members) in self.members {
            histories.entry(payer).or_default().member_ids = shapes(members.iter().map(|id| &**id));
        }
        for (payer, lags) in self.lags {
            let lags: Vec<_> = lags.into_iter().collect();
            histories.entry(payer).or_default().late = Late::among(&lags);
        }
        for (key, mut procedure) in self.procedures {
            let denied = self.denied.remove(&key).unwrap_or_default();
            (procedure.unauthorized.denied, procedure.unreferred.denied) = denied;
            let (payer, procedure_code) = key;
            procedure.procedure_code = procedure_code;
            let history = histories.entry(payer).or_default();
            history.procedures.extend(Some(procedure).filter(ProcedureHistory::tells_anything));
        }
        histories
    }
}
