//! A claim: one CLM of an 837, what the practice billed, with its service lines.

use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Cents;

use super::Text;
use super::adjustment::Adjustment;
use super::diagnosis::{Diagnosis, DiagnosisRole};
use super::finding::Warning;
use super::party::{PayerName, Person, ProviderName};
use super::quantity::Quantity;

/// Which of the three 837 transactions a claim came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// 837P.
    Professional,
    /// 837I.
    Institutional,
    /// 837D.
    Dental,
}

impl ClaimKind {
    /// The kind's name: `professional`, `institutional` or `dental`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Institutional => "institutional",
            Self::Dental => "dental",
        }
    }
}

impl FromStr for ClaimKind {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        [Self::Professional, Self::Institutional, Self::Dental]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownName)
    }
}

/// A text that names none of the values of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known names")]
pub struct UnknownName;

/// SBR01: in which order this payer pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerResponsibility {
    /// P: pays first (also where the file does not say).
    #[default]
    Primary,
    /// S: pays after the primary.
    Secondary,
    /// T and later.
    Tertiary,
}

impl PayerResponsibility {
    /// Every place in the order.
    pub const ALL: [Self; 3] = [Self::Primary, Self::Secondary, Self::Tertiary];

    /// The place's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
        }
    }
}

impl FromStr for PayerResponsibility {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|place| place.name() == name).ok_or(UnknownName)
    }
}

/// A claim as the file says it.
///
/// Dates that the file does not give, or gives wrongly, are `None`; what was wrong is a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// 837P, I or D.
    pub kind: ClaimKind,
    /// CLM01: the provider's number for it, echoed by the payer in CLP01. Not unique for ever.
    pub patient_control_number: Text,
    /// CLM02.
    pub total_charge: Cents,
    /// CLM05-1: place of service (professional, dental) or facility type (institutional).
    pub facility_type_code: Option<Text>,
    /// CLM05-3: 1 original, 7 replacement, 8 void, and others.
    pub frequency: Option<Text>,
    /// CLM06: provider's signature on file (Y/N).
    pub provider_signature: Option<Text>,
    /// CLM07: assignment or plan participation code (A, B, C, P).
    pub assignment_code: Option<Text>,
    /// CLM08: benefits assignment (Y, N, W).
    pub benefits_assignment: Option<Text>,
    /// CLM09: release of information (I, Y).
    pub release_of_information: Option<Text>,
    /// CLM19 is `PB`: asks what would be paid; no bill and never a denial.
    pub is_predetermination: bool,
    /// REF*F8: the payer's number of the claim that this one replaces or voids.
    pub payer_claim_control_number: Option<Text>,
    /// REF*G1.
    pub prior_authorization: Option<Text>,
    /// REF*9F.
    pub referral_number: Option<Text>,
    /// REF*D9: the clearinghouse's trace number.
    pub clearinghouse_trace: Option<Text>,
    /// REF*EA.
    pub medical_record_number: Option<Text>,
    /// DTP*434, first day.
    pub statement_from: Option<Date>,
    /// DTP*434, last day.
    pub statement_to: Option<Date>,
    /// DTP*435.
    pub admission_date: Option<Date>,
    /// DTP*096 says an hour in 837I; where a file gives a date, it is this.
    pub discharge_date: Option<Date>,
    /// DTP*431.
    pub onset_date: Option<Date>,
    /// BHT04 of the transaction, GS04 where BHT is missing.
    pub submission_date: Option<Date>,
    /// HI, in file order.
    pub diagnoses: Vec<Diagnosis>,
    /// The service lines, in file order.
    pub lines: Vec<ClaimLine>,
    /// 2010AA / NM1*85.
    pub billing_provider: ProviderName,
    /// NM1*82 at claim level.
    pub rendering_provider: Option<ProviderName>,
    /// NM1*DN or P3.
    pub referring_provider: Option<ProviderName>,
    /// NM1*DQ.
    pub supervising_provider: Option<ProviderName>,
    /// NM1*71.
    pub attending_provider: Option<ProviderName>,
    /// NM1*72.
    pub operating_provider: Option<ProviderName>,
    /// NM1*77 (005010) or FA.
    pub service_facility: Option<ProviderName>,
    /// NM1*IL of loop 2010BA.
    pub subscriber: Person,
    /// NM1*QC of loop 2010CA; `None` when the subscriber is the patient.
    pub patient: Option<Person>,
    /// SBR03.
    pub group_number: Option<Text>,
    /// SBR09: claim filing indicator (CI, MB, MC, BL, ...).
    pub filing_indicator: Option<Text>,
    /// SBR01.
    pub responsibility: PayerResponsibility,
    /// NM1*PR of loop 2010BB: the payer this claim is sent to.
    pub payer: PayerName,
    /// The 2320 loops: other payers of this claim and what they answered.
    pub other_payers: Vec<OtherPayer>,
    /// Where it stood.
    pub origin: Origin,
    /// The file ended, or the next transaction began, before the claim was whole.
    pub is_incomplete: bool,
    /// What was found about it, the first few of them.
    pub warnings: Vec<Warning>,
}

/// Where in its file a claim or remittance stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Offset of its first segment (CLM or CLP) in the file as received, in bytes.
    pub byte: u64,
    /// Number of that segment in the file, from 1.
    pub segment: u64,
    /// ISA13.
    pub interchange_control: Option<Text>,
    /// ST02.
    pub transaction_control: Option<Text>,
}

/// Another payer of a claim (loop 2320) and its answer, which is that payer's money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OtherPayer {
    /// SBR01.
    pub responsibility: PayerResponsibility,
    /// NM1*PR of loop 2330B.
    pub payer: PayerName,
    /// AMT*D: what it paid.
    pub paid: Option<Cents>,
    /// CAS of loop 2320.
    pub adjustments: Vec<Adjustment>,
}

/// One service line (LX with SV1, SV2 or SV3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimLine {
    /// LX01, or its place among the claim's lines where LX01 is no number; from 1.
    pub line_number: u32,
    /// Qualifier of the procedure composite (HC, AD, ...).
    pub procedure_qualifier: Option<Text>,
    /// The procedure code, upper-cased; institutional lines may have only a revenue code.
    pub procedure_code: Option<Text>,
    /// Up to four modifiers.
    pub modifiers: Vec<Text>,
    /// SV201.
    pub revenue_code: Option<Text>,
    /// SV102, SV203 or SV302.
    pub charge: Cents,
    /// UN, MJ, DA, ...
    pub unit: Option<Text>,
    /// Units of service.
    pub quantity: Option<Quantity>,
    /// SV105 (SV303 of a dental line).
    pub place_of_service: Option<Text>,
    /// SV107: which diagnoses of the claim this line is for, counted from 1.
    pub diagnosis_pointers: Vec<u8>,
    /// DTP*472, first day.
    pub service_date: Option<Date>,
    /// DTP*472, last day; the first where there is only one.
    pub service_date_to: Option<Date>,
    /// REF*6R: the provider's number for the line.
    pub control_number: Option<Text>,
    /// REF*G1 of the line.
    pub prior_authorization: Option<Text>,
    /// NM1*82 of the line, where it differs from the claim's.
    pub rendering_provider: Option<ProviderName>,
    /// CAS and SVD of loop 2430: what other payers took off this line.
    pub other_payer_adjustments: Vec<Adjustment>,
    /// Offset of its first segment (LX) in the file as received, in bytes.
    pub byte: u64,
    /// Number of that segment in the file, from 1.
    pub segment: u64,
}

impl Claim {
    /// An empty claim of `kind` with this number.
    #[must_use]
    pub fn new(kind: ClaimKind, patient_control_number: &str) -> Self {
        Self {
            kind,
            patient_control_number: patient_control_number.into(),
            total_charge: Cents::ZERO,
            facility_type_code: None,
            frequency: None,
            provider_signature: None,
            assignment_code: None,
            benefits_assignment: None,
            release_of_information: None,
            is_predetermination: false,
            payer_claim_control_number: None,
            prior_authorization: None,
            referral_number: None,
            clearinghouse_trace: None,
            medical_record_number: None,
            statement_from: None,
            statement_to: None,
            admission_date: None,
            discharge_date: None,
            onset_date: None,
            submission_date: None,
            diagnoses: Vec::new(),
            lines: Vec::new(),
            billing_provider: ProviderName::default(),
            rendering_provider: None,
            referring_provider: None,
            supervising_provider: None,
            attending_provider: None,
            operating_provider: None,
            service_facility: None,
            subscriber: Person::default(),
            patient: None,
            group_number: None,
            filing_indicator: None,
            responsibility: PayerResponsibility::Primary,
            payer: PayerName::default(),
            other_payers: Vec::new(),
            origin: Origin::default(),
            is_incomplete: false,
            warnings: Vec::new(),
        }
    }

    /// The sum of the line charges; it should equal the total charge.
    #[must_use]
    pub fn line_charge(&self) -> Cents {
        self.lines.iter().map(|line| line.charge).sum()
    }

    /// The first day of service: the earliest line date, else the statement's or admission's first day.
    #[must_use]
    pub fn first_service_date(&self) -> Option<Date> {
        let of_lines = self.lines.iter().filter_map(|line| line.service_date).min();
        of_lines.or(self.statement_from).or(self.admission_date)
    }

    /// The last day of service: the latest line date, else the statement's last day, else the first day.
    #[must_use]
    pub fn last_service_date(&self) -> Option<Date> {
        let of_lines = self.lines.iter().filter_map(|l| l.service_date_to.or(l.service_date)).max();
        of_lines.or(self.statement_to).or_else(|| self.first_service_date())
    }

    /// The first and last day whose release of ICD-10-CM the diagnoses may be of: the day of discharge of an institutional
    /// claim, the days of service of another (ICD-10-CM guidelines, "effective with encounters and discharges").
    #[must_use]
    pub fn coding_days(&self) -> Option<(Date, Date)> {
        let last = self.last_service_date()?;
        if self.kind == ClaimKind::Institutional {
            let discharged = self.discharge_date.or(self.statement_to).unwrap_or(last);
            return Some((discharged, discharged));
        }
        Some((self.first_service_date().unwrap_or(last), last))
    }

    /// The principal diagnosis.
    #[must_use]
    pub fn principal_diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnoses.iter().find(|d| d.role == DiagnosisRole::Principal)
    }

    /// The diagnoses that a line's pointers count: the principal and the others, in file order.
    pub fn pointed_diagnoses(&self) -> impl Iterator<Item = &Diagnosis> {
        self.diagnoses.iter().filter(|d| matches!(d.role, DiagnosisRole::Principal | DiagnosisRole::Other))
    }

    /// The patient: the dependent where there is one, else the subscriber.
    #[must_use]
    pub fn patient(&self) -> &Person {
        self.patient.as_ref().unwrap_or(&self.subscriber)
    }

    /// Whether it replaces an earlier claim (frequency 7).
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        self.frequency.as_deref() == Some("7")
    }

    /// Whether it voids an earlier claim (frequency 8).
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.frequency.as_deref() == Some("8")
    }
}

/// Where a stored claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// Billed; no payer has answered.
    Submitted,
    /// Answered, nothing denied.
    Paid,
    /// Answered, some lines denied.
    PartlyDenied,
    /// Answered, denied as a whole.
    Denied,
    /// Answered, and the answer was taken back.
    Reversed,
    /// A later submission (frequency 7) took its place; it no longer counts.
    Replaced,
    /// A later submission (frequency 8) withdrew it, or it is that withdrawal; it does not count.
    Voided,
    /// Billed again under the same number without saying that it replaces: to be looked at; it does not count twice.
    Repeat,
    /// Asks what would be paid (CLM19 = PB); no bill.
    Predetermination,
}

impl ClaimStatus {
    /// Every status.
    pub const ALL: [Self; 9] = [
        Self::Submitted,
        Self::Paid,
        Self::PartlyDenied,
        Self::Denied,
        Self::Reversed,
        Self::Replaced,
        Self::Voided,
        Self::Repeat,
        Self::Predetermination,
    ];

    /// The status's name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Paid => "paid",
            Self::PartlyDenied => "partly_denied",
            Self::Denied => "denied",
            Self::Reversed => "reversed",
            Self::Replaced => "replaced",
            Self::Voided => "voided",
            Self::Repeat => "repeat",
            Self::Predetermination => "predetermination",
        }
    }
}

impl FromStr for ClaimStatus {
    type Err = UnknownName;
    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|status| status.name() == name).ok_or(UnknownName)
    }
}
