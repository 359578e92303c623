//! The answers at hand in columns: what each answered line had, and what became of it.

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;

use crate::model::Text;
use crate::model::billed::AnsweredClaim;
use crate::model::ids::PayerId;

use super::features::{self, Kind, Numbers};

/// A thing, by its place among those that were seen.
pub type Item = u32;

/// No reason.
const NONE: Item = Item::MAX;

/// Answered claims and their lines, oldest answer first once [`Experience::sort`] was called.
#[derive(Debug, Default)]
pub struct Experience {
    names: Vec<(Kind, Text)>,
    known: HashMap<Kind, HashMap<Text, Item>>,
    reasons: Vec<Text>,
    claims: Vec<ClaimRow>,
    claim_items: Vec<Item>,
    lines: Vec<LineRow>,
    line_items: Vec<Item>,
}

/// One answered claim.
#[derive(Debug, Clone, Copy)]
struct ClaimRow {
    /// Day number of the payment.
    paid_on: i32,
    payer: Item,
    /// See [`BilledClaim::member`](crate::model::billed::BilledClaim::member); nothing is 0.
    member: u64,
    first_line: u32,
    lines: u32,
    first_item: u32,
    items: u32,
}

/// One answered line.
#[derive(Debug, Clone, Copy)]
struct LineRow {
    numbers: Numbers,
    first_item: u32,
    items: u16,
    is_denied: bool,
    /// Its place among the reasons.
    reason: Item,
    /// In dollars.
    paid: f32,
}

/// One answered line, with everything it has.
#[derive(Debug, Clone, Copy)]
pub struct LineView<'a> {
    /// What its claim has.
    pub claim_items: &'a [Item],
    /// What it has beyond that.
    pub items: &'a [Item],
    /// Its numbers.
    pub numbers: &'a Numbers,
    /// Whether it was denied.
    pub is_denied: bool,
    /// For which reason, where it was, by its place among [`Experience::reasons`].
    pub reason: Option<usize>,
    /// What was paid, in dollars.
    pub paid: f32,
}

impl LineView<'_> {
    /// Everything it has.
    pub fn all_items(&self) -> impl Iterator<Item = Item> + '_ {
        self.claim_items.iter().chain(self.items).copied()
    }

    /// What was charged, in dollars.
    #[must_use]
    pub fn charge(&self) -> f32 {
        self.numbers[1]
    }
}

impl Experience {
    /// Adds a claim that was answered; one without an answered line adds nothing.
    pub fn add(&mut self, claim: &AnsweredClaim) {
        if claim.lines.is_empty() {
            return;
        }
        let first_item = place(self.claim_items.len());
        let mut payer = NONE;
        let mut items = std::mem::take(&mut self.claim_items);
        features::of_claim(&claim.billed, &mut |kind, value| {
            let item = self.item(kind, value);
            items.push(item);
            if kind == Kind::Payer {
                payer = item;
            }
        });
        items.extend(claim.broken_rules.iter().map(|rule| self.item(Kind::Rule, rule)));
        self.claim_items = items;
        let first_line = place(self.lines.len());
        for answer in &claim.lines {
            let first_item = place(self.line_items.len());
            let mut items = std::mem::take(&mut self.line_items);
            features::of_line(&claim.billed, answer.line, &mut |kind, value| {
                items.push(self.item(kind, value));
            });
            self.line_items = items;
            let reason = answer.reason.as_ref().filter(|_| answer.is_denied);
            let reason = reason.map_or(NONE, |reason| self.reason(reason));
            #[expect(clippy::cast_precision_loss, reason = "only summed up into a share")]
            let paid = answer.paid.get() as f32 / 100.0;
            self.lines.push(LineRow {
                numbers: features::numbers(&claim.billed, answer.line),
                first_item,
                items: u16::try_from(self.line_items.len() - first_item as usize).unwrap_or(u16::MAX),
                is_denied: answer.is_denied,
                reason,
                paid,
            });
        }
        self.claims.push(ClaimRow {
            paid_on: features::day_number(claim.paid_on),
            payer,
            member: claim.billed.member.unwrap_or(0),
            first_line,
            lines: place(self.lines.len()) - first_line,
            first_item,
            items: place(self.claim_items.len()) - first_item,
        });
    }

    /// Puts the claims in the order of their answers.
    pub fn sort(&mut self) {
        self.claims.sort_by_key(|claim| (claim.paid_on, claim.first_line));
    }

    fn item(&mut self, kind: Kind, value: &str) -> Item {
        let known = self.known.entry(kind).or_default();
        if let Some(item) = known.get(value) {
            return *item;
        }
        let item = place(self.names.len());
        known.insert(value.into(), item);
        self.names.push((kind, value.into()));
        item
    }

    fn reason(&mut self, reason: &Text) -> Item {
        let found = self.reasons.iter().position(|known| known == reason);
        place(found.unwrap_or_else(|| {
            self.reasons.push(reason.clone());
            self.reasons.len() - 1
        }))
    }

    /// How many claims there are.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.claims.len()
    }

    /// What an item is.
    #[must_use]
    pub fn name(&self, item: Item) -> (Kind, &str) {
        let (kind, value) = &self.names[item as usize];
        (*kind, value)
    }

    /// Every item.
    pub fn items(&self) -> impl Iterator<Item = (Item, Kind, &str)> {
        (0..).zip(&self.names).map(|(item, (kind, value))| (item, *kind, value.as_str()))
    }

    /// The item of this kind and value, if anything had it.
    #[must_use]
    pub fn find(&self, kind: Kind, value: &str) -> Option<Item> {
        self.known.get(&kind)?.get(value).copied()
    }

    /// The reasons for denials.
    #[must_use]
    pub fn reasons(&self) -> &[Text] {
        &self.reasons
    }

    /// The day on which a claim's answer was paid.
    #[must_use]
    pub fn paid_on(&self, claim: usize) -> Date {
        features::date_of(self.claims[claim].paid_on)
    }

    /// A claim's payer, as an item.
    #[must_use]
    pub fn payer(&self, claim: usize) -> Option<Item> {
        Some(self.claims[claim].payer).filter(|payer| *payer != NONE)
    }

    /// What the claims of a claim's member have in common, where it is known.
    #[must_use]
    pub fn member(&self, claim: usize) -> Option<u64> {
        Some(self.claims[claim].member).filter(|member| *member != 0)
    }

    /// The payers of the claims, as items.
    pub fn payers(&self) -> impl Iterator<Item = Item> {
        self.items().filter(|(_, kind, _)| *kind == Kind::Payer).map(|(item, ..)| item)
    }

    /// The row of a payer.
    #[must_use]
    pub fn payer_id(&self, item: Item) -> Option<PayerId> {
        self.name(item).1.parse().ok()
    }

    /// The item of a payer, if it answered.
    #[must_use]
    pub fn payer_item(&self, payer: PayerId) -> Option<Item> {
        self.find(Kind::Payer, &payer.to_string())
    }

    /// The answered lines of a claim.
    #[must_use]
    pub fn lines(&self, claim: usize) -> impl ExactSizeIterator<Item = LineView<'_>> {
        let row = &self.claims[claim];
        let claim_items = &self.claim_items[range(row.first_item, row.items)];
        self.lines[range(row.first_line, row.lines)].iter().map(move |line| LineView {
            claim_items,
            items: &self.line_items[range(line.first_item, line.items.into())],
            numbers: &line.numbers,
            is_denied: line.is_denied,
            reason: Some(line.reason as usize).filter(|_| line.reason != NONE),
            paid: line.paid,
        })
    }

    /// The rules that the claim of a line breaks.
    pub fn broken_rules<'e>(&'e self, line: &LineView<'e>) -> impl Iterator<Item = &'e str> + use<'e> {
        let items = line.claim_items.iter().map(|item| self.name(*item));
        items.filter(|(kind, _)| *kind == Kind::Rule).map(|(_, rule)| rule)
    }

    /// The procedure of a line, where it has one.
    #[must_use]
    pub fn procedure(&self, line: &LineView<'_>) -> Option<Item> {
        line.items.iter().copied().find(|item| self.name(*item).0 == Kind::Procedure)
    }

    /// The first claim that was answered on this day or later; the claims have to be sorted.
    #[must_use]
    pub fn first_since(&self, date: Date) -> usize {
        let day = features::day_number(date);
        self.claims.partition_point(|claim| claim.paid_on < day)
    }

    /// Answered and denied lines of some claims, and from when to when they were answered.
    #[must_use]
    pub fn span(&self, claims: Range<usize>) -> Span {
        let mut span = Span::default();
        for claim in claims.clone() {
            for line in self.lines(claim) {
                span.lines += 1;
                span.denied += u64::from(line.is_denied);
            }
        }
        if !claims.is_empty() {
            span.from = Some(self.paid_on(claims.start));
            span.to = Some(self.paid_on(claims.end - 1));
        }
        span
    }
}

/// Which answers something rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// The first day on which one of them was paid; none without any.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// Answered lines.
    pub lines: u64,
    /// Denied lines among them.
    pub denied: u64,
}

fn place(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

fn range(first: u32, count: u32) -> Range<usize> {
    first as usize..first as usize + count as usize
}
