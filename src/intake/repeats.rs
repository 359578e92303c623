//! Finds what stands in one file twice: interchanges, claims and payments that would be billed or posted twice.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use crate::model::claim::Claim;
use crate::model::remittance::Payment;
use crate::x12::envelope::Interchange;

/// How many of each are remembered: a file with more is checked as far as that.
const REMEMBERED: usize = 250_000;

/// What was seen in a file, by the hash of what tells one from another.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    interchanges: Hashes,
    claims: Hashes,
    payments: Hashes,
    /// Whether the interchange being read is one: then all that it holds is, and needs no finding of its own.
    in_repeat: bool,
}

impl Repeats {
    /// Whether this interchange was seen before, by its sender, receiver and control number.
    pub(super) fn interchange(&mut self, interchange: &Interchange) -> bool {
        let Interchange { sender, receiver, control_number, .. } = interchange;
        self.in_repeat = seen(&mut self.interchanges, (sender, receiver, control_number));
        self.in_repeat
    }

    /// Whether the same claim was seen before: number, member, charge, first day and frequency.
    pub(super) fn claim(&mut self, claim: &Claim) -> bool {
        let who = (&claim.patient_control_number, &claim.subscriber.member_id);
        let what = (claim.total_charge, claim.first_service_date(), &claim.frequency);
        seen(&mut self.claims, (who, what)) && !self.in_repeat
    }

    /// Whether the same payment was seen before: payer, number, day and amount.
    pub(super) fn payment(&mut self, payment: &Payment) -> bool {
        if payment.check_number.is_none() || payment.amount.is_zero() {
            return false;
        }
        let what = (&payment.payer.name, &payment.check_number, payment.date, payment.amount);
        seen(&mut self.payments, what) && !self.in_repeat
    }
}

/// Hashes, kept under themselves.
type Hashes = HashSet<u64, BuildHasherDefault<Itself>>;

#[derive(Debug, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }
}

fn seen(before: &mut Hashes, what: impl Hash) -> bool {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    let hash = hasher.finish();
    if before.len() < REMEMBERED { !before.insert(hash) } else { before.contains(&hash) }
}
