// The true log-odds of default, term by term. A missing value takes its term out unless it says
// otherwise; [a, b] bounds a value; years are days / 365.25. Mean PD is 8 %, and no model can have
// a better AUC than that of the true PD itself, 0.78.
//
//   intercept            -2.65
//   outside scores       -1.50 (EXT_SOURCE_1 - 0.5)  -2.30 (EXT_SOURCE_2 - 0.5)
//                        -2.60 (EXT_SOURCE_3 - 0.5)
//   both scores low      +8 (0.4 - EXT_SOURCE_2)+ (0.4 - EXT_SOURCE_3)+, ( )+ the positive part
//   age                  -0.012 (age - 44) below 44 years, -0.004 (age - 44) above
//   employment           -0.32 ln(1 + years / 2) + 0.38, or -0.20 for the 365243 of the retired
//   new in the job       +0.25 for men employed for less than a year
//   credit / goods       +2.0 ([1, 1.4] - 1.12)
//   annuity / income     +1.2 ([0, 0.5] - 0.17); +1.5 (share - 0.22)+ more below the age of 32
//   duration             +0.035 (credit / annuity [8, 28] - 18), then flat
//   contract             -0.45 for a revolving loan
//   sex                  +0.26 for men
//   education            -0.34 higher, -0.8 academic, +0.20 lower secondary
//   occupation           +0.40 low-skill laborers, +0.14 laborers, drivers and security staff,
//                        -0.28 accountants, -0.18 core staff
//   region               +0.26 (REGION_RATING_CLIENT_W_CITY - 2)
//   lives in other city  +0.22
//   housing              +0.28 rented, +0.10 with parents
//   car                  -0.30 for owning one, +0.014 per year of its age [0, 20]
//   document 3           +0.16
//   social circle        +0.16 per person who was 60 days late [0, 3]
//   phone                -0.09 per year since it was changed [0, 6]
//   identity document    -0.045 per year since it was issued [0, 14]
//   bureau inquiries     +0.05 per inquiry of the last year [0, 6]
//   dials (synthetic.h)  +0.50 disparity for women, +0.30 drift; 0 at rest
#include "fairline/data/synthetic_model.h"

#include <algorithm>
#include <cmath>

#include "fairline/core/math.h"

namespace fairline::synthetic {
namespace {

constexpr double kIntercept = -2.65;

double Years(const ApplicantRow& row, size_t days_column) { return -row[days_column] / 365.25; }

bool Is(const ApplicantRow& row, size_t column, double code) { return row[column] == code; }

double PositivePart(double value) { return std::max(value, 0.0); }

double Scores(const ApplicantRow& row) {
  const double first = row[Col("EXT_SOURCE_1")];
  const double second = row[Col("EXT_SOURCE_2")];
  const double third = row[Col("EXT_SOURCE_3")];
  double sum = 0;
  if (!std::isnan(first)) sum -= 1.50 * (first - 0.5);
  if (!std::isnan(second)) sum -= 2.30 * (second - 0.5);
  if (!std::isnan(third)) sum -= 2.60 * (third - 0.5);
  if (!std::isnan(second) && !std::isnan(third)) {
    sum += 8 * PositivePart(0.4 - second) * PositivePart(0.4 - third);
  }
  return sum;
}

double Person(const ApplicantRow& row) {
  const double age = Years(row, Col("DAYS_BIRTH")) - 44;
  const bool male = Is(row, Col("CODE_GENDER"), Code(kGender, "M"));
  const double education = row[Col("NAME_EDUCATION_TYPE")];
  double sum = (age < 0 ? -0.012 : -0.004) * age;
  if (male) sum += 0.26;
  if (education == Code(kEducation, "Higher education")) sum -= 0.34;
  if (education == Code(kEducation, "Academic degree")) sum -= 0.8;
  if (education == Code(kEducation, "Lower secondary")) sum += 0.20;
  if (row[Col("DAYS_EMPLOYED")] > 0) return sum - 0.20;
  const double employed_years = Years(row, Col("DAYS_EMPLOYED"));
  sum += 0.38 - 0.32 * Log(1 + employed_years / 2);
  if (male && employed_years < 1) sum += 0.25;
  return sum;
}

double Occupation(const ApplicantRow& row) {
  const double occupation = row[Col("OCCUPATION_TYPE")];
  if (occupation == Code(kOccupation, "Low-skill Laborers")) return 0.40;
  if (occupation == Code(kOccupation, "Laborers")) return 0.14;
  if (occupation == Code(kOccupation, "Drivers")) return 0.14;
  if (occupation == Code(kOccupation, "Security staff")) return 0.14;
  if (occupation == Code(kOccupation, "Accountants")) return -0.28;
  if (occupation == Code(kOccupation, "Core staff")) return -0.18;
  return 0;
}

double Loan(const ApplicantRow& row) {
  const double credit = row[Col("AMT_CREDIT")];
  const double goods = row[Col("AMT_GOODS_PRICE")];
  const double annuity = row[Col("AMT_ANNUITY")];
  double sum = 0;
  if (Is(row, Col("NAME_CONTRACT_TYPE"), Code(kContractType, "Revolving loans"))) sum -= 0.45;
  if (!std::isnan(goods)) sum += 2.0 * (std::clamp(credit / goods, 1.0, 1.4) - 1.12);
  if (std::isnan(annuity)) return sum;
  const double share = std::clamp(annuity / row[Col("AMT_INCOME_TOTAL")], 0.0, 0.5);
  sum += 1.2 * (share - 0.17);
  if (Years(row, Col("DAYS_BIRTH")) < 32) sum += 1.5 * PositivePart(share - 0.22);
  return sum + 0.035 * (std::clamp(credit / annuity, 8.0, 28.0) - 18);
}

double Home(const ApplicantRow& row) {
  double sum = 0.26 * (row[Col("REGION_RATING_CLIENT_W_CITY")] - 2);
  sum += 0.22 * row[Col("REG_CITY_NOT_LIVE_CITY")];
  if (Is(row, Col("NAME_HOUSING_TYPE"), Code(kHousing, "Rented apartment"))) sum += 0.28;
  if (Is(row, Col("NAME_HOUSING_TYPE"), Code(kHousing, "With parents"))) sum += 0.10;
  if (Is(row, Col("FLAG_OWN_CAR"), Code(kNoYes, "Y"))) {
    sum += 0.014 * std::clamp(row[Col("OWN_CAR_AGE")], 0.0, 20.0) - 0.30;
  }
  return sum;
}

double Conduct(const ApplicantRow& row) {
  const double late = row[Col("DEF_60_CNT_SOCIAL_CIRCLE")];
  const double inquiries = row[Col("AMT_REQ_CREDIT_BUREAU_YEAR")];
  double sum = 0.16 * row[Col("FLAG_DOCUMENT_3")];
  if (!std::isnan(late)) sum += 0.16 * std::min(late, 3.0);
  sum -= 0.09 * std::min(Years(row, Col("DAYS_LAST_PHONE_CHANGE")), 6.0);
  sum -= 0.045 * std::min(Years(row, Col("DAYS_ID_PUBLISH")), 14.0);
  if (!std::isnan(inquiries)) sum += 0.05 * std::min(inquiries, 6.0);
  return sum;
}

}  // namespace

double TrueLogOdds(const ApplicantRow& row, const Circumstances& circumstances) {
  const bool female = Is(row, Col("CODE_GENDER"), Code(kGender, "F"));
  return kIntercept + Scores(row) + Person(row) + Occupation(row) + Loan(row) + Home(row) +
         Conduct(row) + (female ? 0.50 * circumstances.disparity : 0) + 0.30 * circumstances.drift;
}

}  // namespace fairline::synthetic
