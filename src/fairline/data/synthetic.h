// Synthetic loan applicants whose true PD is known. They have the columns, types, categories,
// missing values and the 365243 sentinel of Kaggle's Home Credit application table and resemble it
// in the large, but every row is drawn from the model written down in synthetic_model.h and
// synthetic_draw.cc: no row of anybody's data set is in them.
//
// Row i depends on the seed, the dials and i alone: a longer file begins with the shorter one, and
// rows may be drawn in any order and in chunks. Numbers come from core/random.h and core/math.h
// only, so the file is the same, byte for byte, on every machine. A row is the same person at every
// setting of the dials: they move numbers, not draws.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fairline/core/date.h"
#include "fairline/data/csv_table_reader.h"
#include "fairline/data/table.h"

namespace fairline {

/// When the applicants applied. They come in row order, on weekdays more than on Sundays; rows past
/// the period go on at the same pace. With a period the table has APPLICATION_DATE as its last
/// column, and WEEKDAY_APPR_PROCESS_START is the day of the week of that date.
struct ApplicationPeriod {
  Date from;
  int days = 1;             // > 0
  double rows_per_day = 1;  // on average, > 0
};

/// What can be turned; at rest the applicants are those of the plain model.
struct ApplicantDials {
  /// Women (CODE_GENDER F) have log-odds of default higher by about `disparity` on average. Half of
  /// it is a term of the model that no column but CODE_GENDER shows. The other half goes through
  /// proxies, so that a model that never sees the attribute reproduces it; per unit, women have
  ///   EXT_SOURCE_1..3     0.47 lower, as log-odds of the score
  ///   AMT_INCOME_TOTAL    10 % lower (0.10 in the logarithm), and loans in keeping with it
  ///   DAYS_EMPLOYED       a quarter less (0.30 in the logarithm, bounded by age)
  /// Men are as they were.
  double disparity = 0;

  std::optional<ApplicationPeriod> period;

  /// How far population and model have moved on the last day of the period, growing evenly from 0
  /// on the first. One unit gives a PSI of about 0.25 between the first and the last fifth of the
  /// rows on each column named here, and none on the others:
  ///   EXT_SOURCE_1, 2, 3    1.05, 0.68, 0.74 lower, as log-odds of the score (the first is known
  ///                         of fewer applicants)
  ///   AMT_INCOME_TOTAL      0.29 higher in the logarithm
  ///   AMT_CREDIT, AMT_ANNUITY, AMT_GOODS_PRICE
  ///                         0.19 higher in the logarithm beyond what the income explains
  /// and 0.30 is added to the log-odds of default of everybody: applicants who look alike default
  /// more often than they did, which no model of the first days can know. Needs a period.
  double drift = 0;

  /// The day the file is made on: TARGET is missing where the outcome is not yet known on it. Needs
  /// a period.
  std::optional<Date> as_of;
};

/// What is true of one applicant, whether the file shows it or not.
struct ApplicantTruth {
  double pd = 0;
  bool defaulted = false;
  Date observed_at;    // when the outcome becomes known; only with a period
  bool known = false;  // as of the day the file is made on
};

class ApplicantGenerator {
 public:
  explicit ApplicantGenerator(uint64_t seed, const ApplicantDials& dials = {})
      : seed_(seed), dials_(dials) {}

  /// Rows first_row .. first_row + count - 1 as a table of the columns of Schema(). The truth about
  /// each row is appended to `truth` unless that is null; TARGET is a draw with the true PD.
  Table Chunk(uint64_t first_row, size_t count, std::vector<ApplicantTruth>* truth) const;

  /// Names and types, in order: the 122 columns of the application table, and APPLICATION_DATE with
  /// a period.
  TableSchema Schema() const;

 private:
  uint64_t seed_;
  ApplicantDials dials_;
};

struct ApplicantSample {
  Table table;
  std::vector<double> true_pd;
};
ApplicantSample SampleApplicants(size_t rows, uint64_t seed, const ApplicantDials& dials = {});

}  // namespace fairline
