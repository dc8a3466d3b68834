// A model file of anybody's: refused, or a model that every engine scores and explains with the
// same bits, whose scores are probabilities and whose attributions are numbers.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "fairline/core/check.h"
#include "fairline/explain/quadrature_shap.h"
#include "fairline/models/engine/score_engine.h"
#include "fairline/models/lightgbm_text.h"
#include "fairline/models/model_output.h"

namespace {

using namespace fairline;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Small enough for thousands of them in a second.
bool IsSmall(const TreeEnsemble& model) {
  size_t nodes = 0, words = 0;
  for (const Tree& tree : model.trees) {
    nodes += tree.nodes.size();
    words += tree.category_bits.size();
  }
  return model.feature_names.size() <= 64 && model.trees.size() <= 100 && nodes <= 100 &&
         words <= 100;
}

/// Values the same in every feature, then each of the model's thresholds and its neighbours.
std::vector<double> MakeRows(const TreeEnsemble& model) {
  const size_t width = model.feature_names.size();
  std::vector<double> rows;
  for (const double value :
       {0.0, -0.0, -1.5, -0.5, 1.0, 33.0, 1e-36, 1e300, kInfinity, -kInfinity, kNan}) {
    rows.insert(rows.end(), width, value);
  }
  std::vector<double> row(width, 1.0);
  for (const Tree& tree : model.trees) {
    for (const TreeNode& node : tree.nodes) {
      const double toward = node.left % 2 == 0 ? kInfinity : -kInfinity;
      row[node.feature] =
          node.right % 2 == 0 ? node.threshold : std::nextafter(node.threshold, toward);
      rows.insert(rows.end(), row.begin(), row.end());
    }
  }
  return rows;
}

bool SameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

std::vector<double> ReferenceScores(const TreeEnsemble& model, const std::vector<double>& rows) {
  const size_t width = model.feature_names.size();
  std::vector<double> scores;
  for (size_t at = 0; at < rows.size(); at += width) {
    const std::span row(&rows[at], width);
    for (const Tree& tree : model.trees) {
      FAIRLINE_CHECK(LeafOf(tree, row) < tree.leaf_values.size(), "every row ends in a leaf");
    }
    scores.push_back(RawScore(model, row));
    const double score = LeafSums(model).OutputOf(scores.back()).model_score;
    FAIRLINE_CHECK(score >= 0 && score <= 1, "a score is a probability");
  }
  return scores;
}

void CheckScores(const TreeEnsemble& model, const std::vector<double>& rows, Engine engine,
                 const std::vector<double>& expected) {
  const size_t width = model.feature_names.size();
  const auto scorer = CompileScores(model, engine);
  std::vector<const double*> columns(width);
  for (size_t f = 0; f < width; ++f) columns[f] = &rows[f];
  std::vector<double> batch(expected.size()), single;
  scorer->RawScores({columns, width}, batch);
  for (size_t r = 0; r < expected.size(); ++r) {
    single.push_back(scorer->RawScore({&rows[r * width], width}));
  }
  FAIRLINE_CHECK(SameBits(batch, expected), "a batch has the reference's bits");
  FAIRLINE_CHECK(SameBits(single, expected), "a row has the reference's bits");
}

/// Of all rows, and the base behind them.
std::vector<double> Attributions(const TreeEnsemble& model, const std::vector<double>& rows,
                                 Engine engine) {
  const size_t width = model.feature_names.size();
  const QuadratureShap shap(model, engine);
  std::vector<double> each(rows.size()), together(rows.size());
  for (size_t at = 0; at < rows.size(); at += width) {
    shap.Explain({&rows[at], width}, {&each[at], width});
  }
  shap.ExplainRows(rows, together);
  FAIRLINE_CHECK(SameBits(each, together), "a batch is explained with a row's bits");
  each.push_back(shap.base());
  return each;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model =
      ParseLightGbmModel(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!model) {
    FAIRLINE_CHECK(!model.error().message.empty(), "a refusal says why");
    return 0;
  }
  if (!IsSmall(*model)) return 0;
  const std::vector<double> rows = MakeRows(*model);
  const std::vector<double> scores = ReferenceScores(*model, rows);
  const std::vector<double> attributions = Attributions(*model, rows, Engine::kPortable);
  FAIRLINE_CHECK(
      std::ranges::all_of(attributions, [](double value) { return std::isfinite(value); }),
      "attributions are numbers");
  for (const Engine engine : Engines()) {
    CheckScores(*model, rows, engine, scores);
    FAIRLINE_CHECK(SameBits(Attributions(*model, rows, engine), attributions),
                   "an engine has the portable one's bits");
  }
  return 0;
}
