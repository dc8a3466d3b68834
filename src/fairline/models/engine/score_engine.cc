#include "fairline/models/engine/score_engine.h"

#include "fairline/models/engine/mask_engine.h"
#include "fairline/models/engine/plane_engine.h"
#include "fairline/models/engine/walk_engine.h"

namespace fairline {
namespace {

class ReferenceEngine : public ScoreEngine {
 public:
  explicit ReferenceEngine(TreeEnsemble model) : model_(std::move(model)) {}

  std::string_view what() const override { return "reference"; }

  double RawScore(std::span<const double> row) const override {
    return fairline::RawScore(model_, row);
  }

 private:
  const TreeEnsemble model_;
};

}  // namespace

void ScoreEngine::RawScores(const FeatureColumns& rows, std::span<double> scores) const {
  std::vector<double> row(rows.columns.size());
  for (size_t r = 0; r < scores.size(); ++r) {
    for (size_t f = 0; f < row.size(); ++f) row[f] = rows.columns[f][r * rows.stride];
    scores[r] = RawScore(row);
  }
}

std::unique_ptr<const ScoreEngine> CompileScores(const TreeEnsemble& model, Engine engine) {
  std::vector<BinTest> tests;
  auto made = engine == Engine::kReference ? Fail(ErrorCode::kUnsupported, "no bins")
                                           : FeatureBins::Make(model, tests);
  if (!made) return std::make_unique<ReferenceEngine>(model);
  const auto bins = std::make_shared<const FeatureBins>(*std::move(made));
  auto rows = MakeMaskEngine(model, bins, tests);
  if (!rows) rows = MakeWalkEngine(model, bins, tests);
  if (!rows) return std::make_unique<ReferenceEngine>(model);
  if (engine == Engine::kPortable) return rows;
  auto planes = MakePlaneEngine(model, engine, bins, tests, rows);
  return planes ? std::move(planes) : std::move(rows);
}

}  // namespace fairline
