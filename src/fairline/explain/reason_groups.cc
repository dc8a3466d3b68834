// Matching is by exact name first, so that a group may take one feature out of another's pattern.
#include "fairline/explain/reason_groups.h"

#include <fmt/format.h>

#include <cctype>
#include <unordered_map>
#include <unordered_set>

#include "fairline/features/pattern.h"

namespace fairline {
namespace {

char Upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string UpperCase(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += Upper(c);
  return upper;
}

/// "AMT_ANNUITY" -> "Amt annuity".
std::string Readable(std::string_view name) {
  std::string text;
  for (const char c : name) text += c == '_' ? ' ' : Lower(c);
  if (!text.empty()) text[0] = Upper(text[0]);
  return text;
}

/// Feature -> index of its group; features that no group takes are absent.
class GroupIndex {
 public:
  explicit GroupIndex(const std::vector<ReasonGroup>& groups) {
    for (size_t i = 0; i < groups.size(); ++i) {
      for (const std::string& name : groups[i].features) {
        if (IsPattern(name)) {
          patterns_.emplace_back(name, i);
        } else {
          exact_.emplace(name, i);
        }
      }
    }
  }

  const size_t* Find(std::string_view feature) const {
    if (const auto found = exact_.find(feature); found != exact_.end()) return &found->second;
    for (const auto& [pattern, group] : patterns_) {
      if (MatchesPattern(pattern, feature)) return &group;
    }
    return nullptr;
  }

 private:
  std::unordered_map<std::string_view, size_t> exact_;
  std::vector<std::pair<std::string_view, size_t>> patterns_;
};

}  // namespace

std::vector<ReasonGroup> CompleteGroups(std::vector<ReasonGroup> groups,
                                        const std::vector<std::string>& features) {
  std::vector<std::vector<std::string>> members(groups.size());
  std::vector<std::string_view> alone;
  const GroupIndex index(groups);
  for (const std::string& feature : features) {
    if (const size_t* group = index.Find(feature)) {
      members[*group].push_back(feature);
    } else {
      alone.push_back(feature);
    }
  }
  std::vector<ReasonGroup> complete;
  std::unordered_set<std::string> codes;
  for (size_t i = 0; i < groups.size(); ++i) {
    if (members[i].empty()) continue;
    codes.insert(groups[i].code);
    complete.push_back({groups[i].code, groups[i].text, std::move(members[i])});
  }
  for (const std::string_view feature : alone) {
    const std::string name = UpperCase(feature);
    std::string code = name;
    for (int i = 2; !codes.insert(code).second; ++i) code = fmt::format("{}_{}", name, i);
    complete.push_back({std::move(code), Readable(feature), {std::string(feature)}});
  }
  return complete;
}

const std::vector<ReasonGroup>& DomainReasonGroups() {
  static const std::vector<ReasonGroup> groups = {
      {"EXTERNAL_SCORE", "Credit scores from outside agencies", {"EXT_SOURCE_*"}},
      {"CREDIT_TO_INCOME",
       "Amount of credit asked for, compared with income",
       {"DEBT_TO_INCOME_RATIO", "CREDIT_INCOME_RATIO"}},
      {"PAYMENT_TO_INCOME",
       "Loan payments compared with income",
       {"ANNUITY_TO_INCOME_RATIO", "ANNUITY_INCOME_RATIO"}},
      {"INCOME", "Income", {"AMT_INCOME_TOTAL", "INCOME_PER_PERSON", "NAME_INCOME_TYPE*"}},
      {"LOAN_TERMS",
       "Amount, payments or type of the loan asked for",
       {"AMT_CREDIT", "AMT_ANNUITY", "CREDIT_TERM", "NAME_CONTRACT_TYPE*"}},
      {"GOODS_PRICE",
       "Price of the goods compared with the credit asked for",
       {"AMT_GOODS_PRICE", "CREDIT_TO_GOODS_RATIO", "CREDIT_UTILIZATION"}},
      {"EMPLOYMENT_LENGTH",
       "Length of employment",
       {"DAYS_EMPLOYED", "EMPLOYMENT_YEARS", "IS_EMPLOYED", "EMPLOYED_BIRTH_RATIO"}},
      {"OCCUPATION", "Occupation or employer", {"OCCUPATION_TYPE*", "ORGANIZATION_TYPE*"}},
      {"EDUCATION", "Education", {"NAME_EDUCATION_TYPE*"}},
      {"AGE", "Age", {"DAYS_BIRTH", "AGE_YEARS"}},
      {"GENDER", "Gender", {"CODE_GENDER*"}},
      {"FAMILY_STATUS", "Family status", {"NAME_FAMILY_STATUS*"}},
      {"HOUSEHOLD",
       "Size of the household",
       {"CNT_CHILDREN", "CNT_FAM_MEMBERS", "HAS_CHILDREN", "CHILDREN_RATIO"}},
      {"HOUSING", "Housing", {"NAME_HOUSING_TYPE*", "FLAG_OWN_REALTY*"}},
      {"CAR", "Ownership or age of a car", {"FLAG_OWN_CAR*", "OWN_CAR_AGE"}},
      {"REGION", "Region of residence", {"REGION_*"}},
      {"ADDRESSES",
       "Differences between the home, contact and work addresses",
       {"REG_*", "LIVE_REGION_*", "LIVE_CITY_*"}},
      {"IDENTITY_RECORDS",
       "Time since the identity document or the registration was changed",
       {"DAYS_ID_PUBLISH", "DAYS_REGISTRATION"}},
      {"CONTACT_DETAILS",
       "Contact details given",
       {"FLAG_MOBIL", "FLAG_EMP_PHONE", "FLAG_WORK_PHONE", "FLAG_CONT_MOBILE", "FLAG_PHONE",
        "FLAG_EMAIL", "DAYS_LAST_PHONE_CHANGE"}},
      {"DOCUMENTS", "Documents provided", {"FLAG_DOCUMENT_*", "TOTAL_DOCUMENTS_PROVIDED"}},
      {"SOCIAL_CIRCLE",
       "Payment difficulties among people close to the applicant",
       {"OBS_*_SOCIAL_CIRCLE", "DEF_*_SOCIAL_CIRCLE"}},
      {"CREDIT_ENQUIRIES", "Number of recent credit enquiries", {"AMT_REQ_CREDIT_BUREAU_*"}},
      {"BUREAU_OVERDUE",
       "Overdue or extended credit with other lenders",
       {"BUREAU_*OVERDUE*", "BUREAU_*PROLONG*"}},
      {"BUREAU_DEBT",
       "Debt with other lenders",
       {"BUREAU_*DEBT*", "BUREAU_*LIMIT*", "BUREAU_*ANNUITY*"}},
      {"BUREAU_HISTORY", "Credit history with other lenders", {"BUREAU_*"}},
      {"EARLIER_APPLICATIONS", "Earlier applications with this lender", {"PREV_*"}},
      {"EARLIER_LOANS", "Course of earlier instalment and cash loans", {"POS_*"}},
      {"PAYMENT_HISTORY", "Payments on earlier instalments", {"INST_*"}},
      {"CARD_USE", "Use of credit cards", {"CC_*"}},
      {"APPLICATION_CIRCUMSTANCES",
       "Circumstances of the application",
       {"WEEKDAY_APPR_PROCESS_START*", "HOUR_APPR_PROCESS_START", "NAME_TYPE_SUITE*"}},
      {"BUILDING", "Building the applicant lives in", {"*_AVG", "*_MODE*", "*_MEDI"}},
  };
  return groups;
}

}  // namespace fairline
