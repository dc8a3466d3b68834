// `fairline outcomes import`: what became of loans, from a file.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/batch/prediction_file.h"
#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/outcome_signature.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/decisioning/loan_outcome.h"
#include "fairline/decisioning/store.h"

namespace fairline {
namespace {

struct Arguments {
  std::string input;
  std::optional<std::string> rejects;
  std::string format;
};

struct Totals {
  int64_t stored = 0, known = 0, refused = 0;
};

class OutcomeImport {
 public:
  OutcomeImport(Store& store, Vault& vault, std::string rejects, std::string product)
      : store_(store), vault_(vault), rejects_(std::move(rejects)), product_(std::move(product)) {}

  Result<Totals> Run(ApplicantFile& file) {
    ProgressBar bar("importing");
    ApplicantChunk chunk;
    while (true) {
      FAIRLINE_TRY(file.Next(limits::kOutcomesPerRequest, chunk));
      if (chunk.at_end()) break;
      FAIRLINE_TRY(Import(chunk));
      bar.Update(file.share_read(), 1);
    }
    FAIRLINE_TRY(rejects_.Commit());
    return totals_;
  }

 private:
  Status Import(const ApplicantChunk& chunk) {
    std::vector<BadRow> bad = chunk.bad;
    std::vector<LoanOutcome> outcomes;
    std::vector<uint64_t> lines;
    for (size_t i = 0; i < chunk.rows(); ++i) {
      auto outcome = ReadLoanOutcome(chunk.features[i], product_);
      if (outcome) {
        outcomes.push_back(*std::move(outcome));
        lines.push_back(chunk.lines[i]);
      } else {
        const auto& faults = outcome.error().faults;
        bad.push_back({chunk.lines[i], faults.empty() ? "" : faults[0].field,
                       faults.empty() ? outcome.error().message : faults[0].message});
      }
    }
    const auto answers = FAIRLINE_TRY(StoreLoanOutcomes(store_.database(), vault_, store_.ids(),
                                                        SystemClock(), outcomes, CurrentUser()));
    for (size_t i = 0; i < answers.size(); ++i) {
      using enum OutcomeAnswer::Kind;
      if (answers[i].kind == kRefused) {
        bad.push_back({lines[i], answers[i].fault.field, answers[i].fault.message});
      }
      totals_.stored += answers[i].kind == kStored ? 1 : 0;
      totals_.known += answers[i].kind == kKnown ? 1 : 0;
    }
    std::ranges::sort(bad, {}, &BadRow::line);
    totals_.refused += static_cast<int64_t>(bad.size());
    return rejects_.Append(bad);
  }

  Store& store_;
  Vault& vault_;
  RejectsFile rejects_;
  const std::string product_;
  Totals totals_;
};

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  const auto file = FAIRLINE_TRY(ApplicantFile::Open(
      arguments.input, OutcomeSignature(),
      {.format = FAIRLINE_TRY(ChosenFormat(arguments.input, arguments.format)), .features = true}));
  const std::string rejects = arguments.rejects.value_or(arguments.input + ".rejects.csv");
  OutcomeImport import(*store, vault, rejects, context.config.String("decisions.product"));
  const Totals totals = FAIRLINE_TRY(import.Run(*file));
  PrintNote(fmt::format("{} outcomes stored, {} known from before, {} refused{}\n", totals.stored,
                        totals.known, totals.refused,
                        totals.refused > 0 ? fmt::format(": {} says which and why", rejects) : ""));
  return totals.refused > 0 ? ExitCode::kNo : ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("FILE", "", &arguments->input,
                   "Columns decision_id or external_ref (and product), observed_on, defaulted, and "
                   "if known days_past_due, loss_minor");
  options.Optional("--format", "FORMAT", &arguments->format, "csv, parquet or arrow [by name]");
  options.Optional("--rejects", "FILE", &arguments->rejects,
                   "Where rows that could not be stored are listed [FILE.rejects.csv]");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command OutcomesImportCommand() {
  return {"outcomes import", "Store what became of loans, joined to their decisions",
          "fairline outcomes import outcomes-2026-11.csv", Define};
}

}  // namespace fairline
