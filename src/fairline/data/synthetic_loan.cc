// Income, loan and the bank's own marks on the application: amounts, documents, inquiries, scores.
#include <array>
#include <limits>
#include <utility>

#include "fairline/data/synthetic_draw.h"
#include "fairline/data/synthetic_random.h"

namespace fairline::synthetic {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kDaysPerYear = 365.25;

/// Sums people name: multiples of 22,500 more often than others, as in the real table (25 x 900).
double RoundSum(Random& random, double amount) {
  const bool very_round = Chance(random, 0.7);
  return std::max(RoundTo(amount, very_round ? 22500 : 4500), very_round ? 22500.0 : 27000.0);
}

bool IsRevolving(const ApplicantRow& row) {
  return row[Col("NAME_CONTRACT_TYPE")] == Code(kContractType, "Revolving loans");
}

bool IsPensioner(const ApplicantRow& row) {
  return row[Col("NAME_INCOME_TYPE")] == Code(kIncomeType, "Pensioner");
}

/// A revolving loan is a limit: a twentieth of it is due each month.
void DrawRevolving(Random& random, const Traits& traits, double log_income, ApplicantRow& row) {
  const double log_amount = 12.45 + 0.45 * (log_income - 11.9) + 0.43 * random.Normal();
  const double limit = std::max(RoundTo(Exp(log_amount + traits.shift.log_loan), 45000), 135000.0);
  row[Col("AMT_CREDIT")] = limit;
  row[Col("AMT_ANNUITY")] = limit / 20;
  row[Col("AMT_GOODS_PRICE")] = Chance(random, 0.009) ? kMissing : limit;
}

/// The level payment that repays `credit` in `months` at a monthly rate.
double Annuity(double credit, int months, double monthly_rate) {
  double growth = 1;
  for (int month = 0; month < months; ++month) growth *= 1 + monthly_rate;
  return credit * monthly_rate * growth / (growth - 1);
}

/// A cash loan buys goods and, unless the reliable customer declines, an insurance on top of their
/// price; larger loans run longer.
void DrawCash(Random& random, const Traits& traits, double log_income, ApplicantRow& row) {
  constexpr std::array<double, 14> kTariffs = {1.0528, 1.0660, 1.0792, 1.0990, 1.1056,
                                               1.1188, 1.1320, 1.1584, 1.1980, 1.2112,
                                               1.2376, 1.2640, 1.3168, 1.3960};
  constexpr std::array<double, 14> kTariffShares = {0.03, 0.03, 0.04, 0.03, 0.05, 0.10, 0.07,
                                                    0.12, 0.14, 0.08, 0.05, 0.06, 0.08, 0.07};
  constexpr std::array<int, 9> kMonths = {12, 18, 24, 30, 36, 42, 48, 54, 60};
  const double wish = random.Normal();
  const double log_goods =
      13.02 + 0.60 * (log_income - 11.9) + 0.05 * traits.reliability + 0.57 * wish;
  const double goods =
      std::clamp(RoundSum(random, Exp(log_goods + traits.shift.log_loan)), 40500.0, 4050000.0);
  const bool insured = !Chance(random, Logistic(-0.95 + 0.35 * traits.reliability));
  const double factor = insured ? kTariffs[Pick(random, kTariffShares)] : 1.0;
  const double credit = RoundTo(goods * factor, 4.5);
  const double length = 3.3 + 2.6 * (log_goods - 13.06) + 1.6 * random.Normal();
  const int months = kMonths[static_cast<size_t>(std::clamp(length, 0.0, 8.0))];
  const double rate = 0.011 + 0.009 * random.Uniform() - 0.001 * traits.wealth;
  row[Col("AMT_CREDIT")] = credit;
  row[Col("AMT_ANNUITY")] = RoundTo(Annuity(credit, months, std::max(rate, 0.006)), 4.5);
  row[Col("AMT_GOODS_PRICE")] = goods;
}

/// Proof of income or identity handed in: one of documents 3, 6 and 8 or none, and now and then one
/// of the others.
void DrawDocuments(Random& random, ApplicantRow& row) {
  constexpr std::array<std::pair<size_t, double>, 17> kRare = {{
      {Col("FLAG_DOCUMENT_2"), 0.00004},
      {Col("FLAG_DOCUMENT_4"), 0.0001},
      {Col("FLAG_DOCUMENT_5"), 0.0151},
      {Col("FLAG_DOCUMENT_7"), 0.0002},
      {Col("FLAG_DOCUMENT_9"), 0.0039},
      {Col("FLAG_DOCUMENT_10"), 0.00002},
      {Col("FLAG_DOCUMENT_11"), 0.0039},
      {Col("FLAG_DOCUMENT_12"), 0.00001},
      {Col("FLAG_DOCUMENT_13"), 0.0035},
      {Col("FLAG_DOCUMENT_14"), 0.0029},
      {Col("FLAG_DOCUMENT_15"), 0.0012},
      {Col("FLAG_DOCUMENT_16"), 0.0099},
      {Col("FLAG_DOCUMENT_17"), 0.0003},
      {Col("FLAG_DOCUMENT_18"), 0.0081},
      {Col("FLAG_DOCUMENT_19"), 0.0006},
      {Col("FLAG_DOCUMENT_20"), 0.0005},
      {Col("FLAG_DOCUMENT_21"), 0.0003},
  }};
  // Documents 3, 6, 8 and none.
  constexpr std::array<double, 4> kRetired = {0.53, 0.45, 0.01, 0.01};
  constexpr std::array<double, 4> kAtWork = {0.84, 0.01, 0.10, 0.05};
  for (const auto& [column, share] : kRare) row[column] = Chance(random, share);
  const size_t kind = IsRevolving(row) ? 3 : Pick(random, IsPensioner(row) ? kRetired : kAtWork);
  row[Col("FLAG_DOCUMENT_3")] = kind == 0;
  row[Col("FLAG_DOCUMENT_6")] = kind == 1;
  row[Col("FLAG_DOCUMENT_8")] = kind == 2;
}

/// How often the credit bureau was asked about the applicant, by how long ago.
void DrawInquiries(Random& random, ApplicantRow& row) {
  constexpr std::array<std::pair<size_t, double>, 6> kMeans = {{
      {Col("AMT_REQ_CREDIT_BUREAU_HOUR"), 0.0064},
      {Col("AMT_REQ_CREDIT_BUREAU_DAY"), 0.0070},
      {Col("AMT_REQ_CREDIT_BUREAU_WEEK"), 0.0344},
      {Col("AMT_REQ_CREDIT_BUREAU_MON"), 0.267},
      {Col("AMT_REQ_CREDIT_BUREAU_QRT"), 0.265},
      {Col("AMT_REQ_CREDIT_BUREAU_YEAR"), 1.90},
  }};
  const bool unknown = Chance(random, 0.135);
  const double eagerness = Exp(0.7 * random.Normal() - 0.245);  // mean 1
  for (const auto& [column, mean] : kMeans) {
    row[column] = unknown ? kMissing : Poisson(random, mean * eagerness);
  }
}

/// People around the applicant who could be seen paying late, and who did, by 30 and by 60 days.
void DrawSocialCircle(Random& random, const Traits& traits, ApplicantRow& row) {
  double seen30 = 0;
  double seen60 = 0;
  double late30 = 0;
  double late60 = 0;
  if (Chance(random, 0.46)) seen30 = 1 + std::min(std::floor(Exponential(random, 2.6)), 29.0);
  const double late = 0.1 * Exp(-0.25 * traits.reliability);
  for (double person = 0; person < seen30; ++person) {
    const bool is_late = Chance(random, late);
    const bool is_very_late = is_late && Chance(random, 0.69);
    late30 += is_late;
    late60 += is_very_late;
    seen60 += is_very_late || Chance(random, 0.99);
  }
  const bool unknown = Chance(random, 0.0034);
  row[Col("OBS_30_CNT_SOCIAL_CIRCLE")] = unknown ? kMissing : seen30;
  row[Col("DEF_30_CNT_SOCIAL_CIRCLE")] = unknown ? kMissing : late30;
  row[Col("OBS_60_CNT_SOCIAL_CIRCLE")] = unknown ? kMissing : seen60;
  row[Col("DEF_60_CNT_SOCIAL_CIRCLE")] = unknown ? kMissing : late60;
}

/// Days since registration, identity document and telephone were changed, all negative or 0.
void DrawChanges(Random& random, const Traits& traits, ApplicantRow& row) {
  const double age_days = -row[Col("DAYS_BIRTH")];
  const double spread = 3500 + 65 * traits.age_years;
  const double registered = std::fabs(random.Normal()) * spread;
  row[Col("DAYS_REGISTRATION")] = DaysAgo(std::min(registered, age_days - 365));
  const double issued = 3000 + 33 * (traits.age_years - 44) + 1450 * random.Normal();
  row[Col("DAYS_ID_PUBLISH")] = DaysAgo(std::min(std::fabs(issued), 6300.0));
  const double phone = Exponential(random, 1080 * Exp(0.2 * traits.reliability));
  row[Col("DAYS_LAST_PHONE_CHANGE")] =
      Chance(random, 0.1) ? 0 : DaysAgo(phone > 4000 ? 4000 * random.Uniform() : phone);
}

}  // namespace

void DrawIncome(Random& random, const Traits& traits, ApplicantRow& row) {
  double log_income = 11.77 + 0.27 * traits.wealth + 0.03 * traits.reliability;
  log_income += 0.32 * random.Normal();
  if (row[Col("CODE_GENDER")] == Code(kGender, "M")) log_income += 0.20;
  if (row[Col("NAME_EDUCATION_TYPE")] == Code(kEducation, "Higher education")) log_income += 0.14;
  if (row[Col("NAME_EDUCATION_TYPE")] == Code(kEducation, "Lower secondary")) log_income -= 0.12;
  if (row[Col("NAME_INCOME_TYPE")] == Code(kIncomeType, "Commercial associate")) log_income += 0.14;
  if (row[Col("OCCUPATION_TYPE")] == Code(kOccupation, "Managers")) log_income += 0.22;
  if (row[Col("REGION_RATING_CLIENT")] == 1) log_income += 0.25;
  if (IsPensioner(row)) log_income -= 0.14;
  row[Col("AMT_INCOME_TOTAL")] = RoundSum(random, Exp(log_income + traits.shift.log_income));
}

void DrawLoan(Random& random, const Traits& traits, ApplicantRow& row) {
  const double log_income = Log(row[Col("AMT_INCOME_TOTAL")]);
  const double revolving = Logistic(-2.28 - 0.02 * (traits.age_years - 42));
  if (Chance(random, revolving)) {
    row[Col("NAME_CONTRACT_TYPE")] = Code(kContractType, "Revolving loans");
    DrawRevolving(random, traits, log_income, row);
  } else {
    row[Col("NAME_CONTRACT_TYPE")] = Code(kContractType, "Cash loans");
    DrawCash(random, traits, log_income, row);
  }
  if (Chance(random, 0.00004)) row[Col("AMT_ANNUITY")] = kMissing;
}

void DrawContact(Random& random, const Traits& traits, ApplicantRow& row) {
  const bool employed = row[Col("DAYS_EMPLOYED")] < 0;
  row[Col("FLAG_MOBIL")] = 1;
  row[Col("FLAG_EMP_PHONE")] = employed;
  row[Col("FLAG_WORK_PHONE")] = employed && Chance(random, 0.245);
  row[Col("FLAG_CONT_MOBILE")] = Chance(random, 0.9985);
  row[Col("FLAG_PHONE")] = Chance(random, 0.281);
  row[Col("FLAG_EMAIL")] = Chance(random, Logistic(-2.9 - 0.02 * (traits.age_years - 44)));
  row[Col("NAME_TYPE_SUITE")] =
      Chance(random, 0.0042) ? kMissing : PickCategory(random, kTypeSuite);
  row[Col("WEEKDAY_APPR_PROCESS_START")] = PickCategory(random, kWeekday);
  const double hour = std::floor(12.5 + 3.25 * random.Normal());
  row[Col("HOUR_APPR_PROCESS_START")] = std::clamp(hour, 0.0, 23.0);
  DrawDocuments(random, row);
  DrawInquiries(random, row);
  DrawSocialCircle(random, traits, row);
  DrawChanges(random, traits, row);
}

/// Three scores of other lenders and bureaus between 0 and 1, higher is better, each a different
/// noisy view of the applicant's reliability; the first also knows age and sex.
void DrawScores(Random& random, const Traits& traits, ApplicantRow& row) {
  const double age = traits.age_years - 44;
  const double male = row[Col("CODE_GENDER")] == Code(kGender, "M") ? 1 : 0;
  const double educated =
      row[Col("NAME_EDUCATION_TYPE")] == Code(kEducation, "Higher education") ? 1 : 0;
  const double region = row[Col("REGION_RATING_CLIENT")] - 2;
  const double phone_years = -row[Col("DAYS_LAST_PHONE_CHANGE")] / kDaysPerYear;
  const double first = 0.16 + 0.055 * age - 0.55 * male + 0.35 * educated +
                       0.45 * traits.reliability + 0.60 * random.Normal();
  const double second = 0.40 + 0.008 * age - 0.38 * region + 0.15 * educated +
                        0.08 * (phone_years - 2.5) + 0.42 * traits.reliability +
                        0.92 * random.Normal();
  const double third = 0.36 + 0.018 * age - 0.06 * traits.wealth + 0.42 * traits.reliability +
                       0.90 * random.Normal();
  const std::array<double, 3>& shift = traits.shift.scores;
  row[Col("EXT_SOURCE_1")] = Chance(random, 0.564) ? kMissing : 0.96 * Logistic(first + shift[0]);
  row[Col("EXT_SOURCE_2")] =
      Chance(random, 0.0021) ? kMissing : 0.855 * Logistic(second + shift[1]);
  row[Col("EXT_SOURCE_3")] = Chance(random, 0.198) ? kMissing : 0.896 * Logistic(third + shift[2]);
}

}  // namespace fairline::synthetic
