// Synthetic loan applicants whose true PD is known. They have the columns, types, categories,
// missing values and the 365243 sentinel of Kaggle's Home Credit application table and resemble it
// in the large, but every row is drawn from the model written down in synthetic_model.h and
// synthetic_draw.cc: no row of anybody's data set is in them.
//
// Row i depends on the seed and on i alone: a longer file begins with the shorter one, and rows may
// be drawn in any order and in chunks. Numbers come from core/random.h and core/math.h only, so the
// file is the same, byte for byte, on every machine.
#pragma once

#include <cstdint>
#include <vector>

#include "fairline/data/csv_table_reader.h"
#include "fairline/data/table.h"

namespace fairline {

class ApplicantGenerator {
 public:
  explicit ApplicantGenerator(uint64_t seed) : seed_(seed) {}

  /// Rows first_row .. first_row + count - 1 as a table of 122 columns. The true PD of each row is
  /// appended to `true_pd` unless that is null; TARGET is a draw with that probability.
  Table Chunk(uint64_t first_row, size_t count, std::vector<double>* true_pd) const;

  /// Names and types of the 122 columns, in order.
  static TableSchema Schema();

 private:
  uint64_t seed_;
};

struct ApplicantSample {
  Table table;
  std::vector<double> true_pd;
};
ApplicantSample SampleApplicants(size_t rows, uint64_t seed);

}  // namespace fairline
