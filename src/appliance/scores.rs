//! The scores of a step, calculated on a thread of their own while the rest of the step is stored.

use std::mem;
use std::panic;
use std::sync::mpsc::{self, Sender};
use std::thread::{Scope, ScopedJoinHandle};

use crate::model::claim::Claim;
use crate::model::ids::ClaimId;
use crate::model::risk_score::RiskScore;

use super::scoring::Known;

/// How many claims the thread gets at a time: to wake it costs as much as to store a line.
const AT_A_TIME: usize = 64;

/// A claim to be scored.
type Job<'s> = (ClaimId, &'s Claim, Known);

/// Scores that are being calculated.
pub(super) struct Scores<'s> {
    next: Vec<Job<'s>>,
    jobs: Sender<Vec<Job<'s>>>,
    thread: ScopedJoinHandle<'s, Vec<(ClaimId, RiskScore)>>,
}

impl<'s> Scores<'s> {
    pub(super) fn begin(scope: &'s Scope<'s, '_>) -> Self {
        let (jobs, given) = mpsc::channel::<Vec<Job<'s>>>();
        let of_claim = |(id, claim, known): Job<'s>| (id, known.score(claim));
        let thread = scope.spawn(move || given.into_iter().flatten().map(of_claim).collect());
        Self { next: Vec::new(), jobs, thread }
    }

    /// Scores a claim as well.
    pub(super) fn add(&mut self, id: ClaimId, claim: &'s Claim, known: Known) {
        self.next.push((id, claim, known));
        if self.next.len() >= AT_A_TIME {
            self.give();
        }
    }

    /// The scores of all claims in their order, once they are calculated.
    pub(super) fn end(mut self) -> Vec<(ClaimId, RiskScore)> {
        self.give();
        drop(self.jobs);
        self.thread.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked))
    }

    fn give(&mut self) {
        // Who has gone panicked, which its end will tell.
        let _ = self.jobs.send(mem::take(&mut self.next));
    }
}
