#include "fairline/models/engine/scorer.h"

#include <cmath>

#include "fairline/models/engine/score_engine.h"
#include "fairline/models/engine/scorecard_tables.h"
#include "fairline/models/engine/step_tables.h"
#include "fairline/models/model_output.h"

namespace fairline {
namespace {

class ReferenceScorer : public Scorer {
 public:
  explicit ReferenceScorer(Model model) : model_(std::move(model)) {}
  std::string_view what() const override { return "reference"; }
  ModelOutput Score(std::span<const double> row) const override { return OutputOf(model_, row); }

 private:
  const Model model_;
};

class TreeScorer : public Scorer {
 public:
  TreeScorer(const TreeEnsemble& model, Engine engine)
      : sums_(model), engine_(CompileScores(model, engine)) {}

  std::string_view what() const override { return engine_->what(); }

  ModelOutput Score(std::span<const double> row) const override {
    return sums_.OutputOf(engine_->RawScore(row));
  }

  void ScoreRows(const FeatureColumns& rows, std::span<ModelOutput> outputs) const override {
    std::vector<double> sums(outputs.size());
    engine_->RawScores(rows, sums);
    for (size_t r = 0; r < sums.size(); ++r) outputs[r] = sums_.OutputOf(sums[r]);
  }

 private:
  const LeafSums sums_;
  const std::unique_ptr<const ScoreEngine> engine_;
};

BagKernel KernelOf([[maybe_unused]] Engine engine) {
#if defined(__x86_64__)
  if (engine == Engine::kAvx2) return ScoreBagsAvx2;
  if (engine == Engine::kAvx512) return ScoreBagsAvx512;
#endif
  return ScoreBags;
}

class StepScorer : public Scorer {
 public:
  StepScorer(StepTables tables, size_t bags, Engine engine)
      : tables_(std::move(tables)), bags_(bags), kernel_(KernelOf(engine)) {}

  std::string_view what() const override { return "step tables"; }

  ModelOutput Score(std::span<const double> row) const override {
    thread_local std::vector<BagTerms> terms;
    thread_local std::vector<BagLine> margins, probabilities;
    terms.resize(tables_.features());
    tables_.Find(row, terms);
    margins.assign(tables_.constants().begin(), tables_.constants().end());
    probabilities.resize(margins.size());
    double* of_bag = margins.data()->of_bag;
    double* score_of_bag = probabilities.data()->of_bag;
    kernel_(terms.data(), terms.size(), margins.size(), of_bag, score_of_bag);
    return OutputOfBags({of_bag, bags_}, {score_of_bag, bags_});
  }

 private:
  const StepTables tables_;
  const size_t bags_;
  const BagKernel kernel_;
};

class ScorecardScorer : public Scorer {
 public:
  explicit ScorecardScorer(const Scorecard& card)
      : terms_(card, TermOf(card.rounded)),
        rounded_(card.rounded),
        start_(card.rounded ? 0 : card.intercept),
        scale_(PointScaleOf(card.scale)) {}

  std::string_view what() const override { return "scorecard"; }

  ModelOutput Score(std::span<const double> row) const override {
    double sum = start_;
    terms_.Visit(row, [&](size_t, double term) { sum += term; });
    return OutputOfLogOdds(rounded_ ? (scale_.offset - sum) / scale_.factor : sum);
  }

 private:
  static ScorecardTables::Term TermOf(bool rounded) {
    return [rounded](const Characteristic& of, const ScorecardBin& bin) {
      return rounded ? std::nearbyint(bin.points) : of.coefficient * bin.woe;
    };
  }

  const ScorecardTables terms_;
  const bool rounded_;
  const double start_;
  const PointScale scale_;
};

std::unique_ptr<const Scorer> Compile(const TreeEnsemble& model, Engine engine) {
  return std::make_unique<TreeScorer>(model, engine);
}

std::unique_ptr<const Scorer> Compile(const StumpEnsemble& model, Engine engine) {
  auto tables = StepTables::Make(model);
  if (!tables) return std::make_unique<ReferenceScorer>(model);
  return std::make_unique<StepScorer>(*std::move(tables), model.bags.size(), engine);
}

std::unique_ptr<const Scorer> Compile(const Scorecard& card, Engine) {
  return std::make_unique<ScorecardScorer>(card);
}

}  // namespace

void Scorer::ScoreRows(const FeatureColumns& rows, std::span<ModelOutput> outputs) const {
  std::vector<double> row(rows.columns.size());
  for (size_t r = 0; r < outputs.size(); ++r) {
    for (size_t f = 0; f < row.size(); ++f) row[f] = rows.columns[f][r * rows.stride];
    outputs[r] = Score(row);
  }
}

std::unique_ptr<const Scorer> CompileScorer(const Model& model, Engine engine) {
  if (engine == Engine::kReference) return std::make_unique<ReferenceScorer>(model);
  return std::visit([&](const auto& each) { return Compile(each, engine); }, model);
}

}  // namespace fairline
