// Attributions are computed in parallel into one slot per row and added up afterwards in row order:
// the means have the same bits on any number of threads.
#include "fairline/training/reference_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>

#include "fairline/core/random.h"
#include "fairline/explain/explainer.h"
#include "fairline/stats/discrimination.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

constexpr size_t kMostRows = 5'000;
constexpr size_t kFewestAtCutOff = 50;
constexpr double kShareAtCutOff = 0.05;
constexpr size_t kRowsPerPiece = 32;

/// At most kMostRows of the rows, each equally likely (the first steps of a Fisher-Yates shuffle).
std::string DrawDown(std::vector<size_t>& rows, uint64_t seed) {
  const size_t all = rows.size();
  if (all > kMostRows) {
    Random random(seed);
    for (size_t i = 0; i < kMostRows; ++i) {
      std::swap(rows[i], rows[i + static_cast<size_t>(random.Below(all - i))]);
    }
    rows.resize(kMostRows);
  }
  std::ranges::sort(rows);
  if (all == rows.size()) return fmt::format("{} rows", all);
  return fmt::format("{} of {} rows drawn with seed {}", rows.size(), all, seed);
}

/// Attributions of the given rows, row-major.
Result<std::vector<double>> Explain(const Explainer& explainer, const EncodedMatrix& matrix,
                                    const std::vector<size_t>& rows, int threads,
                                    const std::function<void(size_t)>& tell,
                                    const Progress& progress) {
  const size_t columns = matrix.columns();
  std::vector<double> attributions(rows.size() * columns);
  const size_t pieces = (rows.size() + kRowsPerPiece - 1) / kRowsPerPiece;
  FAIRLINE_TRY(ParallelFor(pieces, threads, [&](size_t piece) -> Status {
    const size_t begin = piece * kRowsPerPiece;
    const size_t end = std::min(rows.size(), begin + kRowsPerPiece);
    FAIRLINE_TRY(progress.CheckCancelled());
    std::vector<double> piece_rows;
    for (size_t i = begin; i < end; ++i) {
      const auto row = matrix.Row(rows[i]);
      piece_rows.insert(piece_rows.end(), row.begin(), row.end());
    }
    explainer.ExplainRows(piece_rows, {attributions.data() + begin * columns, piece_rows.size()});
    tell(end - begin);
    return {};
  }));
  return attributions;
}

template <typename Of>
std::vector<double> MeanPerColumn(const std::vector<double>& values, size_t columns, Of of) {
  std::vector<double> mean(columns);
  for (size_t i = 0; i < values.size(); ++i) mean[i % columns] += of(values[i]);
  const double rows = static_cast<double>(values.size()) / static_cast<double>(columns);
  for (double& sum : mean) sum /= rows;
  return mean;
}

}  // namespace

std::vector<ReferenceRows> ReferencePopulations(std::span<const double> probabilities,
                                                double threshold, uint64_t seed) {
  const size_t n = probabilities.size();
  ReferenceRows all{.name = "all", .rows = std::vector<size_t>(n)};
  std::iota(all.rows.begin(), all.rows.end(), size_t{0});
  all.description = "all rows: " + DrawDown(all.rows, seed);
  std::vector<ReferenceRows> populations{std::move(all)};

  ReferenceRows near{.name = "at_cutoff"};
  const size_t wanted = std::max(
      kFewestAtCutOff, static_cast<size_t>(std::ceil(kShareAtCutOff * static_cast<double>(n))));
  const std::vector<size_t> order = OrderByScore(probabilities);
  for (size_t i = n; i > 0 && near.rows.size() < wanted; --i) {
    if (probabilities[order[i - 1]] < threshold) near.rows.push_back(order[i - 1]);
  }
  if (near.rows.empty()) return populations;
  const double lowest = probabilities[near.rows.back()];
  near.description =
      fmt::format("approved rows nearest to the cut-off, probability from {:.4f} to below {:.4f}: ",
                  lowest, threshold) +
      DrawDown(near.rows, seed);
  populations.push_back(std::move(near));
  return populations;
}

Result<Attributed> AttributePopulations(const Model& model, const EncodedMatrix& matrix,
                                        const std::vector<ReferenceRows>& populations, int threads,
                                        const Progress& progress) {
  const auto explainer = MakeExplainer(model);
  const auto [method, space] = AttributionsOf(model);
  Attributed result{.references = {.method = std::string(method), .space = std::string(space)}};
  size_t done = 0, all = 0;
  for (const ReferenceRows& population : populations) all += population.rows.size();
  std::mutex mutex;
  const auto tell = [&](size_t rows) {
    const std::lock_guard lock(mutex);
    done += rows;
    progress.Report("reference values", static_cast<double>(done) / static_cast<double>(all));
  };
  for (const ReferenceRows& population : populations) {
    const std::vector<double> attributions =
        FAIRLINE_TRY(Explain(*explainer, matrix, population.rows, threads, tell, progress));
    result.references.populations.push_back(
        {.name = population.name,
         .description = population.description,
         .rows = static_cast<int64_t>(population.rows.size()),
         .mean = MeanPerColumn(attributions, matrix.columns(), [](double v) { return v; })});
    if (population.name == "all") {
      result.mean_absolute =
          MeanPerColumn(attributions, matrix.columns(), [](double v) { return std::abs(v); });
    }
  }
  return result;
}

}  // namespace fairline
