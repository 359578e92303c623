//! Posting: each item of a file into the rows that it means, within one transaction.

use std::thread::Scope;

use jiff::Timestamp;

use crate::intake::Item;
use crate::model::claim::Claim;
use crate::model::ids::{PayerId, PaymentId, ProviderId};
use crate::model::party::{PayerName, ProviderName};
use crate::model::remittance::{Payment, Remittance};
use crate::store::Transaction;
use crate::store::claims::{self, NewClaim};
use crate::store::error::StoreError;
use crate::store::imports::{Import, Progress};
use crate::store::payers::{self, AliasSource};
use crate::store::payments::{self, NewPayment};
use crate::store::providers;
use crate::store::remittances::{self, NewRemittance};
use crate::store::risk_scores;

use super::Appliance;
use super::linking::Decided;
use super::scores::Scores;
use super::scoring::{Scorer, ToScore};
use super::submissions;
use super::touched::{List, Touched};

/// What the files of one step have in common.
pub(super) struct Shared<'a> {
    appliance: &'a Appliance,
    pub(super) tx: &'a Transaction<'a>,
    now: Timestamp,
    scorer: Scorer<'a>,
    scores: Scores<'a>,
    pub(super) touched: Touched,
}

impl<'a> Shared<'a> {
    pub(super) fn new(appliance: &'a Appliance, tx: &'a Transaction<'a>, scope: &'a Scope<'a, '_>) -> Self {
        Self {
            appliance,
            tx,
            now: appliance.clock.now(),
            scorer: Scorer::new(appliance, tx),
            scores: Scores::begin(scope),
            touched: Touched::default(),
        }
    }

    /// Stores the scores of the step's claims; gives what the step changed.
    pub(super) fn end(self) -> Result<Touched, StoreError> {
        for (claim, score) in self.scores.end() {
            risk_scores::upsert(self.tx, claim, &score, self.now)?;
        }
        Ok(self.touched)
    }
}

/// A file's part of a step.
pub(super) struct Posting<'s, 'a> {
    shared: &'s mut Shared<'a>,
    import: &'s Import,
    /// The payment whose remittances are being read.
    payment: Option<OpenPayment>,
    stored: Progress,
}

struct OpenPayment {
    id: PaymentId,
    payer: Option<PayerId>,
    head: Payment,
}

impl<'s, 'a> Posting<'s, 'a> {
    /// Goes on with a file where `stored` ends.
    pub(super) fn begin(
        shared: &'s mut Shared<'a>,
        import: &'s Import,
        stored: Progress,
    ) -> Result<Self, StoreError> {
        let payment = match payments::open_of_import(shared.tx, import.id)? {
            Some(id) => payments::load(shared.tx, id)?,
            None => None,
        };
        let payment = payment.map(|p| OpenPayment { id: p.id, payer: p.payer_id, head: p.payment });
        Ok(Self { shared, import, payment, stored })
    }

    /// Posts the next item of the file.
    pub(super) fn post(&mut self, item: &'a Item) -> Result<(), StoreError> {
        match item {
            Item::Claim(claim) => self.claim(claim)?,
            Item::PaymentBegins(payment) => self.payment_begins(payment)?,
            Item::Remittance(remittance) => self.remittance(remittance)?,
            Item::PaymentEnds(payment) => self.payment_ends(payment)?,
        }
        self.stored.position += 1;
        Ok(())
    }

    /// What is stored of the file now.
    pub(super) fn end(self) -> Progress {
        self.stored
    }

    fn claim(&mut self, claim: &'a Claim) -> Result<(), StoreError> {
        let (tx, now) = (self.shared.tx, self.shared.now);
        let payer_id = self.payer(&claim.payer, AliasSource::Claim)?;
        let provider_id = self.provider(&claim.billing_provider)?;
        let rendering_provider_id = match &claim.rendering_provider {
            Some(provider) => self.provider(provider)?,
            None => None,
        };
        let npi = claim.billing_provider.npi.as_deref();
        let submission = submissions::judge(tx, claim, provider_id)?;
        let new = NewClaim {
            claim,
            import_id: self.import.id,
            practice_id: self.import.practice_id.as_deref().or(npi),
            payer_id,
            provider_id,
            rendering_provider_id,
            status: submission.status,
            supersedes: submission.supersedes,
            is_scored: true,
            now,
        };
        let id = claims::insert(tx, &new)?;
        self.shared.touched.list(List::Claims);
        self.stored.claims_stored += 1;
        if let (Some(earlier), Some(status)) = (submission.supersedes, submission.earlier_becomes) {
            claims::set_status(tx, earlier, status, now)?;
            self.shared.touched.claim(earlier);
        }
        let linked = self.shared.appliance.link_waiting(tx, id, claim, &mut self.shared.touched)?;
        self.stored.episodes_linked += linked;
        // A link may have shown that its payer is another.
        let payer = if linked > 0 { claims::payer_of(tx, id)? } else { payer_id };
        let what = ToScore { id, claim, payer, practice: new.practice_id, repeat_of: submission.repeats() };
        let known = self.shared.scorer.known(&what, &self.shared.touched)?;
        self.shared.scores.add(id, claim, known);
        self.shared.touched.score(id);
        self.stored.claims_scored += 1;
        Ok(())
    }

    fn payment_begins(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let payer_id = self.payer(&payment.payer, AliasSource::Remittance)?;
        let payee_provider_id = self.provider(&payment.payee)?;
        let new = NewPayment {
            payment,
            import_id: self.import.id,
            payer_id,
            payee_provider_id,
            now: self.shared.now,
        };
        let id = payments::insert(self.shared.tx, &new)?;
        self.payment = Some(OpenPayment { id, payer: payer_id, head: payment.clone() });
        Ok(())
    }

    fn payment_ends(&mut self, payment: &Payment) -> Result<(), StoreError> {
        if let Some(open) = self.payment.take() {
            payments::close(self.shared.tx, open.id, payment)?;
            // Those of an earlier step may have been shown without the payment's balance.
            for remittance in remittances::of_payment(self.shared.tx, open.id)? {
                self.shared.touched.remittance(remittance);
            }
        }
        Ok(())
    }

    fn remittance(&mut self, remittance: &Remittance) -> Result<(), StoreError> {
        let Some(payment) = &self.payment else { return Ok(()) };
        let Shared { appliance, tx, now, touched, .. } = &mut *self.shared;
        let decided = Decided::by_the_rules(tx, remittance, &payment.head, payment.payer)?;
        let new = NewRemittance {
            remittance,
            payment_id: payment.id,
            payer_id: payment.payer,
            link_state: decided.link_state(),
            rules: &appliance.settings.denial,
            now: *now,
        };
        let id = remittances::insert(tx, &new)?;
        touched.list(List::Remittances);
        touched.analyses();
        self.stored.remittances_stored += 1;
        let linked = appliance.carry_out(tx, id, remittance, &decided, touched)?;
        self.stored.episodes_linked += u64::from(linked);
        if linked {
            self.follow_payer()?;
        }
        Ok(())
    }

    /// A link may have shown that the payment's payer is one that claims name otherwise.
    fn follow_payer(&mut self) -> Result<(), StoreError> {
        if let Some(payment) = &mut self.payment {
            payment.payer = payments::payer_of(self.shared.tx, payment.id)?;
        }
        Ok(())
    }

    fn payer(&mut self, name: &PayerName, source: AliasSource) -> Result<Option<PayerId>, StoreError> {
        let Some(payer) = payers::find_or_create(self.shared.tx, name, source, self.shared.now)? else {
            return Ok(None);
        };
        if payer.is_changed {
            self.shared.touched.payer(payer.id);
            self.shared.touched.list(List::Payers);
        }
        Ok(Some(payer.id))
    }

    fn provider(&mut self, name: &ProviderName) -> Result<Option<ProviderId>, StoreError> {
        let Some(provider) = providers::find_or_create(self.shared.tx, name, self.shared.now)? else {
            return Ok(None);
        };
        if provider.is_changed {
            self.shared.touched.provider(provider.id);
            self.shared.touched.list(List::Providers);
        }
        Ok(Some(provider.id))
    }
}
