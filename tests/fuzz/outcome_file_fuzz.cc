// A CSV file of outcomes, from its bytes to what is stored: every row is an outcome or a bad row
// with its reason, and how many are read at a time does not show.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/outcome_signature.h"
#include "fairline/core/check.h"
#include "fairline/decisioning/loan_outcome.h"

namespace {

using namespace fairline;

/// The bytes as a file that can be opened by a name.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& bytes) : fd_(memfd_create("outcomes", MFD_CLOEXEC)) {
    const auto size = static_cast<ssize_t>(bytes.size());
    FAIRLINE_CHECK(write(fd_, bytes.data(), bytes.size()) == size, "memory can be written");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(fd_); }
  std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }

 private:
  const int fd_;
};

std::string TextOf(uint64_t line, const Json& features) {
  const auto outcome = ReadLoanOutcome(features, "consumer_loan");
  if (!outcome) {
    FAIRLINE_CHECK(!outcome.error().faults.empty(), "a refusal names its fields");
    return fmt::format("{} {}", line, outcome.error().message);
  }
  return fmt::format("{} {} {} {}", line, outcome->external_ref, FormatDate(outcome->observed_on),
                     outcome->defaulted);
}

std::vector<std::string> Read(const std::string& path, size_t rows) {
  const auto file =
      ApplicantFile::Open(path, OutcomeSignature(), {.format = FileFormat::kCsv, .features = true});
  if (!file) return {file.error().message};
  std::vector<std::string> texts, bad;
  ApplicantChunk chunk;
  do {
    if (const Status next = (*file)->Next(rows, chunk); !next) {
      FAIRLINE_CHECK(next.error().code != ErrorCode::kInvalidArgument, "a bad row is no failure");
      return {next.error().message};
    }
    FAIRLINE_CHECK(chunk.features.size() == chunk.rows() && chunk.lines.size() == chunk.rows(),
                   "side by side");
    for (size_t i = 0; i < chunk.rows(); ++i) {
      texts.push_back(TextOf(chunk.lines[i], chunk.features[i]));
    }
    for (const BadRow& row : chunk.bad) {
      FAIRLINE_CHECK(!row.reason.empty(), "a bad row has a reason");
      bad.push_back((*file)->At(row));
    }
  } while (!chunk.at_end());
  texts.insert(texts.end(), bad.begin(), bad.end());
  return texts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const MemoryFile file(std::string(reinterpret_cast<const char*>(data), size));
  const std::vector<std::string> whole = Read(file.path(), 1000);
  FAIRLINE_CHECK(Read(file.path(), 1) == whole, "how many are read at a time does not show");
  FAIRLINE_CHECK(Read(file.path(), 3) == whole, "nor is it three");
  return 0;
}
