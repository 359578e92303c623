//! The synthetic payers: how they call themselves in an 837 and in an 835, whom they insure and how they answer.

use crate::model::Text;
use crate::model::claim::ClaimKind;
use crate::model::party::{PayerAlias, PayerName};

use super::catalogue::REFERRED;

/// How a payer writes back the claim's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    /// As it was sent.
    AsSent,
    /// In capitals.
    UpperCase,
    /// In capitals, 20 characters at most.
    Cut,
}

/// One payer.
#[derive(Debug)]
pub(super) struct Payer {
    /// Its name in file names.
    pub(super) slug: &'static str,
    /// Name and payer id (NM109 with PI) in the 837.
    pub(super) claim_name: (&'static str, &'static str),
    /// Name (N102) in the 835.
    pub(super) answer_name: &'static str,
    /// Ids in the 835 with their qualifiers; they agree with the 837 less often than one would wish.
    pub(super) answer_ids: &'static [(&'static str, &'static str)],
    /// SBR09 and CLP06 of professional claims.
    pub(super) filing: &'static str,
    /// How many of 100 households it insures first.
    pub(super) households: u32,
    /// Shape of its member ids: `#` stands for a digit.
    pub(super) member_id: &'static str,
    /// What it allows of a charge, in per cent, from and to; which within that is a matter of the procedure.
    pub(super) allows: (u32, u32),
    /// The patient's share of what is allowed, in per cent.
    pub(super) coinsurance: u32,
    /// The patient's share of an office visit in cents, where that is a fixed amount.
    pub(super) copay: i64,
    /// Whether it takes the copay off the claim and not off the visit's line.
    pub(super) copay_on_claim: bool,
    /// What the law takes off its payments, in per cent (CARC 253).
    pub(super) sequestration: u32,
    /// Days from submission to the decision, from and to.
    pub(super) answers_within: (u32, u32),
    /// The day of the week on which it pays; 0 is the first day of the sample's weeks.
    pub(super) pays_on: u32,
    /// BPR04.
    pub(super) method: &'static str,
    /// How it writes back CLM01.
    pub(super) echo: Echo,
    /// Whether it gives the lines' control numbers back.
    pub(super) keeps_line_numbers: bool,
    /// Whether it forwards claims to the patient's next payer.
    pub(super) forwards: bool,
    /// Days from service within which it wants claims.
    pub(super) filing_limit: u32,
    /// Procedures for which it wants a referral.
    pub(super) referred: &'static [&'static str],
}

/// The payer of dental claims.
pub(super) const DENTAL: usize = 7;
/// The payer of those over 65.
pub(super) const SENIOR: usize = 3;
/// The payers of second resort.
pub(super) const SECONDARY: [usize; 3] = [0, 5, 6];

/// All payers.
pub(super) const PAYERS: [Payer; 8] = [
    // The same id on both sides.
    Payer {
        slug: "northlake",
        claim_name: ("SAMPLE NORTHLAKE HEALTH", "SNL01"),
        answer_name: "SAMPLE NORTHLAKE HEALTH INSURANCE COMPANY",
        answer_ids: &[("XV", "SNL01"), ("BPR10", "1000000011")],
        filing: "CI",
        households: 20,
        member_id: "NLH#########",
        allows: (58, 82),
        coinsurance: 20,
        copay: 0,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (9, 24),
        pays_on: 1,
        method: "ACH",
        echo: Echo::AsSent,
        keeps_line_numbers: true,
        forwards: false,
        filing_limit: 180,
        referred: &[],
    },
    // Another id and name first, the known id in a REF.
    Payer {
        slug: "harbor",
        claim_name: ("SAMPLE HARBOR MUTUAL", "SHM77"),
        answer_name: "SHM SAMPLE BENEFITS ADMINISTRATION",
        answer_ids: &[("XV", "9900000012"), ("2U", "SHM77"), ("BPR10", "1000000012")],
        filing: "BL",
        households: 16,
        member_id: "XHM########",
        allows: (52, 74),
        coinsurance: 15,
        copay: 2_500,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (7, 18),
        pays_on: 3,
        method: "ACH",
        echo: Echo::UpperCase,
        keeps_line_numbers: true,
        forwards: false,
        filing_limit: 365,
        referred: &[],
    },
    // Other ids, the same name in another spelling.
    Payer {
        slug: "prairie",
        claim_name: ("SAMPLE PRAIRIE HMO, INC.", "PRH04"),
        answer_name: "Sample Prairie HMO Inc",
        answer_ids: &[("BPR10", "1000000013"), ("NF", "00913")],
        filing: "HM",
        households: 14,
        member_id: "#########01",
        allows: (45, 62),
        coinsurance: 0,
        copay: 3_000,
        copay_on_claim: true,
        sequestration: 0,
        answers_within: (12, 30),
        pays_on: 4,
        method: "ACH",
        echo: Echo::AsSent,
        keeps_line_numbers: false,
        forwards: false,
        filing_limit: 90,
        referred: &REFERRED,
    },
    // Nothing in common: only what it answers tells who it is.
    Payer {
        slug: "senior",
        claim_name: ("SAMPLE FEDERAL SENIOR PLAN PART B", "SFSB5"),
        answer_name: "EXAMPLE ADMINISTRATIVE CONTRACTOR JX",
        answer_ids: &[("XV", "99005"), ("BPR10", "1000000014")],
        filing: "MB",
        households: 20,
        member_id: "#SS#SS#SS##",
        allows: (38, 56),
        coinsurance: 20,
        copay: 0,
        copay_on_claim: false,
        sequestration: 2,
        answers_within: (13, 16),
        pays_on: 2,
        method: "ACH",
        echo: Echo::UpperCase,
        keeps_line_numbers: true,
        forwards: true,
        filing_limit: 365,
        referred: &[],
    },
    // The same name, no id but that of its bank transfers.
    Payer {
        slug: "state",
        claim_name: ("SAMPLE STATE ASSISTANCE", "SSA55"),
        answer_name: "SAMPLE STATE ASSISTANCE",
        answer_ids: &[("BPR10", "1000000015")],
        filing: "MC",
        households: 14,
        member_id: "##########",
        allows: (28, 44),
        coinsurance: 0,
        copay: 0,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (20, 42),
        pays_on: 0,
        method: "ACH",
        echo: Echo::Cut,
        keeps_line_numbers: false,
        forwards: false,
        filing_limit: 120,
        referred: &[],
    },
    // Similar but different ids and names; pays by paper check.
    Payer {
        slug: "union",
        claim_name: ("SAMPLE UNION TRUST FUND", "SUT3"),
        answer_name: "UNION TRUST FUND OF SAMPLETOWN BENEFITS OFFICE",
        answer_ids: &[("XV", "SUT300"), ("TRN03", "1000000016")],
        filing: "CI",
        households: 8,
        member_id: "SUT######",
        allows: (62, 90),
        coinsurance: 10,
        copay: 0,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (18, 38),
        pays_on: 4,
        method: "CHK",
        echo: Echo::AsSent,
        keeps_line_numbers: false,
        forwards: false,
        filing_limit: 365,
        referred: &[],
    },
    Payer {
        slug: "summit",
        claim_name: ("SAMPLE SUMMIT PPO", "SSP88"),
        answer_name: "SAMPLE SUMMIT PPO",
        answer_ids: &[("XV", "SSP88"), ("2U", "88"), ("BPR10", "1000000017")],
        filing: "12",
        households: 8,
        member_id: "W#########",
        allows: (60, 85),
        coinsurance: 30,
        copay: 2_000,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (6, 20),
        pays_on: 1,
        method: "ACH",
        echo: Echo::AsSent,
        keeps_line_numbers: true,
        forwards: false,
        filing_limit: 180,
        referred: &[],
    },
    Payer {
        slug: "dental",
        claim_name: ("SAMPLE DENTAL TRUST", "SDT61"),
        answer_name: "Sample Dental Trust (Claims)",
        answer_ids: &[("2U", "SDT61"), ("TRN03", "1000000018")],
        filing: "CI",
        households: 0,
        member_id: "D########",
        allows: (55, 80),
        coinsurance: 20,
        copay: 0,
        copay_on_claim: false,
        sequestration: 0,
        answers_within: (8, 21),
        pays_on: 2,
        method: "ACH",
        echo: Echo::AsSent,
        keeps_line_numbers: true,
        forwards: false,
        filing_limit: 365,
        referred: &[],
    },
];

impl Payer {
    /// How an 837 names it.
    pub(super) fn in_claims(&self) -> PayerName {
        let (name, id) = self.claim_name;
        PayerName { name: Some(Text::const_new(name)), ids: vec![alias("PI", id)] }
    }

    /// How an 835 names it.
    pub(super) fn in_answers(&self) -> PayerName {
        let ids = self.answer_ids.iter().map(|(qualifier, id)| alias(qualifier, id));
        PayerName { name: Some(Text::const_new(self.answer_name)), ids: ids.collect() }
    }

    /// SBR09 and CLP06 for a kind of claim: the senior plan's hospital part is another one.
    pub(super) fn filing_of(&self, kind: ClaimKind) -> &'static str {
        match (self.filing, kind) {
            ("MB", ClaimKind::Institutional) => "MA",
            (filing, _) => filing,
        }
    }

    /// CLM01 as the payer writes it back.
    pub(super) fn echoed(&self, control_number: &str) -> Text {
        let mut echoed = match self.echo {
            Echo::Cut => control_number.chars().take(20).collect(),
            Echo::AsSent | Echo::UpperCase => Text::new(control_number),
        };
        if self.echo != Echo::AsSent {
            echoed.make_ascii_uppercase();
        }
        echoed
    }
}

fn alias(qualifier: &'static str, id: &'static str) -> PayerAlias {
    PayerAlias { qualifier: Text::const_new(qualifier), id: Text::const_new(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_household_has_a_payer() {
        assert_eq!(PAYERS.iter().map(|payer| payer.households).sum::<u32>(), 100);
    }

    #[test]
    fn no_two_payers_share_an_id() {
        let mut ids: Vec<&str> = Vec::new();
        for payer in &PAYERS {
            let mut own: Vec<&str> = payer.answer_ids.iter().map(|(_, id)| *id).collect();
            own.push(payer.claim_name.1);
            own.dedup();
            assert!(own.iter().all(|id| !ids.contains(id)), "{}", payer.slug);
            ids.extend(own);
        }
    }

    #[test]
    fn numbers_come_back_as_payers_write_them() {
        let number = "Sfp-2026-0000123-East";
        assert_eq!(PAYERS[0].echoed(number), number);
        assert_eq!(PAYERS[1].echoed(number), "SFP-2026-0000123-EAST");
        assert_eq!(PAYERS[4].echoed(number), "SFP-2026-0000123-EAS");
    }
}
