#include "fairline/models/engine/score_engine.h"

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

  void RawScores(const FeatureColumns& rows, std::span<double> scores) const override {
    std::vector<double> row(rows.columns.size());
    for (size_t r = 0; r < scores.size(); ++r) {
      for (size_t f = 0; f < row.size(); ++f) row[f] = rows.columns[f][r * rows.stride];
      scores[r] = RawScore(row);
    }
  }

 private:
  const TreeEnsemble model_;
};

}  // namespace

std::unique_ptr<const ScoreEngine> CompileScores(const TreeEnsemble& model, Engine engine) {
  if (engine >= Engine::kAvx2) {
    if (auto planes = MakePlaneEngine(model, engine)) return planes;
  }
  if (engine >= Engine::kPortable) {
    if (auto walks = MakeWalkEngine(model)) return walks;
  }
  return std::make_unique<ReferenceEngine>(model);
}

}  // namespace fairline
