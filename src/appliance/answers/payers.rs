//! Payers as the API shows them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::Text;
use crate::model::ids::PayerId;
use crate::model::rules::PayerRules;
use crate::store::payers::{KnownAlias, Payer, PayerSummary};

/// A payer in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PayerRow {
    id: PayerId,
    name: Text,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<PayerSummary> for PayerRow {
    fn from(payer: PayerSummary) -> Self {
        Self { id: payer.id, name: payer.name, created_at: payer.created_at, updated_at: payer.updated_at }
    }
}

/// A payer with its rules and every id and name by which it is known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PayerAnswer {
    id: PayerId,
    name: Text,
    rules: PayerRules,
    aliases: Vec<KnownAlias>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Payer> for PayerAnswer {
    fn from(payer: Payer) -> Self {
        Self {
            id: payer.id,
            name: payer.name,
            rules: payer.rules,
            aliases: payer.aliases,
            created_at: payer.created_at,
            updated_at: payer.updated_at,
        }
    }
}

/// What scoring reads of a cached payer.
#[derive(Debug, Deserialize)]
pub(crate) struct CachedPayer {
    pub(crate) rules: PayerRules,
}
