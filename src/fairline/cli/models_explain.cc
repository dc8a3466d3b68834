// `fairline models explain`: the exact attributions of each row of a file: those of the record, of
// an EasyEnsemble also in probability, or, as a check of them, interventional ones against a
// background.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/model_choice.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"
#include "fairline/explain/attribution_agreement.h"
#include "fairline/explain/explainer.h"
#include "fairline/explain/interventional_shap.h"
#include "fairline/explain/stump_shap.h"
#include "fairline/models/engine/scorer.h"
#include "fairline/stats/rank_correlation.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

constexpr size_t kRowsPerPiece = 64;  // explained by one thread at a time
constexpr std::string_view kProbability = "probability";

struct Arguments {
  std::string name, bundle, data, format, background, space, out;
  std::optional<int64_t> version;
};

struct Explainers {
  std::unique_ptr<const Scorer> scorer;
  std::unique_ptr<const Explainer> path_dependent;  // or, of an EasyEnsemble, in probability
  std::optional<InterventionalShap> interventional;

  double base() const { return interventional ? interventional->base() : path_dependent->base(); }
};

/// Some rows; attributions row after row.
struct Explained {
  std::vector<ModelOutput> outputs;
  std::vector<double> path_dependent;
  std::vector<double> interventional;  // empty without a background
};

/// The model inputs of the next rows, one row after another; empty at the end of the file.
Result<std::vector<double>> NextFeatures(ApplicantFile& file, const FeaturePlan& plan) {
  constexpr size_t kRowsAtATime = 1000;
  ApplicantChunk chunk;
  FAIRLINE_TRY(NextGood(file, kRowsAtATime, chunk));
  if (InterruptFlag()) return Fail(ErrorCode::kCancelled, "interrupted; nothing was written");
  const size_t width = plan.signature().size();
  std::vector<double> features(chunk.rows() * plan.size());
  for (size_t row = 0; row < chunk.rows(); ++row) {
    plan.Apply({chunk.raw.data() + row * width, width},
               {features.data() + row * plan.size(), plan.size()});
  }
  return features;
}

Result<std::vector<double>> ReadBackground(const std::string& path, const FeaturePlan& plan) {
  const FileFormat format = FAIRLINE_TRY(ChooseFormat(path, {}));
  const auto file = FAIRLINE_TRY(ApplicantFile::Open(path, plan.signature(), {.format = format}));
  std::vector<double> background;
  for (;;) {
    const std::vector<double> features = FAIRLINE_TRY(NextFeatures(*file, plan));
    if (features.empty()) break;
    background.insert(background.end(), features.begin(), features.end());
    if (background.size() > limits::kBackgroundRows * plan.size()) {
      return Fail(ErrorCode::kTooLarge,
                  fmt::format("{}: a background has at most {} rows; give a sample of these", path,
                              limits::kBackgroundRows));
    }
  }
  if (!background.empty()) return background;
  return Fail(ErrorCode::kInvalidArgument, path + ": there is no row to compare with");
}

/// What attributions are asked for: in the model's own space, or of an EasyEnsemble in probability.
Result<std::unique_ptr<const Explainer>> ExplainerIn(const Model& model, std::string_view space) {
  const std::string_view own = AttributionsOf(model).space;
  if (space.empty() || space == own) return MakeExplainer(model);
  const auto* ensemble = std::get_if<StumpEnsemble>(&model);
  if (ensemble != nullptr && space == kProbability) return MakeStumpProbabilityShap(*ensemble);
  return Fail(ErrorCode::kUnsupported,
              fmt::format("--space {}: attributions of this model are in {}{}", space, own,
                          ensemble != nullptr ? " or probability" : ""));
}

Result<Explainers> MakeExplainers(const ModelBundle& bundle, const std::string& background,
                                  const std::string& space) {
  Explainers made{CompileScorer(bundle.model), FAIRLINE_TRY(ExplainerIn(bundle.model, space)), {}};
  if (background.empty()) return made;
  const auto rows = FAIRLINE_TRY(ReadBackground(background, bundle.plan));
  made.interventional =
      FAIRLINE_TRY(InterventionalShap::Make(FAIRLINE_TRY(TreesOf(bundle.model)), rows));
  return made;
}

Explained Explain(const Explainers& explainers, std::span<const double> features, size_t width) {
  const size_t rows = features.size() / width;
  Explained explained{.outputs = std::vector<ModelOutput>(rows),
                      .path_dependent = std::vector<double>(features.size())};
  if (explainers.interventional) explained.interventional.resize(features.size());
  const auto explain = [&](size_t piece) -> Status {
    const size_t first = piece * kRowsPerPiece, end = std::min(rows, first + kRowsPerPiece);
    const auto part = [&](auto& values) {
      return std::span(values).subspan(first * width, (end - first) * width);
    };
    explainers.path_dependent->ExplainRows(part(features), part(explained.path_dependent));
    for (size_t row = first; row < end; ++row) {
      const auto one = features.subspan(row * width, width);
      explained.outputs[row] = explainers.scorer->Score(one);
      if (!explainers.interventional) continue;
      explainers.interventional->Explain(
          one, std::span(explained.interventional).subspan(row * width, width));
    }
    return {};
  };
  ParallelFor((rows + kRowsPerPiece - 1) / kRowsPerPiece, CoreCount(), explain)
      .value();  // no piece fails
  return explained;
}

/// What is said of the rows when all are written.
struct Summary {
  int64_t rows = 0;
  AttributionAgreement agreement;
  std::vector<double> margins,
      scores;  // of an EasyEnsemble: what attributions are of, what decides
};

Result<Summary> Write(const ModelBundle& bundle, const Arguments& arguments, FileFormat format) {
  const InterruptScope interruptible;
  ProgressBar bar("explaining");
  const auto file = FAIRLINE_TRY(
      ApplicantFile::Open(arguments.data, bundle.plan.signature(), {.format = format}));
  const Explainers explainers =
      FAIRLINE_TRY(MakeExplainers(bundle, arguments.background, arguments.space));
  const bool bags = std::holds_alternative<StumpEnsemble>(bundle.model);
  const bool of_score = bags && arguments.space == kProbability;
  std::vector<std::string> header = {"row", of_score ? "model_score" : "raw_score", "base"};
  for (const auto& feature : bundle.plan.features()) header.push_back(feature.name);
  auto writer = FAIRLINE_TRY(CsvWriter::Create(arguments.out, header));
  Summary summary;
  for (;;) {
    const std::vector<double> features = FAIRLINE_TRY(NextFeatures(*file, bundle.plan));
    if (features.empty()) break;
    const size_t width = bundle.plan.size();
    const Explained explained = Explain(explainers, features, width);
    for (size_t i = 0; i < explained.outputs.size(); ++i) {
      auto values = std::span(explained.path_dependent).subspan(i * width, width);
      if (explainers.interventional) {
        const auto checked = std::span(explained.interventional).subspan(i * width, width);
        summary.agreement.Add(checked, values);
        values = checked;
      }
      const ModelOutput& output = explained.outputs[i];
      if (bags) {
        summary.margins.push_back(output.raw_score);
        summary.scores.push_back(output.model_score);
      }
      writer.Add(static_cast<double>(++summary.rows));
      writer.Add(of_score ? output.model_score : output.raw_score);
      writer.Add(explainers.base());
      for (const double value : values) writer.Add(value);
      FAIRLINE_TRY(writer.EndRow());
    }
  }
  FAIRLINE_TRY(writer.Commit());
  return summary;
}

void PrintRanks(const Summary& summary) {
  const double correlation = RankCorrelation(summary.margins, summary.scores);
  if (std::isnan(correlation)) return;
  PrintNote(
      fmt::format("the mean bag margin ranks these rows as the model score does: rank "
                  "correlation {:.6f}\n",
                  correlation));
}

void PrintAgreement(const AttributionAgreement& agreement) {
  if (agreement.rows() == 0) return;
  const auto correlation = agreement.mean_correlation();
  PrintNote(
      fmt::format("beside the attributions that reasons come from: mean correlation {}, the same "
                  "strongest feature against the applicant in {} of {} rows\n",
                  correlation ? fmt::format("{:.3f}", *correlation) : "undefined",
                  agreement.same_strongest(), agreement.rows()));
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const bool registered = !arguments.name.empty() && arguments.version.has_value();
  if (registered == !arguments.bundle.empty()) {
    return UsageError("give either NAME and VERSION, or --bundle");
  }
  if (arguments.data == "-" && arguments.background == "-") {
    return UsageError("--data and --background cannot both be standard input");
  }
  if (!arguments.background.empty() && !arguments.space.empty()) {
    return UsageError("--background attributes in the model's own space: leave --space out");
  }
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.data, arguments.format));
  const ChosenModel model =
      FAIRLINE_TRY(registered ? RegisteredModel(context.config, arguments.name, *arguments.version)
                              : ModelInFolder(arguments.bundle));
  const Summary summary = FAIRLINE_TRY(Write(model.bundle, arguments, format));
  PrintNote(fmt::format("{} rows explained by {}, written to {}\n", summary.rows, model.name,
                        arguments.out));
  PrintAgreement(summary.agreement);
  PrintRanks(summary);
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Optional("NAME", "", &arguments->name, "A registered model");
  options.Optional("VERSION", "", &arguments->version, "Its version");
  options.Optional("--bundle", "DIR", &arguments->bundle, "A bundle that is not registered");
  options.Required("--data", "FILE", &arguments->data, "File of applicants");
  options.Optional("--format", "FORMAT", &arguments->format,
                   "Of the data: csv, parquet or arrow (default: by suffix)");
  options.Optional("--background", "FILE", &arguments->background,
                   "Attribute against these applicants (interventional), as an offline check");
  options.Optional("--space", "SPACE", &arguments->space,
                   "Of an EasyEnsemble: mean_bag_margin, as recorded (default), or probability");
  options.Required("--out", "FILE", &arguments->out, "Where to, as CSV; - is standard output");
  DeclareStorageBesideData(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsExplainCommand() {
  return {"models explain", "Write what each feature adds to each applicant's raw score",
          "fairline models explain --bundle model --data applicants.csv --out attributions.csv\n"
          "fairline models explain credit 2 --data applicants.csv --out attributions.csv\n"
          "fairline models explain --bundle model --data applicants.csv --background sample.csv "
          "--out checked.csv",
          Define};
}

}  // namespace fairline
