// A file of applicants, read in chunks against a model's signature: the same numbers a request with
// the same values gives, under the same rules, in memory that does not grow with the file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fairline/core/json.h"
#include "fairline/core/result.h"
#include "fairline/data/file_format.h"
#include "fairline/data/table.h"
#include "fairline/features/signature.h"

namespace fairline {

/// A row that cannot be scored, and the first thing wrong with it.
struct BadRow {
  uint64_t line = 0;   // CSV: of its first byte, the header's is 1; else the row's number from 1
  std::string column;  // empty: the row as a whole
  std::string reason;
};

/// The rows of a chunk that can be scored, side by side, and those that cannot.
struct ApplicantChunk {
  std::vector<uint64_t> lines;   // as BadRow::line
  std::vector<std::string> ids;  // the id column's text, else the row's number from 1
  std::vector<double> raw;       // raw rows (features/signature.h), one after another
  std::vector<Json> features;    // as a request would give them, when asked for
  Table extra;                   // columns the signature does not name, when asked for
  std::vector<BadRow> bad;

  size_t rows() const { return ids.size(); }
  bool at_end() const { return ids.empty() && bad.empty(); }
  void Clear();
};

struct ApplicantFileOptions {
  FileFormat format = FileFormat::kCsv;
  bool features = false;  // fill ApplicantChunk::features
  bool extra = false;     // fill ApplicantChunk::extra
};

class ApplicantFile {
 public:
  /// Opens `path` ("-": standard input) and finds the signature's columns in it. An error names
  /// every required column that is absent. `signature` must outlive the file.
  static Result<std::unique_ptr<ApplicantFile>> Open(const std::string& path,
                                                     const Signature& signature,
                                                     const ApplicantFileOptions& options);
  virtual ~ApplicantFile() = default;

  /// The next rows, good and bad, at most `max_rows`; at_end() when there are none. An error means
  /// that the file cannot be read on.
  virtual Status Next(size_t max_rows, ApplicantChunk& chunk) = 0;
  /// SHA-256 of the whole file, once its end was reached.
  virtual Result<std::string> Sha256() const = 0;
  /// How much of the file was read, in [0, 1]; NaN when nobody knows.
  virtual double share_read() const = 0;
  /// Whether a column holds the applicants' own ids.
  virtual bool has_ids() const = 0;

  /// "applicants.csv:17: column AMT_CREDIT: <reason>".
  virtual std::string At(const BadRow& row) const = 0;
};

/// Next(), for a command that answers a bad row with an error.
Status NextGood(ApplicantFile& file, size_t max_rows, ApplicantChunk& chunk);

/// Position in `names` of each signature field, or -1; the error of ApplicantFile::Open.
Result<std::vector<int>> FindColumns(const std::string& file_name,
                                     const std::vector<std::string>& names,
                                     const Signature& signature);
/// Names that are not the signature's, in order.
std::vector<std::string> ExtraNames(const std::vector<std::string>& names,
                                    const Signature& signature);
/// Whether values of the field are read at all.
bool IsRead(const Field& field);
/// Vocabulary index of a category as a file writes it: one whose name is a number may be written in
/// another way there, 3.0 for 3.
double CategoryCodeOf(const Signature& signature, size_t index, std::string_view text);

Result<std::unique_ptr<ApplicantFile>> OpenApplicantCsv(const std::string& path,
                                                        const Signature& signature,
                                                        const ApplicantFileOptions& options);
/// Parquet and Arrow.
Result<std::unique_ptr<ApplicantFile>> OpenApplicantTable(const std::string& path,
                                                          const Signature& signature,
                                                          const ApplicantFileOptions& options);

}  // namespace fairline
