#include "engine/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace fairline::bench {
namespace {

constexpr size_t kExplainedRows = 64;
constexpr double kAttributionTolerance = 1e-10, kPeerTolerance = 1e-9;

struct Results {
  std::vector<double> by_row, by_batch;  // raw scores
  std::vector<double> attributions, batch_attributions;
};

Results ResultsOf(const Contender& contender, const Rows& rows) {
  const size_t width = rows.features + 1, explained = std::min(kExplainedRows, rows.count);
  Results results;
  if (contender.score_row) {
    results.by_row.resize(rows.count);
    for (size_t row = 0; row < rows.count; ++row) contender.score_row(row, &results.by_row[row]);
    results.by_batch.resize(rows.count);
    contender.score_batch(0, rows.count, results.by_batch.data(), 1);
  }
  if (contender.shap_row) {
    results.attributions.resize(explained * width);
    for (size_t row = 0; row < explained; ++row) {
      contender.shap_row(row, &results.attributions[row * width]);
    }
    results.batch_attributions.resize(explained * width);
    contender.shap_batch(0, explained, results.batch_attributions.data(), 1);
  }
  return results;
}

std::string CompareScores(const std::vector<double>& theirs, const std::vector<double>& lightgbm,
                          double tolerance) {
  for (size_t row = 0; row < theirs.size(); ++row) {
    const bool same = tolerance == 0 ? std::bit_cast<uint64_t>(theirs[row]) ==
                                           std::bit_cast<uint64_t>(lightgbm[row])
                                     : std::abs(theirs[row] - lightgbm[row]) <= tolerance;
    if (!same) {
      return fmt::format("row {} scores {}, LightGBM says {}", row, theirs[row], lightgbm[row]);
    }
  }
  return {};
}

std::string CompareAttributions(const std::vector<double>& theirs, const Results& lightgbm,
                                size_t width) {
  for (size_t i = 0; i < theirs.size(); ++i) {
    const double raw = lightgbm.by_row[i / width];
    const double gap = std::abs(theirs[i] - lightgbm.attributions[i]);
    if (!(gap <= kAttributionTolerance * std::max(1.0, std::abs(raw)))) {
      return fmt::format("row {}, feature {}: the attribution is {}, LightGBM says {}", i / width,
                         i % width, theirs[i], lightgbm.attributions[i]);
    }
  }
  return {};
}

std::string Compare(const Results& theirs, const Results& lightgbm, size_t width,
                    double tolerance) {
  for (const auto* scores : {&theirs.by_row, &theirs.by_batch}) {
    if (auto said = CompareScores(*scores, lightgbm.by_row, tolerance); !said.empty()) return said;
  }
  for (const auto* values : {&theirs.attributions, &theirs.batch_attributions}) {
    if (auto said = CompareAttributions(*values, lightgbm, width); !said.empty()) return said;
  }
  return {};
}

}  // namespace

std::string CheckEverybody(std::span<const Contender> contenders, const Rows& rows) {
  const auto lightgbm = std::ranges::find(contenders, "LightGBM", &Contender::name);
  const Results expected = ResultsOf(*lightgbm, rows);
  for (const Contender& contender : contenders) {
    if (contender.name == "XGBoost") continue;
    const bool ours = contender.name == "fairline" || contender.name == contender.engine;
    const std::string said =
        Compare(ResultsOf(contender, rows), expected, rows.features + 1, ours ? 0 : kPeerTolerance);
    if (!said.empty()) return fmt::format("{}: {}", contender.name, said);
  }
  return "ok";
}

}  // namespace fairline::bench
