"""The same extracts as another council might head them: our town's column to theirs."""

from town_columns import TOWN

OTHER: dict[str, dict[str, str]] = {
    "council_tax": dict(
        zip(
            TOWN["council_tax"],
            [
                "CTAX_ACC_NO",
                "Prop UPRN",
                "ADDR1",
                "ADDR2",
                "ADDR3",
                "PCODE",
                "CT Band",
                "Salutation",
                "First Name",
                "Last Name",
                "Liability Start",
                "No. of Adults",
                "Reduction Code",
                "Balance Outstanding",
                "Lives elsewhere",
            ],
            strict=True,
        )
    ),
    "business_rates": dict(
        zip(
            TOWN["business_rates"],
            [
                "NNDR Ref",
                "Ratepayer",
                "T/A Name",
                "Companies House Number",
                "Property Address",
                "POST_CODE",
                "UPRN_NO",
                "Property Description",
                "RV",
                "Occupation Date",
            ],
            strict=True,
        )
    ),
    "hmo_licences": dict(
        zip(
            TOWN["hmo_licences"],
            [
                "LicenceNo",
                "DateGranted",
                "ExpiryDate",
                "PropertyUPRN",
                "PropertyAddress",
                "PropertyPostcode",
                "LicenceHolder",
                "HolderCompanyNo",
            ],
            strict=True,
        )
    ),
    "housing_inspections": dict(
        zip(
            TOWN["housing_inspections"],
            [
                "CaseRef",
                "Inspection Date",
                "Uprn",
                "Property Address",
                "PCode",
                "Reason for visit",
                "Inspecting Officer",
                "Inspection Finding",
                "Number of hazards",
            ],
            strict=True,
        )
    ),
    "housing_complaints": dict(
        zip(
            TOWN["housing_complaints"],
            [
                "Complaint ID",
                "Date Received",
                "UPRN",
                "Location",
                "Post Code",
                "Complaint Type",
                "Free text",
            ],
            strict=True,
        )
    ),
    "school_census": dict(
        zip(
            TOWN["school_census"],
            [
                "School No",
                "UniquePupilNumber",
                "FamilyName",
                "GivenName",
                "DOB",
                "Sex",
                "EthnicGroup",
                "FreeSchoolMeals",
                "NCYear",
                "PossibleSessions",
                "MissedSessions",
                "Address",
                "PostalCode",
            ],
            strict=True,
        )
    ),
    "police_incidents": dict(
        zip(
            TOWN["police_incidents"],
            ["crime_ref", "reported_date", "crime_type", "x", "y", "oa_code"],
            strict=True,
        )
    ),
    "fire_incidents": dict(
        zip(
            TOWN["fire_incidents"],
            [
                "IncidentID",
                "IncidentDate",
                "IncidentTime",
                "IncidentType",
                "PropertyType",
                "FullAddress",
                "PostCode",
                "Unique Property Reference Number",
                "NumCasualties",
                "X Coordinate",
                "Y Coordinate",
            ],
            strict=True,
        )
    ),
    "home_safety_visits": dict(
        zip(
            TOWN["home_safety_visits"],
            [
                "HFSV No",
                "Date of Visit",
                "Forename(s)",
                "Family Name",
                "Date of Birth",
                "Address",
                "Postal Code",
                "UPRN",
                "Visit outcome",
                "Smoke alarms fitted",
                "Referral",
            ],
            strict=True,
        )
    ),
    "gp_registrations": dict(
        zip(
            TOWN["gp_registrations"],
            [
                "NHSNo",
                "Surname",
                "First_Name",
                "DoB",
                "Gender",
                "Patient_Address",
                "Patient_Postcode",
                "UPRN",
                "GP_Practice_Code",
                "Registration_Date",
            ],
            strict=True,
        )
    ),
    "ae_attendances": dict(
        zip(
            TOWN["ae_attendances"],
            ["AttendNo", "NHS Number", "Arrival Date", "Age at arrival", "Presenting complaint"],
            strict=True,
        )
    ),
    "housing_repairs": dict(
        zip(
            TOWN["housing_repairs"],
            [
                "jobNumber",
                "propertyUprn",
                "tenantName",
                "tenantPhone",
                "dateReported",
                "tradeCode",
                "priorityCode",
                "dateCompleted",
            ],
            strict=True,
        )
    ),
    "regulator_visits": dict(
        zip(
            TOWN["regulator_visits"],
            [
                "Inspection Ref",
                "Regulatory body",
                "Trading name",
                "CRN",
                "Premises address",
                "Premises postcode",
                "Date of visit",
                "Outcome",
            ],
            strict=True,
        )
    ),
    "outreach_contacts": dict(
        zip(
            TOWN["outreach_contacts"],
            [
                "Client ID",
                "Initials",
                "First name",
                "Surname",
                "D.O.B.",
                "Gender",
                "Date first seen",
            ],
            strict=True,
        )
    ),
    "housing_benefit": dict(
        zip(
            TOWN["housing_benefit"],
            [
                "HB Claim Ref",
                "NI Number",
                "Surname",
                "Forenames",
                "Date of birth",
                "Sex",
                "Address",
                "Postcode",
                "UPRN",
                "Weekly HB",
                "Start date",
                "Tenure type",
                "HH size",
                "Weekly net income",
            ],
            strict=True,
        )
    ),
}
