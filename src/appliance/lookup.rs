//! Looking up: lists with their totals, and single rows, as the API shows them.

use crate::cache::key::Key;
use crate::model::ids::{ClaimId, EpisodeId, PayerId, ProviderId, RemittanceId};
use crate::model::lists::{After, ClaimFilter, EpisodeFilter, Page, RemittanceFilter};
use crate::store::error::StoreError;
use crate::store::imports::Import;
use crate::store::{
    Connection, claim_lists, claims, episodes, findings, imports, payers, payments, practices, providers,
    remittances, risk_scores,
};

use super::Appliance;
use super::answers::claims::{ClaimAnswer, ClaimRow};
use super::answers::episodes::EpisodeAnswer;
use super::answers::imports::{ImportAnswer, ImportRow};
use super::answers::lists::List;
use super::answers::payers::{PayerAnswer, PayerRow};
use super::answers::practices::PracticeAnswer;
use super::answers::providers::ProviderAnswer;
use super::answers::remittances::{RemittanceAnswer, RemittanceRow};
use super::answers::risk::RiskyClaim;
use super::error::ApplianceError;
use super::linking;

/// How many findings an import's answer lists; `findings_total` counts all.
const FINDINGS_SHOWN: u64 = 1000;

impl Appliance {
    /// Claims that pass the filter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn claims(&self, filter: &ClaimFilter, page: Page) -> Result<List<ClaimRow>, ApplianceError> {
        let total = self.count("claims", &filter.canonical(), |c| claim_lists::count(c, filter))?;
        let rows = self.store.read(|c| claim_lists::list(c, filter, &one_more(page)))?;
        Ok(list("claims", rows, total, page, |row| After::row(row.id.get())))
    }

    /// Claims without an episode, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn unlinked_claims(&self, page: Page) -> Result<List<ClaimRow>, ApplianceError> {
        let total = self.count("claims", "unlinked", claim_lists::count_unlinked)?;
        let rows = self.store.read(|c| claim_lists::unlinked(c, &one_more(page)))?;
        Ok(list("claims", rows, total, page, |row| After::row(row.id.get())))
    }

    /// A claim with its lines.
    ///
    /// # Errors
    /// `NotFound` when there is no such claim.
    pub fn claim(&self, id: ClaimId) -> Result<ClaimAnswer, ApplianceError> {
        let found = self.store.read(|c| {
            let Some(stored) = claims::load(c, id)? else { return Ok(None) };
            Ok(Some(ClaimAnswer::new(stored, findings::of_claim(c, id)?, episodes::paid_to_claim(c, id)?)))
        })?;
        found.ok_or_else(|| ApplianceError::NotFound(format!("There is no claim {id}.")))
    }

    /// Remittances that pass the filter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remittances(
        &self,
        filter: &RemittanceFilter,
        page: Page,
    ) -> Result<List<RemittanceRow>, ApplianceError> {
        let total = self.count("remits", &filter.canonical(), |c| remittances::count(c, filter))?;
        let rows = self.store.read(|c| remittances::list(c, filter, &one_more(page)))?;
        Ok(list("remits", rows, total, page, |row| After::row(row.id.get())))
    }

    /// A remittance with its payment, adjustments and lines.
    ///
    /// # Errors
    /// `NotFound` when there is no such remittance.
    pub fn remittance(&self, id: RemittanceId) -> Result<RemittanceAnswer, ApplianceError> {
        let found = self.store.read(|c| {
            let Some(stored) = remittances::load(c, id)? else { return Ok(None) };
            let payment = payments::load(c, stored.payment_id)?;
            let candidates = match stored.link_state {
                remittances::LinkState::Ambiguous => linking::candidates(c, id)?,
                _ => Vec::new(),
            };
            Ok(Some(RemittanceAnswer::new(stored, payment, candidates, findings::of_remittance(c, id)?)))
        })?;
        found.ok_or_else(|| ApplianceError::NotFound(format!("There is no remittance {id}.")))
    }

    /// Episodes that pass the filter, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn episodes(
        &self,
        filter: &EpisodeFilter,
        page: Page,
    ) -> Result<List<EpisodeAnswer>, ApplianceError> {
        let total = self.count("episodes", &filter.canonical(), |c| episodes::count(c, filter))?;
        let rows = self.store.read(|c| episodes::list(c, filter, &one_more(page)))?;
        Ok(list("episodes", rows, total, page, |row| After::row(row.id.get())))
    }

    /// An episode.
    ///
    /// # Errors
    /// `NotFound` when there is no such episode.
    pub fn episode(&self, id: EpisodeId) -> Result<EpisodeAnswer, ApplianceError> {
        let found = self.store.read(|c| episodes::load(c, id))?;
        found
            .map(EpisodeAnswer::from)
            .ok_or_else(|| ApplianceError::NotFound(format!("There is no episode {id}.")))
    }

    /// Scored claims, the riskiest first; those that another submission took the place of are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn riskiest_claims(&self, page: Page) -> Result<List<RiskyClaim>, ApplianceError> {
        let total = self.count("risk_scores", "", risk_scores::count)?;
        let rows = self.store.read(|c| risk_scores::riskiest(c, &one_more(page)))?;
        Ok(list("risk_scores", rows, total, page, |row| After {
            id: row.claim_id.get(),
            score: Some(row.overall_score),
        }))
    }

    /// Payers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn payers(&self, page: Page) -> Result<List<PayerRow>, ApplianceError> {
        let total = self.count("payers", "", payers::count)?;
        let rows = self.store.read(|c| payers::list(c, &one_more(page)))?;
        Ok(list("payers", rows, total, page, |row| After::row(row.id.get())))
    }

    /// A payer with its rules and every id and name by which it is known.
    ///
    /// # Errors
    /// `NotFound` when there is no such payer.
    pub fn payer(&self, id: PayerId) -> Result<PayerAnswer, ApplianceError> {
        let found = self.store.read(|c| payers::load(c, id))?;
        found
            .map(PayerAnswer::from)
            .ok_or_else(|| ApplianceError::NotFound(format!("There is no payer {id}.")))
    }

    /// Providers, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn providers(&self, page: Page) -> Result<List<ProviderAnswer>, ApplianceError> {
        let total = self.count("providers", "", providers::count)?;
        let rows = self.store.read(|c| providers::list(c, &one_more(page)))?;
        Ok(list("providers", rows, total, page, |row| After::row(row.id.get())))
    }

    /// A provider.
    ///
    /// # Errors
    /// `NotFound` when there is no such provider.
    pub fn provider(&self, id: ProviderId) -> Result<ProviderAnswer, ApplianceError> {
        let found = self.store.read(|c| providers::load(c, id))?;
        found
            .map(ProviderAnswer::from)
            .ok_or_else(|| ApplianceError::NotFound(format!("There is no provider {id}.")))
    }

    /// How a practice works; the defaults where nobody has said.
    ///
    /// # Errors
    /// When the database fails.
    pub fn practice_config(&self, practice_id: &str) -> Result<PracticeAnswer, ApplianceError> {
        let config = self.store.read(|c| practices::config(c, practice_id))?;
        Ok(PracticeAnswer::new(practice_id, config))
    }

    /// Imports, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn imports(&self, page: Page) -> Result<List<ImportRow>, ApplianceError> {
        let total = self.count("imports", "", imports::count)?;
        let before = self.running();
        let rows = self.store.read(|c| imports::list(c, &one_more(page)))?;
        let running = [self.running(), before].concat();
        let List { rows, next, .. } =
            list("imports", rows, total, page, |row: &Import| After::row(row.id.get()));
        let rows = rows.into_iter().map(|import: Import| ImportRow::new(import, &running)).collect();
        Ok(List { noun: "imports", rows, total, page, next })
    }

    /// An import: where it stands, what the file held and the findings.
    ///
    /// # Errors
    /// `NotFound` when there is no such import.
    pub fn import(&self, task_id: &str) -> Result<ImportAnswer, ApplianceError> {
        let before = self.running();
        let found = self.store.read(|c| {
            let Some(import) = imports::by_task_id(c, task_id)? else { return Ok(None) };
            let shown = findings::of_import(c, import.id, 0, FINDINGS_SHOWN)?;
            Ok(Some((findings::count_of_import(c, import.id)?, shown, import)))
        })?;
        let running = [self.running(), before].concat();
        found.map(|(total, shown, import)| ImportAnswer::new(import, &running, shown, total)).ok_or_else(
            || {
                ApplianceError::NotFound(
                    "There is no import with this task_id; uploads answer with theirs.".to_owned(),
                )
            },
        )
    }

    /// A count, from the cache while it is fresh.
    fn count(
        &self,
        noun: &str,
        filters: &str,
        ask: impl FnOnce(&Connection) -> Result<u64, StoreError>,
    ) -> Result<u64, ApplianceError> {
        let body = self.cache.get_or_load_blocking(&Key::count(noun, filters), || {
            let count = self.store.read(ask)?;
            Ok::<_, StoreError>(count.to_string().into_bytes())
        })?;
        Ok(serde_json::from_slice(body.as_bytes()).map_err(StoreError::from)?)
    }
}

/// A page with one row more, that tells whether there are any after it.
fn one_more(page: Page) -> Page {
    Page { limit: page.limit.saturating_add(1), ..page }
}

/// A list of the rows of [`one_more`] than the page has; `place` is that of a row.
fn list<R, T: From<R>>(
    noun: &'static str,
    mut rows: Vec<R>,
    total: u64,
    page: Page,
    place: impl Fn(&R) -> After,
) -> List<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(place);
    List { noun, rows: rows.into_iter().map(T::from).collect(), total, page, next }
}
