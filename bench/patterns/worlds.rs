//! Practices made up to mislead the search for patterns, with the truth about every line; nothing of `marb sample` is in them.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::date;
use marb::model::Text;
use marb::model::billed::{AnsweredClaim, BilledClaim, BilledLine, LineAnswer};
use marb::model::claim::ClaimKind;
use marb::model::diagnosis::DiagnosisRole;
use marb::model::ids::{ClaimId, PayerId};
use marb::money::Cents;

use super::truth::{Planted, TrueLine, World};

/// What has to hold for a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum When {
    Procedure(usize),
    Category(usize),
    Provider(usize),
    Place(usize),
    Modifier(&'static str),
    WithoutModifier(&'static str),
    Later(i32),
    Dearer(i64),
    Beside(usize),
    NoAuthorization,
    NoReferral,
}

/// Why lines are denied.
#[derive(Debug, Clone)]
pub(super) struct Cause {
    pub(super) payer: usize,
    pub(super) when: Vec<When>,
    pub(super) reason: &'static str,
    pub(super) chance: f64,
    pub(super) of_claim: bool,
    /// Days of service on which it strikes, of the year.
    pub(super) days: Range<i32>,
    /// Whether its chance falls from twice to nothing (-1) or rises the other way (1) over the year.
    pub(super) slope: f64,
    /// Whether a line that meets only one of its conditions is never denied for its reason by chance.
    pub(super) spares_one: bool,
}

/// Denials without a cause.
#[derive(Debug, Clone, Default)]
pub(super) struct Noise {
    /// Each line by itself: reason and chance.
    pub(super) lines: Vec<(&'static str, f64)>,
    /// Whole claims.
    pub(super) claims: Vec<(&'static str, f64)>,
    /// Runs of payments in which half of the claims are denied: their share.
    pub(super) bad_runs: f64,
    /// Patients of whom nine of ten claims are denied: their share.
    pub(super) bad_patients: f64,
    /// How far the chance swings around its mean over the year, 0 to 1.
    pub(super) season: f64,
    /// How many times as high it is at the end of the year.
    pub(super) drift: f64,
    /// How far clinicians' own chances are apart: the chance is multiplied by up to this.
    pub(super) clinicians: f64,
}

/// What a practice does.
#[derive(Debug, Clone)]
pub(super) struct Practice {
    pub(super) claims: usize,
    pub(super) payers: usize,
    pub(super) procedures: usize,
    pub(super) providers: usize,
    pub(super) categories: usize,
    /// Whether each clinician does a part of the procedures only, for a part of the diagnoses.
    pub(super) specialised: bool,
    /// A clinician who does one procedure only.
    pub(super) only: Option<(usize, usize)>,
    /// A procedure that always has one diagnosis.
    pub(super) bound: Option<(usize, usize)>,
    /// A clinician who comes with the second half of the year.
    pub(super) joins: Option<usize>,
    pub(super) causes: Vec<Cause>,
    pub(super) noise: Noise,
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xD134_2543_DE82_EF95));
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn hits(&mut self, chance: f64) -> bool {
        self.share() < chance
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (usize::try_from(self.next() >> 32).unwrap_or(0) * bound) >> 32
    }

    /// Small numbers far more often than large ones.
    fn common(&mut self, bound: usize) -> usize {
        let share = self.share();
        let skewed = self.below(bound);
        if share < 0.6 { self.below(bound.div_ceil(6)) } else { skewed }
    }

    fn day(&mut self, days: i32) -> i32 {
        i32::try_from(self.below(usize::try_from(days).unwrap_or(1))).unwrap_or(0)
    }
}

const DAYS: i32 = 365;
const MODIFIERS: [&str; 4] = ["25", "59", "GP", "TC"];
const PLACES: [&str; 4] = ["11", "22", "02", "19"];

impl Cause {
    pub(super) fn new(payer: usize, when: &[When], reason: &'static str, chance: f64) -> Self {
        Self {
            payer,
            when: when.to_vec(),
            reason,
            chance,
            of_claim: false,
            days: 0..DAYS,
            slope: 0.0,
            spares_one: false,
        }
    }
}

impl Practice {
    pub(super) fn new(claims: usize) -> Self {
        Self {
            claims,
            payers: 5,
            procedures: 60,
            providers: 8,
            categories: 25,
            specialised: false,
            only: None,
            bound: None,
            joins: None,
            causes: Vec::new(),
            noise: Noise {
                lines: vec![("16", 0.012), ("50", 0.006), ("96", 0.004), ("151", 0.003)],
                claims: vec![("27", 0.012), ("22", 0.006)],
                drift: 1.0,
                clinicians: 1.0,
                ..Noise::default()
            },
        }
    }

    /// A year of it.
    pub(super) fn world(&self, seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let patients: Vec<Patient> =
            (0..self.claims.div_ceil(5)).map(|_| Patient::new(self, &mut dice)).collect();
        let runs = usize::try_from(DAYS / 7).unwrap_or(0) + 40;
        let bad_runs: Vec<bool> = (0..self.payers * runs).map(|_| dice.hits(self.noise.bad_runs)).collect();
        let factors: Vec<f64> =
            (0..self.providers).map(|_| self.noise.clinicians.powf(dice.share() * 2.0 - 1.0)).collect();
        let mut claims: Vec<(AnsweredClaim, Vec<TrueLine>)> = (0..self.claims)
            .map(|_| {
                let patient = &patients[dice.below(patients.len())];
                let visit = self.visit(patient, &mut dice);
                let is_bad_run =
                    bad_runs[patient.payer * runs + usize::try_from(visit.paid / 7).unwrap_or(0)];
                self.answered(&visit, patient, is_bad_run, &factors, &mut dice)
            })
            .collect();
        claims.sort_by_key(|(claim, _)| claim.paid_on);
        let planted = |(whole, cause): (usize, &Cause)| Planted {
            whole,
            payer: cause.payer,
            reason: cause.reason.into(),
            words: format!("{:?} {:.2}", cause.when, cause.chance),
        };
        World { claims, planted: self.causes.iter().enumerate().map(planted).collect() }
    }

    fn visit(&self, patient: &Patient, dice: &mut Dice) -> Visit {
        let served = dice.day(DAYS);
        let mut provider = if dice.hits(0.6) { patient.provider } else { dice.below(self.providers) };
        if self.joins == Some(provider) && served < DAYS / 2 {
            provider = (provider + 1) % self.providers;
        }
        let lines = 1 + dice.below(2) + dice.below(3);
        let procedure = |dice: &mut Dice| match self.only {
            Some((clinician, procedure)) if clinician == provider => procedure,
            _ if self.specialised => {
                let step = dice.common(self.procedures.div_ceil(4));
                (provider % 4 + 4 * step) % self.procedures
            }
            _ => dice.common(self.procedures),
        };
        let procedures: Vec<usize> = (0..lines).map(|_| procedure(dice)).collect();
        let mut categories =
            vec![if dice.hits(0.5) { patient.category } else { dice.common(self.categories) }];
        if self.specialised {
            categories = vec![(provider % 4 + 4 * dice.below(self.categories.div_ceil(4))) % self.categories];
        }
        if dice.hits(0.4) {
            categories.push(dice.common(self.categories));
        }
        if let Some((procedure, category)) = self.bound
            && procedures.contains(&procedure)
            && !categories.contains(&category)
        {
            categories.insert(0, category);
        }
        categories.dedup();
        let lag = if dice.hits(0.08) { 20 + dice.day(100) } else { 1 + dice.day(14) };
        let place = if dice.hits(0.7) { 0 } else { dice.below(PLACES.len()) };
        let modifiers = procedures.iter().map(|procedure| {
            let usual = MODIFIERS[procedure % 4];
            if dice.hits(if procedure % 3 == 0 { 0.6 } else { 0.05 }) { Some(usual) } else { None }
        });
        let modifiers = modifiers.collect();
        let paid = served + lag + 10 + dice.day(20);
        Visit {
            patient: patient.number,
            payer: patient.payer,
            provider,
            procedures,
            categories,
            lag,
            place,
            modifiers,
            served,
            paid: paid + 6 - paid % 7,
            is_authorized: dice.hits(0.45),
            is_referred: dice.hits(0.5),
        }
    }

    fn answered(
        &self,
        visit: &Visit,
        patient: &Patient,
        is_bad_run: bool,
        factors: &[f64],
        dice: &mut Dice,
    ) -> (AnsweredClaim, Vec<TrueLine>) {
        let noise = &self.noise;
        let year = f64::from(visit.served) / f64::from(DAYS);
        let level = (1.0 + noise.season * (year * std::f64::consts::TAU).sin())
            * (1.0 + (noise.drift - 1.0) * year)
            * factors[visit.provider];
        let mut whole: Option<&str> = None;
        if is_bad_run && dice.hits(0.5) {
            whole = Some("16");
        }
        if patient.is_bad && dice.hits(0.9) {
            whole = Some("27");
        }
        for (reason, chance) in &noise.claims {
            whole = whole.or_else(|| dice.hits(chance * level).then_some(*reason));
        }
        let mut of_claim: Option<usize> = None;
        for (number, cause) in self.causes.iter().enumerate().filter(|(_, cause)| cause.of_claim) {
            let strikes = visit.strikes(cause, 0, dice);
            of_claim = of_claim.or_else(|| strikes.then_some(number));
        }
        let mut lines = Vec::new();
        let mut truth = Vec::new();
        for place in 0..visit.procedures.len() {
            let mut reasons: Vec<(Option<usize>, &str)> =
                of_claim.map(|number| (Some(number), self.causes[number].reason)).into_iter().collect();
            reasons.extend(whole.map(|reason| (None, reason)));
            for (number, cause) in self.causes.iter().enumerate().filter(|(_, cause)| !cause.of_claim) {
                if visit.strikes(cause, place, dice) {
                    reasons.push((Some(number), cause.reason));
                }
            }
            for (reason, chance) in &noise.lines {
                let is_spared = self.causes.iter().any(|c| c.reason == *reason && visit.spares(c, place));
                if dice.hits(chance * level) && !is_spared {
                    reasons.push((None, reason));
                }
            }
            // Of several reasons that with the largest amount is told.
            let told = if reasons.is_empty() { None } else { Some(reasons[dice.below(reasons.len())]) };
            let holds = |cause: &Cause| {
                cause.payer == visit.payer && visit.meets(cause, if cause.of_claim { 0 } else { place })
            };
            truth.push(TrueLine {
                holds: (0..self.causes.len()).filter(|number| holds(&self.causes[*number])).collect(),
                denied_by: told.and_then(|(cause, _)| cause),
            });
            lines.push(LineAnswer {
                line: Some(place),
                is_denied: told.is_some(),
                reason: told.map(|(_, reason)| reason.into()),
                paid: if told.is_some() { Cents::ZERO } else { visit.charge(place) },
            });
        }
        let start = date(2026, 1, 1);
        let claim = AnsweredClaim {
            id: ClaimId::new(1),
            billed: visit.billed(),
            paid_on: start.checked_add(visit.paid.days()).unwrap_or(start),
            lines,
            broken_rules: Vec::new(),
        };
        (claim, truth)
    }
}

struct Patient {
    number: u64,
    payer: usize,
    provider: usize,
    category: usize,
    is_bad: bool,
}

impl Patient {
    fn new(practice: &Practice, dice: &mut Dice) -> Self {
        Self {
            number: dice.next() | 1,
            payer: dice.common(practice.payers),
            provider: dice.below(practice.providers),
            category: dice.common(practice.categories),
            is_bad: dice.hits(practice.noise.bad_patients),
        }
    }
}

struct Visit {
    patient: u64,
    payer: usize,
    provider: usize,
    procedures: Vec<usize>,
    categories: Vec<usize>,
    modifiers: Vec<Option<&'static str>>,
    place: usize,
    lag: i32,
    served: i32,
    paid: i32,
    is_authorized: bool,
    is_referred: bool,
}

impl Visit {
    fn strikes(&self, cause: &Cause, place: usize, dice: &mut Dice) -> bool {
        let year = f64::from(self.served) / f64::from(DAYS);
        let slope = 1.0 + cause.slope * (2.0 * year - 1.0);
        let is_its = cause.payer == self.payer && cause.days.contains(&self.served);
        is_its && self.meets(cause, place) && dice.hits(cause.chance * slope)
    }

    fn spares(&self, cause: &Cause, place: usize) -> bool {
        let met = cause.when.iter().filter(|when| self.has(**when, place)).count();
        cause.spares_one && cause.payer == self.payer && met == 1
    }

    fn meets(&self, cause: &Cause, place: usize) -> bool {
        cause.when.iter().all(|when| self.has(*when, place))
    }

    fn has(&self, when: When, place: usize) -> bool {
        match when {
            When::Procedure(procedure) => self.procedures[place] == procedure,
            When::Category(category) => self.categories.contains(&category),
            When::Provider(provider) => self.provider == provider,
            When::Place(at) => self.place == at,
            When::Modifier(modifier) => self.modifiers[place] == Some(modifier),
            When::WithoutModifier(modifier) => self.modifiers[place] != Some(modifier),
            When::Later(days) => self.lag > days,
            When::Dearer(dollars) => self.charge(place) > Cents::new(dollars * 100),
            When::Beside(procedure) => {
                (0..self.procedures.len()).any(|other| other != place && self.procedures[other] == procedure)
            }
            When::NoAuthorization => !self.is_authorized,
            When::NoReferral => !self.is_referred,
        }
    }

    fn charge(&self, place: usize) -> Cents {
        let procedure = i64::try_from(self.procedures[place]).unwrap_or(0);
        Cents::new(4_000 + (procedure * 7 % 60) * 2_500)
    }

    fn billed(&self) -> BilledClaim {
        let start = date(2026, 1, 1);
        let day = |day: i32| start.checked_add(day.days()).ok();
        let line = |place: usize| BilledLine {
            procedure_code: Some(code(self.procedures[place])),
            modifiers: self.modifiers[place].iter().map(|modifier| Text::from(*modifier)).collect(),
            charge: self.charge(place),
            thousandths: Some(1_000),
            diagnosis_pointers: vec![1],
            ..BilledLine::default()
        };
        let lines: Vec<BilledLine> = (0..self.procedures.len()).map(line).collect();
        BilledClaim {
            payer: Some(PayerId::new(i64::try_from(self.payer).unwrap_or(0) + 1)),
            kind: ClaimKind::Professional,
            facility_type_code: Some(PLACES[self.place].into()),
            frequency: Some("1".into()),
            filing_indicator: Some("CI".into()),
            assignment_code: Some("A".into()),
            benefits_assignment: Some("Y".into()),
            billing_npi: Some("1000000004".into()),
            treating_npi: Some(compact_str::format_compact!("19{:08}", self.provider)),
            is_referred: true,
            is_dependent: false,
            has_other_payers: false,
            member_id_shape: Some("A99999999".into()),
            member: Some(self.patient),
            is_authorized: self.is_authorized,
            has_referral: self.is_referred,
            is_repeat: false,
            submission_date: day(self.served + self.lag),
            service_date: day(self.served),
            total_charge: lines.iter().map(|line| line.charge).sum(),
            diagnoses: self
                .categories
                .iter()
                .map(|category| {
                    (
                        DiagnosisRole::Principal,
                        compact_str::format_compact!("{}{}", category_code(*category), self.served % 3),
                    )
                })
                .collect(),
            lines,
        }
    }
}

fn code(procedure: usize) -> Text {
    compact_str::format_compact!("1{procedure:04}")
}

fn category_code(category: usize) -> Text {
    compact_str::format_compact!("C{category:02}")
}

const REASONS: [&str; 12] = ["4", "5", "11", "18", "54", "55", "59", "97", "119", "150", "170", "197"];

/// So many causes of every sort, three for each of the first four payers, each with a reason of its own.
fn causes(dice: &mut Dice) -> Vec<Cause> {
    let mut causes = Vec::new();
    for payer in 0..4 {
        let mut sorts: Vec<usize> = (0..11).collect();
        for place in 0..3 {
            let sort = sorts.swap_remove(dice.below(sorts.len()));
            let reason = REASONS[(payer * 3 + place) % REASONS.len()];
            causes.push(cause(sort, payer, reason, dice));
        }
    }
    causes
}

fn cause(sort: usize, payer: usize, reason: &'static str, dice: &mut Dice) -> Cause {
    let procedure = When::Procedure(dice.below(10));
    let category = When::Category(dice.below(4));
    let provider = When::Provider(dice.below(8));
    let (when, least, most, of_claim): (Vec<When>, f64, f64, bool) = match sort {
        0 => (vec![procedure], 0.15, 0.6, false),
        1 => (vec![procedure, category], 0.4, 0.9, false),
        2 => (vec![procedure, When::NoAuthorization], 0.3, 0.9, false),
        3 => (vec![provider], 0.08, 0.3, false),
        4 => (vec![category, provider], 0.2, 0.6, true),
        5 => (vec![When::Later(30 + 15 * dice.day(3))], 0.6, 0.95, true),
        6 => (vec![When::Place(1 + dice.below(3))], 0.15, 0.5, false),
        7 => (vec![When::Procedure(3 * dice.below(4)), When::WithoutModifier("")], 0.3, 0.8, false),
        8 => (vec![When::Dearer(1_300)], 0.3, 0.7, false),
        9 => (vec![procedure, When::Beside(dice.below(6))], 0.4, 0.9, false),
        _ => (vec![When::Modifier(MODIFIERS[dice.below(MODIFIERS.len())])], 0.1, 0.4, false),
    };
    let when = match when[..] {
        [When::Procedure(number), When::WithoutModifier(_)] => {
            vec![When::Procedure(number), When::WithoutModifier(MODIFIERS[number % 4])]
        }
        _ => when,
    };
    let chance = least + (most - least) * dice.share();
    Cause { of_claim, ..Cause::new(payer, &when, reason, chance) }
}

/// A name and how such a practice is made from a seed and a number of claims.
pub(super) type Maker = fn(&mut Dice, usize) -> Practice;

/// With causes to be found.
pub(super) const WITH_CAUSES: [(&str, Maker); 18] = [
    ("causes of every sort", |dice, claims| Practice { causes: causes(dice), ..Practice::new(claims) }),
    ("pairs, each alone neutral", neutral_pairs),
    ("a clinician who does one procedure", |dice, claims| Practice {
        only: Some((1, 5)),
        causes: vec![
            Cause::new(0, &[When::Procedure(5)], "50", 0.3 + 0.4 * dice.share()),
            Cause::new(1, &[When::Provider(1)], "170", 0.3 + 0.4 * dice.share()),
            Cause::new(2, &[When::Procedure(5), When::NoAuthorization], "197", 0.5 + 0.4 * dice.share()),
        ],
        ..Practice::new(claims)
    }),
    ("a procedure that has one diagnosis", |dice, claims| Practice {
        bound: Some((4, 7)),
        causes: vec![
            Cause::new(0, &[When::Procedure(4)], "50", 0.3 + 0.4 * dice.share()),
            Cause::new(1, &[When::Category(7)], "11", 0.2 + 0.4 * dice.share()),
            Cause::new(2, &[When::Procedure(4), When::NoReferral], "288", 0.5 + 0.4 * dice.share()),
        ],
        ..Practice::new(claims)
    }),
    ("clinicians with specialities", |dice, claims| Practice {
        specialised: true,
        causes: causes(dice),
        ..Practice::new(claims)
    }),
    ("the same causes at two payers", |dice, claims| {
        let mut all: Vec<Cause> = (0..4).map(|sort| cause(sort, 0, REASONS[sort], dice)).collect();
        all.extend(all.clone().into_iter().map(|cause| Cause { payer: 1, ..cause }));
        Practice { causes: all, ..Practice::new(claims) }
    }),
    ("one reason for all causes", |dice, claims| {
        let all = causes(dice).into_iter().map(|cause| Cause { reason: "16", ..cause });
        Practice { causes: all.collect(), ..Practice::new(claims) }
    }),
    ("from the middle of the year, for a season", |dice, claims| {
        let mut all = causes(dice);
        for (number, cause) in all.iter_mut().enumerate() {
            cause.days = if number % 2 == 0 { 180..DAYS } else { 60..180 };
        }
        Practice { causes: all, ..Practice::new(claims) }
    }),
    ("rising and fading", |dice, claims| {
        let mut all = causes(dice);
        for (number, cause) in all.iter_mut().enumerate() {
            cause.slope = if number % 2 == 0 { 1.0 } else { -1.0 };
            cause.chance = cause.chance.min(0.5);
        }
        Practice { causes: all, ..Practice::new(claims) }
    }),
    ("a payer that denies half of everything", |dice, claims| {
        let mut practice = Practice { causes: causes(dice), payers: 4, ..Practice::new(claims) };
        practice.noise.lines = vec![("16", 0.25), ("50", 0.2), ("96", 0.1)];
        practice
    }),
    ("its usual reason for a cause", |dice, claims| {
        let mut practice = Practice { payers: 4, ..Practice::new(claims) };
        practice.noise.lines = vec![("16", 0.45)];
        practice.causes = (0..4)
            .map(|payer| cause(if payer % 2 == 0 { 0 } else { 2 }, payer, "16", dice))
            .map(|cause| Cause { chance: 0.85, ..cause })
            .collect();
        practice
    }),
    ("hundreds of rare procedures", |dice, claims| Practice {
        procedures: 900,
        categories: 90,
        causes: causes(dice),
        ..Practice::new(claims)
    }),
    ("denials come by claims", |dice, claims| {
        let mut practice = Practice { causes: causes(dice), ..Practice::new(claims) };
        practice.noise.lines = Vec::new();
        practice.noise.claims = vec![("16", 0.04), ("27", 0.04), ("50", 0.02)];
        practice
    }),
    ("denials come by payments", |dice, claims| {
        let mut practice = Practice { causes: causes(dice), ..Practice::new(claims) };
        practice.noise.bad_runs = 0.06;
        practice
    }),
    ("denials come by patients", |dice, claims| {
        let mut practice = Practice { causes: causes(dice), ..Practice::new(claims) };
        practice.noise.bad_patients = 0.05;
        practice
    }),
    ("seasons, a drift, a clinician who joins", |dice, claims| drifting(dice, claims, true)),
    ("clinicians with more of everything", |dice, claims| {
        let mut practice = Practice { causes: causes(dice), ..Practice::new(claims) };
        practice.noise.clinicians = 1.5;
        practice
    }),
    ("forty payers", |dice, claims| Practice { payers: 40, causes: causes(dice), ..Practice::new(claims) }),
];

/// Without any.
pub(super) const WITHOUT_CAUSES: [(&str, Maker); 9] = [
    ("lines by chance", |_, claims| Practice::new(claims)),
    ("a payer that denies half of everything", |_, claims| {
        let mut practice = Practice::new(claims);
        practice.noise.lines = vec![("16", 0.25), ("50", 0.2), ("96", 0.1)];
        practice
    }),
    ("hundreds of rare procedures", |_, claims| Practice {
        procedures: 900,
        categories: 90,
        ..Practice::new(claims)
    }),
    ("denials come by claims", |_, claims| {
        let mut practice = Practice::new(claims);
        practice.noise.lines = Vec::new();
        practice.noise.claims = vec![("16", 0.04), ("27", 0.04), ("50", 0.02)];
        practice
    }),
    ("denials come by payments", |_, claims| {
        let mut practice = Practice::new(claims);
        practice.noise.bad_runs = 0.06;
        practice
    }),
    ("denials come by patients", |_, claims| {
        let mut practice = Practice::new(claims);
        practice.noise.bad_patients = 0.05;
        practice
    }),
    ("seasons, a drift, a clinician who joins", |dice, claims| drifting(dice, claims, false)),
    ("clinicians with specialities", |_, claims| Practice { specialised: true, ..Practice::new(claims) }),
    ("clinicians with more of everything", |_, claims| {
        let mut practice = Practice::new(claims);
        practice.noise.clinicians = 1.5;
        practice
    }),
];

/// What has both is denied more often, what has one of both less often than others, so that each alone is as usual.
fn neutral_pairs(dice: &mut Dice, claims: usize) -> Practice {
    let pairs = [
        [When::Procedure(1), When::Category(1)],
        [When::Procedure(2), When::NoAuthorization],
        [When::Provider(2), When::Place(1)],
        [When::Procedure(3), When::Provider(3)],
    ];
    let mut practice = Practice::new(claims);
    practice.noise.lines = vec![("16", 0.05)];
    let cause = |(payer, pair): (usize, &[When; 2])| Cause {
        spares_one: true,
        ..Cause::new(payer, pair, "16", 0.35 + 0.3 * dice.share())
    };
    practice.causes = pairs.iter().enumerate().map(cause).collect();
    practice
}

fn drifting(dice: &mut Dice, claims: usize, with_causes: bool) -> Practice {
    let mut practice = Practice { joins: Some(3), ..Practice::new(claims) };
    practice.noise.season = 0.6;
    practice.noise.drift = 6.0;
    if with_causes {
        practice.causes = causes(dice);
    }
    practice
}
