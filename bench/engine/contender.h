// Who scores and explains in `make bench-engine`, behind one shape. A contender leaves out what it
// does not do.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fairline/models/engine/engine.h"

namespace fairline::bench {

/// The rows of a run, laid out both ways: each contender reads the one that suits it best.
struct Rows {
  size_t count = 0, features = 0;
  std::vector<double> by_row, by_column;

  std::span<const double> Row(size_t row) const { return {&by_row[row * features], features}; }
};

/// Raw scores are one number per row; attributions are features + 1, the base at the end.
struct Contender {
  std::string name;
  std::string engine;  // which of its ways it was asked to take: "avx2"
  std::string runs;    // ours: what the model got, which may be slower than asked for
  /// False: the bench runs its batches on threads of its own, a part of the rows on each.
  bool has_threads = false;

  std::function<void(size_t row, double* score)> score_row;
  /// Rows [begin, end); so with attributions.
  std::function<void(size_t begin, size_t end, double* scores, int threads)> score_batch;
  std::function<void(size_t row, double* attributions)> shap_row;
  std::function<void(size_t begin, size_t end, double* attributions, int threads)> shap_batch;
  /// Attributions, differences from the reference and the top reasons.
  std::function<void(size_t row)> reasons_row;
  /// From the model file's text in memory to the first row that could be scored and explained.
  std::function<void()> model_load;
};

Contender MakeFairline(const std::string& model_text, const Rows& rows, Engine engine);
Contender MakeLightGbm(const std::string& model_text, const Rows& rows);
/// `library`: a shared object with the C code that TL2cgen made of the model.
Contender MakeTl2cgen(const std::string& library, const Rows& rows);
/// `library`: a shared object with the machine code that lleaves made of the model.
Contender MakeLleaves(const std::string& library, const Rows& rows);
/// `library`: libxgboost.so; `model`: a file that XGBoost wrote.
Contender MakeXgboost(const std::string& library, const std::string& model, const Rows& rows);

}  // namespace fairline::bench
