//! Denial patterns: looked for on request and after imports, listed by payer, and held against a claim.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use jiff::Span;
use jiff::civil::Date;

use crate::model::billed::BilledClaim;
use crate::model::claim::ClaimStatus;
use crate::model::ids::{ClaimId, PayerId};
use crate::model::pattern::DenialPattern;
use crate::risk::detection::{self, Found, Search};
use crate::risk::experience::Experience;
use crate::risk::patterns;
use crate::store::score_renewals::{self, Scope};
use crate::store::{answered, claims, patterns as stored_patterns, payers};

use super::Appliance;
use super::answers::patterns::{ClaimPatterns, DetectedAll, DetectedPatterns, PayerPatterns};
use super::error::ApplianceError;
use super::touched::Touched;

/// How many days before the newest answer patterns are looked for after imports.
const DAYS: i32 = 365;

/// From how many answered claims, the latest, anything is learned at the most: some 100 MB of memory.
const MOST_CLAIMS: usize = 250_000;

/// The patterns of each payer.
type ByPayer = BTreeMap<PayerId, Vec<DenialPattern>>;

impl Appliance {
    /// Looks for a payer's denial patterns among the answers of so many days; they take the place of those known before.
    ///
    /// # Errors
    /// `NotFound` when there is no such payer.
    pub fn detect_patterns(
        &self,
        payer: PayerId,
        days_back: u32,
    ) -> Result<DetectedPatterns, ApplianceError> {
        self.expect_payer(payer)?;
        let _turn = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let experience = self.experience(Some(payer), &|| true)?;
        let lines = experience.span(self.since(&experience, days_back)..experience.claims()).lines;
        let mut found = self.detect(&experience, days_back);
        found.retain(|id, _| *id == payer);
        found.entry(payer).or_default();
        self.keep(&found)?;
        let patterns = found.remove(&payer).unwrap_or_default();
        Ok(DetectedPatterns::new(payer, days_back, lines, patterns))
    }

    /// The same for every payer; says how many were found for each.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn detect_all_patterns(&self, days_back: u32) -> Result<DetectedAll, ApplianceError> {
        let _turn = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        let experience = self.experience(None, &|| true)?;
        let lines = experience.span(self.since(&experience, days_back)..experience.claims()).lines;
        let found = self.detect(&experience, days_back);
        self.keep(&found)?;
        Ok(DetectedAll::new(days_back, lines, &found))
    }

    /// The patterns of a payer as they were found last.
    ///
    /// # Errors
    /// `NotFound` when there is no such payer.
    pub fn payer_patterns(&self, payer: PayerId) -> Result<PayerPatterns, ApplianceError> {
        self.expect_payer(payer)?;
        let patterns = self.store.read(|connection| stored_patterns::of_payer(connection, payer))?;
        Ok(PayerPatterns::new(payer, patterns))
    }

    /// The patterns of its payer that a claim matches.
    ///
    /// # Errors
    /// `NotFound` when there is no such claim.
    pub fn analyze_patterns(&self, id: ClaimId) -> Result<ClaimPatterns, ApplianceError> {
        let stored = self.store.read(|connection| {
            let Some(stored) = claims::load(connection, id)? else { return Ok(None) };
            let patterns = stored.payer_id.map(|payer| stored_patterns::of_payer(connection, payer));
            Ok(Some((stored, patterns.transpose()?.unwrap_or_default())))
        })?;
        let (stored, known) =
            stored.ok_or_else(|| ApplianceError::NotFound(format!("There is no claim {id}.")))?;
        let is_repeat = stored.status == ClaimStatus::Repeat;
        let billed = BilledClaim::of(&stored.claim, stored.payer_id, is_repeat);
        let matching = patterns::matching(&known, &billed);
        let matching = matching.map(|(pattern, line)| {
            let line = line.and_then(|line| stored.claim.lines.get(line)).map(|line| line.line_number);
            (pattern.clone(), line)
        });
        Ok(ClaimPatterns::new(id, stored.payer_id, matching.collect()))
    }

    /// Looks for the patterns of every payer in the year before the newest answer, and keeps them where they are others than
    /// those known before. A process that is to stop leaves everything as it was.
    pub(super) fn renew_patterns(
        &self,
        experience: &Experience,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(), ApplianceError> {
        let all = 0..experience.claims();
        let since = all.end.checked_sub(1).map_or(0, |newest| {
            experience.first_since(experience.paid_on(newest).saturating_sub(Span::new().days(DAYS)))
        });
        let found = detection::of_payers(experience, since..all.end, &Search::default(), go_on);
        if !go_on() {
            return Ok(());
        }
        let mut found = by_payer(experience, &found);
        self.store.read(|connection| {
            for (payer, patterns) in std::mem::take(&mut found) {
                if stored_patterns::of_payer(connection, payer)? != patterns {
                    found.insert(payer, patterns);
                }
            }
            Ok(())
        })?;
        if !found.is_empty() {
            self.keep(&found)?;
            let patterns: usize = found.values().map(Vec::len).sum();
            tracing::info!(payers = found.len(), patterns, "denial patterns are others than before");
        }
        Ok(())
    }

    fn expect_payer(&self, payer: PayerId) -> Result<(), ApplianceError> {
        match self.store.read(|connection| payers::load(connection, payer))? {
            Some(_) => Ok(()),
            None => Err(ApplianceError::NotFound(format!("There is no payer {payer}."))),
        }
    }

    /// The answers to a payer's or all claims that came in last, the oldest first; no more of them once `go_on` says no.
    pub(super) fn experience(
        &self,
        payer: Option<PayerId>,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Experience, ApplianceError> {
        let mut experience = Experience::default();
        self.store.read(|connection| {
            answered::each(connection, |claim| {
                if payer.is_none() || claim.billed.payer == payer {
                    experience.add(&claim);
                }
                experience.claims() < MOST_CLAIMS && go_on()
            })
        })?;
        experience.sort();
        Ok(experience)
    }

    /// The first claim that was answered within so many days before today.
    fn since(&self, experience: &Experience, days_back: u32) -> usize {
        let first: Date = self.clock.today().saturating_sub(Span::new().days(i64::from(days_back)));
        experience.first_since(first)
    }

    fn detect(&self, experience: &Experience, days_back: u32) -> ByPayer {
        let claims = self.since(experience, days_back)..experience.claims();
        let found = detection::of_payers(experience, claims, &Search::default(), &|| true);
        by_payer(experience, &found)
    }

    /// Puts what was found in the place of what was known of these payers.
    fn keep(&self, found: &ByPayer) -> Result<(), ApplianceError> {
        let now = self.clock.now();
        self.store.write(|tx| {
            found.iter().try_for_each(|(payer, patterns)| {
                stored_patterns::replace(tx, *payer, patterns, now)?;
                score_renewals::ask(tx, &Scope::Payer(*payer))
            })
        })?;
        let mut touched = Touched::default();
        for payer in found.keys() {
            touched.patterns(*payer);
        }
        touched.forget_in(&self.cache);
        self.bell.ring();
        Ok(())
    }
}

/// What was found of every payer with an answer, those patterns first that say most.
fn by_payer(experience: &Experience, found: &[Found]) -> ByPayer {
    let payers = experience.payers().filter_map(|item| experience.payer_id(item));
    let mut by_payer: ByPayer = payers.map(|payer| (payer, Vec::new())).collect();
    for found in found {
        let payer = found.payer.and_then(|item| experience.payer_id(item));
        if let Some(patterns) = payer.and_then(|payer| by_payer.get_mut(&payer)) {
            patterns.push(patterns::told(experience, found));
        }
    }
    for patterns in by_payer.values_mut() {
        patterns.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    }
    by_payer
}

/// How many denials a pattern explains for sure.
fn weight(pattern: &DenialPattern) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "only for the order")]
    let denied = pattern.denied_count as f64;
    denied * pattern.confidence_score
}
