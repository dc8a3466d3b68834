// The journal of a run over several files.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "fairline/cli/batch/predict_job.h"
#include "fairline/cli/file_digest.h"
#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/core/json.h"
#include "fairline/core/limits.h"

namespace fairline {
namespace {

constexpr const char* kJournalName = "predict.journal";

std::string TextAt(const Json& json, std::string_view key) {
  const Json* value = json.Find(key);
  return value != nullptr && value->is_string() ? value->string() : std::string();
}

Status AppendLine(const std::filesystem::path& path, std::string_view line) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  const bool written =
      descriptor >= 0 &&
      write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (written) return {};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("{}: cannot be written: {}", path.string(), std::strerror(error)));
}

}  // namespace

Result<PredictJournal> PredictJournal::Open(const std::filesystem::path& folder, std::string run,
                                            bool resume) {
  PredictJournal journal(folder / kJournalName, std::move(run));
  if (!resume) {
    FAIRLINE_TRY(WriteFileAtomically(journal.path_, ""));
    return journal;
  }
  auto text = ReadFile(journal.path_, limits::kJournalBytes);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) return journal;
    return std::unexpected(std::move(text).error());
  }
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = text->find('\n', begin);
    if (end == std::string::npos) break;
    journal.ReadLine(std::string_view(*text).substr(begin, end - begin));
    begin = end + 1;
  }
  // Whatever a crash left of a last line goes, so that the next one begins on its own.
  const size_t whole = text->rfind('\n') == std::string::npos ? 0 : text->rfind('\n') + 1;
  if (whole < text->size()) {
    FAIRLINE_TRY(WriteFileAtomically(journal.path_, std::string_view(*text).substr(0, whole)));
  }
  return journal;
}

void PredictJournal::ReadLine(std::string_view line) {
  const auto entry = Json::Parse(line);
  if (!entry || !entry->is_object()) return;
  const std::string output = TextAt(*entry, "output");
  if (TextAt(*entry, "run") == run_) {
    const Json* bad_rows = entry->Find("bad_rows");
    finished_[output] = {TextAt(*entry, "input_sha256"), TextAt(*entry, "output_sha256"),
                         bad_rows != nullptr && bad_rows->is_integer() ? bad_rows->integer() : 0};
  } else {
    finished_.erase(output);
  }
}

Result<std::optional<int64_t>> PredictJournal::BadRowsWhenFinished(const PredictTask& task) const {
  const auto found = finished_.find(std::filesystem::path(task.output).filename().string());
  std::error_code ignored;
  if (found == finished_.end() || !std::filesystem::exists(task.output, ignored)) {
    return std::nullopt;
  }
  const bool same = FAIRLINE_TRY(FileSha256(task.input)) == found->second.input_sha256 &&
                    FAIRLINE_TRY(FileSha256(task.output)) == found->second.output_sha256;
  return same ? std::optional(found->second.bad_rows) : std::nullopt;
}

Status PredictJournal::Append(const PredictTask& task, const PredictTotals& totals) {
  Json line;
  line["run"] = run_;
  line["input"] = task.input;
  line["input_sha256"] = totals.input_sha256;
  line["output"] = std::filesystem::path(task.output).filename().string();
  line["output_sha256"] = totals.output_sha256;
  line["rows"] = totals.rows;
  line["bad_rows"] = totals.bad_rows;
  line["finished_at"] = FormatTimestamp(SystemClock().NowMicros());
  return AppendLine(path_, line.Dump() + "\n");
}

}  // namespace fairline
