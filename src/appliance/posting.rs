//! Posting: each item of a file into the rows that it means, within one transaction.

use jiff::Timestamp;

use crate::intake::Item;
use crate::model::claim::Claim;
use crate::model::ids::{ClaimId, PayerId, PaymentId, ProviderId};
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

use super::Appliance;
use super::scoring::{Scorer, ToScore};
use super::submissions;
use super::touched::{List, Touched};

/// One step of an import.
pub(super) struct Posting<'a> {
    appliance: &'a Appliance,
    tx: &'a Transaction<'a>,
    import: &'a Import,
    now: Timestamp,
    /// The payment whose remittances are being read.
    payment: Option<OpenPayment>,
    scorer: Scorer<'a>,
    stored: Progress,
    touched: Touched,
}

struct OpenPayment {
    id: PaymentId,
    payer: Option<PayerId>,
    head: Payment,
}

impl<'a> Posting<'a> {
    /// A step that goes on where `stored` ends.
    pub(super) fn begin(
        appliance: &'a Appliance,
        tx: &'a Transaction<'a>,
        import: &'a Import,
        stored: Progress,
    ) -> Result<Self, StoreError> {
        let payment = match payments::open_of_import(tx, import.id)? {
            Some(id) => payments::load(tx, id)?,
            None => None,
        };
        Ok(Self {
            appliance,
            tx,
            import,
            now: appliance.clock.now(),
            payment: payment.map(|p| OpenPayment { id: p.id, payer: p.payer_id, head: p.payment }),
            scorer: Scorer::new(appliance, tx),
            stored,
            touched: Touched::default(),
        })
    }

    /// Posts the next item of the file.
    pub(super) fn post(&mut self, item: &Item) -> Result<(), StoreError> {
        match item {
            Item::Claim(claim) => self.claim(claim)?,
            Item::PaymentBegins(payment) => self.payment_begins(payment)?,
            Item::Remittance(remittance) => self.remittance(remittance)?,
            Item::PaymentEnds(payment) => self.payment_ends(payment)?,
        }
        self.stored.position += 1;
        Ok(())
    }

    /// What is stored now, and what changed.
    pub(super) fn end(self) -> (Progress, Touched) {
        (self.stored, self.touched)
    }

    fn claim(&mut self, claim: &Claim) -> Result<(), StoreError> {
        let (tx, now) = (self.tx, self.now);
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
            now,
        };
        let id = claims::insert(tx, &new)?;
        self.touched.list(List::Claims);
        self.stored.claims_stored += 1;
        if let (Some(earlier), Some(status)) = (submission.supersedes, submission.earlier_becomes) {
            claims::set_status(tx, earlier, status, now)?;
            self.touched.claim(earlier);
            Appliance::weigh_again(tx, earlier, &mut self.touched)?;
        }
        self.link_waiting(id, claim)?;
        Appliance::weigh_again(tx, id, &mut self.touched)?;
        self.score(id, claim, submission.repeats())
    }

    fn score(&mut self, id: ClaimId, claim: &Claim, repeat_of: Option<ClaimId>) -> Result<(), StoreError> {
        let practice = self.import.practice_id.as_deref().or(claim.billing_provider.npi.as_deref());
        let payer = claims::payer_of(self.tx, id)?;
        let what = ToScore { id, claim, payer, practice, repeat_of };
        self.scorer.score(&what, &self.touched, self.now)?;
        self.touched.score(id);
        self.stored.claims_scored += 1;
        Ok(())
    }

    fn payment_begins(&mut self, payment: &Payment) -> Result<(), StoreError> {
        let payer_id = self.payer(&payment.payer, AliasSource::Remittance)?;
        let payee_provider_id = self.provider(&payment.payee)?;
        let new =
            NewPayment { payment, import_id: self.import.id, payer_id, payee_provider_id, now: self.now };
        let id = payments::insert(self.tx, &new)?;
        self.payment = Some(OpenPayment { id, payer: payer_id, head: payment.clone() });
        Ok(())
    }

    fn payment_ends(&mut self, payment: &Payment) -> Result<(), StoreError> {
        if let Some(open) = self.payment.take() {
            payments::close(self.tx, open.id, payment)?;
            // Those of an earlier step may have been shown without the payment's balance.
            for remittance in remittances::of_payment(self.tx, open.id)? {
                self.touched.remittance(remittance);
            }
        }
        Ok(())
    }

    fn remittance(&mut self, remittance: &Remittance) -> Result<(), StoreError> {
        let Some(payment) = &self.payment else { return Ok(()) };
        let new = NewRemittance {
            remittance,
            payment_id: payment.id,
            payer_id: payment.payer,
            rules: &self.appliance.settings.denial,
            now: self.now,
        };
        let id = remittances::insert(self.tx, &new)?;
        self.touched.list(List::Remittances);
        self.touched.analyses();
        self.stored.remittances_stored += 1;
        let linked =
            self.appliance.link(self.tx, id, remittance, &payment.head, payment.payer, &mut self.touched)?;
        self.stored.episodes_linked += u64::from(linked);
        if linked {
            self.follow_payer()?;
        }
        Ok(())
    }

    /// A link may have shown that the payment's payer is one that claims name otherwise.
    fn follow_payer(&mut self) -> Result<(), StoreError> {
        if let Some(payment) = &mut self.payment {
            payment.payer = payments::payer_of(self.tx, payment.id)?;
        }
        Ok(())
    }

    fn link_waiting(&mut self, id: ClaimId, claim: &Claim) -> Result<(), StoreError> {
        let linked = self.appliance.link_waiting(self.tx, id, claim, &mut self.touched)?;
        self.stored.episodes_linked += linked;
        Ok(())
    }

    fn payer(&mut self, name: &PayerName, source: AliasSource) -> Result<Option<PayerId>, StoreError> {
        let Some(payer) = payers::find_or_create(self.tx, name, source, self.now)? else { return Ok(None) };
        if payer.is_changed {
            self.touched.payer(payer.id);
            self.touched.list(List::Payers);
        }
        Ok(Some(payer.id))
    }

    fn provider(&mut self, name: &ProviderName) -> Result<Option<ProviderId>, StoreError> {
        let Some(provider) = providers::find_or_create(self.tx, name, self.now)? else { return Ok(None) };
        if provider.is_changed {
            self.touched.provider(provider.id);
            self.touched.list(List::Providers);
        }
        Ok(Some(provider.id))
    }
}
