#include "fairline/data/synthetic_draw.h"

#include <array>
#include <limits>

#include "fairline/data/synthetic_random.h"

namespace fairline::synthetic {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kDaysPerYear = 365.25;
constexpr double kNotEmployedDays = 365243;
constexpr size_t kAgeBands = 10;  // of five years, from 20

/// Value of the five-year age band that `age` falls into.
double ByAge(const std::array<double, kAgeBands>& bands, double age) {
  const auto band = static_cast<size_t>(std::clamp((age - 20) / 5, 0.0, kAgeBands - 1.0));
  return bands[band];
}

double DrawAge(Random& random) {
  constexpr std::array<double, kAgeBands> kShares = {0.042, 0.106, 0.127, 0.131, 0.138,
                                                     0.115, 0.115, 0.108, 0.092, 0.026};
  const auto band = static_cast<double>(Pick(random, kShares));
  const double youngest = band == 0 ? 21 : 20 + 5 * band;
  return youngest + (25 + 5 * band - youngest) * random.Uniform();
}

bool Is(const ApplicantRow& row, size_t column, double code) { return row[column] == code; }

bool IsMale(const ApplicantRow& row) { return Is(row, Col("CODE_GENDER"), Code(kGender, "M")); }

bool IsEmployed(const ApplicantRow& row) { return row[Col("DAYS_EMPLOYED")] < 0; }

bool HasHigherEducation(const ApplicantRow& row) {
  return Is(row, Col("NAME_EDUCATION_TYPE"), Code(kEducation, "Higher education"));
}

bool IsPensioner(const ApplicantRow& row) {
  return Is(row, Col("NAME_INCOME_TYPE"), Code(kIncomeType, "Pensioner"));
}

double DrawEducation(Random& random, const Traits& traits) {
  constexpr std::array<double, kAgeBands> kHigher = {0.225, 0.336, 0.30,  0.26,  0.25,
                                                     0.22,  0.19,  0.185, 0.184, 0.184};
  constexpr std::array<double, kAgeBands> kIncomplete = {0.153, 0.073, 0.042, 0.033, 0.026,
                                                         0.018, 0.013, 0.011, 0.007, 0.007};
  constexpr std::array<double, kAgeBands> kLower = {0.003, 0.004, 0.009, 0.012, 0.012,
                                                    0.010, 0.010, 0.014, 0.03,  0.03};
  std::array<double, kEducation.size()> weights{};
  weights[static_cast<size_t>(Code(kEducation, "Higher education"))] =
      ByAge(kHigher, traits.age_years) * Exp(0.5 * traits.wealth);
  weights[static_cast<size_t>(Code(kEducation, "Incomplete higher"))] =
      ByAge(kIncomplete, traits.age_years);
  weights[static_cast<size_t>(Code(kEducation, "Lower secondary"))] =
      ByAge(kLower, traits.age_years);
  weights[static_cast<size_t>(Code(kEducation, "Academic degree"))] = 0.0007;
  weights[static_cast<size_t>(Code(kEducation, "Secondary / secondary special"))] = 0.75;
  return static_cast<double>(Pick(random, weights));
}

/// Family status, children and the number of family members that follows from both.
void DrawFamily(Random& random, const Traits& traits, ApplicantRow& row) {
  constexpr std::array<double, kAgeBands> kSingle = {0.498, 0.251, 0.147, 0.114, 0.119,
                                                     0.097, 0.10,  0.097, 0.116, 0.107};
  constexpr std::array<double, kAgeBands> kWidow = {0.0,  0.001, 0.006, 0.010, 0.019,
                                                    0.03, 0.063, 0.109, 0.196, 0.356};
  constexpr std::array<double, kAgeBands> kSeparated = {0.018, 0.029, 0.042, 0.059, 0.081,
                                                        0.095, 0.085, 0.069, 0.06,  0.065};
  constexpr std::array<double, kAgeBands> kCivil = {0.158, 0.118, 0.106, 0.114, 0.107,
                                                    0.099, 0.087, 0.065, 0.051, 0.047};
  constexpr std::array<double, kAgeBands> kChildren = {0.22, 0.53, 0.84, 0.85,  0.57,
                                                       0.31, 0.10, 0.04, 0.011, 0.005};
  const double single = ByAge(kSingle, traits.age_years);
  const double widow = ByAge(kWidow, traits.age_years);
  const double separated = ByAge(kSeparated, traits.age_years);
  const double civil = ByAge(kCivil, traits.age_years);
  // In the order of kFamilyStatus: married, single, civil marriage, separated, widow.
  const std::array<double, kFamilyStatus.size()> weights = {1 - single - widow - separated - civil,
                                                            single, civil, separated, widow};
  const size_t status = Pick(random, weights);
  const bool couple = status == 0 || status == 2;
  row[Col("NAME_FAMILY_STATUS")] = static_cast<double>(status);
  const double expected = ByAge(kChildren, traits.age_years) * (couple ? 1.2 : 0.5);
  row[Col("CNT_CHILDREN")] = std::min(Poisson(random, expected), 12.0);
  row[Col("CNT_FAM_MEMBERS")] = row[Col("CNT_CHILDREN")] + (couple ? 2 : 1);
}

double DrawIncomeType(Random& random, const Traits& traits) {
  constexpr std::array<double, kAgeBands> kPensioner = {0.005, 0.002, 0.002, 0.004, 0.017,
                                                        0.040, 0.114, 0.593, 0.812, 0.914};
  const double pensioner = ByAge(kPensioner, traits.age_years);
  // In the order of kIncomeType: working, commercial associate, pensioner, state servant, then the
  // four that hardly occur.
  const std::array<double, kIncomeType.size()> weights = {0.64 * (1 - pensioner),
                                                          0.277 * (1 - pensioner),
                                                          pensioner,
                                                          0.082 * (1 - pensioner),
                                                          0.0001,
                                                          0.0001,
                                                          0.0001,
                                                          0.0001};
  return static_cast<double>(Pick(random, weights));
}

/// Days since the present job began, negative; years are log-normal, longer for older people, and
/// cannot reach back before the age of 16.
double DrawDaysEmployed(Random& random, const Traits& traits) {
  const double log_years = 1.55 + 0.028 * (traits.age_years - 40) + 1.05 * random.Normal();
  const double years = Exp(log_years + traits.shift.log_years_employed);
  const double possible = traits.age_years - 16;
  const double days = kDaysPerYear * possible * (1 - Exp(-years / possible));
  return DaysAgo(std::max(days, 11.0));
}

/// How an occupation is spread: over women and men, and over the educated. In the order of
/// kOccupation.
struct OccupationWeights {
  double women;
  double men;
  double educated;  // factor for higher education
};
constexpr std::array<OccupationWeights, kOccupation.size()> kOccupationWeights = {{
    {0.135, 0.340, 0.42},
    {0.157, 0.037, 0.72},
    {0.089, 0.043, 2.3},
    {0.033, 0.064, 2.9},
    {0.007, 0.195, 0.38},
    {0.035, 0.038, 1.6},
    {0.033, 0.003, 3.0},
    {0.041, 0.003, 0.4},
    {0.010, 0.042, 0.35},
    {0.026, 0.005, 0.1},
    {0.020, 0.003, 0.1},
    {0.014, 0.0002, 0.5},
    {0.002, 0.018, 0.2},
    {0.006, 0.002, 0.5},
    {0.006, 0.0002, 1.8},
    {0.001, 0.004, 5.0},
    {0.003, 0.0003, 1.0},
    {0.003, 0.0003, 4.0},
}};

double DrawOccupation(Random& random, const ApplicantRow& row) {
  if (!IsEmployed(row) || Chance(random, 0.163)) return kMissing;
  std::array<double, kOccupation.size()> weights;
  for (size_t i = 0; i < weights.size(); ++i) {
    const OccupationWeights& facts = kOccupationWeights[i];
    weights[i] =
        (IsMale(row) ? facts.men : facts.women) * (HasHigherEducation(row) ? facts.educated : 1.0);
  }
  return static_cast<double>(Pick(random, weights));
}

double DrawOrganization(Random& random, const ApplicantRow& row) {
  if (!IsEmployed(row)) return Code(kOrganization, "XNA");
  const bool state = Is(row, Col("NAME_INCOME_TYPE"), Code(kIncomeType, "State servant"));
  for (;;) {
    const double drawn = PickCategory(random, kOrganization);
    if (drawn == Code(kOrganization, "XNA")) continue;
    const bool of_the_state =
        drawn == Code(kOrganization, "Government") || drawn == Code(kOrganization, "Medicine") ||
        drawn == Code(kOrganization, "School") || drawn == Code(kOrganization, "Kindergarten") ||
        drawn == Code(kOrganization, "Military") || drawn == Code(kOrganization, "Police") ||
        drawn == Code(kOrganization, "University") || drawn == Code(kOrganization, "Other") ||
        drawn == Code(kOrganization, "Security Ministries");
    if (!state || of_the_state) return drawn;
  }
}

/// Where the applicant is registered, lives and works need not be the same region or city.
void DrawPlaces(Random& random, const Traits& traits, ApplicantRow& row) {
  const double youth = std::clamp((45 - traits.age_years) / 20, -0.5, 1.0);
  const bool works = IsEmployed(row);
  const bool lives_away = Chance(random, 0.0144 * (1 + 0.6 * youth));
  const bool works_away = works && Chance(random, 0.042 * (1 + 0.5 * youth));
  const bool lives_in_other_city = lives_away || Chance(random, 0.060 * (1 + 0.7 * youth));
  const bool works_in_other_city =
      works && (works_away || Chance(random, lives_in_other_city ? 0.62 : 0.205));
  row[Col("REG_REGION_NOT_LIVE_REGION")] = lives_away;
  row[Col("REG_REGION_NOT_WORK_REGION")] = works_away || (works && lives_away);
  row[Col("LIVE_REGION_NOT_WORK_REGION")] = works_away && !(lives_away && Chance(random, 0.6));
  row[Col("REG_CITY_NOT_LIVE_CITY")] = lives_in_other_city;
  row[Col("REG_CITY_NOT_WORK_CITY")] = works_in_other_city;
  row[Col("LIVE_CITY_NOT_WORK_CITY")] =
      works_in_other_city && !(lives_in_other_city && Chance(random, 0.6));
}

/// Region ratings 1 (best) to 3 and the region's share of the population, one of some 60 levels.
void DrawRegion(Random& random, const Traits& traits, ApplicantRow& row) {
  struct Level {
    double lowest, highest;
    uint64_t regions;
  };
  constexpr std::array<Level, 3> kLevels = {
      {{0.020547, 0.072508, 11}, {0.001276, 0.035792, 35}, {0.000533, 0.027353, 14}}};
  const std::array<double, 3> weights = {0.105 * Exp(0.55 * traits.wealth) / 1.16, 0.744,
                                         0.151 * Exp(-0.35 * traits.wealth) / 1.06};
  const size_t rating = Pick(random, weights);
  const Level& level = kLevels[rating];
  const double step =
      static_cast<double>(random.Below(level.regions)) / static_cast<double>(level.regions - 1);
  const double population = level.lowest + (level.highest - level.lowest) * step;
  row[Col("REGION_POPULATION_RELATIVE")] = Decimals(population, 1e6);
  row[Col("REGION_RATING_CLIENT")] = static_cast<double>(rating + 1);
  const bool better_city = rating > 0 && Chance(random, rating == 1 ? 0.006 : 0.09);
  row[Col("REGION_RATING_CLIENT_W_CITY")] = static_cast<double>(rating + (better_city ? 0 : 1));
}

double DrawHousing(Random& random, const Traits& traits) {
  constexpr std::array<double, kAgeBands> kWithParents = {0.227, 0.132, 0.085, 0.05,  0.027,
                                                          0.014, 0.009, 0.006, 0.003, 0.001};
  constexpr std::array<double, kAgeBands> kRented = {0.045, 0.035, 0.025, 0.018, 0.013,
                                                     0.010, 0.008, 0.006, 0.004, 0.003};
  const double with_parents = ByAge(kWithParents, traits.age_years);
  const double rented = ByAge(kRented, traits.age_years);
  // In the order of kHousing: house, with parents, municipal, rented, office, co-op.
  const std::array<double, kHousing.size()> weights = {
      1 - with_parents - rented - 0.048, with_parents, 0.037, rented, 0.007, 0.004};
  return static_cast<double>(Pick(random, weights));
}

void DrawCar(Random& random, const Traits& traits, ApplicantRow& row) {
  const double log_odds = (IsMale(row) ? 0.50 : -1.15) + 0.35 * traits.wealth -
                          0.022 * std::max(traits.age_years - 40, 0.0);
  const bool owns = Chance(random, Logistic(log_odds));
  row[Col("FLAG_OWN_CAR")] = owns ? Code(kNoYes, "Y") : Code(kNoYes, "N");
  const double years = Exponential(random, 12.4 * Exp(-0.22 * traits.wealth));
  row[Col("OWN_CAR_AGE")] = owns ? std::floor(std::min(years, 65.0)) : kMissing;
}

/// Multiples of disparity (for women) and of drift, measured to give what synthetic.h says.
Shift ShiftOf(const ApplicantRow& row, const Circumstances& circumstances) {
  const double disparity = IsMale(row) ? 0 : circumstances.disparity;
  const double drift = circumstances.drift;
  return {.scores = {-0.47 * disparity - 1.05 * drift, -0.47 * disparity - 0.68 * drift,
                     -0.47 * disparity - 0.74 * drift},
          .log_income = -0.10 * disparity + 0.29 * drift,
          .log_loan = 0.19 * drift,
          .log_years_employed = -0.30 * disparity};
}

}  // namespace

void DrawPerson(Random& random, const Traits& traits, ApplicantRow& row) {
  const double male = std::clamp(0.560 - 0.0051 * traits.age_years, 0.0, 1.0);
  row[Col("CODE_GENDER")] = Chance(random, male) ? Code(kGender, "M") : Code(kGender, "F");
  row[Col("DAYS_BIRTH")] = DaysAgo(traits.age_years * kDaysPerYear);
  row[Col("NAME_EDUCATION_TYPE")] = DrawEducation(random, traits);
  DrawFamily(random, traits, row);
}

void DrawWork(Random& random, const Traits& traits, ApplicantRow& row) {
  row[Col("NAME_INCOME_TYPE")] = DrawIncomeType(random, traits);
  const bool unemployed = Is(row, Col("NAME_INCOME_TYPE"), Code(kIncomeType, "Unemployed"));
  row[Col("DAYS_EMPLOYED")] =
      IsPensioner(row) || unemployed ? kNotEmployedDays : DrawDaysEmployed(random, traits);
  row[Col("OCCUPATION_TYPE")] = DrawOccupation(random, row);
  row[Col("ORGANIZATION_TYPE")] = DrawOrganization(random, row);
}

void DrawHome(Random& random, const Traits& traits, ApplicantRow& row) {
  DrawRegion(random, traits, row);
  DrawPlaces(random, traits, row);
  row[Col("NAME_HOUSING_TYPE")] = DrawHousing(random, traits);
  const double realty = 0.64 + 0.003 * (traits.age_years - 24);
  row[Col("FLAG_OWN_REALTY")] = Chance(random, realty) ? Code(kNoYes, "Y") : Code(kNoYes, "N");
  DrawCar(random, traits, row);
}

ApplicantRow DrawApplicant(Random& random, const Circumstances& circumstances) {
  Traits traits;
  traits.age_years = DrawAge(random);
  traits.wealth = random.Normal();
  traits.reliability = random.Normal();
  ApplicantRow row;
  DrawPerson(random, traits, row);
  traits.shift = ShiftOf(row, circumstances);
  DrawWork(random, traits, row);
  DrawHome(random, traits, row);
  DrawIncome(random, traits, row);
  DrawLoan(random, traits, row);
  DrawContact(random, traits, row);
  DrawScores(random, traits, row);
  DrawBuilding(random, traits, row);
  return row;
}

}  // namespace fairline::synthetic
