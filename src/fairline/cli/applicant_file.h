// A CSV file of applicants, read in chunks against a model's signature: the same numbers a request
// with the same values gives, in memory that does not grow with the file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "fairline/core/hash.h"
#include "fairline/core/result.h"
#include "fairline/data/csv_reader.h"
#include "fairline/features/signature.h"

namespace fairline {

struct ApplicantChunk {
  std::vector<std::string> ids;  // the id column's text, else the row's number from 1
  std::vector<double> raw;       // raw rows (features/signature.h), one after another

  size_t rows() const { return ids.size(); }
};

class ApplicantFile {
 public:
  /// Opens `path` ("-": standard input) and finds the signature's columns in its header. An error
  /// names every required column that is absent; other columns are passed over. `signature` must
  /// outlive the file.
  static Result<ApplicantFile> Open(const std::string& path, const Signature& signature);

  /// The next rows, at most `max_rows`; none at the end. The first bad cell (no number, outside its
  /// declared range) is an error naming file, line and column.
  Status Next(size_t max_rows, ApplicantChunk& chunk);

  /// Of the bytes read so far: of the whole file after its end was reached.
  std::string InputSha256() const { return progress_->digest.Hex(); }
  uint64_t bytes_read() const { return progress_->bytes; }

  /// What has passed through to the reader.
  struct ReadProgress {
    Sha256 digest;
    uint64_t bytes = 0;
  };

 private:
  ApplicantFile(CsvReader reader, const Signature& signature, std::vector<int> columns,
                std::shared_ptr<ReadProgress> progress);
  Result<double> Cell(const CsvRecord& record, size_t field) const;

  CsvReader reader_;
  const Signature& signature_;
  std::vector<int> columns_;  // of each signature field in the file, or -1
  int id_column_ = -1;
  uint64_t row_ = 0;
  std::shared_ptr<ReadProgress> progress_;
};

}  // namespace fairline
