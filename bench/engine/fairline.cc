// Fairline's own engines.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "engine/contender.h"
#include "fairline/core/limits.h"
#include "fairline/explain/quadrature_shap.h"
#include "fairline/explain/reasons.h"
#include "fairline/models/bundle.h"
#include "fairline/models/engine/score_engine.h"
#include "fairline/models/lightgbm_text.h"

namespace fairline::bench {
namespace {

constexpr size_t kReferenceRows = 100;
constexpr size_t kRowsAtATime = 256;

struct Compiled {
  Compiled(const TreeEnsemble& model, Engine engine)
      : scores(CompileScores(model, engine)), shap(model, engine) {}

  std::unique_ptr<const ScoreEngine> scores;
  QuadratureShap shap;
};

// Reasons need somebody to compare with: here the mean of some of the rows.
ModelBundle WithReference(const std::string& model_text, const Compiled& compiled,
                          const Rows& rows) {
  ModelBundle bundle = BundleOfBareModel(model_text).value();
  std::vector<double> mean(rows.features), attributions(rows.features);
  const size_t count = std::min(kReferenceRows, rows.count);
  for (size_t row = 0; row < count; ++row) {
    compiled.shap.Explain(rows.Row(row), attributions);
    for (size_t f = 0; f < mean.size(); ++f) {
      mean[f] += attributions[f] / static_cast<double>(count);
    }
  }
  bundle.references.populations = {{"all", "rows of the bench", kReferenceRows, mean}};
  return bundle;
}

}  // namespace

Contender MakeFairline(const std::string& model_text, const Rows& rows, Engine engine) {
  const auto model = ParseLightGbmModel(model_text).value();
  const auto compiled = std::make_shared<const Compiled>(model, engine);
  const auto bundle =
      std::make_shared<const ModelBundle>(WithReference(model_text, *compiled, rows));
  Contender made{.engine = std::string(EngineName(engine))};
  made.name = engine == FastestEngine() ? "fairline" : made.engine;
  made.runs = fmt::format("batches by {}, attributions by {}", compiled->scores->what(),
                          EngineName(compiled->shap.engine()));
  made.score_row = [=, &rows](size_t row, double* score) {
    *score = compiled->scores->RawScore(rows.Row(row));
  };
  made.score_batch = [=, &rows](size_t begin, size_t end, double* scores, int) {
    std::vector<const double*> columns(rows.features);
    for (size_t f = 0; f < columns.size(); ++f) {
      columns[f] = &rows.by_column[f * rows.count + begin];
    }
    compiled->scores->RawScores({columns}, {scores, end - begin});
  };
  made.shap_row = [=, &rows](size_t row, double* attributions) {
    compiled->shap.Explain(rows.Row(row), {attributions, rows.features});
    attributions[rows.features] = compiled->shap.base();
  };
  made.shap_batch = [=, &rows](size_t begin, size_t end, double* attributions, int) {
    const size_t width = rows.features;
    std::vector<double> block(kRowsAtATime * width);
    for (size_t at = begin; at < end; at += kRowsAtATime) {
      const size_t count = std::min(kRowsAtATime, end - at);
      const auto some = std::span(rows.by_row).subspan(at * width, count * width);
      compiled->shap.ExplainRows(some, std::span(block).first(some.size()));
      for (size_t i = 0; i < count; ++i) {
        double* out = std::copy_n(&block[i * width], width, attributions);
        *out = compiled->shap.base();
        attributions = out + 1;
      }
    }
  };
  const auto reasons = std::make_shared<const ReasonFinder>(*bundle, "all");
  made.reasons_row = [=, &rows](size_t row) {
    std::vector<double> attributions(rows.features);
    compiled->shap.Explain(rows.Row(row), attributions);
    reasons->Adverse(attributions, limits::kReasons);
  };
  made.model_load = [=] { Compiled(ParseLightGbmModel(model_text).value(), engine); };
  return made;
}

}  // namespace fairline::bench
