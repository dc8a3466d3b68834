// Tables for the tests of training: a default risk that rises with one column and with a category.
#pragma once

#include <string>
#include <vector>

#include "fairline/core/math.h"
#include "fairline/core/random.h"
#include "fairline/data/table.h"

namespace fairline {

inline Table RiskTable(size_t rows, uint64_t seed) {
  Random random(seed);
  Column id{.name = "ID"}, income{.name = "MONTHLY INCOME"}, noise{.name = "NOISE"};
  Column job{.name = "JOB", .type = ColumnType::kCategorical, .vocabulary = {"none", "clerk"}};
  Column target{.name = "TARGET"};
  for (size_t i = 0; i < rows; ++i) {
    const bool has_job = random.Uniform() < 0.7;
    id.numbers.push_back(static_cast<double>(i));
    income.numbers.push_back(random.Normal());
    noise.numbers.push_back(random.Normal());
    job.codes.push_back(has_job ? 1 : 0);
    const double pd = Logistic(-1.5 - 1.5 * income.numbers.back() + (has_job ? -0.5 : 0.5));
    target.numbers.push_back(random.Uniform() < pd ? 1 : 0);
  }
  return Table(
      {std::move(id), std::move(income), std::move(noise), std::move(job), std::move(target)});
}

}  // namespace fairline
