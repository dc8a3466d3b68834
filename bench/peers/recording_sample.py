"""What the recording peer writes in the place of what it does not make: as long as Fairline's for
the 500-tree model, and as hard to compress, which PostgreSQL tries."""

import os

WRAPPED_KEY, SEAL, HASHES = os.urandom(80), os.urandom(28), os.urandom(16 + 32 + 32)
ATTRIBUTIONS = os.urandom(1106)
IMPORTANCE = {
    "method": "path_dependent_tree_shap",
    "space": "log_odds",
    "base": -0.5003420002865626,
    "values": {
        "EXT_SOURCE_MEAN": -0.343035210038423,
        "EXT_SOURCE_MAX": -0.122818174609904,
        "EXT_SOURCE_MIN": -0.09604010108645546,
        "NAME_EDUCATION_TYPE": -0.0891508704746308,
        "AMT_REQ_CREDIT_BUREAU_YEAR": 0.08870883793544344,
        "EXT_SOURCE_3": -0.08697756970409658,
        "DEBT_TO_INCOME_RATIO": 0.05926526600846418,
        "DAYS_ID_PUBLISH": -0.04725517888537606,
        "CREDIT_TO_GOODS_RATIO": -0.04536562157494003,
        "DAYS_EMPLOYED": -0.04488907710211055,
    },
}
REASONS = [
    {"rank": rank, "code": code, "text": text, "difference": gap, "features": features}
    for rank, code, text, gap, features in (
        (
            1,
            "CREDIT_ENQUIRIES",
            "Number of recent credit enquiries",
            0.08751890028388341,
            [f"AMT_REQ_CREDIT_BUREAU_{of}" for of in ("YEAR", "WEEK", "DAY", "HOUR", "MON", "QRT")],
        ),
        (
            2,
            "CREDIT_TO_INCOME",
            "Amount of credit asked for, compared with income",
            0.059030016945293515,
            ["DEBT_TO_INCOME_RATIO"],
        ),
        (
            3,
            "LOAN_TERMS",
            "Amount, payments or type of the loan asked for",
            0.03964344288438802,
            ["AMT_CREDIT", "NAME_CONTRACT_TYPE", "AMT_ANNUITY"],
        ),
        (
            4,
            "PAYMENT_TO_INCOME",
            "Loan payments compared with income",
            0.03587185934586366,
            ["ANNUITY_TO_INCOME_RATIO", *(f"FLAG_DOCUMENT_{number}" for number in range(2, 19))],
        ),
    )
]
EXPLANATION = (
    "Approved: the estimated probability of default is 2.3 %, below the cut-off of 9.1 %. Main "
    f"factors against: {'; '.join(reason['text'] for reason in REASONS)}."
)
POLICY = {"version": "default-1", "review_band": 0}
BUNDLE_DIGEST, RECORD_DIGEST = os.urandom(32).hex(), os.urandom(32).hex()
