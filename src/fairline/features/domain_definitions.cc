// The 15 domain features of the application form, on raw values. The text below is the definition:
// what the documentation shows is what runs.
#include "fairline/core/check.h"
#include "fairline/features/definitions.h"

namespace fairline {

const std::string_view kDomainDefinitionsYaml = R"yaml(
missing_values:
  DAYS_EMPLOYED: [365243]     # "not employed"

features:
  - name: AGE_YEARS
    ratio: DAYS_BIRTH         # days before the application, so negative
    negate: true
    divisor: 365

  - name: EMPLOYMENT_YEARS
    ratio: DAYS_EMPLOYED
    negate: true
    divisor: 365
    at_least: 0

  - name: IS_EMPLOYED
    above: EMPLOYMENT_YEARS
    threshold: 0
    if_missing: 0

  - name: INCOME_PER_PERSON
    ratio: [AMT_INCOME_TOTAL, CNT_FAM_MEMBERS]
    epsilon: 1e-5

  - name: DEBT_TO_INCOME_RATIO
    ratio: [AMT_CREDIT, AMT_INCOME_TOTAL]
    epsilon: 1e-5

  - name: CREDIT_TO_GOODS_RATIO
    ratio: [AMT_CREDIT, AMT_GOODS_PRICE]
    epsilon: 1e-5

  - name: CREDIT_UTILIZATION
    ratio: [AMT_CREDIT, AMT_GOODS_PRICE]
    epsilon: 1e-5

  - name: ANNUITY_TO_INCOME_RATIO
    ratio: [AMT_ANNUITY, AMT_INCOME_TOTAL]
    epsilon: 1e-5

  - name: HAS_CHILDREN
    above: CNT_CHILDREN
    threshold: 0
    if_missing: 0

  - name: CHILDREN_RATIO
    ratio: [CNT_CHILDREN, CNT_FAM_MEMBERS]
    epsilon: 1e-5

  - name: TOTAL_DOCUMENTS_PROVIDED
    sum: FLAG_DOCUMENT_*
    any_input: true
    skip_missing: true

  - name: EXT_SOURCE_MEAN
    mean: [EXT_SOURCE_1, EXT_SOURCE_2, EXT_SOURCE_3]
    any_input: true
    skip_missing: true

  - name: EXT_SOURCE_MAX
    max: [EXT_SOURCE_1, EXT_SOURCE_2, EXT_SOURCE_3]
    any_input: true
    skip_missing: true

  - name: EXT_SOURCE_MIN
    min: [EXT_SOURCE_1, EXT_SOURCE_2, EXT_SOURCE_3]
    any_input: true
    skip_missing: true

  - name: REGION_RATING_COMBINED
    mean: [REGION_RATING_CLIENT, REGION_RATING_CLIENT_W_CITY]
)yaml";

const FeatureSet& DomainDefinitions() {
  static const FeatureSet set = [] {
    auto parsed = ParseDefinitions(kDomainDefinitionsYaml, "domain features");
    FAIRLINE_CHECK(parsed.has_value(), "the built-in definitions are well formed");
    return *std::move(parsed);
  }();
  return set;
}

}  // namespace fairline
