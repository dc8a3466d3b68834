// `fairline data sample`: applicants drawn from a written-down default model.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "fairline/cli/commands.h"
#include "fairline/cli/format_option.h"
#include "fairline/cli/interrupt.h"
#include "fairline/cli/output.h"
#include "fairline/cli/progress_bar.h"
#include "fairline/core/limits.h"
#include "fairline/data/csv_writer.h"
#include "fairline/data/synthetic.h"
#include "fairline/data/table_file.h"

namespace fairline {
namespace {

constexpr double kMostDial = 3;
constexpr int64_t kMostDays = 36'525;  // a century

struct Arguments {
  int64_t rows = 0, seed = 1;
  std::string out, format, truth, outcomes;
  std::optional<std::string> disparity, drift, from, as_of;
  std::optional<int64_t> days, rows_per_day;
};

template <typename T>
using Parsed = std::expected<T, Failure>;

Parsed<double> ParseDial(std::string_view option, const std::optional<std::string>& text) {
  if (!text) return 0;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  const bool is_number = error == std::errc() && end == text->data() + text->size();
  if (is_number && value >= -kMostDial && value <= kMostDial) return value;
  return UsageError(fmt::format("{} must be a number from -{} to {}, not \"{}\"", option, kMostDial,
                                kMostDial, *text));
}

Parsed<Date> ParseDay(std::string_view option, const std::string& text) {
  const Result<Date> date = ParseDate(text);
  if (date) return *date;
  return UsageError(fmt::format("{}: {}", option, date.error().message));
}

/// What is about time makes no sense without a first day.
Parsed<void> RequireFrom(const Arguments& arguments) {
  const std::pair<std::string_view, bool> given[] = {
      {"--days", arguments.days.has_value()},
      {"--rows-per-day", arguments.rows_per_day.has_value()},
      {"--drift", arguments.drift.has_value()},
      {"--as-of", arguments.as_of.has_value()},
      {"--outcomes", !arguments.outcomes.empty()}};
  for (const auto& [option, is_given] : given) {
    if (is_given && !arguments.from) {
      return UsageError(fmt::format("{} needs --from, the day of the first application", option));
    }
  }
  return {};
}

Parsed<ApplicationPeriod> ParsePeriod(const Arguments& arguments) {
  const int64_t days = arguments.days.value_or(365);
  if (days < 1 || days > kMostDays) {
    return UsageError(fmt::format("--days must be from 1 to {}, not {}", kMostDays, days));
  }
  ApplicationPeriod period{.from = FAIRLINE_TRY(ParseDay("--from", *arguments.from)),
                           .days = static_cast<int>(days)};
  period.rows_per_day = static_cast<double>(arguments.rows) / static_cast<double>(days);
  if (!arguments.rows_per_day) return period;
  const int64_t rows_per_day = *arguments.rows_per_day;
  // Compared by division: the product may be too large a number.
  if (rows_per_day < 1 || (arguments.rows - 1) / rows_per_day >= days) {
    return UsageError(fmt::format("--rows-per-day {} does not fit {} rows into {} days",
                                  rows_per_day, arguments.rows, days));
  }
  period.rows_per_day = static_cast<double>(rows_per_day);
  return period;
}

Parsed<ApplicantDials> ParseDials(const Arguments& arguments) {
  FAIRLINE_TRY(RequireFrom(arguments));
  ApplicantDials dials;
  dials.disparity = FAIRLINE_TRY(ParseDial("--disparity", arguments.disparity));
  dials.drift = FAIRLINE_TRY(ParseDial("--drift", arguments.drift));
  if (arguments.from) dials.period = FAIRLINE_TRY(ParsePeriod(arguments));
  if (arguments.as_of) dials.as_of = FAIRLINE_TRY(ParseDay("--as-of", *arguments.as_of));
  return dials;
}

Parsed<void> RefuseOneFileForTwo(const Arguments& arguments) {
  const std::pair<std::string_view, std::string_view> files[] = {
      {"--out", arguments.out}, {"--truth", arguments.truth}, {"--outcomes", arguments.outcomes}};
  for (const auto& [option, file] : files) {
    for (const auto& [other, other_file] : files) {
      if (&option != &other && !file.empty() && file == other_file) {
        return UsageError(fmt::format("{} and {} are the same file, {}", option, other, file));
      }
    }
  }
  return {};
}

/// The files beside the applicants: what is true of them, and what a lender gets to know later.
class SideFiles {
 public:
  static Result<SideFiles> Create(const Arguments& arguments) {
    SideFiles files;
    if (!arguments.truth.empty()) {
      files.truth_.emplace(
          FAIRLINE_TRY(CsvWriter::Create(arguments.truth, {"SK_ID_CURR", "true_pd"})));
    }
    if (!arguments.outcomes.empty()) {
      files.outcomes_.emplace(FAIRLINE_TRY(
          CsvWriter::Create(arguments.outcomes, {"SK_ID_CURR", "outcome", "observed_at"})));
    }
    return files;
  }

  Status Append(const Table& table, const std::vector<ApplicantTruth>& truth) {
    const Column& ids = table.column(static_cast<size_t>(table.Find("SK_ID_CURR")));
    for (size_t row = 0; row < table.rows(); ++row) {
      if (truth_) {
        truth_->Add(ids.numbers[row]);
        truth_->Add(truth[row].pd);
        FAIRLINE_TRY(truth_->EndRow());
      }
      if (outcomes_ && truth[row].known) {
        outcomes_->Add(ids.numbers[row]);
        outcomes_->Add(truth[row].defaulted);
        outcomes_->Add(FormatDate(truth[row].observed_at));
        FAIRLINE_TRY(outcomes_->EndRow());
      }
    }
    return {};
  }

  Status Commit() {
    if (truth_) FAIRLINE_TRY(truth_->Commit());
    if (outcomes_) FAIRLINE_TRY(outcomes_->Commit());
    return {};
  }

 private:
  std::optional<CsvWriter> truth_, outcomes_;
};

CommandResult Run(const Arguments& arguments) {
  const ApplicantGenerator generator(static_cast<uint64_t>(arguments.seed),
                                     FAIRLINE_TRY(ParseDials(arguments)));
  FAIRLINE_TRY(RefuseOneFileForTwo(arguments));
  const FileFormat format = FAIRLINE_TRY(ChosenFormat(arguments.out, arguments.format));
  const InterruptScope interruptible;
  ProgressBar bar("sampling");
  const auto rows = static_cast<size_t>(arguments.rows);
  auto writer = FAIRLINE_TRY(TableWriter::Create(arguments.out, format, generator.Schema()));
  auto side_files = FAIRLINE_TRY(SideFiles::Create(arguments));
  for (size_t first = 0; first < rows; first += limits::kBatchChunkRows) {
    if (InterruptFlag()) {
      return std::unexpected(Failure({ErrorCode::kCancelled, "interrupted; nothing was written"}));
    }
    const size_t count = std::min(limits::kBatchChunkRows, rows - first);
    std::vector<ApplicantTruth> truth;
    const Table chunk = generator.Chunk(first, count, &truth);
    FAIRLINE_TRY(writer.Append(chunk));
    FAIRLINE_TRY(side_files.Append(chunk, truth));
    bar.Update(static_cast<double>(first + count), static_cast<double>(rows));
  }
  FAIRLINE_TRY(side_files.Commit());
  FAIRLINE_TRY(writer.Commit());
  PrintNote(fmt::format("{} {} written to {}\n", rows, rows == 1 ? "applicant" : "applicants",
                        arguments.out));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("--rows", "N", &arguments->rows, "How many applicants");
  options.Required("--out", "FILE", &arguments->out, "Where to; - is standard output");
  options.Optional("--format", "FORMAT", &arguments->format,
                   "csv, parquet or arrow (default: by the suffix of --out, else csv)");
  options.Optional("--seed", "S", &arguments->seed,
                   "The same seed gives the same file (default: 1)");
  options.Optional("--truth", "FILE", &arguments->truth,
                   "Also the true PD of each applicant: SK_ID_CURR,true_pd");
  options.Optional("--disparity", "D", &arguments->disparity,
                   "How much higher the log-odds of default of women are, half of it through their "
                   "scores, income and employment");
  options.Optional("--from", "DATE", &arguments->from,
                   "The day of the first application; adds the column APPLICATION_DATE");
  options.Optional("--days", "N", &arguments->days,
                   "Over how many days the applications are spread (default: 365)");
  options.Optional("--rows-per-day", "N", &arguments->rows_per_day,
                   "Applications a day on average (default: so that they fill the days)");
  options.Optional("--drift", "X", &arguments->drift,
                   "How far population and default risk have moved on the last day; 1 is a PSI of "
                   "0.25");
  options.Optional("--as-of", "DATE", &arguments->as_of,
                   "The day of the file: TARGET is empty where the outcome is not known on it");
  options.Optional("--outcomes", "FILE", &arguments->outcomes,
                   "Also the outcomes that are known: SK_ID_CURR,outcome,observed_at");
  return [arguments](Context&) { return Run(*arguments); };
}

}  // namespace

Command DataSampleCommand() {
  return {"data sample", "Make sample applicants whose true default risk is known",
          "fairline data sample --rows 20000 --seed 1 --out applicants.csv\n"
          "fairline data sample --rows 20000 --seed 1 --out applicants.csv --truth truth.csv\n"
          "fairline data sample --rows 20000 --from 2025-01-01 --drift 1 --as-of 2026-01-01 "
          "--out applicants.csv --outcomes outcomes.csv",
          Define};
}

}  // namespace fairline
