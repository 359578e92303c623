//! Rules on who billed and who treated: NPIs that are missing or mistyped, persons that have to be named.

use jiff::civil::{Date, date};

use crate::model::claim::{Claim, ClaimKind, ClaimLine};
use crate::model::finding::Severity;
use crate::model::npi::{Npi, NpiError};
use crate::model::party::ProviderName;
use crate::risk::points::Component;

use super::seen::Seen;
use super::{Rule, Subject, everywhere};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "billing-npi-missing",
        element: everywhere("NM1*85, NM109"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 85,
        reason: "206",
        title: "A billing provider without an NPI",
        fix: "Enter the billing provider's NPI.",
        check: billing_missing,
    },
    Rule {
        id: "billing-npi-invalid",
        element: everywhere("NM1*85, NM109"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 85,
        reason: "207",
        title: "A billing provider's NPI that is not ten digits or whose check digit does not fit",
        fix: "Correct the billing provider's NPI; compare it with the NPI registry.",
        check: billing_invalid,
    },
    Rule {
        id: "rendering-missing",
        element: everywhere("NM1*82"),
        component: Component::Documentation,
        severity: Severity::Warning,
        points: 50,
        reason: "16",
        title: "Professional services billed by an organisation that does not say who rendered them",
        fix: "Name the clinician who treated, with NPI, as rendering provider.",
        check: rendering_missing,
    },
    Rule {
        id: "attending-missing",
        element: everywhere("NM1*71"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 60,
        reason: "16",
        title: "An institutional claim that does not name the attending provider (but for transport)",
        fix: "Name the attending provider, with NPI.",
        check: attending_missing,
    },
    Rule {
        id: "provider-npi-missing",
        element: everywhere("NM109"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 55,
        reason: "206",
        title: "A rendering or attending provider without an NPI",
        fix: "Enter the NPI of the provider who treated.",
        check: treating_npi_missing,
    },
    Rule {
        id: "provider-npi-invalid",
        element: everywhere("NM109"),
        component: Component::Documentation,
        severity: Severity::Error,
        points: 60,
        reason: "207",
        title: "Another provider's NPI that is not ten digits or whose check digit does not fit",
        fix: "Correct the provider's NPI; compare it with the NPI registry.",
        check: other_npi_invalid,
    },
];

/// The first day on which claims have to carry NPIs (CMS-6054-N: enforcement began on 23 May 2008).
const NPI_SINCE: Date = date(2008, 5, 23);

fn needs_npis(subject: &Subject<'_>) -> bool {
    subject.submitted() >= NPI_SINCE
}

fn billing_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    if needs_npis(subject) && subject.claim.billing_provider.npi.is_none() {
        seen.push(Seen::on_claim("The billing provider has no NPI"));
    }
}

fn billing_invalid(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let npi = subject.claim.billing_provider.npi.as_deref();
    if let Some((npi, why)) = npi.and_then(|npi| Some((npi, wrong(npi)?))) {
        seen.push(Seen::on_claim(format!("The billing provider's NPI {npi} is wrong: {why}")).value(npi));
    }
}

fn wrong(npi: &str) -> Option<NpiError> {
    Npi::parse(npi).err()
}

fn rendering_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    for line in lines_of_nobody(subject) {
        let code = line.procedure_code.as_deref().unwrap_or_default();
        seen.push(Seen::on_line(line, format!("nobody is named who rendered {code}")).value(code));
    }
}

/// Whether a group bills for a clinician whom the claim does not name.
pub(super) fn lacks_a_rendering_provider(subject: &Subject<'_>) -> bool {
    lines_of_nobody(subject).next().is_some()
}

fn lines_of_nobody<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a ClaimLine> + use<'a> {
    let claim = subject.claim;
    let by_a_group = subject.is(ClaimKind::Professional)
        && !bills_for_themselves(&claim.billing_provider)
        && claim.rendering_provider.is_none();
    claim.lines.iter().filter(move |l| by_a_group && l.rendering_provider.is_none() && is_by_a_clinician(l))
}

/// Whether the billing provider is a clinician, though the file may call them an organisation: they have a first name, or a
/// taxonomy code of the individual section (provider taxonomy: groups are 193, organisations 25 to 34 and 38).
fn bills_for_themselves(billing: &ProviderName) -> bool {
    let individual = |taxonomy: &str| {
        !taxonomy.starts_with("193")
            && taxonomy
                .get(..2)
                .is_some_and(|section| matches!(section.parse(), Ok(10..=24 | 36 | 37 | 39_u8)))
    };
    billing.is_person || billing.first_name.is_some() || billing.taxonomy.as_deref().is_some_and(individual)
}

/// Anaesthesia, surgery, medicine and visits are rendered by a person; laboratories, imaging centres, pharmacies,
/// suppliers and ambulances bill for themselves.
fn is_by_a_clinician(line: &ClaimLine) -> bool {
    let code = line.procedure_code.as_deref().filter(|code| code.len() == 5);
    let number = code.and_then(|code| code.parse::<u32>().ok());
    number.is_some_and(|number| matches!(number, 100..=69_999 | 90_281..=99_499))
}

/// Revenue codes 0540-0549: ambulance.
const AMBULANCE: &str = "054";

fn attending_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    let is_transport =
        |line: &ClaimLine| line.revenue_code.as_deref().is_some_and(|code| code.starts_with(AMBULANCE));
    if subject.is(ClaimKind::Institutional)
        && claim.attending_provider.is_none()
        && !claim.lines.iter().all(is_transport)
    {
        seen.push(Seen::on_claim("The attending provider is not named"));
    }
}

fn treating_npi_missing(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    if !needs_npis(subject) {
        return;
    }
    for (role, provider) in
        [("rendering", &claim.rendering_provider), ("attending", &claim.attending_provider)]
    {
        if provider.as_ref().is_some_and(|p| p.npi.is_none()) {
            seen.push(Seen::on_claim(format!("The {role} provider has no NPI")));
        }
    }
    for line in &claim.lines {
        if line.rendering_provider.as_ref().is_some_and(|p| p.npi.is_none()) {
            seen.push(Seen::on_line(line, "the rendering provider has no NPI"));
        }
    }
}

fn other_npi_invalid(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let claim = subject.claim;
    for (role, npi) in
        roles(claim).into_iter().filter_map(|(role, p)| Some((role, p.as_ref()?.npi.as_deref()?)))
    {
        if let Some(why) = wrong(npi) {
            seen.push(Seen::on_claim(format!("The {role} provider's NPI {npi} is wrong: {why}")).value(npi));
        }
    }
    for line in &claim.lines {
        let npi = line.rendering_provider.as_ref().and_then(|p| p.npi.as_deref());
        if let Some((npi, why)) = npi.and_then(|npi| Some((npi, wrong(npi)?))) {
            let message = format!("the rendering provider's NPI {npi} is wrong: {why}");
            seen.push(Seen::on_line(line, message).value(npi));
        }
    }
}

fn roles(claim: &Claim) -> [(&'static str, &Option<ProviderName>); 6] {
    [
        ("rendering", &claim.rendering_provider),
        ("referring", &claim.referring_provider),
        ("supervising", &claim.supervising_provider),
        ("attending", &claim.attending_provider),
        ("operating", &claim.operating_provider),
        ("service facility", &claim.service_facility),
    ]
}
