//! Providers as the API shows them.

use jiff::Timestamp;
use serde::Serialize;

use crate::model::Text;
use crate::model::ids::ProviderId;
use crate::store::providers::Provider;

/// A provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProviderAnswer {
    id: ProviderId,
    npi: Option<Text>,
    tax_id: Option<Text>,
    name: Option<Text>,
    first_name: Option<Text>,
    is_person: bool,
    taxonomy: Option<Text>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Provider> for ProviderAnswer {
    fn from(provider: Provider) -> Self {
        Self {
            id: provider.id,
            npi: provider.npi,
            tax_id: provider.tax_id,
            name: provider.name,
            first_name: provider.first_name,
            is_person: provider.is_person,
            taxonomy: provider.taxonomy,
            created_at: provider.created_at,
            updated_at: provider.updated_at,
        }
    }
}
