//! Reads who is named around and in a claim: NM1, and the REF, PRV and DMG segments that follow it.

use crate::model::claim::Claim;
use crate::model::party::ProviderName;
use crate::x12::segment::Segment;

use super::claims::{Claims, Part};
use super::desk::Desk;
use super::elements::filled;
use super::findings::At;
use super::rules::Rule;
use super::{claim_checks, names};

/// Whom the REF, PRV and DMG segments that follow are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Party {
    /// Nobody: what follows is about the claim, line or level itself.
    #[default]
    None,
    Billing,
    Subscriber,
    Patient,
    Payer,
    /// A provider of the claim (loop 2310).
    Provider(Role),
    /// The rendering provider of a line (loop 2420A).
    LineRendering,
    /// Another payer of the claim (loops 2320 and 2330); a provider or person named there is of no concern.
    OtherPayer,
    /// Somebody who is not kept.
    Other,
}

/// Which provider of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Rendering,
    Referring,
    Supervising,
    Attending,
    Operating,
    Facility,
}

impl Claims {
    pub(super) fn name(&mut self, nm1: &Segment<'_>, desk: &mut Desk) {
        self.party = match (&mut self.claim, self.part) {
            (None, _) => self.name_of_level(nm1, desk),
            (Some(claim), Part::Claim) => name_of_claim(nm1, claim, self.is_strict, desk),
            (Some(claim), Part::OtherPayer) => {
                match (nm1.element(1), claim.other_payers.last_mut()) {
                    (b"PR", Some(other)) => other.payer = names::payer(nm1),
                    _ => names::other(nm1, desk),
                }
                Party::OtherPayer
            }
            (Some(_), _) => self.name_of_line(nm1, desk),
        };
    }

    fn name_of_level(&mut self, nm1: &Segment<'_>, desk: &mut Desk) -> Party {
        if self.is_strict {
            claim_checks::entity_type(nm1, desk);
        }
        match nm1.element(1) {
            b"85" => {
                names::provider(nm1, &mut self.billing, desk);
                desk.required(nm1, 3, "the billing provider's name");
                if self.billing.npi.is_none() {
                    claim_checks::without_npi(nm1, self.is_strict, desk);
                }
                Party::Billing
            }
            b"IL" => {
                names::person(nm1, &mut self.subscriber.person);
                desk.required(nm1, 3, "the subscriber's name");
                if self.subscriber.person.member_id.is_none() {
                    let message = || "the subscriber has no member id".to_owned();
                    desk.here(Rule::MemberIdMissing, nm1, At::Element(9), message);
                }
                Party::Subscriber
            }
            b"QC" => {
                names::person(nm1, self.patient.get_or_insert_default());
                desk.required(nm1, 3, "the patient's name");
                Party::Patient
            }
            b"PR" => {
                self.subscriber.payer = names::payer(nm1);
                desk.required(nm1, 3, "the payer's name");
                desk.required(nm1, 9, "the payer's id");
                Party::Payer
            }
            _ => {
                names::other(nm1, desk);
                Party::Other
            }
        }
    }

    pub(super) fn reference(&mut self, segment: &Segment<'_>) {
        if self.in_line() {
            return self.reference_of_line(segment);
        }
        match self.party {
            Party::Billing => names::provider_reference(segment, &mut self.billing),
            Party::Payer => names::payer_reference(segment, &mut self.subscriber.payer),
            _ => {}
        }
        let Some(claim) = self.claim.as_mut().filter(|_| self.part == Part::Claim) else { return };
        let field = match segment.element(1) {
            b"F8" => &mut claim.payer_claim_control_number,
            b"G1" => &mut claim.prior_authorization,
            b"9F" => &mut claim.referral_number,
            b"D9" => &mut claim.clearinghouse_trace,
            b"EA" => &mut claim.medical_record_number,
            _ => {
                if let Some(provider) = provider_of_claim(claim, self.party) {
                    names::provider_reference(segment, provider);
                }
                return;
            }
        };
        *field = filled(segment.element(2));
    }

    pub(super) fn demographics(&mut self, dmg: &Segment<'_>, desk: &mut Desk) {
        let person = match self.party {
            Party::Subscriber => &mut self.subscriber.person,
            Party::Patient => self.patient.get_or_insert_default(),
            _ => return,
        };
        self.birth_given = dmg.has(2);
        names::demographics(dmg, person, desk);
    }

    /// PRV: the taxonomy code of the provider at hand. In loop 2000A it stands before the NM1*85.
    pub(super) fn specialty(&mut self, prv: &Segment<'_>) {
        let taxonomy = filled(prv.element(3));
        match (&mut self.claim, self.party) {
            (None, Party::Billing) if prv.element(1) == b"BI" => self.billing.taxonomy = taxonomy,
            (Some(claim), party) if self.part == Part::Claim => {
                if let Some(provider) = provider_of_claim(claim, party) {
                    provider.taxonomy = taxonomy;
                }
            }
            (Some(claim), Party::LineRendering) => {
                if let Some(provider) =
                    claim.lines.last_mut().and_then(|line| line.rendering_provider.as_mut())
                {
                    provider.taxonomy = taxonomy;
                }
            }
            _ => {}
        }
    }
}

/// Reads an NM1 between CLM and the first LX or SBR.
fn name_of_claim(nm1: &Segment<'_>, claim: &mut Claim, is_strict: bool, desk: &mut Desk) -> Party {
    let role = match nm1.element(1) {
        b"82" => Role::Rendering,
        b"DN" | b"P3" if claim.referring_provider.is_none() => Role::Referring,
        b"DQ" => Role::Supervising,
        b"71" => Role::Attending,
        b"72" => Role::Operating,
        b"77" | b"FA" | b"LI" | b"TL" => Role::Facility,
        _ => {
            names::other(nm1, desk);
            return Party::Other;
        }
    };
    let provider = role_of_claim(claim, role).insert(ProviderName::default());
    names::provider(nm1, provider, desk);
    if role == Role::Rendering && provider.npi.is_none() {
        claim_checks::without_npi(nm1, is_strict, desk);
    }
    Party::Provider(role)
}

fn role_of_claim(claim: &mut Claim, role: Role) -> &mut Option<ProviderName> {
    match role {
        Role::Rendering => &mut claim.rendering_provider,
        Role::Referring => &mut claim.referring_provider,
        Role::Supervising => &mut claim.supervising_provider,
        Role::Attending => &mut claim.attending_provider,
        Role::Operating => &mut claim.operating_provider,
        Role::Facility => &mut claim.service_facility,
    }
}

fn provider_of_claim(claim: &mut Claim, party: Party) -> Option<&mut ProviderName> {
    match party {
        Party::Provider(role) => role_of_claim(claim, role).as_mut(),
        _ => None,
    }
}
