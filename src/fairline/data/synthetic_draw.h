// Draws one synthetic applicant. Everything hangs on three hidden traits, so that the columns are
// related as they are in life: age, wealth (income, education, region, building) and reliability
// (external scores, insurance taken, phone kept). The true PD does not see the traits: it is a
// function of the columns alone (synthetic_model.h).
#pragma once

#include <array>

#include "fairline/core/random.h"
#include "fairline/data/synthetic_columns.h"

namespace fairline::synthetic {

/// How the dials of the generator (synthetic.h) stand for one applicant.
struct Circumstances {
  double disparity = 0;
  double drift = 0;  // on the day of the application
};

/// What the dials add to the formulas the columns are drawn by; 0 at rest.
struct Shift {
  std::array<double, 3> scores{};  // to the log-odds of EXT_SOURCE_1..3
  double log_income = 0;
  double log_loan = 0;  // beyond what the income explains
  double log_years_employed = 0;
};

struct Traits {
  double age_years = 0;
  double wealth = 0;       // standard normal
  double reliability = 0;  // standard normal
  Shift shift;
};

/// All columns but SK_ID_CURR and TARGET.
ApplicantRow DrawApplicant(Random& random, const Circumstances& circumstances);

/// The parts, in the order in which they are drawn; each reads what the earlier ones wrote.
void DrawPerson(Random& random, const Traits& traits, ApplicantRow& row);
void DrawWork(Random& random, const Traits& traits, ApplicantRow& row);
void DrawHome(Random& random, const Traits& traits, ApplicantRow& row);
void DrawIncome(Random& random, const Traits& traits, ApplicantRow& row);
void DrawLoan(Random& random, const Traits& traits, ApplicantRow& row);
void DrawContact(Random& random, const Traits& traits, ApplicantRow& row);
void DrawScores(Random& random, const Traits& traits, ApplicantRow& row);
void DrawBuilding(Random& random, const Traits& traits, ApplicantRow& row);

}  // namespace fairline::synthetic
