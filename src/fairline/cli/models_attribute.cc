// `fairline models attribute`: the exact attributions of each row of a file.
#include <fmt/core.h>

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
#include "fairline/explain/quadrature_shap.h"
#include "fairline/models/engine/score_engine.h"
#include "fairline/training/parallel.h"

namespace fairline {
namespace {

struct Arguments {
  std::string name, bundle, data, format, out;
  std::optional<int64_t> version;
};

struct Attributed {
  double raw_score = 0;
  std::vector<double> values;
};

std::vector<Attributed> AttributeChunk(const ModelBundle& bundle, const ScoreEngine& scorer,
                                       const QuadratureShap& explainer,
                                       const ApplicantChunk& chunk) {
  const size_t width = bundle.plan.signature().size();
  std::vector<Attributed> rows(chunk.rows());
  const auto attribute = [&](size_t row) -> Status {
    std::vector<double> features(bundle.plan.size());
    bundle.plan.Apply({chunk.raw.data() + row * width, width}, features);
    rows[row].raw_score = scorer.RawScore(features);
    rows[row].values.resize(features.size());
    explainer.Explain(features, rows[row].values);
    return {};
  };
  ParallelFor(rows.size(), CoreCount(), attribute).value();  // no row fails
  return rows;
}

Result<int64_t> Write(const ModelBundle& bundle, const Arguments& arguments, FileFormat format) {
  const InterruptScope interruptible;
  ProgressBar bar("attributing");
  const auto file = FAIRLINE_TRY(
      ApplicantFile::Open(arguments.data, bundle.plan.signature(), {.format = format}));
  std::vector<std::string> header = {"row", "raw_score", "base"};
  for (const auto& feature : bundle.plan.features()) header.push_back(feature.name);
  auto writer = FAIRLINE_TRY(CsvWriter::Create(arguments.out, header));
  const auto scorer = CompileScores(bundle.model);
  const QuadratureShap explainer(bundle.model);
  int64_t row = 0;
  for (ApplicantChunk chunk;;) {
    constexpr size_t kRowsAtATime = 1000;
    FAIRLINE_TRY(NextGood(*file, kRowsAtATime, chunk));
    if (chunk.rows() == 0) break;
    for (const auto& attributed : AttributeChunk(bundle, *scorer, explainer, chunk)) {
      writer.Add(static_cast<double>(++row));
      writer.Add(attributed.raw_score);
      writer.Add(explainer.base());
      for (const double value : attributed.values) writer.Add(value);
      FAIRLINE_TRY(writer.EndRow());
    }
    if (InterruptFlag()) return Fail(ErrorCode::kCancelled, "interrupted; nothing was written");
  }
  FAIRLINE_TRY(writer.Commit());
  return row;
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const bool registered = !arguments.name.empty() && arguments.version.has_value();
  if (registered == !arguments.bundle.empty()) {
    return UsageError("give either NAME and VERSION, or --bundle");
  }
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.data, arguments.format));
  const ChosenModel model =
      FAIRLINE_TRY(registered ? RegisteredModel(context.config, arguments.name, *arguments.version)
                              : ModelInFolder(arguments.bundle));
  const int64_t rows = FAIRLINE_TRY(Write(model.bundle, arguments, format));
  PrintNote(
      fmt::format("{} rows attributed by {}, written to {}\n", rows, model.name, arguments.out));
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
  options.Required("--out", "FILE", &arguments->out, "Where to, as CSV; - is standard output");
  DeclareStorageBesideData(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command ModelsAttributeCommand() {
  return {"models attribute", "Write what each feature adds to each applicant's raw score",
          "fairline models attribute --bundle model --data applicants.csv --out attributions.csv\n"
          "fairline models attribute credit 2 --data applicants.csv --out attributions.csv",
          Define};
}

}  // namespace fairline
