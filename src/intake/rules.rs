//! The one table of the rules that findings are raised by: stable id, severity, SNIP type, meaning and fix.

use crate::model::finding::Severity;

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $snip:literal $title:literal $why:literal $fix:literal)+) => {
        /// A rule that a file, claim or remittance can break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $title] $name,)+
        }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$name => &Entry {
                        id: $id, severity: Severity::$severity, snip: $snip, title: $title, why: $why, fix: $fix,
                    },)+
                }
            }
        }
    };
}

struct Entry {
    id: &'static str,
    severity: Severity,
    snip: u8,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
}

impl Rule {
    /// The rule's stable id, in kebab-case.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.entry().id
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.entry().severity
    }

    /// The WEDI SNIP type of test, 1 to 5, that it belongs to; 0 where it is no test of an X12 file.
    #[must_use]
    pub const fn snip(self) -> u8 {
        self.entry().snip
    }

    /// What is wrong, in a few words and without any value.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.entry().title
    }

    /// What it means for the practice.
    #[must_use]
    pub const fn why(self) -> &'static str {
        self.entry().why
    }

    /// What to do about it.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        self.entry().fix
    }

    /// The rule with this id.
    #[must_use]
    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

rules! {
    // The bytes of the file.
    EmptyFile "empty-file" Error 1
        "the file is empty"
        "There is nothing to read; the export or download that made it did not finish."
        "Export or download the file again."
    NotX12 "not-x12" Error 1
        "the file is not X12"
        "No interchange (ISA) or transaction (ST) stands in it, so it holds no claim or remittance."
        "Choose the 837 or 835 file itself; reports, PDFs and zip archives cannot be read."
    NoTransactions "no-transactions" Error 1
        "an envelope without any transaction"
        "The file begins as X12 but holds no claim, remittance or answer."
        "Export or download the file again; it was cut off or made without content."
    JunkBytes "junk-bytes" Warning 1
        "bytes that are no part of X12"
        "They were skipped. Payers and clearinghouses refuse files with anything before ISA or after IEA."
        "Send the file as an attachment or upload, not pasted into a mail or a word processor."
    DelimitersGuessed "delimiters-guessed" Warning 1
        "no readable ISA, so the separators were guessed"
        "Without an ISA nobody can tell who sent the file; payers refuse it."
        "Export the file again with its interchange envelope (ISA and GS)."
    IsaLength "isa-length" Warning 1
        "the ISA is not 106 characters long"
        "Its fields have fixed widths; payers that count characters refuse the file."
        "Keep the blanks that pad the ISA: do not let an editor or mail program trim the file."
    IsaIncomplete "isa-incomplete" Warning 1
        "the ISA does not say which separators are in use"
        "The separators were guessed from what follows; a payer will not guess."
        "Export the file again with a complete ISA."
    ComponentSeparator "component-separator" Error 1
        "components are parted by another character than the ISA says"
        "They were read by the character in use; a payer reads each composite as one code and refuses it."
        "Export the file again so that ISA16 and the composites agree."
    WrappedLines "wrapped-lines" Info 1
        "line breaks inside segments"
        "They were removed. Payers that do not remove them refuse the file."
        "Send the file as it was exported, without wrapping its lines."
    Utf16 "utf-16" Warning 1
        "the file is UTF-16"
        "It was decoded. X12 is a byte format, and payers refuse UTF-16."
        "Save the file as plain text (ASCII or UTF-8) before it is sent."
    LowerCaseIds "lower-case-ids" Warning 1
        "segment names in lower case"
        "They were read. X12 writes them in upper case, and payers refuse others."
        "Export the file again; do not change its case."
    SegmentTooLong "segment-too-long" Error 1
        "a segment that does not end"
        "It was skipped, with whatever stood in it; most often the segment terminator changes within the file."
        "Export the file again with one segment terminator throughout."
    Unterminated "unterminated-segment" Error 1
        "a segment that does not end"
        "The file may be cut off; a last segment that can be incomplete is not taken over."
        "Compare the file's size with its source and transfer it again."

    // The envelopes.
    MissingHeader "missing-header" Error 1
        "an envelope has no beginning"
        "The ISA, GS or ST that should stand there is missing; payers refuse the file."
        "Export the file again; do not cut it into pieces."
    MissingTrailer "missing-trailer" Error 1
        "an envelope has no end"
        "The SE, GE or IEA is missing: the file is cut off or was put together by hand."
        "Transfer the file again; if it is the same, ask its sender for a complete one."
    WrongCount "wrong-count" Error 1
        "a trailer counts other than what is there"
        "Segments or transactions may be lost or were added; payers refuse the whole transaction."
        "Export the file again; after a change by hand, correct the count."
    WrongControlNumber "wrong-control-number" Error 1
        "header and trailer bear different control numbers"
        "Parts of two files may have been mixed; payers refuse the envelope."
        "Export the file again; both numbers must be the same."
    OutsideTransaction "outside-transaction" Error 1
        "segments outside any transaction"
        "They belong to no ST/SE, so a payer will not read them."
        "Export the file again; do not move its segments."
    RepeatedInterchange "repeated-interchange" Warning 1
        "the same interchange stands twice in the file"
        "Its claims would be billed, or its payments posted, twice."
        "Send each interchange once; number each with a new ISA13."
    RepeatedClaim "repeated-claim" Warning 4
        "the same claim stands twice in the file"
        "Number, patient, day and charge are the same: the payer denies the second as a duplicate."
        "Send it once; bill a correction with frequency 7, a second service with its own number or modifier."
    RepeatedPayment "repeated-payment" Warning 4
        "the same payment stands twice in the file"
        "Payer, number, day and amount are the same: it would be posted twice."
        "Post it once, and compare with the bank statement."
    TestFile "test-file" Info 1
        "the interchange is marked as a test"
        "ISA15 is T: a payer answers it but pays nothing for it."
        "Set ISA15 to P when the claims are meant to be paid."
    Neighbour "not-imported" Info 1
        "a transaction that is neither claims nor remittances"
        "It was recognised and counted, but nothing of it is imported."
        "Read it with the program that it is meant for; send 837 and 835 files here."
    UnknownTransaction "unknown-transaction" Warning 1
        "a transaction of unknown kind"
        "Its ST01 names no transaction of health care; it is read only where its group says that it holds claims or remittances."
        "Check ST01: 837 for claims, 835 for remittances."
    NoClaims "no-claims" Error 2
        "a claim transaction without a claim"
        "Nothing is billed by it."
        "Export the claims again; a claim begins with CLM."
    NoRemittances "no-remittances" Warning 2
        "a remittance transaction without a remittance"
        "It answers no claim; only its payment and provider adjustments can be posted."
        "Ask the payer for the claim detail if the payment is not only an adjustment."
    ClaimCutOff "claim-cut-off" Error 1
        "the file ends before the claim does"
        "What was read is kept and marked as incomplete; lines and amounts may be missing."
        "Transfer the file again and import it whole."

    // Segments and elements.
    UnknownSegment "unknown-segment" Warning 1
        "a segment that this transaction does not have"
        "It was passed over; a payer refuses the transaction for it."
        "Remove the segment, or correct its name."
    MisplacedSegment "misplaced-segment" Error 1
        "a segment where it cannot stand"
        "What it belongs to is not there, so it was passed over."
        "Put the segments in the order of the implementation guide."
    ElementMissing "element-missing" Error 2
        "a required element is empty"
        "Payers refuse a claim for it; a remittance can be neither posted nor linked safely without it."
        "Fill it in from the practice's or patient's master data; ask the payer for what is missing in a remittance."
    CodeNotAllowed "code-not-allowed" Error 2
        "a code that the guide does not allow there"
        "Payers refuse a claim for it; of a remittance nothing tells what the payer meant."
        "Use one of the codes that are named."
    AmountInvalid "amount-invalid" Error 1
        "not an amount of money"
        "It counts as nothing, so every total that it enters is wrong."
        "Write the amount as digits with a decimal point and at most two decimals."
    AmountMissing "amount-missing" Error 2
        "a required amount is empty"
        "It counts as nothing, so every total that it enters is wrong."
        "Fill in the amount; nothing is written as 0."
    QuantityInvalid "quantity-invalid" Error 1
        "not a quantity"
        "The units of service are unknown; the payer refuses the line."
        "Write the units as a number."
    DateInvalid "date-invalid" Error 1
        "not a date of the calendar"
        "The date is taken as missing; payers refuse the claim for it."
        "Write the date as YYYYMMDD, a range as YYYYMMDD-YYYYMMDD."
    DateRangeBackwards "date-range-backwards" Error 2
        "a range of dates that ends before it begins"
        "The payer refuses the claim or line."
        "Exchange the two dates."

    // Who is named.
    BillingProviderMissing "billing-provider-missing" Error 2
        "no billing provider"
        "The payer does not know whom to pay."
        "Add the billing provider (NM1*85) with its NPI before the claims."
    TaxIdMissing "tax-id-missing" Error 2
        "no tax id of the billing provider"
        "Payers refuse the claim: they report what they pay under this number."
        "Enter the employer or social security number of the billing provider (REF*EI or REF*SY after NM1*85)."
    NpiMissing "npi-missing" Error 2
        "a provider without an NPI"
        "Payers refuse claims of a provider who is covered by HIPAA and not named by NPI."
        "Enter the provider's NPI: NM108 XX and ten digits in NM109."
    NpiFormat "npi-format" Error 5
        "an NPI that is not ten digits"
        "No payer knows this number, so the claim is refused."
        "Enter the ten digits of the provider's NPI."
    NpiCheckDigit "npi-check-digit" Error 5
        "the check digit of an NPI does not fit"
        "A digit is mistyped or two are swapped: the claim is refused, or paid to somebody else."
        "Look the provider up in the national registry (NPPES) and correct the NPI."
    SubscriberMissing "subscriber-missing" Error 2
        "no subscriber"
        "The payer cannot tell whose insurance is billed."
        "Add the subscriber (NM1*IL) with the member id."
    PatientMissing "patient-missing" Error 2
        "a dependent's level without a patient"
        "The payer cannot tell for whom the claim is."
        "Add the patient (NM1*QC), or bill under the subscriber's level where they are the same person."
    MemberIdMissing "member-id-missing" Error 2
        "no member id"
        "The payer cannot find the insured person; the claim is refused or denied."
        "Enter the member id of the insurance card in NM109."
    PayerMissing "payer-missing" Error 2
        "no payer"
        "A clearinghouse does not know where to send the claim, and a payment cannot be assigned."
        "Add the payer with its name and id."
    PayeeMissing "payee-missing" Warning 2
        "no payee"
        "The file does not say who was paid."
        "Ask the payer for a complete remittance."
    BirthDateMissing "birth-date-missing" Error 2
        "no date of birth of the patient"
        "Payers identify the patient by it and refuse the claim."
        "Enter the patient's date of birth (DMG02)."
    BirthDateImpossible "birth-date-impossible" Error 4
        "a date of birth in the future or after the service"
        "The payer finds no such patient."
        "Correct the date of birth in the patient's master data."
    SexCode "sex-code" Warning 2
        "not a code for the sex"
        "Only F, M and U are taken; payers refuse others."
        "Use F, M or U."
    Hierarchy "hierarchy" Error 2
        "a level of the hierarchy that is out of order"
        "The claim may be read under the wrong provider or subscriber."
        "Number the HL segments 1, 2, 3 in each transaction; HL02 names the level that they belong to."

    // Claims.
    ClaimKindConflict "claim-kind-conflict" Warning 2
        "the version says another kind of claim than the lines"
        "Professional, institutional and dental claims go to different systems of a payer."
        "Correct ST03 and GS08: X222 professional, X223 institutional, X224 dental."
    ControlNumberLong "control-number-long" Warning 2
        "a claim number of more than 20 characters"
        "Payers have to give back 20 characters only; the answer may not be found again."
        "Use patient control numbers (CLM01) of at most 20 characters."
    PlaceOfService "place-of-service" Error 4
        "not a place-of-service code"
        "CMS lists no such place; the payer denies or refuses the line."
        "Use a code of the CMS place-of-service list, such as 11, 22 or 02."
    FacilityType "facility-type" Error 4
        "not a facility type"
        "An institutional claim begins its type of bill with two digits; the payer refuses others."
        "Use the first two digits of the type of bill, such as 11, 13 or 83."
    FrequencyCode "frequency-code" Error 4
        "not a claim frequency code"
        "The payer cannot tell an original from a correction."
        "Use 1 for an original, 7 to replace and 8 to void an earlier claim."
    OriginalMissing "original-missing" Error 4
        "a correction that does not say of which claim"
        "Frequency 7 and 8 need the payer's number of the earlier claim; without it the payer denies it as a duplicate."
        "Add REF*F8 with the payer claim control number (ICN) of the remittance."
    ResponsibilityCode "responsibility-code" Error 2
        "not a payer responsibility code"
        "The payer cannot tell whether it pays first or after another."
        "Use P, S or T in SBR01."
    DiagnosisMissing "diagnosis-missing" Error 2
        "no diagnosis"
        "Without one nothing shows why the service was needed; the claim is refused."
        "Add HI with at least the principal diagnosis (ABK)."
    PrincipalMissing "principal-diagnosis-missing" Error 2
        "no principal diagnosis"
        "The first diagnosis must be the principal one; the claim is refused."
        "Give the first diagnosis the qualifier ABK."
    DiagnosisQualifier "diagnosis-qualifier" Warning 2
        "not a qualifier of HI"
        "The code was passed over, since nothing tells what it is."
        "Use ABK for the principal and ABF for other diagnoses."
    DiagnosisFormat "diagnosis-format" Error 5
        "not the shape of a diagnosis code"
        "Payers refuse the claim for it."
        "Look the code up; ICD-10-CM is a letter, a digit and one to five more characters, without the point."
    DiagnosisCodeSet "diagnosis-code-set" Error 5
        "the diagnosis is of the wrong revision of ICD"
        "Services since 2015-10-01 need ICD-10-CM, earlier ones ICD-9-CM."
        "Correct the qualifier (ABK, ABF for ICD-10-CM) or the code."
    DiagnosisNotValid "diagnosis-not-valid" Error 5
        "a diagnosis that is not in ICD-10-CM on the day of service"
        "It was mistyped, or left the list or came into it in another October or April; the payer denies the claim."
        "Look the code up in the release of ICD-10-CM that holds on the day of service."
    DiagnosisNotFullLength "diagnosis-not-full-length" Error 5
        "a diagnosis that is not at full length"
        "Only codes that go no further may be billed; the payer denies a category."
        "Add the characters that are missing: ICD-10-CM lists the codes that begin so."
    DiagnosisPerhapsNew "diagnosis-perhaps-new" Info 5
        "a diagnosis later than the releases of ICD-10-CM that marb knows"
        "None of them holds the code, but it may have come with a later one."
        "Look the code up in the release of ICD-10-CM that holds on the day of service."
    DiagnosisRepeated "diagnosis-repeated" Warning 4
        "the same diagnosis twice on a claim"
        "Some payers refuse it, and pointers become ambiguous."
        "Keep one of them and renumber the pointers."
    TooManyDiagnoses "too-many-diagnoses" Error 2
        "more diagnoses than the claim may have"
        "A professional claim takes twelve, a dental one four; the payer refuses more."
        "Keep those that the lines point to."
    PointerToNothing "pointer-to-nothing" Error 4
        "a line points to a diagnosis that is not there"
        "Nothing shows why the service was needed; the line is denied."
        "Point to a diagnosis of the claim, counted from 1."
    PointerMissing "pointer-missing" Error 2
        "a line points to no diagnosis"
        "A professional line needs at least one; the claim is refused."
        "Enter the number of the diagnosis that the service was for in SV107."
    NoServiceLines "no-service-lines" Error 2
        "a claim without service lines"
        "Nothing is billed by it; the payer refuses it."
        "Add the services (LX with SV1, SV2 or SV3)."
    LineWithoutService "line-without-service" Error 2
        "a service line without a service"
        "LX stands there, but no SV1, SV2 or SV3 behind it; the line was left out."
        "Add the service or remove the LX."
    LineNumber "line-number" Warning 2
        "service lines that are not numbered 1, 2, 3"
        "Payers refuse the claim or give back answers that fit no line."
        "Number the lines of each claim from 1 in LX01."
    ProcedureMissing "procedure-missing" Error 2
        "a line without a procedure or revenue code"
        "Nothing says what was done; the line is refused."
        "Enter the procedure code (or, on institutional lines, the revenue code)."
    ProcedureFormat "procedure-format" Error 5
        "not the shape of a procedure code"
        "Payers refuse the line."
        "Look the code up: CPT, HCPCS and CDT codes have five characters."
    ModifierFormat "modifier-format" Error 5
        "not the shape of a modifier"
        "Payers refuse the line."
        "Use modifiers of two letters or digits."
    ChargeNegative "charge-negative" Error 4
        "a negative charge"
        "Payers refuse it; what was billed too much is corrected by a replacement."
        "Send a replacement (frequency 7) with the right charge."
    ChargesDoNotAddUp "charges-do-not-add-up" Error 3
        "the total charge is not the sum of the lines"
        "Payers refuse a claim that does not balance."
        "Correct CLM02 or the charge of the line that is wrong."
    ServiceDateMissing "service-date-missing" Error 2
        "a line without a service date"
        "The payer cannot tell whether the patient was covered; the claim is refused."
        "Add DTP*472 with the date of service."
    StatementDateMissing "statement-date-missing" Error 2
        "an institutional claim without statement dates"
        "The payer refuses it."
        "Add DTP*434 with the first and last day of the statement."
    ServiceInFuture "service-in-future" Error 4
        "a service in the future"
        "Services are billed after they were given; the payer denies it."
        "Correct the date of service, or hold the claim until then."
    ServiceAfterSubmission "service-after-submission" Error 4
        "a service after the day of submission"
        "The payer denies what had not been done when it was billed."
        "Correct the date of service (or the date in BHT04)."
    DischargeBeforeAdmission "discharge-before-admission" Error 4
        "discharged before being admitted"
        "The payer refuses the claim."
        "Correct the date of admission or of discharge."
    ServiceOutsideStatement "service-outside-statement" Warning 4
        "a service outside the statement dates"
        "The payer may deny the line."
        "Correct the line's date, or widen the statement dates (DTP*434)."

    // Remittances and payments.
    PaymentHeaderMissing "payment-header-missing" Error 2
        "a remittance without its payment"
        "BPR is missing, so nothing says what was paid, when and how."
        "Ask the payer for a complete remittance."
    PaymentDateMissing "payment-date-missing" Warning 2
        "a payment without a date"
        "It cannot be found on the bank statement by its day."
        "Ask the payer for a complete remittance (BPR16)."
    CheckNumberMissing "check-number-missing" Warning 2
        "a payment without a check or EFT number"
        "It cannot be matched with the bank's entry."
        "Ask the payer for the trace number (TRN02)."
    CreditDebitCode "credit-debit-code" Error 2
        "not a credit or debit code"
        "Nothing says whether money came or was taken back; it counts as having come."
        "Compare with the bank statement; BPR03 should be C or D."
    ClaimStatusCode "claim-status-code" Error 2
        "not a claim status code"
        "Nothing says whether the claim was paid, denied or reversed."
        "Look at the amounts, and ask the payer which status it meant (CLP02)."
    AdjustmentGroup "adjustment-group" Error 2
        "not an adjustment group"
        "Nothing says who bears the difference: the practice, the patient or another payer."
        "Ask the payer; CAS01 should be CO, PR, OA or PI."
    AdjustmentReasonMissing "adjustment-reason-missing" Error 2
        "an adjustment without a reason"
        "Money was taken off and nothing says why, so it can be neither posted nor appealed."
        "Ask the payer for the reason code (CARC)."
    AdjustmentAmountMissing "adjustment-amount-missing" Error 2
        "an adjustment without an amount"
        "A reason is given, but not what it costs; it counts as nothing."
        "Ask the payer for the amount."
    LineUnbalanced "line-unbalanced" Error 3
        "a line does not balance"
        "Charge less adjustments is not what was paid; money was taken off without saying why."
        "Post what was paid, keep the difference open, and ask the payer to explain the line."
    ClaimUnbalanced "claim-unbalanced" Error 3
        "a remittance does not balance"
        "Charge less adjustments is not what was paid; money was taken off without saying why."
        "Post what was paid, keep the difference open, and ask the payer to explain the claim."
    PaymentUnbalanced "payment-unbalanced" Error 3
        "a payment does not balance"
        "The claims less the provider adjustments are not what was paid."
        "Compare with the bank statement before posting, and ask the payer for a corrected remittance."
    LinesDifferFromClaim "lines-differ-from-claim" Warning 3
        "the lines' charges are not the claim's charge"
        "A line is missing, or a charge was changed by the payer."
        "Compare the lines with the claim as it was billed."
    PatientResponsibilityDiffers "patient-responsibility-differs" Warning 3
        "the patient's share is not the sum of its adjustments"
        "CLP05 and the PR adjustments differ, so one of them would bill the patient wrongly."
        "Bill the patient by the PR adjustments, and ask the payer when in doubt."
    DeniedButPaid "denied-but-paid" Warning 4
        "denied, and yet something was paid"
        "Status 4 says that the claim was denied, the amount that it was paid."
        "Look at the lines, and ask the payer which of them holds."
    ReversalPositive "reversal-positive" Warning 4
        "a reversal that does not take back"
        "Status 22 cancels an earlier payment, so its amounts should be negative."
        "Compare with the earlier payment before posting."
    ProviderAdjustmentReason "provider-adjustment-reason" Error 2
        "a provider adjustment without a reason"
        "Money was taken off or added to the payment and nothing says why."
        "Ask the payer for the reason; until then post it to a suspense account."
    ProviderAdjustmentAmount "provider-adjustment-amount" Error 2
        "a provider adjustment without an amount"
        "A reason is given, but not what it costs; it counts as nothing."
        "Ask the payer for the amount."

    // About the findings themselves.
    FindingsLeftOut "findings-left-out" Info 0
        "more of the same is not listed"
        "So many findings of one rule were made that only the first are listed."
        "Correct the cause of those that are listed, then check the file again."
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// The table of the docs, one row for each rule.
    fn table() -> String {
        let mut table = String::from(
            "| rule | severity | SNIP | what is wrong | what it means | what to do |\n|---|---|---|---|---|---|\n",
        );
        for rule in Rule::ALL {
            let snip = if rule.snip() == 0 { "-".to_owned() } else { rule.snip().to_string() };
            let (id, severity) = (rule.id(), rule.severity().name());
            let row = [rule.title(), rule.why(), rule.fix()].join(" | ");
            let _ = writeln!(table, "| `{id}` | {severity} | {snip} | {row} |");
        }
        table
    }

    #[test]
    fn the_docs_hold_this_table_word_for_word() {
        let docs = include_str!("../../docs/findings.md");
        let table = table();
        assert!(docs.contains(&table), "docs/findings.md should hold:\n{table}");
    }

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        for rule in Rule::ALL {
            let id = rule.id();
            assert_eq!(Rule::with_id(id), Some(*rule));
            let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(id.bytes().all(kebab), "{id}");
        }
    }

    #[test]
    fn texts_are_sentences_and_titles_are_not() {
        for rule in Rule::ALL {
            assert!(rule.why().ends_with('.') && rule.fix().ends_with('.'), "{}", rule.id());
            assert!(!rule.title().ends_with('.'), "{}", rule.id());
            assert!(rule.snip() <= 5, "{}", rule.id());
        }
    }
}
